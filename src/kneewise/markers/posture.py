"""The posture a body is measured in: the static trial's, or the straightest still moment of the trial."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..model import Array
from .averaging import mean_of, median_of
from .naming import Label
from .tidying import ANKLES, FEET, PELVIS, gather
from .track import MarkerTrack

_WINDOW = 0.25
_STRAIGHT = 0.03
"""Pelvis at most this far below its highest. [m]"""


def standing_posture(track: MarkerTrack, labels: Sequence[Label]) -> Array:
    """(marker, xyz) markers while the person stands straight and still; NaN where not seen. [m]"""
    # Ankles, not toes: in the air toes point down, and the highest pelvis over them is a jump.
    height = (gather(track, labels, PELVIS) - gather(track, labels, ANKLES))[:, 2]
    if not np.isfinite(height).any():
        height = (gather(track, labels, PELVIS) - gather(track, labels, FEET))[:, 2]
    if not np.isfinite(height).any() or len(height) < 3:
        return median_of(track.points, 0)
    tall = height >= np.nanpercentile(height, 95) - _STRAIGHT
    speed = mean_of(np.linalg.norm(np.gradient(track.points, axis=0), axis=-1), 1)
    full = track.seen.mean(1)
    cost = np.where(tall & np.isfinite(speed), speed + 0.1 * (full.max() - full), np.inf)
    if not np.isfinite(cost).any():
        cost = np.where(tall, 0.0, np.inf)
    best = int(np.argmin(cost))
    near = (np.abs(track.time - track.time[best]) <= _WINDOW) & tall
    return median_of(track.points[near], 0)


def join(track: MarkerTrack, static: MarkerTrack) -> tuple[MarkerTrack, tuple[str, ...]]:
    """The trial with a column for every marker of the static trial too, and the names that only that has."""
    extra = tuple(name for name in static.names if name not in track.names)
    empty = np.full((len(track.time), len(extra), 3), np.nan)
    points = np.concatenate([track.points, empty], axis=1)
    return replace(track, names=(*track.names, *extra), points=points), extra


def in_order(posture: Array, names: Sequence[str], wanted: Sequence[str]) -> Array:
    """(wanted, xyz) a posture with its markers in another order; NaN for those it does not have. [m]"""
    place = {name: i for i, name in enumerate(names)}
    nothing = np.full(3, np.nan)
    return np.stack([posture[place[name]] if name in place else nothing for name in wanted])
