"""Which way the person faces, and left and right put back where labels were exchanged.

Toes are ahead of heels, the front of the pelvis is ahead of its back, and knees bend forwards: three
witnesses that do not depend on sides. Left is then left of that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..conventions import Side
from ..errors import FormatError
from ..model import Array
from .averaging import mean_of, median_of
from .naming import Label
from .tidying import PELVIS, floor_of, gather
from .track import MarkerTrack

_CROSSED = -0.02
"""A pair of markers is exchanged when the left one lies this far to the right of the right one. [m]"""
_SURE = 0.3
"""A mean of the witnesses' unit directions that is shorter says little: they differ. [unitless]"""
_TURNING = np.deg2rad(50)
"""Facing another way than usual by more than this, in a tenth of the frames, is a turn. [rad]"""
_WITNESSES = {
    "feet": (("heel",), ("toe", "forefoot"), "heel and toe"),
    "pelvis": (("psis", "sacrum"), ("asis",), "front and back of the pelvis"),
}


def face_forward(track: MarkerTrack, labels: Sequence[Label]) -> tuple[MarkerTrack, tuple[Label, ...]]:
    """Points in the lab frame: x where the person faces, the origin between the ankles on the floor.

    Returns
    -------
    MarkerTrack
        With labels put back where they were exchanged, and a note for each such repair.
    tuple of Label
        Labels with exchanged ones put right.

    Raises
    ------
    FormatError
        When nothing tells where the person faces.
    """
    track, labels = _put_legs_upright(track, tuple(labels))
    track, labels, forward = _find_forward(track, labels)
    track, labels = _put_sides_back(track, labels, forward)
    heading = _trial_heading(forward)
    track = _note_turning(track, forward, heading)
    c, s = np.cos(heading), np.sin(heading)
    track = track.turned(np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]))
    ankles = ("ankle_lateral", "ankle_medial", "ankle_centre", "heel")
    feet = median_of(np.stack([gather(track, labels, ankles, side) for side in Side]).mean(0), 0)
    if not np.isfinite(feet).all():
        feet = median_of(gather(track, labels, ankles), 0)
    origin = np.array([*np.nan_to_num(feet[:2]), floor_of(track, labels)])
    return track.moved(origin), labels


def _put_legs_upright(track: MarkerTrack, labels: tuple[Label, ...]) -> tuple[MarkerTrack, tuple[Label, ...]]:
    """Knee and ankle labels exchanged where the knee lies below the ankle."""
    for side in Side:
        for knee, ankle in (("knee_lateral", "ankle_lateral"), ("knee_centre", "ankle_centre")):
            drop = (gather(track, labels, (knee,), side) - gather(track, labels, (ankle,), side))[:, 2]
            if median_of(drop, 0) < 0:
                labels = _exchange(labels, (knee,), (ankle,), side)
                track = track.warning(
                    "labels_exchanged",
                    f"the {side.name.lower()} knee lies below the ankle: the two labels were exchanged back",
                )
    return track, labels


def _exchange(
    labels: tuple[Label, ...], one: Sequence[str], other: Sequence[str], side: Side | None = None
) -> tuple[Label, ...]:
    """Labels in which two groups of landmarks have changed places."""
    table = {label.landmark.landmark: label.landmark for label in labels if label.landmark is not None}
    first, second = (next(name for name in group if name in table) for group in (one, other))

    def changed(label: Label) -> Label:
        if side is not None and label.side is not side:
            return label
        if label.lies_on(*one):
            return replace(label, landmark=table[second])
        return replace(label, landmark=table[first]) if label.lies_on(*other) else label

    return tuple(changed(label) for label in labels)


def _find_forward(
    track: MarkerTrack, labels: tuple[Label, ...]
) -> tuple[MarkerTrack, tuple[Label, ...], Array]:
    """(n, 2) direction the person faces on the floor, as most witnesses have it."""
    heard = {
        name: direction
        for name, (back, front, _) in _WITNESSES.items()
        if np.isfinite(direction := (gather(track, labels, front) - gather(track, labels, back))[:, :2]).any()
    }
    knees = _knees_ahead(track, labels)
    if np.isfinite(knees).any():
        heard["knees"] = knees
    if not heard:
        raise FormatError(
            f"{track.name} does not show where the person faces.",
            remedy="give a trial with markers on heels and toes, or on the front and back of the pelvis.",
        )
    words = list(heard)
    middles = [median_of(heard[word], 0) for word in words]
    agrees = np.array([[np.dot(a, b) > 0 for b in middles] for a in middles])
    best = int(agrees.sum(1).argmax()) if len(words) > 2 else 0
    for i, word in enumerate(words):
        if len(words) > 2 and not agrees[best, i] and word in _WITNESSES:
            back, front, name = _WITNESSES[word]
            labels = _exchange(labels, back, front)
            heard[word] = -heard[word]
            track = track.warning("labels_exchanged", f"labels of {name} were exchanged, and put back")
    used = [heard[word] for word in words if word != "knees"] or [heard["knees"]]
    scaled = [direction / np.linalg.norm(direction, axis=-1, keepdims=True) for direction in used]
    return track, labels, mean_of(np.stack(scaled), 0)


