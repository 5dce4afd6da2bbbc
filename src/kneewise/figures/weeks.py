"""Weeks with a number each → a curve with its points, or bars."""

from collections.abc import Iterator, Sequence

import numpy as np

from ..model import Array
from .frame import HEIGHT, WIDTH, Frame, Words, axes, grid, path, wrap

_MOST_LABELS = 6
_RADIUS, _HALF = 5.0, 0.32


def draw_weeks(words: Words, labels: Sequence[str], value: Array, most: float) -> str:
    """A number of each week as a curve; a week without one is a gap.

    Parameters
    ----------
    words
        Title, description, unit.
    labels
        One for each week.
    value
        (n,) NaN where nothing is known. [display unit]
    most
        The end of the scale, which begins at 0. [display unit]
    """
    frame = _frame(len(labels), most)
    week = np.arange(len(labels), dtype=float)
    places = frame.places(week, value)
    dots = [
        f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS}" fill="currentColor"/>'
        for x, y in places[np.isfinite(value)]
    ]
    return _wrap(words, frame, labels, [path(places, None, 2.6), *dots])


def draw_amounts(words: Words, labels: Sequence[str], value: Array) -> str:
    """An amount of each week as bars from 0.

    Parameters
    ----------
    words, labels
        As for `draw_weeks`.
    value
        (n,) [display unit]
    """
    frame = _frame(len(labels), max(float(value.max(initial=0.0)), 1.0))
    bars = [
        f'<rect class="load" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}"'
        f' height="{frame.bottom - top:.1f}" rx="3" fill="currentColor"/>'
        for left, right, top in _bars(frame, value)
    ]
    return _wrap(words, frame, labels, bars)


def _bars(frame: Frame, value: Array) -> Iterator[tuple[float, float, float]]:
    """Left, right and top of the bars that are not nothing. [px]"""
    for week, amount in enumerate(value):
        if amount > 0:
            left, right = frame.across(week - _HALF), frame.across(week + _HALF)
            yield float(left), float(right), float(frame.down(amount))


def _frame(count: int, most: float) -> Frame:
    return Frame(-0.5, count - 0.5, grid(0.0, most))


def _wrap(words: Words, frame: Frame, labels: Sequence[str], parts: Sequence[str]) -> str:
    every = -(-len(labels) // _MOST_LABELS)
    ticks = [(float(week), label) for week, label in enumerate(labels) if week % every == 0]
    return wrap(words, [*axes(frame, words.unit, ticks), *parts], WIDTH, HEIGHT, ' class="weeks"')
