"""The coach's pages, asked in process: who may, what is kept, what is printed, who is filmed."""

import io
import re
import struct
import zlib
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import cv2
import numpy as np
import pypdf
import pytest
from served import NOON, client_of, housed
from sqlalchemy import event, insert, select
from told import NOTHING
from trained import ANSWERS, DAY, TODAY, added, filmed, write

from kneewise.samples import sample_film
from kneewise.store import Consent, FilmState, Practice, Purpose
from kneewise.store.tables import CASES, DIARY, MEANINGS, TICKS
from kneewise.web import security
from kneewise.web.visiting import Role, Visitor

PAGES = ("/desk", "/desk/groups", "/desk/compare", "/desk/practice")
OF_CASE = ("/desk", "/desk/lifts", "/desk/consents", "/desk/client.pdf", "/desk/colleague.pdf")
STORED = "<script>alert(1)</script>"


def agree(house, case):
    for purpose in (Purpose.CARE, Purpose.FILMS):
        consent = Consent(purpose=purpose, given=True, day=TODAY, told_by="Anna", written=NOON)
        house.store.add_consent(case, consent)


def test_the_page_of_a_client_whose_answers_cannot_be_read_is_there(house):
    """With consents, notes and what can be done about it; though another kneewise could read them once."""
    case = added(house)
    client_of(house).get(f"/cases/{case}/why")
    (meaning,) = house.store.meanings(case)
    kept, told = house.store.case(case), {**ANSWERS, "asked_by_a_newer_kneewise": 3}
    kept = house.store.save_case(case, {**kept.content, "answers": told}, kept.revision, NOON)
    house.store.keep_meaning(replace(meaning, revision=kept.revision, knowledge="newer", made=NOON))
    (row,) = client_of(house).get("/desk.json").json()["sections"][0]["rows"]
    assert row["matters"][0]["kind"] == "unreadable"
    agree(house, case)
    house.store.write_note(case, "Zimtstern", NOON)
    page = client_of(house).get(f"/cases/{case}/desk")
    assert page.status_code == 200
    for words in ("Some answers cannot be read", f"/cases/{case}/keep", "✓ Given on", "Zimtstern"):
        assert words in page.text
    assert f"/cases/{case}/plan" not in page.text.split("<main")[1]


def group_of(house, *cases):
    group = house.store.add_group("Tuesday", NOON)
    for case in cases:
        house.store.join_group(group.id, case)
    return group.id


def text_of(pdf):
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def png(width, height, content=b""):
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(content)), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def picture(suffix, width=60, height=20):
    return cv2.imencode(suffix, np.full((height, width, 3), (10, 120, 200), np.uint8))[1].tobytes()


# ----------------------------------------------------------------------------- who may come in


def test_a_client_has_no_desk_and_a_coach_only_those_of_theirs(house, client, case, monkeypatch):
    other = added(house, "Ben")
    group = group_of(house, other)
    monkeypatch.setattr(security, "THE_ONE_HERE", Visitor(role=Role.CLIENT, cases=frozenset({case})))
    for path in (*PAGES, *(f"/cases/{case}{end}" for end in OF_CASE)):
        assert client.get(path).status_code == 404
    assert client.post("/desk/clients", data={"name": "New"}).status_code == 404
    assert "the desk" not in client.get("/").text.lower()
    monkeypatch.setattr(security, "THE_ONE_HERE", Visitor(role=Role.COACH, cases=frozenset({case})))
    told = client.get("/desk.json").json()
    assert [row["id"] for row in told["everybody"]] == [case]
    assert client.get("/desk/groups.json").json()["groups"] == []
    assert client.get(f"/desk/groups/{group}").status_code == 404
    assert client.post(f"/desk/groups/{group_of(house, case)}/people", data={"who": other}).status_code == 404
    assert client.get(f"/cases/{other}/desk").status_code == 404


# ----------------------------------------------------------------------------- the desk


