"""Pose, Motion and Loads → the files that other people's programs read: CSV, TRC, MOT.

TRC and MOT follow OpenSim: x forward, y up, z to the right; TRC in millimetres, MOT in degrees.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from .conventions import (
    BODY_CONVENTIONS,
    DISPLAY_FACTOR,
    LEG_CONVENTIONS,
    BodyMeasure,
    Joint,
    JointLoad,
    LegMeasure,
    Side,
    Unit,
)
from .model import Array, Fused, Loads, Motion, Pose

_SUFFIX = {Unit.DEGREE: "deg", Unit.CENTIMETRE: "m", Unit.PERCENT: "ratio", Unit.RATIO: "ratio"}
_LOAD_UNITS = {
    JointLoad.HIP_MOMENT: ("nm", 1.0),
    JointLoad.KNEE_MOMENT: ("nm", 1.0),
    JointLoad.ANKLE_MOMENT: ("nm", 1.0),
    JointLoad.PATELLOFEMORAL_FORCE: ("n", 1.0),
    JointLoad.PATELLOFEMORAL_STRESS: ("mpa", 1e-6),
    JointLoad.TIBIOFEMORAL_FORCE: ("n", 1.0),
    JointLoad.GROUND_REACTION: ("n", 1.0),
}
_DIGITS = 5
_PHASE = "phase_percent"
_MARKERS = tuple(
    (side, joint, f"{side.name[0]}{joint.name.capitalize()}") for side in Side for joint in Joint
)


def write_joints(path: Path, pose: Pose) -> None:
    """joints.csv: every joint centre with its standard deviation, lab frame. [m]"""
    _write_joints(path, "time_s", pose.time, pose)


def write_fused_joints(path: Path, fused: Fused) -> None:
    """fused_joints.csv: the same over the phases of the mean repetition, 0 to 100, lowest at 50. [m]"""
    _write_joints(path, _PHASE, 100 * fused.phase, fused.pose)


def _write_joints(path: Path, first: str, along: Array, pose: Pose) -> None:
    names, columns = [first], [along]
    for joint in Joint:
        for side in Side:
            stem = f"{joint.name.lower()}_{side.name.lower()}"
            for axis, letter in enumerate("xyz"):
                names += [f"{stem}_{letter}_m", f"{stem}_{letter}_sd_m"]
                columns += [pose.joints[:, side, joint, axis], pose.joints_sd[:, side, joint, axis]]
    _write_csv(path, names, columns)


def write_angles(path: Path, motion: Motion) -> None:
    """angles.csv: angles in degrees, distances in metres, ratios as they are, each with its sd."""
    _write_angles(path, "time_s", motion.time, motion)


def write_fused_angles(path: Path, fused: Fused) -> None:
    """fused_angles.csv: the same over the phases of the mean repetition, 0 to 100, lowest at 50."""
    _write_angles(path, _PHASE, 100 * fused.phase, fused.motion)


def _write_angles(path: Path, first: str, along: Array, motion: Motion) -> None:
    names, columns = [first], [along]
    for measure, convention in LEG_CONVENTIONS.items():
        for side in Side:
            stem = f"{measure.name.lower()}_{side.name.lower()}"
            pair = motion.leg[:, side, measure], motion.leg_sd[:, side, measure]
            _add_measure(names, columns, stem, convention.unit, pair)
    for body_measure, convention in BODY_CONVENTIONS.items():
        pair = motion.body[:, body_measure], motion.body_sd[:, body_measure]
        _add_measure(names, columns, body_measure.name.lower(), convention.unit, pair)
    _write_csv(path, names, columns)


def _add_measure(
    names: list[str], columns: list[Array], stem: str, unit: Unit, pair: tuple[Array, Array]
) -> None:
    factor = DISPLAY_FACTOR[unit] if unit is Unit.DEGREE else 1.0
    names += [f"{stem}_{_SUFFIX[unit]}", f"{stem}_sd_{_SUFFIX[unit]}"]
    columns += [pair[0] * factor, pair[1] * factor]


def write_loads(path: Path, time: Array, loads: Loads | None) -> None:
    """loads.csv: moments, forces and stress of both legs with their sd; empty cells where not measured."""
    empty = np.full(len(time), np.nan)
    names, columns = ["time_s"], [time]
    for load, (unit, factor) in _LOAD_UNITS.items():
        for side in Side:
            stem = f"{load.name.lower()}_{side.name.lower()}"
            names += [f"{stem}_{unit}", f"{stem}_sd_{unit}"]
            columns += (
                [empty, empty]
                if loads is None
                else [loads.leg[:, side, load] * factor, loads.leg_sd[:, side, load] * factor]
            )
    names += ["lumbar_moment_nm", "lumbar_moment_sd_nm"]
    columns += [empty, empty] if loads is None else [loads.lumbar, loads.lumbar_sd]
    _write_csv(path, names, columns)


def _write_csv(path: Path, names: Sequence[str], columns: Sequence[Array]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for row in np.column_stack(columns):
        writer.writerow([f"{value:.{_DIGITS}f}" if np.isfinite(value) else "" for value in row])
    path.write_text(text.getvalue(), encoding="utf-8")


def write_trc(path: Path, pose: Pose) -> None:
    """motion.trc: joint centres as markers for OpenSim; empty cells where not measured. [mm]"""
    count, rate = len(pose.time), _nominal_rate(pose.time)
    header = [
        f"PathFileType\t4\t(X/Y/Z)\t{path.name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        f"{rate:.6f}\t{rate:.6f}\t{count}\t{len(_MARKERS)}\tmm\t{rate:.6f}\t1\t{count}",
        "Frame#\tTime\t" + "\t\t\t".join(name for _, _, name in _MARKERS) + "\t\t",
        "\t\t" + "\t".join(f"X{i}\tY{i}\tZ{i}" for i in range(1, len(_MARKERS) + 1)),
        "",
    ]
    points = np.stack([_opensim(pose.joints[:, side, joint]) * 1000 for side, joint, _ in _MARKERS], axis=1)
    lines = [
        f"{i + 1}\t{time:.6f}\t" + "\t".join(_cells(row.ravel(), 3))
        for i, (time, row) in enumerate(zip(pose.time, points, strict=True))
    ]
    path.write_text("\n".join([*header, *lines, ""]), encoding="utf-8")


def write_mot(path: Path, motion: Motion, pose: Pose) -> None:
    """motion.mot: joint angles with OpenSim's names, for the frames and angles that were measured. [deg, m]

    Assumes: pelvis and trunk turn as one, so the trunk's lean stands in `pelvis_tilt` (forward negative) and
    `hip_flexion` is counted from the trunk.
    """
    names, columns = ["time", *_mot_names()], [motion.time, *_mot_columns(motion, pose)]
    shown = [i for i, column in enumerate(columns) if np.isfinite(column).any()]
    table = np.column_stack([columns[i] for i in shown])
    table = table[np.isfinite(table).all(1) & (len(shown) > 1)]
    header = [
        path.stem,
        "version=1",
        f"nRows={len(table)}",
        f"nColumns={len(shown)}",
        "inDegrees=yes",
        "endheader",
        "\t".join(names[i] for i in shown),
    ]
    lines = ["\t".join(_cells(row, 6)) for row in table]
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
    measures = (LegMeasure.HIP_FLEXION, LegMeasure.KNEE_FLEXION, LegMeasure.ANKLE_DORSIFLEXION)
    return [
        -motion.body[:, BodyMeasure.TRUNK_INCLINATION] * degrees,
        *pelvis.T,
        *(motion.leg[:, side, measure] * degrees for measure in measures for side in (Side.RIGHT, Side.LEFT)),
    ]


def _opensim(points: Array) -> Array:
    """Lab frame (forward, left, up) → OpenSim (forward, up, right)."""
    return np.stack([points[..., 0], points[..., 2], -points[..., 1]], axis=-1)


def _nominal_rate(time: Array) -> float:
    return 1 / float(np.median(np.diff(time))) if len(time) > 1 else 1.0


def _cells(values: Array, digits: int) -> list[str]:
    return [f"{value:.{digits}f}" if np.isfinite(value) else "" for value in values]
