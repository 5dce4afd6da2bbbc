"""Pose → Motion: what moved, how far, with its error.

Inclinations are angles in the sagittal plane of the lab (x forward, z up); joint angles are angles between
lines through joint centres in space. The error of each number is the spread of the same number over the
draws of the pose. What the view cannot show is NaN, and `unmeasured_measures` says so.
"""

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .conventions import (
    BODY_CONVENTIONS,
    LEG_CONVENTIONS,
    MASS_PARTS,
    PLANES_SHOWN,
    BodyMeasure,
    Convention,
    Joint,
    LegMeasure,
    Outline,
    Plane,
    Side,
    View,
)
from .geometry import angle_between, inclination, side_inclination
from .model import Array, Motion, Pose, Unmeasured

_DEEPEST_FOR_FRONTAL_LINE = math.radians(60)
_LEAST_ANKLE_DISTANCE = 0.05
_AGAINST_ANKLES = ("knee_ankle_separation", "pelvis_shift")
_HEEL_AT_REST = 10
_OUTWARD = np.array([side.outward for side in Side])


def compute_motion(pose: Pose, view: View) -> Motion:
    """Angles, distances and ratios of every frame.

    Parameters
    ----------
    pose
        Joint centres in the lab frame, with draws.
    view
        What it cannot show becomes NaN.

    Returns
    -------
    Motion
        Signs as in `conventions`.

    Notes
    -----
    Assumes: joint centres stand for the bones; the foot is one rigid piece between heel and toe.
    Error: the spread over `pose.draws`.
    """
    leg, body = _leg_measures(pose.joints), _body_measures(pose.joints)
    leg_draws, body_draws = _leg_measures(pose.draws), _body_measures(pose.draws)
    leg_sd, body_sd = _spread(leg_draws, leg), _spread(body_draws, body)
    leg_shown = _shown(LEG_CONVENTIONS, view, leg_sd)
    body_shown = _shown(BODY_CONVENTIONS, view, body_sd)
    return Motion(
        time=pose.time,
        leg=np.where(leg_shown, leg, np.nan),
        leg_sd=np.where(leg_shown, leg_sd, np.nan),
        body=np.where(body_shown, body, np.nan),
        body_sd=np.where(body_shown, body_sd, np.nan),
        leg_draws=np.where(leg_shown, leg_draws, np.nan),
        body_draws=np.where(body_shown, body_draws, np.nan),
        outline=_outline(pose.joints, leg, body),
    )


def unmeasured_measures(motion: Motion, view: View) -> tuple[Unmeasured, ...]:
    """What this film cannot show, and what to film instead."""
    hidden = [
        (measure.name, convention)
        for measure, convention in LEG_CONVENTIONS.items()
        if np.isnan(motion.leg[..., measure]).all()
    ] + [
        (measure.name, convention)
        for measure, convention in BODY_CONVENTIONS.items()
        if np.isnan(motion.body[..., measure]).all()
    ]
    return tuple(_explain(name.lower(), convention, view) for name, convention in hidden)


def _explain(what: str, convention: Convention, view: View) -> Unmeasured:
    wanted = {
        Plane.SAGITTAL: "film once from the side, the phone at hip height, 3 m away",
        Plane.FRONTAL: "film once from the front, the phone at hip height, 3 m away",
        Plane.HORIZONTAL: "film once from the front, the phone at hip height, 3 m away",
        Plane.ANY: "film the whole body, feet included, with the phone standing still",
    }[convention.plane]
    if view is View.UNKNOWN:
        because = "the film shows nobody standing on the spot with both feet"
    elif convention.plane not in PLANES_SHOWN[view]:
        because = f"the film shows the body from the {view.value}, not the {convention.plane.value} plane"
    elif what in _AGAINST_ANKLES:
        because = "the feet stand too close together, or its error is larger than the differences that matter"
    else:
        because = "its error in this film is larger than the differences that matter"
    return Unmeasured(what=what, because=because, remedy=wanted)


def _leg_measures(joints: Array) -> Array:
    """(..., n, side, leg measure) from (..., n, side, joint, xyz)."""
    shoulder, hip, knee, ankle, heel, toe = (joints[..., joint, :] for joint in Joint)
    thigh, shank, foot = hip - knee, knee - ankle, toe - heel
    values = np.empty((*joints.shape[:-2], len(LegMeasure)))
    values[..., LegMeasure.KNEE_FLEXION] = angle_between(thigh, shank)
    values[..., LegMeasure.HIP_FLEXION] = angle_between(shoulder - hip, thigh)
    values[..., LegMeasure.ANKLE_DORSIFLEXION] = math.pi / 2 - angle_between(shank, foot)
    values[..., LegMeasure.THIGH_INCLINATION] = -inclination(thigh)
    values[..., LegMeasure.SHANK_INCLINATION] = inclination(shank)
    line = np.where(
        values[..., LegMeasure.KNEE_FLEXION] <= _DEEPEST_FOR_FRONTAL_LINE, _frontal_line(thigh, shank), np.nan
    )
    values[..., LegMeasure.KNEE_FRONTAL_PROJECTION] = line
    values[..., LegMeasure.FOOT_TURN_OUT] = _OUTWARD * np.arctan2(foot[..., 1], foot[..., 0])
    values[..., LegMeasure.KNEE_AHEAD_OF_ANKLE] = shank[..., 0]
    values[..., LegMeasure.KNEE_AHEAD_OF_TOES] = knee[..., 0] - toe[..., 0]
    values[..., LegMeasure.KNEE_INSIDE_FOOT_LINE] = _inside_line(toe - ankle, shank)
    values[..., LegMeasure.HEEL_RISE] = heel[..., 2] - _lowest(heel[..., 2])
    return values


