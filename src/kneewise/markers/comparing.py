"""Static trial and trial → whether both show one person, by the lengths of thighs and shanks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import FormatError
from ..model import Array
from .averaging import median_of
from .building import Measured, hip_centres
from .naming import Label
from .track import MarkerTrack

_FRAMES = 60
_APART = 0.04
"""Share by which a length between the same markers may differ. [unitless]"""
_STRAIGHTEST = 75
"""Frames with a longer leg than this share of all are measured: skin slides over bent knees. [%]"""
_HIPS = ("hip_centre", "asis", "psis", "sacrum", "trochanter")
_KNEES = ("knee_centre", "knee_lateral", "knee_medial")
_ANKLES = ("ankle_centre", "ankle_lateral", "ankle_medial")


@dataclass(frozen=True, slots=True)
class _Limbs:
    """Markers of both trials that lengths are measured between."""

    names: tuple[str, ...]
    labels: tuple[Label, ...]


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
    shared = [
        (name, label)
        for name, label in zip(trial.names, labels, strict=True)
        if placed.get(name) == label and label.lies_on(*_HIPS, *_KNEES, *_ANKLES)
    ]
    limbs = _Limbs(tuple(name for name, _ in shared), tuple(label for _, label in shared))
    still, moving = _lengths(static, limbs), _lengths(trial, limbs)
    apart = np.abs(still / moving - 1).min(0)  # NaN where one is not known
    for i, word in enumerate(("thighs", "shanks")):
        if apart[i] > _APART:
            there, here = still[0, i], moving[0, i]
            raise FormatError(
                f"The static trial {static.name} shows another person than {trial.name}: {word} of "
                f"{100 * there:.1f} cm against {100 * here:.1f} cm.",
                remedy="give the static trial of this person, or none.",
            )


def _lengths(track: MarkerTrack, limbs: _Limbs) -> Array:
    """(2, 2) thigh and shank, in all frames and in those with the straightest legs; NaN if unknown. [m]

    Skin slides over bent knees, and jerks at a landing: a person who differs does so in both.
    """
    rows = [track.names.index(name) for name in limbs.names]
    complete = np.flatnonzero(track.seen[:, rows].all(1))
    if not rows or not len(complete):
        return np.full((2, 2), np.nan)
    frames = complete[np.linspace(0, len(complete) - 1, min(_FRAMES, len(complete))).astype(int)]
    found = np.array(
        [
            _lengths_of(Measured(places=places, labels=limbs.labels))
            for places in track.points[frames][:, rows]
        ]
    )
    reach = np.nan_to_num(found[:, 2])
    straight = reach >= np.percentile(reach, _STRAIGHTEST)
    return np.stack([median_of(found[:, :2], 0), median_of(found[straight, :2], 0)])


def _lengths_of(measured: Measured) -> Array:
    """(3,) thigh, shank and hip to ankle at one moment, mean of both sides. [m]"""
    hips, knees, ankles = hip_centres(measured), measured.both(*_KNEES), measured.both(*_ANKLES)
    pairs = ((hips, knees), (knees, ankles), (hips, ankles))
    return np.array([np.linalg.norm(a - b, axis=-1).mean() for a, b in pairs])
