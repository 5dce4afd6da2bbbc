"""Inclinations of shank, thigh and trunk → joints of a stick person, held or squatting, in balance.

Lab frame; the ankles stand at x = 0. Inclinations are from the vertical, positive as in `conventions`.
"""

import math
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from scipy.optimize import elementwise

from ..conventions import GRAVITY, ArmJoint, Joint, JointLoad, Sex, Side
from ..kinetics import Chance, Lifter, TissueTables, build_tissue_tables, compute_loads
from ..knowledge import SegmentRow, read_contact_areas, read_moment_arms, read_strengths
from ..model import Array, Burden, Loads, Person, Pose, Segments

FRAME_RATE = 30.0
DRAWS, FEWEST = 2, 4
"""Draws of an exactly known pose, and samples where no error is wanted: a mirrored pair for each draw."""
_LEAN_ERROR = 1e-7
"""To which a lean is solved for. [rad]"""
_STATURE = {Sex.MALE: 1.741, Sex.FEMALE: 1.735}
"""Of the mean persons of de Leva 1996. [m]"""
# Shares of stature, estimates: half the distances of hips and shoulders, the ankle's height, the heel behind.
HIP_HALF, _SHOULDER_HALF, _ANKLE_UP, _HEEL_BACK = 0.048, 0.112, 0.043, 0.029
_SOLE = 0.012
_AGES = 1000.0
"""So long between two postures that moving from one to the next takes no force worth naming. [s]"""
_LEANS = (math.radians(-25), math.radians(100))
_SHIN_LEANS = (math.radians(-20), math.radians(75))
_OUTWARD = np.array([side.outward for side in Side])
_OUTWARD.flags.writeable = False
SEED = 20260117


