"""Accounts, visits, invitations, records: kept alike by both databases; passwords by themselves."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from typer.testing import CliRunner

from kneewise import InputError, StoreConflict, StoreError
from kneewise.cli import app
from kneewise.store import (
    IDLE,
    INVITED_FOR,
    LONGEST_VISIT,
    Deed,
    Done,
    Newcomer,
    Role,
    fold_login,
    hash_password,
    is_outdated,
    is_password,
    open_store,
    read_login,
    read_password,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
GOOD = "four plain words together"


@pytest.fixture
def store(tmp_path, database):
    with open_store(tmp_path / "home", database) as store:
        yield store


def added(store, login="carl", role=Role.COACH, password="a hash"):
    return store.add_account(Newcomer(login=login, name=login.title(), role=role, password=password), NOW)


# ------------------------------------------------------------------------------------------------ passwords


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "eleven lett",
        "a" * 30,
        "abababababababab",
        "abcabcabcabcabc",
        "password12345",
        "Password!!2026",
        "123456789012",
        "qwertyuiopas",
        "zyxwvutsrqpon",
        "anna.barker.1",
        "AnnaBarker2026!",
        "x" * 257,
        "kneewise2026!!",
    ],
)
def test_what_is_easily_guessed_is_refused(password):
    with pytest.raises(InputError) as refused:
        read_password(password, "anna.barker", "Anna Barker")
    assert password not in str(refused.value)


@pytest.mark.parametrize(
    "password", [GOOD, "vrm8-qLk2-77ah", "пять простых слов вместе", "名前" * 3 + "とても長い言葉"]
)
def test_long_ones_of_any_letters_are_taken(password):
    assert read_password(password, "anna.barker", "Anna Barker")


def test_other_ways_to_write_the_same_letters_are_the_same_password():
    composed, apart = "caf\u00e9 und vier worte", "cafe\u0301 und vier worte"
    assert read_password(composed) == read_password(apart)
    assert is_password(hash_password(read_password(composed)), apart)


def test_a_hash_is_argon2id_with_what_owasp_asks_for_and_salted():
    one, two = hash_password(GOOD), hash_password(GOOD)
    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert one != two
    assert (is_password(one, GOOD), is_password(one, GOOD + " "), is_password("", GOOD)) == (
        True,
        False,
        False,
    )
    assert is_outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD))
    assert not is_outdated(one)


@pytest.mark.parametrize(
    ("typed", "login"), [(" Anna.B ", "anna.b"), ("ＣＡＲＬ", "carl"), ("a@b.c", "a@b.c")]
)
def test_a_login_name_is_written_in_one_way(typed, login):
    assert read_login(typed) == fold_login(typed) == login


@pytest.mark.parametrize(
    "typed", ["", "ab", "x" * 65, "a b c", "аnna", "<b>x</b>", "a\r\nb", "-anna", "anna\0"]
)
def test_what_cannot_be_a_login_name_is_refused(typed):
    with pytest.raises(InputError):
        read_login(typed)


# ------------------------------------------------------------------------------------------------- accounts


def test_an_account_is_kept_as_it_was_made_and_tells_its_password_to_nobody(store):
    account = added(store)
    assert store.account(account.id) == store.account_called("carl") == store.accounts()[0] == account
    assert "a hash" not in repr(account)


def test_two_cannot_have_one_login_name_however_fast_they_are(store):
    def add(number):
        try:
            return added(store, password=str(number))
        except StoreConflict:
            return None

    with ThreadPoolExecutor(6) as threads:
        made = [one for one in threads.map(add, range(6)) if one]
    assert store.accounts() == tuple(made)
    assert len(made) == 1


def test_the_last_owner_stays_an_owner_who_may_come_in(store):
    olga, other = added(store, "olga", Role.OWNER), added(store, "oleg", Role.OWNER)
    store.disable(other.id, True)
    for attempt in (lambda: store.disable(olga.id, True), lambda: store.change_role(olga.id, Role.COACH)):
        with pytest.raises(InputError, match="last owner"):
            attempt()
    store.disable(other.id, False)
    assert store.change_role(olga.id, Role.COACH).role is Role.COACH


def test_nobody_becomes_more_than_a_client_who_came_as_one(store):
    anna = added(store, "anna", Role.CLIENT)
    with pytest.raises(InputError, match="stays a client"):
        store.change_role(anna.id, Role.OWNER)


# --------------------------------------------------------------------------------------------------- visits


def test_of_a_visit_only_the_hash_of_its_token_is_kept(store):
    carl = added(store)
    token = store.begin_visit(carl.id, "198.51.100.7", "A browser", NOW)
    (visit,) = store.visits(carl.id, NOW)
    assert token not in repr(visit)
    assert len(token) * 6 >= 256
    assert store.visitor_with(token, NOW).account == carl
    for other in ("", token[:-1], token + "x", visit.digest, "' OR 1=1 --"):
        assert store.visitor_with(other, NOW) is None


def test_whoever_is_idle_or_stays_too_long_signs_in_again(store):
    carl = added(store)
    token = store.begin_visit(carl.id, "", "", NOW)
    now = NOW
    while now + IDLE <= NOW + LONGEST_VISIT:
        now += IDLE
        assert store.visitor_with(token, now) is not None
    assert store.visitor_with(token, NOW + LONGEST_VISIT + SECOND) is None
    idle = store.begin_visit(carl.id, "", "", NOW)
    assert store.visitor_with(idle, NOW + IDLE + SECOND) is None


@pytest.mark.parametrize("end", ["disable", "change_password", "change_role", "end_visits"])
def test_visits_end_at_once(store, end):
    carl = added(store, role=Role.COACH)
    token = store.begin_visit(carl.id, "", "", NOW)
    more = {
        "disable": (True,),
        "change_password": ("another",),
        "change_role": (Role.OWNER,),
        "end_visits": (),
    }
    getattr(store, end)(carl.id, *more[end])
    assert store.visitor_with(token, NOW) is None


def test_visits_of_one_account_are_bounded(store):
    carl = added(store)
    for i in range(30):
        token = store.begin_visit(carl.id, "a" * 500, "b\r\n" * 500, NOW + i * SECOND)
    visits = store.visits(carl.id, NOW + 30 * SECOND)
    assert len(visits) == 20
    assert all(len(one.address) <= 64 and one.browser.isprintable() for one in visits)
    assert store.visitor_with(token, NOW + 30 * SECOND) is not None


# ---------------------------------------------------------------------------------------------- invitations


def test_a_client_comes_by_a_link_to_their_case_and_no_other(store):
    carl = added(store)
    case, other = (store.add_case(name, NOW, keeper=carl.id).id for name in ("Anna", "Ben"))
    code = store.invite(Role.CLIENT, "Anna", NOW, case=case, by=carl.id)
    anna = store.accept(code, "anna", "a hash", NOW)
    assert (anna.role, store.cases_of(anna.id)) == (Role.CLIENT, {case})
    assert store.cases_of(carl.id) == {case, other}
    with pytest.raises(StoreError, match="nothing behind this link"):
        store.accept(code, "anna2", "a hash", NOW)


def test_of_many_who_come_by_one_link_at_once_one_does(store):
    code = store.invite(Role.COACH, "Cora", NOW)

    def come(number):
        try:
            return store.accept(code, f"cora{number}", "a hash", NOW)
        except StoreError:
            return None

    with ThreadPoolExecutor(6) as threads:
        came = [one for one in threads.map(come, range(6)) if one]
    assert store.accounts() == tuple(came)
    assert len(came) == 1


def test_a_link_ends_with_its_time(store):
    code = store.invite(Role.COACH, "Cora", NOW)
    assert store.invitation(code, NOW + INVITED_FOR - SECOND).name == "Cora"
    with pytest.raises(StoreError):
        store.accept(code, "cora", "a hash", NOW + INVITED_FOR)
    assert store.accounts() == ()


@pytest.mark.parametrize(
    "end", ["a newer one", "who invited is out", "who invited sees it no more", "erased"]
)
def test_a_link_ends_with_what_it_stands_on(store, end):
    carl, cora = added(store), added(store, "cora")
    case = store.add_case("Anna", NOW, keeper=carl.id).id
    store.share_case(case, cora.id)
    code = store.invite(Role.CLIENT, "Anna", NOW, case=case, by=cora.id)
    match end:
        case "a newer one":
            store.invite(Role.CLIENT, "Anna", NOW, case=case, by=carl.id)
        case "who invited is out":
            store.disable(cora.id, True)
        case "who invited sees it no more":
            store.unshare_case(store.cases()[0].id, cora.id)
        case "erased":
            store.erase_case(store.cases()[0].id)
    with pytest.raises(StoreError, match="nothing behind this link"):
        store.invitation(code, NOW)


def test_a_login_name_that_is_taken_does_not_use_a_link_up(store):
    added(store, "cora")
    code = store.invite(Role.COACH, "Cora", NOW)
    with pytest.raises(StoreConflict):
        store.accept(code, "cora", "a hash", NOW)
    assert store.accept(code, "cora2", "a hash", NOW).login == "cora2"


def test_a_link_for_a_new_password_ends_visits_and_with_the_account(store):
    carl = added(store)
    token = store.begin_visit(carl.id, "", "", NOW)
    first, second = store.link(carl.id, NOW), store.link(carl.id, NOW)
    with pytest.raises(StoreError):
        store.accept(first, "", "new", NOW)
    assert store.accept(second, "ignored", "new", NOW).password == "new"
    assert store.account(carl.id).login == "carl"
    assert store.visitor_with(token, NOW) is None
    third = store.link(carl.id, NOW)
    store.disable(carl.id, True)
    with pytest.raises(StoreError):
        store.accept(third, "", "newer", NOW)


def test_a_case_has_one_client(store):
    carl = added(store)
    case = store.add_case("Anna", NOW, keeper=carl.id).id
    code = store.invite(Role.CLIENT, "Anna", NOW, case=case, by=carl.id)
    store.accept(code, "anna", "h", NOW)
    again = store.invite(Role.CLIENT, "Anna", NOW, case=case, by=carl.id)
    with pytest.raises(StoreConflict):
        store.accept(again, "anna2", "h", NOW)
    assert store.account_called("anna2") is None


# --------------------------------------------------------------------------------------------------- shares


def test_a_case_is_kept_by_one_and_shared_with_others(store):
    carl, cora, olga = added(store), added(store, "cora"), added(store, "olga", Role.OWNER)
    case = store.add_case("Anna", NOW, keeper=carl.id).id
    store.share_case(case, cora.id)
    assert [(one.login, keeps) for one, keeps in store.sharers(case)] == [("carl", True), ("cora", False)]
    with pytest.raises(InputError, match="Somebody has to keep"):
        store.unshare_case(case, carl.id)
    store.hand_over(case, cora.id)
    assert [(one.login, keeps) for one, keeps in store.sharers(case)] == [("cora", True)]
    assert store.cases_of(carl.id) == store.cases_of(olga.id) == frozenset()


@pytest.mark.parametrize("whom", ["nobody", "client", "closed"])
def test_a_case_is_shared_with_those_only_who_coach(store, whom):
    carl, anna, cora = added(store), added(store, "anna", Role.CLIENT), added(store, "cora")
    store.disable(cora.id, True)
    case = store.add_case("Anna", NOW, keeper=carl.id).id
    account = {"nobody": "x" * 16, "client": anna.id, "closed": cora.id}[whom]
    for change in (store.share_case, store.hand_over):
        with pytest.raises((InputError, StoreError)):
            change(case, account)
    assert [one.login for one, _ in store.sharers(case)] == ["carl"]


def test_a_case_that_is_erased_takes_its_client_along_and_leaves_ids_in_the_records(store):
    carl = added(store)
    case = store.add_case("Anna", NOW, keeper=carl.id).id
    anna = store.accept(store.invite(Role.CLIENT, "Anna", NOW, case=case), "anna", "h", NOW)
    token = store.begin_visit(anna.id, "203.0.113.9", "", NOW)
    store.record(Done(what=Deed.CHANGED, account=anna.id, case=case, address="203.0.113.9"), NOW)
    store.record(Done(what=Deed.OPENED, account=carl.id, case=case, address="198.51.100.7"), NOW)
    store.erase_case(case)
    assert (store.account_called("anna"), store.visitor_with(token, NOW)) == (None, None)
    told = [(one.done.account, one.done.case, one.done.address) for one in store.records(10)]
    assert told == [(carl.id, case, "198.51.100.7"), (anna.id, case, "")]


def test_records_come_the_latest_first_and_hold_ids_only(store):
    for i in range(5):
        store.record(Done(what=Deed.FAILED, address=f"198.51.100.{i}" + "x" * 99), NOW + i * SECOND)
    first = store.records(3)
    assert [row.at for row in first] == [NOW + i * SECOND for i in (4, 3, 2)]
    assert [row.at for row in store.records(3, before=first[-1].id)] == [NOW + i * SECOND for i in (1, 0)]
    assert {one.name for one in fields(Done)} == {"what", "account", "of_account", "case", "address", "token"}
    assert all(len(row.done.address) <= 64 for row in first)
    assert not {name for name in dir(store) if "record" in name} - {"record", "records"}


# --------------------------------------------------------------------------------------------- the terminal


def command(*words, **settings):
    return CliRunner().invoke(app, ["account", *words], catch_exceptions=False, **settings)


def test_the_first_owner_is_added_from_the_terminal():
    done = command("add", "Olga Ott", "--owner", "--login", "Olga", input=f"{GOOD}\n{GOOD}\n")
    assert (done.exit_code, GOOD in done.output) == (0, False)
    with open_store() as store:
        (olga,) = store.accounts()
        assert (olga.login, olga.name, olga.role) == ("olga", "Olga Ott", Role.OWNER)
        assert is_password(olga.password, GOOD)
    assert "olga  Olga Ott  owner" in command("list").output


def test_links_are_made_and_accounts_closed_from_the_terminal():
    made = command("add", "Olga", "--owner", "--link").output
    code = made.rpartition("/join/")[2].strip()
    with open_store() as store:
        now = datetime.now().astimezone()
        store.accept(code, "olga", "h", now)
        store.add_account(Newcomer(login="carl", name="Carl", role=Role.COACH, password="h"), now)
        code = command("link", "carl").output.rpartition("/join/")[2].strip()
        assert store.invitation(code, now).name == "Carl"
    assert command("disable", "CARL").exit_code == 0
    assert "carl  Carl  coach, closed" in command("list").output
    assert command("enable", "carl").exit_code == 0


@pytest.mark.parametrize("words", [["--behind", "http://knee.example"], ["--host", "0.0.0.0"], []])
def test_a_shared_server_does_not_begin_without_tls_in_front(words):
    with pytest.raises(InputError):
        CliRunner().invoke(app, ["serve", "--shared", *words], catch_exceptions=False)