def test_who_needs_most_stands_on_top_with_one_next_step(house, client):
    added(house, "Well")
    refers = added(house, "Dora", answers={**ANSWERS, "straight_leg": "no"})
    told = client.get("/desk.json").json()
    first = told["sections"][0]
    assert (first["when"], first["rows"][0]["id"]) == ("now", refers)
    matter = first["rows"][0]["matters"][0]
    assert matter["to"] == "/referral"
    assert client.get(f"/cases/{refers}{matter['to']}").status_code == 200


def test_somebody_is_found_by_a_part_of_the_name(house, client):
    for name in ("Anna Berg", "Johanna", "Ben"):
        house.store.add_case(name, NOON)
    told = client.get("/desk.json", params={"name": "ANNA"}).json()
    assert {row["name"] for row in told["everybody"]} == {"Anna Berg", "Johanna"}
    assert "Nobody is called" in client.get("/desk", params={"name": "<b>"}).text


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Zoë Álvarez", "zoe"),
        ("Zoë Álvarez", "ALVAREZ zoë"),
        ("Zoe\u0308 A\u0301lvarez", "zoë álv"),  # as some phones write it
        ("Groß", "gross"),
        ("أحمد", "احمد"),
        ("علی\u200cرضا", "علیرضا"),  # Alireza, with the joiner that Persian is written with
    ],
)
def test_somebody_is_found_however_the_name_is_typed(house, client, name, typed):
    house.store.add_case(name, NOON)
    house.store.add_case("Ben", NOON)
    told = client.get("/desk.json", params={"name": typed}).json()
    assert [row["name"] for row in told["everybody"]] == [name]


@pytest.mark.parametrize("name", ["علی\u200cرضا", "🏋️\u200d♀️ Gina"])
def test_a_name_with_a_joiner_is_a_name_and_a_note_keeps_it(client, name):
    """What turns a line round, or is nothing but hidden, is still refused."""
    at = client.post("/desk/clients", data={"name": name}).headers["location"]
    client.post(f"{at}/notes", data={"words": f"{name} na\u202e\u200b!"})
    assert client.get(f"{at}.json").json()["case"]["name"] == name
    assert client.get(f"{at}.json").json()["notes"][0]["words"] == f"{name} na  !"
    assert client.post("/desk/practice", data={"name": name}).status_code == 303
    for hidden in ("Gi\u202ena", "\u200b", "\u200c\u200d", "Gi\u200bna"):
        assert client.post("/desk/clients", data={"name": hidden}).status_code == 422
        assert client.post("/desk/practice", data={"name": hidden + "\u202e"}).status_code == 422


def test_a_client_is_erased_by_the_name_however_it_was_written(house, client):
    case = house.store.add_case("Zoe\u0308  Berg", NOON).id
    for wrong in ("", " ", "Zoe"):
        assert client.post(f"/cases/{case}/erase", data={"sure": wrong}).status_code == 422
    assert client.post(f"/cases/{case}/erase", data={"sure": "zoë berg"}).status_code == 303
    assert house.store.cases() == ()


def test_a_name_that_is_looked_for_stands_in_no_address(house, client):
    """A proxy writes addresses down."""
    house.store.add_case("Zoë", NOON)
    house.store.add_case("Ben", NOON)
    page = client.get("/desk").text
    assert 'method="get"' not in page
    assert "hx-get" not in page
    found = client.post("/desk/find", data={"name": "zoe"})
    assert (found.status_code, "Zoë" in found.text, "Ben" in found.text) == (200, True, False)
    assert client.get("/desk/find").headers["location"] == "/desk"


def test_where_somebody_is_chosen_names_stand_in_their_order(house, client):
    for name in ("Émile", "Zoë", "anna", "Franz", "Ben"):
        house.store.add_case(name, NOON)
    ordered = ["anna", "Ben", "Émile", "Franz", "Zoë"]
    group = group_of(house)
    for path, name in (
        ("/desk/compare", "people"),
        (f"/desk/groups/{group}", "others"),
        ("/tokens", "cases"),
    ):
        assert [one["name"] for one in client.get(f"{path}.json").json()[name]] == ordered


