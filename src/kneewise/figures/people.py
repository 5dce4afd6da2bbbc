"""A few measures of several people, each with its error → one drawing: a panel for each measure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..conventions import Side
from .frame import NAME, WIDTH, Words, grid, text, wrap

_LEFT, _RIGHT = 124.0, 348.0  # of the scale [px]
_TOP, _TITLE, _PITCH, _SCALE = 10.0, 26.0, 30.0, 30.0  # [px]
_APART = 5.0
"""Left and right lie so far above and below the middle of a row. [px]"""
_LONGEST = 15
"""Letters of a name that fit beside the scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A number of somebody.

    Attributes
    ----------
    side : None where it is about the whole body.
    value : of it. [display unit]
    reach : half of the band that holds the true one 95 times in 100. [display unit]
    """

    side: Side | None
    value: float
    reach: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One measure of several people.

    Attributes
    ----------
    label, unit : of the measure.
    rows : name and marks of each; somebody without a number has no marks.
    """

    label: str
    unit: str
    rows: tuple[tuple[str, tuple[Mark, ...]], ...]


def draw_people(words: Words, panels: Sequence[Panel]) -> str:
    """Dots with their errors, a row for each person; left is a full dot, right a square that is empty.

    Parameters
    ----------
    words
        Title and description.
    panels
        From top to bottom.
    """
    parts: list[str] = []
    top = _TOP
    for panel in panels:
        parts += _panel(panel, top)
        top += _TITLE + _PITCH * len(panel.rows) + _SCALE
    return wrap(words, parts, WIDTH, top, ' class="people"')


def _panel(panel: Panel, top: float) -> Iterator[str]:
    marks = [mark for _, some in panel.rows for mark in some]
    levels = grid(
        min(mark.value - mark.reach for mark in marks), max(mark.value + mark.reach for mark in marks) + 1e-6
    )
    first, end = top + _TITLE, top + _TITLE + _PITCH * len(panel.rows)
    yield text(4, top + 13, f"{panel.label}, {panel.unit}".rstrip(", "), "start", "heading")
    for level in levels:
        x = _across(level, levels)
        yield (
            f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="{first:.1f}" y2="{end:.1f}"'
            f' stroke="currentColor" stroke-opacity="0.16"/>'
        )
    for level, anchor in ((levels[0], "middle"), (levels[-1], "end")):
        yield text(_across(level, levels), end + 14, f"{level:g}".replace("-", "−"), anchor, "soft")
    for number, (name, some) in enumerate(panel.rows):
        y = first + _PITCH * (number + 0.5)
        yield text(4, y + 4.5, _short(name), "start")
        if not some:
            yield text(_LEFT, y + 4.5, "not measured", "start", "soft")
        for mark in some:
            yield from _mark(mark, y, levels)


def _mark(mark: Mark, y: float, levels: Sequence[float]) -> Iterator[str]:
    name = NAME[mark.side]
    at = y + {Side.LEFT: -_APART, Side.RIGHT: _APART, None: 0.0}[mark.side]
    low, x, high = (_across(mark.value + step * mark.reach, levels) for step in (-1, 0, 1))
    dash = ' stroke-dasharray="5 3"' if mark.side is Side.RIGHT else ""
    yield (
        f'<path class="{name}" d="M{low:.1f} {at:.1f}H{high:.1f}" stroke="currentColor" stroke-width="2"'
        f"{dash}/>"
    )
    if mark.side is Side.RIGHT:
        yield (
            f'<rect class="{name} hollow" x="{x - 4:.1f}" y="{at - 4:.1f}" width="8" height="8"'
            f' stroke="currentColor" stroke-width="2"/>'
        )
    else:
        yield f'<circle class="{name} dot" cx="{x:.1f}" cy="{at:.1f}" r="5" fill="currentColor"/>'


def _across(value: float, levels: Sequence[float]) -> float:
    return _LEFT + (value - levels[0]) / (levels[-1] - levels[0]) * (_RIGHT - _LEFT)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"
