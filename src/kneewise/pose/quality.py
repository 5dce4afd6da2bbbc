"""What limits the measurement of a film, with the reason and the remedy."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..conventions import Joint, View
from ..model import Issue, Person, Recording, Severity
from .appearance import Appearance
from .landmarks import BODY_LANDMARKS, Landmark, LandmarkTrack
from .lifting import Camera
from .observation import doubt_of
from .stance import metres_per_pixel
from .tracking import Scouting

_LOOSE_KNEE = 0.41
_FEET_IN_DOUBT, _FEET_HIDDEN_MOST = 2.6, 0.08
"""Doubt from which on a foot counts as hidden, and the share of frames in which it may; estimates. With
*heavy*, 0 to 4 % of the frames of twelve films with clear feet lie above (two real ones, ten synthetic), and
32 to 34 % of those of two films in which a box hides the feet for a third of the time. [1]"""
_WHOLE_PERSON, _BODY_COVERED_MOST = 0.97, 0.05
"""The network's score for a whole person, and the share of frames in which it may be lower; estimates. In
the twelve films it never was below 0.97; with a box over trunk and hip for a third of the time it was so in
6 % of the frames of one film and in none of the other: not every cover is noticed. [1]"""
_STAND_STILL = "put the phone on something that stands still; do not hold it in the hand"
_FILM_LONGER = "film two or three whole repetitions with a second of standing before and after"
_STEP_BACK = "put the phone about 3 m away so that head and feet stay in the picture with room to spare"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was found in a film.

    Attributes
    ----------
    scouting : everybody in it, and its light.
    track : the person followed.
    camera : None when nobody stood on the spot.
    exchanged : share of frames in which left and right had to be put back.
    """

    scouting: Scouting
    track: LandmarkTrack
    camera: Camera | None
    exchanged: float


def judge(recording: Recording, person: Person, evidence: Evidence) -> tuple[Issue, ...]:
    """Everything about the film that limits or stops the measurement, worst first.

    Parameters
    ----------
    recording, person
        The film, and who is in it.
    evidence
        What was found in it.
    """
    track, scouting = evidence.track, evidence.scouting
    checks: list[Callable[[], Iterator[Issue]]] = [
        lambda: _timing(recording, track),
        lambda: _size(track, person),
        lambda: _framing(track),
        lambda: _posture(scouting, track),
        lambda: _covered(track),
        lambda: _finding(track, scouting, evidence.exchanged),
        lambda: _appearance(scouting.appearance),
        lambda: _standing_still(track),
        lambda: _geometry(evidence.camera),
        lambda: _clothing(track, evidence.camera),
    ]
    issues = [issue for check in checks for issue in check()]
    order = list(Severity)
    return tuple(sorted(issues, key=lambda issue: order.index(issue.severity)))


def _warning(name: str, *, because: str, remedy: str) -> Issue:
    """Something that limits the measurement and does not stop it."""
    return Issue(id=name, severity=Severity.WARNING, because=because, remedy=remedy)


def _timing(recording: Recording, track: LandmarkTrack) -> Iterator[Issue]:
    if len(track.time) < 2:
        yield Issue(
            id="too_short",
            severity=Severity.REFUSED,
            because="the film holds a single picture",
            remedy=_FILM_LONGER,
        )
        return
    rate = 1 / float(np.median(np.diff(track.time)))
    if rate < 18:
        yield Issue(
            id="few_frames",
            severity=Severity.REFUSED if rate < 8 else Severity.WARNING,
            because=f"the film has only {rate:.0f} pictures a second",
            remedy="film with at least 30 pictures a second (the ordinary setting of a phone)",
        )
    seconds = float(track.time[-1] - track.time[0])
    if seconds < 1.5:
        yield Issue(
            id="too_short",
            severity=Severity.REFUSED,
            because=f"the film lasts {seconds:.1f} s",
            remedy=_FILM_LONGER,
        )
    if np.isfinite(recording.duration) and recording.duration - track.time[-1] > 1.0:
        yield Issue(
            id="film_cut",
            severity=Severity.NOTE,
            because=f"the file states {recording.duration:.1f} s, but its pictures end at "
            f"{track.time[-1]:.1f} s",
            remedy="copy the film again if a part is missing",
        )


