"""Measures over time → curves with their bands."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np

from ..conventions import Side
from ..model import Array
from .frame import DASH, HEIGHT, NAME, SURE, WIDTH, Frame, Words, axes, band, grid_step, path, text, wrap

_STEPS = 101
_MOST_POINTS = 160


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Course:
    """How one measure went, in display units.

    Attributes
    ----------
    side : None for what exists once.
    time : (n,) [s]
    value, sd : (n,) NaN where not measured. [display unit]
    """

    side: Side | None
    time: Array
    value: Array
    sd: Array


def draw_course(words: Words, courses: Sequence[Course], start: float, end: float, film: str) -> str:
    """Curves over the time of a film or of a clip that begins at `start`, with the band around each.

    Parameters
    ----------
    words
        Title, description, unit.
    courses
        One for each side, or one for the body.
    start, end
        What is shown; the axis reads 0 at `start`. [s]
    film
        Name of the film that a script moves together with the curve.

    Returns
    -------
    str
        An ``<svg>`` with ``data-t0``, ``data-t1`` [s, from `start`] at ``data-x0``, ``data-x1``.
    """
    cut = [_between(course, start, end) for course in courses]
    frame = Frame(0.0, end - start, _limits(cut))
    link = (
        f' data-curve="{escape(film, {chr(34): "&quot;"})}" data-t0="0" data-t1="{end - start:.3f}"'
        f' data-x0="{frame.left:.0f}" data-x1="{frame.right:.0f}"'
    )
    parts = [*axes(frame, words.unit, _seconds(end - start))]
    for course in cut:
        parts.append(_band(frame, course, course.time - start))
    for course in cut:
        parts.append(path(frame.places(course.time - start, course.value), course.side, 2.2))
    return wrap(words, [*parts, *_legend(courses, frame.left)], WIDTH, HEIGHT, link)


def draw_repetitions(
    words: Words,
    courses: Sequence[Course],
    spans: Sequence[tuple[float, float]],
    *,
    middle: str = "half way",
) -> str:
    """Repetitions on top of one another from start to end, thin; their mean thick, with its band.

    Parameters
    ----------
    words
        Title, description, unit.
    courses
        One for each side, or one for the body.
    spans
        Start and end of each repetition. [s]
    middle
        What is reached at half the time.
    """
    share = np.linspace(0.0, 100.0, _STEPS)
    laid = {course.side: [_stretched(course, *span) for span in spans] for course in courses}
    means = [
        Course(side=side, time=share, value=_mean([v for v, _ in laps]), sd=_mean([d for _, d in laps]))
        for side, laps in laid.items()
    ]
    singles = [
        Course(side=side, time=share, value=value, sd=np.zeros(_STEPS))
        for side, laps in laid.items()
        for value, _ in laps
    ]
    frame = Frame(0.0, 100.0, _limits([*means, *singles]))
    parts = list(axes(frame, words.unit, [(0, "start"), (50, middle), (100, "end")]))
    parts += [_band(frame, mean, share) for mean in means]
    if len(spans) > 1:
        parts += [path(frame.places(share, one.value), one.side, 0.9, faint=True) for one in singles]
    parts += [path(frame.places(share, mean.value), mean.side, 2.6) for mean in means]
    return wrap(words, [*parts, *_legend(courses, frame.left)], WIDTH, HEIGHT)


def _between(course: Course, start: float, end: float) -> Course:
    """The part within a time, thinned to what the drawing can show."""
    rows = np.flatnonzero((course.time >= start) & (course.time <= end))
    rows = rows[:: max(1, len(rows) // _MOST_POINTS)]
    return Course(side=course.side, time=course.time[rows], value=course.value[rows], sd=course.sd[rows])


def _stretched(course: Course, start: float, end: float) -> tuple[Array, Array]:
    """Value and error of one repetition at 0, 1 … 100 % of its time; gaps stay gaps."""
    time = np.linspace(start, end, _STEPS)
    known = np.isfinite(course.value).astype(float)
    if not known.any():
        return np.full(_STEPS, np.nan), np.full(_STEPS, np.nan)
    seen = np.interp(time, course.time, known, left=0.0, right=0.0) > 0.5
    rows = known > 0
    value = np.interp(time, course.time[rows], course.value[rows])
    sd = np.interp(time, course.time[rows], course.sd[rows])
    return np.where(seen, value, np.nan), np.where(seen, sd, np.nan)


def _mean(rows: list[Array]) -> Array:
    """Mean over repetitions where every one has a value."""
    return np.asarray(np.mean(rows, axis=0)) if rows else np.full(_STEPS, np.nan)


def _limits(courses: Sequence[Course]) -> tuple[float, float]:
    """Round ends of the axis that hold curves and bands; 0 is on it when it is near."""
    ends = np.concatenate([course.value + sign * SURE * course.sd for course in courses for sign in (-1, 1)])
    ends = ends[np.isfinite(ends)]
    low, high = (float(ends.min()), float(ends.max())) if len(ends) else (0.0, 1.0)
    if 0 < low < 0.6 * high:
        low = 0.0
    if high - low < 1e-9:
        low, high = low - 1, high + 1
    if -0.06 * high < low < 0:
        low = 0.0  # a band that reaches a little under the axis may do so
    step = grid_step(high - low)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


def _seconds(length: float) -> list[tuple[float, str]]:
    step = grid_step(length)
    return [(i * step, f"{i * step:g} s") for i in range(int(length / step + 1e-9) + 1)]


def _band(frame: Frame, course: Course, across: Array) -> str:
    """The area that holds the true value 95 times in 100."""
    reach = SURE * course.sd
    return band(frame, across, course.value - reach, course.value + reach)


def _legend(courses: Sequence[Course], x: float) -> Iterator[str]:
    """Samples of the lines above the curves; a single line of the whole body needs none."""
    for course in courses:
        if course.side is None:
            continue
        name = NAME[course.side]
        yield (
            f'<path class="line {name}" d="M{x:.0f} 15h30" fill="none" stroke="currentColor"'
            f' stroke-width="2.6"{DASH[course.side]}/>'
        )
        yield text(x + 36, 19.5, name, "start")
        x += 92
