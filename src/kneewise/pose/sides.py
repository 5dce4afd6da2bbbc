"""LandmarkTrack → LandmarkTrack with left and right true to the person throughout.

Networks exchange the legs, or the arms, when one hides the other. An exchange shows as a jump that
vanishes when the sides are exchanged back, and as feet that point against the way the hips face. Both are
weighed over the whole film at once (Viterbi), so that one doubtful frame decides nothing.
"""

from dataclasses import replace

import numpy as np

from ..model import Array, Mask
from .landmarks import BODY_LANDMARKS, LandmarkTrack

_LEGS = np.array([[23, 25, 27, 29, 31], [24, 26, 28, 30, 32]])
_ARMS = np.array([[11, 13, 15, 17, 19, 21], [12, 14, 16, 18, 20, 22]])
_FACING_WEIGHT = 0.05
_HEEL, _TOE = 4, 5


def repair_sides(track: LandmarkTrack) -> tuple[LandmarkTrack, float]:
    """Put exchanged sides back.

    Returns
    -------
    track
        With left and right exchanged back where they had been exchanged.
    share
        Of the frames in which a leg or arm was put back. [unitless]
    """
    size = _body_size(track)
    points, world, visibility = track.points_px.copy(), track.world.copy(), track.visibility.copy()
    touched = np.zeros(len(track.time), dtype=bool)
    feet = _foot_direction(track.world)
    for pairs in (_LEGS, _ARMS):
        across = track.world[:, pairs[0, 0]] - track.world[:, pairs[1, 0]]
        swapped = _swapped_frames(track.steady_px[:, pairs] / size, _facing(across, feet))
        touched |= swapped
        rows = np.flatnonzero(swapped)
        for values in (points, world, visibility):
            values[np.ix_(rows, pairs[0])], values[np.ix_(rows, pairs[1])] = (
                values[np.ix_(rows, pairs[1])],
                values[np.ix_(rows, pairs[0])],
            )
    share = float(touched.mean()) if len(touched) else 0.0
    return replace(track, points_px=points, world=world, visibility=visibility), share


def _body_size(track: LandmarkTrack) -> float:
    """Size of the person in the picture, for distances without pixels. [px]"""
    body = track.points_px[:, BODY_LANDMARKS].reshape(len(track.time), -1, 2)
    span = np.linalg.norm(body.max(1) - body.min(1), axis=-1)
    return float(np.nanmedian(span)) if np.isfinite(span).any() else 1.0


def _foot_direction(world: Array) -> Array:
    """(n, 2) where both feet point on the floor: right and away from the camera."""
    feet = world[:, BODY_LANDMARKS[:, _TOE]] - world[:, BODY_LANDMARKS[:, _HEEL]]
    return np.asarray(feet.sum(1)[:, [0, 2]])


def _facing(across: Array, feet: Array) -> Array:
    """Agreement, −1 to 1, of the feet with the facing that follows from the line right → left."""
    facing = np.column_stack([across[:, 2], -across[:, 0]])
    length = np.linalg.norm(facing, axis=1) * np.linalg.norm(feet, axis=1)
    return np.asarray(np.nan_to_num((facing * feet).sum(1) / np.maximum(length, 1e-9)))


def _swapped_frames(points: Array, agreement: Array) -> Mask:
    """Most likely sequence of "as read" and "exchanged", from jumps and facing."""
    n = len(points)
    stay, cross = np.zeros(n), np.zeros(n)
    stay[1:] = np.linalg.norm(points[1:] - points[:-1], axis=-1).sum((1, 2))
    cross[1:] = np.linalg.norm(points[1:] - points[:-1, ::-1], axis=-1).sum((1, 2))
    stay, cross = np.nan_to_num(stay), np.nan_to_num(cross)
    cost = np.array([0.0, 0.0])
    origin = np.zeros((n, 2), dtype=int)
    for i in range(n):
        keep, change = cost + stay[i], cost[::-1] + cross[i]
        origin[i] = np.where(change < keep, [1, 0], [0, 1])
        unlikely = _FACING_WEIGHT * agreement[i]
        cost = np.minimum(keep, change) + np.array([-unlikely, unlikely])
    state = int(np.argmin(cost))
    states = np.empty(n, dtype=bool)
    for i in range(n - 1, -1, -1):
        states[i] = bool(state)
        state = origin[i, state]
    return states
