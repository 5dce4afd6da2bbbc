"""What may contribute, what it makes visible and what shows it → validated rows.

Not imported with the package: only the weighing of causes reads these tables.
"""

import math
import tomllib
from collections.abc import Sequence
from enum import StrEnum
from functools import cached_property
from importlib.resources import files
from typing import Literal, Self

from pydantic import Field, model_validator

from ..conventions import Door, Factor
from .rows import StrictModel, ToldRow

LARGEST_RATIO = 4.0
"""A likelihood ratio above it belongs to a finding that defines its factor, or is a mistake."""

Share = Field(ge=0, le=1)
Chance = Field(gt=0, lt=1)

_SI = {
    "°": math.pi / 180,
    "cm": 0.01,
    "mm": 0.001,
    "%": 0.01,
    "s": 1.0,
    "share": 1.0,
    "count": 1.0,
    "points": 1.0,
    "yes": 1.0,
    "N·m/kg": 1.0,
}


class Take(StrEnum):
    """What of the values is held against the limit."""

    VALUE = "value"
    DIFFERENCE = "difference"
    ASYMMETRY = "asymmetry"
    CHANGE = "change"
    PAIN = "pain"
    RISE = "rise"
    CHOICE = "choice"


class Row(ToldRow):
    """What every row of these tables has.

    Attributes
    ----------
    version : of the row.
    """

    version: str = Field(pattern=r"^\d{4}\.\d+$")


class FactorRow(Row):
    """A root of the network.

    Attributes
    ----------
    id, label : which, and in plain words.
    prior : how often it is true of people whose knee hurts at the front in the squat.
    add_on : whether a plan has something of its own for it.
    technique : condition that today's squat borrows from where the factor is likely; empty for none.
    """

    id: Factor
    label: str = Field(min_length=1)
    prior: float = Chance
    add_on: bool = False
    technique: str = ""


class PatternRow(Row):
    """Something that factors make visible, or make true of the body.

    Attributes
    ----------
    id, label : stable word, and in plain words.
    leak : chance of it with no factor true.
    mechanisms : whether each way to it stands apart, so that a probe can take one away.
    """

    id: str
    label: str = Field(min_length=1)
    leak: float = Chance
    mechanisms: bool = False


class InfluenceRow(Row):
    """A way from a factor to a pattern.

    Attributes
    ----------
    parent, child : factor and pattern.
    weight : chance that the factor, where true, is enough.
    """

    parent: Factor
    child: str
    weight: float = Chance


class ReliefRow(Row):
    """What a probe takes away from a pattern.

    Attributes
    ----------
    pattern, condition : of what, and by which probe.
    share : of every mechanism that is not named.
    shares : of those that are.
    """

    pattern: str
    condition: str
    share: float = Share
    shares: dict[Factor, float]

    @property
    def node(self) -> str:
        """Name of the pattern as it is in the probe."""
        return f"{self.pattern}@{self.condition}"


class FindingRow(Row):
    """Something that can be seen, and how it is read from what is known.

    Attributes
    ----------
    id, label : stable word, and in plain words.
    parent : factor or pattern it depends on; ``pattern@condition`` is the pattern getting less in a probe.
    given_yes, given_no : chance to see it where the parent is true, and where it is not.
    door, of : question, test or condition.
    take, measure, side, limit, unit, sem : which number, on which side of which limit, and its error.
    choices : that make it true; of another kind of value, none.
    definitional : whether it says what the factor means, and may weigh more than others.
    probe : whether it is a change within the person.
    """

    id: str
    label: str = Field(min_length=1)
    parent: str
    given_yes: float = Chance
    given_no: float = Chance
    door: Door
    of: str = Field(min_length=1)
    take: Take
    measure: str = ""
    side: Literal["above", "below"] = "above"
    limit: float = 0.0
    unit: str
    sem: float = Field(default=0.0, ge=0)
    choices: tuple[str, ...] = ()
    definitional: bool = False
    probe: bool = False

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        if self.unit not in _SI:
            raise ValueError(f"Finding {self.id}: unknown unit {self.unit}; use one of {', '.join(_SI)}.")
        if self.given_yes <= self.given_no:
            raise ValueError(f"Finding {self.id} must be seen more often where its parent is true.")
        if (self.take is not Take.CHOICE) != (self.sem > 0):
            raise ValueError(f"Finding {self.id}: a number needs its error, a choice has none.")
        if (self.take is Take.CHOICE) != bool(self.choices):
            raise ValueError(f"Finding {self.id}: a choice needs the choices that make it true.")
        if (self.door is Door.TRIAL) != bool(self.measure):
            raise ValueError(f"Finding {self.id}: a trial needs its measure, nothing else has one.")
        return self

    @property
    def bound(self) -> float:
        """The limit as values come: of trials in SI, of answers and tests in the unit they are asked in."""
        return self.limit * self._scale

    def told(self, *, seen: bool) -> str:
        """The finding in plain words, or that it is not there."""
        return self.label if seen else f"not: {self.label}"

    @property
    def error(self) -> float:
        """Standard error of one measurement, in the unit of `bound`."""
        return self.sem * self._scale

    @property
    def _scale(self) -> float:
        return _SI[self.unit] if self.door is Door.TRIAL else 1.0


