"""A body of eight rigid segments: where markers and joints are when every segment is turned somehow.

Each point is the pelvis' origin plus one fixed vector in each segment on the way to it:
``m = o + Σ R_segment v_segment`` (the trunk may also shift against the pelvis, because a back bends). So
everything is linear in the rotations, and its derivative is a cross product.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..conventions import Joint, Side
from ..model import Array

if TYPE_CHECKING:
    from collections.abc import Sequence

Indices = NDArray[np.integer[Any]]
SEGMENTS = 8
ORIGIN, SHIFT, TURNS = slice(0, 3), slice(3, 6), slice(6, 6 + 3 * SEGMENTS)
"""Places in a frame's unknowns: origin, shift of the trunk [m], turns of the segments [rad]."""
UNKNOWNS = 6 + 3 * SEGMENTS


class Part(StrEnum):
    """A kind of segment."""

    PELVIS = "pelvis"
    TRUNK = "trunk"
    THIGH = "thigh"
    SHANK = "shank"
    FOOT = "foot"


def segment_of(part: Part, side: Side | None) -> int:
    """Index on the segment axis."""
    single = {Part.PELVIS: 0, Part.TRUNK: 1}
    if part in single:
        return single[part]
    return {Part.THIGH: 2, Part.SHANK: 4, Part.FOOT: 6}[part] + int(side or 0)


