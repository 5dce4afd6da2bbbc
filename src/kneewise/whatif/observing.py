"""Pose + tests → today's squat at its lowest point, and how far ankle and hip go."""

import math
from collections.abc import Sequence

import numpy as np

from ..conventions import ArmJoint, BodyMeasure, Joint, LegMeasure, Side
from ..geometry import inclination
from ..kinetics.carrying import Place
from ..model import Array, Motion, Pose, Repetition, Segments, Tested
from ..model.supposed import Limit, Limits, Tempo, Today

WALL_TEST = "knee_to_wall_cm"
_WALL = math.radians(3.6) / 0.01
"""Ankle bend for each metre between toes and wall; 3.6° a centimetre, physio-pedia.com/Knee_to_Wall_Test."""
_WALL_SD = math.radians(3.5)
"""Of an ankle bend from that test: 0.7 cm (Powden 2015), and the rest for feet that differ; estimate."""
USUAL_ANKLE = Limit(value=0.12 * _WALL, sd=0.028 * _WALL, known=False, test=WALL_TEST)
"""12 ± 2.8 cm in healthy adults, Hoch 2011."""
USUAL_HIP = Limit(value=math.radians(135), sd=math.radians(10), known=False)
"""Until the thigh meets the belly, as `kinetics` counts hip bend; estimate. No test here tells it."""
_OUTWARD = np.array([side.outward for side in Side])
_OUTWARD.flags.writeable = False
_RISEN = 0.015  # a heel is up from here on [m]
_LEAST_SD = math.radians(1)  # of each angle: draws of one pose do not know how joints were placed [rad]
_ARMS_SD = 0.05
"""Of where seen arms have their centre; estimate. [m]"""
_LENGTH_SD = 0.02
"""Of a limb's length, as a share of it, where draws do not tell; as films have it, estimate."""
_QUICK = 0.2  # a shorter hold is none [s]
_TURNING = 0.12
"""Time in the lowest 3 % of the way that belongs to a turn without a stop, a share of down and up together;
of the smoothest move (tests/test_tempo.py). [unitless]"""


def range_from_wall(distance: float) -> Limit:
    """How far an ankle bends, from the distance between toes and wall that a knee just bridges [m]."""
    return Limit(value=_WALL * distance, sd=_WALL_SD, known=True, test=WALL_TEST)


def wall_of(tests: Sequence[Tested]) -> float | None:
    """Knee-to-wall distance of the side that has less, None where it was not tested. [m]"""
    tested = [float(one.value) for one in tests if one.id == WALL_TEST and isinstance(one.value, int | float)]
    return min(tested) / 100 if tested else None


def limits_of(*, wall: float | None = None) -> Limits:
    """How far ankle and hip go: as tested, else as usual.

    Parameters
    ----------
    wall
        Distance of the knee-to-wall test, of the side that has less; None was not tested. [m]
    """
    return Limits(ankle=USUAL_ANKLE if wall is None else range_from_wall(wall), hip=USUAL_HIP)


def read_today(pose: Pose, repetitions: Sequence[Repetition], motion: Motion | None = None) -> Today:
    """The lowest point of a person's squat, both legs taken together.

    Parameters
    ----------
    pose
        With at least two draws, or without any.
    repetitions
        Those that count, one at least.
    motion
        Angles of a pose that was stored without draws: their errors then count as if independent.

    Returns
    -------
    Today
        The mean over sides and repetitions; its errors are those of the draws, of the mean of repetitions
        that differ, and of one degree for how joints were placed.

    Raises
    ------
    ValueError
        If there is no repetition, or joints are missing at every lowest point.

    Notes
    -----
    Feet are taken to point where the shins lean; a heel that is higher at the bottom than at the start has
    risen.
    """
    versions = pose.joints[None] if motion is not None else pose.draws
    frames = [int(np.argmin(np.abs(pose.time - one.bottom))) for one in repetitions]
    frames = [frame for frame in frames if np.isfinite(versions[:, frame]).all()]
    if not frames:
        raise ValueError("No repetition shows every joint at its lowest point.")
    joints = versions[:, frames]
    angles = np.stack([_angles(joint) for joint in joints])
    between = np.cov(angles.mean(axis=0).T) / len(frames) if len(frames) > 1 else np.zeros((3, 3))
    within = np.cov(angles.mean(axis=1).T) if motion is None else _told_errors(motion, frames)
    shin, thigh, trunk = (float(mean) for mean in _angles(pose.joints[frames]).mean(axis=0))
    lengths, spread = _lengths(joints)
    return Today(
        shin=shin,
        thigh=thigh,
        trunk=trunk,
        spread=within + between + _LEAST_SD**2 * np.eye(3),
        shank_length=lengths[0],
        thigh_length=lengths[1],
        trunk_length=lengths[2],
        foot_length=lengths[3],
        length_sd=spread,
        hips_apart=_apart(pose.joints[frames], Joint.HIP),
        ankles_apart=_apart(pose.joints[frames], Joint.ANKLE),
        turn_out=_turn_out(pose.joints[frames]),
        heel=_heel(pose, frames, repetitions),
        tempo=_tempo(repetitions),
    )


