"""Skeleton + markers → State: the turns of all segments that bring the model's markers nearest to those seen.

Weighted least squares with Gauss–Newton steps in all frames at once. Markers far from where a rigid body has
them count less and less. Knees are hinges that give a little; hips, ankles and the back turn freely.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import distance_transform_edt, uniform_filter1d

from ..conventions import Side
from ..model import Array
from .skeleton import (
    PARENT,
    PELVIS,
    SEGMENTS,
    SHIFT,
    TRUNK,
    TURNS,
    UNKNOWNS,
    Part,
    Skeleton,
    State,
    best_turn,
    segment_of,
)

_ROUNDS = 25
_CAUTIOUS_ROUNDS = 4
_STEP_DONE = 1e-8
_DAMPING = 0.05
"""Weight of staying where one is, for turns that no marker shows. [1/rad²]"""
_OUTLIER = 3.0
"""A marker this many usual misfits away counts half. [unitless]"""
_TRUNK_SHIFT_SD = 0.03
"""How far a trunk shifts on the pelvis; asked only where its own markers are too few to show it. [m]"""
_TRUNK_MARKERS = 3
_HINGE_SD = np.array([0.10, 0.03])
"""How far a knee turns about the shank and bends sideways, from the posture measured in. [rad]"""
_BLEND, _FAINTEST = 0.2, 0.15
"""Time over which the weight of a marker changes [s], and what is left of it beside a gap. [unitless]"""
CHUNK = 400
"""Frames solved together; bounds the memory, and changes nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """What was found, with what its error follows from.

    Attributes
    ----------
    state : the turns.
    distance : (n, marker) between seen and model marker; NaN where not seen. [m]
    weights : (n, marker) how much each marker counted in the end; 0 where not seen. [1/m²]
    residual : root mean square of the distances, each weighted as it counted. [m]
    """

    state: State
    distance: Array
    weights: Array
    residual: float


def solve(skeleton: Skeleton, points: Array, rate: float) -> Solution:
    """The turns of all segments in all frames.

    Parameters
    ----------
    skeleton
        The measured body.
    points
        (n, marker, xyz) in the lab frame; NaN where not seen. [m]
    rate
        Frames in a second: what a marker counts changes slowly, so that none makes the body jump. [1/s]

    Notes
    -----
    Assumes: rigid segments, one length of each for the whole trial.
    Error: see `draw_versions`.
    """
    parts = [_solve(skeleton, points[i : i + CHUNK]) for i in range(0, len(points), CHUNK)]
    state = State.joined([part for part, _ in parts])
    weights = _steady(np.concatenate([weight for _, weight in parts]), _BLEND * rate)
    state = _refine(skeleton, points, state, weights)
    distance = np.linalg.norm(points - state.place(skeleton.points), axis=-1)
    share = weights * skeleton.sd**2
    residual = np.sqrt(np.nansum(share * distance**2) / max(share.sum(), 1e-9))
    return Solution(state=state, distance=distance, weights=weights, residual=float(residual))


def _solve(skeleton: Skeleton, points: Array) -> tuple[State, Array]:
    state = start(skeleton, points)
    weights = np.zeros(points.shape[:2])
    for turn in range(_ROUNDS):
        misfit = points - state.place(skeleton.points)
        weights = _weigh(misfit, skeleton.sd, cautious=turn >= _CAUTIOUS_ROUNDS)
        equations = normal_equations(skeleton, state, weights)
        step = equations.step(misfit)
        state = state.stepped(step)
        if np.abs(step).max() < _STEP_DONE:
            break
    return state, weights


def _steady(weights: Array, frames: float) -> Array:
    """Weights that change over some frames, and fade before a marker vanishes and after it comes back."""
    seen = weights > 0
    even = uniform_filter1d(weights, max(1, round(frames)), axis=0, mode="nearest")
    fade = np.ones_like(weights)
    for marker in np.flatnonzero(~seen.all(axis=0)):
        away = distance_transform_edt(seen[:, marker])
        fade[:, marker] = np.clip(np.asarray(away) / max(frames, 1.0), _FAINTEST, 1.0)
    return np.where(seen, even * fade, 0.0)


