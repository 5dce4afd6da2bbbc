"""Arrays → drawings as SVG text. Pure.

Left is an unbroken line, right a broken one, in every figure. Colours come from the page's style sheet by
class (`left`, `right`, `body`, `axis`, `band`); without it everything is drawn in the colour of the text.
Coordinates are fitted to a width of 360, so that letters keep their size on a phone.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np

from .conventions import Joint, Side
from .model import Array

WIDTH, HEIGHT = 360.0, 216.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 52.0, 350.0, 34.0, 188.0
_LETTER = 13
SURE = 1.96
"""Standard deviations to either side that hold the true value 95 times in 100. [unitless]"""
_STEPS = 101
_MOST_POINTS = 160
_CLASS = {Side.LEFT: "left", Side.RIGHT: "right", None: "body"}
_DASH = {Side.LEFT: "", Side.RIGHT: ' stroke-dasharray="7 4"', None: ""}


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
    frame = _Frame(0.0, end - start, _limits(cut))
    link = (
        f' data-curve="{escape(film, {chr(34): "&quot;"})}" data-t0="0" data-t1="{end - start:.3f}"'
        f' data-x0="{_LEFT:.0f}" data-x1="{_RIGHT:.0f}"'
    )
    parts = [*_axes(frame, words.unit, _seconds(end - start))]
    for course in cut:
        parts += [_band(frame, course.time - start, course.value, course.sd)]
    for course in cut:
        parts += [_line(frame, course.time - start, course.value, course.side, 2.2)]
    return _svg(words, [*parts, *_legend(courses)], link)


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
    frame = _Frame(0.0, 100.0, _limits([*means, *singles]))
    parts = list(_axes(frame, words.unit, [(0, "start"), (50, middle), (100, "end")]))
    parts += [_band(frame, share, mean.value, mean.sd) for mean in means]
    if len(spans) > 1:
        parts += [_line(frame, share, single.value, single.side, 0.9) for single in singles]
    parts += [_line(frame, share, mean.value, mean.side, 2.6) for mean in means]
    return _svg(words, [*parts, *_legend(courses)])


def draw_posture(words: Words, joints: Array, *, from_front: bool = False) -> str:
    """A stick figure from joint centres in the lab frame.

    Parameters
    ----------
    words
        Title and description.
    joints : (side, joint, xyz)
        NaN where not measured. [m]
    from_front
        Seen from the front instead of from the person's right.
    """
    across = joints[..., 1] if from_front else joints[..., 0]
    plane = np.stack([across, -joints[..., 2]], axis=-1)
    known = plane[np.isfinite(plane).all(axis=-1)]
    if len(known) < 2:
        return ""
    middle = known.mean(axis=0)
    floor = known[:, 1].max()
    points = np.stack([90 + 110 * (plane[..., 0] - middle[0]), 206 + 110 * (plane[..., 1] - floor)], axis=-1)
    centres = _centre(points[:, Joint.HIP]), _centre(points[:, Joint.SHOULDER])
    parts = [
        '<line class="axis" x1="10" x2="170" y1="210" y2="210" stroke="currentColor" stroke-opacity="0.4"/>'
    ]
    near_last = (Side.RIGHT, Side.LEFT) if from_front else (Side.LEFT, Side.RIGHT)  # seen from the right
    for side in near_last:
        leg = points[side, [Joint.HIP, Joint.KNEE, Joint.ANKLE, Joint.HEEL, Joint.TOE, Joint.ANKLE]]
        parts.append(_path(leg, side, 4.0))
    parts.append(_path(np.stack(centres), None, 4.0))
    return _wrap(words, parts, "0 0 180 216")


def draw_ranges(words: Words, rows: Sequence[tuple[str, float, float]], reference: str) -> str:
    """One line for each number, from 0: a dot for the value, a bar for where the true one lies.

    Parameters
    ----------
    words
        Title, description, unit.
    rows
        Name, value and standard deviation. [display unit]
    reference
        What the upright line at 1 stands for.
    """
    most = max(1.0, *(value + SURE * sd for _, value, sd in rows))
    step = _step(most)
    frame = _Frame(0.0, math.ceil(most / step) * step, (0.0, 1.0))
    base = 40.0 + 34 * len(rows)
    one = float(frame.across(1.0))
    parts = [
        f'<path class="axis" d="M{_LEFT:.0f} {base:.1f}H{_RIGHT:.0f}" stroke="currentColor"'
        ' stroke-opacity="0.4"/>',
        f'<path class="mark" d="M{one:.1f} 24V{base:.1f}" stroke="currentColor" stroke-dasharray="2 3"/>',
        _text(one, 17, reference, "middle" if one > _LEFT + 50 else "start"),
    ]
    ticks = range(round(frame.end / step) + 1)
    parts += [
        _text(
            float(frame.across(i * step)),
            base + 19,
            f"{i * step:g}{words.unit if i else ''}",
            "end" if i == ticks[-1] else "middle",
        )
        for i in ticks
    ]
    for row, (name, value, sd) in enumerate(rows):
        y = 46 + 34 * row
        low, high = (float(frame.across(max(0.0, value + sign * SURE * sd))) for sign in (-1, 1))
        parts += [
            _text(_LEFT - 6, y + 4.5, name, "end"),
            f'<path class="band" d="M{low:.1f} {y - 7}H{high:.1f}V{y + 7}H{low:.1f}Z" fill="currentColor"'
            ' fill-opacity="0.16"/>',
            f'<circle class="dot" cx="{float(frame.across(value)):.1f}" cy="{y}" r="5" fill="currentColor"/>',
        ]
    return _wrap(words, parts, f"0 0 {WIDTH:.0f} {base + 28:.0f}")


def _centre(pair: Array) -> Array:
    known = pair[np.isfinite(pair).all(axis=-1)]
    return np.asarray(known.mean(axis=0)) if len(known) else np.full(2, np.nan)


@dataclass(frozen=True, slots=True)
class _Frame:
    """From numbers to places in the drawing."""

    start: float
    end: float
    limits: tuple[float, float]

    def across(self, value: Array | float) -> Array:
        share = (np.asarray(value) - self.start) / max(self.end - self.start, 1e-9)
        return np.asarray(_LEFT + share * (_RIGHT - _LEFT))

    def down(self, value: Array | float) -> Array:
        low, high = self.limits
        return np.asarray(_BOTTOM - (np.asarray(value) - low) / (high - low) * (_BOTTOM - _TOP))


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
    step = _step(high - low)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


def _step(span: float) -> float:
    """A round distance of grid lines, 3 to 6 of them."""
    power = 10 ** math.floor(math.log10(span / 4))
    return float(next(f * power for f in (1, 2, 2.5, 5, 10) if span / (f * power) <= 6))


def _seconds(length: float) -> list[tuple[float, str]]:
    step = _step(length)
    return [(i * step, f"{i * step:g} s") for i in range(int(length / step + 1e-9) + 1)]


def _axes(frame: _Frame, unit: str, ticks: Sequence[tuple[float, str]]) -> Iterator[str]:
    low, high = frame.limits
    step = _step(high - low)
    levels = [low + i * step for i in range(round((high - low) / step) + 1)]
    for level in levels:
        y = float(frame.down(level))
        opacity = 0.45 if abs(level) < step / 100 else 0.16
        yield (
            f'<line class="axis" x1="{_LEFT:.0f}" x2="{_RIGHT:.0f}" y1="{y:.1f}" y2="{y:.1f}"'
            f' stroke="currentColor" stroke-opacity="{opacity}"/>'
        )
        number = f"{0.0 if abs(level) < step / 100 else level:g}".replace("-", "−")
        label = number + (_tight(unit) if level == levels[-1] else "")
        yield _text(_LEFT - 6, y + 4.5, label, "end")
    for place, name in ticks:
        x = float(frame.across(place))
        anchor = "end" if x > _RIGHT - 20 else "start" if x < _LEFT + 8 else "middle"
        yield _text(x, HEIGHT - 9, name, anchor)


def _tight(unit: str) -> str:
    return unit if unit in ("°", "") else f" {unit}"


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{_LETTER}"'
        f' fill="currentColor">{escape(words)}</text>'
    )


def _legend(courses: Sequence[Course]) -> Iterator[str]:
    """Samples of the lines above the curves; a single line of the whole body needs none."""
    x = _LEFT
    for course in courses:
        if course.side is None:
            continue
        name = course.side.name.lower()
        yield (
            f'<path class="line {name}" d="M{x:.0f} 15h30" fill="none" stroke="currentColor"'
            f' stroke-width="2.6"{_DASH[course.side]}/>'
        )
        yield _text(x + 36, 19.5, name, "start")
        x += 92


def _band(frame: _Frame, time: Array, value: Array, sd: Array) -> str:
    """The area that holds the true value 95 times in 100."""
    areas = []
    for run in _runs(value + sd):
        upper = np.stack([frame.across(time[run]), frame.down(value[run] + SURE * sd[run])], axis=-1)
        lower = np.stack([frame.across(time[run]), frame.down(value[run] - SURE * sd[run])], axis=-1)
        areas.append(f"{_moves(np.concatenate([upper, lower[::-1]]))}Z")
    return f'<path class="band" d="{"".join(areas)}" fill="currentColor" fill-opacity="0.13" stroke="none"/>'


def _line(frame: _Frame, time: Array, value: Array, side: Side | None, width: float) -> str:
    points = np.stack([frame.across(time), frame.down(value)], axis=-1)
    return _path(points, side, width)


def _path(points: Array, side: Side | None, width: float) -> str:
    moves = "".join(_moves(points[run]) for run in _runs(points.sum(axis=-1)))
    fine = ' stroke-opacity="0.55"' if width < 1 else ""
    return (
        f'<path class="line {_CLASS[side]}" d="{moves}" fill="none" stroke="currentColor"'
        f' stroke-width="{width}" stroke-linejoin="round"{_DASH[side]}{fine}/>'
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


def _svg(words: Words, parts: Sequence[str], attributes: str = "") -> str:
    return _wrap(words, parts, f"0 0 {WIDTH:.0f} {HEIGHT:.0f}", attributes)


def _wrap(words: Words, parts: Sequence[str], box: str, attributes: str = "") -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img"{attributes}>'
        f"<title>{escape(words.title)}</title><desc>{escape(words.description)}</desc>{''.join(parts)}</svg>"
    )
