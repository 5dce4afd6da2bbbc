"""Summary → what is said of one film, in words and rows; the report and the page of the film agree."""

from collections.abc import Mapping, Sequence
from typing import Any

from .numbers import Summary, show
from .space import tell_fused
from .summary import typical

_COLUMNS = (
    ("knee bend, left", "knee_flexion", "left"),
    ("knee bend, right", "knee_flexion", "right"),
    ("hip bend, left", "hip_flexion", "left"),
    ("hip bend, right", "hip_flexion", "right"),
    ("trunk lean", "trunk_inclination", None),
    ("depth", "depth", None),
)
_MOST_COLUMNS = 4


def tell_film(summary: Summary, number: int) -> dict[str, Any]:
    """Everything that is said of one film, but for its loads.

    Parameters
    ----------
    summary
        As `summarise` makes it.
    number
        Of the film, from 0.
    """
    film = summary["films"][number]
    repetitions = [row for row in summary["repetitions"] if row["film"] == number]
    return {
        **film,
        "number": number,
        "anchor": f"film{number}",
        "rows": repetitions,
        "findings": _findings([row for row in summary["findings"] if row["film"] == number]),
        "table": _table(repetitions),
        "no_loads": _why_no_loads(summary, number),
        "no_squat": any(issue["id"] == "no_squat" for issue in film["refusals"]) or not film["refusals"],
        "unmeasured": _unmeasured(_missing(summary, number)),
    }


def _findings(findings: Sequence[Summary]) -> list[dict[str, Any]]:
    """One row for each sentence, with the numbers of both sides; the surer ones first.

    The sentence says the direction, so the number goes without its sign.
    """
    rows: dict[str, dict[str, Any]] = {}
    for finding in findings:
        row = rows.setdefault(
            finding["id"],
            {"statement": finding["statement"], "because": finding["because"], "numbers": [], "sure": True},
        )
        number = show(finding).removeprefix("−")
        row["numbers"].append({"side": finding["side"], "text": number})
        row["sure"] = row["sure"] and finding["sure"]
    return sorted(rows.values(), key=lambda row: not row["sure"])


def _table(repetitions: Sequence[Summary]) -> dict[str, Any]:
    """Columns that were measured, with their typical error in the head, and a row for each repetition."""
    columns = [
        (name, measure, side, number)
        for name, measure, side in _COLUMNS
        if (number := typical(repetitions, "bottom", measure, side)) is not None
    ][:_MOST_COLUMNS]
    return {
        "what": _what([measure for _, measure, _, _ in columns]),
        "columns": [{"name": name, "error": _error(number)} for name, _, _, number in columns],
        "rows": [
            {
                "number": row["number"],
                "complete": row["complete"],
                "start": f"{row['start_s']:.1f}",
                "times": [f"{row[key]:.1f}" for key in ("down_s", "hold_s", "up_s")],
                "values": [_plain(row, measure, side) for _, measure, side, _ in columns],
            }
            for row in repetitions
        ],
        "cut": any(not row["complete"] for row in repetitions),
    }


def _what(measures: Sequence[str]) -> str:
    """What the columns hold, to begin a sentence with."""
    angles, depth = any(one != "depth" for one in measures), "depth" in measures
    return "Angles and depth" if angles and depth else "Depth" if depth else "Angles"


def _error(number: Mapping[str, Any]) -> str:
    return "±" + show(number).partition("±")[2]


def _plain(repetition: Summary, measure: str, side: str | None) -> str:
    number = typical([repetition], "bottom", measure, side)
    return "–" if number is None else show(number).partition("±")[0].rstrip()


def _why_no_loads(summary: Summary, film: int) -> str:
    missing = [row for row in summary["unmeasured"] if row["film"] == film and row["what"] == "loads"]
    if missing:
        return str(missing[0]["because"])
    return summary["loads"]["because"] or "this film does not show what is needed"


def _missing(summary: Summary, film: int) -> list[Summary]:
    """What a film did not show; not what it told together with others."""
    fused = summary["fused"]
    told = tell_fused(fused) if fused else {"films": [], "known": []}
    known = told["known"] if film in told["films"] else []
    return [row for row in summary["unmeasured"] if row["film"] == film and row["what"] not in known]


def _unmeasured(missing: Sequence[Summary]) -> list[dict[str, Any]]:
    """What shares a reason and a remedy is said once."""
    groups: dict[tuple[str, str], list[str]] = {}
    for row in missing:
        groups.setdefault((row["because"], row["remedy"]), []).append(row["label"])
    return [
        {"labels": ", ".join(labels), "because": because, "remedy": remedy}
        for (because, remedy), labels in groups.items()
    ]
