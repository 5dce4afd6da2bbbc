"""Residuals and bounds of many small problems → their least squares within the bounds, all at once.

An interior-point method: bounds are held by barriers that are let go step by step, each step is that of
Gauss–Newton. Every problem has its own step, and stops on its own.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..model import Array, Mask

__all__ = ["Local", "Solved", "solve"]

_ROUNDS = 40
_SHORT = 0.995
"""How far towards a bound a step may go. [of the way]"""
_EASE = 0.1
"""What is left of a barrier after a full step. [unitless]"""
_EXACT = 1e-8
_HARDEST = 1e12
_FIRST = 1e-3
"""Barrier at the start."""
_LEAST = 0.5
"""From how far inside a bound a problem starts at least: close to bounds its first steps would be short."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Local:
    """A batch of b problems at one place.

    Attributes
    ----------
    residuals : (b, m) whose squares are to be least.
    slopes : (b, m, n) of them.
    rooms : (b, c) how far inside of each bound; must not be negative in the end.
    room_slopes : (b, c, n) of them.
    """

    residuals: Array
    slopes: Array
    rooms: Array
    room_slopes: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solved:
    """What came of it.

    Attributes
    ----------
    numbers : (b, n).
    exact : (b,) whether it is a least one within all bounds.
    rounds : how many steps the slowest took.
    """

    numbers: Array
    exact: Mask
    rounds: int


def solve(look: Callable[[Array], Local], start: Array, said: Callable[[float], None]) -> Solved:
    """The least sum of squares within bounds, near a start.

    Parameters
    ----------
    look
        What a batch (b, n) is like.
    start
        (b, n) where it begins; it need not be within the bounds.
    said
        Called after every step with how far it is, 0 to 1.

    Notes
    -----
    `min ½|r(y)|²` with `g(y) ≥ 0`: the primal–dual method with slacks z and multipliers λ, `g − z = 0`,
    `z λ = μ`, where the second derivatives of r and g are left out [1]_. So a step costs one decomposition
    of (n, n), and the method ends at the same point as Newton's.

    References
    ----------
    .. [1] Nocedal & Wright 2006, Numerical Optimization, 2nd ed., §10.3 and §19.3.
    """
    numbers = start.copy()
    here = look(numbers)
    slack = np.maximum(here.rooms, _LEAST)
    force = _FIRST / slack
    for round_ in range(_ROUNDS):
        gap = np.mean(slack * force, axis=1)
        step, slack_step, force_step = _step(here, slack, force, _EASE * gap)
        forward = _furthest(slack, slack_step)
        numbers = numbers + forward[:, None] * step
        # A problem without a way inside its bounds pushes ever harder, and is given up in the end.
        slack = np.maximum(slack + forward[:, None] * slack_step, 1 / _HARDEST)
        force = np.minimum(force + _furthest(force, force_step)[:, None] * force_step, _HARDEST)
        here = look(numbers)
        wrong = _wrong(here, slack, force)
        said(1 - 1 / (2 + round_))
        if (wrong < _EXACT).all():
            break
    return Solved(numbers=numbers, exact=wrong < _EXACT, rounds=round_ + 1)


def _step(here: Local, slack: Array, force: Array, barrier: Array) -> tuple[Array, Array, Array]:
    """Of numbers, slacks and forces of the bounds."""
    stiffness = force / slack
    pushed = barrier[:, None] / slack
    curvature = np.swapaxes(here.slopes, 1, 2) @ here.slopes
    curvature += np.swapaxes(here.room_slopes, 1, 2) @ (stiffness[..., None] * here.room_slopes)
    downhill = -_back(here.slopes, here.residuals)
    downhill += _back(here.room_slopes, pushed - stiffness * (here.rooms - slack))
    step = np.linalg.solve(curvature, downhill[..., None])[..., 0]
    slack_step = (here.room_slopes @ step[..., None])[..., 0] + here.rooms - slack
    return np.asarray(step), np.asarray(slack_step), np.asarray(pushed - force - stiffness * slack_step)


def _back(slopes: Array, values: Array) -> Array:
    return np.asarray((np.swapaxes(slopes, 1, 2) @ values[..., None])[..., 0])


def _furthest(place: Array, step: Array) -> Array:
    """How much of a step can be gone before something turns negative, (b,)."""
    falling = step < 0
    ways = np.where(falling, -_SHORT * place / np.where(falling, step, -1.0), np.inf)
    return np.asarray(np.minimum(ways.min(axis=1), 1.0))


def _wrong(here: Local, slack: Array, force: Array) -> Array:
    """How far each problem is from its conditions, (b,)."""
    pull = _back(here.slopes, here.residuals) - _back(here.room_slopes, force)
    parts = (pull, here.rooms - slack, slack * force)
    return np.asarray(np.max([np.abs(part).max(axis=1) for part in parts], axis=0))
