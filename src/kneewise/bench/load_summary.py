"""Outcomes of the validation table → one plain dict: what is printed, drawn and written. Pure."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ..knowledge.validation import Kind, Row
from .loads import Outcome
from .recordings import Check
from .verdicts import band_of

SCHEMA = "kneewise.loads/1"
INSIDE, OUTSIDE, MISSING = "inside", "outside", "not reproduced"


def summarise_loads(
    outcomes: Sequence[Outcome],
    recordings: Sequence[dict[str, Any]],
    speed: dict[str, Any] | None,
    made: dict[str, Any],
) -> dict[str, Any]:
    """Everything as plain data.

    Parameters
    ----------
    outcomes
        As `compare_published` gives them.
    recordings
        As `measure_recordings` gives them.
    speed
        As `measure_engines` gives it; None where nothing was timed.
    made
        As `describe_run` gives it.
    """
    rows = [_describe(outcome) for outcome in outcomes]
    counts = Counter(row["verdict"] for row in rows)
    return {
        "schema": SCHEMA,
        "made": made,
        "counts": {
            "rows": len(rows),
            "reproduced": counts[INSIDE] + counts[OUTSIDE],
            **{verdict.replace(" ", "_"): counts[verdict] for verdict in (INSIDE, OUTSIDE, MISSING)},
        },
        "rows": rows,
        "recordings": [
            {"name": one["name"], "checks": [_describe_check(check) for check in one["checks"]]}
            for one in recordings
        ],
        "speed": speed,
    }


def _describe(outcome: Outcome) -> dict[str, Any]:
    row, verdict = outcome.row, outcome.verdict
    low, high = band_of(row) if row.kind in (Kind.ABSOLUTE, Kind.RATIO) else (None, None)
    return {
        "id": row.id,
        "study": row.study,
        "condition": row.condition,
        "kind": row.kind.value,
        "quantity": None if row.quantity is None else row.quantity.value,
        "unit": row.unit,
        "published": row.value,
        "published_sd": row.sd,
        "published_words": describe_published(row),
        "low": low,
        "high": high,
        "ours": verdict.ours,
        "ours_sd": outcome.sd,
        "ours_words": _describe_ours(outcome),
        "values": list(outcome.values),
        "verdict": {True: INSIDE, False: OUTSIDE, None: MISSING}[verdict.inside],
        "why": verdict.why,
        "inputs": row.inputs,
        "confounds": row.confounds,
        "source": row.source,
        "checked": row.checked,
        "grade": row.grade,
    }


def _describe_check(check: Check) -> dict[str, Any]:
    """As plain data; what has no frames has no number."""
    return {**asdict(check), "value": None if math.isnan(check.value) else check.value}


def describe_published(row: Row) -> str:
    """The published result as it is read."""
    if row.says:
        return _with_unit(row.says, row.unit if row.says[-1].isdigit() else "")
    if row.low is not None and row.high is not None:
        return _with_unit(f"{row.low:g} to {row.high:g}", row.unit)
    if row.high is not None:
        return _with_unit(f"at most {row.high:g}", row.unit)
    if row.low is not None:
        return _with_unit(f"at least {row.low:g}", row.unit)
    spread = "" if row.sd is None else f" ± {row.sd:g}"
    return _with_unit(f"{row.value:g}{spread}", row.unit)


def _describe_ours(outcome: Outcome) -> str:
    row, values = outcome.row, outcome.values
    if not values:
        return ""
    if row.kind is Kind.RATIO or row.kind is Kind.ABSOLUTE:
        assert outcome.verdict.ours is not None
        spread = "" if outcome.sd is None else f" ± {_round(outcome.sd)}"
        return _with_unit(_round(outcome.verdict.ours) + spread, row.unit)
    return _with_unit(", ".join(_round(value) for value in values), row.unit)


def _round(value: float) -> str:
    """As many digits as are worth reading."""
    size = abs(value)
    if size >= 1e5:
        return f"{value:.2e}"
    return f"{value:.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def _with_unit(words: str, unit: str) -> str:
    return f"{words} {unit}".rstrip() if unit != "°" else f"{words}°"
