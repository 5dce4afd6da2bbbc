"""Motion → Repetitions: squats and sit-to-stands, with start, bottom and end.

A repetition is the hips going down and coming up again with the feet on the spot, knees bending at least
as much as the trunk leans. Sitting shows as a centre of mass that stays behind the heels.
"""

import math

import numpy as np
from scipy.signal import find_peaks

from .conventions import Outline, Task
from .model import Array, Mask, Motion, Repetition
from .signals import first_below, last_below, runs, smooth

_SMOOTHING = 0.08
_LEAST_DEPTH = 0.09
"""Hips come down by at least this share of the leg's length; about 50° of knee bend. [1]"""
_LEAST_SHARE = 0.45
"""… and by this share of the film's deepest repetition, so that shuffling about does not count. [1]"""
_EDGE = 0.06
_HOLD = 0.97
_EDGE_FRAMES = 2
_UPRIGHT = 0.30
"""A repetition is whole when it begins and ends in the upper third of the way."""
_LEAST_DURATION, _LONGEST_PHASE = 0.35, 12.0
_MOST_LEAN = math.radians(80)
_LEAST_KNEE_BEND = math.radians(40)
_HINGE = math.radians(25)
_SEAT_BALANCE = -0.05
_LEAST_SEAT_TIME = 0.25


def split_repetitions(motion: Motion) -> tuple[Repetition, ...]:
    """Repetitions in order of time.

    Notes
    -----
    Assumes: both feet stay on the spot during a repetition.
    Error: start and end are where 6 % of the way has been gone; ± 0.1 s against a careful eye.
    """
    found: list[Repetition] = []
    for run in runs(np.isfinite(motion.outline[:, Outline.DEPTH])):
        if run.stop - run.start >= 8:
            found += _repetitions_of(motion.time[run], motion.outline[run])
    return tuple(found)


def on_the_feet(motion: Motion, repetitions: tuple[Repetition, ...]) -> Mask:
    """Frames in which the feet carry the whole body: always, but on a seat that is not left yet."""
    if not any(repetition.task is Task.SIT_TO_STAND for repetition in repetitions):
        return np.ones(len(motion.time), dtype=bool)
    depth = motion.outline[:, Outline.DEPTH]
    seats = [float(np.interp(r.bottom, motion.time, depth)) for r in repetitions]
    return np.asarray(depth < float(np.median(seats)))


def _repetitions_of(time: Array, outline: Array) -> list[Repetition]:
    depth = smooth(time, outline[:, Outline.DEPTH], _SMOOTHING)
    standing = float(np.percentile(depth, 5))
    least = max(_LEAST_DEPTH, _LEAST_SHARE * (float(depth.max()) - standing))
    padded = np.r_[standing, depth, standing]
    found, _ = find_peaks(padded, prominence=least)
    peaks = [int(np.clip(peak - 1, 0, len(depth) - 1)) for peak in found]
    if _is_seated(time, outline, depth, peaks):
        return _rises(time, outline, depth, standing)
    repetitions = [_squat(time, depth, peak, peaks, standing) for peak in peaks]
    return [
        repetition
        for repetition, peak in zip(repetitions, peaks, strict=True)
        if repetition is not None and _is_squat(outline[peak])
    ]


def _is_squat(posture: Array) -> bool:
    """Knees bend, and the trunk does not lean as when picking something up."""
    bend, lean = posture[Outline.KNEE_BEND], posture[Outline.TRUNK_LEAN]
    return bool(bend >= _LEAST_KNEE_BEND and lean <= _MOST_LEAN and lean - bend <= _HINGE)


