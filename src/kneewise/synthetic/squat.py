"""Kinematics of one instant of a squat: planted feet, exact joint centres, balanced body.

The feet stand where they are put (a heel rise turns the foot about its ball, the toes stay flat).  The
pelvis height follows from the wanted knee flexion, its forward position from balance: the centre of mass lies
over a given fraction of the foot.  Each knee lies on the circle round the hip-ankle line, over the toes plus
a swivel.  Every bone has a world rotation from rest to pose; the skin follows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .rotation import (
    FORWARD,
    RIGHT,
    UP,
    about,
    between,
    bone_frame,
    pitch,
    roll,
    share,
    shortest,
    unit,
    yaw,
)
from .skeleton import LETTER, OUTWARD, SIDES, Joints, Skeleton

if TYPE_CHECKING:
    from .mesh import Array

TRUTH_JOINTS = ("shoulder", "hip", "knee", "ankle", "heel", "toe")
PELVIS_SHARE_OF_LEAN = 0.9
TRUNK_BONES = ("spine05", "spine04", "spine03", "spine02", "spine01")
NECK_BONES = (("neck01", 0.25), ("neck02", 0.50), ("neck03", 0.75), ("head", 1.0))
HEAD_SHARE_OF_GAZE = 0.75
HEAD_CENTRE = np.array([0.02, 0.0, 0.09])


@dataclass(frozen=True)
class Posture:
    """What is asked of one instant; angles in degrees, lengths in metres, pairs are (left, right).

    Attributes
    ----------
    knee_flexion : mean of both knees
    lean : forward inclination of the trunk
    swivel : turn of the knee about the hip-ankle line, positive inward (valgus)
    heel_rise : rotation of the foot about its ball
    shift : pelvis to the left
    drop : positive lowers the left hip
    turn : pelvis to the left about the vertical
    side_bend : trunk, positive lowers the left shoulder
    balance : centre of mass along the foot, 0 at the heel and 1 at the toe
    gaze, head_turn : head down, head to the left
    toe_out, stance : foot direction, distance between the ankles
    arms : "forward" or "crossed"
    depth : 0 standing to 1 at the bottom (moves the arms)
    """

    knee_flexion: float
    lean: float
    swivel: tuple[float, float]
    heel_rise: tuple[float, float]
    shift: float
    drop: float
    turn: float
    side_bend: float
    balance: float
    gaze: float
    head_turn: float
    toe_out: float
    stance: float
    arms: str
    depth: float


@dataclass(frozen=True)
class Foot:
    """A planted foot: posed and flat ankle (3,), rotations (3, 3) of foot and toes, direction (3,)."""

    ankle: Array
    flat_ankle: Array
    rotation: Array
    toe_rotation: Array
    direction: Array


@dataclass(frozen=True)
class Pose:
    """A posed skeleton.

    Attributes
    ----------
    rotations : (b, 3, 3) world rotation of each bone from rest
    heads : (b, 3) bone heads, metres
    joints : joint centres (3,) by (name, side), metres
    head, neck, pelvis, centre_of_mass : (3,) metres
    """

    rotations: Array
    heads: Array
    joints: Joints
    head: Array
    neck: Array
    pelvis: Array
    centre_of_mass: Array

    def truth(self) -> Array:
        """Joint centres (side, joint, xyz) in metres, in the order of SIDES and TRUTH_JOINTS."""
        return np.array([[self.joints[joint, side] for joint in TRUTH_JOINTS] for side in SIDES])


def plant_feet(skeleton: Skeleton, posture: Posture) -> dict[str, Foot]:
    """Put both feet on the floor, ankles over x = 0."""
    feet = {}
    for index, side in enumerate(SIDES):
        rest = skeleton.rest
        along = rest["toe", side] - rest["heel", side]
        wanted = OUTWARD[side] * np.radians(posture.toe_out)
        flat = yaw(wanted - np.arctan2(along[1], along[0]))
        direction = np.array([np.cos(wanted), np.sin(wanted), 0.0])
        ankle = np.array([0.0, OUTWARD[side] * posture.stance / 2, rest["ankle", side][2]])
        ball = ankle + flat @ (rest["ball", side] - rest["ankle", side])
        rise = about(np.cross(UP, direction), np.radians(posture.heel_rise[index]))
        feet[side] = Foot(ball + rise @ (ankle - ball), ankle, rise @ flat, flat, direction)
    return feet


def _inward_swivel_to_toes(radius: Array, normal: Array, centre: Array, direction: Array) -> float:
    """Angle on the knee's circle that puts the knee in the vertical plane of the foot, radians."""
    sideways = unit(np.cross(direction, UP))
    a, b, c = centre @ sideways, radius @ sideways, normal @ sideways
    reach = np.hypot(b, c)
    if reach < 1e-9 or abs(a) >= reach:
        return 0.0
    start, spread = np.arctan2(c, b), np.arccos(-a / reach)
    angles = [(start + s * spread + np.pi) % (2 * np.pi) - np.pi for s in (1, -1)]
    return float(np.clip(min(angles, key=abs), -0.7, 0.7))