class UnbalancedError(ValueError):
    """Nobody can stand like that without falling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """Of a person of usual proportions. [m]"""

    thigh: float
    shank: float
    trunk: float
    foot: float
    upper_arm: float
    forearm: float
    stature: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Feet:
    """How the feet stand.

    Attributes
    ----------
    stance : distance of the ankles; None puts them below the hips of parallel legs. [m]
    toe_out : outwards positive. [rad]
    decline : of the ground, toes down. [rad]
    """

    stance: float | None = None
    toe_out: float = 0.0
    decline: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inclinations:
    """Inclinations from the vertical over some instants, all (n,). [rad]"""

    shank: Array
    thigh: Array
    trunk: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Actor:
    """Who squats, with what, on which feet.

    Attributes
    ----------
    person, body, burden : as `compute_loads` takes them.
    lengths : of the limbs.
    feet : how they stand.
    reach : upper arm and forearm from the line of the trunk, forwards positive; None where unknown. [rad]
    """

    person: Person
    body: Segments
    burden: Burden
    lengths: Lengths
    feet: Feet = Feet()
    reach: tuple[float, float] | None = None


def measure_lengths(person: Person, anthropometry: tuple[SegmentRow, ...]) -> Lengths:
    """Limb lengths that go with a stature.

    Parameters
    ----------
    person
        Needs a sex.
    anthropometry
        As `read_anthropometry` gives it.

    Notes
    -----
    Assumes: proportions of the mean young adult of that sex (de Leva 1996).
    """
    if person.sex is None:
        raise ValueError("Person.sex is None; proportions belong to a sex.")
    scale = person.height / _STATURE[person.sex]
    found = {row.segment: scale * row.length for row in anthropometry if row.sex is person.sex}
    names = ("thigh", "shank", "trunk", "foot", "upper_arm", "forearm")
    return Lengths(stature=person.height, **{name: found[name] for name in names})


def place_joints(actor: Actor, inclinations: Inclinations) -> Array:
    """Joints (n, side, joint, xyz) of both legs and the shoulders. [m]

    Notes
    -----
    The shank leans in the direction of the foot; the thigh joins the knee to a hip whose distance from the
    other is fixed. NaN where no thigh reaches.
    """
    lengths, feet = actor.lengths, actor.feet
    hip_half, shoulder_half = HIP_HALF * lengths.stature, _SHOULDER_HALF * lengths.stature
    half = hip_half if feet.stance is None else feet.stance / 2
    shank, thigh, trunk = inclinations.shank, inclinations.thigh, inclinations.trunk
    joints = np.empty((len(shank), len(Side), len(Joint), 3))
    ahead = np.array([math.cos(feet.toe_out), math.sin(feet.toe_out)])
    for side in Side:
        forward = np.array([ahead[0], side.outward * ahead[1], 0.0])
        ankle = np.array([0.0, side.outward * half, _ANKLE_UP * lengths.stature])
        joints[:, side, Joint.ANKLE] = ankle
        joints[:, side, Joint.HEEL], joints[:, side, Joint.TOE] = _place_foot(ankle, forward, actor)
        knee = ankle + lengths.shank * _lean(shank, forward)
        joints[:, side, Joint.KNEE] = knee
        across = side.outward * hip_half - knee[:, 1]
        up = lengths.thigh * np.cos(thigh)
        square = lengths.thigh**2 - up**2 - across**2
        behind = np.sqrt(np.where(square >= 0, square, np.nan))
        joints[:, side, Joint.HIP] = knee + np.stack((-behind, across, up), axis=-1)
        shoulder = joints[:, side, Joint.HIP] + lengths.trunk * _lean(trunk, np.array([1.0, 0, 0]))
        shoulder[:, 1] = side.outward * shoulder_half
        joints[:, side, Joint.SHOULDER] = shoulder
    return joints


def _place_foot(ankle: Array, forward: Array, actor: Actor) -> tuple[Array, Array]:
    """Heel and toe; on a decline the whole foot turns about the ankle."""
    lengths, decline = actor.lengths, actor.feet.decline
    back, length = _HEEL_BACK * lengths.stature, lengths.foot
    down = ankle[2] - _SOLE
    points = []
    for along in (-back, length - back):
        level = math.cos(decline) * along - math.sin(decline) * down
        deep = math.sin(decline) * along + math.cos(decline) * down
        points.append(ankle + level * forward - deep * np.array([0.0, 0, 1]))
    return points[0], points[1]


def _lean(angle: Array, forward: Array) -> Array:
    return np.asarray(np.sin(angle)[:, None] * forward + np.cos(angle)[:, None] * np.array([0.0, 0, 1]))


def place_arms(actor: Actor, joints: Array, trunk: Array) -> Array | None:
    """Elbows and wrists (n, side, arm joint, xyz), None where nobody knows. [m]"""
    if actor.reach is None:
        return None
    arms = np.empty((*joints.shape[:2], len(ArmJoint), 3))
    upper, fore = actor.reach
    ahead = np.array([1.0, 0, 0])
    shoulder = joints[:, :, Joint.SHOULDER]
    # Hanging along the trunk is half a turn from pointing up it.
    down = trunk + math.pi
    elbow = shoulder + actor.lengths.upper_arm * _lean(down - upper, ahead)[:, None]
    arms[:, :, ArmJoint.ELBOW] = elbow
    arms[:, :, ArmJoint.WRIST] = elbow + actor.lengths.forearm * _lean(down - fore, ahead)[:, None]
    return arms


def pose_of(actor: Actor, time: Array, inclinations: Inclinations, draws: int = DRAWS) -> Pose:
    """An exactly known movement as `compute_loads` takes it."""
    joints = place_joints(actor, inclinations)
    arms = place_arms(actor, joints, inclinations.trunk)
    return Pose(
        time=time,
        joints=joints,
        joints_sd=np.zeros_like(joints),
        draws=np.broadcast_to(joints, (draws, *joints.shape)),
        arms=arms,
        arms_sd=None if arms is None else np.zeros(arms.shape[:-1]),
    )


@cache
def tissue_tables() -> TissueTables:
    """Arms, strengths and areas of everybody's leg."""
    return build_tissue_tables(read_moment_arms(), read_strengths(), read_contact_areas())


