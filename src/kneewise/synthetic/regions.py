"""Where each vertex of the template lies: on an arm, a leg, the head, and how far along the limb."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .body import ARM_BONES, BODY_VERTICES
from .skinning import SkinWeights

if TYPE_CHECKING:
    from .mesh import Array, Index
    from .skeleton import Skeleton

LEG_BONES = ("upperleg", "lowerleg", "foot", "toe")
TRUNK_BONES = ("spine", "root", "pelvis", "clavicle", "shoulder", "breast", "neck01", "neck02")
SKIN, CLOTH, HAIR, EYE = 0.0, 1.0, 2.0, 3.0
BONES_PER_VERTEX = 8


@dataclass(frozen=True)
class Layer:
    """One mesh that is drawn: skin, a garment, hair.

    Attributes
    ----------
    name : what it is
    vertices : (v, 3) rest shape, metres
    faces : (f, 3)
    weights : skinning weights
    colour : (v, 3) linear red, green, blue
    material : (v, 4) roughness, gloss, bump and kind (SKIN, CLOTH, HAIR, EYE)
    """

    name: str
    vertices: Array
    faces: Index
    weights: SkinWeights
    colour: Array
    material: Array


def smoothstep(start: float, end: float, x: Array) -> Array:
    """Smooth course from 0 at `start` to 1 at `end`."""
    t = np.clip((x - start) / (end - start), 0, 1)
    return t * t * (3 - 2 * t)


class Regions:
    """Soft body coordinates of every template vertex in the rest pose.

    Attributes
    ----------
    is_arm, is_leg, is_head, is_body : (v,) booleans (`is_body`: skin, not a helper shell)
    along_arm, along_thigh, along_shank : (v,) 0 at the proximal and 1 at the distal joint
    z : (v,) height, metres
    hip_z, shoulder_z, waist_z, ankle_z, ankle_x : landmark heights and the ankle's position ahead, metres
    neck : (3,) base of the neck, metres
    """

    def __init__(self, skeleton: Skeleton) -> None:
        vertices, body = skeleton.vertices, skeleton.body
        main = body.weight_bones[np.arange(len(vertices)), body.weights.argmax(1)]
        bones = [body.bone_labels[bone] for bone in main]
        self.vertices = vertices
        self.is_arm = np.array([bone.startswith(ARM_BONES) for bone in bones])
        self.is_leg = np.array([bone.startswith(LEG_BONES) for bone in bones])
        trunk = np.array([bone.startswith(TRUNK_BONES) for bone in bones])
        self.is_head = ~(self.is_arm | self.is_leg | trunk)
        self.is_body = np.arange(len(vertices)) < BODY_VERTICES
        self.along_arm = np.where(self.is_arm, self._along(skeleton, "shoulder", "elbow"), -1.0)
        self.along_thigh = self._along(skeleton, "hip", "knee")
        self.along_shank = np.where(self.is_leg, self._along(skeleton, "knee", "ankle"), -5.0)
        self.z = vertices[:, 2]
        self.hip_z = float(skeleton.pelvis[2])
        self.shoulder_z = float(skeleton.rest["shoulder", "left"][2])
        self.neck = skeleton.head("neck01")
        self.waist_z = float(skeleton.head("spine04")[2])
        self.ankle_x = float(skeleton.rest["ankle", "left"][0])
        self.ankle_z = float(skeleton.rest["ankle", "left"][2])

    @staticmethod
    def _along(skeleton: Skeleton, proximal: str, distal: str) -> Array:
        out = np.zeros(len(skeleton.vertices))
        left = skeleton.vertices[:, 1] >= 0
        for side, mask in (("left", left), ("right", ~left)):
            start = skeleton.rest[proximal, side]
            axis = skeleton.rest[distal, side] - start
            out[mask] = (skeleton.vertices[mask] - start) @ axis / (axis @ axis)
        return out


class BoneWeights:
    """Skinning weights of template vertices as dense rows, so that they can be edited and interpolated."""

    def __init__(self, skeleton: Skeleton) -> None:
        self.body = skeleton.body

    def dense(self, used: Index) -> Array:
        """Rows (u, b) of the template vertices `used`."""
        rows = np.zeros((len(used), len(self.body.bone_heads)))
        np.add.at(
            rows, (np.arange(len(used))[:, None], self.body.weight_bones[used]), self.body.weights[used]
        )
        return rows

    @staticmethod
    def pack(rows: Array) -> SkinWeights:
        """Keep the largest weights of each row, scaled to sum 1."""
        bones = np.argsort(-rows, axis=1)[:, :BONES_PER_VERTEX]
        values = np.take_along_axis(rows, bones, 1)
        return SkinWeights(values / values.sum(1, keepdims=True), bones)


def solid(count: int, values: tuple[float, ...]) -> Array:
    """Repeat a colour or material for `count` vertices."""
    return np.tile(np.array(values), (count, 1))
