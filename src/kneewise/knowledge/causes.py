"""What may contribute, what it makes visible and what shows it → validated rows.

Not imported with the package: only the weighing of causes reads these tables.
"""

import tomllib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import StrEnum
from functools import cached_property
from importlib.resources import files
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from ..conventions import ASKED_UNITS, Door, Factor
from ..model import Asking, Kind, SelfTest, TrialCondition
from .asking import read_asking
from .rows import StrictModel, ToldRow

LARGEST_RATIO = 4.0
"""A likelihood ratio above it belongs to a finding that defines its factor, or is a mistake."""

Share = Field(ge=0, le=1)
Chance = Field(gt=0, lt=1)

_SURE = 0.84
"""From one standard error beyond its limit on, a finding is told without doubt. [unitless]"""


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
    technique : condition that today's squat borrows from where the factor is likely; empty for none.
    """

    id: Factor
    label: str = Field(min_length=1)
    prior: float = Chance
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


class UnreadRow(StrictModel):
    """Something asked or tried that no finding reads.

    Attributes
    ----------
    door, of : question, test or condition.
    because : why not.
    """

    door: Door
    of: str
    because: str = Field(min_length=1)


class FindingRow(Row):
    """Something that can be seen, and how it is read from what is known.

    Attributes
    ----------
    id : stable word.
    seen, unseen : the finding, and that it is not there, told to the person; ``{limit}`` is the limit.
    parent : factor or pattern it depends on; ``pattern@condition`` is the pattern getting less in a probe.
    given_yes, given_no : chance to see it where the parent is true, and where it is not.
    door, of : question, test or condition.
    take, measure, side, limit, unit, sem : which number, on which side of which limit, and its error.
    choices : that make it true; of another kind of value, none.
    definitional : whether it says what the factor means, and may weigh more than others.
    probe : whether it is a change within the person.
    needs : finding without which looking makes no sense; empty for none.
    """

    id: str
    seen: str = Field(min_length=1)
    unseen: str = Field(min_length=1)
    parent: str
    given_yes: float = Chance
    given_no: float = Chance
    door: Door
    of: str = Field(min_length=1)
    take: Take
    measure: str = ""
    side: Literal["above", "below"] = "above"
    limit: float = 0.0
    unit: str = ""
    sem: float = Field(default=0.0, ge=0)
    choices: tuple[str, ...] = ()
    definitional: bool = False
    probe: bool = False
    needs: str = ""

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        if self.door is Door.TRIAL and self.unit not in ASKED_UNITS:
            known = ", ".join(ASKED_UNITS)
            raise ValueError(f"Finding {self.id}: unknown unit {self.unit}; use one of {known}.")
        if self.given_yes <= self.given_no:
            raise ValueError(f"Finding {self.id} must be seen more often where its parent is true.")
        if (self.take is not Take.CHOICE) != (self.sem > 0 and bool(self.unit)):
            raise ValueError(f"Finding {self.id}: a number needs its unit and its error, a choice has none.")
        if (self.take is Take.CHOICE) != bool(self.choices):
            raise ValueError(f"Finding {self.id}: a choice needs the choices that make it true.")
        if (self.door is Door.TRIAL) != bool(self.measure):
            raise ValueError(f"Finding {self.id}: a trial needs its measure, nothing else has one.")
        return self

    @property
    def bound(self) -> float:
        """The limit as values come: of trials in SI, of answers and tests in the unit they are asked in."""
        return self.limit * self._scale

    @property
    def error(self) -> float:
        """Standard error of one measurement, in the unit of `bound`."""
        return self.sem * self._scale

    def shown(self, yes: float) -> bool | None:
        """Whether the finding is there; None where the error is too large to tell.

        Parameters
        ----------
        yes
            Chance that it is there. [unitless]
        """
        return None if 1 - _SURE < yes < _SURE else yes >= _SURE

    def told(self, yes: float) -> str:
        """The finding in plain words, or that it is not there.

        Parameters
        ----------
        yes
            Chance that it is there. [unitless]
        """
        statement = (self.seen if yes >= 0.5 else self.unseen).format(limit=f"{self.limit:g}")
        if self.shown(yes) is None:
            return f"Cannot tell for sure: {statement[0].lower()}{statement[1:]}"
        return statement

    @property
    def _scale(self) -> float:
        return ASKED_UNITS[self.unit][1] if self.door is Door.TRIAL else 1.0


class Effort(StrictModel):
    """What looking costs.

    Attributes
    ----------
    kind, of : a test or a trial, and which.
    minutes : of the person's time.
    discomfort : 0 to 3.
    after : whether the usual squat must have been tried before.
    needs : finding without which it makes no sense; empty for none.
    """

    kind: Literal[Door.TEST, Door.TRIAL]
    of: str
    minutes: float = Field(gt=0, le=15)
    discomfort: float = Field(ge=0, le=3)
    after: bool = False
    needs: str = ""


class CauseTables(StrictModel):
    """Everything from which the network is built."""

    factors: tuple[FactorRow, ...]
    patterns: tuple[PatternRow, ...]
    influences: tuple[InfluenceRow, ...]
    reliefs: tuple[ReliefRow, ...]
    findings: tuple[FindingRow, ...]
    unread: tuple[UnreadRow, ...]
    efforts: tuple[Effort, ...]

    @cached_property
    def finding(self) -> dict[str, FindingRow]:
        """Findings by id."""
        return {row.id: row for row in self.findings}

    @cached_property
    def findings_of(self) -> dict[tuple[Door, str], tuple[FindingRow, ...]]:
        """Findings by what shows them."""
        doors = dict.fromkeys((row.door, row.of) for row in self.findings)
        return {one: tuple(r for r in self.findings if (r.door, r.of) == one) for one in doors}

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        _check_once([*(row.id for row in self.factors), *(row.id for row in self.patterns)])
        _check_once([row.id for row in self.findings])
        _check_once([row.node for row in self.reliefs])
        _check_once([f"{row.kind} {row.of}" for row in self.efforts])
        read = {f"{row.door} {row.of}" for row in self.findings}
        _check_once([*read, *(f"{row.door} {row.of}" for row in self.unread)])
        _check_same("factors", {row.id for row in self.factors}, set(Factor))
        patterns = {row.id for row in self.patterns}
        apart = {row.id for row in self.patterns if row.mechanisms}
        reliefs = {row.node for row in self.reliefs}
        parents = {row.parent for row in self.findings}
        _check_same("patterns with influences", {row.child for row in self.influences}, patterns)
        _check_within("patterns with reliefs", {row.pattern for row in self.reliefs}, apart)
        _check_within("parents of findings", parents, reliefs | patterns | set(Factor))
        _check_within("reliefs that nothing shows", reliefs, parents)
        _check_within("needs", {row.needs for row in self.findings} - {""}, {row.id for row in self.findings})
        return self


def _check_once(names: Sequence[str]) -> None:
    if len(set(names)) < len(names):
        raise ValueError(f"Twice the same id: {sorted({n for n in names if names.count(n) > 1})}.")


def _check_same(what: str, found: set[str], expected: set[str]) -> None:
    if found != expected:
        raise ValueError(f"Missing or unknown {what}: {sorted(found ^ expected)}.")


def _check_within(what: str, found: set[str], known: AbstractSet[str]) -> None:
    if not found <= known:
        raise ValueError(f"Unknown {what}: {sorted(found - known)}.")


def read_causes() -> CauseTables:
    """Factors, patterns, findings, probes and what they cost.

    Raises
    ------
    ValueError
        When a row lacks its source, the tables do not fit together, or they speak of what nobody is asked.
    """
    text = files(__package__).joinpath("causes.toml").read_text(encoding="utf-8")
    raw = tomllib.loads(text)
    asking = read_asking()
    findings = [_completed(row, asking) for row in raw["findings"]]
    return CauseTables.model_validate({**raw, "findings": findings, "efforts": _efforts(findings, asking)})


def _completed(row: Mapping[str, Any], asking: Asking) -> dict[str, Any]:
    """A row with the limit and error of its test, or the error of its trial, as those tables have them."""
    if row["door"] == Door.TRIAL:
        _check_within(f"measures of {row['id']}", {row["measure"]}, asking.measures.keys())
        return {"sem": asking.measures[row["measure"]].sd, **row}
    if row["door"] == Door.TEST and row["take"] != Take.CHOICE:
        test = next(test for test in asking.tests if test.id == row["of"])
        return {"sem": test.sem, "limit": _flag(test, Take(row["take"]), row["side"]), **row}
    return dict(row)


def _flag(test: SelfTest, take: Take, side: str) -> float | None:
    if take is not Take.VALUE:
        return test.flag_difference
    return test.flag_above if side == "above" else test.flag_below


def _efforts(findings: Sequence[Mapping[str, Any]], asking: Asking) -> list[dict[str, Any]]:
    """What every test and trial costs that shows something.

    Left out: what only a clinician measures, and what is no more than a question and asked with the others.
    """
    done = [test for test in asking.tests if not test.optional and test.type is not Kind.SCALE]
    tests = [_effort(Door.TEST, test, findings) for test in done]
    trials = [_effort(Door.TRIAL, condition, findings) for condition in asking.conditions]
    return [effort for effort in (*tests, *trials) if effort]


def _effort(
    kind: Door, asked: SelfTest | TrialCondition, findings: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What one of them costs; empty where it shows nothing."""
    shown = [row for row in findings if (row["door"], row["of"]) == (kind, asked.id)]
    if not shown:
        return {}
    return {
        "kind": kind,
        "of": asked.id,
        "minutes": asked.minutes,
        "discomfort": asked.discomfort,
        "after": all(row["take"] in (Take.CHANGE, Take.PAIN) for row in shown),
        "needs": next((row["needs"] for row in shown if "needs" in row), ""),
    }
