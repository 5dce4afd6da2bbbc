"""Study + Overlay → everything of one film that is looked at: clip, key pictures, curves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..conventions import (
    BODY_CONVENTIONS,
    DISPLAY_FACTOR,
    LEG_CONVENTIONS,
    BodyMeasure,
    Convention,
    LegMeasure,
    Side,
    View,
)
from ..figures import Course, Words, draw_course, draw_posture, draw_repetitions
from ..model import Array, Motion, Repetition, Study
from ..pose.overlay import Overlay, clearest, key_times

_MOST_CURVES = 6
_CURVES: tuple[LegMeasure | BodyMeasure, ...] = (
    LegMeasure.KNEE_FLEXION,
    LegMeasure.HIP_FLEXION,
    BodyMeasure.TRUNK_INCLINATION,
    LegMeasure.SHANK_INCLINATION,
    LegMeasure.KNEE_INSIDE_FOOT_LINE,
    BodyMeasure.PELVIS_SHIFT,
    BodyMeasure.KNEE_ANKLE_SEPARATION,
    BodyMeasure.DEPTH,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing or photograph with its words.

    Attributes
    ----------
    title : a few words.
    caption : a sentence, may be empty.
    svg : a drawing, or empty.
    jpeg : a photograph, or empty.
    """

    title: str
    caption: str = ""
    svg: str = ""
    jpeg: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """Everything of one film that is looked at.

    Attributes
    ----------
    repetition : number of the repetition in clip and key pictures, from 1; None without one.
    clip : MP4, or None.
    course : the curve beside the clip, over the clip's own time; None without one.
    keys : top, half way, bottom.
    curves : all repetitions on top of one another, one picture for each measure.
    """

    repetition: int | None = None
    clip: bytes | None = None
    course: Picture | None = None
    keys: tuple[Picture, ...] = ()
    curves: tuple[Picture, ...] = ()


def illustrate(study: Study, overlay: Overlay | None, film: int) -> Pictures:
    """Clip, key pictures and curves of a study; stick figures where there is no film.

    Parameters
    ----------
    study
        What was understood from one trial.
    overlay
        What was drawn on the film; None for a trial that came without a film.
    film
        Number of the film in the analysis, from 0; ties curve and clip.
    """
    chosen = clearest(study)
    if chosen is None or study.motion is None:
        return Pictures()
    repetition = study.repetitions[chosen]
    span = (repetition.start, repetition.end)
    if overlay is not None and overlay.clip is not None:
        span = (overlay.clip_start, overlay.clip_end)
    motion, repetitions = study.motion, study.repetitions
    measured = [measure for measure in _CURVES if is_measured(motion, measure, repetitions)]
    main = next((m for m in (LegMeasure.KNEE_FLEXION, BodyMeasure.DEPTH) if m in measured), None)
    return Pictures(
        repetition=chosen + 1,
        clip=overlay.clip if overlay is not None else None,
        course=None if main is None else _course(motion, main, span, f"film{film}"),
        keys=_keys(study, overlay, chosen),
        curves=tuple(_curve(motion, measure, repetitions) for measure in _pairs(measured)),
    )


def _pairs(things: list[LegMeasure | BodyMeasure]) -> list[LegMeasure | BodyMeasure]:
    """An even number of the first ones, so that two columns end together."""
    return things[: min(len(things) // 2 * 2, _MOST_CURVES)] or things


def is_measured(motion: Motion, measure: LegMeasure | BodyMeasure, repetitions: Sequence[Repetition]) -> bool:
    """Whether at least half of some repetition has a value."""
    inside = [(motion.time >= r.start) & (motion.time <= r.end) for r in repetitions]
    courses = courses_of(motion, measure)
    return any(
        np.isfinite(course.value[frames]).mean() > 0.5
        for course in courses
        for frames in inside
        if frames.any()
    )


def courses_of(motion: Motion, measure: LegMeasure | BodyMeasure, axis: Array | None = None) -> list[Course]:
    """One course for each leg, or one for the body, in display units; over time or another axis."""
    time = motion.time if axis is None else axis
    factor = DISPLAY_FACTOR[convention_of(measure).unit]
    if isinstance(measure, BodyMeasure):
        value, sd = motion.body[:, measure], motion.body_sd[:, measure]
        return [Course(side=None, time=time, value=factor * value, sd=factor * sd)]
    return [
        Course(
            side=side,
            time=time,
            value=factor * motion.leg[:, side, measure],
            sd=factor * motion.leg_sd[:, side, measure],
        )
        for side in Side
    ]


def convention_of(measure: LegMeasure | BodyMeasure) -> Convention:
    """Label, unit and sign of a measure."""
    return LEG_CONVENTIONS[measure] if isinstance(measure, LegMeasure) else BODY_CONVENTIONS[measure]


def _course(
    motion: Motion, measure: LegMeasure | BodyMeasure, span: tuple[float, float], film: str
) -> Picture:
    convention = convention_of(measure)
    words = Words(
        title=f"{convention.label} during the clip",
        description=f"{convention.label} over time; {convention.positive}.",
        unit=convention.unit.value,
    )
    return Picture(title=convention.label, svg=draw_course(words, courses_of(motion, measure), *span, film))


def _curve(motion: Motion, measure: LegMeasure | BodyMeasure, repetitions: Sequence[Repetition]) -> Picture:
    convention = convention_of(measure)
    spans = [(r.start, r.end) for r in repetitions if r.complete]
    spans = spans or [(r.start, r.end) for r in repetitions]
    words = Words(
        title=f"{convention.label} in each repetition",
        description=f"{convention.label} from start to end of a repetition; up means {convention.positive}.",
        unit=convention.unit.value,
    )
    svg = draw_repetitions(words, courses_of(motion, measure), spans)
    return Picture(title=convention.label, caption=f"Up: {convention.positive}.", svg=svg)


def _keys(study: Study, overlay: Overlay | None, chosen: int) -> tuple[Picture, ...]:
    names = ("top", "half way", "bottom")
    if overlay is not None and len(overlay.stills) == len(names):
        return tuple(Picture(title=name, jpeg=jpeg) for name, jpeg in zip(names, overlay.stills, strict=True))
    pose, motion = study.trial.pose, study.motion
    if pose is None or motion is None:
        return ()
    from_front = study.trial.capture.view in (View.FRONT, View.REAR)
    rows = [int(np.argmin(np.abs(pose.time - t))) for t in key_times(study.repetitions[chosen], motion)]
    figures = [
        draw_posture(
            Words(title=name, description=f"Posture at the {name}.", unit=""),
            pose.joints[row],
            from_front=from_front,
        )
        for name, row in zip(names, rows, strict=True)
    ]
    return tuple(Picture(title=name, svg=svg) for name, svg in zip(names, figures, strict=True))
