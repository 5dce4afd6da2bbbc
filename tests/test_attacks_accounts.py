"""Attacks on who may come in, each tried: what should not be opened stays shut, and nobody is kept out."""

import io
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from joined import HASH, ORIGIN, PASSWORD, sign_in, token_in
from served import NOON

from kneewise.errors import InputError
from kneewise.store import IDLE, Deed, Label, Newcomer, Role, digest_of, hash_password, passwords
from kneewise.web.sharing import COOKIE, KNOWN_COOKIE, Shared, read_origin
from kneewise.web.tries import FORGOTTEN, Tries, Try, network_of

TOLD = Path(__file__).parents[1] / "docs/explanation/accounts-security.md"
WRONG = "not the password at all"
NEW = "another four plain words"
JOINED = {"password": NEW, "again": NEW}
EVIL = "<script>alert(1)</script>"


def is_in(browser):
    return browser.get("/account.json").status_code == 200


def cookie_of(browser):
    return browser.cookies.get(COOKIE)


# ------------------------------------------------------------------------------------------------- cookies


def test_the_cookie_is_for_tls_for_this_host_for_no_script_and_for_no_other_site(place):
    came = sign_in(place.stranger(), "carl")
    cookies = came.headers.get_list("set-cookie")
    assert [one.partition("=")[0] for one in cookies] == [COOKIE, KNOWN_COOKIE]
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
        assert "domain" not in cookie.lower()
    assert "Max-Age" not in cookies[0]


@pytest.mark.parametrize("planted", ["known to the attacker", "of the attacker's own visit"])
def test_a_cookie_that_was_planted_before_signing_in_opens_nothing_after(place, planted):
    attacker = place.browser_of("cora")
    token = cookie_of(attacker) if planted == "of the attacker's own visit" else "x" * 43
    victim = place.stranger()
    victim.cookies.set(COOKIE, token, domain="knee.example")
    sign_in(victim, "carl")
    fresh = {cookie.value for cookie in victim.cookies.jar if cookie.name == COOKIE} - {token}
    assert len(fresh) == 1
    spy = place.stranger()
    spy.cookies.set(COOKIE, token, domain="knee.example")
    assert not is_in(spy)


def test_every_visit_has_a_token_of_its_own(place):
    browsers = [place.browser_of("carl") for _ in range(3)]
    assert len({cookie_of(one) for one in browsers}) == 3
    assert len({one.headers["X-CSRF-Token"] for one in browsers}) == 3


@pytest.mark.parametrize(
    "forged",
    ["", "x", "x" * 43, "' OR '1'='1", "%00", "../../etc/passwd", "x" * 8000, "digest", "other", "half"],
)
def test_a_forged_cookie_opens_nothing(place, forged):
    browser = place.browser_of("carl")
    (visit,) = place.store.visits(place.accounts["carl"], NOON)
    token = cookie_of(browser)
    value = {"digest": visit.digest, "other": place.accounts["carl"], "half": token[:-1]}.get(forged, forged)
    stranger = place.stranger()
    stranger.headers["Cookie"] = f"{COOKIE}={value}"
    assert not is_in(stranger)


def test_a_cookie_of_a_server_for_one_opens_no_shared_one_and_there_is_no_door_for_it(place):
    stranger = place.stranger()
    stranger.cookies.set("kneewise-443", place.house.key.secret)
    assert stranger.get(f"/enter?key={place.house.key.secret}").headers["location"].startswith("/signin")
    assert not is_in(stranger)
    assert place.browser_of("olga").get("/enter").status_code == 404


# --------------------------------------------------------------------------------------------- other sites


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"},
        {"Origin": "http://knee.example", "Sec-Fetch-Site": "same-origin"},
        {},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/signin", "/cases", "/account/out"])
