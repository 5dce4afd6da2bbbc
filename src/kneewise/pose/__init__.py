"""Recording + Person → Sight: the pose in the lab frame, how the film was taken, the joints in the picture.

The doors of this room: `estimate_pose`, and `fit_takes` for several films. Estimators are chosen by name
from `ESTIMATORS`, or given as anything that satisfies the `Estimator` protocol, such as the public
`FixedEstimator`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from threadpoolctl import threadpool_limits

from ..conventions import View
from ..errors import FilmError
from ..model import Capture, Issue, Person, Pose, Readings, Recording
from .fixed import FixedEstimator
from .landmarks import Estimator, ImagePose, Landmarks, LandmarkTrack, Region, Sighting, Silhouette
from .lifting import Camera, Lift, lift
from .multiview import Joined, Shot, Tie, fit_takes
from .quality import Evidence, judge
from .sides import repair_sides
from .tracking import Progress, follow, scout

__all__ = [
    "ESTIMATORS",
    "Estimator",
    "FixedEstimator",
    "ImagePose",
    "Joined",
    "Landmarks",
    "Region",
    "Shot",
    "Sight",
    "Sighting",
    "Silhouette",
    "Tie",
    "estimate_pose",
    "fit_takes",
    "load_estimator",
    "refit",
]

_SCOUT_SHARE = 0.12
_SEED = 20260101


def load_estimator(name: str) -> Estimator:
    """The estimator of that name, its weights loaded.

    Raises
    ------
    ValueError
        When there is none of that name; `ESTIMATORS` has them all.
    DependencyError
        When its weights are missing.
    """
    if name not in ESTIMATORS:
        raise ValueError(f"Unknown estimator '{name}'; there are {', '.join(ESTIMATORS)}.")
    return ESTIMATORS[name]()


def _blazepose(model: str) -> Estimator:
    from .blazepose import BlazePose

    return BlazePose(model)


ESTIMATORS: dict[str, Callable[[], Estimator]] = {
    model: partial(_blazepose, model) for model in ("heavy", "full", "lite", "heavy+full")
}
"""Name → factory."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sight:
    """What was seen in a film.

    Attributes
    ----------
    pose : None where the film was refused.
    capture : how the film was taken, and what limits it.
    image_pose : where the joints appear in the picture, for drawing.
    provenance : estimator, weight hashes and settings.
    readings : what the pose rests on, for fusing takes.
    """

    pose: Pose | None
    capture: Capture
    image_pose: ImagePose
    provenance: dict[str, str]
    readings: Readings | None = None


def estimate_pose(
    recording: Recording, person: Person, estimator: Estimator, progress: Progress = lambda _: None
) -> Sight:
    """Follow the person who squats and put them into the lab frame.

    Parameters
    ----------
    recording
        The film.
    person
        Stature sets the scale.
    estimator
        Finds people and reads landmarks.
    progress
        Called with the share done, 0 to 1.

    Raises
    ------
    FilmError
        When nobody is in the film.

    Notes
    -----
    Assumes: the camera stands still; the feet stay on the spot while a repetition lasts.
    Error: `pose.joints_sd`; against motion capture see `docs/explanation/accuracy.md`.
    """
    scouting = scout(recording, estimator, lambda share: progress(_SCOUT_SHARE * min(share, 1)))
    if scouting.chosen is None:
        raise FilmError(
            f"Nobody was found in {recording.name}.",
            remedy="film one person, whole body in the picture, in good light, from about 3 m.",
        )
    track = follow(
        recording,
        estimator,
        scouting,
        lambda share: progress(_SCOUT_SHARE + (0.98 - _SCOUT_SHARE) * min(share, 1)),
    )
    track, exchanged = repair_sides(track)
    with threadpool_limits(
        limits=1, user_api="blas"
    ):  # small matrices: more threads only wait for each other
        lifted = lift(track, person, np.random.default_rng(_SEED))
    evidence = Evidence(scouting=scouting, track=track, camera=lifted.camera, exchanged=exchanged)
    issues = judge(recording, person, evidence)
    capture = _capture(lifted.camera, issues, person)
    progress(1.0)
    return Sight(
        pose=None if capture.refused else lifted.pose,
        capture=capture,
        image_pose=_image_pose(lifted),
        provenance={**estimator.provenance, "seed": str(_SEED)},
        readings=track.readings(),
    )


def refit(readings: Readings, capture: Capture, person: Person) -> tuple[Pose, Capture]:
    """The pose that earlier readings mean for a person told otherwise, without the film; seconds.

    Parameters
    ----------
    readings
        Of the film.
    capture
        How it was taken, as the first fit had it; what limits it stays.
    person
        Stature sets the scale.

    Notes
    -----
    Assumes: as `estimate_pose`; what is wrong with the film does not hang on who is in it.
    """
    with threadpool_limits(limits=1, user_api="blas"):
        lifted = lift(LandmarkTrack.of(readings), person, np.random.default_rng(_SEED))
    return lifted.pose, _capture(lifted.camera, capture.issues, person)


def _capture(camera: Camera | None, issues: tuple[Issue, ...], person: Person) -> Capture:
    if camera is None:
        return Capture(view=View.UNKNOWN, issues=issues)
    return Capture(
        view=camera.view,
        azimuth=camera.azimuth,
        azimuth_sd=camera.azimuth_sd,
        pitch=camera.pitch,
        pitch_sd=camera.pitch_sd,
        camera_height=camera.height,
        camera_distance=camera.distance,
        residual=camera.residual / person.height,
        issues=issues,
    )


def _image_pose(lifted: Lift) -> ImagePose:
    return ImagePose(time=lifted.pose.time, points_px=lifted.points_px, arms_px=lifted.arms_px)
