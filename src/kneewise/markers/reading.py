"""`.trc` and `.c3d` files → MarkerTrack, in the file's own axes and unit.

What a header says about counts is compared with what is there, and what is there is believed.
"""

import itertools
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FormatError
from ..files import MAKE_AGAIN, digest_of, open_c3d, read_text
from ..model import Array
from .track import MarkerTrack

_FARTHEST = 1e6
"""A coordinate beyond this is a code for a missing marker, in any unit."""
_CODES_MOST = 0.9
"""Share of such coordinates from which on they are no codes, but a wrong unit. [unitless]"""


def read_trc(path: Path) -> MarkerTrack:
    """Markers of a TRC file, also of one whose header is wrong about its size.

    Raises
    ------
    FormatError
        When there is no line with marker names, no marker, or no row of numbers.
    """
    text = read_text(path)
    lines = [line.rstrip("\r") for line in text.split("\n")]
    start = next((i for i, line in enumerate(lines) if re.match(r"\s*frame", line, re.IGNORECASE)), None)
    if start is None:
        raise FormatError(
            f"{path.name} has no line with marker names (one that begins with Frame#): it is no TRC file.",
            remedy=MAKE_AGAIN,
        )
    facts = _facts(lines[:start])
    names = tuple(cell.strip() for cell in _cells(lines[start])[1:] if cell.strip())
    names = names[1:] if names and names[0].lower().startswith("time") else names
    rows = [cells for line in lines[start + 1 :] if (cells := _cells(line)) and _is_number(cells[0])]
    if not names:
        raise FormatError(f"{path.name} names no markers.", remedy=MAKE_AGAIN)
    if not rows:
        raise FormatError(f"{path.name} has no frames.", remedy=MAKE_AGAIN)
    table = _table(rows, names, path)
    track = MarkerTrack(
        name=path.name,
        digest=digest_of(path),
        time=table.time,
        names=table.names,
        points=_world(table.points, path),
        unit=facts.get("units", ""),
        rate=_number(facts.get("datarate", "")),
    )
    return _compare_counts(track, facts, table)


@dataclass(frozen=True, slots=True)
class _Table:
    time: Array
    points: Array
    names: tuple[str, ...]
    said: str = ""


def _facts(lines: list[str]) -> dict[str, str]:
    """Header words, small, with what stands below them."""
    for keys, values in itertools.pairwise(lines):
        if re.match(r"\s*(datarate|camerarate)", keys, re.IGNORECASE):
            return dict(zip(keys.lower().split(), values.split(), strict=False))
    return {}


def _cells(line: str) -> list[str]:
    """Cells between tabs, an empty one where a marker is missing; between spaces where there is no tab."""
    if "\t" not in line:
        return line.split()
    cells = [cell.strip() for cell in line.split("\t")]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _is_number(cell: str) -> bool:
    return math.isfinite(_number(cell))


def _number(cell: str) -> float:
    try:
        return float(cell.replace(",", ".") if cell.count(",") == 1 else cell)
    except ValueError:
        return float("nan")


def _table(rows: list[list[str]], names: tuple[str, ...], path: Path) -> _Table:
    """Time and points, whatever the header says about their number."""
    width = max(len(row) for row in rows)
    numbers = np.full((len(rows), width), np.nan)
    for i, row in enumerate(rows):
        numbers[i, : len(row)] = [_number(cell) for cell in row]
    said, lead = "", 2
    if width % 3 == 1 and width < 2 + 3 * len(names):
        lead, said = 1, "there is no column of time"
    extra = width - lead - 3 * len(names)
    if extra < 0:  # trailing gaps are cut off by `_cells`
        numbers = np.pad(numbers, ((0, 0), (0, -extra)), constant_values=np.nan)
    if extra >= 3:
        said = f"{extra // 3} columns of points have no name"
    points = numbers[:, lead : lead + 3 * len(names)].reshape(len(rows), len(names), 3)
    if not np.isfinite(points).all(-1).any():
        raise FormatError(f"{path.name} has no marker in any frame.", remedy=MAKE_AGAIN)
    time = numbers[:, 1] if lead == 2 else np.full(len(rows), np.nan)
    return _Table(time, points, names, said)


