"""Tokens: what opens, what does not, and nothing more than each is for; attacked on purpose."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi import Request
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from joined import ORIGIN
from programs import SCOPES, bearer, program_of, token_for, wanted
from served import NOON, client_of

from kneewise import InputError, StoreError
from kneewise.errors import DeniedError
from kneewise.store import Deed, Role, open_store, restore
from kneewise.store.tokens import is_token, new_token
from kneewise.web import build_app
from kneewise.web.app import ROUTES
from kneewise.web.rest.bearer import check_scope
from kneewise.web.rest.operations import OPERATIONS, operation_of
from kneewise.web.rest.scopes import Scope
from kneewise.web.visiting import Visitor

DAY = timedelta(days=1)
NAMED = sorted((method, route.path) for route in ROUTES for method in route.methods)


@pytest.fixture
def stranger(house):
    """Asks without a cookie."""
    return TestClient(build_app(house), base_url="http://127.0.0.1", follow_redirects=False)


def address_of(path, case="a" * 16):
    return re.sub(r"\{\w+\}", "x", path.replace("{id}", case))


def flipped(token):
    return token[:20] + ("0" if token[20] != "0" else "1") + token[21:]


# What is known of a token.


def test_a_token_is_random_and_carries_its_checksum():
    some = {new_token() for _ in range(100)}
    assert len(some) == 100
    assert all(re.fullmatch("kw_[0-9a-f]{72}", one) and is_token(one) for one in some)


def test_a_token_with_one_wrong_letter_is_known_for_none_before_it_is_looked_up():
    token = new_token()
    for place in range(len(token)):
        wrong = "0" if token[place] != "0" else "1"
        assert not is_token(token[:place] + wrong + token[place + 1 :])


def test_a_token_itself_is_kept_nowhere(house):
    secret = token_for(house)
    kept = b"".join(file.read_bytes() for file in house.store.home.glob("kneewise.db*"))
    assert secret[:10].encode() in kept
    assert secret[:14].encode() not in kept
    assert bytes.fromhex(secret[3:67]) not in kept


def test_it_is_noted_when_a_token_was_used_last(house):
    program_of(house).get("/start.json")
    assert [token.used for token in house.store.tokens()] == [NOON]


@pytest.mark.parametrize(
    "change",
    [
        {"scopes": frozenset()},
        {"lasts": timedelta()},
        {"lasts": 400 * DAY},
        {"cases": frozenset()},
        {"name": " "},
    ],
)
def test_a_token_for_nothing_or_for_ever_is_not_made(house, change):
    with pytest.raises(InputError):
        house.store.add_token(replace(wanted(), **change), NOON)
    assert house.store.tokens() == ()


@pytest.mark.parametrize("change", [{"cases": ["a" * 16]}, {"account": "a" * 16}])
def test_a_token_for_what_is_not_there_is_not_made(house, change):
    with pytest.raises(StoreError):
        token_for(house, **change)
    assert house.store.tokens() == ()


def test_a_limited_token_opens_nothing_once_its_case_is_erased(house, case):
    program = program_of(house, cases=[case])
    assert len(program.get("/start.json").json()["cases"]) == 1
    house.store.erase_case(case)
    house.store.add_case("Ben", NOON)
    assert program.get("/start.json").json()["cases"] == []


# What opens.


def test_a_program_needs_neither_cookie_nor_the_token_of_a_form(house):
    answer = program_of(house).post("/cases", data={"name": "Anna"})
    assert answer.status_code == 200
    (kept,) = house.store.cases()
    assert answer.json() == {"case": kept.id, "see": f"/cases/{kept.id}/questions.json"}


def test_a_browser_still_needs_the_token_of_a_form(house):
    client = client_of(house)
    del client.headers["X-CSRF-Token"]
    assert client.post("/cases", data={"name": "Anna"}).status_code == 422
    assert house.store.cases() == ()


def test_a_browser_is_sent_on_to_a_page_and_a_program_told_where_to_look(client, case):
    change = {"name": "Berta", "csrf": "x"}
    page = client.post(f"/cases/{case}/keep/name", data=change)
    assert (page.status_code, page.headers["location"]) == (303, f"/cases/{case}/keep")
    told = client.post(f"/cases/{case}/keep/name", data=change, headers={"Accept": "application/json"})
    assert told.json() == {"case": case, "see": f"/cases/{case}/keep.json"}


@pytest.mark.parametrize(
    "sent",
    [
        "kw_",
        "kw_" + "0" * 72,
        new_token(),
        new_token()[:-1],
        new_token() + "0",
        flipped(new_token()),
        "",
        "é".encode().decode("latin-1"),
        "x" * 5000,
    ],
    ids=["empty", "zeros", "unknown", "truncated", "longer", "flipped", "none", "foreign", "long"],
)
def test_a_forged_token_opens_nothing(house, stranger, sent):
    token_for(house)
    answer = stranger.get("/start.json", headers={"Authorization": b"Bearer " + sent.encode("latin-1")})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert set(answer.json()) == {"error", "try"}


def test_a_token_cut_off_or_wrong_in_one_letter_opens_nothing(house, stranger):
    secret = token_for(house)
    assert stranger.get("/start.json", headers=bearer(secret)).status_code == 200
    for forged in (secret[:-1], flipped(secret), secret.upper(), secret[3:]):
        assert stranger.get("/start.json", headers=bearer(forged)).status_code == 401


def test_an_expired_token_opens_nothing_from_its_last_moment_on(house, stranger):
    ended = token_for(house, now=NOON - DAY, lasts=DAY)
    last = token_for(house, now=NOON - DAY, lasts=DAY + timedelta(seconds=1))
    early = token_for(house, now=NOON + timedelta(seconds=1))
    assert stranger.get("/start.json", headers=bearer(last)).status_code == 200
    assert stranger.get("/start.json", headers=bearer(ended)).status_code == 401
    assert stranger.get("/start.json", headers=bearer(early)).status_code == 401


def test_a_revoked_token_opens_nothing_at_once(house, stranger):
    secret = token_for(house)
    assert stranger.get("/start.json", headers=bearer(secret)).status_code == 200
    house.store.revoke_token(house.store.tokens()[0].id)
    assert stranger.get("/start.json", headers=bearer(secret)).status_code == 401


@pytest.mark.parametrize("scheme", ["Basic", "Token", "", "Bearer,", "Bearer Bearer"])
def test_a_token_comes_as_bearer_or_not_at_all(house, stranger, scheme):
    secret = token_for(house)
    answer = stranger.get("/start.json", headers={"Authorization": f"{scheme} {secret}".strip()})
    assert answer.status_code == 401


def test_two_tokens_at_once_open_nothing(house, stranger):
    both = [("Authorization", f"Bearer {token_for(house)}") for _ in range(2)]
    assert stranger.get("/start.json", headers=both).status_code == 401


@pytest.mark.parametrize("name", ["access_token", "token", "x", "%6B"])
def test_a_token_in_the_address_is_refused_also_beside_a_good_one(house, stranger, name):
    secret = token_for(house)
    for headers in ({}, bearer(secret)):
        answer = stranger.get(f"/start.json?{name}={secret}", headers=headers)
        assert answer.status_code == 400
    coded = "".join(f"%{ord(letter):02x}" for letter in secret)
    assert stranger.get(f"/start.json?x={coded}", headers=bearer(secret)).status_code == 400


def test_a_wrong_token_is_not_forgiven_for_a_good_cookie(client):
    assert client.get("/start.json").status_code == 200
    assert client.get("/start.json", headers=bearer(new_token())).status_code == 401


def test_a_token_is_no_cookie(house, stranger):
    stranger.cookies.set("kneewise-80", token_for(house))
    assert stranger.get("/start.json").status_code == 403


def test_who_guesses_is_told_to_wait_and_a_good_token_still_opens(house, stranger):
    secret = token_for(house)
    told = [stranger.get("/start.json", headers=bearer(new_token())).status_code for _ in range(22)]
    assert told == [401] * 20 + [429] * 2
    assert stranger.get("/start.json", headers=bearer(secret)).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", ""])
def test_a_token_does_not_help_under_a_strange_name(house, stranger, host):
    answer = stranger.get("/start.json", headers={**bearer(token_for(house)), "Host": host})
    assert answer.status_code == 421


def test_a_page_of_somebody_else_cannot_use_a_token(house, stranger):
    headers = {**bearer(token_for(house)), "Sec-Fetch-Site": "cross-site"}
    assert stranger.post("/cases", data={"name": "Eve"}, headers=headers).status_code == 403
    assert house.store.cases() == ()


# What each is for.


def test_every_route_has_exactly_one_scope():
    assert [named for named in NAMED if operation_of(*named) is None] == []
    asked = {id(operation_of(*named)) for named in NAMED}
    assert [named for named, row in OPERATIONS.items() if id(row) not in asked] == []
    assert len({row.id for row in OPERATIONS.values()}) == len(OPERATIONS)


def test_what_changes_is_not_for_readers():
    changing = [row for (method, _), row in OPERATIONS.items() if method != "GET"]
    assert len(changing) > 20
    assert [row.id for row in changing if row.scope in (Scope.READ, Scope.EXPORT)] == []


@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_opens_what_it_is_for_and_nothing_else(place, scope):
    """Every route of a shared server with an owner's token of one scope: refused before anything is done."""
    program = program_of(place.house, scope, base=ORIGIN, account=place.accounts["olga"])
    before = place.store.cases()
    for method, path in NAMED:
        answer = program.request(method, address_of(path))
        denied = answer.status_code == 403
        assert denied == (operation_of(method, path).scope is not scope), (method, path, answer.text)
    assert place.store.cases() == before


