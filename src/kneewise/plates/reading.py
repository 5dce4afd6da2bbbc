"""`.mot`, `.sto`, `.csv` and `.c3d` files → Record, in the file's own axes and units."""

from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FormatError
from ..files import Kind, Table, check_file, digest_of, kind_of, open_c3d, read_mot, read_separated
from ..model import Array
from .naming import Quantity, read_column_name
from .record import Plate, Record

_AGAIN = "export the forces again from the program that recorded them, with time, forces and their points."
_LENGTHS = {"mm": 1e-3, "cm": 1e-2, "m": 1.0}
_SAME_TIME = 1e-9


def read_record(path: Path) -> Record:
    """Forces of plates as a file has them.

    Raises
    ------
    FormatError
        When it cannot be read, or holds no plate.
    """
    check_file(path)
    kind = kind_of(path)
    if kind is Kind.TRC:
        raise FormatError(
            f"{path.name} holds markers, not forces.",
            remedy="give the file with the forces of the plates, .mot, .sto, .csv or .c3d.",
        )
    if kind is Kind.C3D:
        return _read_platforms(path)
    table = (read_mot if kind is Kind.MOT else read_separated)(path, remedy=_AGAIN)
    record = _arrange(path, table)
    if table.stated_rows not in (None, len(table.numbers)):
        record = record.warning(
            "plates_rows_missing",
            f"the header of {path.name} says {table.stated_rows} rows, but there are {len(table.numbers)}",
            "copy the file again, or export it again",
        )
    return record


def _arrange(path: Path, table: Table) -> Record:
    """Columns sorted to their plates."""
    found: dict[str, dict[tuple[Quantity, int], Array]] = {}
    sides = {}
    for name, values in zip(table.names, table.numbers.T, strict=True):
        said = read_column_name(name)
        if said is not None:
            found.setdefault(said.plate, {}).setdefault((said.quantity, said.axis), values)
            sides[said.plate] = said.side
    plates = tuple(
        Plate(
            name=name,
            side=sides[name],
            force=_vector(columns, Quantity.FORCE),
            point=_vector(columns, Quantity.POINT) if _has(columns, Quantity.POINT) else None,
            moment=_vector(columns, Quantity.MOMENT),
        )
        for name, columns in found.items()
        if all((Quantity.FORCE, axis) in columns for axis in range(3))
    )
    if not plates:
        shown = ", ".join(table.names[:6])
        raise FormatError(
            f"{path.name} names no forces of plates in x, y and z (its columns: {shown} …).",
            remedy="name them as OpenSim does: ground_force_vx, ground_force_px, ground_torque_x and so on.",
        )
    if not any(
        _has(found[plate.name], what) for plate in plates for what in (Quantity.POINT, Quantity.MOMENT)
    ):
        raise FormatError(
            f"{path.name} has forces, but neither where they act nor their moments.", remedy=_AGAIN
        )
    return Record(name=path.name, digest=digest_of(path), time=_time(path, table), plates=plates)


def _has(columns: dict[tuple[Quantity, int], Array], wanted: Quantity) -> bool:
    return any(quantity is wanted for quantity, _ in columns)


def _vector(columns: dict[tuple[Quantity, int], Array], quantity: Quantity) -> Array:
    """(n, xyz); an axis that the file leaves out is 0."""
    nothing = np.zeros(len(next(iter(columns.values()))))
    return np.stack([columns.get((quantity, axis), nothing) for axis in range(3)], axis=-1)


def _time(path: Path, table: Table) -> Array:
    column = next((i for i, name in enumerate(table.names) if name.lower().startswith("time")), None)
    if column is None:
        raise FormatError(
            f"{path.name} has no column of time, so nothing tells which force belongs to which frame.",
            remedy=_AGAIN,
        )
    time = np.asarray(table.numbers[:, column], dtype=np.float64)
    if len(time) < 2 or not np.isfinite(time).all() or (np.diff(time) < _SAME_TIME).any():
        raise FormatError(
            f"The time of {path.name} has gaps, stands still or runs back.",
            remedy="export the forces again with time that goes forward in every row.",
        )
    return time


def _read_platforms(path: Path) -> Record:
    """Plates of a C3D file, which computes forces from the channels of each kind of plate."""
    content, _ = open_c3d(path, plates=True)
    platforms = content["data"].get("platform", [])
    if not platforms or not np.size(platforms[0]["force"]):
        raise FormatError(
            f"{path.name} holds no force plates.",
            remedy="give the C3D file with the analog channels, or the forces as a .mot file.",
        )
    count, frames = platforms[0]["force"].shape[1], content["data"]["points"].shape[2]
    rate = float(content["header"]["points"]["frame_rate"])
    begin = float(content["header"]["points"]["first_frame"]) / rate
    return Record(
        name=path.name,
        digest=digest_of(path),
        time=begin + np.arange(count) / (rate * count / frames),
        plates=tuple(_platform(i, platform) for i, platform in enumerate(platforms)),
    )


def _platform(index: int, platform: dict[str, Any]) -> Plate:
    """One plate: its force, and its moment about the middle of its surface, in metres."""
    length = _LENGTHS.get(str(platform["unit_position"]).strip().lower(), 1e-3)
    arm = _LENGTHS.get(str(platform["unit_moment"]).strip().lower().removeprefix("n"), 1e-3)
    force, moment = (np.asarray(platform[key], dtype=float).T for key in ("force", "moment"))
    middle = np.asarray(platform["corners"], dtype=float).mean(axis=1)
    return Plate(
        name=str(index + 1),
        side=None,
        force=force,
        point=np.broadcast_to(length * middle, force.shape),
        moment=arm * moment,
    )
