"""Pose → joint centres as markers at a constant rate, the only one that TRC and C3D know."""

import numpy as np

from ..conventions import Joint, Side
from ..model import Array, Pose
from ..signals import Grid, even_grid, resample

MARKERS = tuple((side, joint, f"{side.name[0]}{joint.name.capitalize()}") for side in Side for joint in Joint)
"""Side, joint and name of every marker, in the order of the files."""

_LONGEST_GAP = 0.25


def even_markers(pose: Pose) -> tuple[Grid, Array, Array]:
    """Markers and their standard deviations at even times, lab frame.

    Returns
    -------
    grid : when.
    points, sd : (n, marker, xyz); NaN where not measured, and where no frame is near. [m]

    Notes
    -----
    Error: none where the film's rate is constant; else that of a cubic through the frames, 0.1 mm in a squat
    at 30 frames a second. No gap longer than 0.25 s, and no frame that was not measured, is bridged.
    """
    order = [(side, joint) for side, joint, _ in MARKERS]
    points = np.stack([pose.joints[:, side, joint] for side, joint in order], axis=1)
    sd = np.stack([pose.joints_sd[:, side, joint] for side, joint in order], axis=1)
    grid = even_grid(pose.time)
    if grid.resampled:
        points = resample(pose.time, points, grid.time, longest_gap=_LONGEST_GAP)
        sd = resample(pose.time, sd, grid.time, longest_gap=_LONGEST_GAP, linear=True)
    return grid, points, sd
