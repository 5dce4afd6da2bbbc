"""Record → Wrenches: on the pose's clock, without noise, at the pose's times, in the file's own axes."""

from dataclasses import dataclass, replace

import numpy as np

from ..errors import FormatError
from ..model import Array, Mask, Placement
from ..signals import even_grid, low_pass, resample
from .record import Plate, Record

CUT_OFF = 6.0
"""Of the low-pass. Accelerations of markers are smoothed over 0.25 s; forces sharper than that only add what
inertia cannot answer, and a squat has nothing above it (Kristianslund, Krosshaug & van den Bogert 2012). A
landing is rounded off. [1/s]"""
_LONGEST_BRIDGE = 0.05
"""Gap of a plate that is bridged. [s]"""
_SLOWEST = 0.25
"""A step of time above this is in milliseconds. [s]"""
_PARTLY = 0.05
"""A record may begin and end so much after and before the pose without a word. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timed:
    """A plate at the times of the pose, in the file's axes and units.

    Attributes
    ----------
    plate : as it was read.
    force : (n, xyz)
    lever : (n, xyz) moment of the force about the file's origin, from where it acts.
    moment : (n, xyz) what the file gives on top of that.
    middle : (xyz) where the force acts on average, weighted by the force; NaN where the file does not say.
    """

    plate: Plate
    force: Array
    lever: Array
    moment: Array
    middle: Array


def settle_clock(record: Record, time: Array, placement: Placement) -> Record:
    """The record with the pose's time.

    Raises
    ------
    FormatError
        When it was recorded at another time.
    """
    if float(np.median(np.diff(record.time))) > _SLOWEST:
        record = replace(record, time=record.time / 1000).noting(
            "plates_time_unit", f"the time of {record.name} is in milliseconds"
        )
    if np.isfinite(placement.begin):
        record = replace(record, time=record.time - placement.begin)
    else:
        record = replace(record, time=record.time - record.time[0]).warning(
            "plates_clock",
            "the markers have no usable time: they and the forces were taken to begin together",
            "export the markers again with time",
        )
    first, last = record.time[0], record.time[-1]
    if first > time[-1] or last < time[0]:
        raise FormatError(
            f"{record.name} was recorded from {first:.2f} to {last:.2f} s, and the movement from "
            f"{time[0]:.2f} to {time[-1]:.2f} s: they do not overlap.",
            remedy="give the forces of the same trial, with the same clock.",
        )
    if first > time[0] + _PARTLY or last < time[-1] - _PARTLY:
        record = record.warning(
            "plates_partly",
            f"{record.name} covers only {first:.2f} to {last:.2f} s of the movement; outside of that no "
            "force is known",
            "give the whole record of the forces",
        )
    return record


def bring_to(record: Record, time: Array) -> tuple[Record, tuple[Timed, ...]]:
    """Every plate that holds numbers, low-passed and at other times.

    Raises
    ------
    FormatError
        When no plate holds a number, or none was ever loaded.
    """
    if not any(np.nanmax(np.abs(plate.force), initial=0.0) > 0 for plate in record.plates):
        raise FormatError(
            f"No plate of {record.name} was ever loaded: all forces are 0 or missing.",
            remedy="check that the plates were switched on, and that it is the file of this trial.",
        )
    timed = []
    for plate in record.plates:
        known = _known(plate)
        if not (known & (plate.force != 0).any(1)).any():
            continue
        timed.append(_bring(record.time, plate, known, time))
        gaps = float((~known).mean())
        if gaps:
            name = plate.name or "the plate"
            record = record.warning(
                "plates_gaps",
                f"{100 * gaps:.2g} % of the numbers of plate {name} are missing; longer gaps are not bridged",
                "export the forces again without gaps",
            )
    return record, tuple(timed)


def _known(plate: Plate) -> Mask:
    """(n,) rows with a force, and with its place where the force is not 0."""
    pressed = (plate.force != 0).any(1)
    placed = np.isfinite(_point(plate)).all(1) & np.isfinite(plate.moment).all(1)
    return np.asarray(np.isfinite(plate.force).all(1) & (placed | ~pressed))


def _point(plate: Plate) -> Array:
    """(n, xyz) where the force acts, the origin where the file does not say."""
    return np.zeros_like(plate.force) if plate.point is None else plate.point


def _bring(time: Array, plate: Plate, known: Mask, wanted: Array) -> Timed:
    """One plate; force and moments are filtered, not the place, which is nowhere while nobody stands."""
    point, moment = (np.where(np.isfinite(part), part, 0.0) for part in (_point(plate), plate.moment))
    raw = np.concatenate([plate.force, np.cross(point, plate.force), moment], axis=1)
    grid = even_grid(time)
    even = resample(time[known], raw[known], grid.time, longest_gap=_LONGEST_BRIDGE)
    smooth = low_pass(even, grid.rate, CUT_OFF)
    found = resample(grid.time, smooth, wanted, longest_gap=_LONGEST_BRIDGE)
    weights = np.linalg.norm(np.where(known[:, None], plate.force, 0.0), axis=1)
    return Timed(
        plate=plate,
        force=found[:, :3],
        lever=found[:, 3:6],
        moment=found[:, 6:],
        middle=np.full(3, np.nan) if plate.point is None else weights @ point / weights.sum(),
    )
