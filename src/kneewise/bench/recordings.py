"""Loads from markers alone against the same with force plates → what a recording says of us. Pure."""

import math
from dataclasses import dataclass

import numpy as np

from ..conventions import JointLoad, Side
from ..kinetics.rigid import GRAVITY
from ..model import Array, GroundForces, Loads, Mask

_STANDING_FREE = 0.9
_UNEQUAL = 0.1
"""Shares of the weight: above the first no seat helps, above the second one foot carries clearly more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One number of a recording, and what is asked of it.

    Attributes
    ----------
    id : stable word.
    label : what it is.
    value : found; NaN where the recording has no such frames. [unit]
    limit : what is asked for. [unit]
    unit : for display.
    frames : how many it was found from.
    inside : whether it is met; None where nothing was found.
    """

    id: str
    label: str
    value: float
    limit: float
    unit: str
    frames: int
    inside: bool | None


@dataclass(frozen=True, slots=True)
class _Rule:
    """What is asked of a mean: its limit in display units, and whether it is the least or the most."""

    limit: float
    unit: str
    scale: float = 1.0
    root: bool = False
    least: bool = False


_RULES = {
    "knee_moment": _Rule(10.0, "N·m"),
    "vertical_force": _Rule(5.0, "% of the weight", scale=100.0, root=True),
    "heavier_foot": _Rule(90.0, "% of the frames", scale=100.0, least=True),
}


def find_free_frames(forces: GroundForces, mass: float) -> Mask:
    """Frames (n,) in which the plates carry the person, and no seat does.

    Parameters
    ----------
    forces
        As measured.
    mass
        Of the person with the load. [kg]
    """
    total = forces.force[..., 2].sum(axis=1)
    return np.asarray(total >= _STANDING_FREE * mass * GRAVITY)


def check_recording(
    alone: Loads, driven: Loads, forces: GroundForces, mass: float, frames: Mask
) -> tuple[Check, ...]:
    """How far loads from markers alone are from those with plates.

    Parameters
    ----------
    alone, driven
        Loads of the same pose, without and with the plates.
    forces
        What the plates measured.
    mass
        Of the person with the load. [kg]
    frames
        (n,) Which count.

    Notes
    -----
    Error: two careful laboratories differ by 20 to 25 % in the knee moment of one trial: no number here can
    be tighter than that.
    """
    weight = mass * GRAVITY
    knee = (alone.leg - driven.leg)[frames][..., JointLoad.KNEE_MOMENT]
    vertical = alone.leg[frames][..., JointLoad.GROUND_REACTION]
    measured = forces.force[frames][..., 2]
    split, true_split = _difference(vertical), _difference(measured)
    unequal = np.abs(true_split) > _UNEQUAL * weight
    right = np.sign(split[unequal]) == np.sign(true_split[unequal])
    total = (vertical.sum(axis=1) - measured.sum(axis=1)) / weight
    return (
        _compare("knee_moment", "knee moment, mean absolute difference", np.abs(knee).mean(axis=1)),
        _compare("vertical_force", "vertical force, root mean square difference", np.square(total)),
        _compare("heavier_foot", "heavier foot named right where one carries 10 % more", right.astype(float)),
    )


def _difference(vertical: Array) -> Array:
    return np.asarray(vertical[:, Side.LEFT] - vertical[:, Side.RIGHT])


def _compare(name: str, label: str, values: Array) -> Check:
    """The mean of what is known, beside what is asked for."""
    known = values[np.isfinite(values)]
    rule = _RULES[name]
    mean = float(known.mean()) if len(known) else math.nan
    value = rule.scale * (math.sqrt(mean) if rule.root else mean)
    met = value >= rule.limit if rule.least else value <= rule.limit
    inside = met if len(known) else None
    return Check(
        id=name, label=label, value=value, limit=rule.limit, unit=rule.unit, frames=len(known), inside=inside
    )
