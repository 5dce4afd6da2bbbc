"""Joints and arms → the vectors that carry the masses of body and load, and the axes of joints and feet."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ..conventions import ArmJoint, Bar, Joint, Side
from ..geometry import angle_between
from ..model import Array
from .acceleration import accelerate
from .carrying import CARRIES, ROUND_UPRIGHT
from .constants import Constants
from .leg import KNEE
from .rigid import UP, Carried, carry

LUMBAR_SHARE = 0.25  # part of the trunk's lean that is a bend of the low back [unitless], estimate
LUMBOSACRAL = 0.18  # place of the lumbosacral joint from mid-hip to mid-shoulder [unitless], estimate
# The hinge of the leg: pelvis axis below the first, normal of thigh and shank above the second [rad].
_HINGE_BLEND = (math.radians(10), math.radians(30))
LEG_LINES = ((Joint.HIP, Joint.KNEE), (Joint.KNEE, Joint.ANKLE), (Joint.HEEL, Joint.TOE))
"""Thigh, shank and foot, in the order of the leg's masses."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Axes:
    """Directions in which moments are told.

    Attributes
    ----------
    hinge : (n, side, xyz) of each leg, a unit vector to the left.
    front : (n, side, xyz) of each shin: forward, square to shin and hinge.
    shin : (n, side, xyz) from knee to ankle.
    angles : (n, side, 3) flexion of the hip counted from the pelvis, flexion of the knee, dorsiflexion of the
        ankle. [rad]
    left : (n, xyz) of the trunk.
    """

    hinge: Array
    front: Array
    shin: Array
    angles: Array
    left: Array

    @property
    def flexion(self) -> Array:
        """(n, side) angle between thigh and shank, 0 straight. [rad]"""
        return np.asarray(self.angles[..., KNEE])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Posture:
    """One version of a movement, ready for any set of constants.

    Attributes
    ----------
    joints : (n, side, joint, xyz) [m]
    legs : vectors (n, side, segment, 2, xyz) of thigh, shank and foot.
    upper : vectors (n, k, xyz) of each body above the hips, in the order of `upper_inertias`.
    lumbosacral : (n, xyz) [m]
    axes : of joints and trunk.
    seen_arms : whether elbows and wrists were measured.
    bar : where the load sits.
    """

    joints: Array
    legs: Carried
    upper: tuple[Carried, ...]
    lumbosacral: Array
    axes: Axes
    seen_arms: bool
    bar: Bar


def take_posture(
    joints: Array, arms: Array | None, bar: Bar, operator: sparse.csr_array, rows: NDArray[np.intp]
) -> Posture:
    """Vectors that carry the masses, with their accelerations, at some frames of a movement.

    Parameters
    ----------
    joints
        (n, side, joint, xyz) in the lab frame, none missing. [m]
    arms
        (n, side, arm joint, xyz), none missing; None where they were not measured. [m]
    bar
        Where the load sits.
    operator
        As `second_derivative` gives it, for these rows. [1/s²]
    rows
        Frames to keep.
    """

    def carried(vectors: Array) -> Carried:
        return carry(vectors[rows], accelerate(vectors, operator))

    lines = [np.stack((joints[:, :, a], joints[:, :, b] - joints[:, :, a]), axis=-2) for a, b in LEG_LINES]
    hip, shoulder = (
        joints[rows][:, :, Joint.HIP].mean(axis=1),
        joints[rows][:, :, Joint.SHOULDER].mean(axis=1),
    )
    return Posture(
        joints=joints[rows],
        legs=carried(np.stack(lines, axis=2)),
        upper=tuple(carried(vectors) for vectors in _upper_vectors(joints, arms, bar)),
        lumbosacral=hip + LUMBOSACRAL * (shoulder - hip),
        axes=_axes(joints[rows]),
        seen_arms=arms is not None,
        bar=bar,
    )


