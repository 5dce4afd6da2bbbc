"""The nouns of one person's plan, in order of birth: Clearance, Response, Circumstances, Plan.

A plan needs a `Clearance`, which only a passed screening gives: a referral has no plan, by type.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from ..conventions import Track
from .asked import Tier
from .programme import AddOn, Exercise, Lift, Option, Phase, Programme, Variant
from .told import Passed

MOST_ADD_ONS = 2
"""Of one plan. More would be done less: the general programme comes first."""


class Irritability(IntEnum):
    """How easily the knee is stirred up and how long it stays so."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2


class Day(IntEnum):
    """Day of the week."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


class Readiness(StrEnum):
    """When a lift is in the programme."""

    TODAY = "today"
    TODAY_LIGHTER = "today, lighter"
    NEXT = "next phase"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """A screening that was passed; without one there is no plan.

    Attributes
    ----------
    heed : what has to be heeded before the first session; empty where nothing has.
    track : which variant the answers ask for.
    """

    heed: tuple[str, ...] = ()
    track: Track

    @classmethod
    def of(cls, passed: Passed) -> "Clearance":
        """The clearance that a passed screening gives."""
        screening = passed.screening
        if screening.track is None or screening.tier.refers:
            raise ValueError(f"A screening of tier {screening.tier} leads to a clinician, not to a plan.")
        heed = tuple(reason.says for reason in screening.reasons if reason.tier is Tier.CARE)
        return cls(heed=heed, track=screening.track)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What one probe changed against the baseline, in this person.

    Attributes
    ----------
    pain_before, pain : in the baseline and in the probe, 0 … 10; None was not asked.
    movement : better (1), the same (0) or worse (-1) beyond the error; None was not measured.
    """

    pain_before: float | None = None
    pain: float | None = None
    movement: int | None = None

    @property
    def change(self) -> float | None:
        """Change of pain, less is negative."""
        return None if self.pain is None or self.pain_before is None else self.pain - self.pain_before


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a plan has to fit into.

    Attributes
    ----------
    days : on which one can train.
    minutes : for one session. [min]
    equipment : what is there.
    irritability : of the knee.
    worst_pain : of the past week, 0 … 10.
    notes : circumstances as the exercises' `avoid_when` names them.
    goals : lifts or sports to come back to, ids of lifts.
    weeks : for which it has hurt; None where nobody asked. [weeks]
    """

    days: tuple[Day, ...] = (Day.MONDAY, Day.WEDNESDAY, Day.FRIDAY)
    minutes: int = 30
    equipment: frozenset[str] = frozenset()
    irritability: Irritability = Irritability.MEDIUM
    worst_pain: float = 4.0
    notes: frozenset[str] = frozenset()
    goals: tuple[str, ...] = ()
    weeks: float | None = None

    def __post_init__(self) -> None:
        if not self.days or len(set(self.days)) < len(self.days):
            raise ValueError(f"A plan needs days, each once, got {self.days}.")
        if self.minutes < 10:
            raise ValueError(f"A session needs at least 10 minutes, got {self.minutes}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """What was not chosen, and why.

    Attributes
    ----------
    what, because : plain name, reason.
    option : id of a way to do the squat; empty of anything else.
    """

    what: str
    because: str
    option: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What was chosen, and why.

    Attributes
    ----------
    option : the way to do the squat.
    because : reason.
    """

    option: Option
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedExercise:
    """One exercise in one phase.

    Attributes
    ----------
    exercise : which.
    slot : what for.
    days : on which days.
    """

    exercise: Exercise
    slot: str
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPhase:
    """One phase for one person.

    Attributes
    ----------
    phase : what it is.
    weeks : from and to.
    exercises : in the order of a session.
    minutes : of each training day, warm-up included. [min]
    """

    phase: Phase
    weeks: tuple[int, int]
    exercises: tuple[PlannedExercise, ...]
    minutes: Mapping[Day, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class GatedLift:
    """When one lift is in the programme.

    Attributes
    ----------
    lift, readiness : which, and when.
    after : what must be true before; empty for today.
    """

    lift: Lift
    readiness: Readiness
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do, how much, why, and when to stop.

    Attributes
    ----------
    programme : the tables it was made from.
    variant : which track.
    choice : one way to do the squat.
    add_ons : two at the most.
    phases : in order.
    withheld : what was not chosen, and why.
    gate : which lifts when.
    heed : what has to be heeded before the first session.
    """

    programme: Programme
    variant: Variant
    choice: Choice
    add_ons: tuple[AddOn, ...]
    phases: tuple[PlannedPhase, ...]
    withheld: tuple[Withheld, ...]
    gate: tuple[GatedLift, ...]
    heed: tuple[str, ...] = ()

    @property
    def reviews(self) -> dict[int, str]:
        """What is looked at, by week, those of the track among them. [week]"""
        every = (*self.programme.reviews.items(), *self.variant.reviews.items())
        return dict(sorted(every))

    def __post_init__(self) -> None:
        if len(self.add_ons) > MOST_ADD_ONS:
            raise ValueError(f"A plan has at most {MOST_ADD_ONS} add-ons, got {len(self.add_ons)}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryNumbers:
    """What a plan reads of one day of the diary.

    Attributes
    ----------
    on : the day.
    pain : the worst of the day, 0 … 10; None was not told.
    pain_after : 24 hours later, 0 … 10; None was not told.
    done : ids of the exercises that were done; with one of them the day had a session.
    """

    on: date
    pain: float | None = None
    pain_after: float | None = None
    done: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """The diary as it stands on a day.

    Attributes
    ----------
    today : the day.
    days : each once, in order; none after it.
    checkins : days on which the warning-sign questions were answered again.
    signs : whether something of the list of warning signs is new.
    """

    today: date
    days: tuple[DiaryNumbers, ...] = ()
    checkins: tuple[date, ...] = ()
    signs: bool = False

    def __post_init__(self) -> None:
        days = [day.on for day in self.days]
        if days != sorted(set(days)) or (days and days[-1] > self.today):
            raise ValueError(f"A diary has each day once, in order, up to {self.today}; got {days}.")