class EffortRow(Row):
    """What looking costs.

    Attributes
    ----------
    kind, of : a test or a trial, and which.
    minutes : of the person's time.
    discomfort : 0 to 3.
    after : condition that must have been tried before; empty for none.
    needs : finding without which it makes no sense; empty for none.
    """

    kind: Literal[Door.TEST, Door.TRIAL]
    of: str
    minutes: float = Field(gt=0, le=15)
    discomfort: float = Field(ge=0, le=3)
    after: str = ""
    needs: str = ""


class CauseTables(StrictModel):
    """Everything from which the network is built."""

    factors: tuple[FactorRow, ...]
    patterns: tuple[PatternRow, ...]
    influences: tuple[InfluenceRow, ...]
    reliefs: tuple[ReliefRow, ...]
    findings: tuple[FindingRow, ...]
    efforts: tuple[EffortRow, ...]

    @cached_property
    def finding(self) -> dict[str, FindingRow]:
        """Findings by id."""
        return {row.id: row for row in self.findings}

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        _check_once([*(row.id for row in self.factors), *(row.id for row in self.patterns)])
        _check_once([row.id for row in self.findings])
        _check_once([row.node for row in self.reliefs])
        _check_once([f"{row.kind} {row.of}" for row in self.efforts])
        _check_same("factors", {row.id for row in self.factors}, set(Factor))
        patterns = {row.id for row in self.patterns}
        apart = {row.id for row in self.patterns if row.mechanisms}
        reliefs = {row.node for row in self.reliefs}
        parents = {row.parent for row in self.findings}
        _check_same("patterns with influences", {row.child for row in self.influences}, patterns)
        _check_within("patterns with reliefs", {row.pattern for row in self.reliefs}, apart)
        _check_within("parents of findings", parents, reliefs | patterns | set(Factor))
        _check_within("reliefs that nothing shows", reliefs, parents)
        tried = {(row.door, row.of) for row in self.findings if row.door is not Door.ANSWER}
        _check_within("needs", {row.needs for row in self.efforts} - {""}, {row.id for row in self.findings})
        efforts = {(row.kind, row.of) for row in self.efforts}
        _check_within("efforts", {of for _, of in efforts - tried}, set())
        return self


def _check_once(names: Sequence[str]) -> None:
    if len(set(names)) < len(names):
        raise ValueError(f"Twice the same id: {sorted({n for n in names if names.count(n) > 1})}.")


def _check_same(what: str, found: set[str], expected: set[str]) -> None:
    if found != expected:
        raise ValueError(f"Missing or unknown {what}: {sorted(found ^ expected)}.")


def _check_within(what: str, found: set[str], known: set[str]) -> None:
    if not found <= known:
        raise ValueError(f"Unknown {what}: {sorted(found - known)}.")


def read_causes() -> CauseTables:
    """Factors, patterns, findings, probes and what they cost.

    Raises
    ------
    pydantic.ValidationError
        When a row lacks its source, or the tables do not fit together.
    """
    text = files(__package__).joinpath("causes.toml").read_text(encoding="utf-8")
    return CauseTables.model_validate(tomllib.loads(text))
