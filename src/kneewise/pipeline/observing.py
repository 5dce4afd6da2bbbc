"""A film or a file → Trial: the rooms of observing, in their order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..conventions import USUAL, View
from ..errors import FilmError, FormatError
from ..files import check_file, digest_of
from ..formats import legible
from ..knowledge import (
    read_anthropometry,
    read_marker_landmarks,
    read_marker_names,
)
from ..markers import MarkerTables, Survey, is_measured, survey
from ..model import (
    Burden,
    Capture,
    Case,
    Issue,
    Person,
    Placement,
    Recording,
    Severity,
    Trial,
)
from ..plates import read_forces
from ..pose import Estimator, ImagePose, estimate_pose, refit
from ..pose.stage import set_stage
from ..video import open_video
from .remembering import OBLIVION, Memory, key_of

_GIVEN_HEIGHT_SD, _LEGS_HEIGHT_SD = 0.05, 0.06
"""A stature less sure than this was not given; and how sure leg length makes it. [m]"""


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

    @property
    def is_film(self) -> bool:
        """Whether there was a film, and no file of markers or angles."""
        return self.beside is None


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
        condition=USUAL,
        burden=burden or Burden(),
        capture=sight.capture,
        pose=sight.pose,
        provenance={**sight.provenance, **fitted_for(person)},
        readings=sight.readings,
    )
    return Observed(trial=trial, recording=recording, image_pose=sight.image_pose)


def reread(trial: Trial, person: Person) -> Trial:
    """A trial measured with another stature, as if it had been measured with the person's own.

    Parameters
    ----------
    trial
        As it was kept. Markers have their own scale, and stay as they are.
    person
        Stature sets the scale of a film.
    """
    told = fitted_for(person)
    then = {name: trial.provenance.get(name) for name in told}
    if trial.pose is None or trial.readings is None or None in then.values() or then == told:
        return trial
    pose, capture = refit(trial.readings, trial.capture, person)
    return replace(trial, pose=pose, capture=capture, provenance={**trial.provenance, **told})


def fitted_for(person: Person) -> dict[str, str]:
    """What of a person a pose was fitted with, as its provenance tells it. [m]"""
    return {"height": repr(person.height), "height sd": repr(person.height_sd)}


def observe_case(
    case: Case,
    folder: Path,
    estimator: Estimator,
    progress: Callable[[str, float], None] = lambda *_: None,
    memory: Memory = OBLIVION,
) -> Case:
    """Measure every film that a case names: seconds to minutes each.

    Parameters
    ----------
    case
        With the films of its trials as they were written down.
    folder
        From which their paths are told.
    estimator
        Finds people and reads landmarks.
    progress
        Called with the film and the share of all of them done, 0 to 1.
    memory
        Films that it knows are not measured anew, and those it does not are kept in it.

    Raises
    ------
    FilmError
        When a film is missing or empty.
    """
    films = [(probe, film) for probe in case.probes for film in probe.films]
    for _, film in films:
        check_file(folder / film, "film", FilmError)
    statures: list[float | None] = []
    trials: list[Trial] = []
    for i, (probe, film) in enumerate(films):

        def tell(share: float, i: int = i, film: str = film) -> None:
            progress(legible(film), (i + share) / len(films))

        path = folder / film
        try:
            if is_measured(path):
                one = observe(path, case.person, estimator, burden=probe.burden, progress=tell)
                statures.append(one.stature)
                trial = one.trial
            else:
                trial = _observe_once(path, case.person, estimator, tell, memory)
        except FilmError as error:
            trial = _refused(path, error)
        trials.append(replace(trial, condition=probe.condition, burden=probe.burden))
    return replace(case, person=settle_person(case.person, statures), trials=(*case.trials, *trials))


def _observe_once(
    path: Path, person: Person, estimator: Estimator, progress: Callable[[float], None], memory: Memory
) -> Trial:
    """A film measured, now or before."""
    key = key_of(digest_of(path), person, estimator.provenance)
    known = memory.trial(key)
    if known is None:
        known = observe(path, person, estimator, progress=progress).trial
        memory.keep_trial(key, known)
    progress(1.0)
    return replace(known, name=legible(path.name))


def _refused(path: Path, error: FilmError) -> Trial:
    """A film that is there and cannot be measured; what else is known of the person counts all the same."""
    because, remedy = error.what.rstrip("."), error.remedy.rstrip(".")
    issue = Issue(id="film_refused", severity=Severity.REFUSED, because=because, remedy=remedy)
    return Trial(
        name=legible(path.name),
        digest=digest_of(path),
        condition=USUAL,
        burden=Burden(),
        capture=Capture(view=View.UNKNOWN, issues=(issue,)),
        pose=None,
    )


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
        condition=USUAL,
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
            remedy="give the markers (.trc or .c3d) that the angles were made of, or leave the forces out.",
        )
    carried = None if person.mass is None else person.mass + trial.burden.mass
    forces = read_forces(path, trial.pose, placement, carried)
    told = replace(trial.capture, issues=(*trial.capture.issues, *forces.issues))
    made = {**trial.provenance, "forces": legible(path.name), "forces sha256": digest_of(path)}
    return replace(observed, trial=replace(trial, forces=forces, capture=told, provenance=made))


def settle_person(person: Person, statures: Iterable[float | None]) -> Person:
    """The person with the stature that markers show, None where they do not, where none was given. [m]"""
    shown = [stature for stature in statures if stature is not None]
    if not shown or person.height_sd <= _GIVEN_HEIGHT_SD:
        return person
    height = float(np.mean(shown))
    kept = tuple(words for words in person.assumed if not words.startswith("height"))
    words = f"height about {100 * height:.0f} cm, from the length of the legs between markers"
    return replace(person, height=height, height_sd=_LEGS_HEIGHT_SD, assumed=(words, *kept))