def place_knee(skeleton: Skeleton, side: str, hip: Array, foot: Foot, swivel: float) -> tuple[Array, Array]:
    """Knee centre and hinge axis of one leg.

    Parameters
    ----------
    hip : (3,) metres
    swivel : radians, positive moves the knee inward

    Returns
    -------
    knee : (3,) metres
    hinge : (3,) unit, pointing to the person's right
    """
    thigh, shank = skeleton.thigh, skeleton.shank
    distance = min(float(np.linalg.norm(hip - foot.ankle)), (thigh + shank) * 0.99999)
    axis = unit(hip - foot.ankle)
    along = (shank**2 - thigh**2 + distance**2) / (2 * distance)
    radius = np.sqrt(max(shank**2 - along**2, 1e-10))
    ahead = unit(foot.direction - axis * (foot.direction @ axis))
    across = np.cross(axis, ahead)
    angle = _inward_swivel_to_toes(radius * ahead, radius * across, along * axis, foot.direction)
    cosine = (thigh**2 + shank**2 - distance**2) / (2 * thigh * shank)
    flexion = np.pi - np.arccos(np.clip(cosine, -1, 1))
    # a straight leg has no knee direction: fade the turn in over 4 to 44 degrees of flexion
    fade = np.clip((flexion - np.radians(4)) / np.radians(40), 0, 1)
    angle *= fade * fade * (3 - 2 * fade)
    inward = np.array([0.0, -OUTWARD[side], 0.0])
    angle += (np.sign(across @ inward) or 1.0) * swivel
    outward = np.cos(angle) * ahead + np.sin(angle) * across
    return foot.ankle + along * axis + radius * outward, unit(np.cross(outward, axis))


def _pelvis_rotation(posture: Posture) -> Array:
    turn, drop = yaw(np.radians(posture.turn)), roll(-np.radians(posture.drop))
    return turn @ drop @ pitch(np.radians(posture.lean) * PELVIS_SHARE_OF_LEAN)


def _pelvis_height(
    skeleton: Skeleton, feet: dict[str, Foot], hips: dict[str, Array], flexion: float
) -> float:
    """Height (m) for a mean knee flexion (rad); `hips` are the hip centres with the pelvis at height 0."""
    thigh, shank = skeleton.thigh, skeleton.shank
    low, high = 0.15, thigh + shank + 0.3
    for _ in range(45):
        middle = 0.5 * (low + high)
        angles = []
        for side in SIDES:
            distance2 = float(np.sum((hips[side] + UP * middle - feet[side].ankle) ** 2))
            cosine = (thigh**2 + shank**2 - distance2) / (2 * thigh * shank)
            angles.append(np.pi - np.arccos(np.clip(cosine, -1, 1)))
        if np.mean(angles) > flexion:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def solve(skeleton: Skeleton, posture: Posture, start: float = -0.02) -> Pose:
    """Pose the body for a posture; `start` is a first guess of the pelvis's forward position (m)."""
    feet = plant_feet(skeleton, posture)
    pelvis_rotation = _pelvis_rotation(posture)
    offsets = {side: pelvis_rotation @ (skeleton.rest["hip", side] - skeleton.pelvis) for side in SIDES}

    def build(forward: float) -> Pose:
        base = np.array([forward, posture.shift, 0.0])
        hips = {side: base + offsets[side] for side in SIDES}
        base[2] = _pelvis_height(skeleton, feet, hips, np.radians(posture.knee_flexion))
        return pose_bones(skeleton, posture, feet, base)

    def foot_point(name: str) -> float:
        points = []
        for side, foot in feet.items():
            rest = skeleton.rest[name, side] - skeleton.rest["ankle", side]
            points.append((foot.flat_ankle + foot.toe_rotation @ rest)[0])
        return float(np.mean(points))

    target = foot_point("heel") + posture.balance * (foot_point("toe") - foot_point("heel"))
    x0, x1 = start, start + 0.02
    pose = build(x0)
    error0, (pose, error1) = pose.centre_of_mass[0] - target, _with_error(build(x1), target)
    for _ in range(12):
        if abs(error1) < 1e-5 or abs(error1 - error0) < 1e-12:
            break
        step = -error1 * (x1 - x0) / (error1 - error0)
        x0, error0, x1 = x1, error1, x1 + float(np.clip(step, -0.08, 0.08))
        pose, error1 = _with_error(build(x1), target)
    return pose