def test_a_limited_token_finds_no_other_case(house, case):
    other = house.store.add_case("Ben", NOON, {"version": 1})
    program, nobody = program_of(house, cases=[case]), "a" * 16
    for method, path in NAMED:
        if "{id}" not in path or operation_of(method, path).scope is Scope.PERSON:
            continue
        answer = program.request(method, address_of(path, other.id))
        absent = program.request(method, address_of(path, nobody))
        assert answer.status_code == absent.status_code == 404, (method, path)
        assert answer.text.replace(other.id, "") == absent.text.replace(nobody, "")
    assert house.store.case(other.id) == other


def test_a_limited_token_lists_its_cases_and_begins_none(house, case):
    house.store.add_case("Ben", NOON)
    program = program_of(house, cases=[case])
    assert [row["id"] for row in program.get("/start.json").json()["cases"]] == [case]
    assert program.post("/cases", data={"name": "Eve"}).status_code == 403
    assert program.post("/import", files={"parcel": b"x"}).status_code == 403
    assert len(house.store.cases()) == 2


def test_a_route_in_no_table_is_open_to_no_token(house):
    token = Visitor(role=Role.COACH, token=house.store.add_token(wanted(), NOON)[1])
    route = APIRoute("/cases/{id}/secret", lambda: "told")
    request = Request({"type": "http", "method": "GET", "route": route, "path_params": {"id": "x"}})
    check_scope(request, Visitor(role=Role.OWNER))
    with pytest.raises(DeniedError):
        check_scope(request, token)


