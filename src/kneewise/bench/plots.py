"""The summary → drawings as SVG files of their own: white ground, colours and marks by view. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .drawing import FAINT, INK, Axis, line, text, wrap
from .statistics import mean_of
from .tables import label_of

_WIDTH, _LEFT, _RIGHT, _TOP, _ROW = 720.0, 250.0, 700.0, 44.0, 24.0
_SQUARE = 420.0
_COLOURS = {"side": "#1b6ca8", "oblique": "#c2571a", "front": "#2f7d43"}
_OTHER = "#6b6b6b"
_UNIT_WORDS = {"°": "degrees", "cm": "centimetres"}


@dataclass(frozen=True, slots=True)
class Range:
    """One line of a drawing of ranges.

    Attributes
    ----------
    label, view : what, and from where.
    low, high : ends of the thin line.
    inner : ends of the thick bar, None without one.
    value : the dot.
    """

    label: str
    view: str
    low: float
    high: float
    inner: tuple[float, float] | None
    value: float


def draw_all(summary: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """File name → title and drawing, of everything that the summary has something for."""
    lab = [row for row in summary["by_view"] if row["rule"] == "lab"]
    drawings: dict[str, tuple[str, str]] = {}
    for unit, word in _UNIT_WORDS.items():
        drawings |= _errors([row for row in lab if row["unit"] == unit], word)
        drawings |= _retest([row for row in summary["retest"] if row["unit"] == unit], word)
    drawings |= _covered(summary["levels"], lab)
    return drawings | _clips([row for row in summary["clips"] if row["sagittal_error"] is not None])


def _errors(rows: Sequence[dict[str, Any]], word: str) -> dict[str, tuple[str, str]]:
    return _ranges(
        f"errors-{word}.svg",
        f"Signed error of all frames: median, middle half, 5 to 95 %, mean over clips ({word})",
        [_distribution(row) for row in rows],
    ) | _ranges(
        f"bottom-{word}.svg",
        f"Signed error at the lowest point: mean ± sd between clips ({word})",
        [_at_bottom(row) for row in rows if row["at_bottom"] is not None],
    )


def _retest(rows: Sequence[dict[str, Any]], word: str) -> dict[str, tuple[str, str]]:
    return _ranges(
        f"retest-{word}.svg",
        f"Test–retest: SEM with its 95 % interval ({word})",
        [
            Range(label_of(row["measure"]), row["view"], row["low"], row["high"], None, row["sem"])
            for row in rows
        ],
    )


def _covered(levels: Sequence[float], rows: Sequence[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    if all(value is None for row in rows for value in row["coverage"]):
        return {}
    title = "Share of frames with the truth inside the stated interval, by view"
    return {"coverage.svg": (title, draw_coverage(title, levels, _coverage(rows)))}


def _clips(rows: Sequence[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    drawings = {}
    for name, x, words in (("distance", "distance_m", "distance (m)"), ("clothes", "clothes", "clothes")):
        title = f"Mean error of the sagittal angles (°) against {words}, one mark a clip"
        points = [(row[x], row["sagittal_error"], row["view"]) for row in rows if row[x] is not None]
        if points:
            drawings[f"{name}.svg"] = title, draw_points(title, points)
    return drawings


def _ranges(name: str, title: str, rows: Sequence[Range]) -> dict[str, tuple[str, str]]:
    return {name: (title, draw_ranges(title, rows))} if rows else {}


def _distribution(row: dict[str, Any]) -> Range:
    low, first, middle, third, high = row["percentiles"]
    return Range(label_of(row["measure"]), row["view"], low, high, (first, third), middle)


def _at_bottom(row: dict[str, Any]) -> Range:
    spread = row["at_bottom_sd"] or 0.0
    value = row["at_bottom"]
    return Range(label_of(row["measure"]), row["view"], value - spread, value + spread, None, value)


def _coverage(rows: Sequence[dict[str, Any]]) -> dict[str, list[float]]:
    """View → share inside at each level, mean over measures."""
    found = {}
    for view in dict.fromkeys(row["view"] for row in rows):
        shares = [row["coverage"] for row in rows if row["view"] == view and None not in row["coverage"]]
        if shares:
            found[view] = [mean_of(column) for column in zip(*shares, strict=True)]
    return found


def draw_ranges(title: str, rows: Sequence[Range]) -> str:
    """One line for each row, from low to high, with a dot; 0 is an upright line.

    Parameters
    ----------
    title
        What is drawn, with the unit.
    rows
        From top to bottom.
    """
    ends = [0.0, *(row.low for row in rows), *(row.high for row in rows)]
    axis = Axis.around(min(ends), max(ends), _LEFT, _RIGHT)
    base = _TOP + _ROW * len(rows) + 6
    parts = [text(10, 22, title, "start", bold=True)]
    for tick in axis.ticks():
        x = axis.place(tick)
        colour = INK if abs(tick) < 1e-9 else FAINT
        parts += [line((x, _TOP - 6), (x, base), colour), text(x, base + 18, f"{tick:g}", "middle")]
    for place, row in enumerate(rows):
        y = _TOP + _ROW * (place + 0.5)
        colour = _COLOURS.get(row.view, _OTHER)
        parts += [
            text(_LEFT - 12, y + 4.5, f"{row.view}: {row.label}", "end"),
            line((axis.place(row.low), y), (axis.place(row.high), y), colour, 1.6),
        ]
        if row.inner is not None:
            parts.append(line((axis.place(row.inner[0]), y), (axis.place(row.inner[1]), y), colour, 8))
        parts.append(_mark(axis.place(row.value), y, row.view, outlined=row.inner is not None))
    return wrap(title, parts, _WIDTH, base + 30)


def draw_coverage(title: str, levels: Sequence[float], curves: dict[str, list[float]]) -> str:
    """Share inside against the share that was promised; on the diagonal the stated error is right.

    Parameters
    ----------
    title
        What is drawn.
    levels
        Promised shares.
    curves
        View → true shares.
    """
    across, up = Axis(0.0, 1.0, 0.2, 60, _SQUARE - 20), Axis(0.0, 1.0, 0.2, _SQUARE - 50, 50)
    parts = [text(10, 22, title, "start", bold=True), *_grid(across, up)]
    parts += [
        line((across.place(0), up.place(0)), (across.place(1), up.place(1)), INK, 1, dash="4 4"),
        text(_SQUARE - 20, _SQUARE - 12, "stated", "end"),
        text(10, 40, "true share; above the line the stated errors are too large", "start"),
    ]
    for place, (view, shares) in enumerate(curves.items()):
        colour = _COLOURS.get(view, _OTHER)
        points = [(across.place(level), up.place(share)) for level, share in zip(levels, shares, strict=True)]
        route = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        parts.append(f'<path d="M{route}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [_mark(x, y, view) for x, y in points]
        y = _SQUARE - 130 + 20 * place
        parts += [_mark(_SQUARE - 120, y, view), text(_SQUARE - 108, y + 4.5, view, "start")]
    return wrap(title, parts, max(_SQUARE, 8.0 * len(title)), _SQUARE)


def draw_points(title: str, points: Sequence[tuple[float | str, float, str]]) -> str:
    """A mark for each clip: across a number or a word, up an error, colour and shape by view.

    Parameters
    ----------
    title
        What is drawn.
    points
        Across, up and view.
    """
    names = sorted({x for x, _, _ in points if isinstance(x, str)})
    places = [
        names.index(x) + 0.05 * (i % 7 - 3) if isinstance(x, str) else x for i, (x, _, _) in enumerate(points)
    ]
    low, high = (-0.5, len(names) - 0.5) if names else (min(places), max(places))
    across = Axis(low, high, 1.0, 60, 620) if names else Axis.around(low, high, 60, 620)
    up = Axis.around(0.0, 1.05 * max(y for _, y, _ in points), 300, 50)
    parts = [text(10, 22, title, "start", bold=True), *_grid(across, up, names)]
    parts += [
        _mark(across.place(x), up.place(y), view) for x, (_, y, view) in zip(places, points, strict=True)
    ]
    for place, view in enumerate(dict.fromkeys(view for _, _, view in points)):
        y = 60 + 20 * place
        parts += [_mark(640, y, view), text(652, y + 4.5, view, "start")]
    return wrap(title, parts, _WIDTH, 330)


def _grid(across: Axis, up: Axis, names: Sequence[str] = ()) -> Iterator[str]:
    for tick in up.ticks():
        y = up.place(tick)
        yield line((across.first, y), (across.last, y), FAINT)
        yield text(across.first - 8, y + 4.5, f"{tick:g}", "end")
    words = {float(i): name for i, name in enumerate(names)} or {tick: f"{tick:g}" for tick in across.ticks()}
    for place, name in words.items():
        yield text(across.place(place), up.first + 20, name, "middle")


def _mark(x: float, y: float, view: str, *, outlined: bool = False) -> str:
    """Circle, square or triangle, so that views differ without colour."""
    style = f'fill="{_COLOURS.get(view, _OTHER)}"' + (' stroke="#fff" stroke-width="1.5"' if outlined else "")
    if view == "oblique":
        return f'<rect x="{x - 4.5:.1f}" y="{y - 4.5:.1f}" width="9" height="9" {style}/>'
    if view == "front":
        return f'<path d="M{x:.1f} {y - 6:.1f}l5.5 10h-11z" {style}/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" {style}/>'
