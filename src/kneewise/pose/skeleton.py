"""One articulated body, its two planted feet and one camera: parameters → points in space and picture.

World frame of this room: z up, floor at z = 0, the camera above the origin, looking along +x; y to the
left of the camera. `lifting` turns the result into the lab frame. All functions broadcast over any leading
axes, so that many perturbed bodies are computed at once.

Angles follow the body: heading turns the pelvis about z; a thigh is turned by rotation, then abduction,
then flexion; a shank by the knee's flexion in the thigh's frame.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from ..conventions import Joint, Side
from ..model import Array

Vector = tuple[Array, Array, Array]


class Frame(IntEnum):
    """Index of the parameters that change from frame to frame; legs follow in `leg_parameter`."""

    X = 0
    Y = 1
    Z = 2
    HEADING = 3
    OBLIQUITY = 4
    TRUNK_FLEXION = 5
    TRUNK_BEND = 6
    TRUNK_TWIST = 7


class Leg(IntEnum):
    """Offset of a leg's parameters within its block."""

    FLEXION = 0
    ABDUCTION = 1
    ROTATION = 2
    KNEE = 3
    HEEL_RISE = 4


class Whole(IntEnum):
    """Index of the parameters that hold for the whole film."""

    LOG_FOCAL = 0
    PITCH = 1
    ROLL = 2
    CAMERA_HEIGHT = 3
    LEFT_X = 4
    LEFT_Y = 5
    LEFT_YAW = 6
    RIGHT_X = 7
    RIGHT_Y = 8
    RIGHT_YAW = 9
    LOG_THIGH = 10
    LOG_SHANK = 11
    LOG_HIP_WIDTH = 12
    LOG_TRUNK = 13
    LOG_SHOULDER_WIDTH = 14
    VARUS = 15
    TORSION = 16
    HEEL_BACK = 17
    TOE_AHEAD = 18
    LOG_DEPTH_SCALE = 19
    DEPTH_BIAS_SHOULDER = 20
    DEPTH_BIAS_KNEE = 21
    DEPTH_BIAS_ANKLE = 22
    DEPTH_BIAS_HEEL = 23
    DEPTH_BIAS_TOE = 24
    BALANCE_AHEAD = 25
    BALANCE_ASIDE = 26


FRAME_SIZE = len(Frame) + len(Side) * len(Leg)
WHOLE_SIZE = len(Whole)
FOOT_BLOCK = {Side.LEFT: Whole.LEFT_X, Side.RIGHT: Whole.RIGHT_X}