# On a shared server.


def test_a_token_is_what_its_account_is(place):
    """Carl coaches Anna, Cora coaches Ben; Olga sees both; Anna herself."""
    listed = {}
    for login in ("olga", "carl", "anna"):
        program = program_of(place.house, Scope.READ, base=ORIGIN, account=place.accounts[login])
        listed[login] = {row["id"] for row in program.get("/start.json").json()["cases"]}
    anna, ben = place.cases["anna"], place.cases["ben"]
    assert listed == {"olga": {anna, ben}, "carl": {anna}, "anna": {anna}}


def test_a_token_sees_no_more_than_both_its_owner_and_itself(place):
    carl = {"base": ORIGIN, "account": place.accounts["carl"]}
    other = program_of(place.house, cases=[place.cases["ben"]], **carl)
    assert other.get("/start.json").json()["cases"] == []
    assert other.get(f"/cases/{place.cases['ben']}.json").status_code == 404


def test_a_token_ends_with_what_its_owner_may_see(place):
    program = program_of(place.house, base=ORIGIN, account=place.accounts["carl"])
    assert program.get(f"/cases/{place.cases['anna']}.json").status_code == 200
    place.store.disable(place.accounts["carl"], True)
    assert program.get(f"/cases/{place.cases['anna']}.json").status_code == 401