def test_whoever_does_not_fit_into_the_picture_is_named(house, client):
    cases = [house.store.add_case(f"Client {number}", NOON).id for number in range(10)]
    told = client.get("/desk/compare.json", params={"who": cases}).json()
    assert len(told["chosen"]) == told["most"] == 8
    assert told["left_out"] == ["Client 8", "Client 9"]
    assert "left out: Client 8, Client 9" in client.get("/desk/compare", params={"who": cases}).text


def test_a_day_is_that_of_the_house_and_not_that_of_greenwich(tmp_path):
    late = datetime(2026, 5, 4, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    with housed(tmp_path / "home", now=lambda: late) as house:
        house.store.add_case("Anna", late)
        told = client_of(house)
        assert told.get("/").text.count("2026-05-05") == 0
        assert told.get("/desk.json").json()["everybody"][0]["changed"] == "4 May 2026"


def test_two_hundred_clients_cost_the_desk_no_more_questions_than_two(house, client):
    case = added(house, start=TODAY - 30 * DAY)
    for ago in range(30, 0, -1):
        write(house, case, ago, 3, 2, *(("squat",) if ago % 2 else ()))
    house.understand(house.open(case))
    copy_case(house.store, case, 1)
    asked_of_two = asked_for(house, client, "/desk")
    copy_case(house.store, case, 199, since=1)
    asked_of_many = asked_for(house, client, "/desk")
    assert client.get("/desk").text.count('class="matter') >= 200
    assert asked_of_many == asked_of_two


def asked_for(house, client, path):
    """Questions to the database for a page that was there before."""
    client.get(path)
    asked = []
    engine = house.store._engine
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    client.get(path)
    return tuple(asked)


def copy_case(store, case, times, since=0):
    """The same person so many times, with everything that the desk reads; some are there already."""
    with store._writing() as connection:
        for table in (CASES, MEANINGS, DIARY, TICKS):
            key = "id" if table is CASES else "case_id"
            rows = connection.execute(select(table).where(table.c[key] == case)).mappings().all()
            for number in range(since, times):
                copied = [{**row, key: f"copy{number}"} for row in rows]
                for row in copied:
                    if table is MEANINGS:
                        del row["id"]
                connection.execute(insert(table), copied)


def test_somebody_new_comes_to_their_own_page_where_consent_is_first(house, client):
    answer = client.post("/desk/clients", data={"name": "  Eva   Maria "})
    (kept,) = house.store.cases()
    assert (kept.name, answer.headers["location"]) == ("Eva Maria", f"/cases/{kept.id}/desk")
    assert client.get(f"/cases/{kept.id}/desk.json").json()["matters"][0]["what"] == "No consent is noted"


# ----------------------------------------------------------------------------- consents and notes


def test_a_consent_is_written_down_and_taken_back_and_both_stay(house, client, case):
    to = f"/cases/{case}/desk/consents"
    told = {"purpose": ["care", "films"], "day": TODAY.isoformat(), "told_by": STORED, "words": "x\r\ny"}
    assert client.post(to, data={**told, "said": "given"}).status_code == 303
    assert client.post(to, data={**told, "purpose": "films", "said": "withdrawn"}).status_code == 303
    assert [(one.purpose, one.given) for one in house.store.consents(case)] == [
        (Purpose.CARE, True), (Purpose.FILMS, True), (Purpose.FILMS, False),
    ]  # fmt: skip
    page = client.get(to).text
    assert page.count("Withdrawn") >= 2
    assert STORED not in page
    assert "Consent was withdrawn" in client.get("/desk").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"said": "maybe"},
        {"purpose": "everything"},
        {"purpose": []},
        {"day": "2027-01-01"},
        {"day": "tomorrow"},
        {"words": "x" * 5000},
    ],
)
def test_a_consent_that_says_nothing_is_not_kept(house, client, case, wrong):
    told = {"purpose": "care", "said": "given", "day": TODAY.isoformat(), "told_by": "Anna", "words": ""}
    assert client.post(f"/cases/{case}/desk/consents", data={**told, **wrong}).status_code == 422
    assert house.store.consents(case) == ()


