"""Published changes against ours, and the rehearsal with synthetic people → one plain dict. Pure."""

import math
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from ..foretelling import HONEST, bias, count_scores, share_inside, spread
from ..knowledge.changes import Finding, Kind
from .foretelling import Told
from .whatif import Compared, Found, band_of
from .whatif_speed import Timed

SCHEMA = "kneewise.whatif-bench/1"
INSIDE, OUTSIDE = "inside", "outside"


def summarise_changes(
    compared: Sequence[Compared],
    told: Sequence[Told],
    timed: Sequence[Timed],
    version: int,
    made: dict[str, Any],
) -> dict[str, Any]:
    """Everything as plain data.

    Parameters
    ----------
    compared
        As `compare_changes` gives them.
    told
        As `rehearse` gives them.
    timed
        As `time_answers` gives them.
    version
        Of the table of changes.
    made
        As `describe_run` gives it.
    """
    rows = [_describe(one) for one in compared]
    findings = [finding for row in rows for finding in row["findings"]]
    tests = [row for row in rows if not row["informed"]]
    return {
        "schema": SCHEMA,
        "made": made,
        "version": version,
        "counts": {
            "changes": _count(rows),
            "uninformed": _count(tests),
            "findings": _count(findings),
        },
        "rows": rows,
        "rehearsal": [_rehearsed(*one) for one in _by_trial(told)],
        "honest": HONEST,
        "speed": [
            {
                "question": one.question,
                "answers": one.options,
                "median_s": one.median,
                "longest_s": one.longest,
            }
            for one in timed
        ],
    }


def _count(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    return {"all": len(rows), INSIDE: sum(row["verdict"] == INSIDE for row in rows)}


def _describe(compared: Compared) -> dict[str, Any]:
    change = compared.change
    return {
        "id": change.id,
        "study": change.study,
        "condition": change.condition,
        "informed": change.informed,
        "people": change.group.people,
        "reachable": compared.reachable,
        "posture": {
            name: [math.degrees(angle) for angle in pair]
            for name, pair in zip(("shin", "trunk", "thigh"), compared.posture, strict=True)
        },
        "verdict": INSIDE if compared.inside else OUTSIDE,
        "findings": [_describe_found(found) for found in compared.found],
        "inputs": change.inputs,
        "confounds": change.confounds,
        "source": change.source,
        "checked": change.checked,
        "grade": change.grade,
    }


def _describe_found(found: Found) -> dict[str, Any]:
    finding = found.finding
    low, high = (None, None) if finding.kind is Kind.SIGN else band_of(finding)
    return {
        "measure": finding.measure.replace("patellofemoral", "kneecap").replace("_", " "),
        "kind": finding.kind.value,
        "unit": found.unit,
        "published": finding.value,
        "low": low,
        "high": high,
        "published_words": describe_finding(finding),
        "before": found.before,
        "after": found.after,
        "ours": found.ours,
        "apart": found.apart,
        "stated": found.stated,
        "agreeing": found.agreeing,
        "ours_words": _describe_ours(found),
        "verdict": INSIDE if found.inside else OUTSIDE,
    }


def describe_finding(finding: Finding) -> str:
    """The published result as it is read."""
    if finding.kind is Kind.SIGN:
        return "rises" if (finding.value or 0.0) > 0 else "falls"
    times = "×" if finding.kind is Kind.RATIO else ""
    if finding.value is None:
        return f"{times}{finding.low:g} to {times}{finding.high:g}{_with(finding.unit)}".replace("-", "−")
    spread_ = "" if finding.sd is None else f" ± {finding.sd:g}"
    sign = "" if finding.kind is Kind.RATIO else "+" if finding.value > 0 else ""
    return f"{times}{sign}{finding.value:g}{spread_}{_with(finding.unit)}".replace("-", "−")


def _describe_ours(found: Found) -> str:
    if found.finding.kind is Kind.RATIO:
        return f"×{found.ours:.2f} ± {found.stated:.2f}"
    digits = _digits(found.ours, found.stated)
    return f"{found.ours:+.{digits}f} ± {found.stated:.{digits}f}{_with(found.unit)}".replace("-", "−")


def _digits(*numbers: float) -> int:
    """As many as are worth reading."""
    size = max(abs(number) for number in numbers)
    return 0 if size >= 20 else 1 if size >= 1 else 3


def _with(unit: str) -> str:
    return unit if unit in ("", "°") else f" {unit}"


def _by_trial(told: Sequence[Told]) -> Iterable[tuple[str, str, list[Told]]]:
    def key(one: Told) -> tuple[str, int]:
        return one.trial, one.score.effect

    names = list(dict.fromkeys(one.trial for one in told))
    ordered = sorted(told, key=lambda one: (names.index(one.trial), one.score.effect))
    for (trial, _), group in groupby(ordered, key):
        some = list(group)
        yield trial, some[0].score.effect.name.lower().replace("_", " "), some


def _rehearsed(trial: str, effect: str, told: Sequence[Told]) -> dict[str, Any]:
    tally = count_scores(one.score for one in told)
    return {
        "trial": trial,
        "effect": effect,
        "count": tally.count,
        "inside": share_inside(tally),
        "holds": sum(one.holds for one in told) / len(told),
        "bias": bias(tally),
        "spread": spread(tally),
        "right": tally.right,
        "wrong": tally.wrong,
        "foretold": _mean(one.score.foretold.change for one in told),
        "stated": _mean(one.score.foretold.change_sd for one in told),
        "true": _mean(one.truth for one in told),
        "error": math.sqrt(_mean((one.truth - one.score.foretold.change) ** 2 for one in told)),
        "film": _mean(one.score.seen.sd for one in told),
    }


def _mean(numbers: Iterable[float]) -> float:
    some = list(numbers)
    return sum(some) / len(some)