def test_what_another_site_sends_changes_nothing(place, headers, path):
    browser = place.browser_of("carl")
    for name in ("Origin", "Sec-Fetch-Site"):
        browser.headers.pop(name)
    form = {"login": "carl", "password": PASSWORD, "name": "Eve"}
    assert browser.post(path, data=form, headers=headers).status_code == 403
    browser.headers.update({"Origin": ORIGIN})
    assert is_in(browser)
    assert {case.name for case in place.store.cases()} == {"Anna", "Ben"}


@pytest.mark.parametrize("whose", ["none", "of another visit", "of another person", "of the key"])
def test_a_form_needs_the_token_of_its_own_visit(place, whose):
    carl = place.browser_of("carl")
    tokens = {
        "none": "",
        "of another visit": place.browser_of("carl").headers["X-CSRF-Token"],
        "of another person": place.browser_of("cora").headers["X-CSRF-Token"],
        "of the key": place.house.key.token,
    }
    carl.headers["X-CSRF-Token"] = tokens[whose]
    assert carl.post("/cases", data={"name": "Eve"}).status_code == 422
    assert len(place.store.cases()) == 2


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/%2fevil.example",
        "/ /evil.example",
        "javascript:alert(1)",
        "/cases/../../x",
        "/a\r\nSet-Cookie: x=1",
        "\t//evil.example",
        "/.evil.example",
    ],
)
def test_signing_in_leads_nowhere_else(place, to):
    stranger = place.stranger()
    assert "evil" not in stranger.get("/signin", params={"to": to}).text
    came = sign_in(stranger, "carl", to=to)
    assert came.headers["location"] == "/"
    assert len(came.headers.get_list("set-cookie")) == 2


def test_a_link_from_elsewhere_leads_on_by_a_page_of_ours_and_to_ours_only(place):
    stranger = place.stranger()
    stranger.headers["Sec-Fetch-Site"] = "cross-site"
    assert 'content="0; url=/people"' in stranger.get("/people").text
    assert 'content="0; url=/"' in stranger.get(f"{ORIGIN}//evil.example/x").text


# ------------------------------------------------------------------------------------------- names of hosts


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "knee.example.evil.example",
        "knee.example:8443",
        "127.0.0.1",
        "localhost",
        "",
        "knee.example@x",
    ],
)
def test_under_another_name_there_is_nothing(place, host):
    assert place.browser_of("carl").get("/", headers={"Host": host}).status_code == 421


def test_a_forwarded_name_changes_no_link(place):
    olga = place.browser_of("olga")
    told = {
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "host=evil.example",
        "X-Forwarded-Prefix": "//evil",
    }
    made = olga.post("/people/invite", data={"name": "Cleo"}, headers=told)
    assert f"{ORIGIN}/join/" in made.text
    assert "evil" not in made.text


def test_without_tls_there_is_nothing(place):
    from fastapi.testclient import TestClient

    plain = TestClient(place.app, base_url="http://knee.example")
    assert plain.get("/signin").status_code == 421


def test_browsers_are_told_to_come_by_tls_only_and_to_keep_nothing(place):
    for answer in (
        place.stranger().get("/signin"),
        place.browser_of("carl").get("/"),
        place.stranger().get("/"),
    ):
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "given", ["http://knee.example", "knee.example", "https://", "https://a/b", "https://a b"]
)
def test_a_public_address_without_tls_is_none(given):
    with pytest.raises(InputError):
        read_origin(given)


# ----------------------------------------------------------------------------------------- other's things


def test_a_film_of_somebody_else_is_not_reached_by_way_of_the_own_case(place):
    film = place.store.add_film(place.cases["anna"], io.BytesIO(b"film"), "a.mp4", Label(), NOON)
    ben = place.browser_of("ben")
    at = f"/cases/{place.cases['ben']}/films/{film.id}"
    for end in ("", ".json", "/report", "/overlay.mp4", "/film.mp4", "/viewer.json", "/label"):
        assert ben.get(at + end).status_code == 404
    for end in ("/erase", "/cancel", "/keep", "/again", "/label"):
        assert ben.post(at + end, data={"condition": "baseline"}).status_code == 404
    assert place.store.film(film.id) == film


