"""Marker files → joints: read, tidy, measure the body, solve, doubt. The order of the steps stands here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..conventions import Joint, Side
from ..errors import FormatError
from ..files import Kind, check_file, kind_of
from ..model import Array, Mask, Pose
from ..signals import bridge
from .arms import find_arms
from .attaching import attach
from .building import Measured, build_skeleton, find_anchors, only, segment_on, stature_of
from .comparing import compare_people
from .doubting import draw_versions, spread_of
from .naming import Label, label_markers
from .posture import in_order, join, standing_posture
from .reading import read_c3d, read_trc
from .sides import face_forward
from .skeleton import Skeleton
from .solving import CHUNK, Solution, joint_spread, solve
from .tidying import fill_short_gaps, settle_time, settle_unit, settle_up
from .track import MarkerTrack

if TYPE_CHECKING:
    from ..knowledge import MarkerLandmark, MarkerName

_READERS: dict[Kind, Callable[[Path], MarkerTrack]] = {Kind.TRC: read_trc, Kind.C3D: read_c3d}
_LONGEST_BRIDGE = 0.10
"""Gap of one marker that is bridged by a straight line. [s]"""
_LONGEST_GAP = 0.25
"""Gap of a joint that is bridged. [s]"""
_UNHELD = 0.05
"""A joint that markers hold less well than this is not measured. [m]"""
_LIMB = {"thigh": (0.25, 0.60), "shank": (0.25, 0.60)}
_STATURE = (1.20, 2.30)
"""As for a height that is given. [m]"""
_WORST_FIT, _POOR_FIT = 0.06, 0.03
_OFF = 0.04


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Traced:
    """A trial measured from markers.

    Attributes
    ----------
    track : the markers in the lab frame, with all notes.
    pose : joints with their draws.
    stature : that goes with the legs. [m]
    residual : root mean square distance between seen and model markers. [m]
    how : how the body was measured, for rerunning.
    """

    track: MarkerTrack
    pose: Pose
    stature: float
    residual: float
    how: dict[str, str]


def trace(
    path: Path,
    static: Path | None,
    names: "Sequence[MarkerName]",
    landmarks: "Sequence[MarkerLandmark]",
    rng: np.random.Generator,
) -> Traced:
    """Joints of a trial from its markers.

    Parameters
    ----------
    path, static
        The trial, and one in which the person stands still; without it the straightest moment of the trial.
    names, landmarks
        What is known of markers.
    rng
        Source of the draws.

    Raises
    ------
    FormatError
        When the files cannot be read, or no body can be made of the markers.
    """
    track, labels, marker_set = _open(path, names, landmarks, movement=True)
    posture, labels, track = _posture(track, labels, static, names, landmarks)
    measured = Measured(places=posture, labels=labels)
    anchors, said = find_anchors(measured, track.points, track.name)
    _check_limbs(anchors.joints, track.name)
    skeleton, solution = _fit(build_skeleton(measured, anchors), track, labels)
    track = _note_strays(track, labels, skeleton)
    track = _note_misfits(track, skeleton, solution)
    versions = draw_versions(skeleton, solution, rng)
    held = _held(skeleton, solution)
    joints, draws = _bridge(track.time, held, versions.joints, versions.draws)
    whole = np.asarray(np.isfinite(joints).all((1, 2, 3)))
    track = _note_gaps(track, whole)
    arms, arms_sd = find_arms(track, labels)
    pose = Pose(
        time=track.time, joints=joints, joints_sd=spread_of(draws), draws=draws, arms=arms, arms_sd=arms_sd
    ).where(whole)
    how = {
        "method": "markers, weighted inverse kinematics",
        "marker set": marker_set,
        "body from": static.name if static else "straightest moment of the trial",
        **({"centres": "; ".join(said)} if said else {}),
    }
    stature = _check_stature(
        stature_of(anchors.joints[:, Joint.HIP], anchors.joints[:, Joint.ANKLE]), track.name
    )
    return Traced(track=track, pose=pose, stature=stature, residual=solution.residual, how=how)


def _check_stature(stature: float, name: str) -> float:
    """The same, if it is within what may be given by hand."""
    if not _STATURE[0] <= stature <= _STATURE[1]:
        raise FormatError(
            f"The legs between the markers of {name} go with a height of {100 * stature:.0f} cm; "
            f"{100 * _STATURE[0]:.0f} to {100 * _STATURE[1]:.0f} cm can be measured.",
            remedy="check the unit and scale of the file, and the labels of hip, knee and ankle.",
        )
    return stature


def _open(
    path: Path, names: "Sequence[MarkerName]", landmarks: "Sequence[MarkerLandmark]", *, movement: bool
) -> tuple[MarkerTrack, tuple[Label, ...], str]:
    """A file's markers in the lab frame, with what each is."""
    check_file(path)
    kind = kind_of(path)
    if kind not in _READERS:
        raise FormatError(f"{path.name} holds no markers.", remedy="give a .trc or .c3d file.")
    track = _READERS[kind](path)
    marker_set, labels = label_markers(track.names, names, landmarks)
    if sum(bool(label.landmark and label.landmark.part) for label in labels) < 6:
        shown = ", ".join(track.names[:8])
        raise FormatError(
            f"{track.name} names markers that are not known ({shown} …).",
            remedy="name them as in docs/reference/markers.md, for example LASI, RKNE, LANK, or RHip, LKnee.",
        )
    if movement:
        track = fill_short_gaps(settle_time(track), _LONGEST_BRIDGE)
    elif not np.isfinite(track.time).all() or len(track.time) < 2 or (np.diff(track.time) <= 0).any():
        track = replace(track, time=np.arange(len(track.time)) / 100.0)
    track = settle_up(settle_unit(track, labels), labels)
    track, labels = face_forward(track, labels)
    return track, labels, marker_set