def _size(track: LandmarkTrack, person: Person) -> Iterator[Issue]:
    if not np.isfinite(track.points_px[:, 0, 0]).any():
        return
    tall = person.height / metres_per_pixel(track, person)
    if tall < 260:
        yield Issue(
            id="person_small",
            severity=Severity.REFUSED if tall < 110 else Severity.WARNING,
            because=f"the person is only {tall:.0f} pixels tall",
            remedy="come nearer, so that the person fills two thirds of the picture's height",
        )


def _framing(track: LandmarkTrack) -> Iterator[Issue]:
    foot = BODY_LANDMARKS[:, [Joint.ANKLE, Joint.HEEL, Joint.TOE]].ravel()
    head = np.array([Landmark.NOSE, Landmark.LEFT_EYE, Landmark.RIGHT_EYE])
    for name, points, stops in (("feet", foot, 0.4), ("head", head, math.inf)):
        share = _outside(track, points)
        if share > 0.05:
            yield Issue(
                id=f"{name}_out_of_frame",
                severity=Severity.REFUSED if share > stops else Severity.WARNING,
                because=f"the {name} {'are' if name == 'feet' else 'is'} out of the picture "
                f"in {100 * share:.0f} % of the film",
                remedy=_STEP_BACK,
            )


def _outside(track: LandmarkTrack, landmarks: NDArray[np.int_]) -> float:
    """Share of the frames with a person in which one of the landmarks lies outside of the picture."""
    points = track.points_px[:, landmarks]
    points = points[np.isfinite(points).all((1, 2))]
    if not len(points):
        return 0.0
    size = np.array([track.width_px, track.height_px])
    outside = ((points < -0.002 * size) | (points > 1.002 * size)).any((1, 2))
    return float(outside.mean())


def _posture(scouting: Scouting, track: LandmarkTrack) -> Iterator[Issue]:
    """A film that lies on its side, and legs that cannot be seen."""
    seen = scouting.chosen.seen if scouting.chosen else []
    turns = [abs(math.remainder(sighting.region.angle, math.tau)) for sighting in seen]
    if turns and float(np.median(turns)) > math.radians(60):
        yield Issue(
            id="film_turned",
            severity=Severity.REFUSED,
            because="the person lies on the side or stands on the head: the film is turned",
            remedy="turn the film upright in the phone's own editor, and give it again",
        )
    legs = track.visibility[:, BODY_LANDMARKS[:, [Joint.KNEE, Joint.ANKLE]]].max(1).min(1)
    hidden = float((legs[np.isfinite(track.points_px[:, 0, 0])] < 0.4).mean()) if len(legs) else 0.0
    if hidden > 0.15:
        yield _warning(
            "legs_hidden",
            because=f"the legs cannot be seen in {100 * hidden:.0f} % of the film",
            remedy="keep everything out from between the phone and the legs",
        )


def _covered(track: LandmarkTrack) -> Iterator[Issue]:
    """Something in front of the feet or the body: the network is then less sure than usual."""
    seen = np.asarray(np.isfinite(track.points_px[:, 0, 0]))
    if not seen.any():
        return
    doubt = doubt_of(track.visibility[:, BODY_LANDMARKS], seen)[seen]
    clearer_foot = doubt[:, :, Joint.ANKLE :].mean(-1).min(-1)
    hidden = float((clearer_foot > _FEET_IN_DOUBT).mean())
    if hidden > _FEET_HIDDEN_MOST:
        yield _warning(
            "feet_hidden",
            because=f"the feet are hidden in {100 * hidden:.0f} % of the film; "
            "they are taken to stay where they were",
            remedy="keep everything out from between the phone and the feet",
        )
    covered = float((track.score[seen] < _WHOLE_PERSON).mean())
    if covered > _BODY_COVERED_MOST:
        yield _warning(
            "body_covered",
            because=f"something seems to cover part of the body in {100 * covered:.0f} % of the film, "
            "and what is behind it is guessed",
            remedy="film from a side where neither plates nor furniture stand between the phone and the body",
        )


