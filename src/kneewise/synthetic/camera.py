"""A pinhole camera that looks at the person, and where points fall in its picture.

Pixel coordinates: (0, 0) is the outer corner of the top left pixel, u grows to the right, v downward.
The centre of the top left pixel is therefore (0.5, 0.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .rotation import UP, unit

if TYPE_CHECKING:
    from .mesh import Array

NEAR_M, FAR_M = 0.1, 60.0
HEIGHT_SHARE, WIDTH_SHARE = 0.74, 0.80
WIDTH_OF_STATURE = 0.70
AIM_FORWARD_M = 0.18


@dataclass(frozen=True)
class CameraSpec:
    """Where the camera stands; None is drawn from the seed.

    Attributes
    ----------
    azimuth_deg : 0 in front of the person, +90 at the person's left, -90 right, 180 behind
    distance_m : from the person, 3.0 to 3.6 if drawn
    height_m : above the floor, 0.85 to 1.15 if drawn
    pitch_deg : added downward inclination beyond looking at the person's middle
    roll_deg : rotation of the picture, SD 0.6 if drawn; positive turns the picture's content clockwise
    focal_px : focal length in pixels; if None the person fills about three quarters of the picture
    """

    azimuth_deg: float = 0.0
    distance_m: float | None = None
    height_m: float | None = None
    pitch_deg: float = 0.0
    roll_deg: float | None = None
    focal_px: float | None = None


@dataclass(frozen=True)
class Camera:
    """A placed camera: rotation (3, 3) and translation (3,) from lab to camera (x right, y down, z ahead).

    `focal` is in pixels, `size` is (width, height) in pixels.
    """

    rotation: Array
    translation: Array
    focal: float
    size: tuple[int, int]

    @property
    def eye(self) -> Array:
        """Position (3,) in the lab, metres."""
        return -self.rotation.T @ self.translation

    @property
    def intrinsics(self) -> Array:
        """Matrix K (3, 3), pixels."""
        width, height = self.size
        return np.array([[self.focal, 0, width / 2], [0, self.focal, height / 2], [0, 0, 1.0]])

    @property
    def matrix(self) -> Array:
        """K [R | t], shape (3, 4): from lab metres to homogeneous pixels."""
        return self.intrinsics @ np.column_stack([self.rotation, self.translation])

    def project(self, points: Array) -> Array:
        """Pixels (..., 2) of lab points (..., 3) in metres."""
        homogeneous = points @ self.matrix[:, :3].T + self.matrix[:, 3]
        return homogeneous[..., :2] / homogeneous[..., 2:]

    def gl_projection(self) -> Array:
        """Matrix (4, 4) from lab metres to OpenGL clip space."""
        width, height = self.size
        view = np.eye(4)
        flip = np.array([1.0, -1.0, -1.0])
        view[:3, :3], view[:3, 3] = flip[:, None] * self.rotation, flip * self.translation
        lens = np.zeros((4, 4))
        lens[0, 0], lens[1, 1] = 2 * self.focal / width, 2 * self.focal / height
        lens[2, 2] = -(FAR_M + NEAR_M) / (FAR_M - NEAR_M)
        lens[2, 3] = -2 * FAR_M * NEAR_M / (FAR_M - NEAR_M)
        lens[3, 2] = -1
        return lens @ view


def _axis_turn(axis: int, degrees: float) -> Array:
    """Rotation (3, 3) in camera axes about x (0) or z (2)."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    i, j = (1, 2) if axis == 0 else (0, 1)
    out = np.eye(3)
    out[i, i], out[i, j], out[j, i], out[j, j] = c, -s, s, c
    return out


def look_at(eye: Array, target: Array, up: Array = UP) -> tuple[Array, Array]:
    """Rotation (3, 3) and translation (3,) of a camera at `eye` that looks at `target`."""
    ahead = unit(target - eye)
    right = unit(np.cross(ahead, up))
    rotation = np.stack([right, np.cross(ahead, right), ahead])
    return rotation, -rotation @ eye


def place_camera(
    rng: np.random.Generator, spec: CameraSpec, size: tuple[int, int], person_height: float
) -> Camera:
    """Place the camera; `person_height` (m, in shoes) sets the default focal length and the aim."""
    drawn = rng.uniform(3.0, 3.6), rng.uniform(0.85, 1.15), rng.normal(0, 0.6), rng.uniform(0.95, 1.03)
    distance = drawn[0] if spec.distance_m is None else spec.distance_m
    height = drawn[1] if spec.height_m is None else spec.height_m
    roll = drawn[2] if spec.roll_deg is None else spec.roll_deg
    centre = np.array([AIM_FORWARD_M, 0.0, 0.0])
    azimuth = np.radians(spec.azimuth_deg)
    eye = centre + np.array([np.cos(azimuth) * distance, np.sin(azimuth) * distance, height])
    rotation, _ = look_at(eye, centre + UP * 0.50 * person_height)
    rotation = _axis_turn(2, roll) @ _axis_turn(0, spec.pitch_deg) @ rotation
    fill = min(HEIGHT_SHARE * size[1], WIDTH_SHARE * size[0] / WIDTH_OF_STATURE) / person_height
    focal = fill * distance * drawn[3] if spec.focal_px is None else spec.focal_px
    return Camera(rotation, -rotation @ eye, float(focal), size)
