"""Pose → a film of nothing: an empty stage on which a body measured without a camera can be drawn.

Two looks side by side: from the person's right, where forward is to the right of the picture, and from the
front, where their left is on the right of the picture.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np

from ..model import Array, Frame, Pose, Recording
from .landmarks import Image, ImagePose

_WIDTH_PX, _HEIGHT_PX = 960, 640
_MARGIN_PX = 40
_FLOOR_PX = 570
_TALLEST_PX = 440
"""Room for shoulders over floor; a head has place above them. [px]"""
_BACK, _FLOOR, _LINE = (38, 42, 50), (52, 57, 66), (92, 99, 112)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stage:
    """An empty stage, and where the joints appear on it.

    Attributes
    ----------
    recording : as long as the movement, with one frame for each of its times.
    from_side, from_front : the same joints seen twice.
    """

    recording: Recording
    from_side: ImagePose
    from_front: ImagePose


def set_stage(pose: Pose, name: str, digest: str) -> Stage:
    """A stage of a size that holds the whole movement.

    Parameters
    ----------
    pose
        In the lab frame.
    name, digest
        Of the file that the pose is from.
    """
    points = pose.joints.reshape(-1, 3)
    points = points[np.isfinite(points).all(-1)]
    low, high = (points.min(0), points.max(0)) if len(points) else (np.zeros(3), np.ones(3))
    half = _WIDTH_PX / 2 - 2 * _MARGIN_PX
    reach = max(high[0] - low[0], high[1] - low[1], 0.5)
    scale = min(_TALLEST_PX / max(high[2], 0.5), half / reach)
    middle = (low + high) / 2

    def seen(points: Array, along: int) -> Array:
        across = (0.25 + 0.5 * along) * _WIDTH_PX + scale * (points[..., along] - middle[along])
        return np.stack([across, _FLOOR_PX - scale * points[..., 2]], axis=-1)

    side, front = (
        ImagePose(
            time=pose.time,
            points_px=seen(pose.joints, along),
            arms_px=None if pose.arms is None else seen(pose.arms, along),
        )
        for along in range(2)
    )
    recording = Recording(
        name=name,
        digest=digest,
        width_px=_WIDTH_PX,
        height_px=_HEIGHT_PX,
        duration=float(pose.time[-1] - pose.time[0]),
        frames=partial(_frames, pose.time),
    )
    return Stage(
        recording=recording,
        from_side=side,
        from_front=front,
    )


def _frames(time: Array, least_interval: float) -> Iterator[Frame]:
    """An empty picture for each time, leaving out those that come too soon."""
    empty, last = _empty(), -np.inf
    for index, now in enumerate(time):
        if now - last >= max(least_interval, 1e-6) - 1e-9:
            last = float(now)
            yield Frame(time=last, index=index, image=empty)


def _empty() -> Image:
    image = np.full((_HEIGHT_PX, _WIDTH_PX, 3), _BACK, np.uint8)
    image[_FLOOR_PX:] = _FLOOR
    cv2.line(image, (0, _FLOOR_PX), (_WIDTH_PX, _FLOOR_PX), _LINE, 2)
    cv2.line(image, (_WIDTH_PX // 2, _MARGIN_PX), (_WIDTH_PX // 2, _FLOOR_PX - _MARGIN_PX), _FLOOR, 2)
    return image
