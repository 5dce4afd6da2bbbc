r"""Knee flexion → how the kneecap turns quadriceps force into tendon force, lever arm and contact force.

One planar mechanism for every flexion. In the thigh's frame x points forward, y up along the thigh, and the
knee's axis is the origin; points and directions are complex numbers, forward + i·up.

         origin of the quadriceps
          /
     P2  /   upper end of the kneecap; deep, the tendon above it lies on the groove
       |K    on the line of the tendons, nearest to C; the thigh bone presses from C towards K
     P1 \
         \   patellar tendon of fixed length
          T  tubercle of the shin
"""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..model import Array
from .leg import LegTissue

__all__ = [
    "DEEPEST",
    "KNEECAP",
    "REACH",
    "Courses",
    "Kneecap",
    "kneecap_courses",
    "lever_spread",
    "patellofemoral_ratio",
    "quadriceps_lever",
    "solve_kneecap",
    "tendon_along",
    "tendon_lever",
]

Plane = NDArray[np.complex128]

REACH = math.radians(90)  # the laws the mechanism was fitted to were measured up to here [rad]
DEEPEST = math.radians(160)  # the deepest flexion it is solved for; deeper, the last values are kept [rad]
_STEP = math.radians(0.5)
_EXACT = 1e-9  # what may be left of a condition when it is solved


@dataclass(frozen=True, slots=True, kw_only=True)
class Kneecap:
    """Dimensions of the mechanism in a person of stature 1.71 m.

    Attributes
    ----------
    groove : centre of the arc of the thigh bone's groove, from the knee's axis. [m]
    line : distance from that centre to the line of the tendons through the kneecap. [m]
    wrap : distance from that centre to the quadriceps tendon when it lies on the bone. [m]
    height : of the kneecap between the ends of the two tendons. [m]
    tubercle : where the patellar tendon ends, in the straight knee. [m]
    tendon : length of the patellar tendon. [m]
    origin : whence the quadriceps pulls. [m]
    roll_back : how far the thigh bone has moved back on the shin at `DEEPEST`, as flexion squared. [m]
    """

    groove: complex
    line: float
    wrap: float
    height: float
    tubercle: complex
    tendon: float
    origin: complex
    roll_back: float


KNEECAP = Kneecap(
    groove=0.01438 + 0.01552j,
    line=0.03849,
    wrap=0.03115,
    height=0.02994,
    tubercle=0.03622 - 0.02414j,
    tendon=0.04514,
    origin=0.04148 + 0.31391j,
    roll_back=0.020,
)
"""Fitted by `tools.kneecap` to the laws measured up to 90°, starting from anatomy; see
docs/explanation/loads. The roll-back is the mean of the inner and outer half of the knee after Iwaki 2000
and Nakagawa 2000, from memory: 1 to 2 mm at 45°, a centimetre at 120°."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Courses:
    """What follows from the mechanism, over flexion.

    Attributes
    ----------
    flexion : (n,)
        Knee flexion. [rad]
    lever : (n,)
        Knee moment over quadriceps force. [m]
    tendon_lever : (n,)
        Knee moment over patellar tendon force. [m]
    contact : (n,)
        Force of the kneecap on the thigh bone over quadriceps force. [unitless]
    wrapped : (n,)
        Force of the quadriceps tendon on the thigh bone over quadriceps force. [unitless]
    along : (n,)
        Share of the patellar tendon's force that runs along the shin. [unitless]
    """

    flexion: Array
    lever: Array
    tendon_lever: Array
    contact: Array
    wrapped: Array
    along: Array


def quadriceps_lever(flexion: Array, tissue: LegTissue) -> Array:
    """Effective lever arm of the quadriceps, knee moment over its force, at a flexion [rad]; in metres."""
    courses = kneecap_courses()
    lever = np.interp(flexion, courses.flexion, courses.lever)
    return np.asarray(tissue.size * lever * np.exp(lever_spread(flexion) * tissue.lever))


def tendon_lever(flexion: Array, tissue: LegTissue) -> Array:
    """Lever arm of the patellar tendon about the knee at a flexion [rad]; in metres."""
    courses = kneecap_courses()
    lever = np.interp(flexion, courses.flexion, courses.tendon_lever)
    return np.asarray(tissue.size * lever * np.exp(lever_spread(flexion) * tissue.tendon))


def patellofemoral_ratio(flexion: Array) -> Array:
    """Force of the kneecap on the thigh bone as a share of quadriceps force, at a flexion [rad]."""
    courses = kneecap_courses()
    return np.asarray(np.interp(flexion, courses.flexion, courses.contact))


def tendon_along(flexion: Array) -> Array:
    """Share of the patellar tendon's force that presses the shin against the thigh, at a flexion [rad]."""
    courses = kneecap_courses()
    return np.asarray(np.interp(flexion, courses.flexion, courses.along))


def lever_spread(flexion: Array) -> Array:
    """Standard deviation of the logarithm of a lever arm of people of one stature, at a flexion [rad].

    10 % where the laws were measured; from `REACH` on it grows to 25 % at 130°. Knees that agree with the
    laws equally well differ by less (`tools.kneecap`); the rest is for what the mechanism leaves out. An
    estimate.
    """
    beyond = np.clip((flexion - REACH) / math.radians(40), 0, 1)
    return np.asarray(0.10 + 0.15 * beyond)