def test_a_note_is_written_corrected_and_removed(house, client, case):
    to = f"/cases/{case}/desk/notes"
    client.post(to, data={"words": STORED})
    (note,) = house.store.notes(case)
    client.post(to, data={"words": "better", "note": note.id})
    page = client.get(f"/cases/{case}/desk").text
    assert STORED not in page
    assert "better" in page
    assert "corrected" in page
    assert client.post(to, data={"words": "  "}).status_code == 422
    assert client.post(to, data={"words": "x", "note": "nobody"}).status_code == 404
    client.post(f"{to}/remove", data={"note": note.id})
    assert house.store.notes(case) == ()


# ----------------------------------------------------------------------------- lifts and paper


def test_lifts_are_those_of_the_plan_with_todays_values(house, client):
    case = added(house, start=TODAY - 6 * DAY)
    for ago in (5, 3, 2):
        write(house, case, ago, 2, 2, "squat")
    told = client.get(f"/cases/{case}/desk/lifts.json").json()
    groups = [group for section in told["sections"] for group in section["groups"]]
    names = {lift["name"] for group in groups for lift in group["lifts"]}
    plan = house.understand(house.open(case)).conclusion.plan
    assert names == {row.lift.name for row in plan.gate}
    reached = [one for group in groups for one in group["readings"] if one["met"]]
    assert {one["says"] for one in reached} == set(plan.programme.phases[0].exit)


@pytest.mark.parametrize(
    ("changes", "to"),
    [({"straight_leg": "no"}, "/referral"), ({"medicines": None}, "/questions")],
)
def test_nothing_is_lifted_before_somebody_looked_or_everything_was_asked(house, client, changes, to):
    answers = {name: one for name, one in {**ANSWERS, **changes}.items() if one is not None}
    told = client.get(f"/cases/{added(house, answers=answers)}/desk/lifts.json").json()
    assert told["stopped"]["to"] == to
    assert told["sections"] == []


def test_nothing_is_lifted_while_pain_is_up_before_the_signs_were_asked_again(house, client):
    """The page said to stop, and listed the lifts of today below."""
    case = added(house, start=TODAY - 20 * DAY)
    for ago, pain in ((17, 2), (16, 2), (4, 5), (3, 5)):
        write(house, case, ago, pain)
    write(house, case, 1, 4, 3, "squat")
    told = client.get(f"/cases/{case}/desk/lifts.json").json()
    assert (told["stopped"]["to"], told["sections"]) == ("/checkin", [])
    kept = house.store.case(case)
    asked = [{"date": TODAY.isoformat(), "answers": NOTHING}]
    house.store.save_case(case, {**kept.content, "checkin": asked}, kept.revision, NOON)
    told = client.get(f"/cases/{case}/desk/lifts.json").json()
    assert told["stopped"] is None
    assert "add nothing" in told["answer"]["rules"][0]["says"]


