"""Postures → where joints are as seen from the side, for drawing."""

import numpy as np

from ..model import Array
from .asking import Asked
from .standing import stand

POINTS = ("heel", "toe", "ankle", "knee", "hip", "shoulder", "pressure")
"""What is drawn; the last is where the weight lies on the floor."""


def find_points(asked: Asked) -> Array:
    """Where the likeliest body has its joints, as seen from the side.

    Returns
    -------
    ndarray
        (o, point, 2) ahead of the tip of the toes and above the floor. [m]
    """
    build, feet = asked.scene.build, asked.scene.feet
    leg = stand(build, feet, asked.taken.shin, asked.scene.depth)
    shin, thigh = leg.shin[:, 0][:, [0, 2]], leg.thigh[:, 0][:, [0, 2]]
    heel, toe = (end * np.cos(feet.turn_out) for end in feet.ends)
    trunk = asked.taken.trunk[:, 0]
    ankle = _points(-toe, feet.ankle_height, len(shin))
    knee = ankle + shin
    hip = knee + thigh
    shoulder = hip + build.trunk * np.stack((np.sin(trunk), np.cos(trunk)), axis=-1)
    pressed = feet.ahead(asked.taken.share[:, :1]) - toe
    ends = (_points(heel - toe, feet.heel, len(shin)), np.zeros((len(shin), 2)))
    return np.stack(
        (*ends, ankle, knee, hip, shoulder, _points(pressed, np.zeros((1, 1)), len(shin))), axis=1
    )


def _points(ahead: Array, above: Array, count: int) -> Array:
    """(o, 2) of arrays that broadcast to (o, 1)."""
    return np.stack([np.broadcast_to(one, (count, 1))[:, 0] for one in (ahead, above)], axis=-1)
