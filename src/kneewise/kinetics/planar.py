"""Angles seen from the side → moments, in closed form: foot, shin, thigh, trunk, head, arms and load.

For what-if and for published conditions, where a posture is given by angles; any number of leading axes
(frames, samples, variants) that broadcast. In the plane a vector is one complex number, `up + i forward`: a
line that leans by θ is `e^{iθ}`, and the moment of a force F at P about the axis to the left is `Im(P* F)`.
The masses are those of `constants`, so that a movement in the plane has the moments that `dynamics` finds in
space.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..conventions import GRAVITY
from ..model import Array
from .carrying import CARRIES, ROUND_UPRIGHT
from .constants import Constants, Lifter, likeliest
from .posture import LUMBOSACRAL

Plane = NDArray[np.complex128]

ANKLE = (0.25, 0.30)
"""Of the ankle, ahead of the heel and above the floor, shares of the foot's length; estimate."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Figure:
    """A body seen from the side, both legs alike.

    Attributes
    ----------
    shank, thigh, trunk, foot : lengths of the lines as seen from the side; what fits the angles. [m]
    constants : masses, one set or as many as the last axis of the angles.
    hangs : arms and load follow the room's directions, not those of the trunk.
    """

    shank: Array | float
    thigh: Array | float
    trunk: Array | float
    foot: Array | float
    constants: Constants
    hangs: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lean:
    """Inclination of one segment from vertical, and how it changes; the fields broadcast.

    Attributes
    ----------
    angle : positive forward for shin and trunk, positive with the knee ahead of the hip for the thigh. [rad]
    rate : [rad/s]
    change : of the rate. [rad/s²]
    """

    angle: Array
    rate: Array | float = 0.0
    change: Array | float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanarLoads:
    """Loads of one leg of two alike.

    Attributes
    ----------
    hip, knee, ankle : extensor, extensor and plantarflexor moment. [N·m]
    lumbar : extensor moment of the low back, of the whole body. [N·m]
    ground : vertical force of the floor on one foot. [N]
    pressure : ahead of the ankle, where the floor must press to keep the balance. [m]
    """

    hip: Array
    knee: Array
    ankle: Array
    lumbar: Array
    ground: Array
    pressure: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Balance:
    """Where the weight of a held posture lies, as a sum over what can be changed; set by set.

    Attributes
    ----------
    mass : of body and load. [kg]
    knee, hip : mass that moves with these joints. [kg]
    sine, cosine : what the trunk's lean moves forward, for each unit of its sine and cosine. [kg·m]
    rounding : what a round back takes backwards, for each radian of rounding. [kg·m]
    still : what hangs ahead of the shoulders however the trunk leans. [kg·m]
    foot : of the feet, for each metre of their length. [kg]
    """

    mass: Array
    knee: Array
    hip: Array
    sine: Array
    cosine: Array
    rounding: Array
    still: Array
    foot: Array

    def pressure(self, knee: Array, hip: Array, trunk: Array, foot: Array) -> Array:
        """Where the floor must press, ahead of the ankle. [m]

        Parameters
        ----------
        knee, hip
            Ahead of the ankle. [m]
        trunk
            Its lean. [rad]
        foot
            Length of the foot as seen from the side. [m]
        """
        back = _round_for(trunk) * np.cos(trunk)
        lean = self.sine * np.sin(trunk) + self.cosine * np.cos(trunk) - self.rounding * back
        moment = self.knee * knee + self.hip * hip + lean + self.still + self.foot * foot
        return np.asarray(moment / self.mass)

    def slope(self, trunk: Array) -> Array:
        """How far the weight moves forward for each radian that the trunk leans more. [m/rad]"""
        sine, cosine = np.sin(trunk), np.cos(trunk)
        back = np.where(trunk > 0, cosine, 0.0) - _round_for(trunk) * sine
        return np.asarray((self.sine * cosine - self.cosine * sine - self.rounding * back) / self.mass)

    def bend(self, trunk: Array) -> Array:
        """How much less far for each radian that it leans already. [m/rad²]"""
        sine, cosine = np.sin(trunk), np.cos(trunk)
        leaning = trunk > 0
        back = np.where(leaning, 2 * sine, 0.0) + _round_for(trunk) * cosine
        return np.asarray((self.rounding * back - self.sine * sine - self.cosine * cosine) / self.mass)

    def held(self, up: Array, forward: Array) -> "Balance":
        """The same while something else carries a part.

        Parameters
        ----------
        up
            Mass whose weight it carries. [kg]
        forward
            By how much less or more the floor then has to press ahead of the ankle. [kg·m]
        """
        return replace(self, mass=self.mass - up, still=self.still + forward)


