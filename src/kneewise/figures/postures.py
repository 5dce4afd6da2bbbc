"""Joint centres → stick figures."""

import numpy as np

from ..conventions import Joint, Side
from ..model import Array
from .frame import Words, path, wrap


def draw_posture(words: Words, joints: Array, *, from_front: bool = False) -> str:
    """A stick figure from joint centres in the lab frame.

    Parameters
    ----------
    words
        Title and description.
    joints : (side, joint, xyz)
        NaN where not measured. [m]
    from_front
        Seen from the front instead of from the person's right.
    """
    across = joints[..., 1] if from_front else joints[..., 0]
    plane = np.stack([across, -joints[..., 2]], axis=-1)
    known = plane[np.isfinite(plane).all(axis=-1)]
    if len(known) < 2:
        return ""
    middle = known.mean(axis=0)
    floor = known[:, 1].max()
    points = np.stack([90 + 110 * (plane[..., 0] - middle[0]), 206 + 110 * (plane[..., 1] - floor)], axis=-1)
    centres = _centre(points[:, Joint.HIP]), _centre(points[:, Joint.SHOULDER])
    parts = [
        '<line class="axis" x1="10" x2="170" y1="210" y2="210" stroke="currentColor" stroke-opacity="0.4"/>'
    ]
    near_last = (Side.RIGHT, Side.LEFT) if from_front else (Side.LEFT, Side.RIGHT)  # seen from the right
    for side in near_last:
        leg = points[side, [Joint.HIP, Joint.KNEE, Joint.ANKLE, Joint.HEEL, Joint.TOE, Joint.ANKLE]]
        parts.append(path(leg, side, 4.0))
    parts.append(path(np.stack(centres), None, 4.0))
    return wrap(words, parts, 180, 216)


def _centre(pair: Array) -> Array:
    known = pair[np.isfinite(pair).all(axis=-1)]
    return np.asarray(known.mean(axis=0)) if len(known) else np.full(2, np.nan)
