"""Study → curves over the frames of its film: measures of the body, and what knee and hip carry."""

from collections.abc import Iterator

import numpy as np

from ...conventions import GRAVITY, SURE, BodyMeasure, JointLoad, LegMeasure, Side, Unit
from ...model import Array, Loads, Study
from ..loads import LOAD_LABELS
from ..numbers import Summary, name_of
from ..pictures import convention_of, courses_of, is_measured

Measure = LegMeasure | BodyMeasure

_SHOWN: tuple[Measure, ...] = (
    LegMeasure.KNEE_FLEXION,
    LegMeasure.HIP_FLEXION,
    LegMeasure.ANKLE_DORSIFLEXION,
    BodyMeasure.TRUNK_INCLINATION,
    LegMeasure.KNEE_INSIDE_FOOT_LINE,
    BodyMeasure.KNEE_ANKLE_SEPARATION,
    BodyMeasure.PELVIS_SHIFT,
    BodyMeasure.DEPTH,
)
_LOADS = (JointLoad.PATELLOFEMORAL_FORCE, JointLoad.KNEE_MOMENT, JointLoad.HIP_MOMENT)


def shown_measures(study: Study) -> list[Measure]:
    """What the film shows, the sagittal joints first; empty where no repetition was found."""
    motion = study.motion
    if motion is None or not study.repetitions:
        return []
    return [measure for measure in _SHOWN if is_measured(motion, measure, study.repetitions)]


def describe_measures(study: Study) -> Iterator[Summary]:
    """A curve of each measure that the film shows, with the band that holds the true one 95 times in 100."""
    if study.motion is None:
        return
    for measure in shown_measures(study):
        convention = convention_of(measure)
        digits = 2 if convention.unit is Unit.RATIO else 1
        yield {
            "id": measure.name.lower(),
            "kind": "measure",
            "label": convention.label,
            "unit": convention.unit.value,
            "positive": convention.positive,
            "courses": [
                {
                    "side": None if course.side is None else name_of(course.side),
                    "value": flat(course.value, digits),
                    "low": flat(course.value - SURE * course.sd, digits),
                    "high": flat(course.value + SURE * course.sd, digits),
                }
                for course in courses_of(study.motion, measure)
            ],
        }


def describe_loads(study: Study, weight: float | None) -> Iterator[Summary]:
    """A curve of each load, with the band that holds the true one nine times in ten.

    Parameters
    ----------
    study
        What was understood from a film.
    weight
        Of the body, which forces are told in; None where it is not known. [N]
    """
    loads = study.loads
    if loads is None:
        return
    for load in _LOADS:
        if np.isfinite(loads.leg[..., load]).any():
            yield _describe_load(loads, load, weight)


def _describe_load(loads: Loads, load: JointLoad, weight: float | None) -> Summary:
    is_force = load is JointLoad.PATELLOFEMORAL_FORCE
    if is_force:
        unit, factor, digits = "× body weight", 1 / (weight or GRAVITY), 2
    else:
        unit, factor, digits = ("N·m/kg", 1.0, 2) if loads.relative else ("N·m", 1.0, 0)
    parts = {"value": loads.leg, "low": loads.leg_low, "high": loads.leg_high}
    return {
        "id": load.name.lower(),
        "kind": "load",
        "label": LOAD_LABELS[load],
        "unit": unit,
        "positive": "more load",
        "courses": [
            {
                "side": name_of(side),
                **{name: flat(factor * part[:, side, load], digits) for name, part in parts.items()},
            }
            for side in Side
        ],
    }


def flat(values: Array, digits: int) -> list[float | None]:
    """Rounded numbers in the order of the axes; None for NaN."""
    rounded = (np.round(values, digits) + 0.0).ravel().tolist()
    if digits == 0:
        return [None if number != number else int(number) for number in rounded]
    return [None if number != number else number for number in rounded]
