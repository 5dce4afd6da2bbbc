"""Static trial and trial → whether both show one person, by the lengths of thighs and shanks."""

from collections.abc import Mapping, Sequence

import numpy as np

from ..errors import FormatError
from ..model import Array
from .averaging import median_of
from .building import Measured, hip_centres
from .naming import Label
from .tidying import ANKLES, KNEES
from .track import MarkerTrack

_FRAMES = 60
_APART = 0.04
"""Share by which a length between the same markers may differ. [unitless]"""
_STRAIGHTEST = 75
"""Frames with a longer leg than this share of all are measured: skin slides over bent knees. [%]"""
_HIPS = ("hip_centre", "asis", "psis", "sacrum")


def compare_people(
    static: MarkerTrack, static_labels: Sequence[Label], trial: MarkerTrack, labels: Sequence[Label]
) -> None:
    """Complain about a static trial of somebody else.

    Raises
    ------
    FormatError
        When thighs or shanks differ by more than skin and flexion explain.
    """
    placed = dict(zip(static.names, static_labels, strict=True))
    shared = {
        name: label
        for name, label in zip(trial.names, labels, strict=True)
        if placed.get(name) == label and label.lies_on(*_HIPS, *KNEES, *ANKLES)
    }
    still, moving = _lengths(static, shared), _lengths(trial, shared)
    apart = np.abs(still / moving - 1).min(0)  # NaN where one is not known
    for i, word in enumerate(("thighs", "shanks")):
        if apart[i] > _APART:
            there, here = still[0, i], moving[0, i]
            raise FormatError(
                f"The static trial {static.name} shows another person than {trial.name}: {word} of "
                f"{100 * there:.1f} cm against {100 * here:.1f} cm.",
                remedy="give the static trial of this person, or none.",
            )


def _lengths(track: MarkerTrack, shared: Mapping[str, Label]) -> Array:
    """(2, 2) thigh and shank, in all frames and in those with the straightest legs; NaN if unknown. [m]

    Skin slides over bent knees, and jerks at a landing: a person who differs does so in both.
    """
    columns = [track.names.index(name) for name in shared]
    complete = np.flatnonzero(track.seen[:, columns].all(1))
    if not columns or not len(complete):
        return np.full((2, 2), np.nan)
    frames = complete[np.linspace(0, len(complete) - 1, min(_FRAMES, len(complete))).astype(int)]
    labels = tuple(shared.values())
    found = np.array(
        [_lengths_of(Measured(places=places, labels=labels)) for places in track.points[frames][:, columns]]
    )
    reach = np.nan_to_num(found[:, 2])
    straight = reach >= np.percentile(reach, _STRAIGHTEST)
    return np.stack([median_of(found[:, :2], 0), median_of(found[straight, :2], 0)])


def _lengths_of(measured: Measured) -> Array:
    """(3,) thigh, shank and hip to ankle at one moment, mean of both sides. [m]"""
    hips, knees, ankles = hip_centres(measured), measured.both(*KNEES), measured.both(*ANKLES)
    pairs = ((hips, knees), (knees, ankles), (hips, ankles))
    return np.array([np.linalg.norm(a - b, axis=-1).mean() for a, b in pairs])
