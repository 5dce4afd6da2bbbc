"""Markers with their labels → elbow and wrist centres of each frame."""

from collections.abc import Sequence

import numpy as np

from ..conventions import ArmJoint, Side
from ..model import Array
from .averaging import mean_of
from .naming import Label
from .track import MarkerTrack

_BOTH_SD, _GIVEN_SD = 0.008, 0.010
_ONE_SD = {ArmJoint.ELBOW: 0.035, ArmJoint.WRIST: 0.025}
"""Of a centre midway between the markers on both sides, of one that the file holds, and of a marker on one
side that stands for it: about half a joint's width away. Estimates. [m]"""


def find_arms(track: MarkerTrack, labels: Sequence[Label]) -> tuple[Array, Array]:
    """Elbow and wrist centres, and one standard deviation of each coordinate.

    Parameters
    ----------
    track
        In the lab frame.
    labels
        What each marker lies on.

    Returns
    -------
    arms : (n, side, arm joint, xyz) NaN where a joint has no marker, or one of its two was not seen. [m]
    arms_sd : (n, side, arm joint) [m]

    Notes
    -----
    Assumes: the centre lies midway between the markers on both sides.
    """
    n = len(track.time)
    arms = np.full((n, len(Side), len(ArmJoint), 3), np.nan)
    sd = np.full((n, len(Side), len(ArmJoint)), np.nan)
    for side in Side:
        for joint in ArmJoint:
            arms[:, side, joint], doubt = _centre(track, labels, side, joint)
            sd[:, side, joint] = np.where(np.isfinite(arms[:, side, joint]).all(-1), doubt, np.nan)
    return arms, sd


def _centre(track: MarkerTrack, labels: Sequence[Label], side: Side, joint: ArmJoint) -> tuple[Array, float]:
    """(n, xyz) where a joint is, and how sure that is. [m]"""
    word = joint.name.lower()
    given, outer, inner = (
        _gather(track, labels, side, f"{word}_{which}") for which in ("centre", "lateral", "medial")
    )
    if given is not None:
        return given, _GIVEN_SD
    if outer is not None and inner is not None:
        return (outer + inner) / 2, _BOTH_SD
    one = outer if outer is not None else inner
    return (np.full((len(track.time), 3), np.nan) if one is None else one), _ONE_SD[joint]


def _gather(track: MarkerTrack, labels: Sequence[Label], side: Side, landmark: str) -> Array | None:
    """(n, xyz) middle of the markers on a landmark that were seen at all; None where there are none. [m]"""
    seen = np.asarray(track.seen.any(axis=0))
    rows = [i for i, label in enumerate(labels) if seen[i] and label.side is side and label.lies_on(landmark)]
    return mean_of(track.points[:, rows], 1) if rows else None
