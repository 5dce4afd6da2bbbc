"""Pose and Motion → TRC and MOT, as OpenSim reads them.

OpenSim's axes are x forward, y up, z to the right; TRC is in millimetres, MOT in degrees.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from ..conventions import DISPLAY_FACTOR, BodyMeasure, Joint, LegMeasure, Side, Unit
from ..model import Array, Motion, Pose
from .markers import MARKERS, even_markers
from .names import legible
from .tables import cells


def write_trc(path: Path, pose: Pose) -> None:
    """motion.trc: joint centres as markers at a constant rate, for the frames that were measured. [mm]

    Notes
    -----
    OpenSim's inverse kinematics stops at a frame without any marker, so such frames are left out; `Frame#`
    and `Time` of the others stay. Its reader drops an empty cell at the end of a line and then refuses the
    file: a single missing marker is `nan`, as its own writer has it. It never ends on a file without frames:
    where nothing was measured at all, every frame is there.
    """
    grid, points, _ = even_markers(pose)
    count, rate = len(grid.time), grid.rate
    measured = np.isfinite(points).any(axis=(1, 2))
    shown = np.flatnonzero(measured | ~measured.any())
    header = [
        f"PathFileType\t4\t(X/Y/Z)\t{legible(path.name)}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        f"{rate:.6f}\t{rate:.6f}\t{len(shown)}\t{len(MARKERS)}\tmm\t{rate:.6f}\t1\t{count}",
        "Frame#\tTime\t" + "\t\t\t".join(name for _, _, name in MARKERS) + "\t\t",
        "\t\t" + "\t".join(f"X{i}\tY{i}\tZ{i}" for i in range(1, len(MARKERS) + 1)),
        "",
    ]
    lines = [
        f"{i + 1}\t{grid.time[i]:.6f}\t" + "\t".join(cells(points_mm.ravel(), 3, missing="nan"))
        for i, points_mm in zip(shown, _opensim(points[shown]) * 1000, strict=True)
    ]
    path.write_text("\n".join([*header, *lines, ""]), encoding="utf-8")


def write_mot(path: Path, motion: Motion, pose: Pose) -> None:
    """motion.mot: joint angles with OpenSim's names, for the frames and angles that were measured. [deg, m]

    Notes
    -----
    As in OpenSim's models the pelvis turns first and the thigh then swings in its sagittal plane:
    `hip_flexion` is the thigh's inclination against the trunk's, not the angle between their lines in space.

    Assumes: pelvis and trunk turn as one, so the trunk's lean stands in `pelvis_tilt` (forward negative).
    """
    names, columns = ["time", *_mot_names()], [motion.time, *_mot_columns(motion, pose)]
    shown = [i for i, column in enumerate(columns) if np.isfinite(column).any()]
    table = np.column_stack([columns[i] for i in shown])
    table = table[np.isfinite(table).all(1) & (len(shown) > 1)]
    header = [
        legible(path.stem),
        "version=1",
        f"nRows={len(table)}",
        f"nColumns={len(shown)}",
        "inDegrees=yes",
        "endheader",
        "\t".join(names[i] for i in shown),
    ]
    lines = ["\t".join(cells(row, 6)) for row in table]
    path.write_text("\n".join([*header, *lines, ""]), encoding="utf-8")


def _mot_names() -> list[str]:
    per_side = [
        f"{name}_{side.name[0].lower()}"
        for name in ("hip_flexion", "knee_angle", "ankle_angle")
        for side in (Side.RIGHT, Side.LEFT)
    ]
    return ["pelvis_tilt", "pelvis_tx", "pelvis_ty", "pelvis_tz", *per_side]


def _mot_columns(motion: Motion, pose: Pose) -> Iterable[Array]:
    degrees = DISPLAY_FACTOR[Unit.DEGREE]
    pelvis = _opensim(pose.joints[:, :, Joint.HIP].mean(1))
    lean = motion.body[:, BodyMeasure.TRUNK_INCLINATION]
    legs = (
        motion.leg[..., LegMeasure.THIGH_INCLINATION] + lean[:, None],
        motion.leg[..., LegMeasure.KNEE_FLEXION],
        motion.leg[..., LegMeasure.ANKLE_DORSIFLEXION],
    )
    return [
        -lean * degrees,
        *pelvis.T,
        *(angle[:, side] * degrees for angle in legs for side in (Side.RIGHT, Side.LEFT)),
    ]


def _opensim(points: Array) -> Array:
    """Lab frame (forward, left, up) → OpenSim (forward, up, right)."""
    return np.stack([points[..., 0], points[..., 2], -points[..., 1]], axis=-1)
