"""Numbers → places in a drawing, and the strokes, letters and axes that every drawing is made of."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np

from ..conventions import Side
from ..model import Array

WIDTH, HEIGHT = 360.0, 216.0
NAME = {Side.LEFT: "left", Side.RIGHT: "right", None: "body"}
"""Class of what belongs to a side, and to the whole body."""
_DASH = {Side.LEFT: "", Side.RIGHT: ' stroke-dasharray="7 4"', None: ""}
_LETTER = 13
_MOST_STEPS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a figure says to those who cannot see it, and its unit.

    Attributes
    ----------
    title : what is drawn.
    description : one sentence more.
    unit : display unit on the axis.
    """

    title: str
    description: str
    unit: str


@dataclass(frozen=True, slots=True)
class Frame:
    """From numbers to places in the drawing.

    Attributes
    ----------
    start, end : numbers at the left and the right edge.
    levels : numbers of the level grid lines, rising; the first and the last lie on the edges.
    left, right, top, bottom : the edges. [px]
    """

    start: float
    end: float
    levels: tuple[float, ...]
    left: float = 52.0
    right: float = 350.0
    top: float = 34.0
    bottom: float = 188.0

    def across(self, value: Array | float) -> Array:
        """Place of a number along the drawing. [px]"""
        share = (np.asarray(value) - self.start) / max(self.end - self.start, 1e-9)
        return np.asarray(self.left + share * (self.right - self.left))

    def down(self, value: Array | float) -> Array:
        """Place of a number from the top of the drawing. [px]"""
        low, high = self.levels[0], self.levels[-1]
        return np.asarray(self.bottom - (np.asarray(value) - low) / (high - low) * (self.bottom - self.top))

    def places(self, across: Array, value: Array) -> Array:
        """Places of points, (n, 2). [px]"""
        return np.stack([self.across(across), self.down(value)], axis=-1)


def grid(low: float, high: float) -> tuple[float, ...]:
    """Round numbers in even steps, at most six; the first and the last hold both numbers between them."""
    power = 10 ** math.floor(math.log10((high - low) / 4))
    for step in (factor * power for factor in (1, 2, 2.5, 5)):
        if len(steps := _steps(low, high, step)) <= _MOST_STEPS + 1:
            return steps
    return _steps(low, high, 10 * power)


def _steps(low: float, high: float, step: float) -> tuple[float, ...]:
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(i * step for i in range(first, last + 1))


def axes(frame: Frame, unit: str, ticks: Sequence[tuple[float, str]]) -> Iterator[str]:
    """Level grid lines with their numbers, and words under the drawing."""
    for level in frame.levels:
        y = float(frame.down(level))
        opacity = 0.16 if level else 0.45
        yield (
            f'<line class="axis" x1="{frame.left:.0f}" x2="{frame.right:.0f}" y1="{y:.1f}" y2="{y:.1f}"'
            f' stroke="currentColor" stroke-opacity="{opacity}"/>'
        )
        number = f"{level:g}".replace("-", "−")
        label = number + (_tight(unit) if level == frame.levels[-1] else "")
        yield text(frame.left - 6, y + 4.5, label, "end")
    for place, name in ticks:
        x = float(frame.across(place))
        anchor = "end" if x > frame.right - 20 else "start" if x < frame.left + 8 else "middle"
        yield text(x, frame.bottom + 19, name, anchor)


def _tight(unit: str) -> str:
    return unit if unit in ("°", "") else f" {unit}"


def text(x: float, y: float, words: str, anchor: str, name: str = "") -> str:
    """Words at a place; `name` is a class for the style sheet."""
    styled = f' class="{name}"' if name else ""
    return (
        f'<text{styled} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{_LETTER}"'
        f' fill="currentColor">{escape(words)}</text>'
    )


def band(frame: Frame, across: Array, low: Array, high: Array) -> str:
    """The area between two curves; gaps stay gaps."""
    areas = []
    for run in _runs(low + high):
        upper, lower = (frame.places(across[run], edge[run]) for edge in (high, low))
        areas.append(f"{_moves(np.concatenate([upper, lower[::-1]]))}Z")
    return f'<path class="band" d="{"".join(areas)}" fill="currentColor" fill-opacity="0.13" stroke="none"/>'


def path(points: Array, side: Side | None, width: float, *, faint: bool = False) -> str:
    """A line through places, (n, 2); gaps stay gaps."""
    moves = "".join(_moves(points[run]) for run in _runs(points.sum(axis=-1)))
    return _stroke(moves, side, width, faint=faint)


def sample(x: float, length: float, side: Side, *, faint: bool = False) -> str:
    """A piece of a side's line above the curves, to be named beside it."""
    return _stroke(f"M{x:.0f} 15h{length:.0f}", side, 2.6, faint=faint)


def _stroke(moves: str, side: Side | None, width: float, *, faint: bool) -> str:
    opacity = ' stroke-opacity="0.55"' if faint else ""
    return (
        f'<path class="line {NAME[side]}" d="{moves}" fill="none" stroke="currentColor"'
        f' stroke-width="{width}" stroke-linejoin="round"{_DASH[side]}{opacity}/>'
    )


def _moves(points: Array) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _runs(values: Array) -> Iterator[slice]:
    """Stretches of at least two numbers without a gap."""
    known = np.r_[False, np.isfinite(values), False].astype(int)
    edges = np.flatnonzero(np.diff(known))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        if end - begin > 1:
            yield slice(int(begin), int(end))


def wrap(words: Words, parts: Sequence[str], width: float, height: float, attributes: str = "") -> str:
    """A drawing of its parts, with its words for those who cannot see it."""
    box = f"0 0 {width:.0f} {height:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img"{attributes}>'
        f"<title>{escape(words.title)}</title><desc>{escape(words.description)}</desc>{''.join(parts)}</svg>"
    )