def test_the_page_for_the_client_is_in_plain_words_and_has_the_letterhead(house, client):
    case = added(house, "Żofia <b>#1</b> $x$", start=TODAY)
    client.post(
        "/desk/practice",
        data={"name": "Linden #let", "contact": "@me"},
        files={"logo": ("l.png", picture(".png"))},
    )
    answer = client.get(f"/cases/{case}/desk/client.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    text = text_of(answer.content)
    assert "Linden #let" in text
    assert "@me" in text
    assert "Żofia <b>#1</b> $x$" in text
    assert "When to stop" in text
    assert "probability" not in text


def test_the_page_for_a_colleague_has_numbers_with_errors_and_the_consent(house, client):
    case = added(house, test=[{"id": "knee_to_wall_cm", "side": "left", "value": 9}])
    filmed(house, case)
    agree(house, case)
    text = text_of(client.get(f"/cases/{case}/desk/colleague.pdf").content)
    assert "9 ± 1.2 cm" in text
    assert re.search(r"Knee moment left \d+ N·m \(\d+ to \d+\)|\d+ N·m \(", text)
    assert "Films are taken and measured: given on" in text
    assert "They give no name for the problem" in text
    assert "How old are you? 30" in text


@pytest.mark.parametrize("name", ["李雷", "प्रिया", "🏋️\u200d♀️ Gina", "علی\u200cرضا", "\u0e44\u0e17\u0e22"])
def test_a_name_in_any_letters_can_be_printed(house, client, name):
    """Where no font has a letter, an empty box stands for it: paper without a name is better than none."""
    case = added(house, name, start=TODAY)
    house.store.keep_practice(Practice(name=name, contact=name))
    for end in ("desk/client.pdf", "desk/colleague.pdf", "plan.pdf"):
        answer = client.get(f"/cases/{case}/{end}")
        assert (answer.status_code, answer.content[:4]) == (200, b"%PDF"), end


def test_the_plan_for_the_wall_is_on_the_paper_of_the_practice_and_says_whose_it_is(house, client):
    case = added(house, "Żofia <b>#1</b> $x$", start=TODAY)
    client.post(
        "/desk/practice", data={"name": "Knee & Co", "contact": "+49 1"}, files={"logo": picture(".png")}
    )
    for words in ("Żofia <b>#1</b> $x$", "Knee & Co", "+49 1"):
        assert words in text_of(client.get(f"/cases/{case}/plan.pdf").content)
    assert len(pypdf.PdfReader(io.BytesIO(client.get(f"/cases/{case}/plan.pdf").content)).pages) == 2


def test_a_name_without_a_place_to_break_stays_on_the_paper(house, client):
    name = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswesse"
    case = added(house, name, start=TODAY)
    for end in ("client.pdf", "colleague.pdf"):
        paper = pypdf.PdfReader(io.BytesIO(client.get(f"/cases/{case}/desk/{end}").content))
        title, onward, *_ = paper.pages[0].extract_text().replace("\u200b", "").splitlines()
        assert title + onward == name


def test_of_a_referral_paper_has_no_plan(house, client):
    case = added(house, answers={**ANSWERS, "straight_leg": "no"})
    for name in ("client", "colleague"):
        text = text_of(client.get(f"/cases/{case}/desk/{name}.pdf").content)
        assert "Your exercises" not in text
        assert "squat today" not in text.lower()
        assert "lift the leg" in text


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_a_logo_is_made_anew_and_small(client, suffix):
    mark = b"hidden words"
    client.post(
        "/desk/practice", data={"name": "L"}, files={"logo": ("l", picture(suffix, 2000, 900) + mark)}
    )
    logo = client.get("/desk/practice/logo.png")
    assert logo.headers["content-type"] == "image/png"
    assert mark not in logo.content
    assert cv2.imdecode(np.frombuffer(logo.content, np.uint8), 1).shape[:2] == (300, 667)
    client.post("/desk/practice", data={"name": "M"})
    assert client.get("/desk/practice/logo.png").status_code == 200
    client.post("/desk/practice", data={"name": "M", "without": "yes"})
    assert client.get("/desk/practice/logo.png").status_code == 422


@pytest.mark.parametrize(
    "logo",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"\x89PNG\r\n\x1a\n",
        png(60_000, 60_000),
        png(0, 5),
        png(10, 10, b"short"),
        b"\xff\xd8\xff\xc0",
        b"x" * 3_000_000,
    ],
    ids=["svg", "head", "bomb", "nothing", "damaged", "jpeg", "large"],
)
def test_what_is_no_logo_is_refused_and_nothing_of_it_is_kept(house, client, logo):
    assert (
        client.post("/desk/practice", data={"name": "L"}, files={"logo": ("l.png", logo)}).status_code == 422
    )
    assert house.store.practice().logo is None


# ----------------------------------------------------------------------------- groups


