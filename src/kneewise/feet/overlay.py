"""Pictured → a picture with the sheet, the outline and the measures drawn in, to trust or not."""

import cv2
import numpy as np

from ..model import Array
from .check import Pictured
from .photo import Picture

_LONGER = 1600
"""Longer side of the picture. [px]"""

_SHEET, _OUTLINE, _AXIS = (200, 120, 0), (60, 170, 0), (30, 30, 220)


def draw_overlay(pictured: Pictured) -> Picture:
    """The photo, made smaller, with sheet, outline, axis and forefoot width, and their sizes."""
    scale = min(1.0, _LONGER / max(pictured.photo.size_px))
    smaller = cv2.resize(pictured.photo.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    canvas = np.array(smaller, dtype=np.uint8)
    if pictured.sheet is not None:
        _draw_line(canvas, pictured.sheet.corners_px * scale, _SHEET, closed=True)
    shape, sheet = pictured.shape, pictured.sheet
    if shape is None or sheet is None:
        return canvas
    _draw_line(canvas, sheet.view.to_pixels(shape.seen) * scale, _OUTLINE, closed=True)
    heel, toes = np.array([0.0, 0.0]), np.array([shape.length, 0.0])
    widest = 0.69 * shape.length
    sides = np.array([[widest, shape.width / 2], [widest, -shape.width / 2]])
    for ends in (np.array([heel, toes]), sides):
        _draw_line(canvas, sheet.view.to_pixels(shape.placed.to_floor(ends)) * scale, _AXIS, closed=False)
    words = (
        f"length {1e3 * shape.length:.0f} +- {1e3 * shape.length_sd:.0f} mm",
        f"width {1e3 * shape.width:.0f} +- {1e3 * shape.width_sd:.0f} mm",
    )
    for row, text in enumerate(words):
        _write(canvas, text, row)
    return canvas


def _draw_line(canvas: Picture, points: Array, colour: tuple[int, int, int], *, closed: bool) -> None:
    fixed = np.round(points * 16).astype(np.int32)
    cv2.polylines(canvas, [fixed], closed, (255, 255, 255), 4, cv2.LINE_AA, 4)
    cv2.polylines(canvas, [fixed], closed, colour, 2, cv2.LINE_AA, 4)


def _write(canvas: Picture, text: str, row: int) -> None:
    size = max(canvas.shape[:2]) / 1200
    place = (round(20 * size), round((40 + 42 * row) * size))
    for colour, thick in (((255, 255, 255), 6), ((20, 20, 20), 2)):
        cv2.putText(
            canvas,
            text,
            place,
            cv2.FONT_HERSHEY_SIMPLEX,
            1.1 * size,
            colour,
            round(thick * size),
            cv2.LINE_AA,
        )