def test_a_coach_cannot_share_hand_over_or_invite_for_a_case_that_another_keeps(place):
    case, cora = place.cases["anna"], place.accounts["cora"]
    place.store.share_case(case, cora)
    browser, at = place.browser_of("cora"), f"/cases/{case}/sharing"
    before = place.store.sharers(case)
    for end, form in (
        ("/share", {"account": place.accounts["olga"]}),
        ("/unshare", {"account": place.accounts["carl"]}),
        ("/unshare", {"account": place.accounts["anna"]}),
        ("/invite", {}),
    ):
        assert browser.post(at + end, data=form).status_code == 422
    assert browser.post(at + "/hand-over", data={"account": cora}).status_code == 404
    assert place.store.sharers(case) == before
    assert browser.post(at + "/unshare", data={"account": cora}).status_code == 303
    assert browser.get(f"/cases/{case}").status_code == 404


def test_nobody_makes_themselves_more_than_they_are(place):
    for login in ("carl", "anna"):
        browser = place.browser_of(login)
        own = place.accounts[login]
        assert browser.post(f"/people/{own}/role", data={"role": "owner"}).status_code == 404
        assert browser.post("/people/invite", data={"name": "Me", "role": "owner"}).status_code == 404
        sent = {
            "now": PASSWORD,
            "password": NEW,
            "again": NEW,
            "role": "owner",
            "account": place.accounts["olga"],
        }
        assert browser.post("/account/password", data=sent).status_code == 303
        assert place.store.account(own).role == {"carl": Role.COACH, "anna": Role.CLIENT}[login]
    assert place.store.account(place.accounts["olga"]).password == HASH


def test_an_invitation_makes_nobody_more_than_it_says(place):
    code = place.store.invite(Role.CLIENT, "Cleo", NOON, case=place.store.add_case("Cleo", NOON).id)
    form = {**JOINED, "login": "cleo", "role": "owner", "case": place.cases["anna"]}
    browser = place.stranger()
    assert browser.post(f"/join/{code}", data=form).status_code == 303
    assert place.store.account_called("cleo").role is Role.CLIENT
    assert browser.get(f"/cases/{place.cases['anna']}").status_code == 404
    olga = place.browser_of("olga")
    assert olga.post("/people/invite", data={"name": "Eve", "role": "client"}).status_code == 422


# -------------------------------------------------------------------------------------------------- links


def test_looking_at_a_link_does_not_use_it_up_and_using_it_does(place):
    code = place.store.invite(Role.COACH, "Cleo", NOON)
    stranger = place.stranger()
    for _ in range(3):
        assert "Welcome, Cleo" in stranger.get(f"/join/{code}").text
    assert stranger.post(f"/join/{code}", data={**JOINED, "login": "cleo"}).status_code == 303
    assert is_in(stranger)
    again = place.stranger()
    assert again.post(f"/join/{code}", data={**JOINED, "login": "cleo2"}).status_code == 404
    assert again.get(f"/join/{code}").status_code == 404


@pytest.mark.parametrize("code", ["x", "x" * 43, "' OR 1=1 --", "%2e%2e", "null", "None"])
def test_a_forged_link_opens_nothing(place, code):
    place.store.invite(Role.OWNER, "Cleo", NOON)
    stranger = place.stranger()
    for answer in (stranger.get(f"/join/{code}"), stranger.post(f"/join/{code}", data=JOINED)):
        assert answer.status_code == 404
    assert len(place.store.accounts()) == 5


def test_a_link_that_is_too_old_opens_nothing(place):
    code = place.store.invite(Role.COACH, "Cleo", NOON)
    place.clock.wait(hours=72)
    assert place.stranger().post(f"/join/{code}", data={**JOINED, "login": "cleo"}).status_code == 404


def test_of_two_who_use_one_link_at_once_one_comes_in(place):
    code = place.store.invite(Role.COACH, "Cleo", NOON)
    browsers = [place.stranger() for _ in range(4)]

    def come(number):
        return browsers[number].post(f"/join/{code}", data={**JOINED, "login": f"cleo{number}"}).status_code

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(come, range(4))) == [303, 404, 404, 404]
    assert len(place.store.accounts()) == 6


