"""Rotations and directions; angles in radians, lab frame (x forward, y left, z up)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial.transform import Rotation

if TYPE_CHECKING:
    from .mesh import Array

UP = np.array([0.0, 0.0, 1.0])
RIGHT = np.array([0.0, -1.0, 0.0])
FORWARD = np.array([1.0, 0.0, 0.0])


def unit(vector: Array) -> Array:
    """Return the vector (3,) scaled to length 1."""
    return vector / np.linalg.norm(vector)


def _about(axis: str, angle: float) -> Array:
    return np.asarray(Rotation.from_euler(axis, angle).as_matrix())


def roll(angle: float) -> Array:
    """Rotation (3, 3) about the forward axis; positive lowers the right side."""
    return _about("x", angle)


def pitch(angle: float) -> Array:
    """Rotation (3, 3) about the left axis; positive leans an upright body forward."""
    return _about("y", angle)


def yaw(angle: float) -> Array:
    """Rotation (3, 3) about the vertical; positive turns to the left."""
    return _about("z", angle)


def about(axis: Array, angle: float) -> Array:
    """Rotation (3, 3) by an angle about a unit axis."""
    return np.asarray(Rotation.from_rotvec(axis * angle).as_matrix())


def share(rotation: Array, fraction: float) -> Array:
    """Return that fraction of a rotation (3, 3), from none at 0 to all at 1."""
    return np.asarray(Rotation.from_rotvec(Rotation.from_matrix(rotation).as_rotvec() * fraction).as_matrix())


def between(start: Array, end: Array, fraction: float) -> Array:
    """Return the rotation (3, 3) a fraction of the way from `start` to `end`."""
    return start @ share(start.T @ end, fraction)


def shortest(start: Array, end: Array) -> Array:
    """Shortest rotation (3, 3) that turns one unit direction into another."""
    axis = np.cross(start, end)
    angle = float(np.arccos(np.clip(start @ end, -1, 1)))
    return about(axis / (np.linalg.norm(axis) + 1e-9), angle)


def bone_frame(along: Array, hinge: Array) -> Array:
    """Axes of a bone as columns (3, 3): along it, its hinge made orthogonal, and their cross product."""
    along = unit(along)
    hinge = unit(hinge - along * (along @ hinge))
    return np.stack([along, hinge, np.cross(along, hinge)], axis=1)