def _posture(
    track: MarkerTrack,
    labels: tuple[Label, ...],
    static: Path | None,
    names: "Sequence[MarkerName]",
    landmarks: "Sequence[MarkerLandmark]",
) -> tuple[Array, tuple[Label, ...], MarkerTrack]:
    """Where the markers are when the person stands; labels and trial with the static trial's markers too."""
    if static is None:
        return standing_posture(track, labels), labels, track
    still, still_labels, _ = _open(static, names, landmarks, movement=False)
    compare_people(still, still_labels, track, labels)
    joined, extra = join(track, still)
    place = dict(zip(still.names, still_labels, strict=True))
    for issue in still.issues:
        joined = replace(
            joined, issues=(*joined.issues, replace(issue, because=f"{still.name}: {issue.because}"))
        )
    posture = in_order(standing_posture(still, still_labels), still.names, joined.names)
    return posture, (*labels, *(place[name] for name in extra)), joined


def _check_limbs(joints: Array, name: str) -> None:
    for word, top, low in (("thigh", Joint.HIP, Joint.KNEE), ("shank", Joint.KNEE, Joint.ANKLE)):
        least, most = _LIMB[word]
        for side in Side:
            length = float(np.linalg.norm(joints[side, top] - joints[side, low]))
            if not least <= length <= most:
                raise FormatError(
                    f"The markers of {name} make a {side.name.lower()} {word} of {100 * length:.0f} cm: "
                    "labels are mixed up, or it is no standing person.",
                    remedy="check the labels of hip, knee and ankle in the program that recorded them.",
                )


def _fit(skeleton: Skeleton, track: MarkerTrack, labels: Sequence[Label]) -> tuple[Skeleton, Solution]:
    """Solve with the markers that have a place, attach the others, and solve with all.

    The skeleton that comes back holds a row for every marker; those not used have `segments` −1.
    """
    seen = track.seen.any(0)
    used = (skeleton.segments >= 0) & seen
    solution = _solve_with(skeleton, track, used)
    unused = np.array([label.landmark is not None and not label.landmark.part for label in labels])
    hints = np.array([segment_on(label) for label in labels])
    grown = attach(skeleton, solution, track.points, seen & ~used & ~unused, hints)
    more = (grown.segments >= 0) & seen
    if more.sum() > used.sum():
        solution = _solve_with(grown, track, more)
    return replace(grown, segments=np.where(more, grown.segments, -1)), solution


