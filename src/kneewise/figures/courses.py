"""Measures over time → curves with their bands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np

from ..conventions import SURE, Side
from ..model import Array
from .frame import HEIGHT, NAME, WIDTH, Frame, Words, axes, band, grid, path, sample, text, wrap

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
    length = end - start
    shown = [_between(course, start, end) for course in courses]
    frame = Frame(0.0, length, _levels(shown))
    link = (
        f' data-curve="{escape(film, {chr(34): "&quot;"})}" data-t0="0" data-t1="{length:.3f}"'
        f' data-x0="{frame.left:.0f}" data-x1="{frame.right:.0f}"'
    )
    parts = _plot(frame, words.unit, _seconds(length), shown)
    return wrap(words, parts, WIDTH, HEIGHT, link)


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
    frame = Frame(0.0, 100.0, _levels([*means, *singles]))
    ticks = [(0.0, "start"), (50.0, middle), (100.0, "end")]
    parts = _plot(frame, words.unit, ticks, means, singles if len(spans) > 1 else ())
    return wrap(words, parts, WIDTH, HEIGHT)


def _plot(
    frame: Frame,
    unit: str,
    ticks: Sequence[tuple[float, str]],
    courses: Sequence[Course],
    singles: Sequence[Course] = (),
) -> list[str]:
    """Bands at the back, thin single curves on them, thick courses in front."""
    parts = list(axes(frame, unit, ticks))
    parts += [_band(frame, course) for course in courses]
    parts += [_curve(frame, single, 0.9, faint=True) for single in singles]
    parts += [_curve(frame, course, 2.6) for course in courses]
    return [*parts, *_legend(courses, frame.left)]


def _between(course: Course, start: float, end: float) -> Course:
    """The part within a time, from 0, thinned to what the drawing can show."""
    rows = np.flatnonzero((course.time >= start) & (course.time <= end))
    rows = rows[:: max(1, len(rows) // _MOST_POINTS)]
    time = course.time[rows] - start
    return Course(side=course.side, time=time, value=course.value[rows], sd=course.sd[rows])


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


def _levels(courses: Sequence[Course]) -> tuple[float, ...]:
    """Grid lines that hold curves and bands; 0 is among them when it is near."""
    ends = np.concatenate([course.value + sign * SURE * course.sd for course in courses for sign in (-1, 1)])
    ends = ends[np.isfinite(ends)]
    low, high = (float(ends.min()), float(ends.max())) if len(ends) else (0.0, 1.0)
    if 0 < low < 0.6 * high:
        low = 0.0
    if high - low < 1e-9:
        low, high = low - 1, high + 1
    if -0.06 * high < low < 0:
        low = 0.0  # a band that reaches a little under the axis may do so
    return grid(low, high)


def _seconds(length: float) -> list[tuple[float, str]]:
    return [(time, f"{time:g} s") for time in grid(0.0, length) if time <= length + 1e-9]


def _band(frame: Frame, course: Course) -> str:
    """The area that holds the true value 95 times in 100."""
    reach = SURE * course.sd
    return band(frame, course.time, course.value - reach, course.value + reach)


def _curve(frame: Frame, course: Course, width: float, *, faint: bool = False) -> str:
    return path(frame.places(course.time, course.value), course.side, width, faint=faint)


def _legend(courses: Sequence[Course], x: float) -> Iterator[str]:
    """Samples of the lines above the curves; a single line of the whole body needs none."""
    for course in courses:
        if course.side is not None:
            yield sample(x, 30, course.side)
            yield text(x + 36, 19.5, NAME[course.side], "start")
            x += 92
