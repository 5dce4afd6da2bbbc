"""Frames → Appearance: how light and sharp the film is."""

from dataclasses import dataclass, field

import cv2
import numpy as np

from ..model import Frame
from .landmarks import Image, Sighting

_CROP = 192


@dataclass(slots=True)
class Appearance:
    """What a few frames a second tell about light and sharpness.

    Attributes
    ----------
    brightness : median grey of the person and what is around them, 0 to 1, one per look.
    sharpness : how much of the person's picture is fine detail, one per look. [unitless]
    """

    brightness: list[float] = field(default_factory=list)
    sharpness: list[float] = field(default_factory=list)

    def look(self, frame: Frame, people: tuple[Sighting, ...]) -> None:
        """Take in one frame and the people found in it."""
        if people:
            grey = np.asarray(cv2.cvtColor(frame.image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
            crop = _crop(grey, max(people, key=lambda person: person.region.size_px))
            self.brightness.append(float(np.median(crop)) / 255)
            self.sharpness.append(_fine_detail(crop))


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
