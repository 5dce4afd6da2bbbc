"""The server by itself: who may ask, what it answers, and the questions as pages."""

import queue
import re
import socket
import subprocess
import sys

import pytest
from fastapi.testclient import TestClient
from served import NOON
from told import ASKING, NOTHING
from tools.screens import PERSON, finish

from kneewise.casefile import build_case
from kneewise.screening import screen
from kneewise.sitting import Sitting
from kneewise.web import build_app
from kneewise.web.forms import fields_of
from kneewise.web.rendering import PAGES
from kneewise.web.security import cookie_of
from kneewise.web.serving import _shown


def added(house, answers=None):
    return house.store.add_case("Anna", NOON, {"version": 1, "answers": answers or {}}).id


def test_nothing_but_the_way_in_and_the_scripts_opens_without_the_key(house):
    stranger = TestClient(build_app(house), base_url="http://127.0.0.1")
    case = added(house)
    for path in ("/", "/start.json", f"/cases/{case}", f"/cases/{case}/questions", f"/cases/{case}.json"):
        assert stranger.get(path).status_code == 403
    assert stranger.get("/static/pages/base.js").status_code == 200


def test_the_key_in_the_address_becomes_a_cookie_that_no_script_reads_and_no_other_site_sends(house):
    stranger = TestClient(build_app(house), base_url="http://127.0.0.1", follow_redirects=False)
    entered = stranger.get(f"/enter?key={house.key.secret}", headers={"Sec-Fetch-Site": "none"})
    assert entered.status_code == 303
    cookie = entered.headers["set-cookie"]
    assert cookie.startswith("kneewise-80=")
    assert "Max-Age" not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert stranger.get("/").status_code == 200


def test_a_wrong_key_opens_nothing(house):
    stranger = TestClient(build_app(house), base_url="http://127.0.0.1")
    assert stranger.get("/enter?key=x").status_code == 403
    stranger.cookies.set(cookie_of(80), "x")
    assert stranger.get("/").status_code == 403


def test_another_name_for_this_computer_is_refused(house):
    rebound = TestClient(build_app(house), base_url="http://knee.example")
    rebound.cookies.set(cookie_of(80), house.key.secret)
    assert rebound.get("/").status_code == 421


