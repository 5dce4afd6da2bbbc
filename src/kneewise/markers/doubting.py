"""Solution → equally likely versions of the movement, drawn from what markers cannot know.

Three errors that last a whole trial: where joint centres lie in the bones, how skin slides as a joint bends,
and where a marker was stuck. Each version makes one small step of the same equations that were solved.
"""

from dataclasses import dataclass, replace

import numpy as np

from ..conventions import Side
from ..model import Array
from .skeleton import (
    PARENT,
    SEGMENTS,
    Anchors,
    Part,
    Skeleton,
    joint_vectors,
    segment_of,
    vectors_to,
)
from .solving import CHUNK, Solution, normal_equations

VERSIONS = 24
_STUCK_SD = 0.003
_TOGETHER = 0.7
"""Share of the skin's movement that all markers of a segment have in common. [unitless]"""
_BENT = np.pi / 2
_AT_REST = 0.25


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Versions:
    """The movement and its errors.

    Attributes
    ----------
    joints : (n, side, joint, xyz) in the lab frame. [m]
    draws : (k, n, side, joint, xyz) equally likely versions of it. [m]
    """

    joints: Array
    draws: Array


def draw_versions(skeleton: Skeleton, solution: Solution, rng: np.random.Generator) -> Versions:
    """Joints as found, and as they may be as well.

    Notes
    -----
    Assumes: skin moves in proportion to the bend of the joint it belongs to (Cappozzo 1996), and
    is independent between segments.
    Error: of the errors themselves, about a third; they are those of other people.
    """
    state = solution.state
    others = [_vary(skeleton, rng) for _ in range(VERSIONS)]
    slides = [_slide(skeleton, rng) for _ in range(VERSIONS)]
    flat = skeleton.joints.reshape(-1, SEGMENTS, 3)
    joints = state.place(flat).reshape(-1, *skeleton.joints.shape[:2], 3)
    draws = np.empty((VERSIONS, *joints.shape))
    for first in range(0, len(joints), CHUNK):
        rows = slice(first, first + CHUNK)
        part = state.rows(rows)
        equations = normal_equations(skeleton, part, solution.weights[rows])
        bend = _bends(skeleton, part.turns)[:, np.maximum(skeleton.segments, 0)]
        model = part.place(skeleton.points)
        own = part.turns[:, np.maximum(skeleton.segments, 0)]
        for k, (other, slide) in enumerate(zip(others, slides, strict=True)):
            skin = np.einsum("npij,pj->npi", own, slide) * np.maximum(bend, _AT_REST)[..., None]
            misfit = skin + model - part.place(other.points)
            moved = part.stepped(equations.step(misfit, to_prior=False))
            draws[k, rows] = moved.place(other.joints.reshape(-1, SEGMENTS, 3)).reshape(draws[k, rows].shape)
    return Versions(joints=joints, draws=draws)


def _vary(skeleton: Skeleton, rng: np.random.Generator) -> Skeleton:
    """The same body with joint centres elsewhere, and markers stuck a little differently."""
    anchors = skeleton.anchors
    moved = anchors.joints + anchors.sd[..., None] * rng.standard_normal(anchors.joints.shape)
    other = Anchors(joints=moved, lumbar=anchors.lumbar, hinges=anchors.hinges, sd=anchors.sd)
    places = _places(skeleton) + _STUCK_SD * rng.standard_normal((len(skeleton.segments), 3))
    segments = np.maximum(skeleton.segments, 0)
    return replace(
        skeleton,
        anchors=other,
        points=vectors_to(places, segments, other, skeleton.frames),
        joints=joint_vectors(other, skeleton.frames),
    )


def _places(skeleton: Skeleton) -> Array:
    """(marker, xyz) where the markers are in the measured posture. [m]"""
    return np.asarray(
        skeleton.anchors.proximal(0) + np.einsum("sij,psj->pi", skeleton.frames, skeleton.points)
    )


def _slide(skeleton: Skeleton, rng: np.random.Generator) -> Array:
    """(marker, xyz) how far skin carries each marker at 90° of bend, in its segment's axes. [m]"""
    common = rng.standard_normal((SEGMENTS, 3))[np.maximum(skeleton.segments, 0)]
    own = rng.standard_normal((len(skeleton.segments), 3))
    mixed = _TOGETHER * common + np.sqrt(1 - _TOGETHER**2) * own
    return np.asarray(skeleton.artefact[:, None] * mixed)


def _bends(skeleton: Skeleton, turns: Array) -> Array:
    """(n, segment) turn of the joint that moves the skin of each segment, as a share of 90°. [unitless]"""
    bends = np.zeros(turns.shape[:2])
    for segment in range(1, SEGMENTS):
        parent = PARENT[segment]
        still = skeleton.frames[parent].T @ skeleton.frames[segment]
        now = np.einsum("nji,njk->nik", turns[:, parent], turns[:, segment])
        cosine = (np.einsum("nij,ij->n", now, still) - 1) / 2
        bends[:, segment] = np.arccos(np.clip(cosine, -1, 1)) / _BENT
    thighs = [segment_of(Part.THIGH, side) for side in Side]
    bends[:, 0] = bends[:, thighs].mean(1)
    return bends


def spread_of(draws: Array) -> Array:
    """Standard deviation over the versions. [m]"""
    return np.asarray(draws.std(axis=0, ddof=1))
