"""Positions as places and joint angles → joint centres of a drawn body.

The body is that of nobody: lengths are round numbers of an adult of 1.75 m, estimates.
"""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..conventions import Side
from ..model import Array

if TYPE_CHECKING:
    from ..knowledge.moves import Arm, Leg, Stance

THIGH, SHANK, UPPER_ARM, FOREARM = 0.43, 0.42, 0.30, 0.30
HIP_HALF, SHOULDER_HALF = 0.085, 0.17
WAIST, CHEST, NECK, HEAD = 0.18, 0.14, 0.17, 0.18
ANKLE_HEIGHT, HEEL_BEHIND, BALL_AHEAD, TOE = 0.075, 0.05, 0.125, 0.065
"""Segment lengths. [m]"""

RADIUS = {
    "hip": 0.088, "knee": 0.055, "ankle": 0.036, "heel": 0.028, "ball": 0.022, "instep": 0.026, "toe": 0.016,
    "shoulder": 0.056, "elbow": 0.040, "hand": 0.034, "waist": 0.100, "chest": 0.112, "neck": 0.044,
    "head": 0.098, "pelvis": 0.098,
}  # fmt: skip
"""Half the thickness of the body at each point. [m]"""

Places = Mapping[str, Array]
"""Name of a point, with its side where there are two → xyz. [m]"""


def place_joints(stance: "Stance") -> dict[str, Array]:
    """Joint centres of a position.

    Assumes: rigid segments; the trunk bends at the waist only.

    Parameters
    ----------
    stance
        The position.

    Returns
    -------
    dict
        Point → (xyz,) in the lab frame. [m]
    """
    pelvis = _about_z(stance.turn) @ _about_y(stance.lean) @ _about_x(-stance.roll)
    chest = pelvis @ _about_y(stance.bend) @ _about_x(-stance.tilt)
    middle = np.array(stance.pelvis)
    places = {"pelvis": middle, "waist": middle + pelvis @ [0.0, 0.0, WAIST]}
    places["chest"] = places["waist"] + chest @ [0.0, 0.0, CHEST]
    places["neck"] = places["chest"] + chest @ [0.0, 0.0, NECK]
    places["head"] = places["neck"] + chest @ _about_y(stance.nod) @ [0.02, 0.0, HEAD]
    for side, leg, arm in (
        (Side.LEFT, stance.left, stance.left_arm),
        (Side.RIGHT, stance.right, stance.right_arm),
    ):
        name, out = side.name.lower(), side.outward
        places[f"hip_{name}"] = middle + pelvis @ [0.0, out * HIP_HALF, 0.0]
        places[f"shoulder_{name}"] = places["neck"] + chest @ [0.0, out * SHOULDER_HALF, -0.05]
        leg_places = _leg(leg, places[f"hip_{name}"], pelvis, out)
        arm_places = _arm(arm, places[f"shoulder_{name}"], chest, out)
        places |= {f"{point}_{name}": xyz for point, xyz in (leg_places | arm_places).items()}
    return places


def _leg(leg: "Leg", hip: Array, pelvis: Array, out: float) -> dict[str, Array]:
    if leg.at is None:
        return _free_leg(leg, hip, pelvis, out)
    heading = _about_z(out * leg.out)
    sole = heading @ _about_y(leg.sole)
    ball = np.array([leg.at[0], out * leg.at[1], leg.at[2] + RADIUS["ball"]])
    if leg.sole < 0:  # the foot turns about the heel, and the ball leaves the floor
        heel = ball + heading @ [-BALL_AHEAD - HEEL_BEHIND, 0.0, RADIUS["heel"] - RADIUS["ball"]]
        ball = heel + sole @ [BALL_AHEAD + HEEL_BEHIND, 0.0, RADIUS["ball"] - RADIUS["heel"]]
    toes = (sole if leg.sole < 0 else heading) @ _about_y(-leg.toes)
    foot = _foot(ball - sole @ [BALL_AHEAD, 0.0, RADIUS["ball"] - ANKLE_HEIGHT], sole, toes)
    foot["instep"] = foot["instep"] + np.array([0.0, 0.0, leg.arch])
    towards = _about_z(out * (leg.out if leg.knee_out is None else leg.knee_out)) @ _about_y(
        min(leg.sole, 0.0)
    )
    return {"knee": _bent(hip, foot["ankle"], THIGH, SHANK, towards @ [1.0, 0.0, 0.0]), **foot}


def _free_leg(leg: "Leg", hip: Array, pelvis: Array, out: float) -> dict[str, Array]:
    flexion, abduction, rotation = leg.hip or (0.0, 0.0, 0.0)
    thigh = pelvis @ _about_y(-flexion) @ _about_x(out * abduction) @ _about_z(out * rotation)
    shank = thigh @ _about_y(leg.knee)
    knee = hip + thigh @ [0.0, 0.0, -THIGH]
    sole = shank @ _about_y(-leg.ankle)
    return {"knee": knee, **_foot(knee + shank @ [0.0, 0.0, -SHANK], sole, sole @ _about_y(-leg.toes))}


def _foot(ankle: Array, sole: Array, toes: Array) -> dict[str, Array]:
    """The foot below an ankle; the toes may stay on the floor while the heel lifts."""
    ball = ankle + sole @ [BALL_AHEAD, 0.0, RADIUS["ball"] - ANKLE_HEIGHT]
    return {
        "ankle": ankle,
        "heel": ankle + sole @ [-HEEL_BEHIND, 0.0, RADIUS["heel"] - ANKLE_HEIGHT],
        "ball": ball,
        "instep": ankle + sole @ [0.4 * BALL_AHEAD, 0.0, -0.2 * ANKLE_HEIGHT],
        "toe": ball + toes @ [TOE, 0.0, RADIUS["toe"] - RADIUS["ball"]],
    }


def _arm(arm: "Arm", shoulder: Array, chest: Array, out: float) -> dict[str, Array]:
    if arm.at is not None:
        hand = np.array([arm.at[0], out * arm.at[1], arm.at[2]])
        towards = np.array([arm.elbow_to[0], out * arm.elbow_to[1], arm.elbow_to[2]])
        return {"elbow": _bent(shoulder, hand, UPPER_ARM, FOREARM, towards), "hand": hand}
    flexion, abduction, rotation = arm.shoulder or (0.0, 0.0, 0.0)
    upper = chest @ _about_y(-flexion) @ _about_x(out * abduction) @ _about_z(-out * rotation)
    elbow = shoulder + upper @ [0.0, 0.0, -UPPER_ARM]
    return {"elbow": elbow, "hand": elbow + upper @ _about_y(-arm.elbow) @ [0.0, 0.0, -FOREARM]}


def _bent(root: Array, tip: Array, upper: float, lower: float, towards: Array) -> Array:
    """The joint between two segments of given lengths that reach from `root` to `tip`.

    Law of cosines; the joint points `towards`. Out of reach is an error of the table.
    """
    way = tip - root
    length = float(np.linalg.norm(way))
    if not abs(upper - lower) < length < upper + lower + 1e-9:
        raise ValueError(f"A limb of {upper + lower:.2f} m cannot reach over {length:.2f} m.")
    along = (upper**2 - lower**2 + length**2) / (2 * length)
    aside = towards - (towards @ way) * way / length**2
    return np.asarray(
        root + along * way / length + math.sqrt(max(upper**2 - along**2, 0.0)) * aside / np.linalg.norm(aside)
    )


def _about_x(angle: float) -> Array:
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def _about_y(angle: float) -> Array:
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def _about_z(angle: float) -> Array:
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
