"""Vectors, angles and mirroring on arrays whose last axis is xyz; knows no body."""

import numpy as np

from .model import Array


def angle_between(one: Array, other: Array) -> Array:
    """Unsigned angle between vectors, 0 to π, exact near both ends. [rad]"""
    cross = np.linalg.norm(np.cross(one, other), axis=-1)
    return np.asarray(np.arctan2(cross, (one * other).sum(-1)))


def inclination(upward: Array) -> Array:
    """Angle of a line away from vertical in the sagittal plane, positive leaning forward. [rad]

    Parameters
    ----------
    upward
        (..., xyz) vector along the line, pointing up when it is upright.
    """
    return np.asarray(np.arctan2(upward[..., 0], upward[..., 2]))


def side_inclination(upward: Array) -> Array:
    """Angle of a line away from vertical in the frontal plane, positive leaning left. [rad]"""
    return np.asarray(np.arctan2(upward[..., 1], upward[..., 2]))


def turn_about_vertical(points: Array, angle: float) -> Array:
    """Points turned about the z axis, from x towards y. [as given]"""
    c, s = np.cos(angle), np.sin(angle)
    x, y, z = points[..., 0], points[..., 1], points[..., 2]
    return np.stack([c * x - s * y, s * x + c * y, z], axis=-1)


def mirror(joints: Array) -> Array:
    """The mirror person: left and right exchanged and y reversed.

    Parameters
    ----------
    joints
        (..., side, joint, xyz)
    """
    return np.asarray(joints[..., ::-1, :, :] * np.array([1.0, -1.0, 1.0]))
