"""Loads → curves over knee bend, ranges on one scale, and shares of the joints."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..conventions import Side
from ..model import Array
from .frame import NAME, WIDTH, Frame, Words, axes, band, grid, path, sample, text, wrap

_BEND_STEP = 30.0  # grid of the bend axis [°]
_LABEL_PITCH = 15.0  # least distance of two lines of letters [px]
_ARROW_AT = {True: 0.5, False: 0.6}  # share of the way down and up at which an arrow lies [unitless]
_ARROW_SPAN = 2  # points to either side that give its direction
_LEAST_LABELLED = 0.115  # a share narrower than this holds no number [unitless]
_JOINTS = {"hip": 0.3, "knee": 0.15, "ankle": 0.05}  # and how dark each is where no style sheet colours it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Way:
    """A load over knee bend, going down or coming up.

    Attributes
    ----------
    down : whether it is the way down.
    bend : (p,) in order of time, mean over repetitions; NaN where one of them is not known. [°]
    value, low, high : (p,) mean over repetitions and its band. [unit]
    each : (r, p, 2) bend [°] and load [unit] of single repetitions.
    """

    down: bool
    bend: Array
    value: Array
    low: Array
    high: Array
    each: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A number with the ends of its band, on a scale with others.

    Attributes
    ----------
    name : what it is of.
    value, low, high : NaN ends where no band is known. [unit]
    side : None for what is not the person's own.
    guess : whether the number is an estimate.
    """

    name: str
    value: float
    low: float
    high: float
    side: Side | None = None
    guess: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Split:
    """How hip, knee and ankle share what they do together.

    Attributes
    ----------
    name : whose shares these are.
    share : (3,) of hip, knee and ankle, adding up to 1. [unitless]
    low, high : (3,) ends of the band of each, within 0 to 1. [unitless]
    """

    name: str
    share: Array
    low: Array
    high: Array


def highest(ways: Sequence[Way]) -> tuple[float, float]:
    """Deepest bend and largest load, bands and single repetitions included: what a common scale must hold."""
    bends = [np.nanmax(way.each[..., 0]) for way in ways]
    loads = [np.nanmax(np.r_[way.high, way.each[..., 1].ravel()]) for way in ways]
    return float(max(bends)), float(max(loads))


def draw_bend(
    words: Words,
    side: Side,
    ways: Sequence[Way],
    marks: Sequence[tuple[str, float]],
    most: tuple[float, float],
) -> str:
    """A load over knee bend: single repetitions thin, means thick with bands, arrows where they lead.

    Parameters
    ----------
    words
        Title, description, unit.
    side
        Whose load it is.
    ways
        Down and up, or one of them.
    marks
        Name and size of loads that people know, drawn as level lines; those off the scale are left out.
    most
        Deepest bend [°] and largest load [unit] that the scale must hold.
    """
    bend, load = most
    end = max(2 * _BEND_STEP, math.ceil(bend / _BEND_STEP) * _BEND_STEP)
    frame = Frame(0.0, end, grid(0.0, load), left=40.0, right=270.0, top=40.0, bottom=236.0)
    ticks = [(place, f"{place:g}°") for place in np.arange(0.0, end + 1, _BEND_STEP)]
    parts = [*axes(frame, words.unit, ticks)]
    parts.append(text((frame.left + frame.right) / 2, frame.bottom + 38, "knee bend", "middle", "soft"))
    parts += _marks(frame, [mark for mark in marks if mark[1] <= frame.levels[-1]])
    parts += [band(frame, way.bend, way.low, way.high) for way in ways]
    for way in ways:
        if len(way.each) > 1:
            parts += [path(frame.places(*one.T), side, 0.9, faint=True) for one in way.each]
    for way in ways:
        parts.append(path(frame.places(way.bend, way.value), side, 2.6, faint=way.down))
        parts.append(_arrow_on(frame, way, side))
    return wrap(words, [*parts, *_way_legend(ways, side, frame.left)], WIDTH, 280)


