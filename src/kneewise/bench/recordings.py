"""Recordings with force plates → loads from markers alone against those with the plates."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..body import build_body
from ..conventions import GRAVITY, Joint, JointLoad, Side
from ..errors import InputError
from ..files import check_file
from ..geometry import angle_between
from ..kinetics import Chance, Lifter, compute_loads
from ..knowledge import read_anthropometry
from ..model import Array, Burden, GroundForces, Loads, Mask, Person, Pose, Trial
from ..pipeline import observe_markers
from .postures import tissue_tables

_SEED, _SAMPLES = 20260117, 200
_BENT = math.radians(20)
"""A straight knee carries hardly a moment, so that frames in standing make a mean look better. [rad]"""
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
    "knee_moment_bent": _Rule(10.0, "N·m"),
    "vertical_force": _Rule(5.0, "% of the weight", scale=100.0, root=True),
    "heavier_foot": _Rule(90.0, "% of the frames", scale=100.0, least=True),
}


def measure_recordings(trials: Sequence[Path], person: Person) -> tuple[dict[str, Any], ...]:
    """Name and checks of every recording.

    Parameters
    ----------
    trials
        Marker files NAME.trc, each with NAME_grf.mot beside it; a static*.trc there measures the body.
    person
        Who was recorded; the mass must be known.

    Raises
    ------
    InputError
        When there are no forces beside a file, or the mass is not known.
    """
    if person.mass is None:
        raise InputError("Loads of a recording need the body mass.", remedy="give --mass, in kg.")
    return tuple({"name": trial.stem, "checks": _check_trial(trial, person)} for trial in trials)


def _check_trial(trial: Path, person: Person) -> tuple[Check, ...]:
    observed = _observe(trial, person)
    assert observed.pose is not None
    assert observed.forces is not None
    assert person.mass is not None
    lifter = Lifter(
        person=person,
        body=build_body(person, read_anthropometry()),
        burden=Burden(),
        tables=tissue_tables(),
    )
    chance = Chance(person=_SEED, samples=_SAMPLES)
    driven = compute_loads(observed.pose, lifter, chance, forces=observed.forces)
    recorded = Recorded(
        alone=compute_loads(observed.pose, lifter, chance),
        driven=driven,
        forces=observed.forces,
        weight=person.mass * GRAVITY,
        # Where a seat still carries a part, `compute_loads` leaves the low back out.
        free=find_free_frames(observed.forces, person.mass) & np.isfinite(driven.lumbar),
        bent=is_bent(observed.pose),
    )
    return check_recording(recorded)


def _observe(trial: Path, person: Person) -> Trial:
    """The markers with the plates that lie beside them, on a body measured standing if that was recorded."""
    check_file(trial)
    plates = trial.with_name(f"{trial.stem}_grf.mot")
    if not plates.is_file():
        raise InputError(
            f"There is no {plates.name} beside {trial.name}.", remedy="name the file of the plates like that."
        )
    static = next(iter(sorted(trial.parent.glob("static*.trc"))), None)
    return observe_markers(trial, person, static=static, forces=plates).trial


def is_bent(pose: Pose) -> Mask:
    """Frames (n,) in which a knee is bent by more than 20°."""
    hip, knee, ankle = (pose.joints[:, :, joint] for joint in (Joint.HIP, Joint.KNEE, Joint.ANKLE))
    return np.asarray((angle_between(knee - hip, ankle - knee) > _BENT).any(axis=1))


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recorded:
    """One movement, understood twice.

    Attributes
    ----------
    alone, driven : loads of the same pose, without and with the plates.
    forces : what the plates measured.
    weight : of the person with the load. [N]
    free : (n,) frames that count.
    bent : (n,) in which a knee is bent.
    """

    alone: Loads
    driven: Loads
    forces: GroundForces
    weight: float
    free: Mask
    bent: Mask


def check_recording(recorded: Recorded) -> tuple[Check, ...]:
    """How far loads from markers alone are from those with plates.

    Notes
    -----
    Error: two careful laboratories differ by 20 to 25 % in the knee moment of one trial: no number here can
    be tighter than that.
    """
    free = recorded.free
    apart = np.abs(recorded.alone.leg - recorded.driven.leg)
    knee = apart[..., JointLoad.KNEE_MOMENT].mean(axis=1)
    vertical = recorded.alone.leg[free][..., JointLoad.GROUND_REACTION]
    measured = recorded.forces.force[free][..., 2]
    split, true_split = _difference(vertical), _difference(measured)
    unequal = np.abs(true_split) > _UNEQUAL * recorded.weight
    right = np.sign(split[unequal]) == np.sign(true_split[unequal])
    total = (vertical.sum(axis=1) - measured.sum(axis=1)) / recorded.weight
    bent = free & recorded.bent
    return (
        _compare("knee_moment", "knee moment, mean absolute difference", knee[free]),
        _compare("knee_moment_bent", "the same while a knee is bent by more than 20°", knee[bent]),
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
