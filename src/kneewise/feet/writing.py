"""Check → a folder: `feet.json`, `marks.json` for correction by hand, and a picture of each photo."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2

from ..errors import OutputError
from .check import Check
from .drawings import render_guide
from .marks import Marks, write_marks
from .overlay import draw_overlay
from .summary import marks_of


def write_check(check: Check, summary: Mapping[str, Any], marks: Mapping[str, Marks], out: Path) -> None:
    """Write what was measured; everything is made before the first file is written.

    Raises
    ------
    OutputError
        When the folder cannot be written.
    """
    files = {
        "feet.json": json.dumps(summary, indent=2, ensure_ascii=False).encode(),
        "marks.json": write_marks(marks_of(check, marks)).encode(),
        "guide.html": render_guide().encode(),
    }
    for number, one in enumerate(check.pictures, 1):
        coded = cv2.imencode(".jpg", draw_overlay(one), [cv2.IMWRITE_JPEG_QUALITY, 88])[1]
        files[f"{number:02d}_{one.shows}.jpg"] = coded.tobytes()
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (out / name).write_bytes(content)
    except OSError as error:
        raise OutputError(f"{out} cannot be written: {error}.", remedy="choose another folder.") from error