PELVIS, TRUNK = segment_of(Part.PELVIS, None), segment_of(Part.TRUNK, None)
PARENT = np.array([-1, PELVIS, PELVIS, PELVIS, 2, 3, 4, 5])
JOINT_SEGMENT = {
    Joint.SHOULDER: Part.TRUNK,
    Joint.HIP: Part.PELVIS,
    Joint.KNEE: Part.THIGH,
    Joint.ANKLE: Part.SHANK,
    Joint.HEEL: Part.FOOT,
    Joint.TOE: Part.FOOT,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Anchors:
    """Where the joints are in the posture that the body was measured in, and how the knees are hinged.

    Attributes
    ----------
    joints : (side, joint, xyz) in the lab frame. [m]
    lumbar : (xyz) where the trunk turns on the pelvis. [m]
    hinges : (side, xyz) axis of each knee, pointing to the person's left. [unitless]
    sd : (side, joint) one standard deviation of each coordinate. [m]
    """

    joints: Array
    lumbar: Array
    hinges: Array
    sd: Array

    def proximal(self, segment: int) -> Array:
        """(xyz) where a segment begins: the joint it turns about. [m]"""
        if segment == PELVIS:
            return np.asarray(self.joints[:, Joint.HIP].mean(0))
        if segment == TRUNK:
            return self.lumbar
        joint = (Joint.HIP, Joint.KNEE, Joint.ANKLE)[segment // 2 - 1]
        return np.asarray(self.joints[segment % 2, joint])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Skeleton:
    """A measured body.

    Attributes
    ----------
    anchors : joints in the posture it was measured in.
    frames : (segment, 3, 3) axes of the segments in that posture; y of thigh and shank is the knee's hinge.
    points : (marker, segment, xyz) vectors on the way to each marker. [m]
    segments : (marker,) the segment each marker lies on.
    sd, artefact : (marker,) usual misfit, and skin movement at 90° of bend. [m]
    joints : (side, joint, segment, xyz) vectors on the way to each joint. [m]
    """

    anchors: Anchors
    frames: Array
    points: Array
    segments: Indices
    sd: Array
    artefact: Array
    joints: Array


def frames_of(anchors: Anchors) -> Array:
    """(segment, 3, 3) axes in the measured posture: the lab's, but thigh and shank along bone and hinge."""
    frames = np.repeat(np.eye(3)[None], SEGMENTS, axis=0)
    for side in Side:
        for part, top, low in ((Part.THIGH, Joint.HIP, Joint.KNEE), (Part.SHANK, Joint.KNEE, Joint.ANKLE)):
            z = _unit(anchors.joints[side, top] - anchors.joints[side, low])
            x = _unit(np.cross(anchors.hinges[side], z))
            frames[segment_of(part, side)] = np.stack([x, np.cross(z, x), z], axis=1)
    return frames


def _unit(vector: Array) -> Array:
    return np.asarray(vector / np.linalg.norm(vector))


def vectors_to(places: Array, segments: Indices, anchors: Anchors, frames: Array) -> Array:
    """(point, segment, xyz) vectors on the way to points that lie on given segments.

    Parameters
    ----------
    places : (point, xyz) in the measured posture. [m]
    segments : (point,) what they lie on.
    """
    vectors = np.zeros((len(places), SEGMENTS, 3))
    for i, (place, segment) in enumerate(zip(places, segments, strict=True)):
        here, now = int(segment), place
        while here >= 0:
            begin = anchors.proximal(here)
            vectors[i, here] = frames[here].T @ (now - begin)
            here, now = int(PARENT[here]), begin
    return vectors


def joint_vectors(anchors: Anchors, frames: Array) -> Array:
    """(side, joint, segment, xyz) vectors on the way to the joints. [m]"""
    segments = np.array([[segment_of(JOINT_SEGMENT[joint], side) for joint in Joint] for side in Side])
    flat = vectors_to(anchors.joints.reshape(-1, 3), segments.ravel(), anchors, frames)
    return flat.reshape(len(Side), len(Joint), SEGMENTS, 3)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class State:
    """How the segments are turned in each frame.

    Attributes
    ----------
    origin : (n, xyz) of the pelvis. [m]
    shift : (n, xyz) of the trunk against the pelvis. [m]
    turns : (n, segment, 3, 3) from a segment's axes to the lab's.
    """

    origin: Array
    shift: Array
    turns: Array

    @classmethod
    def joined(cls, parts: "Sequence[State]") -> "State":
        """Frames of some stretches, one after the other."""
        return cls(
            origin=np.concatenate([part.origin for part in parts]),
            shift=np.concatenate([part.shift for part in parts]),
            turns=np.concatenate([part.turns for part in parts]),
        )

    def rows(self, rows: slice) -> "State":
        """The same for some frames."""
        return State(origin=self.origin[rows], shift=self.shift[rows], turns=self.turns[rows])

    def stepped(self, step: Array) -> "State":
        """The same after a small step (n, unknown)."""
        turned = rotation_of(step[:, TURNS].reshape(-1, SEGMENTS, 3)) @ self.turns
        return State(origin=self.origin + step[:, ORIGIN], shift=self.shift + step[:, SHIFT], turns=turned)

    def place(self, vectors: Array) -> Array:
        """(n, point, xyz) where points with vectors (point, segment, xyz) are. [m]"""
        points = np.einsum("nsij,psj->npi", self.turns, vectors, optimize=True) + self.origin[:, None]
        return np.asarray(points + on_trunk(vectors)[:, None] * self.shift[:, None])

    def derivative(self, vectors: Array) -> Array:
        """(n, point, xyz, unknown) change of the points with a step."""
        arms = np.einsum("nsij,psj->npsi", self.turns, vectors, optimize=True)
        slope = np.zeros((*arms.shape[:2], 3, UNKNOWNS))
        for i in range(3):
            slope[:, :, i, ORIGIN.start + i] = 1.0
            slope[:, :, i, SHIFT.start + i] = on_trunk(vectors)
            j, k = (i + 1) % 3, (i + 2) % 3
            slope[:, :, i, TURNS.start + j :: 3] = arms[..., k]
            slope[:, :, i, TURNS.start + k :: 3] = -arms[..., j]
        return slope


def on_trunk(vectors: Array) -> Array:
    """(point,) 1 where a point moves with the trunk, otherwise 0."""
    return np.asarray((vectors[:, TRUNK] != 0).any(-1).astype(float))


def rotation_of(vectors: Array) -> Array:
    """(..., 3, 3) rotations from rotation vectors (..., xyz) [rad], after Rodrigues."""
    angle = np.linalg.norm(vectors, axis=-1)[..., None, None]
    x, y, z = np.moveaxis(vectors, -1, 0)
    zero = np.zeros_like(x)
    k = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], -1).reshape(*vectors.shape[:-1], 3, 3)
    return np.asarray(
        np.eye(3) + np.sinc(angle / np.pi) * k + 0.5 * np.sinc(angle / np.pi / 2) ** 2 * (k @ k)
    )


def best_turn(targets: Array, arms: Array, weights: Array, guess: Array, trust: float = 1e-3) -> Array:
    """(n, 3, 3) rotations that bring arms nearest to targets; what they leave open follows the guess.

    Parameters
    ----------
    targets : (n, point, xyz); NaN where the weight is 0.
    arms : (point, xyz)
    weights : (n, point)
    guess : (n, 3, 3)
    trust : weight of the guess against that of the points.

    Notes
    -----
    Kabsch 1976 by singular values, in all frames at once.
    """
    seen = np.where(weights[..., None] > 0, targets, 0.0)
    spread = np.einsum("np,npi,pj->nij", weights, seen, arms, optimize=True)
    size = np.einsum("np,pj->n", weights, arms**2, optimize=True)[:, None, None] + 1e-9
    u, _, v = np.linalg.svd(spread + trust * size * guess)
    u[..., 2] *= np.linalg.det(u @ v)[:, None]
    return np.asarray(u @ v)
