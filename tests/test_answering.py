"""What the plan answers to made-up weeks: the pain-monitoring rule and the plan template, line by line."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_plan import plan

from kneewise.knowledge.training import read_programme
from kneewise.model.planned import Day, Diary, DiaryNumbers
from kneewise.plan import Light, Verdict, answer_diary, date_plan, rate_sessions
from kneewise.plan.lights import LAST_AMBER, LAST_GREEN

START = date(2026, 3, 2)  # a Monday
PROGRAMME = read_programme()
DATES = date_plan(plan(days=(Day.MONDAY, Day.WEDNESDAY, Day.FRIDAY)), START)


def on(day):
    return START + timedelta(days=day)


def session(day, pain, after=None):
    return DiaryNumbers(on=on(day), pain=pain, pain_after=after, done=frozenset({"squat"}))


def rest(day, pain):
    return DiaryNumbers(on=on(day), pain=pain)


def answer(*days, today, **more):
    return answer_diary(PROGRAMME, DATES, Diary(today=on(today), days=days, **more))


def told(*days, today, **more):
    """Verdict and ids of the rules."""
    given = answer(*days, today=today, **more)
    ids = {rule.says: name for name, rule in PROGRAMME.rules.items()}
    return given.verdict, *(ids[rule.says] for rule in given.rules)


def light(pain, after, *, usual=()):
    days = [*(rest(i, one) for i, one in enumerate(usual)), session(len(usual), pain, after)]
    return rate_sessions(days)[-1].light


@pytest.mark.parametrize(
    ("pain", "after", "colour"),
    [
        (2, 2, Light.GREEN),  # 0–2 during, at most one above the usual 1
        (3, 1, Light.AMBER),  # 3–5 during
        (5, 2, Light.AMBER),
        (6, 1, Light.RED),  # above 5
        (0, 3, Light.AMBER),  # not back to usual, and not more than two above
        (0, 4, Light.RED),  # more than two above usual after 24 hours
        (6, None, Light.RED),  # red of one number is red
        (2, None, None),
        (None, 1, None),
    ],
)
def test_a_session_has_the_light_of_its_number_nearer_to_red(pain, after, colour):
    assert light(pain, after, usual=(1, 1, 1)) is colour


def test_without_a_usual_the_limits_of_the_session_hold_for_the_next_day():
    assert [light(0, after) for after in (2, 5, 6)] == [Light.GREEN, Light.AMBER, Light.RED]


def test_the_limits_are_those_that_the_programme_tells():
    green, amber, red = PROGRAMME.lights
    assert re.findall(r"\d+", green.during)[1] == f"{LAST_GREEN:.0f}"
    assert re.findall(r"\d+", amber.during)[:2] == [f"{LAST_GREEN + 1:.0f}", f"{LAST_AMBER:.0f}"]
    assert re.findall(r"\d+", red.during)[0] == f"{LAST_AMBER:.0f}"


@given(st.integers(0, 10), st.integers(0, 10), st.integers(0, 10))
def test_more_pain_is_never_a_better_light(pain, after, usual):
    order = [Light.GREEN, Light.AMBER, Light.RED]
    here = order.index(light(pain, after, usual=(usual,)))
    assert order.index(light(min(pain + 1, 10), after, usual=(usual,))) >= here
    assert order.index(light(pain, min(after + 1, 10), usual=(usual,))) >= here


def test_a_green_session_steps_on():
    assert told(session(0, 2, 2), today=1) == (Verdict.STEP_ON, "green")


def test_two_green_sessions_also_ask_for_the_harder_exercise():
    assert told(session(0, 2, 2), session(2, 1, 1), today=3) == (Verdict.STEP_ON, "green", "green_twice")


def test_an_amber_session_holds():
    assert told(session(0, 4, 2), today=1) == (Verdict.HOLD, "amber")


def test_a_red_session_steps_back():
    assert told(session(0, 1, 1), session(2, 7, 2), today=3) == (Verdict.STEP_BACK, "red")


def test_two_red_sessions_in_a_row_change_the_exercise():
    assert told(session(0, 7, 2), session(2, 7, 2), today=3) == (Verdict.STEP_BACK, "red_twice")


def test_a_session_between_two_red_ones_breaks_the_row():
    days = session(0, 7, 2), session(2, 1, 1), session(4, 6, 2)
    assert told(*days, today=5) == (Verdict.STEP_BACK, "red")


def test_a_session_holds_until_the_next_day_is_told():
    assert told(session(0, 1), today=0) == (Verdict.HOLD, "unrated")


def test_a_new_warning_sign_leads_to_the_questions_whatever_else_is_told():
    assert told(session(0, 1, 1), session(2, 1, 1), today=3, signs=True) == (Verdict.CHECK_IN, "signs")
    assert told(session(0, 9, 9), session(2, 9, 9), today=3, signs=True) == (Verdict.CHECK_IN, "signs")


def test_two_points_worse_over_two_weeks_lead_to_the_questions():
    before, now = [rest(0, 3), rest(1, 2)], [session(14, 5, 3), rest(15, 4)]
    assert told(*before, *now, today=15) == (Verdict.CHECK_IN, "worse")
    assert told(rest(0, 3), rest(1, 4), *now, today=15)[0] is not Verdict.CHECK_IN


@pytest.mark.parametrize(
    ("asked", "verdict", "rule"),
    [
        (13, Verdict.CHECK_IN, "worse"),  # before the pain rose
        (15, Verdict.HOLD, "still_worse"),  # on the day of the worst
        (16, Verdict.HOLD, "still_worse"),
    ],
)
def test_questions_that_were_answered_since_the_worst_are_not_asked_for_again(asked, verdict, rule):
    days = [rest(0, 3), rest(1, 2), session(14, 4, 3), rest(15, 5), rest(16, 5)]
    assert told(*days, today=16, checkins=(on(asked),))[:2] == (verdict, rule)


def test_pain_that_rises_after_the_questions_asks_for_them_again():
    days = [rest(0, 3), rest(1, 2), session(14, 4, 3), rest(15, 5), rest(16, 6)]
    assert told(*days, today=16, checkins=(on(15),)) == (Verdict.CHECK_IN, "worse")


def test_a_worst_that_comes_again_a_week_later_asks_for_the_questions_again():
    days = [rest(7, 2), rest(8, 2), rest(15, 5), rest(16, 4), rest(21, 1), rest(22, 5)]
    assert told(*days, today=22, checkins=(on(15),)) == (Verdict.CHECK_IN, "worse")


def test_a_red_session_steps_back_though_the_questions_were_answered():
    days = [rest(0, 3), rest(1, 2), session(14, 8, 3), rest(15, 5)]
    assert told(*days, today=15, checkins=(on(15),)) == (Verdict.STEP_BACK, "red")


def test_one_day_makes_no_week():
    assert told(rest(0, 1), session(14, 5, 3), rest(15, 5), today=15)[0] is not Verdict.CHECK_IN


def test_twelve_weeks_without_two_points_less_lead_to_a_clinician():
    first = [session(0, 6, 4), rest(1, 5)]
    assert told(*first, session(82, 5, 1), rest(83, 2), today=84) == (Verdict.SEE_SOMEONE, "no_change")
    assert told(*first, session(82, 4, 1), rest(83, 2), today=84)[0] is not Verdict.SEE_SOMEONE
    assert told(*first, session(81, 5, 1), rest(82, 2), today=83)[0] is not Verdict.SEE_SOMEONE


def test_a_week_of_missed_sessions_holds():
    assert told(session(0, 1, 1), today=7) == (Verdict.HOLD, "missed")
    assert told(session(2, 1, 1), session(4, 1, 1), today=7)[0] is Verdict.STEP_ON


def test_two_weeks_without_a_session_step_back():
    assert told(session(0, 1, 1), today=15) == (Verdict.STEP_BACK, "missed_long")
    assert told(today=14) == (Verdict.STEP_BACK, "missed_long")


def test_what_is_planned_for_today_is_not_missed_yet():
    assert answer(today=0) is None
    assert answer(today=6) is None


def test_nothing_is_missed_before_the_plan_begins():
    assert answer_diary(PROGRAMME, DATES, Diary(today=START - timedelta(days=30))) is None


@pytest.mark.parametrize(("today", "week"), [(13, None), (14, 2), (30, 2), (42, 6), (84, 12)])
def test_a_review_is_due_from_its_day_on(today, week):
    due = answer(session(today - 1, 1, 1), today=today).due
    assert (due and due.week) == week


def test_a_check_in_since_settles_a_review():
    assert answer(session(15, 1, 1), today=16, checkins=(on(14),)).due is None
    assert answer(session(15, 1, 1), today=16, checkins=(on(13),)).due.week == 2


def test_every_rule_of_the_table_can_be_answered():
    """No sentence of the diary stands in the table that no week leads to."""
    weeks = [
        told(session(0, 2, 2), session(2, 1, 1), today=3),
        told(session(0, 4, 2), today=1),
        told(session(0, 7, 2), today=1),
        told(session(0, 7, 2), session(2, 7, 2), today=3),
        told(session(0, 1), today=0),
        told(today=3, signs=True),
        told(rest(0, 1), rest(1, 1), session(14, 5, 3), rest(15, 5), today=15),
        told(rest(0, 1), rest(1, 1), session(14, 5, 3), rest(15, 5), today=15, checkins=(on(15),)),
        told(session(0, 6, 4), rest(1, 5), session(82, 6, 1), rest(83, 2), today=84),
        told(session(0, 1, 1), today=7),
        told(today=14),
    ]
    assert {name for _, *names in weeks for name in names} == set(PROGRAMME.rules)


def test_a_diary_has_each_day_once_and_none_of_tomorrow():
    with pytest.raises(ValueError, match="each day once"):
        Diary(today=on(0), days=(rest(0, 1), rest(0, 2)))
    with pytest.raises(ValueError, match="each day once"):
        Diary(today=on(0), days=(rest(1, 1),))
