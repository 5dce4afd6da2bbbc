"""Plan in the calendar + diary → what each week came to. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ..model.planned import Diary, DiaryNumbers
from ..model.programme import Exercise
from .answering import worst_of_week
from .dates import PlanDates

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week of a plan.

    Attributes
    ----------
    first : its first day.
    pain : the worst of it, 0 … 10; None where fewer than two days were told.
    planned, done : sessions, of the days that have come.
    sets : that were done at least: the fewest of each exercise that was ticked off, each side its own.
    """

    first: date
    pain: float | None
    planned: int
    done: int
    sets: int


def read_weeks(exercises: Mapping[str, Exercise], dates: PlanDates, diary: Diary) -> tuple[Week, ...]:
    """Weeks from the first day of the plan to the one that runs; none before it begins.

    Parameters
    ----------
    exercises
        The table, by id; what was ticked off and is not in it counts for no set.
    dates, diary
        The plan in the calendar, and the days so far.
    """
    count = (diary.today - dates.start).days // 7 + 1
    firsts = [dates.start + number * _WEEK for number in range(max(count, 0))]
    return tuple(_read(first, exercises, dates, diary) for first in firsts)


def _read(first: date, exercises: Mapping[str, Exercise], dates: PlanDates, diary: Diary) -> Week:
    last = min(first + _WEEK - timedelta(days=1), diary.today)
    days = [day for day in diary.days if first <= day.on <= last]
    return Week(
        first=first,
        pain=worst_of_week(days, first + _WEEK - timedelta(days=1)),
        planned=sum(first <= session.on <= last for session in dates.sessions),
        done=sum(bool(day.done) for day in days),
        sets=sum(_sets(day, exercises) for day in days),
    )


def _sets(day: DiaryNumbers, exercises: Mapping[str, Exercise]) -> int:
    done = [exercises[name] for name in day.done if name in exercises]
    return sum(exercise.dose.sets[0] * (2 if exercise.per_side else 1) for exercise in done)
