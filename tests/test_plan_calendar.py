"""The plan in somebody's own calendar: RFC 5545, read back by its rules and by another reader."""

import re
from datetime import date, timedelta

import icalendar
import pytest
from served import NOON, client_of, housed
from trained import ANSWERS, DAY, TODAY, added, content
from typer.testing import CliRunner
from wording import BANNED

from kneewise import InputError
from kneewise.casefile import build_case, write_content
from kneewise.cli import app
from kneewise.knowledge.asking import read_asking
from kneewise.pipeline import understand
from kneewise.plan import date_plan
from kneewise.report import write_calendar


def plan_of(**changes):
    return understand(build_case(content(**changes), read_asking())).conclusion.plan


@pytest.fixture(scope="module")
def plan():
    return plan_of()


def written(plan, start=TODAY, of="anna", now=NOON):
    return write_calendar(plan, start, of, now)


def events_in(file):
    return icalendar.Calendar.from_ical(file).walk("VEVENT")


def taken_in(*files):
    """What a calendar holds that takes these files in, one after the other: UID → event."""
    held = {}
    for event in (event for file in files for event in events_in(file)):
        before = held.get(event["uid"])
        if before is None or event["sequence"] >= before["sequence"]:
            held[str(event["uid"])] = event
    return held


def days_in(held):
    return sorted(event.decoded("dtstart") for event in held.values())


def days_of(plan, start):
    dates = date_plan(plan, start)
    return sorted([*(one.on for one in dates.sessions), *(one.on for one in dates.reviews)])


def lines_of(file):
    """Content lines, unfolded by section 3.1 of the RFC, without our reader."""
    return re.sub(rb"\r\n[ \t]", b"", file).decode().split("\r\n")


def test_every_day_of_training_and_of_looking_again_is_in_it_once(plan):
    assert days_in(taken_in(written(plan))) == days_of(plan, TODAY)


def test_a_day_lasts_the_whole_day_in_every_zone_and_leaves_it_free(plan):
    for event in events_in(written(plan)):
        first, after = event.decoded("dtstart"), event.decoded("dtend")
        assert type(first) is date
        assert after - first == timedelta(days=1)
        assert event["transp"] == "TRANSPARENT"


def test_taking_it_in_again_doubles_nothing(plan):
    once, again = written(plan), written(plan, now=NOON + DAY)
    assert taken_in(once, again).keys() == taken_in(once).keys()
    assert written(plan) == once


def test_a_plan_that_is_moved_moves_its_days_and_leaves_none_behind(plan):
    moved = TODAY + timedelta(days=9)
    held = taken_in(written(plan), written(plan, moved, now=NOON + DAY))
    assert days_in(held) == days_of(plan, moved)


def test_a_plan_on_other_days_of_the_week_takes_the_place_of_the_one_before(plan):
    other = plan_of(answers={**ANSWERS, "training_days": ["tuesday", "thursday", "saturday"]})
    assert days_of(other, TODAY) != days_of(plan, TODAY)
    held = taken_in(written(plan), written(other, now=NOON + DAY))
    assert days_in(held) == days_of(other, TODAY)


def test_the_later_version_counts_whichever_is_read_last(plan):
    moved = TODAY + timedelta(days=9)
    held = taken_in(written(plan, moved, now=NOON + DAY), written(plan))
    assert days_in(held) == days_of(plan, moved)


def test_plans_of_two_people_stand_beside_each_other(plan):
    anna, ben = written(plan), written(plan, of="ben")
    assert len(taken_in(anna, ben)) == 2 * len(taken_in(anna))


def test_a_session_says_what_to_do_and_when_to_stop(plan):
    first = min(events_in(written(plan)), key=lambda event: event.decoded("dtstart"))
    session = date_plan(plan, TODAY).sessions[0]
    words = str(first["description"])
    assert all(f"- {row.exercise.name}: " in words for row in session.exercises)
    assert plan.choice.option.cue in words
    assert "Pain above 5 of 10" in words
    assert str(first["summary"]) == f"Training: about {session.minutes} minutes"


