"""Questions and plan speak of the same things: whatever a plan asks for, an answer can give."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told import ASKING, NOTHING, case_of

from kneewise.knowledge.training import read_programme
from kneewise.model import Clause, Kind
from kneewise.model.planned import Circumstances, Day, Irritability
from kneewise.plan.circumstances import GOALS, NOTES, TENDON_FLARE, THINGS, circumstances_of

PROGRAMME = read_programme()
EVERYBODY_HAS = {"wall", "towel"}
"""Things that the question says are taken to be there."""
TENDON = {"knee_map": ["below_kneecap"], "pain_spread": "one_finger"}


def circumstances(**answers) -> Circumstances:
    """Of answers that a case file may hold."""
    return circumstances_of(case_of(answers).moments[-1])


def answer_to(clause: Clause):
    return [clause.value] if ASKING.asked[clause.of].type is Kind.MANY else clause.value


@pytest.mark.parametrize("thing", sorted(set(PROGRAMME.things) - EVERYBODY_HAS))
def test_everything_that_a_plan_needs_can_be_had(thing):
    assert circumstances(equipment=[thing]).equipment == {thing}


@pytest.mark.parametrize("thing", sorted(EVERYBODY_HAS))
def test_what_is_taken_to_be_there_is_said(thing):
    assert PROGRAMME.things[thing].at_home
    assert f"a {thing}" in ASKING.asked["equipment"].text.lower()


@pytest.mark.parametrize("lift", PROGRAMME.lifts, ids=lambda lift: lift.id)
def test_every_lift_can_be_a_goal(lift):
    assert circumstances(goal=[lift.id]).goals == (lift.id,)


@pytest.mark.parametrize("note", sorted(set(PROGRAMME.notes) - {TENDON_FLARE}))
def test_every_note_can_be_told(note):
    for clause in map(Clause.parse, NOTES[note]):
        assert circumstances(**{clause.of: answer_to(clause)}).notes == {note}, clause


def test_the_maps_name_nothing_that_a_plan_does_not_know():
    assert set(PROGRAMME.things) >= THINGS
    assert {lift.id for lift in PROGRAMME.lifts} == GOALS
    assert NOTES.keys() | {TENDON_FLARE} == PROGRAMME.notes.keys()


@pytest.mark.parametrize("question", ["training_days", "equipment", "goal", "pain_settles", "night_pain"])
def test_every_choice_of_the_plan_is_understood(question):
    for choice in ASKING.asked[question].choices:
        assert circumstances(**{question: [choice] if ASKING.asked[question].type is Kind.MANY else choice})


def test_a_tendon_flares_where_the_spot_is_one_finger_wide_and_the_knee_stirred_up():
    assert TENDON_FLARE in circumstances(**TENDON, pain_settles="longer").notes
    assert TENDON_FLARE not in circumstances(**TENDON, pain_settles="same_day").notes
    assert TENDON_FLARE not in circumstances(pain_settles="longer", knee_map=["below_kneecap"]).notes
    sided = TENDON | {"knee_map": {"right": ["below_kneecap"]}}
    assert TENDON_FLARE in circumstances(**sided, pain_settles="longer").notes


def test_somebody_without_further_answers_has_the_usual_circumstances():
    assert circumstances() == Circumstances()
    assert circumstances(**NOTHING).notes == frozenset()


def test_named_days_are_the_days_in_the_order_of_the_week():
    told = circumstances(training_days=["sunday", "monday"], days_per_week=4)
    assert told.days == (Day.MONDAY, Day.SUNDAY)


@pytest.mark.parametrize("count", range(1, 8))
def test_a_number_of_days_lies_as_far_apart_as_the_week_allows(count):
    days = circumstances(training_days=["any_day"], days_per_week=count).days
    assert len(set(days)) == count
    gaps = [(b - a) % 7 or 7 for a, b in itertools.pairwise((*days, days[0]))]
    assert min(gaps) == 7 // count


def test_minutes_and_pain_are_those_of_the_answers():
    told = circumstances(minutes_per_session=45, worst_pain=6, squat_pain=2)
    assert (told.minutes, told.worst_pain) == (45, 6.0)
    assert circumstances(squat_pain=2).worst_pain == 2.0


@pytest.mark.parametrize(
    ("answers", "irritability"),
    [
        ({}, Irritability.MEDIUM),
        ({"worst_pain": 2}, Irritability.LOW),
        ({"worst_pain": 5}, Irritability.MEDIUM),
        ({"worst_pain": 6}, Irritability.HIGH),
        ({"worst_pain": 4, "pain_settles": "same_day"}, Irritability.LOW),
        ({"worst_pain": 8, "pain_settles": "same_day"}, Irritability.MEDIUM),
        ({"worst_pain": 1, "pain_settles": "next_morning"}, Irritability.MEDIUM),
        ({"worst_pain": 3, "pain_settles": "two_days"}, Irritability.HIGH),
        ({"worst_pain": 1, "pain_settles": "same_day", "night_pain": "at_rest"}, Irritability.HIGH),
        ({"worst_pain": 1, "night_pain": "when_turning"}, Irritability.LOW),
    ],
    ids=str,
)
def test_a_knee_is_stirred_up_by_what_lasts_rather_than_by_what_hurts(answers, irritability):
    assert circumstances(**answers).irritability is irritability


settles = st.sampled_from(["same_day", "next_morning", "two_days", "longer"])


@given(pain=st.integers(0, 9), settles=settles)
def test_more_pain_never_makes_a_calmer_knee(pain, settles):
    less, more = (circumstances(worst_pain=p, pain_settles=settles).irritability for p in (pain, pain + 1))
    assert less <= more
