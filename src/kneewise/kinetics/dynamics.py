"""Posture + constants → ground reaction and net moments, for any number of sets of constants at once.

Moments are sums over the bodies on one side of a joint, `Σ J_bc (p_b − joint) × a_c` (see `rigid`), less what
the floor does. Everything but J is the same for all sets, and is multiplied out once (`gather`).
"""

from dataclasses import dataclass

import numpy as np

from ..conventions import GRAVITY, Joint
from ..model import Array
from .constants import Constants
from .ground import OUTWARD, Ground, Stance, stand, zero_moment_offset
from .posture import Posture, upper_inertias
from .rigid import products

_HINGED = ((Joint.HIP, 1.0), (Joint.KNEE, -1.0), (Joint.ANKLE, 1.0))
"""Joints in the order of the segments that hang on them, and the sign that makes extension positive.

The hinge points to the left."""
LEAST_WEIGHT = 0.2
"""Below this share of the weight on the floor nothing is said about the feet. [unitless]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Basis:
    """What one kilogram in each place of every pseudo-inertia adds to each load.

    Attributes
    ----------
    posture : what it was made of.
    stance : where the feet are.
    whole : (k, n, 6) force on the whole body, and moment about the sole's middle.
    leg : (kl, n, side, 5) moments of what is below hip, knee and ankle about the hinge, below the knee about
        the shin's front axis, and force below the knee along the shin.
    back : (ku, n) moment of what is above the lumbosacral joint, about the axis to the left.
    """

    posture: Posture
    stance: Stance
    whole: Array
    leg: Array
    back: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NetLoads:
    """Net joint loads in s versions.

    Attributes
    ----------
    moments : (s, n, side, 3)
        Hip extensor, knee extensor, ankle plantarflexor. [N·m]
    frontal : (s, n, side)
        External moment that pushes the knee outwards. [N·m]
    compression : (s, n, side)
        Net force of thigh on shin along the shin, pressing positive. [N]
    lumbar : (s, n)
        Extensor moment at the lumbosacral joint. [N·m]
    """

    moments: Array
    frontal: Array
    compression: Array
    lumbar: Array


def gather(posture: Posture, raised: Array) -> Basis:
    """Everything about a movement that does not depend on masses.

    Parameters
    ----------
    posture
        Vectors and their accelerations.
    raised
        (n, side) How far heels are off the floor, 0 to 1.
    """
    stance = stand(posture.joints, raised)
    legs = np.concatenate(
        (
            _force_rows(posture.legs.accelerations),
            products(posture.legs, stance.sole[:, None, None]),
        ),
        axis=-1,
    ).sum(axis=1)
    upper = [
        np.concatenate(
            (_force_rows(body.accelerations), products(body, stance.sole)),
            axis=-1,
        )
        for body in posture.upper
    ]
    back = [
        -np.einsum("nbcx,nx->nbc", products(body, posture.lumbosacral), posture.axes.left)
        for body in posture.upper
    ]
    n = len(posture.joints)
    whole = [legs.reshape(n, -1, 6), *(rows.reshape(n, -1, 6) for rows in upper)]
    return Basis(
        posture=posture,
        stance=stance,
        whole=np.concatenate(whole, axis=1).swapaxes(0, 1),
        leg=_leg_rows(posture),
        back=np.concatenate([rows.reshape(n, -1) for rows in back], axis=1).T,
    )


def _force_rows(accelerations: Array) -> Array:
    """Force of each entry of a pseudo-inertia: only its first row moves the whole. (..., k, k, xyz)."""
    rows = np.zeros((*accelerations.shape[:-1], *accelerations.shape[-2:]))
    rows[..., 0, :, :] = accelerations
    return rows


def _leg_rows(posture: Posture) -> Array:
    """Loads of one leg for each entry of its pseudo-inertias, (12, n, side, 5)."""
    legs, axes = posture.legs, posture.axes
    rows = np.zeros((*legs.vectors.shape[:-1], 2, 5))
    for first, (joint, _) in enumerate(_HINGED):
        moment = products(legs, posture.joints[:, :, None, joint])[:, :, first:]
        rows[:, :, first:, ..., first] = np.einsum("nsgbcx,nsx->nsgbc", moment, axes.hinge)
        if joint is Joint.KNEE:
            rows[:, :, first:, ..., 3] = np.einsum("nsgbcx,nsx->nsgbc", moment, axes.front)
            force = _force_rows(legs.accelerations[:, :, first:])
            rows[:, :, first:, ..., 4] = np.einsum("nsgbcx,nsx->nsgbc", force, axes.shin)
    n, sides = rows.shape[:2]
    return np.moveaxis(rows.reshape(n, sides, -1, 5), 2, 0)


def leg_masses(constants: Constants) -> Array:
    """Pseudo-inertias of one leg, set by set in one row, (s, 12). [kg]."""
    legs = np.stack((constants.thigh, constants.shank, constants.foot), axis=1)
    return legs.reshape(len(legs), -1)


def upper_masses(posture: Posture, constants: Constants) -> Array:
    """Pseudo-inertias of what is above the hips, set by set in one row. [kg]."""
    return np.concatenate([j.reshape(len(j), -1) for j in upper_inertias(posture, constants)], axis=1)


def compute_total(basis: Basis, constants: Constants) -> tuple[Array, Array]:
    """Force of the floor on the whole body, and where it must act.

    Parameters
    ----------
    basis
        The movement.
    constants
        s sets.

    Returns
    -------
    tuple of Array
        (s, n, xyz) force [N], NaN where next to nothing is on the floor; and the zero-moment point, from the
        sole's middle. [m]
    """
    masses = np.concatenate((leg_masses(constants), upper_masses(basis.posture, constants)), axis=1)
    wrench = np.tensordot(masses, basis.whole, axes=1)
    force, moment = wrench[..., :3], wrench[..., 3:]
    standing = force[..., 2] > LEAST_WEIGHT * _weight(basis.posture, constants)[:, None]
    return np.where(standing[..., None], force, np.nan), zero_moment_offset(
        np.where(standing[..., None], force, np.nan), moment
    )


def _weight(posture: Posture, constants: Constants) -> Array:
    """Of body and load, (s,). [N]."""
    legs = 2 * (constants.thigh + constants.shank + constants.foot)[:, 0, 0]
    return np.asarray(GRAVITY * (legs + sum(j[:, 0, 0] for j in upper_inertias(posture, constants))))


def compute_net_loads(basis: Basis, constants: Constants, ground: Ground) -> NetLoads:
    """Net moments of hip, knee, ankle and low back.

    Parameters
    ----------
    basis
        The movement.
    constants
        s sets.
    ground
        What the floor does.

    Returns
    -------
    NetLoads
        Positive: hip and knee extensor, ankle plantarflexor, back extensor, knee pushed outwards. [N·m]

    Notes
    -----
    For a joint, over the bodies p further down: `M = Σ (p − joint) × m (a + g) − (pressure − joint) × F`, as
    seen by the part further down. For the back the sum is over what is above; the pelvis counts as above
    (low-back moment too low by at most about 3 N·m at 75 kg).

    Assumes: rigid segments that do not spin about their own long axis.
    Error: none beyond its inputs and that spin, of less than 0.5 N·m at 10 rad/s² (test_oracles.py).
    """
    below = np.tensordot(leg_masses(constants), basis.leg, axes=1)
    floor = _floor_rows(basis, ground)
    net = below - floor
    signs = np.array([sign for _, sign in _HINGED])
    lumbar = np.tensordot(upper_masses(basis.posture, constants), basis.back, axes=1)
    return NetLoads(
        moments=signs * net[..., :3],
        frontal=OUTWARD * net[..., 3],
        compression=net[..., 4],
        lumbar=np.where(np.isnan(ground.force[..., 0, 2]), np.nan, lumbar),
    )


def _floor_rows(basis: Basis, ground: Ground) -> Array:
    """What the floor does to the same five loads, (s, n, side, 5)."""
    axes, joints = basis.posture.axes, basis.posture.joints
    rows = [
        _triple(ground, joints[:, :, joint], axis)
        for joint, axis in (
            *((joint, axes.hinge) for joint, _ in _HINGED),
            (Joint.KNEE, axes.front),
        )
    ]
    along = np.einsum("snix,nix->sni", ground.force, axes.shin)
    return np.stack((*rows, along), axis=-1)


def _triple(ground: Ground, joint: Array, axis: Array) -> Array:
    """Moment of the floor about one axis through each joint. [N·m]."""
    arm, force = ground.pressure - joint, ground.force
    moment = (
        axis[..., 0] * (arm[..., 1] * force[..., 2] - arm[..., 2] * force[..., 1])
        + axis[..., 1] * (arm[..., 2] * force[..., 0] - arm[..., 0] * force[..., 2])
        + axis[..., 2] * (arm[..., 0] * force[..., 1] - arm[..., 1] * force[..., 0])
    )
    return np.asarray(moment + axis[..., 2] * ground.free_moment)
