"""Frames → Appearance: how light and sharp the film is, and whether the camera stood still."""

from dataclasses import dataclass, field

import cv2
import numpy as np

from ..model import Array, Frame
from .landmarks import Image, Sighting

_WIDTH = 320
_CROP = 192
_CORNERS = 120
_LEAST_CORNERS = 12


@dataclass(slots=True)
class Appearance:
    """What a few frames a second tell about light, sharpness and the camera.

    Attributes
    ----------
    brightness : median grey of the person's surroundings, 0 to 1, one per look.
    sharpness : how much of the person's picture is fine detail, one per look. [unitless]
    drift : how far the background moved between looks, in shares of the picture's long side per second.
    """

    brightness: list[float] = field(default_factory=list)
    sharpness: list[float] = field(default_factory=list)
    drift: list[float] = field(default_factory=list)
    _before: Image | None = None
    _time: float = 0.0

    def look(self, frame: Frame, people: tuple[Sighting, ...]) -> None:
        """Take in one frame and the people found in it."""
        grey = cv2.cvtColor(frame.image, cv2.COLOR_RGB2GRAY)
        scale = _WIDTH / max(grey.shape)
        small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        if people:
            crop = _crop(grey, people[0])
            self.brightness.append(float(np.median(crop)) / 255)
            self.sharpness.append(_fine_detail(crop))
        if self._before is not None:
            moved = _background_motion(self._before, small, people, scale)
            if np.isfinite(moved) and frame.time > self._time:
                self.drift.append(moved / _WIDTH / (frame.time - self._time))
        self._before, self._time = small, frame.time


def _crop(grey: Image, person: Sighting) -> Image:
    half = person.region.size_px / 2
    x, y = person.region.centre_px
    left, top = max(int(x - half), 0), max(int(y - half), 0)
    part = grey[top : int(y + half), left : int(x + half)]
    part = part if part.size else grey
    return np.asarray(cv2.resize(part, (_CROP, _CROP), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _fine_detail(crop: Image) -> float:
    """Energy of the finest detail against the whole contrast; blur takes it away. [unitless]"""
    picture = crop.astype(np.float32)
    fine = picture - cv2.GaussianBlur(picture, (0, 0), 1.2)
    return float(fine.std() / max(float(picture.std()), 1.0))


def _background_motion(before: Image, now: Image, people: tuple[Sighting, ...], scale: float) -> float:
    """Median motion of corners outside of the people; NaN where the background has no corners. [px]"""
    mask = np.full(before.shape, 255, dtype=np.uint8)
    for person in people:
        centre = (person.region.centre_px * scale).astype(int)
        cv2.circle(mask, (int(centre[0]), int(centre[1])), int(person.region.size_px * scale * 0.45), 0, -1)
    corners = cv2.goodFeaturesToTrack(before, _CORNERS, 0.02, 7, mask=mask)
    if corners is None or len(corners) < _LEAST_CORNERS:
        return float("nan")
    moved, found, _ = cv2.calcOpticalFlowPyrLK(before, now, corners, np.empty_like(corners))
    steps: Array = (moved - corners).reshape(-1, 2)[found.ravel() == 1]
    return float(np.linalg.norm(np.median(steps, axis=0))) if len(steps) >= _LEAST_CORNERS else float("nan")
