"""Net moments + joint angles → muscle forces: the way of pulling that asks least of every muscle.

Moments and arms: hip and knee extension and plantarflexion positive. Joints in the order hip, knee, ankle.
"""

import math
from dataclasses import dataclass

import numpy as np

from ..conventions import Muscle
from ..model import Array, Mask
from .kneecap import quadriceps_lever
from .leg import KNEE, Actor, LegTissue

__all__ = ["MuscleForces", "muscle_arms", "share_least_effort", "share_moments"]

_MOST_ROUNDS = 60
_HALVINGS = 30
_EXACT = 1e-10  # moments left over, against their size
_CHUNK = 4096  # problems solved together: what fits the processor's cache


_RELUCTANCE = np.ones(len(Actor))
_RELUCTANCE[Actor.HAMSTRINGS] = math.sqrt(3)
"""What an effort counts for. Equal counts have the hamstrings pull so hard in leaned squats that they cost
the quadriceps all that the smaller knee moment saves, against what was measured (docs/explanation/loads).
With their squared effort counted threefold, they pull a fifth as hard as the quadriceps in an ordinary
squat, as in the electromyograms of Isear 1997 (4 to 12 % against 22 to 68 % of the most). An estimate."""
_RELUCTANCE.flags.writeable = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MuscleForces:
    """How hard each muscle of a leg pulls.

    Attributes
    ----------
    actors : (…, actor)
        Force of everything that pulls, also of what only holds against the others. [N]
    effort : (…, actor)
        The same against its largest force; above 1 the muscle is not strong enough. [unitless]
    """

    actors: Array
    effort: Array

    @property
    def groups(self) -> Array:
        """(…, muscle) forces of the groups that are told. [N]"""
        forces = self.actors[..., _TOLD].copy()
        forces[..., Muscle.QUADRICEPS] += self.actors[..., Actor.RECTUS_FEMORIS]
        return np.asarray(forces)


_TOLD = [
    Actor.GLUTEUS_MAXIMUS,
    Actor.HAMSTRINGS,
    Actor.ADDUCTORS,
    Actor.VASTI,
    Actor.GASTROCNEMIUS,
    Actor.SOLEUS,
]


def share_moments(moments: Array, angles: Array, tissue: LegTissue) -> MuscleForces:
    """Muscle forces that give net moments with the least effort.

    Parameters
    ----------
    moments
        (…, 3) net moments of hip, knee and ankle; what thigh and calf give each other is taken off already.
        [N·m]
    angles
        (…, 3) flexion of hip and knee, dorsiflexion of the ankle; hip counted from the pelvis. [rad]
    tissue
        Whose leg.

    Returns
    -------
    MuscleForces
        NaN where a moment or an angle is.

    Notes
    -----
    Least sum of squared efforts, each muscle against its strength, none pushing, the hamstrings' counted
    threefold. Squares and not cubes: the optimum is then linear in the moments as long as the same muscles
    pull, so it is found exactly in a few steps, and errors of the moments pass on in proportion; it is also
    the usual choice. There is no upper limit: a muscle that would need more than its strength says so by an
    effort above 1.

    Assumes: the moments about one axis of each joint; no muscle pulls without need; a muscle's strength
    does not depend on its length and speed.
    Error: the sum of what the extensors of one joint do follows from the moments; how they share it is an
    estimate (a third each way).
    """
    arms, strength = muscle_arms(angles, tissue), tissue.strength()
    shape = np.broadcast_shapes(moments.shape[:-1], arms.shape[:-2], strength.shape[:-1])
    turning = np.broadcast_to(arms * (strength / _RELUCTANCE)[..., None, :], (*shape, 3, len(Actor)))
    effort = share_least_effort(np.broadcast_to(moments, (*shape, 3)), turning) / _RELUCTANCE
    return MuscleForces(actors=effort * strength, effort=effort)


