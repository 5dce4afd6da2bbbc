"""What the floor does to the feet: estimated from the movement, or as plates measured it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..conventions import Joint, Side
from ..model import Array, GroundForces, Mask
from .posture import fade, unit
from .rigid import UP

OUTWARD = np.array([side.outward for side in Side])
OUTWARD.flags.writeable = False
"""(side,) sign of the direction away from the midline along the axis to the left. [unitless]"""
STEEPEST_PUSH = 0.3  # sideways force over vertical force that feet and floor allow, estimate
BALL = 0.72  # where a foot bends, from heel to tip of the toes, estimate [unitless]
_FLAT, _RAISED = 0.03, 0.07
"""A heel lower than the first above its rest is down; from the second on only the ball presses. [m]"""
_NARROW = 0.05  # shorter distances are not divided by [m]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """What the floor does to the feet, in s versions.

    Attributes
    ----------
    force : (s, n, side, xyz)
        On each foot. [N]
    pressure : (s, n, side, xyz)
        Centre of pressure of each foot. [m]
    free_moment : (s, n, side)
        About the vertical through it. [N·m]
    outside : (s, n)
        Whether balance asks for a point before the toes or behind the heels; the nearest end is then used.
    """

    force: Array
    pressure: Array
    free_moment: Array
    outside: Mask


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stance:
    """Where the feet are.

    Attributes
    ----------
    heel, toe, hip : (n, side, xyz) [m]
    first : (n, side) share of the way from heel to toe from which on a foot can press: 0, or the ball where
        the heel is off the floor. [unitless]
    along, left : (n, xyz) directions of both feet together, and square to it, on the floor.
    sole : (n, xyz) the middle between heels and toes of both feet. [m]
    """

    heel: Array
    toe: Array
    hip: Array
    first: Array
    along: Array
    left: Array
    sole: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shifts:
    """What is added to the estimate, in s versions of shape (s, 1).

    Attributes
    ----------
    pressure : forward, to the centre of pressure. [m]
    share : to the left foot's share. [unitless]
    push : to how far the force on each foot leans inwards. [unitless]
    apart : forward to the centre of pressure of the left foot against that of the right. [m]
    trust : how far the seen share is believed against equal feet, 0 to 1. [unitless]
    """

    pressure: Array
    share: Array
    push: Array
    apart: Array
    trust: float


def stand(joints: Array, raised: Array) -> Stance:
    """Where the feet are.

    Parameters
    ----------
    joints
        (n, side, joint, xyz) in the lab frame. [m]
    raised
        (n, side) How far heels are off the floor, 0 to 1.
    """
    heel, toe = joints[:, :, Joint.HEEL], joints[:, :, Joint.TOE]
    along = unit((toe - heel).mean(axis=1) * (1 - UP))
    return Stance(
        heel=heel,
        toe=toe,
        hip=joints[:, :, Joint.HIP],
        first=BALL * raised,
        along=along,
        left=np.cross(UP, along),
        sole=(heel + toe).mean(axis=1) / 2,
    )


def find_raised_heels(joints: Array) -> Array:
    """How far heels are off the floor, (n, side) from 0 to 1.

    Parameters
    ----------
    joints
        (n, side, joint, xyz) of the mean pose: in single draws noise would lift heels. [m]

    Notes
    -----
    Assumes: a raised sole is no raised heel; flat is the flattest that this foot or the other ever was. A
    foot that once lifted its toes by more than 3 cm was not flat for the other.
    """
    slope = joints[:, :, Joint.HEEL, 2] - joints[:, :, Joint.TOE, 2]
    flattest = np.percentile(slope, 5, axis=0) if len(slope) else np.zeros(len(Side))
    flat = np.minimum(flattest, np.maximum(flattest[::-1], -_FLAT))
    return fade(slope - flat, _FLAT, _RAISED)


def zero_moment_offset(force: Array, moment: Array) -> Array:
    """Where on the floor one force alone would keep the balance.

    Parameters
    ----------
    force
        (..., xyz) of the floor on the whole body. [N]
    moment
        (..., xyz) that the floor must exert about a point on the floor. [N·m]

    Returns
    -------
    Array
        (..., xyz) from that point, level. [m]
    """
    lever = np.stack((-moment[..., 1], moment[..., 0], np.zeros_like(moment[..., 0])), axis=-1)
    return np.asarray(lever / force[..., 2:])


def lean_between_feet(stance: Stance, offset: Array) -> Array:
    """How far the zero-moment point lies from the right foot's middle to the left's. [unitless].

    Parameters
    ----------
    stance
        The feet.
    offset
        (..., n, xyz) of that point from the sole's middle. [m]
    """
    middle = (stance.heel + stance.toe) / 2
    width = _dot(middle[:, Side.LEFT] - middle[:, Side.RIGHT], stance.left)
    to_point = _dot(stance.sole - middle[:, Side.RIGHT], stance.left) + _dot(offset, stance.left)
    return np.asarray(to_point / np.maximum(width, _NARROW))


def estimate_ground(stance: Stance, force: Array, offset: Array, shifts: Shifts) -> Ground:
    """Force and centre of pressure under each foot that make the body move as it does.

    Parameters
    ----------
    stance
        The feet.
    force
        (s, n, xyz) of the floor on the whole body. [N]
    offset
        (s, n, xyz) of the zero-moment point from the sole's middle. [m]
    shifts
        What is added to the estimate.

    Notes
    -----
    The zero-moment point is where the floor's force needs no sideways moment [1]_. Fore and aft, both feet
    carry at the same share of the length that is on the floor: all of it, or from the ball on where the heel
    is up. Sideways, each foot carries the more the nearer the point is, as far as the film shows it (`trust`,
    as two measurements of one thing are joined). Legs push along their own line: the sideways force of each
    foot points towards its hip, equal and opposite.

    Assumes: both feet on the floor, nothing else touched.
    Error: share 5 % of body weight, push 0.05, pressure of one foot against the other 3 cm (in an uneven
    sit-to-stand on plates it was 10 cm); the centre of pressure depends on where the trunk's mass lies,
    see `docs/explanation/inverse-dynamics.md`.

    References
    ----------
    .. [1] Vukobratović & Borovac 2004, Int J Humanoid Robotics 1:157.
    """
    lean = lean_between_feet(stance, offset)
    share_left = np.clip(0.5 + shifts.trust * (lean - 0.5) + shifts.share, 0, 1)
    share = np.stack((share_left, 1 - share_left), axis=-1)
    line = (1 - stance.first)[..., None] * (stance.toe - stance.heel)
    start = stance.toe - line
    back = np.sum(share * _dot(start - stance.sole[:, None], stance.along[:, None]), axis=-1)
    length = np.maximum(np.sum(share * _dot(line, stance.along[:, None]), axis=-1), _NARROW)
    wanted = (_dot(offset, stance.along) - back) / length
    # One foot's pressure further forward, the other's so much back that the body stays in balance.
    each = shifts.apart[..., None] * (share[..., ::-1] * [1.0, -1.0])
    fraction = np.clip((wanted + shifts.pressure / length)[..., None] + each / length[..., None], 0, 1)
    pressure = start + fraction[..., None] * line
    carried = share[..., None] * force[..., None, :]
    push = _push(stance, pressure, carried[..., 2], shifts.push)
    inward = -push[..., None, None] * OUTWARD[:, None] * stance.left[:, None]
    return Ground(
        force=carried + inward,
        pressure=pressure,
        free_moment=np.zeros(carried.shape[:-1]),
        outside=(wanted < 0) | (wanted > 1),
    )


def _push(stance: Stance, pressure: Array, weight: Array, shift: Array) -> Array:
    """Inward force of the floor on each foot, as if it pointed to the hip. [N]."""
    leg = stance.hip - pressure
    inward = -OUTWARD * _dot(leg, stance.left[:, None])
    lean = inward / np.maximum(leg[..., 2], 0.1) + shift[..., None]
    return np.asarray(np.mean(np.clip(lean, -STEEPEST_PUSH, STEEPEST_PUSH) * weight, axis=-1))


def measured_ground(forces: GroundForces, rows: NDArray[np.intp], stance: Stance, shift: Array) -> Ground:
    """What plates measured under each foot; a foot that is hardly pressed carries nothing.

    Parameters
    ----------
    forces
        At the times of the pose.
    rows
        Frames to keep.
    stance
        The feet.
    shift
        (s, 1) added to the centre of pressure, forward. [m]
    """
    pressed = np.asarray(np.isfinite(forces.pressure[rows]).all(axis=-1))
    unknown = np.asarray(np.isnan(forces.force[rows]).any(axis=-1))
    force = np.where((pressed | unknown)[..., None], forces.force[rows], 0.0)
    pressure = np.where(pressed[..., None], forces.pressure[rows], stance.heel)
    free = np.where(pressed, np.nan_to_num(forces.free_moment[rows]), 0.0)
    moved = pressure + shift[..., None, None] * stance.along[:, None]
    shape = moved.shape[:1]
    return Ground(
        force=np.broadcast_to(force, moved.shape),
        pressure=moved,
        free_moment=np.broadcast_to(free, moved.shape[:-1]),
        outside=np.zeros((*shape, len(force)), dtype=bool),
    )


def _dot(one: Array, other: Array) -> Array:
    return np.asarray(np.einsum("...x,...x->...", one, other))
