"""Corners, outlines and points that a person set or corrected in photos ⇄ JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError, reason_of
from ..model import Array

SCHEMA = "kneewise.feet.marks/1"
_FEWEST = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Marks:
    """What a person set in one photo; pixels of the upright photo, (0, 0) its top left corner.

    Attributes
    ----------
    corners_px : (4, 2) of the sheet, in any order; None where they are to be looked for.
    outline_px : (point, 2) round the foot or insole; None where it is to be looked for.
    points_px : name → (2,) of what was clicked, as `standing` names them.
    scale_m : distance between the points ``scale_a`` and ``scale_b``. [m]
    """

    corners_px: Array | None = None
    outline_px: Array | None = None
    points_px: Mapping[str, Array] = field(default_factory=dict)
    scale_m: float | None = None


def read_marks(path: Path) -> dict[str, Marks]:
    """Name of a photo → what was set in it.

    Raises
    ------
    InputError
        When the file is not what `--out` writes.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path} cannot be read as marks: {reason_of(error)}.",
            remedy="give the marks.json that --out writes, with its numbers changed.",
        ) from error
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise InputError(
            f'{path.name} does not begin with "schema": "{SCHEMA}".',
            remedy="give the marks.json that --out writes, with its numbers changed.",
        )
    photos = content.get("photos")
    if not isinstance(photos, dict):
        raise InputError(f"{path.name} has no photos.", remedy='write "photos": {"NAME.jpg": {…}}.')
    return {name: build_marks(name, row) for name, row in photos.items()}


def build_marks(name: str, row: Any) -> Marks:
    """Marks of one photo from plain JSON types; what is missing or None is looked for.

    Raises
    ------
    InputError
        When there are no points where points belong.
    """
    if not isinstance(row, Mapping):
        raise _wrong(name, "a table")
    corners = _points(name, row, "corners")
    if corners is not None and len(corners) != 4:
        raise _wrong(name, "four corners")
    outline = _points(name, row, "outline")
    if outline is not None and len(outline) < _FEWEST:
        raise _wrong(name, f"at least {_FEWEST} points of the outline")
    named = row.get("points", {})
    scale = row.get("scale_mm")
    if not isinstance(named, dict) or not (scale is None or (isinstance(scale, int | float) and scale > 0)):
        raise _wrong(name, '"points": {"NAME": [x, y]} and "scale_mm" above 0')
    points = {key: _array(name, [value])[0] for key, value in named.items()}
    return Marks(
        corners_px=corners,
        outline_px=outline,
        points_px=points,
        scale_m=None if scale is None else scale / 1000,
    )


def _points(name: str, row: Mapping[str, Any], key: str) -> Array | None:
    return None if row.get(key) is None else _array(name, row[key])


def _array(name: str, given: Any) -> Array:
    try:
        points = np.array(given, dtype=float)
    except (TypeError, ValueError) as error:
        raise _wrong(name, "points as [x, y]") from error
    if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
        raise _wrong(name, "points as [x, y]")
    return points


def _wrong(name: str, wanted: str) -> InputError:
    return InputError(
        f"The marks of {name} need {wanted}.", remedy="look at the marks.json that --out writes."
    )


def write_marks(marks: Mapping[str, Marks]) -> str:
    """The marks as JSON, whole tenths of pixels."""
    photos = {name: _row(one) for name, one in marks.items()}
    return json.dumps({"schema": SCHEMA, "photos": photos}, indent=1)


def _row(marks: Marks) -> dict[str, Any]:
    row: dict[str, Any] = {}
    if marks.corners_px is not None:
        row["corners"] = np.round(marks.corners_px, 1).tolist()
    if marks.outline_px is not None:
        row["outline"] = np.round(marks.outline_px, 1).tolist()
    if marks.points_px:
        row["points"] = {name: np.round(point, 1).tolist() for name, point in marks.points_px.items()}
    if marks.scale_m is not None:
        row["scale_mm"] = marks.scale_m * 1000
    return row