def _with_error(pose: Pose, target: float) -> tuple[Pose, float]:
    return pose, float(pose.centre_of_mass[0] - target)


class _Bones:
    """Collects world rotations by bone name while a pose is built."""

    def __init__(self, skeleton: Skeleton) -> None:
        self.skeleton = skeleton
        self.rotations: list[Array | None] = [None] * len(skeleton.heads)

    def turn(self, rotation: Array, *labels: str) -> None:
        for label in labels:
            self.rotations[self.skeleton.body.bone(label)] = rotation

    def heads(self, pelvis: Array, ankles: dict[str, Array]) -> tuple[Array, Array]:
        """Fill in the missing rotations from the parents and return rotations and heads."""
        skeleton, parents = self.skeleton, self.skeleton.body.bone_parents
        rest = skeleton.heads
        rotations = np.zeros((len(rest), 3, 3))
        heads = np.zeros_like(rest)
        planted = {skeleton.body.bone(f"foot.{LETTER[side]}"): ankle for side, ankle in ankles.items()}
        for bone in skeleton.order:
            parent = parents[bone]
            own = self.rotations[bone]
            rotations[bone] = rotations[parent] if own is None else own
            if parent < 0:
                heads[bone] = pelvis + rotations[bone] @ (rest[bone] - skeleton.pelvis)
            elif bone in planted:
                heads[bone] = planted[bone]
            else:
                heads[bone] = heads[parent] + rotations[parent] @ (rest[bone] - rest[parent])
        return rotations, heads


def _twist_to_foot(shank: Array, foot: Array, along: Array) -> Array:
    """Shank rotation turned about its own length so that it faces where the foot faces."""
    axis = unit(along)
    a, b = shank @ FORWARD, foot @ FORWARD
    a, b = a - axis * (a @ axis), b - axis * (b @ axis)
    if np.linalg.norm(a) < 1e-6 or np.linalg.norm(b) < 1e-6:
        return shank
    a, b = unit(a), unit(b)
    angle = np.arctan2(np.cross(a, b) @ axis, a @ b)
    return about(axis, float(np.clip(angle, -0.6, 0.6))) @ shank


def _pose_leg(bones: _Bones, side: str, joints: Joints, hinge: Array, foot: Foot) -> None:
    rest, letter = bones.skeleton.rest, LETTER[side]
    hinge = hinge if hinge @ RIGHT > 0 else -hinge
    for proximal, distal, names in (
        ("hip", "knee", ("upperleg01", "upperleg02")),
        ("knee", "ankle", ("lowerleg01", "lowerleg02")),
    ):
        now = bone_frame(joints[distal, side] - joints[proximal, side], hinge)
        before = bone_frame(rest[distal, side] - rest[proximal, side], RIGHT)
        bones.turn(now @ before.T, *(f"{name}.{letter}" for name in names))
    twisted = _twist_to_foot(now @ before.T, foot.rotation, joints["ankle", side] - joints["knee", side])
    bones.turn(between(now @ before.T, twisted, 0.5), f"lowerleg02.{letter}")
    bones.turn(foot.rotation, f"foot.{letter}")
    toes = [label for label in bones.skeleton.body.bone_labels if label.startswith("toe")]
    bones.turn(foot.toe_rotation, *(label for label in toes if label.endswith(f".{letter}")))


def _arm_directions(posture: Posture, side: str, chest: Array) -> tuple[Array, Array]:
    """Return unit directions of upper arm and forearm."""
    out, depth = OUTWARD[side], posture.depth
    if posture.arms == "forward":
        upper = np.array([1.0, 0.05 * out, -0.05 + 0.12 * depth])
        fore = np.array([1.0, -0.12 * out, 0.05 + 0.10 * depth])
    else:
        over = 0.10 if side == "left" else 0.0
        upper = chest @ np.array([0.62 + over, 0.12 * out, -0.70])
        fore = chest @ np.array([0.22 + over, -0.80 * out, 0.55])
    return unit(upper), unit(fore)


