"""What was told, tested, tried and filmed comes to mean the same, whichever door it came in by."""

import math
from dataclasses import replace

import pytest
import studies
from told import ASKING, NOTHING

from kneewise.casefile import build_case
from kneewise.conventions import Side
from kneewise.gathering import compare_films, errors_of_change, gather
from kneewise.model import Value

DEG = math.pi / 180
ERRORS = {row.id: row.sd for row in ASKING.values}


def gathered(*trials, films=(), change_errors=None, doubted=(), **answers):
    case = build_case({"answers": {**NOTHING, **answers}, "trial": list(trials)}, ASKING)
    return gather(case, films, ASKING.values, change_errors or {}, doubted)


def film(condition, **numbers):
    """A study of two whole repetitions with these (value, sd), in degrees, at the bottom of both knees."""
    shot = studies.measured()
    values = tuple(
        Value(measure=name, side=side, at="bottom", value=number * DEG, sd=sd * DEG)
        for name, (number, sd) in numbers.items()
        for side in Side
    )
    whole = tuple(replace(one, complete=True) for one in shot.repetitions)
    return replace(
        shot,
        trial=replace(shot.trial, condition=condition),
        repetitions=whole,
        values=tuple(values for _ in whole),
    )


def of(known, condition, what="values"):
    return {
        (v.measure, v.side): v
        for trial in known.trials
        if trial.condition == condition
        for v in getattr(trial, what)
    }


def test_a_number_typed_in_becomes_si_with_the_error_of_its_table():
    known = gathered({"condition": "baseline", "valgus_deg": 10, "heel_rise_mm": 25}, painful_side="left")
    knee, heel = (of(known, "baseline")[(m, Side.LEFT)] for m in ("knee_frontal_projection", "heel_rise"))
    assert (knee.value, knee.sd) == pytest.approx((10 * DEG, ERRORS["valgus_deg"] * DEG))
    assert (heel.value, heel.sd) == pytest.approx((0.025, ERRORS["heel_rise_mm"] / 1000))


def test_an_error_that_is_given_replaces_that_of_the_table():
    known = gathered({"condition": "baseline", "valgus_deg": 10, "valgus_deg_sd": 1.0})
    assert of(known, "baseline")[("knee_frontal_projection", Side.LEFT)].sd == pytest.approx(DEG)


@pytest.mark.parametrize(
    ("sore", "given", "meant"),
    [
        ("left", None, Side.LEFT),
        ("right", None, Side.RIGHT),
        ("left", "right", Side.RIGHT),
        ("both", None, None),
    ],
)
def test_a_number_without_a_side_is_of_the_one_sore_knee(sore, given, meant):
    trial = {"condition": "baseline", "valgus_deg": 10} | ({"side": given} if given else {})
    (place,) = of(gathered(trial, painful_side=sore), "baseline")
    assert place == ("knee_frontal_projection", meant)


def test_film_and_typing_mean_the_same():
    typed = of(gathered({"condition": "baseline", "depth_deg": 100, "depth_deg_sd": 3}), "baseline")
    filmed = of(gathered(films=[film("baseline", knee_flexion=(100, 3))]), "baseline")
    place = ("knee_flexion", Side.LEFT)
    assert (filmed[place].value, filmed[place].sd) == pytest.approx((typed[place].value, typed[place].sd))


def test_bare_feet_are_held_against_shoes_by_how_far_they_turn_out_and_their_heels_rise():
    shod, bare = film("baseline", foot_turn_out=(15, 3)), film("barefoot", foot_turn_out=(24, 4))
    turned = of(gathered(films=[shod, bare]), "barefoot", "changes")[("foot_turn_out", Side.RIGHT)]
    assert (turned.value, turned.sd) == pytest.approx((9 * DEG, 5 * DEG))
    typed = of(
        gathered(
            {"condition": "baseline", "toe_out_deg": 15, "heel_rise_mm": 0},
            {"condition": "barefoot", "toe_out_deg": 24, "heel_rise_mm": 30},
            painful_side="right",
        ),
        "barefoot",
        "changes",
    )
    assert typed[("foot_turn_out", Side.RIGHT)].value == pytest.approx(9 * DEG)
    assert typed[("heel_rise", Side.RIGHT)].value == pytest.approx(0.030)


def test_two_films_of_one_condition_count_by_their_errors():
    films = [film("baseline", knee_flexion=(100, 2)), film("baseline", knee_flexion=(106, 4))]
    told = of(gathered(films=films), "baseline")[("knee_flexion", Side.LEFT)]
    assert told.value == pytest.approx((100 / 4 + 106 / 16) / (1 / 4 + 1 / 16) * DEG)
    assert told.sd == pytest.approx((1 / 4 + 1 / 16) ** -0.5 * DEG)


