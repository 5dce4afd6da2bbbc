"""MarkerTrack in the file's words → MarkerTrack in seconds and metres, z up.

Nothing that a header says about time, unit and axes is believed where the points say otherwise: a body has a
size, its feet are below its head, and time goes forward.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..errors import FormatError
from ..model import Array
from ..signals import bridge
from .averaging import mean_of, median_of
from .naming import Label
from .track import MarkerTrack

KNEES = ("knee_lateral", "knee_medial", "knee_centre")
ANKLES = ("ankle_lateral", "ankle_medial", "ankle_centre")
FEET = ("heel", "toe", "forefoot", "foot", *ANKLES)
PELVIS = ("asis", "psis", "sacrum", "pelvis", "hip_centre")
_ABOVE = (*PELVIS, "shoulder", "shoulder_centre", "trunk", "head")
_UNITS = {"mm": 1e-3, "millimeters": 1e-3, "cm": 1e-2, "m": 1.0, "meters": 1.0}
_SIZE = (0.55, 3.2)
"""Longest distance between markers on one body, in the middle of a trial. [m]"""
_UPRIGHT_COSINE = 0.85
_FASTEST, _SLOWEST = 2000.0, 5.0
_FRAMES_LEAST = 8
_LONGEST_JUMP, _LONG_TRIAL = 10.0, 3600.0
"""Between two frames; and of a trial before its frames are counted. [s]"""
_AXES = "xyz"
_ON_FLOOR = (-0.005, 0.10)
"""Height of the lowest foot marker while 0 is the floor. [m]"""
_SKIN_ON_FOOT, _ANKLE_UP = 0.035, 0.075
"""A foot marker's usual height above the floor, and that of an ankle's. [m], estimates"""


def settle_time(track: MarkerTrack) -> MarkerTrack:
    """Time in seconds that begins at or after 0 and always goes forward.

    Raises
    ------
    FormatError
        When there are too few frames, neither time nor rate can be believed, or time leaps.
    """
    if len(track.time) < _FRAMES_LEAST:
        count = "one frame" if len(track.time) == 1 else f"{len(track.time)} frames"
        raise FormatError(
            f"{track.name} holds only {count}; a movement needs more.",
            remedy="give the whole trial; a single posture helps as a static trial only.",
        )
    step = np.diff(track.time)
    usual = float(np.median(step)) if np.isfinite(step).all() else float("nan")
    if not (step > 0).all():
        return _count_out(track)
    if track.rate > 0 and abs(usual * track.rate / 1000 - 1) < 0.02:
        track = replace(track, time=track.time / 1000).noting("time_unit", "its time is in milliseconds")
    elif not 1 / _FASTEST <= usual <= 1 / _SLOWEST:
        return _count_out(track)
    elif track.rate > 0 and abs(usual * track.rate - 1) > 0.02:
        track = track.noting(
            "rate",
            f"the header says {track.rate:g} frames a second, its time says {1 / usual:.4g}: time was used",
        )
    _refuse_jumps(track)
    if track.time[0] < 0:
        begin = float(track.time[0])
        track = track.timed(track.time - begin, begin).noting(
            "time_negative", f"its time begins at {begin:g} s; it was moved to begin at 0"
        )
    return track


def _refuse_jumps(track: MarkerTrack) -> None:
    """Complain about time that leaps: what lies between was not recorded, and cannot be invented."""
    step = np.diff(track.time)
    row, span = int(np.argmax(step)), float(track.time[-1] - track.time[0])
    if step[row] > _LONGEST_JUMP:
        said = f"leaps by {step[row]:.6g} s between row {row + 1} and row {row + 2}"
    elif span > _LONG_TRIAL and len(track.time) < span * _SLOWEST:
        said = f"spans {span / 3600:.3g} h in only {len(track.time)} rows"
    else:
        return
    raise FormatError(
        f"The time of {track.name} {said}.",
        remedy="correct the column of time, or cut the file there and give the parts one by one.",
    )


def _count_out(track: MarkerTrack) -> MarkerTrack:
    """Time from the stated rate, where the column of time makes no sense."""
    if not 1 / _FASTEST <= 1 / track.rate <= 1 / _SLOWEST if track.rate > 0 else True:
        raise FormatError(
            f"{track.name} has no usable time: its column is empty, stands still or runs back, and no "
            "rate is stated. Speeds and loads need real time.",
            remedy="export the trial again with time"
            + (", or write its true DataRate into the header." if track.names else " that goes forward."),
        )
    return track.timed(np.arange(len(track.time)) / track.rate, float("nan")).warning(
        "time_rebuilt",
        "its column of time is empty, stands still or runs back: "
        f"the frames were counted at the stated {track.rate:g} a second",
    )


def settle_unit(track: MarkerTrack, labels: Sequence[Label]) -> MarkerTrack:
    """Points in metres, whatever unit the file claims.

    Raises
    ------
    FormatError
        When no unit makes a person of the markers.
    """
    size = _size(track, labels)
    if not np.isfinite(size):
        raise FormatError(
            f"{track.name} never shows a marker that tells where a joint is.",
            remedy="give the trial with markers on pelvis, knees and ankles.",
        )
    claimed = _UNITS.get(track.unit.lower())
    if claimed is not None and _SIZE[0] <= size * claimed <= _SIZE[1]:
        return replace(track, points=track.points * claimed)
    for word, factor in (("mm", 1e-3), ("cm", 1e-2), ("m", 1.0)):
        if _SIZE[0] <= size * factor <= _SIZE[1]:
            said = f"the file says {track.unit}" if track.unit else "the file states no unit"
            return replace(track, points=track.points * factor).noting(
                "unit", f"{said}, but only {word} makes a person of it: {word} was taken"
            )
    raise FormatError(
        f"The markers of {track.name} lie {size:g} {track.unit or 'units'} apart; no unit makes a person "
        "of that.",
        remedy="check that the file holds the markers of one standing person, in metres or millimetres.",
    )


def _size(track: MarkerTrack, labels: Sequence[Label]) -> float:
    """Longest side of the box around the markers that measure, in the middle of the trial. [as given]"""
    used = [i for i, label in enumerate(labels) if label.landmark is not None and label.landmark.part]
    points = track.points[:, used]
    known = np.asarray(np.isfinite(points).all(-1))
    seen = known.sum(1) >= max(0.7 * len(used), 4)
    if not seen.any():
        seen = known.any(1)
    if not seen.any():
        return float("nan")
    box = np.nanmax(points[seen], axis=1) - np.nanmin(points[seen], axis=1)
    return float(np.nanmedian(np.linalg.norm(box, axis=-1)))


def settle_up(track: MarkerTrack, labels: Sequence[Label]) -> MarkerTrack:
    """Points turned so that z is up, as the body says.

    Raises
    ------
    FormatError
        When nothing above the feet is known.
    """
    body = gather(track, labels, _ABOVE) - gather(track, labels, FEET)
    length = np.linalg.norm(body, axis=-1)
    if not np.isfinite(length).any():
        raise FormatError(
            f"{track.name} never shows feet and pelvis together, so nothing tells which way is up.",
            remedy="give a trial with markers on both, named as in docs/reference/markers.md.",
        )
    tall = length >= np.nanpercentile(length, 80)
    up = mean_of(body[tall] / length[tall, None], 0)
    up = up / np.linalg.norm(up)
    axis = int(np.argmax(np.abs(up)))
    straight = np.sign(up[axis]) * np.eye(3)[axis]
    word = f"{'−' if up[axis] < 0 else ''}{_AXES[axis]}"
    if up @ straight < _UPRIGHT_COSINE:
        straight = up
        track = track.warning(
            "axes_tilted",
            f"no axis of the file points up: the nearest, {word}, is "
            f"{np.degrees(np.arccos(np.abs(up[axis]))):.0f}° off the line from feet to trunk, which was used",
        )
    elif track.name.lower().endswith(".trc") and word != "y":
        track = track.noting("axis_up", f"up is the file's {word} axis, not y as usual")
    return track.turned(_turn_to_z(straight))


def _turn_to_z(axis: Array) -> Array:
    """The shortest rotation that brings a direction to z."""
    cross, cosine = np.cross(axis, (0.0, 0.0, 1.0)), float(axis[2])
    if cosine < -1 + 1e-9:
        return np.diag([1.0, -1.0, -1.0])
    k = np.array([[0, -cross[2], cross[1]], [cross[2], 0, -cross[0]], [-cross[1], cross[0], 0]])
    return np.asarray(np.eye(3) + k + k @ k / (1 + cosine))


def gather(
    track: MarkerTrack, labels: Sequence[Label], landmarks: Sequence[str], side: int | None = None
) -> Array:
    """(n, xyz) mean of the markers on some landmarks, of one side or of both; NaN where there is none. [m]"""
    chosen = [
        i
        for i, label in enumerate(labels)
        if label.lies_on(*landmarks) and (side is None or label.side == side)
    ]
    if not chosen:
        return np.full((len(track.time), 3), np.nan)
    return mean_of(track.points[:, chosen], 1)


def fill_short_gaps(track: MarkerTrack, longest: float) -> MarkerTrack:
    """Short gaps of single markers bridged by straight lines; told, with what stays missing."""
    points = np.stack([bridge(track.time, column, longest) for column in track.points.swapaxes(0, 1)], axis=1)
    missing = [name for i, name in enumerate(track.names) if not track.seen[:, i].any()]
    filled = int((np.isfinite(points).all(-1) & ~track.seen).sum())
    track = replace(track, points=points)
    if filled:
        track = track.noting(
            "gaps_filled", f"{filled} short gaps of single markers were bridged by straight lines"
        )
    if missing:
        track = track.noting("never_seen", f"never seen: {', '.join(missing)}")
    return track


def floor_of(track: MarkerTrack, labels: Sequence[Label]) -> float:
    """Height of the floor: the file's 0 where the feet stand on it, or below the lowest foot marker. [m]"""
    lowest = np.inf
    for i, label in enumerate(labels):
        if label.lies_on("heel", "toe", "forefoot", "foot") and track.seen[:, i].any():
            lowest = min(lowest, float(np.nanpercentile(track.points[:, i, 2], 2)))
    if not np.isfinite(lowest):
        ankle = gather(track, labels, FEET)[:, 2]
        return float(median_of(ankle, 0)) - _ANKLE_UP
    return floor_below(lowest)


def floor_below(lowest: float) -> float:
    """Height of the floor under a foot's lowest marker: the file's 0 where that can be it. [m]"""
    return 0.0 if _ON_FLOOR[0] <= lowest <= _ON_FLOOR[1] else lowest - _SKIN_ON_FOOT