def test_people_are_named_and_stand_in_the_queue(client, case):
    to = client.post("/desk/groups", data={"name": "Tuesday"}).headers["location"]
    client.post(f"{to}/people", data={"names": "Eva\n\n Max \n"})
    client.post(f"{to}/people", data={"who": case})
    told = client.get(f"{to}.json").json()
    assert [row["name"] for row in told["rows"]] == ["Eva", "Max", "Anna"]
    assert {row["stage"] for row in told["rows"]} == {"consent"}
    assert client.post(f"{to}/people", data={"names": "x\n" * 31}).status_code == 422
    assert client.post(f"{to}/people", data={}).status_code == 422


def put(client, group, case, content):
    return client.put(f"/desk/groups/{group}/who/{case}/film.json", params={"name": "a.mp4"}, content=content)


def test_nobody_is_filmed_without_consent_or_with_a_sign(house, client, case):
    signs = added(house, "Dora", answers={**ANSWERS, "straight_leg": "no"})
    unasked = added(house, "Emil", answers={})
    group = group_of(house, case, signs, unasked)
    for who in (signs, unasked):
        agree(house, who)
    with sample_film("squat_side") as film:
        content = film.read_bytes()
    for who in (case, signs, unasked):
        assert put(client, group, who, content).status_code == 422
        assert house.store.films(who) == ()
    assert client.post(f"/desk/groups/{group}/who/{case}/consent").status_code == 303
    assert put(client, group, case, content).status_code == 201
    assert [film.state for film in house.store.films(case)] == [FilmState.WAITING]
    house.store.add_consent(
        case, Consent(purpose=Purpose.FILMS, given=False, day=TODAY, told_by="A", written=NOON)
    )
    assert put(client, group, case, content).status_code == 422


def test_somebody_of_no_group_is_not_filmed_in_it(house, client, case):
    other = added(house, "Ben")
    agree(house, other)
    assert put(client, group_of(house, case), other, b"x").status_code == 404


def test_the_sheet_asks_the_signs_of_today_first_and_a_sign_ends_it(house, client):
    case = house.store.add_case("Eva", NOON, {"version": 1}).id
    agree(house, case)
    group = group_of(house, case)
    to = f"/desk/groups/{group}/who/{case}/signs"
    first = client.get(f"{to}.json").json()
    assert first["urgent"]
    assert {"emergency_leg", "emergency_body", "swelling"} <= {one["id"] for one in first["questions"]}
    revision = first["who"]["revision"]
    answer = client.post(to, data={"revision": revision, "emergency_leg": "foot_cold_numb"})
    assert answer.headers["location"].endswith(f"?who={case}")
    assert client.get(f"/desk/groups/{group}.json").json()["now"] is None
    assert client.get(f"/desk/groups/{group}.json").json()["rows"][0]["stage"] == "referred"


def test_who_answers_every_sheet_with_nothing_is_ready(house, client):
    case = house.store.add_case("Eva", NOON, {"version": 1}).id
    agree(house, case)
    group = group_of(house, case)
    to = f"/desk/groups/{group}/who/{case}/signs"
    sheets = 0
    while questions := (told := client.get(f"{to}.json").json())["questions"]:
        given = {one["id"]: NOTHING[one["id"]] for one in questions}
        client.post(to, data={"revision": told["who"]["revision"], **given})
        sheets += 1
        assert sheets < 5
    assert sheets == 2
    assert client.get(f"/desk/groups/{group}.json").json()["now"]["stage"] == "ready"


def test_an_answer_that_does_not_fit_is_told_and_the_others_are_kept(house, client):
    case = house.store.add_case("Eva", NOON, {"version": 1}).id
    to = f"/desk/groups/{group_of(house, case)}/who/{case}/signs"
    revision = house.store.case(case).revision
    answer = client.post(to, data={"revision": revision, "age": "old", "swelling": "none"})
    assert answer.status_code == 422
    assert "How old are you?" in answer.text
    assert house.store.case(case).content["answers"] == {"swelling": "none"}