@cache
def kneecap_courses() -> Courses:
    """Courses of the mean knee from straight to `DEEPEST`, every half degree."""
    return solve_kneecap(KNEECAP, np.linspace(0, DEEPEST, round(DEEPEST / _STEP) + 1))


def solve_kneecap(kneecap: Kneecap, flexion: Array) -> Courses:
    """Equilibrium of the kneecap between two tendons and the thigh bone.

    Parameters
    ----------
    kneecap
        Dimensions.
    flexion
        (n,) knee flexion, 0 straight. [rad]

    Returns
    -------
    Courses
        NaN where the mechanism cannot be put together.

    Notes
    -----
    With tilt φ of the kneecap, angles α and β of the quadriceps and the patellar tendon to the kneecap's
    line and distances s₂ and s₁ of their ends from K, the three forces balance where `s₁ tan β = s₂ tan α`;
    then `F_PT / F_Q = cos α / cos β`, `F_PF / F_Q = sin α + F_PT/F_Q sin β`, `L = F_PT/F_Q · L_PT`. Where
    the straight line to the quadriceps' origin would pass nearer to the groove than the tendon can, the
    tendon leaves the kneecap along the tangent and presses on the bone with `2 sin(wrap/2)`.

    Assumes: a planar knee with its axis fixed in the thigh bone; a round groove; no friction; tendons that
    do not stretch; the kneecap and its contact small against the groove.
    Error: see docs/explanation/loads; levers 10 % where laws were measured.
    """
    low, high = (math.radians(bound) - 0.75 * flexion for bound in (-40.0, 60.0))
    for _ in range(50):
        middle = (low + high) / 2
        below = _Pose.of(kneecap, flexion, middle).tipping < 0
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    pose = _Pose.of(kneecap, flexion, (low + high) / 2)
    assembled = (np.abs(pose.tipping) < _EXACT) & (np.abs(np.abs(pose.tendon) - 1) < _EXACT)
    tendon = np.full(flexion.shape, np.nan)
    np.divide(pose.quadriceps.real, -pose.tendon.real, out=tendon, where=assembled)
    pull = np.where(assembled, pose.tendon * pose.axis, np.nan)
    arm = np.abs(_cross(pose.lower_end, pull))
    return Courses(
        flexion=flexion,
        lever=tendon * arm,
        tendon_lever=arm,
        contact=pose.quadriceps.imag + tendon * pose.tendon.imag,
        wrapped=np.where(assembled, 2 * np.sin(pose.wrap / 2), np.nan),
        along=_dot(pull, -1j * np.exp(-1j * flexion)),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pose:
    """The kneecap at one tilt.

    Attributes
    ----------
    axis : direction of the kneecap's line, upwards.
    lower_end : where the patellar tendon is fixed. [m]
    quadriceps, tendon : directions of the tendons' pull, counted from `axis`; towards the thigh bone is +i.
    wrap : how far the quadriceps tendon is bent around the bone. [rad]
    tipping : moment that tips the kneecap, of no meaning but its sign.
    """

    axis: Plane
    lower_end: Plane
    quadriceps: Plane
    tendon: Plane
    wrap: Array
    tipping: Array

    @classmethod
    def of(cls, kneecap: Kneecap, flexion: Array, tilt: Array) -> "_Pose":
        """Hang the kneecap on its tendon, its line `tilt` before the thigh's."""
        forward = np.exp(1j * tilt)
        axis = 1j * forward
        nearest = kneecap.groove + kneecap.line * forward
        rolled = kneecap.roll_back * (flexion / DEEPEST) ** 2
        tubercle = (kneecap.tubercle + rolled) * np.exp(-1j * flexion)
        way = nearest - tubercle
        lower = _dot(way, axis) - np.sqrt(np.maximum(kneecap.tendon**2 - _cross(way, axis) ** 2, 0))
        lower_end = nearest - lower * axis
        pull, wrap = _quadriceps(kneecap, nearest + (kneecap.height - lower) * axis)
        quadriceps, tendon = pull / axis, (tubercle - lower_end) / kneecap.tendon / axis
        tipping = (
            lower * tendon.imag * quadriceps.real + (kneecap.height - lower) * quadriceps.imag * tendon.real
        )
        return cls(
            axis=axis, lower_end=lower_end, quadriceps=quadriceps, tendon=tendon, wrap=wrap, tipping=tipping
        )


def _quadriceps(kneecap: Kneecap, end: Plane) -> tuple[Plane, Array]:
    """Direction in which the quadriceps pulls at the kneecap's upper end, and how far its tendon is bent."""
    start, goal = end - kneecap.groove, kneecap.origin - kneecap.groove
    straight = (goal - start) / np.abs(goal - start)
    tangent = -start / np.abs(start) * np.exp(-1j * np.arcsin(np.minimum(kneecap.wrap / np.abs(start), 1)))
    leaving = goal / abs(goal) * np.exp(1j * math.asin(kneecap.wrap / abs(goal)))
    bent = _cross(start, straight) < kneecap.wrap
    return np.where(bent, tangent, straight), np.where(bent, np.abs(np.angle(leaving / tangent)), 0.0)


def _dot(one: Plane, other: Plane) -> Array:
    return np.asarray((one.conjugate() * other).real)


def _cross(one: Plane, other: Plane) -> Array:
    return np.asarray((one.conjugate() * other).imag)
