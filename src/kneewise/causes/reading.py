"""What is known of a person → virtual evidence: how sure each finding is, from value, limit and error."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from scipy.stats import norm

from ..conventions import Door, Side
from ..model import Answer, Evidence, Known, Tested, Tried, Value

if TYPE_CHECKING:
    from ..knowledge.causes import FindingRow

_LEAST_PAIN = 3.0
"""Pain in the baseline below which less of it says nothing: there is no room. [0 to 10]"""

_UNKNOWN = "unknown"
"""The choice that says nothing."""

Reading = tuple[float, float]
"""A number and one standard deviation of it."""


def read_evidence(known: Known, findings: Sequence["FindingRow"]) -> tuple[Evidence, ...]:
    """Hold everything that is known against the limits of the tables.

    Parameters
    ----------
    known
        Of the person, as `gathering` puts it together: with the pain before each probe, and its changes.
    findings
        Rows of the tables.

    Returns
    -------
    tuple of Evidence
        One for each finding that anything is known about; what is missing is left out.

    Notes
    -----
    The chance that a value v with standard deviation s is beyond a limit l is Φ((v − l) / s): a value on
    the limit, or one with no end of error, says nothing.
    Assumes: errors are normal, and independent between two measurements.
    """
    read = ((row.id, _chance(known, row)) for row in findings)
    return tuple(Evidence(finding=finding, yes=yes) for finding, yes in read if yes is not None)


def _chance(known: Known, row: "FindingRow") -> float | None:
    if row.take == "choice":
        return _choice(known, row)
    beyond = [_beyond(reading, row) for reading in _readings(known, row)]
    return max(beyond, default=None)


def _choice(known: Known, row: "FindingRow") -> float | None:
    """Yes or no; of two sides, the side that says yes, and of "I do not know", nothing."""
    said = [chosen for answer in _said(known, row) for chosen in _chosen(answer)]
    if not set(said) - {_UNKNOWN}:
        return None
    return float(any(chosen in row.choices for chosen in said))


def _said(known: Known, row: "FindingRow") -> list[Answer]:
    """Answers of the sides that count."""
    if row.door is Door.TEST:
        return [test.value for test in _tests(known, row) if _counts(known, test.side)]
    answer = known.answers.get(row.of)
    if isinstance(answer, Mapping):
        return [answer[side.name.lower()] for side in _painful(known) if side.name.lower() in answer]
    return [] if answer is None else [answer]


def _chosen(answer: Answer) -> list[str]:
    if isinstance(answer, tuple):
        return [str(one) for one in answer]
    if isinstance(answer, str):
        return [answer]
    return ["yes" if answer else "no"]


def _beyond(reading: Reading, row: "FindingRow") -> float:
    value, sd = reading
    short = value - row.bound if row.side == "above" else _below(value, row)
    return float(norm.cdf(short / sd))


def _below(value: float, row: "FindingRow") -> float:
    """How far a value is under its limit, or a change beyond its limit downwards."""
    return -value - row.bound if row.take in ("change", "pain") else row.bound - value


def _readings(known: Known, row: "FindingRow") -> Iterator[Reading]:
    """Every number that the row may be about, one for each side that counts."""
    if row.door is Door.ANSWER:
        yield from _answer_readings(known, row)
    elif row.door is Door.TEST:
        yield from _test_readings(known, row)
    elif row.take == "pain":
        yield from _pain_readings(known, row)
    else:
        yield from _trial_readings(known, row)


def _answer_readings(known: Known, row: "FindingRow") -> Iterator[Reading]:
    for answer in _said(known, row):
        if row.take == "rise" and isinstance(answer, tuple):
            rise = _rise([float(week) for week in answer if isinstance(week, int | float)])
            if rise is not None:
                yield rise, row.error
        elif isinstance(answer, int | float):
            yield float(answer), row.error


def _rise(weeks: Sequence[float]) -> float | None:
    """Growth of the mean from the first half to the second, as a share of the first. [unitless]"""
    half = len(weeks) // 2
    before, after = sum(weeks[:half]), sum(weeks[len(weeks) - half :])
    return after / before - 1 if before > 0 else None


def _test_readings(known: Known, row: "FindingRow") -> Iterator[Reading]:
    tests = _tests(known, row)
    if row.take == "value":
        for test in tests:
            if _counts(known, test.side):
                yield float(test.value), _error_of(test, row)
        return
    by_side = {test.side: test for test in tests if test.side is not None}
    if len(by_side) < len(Side):
        return
    less = _less_than_other(known, by_side)
    if row.take == "difference":
        yield less, math.hypot(*(_error_of(test, row) for test in by_side.values()))
        return
    smaller, larger = sorted(by_side.values(), key=lambda test: float(test.value))
    if float(larger.value) > 0:
        yield less / float(larger.value), _share_error(smaller, larger, row)


def _share_error(smaller: Tested, larger: Tested, row: "FindingRow") -> float:
    """Of smaller over larger, from their errors where both are known; else that of the tables."""
    if smaller.sd is None or larger.sd is None:
        return row.error
    most = float(larger.value)
    return math.hypot(smaller.sd, float(smaller.value) / most * larger.sd) / most


def _less_than_other(known: Known, tests: Mapping[Side, Tested]) -> float:
    """How much the painful side is under the other; the weaker side, where both or neither hurt."""
    left, right = (float(tests[side].value) for side in Side)
    if known.painful == {Side.LEFT}:
        return right - left
    if known.painful == {Side.RIGHT}:
        return left - right
    return abs(left - right)


def _pain_readings(known: Known, row: "FindingRow") -> Iterator[Reading]:
    """Pain in the probe less that of the usual squat around it."""
    for trial in _trials(known, row.of):
        if trial.relief is None or trial.pain_after is None:
            continue
        if row.side == "above" or trial.pain_after + trial.relief >= _LEAST_PAIN:
            times = sum(pain is not None for pain in (trial.pain_before, trial.pain_back))
            yield -trial.relief, row.error * math.sqrt(1 + 1 / times)


def _trial_readings(known: Known, row: "FindingRow") -> Iterator[Reading]:
    for side in (None, *_painful(known)):
        if row.take == "change":
            reading = _mean(_changes(known, row, side), math.sqrt(2) * row.error)
        else:
            reading = _mean(_values(known, row.of, row, side), row.error)
        if reading is not None:
            yield reading


def _changes(known: Known, row: "FindingRow", side: Side | None) -> list[Value]:
    changes = [change for trial in _trials(known, row.of) for change in trial.changes]
    return [one for one in changes if _is_about(one, row, side)]


def _mean(values: Sequence[Value], error: float) -> Reading | None:
    """Mean of repeated measurements with its error; where a value has none, that of the tables."""
    finite = [value for value in values if math.isfinite(value.value)]
    if not finite:
        return None
    errors = [value.sd if value.sd > 0 else error for value in finite]
    return sum(value.value for value in finite) / len(finite), math.hypot(*errors) / len(finite)


def _values(known: Known, condition: str, row: "FindingRow", side: Side | None) -> list[Value]:
    return [
        value for trial in _trials(known, condition) for value in trial.values if _is_about(value, row, side)
    ]


def _is_about(value: Value, row: "FindingRow", side: Side | None) -> bool:
    return value.measure == row.measure and value.side == side


def _painful(known: Known) -> list[Side]:
    """Sides that count: those that hurt, or both where nobody knows."""
    return [side for side in Side if not known.painful or side in known.painful]


def _counts(known: Known, side: Side | None) -> bool:
    return side is None or side in _painful(known)


def _tests(known: Known, row: "FindingRow") -> list[Tested]:
    return [test for test in known.tests if test.id == row.of]


def _error_of(test: Tested, row: "FindingRow") -> float:
    """That of this measurement, where it is known; else that of the tables."""
    return row.error if test.sd is None else test.sd


def _trials(known: Known, condition: str) -> list[Tried]:
    return [trial for trial in known.trials if trial.condition == condition]
