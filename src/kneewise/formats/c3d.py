"""Pose and repetitions → C3D: points in the lab frame, with the repetitions as events."""

import errno
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..model import Array, Pose, Repetition
from .markers import MARKERS, even_markers
from .names import legible

_MILLIMETRES = 1000.0
_LARGEST_RESIDUAL = 127
_LONGEST_TEXT = 127
"""Readers take the length of a text for a signed byte."""
MOST_REPETITIONS = 255 // 3
"""C3D counts events in one byte, and a repetition has three of them."""
_BLOCK_BYTES, _POINT_BYTES = 512, 16


def write_c3d(
    path: Path, pose: Pose, repetitions: Sequence[Repetition] = (), *, film: str = "", digest: str = ""
) -> None:
    """Joint centres as points, x forward, y left, z up, at a constant rate. [mm]

    Parameters
    ----------
    path
        File to write.
    pose
        Joint centres. A point that was not measured has a residual of −1, as C3D has it; every other
        residual is the point's standard deviation in space, in whole millimetres, at least 1.
    repetitions
        Become events `start`, `bottom` and `end`, the first `MOST_REPETITIONS` of them.
    film, digest
        Name and SHA-256 of the film, into the group KNEEWISE; a name is cut to what the format holds.

    Notes
    -----
    In a C3D file the first frame is at 0 s. The film's time of it stands in KNEEWISE:FIRST_TIME.
    """
    import ezc3d

    grid, points, sd = even_markers(pose)
    file = ezc3d.c3d()
    parameters = file["parameters"]["POINT"]
    parameters["RATE"]["value"] = [grid.rate]
    parameters["UNITS"]["value"] = ["mm"]
    parameters["LABELS"]["value"] = [name for _, _, name in MARKERS]
    parameters["DESCRIPTIONS"]["value"] = [
        f"{side.name.lower()} {joint.name.lower()}" for side, joint, _ in MARKERS
    ]
    file.add_parameter("POINT", "X_SCREEN", ["+X"])
    file.add_parameter("POINT", "Y_SCREEN", ["+Z"])
    file.add_parameter("MANUFACTURER", "SOFTWARE", ["kneewise"])
    file.add_parameter("KNEEWISE", "FILM", [_cut(film)])
    file.add_parameter("KNEEWISE", "SHA256", [digest])
    file.add_parameter("KNEEWISE", "FIRST_TIME", [float(grid.time[0])])
    file.add_parameter("KNEEWISE", "RESAMPLED", int(grid.resampled))
    for name, value in _events(repetitions[:MOST_REPETITIONS], float(grid.time[0])).items():
        file.add_parameter("EVENT", name, value)
    place = np.moveaxis(points * _MILLIMETRES, 0, -1).swapaxes(0, 1)
    file["data"]["points"] = np.concatenate([place, np.ones((1, *place.shape[1:]))])
    file["data"]["meta_points"]["residuals"] = _residuals(points, sd)
    _save(file, path)
    _check_whole(path, least=place[0].size * _POINT_BYTES)


def _save(file: Any, path: Path) -> None:
    """To a path of any name; ezc3d itself knows UTF-8 only."""
    if legible(str(path)) == str(path):
        file.write(str(path))
        return
    with tempfile.TemporaryDirectory() as folder:
        file.write(str(Path(folder) / "draft.c3d"))
        shutil.move(Path(folder) / "draft.c3d", path)


def _cut(text: str) -> str:
    """As much of a text as the format holds."""
    return text.encode(errors="replace")[:_LONGEST_TEXT].decode(errors="ignore")


def _check_whole(path: Path, least: int) -> None:
    """What ezc3d does not say: whether the disk took everything."""
    with path.open("rb") as file:
        blocks = int.from_bytes(file.read(18)[16:], "little") - 1
    if path.stat().st_size < blocks * _BLOCK_BYTES + least:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _residuals(points: Array, sd: Array) -> Array:
    """(1, marker, n)."""
    spread = np.ceil(np.linalg.norm(sd, axis=-1) * _MILLIMETRES)
    told = np.clip(np.nan_to_num(spread, nan=_LARGEST_RESIDUAL), 1, _LARGEST_RESIDUAL)
    return np.where(np.isfinite(points).all(-1), told, -1.0).T[None]


def _events(repetitions: Sequence[Repetition], first_time: float) -> dict[str, object]:
    """The group EVENT; empty where nothing happened, because a list of nothing has no type."""
    told = [
        (label, number, time - first_time)
        for number, repetition in enumerate(repetitions, start=1)
        for label, time in (
            ("start", repetition.start),
            ("bottom", repetition.bottom),
            ("end", repetition.end),
        )
    ]
    if not told:
        return {}
    seconds = np.maximum([time for _, _, time in told], 0)
    return {
        "USED": len(told),
        "CONTEXTS": ["General"] * len(told),
        "LABELS": [label for label, _, _ in told],
        "DESCRIPTIONS": [f"repetition {number}" for _, number, _ in told],
        "SUBJECTS": [""] * len(told),
        "TIMES": np.stack([np.floor(seconds / 60), seconds % 60]),
    }
