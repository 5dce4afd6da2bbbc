"""What the live coach is told of a plan."""

from types import MappingProxyType

import pytest
from told import NOTHING, case_of, explained

from kneewise.explaining import coach


@pytest.fixture(scope="module")
def told():
    return explained(case_of(NOTHING | {"health": ["none"]}))


def chosen(told, changes=MappingProxyType({}), **values):
    """The same with a way to squat that was chosen, and what it is expected to look like. [°]"""
    row = {name: {"value": value, "change": changes.get(name, 0.0)} for name, value in values.items()}
    plan = told["plan"] | {"waits_for": []}
    return told | {"plan": plan, "whatif": [row | {"chosen": True, "reachable": True}]}


def test_nobody_is_coached_whom_a_clinician_should_see_first():
    told = explained(case_of(NOTHING | {"knee_skin": ["hot"], "ill": ["fever"]}))
    assert told["plan"] is None
    assert coach(told, 0) is None


def test_nobody_is_coached_while_the_plan_waits_for_answers():
    told = explained(case_of({"age": 30}))
    assert told["plan"]["waits_for"]
    assert coach(told, 0) is None


def test_the_target_is_the_posture_that_the_chosen_way_to_squat_has_in_this_body(told):
    target = coach(chosen(told, shin=31.24, trunk=-2.0, thigh=88.0), 0)["target"]
    assert target["view"] == "side"
    assert {name: aim["value_deg"] for name, aim in target["aims"].items()} == {
        "shin": 31.2, "trunk": -2.0, "depth": 88.0,
    }  # fmt: skip
    assert target["aims"]["depth"]["bound"] == "at_least"
    assert target["id"] == told["plan"]["technique"]["id"]


def test_whoever_spares_depth_is_held_to_no_more_of_it(told):
    less = chosen(told, {"thigh": -25.0}, shin=28.0, trunk=30.0, thigh=65.0)
    assert coach(less, 0)["target"]["aims"]["depth"] == {
        "value_deg": 65.0, "tolerance_deg": 8.0, "bound": "at_most",
    }  # fmt: skip


def test_without_a_film_only_the_line_of_the_knees_is_looked_at_from_the_front(told):
    plan = told["plan"] | {"waits_for": []}
    target = coach(told | {"plan": plan, "whatif": []}, 0)["target"]
    assert target["view"] == "front"
    assert list(target["aims"]) == ["knee_line"]
    assert target["aims"]["knee_line"]["value_deg"] == 0


def test_what_was_left_out_and_what_is_out_of_reach_is_no_target(told):
    out = chosen(told, shin=31.0, trunk=20.0, thigh=88.0)
    for field in ("chosen", "reachable"):
        rows = [out["whatif"][0] | {field: False}]
        assert list(coach(out | {"whatif": rows}, 0)["target"]["aims"]) == ["knee_line"]


def test_feedback_fades_and_never_comes_back(told):
    plan = told["plan"] | {"waits_for": []}
    shares = [coach(told | {"plan": plan}, done)["target"]["feedback_share"] for done in range(9)]
    assert shares[0] == 1
    assert set(shares) == {1.0, 0.5, 0.0}
    assert shares == sorted(shares, reverse=True)


def test_sets_and_repetitions_are_those_of_the_plan(told):
    plan = told["plan"] | {"waits_for": []}
    squat = next(row["id"] for row in plan["phases"][0]["rows"] if row["for"] == "squat")
    dosed = next(row for row in plan["exercises"] if row["id"] == squat)
    target = coach(told | {"plan": plan}, 0)["target"]
    if dosed["reps"][0] > 1:
        assert (target["sets"], target["repetitions"]) == (dosed["sets"][0], dosed["reps"][0])
    assert target["sets"] >= 1
    assert target["repetitions"] >= 1