def _squat(time: Array, depth: Array, peak: int, peaks: list[int], standing: float) -> Repetition | None:
    before = [other for other in peaks if other < peak]
    after = [other for other in peaks if other > peak]
    low, high = (before[-1] if before else 0), (after[0] if after else len(depth) - 1)
    top_before = low + int(np.argmin(depth[low : peak + 1]))
    top_after = peak + int(np.argmin(depth[peak : high + 1]))
    start, end = _edge(depth, peak, top_before, last=True), _edge(depth, peak, top_after, last=False)
    upright = standing + _UPRIGHT * (depth[peak] - standing)
    bottom = _bottom(time, depth, peak, start, end)
    if not _LEAST_DURATION <= time[end] - time[start] <= 2 * _LONGEST_PHASE:
        return None
    return Repetition(
        task=Task.SQUAT,
        start=float(time[start]),
        bottom=bottom,
        end=float(time[end]),
        hold=_hold(time, depth, start, end),
        complete=bool(max(depth[start], depth[end]) < upright),
    )


def _edge(depth: Array, peak: int, top: int, *, last: bool) -> int:
    """Where the way down begins or the way up ends."""
    limit = depth[top] + _EDGE * (depth[peak] - depth[top])
    place = last_below(depth, limit, peak) if last else first_below(depth, limit, peak)
    return top if place is None else place


def _bottom(time: Array, depth: Array, peak: int, start: int, end: int) -> float:
    """Middle of the time spent at the very lowest, steadier than the single lowest frame. [s]"""
    limit = depth[peak] - 0.01 * (depth[peak] - min(depth[start], depth[end]))
    low = last_below(depth, limit, peak)
    high = first_below(depth, limit, peak)
    first = time[start if low is None else low]
    last = time[end if high is None else high]
    return float((first + last) / 2)


def _hold(time: Array, depth: Array, start: int, end: int) -> float:
    """Time spent within the lowest 3 % of the way. [s]"""
    part = depth[start : end + 1]
    low = part >= part.min() + _HOLD * np.ptp(part)
    steps = np.gradient(time[start : end + 1])
    return float(steps[low].sum())


def _is_seated(time: Array, outline: Array, depth: Array, peaks: list[int]) -> bool:
    """Whether the low points of this stretch are a seat: the centre of mass rests behind the heels."""
    if not peaks:
        return False
    low = depth >= np.percentile(depth, 5) + 0.85 * np.ptp(depth)
    behind = low & (outline[:, Outline.BALANCE] < _SEAT_BALANCE)
    half_seen = sum(peak < _EDGE_FRAMES or peak >= len(depth) - _EDGE_FRAMES for peak in peaks)
    return float(np.gradient(time)[behind].sum()) >= _LEAST_SEAT_TIME * (len(peaks) - 0.5 * half_seen)


def _rises(time: Array, outline: Array, depth: Array, standing: float) -> list[Repetition]:
    """Sit-to-stands: from the trunk setting off, over leaving the seat, to standing."""
    seat = float(np.percentile(depth, 95))
    limit = standing + 0.5 * (seat - standing)
    crossings = np.flatnonzero((depth[:-1] >= limit) & (depth[1:] < limit))
    rises = []
    for crossing in crossings:
        low = last_below(-depth, -(seat - _EDGE * (seat - standing)), int(crossing))
        high = first_below(depth, standing + _EDGE * (seat - standing), int(crossing))
        seat_off = 0 if low is None else low
        end = len(depth) - 1 if high is None else high
        start = _trunk_sets_off(time, outline, seat_off)
        rises.append(
            Repetition(
                task=Task.SIT_TO_STAND,
                start=float(time[start]),
                bottom=float(time[seat_off]),
                end=float(time[end]),
                hold=0.0,
                complete=low is not None and high is not None,
            )
        )
    return rises


def _trunk_sets_off(time: Array, outline: Array, seat_off: int) -> int:
    """Frame at which the trunk starts to lean forward before the seat is left, at most 1.5 s earlier."""
    first = int(np.searchsorted(time, time[seat_off] - 1.5))
    lean = smooth(time, outline[:, Outline.TRUNK_LEAN], _SMOOTHING)[first : seat_off + 1]
    if len(lean) < 3:
        return seat_off
    limit = lean.min() + 0.1 * (lean[-1] - lean.min())
    place = last_below(lean, limit, len(lean))
    return first + (int(np.argmin(lean)) if place is None else place)