def draw_ranges(words: Words, rows: Sequence[Range], reference: str = "", most: float = 1.0) -> str:
    """One line for each number, from 0: a dot for the value, a bar for where the true one lies.

    Parameters
    ----------
    words
        Title, description, unit.
    rows
        The person's own with a broad bar, what they are compared with below with a thin one.
    reference
        What an upright line at 1 stands for; empty for none.
    most
        What the scale must hold in any case, so that drawings side by side have one scale. [unit]
    """
    most = max(most, *(np.nanmax([row.value, row.high]) for row in rows))
    pitches = np.array([32.0 if row.side is not None else 23.0 for row in rows])
    above = 28.0 if reference else 0.0
    places = above + 14 + np.cumsum(pitches) - pitches / 2
    base = above + 18 + float(pitches.sum())
    ticks = grid(0.0, most)
    frame = Frame(0.0, ticks[-1], (0.0, 1.0), left=136.0, right=336.0, bottom=base)
    parts = [*_scale(frame, ticks, words.unit), *(_upright(frame, reference) if reference else ())]
    for row, y in zip(rows, places.tolist(), strict=True):
        parts += _range(frame, row, y)
    return wrap(words, parts, WIDTH, base + 28)


def draw_splits(words: Words, phases: Sequence[tuple[str, Sequence[Split]]]) -> str:
    """Bars of full length cut into hip, knee and ankle, under a heading for each phase.

    The thin line below a bar holds the border between hip and knee, the one above that of knee and ankle.

    Parameters
    ----------
    words
        Title and description.
    phases
        Heading, and a bar for each leg.
    """
    frame = Frame(0.0, 1.0, (0.0, 1.0))
    parts = list(_joint_legend(frame.left))
    y = 46.0
    for heading, splits in phases:
        parts.append(text(frame.left, y + 4, heading, "start", "heading"))
        y += 22
        for split in splits:
            parts += _split(frame, split, y)
            y += 44
        y += 4
    return wrap(words, parts, WIDTH, y - 4)


def _marks(frame: Frame, marks: Sequence[tuple[str, float]]) -> Iterator[str]:
    """Level dotted lines, named to the right of the drawing; names step aside for one another."""
    ordered = sorted(marks, key=lambda mark: mark[1])
    lines = [float(frame.down(value)) for _, value in ordered]
    for (name, _), y, place in zip(ordered, lines, spread(lines, _LABEL_PITCH), strict=True):
        moves = f"M{frame.left:.0f} {y:.1f}H{frame.right:.1f}L{frame.right + 8:.1f} {place:.1f}"
        yield (
            f'<path class="mark" d="{moves}" fill="none" stroke="currentColor" stroke-opacity="0.6"'
            ' stroke-dasharray="2 3"/>'
        )
        yield text(frame.right + 11, place + 4.5, name, "start", "soft")


def spread(places: Sequence[float], pitch: float) -> list[float]:
    """Places falling in order, moved as little as needed to lie at least `pitch` apart. [px]

    Neighbours that would touch share a block, and each block sits on the mean of what its members wanted.
    """
    blocks: list[list[float]] = []
    for place in places:
        blocks.append([place])
        while (
            len(blocks) > 1
            and _centre(blocks[-2]) - _centre(blocks[-1]) < pitch * (len(blocks[-2]) + len(blocks[-1])) / 2
        ):
            last = blocks.pop()
            blocks[-1] += last
    return [
        _centre(block) + pitch * ((len(block) - 1) / 2 - i) for block in blocks for i in range(len(block))
    ]


def _centre(block: list[float]) -> float:
    return sum(block) / len(block)


def _arrow_on(frame: Frame, way: Way, side: Side) -> str:
    """A head on the mean that points where the movement leads."""
    places = frame.places(way.bend, way.value)
    places = places[np.isfinite(places).all(axis=-1)]
    at = round(_ARROW_AT[way.down] * (len(places) - 1))
    along = places[min(at + _ARROW_SPAN, len(places) - 1)] - places[max(at - _ARROW_SPAN, 0)]
    return _arrow(places[at], along / max(float(np.linalg.norm(along)), 1e-9), side)


def _arrow(centre: Array, along: Array, side: Side) -> str:
    across = np.array([-along[1], along[0]])
    corners = centre + np.stack([8 * along, -5 * along + 5.5 * across, -5 * along - 5.5 * across])
    moves = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners)
    return f'<path class="arrow {NAME[side]}" d="{moves}Z" fill="currentColor"/>'


