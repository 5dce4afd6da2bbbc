"""What can be asked, tried and tested, and which answers stop the way: rows of tables, and their language.

A condition is a list of alternatives; an alternative is a list of clauses that must all hold; a clause
compares one answer with one value. What was not answered makes no clause hold, so that one more answer can
never undo one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..conventions import ASKED_UNITS, Track
from .provenance import CHECKED, Provenance

Answer = bool | float | str | tuple["Answer", ...] | Mapping[str, "Answer"]
"""Yes or no, a number, a choice, several of them; or one for each side, ``left`` and ``right``."""

Facts = Mapping[str, Answer]
"""Answers by the id of what was asked or tested."""

NOTHING = frozenset({"none", "no"})
"""Choices that say that nothing is the matter."""

_CLAUSE = re.compile(r"(?P<of>\w+) (?P<how>=|!=|>=|<=|>|<|has) (?P<value>\S+)")


class Tier(StrEnum):
    """How urgently somebody should look, from now to not at all; `CARE` and `GO` allow a plan."""

    EMERGENCY = "0"
    URGENT = "1"
    REFER = "2"
    CARE = "3"
    GO = "go"

    @property
    def rank(self) -> int:
        """Urgency: 0 for go, 4 for an emergency."""
        return len(Tier) - 1 - list(Tier).index(self)

    @property
    def refers(self) -> bool:
        """Whether the way ends at a clinician, without a plan."""
        return self.rank >= Tier.REFER.rank


class Kind(StrEnum):
    """What an answer is."""

    YES_NO = "yes_no"
    ONE = "one"
    MANY = "many"
    NUMBER = "number"
    SCALE = "scale"
    WEEKS = "weeks"


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison, as in ``age >= 45`` or ``ill has fever``; ``has any`` is any choice but none.

    Attributes
    ----------
    of : id of what was asked or tested.
    how : ``=``, ``!=``, ``>=``, ``<=``, ``>``, ``<`` or ``has``.
    value : number, choice, ``true`` or ``false``.
    """

    of: str
    how: str
    value: str

    @classmethod
    def parse(cls, text: str) -> "Clause":
        """Clause from its text; complains about one that is none."""
        match = _CLAUSE.fullmatch(text)
        if match is None:
            raise ValueError(f"'{text}' is no clause such as 'age >= 45' or 'ill has fever'.")
        return cls(match["of"], match["how"], match["value"])

    def holds(self, facts: Facts) -> bool:
        """Whether the answer is known and fits, on either side."""
        return self.of in facts and any(self._fits(answer) for answer in sides_of(facts[self.of]))

    def _fits(self, answer: Answer) -> bool:
        if self.how == "has":
            chosen = set(answer) if isinstance(answer, tuple) else {answer}
            return bool(chosen - NOTHING) if self.value == "any" else self.value in chosen
        if self.how in ("=", "!="):
            return (_same(answer, self.value)) == (self.how == "=")
        if isinstance(answer, bool) or not isinstance(answer, int | float):
            return False
        limit = float(self.value)
        return {
            ">=": answer >= limit,
            "<=": answer <= limit,
            ">": answer > limit,
            "<": answer < limit,
        }[self.how]


def _same(answer: Answer, value: str) -> bool:
    if isinstance(answer, bool):
        return value == str(answer).lower()
    if isinstance(answer, int | float):
        return answer == float(value)
    return answer == value


def sides_of(answer: Answer) -> Iterator[Answer]:
    """The answer of each side, or the one answer there is."""
    if isinstance(answer, Mapping):
        yield from answer.values()
    else:
        yield answer


Alternatives = tuple[tuple[Clause, ...], ...]