def test_a_link_of_a_coach_who_is_out_opens_nothing(place):
    case = place.store.add_case("Cleo", NOON, keeper=place.accounts["carl"]).id
    carl = place.browser_of("carl")
    made = carl.post(f"/cases/{case}/sharing/invite").text
    code = re.search(rf"{ORIGIN}/join/([\w-]+)", made)[1]
    place.browser_of("olga").post(f"/people/{place.accounts['carl']}/close")
    assert place.stranger().get(f"/join/{code}").status_code == 404


# ------------------------------------------------------------------------------------------------ guessing


def test_guessing_is_slowed_down_more_and_more_and_the_right_word_does_not_help_while_it_waits(place):
    attacker = place.stranger(address="203.0.113.66")
    assert [sign_in(attacker, "carl", WRONG).status_code for _ in range(5)] == [401] * 5
    waits = []
    for _ in range(6):
        told = sign_in(attacker, "carl")
        assert told.status_code == 429
        waits.append(int(re.search(r"wait (\d+)", told.text)[1]))
        place.clock.wait(seconds=waits[-1])
        assert sign_in(attacker, "carl", WRONG).status_code == 401
    assert waits == [2, 3, 5, 9, 17, 33]


def test_many_guesses_at_once_are_not_looked_at_before_the_first_failed(place, monkeypatch):
    looked, tried = count_looks(monkeypatch), []

    def guess(_):
        tried.append(sign_in(place.stranger(address="203.0.113.66"), "carl", WRONG).status_code)

    with ThreadPoolExecutor(12) as threads:
        list(threads.map(guess, range(24)))
    assert looked() == tried.count(401) == 5


def test_nobody_is_kept_out_by_a_stranger_who_guesses(place):
    carl = place.browser_of("carl", address="198.51.100.1")
    for i in range(25):
        sign_in(place.stranger(address=f"203.0.113.{i}"), "carl", WRONG)
    assert sign_in(place.stranger(address="203.0.113.200"), "carl", WRONG).status_code == 429
    assert sign_in(carl, "carl").status_code == 303  # his browser is known
    place.clock.wait(seconds=61)
    assert sign_in(place.stranger(address="198.51.100.99"), "carl").status_code == 303


def test_a_browser_that_is_known_for_one_name_is_a_stranger_to_another(place):
    cora = place.browser_of("cora", address="198.51.100.1")
    for i in range(25):
        sign_in(place.stranger(address=f"203.0.113.{i}"), "carl", WRONG)
    assert sign_in(cora, "carl").status_code == 429


def test_one_address_that_tries_many_names_waits(place):
    attacker = place.stranger(address="203.0.113.66")
    told = [sign_in(attacker, f"name{i}", WRONG).status_code for i in range(32)]
    assert told == [401] * 30 + [429] * 2


def test_addresses_of_one_customer_count_as_one(place):
    assert network_of("2001:db8:1:2::3") == network_of("2001:db8:1:ffff::4") != network_of("2001:db8:2::3")
    assert network_of("::ffff:203.0.113.5") == network_of("203.0.113.5")
    for i in range(5):
        sign_in(place.stranger(address=f"2001:db8:1:{i}::1"), "carl", WRONG)
    assert sign_in(place.stranger(address="2001:db8:1:99::1"), "carl").status_code == 429


def test_what_is_remembered_of_guesses_is_bounded_and_forgotten():
    tries = Tries()
    for i in range(10_000):
        tries.begin(Try(login=f"name{i}", address=f"2001:db8:{i:x}::1"), NOON)
    assert all(len(rows) <= 4096 for rows in tries._rows)
    tried = Try(login="carl", address="203.0.113.66")
    while not tries.begin(tried, NOON):
        pass
    assert tries.wait(tried, NOON)
    assert not tries.wait(tried, NOON + FORGOTTEN)


