"""People as they come, told in case files, and what has to be said to each of them.

`cases/NAME.toml` is a case as `kneewise explain` reads it. `cases/expected.toml` says for each what is
expected and why, with these keys; what is not named may be anything:

- ``tier``, ``track``: of the screening. ``ask_again``: questions that have to be asked again.
- ``at_least``, ``at_most``: bands of factors. ``not_looked_at``: factors, or ``all``.
- ``programme``: tracks of which the plan has one.
- ``technique``: options of which the plan has one; ``not_technique``.
- ``add_ons``, ``no_add_ons``, ``only_add_ons``: factors that have, have not, or alone may have one.
- ``withheld``, ``withheld_because``: patterns found in what is left out, or in why.
- ``exercises``: lists of which one each is in the plan; ``no_exercises``.
- ``most_per_week``: exercise = sessions. ``tight``: there is no time for all parts of the programme.
- ``gate``: lift = when it may come back.
- ``next_test``, ``not_next``: ids of which it is one, or none; ``none`` is that there is none.
- ``said``, ``not_said``: patterns in anything that people read.

A ``[[change]]`` gives other answers, tests or trials in place of those of a case. ``must`` changes, ``may``
change, and nothing else of the plan does; of the factors those in ``up`` and ``down`` move that way, those in
``free`` may move, and all others keep their band. Where it ``ends`` there is no plan afterwards.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from test_words import BANNED, PERCENT_OF_BELIEF
from told import NOTHING
from typer.testing import CliRunner

from kneewise.casefile import write_content
from kneewise.cli import app
from kneewise.conventions import Band, Factor
from kneewise.knowledge.training import read_programme
from kneewise.model import Tier

FOLDER = Path(__file__).parent / "cases"
EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))
CASES = EXPECTED["case"]
GOING_ON = [name for name, row in CASES.items() if not Tier(row["tier"]).refers]
REFERRED = [name for name, row in CASES.items() if Tier(row["tier"]).refers]
CHANGES = [pytest.param(row, id=f"{i}_{row['case']}") for i, row in enumerate(EXPECTED["change"])]
BANDS = list(Band)
PROGRAMME = read_programme()
NOT_READ = {"id", "source", "sources", "checked", "grade", "dose_source", "schema", "version", "tables"}
"""Keys of what programs and clinicians look up."""
ONLY_PAIN = {"condition", "side", "pain_before", "pain_after", "pain_back"}
"""Keys of a trial in which no movement was measured."""

STORY = {"age", "painful_side", "knee_map", "pain_spread", "pain_when", "squat_pain"}
"""What a case tells by itself or leaves open; of the rest, `filled` says that there is no warning sign."""

Told = dict[str, Any]


def content_of(name: str) -> Told:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def filled(content: Told) -> Told:
    """The same without an open question about warning signs."""
    well = {question: answer for question, answer in NOTHING.items() if question not in STORY}
    return {**content, "answers": {**well, **content["answers"]}}


def run(content: Told) -> Told:
    """What `kneewise explain CASE --json` prints."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "case.toml"
        write_content(path, content)
        done = CliRunner().invoke(app, ["explain", str(path), "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    told: Told = json.loads(done.stdout)
    return told


@cache
def explained(name: str) -> Told:
    return as_written(name) if name in REFERRED else run(filled(content_of(name)))


@cache
def as_written(name: str) -> Told:
    """The case with all that it leaves open."""
    return run(content_of(name))


@cache
def understood(name: str) -> Told:
    return explained(name)


def shown(told: Any) -> Iterator[str]:
    """Every text that people read."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, Mapping):
        for key, value in told.items():
            if key not in NOT_READ:
                yield from shown(value)
    elif isinstance(told, list):
        for value in told:
            yield from shown(value)


def bands(told: Told) -> dict[str, Band]:
    return {row["id"]: Band(row["band"]) for row in told["factors"]}


def add_ons(told: Told) -> set[str]:
    return {row["id"] for row in told["plan"]["add_ons"]}


def exercises(told: Told) -> dict[str, list[Told]]:
    """Phase → its exercises."""
    phases: dict[str, list[Told]] = {}
    for row in told["plan"]["exercises"]:
        phases.setdefault(row["phase"], []).append(row)
    return phases


def chosen(told: Told) -> set[str]:
    return {row["id"] for row in told["plan"]["exercises"]}


def next_id(told: Told) -> str:
    return "none" if told["next_test"] is None else told["next_test"]["id"]


def found(pattern: str, texts: Iterator[str]) -> bool:
    return any(re.search(pattern, text) for text in texts)


# --- the screening


def test_every_case_is_expected_and_every_expectation_has_a_case():
    assert {path.stem for path in FOLDER.glob("*.toml")} - {"expected"} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_case_gets_its_tier(name):
    assert explained(name)["screening"]["tier"] == CASES[name]["tier"]


@pytest.mark.parametrize("name", GOING_ON)
def test_saying_that_there_is_no_other_warning_sign_changes_no_tier(name):
    assert as_written(name)["screening"]["tier"] == CASES[name]["tier"]


@pytest.mark.parametrize("name", GOING_ON)
def test_who_has_answered_is_asked_for_no_more_warning_signs(name):
    """Where it hurts is no warning sign by itself, and a case may leave it open."""
    assert set(explained(name)["screening"]["unasked"]) <= {"knee_map"}


@pytest.mark.parametrize("name", [name for name, row in CASES.items() if "track" in row])
def test_a_case_gets_its_track(name):
    assert explained(name)["screening"]["track"] == CASES[name]["track"]


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name]["tier"] != "0"])
def test_only_what_does_not_fit_together_is_asked_again(name):
    asked = {question for row in explained(name)["screening"]["ask_again"] for question in row["questions"]}
    wanted = set(CASES[name].get("ask_again", []))
    assert asked >= wanted
    assert bool(asked) is bool(wanted)


@pytest.mark.parametrize("name", REFERRED)
def test_who_is_sent_on_gets_no_plan_no_test_and_no_reason_for_the_pain(name):
    told = explained(name)
    assert told["plan"] is None
    assert not told.get("factors")
    assert told.get("next_test") is None


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name]["tier"] == "0"])
def test_an_emergency_shows_nothing_else(name):
    told = explained(name)
    assert {row["tier"] for row in told["screening"]["reasons"]} == {"0"}
    assert not told.get("findings")
    assert "track" not in told["screening"]
    assert found(r"\b112\b", shown(told["statements"]))


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_said_that_must_not_be(name):
    patterns = [BANNED, PERCENT_OF_BELIEF, *CASES[name].get("not_said", [])]
    wrong = [text for text in shown(explained(name)) for words in patterns if re.search(words, text)]
    assert wrong == []


@pytest.mark.parametrize("name", REFERRED)
def test_who_is_sent_on_hears_what_they_need(name):
    missing = [words for words in CASES[name].get("said", []) if not found(words, shown(explained(name)))]
    assert missing == []


# --- the factors


@pytest.mark.parametrize("name", GOING_ON)
def test_factors_are_believed_as_much_as_the_case_says(name):
    believed, row = bands(understood(name)), CASES[name]
    least = {factor: believed[factor] for factor in row.get("at_least", {})}
    most = {factor: believed[factor] for factor in row.get("at_most", {})}
    too_little = {f: b for f, b in least.items() if BANDS.index(b) < BANDS.index(Band(row["at_least"][f]))}
    too_much = {f: b for f, b in most.items() if BANDS.index(b) > BANDS.index(Band(row["at_most"][f]))}
    assert (too_little, too_much) == ({}, {})


@pytest.mark.parametrize("name", [name for name, row in CASES.items() if "not_looked_at" in row])
def test_what_nobody_looked_at_is_not_believed_by_its_prior(name):
    named = CASES[name]["not_looked_at"]
    factors = [str(factor) for factor in Factor] if named == ["all"] else named
    believed = bands(understood(name))
    looked = {factor: believed[factor] for factor in factors if believed[factor] is not Band.NOT_LOOKED_AT}
    assert looked == {}


@pytest.mark.parametrize("name", GOING_ON)
def test_every_factor_has_its_band_and_none_is_strong_without_a_change_within_the_person(name):
    believed = bands(understood(name))
    assert set(believed) == set(Factor)
    if "trial" not in content_of(name):
        # An easy week is a change within the person, and needs no trial.
        assert {factor for factor, band in believed.items() if band is Band.STRONG} <= {Factor.TRAINING_LOAD}


@pytest.mark.parametrize("name", GOING_ON)
def test_the_next_test_is_one_that_helps_and_that_can_be_done(name):
    told, row = understood(name), CASES[name]
    assert next_id(told) in row.get("next_test", [next_id(told)])
    assert next_id(told) not in row.get("not_next", [])


@pytest.mark.parametrize("name", GOING_ON)
def test_a_next_test_has_not_been_done_yet(name):
    """A way of squatting of which only the pain was told may be tried again, and watched."""
    content = content_of(name)
    done = {row["id"] for row in content.get("test", [])}
    watched = {row["condition"] for row in content.get("trial", []) if set(row) - ONLY_PAIN}
    assert next_id(understood(name)) not in done | watched


@pytest.mark.parametrize("name", GOING_ON)
def test_open_questions_about_warning_signs_change_no_factor_and_only_a_referral_has_no_plan(name):
    told = as_written(name)
    assert bands(told) == bands(understood(name))
    assert told["plan"] is not None


# --- the plan


@pytest.mark.parametrize("name", GOING_ON)
def test_add_ons_are_those_of_the_case(name):
    given, row = add_ons(understood(name)), CASES[name]
    assert given >= set(row.get("add_ons", []))
    assert given.isdisjoint(row.get("no_add_ons", []))
    assert given <= set(row.get("only_add_ons", given))


@pytest.mark.parametrize("name", GOING_ON)
def test_there_are_two_add_ons_at_most_and_each_for_a_likely_factor(name):
    told = understood(name)
    assert len(add_ons(told)) <= 2
    assert all(BANDS.index(bands(told)[factor]) >= BANDS.index(Band.LIKELY) for factor in add_ons(told))


@pytest.mark.parametrize("name", GOING_ON)
def test_the_squat_is_done_as_the_case_says(name):
    technique, row = understood(name)["plan"]["technique"]["id"], CASES[name]
    assert technique in row.get("technique", [technique])
    assert technique not in row.get("not_technique", [])


@pytest.mark.parametrize("name", GOING_ON)
def test_the_programme_is_that_of_the_case(name):
    track = understood(name)["plan"]["programme"]["track"]
    assert track in CASES[name].get("programme", [track])


@pytest.mark.parametrize("name", GOING_ON)
def test_what_is_left_out_is_told_with_a_reason(name):
    rows, row = understood(name)["plan"]["withheld"], CASES[name]
    assert all(one["because"] for one in rows)
    missing = [
        words for words in row.get("withheld", []) if not found(words, (r["what"].lower() for r in rows))
    ]
    unsaid = [w for w in row.get("withheld_because", []) if not found(w, (r["because"] for r in rows))]
    assert (missing, unsaid) == ([], [])


@pytest.mark.parametrize("name", GOING_ON)
def test_exercises_are_those_of_the_case(name):
    given, row = chosen(understood(name)), CASES[name]
    assert [some for some in row.get("exercises", []) if given.isdisjoint(some)] == []
    assert given.isdisjoint(row.get("no_exercises", []))
    most = row.get("most_per_week", {})
    rows = understood(name)["plan"]["exercises"]
    assert [one for one in rows if one["per_week"] > most.get(one["id"], one["per_week"])] == []


@pytest.mark.parametrize("name", GOING_ON)
def test_raised_heels_and_upright_shins_are_never_in_one_phase(name):
    for rows in exercises(understood(name)).values():
        assert not {"heels_raised_squat", "box_squat"} <= {row["id"] for row in rows}


@pytest.mark.parametrize("name", [name for name in GOING_ON if not CASES[name].get("tight")])
def test_everyone_trains_thigh_and_hip_and_keeps_a_squat_from_the_first_day(name):
    parts = {PROGRAMME.exercises[row["id"]].part for row in exercises(understood(name))["calm"]}
    assert parts >= {"squat", "quadriceps", "hip"}


@pytest.mark.parametrize("name", GOING_ON)
def test_a_plan_fits_the_days_and_the_minutes(name):
    answers = content_of(name)["answers"]
    days, minutes = len(answers.get("training_days", range(7))), answers.get("minutes_per_session", 240)
    for rows in exercises(understood(name)).values():
        assert rows
        assert all(1 <= row["per_week"] <= days for row in rows)
        assert sum(PROGRAMME.exercises[row["id"]].minutes * row["per_week"] for row in rows) <= days * minutes


@pytest.mark.parametrize("name", GOING_ON)
def test_no_lift_is_put_off_without_saying_until_when(name):
    gate = {row["id"]: row for row in understood(name)["plan"]["gate"]}
    assert set(content_of(name)["answers"].get("goal", [])) <= set(gate)
    assert all(row["after"] or row["readiness"].startswith("today") for row in gate.values())
    for lift, allowed in CASES[name].get("gate", {}).items():
        assert gate[lift]["readiness"] in allowed


@pytest.mark.parametrize("name", [name for name in GOING_ON if "said" in CASES[name]])
def test_who_goes_on_hears_what_they_need(name):
    missing = [words for words in CASES[name]["said"] if not found(words, shown(understood(name)))]
    assert missing == []


# --- one answer changed


def changed(content: Told, row: Told) -> Told:
    """The case with the answers, tests and trials of a row in place of its own."""
    tests, trials = row.get("test", []), row.get("trial", [])
    ids, conditions = {one["id"] for one in tests}, {one["condition"] for one in trials}
    return {
        **content,
        "answers": {**content["answers"], **row.get("answers", {})},
        "test": [*(one for one in content.get("test", []) if one["id"] not in ids), *tests],
        "trial": [*(one for one in content.get("trial", []) if one["condition"] not in conditions), *trials],
    }


def parts_of(told: Told) -> Told:
    """What a plan consists of, apart from how it is worded."""
    plan = told["plan"]
    return {
        "tier": told["screening"]["tier"],
        "programme": plan["programme"]["track"],
        "technique": plan["technique"]["id"],
        "add_ons": add_ons(told),
        "exercises": plan["exercises"],
        "withheld": {row["what"] for row in plan["withheld"]},
        "gate": plan["gate"],
        "next_test": next_id(told),
    }


@pytest.mark.parametrize("row", CHANGES)
def test_one_other_answer_changes_what_it_should_and_nothing_else(row):
    before, after = understood(row["case"]), run(changed(filled(content_of(row["case"])), row))
    if row.get("ends"):
        assert Tier(after["screening"]["tier"]).refers
        assert after["plan"] is None
        return
    old, new = parts_of(before), parts_of(after)
    differ = {part for part in old if old[part] != new[part]}
    must, may = set(row.get("must", [])), set(row.get("may", []))
    assert must <= differ
    assert differ <= must | may


def is_up(less: float | None, more: float | None) -> bool:
    """Whether a factor is likelier, or looked at for the first time."""
    return more is not None and (less is None or more > less)


@pytest.mark.parametrize("row", [one for one in CHANGES if not one.values[0].get("ends")])
def test_one_other_answer_moves_the_factors_it_tells_of_and_no_others(row):
    before, after = understood(row["case"]), (run(changed(filled(content_of(row["case"])), row)))
    old, new = ({one["id"]: one["probability"] for one in told["factors"]} for told in (before, after))
    up, down = set(row.get("up", [])), set(row.get("down", []))
    assert all(is_up(old[factor], new[factor]) for factor in up)
    assert all(is_up(new[factor], old[factor]) for factor in down)
    moved = {factor for factor, band in bands(after).items() if band is not bands(before)[factor]}
    assert moved <= up | down | set(row.get("free", []))


# --- what may not matter, and what always does


OTHER_SIDE = {"left": "right", "right": "left"}


def mirrored(told: Any) -> Any:
    """The same with left and right exchanged, in answers, sides and keys."""
    if isinstance(told, dict):
        return {OTHER_SIDE.get(key, key): mirrored(value) for key, value in told.items()}
    if isinstance(told, list):
        return [mirrored(value) for value in told]
    return OTHER_SIDE.get(told, told) if isinstance(told, str) else told


def backwards(content: Told) -> Told:
    """The same with the tests and trials told from the last to the first."""
    return {key: value[::-1] if key in ("test", "trial") else value for key, value in content.items()}


def concluded(told: Told) -> Told:
    return {**parts_of(told), "bands": bands(told)}


@pytest.mark.parametrize("same", [mirrored, backwards])
@pytest.mark.parametrize("name", GOING_ON)
def test_neither_the_side_nor_the_order_of_telling_matters(name, same):
    told = run(same(filled(content_of(name))))
    assert concluded(told) == concluded(understood(name))


@pytest.mark.parametrize("name", GOING_ON)
def test_an_emergency_ends_every_case(name):
    content = filled(content_of(name))
    told = run({**content, "answers": {**content["answers"], "emergency_body": ["chest_or_breath"]}})
    assert told["screening"]["tier"] == "0"
    assert told["plan"] is None
    assert not told.get("factors")