def test_another_password_ends_every_token_of_its_account(place):
    carls, coras = (
        program_of(place.house, base=ORIGIN, account=place.accounts[login]) for login in ("carl", "cora")
    )
    place.store.change_password(place.accounts["carl"], "another fine password")
    assert [one.get("/start.json").status_code for one in (carls, coras)] == [401, 200]


def test_a_case_that_a_program_begins_is_its_owners(place):
    program = program_of(place.house, base=ORIGIN, account=place.accounts["carl"])
    begun = program.post("/cases", data={"name": "Dora"}).json()["case"]
    assert begun in place.store.cases_of(place.accounts["carl"])


def test_a_token_of_nobody_opens_no_shared_server(place):
    assert program_of(place.house, base=ORIGIN).get("/start.json").status_code == 401


def test_what_a_program_does_is_written_down_as_its_owners(place):
    program = program_of(place.house, base=ORIGIN, account=place.accounts["carl"])
    program.get(f"/cases/{place.cases['anna']}/export")
    newest = place.store.records(1)[0].done
    assert (newest.what, newest.account) == (Deed.EXPORTED, place.accounts["carl"])


def test_somebody_makes_shows_and_revokes_a_token_on_the_page(place):
    browser = place.browser_of("carl")
    form = {"name": "a script", "scope": ["read"], "days": "30", "case": place.cases["anna"]}
    secret = re.search("kw_[0-9a-f]{72}", browser.post("/tokens", data=form).text)[0]
    (told,) = browser.get("/tokens.json").json()["tokens"]
    assert (told["name"], told["scopes"], told["cases"]) == ("a script", ["read"], ["Anna"])
    assert secret not in browser.get("/tokens").text
    program = place.stranger()
    assert program.get("/start.json", headers=bearer(secret)).status_code == 200
    assert place.browser_of("cora").post(f"/tokens/{told['id']}/revoke").status_code == 404
    assert browser.post(f"/tokens/{told['id']}/revoke").status_code == 303
    assert program.get("/start.json", headers=bearer(secret)).status_code == 401


def test_nobody_makes_a_token_for_somebody_elses_case_or_for_more_than_there_is(place):
    browser = place.browser_of("carl")
    form = {"name": "a script", "scope": ["read"], "days": "30", "case": place.cases["ben"]}
    assert browser.post("/tokens", data=form).status_code == 404
    assert browser.post("/tokens", data={**form, "case": "", "scope": "person"}).status_code == 422
    assert browser.post("/tokens", data={**form, "case": "", "days": "9999"}).status_code == 422
    assert place.browser_of("anna").get("/tokens").status_code == 404
    assert place.store.tokens() == ()


# What does not travel.


def test_tokens_leave_neither_with_a_case_nor_with_a_backup(house, case, tmp_path):
    secret = token_for(house, cases=[case])
    house.store.export_case(case, tmp_path / "case.zip")
    house.store.back_up(tmp_path / "backup", NOON)
    kept = house.store.tokens()[0]
    for file in ("case.zip", "backup"):
        content = (tmp_path / file).read_bytes()
        assert kept.id.encode() not in content
        assert secret[:10].encode() not in content


def test_a_token_that_was_revoked_does_not_come_back_with_a_backup(tmp_path, house, case):
    token_for(house, cases=[case])
    house.store.back_up(tmp_path / "backup", NOON)
    restore(tmp_path / "backup", tmp_path / "other", "")
    with open_store(tmp_path / "other") as store:
        assert [one.id for one in store.cases()] == [case]
        assert store.tokens() == ()


def test_the_document_is_not_for_strangers(house, stranger):
    assert stranger.get("/openapi.json").status_code == 403
    assert program_of(house, Scope.READ).get("/openapi.json").status_code == 200