def test_what_has_to_be_heeded_comes_first():
    heeding = plan_of(answers={**ANSWERS, "ill": ["unwell"], "pregnant": "maybe"})
    assert len(heeding.heed) == 2
    words = [str(event["description"]) for event in events_in(written(heeding))]
    for line in heeding.heed:
        assert sum(line in one for one in words) == len(date_plan(heeding, TODAY).sessions)


def test_lines_are_those_of_the_standard(plan):
    file = written(plan)
    folded = file.split(b"\r\n")
    assert b"\n" not in file.replace(b"\r\n", b"")
    assert max(map(len, folded)) <= 75
    assert all(re.match(r"[A-Z-]+[:;]", line) for line in lines_of(file) if line)
    assert "×" in file.decode()  # a letter of several bytes, which folding must not cut
    for name in ("DTSTAMP", "UID", "DTSTART", "SUMMARY"):
        assert sum(line.startswith((name + ":", name + ";")) for line in lines_of(file)) == len(
            events_in(file)
        )


def test_commas_semicolons_and_new_lines_in_words_are_escaped(plan):
    told = next(line for line in lines_of(written(plan)) if line.startswith("DESCRIPTION:"))
    assert "\n" not in told
    assert not re.search(r"(?<!\\)[,;]", told)


def test_whose_plan_it_is_cannot_be_read_from_it(plan):
    assert b"anna" not in written(plan)


def test_it_names_no_disease_and_promises_nothing(plan):
    file = " ".join(lines_of(written(plan)))
    assert BANNED.findall(file) == []


def run(tmp_path, *words, **changes):
    case = tmp_path / "anna" / "case.toml"
    case.parent.mkdir(exist_ok=True)
    write_content(case, content(**changes))
    return CliRunner().invoke(app, ["plan", str(case), *words])


def test_the_command_writes_it_beside_what_it_prints(tmp_path):
    for _ in range(2):
        done = run(tmp_path, "--ics", str(tmp_path / "plan.ics"), start=TODAY)
    assert "Squat" in done.stdout
    file = (tmp_path / "plan.ics").read_bytes()
    assert days_in(taken_in(file)) == days_of(plan_of(), TODAY)
    assert b"anna" not in file


@pytest.mark.parametrize(
    "answers",
    [{**ANSWERS, "straight_leg": "no"}, {k: v for k, v in ANSWERS.items() if k != "medicines"}],
    ids=["referral", "open question"],
)
def test_there_are_no_days_while_somebody_should_look_or_questions_are_open(tmp_path, answers):
    assert isinstance(
        run(tmp_path, "--ics", str(tmp_path / "plan.ics"), answers=answers).exception, InputError
    )
    assert not (tmp_path / "plan.ics").exists()
    with housed(tmp_path / "home") as house:
        refused = client_of(house).get(f"/cases/{added(house, answers=answers)}/plan.ics")
    assert refused.status_code == 422
    assert "BEGIN:VEVENT" not in refused.text


def test_the_page_of_the_plan_leads_to_it(tmp_path):
    with housed(tmp_path / "home") as house:
        client, case = client_of(house), added(house, start=TODAY)
        assert f'href="/cases/{case}/plan.ics"' in client.get(f"/cases/{case}/plan").text
        answer = client.get(f"/cases/{case}/plan.ics")
        other = client.get(f"/cases/{added(house, start=TODAY)}/plan.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert days_in(taken_in(answer.content)) == days_of(plan_of(), TODAY)
    assert case.encode() not in answer.content
    words = ["export", case, "--home", str(tmp_path / "home"), "--out", str(tmp_path / "days.ics")]
    assert CliRunner().invoke(app, words).exit_code == 0
    assert taken_in((tmp_path / "days.ics").read_bytes()).keys() == taken_in(answer.content).keys()
    assert not taken_in(answer.content).keys() & taken_in(other.content).keys()