def leg_parameter(side: Side, parameter: Leg) -> int:
    """Index of a leg's parameter in the frame parameters."""
    return len(Frame) + side * len(Leg) + parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class Proportions:
    """Sizes that follow from stature alone.

    Attributes
    ----------
    ankle_height : of the ankle centre above the floor, in ordinary shoes. [m]
    heel_height, toe_height : of the back of the heel and the tip of the foot above the floor. [m]
    ball_share : place of the ball of the foot between ankle and tip. [unitless]
    hip_offset, shoulder_offset : from the joint centre to where it is learned to be on synthetic people:
        forward, outward, up in the pelvis and the trunk. [m]
    """

    ankle_height: float
    heel_height: float
    toe_height: float
    ball_share: float
    hip_offset: tuple[float, float, float]
    shoulder_offset: tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Where everything is, for one set of parameters.

    Attributes
    ----------
    joints : side → joint → point in the world. [m]
    marks : side → joint → where its landmark lies, the learned error taken away. [m]
    ankle_gap : side → vector from the ankle on the planted foot to the ankle at the end of the leg. [m]
    shank_forward : side → direction in which the shank faces. [unitless]
    """

    joints: dict[Side, dict[Joint, Vector]]
    marks: dict[Side, dict[Joint, Vector]]
    ankle_gap: dict[Side, Vector]
    shank_forward: dict[Side, Vector]


def pose_body(frame: Array, whole: Array, proportions: Proportions) -> Body:
    """Forward kinematics.

    Parameters
    ----------
    frame
        (..., FRAME_SIZE) [m, rad]
    whole
        (..., WHOLE_SIZE), broadcast against `frame`. [m, rad, 1]
    proportions
        Sizes that follow from stature.
    """
    root = (frame[..., Frame.X], frame[..., Frame.Y], frame[..., Frame.Z])
    joints: dict[Side, dict[Joint, Vector]] = {}
    marks: dict[Side, dict[Joint, Vector]] = {}
    gaps: dict[Side, Vector] = {}
    forwards: dict[Side, Vector] = {}
    for side in Side:
        trunk = _shoulder(side, frame, whole, proportions, root)
        leg = _leg(side, frame, whole, proportions, root)
        foot = _foot(side, frame, whole, proportions)
        joints[side] = {
            Joint.SHOULDER: trunk[0],
            Joint.HIP: leg.hip,
            Joint.KNEE: leg.knee,
            Joint.ANKLE: leg.ankle,
            Joint.HEEL: foot.heel,
            Joint.TOE: foot.toe,
        }
        marks[side] = {
            Joint.SHOULDER: trunk[1],
            Joint.HIP: _plus(leg.hip, leg.hip_offset),
            Joint.KNEE: leg.knee,
            Joint.ANKLE: leg.ankle,
            Joint.HEEL: foot.heel,
            Joint.TOE: foot.toe,
        }
        gaps[side] = _minus(leg.ankle, foot.ankle)
        forwards[side] = leg.shank_forward
    return Body(joints=joints, marks=marks, ankle_gap=gaps, shank_forward=forwards)


def project(point: Vector, whole: Array) -> tuple[Array, Array, Array]:
    """Picture coordinates in shares of the picture's long side from its centre, and depth.

    Returns
    -------
    right, down
        [unitless]
    depth
        Along the camera's axis. [m]
    """
    x, y, z = point
    right, down, depth = -y, whole[..., Whole.CAMERA_HEIGHT] - z, x
    c, s = np.cos(whole[..., Whole.PITCH]), np.sin(whole[..., Whole.PITCH])
    down, depth = c * down + s * depth, c * depth - s * down
    c, s = np.cos(whole[..., Whole.ROLL]), np.sin(whole[..., Whole.ROLL])
    right, down = c * right - s * down, s * right + c * down
    depth = np.maximum(depth, 0.1)
    focal = np.exp(whole[..., Whole.LOG_FOCAL])
    return focal * right / depth, focal * down / depth, depth


def look_along(points: Array, whole: Array) -> Array:
    """(..., xyz) unit vectors from the camera through points of the picture; undoes `project`.

    Parameters
    ----------
    points
        (..., 2) right and down of the picture's centre, in shares of its long side.
    whole
        (WHOLE_SIZE,) of which the camera is used.
    """
    c, s = np.cos(whole[Whole.ROLL]), np.sin(whole[Whole.ROLL])
    right, down = c * points[..., 0] + s * points[..., 1], c * points[..., 1] - s * points[..., 0]
    focal = np.exp(whole[Whole.LOG_FOCAL])
    c, s = np.cos(whole[Whole.PITCH]), np.sin(whole[Whole.PITCH])
    ahead = np.stack([c * focal + s * down, -right, s * focal - c * down], axis=-1)
    return np.asarray(ahead / np.linalg.norm(ahead, axis=-1, keepdims=True))


def stack(points: dict[Side, dict[Joint, Vector]]) -> Array:
    """(..., side, joint, xyz) of a body's points. [m]"""
    return np.stack(
        [
            np.stack(
                [np.stack(np.broadcast_arrays(*points[side][joint]), axis=-1) for joint in Joint], axis=-2
            )
            for side in Side
        ],
        axis=-3,
    )


@dataclass(frozen=True, slots=True)
class _LegPoints:
    hip: Vector
    knee: Vector
    ankle: Vector
    hip_offset: Vector
    shank_forward: Vector


@dataclass(frozen=True, slots=True)
class _FootPoints:
    ankle: Vector
    heel: Vector
    toe: Vector