def _compare_counts(track: MarkerTrack, facts: dict[str, str], table: _Table) -> MarkerTrack:
    for key, count, what in (
        ("numframes", len(track.time), "frames"),
        ("nummarkers", len(track.names), "markers"),
    ):
        stated = _number(facts.get(key, ""))
        if key in facts and stated != count:
            track = track.noting(
                f"{what}_miscounted", f"the header says {facts[key]} {what}, but there are {count}"
            )
    return track.noting("columns", table.said) if table.said else track


def _world(points: Array, path: Path) -> Array:
    """Points without codes for gaps.

    Raises
    ------
    FormatError
        When all of them are out of this world.
    """
    kept = _without_codes(points)
    given = np.isfinite(points).all(-1) & (points != 0).any(-1)
    if given.any() and np.isnan(kept[given]).all(-1).mean() > _CODES_MOST:
        raise FormatError(
            f"The coordinates of {path.name} reach {float(np.abs(points[given]).max()):.2g}; no unit makes "
            "a person of that.",
            remedy="export the trial again in metres or millimetres.",
        )
    return kept


def _without_codes(points: Array) -> Array:
    """Points without the numbers that stand for a gap: three zeros, or something out of this world."""
    gap = (points == 0).all(axis=-1) | (np.abs(points) > _FARTHEST).any(axis=-1)
    gap |= ~np.isfinite(points).all(axis=-1)
    return np.where(gap[..., None], np.nan, points)


def read_c3d(path: Path) -> MarkerTrack:
    """Markers of a C3D file without subject prefixes; trajectories without a name are left out.

    Raises
    ------
    FormatError
        When it is no C3D file, or has no markers.
    """
    content, stated = open_c3d(path)
    facts = content["parameters"].get("POINT", {})
    points = _seen_points(content["data"])
    labels = _labels(facts, points.shape[1])
    named = [i for i, name in enumerate(labels) if name and not name.startswith("*")]
    if not named or not len(points):
        raise FormatError(
            f"{path.name} has no {'frames' if named else 'named markers'}.",
            remedy="label the markers and " + MAKE_AGAIN,
        )
    rate = float(np.ravel(facts.get("RATE", {}).get("value", [np.nan]))[0])
    first = float(content["header"]["points"]["first_frame"])
    track = MarkerTrack(
        name=path.name,
        digest=digest_of(path),
        time=np.asarray((first + np.arange(len(points))) / (rate if rate > 0 else np.nan), dtype=np.float64),
        names=tuple(labels[i] for i in named),
        points=_world(points[:, named], path),
        unit=str(next(iter(facts.get("UNITS", {}).get("value", [])), "")),
        rate=rate,
    )
    return _note_lost(track, stated, len(labels) - len(named))


def _seen_points(data: Any) -> Array:
    """(n, marker, xyz) points of a C3D file, NaN where its residual says that a point was not seen."""
    points = np.asarray(data["points"], dtype=float)[:3].transpose(2, 1, 0)
    frames, markers = points.shape[:2]
    residuals = np.asarray(data["meta_points"]["residuals"], dtype=float)
    if residuals.shape[-2:] != (markers, frames):
        return points
    return np.where((residuals.reshape(markers, frames).T < 0)[..., None], np.nan, points)


def _labels(facts: Any, count: int) -> list[str]:
    """One label for each point, an asterisk where there is none."""
    labels = [str(name) for key in ("LABELS", "LABELS2") for name in facts.get(key, {}).get("value", ())]
    return [name.strip() for name in labels[:count]] + ["*"] * (count - len(labels))


def _note_lost(track: MarkerTrack, stated: int, unnamed: int) -> MarkerTrack:
    """Say how many frames and trajectories a C3D file promises that are not used."""
    if stated > len(track.time):
        track = track.warning(
            "frames_missing",
            f"the header says {stated} frames, but the file ends after {len(track.time)}",
            "copy the file again, or export it again",
        )
    if unnamed:
        track = track.noting("unlabelled", f"{unnamed} trajectories without a name were left out")
    return track