def muscle_arms(angles: Array, tissue: LegTissue) -> Array:
    """(…, joint, actor) lever arms at joint angles (…, joint); extension and plantarflexion positive. [m]"""
    parts = {key: tissue.arm(*key, angles[..., key[0]]) for key in tissue.tables.arms}
    parts |= dict.fromkeys(
        ((KNEE, Actor.VASTI), (KNEE, Actor.RECTUS_FEMORIS)), quadriceps_lever(angles[..., KNEE], tissue)
    )
    shape = np.broadcast_shapes(*(part.shape for part in parts.values()))
    arms = np.zeros((*shape, 3, len(Actor)))
    for (joint, actor), part in parts.items():
        arms[..., joint, actor] = part
    return arms


def share_least_effort(moments: Array, turning: Array) -> Array:
    """Efforts a ≥ 0 of least Σ a² with `turning @ a = moments`.

    Parameters
    ----------
    moments
        (…, joint) moments. [N·m]
    turning
        (…, joint, muscle) moment of each muscle at full effort. For every direction of `moments` some
        muscles must be able to give it. [N·m]

    Returns
    -------
    Array
        (…, muscle) efforts; NaN where anything is NaN.

    Raises
    ------
    ArithmeticError
        If a set of moments cannot be given by any muscles.

    Notes
    -----
    The dual has one price λ for each joint: `a = max(0, turningᵀ λ)`, and λ minimises the convex
    `½ |a|² − λ · moments`. Newton's method with halved steps ends after finitely many, because that is
    piecewise quadratic.
    """
    frames, (joints, muscles) = moments.shape[:-1], turning.shape[-2:]
    flat, matrices = moments.reshape(-1, joints), turning.reshape(-1, joints, muscles)
    known = np.isfinite(flat).all(axis=-1) & np.isfinite(matrices).all(axis=(-2, -1))
    efforts = np.full((len(flat), muscles), np.nan)
    rows = np.flatnonzero(known)
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        efforts[chunk] = _solve_dual(flat[chunk], matrices[chunk])
    return efforts.reshape(*frames, muscles)


def _solve_dual(moments: Array, turning: Array) -> Array:
    """(n, muscle) efforts of one chunk."""
    scale = 1 + np.abs(moments).max(axis=-1)
    prices = _solve(turning @ turning.swapaxes(-1, -2), moments)
    rows = np.arange(len(moments))
    for _ in range(_MOST_ROUNDS):
        effort = _effort(turning[rows], prices[rows])
        left = moments[rows] - _turn(turning[rows], effort)
        open_ = np.abs(left).max(axis=-1) > _EXACT * scale[rows]
        rows = rows[open_]
        if not len(rows):
            return _effort(turning, prices)
        prices[rows] = _step(moments[rows], turning[rows], prices[rows], effort[open_] > 0, left[open_])
    raise ArithmeticError(f"{len(rows)} sets of moments are beyond what any muscles can give.")


def _step(moments: Array, turning: Array, prices: Array, pulling: Mask, left: Array) -> Array:
    """Prices after one step of Newton's method, halved until the dual falls."""
    active = turning * pulling[:, None, :]
    curvature = active @ active.swapaxes(-1, -2)
    # Where too few muscles pull, the rest of the directions get the curvature of all of them, much reduced.
    curvature += 1e-9 * (turning @ turning.swapaxes(-1, -2))
    way = _solve(curvature, left)
    value, gain = _dual(moments, turning, prices), 1e-4 * np.sum(left * way, axis=-1)
    value += 1e-12 * np.abs(value)  # near the end the fall drowns in rounding
    length = np.ones(len(prices))
    for _ in range(_HALVINGS):
        far = _dual(moments, turning, prices + length[:, None] * way) > value - length * gain
        if not far.any():
            break
        length = np.where(far, length / 2, length)
    return np.asarray(prices + length[:, None] * way)


def _effort(turning: Array, prices: Array) -> Array:
    return np.asarray(np.maximum(np.einsum("njm,nj->nm", turning, prices), 0))


def _solve(matrices: Array, wanted: Array) -> Array:
    return np.asarray(np.linalg.solve(matrices, wanted[..., None])[..., 0], dtype=np.float64)


def _turn(turning: Array, effort: Array) -> Array:
    return np.asarray(np.einsum("njm,nm->nj", turning, effort))


def _dual(moments: Array, turning: Array, prices: Array) -> Array:
    effort = _effort(turning, prices)
    return np.asarray(np.sum(effort**2, axis=-1) / 2 - np.sum(prices * moments, axis=-1))