@pytest.mark.parametrize(
    "host",
    ["evil.com@127.0.0.1", "a:b:c", "[", "", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1.evil.com"],
)
def test_a_host_that_is_not_this_computer_word_for_word_is_refused(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8321", "localhost:8321", "[::1]:8321"])
def test_every_name_of_this_computer_is_answered(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 200


def test_chunks_are_refused_whatever_length_is_stated_beside_them(house, client):
    stated = {"Content-Length": "5", "Transfer-Encoding": "chunked"}
    assert client.post("/cases", content=b"name=Eve", headers=stated).status_code == 413
    assert house.store.cases() == ()


def test_whoever_comes_from_a_file_gets_the_cookie_with_a_page_that_leads_on(house):
    stranger = TestClient(build_app(house), base_url="http://127.0.0.1")
    came = {"Sec-Fetch-Site": "cross-site"}
    entered = stranger.get(f"/enter?key={house.key.secret}", headers=came)
    assert (entered.status_code, 'content="0; url=/"' in entered.text) == (200, True)
    assert stranger.get("/").status_code == 200
    assert stranger.get(f"/enter?key={house.key.secret}", headers=came).status_code == 200


def test_the_browser_is_shown_a_file_of_its_owner_only_and_no_key(tmp_path, monkeypatch):
    opened = queue.Queue()
    monkeypatch.setattr("webbrowser.open", opened.put)
    address, way_in = "http://127.0.0.1:1/enter?key=secret", tmp_path / "enter-1.html"
    with _shown(address, way_in):
        shown = opened.get(timeout=10)
        assert (shown, "secret" in shown) == (way_in.as_uri(), False)
        assert address in way_in.read_text()
        assert way_in.stat().st_mode & 0o777 == 0o600
    assert not way_in.exists()


def test_a_mistake_of_ours_is_told_in_words_under_the_same_rules(house, monkeypatch):
    client = TestClient(build_app(house), base_url="http://127.0.0.1", raise_server_exceptions=False)
    client.cookies.set(cookie_of(80), house.key.secret)
    monkeypatch.setattr(type(house.store), "cases", lambda _store: 1 / 0)
    page, twin = client.get("/"), client.get("/start.json")
    assert (page.status_code, twin.status_code) == (500, 500)
    assert "made a mistake" in page.text
    assert set(twin.json()) == {"error", "try"}
    for answer in (page, twin):
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


def test_a_form_without_the_token_changes_nothing(house, client):
    del client.headers["X-CSRF-Token"]
    assert client.post("/cases", data={"name": "Eve"}).status_code == 422
    assert client.post("/cases", data={"name": "Eve", "csrf": "0" * 64}).status_code == 422
    assert house.store.cases() == ()


def test_what_another_site_sends_is_refused_even_with_the_token(house, client):
    sent = client.post("/cases", data={"name": "Eve"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert sent.status_code == 403
    assert house.store.cases() == ()


def test_every_page_forbids_scripts_and_styles_that_are_not_files_of_ours(house, client):
    case = added(house)
    for path in ("/", f"/cases/{case}", f"/cases/{case}/questions", "/nowhere"):
        answer = client.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'; script-src 'self'; style-src 'self';" in policy
        assert "unsafe" not in policy
        assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)", answer.text)


def test_no_page_asks_another_computer_for_anything(house, client):
    case = added(house)
    for path in ("/", f"/cases/{case}", f"/cases/{case}/questions"):
        assert re.findall(r"(?:src|href|action)=\"(?:https?:)?//", client.get(path).text) == []


def test_a_name_is_shown_as_it_was_typed_and_never_as_markup(client):
    name = "<script>alert(1)</script>{{ 7*7 }}&\"'"
    case = client.post("/cases", data={"name": name}).headers["location"].split("/")[2]
    for path in ("/", f"/cases/{case}"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "{{ 7*7 }}" in page
    assert client.get(f"/cases/{case}.json").json()["case"]["name"] == name


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\x00b", "a\x1bb"])
def test_a_name_that_nobody_could_read_is_refused_in_words(house, client, name):
    answer = client.post("/cases", data={"name": name})
    assert answer.status_code == 422
    assert "type any name" in answer.text
    assert house.store.cases() == ()


def test_a_case_that_is_not_there_is_told_as_a_page_and_as_json(client):
    assert client.get("/cases/nobody").status_code == 404
    told = client.get("/cases/nobody.json")
    assert told.status_code == 404
    assert set(told.json()) == {"error", "try"}


def test_every_page_has_a_twin_that_a_program_can_read(house, client):
    case = added(house, NOTHING)
    for path in (
        f"/cases/{case}",
        f"/cases/{case}/questions",
        f"/cases/{case}/answers",
        f"/cases/{case}/why",
    ):
        assert client.get(path).headers["content-type"].startswith("text/html")
        assert client.get(f"{path}.json").json()["case"]["id"] == case


def test_the_questions_of_the_pages_are_those_of_the_terminal(house, client):
    case = added(house)
    asked = client.get(f"/cases/{case}/questions.json").json()["question"]["id"]
    assert asked == Sitting.of({"version": 1}, ASKING, "case").next().id


def test_answering_all_questions_the_harmless_way_ends_without_any_warning(house, client):
    case = added(house)
    for _ in range(200):
        told = client.get(f"/cases/{case}/questions.json").json()
        if told["question"] is None:
            break
        sent = client.post(f"/cases/{case}/questions", data=harmless(told))
        assert sent.status_code == 303, told["question"]
    assert told["question"] is None
    assert told["left"] == 0
    content = house.store.case(case).content
    assert not screen(build_case(content, ASKING, "case"), ASKING).tier.refers
    assert set(content["person"]) == {one.id for one in ASKING.person}


def harmless(told):
    """A sent form that answers with nothing the matter, or else in the middle."""
    question = told["question"]
    form = {"of": question["id"], "revision": told["case"]["revision"]}
    if question["id"] in NOTHING:
        asked = ASKING.asked[question["id"]]
        given = NOTHING[question["id"]]
        return form | {name: value for name, value in fields_of(asked, given).items()}
    names = [one["id"] for one in question["choices"]]
    if names:
        return form | {"value": next((one for one in ("none", "no") if one in names), names[0])}
    if question["type"] == "yes_no":
        return form | {"value": "no"}
    middle = round((question["low"] + question["high"]) / 2)
    return form | {field["name"]: middle for field in question["fields"]}


def test_an_emergency_leads_at_once_to_what_to_do_and_to_nothing_else(house, client):
    case = added(house, {"age": 30})
    sign = next(iter(ASKING.asked["emergency_leg"].choices))
    form = {"of": "emergency_leg", "revision": 1, "value": sign}
    sent = client.post(f"/cases/{case}/questions", data=form)
    assert sent.headers["location"] == f"/cases/{case}/referral"
    page = client.get(f"/cases/{case}/referral").text
    assert "call your emergency number" in page
    told = client.get(f"/cases/{case}.json").json()
    assert told["next"]["to"] == "/referral"
    assert not {"/plan", "/films", "/tests", "/whatif"} & {step["to"] for step in told["steps"]}


def test_an_answer_can_be_changed_and_the_way_opens_again(house, client):
    case = added(house, NOTHING | {"knee_skin": ["hot"]})
    assert client.get(f"/cases/{case}.json").json()["next"]["to"] == "/referral"
    form = {"of": "knee_skin", "revision": 1, "alone": "none"}
    assert client.post(f"/cases/{case}/questions", data=form).status_code == 303
    assert house.store.case(case).content["answers"]["knee_skin"] == ["none"]
    assert client.get(f"/cases/{case}.json").json()["next"]["to"] != "/referral"


@pytest.mark.parametrize(
    "content",
    [
        {"answers": {"age": 30}},
        {"answers": NOTHING | {"knee_skin": ["hot"]}},
        {"answers": NOTHING, "checkin": [{"date": "2026-05-04", "answers": {}, "new": True}]},
        {"answers": NOTHING},
    ],
    ids=["open", "referred", "anew", "may move"],
)
def test_every_page_agrees_on_what_comes_before_any_squat(house, client, content):
    case = house.store.add_case("Anna", NOON, {"version": 1, **content}).id
    told = client.get(f"/cases/{case}.json").json()["next"]
    first = client.get(f"/cases/{case}/films.json").json()["first"]
    assert first == client.get(f"/cases/{case}/tests.json").json()["first"]
    assert (first == told) is (first is not None)
    assert (first is None) is (content == {"answers": NOTHING})


SIGN = next(iter(ASKING.asked["emergency_leg"].choices))


def in_an_emergency(house, sitting, signs=(SIGN,)):
    """A case that said an emergency, in its first answers or in the check-in of today."""
    if sitting == "questions":
        return added(house, NOTHING | {"emergency_leg": [*signs]})
    checkin = {"date": NOON.date().isoformat(), "answers": {"emergency_leg": [*signs]}}
    return house.store.add_case("Anna", NOON, {"answers": NOTHING, "checkin": [checkin]}).id


def is_emergency(client, case):
    return client.get(f"/cases/{case}/referral.json").json()["emergency"]


@pytest.mark.parametrize("sitting", ["questions", "checkin"])
def test_an_emergency_is_not_unsaid_by_answering_otherwise(house, client, sitting):
    case = in_an_emergency(house, sitting)
    form = {"of": "emergency_leg", "revision": 1}
    sent = client.post(f"/cases/{case}/{sitting}", data=form | {"alone": "none"})
    assert (sent.status_code, "if you pressed it by mistake, say so there" in sent.text) == (422, True)
    other = list(ASKING.asked["emergency_leg"].choices)[1]
    assert client.post(f"/cases/{case}/{sitting}", data=form | {"value": [SIGN, other]}).status_code == 303
    assert is_emergency(client, case)


@pytest.mark.parametrize("sitting", ["questions", "checkin"])
def test_a_slip_is_taken_back_in_so_many_words_is_asked_again_and_stays_on_record(house, client, sitting):
    case = in_an_emergency(house, sitting)
    text, label = ASKING.asked["emergency_leg"].text, ASKING.label("emergency_leg", (SIGN,))
    (pressed,) = client.get(f"/cases/{case}/referral.json").json()["pressed"]
    assert (pressed["text"], pressed["answer"]) == (text, label)
    sent = client.post(f"/cases/{case}/referral/mistake", data={"revision": 1})
    assert sent.headers["location"] == f"/cases/{case}/{sitting}?of=emergency_leg"
    assert not is_emergency(client, case)
    assert client.get(f"/cases/{case}/{sitting}.json").json()["question"]["id"] == "emergency_leg"
    slip = {"date": NOON.date().isoformat(), "question": "emergency_leg", "answer": [SIGN]}
    assert house.store.case(case).content["taken_back"] == [slip]
    page = client.get(f"/cases/{case}/clinician").text
    assert "Taken back as pressed by mistake" in page
    assert f"{label} ({NOON.date().isoformat()})" in page


def test_two_signs_of_one_answer_are_one_slip_and_earlier_answers_stay(house, client):
    """What was answered at first was true then."""
    case = in_an_emergency(house, "checkin", list(ASKING.asked["emergency_leg"].choices)[:2])
    client.post(f"/cases/{case}/referral/mistake", data={"revision": 1})
    content = house.store.case(case).content
    assert content["answers"]["emergency_leg"] == ["none"]
    assert [len(slip["answer"]) for slip in content["taken_back"]] == [2]


def test_a_slip_is_taken_back_from_the_page_that_shows_it_only(house, client):
    case = in_an_emergency(house, "questions")
    assert client.post(f"/cases/{case}/referral/mistake", data={"revision": 7}).status_code == 409
    assert client.post(f"/cases/{case}/referral/mistake").status_code == 409
    assert is_emergency(client, case)
    urgent = added(house, NOTHING | {"knee_skin": ["hot"]})
    client.post(f"/cases/{urgent}/referral/mistake", data={"revision": 1})
    assert house.store.case(urgent).content["answers"]["knee_skin"] == ["hot"]


def test_an_answer_that_is_sent_twice_is_kept_once_and_no_conflict(house, client):
    case = added(house)
    form = {"of": "age", "revision": 1, "value": "30"}
    first, second = (client.post(f"/cases/{case}/questions", data=form) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert house.store.case(case).revision == 2


@pytest.mark.parametrize("revision", ["9" * 30, "9" * 5000, "-1", "1.0", "²", ""])
def test_a_revision_that_no_case_has_is_a_conflict(house, client, revision):
    case = added(house)
    form = {"of": "age", "revision": revision, "value": "30"}
    assert client.post(f"/cases/{case}/questions", data=form).status_code == 409
    assert house.store.case(case).revision == 1


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://127.0.0.1/cases/x/questions?of=age", "/cases/x/questions"),
        ("http://evil.example/cases/x", None),
        ("http://127.0.0.1//evil.example/x", None),
        ("http://127.0.0.1@evil.example/x", None),
        ("javascript:alert(1)", None),
    ],
)
def test_a_page_of_what_went_wrong_leads_back_to_the_page_of_ours_it_came_from(client, referer, back):
    page = client.post("/cases", data={"name": ""}, headers={"Referer": referer}).text
    found = re.search('<a class="button first" href="([^"]*)">Back', page)
    assert (found and found[1]) == back


def test_two_windows_cannot_overwrite_each_other(house, client):
    case = added(house)
    form = {"of": "age", "revision": 1, "value": "30"}
    assert client.post(f"/cases/{case}/questions", data=form).status_code == 303
    late = client.post(f"/cases/{case}/questions", data=form | {"value": "40"})
    assert late.status_code == 409
    assert "another window" in late.text
    assert house.store.case(case).content["answers"]["age"] == 30


@pytest.mark.parametrize("value", ["", "nan", "inf", "-1", "1e999", "seven", "17 years", "9" * 5000])
def test_a_number_that_cannot_be_is_asked_for_again_on_the_same_page(house, client, value):
    case = added(house)
    answer = client.post(f"/cases/{case}/questions", data={"of": "age", "revision": 1, "value": value})
    assert answer.status_code == 422
    assert "How old are you?" in answer.text
    assert house.store.case(case).revision == 1


def test_a_comma_is_a_point(house, client):
    case = added(house, NOTHING)
    form = {"of": "height_cm", "revision": 1, "value": "171,5"}
    assert client.post(f"/cases/{case}/questions", data=form).status_code == 303
    assert house.store.case(case).content["person"]["height_cm"] == 171.5


@pytest.mark.parametrize("of", ["", "nothing_like_it", "__class__", "version"])
def test_what_is_not_asked_cannot_be_answered(house, client, of):
    case = added(house)
    sent = client.post(f"/cases/{case}/questions", data={"of": of, "revision": 1, "value": "1"})
    assert sent.status_code == 422
    assert house.store.case(case).revision == 1


@pytest.mark.parametrize("asked", [*ASKING.questions, *ASKING.person], ids=lambda row: row.id)
def test_what_was_answered_stands_in_the_form_when_it_is_opened_again(house, client, asked):
    case = added(house)
    told = client.get(f"/cases/{case}/questions.json", params={"of": asked.id}).json()
    form = harmless(told)
    assert client.post(f"/cases/{case}/questions", data=form).status_code == 303
    again = client.get(f"/cases/{case}/questions.json", params={"of": asked.id}).json()["question"]
    sent = {name: value for name, value in form.items() if name not in ("of", "revision")}
    shown = {name: again["given"][name] for name in sent}
    assert {name: listed(value) for name, value in shown.items()} == {
        name: listed(value) for name, value in sent.items()
    }


def listed(value):
    """Values as text, one or several."""
    several = value if isinstance(value, list) else [value]
    return [f"{one:g}" if isinstance(one, int | float) else str(one) for one in several]


def test_a_checkin_of_today_asks_again_and_leaves_the_first_answers_alone(house, client):
    case = added(house, NOTHING)
    told = client.get(f"/cases/{case}/checkin.json").json()
    assert client.post(f"/cases/{case}/checkin", data=harmless(told)).status_code == 303
    content = house.store.case(case).content
    assert content["answers"] == NOTHING
    assert content["checkin"] == [
        {"date": NOON.date().isoformat(), "answers": content["checkin"][0]["answers"]}
    ]
    assert list(content["checkin"][0]["answers"]) == [told["question"]["id"]]


def test_the_page_for_the_clinician_holds_what_was_answered(house, client):
    case = added(house, NOTHING | {"age": 44})
    page = client.get(f"/cases/{case}/clinician")
    assert page.status_code == 200
    assert "44" in page.text


def test_serving_twice_on_one_port_says_so():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [
            sys.executable,
            "-m",
            "kneewise",
            "serve",
            "--no-browser",
            "--home",
            "home",
            "--port",
            port,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "Try:" in done.stderr


@pytest.mark.parametrize(("end", "name"), PAGES)
def test_every_page_of_the_menu_is_there(house, client, end, name):
    case = added(house, NOTHING)
    assert client.get(f"/cases/{case}{end}").status_code == 200, name


def test_the_live_coach_gets_a_target_and_its_summary_is_kept(house, client):
    case = ready(house)
    assert f"/cases/{case}/coach" in client.get(f"/cases/{case}/plan").text
    told = client.get(f"/cases/{case}/coach.json").json()
    assert told["target"]["feedback_share"] == 1
    sent = client.post(f"/cases/{case}/coach", json={"repetitions": 8})
    assert sent.status_code == 204
    (session,) = house.store.sessions(case)
    assert session.summary == {"repetitions": 8}


def test_the_live_coach_says_no_where_there_is_no_plan(house, client):
    assert client.get(f"/cases/{added(house)}/coach").status_code == 422


def test_a_summary_that_is_none_is_refused(house, client):
    case = added(house, NOTHING)
    assert client.post(f"/cases/{case}/coach", json={"x": "y" * 300_000}).status_code == 422
    assert client.post(f"/cases/{case}/coach", content=b"\xff").status_code == 422
    for unreadable in (b'{"a": "\\ud800"}', b'{"a": NaN}', b'{"a": 1e999}'):
        sent = client.post(
            f"/cases/{case}/coach", content=unreadable, headers={"Content-Type": "application/json"}
        )
        assert sent.status_code == 422
    assert house.store.sessions(case) == ()


def ready(house):
    """A case of somebody who answered everything, nothing the matter."""
    return house.store.add_case("Ready", NOON, finish(ASKING, NOTHING, PERSON)).id


def test_who_says_that_something_is_new_is_led_to_the_warning_signs_until_all_are_answered(house, client):
    case = ready(house)
    assert client.get(f"/cases/{case}.json").json()["next"]["to"] != "/checkin"
    client.post(f"/cases/{case}/diary/signs")
    for _ in range(60):
        told = client.get(f"/cases/{case}/checkin.json").json()
        if told["question"] is None:
            break
        warns = house.asking.asked[told["question"]["id"]]
        if "screening" in warns.serves and not warns.checkin_only:
            assert client.get(f"/cases/{case}.json").json()["next"]["to"] == "/checkin"
        client.post(f"/cases/{case}/checkin", data=harmless(told))
    assert client.get(f"/cases/{case}.json").json()["next"]["to"] != "/checkin"
