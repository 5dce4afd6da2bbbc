"""The rest skeleton: joints by name, lengths, and the body's centre of mass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .mesh import Array

if TYPE_CHECKING:
    from .body import RestBody

SIDES = ("left", "right")
LETTER = {"left": "L", "right": "R"}
OUTWARD = {"left": 1.0, "right": -1.0}
JOINT_BONES = {
    "hip": "upperleg01",
    "knee": "lowerleg01",
    "ankle": "foot",
    "shoulder": "upperarm01",
    "elbow": "lowerarm01",
    "wrist": "wrist",
}

# Segment mass as a share of the body's, and its centre along the segment from the proximal joint,
# each as (male, female).
# de Leva 1996, J Biomech 29:1223-1230.
SEGMENTS = {
    "upper arm": ("shoulder", "elbow", (0.0271, 0.0255), (0.5772, 0.5754)),
    "forearm": ("elbow", "wrist", (0.0162, 0.0138), (0.4574, 0.4559)),
    "thigh": ("hip", "knee", (0.1416, 0.1478), (0.4095, 0.3612)),
    "shank": ("knee", "ankle", (0.0433, 0.0481), (0.4459, 0.4416)),
}
HEAD_MASS, TRUNK_MASS = (0.0694, 0.0668), (0.4346, 0.4257)
HAND_MASS, FOOT_MASS = (0.0061, 0.0056), (0.0137, 0.0129)
TRUNK_CENTRE_FROM_SHOULDERS = 0.53
FOOT_CENTRE_FROM_HEEL = 0.43
HAND_CENTRE_BEYOND_WRIST = 0.3

Joints = dict[tuple[str, str], Array]


class Skeleton:
    """A rest body standing in its shoes, with everything the kinematics need.

    Parameters
    ----------
    body : the rest body, bare soles on z = 0
    sex : "male" or "female" (for the mass shares)
    sole_m : thickness of the shoe sole, metres; the body is lifted by it so that the floor is z = 0
    """

    def __init__(self, body: RestBody, sex: str, sole_m: float) -> None:
        lift = np.array([0.0, 0.0, sole_m])
        self.body = body
        self.sole_m = sole_m
        self.vertices = body.vertices + lift
        self.heads = body.bone_heads + lift
        self.keypoints = {name: point + lift for name, point in body.keypoints.items()}
        self.sex_column = 0 if sex == "male" else 1
        self.rest: Joints = {}
        for side in SIDES:
            for joint, bone in JOINT_BONES.items():
                self.rest[joint, side] = self.head(f"{bone}.{LETTER[side]}")
            balls = [self.head(f"toe{toe}-1.{LETTER[side]}") for toe in range(1, 6)]
            self.rest["ball", side] = np.mean(balls, axis=0)
            self.rest["heel", side] = self.keypoints[f"{side}_heel"]
            self.rest["toe", side] = self.keypoints[f"{side}_big_toe"]
        self.pelvis = 0.5 * (self.rest["hip", "left"] + self.rest["hip", "right"])
        self.thigh = float(np.linalg.norm(self.rest["hip", "left"] - self.rest["knee", "left"]))
        self.shank = float(np.linalg.norm(self.rest["knee", "left"] - self.rest["ankle", "left"]))
        self.order = self._parents_first()

    def head(self, label: str) -> Array:
        """Return the rest head (3,) of a bone, metres."""
        return np.asarray(self.heads[self.body.bone(label)])

    def _parents_first(self) -> list[int]:
        parents = self.body.bone_parents
        order = [int(np.flatnonzero(parents < 0)[0])]
        for bone in order:
            order.extend(int(child) for child in np.flatnonzero(parents == bone))
        return order

    def centre_of_mass(self, joints: Joints, head: Array) -> Array:
        """Centre of mass (3,) in metres of a posed body (segment data of de Leva 1996)."""
        column = self.sex_column
        shoulders = 0.5 * (joints["shoulder", "left"] + joints["shoulder", "right"])
        hips = 0.5 * (joints["hip", "left"] + joints["hip", "right"])
        parts = [
            (HEAD_MASS[column], head),
            (TRUNK_MASS[column], shoulders + TRUNK_CENTRE_FROM_SHOULDERS * (hips - shoulders)),
        ]
        for side in SIDES:
            for proximal, distal, mass, centre in SEGMENTS.values():
                start, end = joints[proximal, side], joints[distal, side]
                parts.append((mass[column], start + centre[column] * (end - start)))
            elbow, wrist = joints["elbow", side], joints["wrist", side]
            parts.append((HAND_MASS[column], wrist + HAND_CENTRE_BEYOND_WRIST * (wrist - elbow)))
            heel, toe = joints["heel", side], joints["toe", side]
            parts.append((FOOT_MASS[column], heel + FOOT_CENTRE_FROM_HEEL * (toe - heel)))
        masses = np.array([mass for mass, _ in parts])
        return np.asarray(masses @ np.array([point for _, point in parts]) / masses.sum())
