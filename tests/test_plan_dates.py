"""Days of a plan: counted by hand, over year ends and leap days."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_plan import plan

from kneewise.errors import InputError
from kneewise.model.planned import Clearance, Day
from kneewise.model.programme import Track
from kneewise.plan import date_plan, next_training_day

WEEK = timedelta(weeks=1)
starts = st.dates(date(1990, 1, 1), date(2090, 1, 1))
weekdays = st.lists(st.sampled_from(Day), min_size=1, unique=True).map(tuple)


def of(days=(Day.MONDAY, Day.WEDNESDAY, Day.FRIDAY), track=None):
    return plan(days=days, clearance=track and Clearance(track=track))


def test_the_first_weeks_over_a_year_end():
    """From Monday 28 December 2026: two weeks of three days, then the second phase from 11 January 2027."""
    dated = date_plan(of(), date(2026, 12, 28))
    assert [row.on for row in dated.phases[0].sessions] == [
        date(2026, 12, 28), date(2026, 12, 30), date(2027, 1, 1),
        date(2027, 1, 4), date(2027, 1, 6), date(2027, 1, 8),
    ]  # fmt: skip
    assert [(row.first, row.last) for row in dated.phases] == [
        (date(2026, 12, 28), date(2027, 1, 10)),
        (date(2027, 1, 11), date(2027, 2, 7)),
        (date(2027, 2, 8), date(2027, 3, 21)),
        (date(2027, 3, 22), date(2027, 4, 18)),
    ]
    assert [(row.week, row.on) for row in dated.reviews] == [
        (2, date(2027, 1, 11)), (6, date(2027, 2, 8)), (12, date(2027, 3, 22)),
    ]  # fmt: skip


@pytest.mark.parametrize("track", Track)
def test_reviews_of_the_track_are_in_the_calendar(track):
    """An unclear pattern is looked at after a week already, and who reads the dates must find it there."""
    made = of(track=track)
    dated = date_plan(made, date(2026, 12, 28))
    assert {(row.week, row.ask) for row in dated.reviews} == {
        *made.programme.reviews.items(),
        *made.variant.reviews.items(),
    }
    assert (date(2027, 1, 4) in [row.on for row in dated.reviews]) == (track is Track.GENERAL)


@pytest.mark.parametrize(
    ("start", "after_a_week", "second_phase"),
    [
        (date(2028, 2, 23), date(2028, 3, 1), date(2028, 3, 8)),  # 29 February is a day of it
        (date(2027, 2, 24), date(2027, 3, 3), date(2027, 3, 10)),  # and here there is none
    ],
)
def test_a_leap_day_is_a_day(start, after_a_week, second_phase):
    dated = date_plan(of(days=(Day.WEDNESDAY,)), start)
    assert [row.on for row in dated.phases[0].sessions] == [start, after_a_week]
    assert dated.phases[1].first == second_phase


def test_a_session_may_fall_on_the_leap_day():
    dated = date_plan(of(days=(Day.TUESDAY,)), date(2028, 2, 22))
    assert date(2028, 2, 29) in [row.on for row in dated.sessions]


@pytest.mark.parametrize("track", Track)
@given(start=starts, days=weekdays)
def test_every_phase_holds_each_of_its_weekdays_once_a_week(track, start, days):
    made = of(days=days, track=track)
    dated = date_plan(made, start)
    for phase in dated.phases:
        weeks = phase.planned.weeks[1] - phase.planned.weeks[0]
        for day, minutes in phase.planned.minutes.items():
            on_it = [row for row in phase.sessions if row.on.weekday() == day]
            assert len(on_it) == weeks
            assert {row.minutes for row in on_it} == {minutes}
            assert all(later.on - one.on == WEEK for one, later in pairwise(on_it))


@given(start=starts, days=weekdays)
def test_phases_follow_without_a_gap_and_hold_their_sessions(start, days):
    dated = date_plan(of(days=days), start)
    assert dated.phases[0].first == start
    assert all(later.first - one.last == timedelta(days=1) for one, later in pairwise(dated.phases))
    for phase in dated.phases:
        assert all(phase.first <= row.on <= phase.last for row in phase.sessions)
    assert [row.on for row in dated.sessions] == sorted({row.on for row in dated.sessions})
    assert dated.last == start + dated.phases[-1].planned.weeks[1] * WEEK - timedelta(days=1)


@given(start=starts, days=weekdays)
def test_a_session_holds_what_its_weekday_holds(start, days):
    for phase in date_plan(of(days=days), start).phases:
        for session in phase.sessions:
            planned = [row for row in phase.planned.exercises if session.on.weekday() in row.days]
            assert list(session.exercises) == planned
            assert planned


@given(start=starts, weeks=st.integers(1, 60))
def test_a_plan_that_begins_weeks_later_is_the_same_weeks_later(start, weeks):
    made = of()
    here, later = date_plan(made, start), date_plan(made, start + weeks * WEEK)
    assert [row.on + weeks * WEEK for row in here.sessions] == [row.on for row in later.sessions]
    assert [row.on + weeks * WEEK for row in here.reviews] == [row.on for row in later.reviews]


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 11, 21), date(2026, 11, 23)),  # Saturday → Monday
        (date(2026, 11, 23), date(2026, 11, 23)),  # a training day is the day itself
        (date(2026, 12, 31), date(2027, 1, 1)),  # Thursday → Friday, next year
        (date(2028, 2, 29), date(2028, 3, 1)),  # Tuesday, the leap day → Wednesday
    ],
)
def test_the_next_training_day(today, first):
    assert next_training_day(of(), today) == first


@given(today=starts, days=weekdays)
def test_the_next_training_day_is_the_first_session(today, days):
    made = of(days=days)
    first = next_training_day(made, today)
    assert timedelta(0) <= first - today < WEEK
    assert date_plan(made, first).sessions[0].on == first
    assert date_plan(made, today).sessions[0].on == first


def test_a_plan_beyond_the_calendar_is_refused_with_a_remedy():
    with pytest.raises(InputError, match="9999-12-20") as error:
        date_plan(of(), date(9999, 12, 20))
    assert "earlier" in error.value.remedy
