"""Markers without a place in the posture → Skeleton: each on the segment it moves least against."""

from dataclasses import replace

import numpy as np

from ..model import Array, Mask
from .averaging import median_of
from .skeleton import SEGMENTS, Indices, Skeleton, vectors_to
from .solving import Solution

_LEAST_FRAMES = 20
_LOOSEST = 0.025
"""A marker that moves more than this against every segment is left out. [m]"""


def attach(skeleton: Skeleton, solution: Solution, points: Array, stray: Mask, hints: Indices) -> Skeleton:
    """The body with more of the trial's markers on it.

    Parameters
    ----------
    skeleton
        Holds a row for each marker of `points`.
    solution
        Found from the markers that have a place.
    points
        (n, marker, xyz) in the lab frame. [m]
    stray
        (marker,) which ones have no place yet.
    hints
        (marker,) the segment that the name says, −1 where it says none.
    """
    grown = skeleton
    state = solution.state
    begins = _begins(skeleton)
    for i in np.flatnonzero(stray):
        seen = np.isfinite(points[:, i]).all(-1)
        if seen.sum() < _LEAST_FRAMES:
            continue
        starts = state.rows(slice(None)).place(begins)
        local = np.einsum("nsji,nsj->nsi", state.turns, points[:, i, None] - starts)[seen]
        loose = np.sqrt((np.median(np.abs(local - np.median(local, 0)), 0) ** 2).sum(-1)) * 1.48
        known = int(hints[i])
        segment = known if known >= 0 else int(np.argmin(loose))
        if known < 0 and loose[segment] > _LOOSEST:
            continue
        grown = _place(grown, int(i), segment, median_of(local[:, segment], 0), float(loose[segment]))
    return grown


def _begins(skeleton: Skeleton) -> Array:
    """(segment, segment, xyz) vectors on the way to where each segment begins. [m]"""
    places = np.stack([skeleton.anchors.proximal(segment) for segment in range(SEGMENTS)])
    return vectors_to(places, np.arange(SEGMENTS), skeleton.anchors, skeleton.frames)


def _place(skeleton: Skeleton, marker: int, segment: int, local: Array, loose: float) -> Skeleton:
    place = skeleton.anchors.proximal(segment) + skeleton.frames[segment] @ local
    points, segments = skeleton.points.copy(), skeleton.segments.copy()
    sd, artefact = skeleton.sd.copy(), skeleton.artefact.copy()
    points[marker] = vectors_to(place[None], np.array([segment]), skeleton.anchors, skeleton.frames)[0]
    segments[marker] = segment
    if not np.isfinite(sd[marker]):
        sd[marker], artefact[marker] = max(0.010, loose), max(0.008, loose)
    return replace(skeleton, points=points, segments=segments, sd=sd, artefact=artefact)
