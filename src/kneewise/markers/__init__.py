"""Files of markers or joint angles → Survey: the pose in the lab frame, and what was repaired on the way.

The doors of this room: `is_measured` tells such a file from a film, `survey` measures it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..conventions import View
from ..errors import FormatError
from ..files import Kind, check_file, kind_of
from ..model import Capture, Person, Placement, Pose
from .angles import read_angles
from .posing import pose_angles
from .tracing import trace

if TYPE_CHECKING:
    from ..knowledge import MarkerLandmark, MarkerName, SegmentRow

__all__ = ["MarkerTables", "Survey", "is_measured", "survey"]

_SEED = 20260103


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerTables:
    """What is known of markers and of proportions.

    Attributes
    ----------
    names : how marker sets call landmarks.
    landmarks : where they lie, and how far to believe them.
    anthropometry : usual lengths, for files that hold angles only.
    """

    names: "tuple[MarkerName, ...]"
    landmarks: "tuple[MarkerLandmark, ...]"
    anthropometry: "tuple[SegmentRow, ...]"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Survey:
    """A file of markers or angles, measured.

    Attributes
    ----------
    name, digest : of the file; SHA-256, hexadecimal.
    pose : in the lab frame.
    capture : seen in space, with what was repaired.
    stature : that goes with the legs, None where only angles are known. [m]
    provenance : how it was done, for rerunning.
    placement : of the pose in the file's axes; None where only angles are known.
    """

    name: str
    digest: str
    pose: Pose
    capture: Capture
    stature: float | None
    provenance: dict[str, str]
    placement: Placement | None = None


def is_measured(path: Path) -> bool:
    """Whether a file holds markers or angles, by content or name; otherwise it is taken for a film."""
    return kind_of(path) is not None


def survey(path: Path, person: Person, tables: MarkerTables, *, static: Path | None = None) -> Survey:
    """Joints from a file of markers (.trc, .c3d) or joint angles (.mot, .sto).

    Parameters
    ----------
    path
        The trial.
    person
        Stature sets the scale of angles; markers have their own.
    tables
        What is known of markers and proportions.
    static
        Markers of the same person standing still; without it the straightest moment of the trial.

    Raises
    ------
    FormatError
        When the file cannot be read, or no person can be made of it.

    Notes
    -----
    Error: `pose.joints_sd`; against two laboratories see `docs/explanation/accuracy.md`.
    """
    check_file(path)
    rng = np.random.default_rng(_SEED)
    if kind_of(path) is Kind.MOT:
        if static is not None:
            raise FormatError(
                f"{path.name} holds angles; a static trial belongs to markers.",
                remedy="leave the static trial out.",
            )
        angles, pose = pose_angles(read_angles(path), person, tables.anthropometry, rng)
        return Survey(
            name=angles.track.name,
            digest=angles.track.digest,
            pose=pose,
            capture=Capture(view=View.SPACE, issues=angles.track.issues),
            stature=None,
            provenance={"method": "joint angles, forward kinematics", "seed": str(_SEED)},
        )
    traced = trace(path, static, tables.names, tables.landmarks, rng)
    return Survey(
        name=traced.track.name,
        digest=traced.track.digest,
        pose=traced.pose,
        capture=Capture(
            view=View.SPACE, residual=traced.residual / traced.stature, issues=traced.track.issues
        ),
        stature=traced.stature,
        provenance={**traced.how, "seed": str(_SEED)},
        placement=traced.track.placement,
    )
