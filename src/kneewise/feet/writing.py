"""Check → files: sizes, marks for correction by hand, the guide, and a picture of each photo. Pure."""

import json
from collections.abc import Mapping
from typing import Any

import cv2

from .check import Check
from .drawings import render_guide
from .marks import Marks, write_marks
from .overlay import draw_overlay
from .summary import marks_of


def files_of(check: Check, summary: Mapping[str, Any], marks: Mapping[str, Marks]) -> dict[str, bytes]:
    """Name → content of every file that keeps a check.

    Parameters
    ----------
    check, summary
        What was measured, and what `summarise` makes of it.
    marks
        Name of a photo → what a person had set in it.
    """
    files = {
        "feet.json": json.dumps(summary, indent=2, ensure_ascii=False).encode(),
        "marks.json": write_marks(marks_of(check, marks)).encode(),
        "guide.html": render_guide().encode(),
    }
    for number, one in enumerate(check.pictures, 1):
        coded = cv2.imencode(".jpg", draw_overlay(one), [cv2.IMWRITE_JPEG_QUALITY, 88])[1]
        files[f"{number:02d}_{one.shows}.jpg"] = coded.tobytes()
    return files
