"""Trials → Studies and Fusions: the rooms of measuring, in their order."""

import zlib
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import partial
from typing import Protocol, TypeVar

import numpy as np

from ..body import build_body
from ..conventions import PLANES_SHOWN, LegMeasure, Plane, View
from ..events import on_the_feet, split_repetitions
from ..findings import find, measure_repetition
from ..fusion import Plan, find_departures, find_differences, phases, plan_fusions
from ..kinematics import compute_motion, unmeasured_measures
from ..kinetics import Chance, Lifter, compute_loads, unseen_stance
from ..model import (
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
    Repetition,
    Severity,
    Study,
    Trial,
    Unmeasured,
)
from ..pose import Joined, Shot, Tie, fit_takes
from .tables import Knowledge

_SEED = 20260102
_T = TypeVar("_T")


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

_RELATIVE_LOADS = Unmeasured(
    what="loads_in_newtons",
    because="the body mass was not given: loads are told for each kilogram of it only",
    remedy="give it, in kilograms",
)


class Keep(Protocol):
    """Remembers what was worked out of a film, for whoever asks for the same case again and again."""

    def __call__(self, key: Hashable, make: Callable[[], _T], /) -> _T:
        """What follows from the key: as it was made once, or made now."""


def keep_nothing(_key: Hashable, make: Callable[[], _T]) -> _T:
    """Work it out anew each time."""
    return make()


def measure(case: Case, knowledge: Knowledge, keep: Keep = keep_nothing) -> Analysis:
    """What the films and files of a case show, without any conclusion.

    Parameters
    ----------
    case
        Its trials and its person.
    knowledge
        The tables of bodies and movement.
    keep
        Remembers what films show; only of trials that were measured, with one knowledge and one version.
    """
    person = case.person
    # A pose is itself and no other: what was measured anew is another one.
    films = [
        (trial.pose, trial.digest, trial.name, trial.condition, trial.burden, person) for trial in case.trials
    ]
    studies = tuple(
        keep(film, partial(study_film, trial, person, knowledge))
        for film, trial in zip(films, case.trials, strict=True)
    )
    several = len(films) > 1
    fusions = keep(tuple(films), lambda: _fuse_all(studies, person, knowledge)) if several else ()
    return Analysis(case=case, studies=studies, fusions=fusions)


def _fuse_all(studies: tuple[Study, ...], person: Person, knowledge: Knowledge) -> tuple[Fusion, ...]:
    return tuple(_fuse(plan, studies, person, knowledge) for plan in plan_fusions(studies))


def study_film(trial: Trial, person: Person, knowledge: Knowledge) -> Study:
    """What one film or file shows: motion, repetitions, what they measure, loads and findings.

    Parameters
    ----------
    trial
        As it was measured, with what was said about it.
    person
        Whose body carries the loads.
    knowledge
        The tables of bodies and movement.
    """
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
    loads, no_loads = _loads(trial, motion, repetitions, person, knowledge)
    return Study(
        trial=trial,
        motion=motion,
        repetitions=repetitions,
        values=values,
        loads=loads,
        findings=find(repetitions, values, knowledge.thresholds),
        unmeasured=(*unmeasured_measures(motion, view), *no_loads),
    )


def _fuse(plan: Plan, studies: tuple[Study, ...], person: Person, knowledge: Knowledge) -> Fusion:
    readings = [studies[take.film].trial.readings for take in plan.takes]
    known = [one for one in readings if one is not None]
    joined, *each = (_join(plan, moments, known, person) for moments in (plan.moments, *plan.each))
    mean = _in_space(plan, joined.pose)
    trials = [studies[take.film].trial for take in plan.takes]
    return Fusion(
        takes=plan.takes,
        synchronised=plan.together,
        repetition=plan.repetition,
        mean=replace(mean, loads=_fused_loads(plan, mean, trials, person, knowledge)),
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


def _fused_loads(
    plan: Plan, fused: Fused, trials: list[Trial], person: Person, knowledge: Knowledge
) -> Loads | None:
    """Loads of the mean repetition; none where only the bar's mass is known. All films show the same load."""
    burden = trials[0].burden
    if person.mass is None and burden.mass > 0:
        return None
    repetitions = (plan.repetition,)
    return compute_loads(
        fused.pose.where(on_the_feet(fused.motion, repetitions)),
        lifter_of(person, burden, knowledge),
        Chance(person=_SEED, trial=zlib.crc32("".join(trial.digest for trial in trials).encode())),
        repetitions=repetitions,
    )


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
    if issue in trial.capture.issues:  # it was said when the film was measured
        return trial
    return replace(trial, capture=replace(trial.capture, issues=(issue, *trial.capture.issues)))


def _loads(
    trial: Trial,
    motion: Motion,
    repetitions: tuple[Repetition, ...],
    person: Person,
    knowledge: Knowledge,
) -> tuple[Loads | None, tuple[Unmeasured, ...]]:
    because = _why_no_loads(trial, motion, person)
    if trial.pose is None or because is not None:
        return None, () if because is None else (because,)
    # Plates tell by themselves while a seat carries a part of the body.
    seat_unseen = trial.forces is None
    pose = trial.pose.where(on_the_feet(motion, repetitions)) if seat_unseen else trial.pose
    loads = compute_loads(
        pose,
        lifter_of(person, trial.burden, knowledge),
        # One seed for the person: what is not known of the body cancels between films.
        Chance(person=_SEED, trial=zlib.crc32(trial.digest.encode())),
        forces=trial.forces,
        repetitions=repetitions,
    )
    return loads, (_RELATIVE_LOADS,) if loads.relative else ()


def lifter_of(person: Person, burden: Burden, knowledge: Knowledge) -> Lifter:
    """Who carries what, with the tables that say what a body is made of."""
    return Lifter(
        person=person,
        body=build_body(person, knowledge.anthropometry),
        burden=burden,
        tables=knowledge.tissue,
    )


def _why_no_loads(trial: Trial, motion: Motion, person: Person) -> Unmeasured | None:
    view = trial.capture.view
    if person.mass is None and trial.burden.mass > 0:
        return Unmeasured(
            what="loads",
            because="a load was given, but not the body mass",
            remedy="give it, in kilograms",
        )
    if person.mass is None and trial.forces is not None:
        return Unmeasured(
            what="loads",
            because="forces of plates were given, but not the body mass",
            remedy="give it, in kilograms",
        )
    sagittal = Plane.SAGITTAL in PLANES_SHOWN[view]
    if not sagittal or np.isnan(motion.leg[..., LegMeasure.SHANK_INCLINATION]).all():
        return Unmeasured(
            what="loads",
            because=f"the film shows the body from the {view.value}, and loads need the side",
            remedy="film once from the side or from 45°, the phone at hip height, 3 m away",
        )
    width = None if trial.pose is None else unseen_stance(trial.pose)
    if width is not None:
        return Unmeasured(
            what="loads",
            because=f"the feet stand wide ({100 * width:.0f} cm), and the film hardly shows how wide",
            remedy="film once from 45°, or from the side and from the front",
        )
    return None