def _way_legend(ways: Sequence[Way], side: Side, x: float) -> Iterator[str]:
    for way in ways:
        yield sample(x, 34, side, faint=way.down)
        yield _arrow(np.array([x + 17, 15.0]), np.array([1.0 if way.down else -1.0, 0.0]), side)
        yield text(x + 40, 19.5, "going down" if way.down else "coming up", "start")
        x += 130


def _scale(frame: Frame, ticks: Sequence[float], unit: str) -> Iterator[str]:
    """A line under the drawing with its numbers, the last with the unit."""
    yield (
        f'<path class="axis" d="M{frame.left:.0f} {frame.bottom:.1f}H{frame.right:.0f}"'
        ' stroke="currentColor" stroke-opacity="0.4"/>'
    )
    for tick in ticks:
        label = f"{tick:g}{unit if tick == ticks[-1] else ''}"
        yield text(float(frame.across(tick)), frame.bottom + 19, label, "middle")


def _upright(frame: Frame, name: str) -> Iterator[str]:
    """A dotted line at 1, named above."""
    one = float(frame.across(1.0))
    yield (
        f'<path class="mark" d="M{one:.1f} 28V{frame.bottom:.1f}" stroke="currentColor"'
        ' stroke-dasharray="2 3"/>'
    )
    yield text(one, 21, name, "middle", "soft")


def _range(frame: Frame, row: Range, y: float) -> Iterator[str]:
    """Name, bar and dot of one row: broad for the person's own, thin for what it is compared with."""
    value, low, high = frame.across(np.maximum([row.value, row.low, row.high], 0.0)).tolist()
    yield text(frame.left - 8, y + 4.5, row.name, "end", "" if row.side is not None else "soft")
    if row.side is not None:
        moves = f"M{low:.1f} {y - 8:.1f}H{high:.1f}V{y + 8:.1f}H{low:.1f}Z"
        yield (f'<path class="reach {NAME[row.side]}" d="{moves}" fill="currentColor" fill-opacity="0.22"/>')
        yield _dot(value, y, 5.5, NAME[row.side])
        return
    if low < high:
        dash = ' stroke-dasharray="3 3"' if row.guess else ""
        yield (
            f'<path class="reach soft" d="M{low:.1f} {y:.1f}H{high:.1f}" stroke="currentColor"'
            f' stroke-width="2" stroke-opacity="0.6"{dash}/>'
        )
    yield _dot(value, y, 3.5, "soft")


def _dot(x: float, y: float, radius: float, name: str) -> str:
    return f'<circle class="dot {name}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="currentColor"/>'


def _joint_legend(x: float) -> Iterator[str]:
    for joint in _JOINTS:
        yield _box(joint, (x, x + 14.0), 7.0, 14.0)
        yield text(x + 20, 19.0, joint, "start")
        x += 84


def _split(frame: Frame, split: Split, y: float) -> Iterator[str]:
    height = 22.0
    edges = np.r_[0.0, np.cumsum(split.share)]
    yield text(frame.left - 8, y + height / 2 + 4.5, split.name, "end")
    for index, joint in enumerate(_JOINTS):
        start, end = (float(frame.across(edge)) for edge in edges[index : index + 2])
        yield _box(joint, (start, end), y, height)
        if split.share[index] >= _LEAST_LABELLED:
            words = f"{100 * split.share[index]:.0f} %"
            yield text((start + end) / 2, y + height / 2 + 4.5, words, "middle", f"on-{joint}")
    # The border of hip and knee is as sure as the hip's share, that of knee and ankle as the ankle's.
    hip, ankle = (split.low[0], split.high[0]), (1 - split.high[2], 1 - split.low[2])
    for ends, place in ((hip, y + height + 6), (ankle, y - 6)):
        low, high = (float(frame.across(end)) for end in ends)
        yield (
            f'<path class="whisker" d="M{low:.1f} {place - 3:.1f}v6m0 -3H{high:.1f}m0 -3v6" fill="none"'
            ' stroke="currentColor" stroke-width="1.3"/>'
        )


def _box(joint: str, ends: tuple[float, float], y: float, height: float) -> str:
    return (
        f'<rect class="{joint}" x="{ends[0]:.1f}" y="{y:.1f}" width="{ends[1] - ends[0]:.1f}"'
        f' height="{height:.1f}" fill="currentColor" fill-opacity="{_JOINTS[joint]}"/>'
    )