def _refine(skeleton: Skeleton, points: Array, state: State, weights: Array) -> State:
    """The state that fits best with weights that stay."""
    parts = []
    for first in range(0, len(points), CHUNK):
        rows = slice(first, first + CHUNK)
        part = state.rows(rows)
        for _ in range(_ROUNDS):
            misfit = points[rows] - part.place(skeleton.points)
            step = normal_equations(skeleton, part, weights[rows]).step(misfit)
            part = part.stepped(step)
            if np.abs(step).max() < _STEP_DONE:
                break
        parts.append(part)
    return State.joined(parts)


def _weigh(misfit: Array, sd: Array, *, cautious: bool) -> Array:
    """1/sd², less for markers that lie far off; first gently (Huber), then more (Cauchy)."""
    far = np.linalg.norm(np.nan_to_num(misfit, nan=0.0), axis=-1) / sd
    trust = 1 / (1 + (far / _OUTLIER) ** 2) if cautious else np.minimum(1, _OUTLIER / np.maximum(far, 1e-9))
    return np.asarray(np.where(np.isfinite(misfit).all(-1), trust / sd**2, 0.0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Equations:
    """The normal equations of every frame, solved for as many right sides as one likes."""

    slope: Array
    weights: Array
    prior: Array
    inverse: Array

    def step(self, misfit: Array, *, to_prior: bool = True) -> Array:
        """(n, unknown) best step for a misfit (n, marker, xyz)."""
        pull = np.where(self.weights[..., None] > 0, misfit, 0.0) * self.weights[..., None]
        n = len(pull)
        right = np.matmul(pull.reshape(n, 1, -1), self.slope.reshape(n, -1, UNKNOWNS))[:, 0]
        return np.asarray(np.matmul(self.inverse, (right + self.prior * to_prior)[..., None])[..., 0])


def normal_equations(
    skeleton: Skeleton, state: State, weights: Array, damping: float = _DAMPING
) -> Equations:
    """Build and invert the normal equations around a state."""
    n = len(weights)
    slope = state.derivative(skeleton.points)
    flat = slope.reshape(n, -1, UNKNOWNS)
    weighted = flat * np.repeat(weights, 3, axis=1)[..., None]
    matrix = np.matmul(weighted.transpose(0, 2, 1), flat)
    right = np.zeros((n, UNKNOWNS))
    shown = (weights[:, skeleton.segments == TRUNK] > 0).sum(axis=1)
    stiff = (shown < _TRUNK_MARKERS) / _TRUNK_SHIFT_SD**2
    for axis in range(*SHIFT.indices(UNKNOWNS)):
        matrix[:, axis, axis] += stiff
    right[:, SHIFT] -= state.shift * stiff[:, None]
    for side in Side:
        rows, off = _hinge(skeleton, state, side)
        matrix += np.matmul(rows.transpose(0, 2, 1), rows)
        right -= np.matmul(rows.transpose(0, 2, 1), off[..., None])[..., 0]
    diagonal = np.arange(UNKNOWNS)
    matrix[:, diagonal, diagonal] += damping
    return Equations(slope=slope, weights=weights, prior=right, inverse=np.linalg.inv(matrix))


def _hinge(skeleton: Skeleton, state: State, side: Side) -> tuple[Array, Array]:
    """How far a knee is off its hinge (n, 2), with the derivative (n, 2, unknown); both in sd."""
    thigh, shank = segment_of(Part.THIGH, side), segment_of(Part.SHANK, side)
    axis = state.turns[:, shank, :, 1]
    still = skeleton.frames[thigh].T @ skeleton.frames[shank][:, 1]
    rows, off = np.zeros((len(axis), 2, UNKNOWNS)), np.zeros((len(axis), 2))
    for i, along in enumerate((0, 2)):
        other = state.turns[:, thigh, :, along]
        off[:, i] = ((axis * other).sum(-1) - still[along]) / _HINGE_SD[i]
        lever = np.cross(axis, other) / _HINGE_SD[i]
        rows[:, i, TURNS.start + 3 * shank : TURNS.start + 3 * shank + 3] = lever
        rows[:, i, TURNS.start + 3 * thigh : TURNS.start + 3 * thigh + 3] = -lever
    return rows, off


def start(skeleton: Skeleton, points: Array) -> State:
    """Turns of each segment by itself, from the pelvis outwards."""
    n = len(points)
    turns = np.repeat(skeleton.frames[None], n, axis=0)
    state = State(origin=np.zeros((n, 3)), shift=np.zeros((n, 3)), turns=turns)
    weights = np.where(np.isfinite(points).all(-1), 1 / skeleton.sd**2, 0.0)
    origin = _start_pelvis(skeleton, points, weights, turns)
    state = State(origin=origin, shift=state.shift, turns=turns)
    for segment in range(1, SEGMENTS):
        on = skeleton.segments == segment
        if not on.any():
            turns[:, segment] = _carried(skeleton, turns, segment)
            continue
        arms = skeleton.points[on, segment]
        others = skeleton.points[on].copy()
        others[:, segment] = 0
        begin = state.place(others)
        guess = _carried(skeleton, turns, segment)
        turns[:, segment] = best_turn(points[:, on] - begin, arms, weights[:, on], guess)
    return state


def _carried(skeleton: Skeleton, turns: Array, segment: int) -> Array:
    """Turn of a segment that has not moved against its parent."""
    parent = PARENT[segment]
    return np.asarray(turns[:, parent] @ skeleton.frames[parent].T @ skeleton.frames[segment])


def _start_pelvis(skeleton: Skeleton, points: Array, weights: Array, turns: Array) -> Array:
    """Origin of the pelvis; writes its turns."""
    on = skeleton.segments == PELVIS
    arms, weight = skeleton.points[on, PELVIS], weights[:, on]
    total = np.maximum(weight.sum(1), 1e-9)[:, None]
    seen = np.where(weight[..., None] > 0, points[:, on], 0.0)
    centre = (weight[..., None] * seen).sum(1) / total
    arm_centre = np.einsum("np,pi->ni", weight, arms) / total
    guess = _guess_pelvis(skeleton, points, weights)
    turn = guess
    for _ in range(2):
        spread = np.einsum(
            "np,npi,npj->nij", weight, seen - centre[:, None], arms[None] - arm_centre[:, None]
        )
        size = np.trace(np.einsum("np,npi,npj->nij", weight, *[arms[None] - arm_centre[:, None]] * 2),
                        axis1=1, axis2=2)[:, None, None]  # fmt: skip
        u, _, v = np.linalg.svd(spread + 1e-3 * (size + 1e-9) * turn)
        u[..., 2] *= np.linalg.det(u @ v)[:, None]
        turn = u @ v
    turns[:, PELVIS] = turn
    return np.asarray(centre - np.einsum("nij,nj->ni", turn, arm_centre))


def _guess_pelvis(skeleton: Skeleton, points: Array, weights: Array) -> Array:
    """Turn of the pelvis where its own markers leave it open: with the trunk as one piece."""
    on = (skeleton.segments == PELVIS) | (skeleton.segments == TRUNK)
    arms = skeleton.points[on].sum(1) if on.any() else np.zeros((0, 3))
    weight = weights[:, on]
    total = np.maximum(weight.sum(1), 1e-9)[:, None]
    seen = np.where(weight[..., None] > 0, points[:, on], 0.0)
    centre = ((weight[..., None] * seen).sum(1) / total)[:, None]
    middle = np.einsum("np,pi->ni", weight, arms) / total
    guess = np.repeat(skeleton.frames[None, PELVIS], len(points), axis=0)
    return best_turn(seen - centre, arms - middle.mean(0), weight, guess, 1e-2)


def joint_spread(skeleton: Skeleton, solution: Solution, rows: slice) -> Array:
    """(n, side, joint) how well the markers of a frame hold each joint, as one standard deviation. [m]"""
    state = solution.state.rows(rows)
    equations = normal_equations(skeleton, state, solution.weights[rows], damping=1e-3)
    slope = state.derivative(skeleton.joints.reshape(-1, SEGMENTS, 3))
    covariance = np.einsum("npiu,nuv,npiv->np", slope, equations.inverse, slope, optimize=True)
    return np.asarray(np.sqrt(np.maximum(covariance, 0) / 3).reshape(-1, *skeleton.joints.shape[:2]))
