"""Study + where its joints lie in the picture → everything that the page of a film draws and says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ...conventions import (
    DISPLAY_FACTOR,
    SURE,
    ArmJoint,
    BodyMeasure,
    Joint,
    LegMeasure,
    Side,
    Unit,
)
from ...fusion import PHASES, find_own_departures
from ...model import Array, Departure, Pose, Repetition, Study
from ...pose.landmarks import ImagePose
from ...pose.overlay import clearest, frame_person, nearer
from ..numbers import Summary, name_of, plain, show, signed
from ..pictures import convention_of
from .curves import Measure, describe_loads, describe_measures, flat, shown_measures

SCHEMA = "kneewise.viewer/1"
_JOINTS = (*Joint, *ArmJoint)
_NAMES = {None: "", Side.LEFT: ", left", Side.RIGHT: ", right"}
_COMPARED = frozenset(
    {
        LegMeasure.KNEE_FLEXION,
        LegMeasure.HIP_FLEXION,
        LegMeasure.ANKLE_DORSIFLEXION,
        LegMeasure.KNEE_INSIDE_FOOT_LINE,
        BodyMeasure.TRUNK_INCLINATION,
        BodyMeasure.DEPTH,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Footage:
    """The film that is shown, and where the joints lie in it.

    Attributes
    ----------
    pose : joints in the picture; its times are those of the film's pictures.
    width_px, height_px : size of the picture in which they are told. [px]
    film : name of the file beside the description, whose first picture is that of the first time; None where
        no film is kept, and the figure is drawn alone.
    """

    pose: ImagePose
    width_px: int
    height_px: int
    film: str | None


def describe_film(study: Study, footage: Footage, told: Summary, weight: float | None) -> Summary:
    """Everything that the page of a film draws and says.

    Parameters
    ----------
    study
        What was understood from the film.
    footage
        Where the joints lie in it.
    told
        What is said of it, as `tell_film` makes it.
    weight
        Of the body, which forces are told in; None where it is not known. [N]

    Returns
    -------
    dict
        Numbers of frames, sides, joints and coordinates in this order, in one flat list each: ``picture`` in
        pixels of ``width`` × ``height``, the middle of the first one at 0; ``space`` and ``space_sd`` in
        millimetres. ``person`` is the part of the picture that holds the person throughout: left, top, right
        and bottom edge.
    """
    pose = study.trial.pose
    near, chosen = nearer(study.trial.capture.azimuth), clearest(study)
    return {
        "schema": SCHEMA,
        "film": footage.film,
        "width": footage.width_px,
        "height": footage.height_px,
        "person": list(_frame(footage)),
        "near": None if near is None else name_of(near),
        "sure": SURE,
        "times": flat(footage.pose.time, 5),
        "joints": [joint.name.lower() for joint in _JOINTS],
        "picture": flat(_with_arms(footage.pose.points_px, footage.pose.arms_px), 1),
        "space": None if pose is None else flat(1000 * _with_arms(pose.joints, pose.arms), 0),
        "space_sd": None if pose is None else flat(1000 * _sd_of(pose), 0),
        "curves": [*describe_measures(study), *describe_loads(study, weight)],
        "clearest": None if chosen is None else chosen + 1,
        "repetitions": [_repetition(i, one) for i, one in enumerate(study.repetitions)],
        "departures": _departures(study),
        "told": {name: words for name, words in told.items() if name != "rows"},
    }


def _frame(footage: Footage) -> tuple[int, int, int, int]:
    joints = _with_arms(footage.pose.points_px, footage.pose.arms_px)
    return frame_person(joints.reshape(-1, 2), (footage.width_px, footage.height_px))


def _with_arms(joints: Array, arms: Array | None) -> Array:
    """(n, side, joint and arm joint, coordinate); NaN for arms that nobody looked for."""
    n, sides, _, width = joints.shape
    return np.concatenate(
        [joints, np.full((n, sides, len(ArmJoint), width), np.nan) if arms is None else arms], axis=2
    )


def _sd_of(pose: Pose) -> Array:
    """(n, side, joint and arm joint) root mean square of the error along the three axes. [m]"""
    joints = np.sqrt(np.mean(pose.joints_sd**2, axis=-1))
    arms = pose.arms_sd
    missing = np.full((*joints.shape[:2], len(ArmJoint)), np.nan)
    return np.concatenate([joints, missing if arms is None else arms], axis=2)


def _repetition(number: int, repetition: Repetition) -> Summary:
    return {
        "number": number + 1,
        "task": repetition.task.value,
        "start": plain(repetition.start, 3),
        "bottom": plain(repetition.bottom, 3),
        "end": plain(repetition.end, 3),
        "complete": repetition.complete,
        "phases": [
            {"name": phase.value, "start": plain(start, 3), "end": plain(end, 3)}
            for phase, (start, end) in repetition.phases.items()
        ],
    }


def _departures(study: Study) -> Summary:
    """How each whole repetition differs from their mean, over the phases; empty of fewer than two.

    What is wrong throughout a film cancels in it, so that its error is smaller than that of the curves.
    """
    departures = find_own_departures(0, study)
    measures = [measure for measure in shown_measures(study) if measure in _COMPARED]
    return {
        "phases": PHASES,
        "courses": [row for one in departures for row in _courses(one, measures)],
        "columns": [name for name, _, _ in _columns(measures)],
        "rows": [_row(one, measures) for one in departures],
    }


def _columns(measures: Sequence[Measure]) -> Iterator[tuple[str, Measure, Side | None]]:
    for measure in measures:
        sides: Sequence[Side | None] = tuple(Side) if isinstance(measure, LegMeasure) else (None,)
        for side in sides:
            yield f"{convention_of(measure).label}{_NAMES[side]}", measure, side


def _courses(departure: Departure, measures: Sequence[Measure]) -> Iterator[Summary]:
    for _, measure, side in _columns(measures):
        value, sd = _of(departure, measure, side)
        yield {
            "number": departure.repetition + 1,
            "curve": measure.name.lower(),
            "side": None if side is None else name_of(side),
            "value": flat(value, 2),
            "sd": flat(sd, 2),
        }


def _row(departure: Departure, measures: Sequence[Measure]) -> Summary:
    """Differences at the lowest point, each with whether it is more than its error."""
    cells = []
    for _, measure, side in _columns(measures):
        value, sd = (float(course[PHASES // 2]) for course in _of(departure, measure, side))
        if not np.isfinite([value, sd]).all():
            cells.append({"text": "–", "sure": False})
            continue
        text = show({"value": value, "sd": sd, "unit": convention_of(measure).unit.value})
        cells.append({"text": signed(text), "sure": abs(value) > SURE * sd})
    return {"number": departure.repetition + 1, "cells": cells}


def _of(departure: Departure, measure: Measure, side: Side | None) -> tuple[Array, Array]:
    """Difference and its error over the phases, in display units."""
    factor = DISPLAY_FACTOR[Unit(convention_of(measure).unit)]
    if side is None:
        return factor * departure.body[:, measure], factor * departure.body_sd[:, measure]
    return factor * departure.leg[:, side, measure], factor * departure.leg_sd[:, side, measure]
