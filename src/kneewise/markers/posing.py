"""AngleTrack + stature → Pose: a body of usual proportions takes the postures that the angles say.

OpenSim's order and signs: pelvis tilt, list, rotation about z, x, y; hip flexion, adduction, rotation too;
knee bend backwards; ankle up. Feet stand on the spot.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..conventions import Joint, Sex, Side
from ..model import Array, Person, Pose
from .building import SOLE
from .doubting import VERSIONS, spread_of
from .track import AngleTrack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..knowledge import SegmentRow

_ANGLE_SD = np.deg2rad(3.0)
"""How far two careful laboratories differ on one trial, for each angle; the ankle twice as much. [rad]"""
_LENGTH_SD = 0.03
_SHARES = {"hip_half": 0.0445, "shoulder_half": 0.112, "ankle_up": 0.043, "heel_back": 0.0286}
_LUMBAR_BACK, _LUMBAR_UP = -0.026, 0.094
"""Where OpenSim's trunk turns, from mid-hip, as shares of stature (Rajagopal 2016). [unitless]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lengths:
    thigh: float
    shank: float
    trunk: float
    foot: float
    stature: float


def pose_angles(
    angles: AngleTrack, person: Person, rows: "Sequence[SegmentRow]", rng: np.random.Generator
) -> tuple[AngleTrack, Pose]:
    """The pose of a person of usual proportions.

    Notes
    -----
    Assumes: proportions of de Leva 1996; feet on the spot, and flat where the pelvis is not in the file.
    Error: 3° for each angle that a file gives, 6° for the ankle, for the whole trial; 3 % for each length.
    Frames that lack an angle are NaN.
    """
    missing = angles.incomplete
    angles = _complete(angles)
    lengths = _lengths(person, rows)
    joints = _place(angles, lengths)
    draws = np.empty((VERSIONS, *joints.shape))
    for draw in draws:
        scale = person.height_sd / person.height * rng.standard_normal()
        sizes = {
            key: float(getattr(lengths, key)) * (1 + scale + _LENGTH_SD * rng.standard_normal())
            for key in ("thigh", "shank", "trunk", "foot")
        }
        draw[:] = _place(_vary(angles, rng), replace(lengths, **sizes))
    joints[missing], draws[:, missing] = np.nan, np.nan
    pose = Pose(time=angles.track.time, joints=joints, joints_sd=spread_of(draws), draws=draws)
    return angles, pose


def _complete(angles: AngleTrack) -> AngleTrack:
    """Angles that the file lacks: ankles from a flat foot, or the pelvis from flat feet."""
    n, legs, whole, track = len(angles.track.time), dict(angles.legs), dict(angles.whole), angles.track
    for name in ("hip_adduction", "hip_rotation"):
        legs.setdefault(name, np.zeros((n, len(Side))))
    if "pelvis_tilt" not in whole:
        ankle = legs.setdefault("ankle_angle", np.zeros((n, len(Side))))
        lean = (ankle - legs["knee_angle"] + legs["hip_flexion"]).mean(-1)
        whole["pelvis_tilt"] = -lean
        track = track.warning(
            "pelvis_missing", "the file has no angles of the pelvis: the feet were taken as flat on the floor"
        )
    elif "ankle_angle" not in legs:
        shank = legs["hip_flexion"] + whole["pelvis_tilt"][:, None] - legs["knee_angle"]
        legs["ankle_angle"] = -shank
        track = track.warning("ankle_missing", "the file has no ankle angles: the feet were taken as flat")
    whole.setdefault("straight_back", np.full(n, float("lumbar_extension" not in whole)))
    for name in ("pelvis_list", "pelvis_rotation", "lumbar_extension", "lumbar_bending", "lumbar_rotation"):
        whole.setdefault(name, np.zeros(n))
    turned = whole["pelvis_rotation"] - np.nanmedian(whole["pelvis_rotation"])
    return AngleTrack(track=track, legs=legs, whole={**whole, "pelvis_rotation": turned})


def _vary(angles: AngleTrack, rng: np.random.Generator) -> AngleTrack:
    """The same angles with an error each that lasts the whole trial."""
    legs = {
        name: values + _ANGLE_SD * (1 + (name == "ankle_angle")) * rng.standard_normal(len(Side))
        for name, values in angles.legs.items()
    }
    back = {"straight_back": angles.whole["straight_back"]}
    whole = {name: values + _ANGLE_SD * rng.standard_normal() for name, values in angles.whole.items()}
    whole |= back
    return replace(angles, legs=legs, whole=whole)


