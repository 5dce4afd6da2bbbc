"""The nouns of training that are about nobody: Exercise, Option, AddOn, Phase, Variant, Lift, Programme."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..conventions import Factor, Track
from .provenance import Provenance


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
class Exercise(Provenance):
    """One exercise.

    Attributes
    ----------
    id, name, what : word, plain name, what it is for.
    part : which part of the body works.
    factors : contributing factors it serves.
    position, cues, faults : how it is done, and what goes wrong.
    dose, per_side, minutes : how much; the time of the fewest sets. [min]
    easier, harder : ids of the step back and the step on.
    easier_how, harder_how : the same within the exercise.
    stop : when to stop it at once.
    avoid_when : circumstances in which it is not chosen.
    equipment : what it needs; empty is nothing.
    phases : in which it may be chosen.
    articles : which of the five articles name it.
    expected : what to expect.
    dose_source : what the dose rests on.
    """

    id: str
    name: str
    what: str
    part: str
    factors: tuple[Factor, ...]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Option(Provenance):
    """One way to do the squat today.

    Attributes
    ----------
    id, name, cue : word, plain name, what to think of.
    condition : the probe that tries it; empty where none does.
    factor : the factor that a better movement without less pain must go with; None asks for less pain.
    squat : the exercise that the squat becomes.
    helps, raises : what it makes easier, and what it loads more.
    avoid_when : circumstances in which it is not chosen.
    equipment : what it needs.
    onward : how it is left again.
    """

    id: str
    name: str
    cue: str
    condition: str
    squat: str
    helps: str
    raises: str
    avoid_when: tuple[str, ...]
    equipment: tuple[str, ...]
    onward: str
    factor: Factor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOn(Provenance):
    """What is added for one contributing factor.

    Attributes
    ----------
    factor, name, why : what it answers, plain name, reason.
    do : what to do besides exercises.
    exercises : ids, the first that fits is taken.
    until : when it ends or is dropped.
    avoid_when : circumstances in which it is not chosen.
    """

    factor: Factor
    name: str
    why: str
    do: tuple[str, ...]
    exercises: tuple[str, ...]
    until: str
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
class Phase(Provenance):
    """One stretch of the programme.

    Attributes
    ----------
    id, name, aim : word, plain name, what it is for.
    weeks : from and to, as a rule; the exit decides.
    slots : what a session holds, the most important first.
    exit : what must be true before the next phase.
    """

    id: str
    name: str
    aim: str
    weeks: tuple[int, int]
    slots: tuple[Slot, ...]
    exit: tuple[str, ...]


class Reads(StrEnum):
    """What a line of an exit is held against."""

    SESSIONS = "sessions"
    WORST_PAIN = "worst_pain"
    DIFFERENCE = "difference"
    LAST_LIGHT = "last_light"
    WATCHED = "watched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit(Provenance):
    """One line of a phase's exit, and how it is read.

    Attributes
    ----------
    says : the line.
    reads : what of the things kept it is held against.
    needed : at least so many sessions, at most so much pain or difference; None of what is watched.
    tests : ids of self-tests whose sides are held against each other.
    """

    says: str
    reads: Reads
    needed: float | None = None
    tests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant(Provenance):
    """What a track changes.

    Attributes
    ----------
    track, name, why : which, plain name, reason.
    say : what is told besides.
    first : slot name → ids that come before those of the phase.
    stretch : factor on the weeks of each phase. [unitless]
    most_hard : the most strength days a week.
    reviews : what is looked at besides, by week. [week]
    """

    track: Track
    name: str
    why: str
    say: tuple[str, ...]
    first: Mapping[str, tuple[str, ...]]
    stretch: float
    most_hard: int
    reviews: Mapping[int, str] = field(default_factory=dict)


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


class RuleKind(StrEnum):
    """When a rule is told: the first three with every plan, the last one when the diary calls for it."""

    PROGRESS = "progress"
    REGRESS = "regress"
    STOP = "stop"
    DIARY = "diary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Provenance):
    """What some numbers of the diary lead to.

    Attributes
    ----------
    id, kind : word, and when it is told.
    says : the rule.
    """

    id: str
    kind: RuleKind
    says: str


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
class Support(Provenance):
    """Something worn for a while so that exercise is easier; never instead of it.

    Attributes
    ----------
    id, name : word, plain name.
    when, how, not_when : who may try it, how, and who not.
    """

    id: str
    name: str
    when: str
    how: str
    not_when: str


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
    exercises, options, add_ons, phases, variants, lifts : the tables; options and add-ons in order of
        preference.
    supports : what may be worn for a while.
    things : equipment by id.
    notes : circumstances by id, as the end of a sentence with "because".
    conditions : ids of everything that can be tried.
    education, load : what everyone is told.
    warm_up, heavy : before a session, and before heavy sets.
    warm_up_minutes : of `warm_up`. [min]
    lights : traffic light with its 24-hour rule.
    rules : of change, by id.
    reviews : what is looked at, by week. [week]
    """

    version: str
    exercises: Mapping[str, Exercise]
    options: tuple[Option, ...]
    add_ons: tuple[AddOn, ...]
    phases: tuple[Phase, ...]
    variants: Mapping[Track, Variant]
    lifts: tuple[Lift, ...]
    supports: tuple[Support, ...]
    things: Mapping[str, Thing]
    notes: Mapping[str, str]
    conditions: frozenset[str]
    education: tuple[str, ...]
    load: tuple[str, ...]
    warm_up: tuple[str, ...]
    heavy: tuple[str, ...]
    warm_up_minutes: int
    lights: tuple[Light, ...]
    rules: Mapping[str, Rule]
    reviews: Mapping[int, str]

    def told(self, kind: RuleKind) -> tuple[str, ...]:
        """Sentences of the rules of a kind."""
        return tuple(rule.says for rule in self.rules.values() if rule.kind is kind)