def hold(alternatives: Alternatives, facts: Facts) -> bool:
    """Whether any alternative holds altogether."""
    return any(all(clause.holds(facts) for clause in alternative) for alternative in alternatives)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(Provenance):
    """What every row of these tables has.

    Attributes
    ----------
    id : stable word.
    source : keys of the table of sources.
    version : of the table.
    """

    id: str
    source: tuple[str, ...]
    version: int

    def __post_init__(self) -> None:
        Provenance.__post_init__(self)
        if self.version < 1:
            raise ValueError(f"Row {self.id} must state the version of its table, got {self.version}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Row):
    """One question.

    Attributes
    ----------
    topic, text, why : what is asked, and what for.
    short : of a warning question, what it asks for as a clinician writes it; empty for all others.
    type : what the answer is.
    unit, low, high : of a number.
    choices : id → plain label; ``none`` stands alone.
    sided : whether the answer may differ between left and right.
    asked_if, skip_if : when it makes sense; empty is always, and never.
    serves : screening, track, causes, plan or story.
    again : asked at every check-in.
    checkin_only : makes sense at a check-in only.
    seconds : how long an answer takes; an estimate. [s]
    """

    topic: str
    text: str
    why: str
    type: Kind
    serves: frozenset[str]
    seconds: float
    short: str = ""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    sided: bool = False
    asked_if: Alternatives = ()
    skip_if: Alternatives = ()
    again: bool = False
    checkin_only: bool = False

    def makes_sense(self, facts: Facts) -> bool:
        """Whether what was answered so far allows to ask it."""
        return (not self.asked_if or hold(self.asked_if, facts)) and not hold(self.skip_if, facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest(Row):
    """One self-test.

    Attributes
    ----------
    name, text, why : what it is, what comes out, what for.
    steps : the protocol.
    type, unit, low, high, whole, choices, sided : of the value.
    flag_below, flag_above : beyond these it differs from most people. [unit]
    flag_difference : left against right; a share of the better side where `difference_share`. [unit or 1]
    sem, sem_checked : standard error of one measurement, and how that was checked. [unit]
    minutes : how long it takes; an estimate. [min]
    discomfort : 0 none to 3 much; an estimate.
    equipment : what it needs.
    informs : factors it speaks about.
    skip_if : who should not do it.
    optional : only where somebody has measured it already.
    move : exercise that looks like it; empty where none does.
    """

    name: str
    text: str
    why: str
    steps: tuple[str, ...]
    type: Kind
    minutes: float
    discomfort: int
    informs: tuple[str, ...]
    unit: str = ""
    low: float | None = None
    high: float | None = None
    whole: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    sided: bool = False
    flag_below: float | None = None
    flag_above: float | None = None
    flag_difference: float | None = None
    difference_share: bool = False
    sem: float | None = None
    sem_checked: str = ""
    move: str = ""
    equipment: tuple[str, ...] = ()
    skip_if: Alternatives = ()
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialCondition(Row):
    """The baseline, or a probe that changes one thing.

    Attributes
    ----------
    name, text, changes : what to do, and what it changes.
    minutes, discomfort, equipment, skip_if : as of a self-test.
    sided : done on one leg.
    move : exercise that looks like it; empty where none does.
    lasts : what comes before the squat, where it has to be timed. [s]
    """

    name: str
    text: str
    changes: str
    minutes: float
    discomfort: int
    equipment: tuple[str, ...] = ()
    sided: bool = False
    skip_if: Alternatives = ()
    move: str = ""
    lasts: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialValue(Row):
    """What a trial may carry typed in.

    Attributes
    ----------
    text : what it is.
    unit, low, high : of the value.
    sd : one standard deviation where none is given. [unit]
    measure : what it says, as films and findings call it; empty for what is read with another value.
    change : whether it is against the baseline.
    sided : whether it exists on each leg.
    label : how a change of the measure is told; empty for a change, which is told as what changed.
    """

    text: str
    unit: str
    low: float
    high: float
    sd: float
    measure: str = ""
    change: bool = False
    sided: bool = False
    label: str = ""

    @property
    def factor(self) -> float:
        """From the unit to SI. [SI/unit]"""
        return ASKED_UNITS[self.unit][1]

    @property
    def sign(self) -> str:
        """The unit as it stands behind a number."""
        return ASKED_UNITS[self.unit][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger(Row):
    """Answers that send somebody on, or onto a track.

    Attributes
    ----------
    tier : how urgently.
    when : alternatives.
    says : the reason in plain words.
    concern : what it is about, for routing and tests; never shown.
    track : which programme suits, where it allows one.
    stays : whether it stops the person whatever a clinician said of squats.
    """

    tier: Tier
    when: Alternatives
    says: str
    concern: str
    track: Track | None = None
    stays: bool = False

    def is_lifted_by_a_look(self) -> bool:
        """Whether somebody who looked at the person can let them go on."""
        return self.tier.refers and self.tier is not Tier.EMERGENCY and not self.stays


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction(Row):
    """Answers that do not fit together.

    Attributes
    ----------
    when, says : which, and how to tell.
    ask_again : what is asked again.
    """

    when: Alternatives
    ask_again: tuple[str, ...]
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A page or paper.

    Attributes
    ----------
    key : as rows cite it.
    note, address : what and where it is.
    checked : verified where an excerpt of it was read.
    """

    key: str
    note: str
    address: str
    checked: str

    def __post_init__(self) -> None:
        if self.checked not in CHECKED:
            raise ValueError(f"Source {self.key} must state how it was checked, got {self.checked!r}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """All tables of what is asked.

    Attributes
    ----------
    questions, tests, conditions, values, triggers, contradictions, sources : the rows, in the order of
        the tables.
    person : what is asked about the person; the answers stand in the table `[person]`.
    """

    questions: tuple[Question, ...]
    tests: tuple[SelfTest, ...]
    conditions: tuple[TrialCondition, ...]
    values: tuple[TrialValue, ...]
    triggers: tuple[Trigger, ...]
    contradictions: tuple[Contradiction, ...]
    sources: tuple[Source, ...]
    person: tuple[Question, ...]

    @property
    def asked(self) -> dict[str, "Question | SelfTest"]:
        """Questions and self-tests by id."""
        every: tuple[Question | SelfTest, ...] = (*self.questions, *self.tests)
        return {row.id: row for row in every}

    @property
    def measures(self) -> dict[str, TrialValue]:
        """Measure of a trial → the value that says it, rather than its change."""
        return {row.measure: row for row in self.values if row.measure and not row.change}

    def closed_to(self, facts: Facts) -> frozenset[str]:
        """Self-tests and conditions that this person should not do, or cannot at home."""
        tests = (test.id for test in self.tests if test.optional or hold(test.skip_if, facts))
        return frozenset((*tests, *(row.id for row in self.conditions if hold(row.skip_if, facts))))

    def label(self, of: str, answer: Answer) -> str:
        """An answer as who gave it read it."""
        asked = self.asked[of]
        if isinstance(answer, Mapping):
            return "; ".join(f"{side}: {self.label(of, one)}" for side, one in answer.items())
        if isinstance(answer, tuple):
            between = ", " if asked.type is Kind.WEEKS else " "
            return between.join(self.label(of, one) for one in answer)
        if isinstance(answer, bool):
            return "yes" if answer else "no"
        if isinstance(answer, str):
            return asked.choices[answer]
        unit = {Kind.SCALE: "of 10", Kind.WEEKS: ""}.get(asked.type, asked.unit)
        return f"{answer:g} {unit}".strip()