def read_arms(pose: Pose, repetitions: Sequence[Repetition], body: Segments) -> Place | None:
    """Where the arms are at the lowest point, from mid-shoulder, turning with the trunk; None where unseen.

    Assumes: they stay so to the trunk when the posture changes.
    Error: 5 cm, an estimate for arms that a film shows.
    """
    if pose.arms is None:
        return None
    frames = [int(np.argmin(np.abs(pose.time - one.bottom))) for one in repetitions]
    shoulder = pose.joints[frames, :, Joint.SHOULDER]
    elbow, wrist = pose.arms[frames, :, ArmJoint.ELBOW], pose.arms[frames, :, ArmJoint.WRIST]
    upper = shoulder + body.upper_arm.centre * (elbow - shoulder)
    fore = elbow + body.forearm.centre * (wrist - elbow)
    masses = np.array([body.upper_arm.mass, body.forearm.mass])
    centre = (masses[0] * upper + masses[1] * fore) / masses.sum()
    ahead, _, above = (centre - shoulder).mean(axis=1).T
    trunk = (shoulder - pose.joints[frames, :, Joint.HIP]).mean(axis=1)
    lean = inclination(trunk)
    forward = ahead * np.cos(lean) - above * np.sin(lean)
    up = ahead * np.sin(lean) + above * np.cos(lean)
    seen = np.isfinite(forward + up)
    if not seen.any():
        return None
    return Place(forward=float(forward[seen].mean()), up=float(up[seen].mean()), sd=_ARMS_SD)


def _told_errors(motion: Motion, frames: Sequence[int]) -> Array:
    """Covariance of shin, thigh and trunk from the errors told with them; both legs err alike. [rad²]"""
    legs = [LegMeasure.SHANK_INCLINATION, LegMeasure.THIGH_INCLINATION]
    shin, thigh = motion.leg_sd[frames][..., legs].mean(axis=(0, 1))
    trunk = motion.body_sd[frames, BodyMeasure.TRUNK_INCLINATION].mean()
    return np.diag(np.square([shin, thigh, trunk]))


def _angles(joints: Array) -> Array:
    """(…, 3) inclination of shin, thigh and trunk as seen from the side, of joints (…, side, joint, xyz)."""
    lines = ((Joint.ANKLE, Joint.KNEE), (Joint.KNEE, Joint.HIP), (Joint.HIP, Joint.SHOULDER))
    means = [(joints[..., b, :] - joints[..., a, :]).mean(axis=-2) for a, b in lines]
    shin, thigh, trunk = (inclination(mean) for mean in means)
    return np.stack((shin, -thigh, trunk), axis=-1)


def _lengths(joints: Array) -> tuple[tuple[float, ...], float]:
    """Lengths of shank, thigh, trunk and foot [m], and the sd of the first two as a share."""
    lines = ((Joint.KNEE, Joint.ANKLE), (Joint.HIP, Joint.KNEE), (Joint.HEEL, Joint.TOE))
    parts = [np.linalg.norm(joints[..., a, :] - joints[..., b, :], axis=-1).mean(axis=-1) for a, b in lines]
    middle = joints.mean(axis=-3)
    trunk = np.linalg.norm(middle[..., Joint.SHOULDER, :] - middle[..., Joint.HIP, :], axis=-1)
    shank, thigh, foot = parts
    draws = np.stack((shank, thigh)).mean(axis=-1)
    spread = (
        float((draws.std(axis=-1, ddof=1) / draws.mean(axis=-1)).mean()) if len(joints) > 1 else _LENGTH_SD
    )
    return tuple(float(part.mean()) for part in (shank, thigh, trunk, foot)), spread


def _apart(joints: Array, joint: Joint) -> float:
    """Half the distance between both joints of a kind, to the side. [m]"""
    return float(np.abs(joints[:, Side.LEFT, joint, 1] - joints[:, Side.RIGHT, joint, 1]).mean() / 2)


def _turn_out(joints: Array) -> float:
    """Direction in which the shins lean, outwards; that of the feet for upright ones. [rad]"""
    shin = joints[:, :, Joint.KNEE] - joints[:, :, Joint.ANKLE]
    foot = joints[:, :, Joint.TOE] - joints[:, :, Joint.HEEL]
    leans = np.linalg.norm(shin[..., :2], axis=-1) > 0.2 * np.abs(shin[..., 2])
    way = np.where(leans[..., None], shin, foot)
    return float(np.clip(np.arctan2(_OUTWARD * way[..., 1], way[..., 0]).mean(), 0.0, math.radians(60)))


def _heel(pose: Pose, frames: Sequence[int], repetitions: Sequence[Repetition]) -> float:
    """How much higher the heels are at the bottom than at the start. [m]"""
    starts = [int(np.argmin(np.abs(pose.time - one.start))) for one in repetitions]
    heel = pose.joints[:, :, Joint.HEEL, 2].mean(axis=1)
    flat = np.nanmean(heel[starts]) if np.isfinite(heel[starts]).any() else np.nanmin(heel)
    risen = float(heel[list(frames)].mean() - flat)
    return risen if risen > _RISEN else 0.0


def _tempo(repetitions: Sequence[Repetition]) -> Tempo | None:
    """Mean of whole repetitions; of those that turn without a stop, where there are any."""
    whole = [one for one in repetitions if one.complete and one.down > 0 and one.up > 0]
    stops = [max(one.hold - _TURNING * (one.down + one.up), 0.0) for one in whole]
    quick = [one for one, stop in zip(whole, stops, strict=True) if stop < _QUICK]
    if not whole:
        return None
    counted = quick or whole
    return Tempo(
        down=float(np.mean([one.down for one in counted])),
        pause=0.0 if quick else float(np.mean(stops)),
        up=float(np.mean([one.up for one in counted])),
    )
