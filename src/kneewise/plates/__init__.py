"""Files of force plates → GroundForces: under each foot, in the lab frame, at the times of the pose.

The door of this room is `read_forces`. Axes, units, signs and the feet that a file names are compared with
where the feet are and what the person weighs; what does not go together is put right and told, or refused.
"""

from dataclasses import replace
from pathlib import Path

from ..conventions import GRAVITY
from ..model import GroundForces, Placement, Pose
from .assigning import assign
from .reading import read_record
from .settling import settle_force, settle_place
from .timing import CUT_OFF, bring_to, settle_clock

__all__ = ["CUT_OFF", "read_forces"]


def read_forces(path: Path, pose: Pose, placement: Placement, carried: float | None) -> GroundForces:
    """Forces under the feet from a file of plates (.mot, .sto, .csv, .c3d).

    Parameters
    ----------
    path
        Recorded together with the markers that the pose was made of.
    pose
        In the lab frame.
    placement
        How axes and clock of the markers' file became those of the pose.
    carried
        Mass of the person with what they hold; None where not known. [kg]

    Raises
    ------
    FormatError
        When the file cannot be read, belongs to another trial, or its axes or unit cannot be told.

    Notes
    -----
    Forces and moments about a fixed point are low-passed without lag at `CUT_OFF`, and the centre of pressure
    is made of them. Frames outside of the record, and those in which a plate carries both feet, are NaN.

    Assumes: plates are level; forces and markers have one clock and one origin.
    """
    weight = None if carried is None else GRAVITY * carried
    record = settle_clock(read_record(path), pose.time, placement)
    record, timed = bring_to(record, pose.time)
    wrenches = settle_force(settle_place(timed, pose, placement, record.name), pose, weight, record.name)
    forces = assign(wrenches, pose, weight)
    return replace(forces, issues=record.issues + forces.issues)
