"""Plan + first day → days of sessions, phases and reviews. Pure: which day it is, is handed in.

Weeks are counted from the first day on, so that every phase holds each of its weekdays equally often. Dates
are a guide: what must be true before the next phase decides.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from ..errors import InputError
from ..model.planned import Day, Plan, PlannedExercise, PlannedPhase


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One day of training.

    Attributes
    ----------
    on : the day.
    exercises : in the order of the session.
    minutes : warm-up included. [min]
    """

    on: date
    exercises: tuple[PlannedExercise, ...]
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedPhase:
    """One phase in the calendar.

    Attributes
    ----------
    planned : the phase.
    first, last : its days, both included.
    sessions : in order.
    """

    planned: PlannedPhase
    first: date
    last: date
    sessions: tuple[Session, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A day to look again.

    Attributes
    ----------
    on, week : the day, and how many weeks have gone by.
    ask : what is looked at.
    """

    on: date
    week: int
    ask: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDates:
    """A plan in the calendar.

    Attributes
    ----------
    start : the first day.
    phases : in order, without a gap.
    reviews : in order.
    """

    start: date
    phases: tuple[DatedPhase, ...]
    reviews: tuple[Review, ...]

    @property
    def last(self) -> date:
        """The last day of the last phase."""
        return self.phases[-1].last

    @property
    def sessions(self) -> tuple[Session, ...]:
        """All sessions in order."""
        return tuple(session for phase in self.phases for session in phase.sessions)

    def session_from(self, day: date) -> Session:
        """The session of a day, or the next one after it; the last one after the end."""
        return next((session for session in self.sessions if session.on >= day), self.sessions[-1])

    def week_of(self, day: date) -> date:
        """First day of the week of the plan that holds a day; the first or the last week outside."""
        within = min(max(day, self.start), self.last)
        return self.start + timedelta(weeks=(within - self.start).days // len(Day))

    def phase_of(self, day: date) -> DatedPhase:
        """The phase that a day is in; the first one before the start, the last one after the end."""
        return next((phase for phase in self.phases if day <= phase.last), self.phases[-1])


def date_plan(plan: Plan, start: date) -> PlanDates:
    """The days of a plan that begins on `start`.

    A review after w weeks falls on the day w weeks after the first.

    Raises
    ------
    InputError
        When the calendar ends before the plan does.
    """
    try:
        return PlanDates(
            start=start,
            phases=tuple(_date_phase(phase, start) for phase in plan.phases),
            reviews=tuple(
                Review(on=start + timedelta(weeks=week), week=week, ask=ask)
                for week, ask in plan.reviews.items()
            ),
        )
    except OverflowError as error:
        raise InputError(
            f"A plan that begins on {start.isoformat()} ends after the calendar does.",
            remedy="an earlier first day.",
        ) from error


def next_training_day(plan: Plan, today: date) -> date:
    """The first day from `today` on, today included, that has a session of the first phase."""
    days = plan.phases[0].minutes
    return min(today + timedelta(days=(day - today.weekday()) % len(Day)) for day in days)


def _date_phase(planned: PlannedPhase, start: date) -> DatedPhase:
    first, after = (start + timedelta(weeks=week) for week in planned.weeks)
    days = [first + timedelta(days=number) for number in range((after - first).days)]
    return DatedPhase(
        planned=planned,
        first=first,
        last=after - timedelta(days=1),
        sessions=tuple(_session(planned, day) for day in days if day.weekday() in planned.minutes),
    )


def _session(planned: PlannedPhase, on: date) -> Session:
    day = Day(on.weekday())
    return Session(
        on=on,
        exercises=tuple(row for row in planned.exercises if day in row.days),
        minutes=planned.minutes[day],
    )
