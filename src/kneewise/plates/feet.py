"""Where the feet of a pose are on the floor, and how far a point is from them."""

import numpy as np

from ..conventions import Joint, Side
from ..model import Array, Pose

REACH = 0.10
"""A force acts on a foot when it acts so near the line from heel to toe; half a shoe, and the error of both
measurements. An estimate. [m]"""
_STEPS = 9


def distances(pose: Pose, places: Array) -> tuple[Array, Array]:
    """How far points are from each foot, and from what lies under both feet and between them.

    Parameters
    ----------
    pose
        Feet are the lines from heel to toe, seen from above.
    places
        (n, plate, xyz) in the lab frame. [m]

    Returns
    -------
    tuple of Array
        (n, plate, side) from each foot, and (n, plate) from the area of both; NaN where a foot or the point
        is not known. [m]
    """
    heel, toe = (pose.joints[:, :, joint, :2] for joint in (Joint.HEEL, Joint.TOE))
    share = np.linspace(0, 1, _STEPS)[:, None]
    begin, end = (
        point[:, None, Side.LEFT] * (1 - share) + point[:, None, Side.RIGHT] * share for point in (heel, toe)
    )
    far = _from_lines(places[:, :, None, :2], begin[:, None], end[:, None])
    return far[..., [0, -1]], far.min(axis=-1)


def _from_lines(point: Array, begin: Array, end: Array) -> Array:
    along = end - begin
    share = ((point - begin) * along).sum(-1) / (along * along).sum(-1)
    near = begin + np.clip(share, 0, 1)[..., None] * along
    return np.asarray(np.linalg.norm(point - near, axis=-1))