def _finding(track: LandmarkTrack, scouting: Scouting, exchanged: float) -> Iterator[Issue]:
    lost = float(np.isnan(track.points_px[:, 0, 0]).mean())
    if lost > 0.15:
        yield _warning(
            "person_lost",
            because=f"nobody could be followed in {100 * lost:.0f} % of the film",
            remedy="keep one person in the picture, in good light, with nothing in front of them",
        )
    others = len(scouting.others)
    if others:
        yield Issue(
            id="several_people",
            severity=Severity.WARNING if scouting.rival else Severity.NOTE,
            because=f"{others} more {'person was' if others == 1 else 'people were'} seen; "
            "the largest one going up and down was measured",
            remedy="film with one person in the picture and no mirror behind",
        )
    if exchanged > 0.03:
        yield Issue(
            id="sides_exchanged",
            severity=Severity.WARNING if exchanged > 0.25 else Severity.NOTE,
            because=f"left and right had to be put back in {100 * exchanged:.0f} % of the frames",
            remedy="wear trousers and shoes that set the legs apart, or film from 45°",
        )


def _appearance(appearance: Appearance) -> Iterator[Issue]:
    if appearance.brightness:
        light = float(np.median(appearance.brightness))
        if light < 0.12:
            yield Issue(
                id="dark",
                severity=Severity.REFUSED if light < 0.03 else Severity.WARNING,
                because=f"the picture is dark (median brightness {100 * light:.0f} %)",
                remedy="switch on the light, and do not film against a window",
            )
    if appearance.sharpness and float(np.median(appearance.sharpness)) < 0.06:
        yield _warning(
            "blurred",
            because="the person is blurred",
            remedy="clean the lens, tap on the person to focus, and use more light",
        )


def _standing_still(track: LandmarkTrack) -> Iterator[Issue]:
    """A camera that moved: taken out where the background shows it."""
    if track.cuts:
        yield Issue(
            id="several_takes",
            severity=Severity.REFUSED,
            because="the film jumps from one take to another",
            remedy="give each take as a film of its own",
        )
    if track.background_lost > 0.2:
        yield Issue(
            id="background_lost",
            severity=Severity.NOTE,
            because="the background shows too little to tell whether the camera stood still",
            remedy=_STAND_STILL,
        )
    if track.reach < 0.015:
        return
    yield Issue(
        id="camera_moving",
        severity=Severity.WARNING if track.reach > 0.05 else Severity.NOTE,
        because=f"the camera moved by {100 * track.reach:.0f} % of the picture; this was taken out",
        remedy=_STAND_STILL,
    )


def _clothing(track: LandmarkTrack, camera: Camera | None) -> Iterator[Issue]:
    """Told from the width of the legs at the knees, which only a view that sets the legs apart shows."""
    if camera is None or camera.view is View.SIDE or not track.knee_width > _LOOSE_KNEE:
        return
    yield _warning(
        "loose_clothing",
        because=f"the legs look {track.knee_width:.2f} shin lengths wide at the knees: cloth hides them",
        remedy="wear shorts that end above the knee, or tight trousers",
    )


def _geometry(camera: Camera | None) -> Iterator[Issue]:
    if camera is None:
        return
    if camera.residual > 0.045:
        yield Issue(
            id="poor_fit",
            severity=Severity.REFUSED if camera.residual > 0.09 else Severity.WARNING,
            because=f"a body of constant size explains the film only to {100 * camera.residual:.1f} cm",
            remedy="tight clothes, good light, nothing in front of the legs, and a phone that stands still",
        )
    if abs(camera.pitch) > np.deg2rad(12):
        yield _warning(
            "camera_tilted",
            because=f"the phone looks {'up' if camera.pitch > 0 else 'down'} by "
            f"{abs(np.rad2deg(camera.pitch)):.0f}°",
            remedy="put the phone upright at hip height",
        )