def _shoulder(
    side: Side, frame: Array, whole: Array, proportions: Proportions, root: Vector
) -> tuple[Vector, Vector]:
    """Shoulder centre and its landmark."""
    half = 0.5 * side.outward * np.exp(whole[..., Whole.LOG_SHOULDER_WIDTH])
    length = np.exp(whole[..., Whole.LOG_TRUNK])
    zero = np.zeros_like(length)
    ahead, outward, up = proportions.shoulder_offset

    def turn(vector: Vector) -> Vector:
        vector = _turn_x(frame[..., Frame.TRUNK_BEND], vector)
        vector = _turn_y(frame[..., Frame.TRUNK_FLEXION], vector)
        return _turn_z(frame[..., Frame.HEADING] + frame[..., Frame.TRUNK_TWIST], vector)

    centre = _plus(root, turn((zero, half, length)))
    offset = turn((zero + ahead, zero + side.outward * outward, zero + up))
    return centre, _plus(centre, offset)


def _leg(side: Side, frame: Array, whole: Array, proportions: Proportions, root: Vector) -> _LegPoints:
    def parameter(which: Leg) -> Array:
        return frame[..., leg_parameter(side, which)]

    def turn_pelvis(vector: Vector) -> Vector:
        return _turn_z(frame[..., Frame.HEADING], _turn_x(frame[..., Frame.OBLIQUITY], vector))

    def turn_thigh(vector: Vector) -> Vector:
        vector = _turn_z(side.outward * parameter(Leg.ROTATION), vector)
        vector = _turn_x(side.outward * parameter(Leg.ABDUCTION), vector)
        return turn_pelvis(_turn_y(-parameter(Leg.FLEXION), vector))

    def turn_shank(vector: Vector) -> Vector:
        vector = _turn_y(parameter(Leg.KNEE), vector)
        return turn_thigh(_turn_x(-side.outward * whole[..., Whole.VARUS], vector))

    half = 0.5 * side.outward * np.exp(whole[..., Whole.LOG_HIP_WIDTH])
    zero = np.zeros_like(half)

    ahead, outward, up = proportions.hip_offset
    offset = zero + ahead, zero + side.outward * outward, zero + up
    hip = _plus(root, turn_pelvis((zero, half, zero)))
    knee = _plus(hip, turn_thigh((zero, zero, -np.exp(whole[..., Whole.LOG_THIGH]))))
    ankle = _plus(knee, turn_shank((zero, zero, -np.exp(whole[..., Whole.LOG_SHANK]))))
    return _LegPoints(
        hip=hip,
        knee=knee,
        ankle=ankle,
        hip_offset=turn_pelvis(offset),
        shank_forward=turn_shank((zero + 1, zero, zero)),
    )


def _foot(side: Side, frame: Array, whole: Array, proportions: Proportions) -> _FootPoints:
    """The planted foot, turned about the ball of the foot by the heel rise."""
    block = FOOT_BLOCK[side]
    rise = frame[..., leg_parameter(side, Leg.HEEL_RISE)]
    tip = whole[..., Whole.TOE_AHEAD]
    ball = proportions.ball_share * tip
    zero = np.zeros_like(tip + rise)

    def place(ahead: Array, up: float, *, turned: bool) -> Vector:
        vector = (zero + ahead - ball, zero, zero + up)
        vector = _turn_y(rise, vector) if turned else vector
        x, y, z = _turn_z(whole[..., block + 2], (vector[0] + ball, vector[1], vector[2]))
        return x + whole[..., block], y + whole[..., block + 1], z

    return _FootPoints(
        ankle=place(zero, proportions.ankle_height, turned=True),
        heel=place(-whole[..., Whole.HEEL_BACK], proportions.heel_height, turned=True),
        toe=place(tip, proportions.toe_height, turned=False),
    )


def _plus(one: Vector, other: Vector) -> Vector:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _minus(one: Vector, other: Vector) -> Vector:
    return one[0] - other[0], one[1] - other[1], one[2] - other[2]


def _turn_x(angle: Array, v: Vector) -> Vector:
    c, s = np.cos(angle), np.sin(angle)
    return v[0], c * v[1] - s * v[2], s * v[1] + c * v[2]


def _turn_y(angle: Array, v: Vector) -> Vector:
    c, s = np.cos(angle), np.sin(angle)
    return c * v[0] + s * v[2], v[1], c * v[2] - s * v[0]


def _turn_z(angle: Array, v: Vector) -> Vector:
    c, s = np.cos(angle), np.sin(angle)
    return c * v[0] - s * v[1], s * v[0] + c * v[1], v[2]
