"""One sagittal squat for every engine: shin, thigh and trunk with a bar, hinged on planted feet.

The links carry both legs together. Inclinations are from the vertical, forwards positive; hinge angles are
what an inclination adds to the one below. Moments are those of both sides: ankle plantarflexor, knee and hip
extensor positive.
"""

import math
from dataclasses import dataclass

import numpy as np

from ..body import build_body
from ..conventions import Sex
from ..kinetics.dynamics import SHANK_GYRATION, THIGH_GYRATION, UPPER_GYRATION
from ..knowledge import read_anthropometry
from ..model import Array, Person, Segments

EXTENSION = np.array([-1.0, 1.0, -1.0])
"""Sign of each hinge's forward-turning moment as a load: ankle, knee, hip. [unitless]"""
EXTENSION.flags.writeable = False
_PERSON = Person(height=1.75, mass=75.0, sex=Sex.MALE)
_LENGTHS = (0.43, 0.41, 0.51)
_BAR = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A rigid rod that turns about its lower end.

    Attributes
    ----------
    name : for the engines.
    mass : of both legs' parts, or of the upper body with the bar. [kg]
    length : to the next hinge. [m]
    centre : of mass, up the rod. [m]
    inertia : about the left-right axis through the centre of mass. [kg·m²]
    """

    name: str
    mass: float
    length: float
    centre: float
    inertia: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChainMotion:
    """Hinge angles, rates and accelerations over a movement, all (n, hinge): ankle, knee, hip. [rad, s]"""

    angles: Array
    rates: Array
    accelerations: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The body and bar that the links were made of.

    Attributes
    ----------
    body : masses and centres.
    bar : its mass, on the shoulders. [kg]
    links : from the shin up.
    """

    body: Segments
    bar: float
    links: tuple[Link, Link, Link]


def build_chain() -> Chain:
    """A man of 75 kg with 60 kg on the shoulders."""
    body = build_body(_PERSON, read_anthropometry())
    shank, thigh, trunk = _LENGTHS
    upper_at = body.upper_centre * trunk
    mass = body.upper + _BAR
    centre = (body.upper * upper_at + _BAR * trunk) / mass
    inertia = (
        body.upper * ((UPPER_GYRATION * trunk) ** 2 + (upper_at - centre) ** 2) + _BAR * (trunk - centre) ** 2
    )
    return Chain(
        body=body,
        bar=_BAR,
        links=(
            _rod("shin", 2 * body.shank, shank, 1 - body.shank_centre, SHANK_GYRATION),
            _rod("thigh", 2 * body.thigh, thigh, 1 - body.thigh_centre, THIGH_GYRATION),
            Link(name="trunk", mass=mass, length=trunk, centre=centre, inertia=inertia),
        ),
    )


def _rod(name: str, mass: float, length: float, centre: float, gyration: float) -> Link:
    inertia = mass * (gyration * length) ** 2
    return Link(name=name, mass=mass, length=length, centre=centre * length, inertia=inertia)


def squat(frames: int, seconds: float = 3.0) -> ChainMotion:
    """A squat to level thighs and up again, with exact rates.

    Parameters
    ----------
    frames
        How many instants of it.
    seconds
        Of the whole squat. [s]
    """
    lowest = np.radians([30.0, -90.0, 42.0])
    rate = 2 * math.pi / seconds
    time = np.linspace(0, seconds, frames)
    share = np.stack(
        ((1 - np.cos(rate * time)) / 2, rate * np.sin(rate * time) / 2, rate**2 * np.cos(rate * time) / 2)
    )
    angles, rates, accelerations = (np.diff(one[:, None] * lowest, prepend=0.0, axis=1) for one in share)
    return ChainMotion(angles=angles, rates=rates, accelerations=accelerations)