def lifter_of(actor: Actor) -> Lifter:
    """Who carries what, as `compute_loads` takes it."""
    return Lifter(person=actor.person, body=actor.body, burden=actor.burden, tables=tissue_tables())


def load(actor: Actor, pose: Pose, samples: int = FEWEST) -> Loads:
    """Loads of a pose, by the same door as those of a film."""
    return compute_loads(pose, lifter_of(actor), Chance(person=SEED, samples=samples))


def find_pressure(actor: Actor, inclinations: Inclinations) -> Array:
    """How far ahead of the ankle the floor carries somebody who holds each posture, (n,). [m]

    Notes
    -----
    From the ankle's moment and the ground reaction, so that it is what the loads rest on. Never beyond the
    ends of the feet.

    Assumes: parallel feet; in a wide stance with feet turned out, wrong by less than a centimetre.
    """
    pose = pose_of(actor, _AGES * np.arange(len(inclinations.trunk), dtype=np.float64), inclinations)
    leg = load(actor, pose).leg[:, Side.LEFT]
    heel, toe, ankle = (pose.joints[:, Side.LEFT, j] for j in (Joint.HEEL, Joint.TOE, Joint.ANKLE))
    forward = np.array([math.cos(actor.feet.toe_out), math.sin(actor.feet.toe_out), 0.0])
    centre = (heel + actor.body.foot.centre * (toe - heel) - ankle) @ forward
    foot = actor.body.foot.mass * GRAVITY * centre
    return np.asarray((leg[:, JointLoad.ANKLE_MOMENT] + foot) / leg[:, JointLoad.GROUND_REACTION])


def balance(actor: Actor, inclinations: Inclinations, free: str, pressure: float) -> Inclinations:
    """The same with the trunk or the shank leaning so that the floor carries at `pressure`.

    Parameters
    ----------
    actor
        Who.
    inclinations
        What stands in `free` is not used. [rad]
    free
        ``trunk`` or ``shank``.
    pressure
        Ahead of the ankle. [m]

    Raises
    ------
    UnbalancedError
        When no lean keeps the balance.
    """

    def miss(lean: Array, frame: Array) -> Array:
        every = frame.astype(int)
        some = Inclinations(
            shank=inclinations.shank[every], thigh=inclinations.thigh[every], trunk=inclinations.trunk[every]
        )
        return find_pressure(actor, replace(some, **{free: np.asarray(lean)})) - pressure

    low, high = _LEANS if free == "trunk" else _SHIN_LEANS
    count = len(inclinations.thigh)
    found = elementwise.find_root(
        miss,
        (np.full(count, low), np.full(count, high)),
        args=(np.arange(count, dtype=float),),
        tolerances={"xatol": _LEAN_ERROR, "xrtol": 0.0},
    )
    if not np.all(found.success):
        raise UnbalancedError(
            f"no lean of the {free} keeps the weight {100 * pressure:g} cm ahead of the ankles"
        )
    return replace(inclinations, **{free: np.asarray(found.x)})


def squat_shares(seconds: float) -> tuple[Array, Array]:
    """Times of one squat (n,) [s], and how far down it is, 0 to 1; one instant at the bottom if held."""
    if seconds == 0:
        return np.zeros(1), np.ones(1)
    time = np.arange(0, seconds + 0.5 / FRAME_RATE, 1 / FRAME_RATE)
    return time, (1 - np.cos(2 * math.pi * time / seconds)) / 2


def flatten(pose: Pose) -> Pose:
    """The same as a picture from the side shows it: every joint of a leg in one upright plane."""

    def straighten(joints: Array) -> Array:
        flat = np.array(joints)
        middle = joints[..., Joint.HIP, 1].mean()
        flat[..., 1] = middle + 0.1 * _OUTWARD[:, None]
        return flat

    return replace(pose, joints=straighten(pose.joints), draws=straighten(pose.draws))