def _frontal_line(thigh: Array, shank: Array) -> Array:
    """Turn from thigh to shank seen from the front, positive with the knee towards the midline. [rad]"""
    down_thigh, down_shank = -thigh[..., 1:], -shank[..., 1:]
    cross = down_thigh[..., 0] * down_shank[..., 1] - down_thigh[..., 1] * down_shank[..., 0]
    return np.asarray(_OUTWARD * np.arctan2(cross, (down_thigh * down_shank).sum(-1)))


def _inside_line(along: Array, offset: Array) -> Array:
    """Distance of a point to the inner side of a line on the floor. [m]"""
    length = np.linalg.norm(along[..., :2], axis=-1)
    left = (along[..., 0] * offset[..., 1] - along[..., 1] * offset[..., 0]) / length
    return np.asarray(-_OUTWARD * left)


def _lowest(height: Array) -> Array:
    """Height at rest of each side over the time axis, robust against single frames. [m]"""
    return _quietly(lambda: np.nanpercentile(height, _HEEL_AT_REST, axis=-2, keepdims=True))


def _body_measures(joints: Array) -> Array:
    """(..., n, body measure) from (..., n, side, joint, xyz)."""
    middle = joints.mean(-3)
    trunk = middle[..., Joint.SHOULDER, :] - middle[..., Joint.HIP, :]
    apart = joints[..., Side.LEFT, :, 1] - joints[..., Side.RIGHT, :, 1]
    ankles = np.where(apart[..., Joint.ANKLE] > _LEAST_ANKLE_DISTANCE, apart[..., Joint.ANKLE], np.nan)
    values = np.empty((*joints.shape[:-3], len(BodyMeasure)))
    values[..., BodyMeasure.TRUNK_INCLINATION] = inclination(trunk)
    values[..., BodyMeasure.TRUNK_SIDE_LEAN] = side_inclination(trunk)
    values[..., BodyMeasure.DEPTH] = _depth(joints)
    values[..., BodyMeasure.KNEE_ANKLE_SEPARATION] = apart[..., Joint.KNEE] / ankles
    shift = middle[..., Joint.HIP, 1] - middle[..., Joint.ANKLE, 1]
    values[..., BodyMeasure.PELVIS_SHIFT] = shift / ankles
    return values


def _depth(joints: Array) -> Array:
    """How far the mid-hip is below standing straight, as a share of thigh and shank. [1]"""
    hip, knee, ankle = (joints[..., joint, :] for joint in (Joint.HIP, Joint.KNEE, Joint.ANKLE))
    leg = (np.linalg.norm(hip - knee, axis=-1) + np.linalg.norm(knee - ankle, axis=-1)).mean(-1)
    height = (hip - ankle)[..., 2].mean(-1)
    return np.asarray(1 - height / leg)


def _outline(joints: Array, leg: Array, body: Array) -> Array:
    outline = np.empty((len(joints), len(Outline)))
    outline[:, Outline.DEPTH] = body[:, BodyMeasure.DEPTH]
    outline[:, Outline.KNEE_BEND] = leg[..., LegMeasure.KNEE_FLEXION].mean(-1)
    outline[:, Outline.TRUNK_LEAN] = body[:, BodyMeasure.TRUNK_INCLINATION]
    outline[:, Outline.BALANCE] = _balance(joints)
    return outline


def _balance(joints: Array) -> Array:
    """How far the centre of mass is ahead of the heels, as a share of the foot's length; < 0 needs a seat."""
    middle = joints.mean(1)[..., 0]
    heel, toe = middle[:, Joint.HEEL], middle[:, Joint.TOE]
    centre = np.zeros(len(joints))
    for mass, near, far, share in MASS_PARTS:
        centre = centre + mass * (middle[:, near] + share * (middle[:, far] - middle[:, near]))
    return np.asarray((centre - heel) / (toe - heel))


def _spread(draws: Array, values: Array) -> Array:
    """Standard deviation over the draws, NaN where the value is."""
    spread = _quietly(lambda: np.nanstd(draws, axis=0, ddof=1))
    return np.where(np.isfinite(values), spread, np.nan)


def _shown(
    conventions: dict[LegMeasure, Convention] | dict[BodyMeasure, Convention], view: View, sd: Array
) -> Array:
    """Which measures the view can show surely enough."""
    usual = _quietly(lambda: np.nanmedian(sd.reshape(-1, sd.shape[-1]), axis=0))
    return np.array(
        [
            convention.plane in PLANES_SHOWN[view] and not usual[i] > convention.worst_sd
            for i, convention in enumerate(conventions.values())
        ]
    )


def _quietly(statistic: Callable[[], Any]) -> Array:
    """A nan-statistic in which an empty slice is NaN without a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(statistic())