def _knees_ahead(track: MarkerTrack, labels: Sequence[Label]) -> Array:
    """(n, 2) how far the knees lie ahead of the lines from pelvis to ankles; NaN on straight legs."""
    ahead = []
    for side in Side:
        top = gather(track, labels, PELVIS, side)
        knee = gather(track, labels, ("knee_lateral", "knee_centre"), side)
        ankle = gather(track, labels, ("ankle_lateral", "ankle_centre"), side)
        line = top - ankle
        share = ((knee - ankle) * line).sum(-1) / (line * line).sum(-1)
        ahead.append((knee - ankle - share[:, None] * line)[:, :2])
    both = mean_of(np.stack(ahead), 0)
    return np.where(np.linalg.norm(both, axis=-1, keepdims=True) > 0.06, both, np.nan)


def _trial_heading(forward: Array) -> float:
    middle = median_of(forward, 0)
    return float(np.arctan2(middle[1], middle[0]))


def _note_turning(track: MarkerTrack, forward: Array, heading: float) -> MarkerTrack:
    off = np.angle(np.exp(1j * (np.arctan2(forward[:, 1], forward[:, 0]) - heading)))
    if not np.nanpercentile(np.abs(off), 90) > _TURNING:
        return track
    return track.warning(
        "turned",
        "the person turns while being measured; straight ahead is where they face most of the time",
        "cut the trial so that it holds the squats only",
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    left: int
    right: int


def _pairs(labels: Sequence[Label]) -> tuple[_Pair, ...]:
    """Markers on the same place of both sides."""
    rights = {
        (label.stem, label.landmark.landmark): i
        for i, label in enumerate(labels)
        if label.side is Side.RIGHT and label.landmark
    }
    return tuple(
        _Pair(i, rights[label.stem, label.landmark.landmark])
        for i, label in enumerate(labels)
        if label.side is Side.LEFT and label.landmark and (label.stem, label.landmark.landmark) in rights
    )


def _put_sides_back(
    track: MarkerTrack, labels: tuple[Label, ...], forward: Array
) -> tuple[MarkerTrack, tuple[Label, ...]]:
    """Left and right markers exchanged back in the frames in which they lie on the other's side."""
    pairs = _pairs(labels)
    track, crossed = _swap_crossed(track, pairs, _left_of(forward))
    told = {track.names[pair.left]: count for pair, count in zip(pairs, crossed, strict=True) if count}
    n = len(track.time)
    if told and len(told) > 0.7 * len(pairs) and min(told.values()) > 0.7 * n:
        said = "left and right are exchanged in the whole file: they were exchanged back"
        return track.warning("sides_exchanged", said), _exchange_unpaired(labels, pairs)
    if not told:
        return track, labels
    named = ", ".join(f"{name} in {count} of {n} frames" for name, count in list(told.items())[:6])
    more = f", and {len(told) - 6} more" if len(told) > 6 else ""
    said = f"left and right labels were exchanged and put back: {named}{more}"
    return track.warning("sides_exchanged", said), labels


def _left_of(forward: Array) -> Array:
    """(n, 2) unit directions to the person's left on the floor; the usual one where forward is not sure."""
    middle = median_of(forward, 0)
    sure = np.linalg.norm(forward, axis=-1, keepdims=True) > _SURE
    known = np.isfinite(forward).all(-1, keepdims=True) & sure
    ahead = np.where(known, forward, middle)
    return np.asarray(
        np.stack([-ahead[:, 1], ahead[:, 0]], -1) / np.linalg.norm(ahead, axis=-1, keepdims=True)
    )


def _swap_crossed(
    track: MarkerTrack, pairs: Sequence[_Pair], left: Array
) -> tuple[MarkerTrack, tuple[int, ...]]:
    """Pairs exchanged in the frames in which they are crossed, and in how many each was."""
    points, counts = track.points.copy(), []
    for pair in pairs:
        apart = ((track.points[:, pair.left] - track.points[:, pair.right])[:, :2] * left).sum(-1)
        crossed = apart < _CROSSED
        points[crossed, pair.left] = track.points[crossed, pair.right]
        points[crossed, pair.right] = track.points[crossed, pair.left]
        counts.append(int(crossed.sum()))
    return replace(track, points=points), tuple(counts)


def _exchange_unpaired(labels: tuple[Label, ...], pairs: Sequence[_Pair]) -> tuple[Label, ...]:
    """Labels of single markers on the other side; those of pairs stay, because their points were swapped."""
    paired = {i for pair in pairs for i in (pair.left, pair.right)}
    return tuple(
        label if i in paired or label.side is None else replace(label, side=Side(1 - label.side))
        for i, label in enumerate(labels)
    )
