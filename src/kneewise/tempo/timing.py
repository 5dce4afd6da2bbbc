"""Tempo → splines of the joints' way: what is fixed of it, and what is left to choose.

A repetition is two moves, down and up, of splines of degree 5 that meet at the lowest point without a jump of
acceleration. The pause is cut out: while nothing moves there is nothing to choose.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import BSpline
from scipy.linalg import null_space

from ..model import Array
from ..model.supposed import Tempo

__all__ = ["ENDS", "Ways", "lay_out"]

_DEGREE = 5
_ENDS = _DEGREE + 1
_STOPPING, _TURNING = 3, 2
"""How often the knot at the turn counts: with a pause all goes on up to the acceleration, which is nought;
without one up to the jerk."""
ENDS = ("start", "turn", "end")
"""Where postures are fixed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ways:
    """All courses of an angle through three fixed postures that stop at each: linear in what is free.

    Attributes
    ----------
    time : (k,) of the nodes, without the pause. [s]
    turn : number of the node at the lowest point.
    fixed : (3, k, 3) what the angles at `ENDS` give to angle, rate and acceleration at the nodes.
    free : (3, k, n) what each free number adds to them.
    share : (k,) of each node in the mean over time. [unitless]
    phase : (k,) what the length of its move counts at each node. [s]
    """

    time: Array
    turn: int
    fixed: Array
    free: Array
    share: Array
    phase: Array

    def follow(self, ends: Array, numbers: Array) -> Array:
        """Angle, rate and acceleration, (3, k, …).

        Parameters
        ----------
        ends
            (3, …) angles at `ENDS`. [rad]
        numbers
            (n, …) what is free.
        """
        return np.asarray(np.tensordot(self.fixed, ends, axes=1) + np.tensordot(self.free, numbers, axes=1))


def lay_out(tempo: Tempo, intervals: int, each: int) -> Ways:
    """Ways at a tempo; with nought for what is free, that of least jerk.

    Parameters
    ----------
    tempo
        Of the repetition; where there is a pause, acceleration is nought before and after it.
    intervals
        Of the knots, in the quicker move and in as long a part of the slower one beside the turn.
    each
        Nodes in each interval.
    """
    moves = _split(tempo.down, tempo.up, intervals)[::-1], _split(tempo.up, tempo.down, intervals)
    edges = np.concatenate(([0.0], np.cumsum(np.concatenate(moves))))
    turn, end = edges[len(moves[0])], edges[-1]
    inner = edges[1:-1]
    meeting = _STOPPING if tempo.pause else _TURNING
    knots = np.sort(np.concatenate((np.zeros(_ENDS), inner, np.full(meeting - 1, turn), np.full(_ENDS, end))))
    time = np.append((edges[:-1, None] + np.diff(edges)[:, None] * np.arange(each) / each).ravel(), end)
    spline = BSpline(knots, np.eye(len(knots) - _ENDS), _DEGREE)
    courses = [spline, spline.derivative(), spline.derivative(2)]
    pins = [[course(place) for course in courses] for place in (0.0, turn, end)]
    if not tempo.pause:
        pins[1] = pins[1][:2]
    held = np.array([row for place in pins for row in place])
    angles = np.cumsum([0, *(len(place) for place in pins[:-1])])
    fixed, free = _smoothest(np.linalg.pinv(held)[:, angles], null_space(held), spline.derivative(3)(time))
    at = np.stack([course(time) for course in courses])
    last = len(moves[0]) * each
    return Ways(
        time=time,
        turn=last,
        fixed=at @ fixed,
        free=at @ free,
        share=_shares(time),
        phase=np.where(np.arange(len(time)) <= last, tempo.down, tempo.up),
    )


def _split(move: float, other: float, intervals: int) -> Array:
    """Lengths between the knots of a move, from the turn: even as long as the other move lasts. [s]"""
    near = min(move, other)
    steps = np.full(intervals, near / intervals)
    far = move - near
    if far < steps[0]:
        return steps * move / near
    count = math.ceil(min(far / steps[0], intervals))
    return np.append(steps, np.full(count, far / count))


def _smoothest(fixed: Array, free: Array, jerk: Array) -> tuple[Array, Array]:
    """The same ways, from that of least jerk, in numbers that all jerk alike."""
    fixed_jerk, free_jerk = jerk @ fixed, jerk @ free
    turned, size = np.linalg.qr(free_jerk)
    even = free @ np.linalg.inv(size)
    return fixed - even @ (turned.T @ fixed_jerk), even


def _shares(time: Array) -> Array:
    """Of each node in the mean over time, by trapezia."""
    steps = np.diff(time)
    return np.asarray((np.append(steps, 0.0) + np.insert(steps, 0, 0.0)) / 2 / time[-1])
