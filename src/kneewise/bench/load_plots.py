"""The summary of loads → drawings as SVG files: numbers against their published bands, and signs. Pure."""

from collections.abc import Sequence
from typing import Any

from ..knowledge.validation import Kind
from .drawing import FAINT, INK, Axis, line, text, wrap
from .load_summary import INSIDE, MISSING

_WIDTH, _LEFT, _RIGHT, _TOP, _ROW = 720.0, 250.0, 700.0, 62.0, 24.0
_BAND = "#b9cbe0"
_INSIDE, _OUTSIDE = "#1b6ca8", "#c2571a"
_FARTHEST = 2.5
"""Share of the published number, or of the first situation's, beyond which a mark stands at the edge."""


def draw_loads(summary: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """File name → title and drawing, of everything that the summary has something for."""
    rows = [row for row in summary["rows"] if row["verdict"] != MISSING]
    drawings: dict[str, tuple[str, str]] = {}
    numbers = [row for row in rows if _middle(row)]
    if numbers:
        title = "Ours against published, as a share of the published number"
        drawings["numbers.svg"] = title, _draw_numbers(title, numbers)
    signs = [row for row in rows if row["kind"] == Kind.SIGN and row["values"][0]]
    if signs:
        title = "Our change between two ways of squatting, as a share of the first"
        drawings["signs.svg"] = title, _draw_signs(title, signs)
    return drawings


def _middle(row: dict[str, Any]) -> float | None:
    """The published number, or the middle of its range; None without one, or where 0 means nothing."""
    if row["unit"] == "°" or row["kind"] not in (Kind.ABSOLUTE, Kind.RATIO):
        return None
    if row["published"] is not None:
        return float(row["published"])
    if row["low"] is None or row["high"] is None:
        return None
    return float(row["low"] + row["high"]) / 2


def _draw_numbers(title: str, rows: Sequence[dict[str, Any]]) -> str:
    axis = Axis.around(0.0, _FARTHEST, _LEFT, _RIGHT)
    parts = _frame(title, "band: where it agrees with what was published", axis, rows, heavy=1.0)
    for place, row in enumerate(rows):
        y, middle = _TOP + _ROW * (place + 0.5), _middle(row)
        assert middle is not None
        ends = [(axis.place(min(row[end] / middle, _FARTHEST)), y) for end in ("low", "high")]
        parts.append(line(ends[0], ends[1], _BAND, 12))
        parts += _mark(axis, row["ours"] / middle, y, row["verdict"])
    return wrap(title, parts, _WIDTH, _base(rows) + 30)


def _draw_signs(title: str, rows: Sequence[dict[str, Any]]) -> str:
    axis = Axis.around(-1.0, _FARTHEST, _LEFT, _RIGHT)
    parts = _frame(title, "band: the side that was published", axis, rows, heavy=0.0)
    for place, row in enumerate(rows):
        y = _TOP + _ROW * (place + 0.5)
        end = axis.high if row["published"] > 0 else axis.low
        parts.append(line((axis.place(0), y), (axis.place(end), y), _BAND, 12))
        parts += _mark(axis, row["ours"] / abs(row["values"][0]), y, row["verdict"])
    return wrap(title, parts, _WIDTH, _base(rows) + 30)


def _frame(title: str, note: str, axis: Axis, rows: Sequence[dict[str, Any]], *, heavy: float) -> list[str]:
    """Title, grid and the rows' names."""
    parts = [text(10, 22, title, "start", bold=True), text(10, 42, note, "start")]
    for tick in axis.ticks():
        x = axis.place(tick)
        parts.append(line((x, _TOP - 6), (x, _base(rows)), INK if abs(tick - heavy) < 1e-9 else FAINT))
        parts.append(text(x, _base(rows) + 18, f"{tick:g}", "middle"))
    for place, row in enumerate(rows):
        parts.append(text(_LEFT - 12, _TOP + _ROW * (place + 0.5) + 4.5, row["id"].replace("_", " "), "end"))
    return parts


def _base(rows: Sequence[dict[str, Any]]) -> float:
    return _TOP + _ROW * len(rows) + 6


def _mark(axis: Axis, value: float, y: float, verdict: str) -> list[str]:
    """A filled circle inside, an open square outside; with its number where it lies off the paper."""
    x = axis.place(min(max(value, axis.low), axis.high))
    if verdict == INSIDE:
        parts = [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{_INSIDE}" stroke="#fff" stroke-width="1.5"/>'
        ]
    else:
        parts = [
            f'<rect x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10" fill="#fff" stroke="{_OUTSIDE}"'
            ' stroke-width="2.5"/>'
        ]
    if not axis.low <= value <= axis.high:
        parts.append(text(x - 12, y + 4.5, f"{value:.1f}", "end"))
    return parts
