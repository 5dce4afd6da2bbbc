"""Lines, arcs and words on a picture, in a thickness that fits the size of the person."""

import math
from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from ..conventions import Side
from ..model import Array

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]

COLOURS: dict[Side, Colour] = {Side.LEFT: (255, 170, 40), Side.RIGHT: (70, 170, 255)}
"""Bright on any film, and apart for every kind of colour vision."""
WHITE: Colour = (255, 255, 255)
_INK: Colour = (16, 18, 22)
_SUBPIXEL_BITS = 4


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the picture, and the size it is shown in."""

    left: int
    top: int
    right: int
    bottom: int
    width_px: int
    height_px: int

    @classmethod
    def of(cls, part: tuple[int, int, int, int], long_side_px: int) -> Self:
        """The part (left, top, right, bottom) shown in even sizes, never enlarged."""
        width, height = part[2] - part[0], part[3] - part[1]
        scale = min(1.0, long_side_px / max(width, height))
        return cls(*part, _even(width * scale), _even(height * scale))

    @property
    def scale(self) -> float:
        """Pixels shown for one of the film. [unitless]"""
        return self.height_px / (self.bottom - self.top)

    def cut(self, image: Image) -> Image:
        """A copy of the part, in the size shown."""
        part = image[self.top : self.bottom, self.left : self.right]
        method = cv2.INTER_AREA if self.scale < 0.34 else cv2.INTER_LINEAR
        if part.shape[:2] == (self.height_px, self.width_px):
            return part.copy()
        return np.asarray(cv2.resize(part, (self.width_px, self.height_px), interpolation=method), np.uint8)

    def place(self, points_px: Array) -> Array:
        """Where points of the whole picture are in this one. [px]"""
        size = np.array([self.width_px / (self.right - self.left), self.scale])
        return np.asarray((points_px - (self.left, self.top) + 0.5) * size - 0.5)


def _even(length: float) -> int:
    return max(2, round(length / 2) * 2)


class Brush:
    """Lines, arcs and words in a thickness that fits the size of the person."""

    def __init__(self, image: Image, tall: float) -> None:
        self._image = image
        self._thick = float(np.clip(0.011 * tall, 2.0, 7.0))
        self._letter = int(np.clip(0.042 * tall, 13, 26))
        self._font = cv2.FontFace("sans")

    def line(self, start: Array, end: Array, colour: Colour, weight: float, broken: bool) -> None:
        """A line with a dark rim."""
        thick = max(1, round(self._thick * weight))
        self._stroke(start, end, _INK, thick + 2)
        if not broken:
            self._stroke(start, end, colour, thick)
            return
        pieces = max(1, int(np.linalg.norm(end - start) / (6.0 * self._thick)))
        for piece in range(pieces):
            near = start + (end - start) * (piece / pieces)
            self._stroke(near, near + (end - start) * (0.5 / pieces), colour, thick)

    def dot(self, centre: Array, colour: Colour, weight: float) -> None:
        """A disc with a dark rim."""
        radius = round(self._thick * weight * 1.25 * 2**_SUBPIXEL_BITS)
        cv2.circle(self._image, _fixed(centre), radius, _INK, -1, cv2.LINE_AA, _SUBPIXEL_BITS)
        cv2.circle(self._image, _fixed(centre), int(radius * 0.72), colour, -1, cv2.LINE_AA, _SUBPIXEL_BITS)

    def angle(self, corner: Array, first: Array, second: Array, value: float) -> None:
        """An arc from one direction to another, with the value in degrees beside it."""
        if not (math.isfinite(value) and np.isfinite([corner, first, second]).all()):
            return
        radius = 0.42 * float(np.linalg.norm(second))
        begin, stop = (math.degrees(math.atan2(v[1], v[0])) for v in (first, second))
        sweep = (stop - begin + 180) % 360 - 180
        reach = corner + first / max(float(np.linalg.norm(first)), 1e-6) * radius * 1.2
        self._stroke(corner, reach, _INK, 3)
        self._stroke(corner, reach, WHITE, 1)
        axes = (round(radius * 2**_SUBPIXEL_BITS),) * 2
        for colour, thick in ((_INK, 4), (WHITE, 2)):
            cv2.ellipse(self._image, _fixed(corner), axes, 0, begin, begin + sweep, colour, thick,
                        cv2.LINE_AA, _SUBPIXEL_BITS)  # fmt: skip
        towards = math.radians(begin + sweep / 2)
        beside = radius + 1.6 * self._letter
        centre = corner + beside * np.array([math.cos(towards), math.sin(towards)])
        self._label(f"{math.degrees(value):.0f}°", centre)

    def caption(self, time: float, words: str) -> None:
        """The clock, and the phase if there is one, in the lower left corner."""
        height, width = self._image.shape[:2]
        letter = int(np.clip(0.03 * height, 13, 24))
        clock = f"{int(time // 60)}:{time % 60:04.1f}"
        text = f"{clock}   {words}" if words else clock
        box_width = self._width(f"0:00.0   {words}" if words else "0:00.0", letter) + letter
        left, bottom = letter // 2, height - letter // 2
        self._shade(left, bottom - 2 * letter, min(left + box_width, width), bottom)
        self._write(text, left + letter // 2, bottom - round(0.62 * letter), letter)

    def _label(self, text: str, centre: Array) -> None:
        width = self._width(text, self._letter)
        height, wide = self._image.shape[:2]
        left = int(np.clip(centre[0] - width / 2, 4, max(wide - width - 4, 4)))
        base = int(np.clip(centre[1] + 0.36 * self._letter, self._letter + 4, height - 4))
        pad = self._letter // 4
        self._shade(left - pad, base - self._letter - pad // 2, left + width + pad, base + pad + pad // 2)
        self._write(text, left, base, self._letter)

    def _shade(self, left: int, top: int, right: int, bottom: int) -> None:
        part = self._image[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
        if part.size:
            cv2.convertScaleAbs(part, part, 0.3, 6)

    def _write(self, text: str, left: int, base: int, letter: int) -> None:
        cv2.putText(self._image, text, (left, base), WHITE, self._font, letter, 500)

    def _width(self, text: str, letter: int) -> int:
        return int(cv2.getTextSize((9999, 9999), text, (0, 100), self._font, letter, 500)[2])

    def _stroke(self, start: Array, end: Array, colour: Colour, thick: int) -> None:
        cv2.line(self._image, _fixed(start), _fixed(end), colour, thick, cv2.LINE_AA, _SUBPIXEL_BITS)


def _fixed(point: Array) -> tuple[int, int]:
    """The point in the fixed-point numbers that OpenCV draws at."""
    x, y = np.clip(point, -4000, 8000) * 2**_SUBPIXEL_BITS
    return round(float(x)), round(float(y))