def test_whoever_comes_later_goes_to_the_end_and_who_is_not_here_out_of_the_queue(house, client, case):
    group = group_of(house, case, added(house, "Ben"), added(house, "Cleo"))
    client.post(f"/desk/groups/{group}/who/{case}/later")
    assert house.store.group(group).cases[-1] == case
    client.post(f"/desk/groups/{group}/who/{case}/leave")
    assert case not in house.store.group(group).cases
    assert house.store.case(case)


def test_a_film_of_an_earlier_day_is_not_one_of_todays_group(house, client):
    case = added(house, "Ben")
    agree(house, case)
    filmed(house, case, ago=3)
    assert client.get(f"/desk/groups/{group_of(house, case)}.json").json()["now"]["stage"] == "ready"


def test_one_phone_films_whoever_is_next(house):
    """The errand alone: it names who is next, and goes on by itself."""
    from kneewise.web.pages import groups
    from kneewise.web.visiting import THE_ONE_HERE

    cases = [added(house, name) for name in ("Ada", "Ben")]
    for case in cases:
        agree(house, case)
    errand = groups._errand(group_of(house, *cases), house, THE_ONE_HERE)
    assert errand.says() == "Now: Ada."
    filmed(house, cases[0])
    assert errand.says() == "Now: Ben."
    filmed(house, cases[1], 0.9)
    assert errand.says() == "Nobody is ready to be filmed."


def test_the_overview_has_everybody_and_who_needs_most_first(house, client, case):
    refers = added(house, "Dora", answers={**ANSWERS, "straight_leg": "no"})
    group = group_of(house, case, refers)
    told = client.get(f"/desk/groups/{group}/overview.json").json()
    assert [row["id"] for row in told["rows"]] == [refers, case]
    assert client.get(f"/desk/groups/{group}/overview").status_code == 200


def test_a_house_of_nobody_has_an_empty_desk(tmp_path):
    with housed(tmp_path / "empty") as house:
        client = client_of(house)
        assert "Nobody is here yet" in client.get("/desk").text
        assert client.get("/desk/groups").status_code == 200


# ----------------------------------------------------------------------------- side by side


def with_tests(house, name, left, right):
    rows = [{"id": "knee_to_wall_cm", "side": s, "value": v} for s, v in (("left", left), ("right", right))]
    return added(house, name, test=rows)


def test_people_stand_side_by_side_with_their_errors(house, client):
    cases = [with_tests(house, "Ada", 8, 9), with_tests(house, "Ben", 12, 11)]
    for case in cases:
        filmed(house, case, 0.8)
    told = client.get("/desk/compare.json", params={"who": cases}).json()
    wall = next(panel for panel in told["panels"] if panel["label"] == "Knee to wall")
    assert [row["says"] for row in wall["rows"]] == [
        ["left 8 ± 1.2", "right 9 ± 1.2"], ["left 12 ± 1.2", "right 11 ± 1.2"],
    ]  # fmt: skip
    assert "Knee bend" in {panel["label"] for panel in told["panels"]}
    assert told["picture"].count("<rect") >= 2


def test_what_only_one_of_them_has_is_no_comparison(house, client, case):
    told = client.get("/desk/compare.json", params={"who": [case, with_tests(house, "Ada", 8, 9)]}).json()
    assert told["panels"] == []
    assert (
        "No measure is known"
        in client.get("/desk/compare", params={"who": [row["id"] for row in told["chosen"]]}).text
    )


def test_nobody_is_compared_whom_the_visitor_may_not_see(house, client, case, monkeypatch):
    other = with_tests(house, "Ada", 8, 9)
    monkeypatch.setattr(security, "THE_ONE_HERE", Visitor(role=Role.COACH, cases=frozenset({case})))
    assert client.get("/desk/compare", params={"who": [case, other]}).status_code == 404
    assert [row["id"] for row in client.get("/desk/compare.json").json()["people"]] == [case]
