"""Pose, Motion and Loads ⇄ joints.csv, angles.csv and loads.csv; every column is named once, here."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..conventions import (
    BODY_CONVENTIONS,
    DISPLAY_FACTOR,
    LEG_CONVENTIONS,
    ArmJoint,
    BodyMeasure,
    Joint,
    JointLoad,
    LegMeasure,
    Muscle,
    Outline,
    Side,
    Unit,
)
from ..errors import FormatError, reason_of
from ..model import Array, Fused, Loads, Motion, Pose

DIGITS = 5
"""Decimals of every number in a table."""
_TIME, _PHASE = "time_s", "phase_percent"

_SUFFIX = {Unit.DEGREE: "deg", Unit.CENTIMETRE: "m", Unit.PERCENT: "ratio", Unit.RATIO: "ratio"}
_LOAD_UNITS = {
    JointLoad.HIP_MOMENT: "nm",
    JointLoad.KNEE_MOMENT: "nm",
    JointLoad.ANKLE_MOMENT: "nm",
    JointLoad.PATELLOFEMORAL_FORCE: "n",
    JointLoad.PATELLOFEMORAL_STRESS: "mpa",
    JointLoad.TIBIOFEMORAL_FORCE: "n",
    JointLoad.GROUND_REACTION: "n",
    JointLoad.KNEE_FRONTAL_MOMENT: "nm",
    JointLoad.QUADRICEPS_FORCE: "n",
    JointLoad.PATELLAR_TENDON_FORCE: "n",
}
_FACTOR = {"m": 1.0, "deg": DISPLAY_FACTOR[Unit.DEGREE], "ratio": 1.0, "nm": 1.0, "n": 1.0, "mpa": 1e-6}
"""From SI to the unit of a column."""
_REMEDY = "analyse the film again with kneewise analyse."


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """How one number of a record is called in a table, and where it stands in the record.

    Attributes
    ----------
    quantity : what it is, without side, for example ``knee_x`` or ``knee_flexion``.
    side : None for what exists once.
    stem : name of the column without unit, for example ``knee_left_x``.
    unit : as in the column's name: m, deg, ratio, nm, n or mpa.
    place : index in the record's array, after the time axis.
    """

    quantity: str
    side: Side | None
    stem: str
    unit: str
    place: tuple[int, ...] = ()

    @property
    def factor(self) -> float:
        """From SI to the unit."""
        return _FACTOR[self.unit]

    @property
    def index(self) -> tuple[Any, ...]:
        """Where all its numbers stand in the record's array."""
        return (slice(None), *self.place)

    @property
    def name(self) -> str:
        """Name of the column that holds the value."""
        return f"{self.stem}_{self.unit}"

    @property
    def name_sd(self) -> str:
        """Name of the column that holds its standard deviation."""
        return f"{self.stem}_sd_{self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """One column with its numbers.

    Attributes
    ----------
    column : what it is.
    values, sd : (n,) in the column's unit; NaN where not measured.
    """

    column: Column
    values: Array
    sd: Array


def _column(name: str, unit: str, place: tuple[int, ...], side: Side | None = None, axis: str = "") -> Column:
    """What is called `name`, of a leg if one is given, along an axis if one is named."""
    leg = "" if side is None else side.name.lower()
    return Column(
        quantity="_".join(filter(None, (name, axis))),
        side=side,
        stem="_".join(filter(None, (name, leg, axis))),
        unit=unit,
        place=place,
    )


_JOINTS = tuple(
    _column(joint.name.lower(), "m", (side, joint, axis), side, letter)
    for joint in Joint
    for side in Side
    for axis, letter in enumerate("xyz")
)
_ARMS = tuple(
    _column(joint.name.lower(), "m", (side, joint, axis), side, letter)
    for joint in ArmJoint
    for side in Side
    for axis, letter in enumerate("xyz")
)
_LEG = tuple(
    _column(measure.name.lower(), _SUFFIX[convention.unit], (side, measure), side)
    for measure, convention in LEG_CONVENTIONS.items()
    for side in Side
)
_BODY = tuple(
    _column(measure.name.lower(), _SUFFIX[convention.unit], (measure,))
    for measure, convention in BODY_CONVENTIONS.items()
)
_LEG_LOADS = tuple(
    _column(load.name.lower(), unit, (side, load), side)
    for load, unit in _LOAD_UNITS.items()
    for side in Side
)
_LUMBAR = (_column("lumbar_moment", "nm", ()),)
_MUSCLES = tuple(
    _column(f"muscle_force_{muscle.name.lower()}", "n", (side, muscle), side)
    for muscle in Muscle
    for side in Side
)


def write_joints(path: Path, pose: Pose) -> None:
    """joints.csv: every joint centre with its standard deviation, lab frame; arms where seen. [m]"""
    _write(path, _TIME, pose.time, joint_series(pose) + _arm_series(pose))


def write_fused_joints(path: Path, fused: Fused) -> None:
    """fused_joints.csv: the same over the phases of the mean repetition, 0 to 100, lowest at 50. [m]"""
    _write(path, _PHASE, 100 * fused.phase, joint_series(fused.pose))


def write_angles(path: Path, motion: Motion) -> None:
    """angles.csv: angles in degrees, distances in metres, ratios as they are, each with its sd."""
    _write(path, _TIME, motion.time, angle_series(motion))


def write_fused_angles(path: Path, fused: Fused) -> None:
    """fused_angles.csv: the same over the phases of the mean repetition, 0 to 100, lowest at 50."""
    _write(path, _PHASE, 100 * fused.phase, angle_series(fused.motion))


def write_loads(path: Path, time: Array, loads: Loads | None) -> None:
    """loads.csv: moments, forces and stress with their sd; empty where not known in newtons."""
    _write(path, _TIME, time, load_series(time, loads))


def joint_series(pose: Pose) -> tuple[Series, ...]:
    """Joint centres, column by column. [m]"""
    return _series(_JOINTS, pose.joints, pose.joints_sd)


def _arm_series(pose: Pose) -> tuple[Series, ...]:
    """Elbows and wrists; no columns where nobody looked. [m]"""
    if pose.arms is None or pose.arms_sd is None:
        return ()
    return _series(_ARMS, pose.arms, np.broadcast_to(pose.arms_sd[..., None], pose.arms.shape))


def angle_series(motion: Motion) -> tuple[Series, ...]:
    """Angles, distances and ratios, column by column. [deg, m or 1]"""
    return _series(_LEG, motion.leg, motion.leg_sd) + _series(_BODY, motion.body, motion.body_sd)


def load_series(time: Array, loads: Loads | None) -> tuple[Series, ...]:
    """Loads, column by column, all NaN where there are none, or none in newtons. [N·m, N or MPa]"""
    if loads is None or loads.relative:
        return _empty(_LEG_LOADS + _LUMBAR + _MUSCLES, len(time))
    joints = _series(_LEG_LOADS, loads.leg, loads.leg_sd) + _series(_LUMBAR, loads.lumbar, loads.lumbar_sd)
    if loads.muscle is None or loads.muscle_sd is None:
        return joints + _empty(_MUSCLES, len(time))
    return joints + _series(_MUSCLES, loads.muscle, loads.muscle_sd)


def _empty(columns: Sequence[Column], count: int) -> tuple[Series, ...]:
    nothing = np.full(count, np.nan)
    return tuple(Series(column=column, values=nothing, sd=nothing) for column in columns)


def read_joints(path: Path) -> Pose:
    """The pose that joints.csv holds, without draws.

    Raises
    ------
    FormatError
        When the file is not what `write_joints` writes; so do all readers here.
    """
    table = _read(path)
    joints, joints_sd = _fill(table, _JOINTS, (len(Side), len(Joint), 3), path)
    pose = Pose(time=table[_TIME], joints=joints, joints_sd=joints_sd, draws=np.empty((0, *joints.shape)))
    if _ARMS[0].name not in table:
        return pose
    arms, arms_sd = _fill(table, _ARMS, (len(Side), len(ArmJoint), 3), path)
    return replace(pose, arms=arms, arms_sd=arms_sd[..., 0])


def read_angles(path: Path) -> Motion:
    """The motion that angles.csv holds, without draws and outline."""
    table = _read(path)
    leg, leg_sd = _fill(table, _LEG, (len(Side), len(LegMeasure)), path)
    body, body_sd = _fill(table, _BODY, (len(BodyMeasure),), path)
    return Motion(
        time=table[_TIME],
        leg=leg,
        leg_sd=leg_sd,
        body=body,
        body_sd=body_sd,
        leg_draws=np.empty((0, *leg.shape)),
        body_draws=np.empty((0, *body.shape)),
        outline=np.full((len(leg), len(Outline)), np.nan),
    )


def read_loads(path: Path) -> Loads:
    """The loads that loads.csv holds, NaN where there are none, without their bands and assumptions."""
    table = _read(path)
    leg, leg_sd = _fill(table, _LEG_LOADS, (len(Side), len(JointLoad)), path)
    lumbar, lumbar_sd = _fill(table, _LUMBAR, (), path)
    muscle, muscle_sd = _fill(table, _MUSCLES, (len(Side), len(Muscle)), path)
    worked_out = bool(np.isfinite(muscle).any())
    no_leg, no_lumbar = np.full_like(leg, np.nan), np.full_like(lumbar, np.nan)
    return Loads(
        time=table[_TIME],
        leg=leg,
        leg_sd=leg_sd,
        leg_low=no_leg,
        leg_high=no_leg,
        lumbar=lumbar,
        lumbar_sd=lumbar_sd,
        lumbar_low=no_lumbar,
        lumbar_high=no_lumbar,
        assumptions=(),
        muscle=muscle if worked_out else None,
        muscle_sd=muscle_sd if worked_out else None,
    )


def _series(columns: Sequence[Column], values: Array, sd: Array) -> tuple[Series, ...]:
    return tuple(
        Series(
            column=column,
            values=values[column.index] * column.factor,
            sd=sd[column.index] * column.factor,
        )
        for column in columns
    )


def _write(path: Path, first: str, along: Array, series: Sequence[Series]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [name for one in series for name in (one.column.name, one.column.name_sd)]
    writer.writerow([first, *names])
    for row in np.column_stack([along, *(part for one in series for part in (one.values, one.sd))]):
        writer.writerow(cells(row, DIGITS))
    path.write_text(text.getvalue(), encoding="utf-8")


def cells(values: Array, digits: int, missing: str = "") -> list[str]:
    """Numbers as text with so many decimals."""
    return [f"{value:.{digits}f}" if np.isfinite(value) else missing for value in values]


def _read(path: Path) -> dict[str, Array]:
    """Name → numbers of every column, NaN for empty cells; times increase."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        names = rows[0] if rows else []
        for number, row in enumerate(rows[1:], start=2):
            if len(row) != len(names):
                raise ValueError(f"row {number} has {len(row)} cells instead of {len(names)}")
        numbers = [[float(cell) if cell else np.nan for cell in row] for row in rows[1:]]
        columns = zip(*numbers, strict=True) if numbers else ([] for _ in names)
        table = {name: np.array(column) for name, column in zip(names, columns, strict=True)}
    except FileNotFoundError as error:
        raise FormatError(f"There is no file {path}.", remedy=_REMEDY) from error
    except (OSError, ValueError, csv.Error) as error:
        raise FormatError(f"{path} cannot be read as a table: {reason_of(error)}.", remedy=_REMEDY) from error
    _check_columns(table, [_TIME], path)
    if not len(table[_TIME]) or not np.isfinite(table[_TIME]).all():
        raise FormatError(f"{path} has rows without time, or no rows.", remedy=_REMEDY)
    if (np.diff(table[_TIME]) <= 0).any():
        raise FormatError(f"{path} has times that do not increase.", remedy=_REMEDY)
    return table


def _fill(
    table: dict[str, Array], columns: Sequence[Column], shape: tuple[int, ...], path: Path
) -> tuple[Array, Array]:
    """Values and standard deviations at their places in the record, in SI."""
    _check_columns(table, [name for one in columns for name in (one.name, one.name_sd)], path)
    values, sd = np.full((2, len(table[_TIME]), *shape), np.nan)
    for column in columns:
        values[column.index] = table[column.name] / column.factor
        sd[column.index] = table[column.name_sd] / column.factor
    return values, sd


def _check_columns(table: dict[str, Array], wanted: Sequence[str], path: Path) -> None:
    missing = [name for name in wanted if name not in table]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise FormatError(f"{path} has no column {missing[0]}{more}.", remedy=_REMEDY)