def test_the_own_password_is_not_guessed_on_the_page_that_changes_it(place):
    thief = place.browser_of("carl")
    form = {"now": WRONG, "password": NEW, "again": NEW}
    for _ in range(7):
        assert thief.post("/account/password", data=form).status_code == 422
    assert thief.post("/account/password", data={**form, "now": PASSWORD}).status_code == 422
    assert place.store.account(place.accounts["carl"]).password == HASH


def count_looks(monkeypatch):
    """How often a password was looked at from now on."""
    count, lock, verify = [], threading.Lock(), PasswordHasher.verify

    def counted(self, kept, given):
        with lock:
            count.append(kept)
        return verify(self, kept, given)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    return lambda: len(count)


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("carl", WRONG),
        ("nobody", WRONG),
        ("closed", PASSWORD),
        ("new", ""),
        ("carl", "x" * 5000),
        ("", ""),
        ("' OR 1=1 --", "' OR 1=1 --"),
        ("carl\0", PASSWORD),
        ("x" * 5000, WRONG),
    ],
)
def test_whatever_is_wrong_the_same_work_is_done_and_the_same_is_said(place, monkeypatch, login, password):
    for other in ("closed", "new"):
        kept = hash_password(PASSWORD) if other == "closed" else ""
        account = place.store.add_account(
            Newcomer(login=other, name=other, role=Role.COACH, password=kept), NOON
        )
        place.store.disable(account.id, other == "closed")
    usual = sign_in(place.stranger(address="203.0.113.1"), "carl", WRONG)
    looked = count_looks(monkeypatch)
    told = sign_in(place.stranger(address="203.0.113.2"), login, password)
    assert looked() == 1
    assert told.status_code == 401
    assert re.sub(r'value="[^"]*"', "", told.text) == re.sub(r'value="[^"]*"', "", usual.text)
    assert "set-cookie" not in told.headers


def test_a_hash_that_took_less_work_is_made_anew_at_the_next_sign_in(place):
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    place.store.change_password(place.accounts["carl"], old)
    browser = place.browser_of("carl")
    fresh = place.store.account(place.accounts["carl"]).password
    assert fresh.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_in(browser)


def test_when_very_many_knock_others_are_sent_away_and_not_counted_for_it(place, monkeypatch):
    carl = place.browser_of("carl")
    monkeypatch.setattr(passwords, "_IN_LINE", threading.BoundedSemaphore(1))
    with passwords._turn():
        for _ in range(9):
            assert sign_in(carl, "carl").status_code == 503
        assert carl.get("/").status_code == 200
    assert sign_in(carl, "carl").status_code == 303


# ---------------------------------------------------------------------------------------------------- size


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/signin", 20_000, 413),
        ("/join/x", 20_000, 413),
        ("/cases", 2 << 20, 413),
        ("/account/password", 2 << 20, 413),
        ("/import", 2 << 20, 422),
    ],
)
def test_only_where_files_are_taken_much_can_be_sent(place, path, size, status):
    browser = place.browser_of("carl")
    assert browser.post(path, content=b"a=" + b"x" * size).status_code == status


# ---------------------------------------------------------------------------------------------------- text


def test_names_are_text_on_every_page_that_shows_them(place):
    code = place.store.invite(Role.COACH, EVIL, NOON)
    browser = place.stranger()
    pages = [browser.get(f"/join/{code}").text]
    browser.post(f"/join/{code}", data={**JOINED, "login": "evil"})
    evil = place.store.account_called("evil")
    place.store.share_case(place.cases["anna"], evil.id)
    olga = place.browser_of("olga")
    pages += [browser.get(page).text for page in ("/", "/account")]
    pages += [
        olga.get(page).text for page in ("/people", "/records", f"/cases/{place.cases['anna']}/sharing")
    ]
    pages += [olga.get(f"/cases/{place.cases['anna']}/keep").text]
    pages += [sign_in(place.stranger(), EVIL, WRONG).text]
    assert all("&lt;script&gt;" in page and EVIL not in page for page in pages)