def test_a_change_is_probe_less_usual_squat_with_both_errors():
    films = [film("baseline", knee_flexion=(100, 3)), film("heels_raised", knee_flexion=(112, 4))]
    known = gathered(films=films)
    change = of(known, "heels_raised", "changes")[("knee_flexion", Side.LEFT)]
    assert (change.value, change.sd) == pytest.approx((12 * DEG, 5 * DEG))
    assert of(known, "baseline", "changes") == {}


def test_a_change_is_never_surer_than_the_same_person_filmed_twice():
    films = [film("baseline", knee_flexion=(100, 1)), film("heels_raised", knee_flexion=(112, 1))]
    known = gathered(films=films, change_errors={"knee_flexion": 6 * DEG})
    assert of(known, "heels_raised", "changes")[("knee_flexion", Side.LEFT)].sd == pytest.approx(6 * DEG)


def test_a_change_that_is_typed_in_is_not_computed_again():
    known = gathered(
        {"condition": "baseline", "valgus_deg": 10},
        {"condition": "heels_raised", "valgus_deg": 9, "valgus_change_deg": -5},
    )
    (change,) = [v for t in known.trials for v in t.changes]
    assert change.value == pytest.approx(-5 * DEG)


def test_the_pain_before_a_probe_is_that_of_the_usual_squat_where_nobody_asked_again():
    known = gathered(
        {"condition": "baseline", "pain_after": 5},
        {"condition": "heels_raised", "pain_after": 3},
        {"condition": "cue_mirror", "pain_before": 4, "pain_after": 3},
    )
    assert [trial.pain_before for trial in known.trials] == [None, 5, 4]


def test_the_order_of_trials_does_not_matter():
    squats = [{"condition": "baseline", "pain_after": pain} for pain in (3, 6)]
    probe = {"condition": "heels_raised", "pain_after": 3}
    assert {t.pain_before for t in gathered(*squats, probe).trials} == {
        t.pain_before for t in gathered(probe, *reversed(squats)).trials
    }


def test_pain_before_is_unknown_where_the_usual_squat_was_not_tried():
    (trial,) = gathered({"condition": "heels_raised", "pain_after": 3}).trials
    assert trial.pain_before is None


def test_answers_that_are_doubted_are_left_out():
    assert "weeks" not in gathered(doubted={"weeks"}).answers
    assert gathered().answers["weeks"] == NOTHING["weeks"]


def test_a_refused_film_says_nothing():
    assert gathered(films=[studies.refused()]).trials == ()


def test_a_repetition_that_is_cut_off_says_nothing():
    shot = film("baseline", knee_flexion=(100, 3))
    cut = replace(shot, repetitions=tuple(replace(one, complete=False) for one in shot.repetitions))
    assert gathered(films=[cut]).trials == ()


@pytest.mark.parametrize(
    ("sore", "painful"),
    [("left", {Side.LEFT}), ("right", {Side.RIGHT}), ("both", set(Side)), ("none", set())],
)
def test_sore_sides_are_those_that_were_named(sore, painful):
    assert gathered(painful_side=sore).painful == painful


def test_the_error_of_a_change_is_that_of_two_films_in_the_worst_view():
    assert errors_of_change({"knee_flexion": [1.0, 3.0]}) == pytest.approx({"knee_flexion": 3 * math.sqrt(2)})


def test_two_films_of_one_condition_are_compared_with_both_errors():
    then, now = film("baseline", knee_flexion=(100, 3)), film("baseline", knee_flexion=(112, 4))
    changed = compare_films(then, now, {})
    assert {one.change.side for one in changed} == set(Side)
    for one in changed:
        assert (one.change.value, one.change.sd) == pytest.approx((12 * DEG, 5 * DEG))
        assert one.real


@pytest.mark.parametrize(("change", "real"), [(9.7, False), (9.9, True), (-9.7, False), (-9.9, True)])
def test_a_change_is_real_beyond_the_error_that_holds_95_in_100(change, real):
    then, now = film("baseline", knee_flexion=(100, 3)), film("baseline", knee_flexion=(100 + change, 4))
    assert {one.real for one in compare_films(then, now, {})} == {real}


def test_a_change_of_two_films_is_never_surer_than_the_same_person_filmed_twice():
    then, now = film("baseline", knee_flexion=(100, 1)), film("baseline", knee_flexion=(109, 1))
    assert all(one.real for one in compare_films(then, now, {}))
    assert not any(one.real for one in compare_films(then, now, {"knee_flexion": 5 * DEG}))


def test_what_only_one_film_shows_is_not_compared():
    then = film("baseline", knee_flexion=(100, 1), hip_flexion=(90, 1))
    now = film("baseline", knee_flexion=(100, 1))
    assert {one.change.measure for one in compare_films(then, now, {})} == {"knee_flexion"}