def _lengths(person: Person, rows: "Sequence[SegmentRow]") -> _Lengths:
    """Usual lengths at a stature. [m]"""
    sexes = tuple(Sex) if person.sex is None else (person.sex,)

    def length(segment: str) -> float:
        shares = [row.length / row.stature for row in rows if row.segment == segment and row.sex in sexes]
        return person.height * sum(shares) / len(shares)

    return _Lengths(
        thigh=length("thigh"),
        shank=length("shank"),
        trunk=length("trunk"),
        foot=length("foot"),
        stature=person.height,
    )


def _place(angles: AngleTrack, lengths: _Lengths) -> Array:
    """(n, side, joint, xyz) in the lab frame, the ankles' middle on the spot. [m]"""
    upper = _place_upper(angles.whole, lengths)
    joints = np.empty((len(angles.track.time), len(Side), len(Joint), 3))
    for side in Side:
        legs = {name: values[:, side] for name, values in angles.legs.items()}
        joints[:, side] = _place_half(upper, legs, side, lengths)
    lab = np.stack([joints[..., 0], -joints[..., 2], joints[..., 1]], axis=-1)
    planted = lab - lab[:, :, Joint.ANKLE].mean(1)[:, None, None]
    return np.asarray(planted + np.array([0.0, 0.0, _SHARES["ankle_up"] * lengths.stature]))


@dataclass(frozen=True, slots=True)
class _Upper:
    """Turns (n, 3, 3) of pelvis and trunk; where the trunk turns, from mid-hip in the pelvis' axes. [m]"""

    pelvis: Array
    trunk: Array
    lumbar: Array


def _place_upper(whole: dict[str, Array], lengths: _Lengths) -> _Upper:
    pelvis = _turn("z", whole["pelvis_tilt"]) @ _turn("x", whole["pelvis_list"])
    pelvis = pelvis @ _turn("y", whole["pelvis_rotation"])
    trunk = pelvis @ _turn("z", whole["lumbar_extension"]) @ _turn("x", whole["lumbar_bending"])
    trunk = trunk @ _turn("y", whole["lumbar_rotation"])
    # A file without a lumbar joint has pelvis and trunk in one line.
    back = 0.0 if whole["straight_back"][0] else _LUMBAR_BACK
    return _Upper(pelvis, trunk, lengths.stature * np.array([back, _LUMBAR_UP, 0.0]))


def _place_half(upper: _Upper, legs: dict[str, Array], side: Side, lengths: _Lengths) -> Array:
    """(n, joint, xyz) of one side in OpenSim's axes, from mid-hip. [m]"""
    share = {name: value * lengths.stature for name, value in _SHARES.items()}
    up, out, inward = np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, -side.outward]), -side.outward
    thigh = upper.pelvis @ _turn("z", legs["hip_flexion"]) @ _turn("x", inward * legs["hip_adduction"])
    thigh = thigh @ _turn("y", inward * legs["hip_rotation"])
    shank = thigh @ _turn("z", -legs["knee_angle"])
    foot = shank @ _turn("z", legs["ankle_angle"])
    above = (lengths.trunk - upper.lumbar[1]) * up + share["shoulder_half"] * out
    at = np.empty((len(shank), len(Joint), 3))
    at[:, Joint.SHOULDER] = upper.pelvis @ upper.lumbar + upper.trunk @ above
    at[:, Joint.HIP] = upper.pelvis @ (share["hip_half"] * out)
    at[:, Joint.KNEE] = at[:, Joint.HIP] - thigh @ (lengths.thigh * up)
    at[:, Joint.ANKLE] = at[:, Joint.KNEE] - shank @ (lengths.shank * up)
    for joint, ahead in (
        (Joint.HEEL, -share["heel_back"]),
        (Joint.TOE, lengths.foot - share["heel_back"]),
    ):
        down = share["ankle_up"] - SOLE[joint] * lengths.stature
        at[:, joint] = at[:, Joint.ANKLE] + foot @ np.array([ahead, -down, 0.0])
    return at


def _turn(axis: str, angle: Array) -> Array:
    """(n, 3, 3) rotations about one of OpenSim's axes. [rad]"""
    c, s, zero, one = np.cos(angle), np.sin(angle), np.zeros_like(angle), np.ones_like(angle)
    rows = {
        "x": (one, zero, zero, zero, c, -s, zero, s, c),
        "y": (c, zero, s, zero, one, zero, -s, zero, c),
        "z": (c, -s, zero, s, c, zero, zero, zero, one),
    }[axis]
    return np.stack(rows, axis=-1).reshape(-1, 3, 3)
