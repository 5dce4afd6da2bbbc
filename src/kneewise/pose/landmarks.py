"""What a pose network reads from pictures: the nouns of this room, in pixels.

Pixels live only here and in `video`. Picture axes: x to the right, y down.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..conventions import ArmJoint, Joint, Side
from ..model import Array, Readings

Image = NDArray[np.uint8]
LANDMARKS = 33


class Landmark(IntEnum):
    """Index of the landmarks that are used by name, left and right being the person's own."""

    NOSE = 0
    LEFT_EYE = 2
    RIGHT_EYE = 5
    LEFT_EAR = 7
    RIGHT_EAR = 8


BODY_LANDMARKS = np.array([[11, 23, 25, 27, 29, 31], [12, 24, 26, 28, 30, 32]])
"""(side, joint): the landmark nearest to each joint centre or foot point."""

ARM_LANDMARKS = np.array([[13, 15], [14, 16]])
"""(side, arm joint): the landmark nearest to each joint centre of the arms."""

assert BODY_LANDMARKS.shape == (len(Side), len(Joint))
assert ARM_LANDMARKS.shape == (len(Side), len(ArmJoint))


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A turned square in the picture that holds one person.

    Attributes
    ----------
    centre_px : (2,) middle of the square, near the hips. [px]
    size_px : side length. [px]
    angle : turn of the square, clockwise in the picture; 0 when the person is upright. [rad]
    """

    centre_px: Array
    size_px: float
    angle: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A person found by the detector.

    Attributes
    ----------
    region : where the whole body is expected.
    hips_px : (2,) middle of the hips. [px]
    score : how sure the detector is, 0 to 1.
    """

    region: Region
    hips_px: Array
    score: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Landmarks:
    """One person in one picture.

    Attributes
    ----------
    points_px : (33, 2) where each landmark is seen. [px]
    world : (33, 3) the network's own guess in space: right, down, away from the camera, from mid-hip. [m]
    visibility : (33,) how sure the network is that the landmark is seen, 0 to 1.
    score : how sure the network is that there is a person, 0 to 1.
    region : where to look in the next picture.
    """

    points_px: Array
    world: Array
    visibility: Array
    score: float
    region: Region


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Silhouette:
    """Where a person covers the picture.

    Attributes
    ----------
    mask : (rows, columns) of the region, 0 outside to 1 inside of the person.
    to_image : (2, 3) map from columns and rows of the mask to pixels of the picture.
    """

    mask: Array
    to_image: Array

    def locate(self, points_px: Array) -> Array:
        """Points of the picture as columns and rows of the mask."""
        return np.asarray((points_px - self.to_image[:, 2]) @ np.linalg.inv(self.to_image[:, :2]).T)


_LONG_SIDE_PX = 19_200
"""Of a picture that is gone, and whose size is told in shares of its long side. [px]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LandmarkTrack:
    """One person through a film.

    Attributes
    ----------
    time : (n,) time stamps. [s]
    points_px : (n, 33, 2); NaN where nobody was found. [px]
    world : (n, 33, 3), as in `Landmarks`. [m]
    visibility : (n, 33)
    score : (n,)
    width_px, height_px : size of the picture. [px]
    maps : (n, 2, 3) from the pixels of each frame to those of the first; the identity where it stood.
    cuts : how often the film jumps to another take.
    background_lost : share of the frames in which the background could not be followed. [unitless]
    knee_width : width of a straight leg at the knee, in shank lengths; NaN where it was not seen. [unitless]
    reach : how far the camera's picture moved, share of its long side; 0 for a camera that stood. [unitless]
    networks : which networks read the landmarks, where their error has been learned.
    """

    time: Array
    points_px: Array
    world: Array
    visibility: Array
    score: Array
    width_px: int
    height_px: int
    maps: Array
    reach: float
    cuts: int = 0
    background_lost: float = 0.0
    knee_width: float = float("nan")
    networks: tuple[str, ...] = ()

    @property
    def steady_px(self) -> Array:
        """(n, 33, 2) landmarks as if the camera had stood where it was in the first frame. [px]"""
        turned = self.points_px @ self.maps[:, :, :2].transpose(0, 2, 1)
        return np.asarray(turned + self.maps[:, None, :, 2])

    def readings(self) -> Readings:
        """The same without pixels."""
        size = np.array([self.width_px, self.height_px])
        return Readings(
            time=self.time,
            points=(self.steady_px - size / 2) / size.max(),
            world=self.world,
            visibility=self.visibility,
            shape=(self.width_px / max(size), self.height_px / max(size)),
            networks=self.networks,
        )

    @classmethod
    def of(cls, readings: Readings) -> "LandmarkTrack":
        """The track that such readings are of, as if the camera had stood still; its pixels are made up."""
        n = len(readings.time)
        size = np.array(readings.shape) * _LONG_SIDE_PX
        return cls(
            time=readings.time,
            points_px=readings.points * _LONG_SIDE_PX + size / 2,
            world=readings.world,
            visibility=readings.visibility,
            score=np.ones(n),
            width_px=round(size[0]),
            height_px=round(size[1]),
            maps=np.tile(np.eye(2, 3), (n, 1, 1)),
            reach=0.0,
            networks=readings.networks,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImagePose:
    """Where the joints appear in the upright picture, at its full resolution.

    Attributes
    ----------
    time : (n,) time stamps of the frames that were read. [s]
    points_px : (n, side, joint, 2); NaN where not measured. [px]
    arms_px : (n, side, arm joint, 2); NaN where not measured, None where nobody looked. [px]
    """

    time: Array
    points_px: Array
    arms_px: Array | None = None


class Estimator(Protocol):
    """Something that finds people and reads their landmarks; safe to call from several threads."""

    @property
    def name(self) -> str:
        """Short name for provenance."""
        ...

    @property
    def provenance(self) -> dict[str, str]:
        """Weights with their hashes, and the engine's version."""
        ...

    @property
    def networks(self) -> tuple[str, ...]:
        """Networks whose landmark error has been learned, taking turns; empty where it has not."""
        ...

    def find_people(self, image: Image, /) -> tuple[Sighting, ...]:
        """People in the picture, surest first."""
        ...

    def read_landmarks(self, image: Image, region: Region, turn: int, /) -> Landmarks:
        """Landmarks of the person in the region; `turn` counts the pictures read so far."""
        ...

    def read_silhouette(self, image: Image, region: Region, /) -> Silhouette | None:
        """Where the person covers the picture; None from an estimator that cannot tell."""
        ...