@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: x=1", 'a"; filename="evil.exe', "Ünï çödé", "../../x"])
def test_names_end_up_in_no_header(place, name):
    browser = place.browser_of("carl")
    added = browser.post("/cases", data={"name": name})
    case = added.headers["location"].split("/")[2]
    export = browser.get(f"/cases/{case}/export")
    assert re.fullmatch(
        r'attachment; filename="kneewise-[a-z0-9-]+\.zip"', export.headers["content-disposition"]
    )
    assert "x=1" not in str(export.headers) + str(added.headers)


# -------------------------------------------------------------------------------------------------- leaving


def test_who_signed_out_is_out_whatever_they_kept(place):
    browser, other = place.browser_of("carl"), place.browser_of("carl")
    token = cookie_of(browser)
    gone = browser.post("/account/out")
    assert (gone.status_code, gone.headers["location"]) == (303, "/signin")
    assert f'{COOKIE}=""; ' in gone.headers["set-cookie"]
    browser.cookies.set(COOKIE, token, domain="knee.example")
    assert (is_in(browser), is_in(other)) == (False, True)
    other.post("/account/everywhere")
    assert not is_in(other)


def test_one_signs_out_in_one_place_and_nobody_elses_visit_is_ended(place):
    here, there, stranger = place.browser_of("carl"), place.browser_of("carl"), place.browser_of("cora")
    visits = here.get("/account.json").json()["visits"]
    assert [one["here"] for one in visits].count(True) == 1
    (lost,) = [one["id"] for one in visits if not one["here"]]
    assert stranger.post(f"/account/visits/{lost}/end").headers["location"] == "/account"
    assert is_in(there)
    assert f"/account/visits/{lost}/end" in here.get("/account").text
    assert here.post(f"/account/visits/{lost}/end").headers["location"] == "/account"
    assert (is_in(here), is_in(there), is_in(stranger)) == (True, False, True)
    mine = here.get("/account.json").json()["visits"][0]["id"]
    assert here.post(f"/account/visits/{mine}/end").headers["location"] == "/signin"
    assert not is_in(here)


def test_another_password_puts_everybody_else_out(place):
    browser, other = place.browser_of("carl"), place.browser_of("carl")
    before = cookie_of(browser)
    browser.post("/account/password", data={"now": PASSWORD, **JOINED})
    assert (is_in(browser), is_in(other), cookie_of(browser) != before) == (True, False, True)
    assert sign_in(place.stranger(), "carl").status_code == 401
    assert sign_in(place.stranger(), "carl", NEW).status_code == 303


@pytest.mark.parametrize("end", ["close", "role", "link"])
def test_who_is_closed_or_changed_is_out_at_once(place, end):
    carl, olga = place.browser_of("carl"), place.browser_of("olga")
    made = olga.post(f"/people/{place.accounts['carl']}/{end}", data={"role": "owner"})
    if end == "link":
        code = re.search(rf"{ORIGIN}/join/([\w-]+)", made.text)[1]
        assert is_in(carl)
        place.stranger().post(f"/join/{code}", data=JOINED)
    assert not is_in(carl)
    assert (sign_in(place.stranger(), "carl").status_code == 303) is (end == "role")


def test_who_does_nothing_for_long_is_out(place):
    browser = place.browser_of("carl")
    place.clock.wait(seconds=IDLE.total_seconds())
    assert is_in(browser)
    place.clock.wait(seconds=IDLE.total_seconds() + 1)
    assert not is_in(browser)


def test_who_loses_a_case_sees_it_no_more_from_the_next_page_on(place):
    browser = place.browser_of("carl")
    assert browser.get(f"/cases/{place.cases['anna']}").status_code == 200
    place.store.hand_over(place.cases["anna"], place.accounts["cora"])
    assert browser.get(f"/cases/{place.cases['anna']}").status_code == 404


