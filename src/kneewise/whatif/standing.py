"""Inclinations + lengths + stance → where knees and hips are, in space, with both legs alike.

The knee stands above the line of the foot: the shin leans in the upright plane that the toes point in. Hips
are as far apart as they are. What follows is exact: a wide stance tips the thigh sideways, and so shortens it
as seen from the side.
"""

from dataclasses import dataclass

import numpy as np

from ..kinetics.ground import BALL
from ..kinetics.planar import ANKLE
from ..model import Array, Mask

_LEAST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Build:
    """Lengths of a body; arrays broadcast with (option, sample).

    Attributes
    ----------
    shank, thigh : from joint to joint. [m]
    trunk, foot : mid-hip to mid-shoulder, heel to tip of the toes. [m]
    hips : half the distance between the hip centres. [m]
    """

    shank: Array
    thigh: Array
    trunk: float
    foot: float
    hips: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Feet:
    """How the feet stand; the fields broadcast.

    Attributes
    ----------
    length : from heel to tip of the toes. [m]
    apart : half the distance between the ankles. [m]
    turn_out : direction of feet and knees. [rad]
    heel : height of the heel above the ball. [m]
    """

    length: float | Array
    apart: Array
    turn_out: Array
    heel: Array

    def from_the_side(self, hips: float) -> "Feet":
        """Feet that point straight ahead below the hips, as long as these look from the side."""
        short = np.cos(self.turn_out)
        return Feet(
            length=self.length * short,
            apart=np.full_like(short, hips),
            turn_out=np.zeros_like(short),
            heel=np.asarray(self.heel * short),
        )

    @property
    def pitch(self) -> Array:
        """Slope of the sole. [rad]"""
        return np.asarray(np.arcsin(np.minimum(self.heel / (BALL * self.length), 1)))

    @property
    def ends(self) -> tuple[Array, Array]:
        """Heel and tip of the toes along the foot, from below the ankle. [m]"""
        sine, cosine = np.sin(self.pitch), np.cos(self.pitch)
        behind, low = ANKLE[0] * self.length, ANKLE[1] * self.length
        heel = -behind * cosine - low * sine
        ball = (BALL * self.length - behind) * cosine - low * sine
        return heel, ball + (1 - BALL) * self.length

    @property
    def ankle_height(self) -> Array:
        """Above the floor. [m]"""
        ahead, low = (BALL - ANKLE[0]) * self.length, ANKLE[1] * self.length
        return np.asarray(ahead * np.sin(self.pitch) + low * np.cos(self.pitch))

    def share(self, ahead: Array) -> Array:
        """Place under the foot, 0 heel to 1 tip of the toes, of a point straight ahead of the ankle [m]."""
        heel, toe = self.ends
        return np.asarray((ahead / np.cos(self.turn_out) - heel) / (toe - heel))

    def ahead(self, share: Array) -> Array:
        """The same the other way round: straight ahead of the ankle. [m]"""
        heel, toe = self.ends
        return np.asarray((heel + share * (toe - heel)) * np.cos(self.turn_out))

    def true_shin(self, seen: Array) -> Array:
        """Inclination of a shin in its own upright plane, from how it looks from the side. [rad]"""
        return np.asarray(np.arctan(np.tan(seen) / np.cos(self.turn_out)))

    def seen_shin(self, shin: Array) -> Array:
        """How a shin looks from the side. [rad]"""
        return np.asarray(np.arctan(np.tan(shin) * np.cos(self.turn_out)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Leg:
    """The left leg of two alike.

    Attributes
    ----------
    shin, thigh : (…, xyz) from ankle to knee, from knee to hip. [m]
    reaches : whether legs are long enough to stand so wide at this depth.
    """

    shin: Array
    thigh: Array
    reaches: Mask

    @property
    def knee(self) -> Array:
        """Straight ahead of the ankle. [m]"""
        return np.asarray(self.shin[..., 0])

    @property
    def hip(self) -> Array:
        """Straight ahead of the ankle. [m]"""
        return np.asarray(self.shin[..., 0] + self.thigh[..., 0])


def stand(build: Build, feet: Feet, shin: Array, depth: Array) -> Leg:
    """Where knee and hip are.

    Parameters
    ----------
    build, feet
        The body, and how it stands.
    shin
        Inclination in the upright plane of the foot. [rad]
    depth
        Of the thigh from vertical, 90° where hip and knee are level. [rad]
    """
    sine = build.shank * np.sin(shin)
    along, across = sine * np.cos(feet.turn_out), sine * np.sin(feet.turn_out)
    sideways = build.hips - feet.apart - across
    square = (build.thigh * np.sin(depth)) ** 2 - sideways**2
    back = np.sqrt(np.maximum(square, _LEAST))
    up = build.thigh * np.cos(depth)
    parts = np.broadcast_arrays(along, across, build.shank * np.cos(shin), -back, sideways, up)
    return Leg(shin=np.stack(parts[:3], axis=-1), thigh=np.stack(parts[3:], axis=-1), reaches=square >= 0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reach:
    """How far knee and hip are ahead of the ankle, and how that grows with the shin's lean.

    Attributes
    ----------
    knee, hip : [m]
    knee_slope, hip_slope : [m/rad]
    """

    knee: Array
    hip: Array
    knee_slope: Array
    hip_slope: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reacher:
    """The same as `stand` for searching: only what is straight ahead, with all that stays the same done once.

    Attributes
    ----------
    along, across : parts of the shank that its lean brings forward and outward. [m]
    sideways : from hip to ankle. [m]
    flat : square of the thigh seen from above. [m²]
    """

    along: Array
    across: Array
    sideways: Array
    flat: Array

    @classmethod
    def of(cls, build: Build, feet: Feet, depth: Array) -> "Reacher":
        """Of a body in a stance at a depth."""
        return cls(
            along=build.shank * np.cos(feet.turn_out),
            across=build.shank * np.sin(feet.turn_out),
            sideways=build.hips - feet.apart,
            flat=(build.thigh * np.sin(depth)) ** 2,
        )

    def at(self, shin: Array) -> Reach:
        """Of a shin's lean. [rad]"""
        sine, cosine = np.sin(shin), np.cos(shin)
        sideways = self.sideways - self.across * sine
        back = np.sqrt(np.maximum(self.flat - sideways**2, _LEAST))
        knee, slope = self.along * sine, self.along * cosine
        # The thigh keeps its length: what its sideways part gains, its part straight back loses.
        lost = sideways * self.across * cosine / back
        return Reach(knee=knee, hip=knee - back, knee_slope=slope, hip_slope=slope - lost)


def true_depth(build: Build, feet: Feet, shin: Array, seen: Array) -> Array:
    """Depth of a thigh that looks inclined by `seen` from the side. [rad]"""
    sideways = build.hips - feet.apart - build.shank * np.sin(shin) * np.sin(feet.turn_out)
    length = np.sqrt(np.maximum(build.thigh**2 - sideways**2, _LEAST))
    return np.asarray(np.arccos(length * np.cos(seen) / build.thigh))


def seen_thigh(leg: Leg) -> Array:
    """How a thigh looks from the side. [rad]"""
    return np.asarray(np.arctan2(-leg.thigh[..., 0], leg.thigh[..., 2]))
