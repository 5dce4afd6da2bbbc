"""Pictured → what a page draws over a photo, and corrected points → Pictured again. Pure, plain JSON types.

Points are [x, y] in pixels of the upright photo, (0, 0) its top left corner. What is handed back replaces
what was found; what is left out is looked for again.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..model import Array
from .check import Pictured, Shows, measure_photo
from .marks import build_marks
from .photo import Photo
from .sheet import SIZES, Paper
from .summary import describe_picture

SCHEMA = "kneewise.feet.found/1"

OUTLINE_POINTS = 96
"""Points of an outline that somebody may drag, 7 mm apart: coarser ones would cut toes short."""

_FIRST = 0.5
"""Share of the photo's longer side that a sheet takes, where a person begins to drag its corners."""


def describe_found(one: Pictured) -> dict[str, Any]:
    """What was found in a photo, to be drawn over it.

    Returns
    -------
    dict
        ``size_px`` of the photo; ``corners`` of the sheet and ``outline`` of the foot or insole, None where
        there is none; ``length_line`` and ``width_line``, two points each; and the sizes as `summarise` has
        them.
    """
    sheet, shape = one.sheet, one.shape
    found: dict[str, Any] = {
        "schema": SCHEMA,
        "size_px": list(one.photo.size_px),
        **describe_picture(one),
        "corners": None if sheet is None else _points(sheet.corners_px),
        "outline": None,
        "length_line": None,
        "width_line": None,
    }
    if sheet is None or shape is None:
        return found
    few = np.linspace(0, len(shape.seen), OUTLINE_POINTS, endpoint=False).astype(int)
    middle = 0.69 * shape.length
    lines = {
        "length_line": [[0.0, 0.0], [shape.length, 0.0]],
        "width_line": [[middle, shape.width / 2], [middle, -shape.width / 2]],
    }
    return found | {
        "outline": _points(sheet.view.to_pixels(shape.seen[few])),
        **{
            name: _points(sheet.view.to_pixels(shape.placed.to_floor(np.array(ends))))
            for name, ends in lines.items()
        },
    }


def remeasure(photo: Photo, shows: Shows, paper: Paper, corrected: Mapping[str, Any]) -> dict[str, Any]:
    """What a photo shows once a person has corrected it.

    Parameters
    ----------
    photo
        The photo, as `read_photo` gives it.
    shows, paper
        What it shows, and what lies on the floor.
    corrected
        ``corners`` and ``outline`` that were dragged; left out or None where they were not.

    Raises
    ------
    InputError
        When the points are none, or nothing can be measured with them.
    """
    return describe_found(measure_photo(photo, shows, paper, build_marks(photo.name, corrected)))


def suggest_corners(photo: Photo, paper: Paper) -> list[list[float]]:
    """Four corners in the middle of a photo in which no sheet was found, to drag to where they belong."""
    size = np.array(photo.size_px)
    shorter, longer = SIZES[paper]
    upright = (shorter, longer) if size[1] >= size[0] else (longer, shorter)
    half = np.array(upright) / longer * _FIRST * size.max() / 2
    return _points(size / 2 + half * ((-1, -1), (1, -1), (1, 1), (-1, 1)))


def _points(places: Array) -> list[list[float]]:
    return [[round(float(x), 1), round(float(y), 1)] for x, y in places]
