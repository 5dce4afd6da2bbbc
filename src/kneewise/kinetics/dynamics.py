"""Joints + masses → ground reaction and net moments, from the foot upwards.

Lab frame, z up. Each segment is two equal point masses on its line, at its centre plus and minus its radius
of gyration: the same mass, centre and inertia as a slender rod, so that a force is only ever mass times
acceleration. What the earth pulls and what acceleration needs are added up as `m (a + g)`.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from ..conventions import Joint, Side
from ..geometry import angle_between
from ..model import Array, Mask, Segments
from .acceleration import accelerate

UP = np.array([0.0, 0.0, 1.0])
UP.flags.writeable = False
_OUTWARD = np.array([side.outward for side in Side])
_OUTWARD.flags.writeable = False
GRAVITY = 9.81  # free-fall acceleration [m/s²]

# Radius of gyration about the left-right axis as a share of the segment's line; mean of women and men.
# thigh, shank, foot: de Leva 1996, table 4. upper: from the same table, as `body` places the parts.
THIGH_GYRATION = 0.346
SHANK_GYRATION = 0.255
FOOT_GYRATION = 0.262
UPPER_GYRATION = 0.42

LUMBOSACRAL = 0.18  # place of the lumbosacral joint from mid-hip to mid-shoulder [unitless], estimate
# The hinge of the leg: pelvis axis below the first, normal of thigh and shank above the second [rad].
_HINGE_BLEND = (math.radians(10), math.radians(30))
_STEEPEST_PUSH = 0.3  # sideways force over vertical force that feet and floor allow, estimate
_LEAST_WEIGHT = 0.2  # below this share of the weight on the floor nothing is said about the feet


@dataclass(frozen=True, slots=True, kw_only=True)
class Constants:
    """What is not seen in a film: masses, what the upper body and the bar stick out, how the feet share.

    Attributes
    ----------
    body : masses and centres.
    burden : mass of the bar or weight. [kg]
    burden_forward, burden_up : its place from mid-shoulder, ahead of and along the trunk line. [m]
    upper_forward : how far the upper body's centre lies ahead of the trunk line (arms). [m]
    pressure_shift : added to the centre of pressure, forward. [m]
    share_shift : added to the left foot's share of the force. [unitless]
    share_trust : how far the seen share is believed against equal feet, 0 to 1. [unitless]
    push_shift : added to how far the force on each foot leans inwards. [unitless]
    """

    body: Segments
    burden: float = 0.0
    burden_forward: float = 0.0
    burden_up: float = 0.0
    upper_forward: float = 0.0
    pressure_shift: float = 0.0
    share_shift: float = 0.0
    share_trust: float = 1.0
    push_shift: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Masses:
    """Point masses of the body, and anything that belongs to each of them.

    Attributes
    ----------
    legs : (n, side, 6, xyz)
        Two points each of thigh, shank and foot. [m]
    upper : (n, 3, xyz)
        Two points of the upper body, then the burden. [m]
    leg_mass : (6,)
        Of one leg. [kg]
    upper_mass : (3,)
        Of the upper body and the burden. [kg]
    """

    legs: Array
    upper: Array
    leg_mass: Array
    upper_mass: Array

    def accelerate(self, operator: sparse.csr_array) -> "Masses":
        """Accelerations of the same masses, in the places of the positions."""
        return Masses(
            legs=accelerate(self.legs, operator),
            upper=accelerate(self.upper, operator),
            leg_mass=self.leg_mass,
            upper_mass=self.upper_mass,
        )

    def forces(self) -> tuple[Array, Array]:
        """Force that holds up and accelerates each point, `m (a + g)`, of a record of accelerations. [N]."""
        pull = GRAVITY * UP
        return (
            self.leg_mass[:, None] * (self.legs + pull),
            self.upper_mass[:, None] * (self.upper + pull),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """What the floor does to the feet.

    Attributes
    ----------
    force : (n, side, xyz)
        On each foot. [N]
    pressure : (n, side, xyz)
        Centre of pressure of each foot, on its line from heel to toe. [m]
    outside : (n,)
        Whether balance asks for a point before the toes or behind the heels; the nearest end is then used.
    """

    force: Array
    pressure: Array
    outside: Mask


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NetLoads:
    """Net joint loads.

    Attributes
    ----------
    moments : (n, side, 3)
        Hip extensor, knee extensor, ankle plantarflexor. [N·m]
    compression : (n, side)
        Net force of thigh on shin along the shin, pressing positive. [N]
    flexion : (n, side)
        Angle between thigh and shank, 0 straight. [rad]
    lumbar : (n,)
        Extensor moment at the lumbosacral joint. [N·m]
    """

    moments: Array
    compression: Array
    flexion: Array
    lumbar: Array


def place_masses(joints: Array, constants: Constants) -> Masses:
    """Where the masses of body and burden are.

    Parameters
    ----------
    joints
        (n, side, joint, xyz) in the lab frame. [m]
    constants
        Masses and places.

    Returns
    -------
    Masses
        Positions of all point masses. [m]
    """
    body = constants.body
    leg = (
        (Joint.HIP, Joint.KNEE, body.thigh, body.thigh_centre, THIGH_GYRATION),
        (Joint.KNEE, Joint.ANKLE, body.shank, body.shank_centre, SHANK_GYRATION),
        (Joint.HEEL, Joint.TOE, body.foot, body.foot_centre, FOOT_GYRATION),
    )
    points, masses = [], []
    for start, end, mass, centre, gyration in leg:
        for share in (centre - gyration, centre + gyration):
            points.append(_between(joints[..., start, :], joints[..., end, :], share))
            masses.append(mass / 2)
    hip, shoulder = joints[..., Joint.HIP, :].mean(axis=-2), joints[..., Joint.SHOULDER, :].mean(axis=-2)
    up, _, forward = trunk_axes(joints)
    reach = constants.upper_forward * forward
    upper = (
        _between(hip, shoulder, body.upper_centre - UPPER_GYRATION) + reach,
        _between(hip, shoulder, body.upper_centre + UPPER_GYRATION) + reach,
        shoulder + constants.burden_forward * forward + constants.burden_up * up,
    )
    return Masses(
        legs=np.stack(points, axis=-2),
        upper=np.stack(upper, axis=-2),
        leg_mass=np.array(masses),
        upper_mass=np.array([body.upper / 2, body.upper / 2, constants.burden]),
    )


def trunk_axes(joints: Array) -> tuple[Array, Array, Array]:
    """Directions of the trunk, unit vectors: along it to the shoulders, to the person's left, and forward.

    Parameters
    ----------
    joints
        (n, side, joint, xyz) in the lab frame. [m]
    """
    hip, shoulder = joints[..., Joint.HIP, :], joints[..., Joint.SHOULDER, :]
    up = _unit(shoulder.mean(axis=-2) - hip.mean(axis=-2))
    across = hip + shoulder
    forward = _unit(np.cross(across[..., Side.LEFT, :] - across[..., Side.RIGHT, :], up))
    return up, np.cross(up, forward), forward


def estimate_ground(joints: Array, masses: Masses, acceleration: Masses, constants: Constants) -> Ground:
    """Force and centre of pressure under each foot that make the body move as it does.

    Parameters
    ----------
    joints
        (n, side, joint, xyz) in the lab frame. [m]
    masses
        Positions of the point masses. [m]
    acceleration
        Their accelerations. [m/s²]
    constants
        For the shifts of pressure, share and push.

    Returns
    -------
    Ground
        Forces [N] and centres of pressure [m]; NaN where the floor carries less than a fifth of the weight.

    Notes
    -----
    The force is Newton's for the whole body, the point where it acts is the one where the floor needs no
    tipping moment (zero-moment point). Two unknowns, the left share and how far along the feet, follow from
    that point's two coordinates in the frame of the feet, which need not stand along x.

    Assumes: only the feet touch anything; both feet are pressed at the same share of the way from heel to
    toe; seen from the front, the force on each foot leans towards the hip of its side, both sides alike,
    as feet do push apart (four plate recordings of two people: leaning in by 0.05 to 0.2, predicted
    to 0.05 root mean square).
    The seen share is drawn towards equal feet by `share_trust`, as two measurements of one thing are joined.
    Error: share 5 % of body weight, lean 0.05; the centre of pressure depends on where the trunk's mass lies:
    in two people on plates ours came out 4 to 6 cm too far forward with a bent trunk, 0 to 2 cm standing.
    """
    force, point = _zero_moment_point(joints, masses, acceleration)
    heel, toe = joints[..., Joint.HEEL, :], joints[..., Joint.TOE, :]
    along = _unit((toe - heel).mean(axis=-2) * (1 - UP))
    left = np.cross(UP, along)
    middle = (heel + toe) / 2
    lean = _lean(middle, point, left)
    share_left = np.clip(0.5 + constants.share_trust * (lean - 0.5) + constants.share_shift, 0, 1)
    share = np.stack((share_left, 1 - share_left), axis=-1)
    back = np.sum(share * _dot(heel, along[..., None, :]), axis=-1)
    length = np.sum(share * _dot(toe - heel, along[..., None, :]), axis=-1)
    wanted = (_dot(point, along) - back) / np.maximum(length, 0.05)
    fraction = np.clip(wanted + constants.pressure_shift / np.maximum(length, 0.05), 0, 1)
    pressure = _between(heel, toe, fraction[..., None, None])
    carried = share[..., None] * force[..., None, :]
    push = _push(joints[..., Joint.HIP, :] - pressure, carried[..., 2], left, constants.push_shift)
    return Ground(
        force=carried - (push[..., None] * left)[..., None, :] * _OUTWARD[:, None],
        pressure=pressure,
        outside=(wanted < 0) | (wanted > 1),
    )


def measure_lean(joints: Array, masses: Masses, acceleration: Masses) -> Array:
    """How far the zero-moment point lies from the right foot's middle to the left's, (n,). [unitless]"""
    _, point = _zero_moment_point(joints, masses, acceleration)
    heel, toe = joints[..., Joint.HEEL, :], joints[..., Joint.TOE, :]
    along = _unit((toe - heel).mean(axis=-2) * (1 - UP))
    return _lean((heel + toe) / 2, point, np.cross(UP, along))


def _lean(middle: Array, point: Array, left: Array) -> Array:
    width = _dot(middle[..., Side.LEFT, :] - middle[..., Side.RIGHT, :], left)
    return np.asarray(_dot(point - middle[..., Side.RIGHT, :], left) / np.maximum(width, 0.05))


def _push(leg: Array, weight: Array, left: Array, shift: float) -> Array:
    """Inward force of the floor on each foot, where `leg` (n, side, xyz) leads from floor to hip. [N]."""
    inward = -_OUTWARD * _dot(leg, left[..., None, :])
    lean = inward / np.maximum(leg[..., 2], 0.1) + shift
    return np.asarray(np.mean(np.clip(lean, -_STEEPEST_PUSH, _STEEPEST_PUSH) * weight, axis=-1))


def _zero_moment_point(joints: Array, masses: Masses, acceleration: Masses) -> tuple[Array, Array]:
    """Force of the floor on the body [N], and the point at sole height where it acts [m]."""
    leg_forces, upper_forces = acceleration.forces()
    frames = joints.shape[:-3]
    forces = np.concatenate((leg_forces.reshape(*frames, -1, 3), upper_forces), axis=-2)
    places = np.concatenate((masses.legs.reshape(*frames, -1, 3), masses.upper), axis=-2)
    total = forces.sum(axis=-2)
    weight = GRAVITY * (2 * masses.leg_mass.sum() + masses.upper_mass.sum())
    total = np.where(total[..., 2:] > _LEAST_WEIGHT * weight, total, np.nan)
    sole = joints[..., Joint.HEEL : Joint.TOE + 1, 2].mean(axis=(-2, -1))
    above = places[..., 2] - sole[..., None]
    flat = places[..., :2] * forces[..., 2:] - above[..., None] * forces[..., :2]
    return total, np.concatenate((flat.sum(axis=-2) / total[..., 2:], sole[..., None]), axis=-1)


def compute_net_loads(joints: Array, masses: Masses, acceleration: Masses, ground: Ground) -> NetLoads:
    """Net moments of hip, knee, ankle and low back.

    Parameters
    ----------
    joints
        (n, side, joint, xyz) in the lab frame. [m]
    masses
        Positions of the point masses. [m]
    acceleration
        Their accelerations. [m/s²]
    ground
        What the floor does.

    Returns
    -------
    NetLoads
        Positive: hip and knee extensor, ankle plantarflexor, back extensor. [N·m]

    Notes
    -----
    For a joint at J, over the masses p further down: `M = Σ (p − J) × m (a + g) − (pressure − J) × F`, as
    seen by the part further down; the moment about the leg's hinge is reported. For the back the sum is over
    what is above; the pelvis counts as above (low-back moment too low by at most about 3 N·m at 75 kg).

    Assumes: slender rods; segments do not spin about their own long axis.
    Error: none beyond its inputs for slender rods (test_oracles.py).
    """
    leg_forces, upper_forces = acceleration.forces()
    hinge, flexion = _hinge(joints)
    signs = {Joint.HIP: 1.0, Joint.KNEE: -1.0, Joint.ANKLE: 1.0}
    moments = []
    for first, (joint, sign) in zip((0, 2, 4), signs.items(), strict=True):
        centre = joints[..., joint, :]
        floor = np.cross(ground.pressure - centre, ground.force)
        below = np.cross(masses.legs[..., first:, :] - centre[..., None, :], leg_forces[..., first:, :])
        moments.append(sign * _dot(below.sum(axis=-2) - floor, hinge))
    shin = _unit(joints[..., Joint.ANKLE, :] - joints[..., Joint.KNEE, :])
    knee_force = leg_forces[..., 2:, :].sum(axis=-2) - ground.force
    hip, shoulder = joints[..., Joint.HIP, :].mean(axis=-2), joints[..., Joint.SHOULDER, :].mean(axis=-2)
    lumbosacral = _between(hip, shoulder, LUMBOSACRAL)
    above = np.cross(masses.upper - lumbosacral[..., None, :], upper_forces).sum(axis=-2)
    _, left, _ = trunk_axes(joints)
    return NetLoads(
        moments=np.stack(moments, axis=-1),
        compression=_dot(knee_force, shin),
        flexion=flexion,
        lumbar=-_dot(above, left),
    )


def _hinge(joints: Array) -> tuple[Array, Array]:
    """Hinge of each leg, a unit vector to the left, and flexion of its knee [rad].

    Bent, the normal of thigh and shank; straight, where that is noise, the line between the hips.
    """
    hip, knee, ankle = (joints[..., j, :] for j in (Joint.HIP, Joint.KNEE, Joint.ANKLE))
    thigh, shank = _unit(knee - hip), _unit(ankle - knee)
    normal = np.cross(thigh, shank)
    size = np.linalg.norm(normal, axis=-1)
    flexion = angle_between(thigh, shank)
    low, high = _HINGE_BLEND
    ramp = np.clip((flexion - low) / (high - low), 0, 1)
    bent = (ramp**2 * (3 - 2 * ramp))[..., None]
    pelvis = _unit(hip[..., Side.LEFT, :] - hip[..., Side.RIGHT, :])[..., None, :]
    return _unit(bent * normal / np.maximum(size, 1e-9)[..., None] + (1 - bent) * pelvis), flexion


def _between(start: Array, end: Array, share: float | Array) -> Array:
    return np.asarray(start + share * (end - start))


def _dot(one: Array, other: Array) -> Array:
    return np.asarray(np.sum(one * other, axis=-1))


def _unit(vector: Array) -> Array:
    return np.asarray(vector / np.linalg.norm(vector, axis=-1, keepdims=True))