def _solve_with(skeleton: Skeleton, track: MarkerTrack, used: Mask) -> Solution:
    """Solve with some markers; what comes back has a column for every one."""
    rows = np.flatnonzero(used)
    rate = 1 / float(np.median(np.diff(track.time)))
    found = solve(only(skeleton, rows), track.points[:, rows], rate)
    shape = track.points.shape[:2]
    distance, weights = np.full(shape, np.nan), np.zeros(shape)
    distance[:, rows], weights[:, rows] = found.distance, found.weights
    return replace(found, distance=distance, weights=weights)


def _note_strays(track: MarkerTrack, labels: Sequence[Label], skeleton: Skeleton) -> MarkerTrack:
    """Say which unknown markers were attached, and which were left out."""
    unknown = [i for i, label in enumerate(labels) if label.landmark is None and track.seen[:, i].any()]
    taken = [track.names[i] for i in unknown if skeleton.segments[i] >= 0]
    left = [track.names[i] for i in unknown if skeleton.segments[i] < 0]
    if taken:
        track = track.noting(
            "markers_attached",
            f"markers with unknown names were attached to the segment they move with: {_few(taken)}",
        )
    if left:
        track = track.noting("markers_unknown", f"markers with unknown names were left out: {_few(left)}")
    return track


def _few(names: Sequence[str]) -> str:
    more = len(names) - 8
    return ", ".join(names[:8]) + (f" and {more} more" if more > 0 else "")


def _note_misfits(track: MarkerTrack, skeleton: Skeleton, solution: Solution) -> MarkerTrack:
    """Say which markers lie far from where a rigid body has them; refuse what is no rigid body at all.

    Raises
    ------
    FormatError
        When most markers are far off.
    """
    distance = solution.distance
    off = distance > np.maximum(_OFF, 4 * skeleton.sd)
    used = skeleton.segments >= 0
    typical = float(np.nanmedian(distance[:, used]))
    if typical > _WORST_FIT:
        raise FormatError(
            f"No body of rigid segments explains the markers of {track.name}: half of them are off by "
            f"{100 * typical:.0f} cm or more.",
            remedy="check the labels, and that the static trial is of the same person.",
        )
    if typical > _POOR_FIT:
        track = track.warning(
            "poor_fit", f"markers lie {1000 * typical:.0f} mm from where rigid segments have them"
        )
    told = [
        f"{track.names[i]} in {off[:, i].sum()} frames"
        for i in np.flatnonzero(used)
        if off[:, i].mean() > 0.01
    ]
    if told:
        track = track.warning(
            "markers_off",
            f"markers far from their segment counted little: {_few(told)}",
            "check their labels",
        )
    return track


def _held(skeleton: Skeleton, solution: Solution) -> Mask:
    """(n,) frames in which the markers hold every joint but shoulders without markers."""
    rows = np.flatnonzero(skeleton.segments >= 0)
    small = only(skeleton, rows)
    part = replace(solution, weights=solution.weights[:, rows], distance=solution.distance[:, rows])
    spread = np.concatenate(
        [joint_spread(small, part, slice(i, i + CHUNK)) for i in range(0, len(solution.weights), CHUNK)]
    )
    legs = spread[..., [Joint.HIP, Joint.KNEE, Joint.ANKLE, Joint.HEEL, Joint.TOE]]
    return np.asarray((legs < _UNHELD).all((1, 2)))


def _bridge(time: Array, held: Mask, joints: Array, draws: Array) -> tuple[Array, Array]:
    """Joints with short gaps bridged, and NaN in the long ones.

    Raises
    ------
    FormatError
        When nothing is held at all.
    """
    if not held.any():
        raise FormatError(
            "There is no frame in which the markers hold all joints of the legs.",
            remedy="record with markers on pelvis, knees, ankles and feet, and fill gaps before exporting.",
        )
    kept = held[:, None, None, None]
    joints, draws = np.where(kept, joints, np.nan), np.where(kept, draws, np.nan)
    return bridge(time, joints, _LONGEST_GAP), np.stack([bridge(time, d, _LONGEST_GAP) for d in draws])


def _note_gaps(track: MarkerTrack, measured: Mask) -> MarkerTrack:
    missing = float((~measured).mean())
    if missing == 0:
        return track
    return track.warning(
        "gaps",
        f"markers are missing so long that {100 * missing:.0f} % of the frames are not measured",
        "fill the gaps in the program that recorded them, or record again",
    )
