"""The corridor: observe() leads from a film to a trial, understand() from a case to what it means.

Only this file knows the order of the rooms; it calls, and holds no formulas.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from .body import build_body
from .conventions import PLANES_SHOWN, LegMeasure, Plane, View
from .events import on_the_feet, split_repetitions
from .findings import find, measure_repetition
from .fusion import Plan, find_departures, find_differences, phases, plan_fusions
from .kinematics import compute_motion, unmeasured_measures
from .kinetics import compute_loads
from .knowledge import SegmentRow, read_anthropometry, read_thresholds
from .model import (
    Analysis,
    Array,
    Burden,
    Case,
    Fused,
    Fusion,
    Issue,
    Loads,
    Motion,
    Person,
    Pose,
    Readings,
    Recording,
    Severity,
    Study,
    Threshold,
    Trial,
    Unmeasured,
)
from .pose import Estimator, ImagePose, Joined, Shot, Tie, estimate_pose, fit_takes
from .video import open_video

_SEED = 20260102
_NO_SQUAT = Issue(
    id="no_squat",
    severity=Severity.REFUSED,
    because="no squat or sit-to-stand was found: nobody went down and up again with both feet on the spot",
    remedy="film two or three whole repetitions, a second of standing before and after, feet in the picture",
)
_NO_WHOLE = Issue(
    id="no_whole_repetition",
    severity=Severity.WARNING,
    because="no repetition is seen whole: the film, or the view of the feet, begins or ends within it",
    remedy="film two or three whole repetitions, a second of standing before and after",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """The tables that judgements rest on."""

    anthropometry: tuple[SegmentRow, ...]
    thresholds: tuple[Threshold, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Observed:
    """A film measured, with what is needed to draw on it.

    Attributes
    ----------
    trial : what is understood from.
    recording : the film.
    image_pose : where the joints appear in the picture.
    """

    trial: Trial
    recording: Recording
    image_pose: ImagePose


def read_knowledge() -> Knowledge:
    """All tables, validated."""
    return Knowledge(anthropometry=read_anthropometry(), thresholds=read_thresholds())


def observe(
    path: Path,
    person: Person,
    estimator: Estimator,
    *,
    burden: Burden | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Observed:
    """Measure one film: seconds to minutes, all cores.

    Parameters
    ----------
    path
        The film.
    person
        Stature sets the scale.
    estimator
        Finds people and reads landmarks.
    burden
        What the person carried.
    progress
        Called with the share done, 0 to 1.
    """
    recording = open_video(path)
    sight = estimate_pose(recording, person, estimator, progress)
    trial = Trial(
        name=recording.name,
        digest=recording.digest,
        condition="baseline",
        burden=burden or Burden(),
        capture=sight.capture,
        pose=sight.pose,
        provenance=sight.provenance,
        readings=sight.readings,
    )
    return Observed(trial=trial, recording=recording, image_pose=sight.image_pose)


def understand(case: Case, knowledge: Knowledge) -> Analysis:
    """What the case means. Pure: the same case and knowledge give the same analysis."""
    studies = tuple(_study(trial, case.person, knowledge) for trial in case.trials)
    fusions = tuple(_fuse(plan, studies, case.person) for plan in plan_fusions(studies))
    return Analysis(case=case, studies=studies, fusions=fusions)


def _study(trial: Trial, person: Person, knowledge: Knowledge) -> Study:
    pose, view = trial.pose, trial.capture.view
    if pose is None:
        return _refused(trial)
    motion = compute_motion(pose, view)
    repetitions = split_repetitions(motion)
    if not repetitions:
        return replace(_refused(_with_issue(trial, _NO_SQUAT)), motion=motion)
    if not any(repetition.complete for repetition in repetitions):
        trial = _with_issue(trial, _NO_WHOLE)
    values = tuple(measure_repetition(motion, repetition) for repetition in repetitions)
    carried = pose.where(on_the_feet(motion, repetitions))
    loads, no_loads = _loads(carried, motion, trial, person, knowledge)
    return Study(
        trial=trial,
        motion=motion,
        repetitions=repetitions,
        values=values,
        loads=loads,
        findings=find(repetitions, values, knowledge.thresholds),
        unmeasured=(*unmeasured_measures(motion, view), *no_loads),
    )


def _fuse(plan: Plan, studies: tuple[Study, ...], person: Person) -> Fusion:
    readings = [studies[take.film].trial.readings for take in plan.takes]
    known = [one for one in readings if one is not None]
    joined, *each = (_join(plan, moments, known, person) for moments in (plan.moments, *plan.each))
    return Fusion(
        takes=plan.takes,
        synchronised=plan.together,
        task=plan.repetition.task,
        mean=_in_space(plan, joined.pose),
        each=tuple(_in_space(plan, one.pose) for one in each),
        departures=find_departures(plan, studies),
        issues=find_differences(plan, studies, joined.depth, joined.depth_draws),
    )


def _join(plan: Plan, moments: tuple[Array, ...], readings: list[Readings], person: Person) -> Joined:
    shots = [Shot(readings=one, moments=when) for one, when in zip(readings, moments, strict=True)]
    tie = Tie(together=plan.together, looseness=plan.looseness)
    return fit_takes(shots, person, plan.time, tie, np.random.default_rng(_SEED))


def _in_space(plan: Plan, pose: Pose) -> Fused:
    motion = compute_motion(pose, View.SPACE)
    values = measure_repetition(motion, plan.repetition)
    return Fused(phase=phases(), pose=pose, motion=motion, values=values)


def _refused(trial: Trial) -> Study:
    stops = [issue for issue in trial.capture.issues if issue.severity is Severity.REFUSED]
    return Study(
        trial=trial,
        motion=None,
        repetitions=(),
        values=(),
        loads=None,
        findings=(),
        unmeasured=tuple(
            Unmeasured(what="repetitions", because=issue.because, remedy=issue.remedy) for issue in stops
        ),
    )


def _with_issue(trial: Trial, issue: Issue) -> Trial:
    return replace(trial, capture=replace(trial.capture, issues=(issue, *trial.capture.issues)))


def _loads(
    pose: Pose, motion: Motion, trial: Trial, person: Person, knowledge: Knowledge
) -> tuple[Loads | None, tuple[Unmeasured, ...]]:
    because = _why_no_loads(motion, person, trial.capture.view)
    if because is not None:
        return None, (because,)
    body = build_body(person, knowledge.anthropometry)
    return compute_loads(pose, body, trial.burden, person, np.random.default_rng(_SEED)), ()


def _why_no_loads(motion: Motion, person: Person, view: View) -> Unmeasured | None:
    if person.mass is None:
        return Unmeasured(
            what="loads", because="the body mass was not given", remedy="give it, for example --mass 75"
        )
    sagittal = Plane.SAGITTAL in PLANES_SHOWN[view]
    if not sagittal or np.isnan(motion.leg[..., LegMeasure.SHANK_INCLINATION]).all():
        return Unmeasured(
            what="loads",
            because=f"the film shows the body from the {view.value}, and loads need the side",
            remedy="film once from the side or from 45°, the phone at hip height, 3 m away",
        )
    return None