@dataclass(frozen=True, slots=True, eq=False)
class _Turn:
    """A direction `e^{iθ}` and its second time derivative."""

    line: Plane
    change: Plane

    @classmethod
    def of(cls, lean: Lean, sign: float = 1.0) -> "_Turn":
        angle, rate, change = (sign * np.asarray(x) for x in (lean.angle, lean.rate, lean.change))
        line = np.cos(angle) + 1j * np.sin(angle)
        return cls(line, (1j * change - rate**2) * line)


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """Force that holds and moves what is above a point, and its moment about that point."""

    force: Plane
    moment: Array

    def seen_from(self, up: Plane) -> "_Held":
        """The same about a point that lies lower: `up` leads from there."""
        return _Held(self.force, self.moment + (np.conj(up) * self.force).imag)

    def plus(self, other: "_Held") -> "_Held":
        return _Held(self.force + other.force, self.moment + other.moment)


def draw_figure(lifter: Lifter) -> Figure:
    """The figure of a person, with limbs of usual length.

    Parameters
    ----------
    lifter
        Who carries what.
    """
    body = lifter.body
    return Figure(
        shank=body.shank.length,
        thigh=body.thigh.length,
        trunk=body.trunk.length,
        foot=body.foot.length,
        constants=likeliest(lifter),
        hangs=CARRIES[lifter.burden.bar].hangs,
    )


def compute_planar_loads(figure: Figure, shank: Lean, thigh: Lean, trunk: Lean) -> PlanarLoads:
    """Net moments of a movement that is known by its angles.

    Parameters
    ----------
    figure
        The body.
    shank, thigh, trunk
        Inclinations; without rates the posture is held.

    Returns
    -------
    PlanarLoads
        Of one leg; the broadcast shape of the angles.

    Notes
    -----
    From the top down, so that the floor is needed for nothing but the centre of pressure. Held still, hip and
    knee share a sum that depends on the thigh's angle and the masses alone (`biomechanics.md` item 2).

    Assumes: both legs alike, feet flat and still, no movement sideways.
    Error: none beyond its inputs (test_oracles.py).
    """
    shin, leg = _Turn.of(shank), _Turn.of(thigh, -1.0)
    constants = figure.constants
    knee_change = figure.shank * shin.change
    hip_change = knee_change + figure.thigh * leg.change
    above_hip = _upper(figure, trunk, hip_change)
    low_back = LUMBOSACRAL * figure.trunk * _Turn.of(trunk).line
    thigh_rod = _rod(constants.thigh, figure.thigh * leg.line, hip_change, -figure.thigh * leg.change)
    above_knee = above_hip.seen_from(figure.thigh * leg.line).plus(thigh_rod)
    shank_rod = _rod(constants.shank, figure.shank * shin.line, knee_change, -figure.shank * shin.change)
    above_ankle = above_knee.seen_from(figure.shank * shin.line).plus(shank_rod)
    total = above_ankle.seen_from(np.asarray(ANKLE[1] * figure.foot + 0j)).plus(_feet(figure))
    return PlanarLoads(
        hip=-above_hip.moment / 2,
        knee=above_knee.moment / 2,
        ankle=-above_ankle.moment / 2,
        lumbar=-above_hip.seen_from(-low_back).moment,
        ground=total.force.real / 2,
        pressure=-total.moment / total.force.real,
    )


