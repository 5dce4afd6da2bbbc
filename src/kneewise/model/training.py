"""The nouns of training, in order of birth: Exercise, Option, Programme, Circumstances, Plan.

A plan needs a `Clearance`, which only a passed screening gives: a referral has no plan, by type.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Band(IntEnum):
    """How far a contributing factor is believed, from nothing known upwards."""

    NOT_LOOKED_AT = 0
    UNLIKELY = 1
    POSSIBLE = 2
    LIKELY = 3
    STRONG = 4


class Track(StrEnum):
    """Which variant of the programme."""

    STANDARD = "standard"
    TENDON_LIKE = "tendon_like"
    OLDER_KNEE = "older_knee"
    HIGH_FEAR = "high_fear"


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
class Evidence:
    """Where a row is from.

    Attributes
    ----------
    source : what it rests on.
    checked : how that was checked: verified, memory, estimate or derived.
    grade : A good reviews or trials, B one trial or consistent experiments, C indirect, D tradition.
    """

    source: str
    checked: str
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """How much at the start, from the least to the most.

    Attributes
    ----------
    sets, reps : of one session, and of one set.
    hold : of one repetition; 0 is a movement. [s]
    per_week : sessions.
    effort : of the last set, 0 … 10.
    """

    sets: tuple[int, int]
    reps: tuple[int, int]
    hold: tuple[int, int]
    per_week: tuple[int, int]
    effort: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One exercise.

    Attributes
    ----------
    id, name, what : word, plain name, what it is for.
    part : which part of the body works.
    factors : contributing factors it serves.
    position, cues, faults : how it is done, and what goes wrong.
    dose, per_side, minutes : how much; the time of the fewest sets. [min]
    easier, harder : ids of the step back and the step on; `easier_how`, `harder_how` say it within the exercise.
    stop : when to stop it at once.
    avoid_when : circumstances in which it is not chosen.
    equipment : what it needs; empty is nothing.
    phases : in which it may be chosen.
    articles : which of the five articles name it.
    expected : what to expect.
    dose_source : what the dose rests on.
    evidence : what the grade rests on.
    """

    id: str
    name: str
    what: str
    part: str
    factors: tuple[str, ...]
    position: str
    cues: tuple[str, ...]
    faults: tuple[str, ...]
    dose: Dose
    per_side: bool
    minutes: int
    easier: tuple[str, ...]
    easier_how: str
    harder: tuple[str, ...]
    harder_how: str
    stop: tuple[str, ...]
    avoid_when: tuple[str, ...]
    equipment: tuple[str, ...]
    phases: tuple[str, ...]
    articles: tuple[str, ...]
    expected: str
    dose_source: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way to do the squat today.

    Attributes
    ----------
    id, name, cue : word, plain name, what to think of.
    condition : the probe that tries it; empty where none does.
    factor : the factor that a better movement without less pain must go with; empty asks for less pain.
    squat : the exercise that the squat becomes.
    helps, raises : what it makes easier, and what it loads more.
    avoid_when : circumstances in which it is not chosen.
    equipment : what it needs.
    onward : how it is left again.
    evidence : what the grade rests on.
    """

    id: str
    name: str
    cue: str
    condition: str
    factor: str
    squat: str
    helps: str
    raises: str
    avoid_when: tuple[str, ...]
    equipment: tuple[str, ...]
    onward: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOn:
    """What is added for one contributing factor.

    Attributes
    ----------
    factor, name, why : what it answers, plain name, reason.
    do : what to do besides exercises.
    exercises : ids, the first that fits is taken.
    until : when it ends or is dropped.
    evidence : what the grade rests on.
    avoid_when : circumstances in which it is not chosen.
    """

    factor: str
    name: str
    why: str
    do: tuple[str, ...]
    exercises: tuple[str, ...]
    until: str
    evidence: Evidence
    avoid_when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One place in a session.

    Attributes
    ----------
    name : what for.
    choose : ids of exercises, the first that fits is taken; ``squat`` becomes the technique option's squat.
    """

    name: str
    choose: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One stretch of the programme.

    Attributes
    ----------
    id, name, aim : word, plain name, what it is for.
    weeks : from and to, as a rule; the exit decides.
    slots : what a session holds, the most important first.
    exit : what must be true before the next phase.
    evidence : what the grade rests on.
    """

    id: str
    name: str
    aim: str
    weeks: tuple[int, int]
    slots: tuple[Slot, ...]
    exit: tuple[str, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What a track changes.

    Attributes
    ----------
    track, name, why : which, plain name, reason.
    say : what is told besides.
    first : slot name → ids that come before those of the phase.
    stretch : factor on the weeks of each phase. [unitless]
    most_hard : the most strength days a week.
    evidence : what the grade rests on.
    """

    track: Track
    name: str
    why: str
    say: tuple[str, ...]
    first: Mapping[str, tuple[str, ...]]
    stretch: float
    most_hard: int
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """One colour of the traffic light.

    Attributes
    ----------
    colour, during, next_day, then : name, pain during, pain after 24 hours, what follows.
    """

    colour: str
    during: str
    next_day: str
    then: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """One lift or sport of a professional's programme.

    Attributes
    ----------
    id, name : word, plain name.
    level : how much it asks of a sore knee, 0 … 4.
    lighter : how it is done lighter, one level earlier.
    avoid_when : circumstances in which another lift comes first.
    """

    id: str
    name: str
    level: int
    lighter: str
    avoid_when: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something an exercise needs.

    Attributes
    ----------
    id, name : word, plain name.
    at_home : whether everyone has it, or something that does.
    """

    id: str
    name: str
    at_home: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """Everything that is not about one person.

    Attributes
    ----------
    version : of the tables.
    exercises, options, add_ons, phases, variants, lifts : the tables, options and add-ons in order of preference.
    things : equipment by id.
    notes : circumstances by id, as the end of a sentence with "because".
    education, load : what everyone is told.
    warm_up, heavy : before a session, and before heavy sets.
    warm_up_minutes : of `warm_up`. [min]
    lights : traffic light with its 24-hour rule.
    progress, regress, stop : rules of change.
    reviews : what is looked at, by week. [week]
    """

    version: str
    exercises: Mapping[str, Exercise]
    options: tuple[Option, ...]
    add_ons: tuple[AddOn, ...]
    phases: tuple[Phase, ...]
    variants: Mapping[Track, Variant]
    lifts: tuple[Lift, ...]
    things: Mapping[str, Thing]
    notes: Mapping[str, str]
    education: tuple[str, ...]
    load: tuple[str, ...]
    warm_up: tuple[str, ...]
    heavy: tuple[str, ...]
    warm_up_minutes: int
    lights: tuple[Light, ...]
    progress: tuple[str, ...]
    regress: tuple[str, ...]
    stop: tuple[str, ...]
    reviews: Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """A screening that was passed; without one there is no plan.

    Attributes
    ----------
    care : tier 3, to go on with care.
    track : which variant the answers ask for.
    """

    care: bool = False
    track: Track = Track.STANDARD


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
    """

    days: tuple[Day, ...] = (Day.MONDAY, Day.WEDNESDAY, Day.FRIDAY)
    minutes: int = 30
    equipment: frozenset[str] = frozenset()
    irritability: Irritability = Irritability.MEDIUM
    worst_pain: float = 4.0
    notes: frozenset[str] = frozenset()
    goals: tuple[str, ...] = ()

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
    """

    what: str
    because: str


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
    """

    programme: Programme
    variant: Variant
    choice: Choice
    add_ons: tuple[AddOn, ...]
    phases: tuple[PlannedPhase, ...]
    withheld: tuple[Withheld, ...]
    gate: tuple[GatedLift, ...]

    def __post_init__(self) -> None:
        if len(self.add_ons) > 2:
            raise ValueError(f"A plan has two add-ons at the most, got {len(self.add_ons)}.")