def _pose_arm(bones: _Bones, side: str, posture: Posture, chest: Array) -> None:
    rest, letter = bones.skeleton.rest, LETTER[side]
    upper, fore = _arm_directions(posture, side, chest)
    rest_upper = unit(rest["elbow", side] - rest["shoulder", side])
    rest_fore = unit(rest["wrist", side] - rest["elbow", side])
    raising = shortest(chest @ rest_upper, upper)
    scapula = share(raising, 0.15) @ chest
    bones.turn(share(raising, 0.06) @ chest, f"clavicle.{letter}")
    bones.turn(scapula, f"shoulder01.{letter}")
    hinge, rest_hinge = np.cross(upper, fore), np.cross(rest_upper, rest_fore)
    upper_rotation = bone_frame(upper, hinge) @ bone_frame(rest_upper, rest_hinge).T
    fore_rotation = bone_frame(fore, hinge) @ bone_frame(rest_fore, rest_hinge).T
    bones.turn(between(scapula, upper_rotation, 0.8), f"upperarm01.{letter}")
    bones.turn(upper_rotation, f"upperarm02.{letter}")
    bones.turn(fore_rotation, f"lowerarm01.{letter}", f"lowerarm02.{letter}", f"wrist.{letter}")


def _pose_trunk(bones: _Bones, posture: Posture) -> Array:
    """Set pelvis, spine and head; return the chest's rotation."""
    pelvis = _pelvis_rotation(posture)
    turn, side = yaw(0.3 * np.radians(posture.turn)), roll(-np.radians(posture.side_bend))
    chest = turn @ side @ pitch(np.radians(posture.lean))
    bones.turn(pelvis, "root", "pelvis.L", "pelvis.R")
    for index, label in enumerate(TRUNK_BONES):
        fraction = (index + 0.5) / len(TRUNK_BONES) if index < len(TRUNK_BONES) - 1 else 1.0
        bones.turn(between(pelvis, chest, fraction), label)
    looking = yaw(np.radians(posture.head_turn)) @ pitch(np.radians(posture.gaze))
    head = between(chest, looking, HEAD_SHARE_OF_GAZE)
    for label, fraction in NECK_BONES:
        bones.turn(between(chest, head, fraction), label)
    return chest


def pose_bones(skeleton: Skeleton, posture: Posture, feet: dict[str, Foot], pelvis: Array) -> Pose:
    """Pose every bone for a given pelvis position (3,) in metres."""
    bones = _Bones(skeleton)
    chest = _pose_trunk(bones, posture)
    pelvis_rotation = _pelvis_rotation(posture)
    joints: Joints = {}
    for index, side in enumerate(SIDES):
        hip = pelvis + pelvis_rotation @ (skeleton.rest["hip", side] - skeleton.pelvis)
        knee, hinge = place_knee(skeleton, side, hip, feet[side], np.radians(posture.swivel[index]))
        joints["hip", side], joints["knee", side], joints["ankle", side] = hip, knee, feet[side].ankle
        _pose_leg(bones, side, joints, hinge, feet[side])
        _pose_arm(bones, side, posture, chest)
    rotations, heads = bones.heads(pelvis, {side: feet[side].ankle for side in SIDES})
    bone = skeleton.body.bone
    for side in SIDES:
        for joint, label in (("shoulder", "upperarm01"), ("elbow", "lowerarm01"), ("wrist", "wrist")):
            joints[joint, side] = heads[bone(f"{label}.{LETTER[side]}")]
        foot, rest = feet[side], skeleton.rest
        joints["heel", side] = foot.ankle + foot.rotation @ (rest["heel", side] - rest["ankle", side])
        ball = foot.ankle + foot.rotation @ (rest["ball", side] - rest["ankle", side])
        joints["toe", side] = ball + foot.toe_rotation @ (rest["toe", side] - rest["ball", side])
    head = heads[bone("head")] + rotations[bone("head")] @ HEAD_CENTRE
    centre = skeleton.centre_of_mass(joints, head)
    return Pose(rotations, heads, joints, head, heads[bone("neck01")], pelvis, centre)