def _upper_vectors(joints: Array, arms: Array | None, bar: Bar) -> list[Array]:
    """Vectors of trunk, head, arms and load, in the order of `upper_inertias`."""
    style = CARRIES[bar]
    hip, shoulder = joints[:, :, Joint.HIP].mean(axis=1), joints[:, :, Joint.SHOULDER].mean(axis=1)
    up, left, forward = trunk_axes(joints)
    level = np.cross(left, UP)
    vertical = np.broadcast_to(UP, up.shape)
    lean = _lean(up, left)
    rounding = -(np.clip(lean, 0, None) + ROUND_UPRIGHT)[:, None] * forward
    own = (level, vertical) if style.hangs else (forward, up)
    bodies = [
        np.stack((hip, shoulder - hip, rounding), axis=1),
        np.stack((shoulder, up, vertical), axis=1),
    ]
    if arms is None:
        bodies.append(np.stack((shoulder, *own), axis=1))
    else:
        elbow, wrist = arms[:, :, ArmJoint.ELBOW], arms[:, :, ArmJoint.WRIST]
        start = joints[:, :, Joint.SHOULDER]
        bodies += [np.stack((start[:, side], (elbow - start)[:, side]), axis=1) for side in Side]
        bodies += [np.stack((elbow[:, side], (wrist - elbow)[:, side]), axis=1) for side in Side]
    held = arms is not None and style.hands is not None
    at = arms[:, :, ArmJoint.WRIST].mean(axis=1) if arms is not None and held else shoulder
    bodies.append(np.stack((at, *own, left), axis=1))
    return bodies


def upper_inertias(posture: Posture, constants: Constants) -> tuple[Array, ...]:
    """Pseudo-inertias (s, k, k) of the bodies above the hips, in the order of a posture's `upper`. [kg]."""
    held = posture.seen_arms and CARRIES[posture.bar].hands is not None
    arms = (
        (*[constants.upper_arm] * len(Side), *[constants.forearm] * len(Side))
        if posture.seen_arms
        else (constants.arms,)
    )
    return (constants.trunk, constants.head, *arms, constants.held if held else constants.load)


def trunk_axes(joints: Array) -> tuple[Array, Array, Array]:
    """Directions of the trunk, unit vectors: along it to the shoulders, to the person's left, and forward.

    Parameters
    ----------
    joints
        (n, side, joint, xyz) in the lab frame. [m]
    """
    hip, shoulder = joints[..., Joint.HIP, :], joints[..., Joint.SHOULDER, :]
    up = unit(shoulder.mean(axis=-2) - hip.mean(axis=-2))
    across = hip + shoulder
    forward = unit(np.cross(across[..., Side.LEFT, :] - across[..., Side.RIGHT, :], up))
    return up, np.cross(up, forward), forward


def _axes(joints: Array) -> Axes:
    """Axes of one posture."""
    hip, knee, ankle = (joints[..., j, :] for j in (Joint.HIP, Joint.KNEE, Joint.ANKLE))
    thigh, shin = unit(knee - hip), unit(ankle - knee)
    flexion = angle_between(thigh, shin)
    pelvis = unit(hip[..., Side.LEFT, :] - hip[..., Side.RIGHT, :])[..., None, :]
    hinge = leg_hinge(thigh, shin, pelvis)
    up, left, _ = trunk_axes(joints)
    foot = joints[..., Joint.TOE, :] - joints[..., Joint.HEEL, :]
    pelvis_flexion = angle_between(up[..., None, :], -thigh) - LUMBAR_SHARE * _lean(up, left)[..., None]
    angles = np.stack((pelvis_flexion, flexion, math.pi / 2 - angle_between(-shin, foot)), axis=-1)
    return Axes(hinge=hinge, front=unit(np.cross(shin, hinge)), shin=shin, angles=angles, left=left)


def leg_hinge(thigh: Array, shin: Array, pelvis: Array) -> Array:
    """Axis about which a leg bends, a unit vector to the left.

    Of a bent leg it is the normal of thigh and shank; of a straight one, where that is noise, the line
    between the hips.

    Parameters
    ----------
    thigh, shin, pelvis
        (..., xyz) unit vectors from hip to knee, from knee to ankle, from the right hip to the left.
    """
    normal = np.cross(thigh, shin)
    size = np.linalg.norm(normal, axis=-1)
    bent = fade(angle_between(thigh, shin), *_HINGE_BLEND)[..., None]
    return unit(bent * normal / np.maximum(size, 1e-9)[..., None] + (1 - bent) * pelvis)


def _lean(up: Array, left: Array) -> Array:
    """How far the trunk leans forward from the vertical. [rad]"""
    return np.asarray(np.arctan2(np.sum(up * np.cross(left, UP), axis=-1), up[..., 2]))


def fade(values: Array, low: float, high: float) -> Array:
    """0 up to `low`, 1 from `high` on, without a kink between. [unitless]"""
    ramp = np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(ramp**2 * (3 - 2 * ramp))


def unit(vector: Array) -> Array:
    """Vectors of length 1 in the same directions."""
    return np.asarray(vector / np.linalg.norm(vector, axis=-1, keepdims=True))
