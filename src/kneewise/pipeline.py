"""The corridor: observe() leads from a film to a trial, understand() from a case to what it means.

Only this file knows the order of the rooms; it calls, and holds no formulas.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from .body import build_body
from .conventions import PLANES_SHOWN, LegMeasure, Plane, View
from .errors import FormatError
from .events import on_the_feet, split_repetitions
from .files import digest_of
from .findings import find, measure_repetition
from .formats import legible
from .fusion import Plan, find_departures, find_differences, phases, plan_fusions
from .kinematics import compute_motion, unmeasured_measures
from .kinetics import Chance, Lifter, TissueTables, build_tissue_tables, compute_loads, unseen_stance
from .knowledge import (
    SegmentRow,
    read_anthropometry,
    read_contact_areas,
    read_marker_landmarks,
    read_marker_names,
    read_moment_arms,
    read_strengths,
    read_thresholds,
)
from .markers import MarkerTables, Survey, is_measured, survey
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
    Placement,
    Pose,
    Readings,
    Recording,
    Repetition,
    Severity,
    Study,
    Threshold,
    Trial,
    Unmeasured,
)
from .plates import read_forces
from .pose import Estimator, ImagePose, Joined, Shot, Tie, estimate_pose, fit_takes
from .pose.stage import set_stage
from .video import open_video

_SEED = 20260102
_GIVEN_HEIGHT_SD, _LEGS_HEIGHT_SD = 0.05, 0.06
"""A stature less sure than this was not given; and how sure leg length makes it. [m]"""
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
    remedy="give it, for example --mass 75",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """The tables that judgements rest on."""

    anthropometry: tuple[SegmentRow, ...]
    thresholds: tuple[Threshold, ...]
    tissue: TissueTables


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Observed:
    """A film or a file of markers or angles measured, with what is needed to draw it.

    Attributes
    ----------
    trial : what is understood from.
    recording : the film; an empty stage where there was none.
    image_pose : where the joints appear in the picture.
    beside : where they appear a second time, seen from the front; None in a film.
    stature : as markers show it; None where they do not. [m]
    """

    trial: Trial
    recording: Recording
    image_pose: ImagePose
    beside: ImagePose | None = None
    stature: float | None = None


def read_knowledge() -> Knowledge:
    """All tables, validated."""
    return Knowledge(
        anthropometry=read_anthropometry(),
        thresholds=read_thresholds(),
        tissue=build_tissue_tables(read_moment_arms(), read_strengths(), read_contact_areas()),
    )


def observe(
    path: Path,
    person: Person,
    estimator: Estimator,
    *,
    burden: Burden | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Observed:
    """Measure one film, or one file of markers or joint angles: seconds to minutes, all cores.

    Parameters
    ----------
    path
        The film, or a `.trc`, `.c3d`, `.mot` or `.sto` file.
    person
        Stature sets the scale; markers have their own.
    estimator
        Finds people and reads landmarks in a film.
    burden
        What the person carried.
    progress
        Called with the share done, 0 to 1.
    """
    if is_measured(path):
        progress(1.0)
        return observe_markers(path, person, burden=burden)
    recording = open_video(path)
    sight = estimate_pose(recording, person, estimator, progress)
    trial = Trial(
        name=legible(recording.name),
        digest=recording.digest,
        condition="baseline",
        burden=burden or Burden(),
        capture=sight.capture,
        pose=sight.pose,
        provenance=sight.provenance,
        readings=sight.readings,
    )
    return Observed(trial=trial, recording=recording, image_pose=sight.image_pose)


def observe_markers(
    path: Path,
    person: Person,
    *,
    burden: Burden | None = None,
    static: Path | None = None,
    forces: Path | None = None,
) -> Observed:
    """Measure one file of markers or joint angles: seconds.

    Parameters
    ----------
    path
        A `.trc`, `.c3d`, `.mot` or `.sto` file.
    person
        Stature sets the scale of angles; markers have their own.
    burden
        What the person carried.
    static
        Markers of the same person standing still; without it the straightest moment of the trial.
    forces
        What force plates recorded beside the markers.

    Raises
    ------
    FormatError
        When a file cannot be read, no person can be made of it, or the forces do not belong to them.
    """
    found = survey(path, person, _marker_tables(), static=static)
    observed = _on_stage(found, burden or Burden())
    return observed if forces is None else _on_plates(observed, forces, found.placement, person)


def _marker_tables() -> MarkerTables:
    return MarkerTables(
        names=read_marker_names(), landmarks=read_marker_landmarks(), anthropometry=read_anthropometry()
    )


def _on_stage(found: Survey, burden: Burden) -> Observed:
    trial = Trial(
        name=legible(found.name),
        digest=found.digest,
        condition="baseline",
        burden=burden,
        capture=found.capture,
        pose=found.pose,
        provenance={what: legible(words) for what, words in found.provenance.items()},
    )
    stage = set_stage(found.pose, legible(found.name), found.digest)
    return Observed(
        trial=trial,
        recording=stage.recording,
        image_pose=stage.from_side,
        beside=stage.from_front,
        stature=found.stature,
    )


def _on_plates(observed: Observed, path: Path, placement: Placement | None, person: Person) -> Observed:
    """The same with forces of plates under the feet."""
    trial = observed.trial
    if placement is None or trial.pose is None:
        raise FormatError(
            f"{trial.name} holds angles, which do not say where on the plates the feet stand.",
            remedy="give the markers (.trc or .c3d) that the angles were made of, or leave --forces out.",
        )
    carried = None if person.mass is None else person.mass + trial.burden.mass
    forces = read_forces(path, trial.pose, placement, carried)
    told = replace(trial.capture, issues=(*trial.capture.issues, *forces.issues))
    made = {**trial.provenance, "forces": legible(path.name), "forces sha256": digest_of(path)}
    return replace(observed, trial=replace(trial, forces=forces, capture=told, provenance=made))


def settle_person(person: Person, observed: tuple[Observed, ...]) -> Person:
    """The person with a stature that markers show, where none was given."""
    shown = [one.stature for one in observed if one.stature is not None]
    if not shown or person.height_sd <= _GIVEN_HEIGHT_SD:
        return person
    height = float(np.mean(shown))
    kept = tuple(words for words in person.assumed if not words.startswith("height"))
    words = f"height about {100 * height:.0f} cm, from the length of the legs between markers"
    return replace(person, height=height, height_sd=_LEGS_HEIGHT_SD, assumed=(words, *kept))


def understand(case: Case, knowledge: Knowledge) -> Analysis:
    """What the case means. Pure: the same case and knowledge give the same analysis."""
    studies = tuple(_study(trial, case.person, knowledge) for trial in case.trials)
    fusions = tuple(_fuse(plan, studies, case.person, knowledge) for plan in plan_fusions(studies))
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
        task=plan.repetition.task,
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
        _lifter(person, burden, knowledge),
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
        _lifter(person, trial.burden, knowledge),
        # One seed for the person: what is not known of the body cancels between films.
        Chance(person=_SEED, trial=zlib.crc32(trial.digest.encode())),
        forces=trial.forces,
        repetitions=repetitions,
    )
    return loads, (_RELATIVE_LOADS,) if loads.relative else ()


def _lifter(person: Person, burden: Burden, knowledge: Knowledge) -> Lifter:
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
            remedy="give it, for example --mass 75",
        )
    if person.mass is None and trial.forces is not None:
        return Unmeasured(
            what="loads",
            because="forces of plates were given, but not the body mass",
            remedy="give it, for example --mass 75",
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