def weigh_figure(figure: Figure) -> Balance:
    """What each part of a figure adds to the place of the weight.

    Parameters
    ----------
    figure
        The body; its shank, thigh and foot may have any length.

    Notes
    -----
    The same centre of pressure as in `compute_planar_loads` for a held posture, without the moments: for
    searching postures that balance.
    """
    constants = figure.constants
    thigh, shank, foot = constants.thigh, constants.shank, constants.foot
    trunk, head = constants.trunk[:, 0], constants.head[:, 0]
    carried = constants.arms[:, 0] + constants.load[:, 0, :3]
    none = np.zeros(len(trunk))
    forward, up = carried[:, 1], carried[:, 2]
    above = trunk[:, 0] + head[:, 0] + carried[:, 0]
    at_shoulder = trunk[:, 1] + head[:, 0] + carried[:, 0]
    return Balance(
        mass=above + 2 * (thigh + shank + foot)[:, 0, 0],
        knee=2 * (shank[:, 0, 0] - shank[:, 0, 1] + thigh[:, 0, 1]),
        hip=above + 2 * (thigh[:, 0, 0] - thigh[:, 0, 1]),
        sine=at_shoulder * figure.trunk + head[:, 1] + (none if figure.hangs else up),
        cosine=none if figure.hangs else forward,
        rounding=trunk[:, 2],
        still=forward if figure.hangs else none,
        foot=2 * (foot[:, 0, 1] - ANKLE[0] * foot[:, 0, 0]),
    )


def _round_for(trunk: Array) -> Array:
    """How far a back is round at a lean. [rad]"""
    return np.asarray(np.maximum(trunk, 0.0) + ROUND_UPRIGHT)


def _rod(inertia: Array, line: Plane, top_change: Plane, change: Plane) -> _Held:
    """Both segments of one kind, about their lower end.

    From there `line` leads to the upper end, where their pseudo-inertia starts.
    """
    pull = top_change + GRAVITY
    m, first, second = (2 * inertia[:, i, j] for i, j in ((0, 0), (0, 1), (1, 1)))
    force = m * pull + first * change
    moment = np.conj(line) * (force - first * pull - second * change)
    return _Held(force, moment.imag)


def _upper(figure: Figure, trunk: Lean, hip_change: Plane) -> _Held:
    """Trunk, head, arms and load about the hips."""
    turn, back = _Turn.of(trunk), _round_back(trunk)
    pull = hip_change + GRAVITY
    line, line_change = figure.trunk * turn.line, figure.trunk * turn.change
    still = np.zeros_like(line)
    if figure.hangs:
        own = ((np.full_like(line, 1j), still), (np.ones_like(line), still))
    else:
        own = ((1j * turn.line, 1j * turn.change), (turn.line, turn.change))
    vertical = (np.ones_like(line), still)
    shoulder = (line, line_change + pull)
    constants = figure.constants
    bodies = (
        (constants.trunk, ((still, pull), (line, line_change), back)),
        (constants.head, (shoulder, (turn.line, turn.change), vertical)),
        (constants.arms, (shoulder, *own)),
        (constants.load[:, :3, :3], (shoulder, *own)),
    )
    held = [_carried(inertia, vectors) for inertia, vectors in bodies]
    return held[0].plus(held[1]).plus(held[2]).plus(held[3])


def _round_back(trunk: Lean) -> tuple[Plane, Plane]:
    """How the back rounds, `-τ i e^{iθ}` with τ growing as it leans, and its second time derivative."""
    angle, rate, change = (np.asarray(x) for x in (trunk.angle, trunk.rate, trunk.change))
    bending = angle > 0
    back = -1j * (np.cos(angle) + 1j * np.sin(angle))
    turning = _round_for(angle) * (1j * change - rate**2)
    growing = np.where(bending, change + 2j * rate**2, 0.0)
    return _round_for(angle) * back, (turning + growing) * back


def _carried(inertia: Array, vectors: tuple[tuple[Plane, Plane], ...]) -> _Held:
    """Force and moment of one body from its pseudo-inertia and the vectors that carry it."""
    count = len(vectors)
    loads = [
        np.asarray(sum(inertia[:, b, c] * vectors[c][1] for c in range(count)), dtype=np.complex128)
        for b in range(count)
    ]
    moments = [(np.conj(vectors[b][0]) * loads[b]).imag for b in range(count)]
    return _Held(loads[0], np.sum(moments, axis=0))


def _feet(figure: Figure) -> _Held:
    """Both feet, about the floor below the ankle."""
    inertia = figure.constants.foot
    ahead = 2 * (inertia[:, 0, 1] - ANKLE[0] * inertia[:, 0, 0]) * figure.foot
    return _Held(np.asarray(2 * GRAVITY * inertia[:, 0, 0], dtype=np.complex128), -GRAVITY * ahead)