def test_a_client_exports_and_erases_their_own_case_and_is_gone_with_it(place):
    anna, at = place.browser_of("anna"), f"/cases/{place.cases['anna']}"
    assert anna.get(f"{at}/export").headers["content-type"] == "application/zip"
    assert anna.post(f"{at}/erase", data={"sure": "Anna"}).status_code == 303
    assert not is_in(anna)
    assert sign_in(place.stranger(), "anna").status_code == 401
    assert [case.name for case in place.store.cases()] == ["Ben"]


# -------------------------------------------------------------------------------------------------- records


def test_everything_that_counts_is_written_down_and_nothing_that_is_secret(place):
    olga, carl, case = place.browser_of("olga"), place.browser_of("carl"), place.cases["anna"]
    token = cookie_of(carl)
    carl.get(f"/cases/{case}")
    carl.get(f"/cases/{case}/why")
    carl.post(f"/cases/{case}/keep/name", data={"name": "Anna Secret"})
    carl.get(f"/cases/{case}/export")
    sign_in(place.stranger(), "carl", WRONG)
    sign_in(place.stranger(), "typed-a-password-here", WRONG)
    code = re.search(r"/join/([\w-]+)", olga.post("/people/invite", data={"name": "Cleo"}).text)[1]
    place.stranger().post(f"/join/{code}", data={**JOINED, "login": "cleo"})
    olga.post(f"/people/{place.accounts['cora']}/role", data={"role": "owner"})
    carl.post(f"/cases/{case}/erase", data={"sure": "Anna Secret"})
    rows = place.store.records(100)
    deeds = [row.done.what for row in rows]
    for deed, times in {
        Deed.SIGNED_IN: 2,
        Deed.FAILED: 2,
        Deed.OPENED: 1,
        Deed.CHANGED: 1,
        Deed.EXPORTED: 1,
        Deed.ERASED: 1,
        Deed.INVITED: 1,
        Deed.JOINED: 1,
        Deed.ROLE: 1,
    }.items():
        assert deeds.count(deed) == times, deed
    told = repr(rows) + olga.get("/records").text + olga.get("/records.json").text
    for secret in (
        PASSWORD,
        WRONG,
        NEW,
        token,
        digest_of(token),
        code,
        digest_of(code),
        "typed-a",
        "Secret",
        HASH,
    ):
        assert secret not in told
    assert case in told


def test_what_was_refused_is_not_written_down_as_done(place):
    cora = place.browser_of("cora")
    before = len(place.store.records(100))
    cora.get(f"/cases/{place.cases['anna']}")
    cora.post("/people/invite", data={"name": "Eve"})
    assert len(place.store.records(100)) == before


def test_a_backup_lets_nobody_in_again_who_went_out(place, tmp_path):
    from kneewise.store import open_store, restore

    browser = place.browser_of("carl")
    code = place.store.invite(Role.OWNER, "Eve", NOON)
    place.store.back_up(tmp_path / "backup", NOON)
    restore(tmp_path / "backup", tmp_path / "restored")
    with open_store(tmp_path / "restored") as restored:
        assert restored.visitor_with(cookie_of(browser), NOON) is None
        with pytest.raises(Exception, match="nothing behind this link"):
            restored.invitation(code, NOON)
        assert len(restored.accounts()) == 5


def test_a_page_of_the_shared_server_says_so_and_tells_no_folder(place):
    anna = place.browser_of("anna")
    for end in ("", "/keep", "/films"):
        page = anna.get(f"/cases/{place.cases['anna']}{end}").text
        assert "stays on this server" in page
        assert str(place.store.home) not in page
    assert "Carl" in anna.get(f"/cases/{place.cases['anna']}/keep").text
    assert isinstance(place.house.shared, Shared)
    assert token_in(page)


def test_every_attack_that_is_told_of_is_tried():
    told = set(re.findall(r"`(test_\w+)`", TOLD.read_text(encoding="utf-8")))
    tried = {
        name
        for file in Path(__file__).parent.glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert told
    assert told <= tried
