"""Posture + labels → Skeleton: joint centres, hinges of the knees, and each marker on its segment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..conventions import Joint, Side
from ..errors import FormatError
from ..model import Array
from .averaging import mean_of, median_of
from .naming import Label
from .skeleton import (
    Anchors,
    Indices,
    Part,
    Skeleton,
    best_turn,
    frames_of,
    joint_vectors,
    segment_of,
    vectors_to,
)
from .tidying import ANKLES, floor_below

_LEG_SHARE = 0.49
"""Hip to ankle centre as a share of stature; de Leva 1996, thigh and shank of both sexes. [unitless]"""
_HALF_KNEE, _HALF_ANKLE = 0.0335, 0.0250
"""From a marker on the outer side to the joint centre, as a share of stature, marker and skin included.
Between usual widths of 10.0 and 7.2 cm at 1.75 m, and 12.0 and 8.2 cm measured on one person. [unitless]"""
_ANKLE_TURN = np.deg2rad(7)
"""How far back of square to the foot the outer malleolus lies; as measured on one person. [rad]"""
_TOE_TIP = 1.20
"""Tip of the foot beyond a marker over the middle metatarsal heads, heel marker to it being 1. [unitless]"""
SOLE = {Joint.HEEL: 0.0171, Joint.TOE: 0.0114}
"""Height of the foot's points above the floor as a share of stature, as films have them. [unitless]"""
_HEEL_MARKER = 0.010
_ACROMION_DROP = 0.024
"""Shoulder centre below a marker on the acromion, as a share of stature. [unitless]"""
_HARRINGTON = {"ahead": (-0.24, -0.0099), "up": (-0.30, -0.0109), "out": (0.33, 0.0073)}
"""Slope on pelvis depth, width, width, and offset of the hip centre from mid-ASIS. [1, m]"""
_BENT_ENOUGH = np.sin(np.deg2rad(35))
"""Sine of the least bend that shows a knee's hinge; in straighter knees the plane of the leg is noise."""
_LEAST_BENDS, _HINGE_ROUNDS = 5, 20
"""Frames that must show it; and rounds until hinge and joint centres go together."""
_BY_POSTURE = "sideways as foot and pelvis have it"
_SD = {
    "given": 0.008,
    "regression": 0.010,
    "both sides": 0.004,
    "one side": 0.009,
    "foot": 0.005,
    "far": 0.02,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """A posture with its labels, and questions about it.

    Attributes
    ----------
    places : (marker, xyz) in the lab frame, standing. [m]
    labels : what each marker lies on.
    """

    places: Array
    labels: Sequence[Label]

    def at(self, side: Side | None, *landmarks: str) -> Array:
        """(xyz) middle of the markers on these landmarks; NaN where there is none. [m]"""
        rows = [i for i, label in enumerate(self.labels) if label.lies_on(*landmarks)]
        rows = [i for i in rows if side is None or self.labels[i].side is side]
        return mean_of(self.places[rows], 0) if rows else np.full(3, np.nan)

    def both(self, *landmarks: str) -> Array:
        """(side, xyz) the same for left and right. [m]"""
        return np.stack([self.at(side, *landmarks) for side in Side])


@dataclass(frozen=True, slots=True)
class _Leg:
    """A leg whose knee is looked for: hip centre, and how far inside of their markers joints lie. [m]"""

    side: Side
    hip: Array
    widths: tuple[float, float]


@dataclass(slots=True)
class _Draft:
    """Anchors in the making."""

    joints: Array
    sd: Array
    said: list[str]


def find_anchors(measured: Measured, points: Array, name: str) -> tuple[Anchors, tuple[str, ...]]:
    """Joint centres of the posture, and in words how they were found.

    Parameters
    ----------
    measured
        The posture.
    points
        (n, marker, xyz) the trial, whose bends show the knees' hinges. [m]
    name
        Of the file, for the message.

    Raises
    ------
    FormatError
        When a hip, knee or ankle has no marker that leads to it.

    Notes
    -----
    Hip centres by Harrington 2007, table 4, single predictors, unless the file holds them. Knee and ankle
    centres lie midway between the markers on both sides, or half a joint's width inside of the outer one: at
    the knee along the hinge that its own bending shows.
    """
    draft = _Draft(np.full((2, len(Joint), 3), np.nan), np.full((2, len(Joint)), _SD["given"]), [])
    _hips(measured, draft)
    missing = [f"{s.name.lower()} hip" for s in Side if np.isnan(draft.joints[s, Joint.HIP]).any()]
    for joint, word in ((Joint.KNEE, "knee"), (Joint.ANKLE, "ankle")):
        seen = measured.both(f"{word}_lateral", f"{word}_medial", f"{word}_centre")
        missing += [f"{s.name.lower()} {joint.name.lower()}" for s in Side if np.isnan(seen[s]).any()]
    if missing:
        raise FormatError(
            f"{name} has no markers for: {', '.join(missing)}.",
            remedy="name them as in docs/reference/markers.md, or give a static trial that has them, too.",
        )
    stature = stature_of(draft.joints[:, Joint.HIP], measured.both(*ANKLES))
    hinges = _knees(measured, draft, points, stature)
    _ankles(measured, draft, stature)
    _feet(measured, draft, stature)
    _shoulders(measured, draft, stature)
    hips, shoulders = draft.joints[:, Joint.HIP].mean(0), draft.joints[:, Joint.SHOULDER].mean(0)
    lumbar = np.asarray(hips + 0.12 * (shoulders - hips))
    return Anchors(joints=draft.joints, lumbar=lumbar, hinges=hinges, sd=draft.sd), tuple(draft.said)


def _hips(measured: Measured, draft: _Draft) -> None:
    found = hip_centres(measured)
    draft.joints[:, Joint.HIP] = found
    if np.isfinite(measured.both("hip_centre")).all():
        draft.said.append("hip centres from the file")
    elif np.isfinite(found).all():
        draft.sd[:, Joint.HIP] = _SD["regression"]
        draft.said.append("hip centres by Harrington 2007 from the pelvis")
    else:
        trochanter = measured.both("trochanter")
        between = trochanter + 0.25 * (trochanter[::-1] - trochanter)
        draft.joints[:, Joint.HIP] = np.where(np.isnan(found), between, found)
        draft.sd[:, Joint.HIP] = _SD["far"]
        draft.said.append("hip centres a quarter of the way between the trochanters")


def hip_centres(measured: Measured) -> Array:
    """(side, xyz) hip centres of a posture, from the file or the pelvis; NaN where neither has them. [m]"""
    given = measured.both("hip_centre")
    return np.asarray(np.where(np.isnan(given), _harrington(measured), given))


def _harrington(measured: Measured) -> Array:
    """(side, xyz) hip centres from the front and back of the pelvis. [m]"""
    front = measured.both("asis")
    back = measured.at(None, "psis")
    back = measured.at(None, "sacrum") if np.isnan(back).any() else back
    middle, width = front.mean(0), np.linalg.norm(front[Side.LEFT] - front[Side.RIGHT])
    left = (front[Side.LEFT] - front[Side.RIGHT]) / width
    ahead = middle - back - ((middle - back) @ left) * left
    depth = np.linalg.norm(ahead)
    ahead = ahead / depth
    up = np.cross(ahead, left)
    move = {
        key: slope * (depth if key == "ahead" else width) + offset
        for key, (slope, offset) in _HARRINGTON.items()
    }
    centre = middle + move["ahead"] * ahead + move["up"] * up
    return np.stack([centre + side.outward * move["out"] * left for side in Side])


def stature_of(hips: Array, ankles: Array) -> float:
    """Stature that goes with the length of the legs, from (side, xyz) hips and ankles. [m]"""
    return float(np.linalg.norm(hips - ankles, axis=-1).mean()) / _LEG_SHARE


def _knees(measured: Measured, draft: _Draft, points: Array, stature: float) -> Array:
    """Writes the knee centres; (side, xyz) their hinges, pointing left. [unitless]"""
    outer, inner, given = (measured.both(f"knee_{word}") for word in ("lateral", "medial", "centre"))
    hinges = np.empty((2, 3))
    for side in Side:
        if np.isfinite(given[side]).all():
            draft.joints[side, Joint.KNEE] = given[side]
            leg = _Leg(side, draft.joints[side, Joint.HIP], (0.0, 0.0))
            hinges[side] = _hinge_by_bending(measured, points, leg)[0]
        elif np.isfinite(outer[side] + inner[side]).all():
            draft.joints[side, Joint.KNEE] = (outer[side] + inner[side]) / 2
            draft.sd[side, Joint.KNEE] = _SD["both sides"]
            hinges[side] = side.outward * (outer[side] - inner[side])
        else:
            marker, sign = (inner[side], -1.0) if np.isnan(outer[side]).any() else (outer[side], 1.0)
            widths = (sign * _HALF_KNEE * stature, _HALF_ANKLE * stature)
            leg = _Leg(side, draft.joints[side, Joint.HIP], widths)
            hinges[side], word = _hinge_by_bending(measured, points, leg)
            inward = side.outward * sign * _HALF_KNEE * stature
            draft.joints[side, Joint.KNEE] = marker - inward * hinges[side]
            draft.sd[side, Joint.KNEE] = _SD["one side"]
            draft.said.append(f"{side.name.lower()} knee half a knee's width inside of its marker, {word}")
    return np.asarray(hinges / np.linalg.norm(hinges, axis=-1, keepdims=True))


def _sideways(measured: Measured, side: Side) -> Array:
    """Left as the foot has it, or the pelvis. [unitless]"""
    foot = measured.at(side, "forefoot", "toe", "foot") - measured.at(side, "heel")
    left = np.array([-foot[1], foot[0], 0.0])
    if np.isnan(left).any() or np.linalg.norm(left) < 0.05:
        return np.array([0.0, 1.0, 0.0])
    # Knees turn out about half as far as feet do.
    return np.asarray(left / np.linalg.norm(left) + np.array([0.0, 1.0, 0.0]))


def _hinge_by_bending(measured: Measured, points: Array, leg: _Leg) -> tuple[Array, str]:
    """The knee's hinge in the posture: square to the plane in which hip, knee and ankle lie when it is bent.

    Notes
    -----
    Markers on the outer side are moved inwards along the hinge until it is square to what results.
    """
    side = leg.side
    guess = _sideways(measured, side)
    guess = guess / np.linalg.norm(guess)
    knee = ("knee_lateral", "knee_centre") if leg.widths[0] >= 0 else ("knee_medial",)
    thigh = _rows(measured, side, ("thigh", *knee))
    ankle = _rows(measured, side, ("ankle_lateral", "ankle_centre"))
    if len(thigh) < 2 or not ankle:
        return guess, _BY_POSTURE
    pelvis = _rows(measured, None, ("asis", "psis", "sacrum", "pelvis", "hip_centre"))
    hip = measured_point(measured.places[pelvis], points[:, pelvis], leg.hip)
    targets = np.concatenate([points[:, thigh], hip[:, None]], axis=1)
    turns, seen = _turns_of(np.concatenate([measured.places[thigh], leg.hip[None]]), targets)
    markers = (mean_of(points[:, _rows(measured, side, knee)], 1), mean_of(points[:, ankle], 1))
    hinge, bend = _hinge_in_frames(leg, hip, markers, turns @ guess)
    use = np.isfinite(bend) & (bend > _BENT_ENOUGH) & (seen >= 3)
    if use.sum() < _LEAST_BENDS:
        return guess, _BY_POSTURE
    back = np.einsum("nji,nj->ni", turns[use], hinge[use])
    found = median_of(back, 0)
    return np.asarray(found / np.linalg.norm(found)), "along the hinge that its bending shows"


def _hinge_in_frames(
    leg: _Leg, hip: Array, markers: tuple[Array, Array], guess: Array
) -> tuple[Array, Array]:
    """(n, xyz) hinge in every frame, on the side of the guess, and (n,) sine of the bend that shows it.

    Hip, and markers of knee and ankle, are (n, xyz) each. [m]
    """
    (knee, ankle), out, hinge = markers, leg.side.outward, guess
    for _ in range(_HINGE_ROUNDS):
        centre_knee = knee - out * leg.widths[0] * hinge
        centre_ankle = ankle - out * leg.widths[1] * hinge
        normal = np.cross(hip - centre_knee, centre_ankle - centre_knee)
        area = np.linalg.norm(normal, axis=-1, keepdims=True)
        hinge = normal / area
        hinge = np.where((hinge * guess).sum(-1, keepdims=True) < 0, -hinge, hinge)
    lengths = np.linalg.norm(hip - knee, axis=-1) * np.linalg.norm(ankle - knee, axis=-1)
    return hinge, np.asarray(area[:, 0] / lengths)


def _turns_of(places: Array, points: Array) -> tuple[Array, Array]:
    """(n, 3, 3) turns that bring places nearest to points (n, marker, xyz), and (n,) points seen."""
    weights = np.isfinite(points).all(-1).astype(float)
    upright = np.repeat(np.eye(3)[None], len(points), 0)
    turns = best_turn(points - mean_of(points, 1)[:, None], places - mean_of(places, 0), weights, upright)
    return turns, weights.sum(1)


def measured_point(places: Array, points: Array, place: Array) -> Array:
    """(n, xyz) where a point goes that moves with some markers. [m]"""
    known = np.isfinite(places).all(-1)
    places, points = places[known], points[:, known]
    turns, seen = _turns_of(places, points)
    found = mean_of(points, 1) + turns @ (place - mean_of(places, 0))
    return np.where(seen[:, None] >= len(places), found, np.nan)


def _rows(measured: Measured, side: Side | None, landmarks: Sequence[str]) -> list[int]:
    return [
        i
        for i, label in enumerate(measured.labels)
        if label.lies_on(*landmarks)
        and (side is None or label.side is side)
        and np.isfinite(measured.places[i]).all()
    ]


def _ankles(measured: Measured, draft: _Draft, stature: float) -> None:
    outer, inner, given = (measured.both(f"ankle_{word}") for word in ("lateral", "medial", "centre"))
    for side in Side:
        if np.isfinite(given[side]).all():
            draft.joints[side, Joint.ANKLE] = given[side]
        elif np.isfinite(outer[side] + inner[side]).all():
            draft.joints[side, Joint.ANKLE] = (outer[side] + inner[side]) / 2
            draft.sd[side, Joint.ANKLE] = _SD["both sides"]
        else:
            marker, sign = (inner[side], -1.0) if np.isnan(outer[side]).any() else (outer[side], 1.0)
            out = _outwards(measured, side)
            draft.joints[side, Joint.ANKLE] = marker - sign * _HALF_ANKLE * stature * out
            draft.sd[side, Joint.ANKLE] = _SD["one side"]


def _outwards(measured: Measured, side: Side) -> Array:
    """From the inner to the outer malleolus, on the floor. [unitless]"""
    foot = measured.at(side, "forefoot", "toe", "foot") - measured.at(side, "heel")
    if np.isnan(foot).any():
        return np.array([0.0, side.outward, 0.0])
    square = side.outward * np.array([-foot[1], foot[0], 0.0]) / np.hypot(foot[0], foot[1])
    turn = side.outward * _ANKLE_TURN
    c, s = np.cos(turn), np.sin(turn)
    return np.array([c * square[0] - s * square[1], s * square[0] + c * square[1], 0.0])


def _feet(measured: Measured, draft: _Draft, stature: float) -> None:
    """Heel and tip of the foot at the height at which films have them; as given beside joint centres."""
    heel, tip, ball = (measured.both(*words) for words in (("heel",), ("toe",), ("forefoot",)))
    side_of_foot = measured.both("foot")
    ball = np.where(np.isnan(ball), side_of_foot, ball)
    as_given = bool(np.isfinite(measured.both("ankle_centre")).all())
    draft.sd[:, [Joint.HEEL, Joint.TOE]] = _SD["foot"]
    for side in Side:
        ankle = draft.joints[side, Joint.ANKLE]
        flat = np.array([1.0, 1.0, 0.0])
        ahead = next(
            (p[side] - ankle for p in (ball, tip) if np.isfinite(p[side]).all()), np.array([1.0, 0, 0])
        )
        ahead = ahead * flat / np.linalg.norm(ahead * flat)
        if np.isnan(heel[side]).any():
            heel[side] = ankle * flat - 0.045 * stature * ahead
            draft.sd[side, Joint.HEEL] = _SD["far"]
        front = tip[side]
        if np.isnan(front).any():
            known = np.isfinite(ball[side]).all()
            front = (
                heel[side] + _TOE_TIP * (ball[side] - heel[side])
                if known
                else heel[side] + 0.145 * stature * ahead
            )
            draft.sd[side, Joint.TOE] = 0.010 if known else _SD["far"]
        draft.joints[side, Joint.HEEL], draft.joints[side, Joint.TOE] = heel[side], front
        if not as_given:
            _set_on_floor(draft.joints[side], stature)


def _set_on_floor(joints: Array, stature: float) -> None:
    """Move the points of a foot from the markers to the heights at which films have them."""
    heel, toe = joints[Joint.HEEL].copy(), joints[Joint.TOE].copy()
    floor = floor_below(min(heel[2], toe[2]))
    ahead = (toe - heel) * [1, 1, 0]
    joints[Joint.HEEL] = heel + _HEEL_MARKER * ahead / np.linalg.norm(ahead)
    joints[Joint.HEEL, 2] = floor + SOLE[Joint.HEEL] * stature
    joints[Joint.TOE, 2] = floor + SOLE[Joint.TOE] * stature


def _shoulders(measured: Measured, draft: _Draft, stature: float) -> None:
    given, acromion = measured.both("shoulder_centre"), measured.both("shoulder")
    below = acromion - [0.0, 0.0, _ACROMION_DROP * stature]
    found = np.where(np.isnan(given), below, given)
    draft.sd[:, Joint.SHOULDER] = _SD["given"]
    if np.isnan(found).any():
        hips = draft.joints[:, Joint.HIP].mean(0)
        middle = hips + np.array([0.0, 0.0, 0.288 * stature])
        across = np.array([[0.0, 0.112 * stature * side.outward, 0.0] for side in Side])
        found = np.where(np.isnan(found), middle + across, found)
        draft.sd[:, Joint.SHOULDER] = 0.03
        draft.said.append("shoulders placed by usual proportions, because they carry no markers")
    draft.joints[:, Joint.SHOULDER] = found


def build_skeleton(measured: Measured, anchors: Anchors) -> Skeleton:
    """The body with every marker that lies on a known segment.

    Returns
    -------
    Skeleton
        Its markers are those of the posture, in order; one without a place has `segments` −1.
    """
    frames = frames_of(anchors)
    segments = np.array([segment_on(label) for label in measured.labels])
    segments[np.isnan(measured.places).any(-1)] = -1
    points = vectors_to(np.nan_to_num(measured.places), np.maximum(segments, 0), anchors, frames)
    points[segments < 0] = 0.0
    sd = np.array(
        [label.landmark.sd if label.landmark and label.landmark.part else np.nan for label in measured.labels]
    )
    artefact = np.array([label.landmark.artefact if label.landmark else 0.0 for label in measured.labels])
    return Skeleton(
        anchors=anchors,
        frames=frames,
        points=points,
        segments=segments,
        sd=sd,
        artefact=artefact,
        joints=joint_vectors(anchors, frames),
    )


def segment_on(label: Label) -> int:
    """Index of the segment that a marker lies on; −1 where that is not known, or it is not used."""
    if label.landmark is None or not label.landmark.part:
        return -1
    part = Part(label.landmark.part)
    if part in (Part.THIGH, Part.SHANK, Part.FOOT) and label.side is None:
        return -1
    return segment_of(part, label.side)


def only(skeleton: Skeleton, rows: Indices) -> Skeleton:
    """The body with some of its markers."""
    return replace(
        skeleton,
        points=skeleton.points[rows],
        segments=skeleton.segments[rows],
        sd=skeleton.sd[rows],
        artefact=skeleton.artefact[rows],
    )
