"""One sagittal squat for every engine: shin, thigh and trunk with a bar, hinged on planted feet.

The links carry both legs together. Inclinations are from the vertical, forwards positive; hinge angles are
what an inclination adds to the one below. Moments are those of both sides: ankle plantarflexor, knee and hip
extensor positive.
"""

import math
from dataclasses import dataclass

import numpy as np

from ..model import Array

EXTENSION = np.array([-1.0, 1.0, -1.0])
"""Sign of each hinge's forward-turning moment as a load: ankle, knee, hip. [unitless]"""
EXTENSION.flags.writeable = False


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


CHAIN = (
    Link(name="shin", mass=6.5, length=0.43, centre=0.24, inertia=0.075),
    Link(name="thigh", mass=21.0, length=0.41, centre=0.24, inertia=0.38),
    Link(name="trunk", mass=105.0, length=0.51, centre=0.44, inertia=4.0),
)
"""From the shin up: about a man of 75 kg with 60 kg on the shoulders."""


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
