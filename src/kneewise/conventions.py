"""Every word, axis and sign, said once.

Lab frame: x forward (where the person faces), y to the person's left, z up; right-handed; metres.
Inside the package everything is SI and radians. Left and right are an axis, never a prefix.
"""

import math
from dataclasses import dataclass
from enum import IntEnum, StrEnum

GRAVITY = 9.81
"""Free-fall acceleration, downwards; also the weight of each kilogram. [m/s², N/kg]"""

SURE = 1.96
"""Standard deviations on each side of a number that hold the true one 95 times in 100. [unitless]"""

WANDERING_PART = 0.7
"""Share of a number's error that differs between repetitions of one film; an estimate. [unitless]"""

USUAL = "baseline"
"""Condition of a trial, and of a film, in which nothing was changed."""


class Side(IntEnum):
    """Index of the side axis."""

    LEFT = 0
    RIGHT = 1

    @property
    def outward(self) -> float:
        """Sign of the y axis that points away from the midline on this side. [unitless]"""
        return 1.0 if self is Side.LEFT else -1.0


class Joint(IntEnum):
    """Index of the joint axis: joint centres, and two points of the foot."""

    SHOULDER = 0
    HIP = 1
    KNEE = 2
    ANKLE = 3
    HEEL = 4
    TOE = 5


class ArmJoint(IntEnum):
    """Index of the arm axis: joint centres below the shoulder."""

    ELBOW = 0
    WRIST = 1


class View(StrEnum):
    """Where the camera stood, seen from the person; `SPACE` is measured in space and shows every plane."""

    FRONT = "front"
    OBLIQUE = "oblique"
    SIDE = "side"
    REAR_OBLIQUE = "rear-oblique"
    REAR = "rear"
    SPACE = "space"
    UNKNOWN = "unknown"


class Plane(StrEnum):
    """The plane in which a measure lives; decides which view can show it."""

    SAGITTAL = "sagittal"
    FRONTAL = "frontal"
    HORIZONTAL = "horizontal"
    ANY = "any"


class Task(StrEnum):
    """What kind of repetition it is."""

    SQUAT = "squat"
    SIT_TO_STAND = "sit-to-stand"


class Phase(StrEnum):
    """Part of a repetition."""

    DOWN = "down"
    BOTTOM = "bottom"
    UP = "up"


class Bar(StrEnum):
    """Where an external load sits."""

    NONE = "none"
    BACK_HIGH = "back-high"
    BACK_LOW = "back-low"
    FRONT = "front"
    GOBLET = "goblet"
    COUNTERBALANCE = "counterbalance"
    OVERHEAD = "overhead"
    DUMBBELLS = "dumbbells"
    VEST = "vest"


class Sex(StrEnum):
    """Sex as the anthropometric tables have it."""

    FEMALE = "f"
    MALE = "m"


class Unit(StrEnum):
    """Display unit of a measure; inside the package it is radians, metres or a pure number."""

    DEGREE = "°"
    CENTIMETRE = "cm"
    PERCENT = "%"
    RATIO = ""


DISPLAY_FACTOR = {
    Unit.DEGREE: 180.0 / math.pi,
    Unit.CENTIMETRE: 100.0,
    Unit.PERCENT: 100.0,
    Unit.RATIO: 1.0,
}


ASKED_UNITS = {
    "degrees": ("°", math.pi / 180),
    "mm": ("mm", 1e-3),
    "%": ("%", 1e-2),
    "of 5": ("of 5", 1.0),
    "0 or 1": ("of 1", 1.0),
    "0-10": ("of 10", 1.0),
}
"""Unit in which a value of a trial is asked for → how a number in it is written, and the factor to SI."""


@dataclass(frozen=True, slots=True)
class Convention:
    """What one measure means.

    Attributes
    ----------
    label : plain-language name.
    meaning : what the number is, from which points.
    positive : what a positive value looks like.
    plane : the plane it lives in.
    unit : display unit.
    worst_sd : a value less sure than this is not reported. [SI]
    """

    label: str
    meaning: str
    positive: str
    plane: Plane
    unit: Unit
    worst_sd: float


class LegMeasure(IntEnum):
    """Index of the measure axis for what exists on each leg."""

    KNEE_FLEXION = 0
    HIP_FLEXION = 1
    ANKLE_DORSIFLEXION = 2
    THIGH_INCLINATION = 3
    SHANK_INCLINATION = 4
    KNEE_FRONTAL_PROJECTION = 5
    FOOT_TURN_OUT = 6
    KNEE_AHEAD_OF_ANKLE = 7
    KNEE_AHEAD_OF_TOES = 8
    KNEE_INSIDE_FOOT_LINE = 9
    HEEL_RISE = 10


class BodyMeasure(IntEnum):
    """Index of the measure axis for what exists once per body."""

    TRUNK_INCLINATION = 0
    TRUNK_SIDE_LEAN = 1
    DEPTH = 2
    KNEE_ANKLE_SEPARATION = 3
    PELVIS_SHIFT = 4


class Outline(IntEnum):
    """Index of the coarse course of the body, by which repetitions are found in any view."""

    DEPTH = 0
    KNEE_BEND = 1
    TRUNK_LEAN = 2
    BALANCE = 3


_DEG = math.pi / 180.0

LEG_CONVENTIONS: dict[LegMeasure, Convention] = {
    LegMeasure.KNEE_FLEXION: Convention(
        "knee bend",
        "angle between the thigh line (hip to knee) and the shank line (knee to ankle)",
        "knee bent; 0 is straight",
        Plane.SAGITTAL,
        Unit.DEGREE,
        10 * _DEG,
    ),
    LegMeasure.HIP_FLEXION: Convention(
        "hip bend",
        "angle between the trunk side line (shoulder to hip) and the thigh line (hip to knee); "
        "about 10° in straight standing, because shoulders are wider apart than hips",
        "hip bent; 0 is trunk and thigh in one line",
        Plane.SAGITTAL,
        Unit.DEGREE,
        10 * _DEG,
    ),
    LegMeasure.ANKLE_DORSIFLEXION: Convention(
        "ankle bend",
        "90° minus the angle between the shank line (ankle to knee) and the foot line (heel to toe); "
        "a few degrees below 0 in standing, because the heel point lies higher than the toe point",
        "shin towards the toes",
        Plane.SAGITTAL,
        Unit.DEGREE,
        10 * _DEG,
    ),
    LegMeasure.THIGH_INCLINATION: Convention(
        "thigh angle",
        "angle of the thigh line (knee to hip) away from vertical, knee ahead of the hip",
        "knee ahead of the hip; 90° is a level thigh",
        Plane.SAGITTAL,
        Unit.DEGREE,
        10 * _DEG,
    ),
    LegMeasure.SHANK_INCLINATION: Convention(
        "shin angle",
        "angle of the shank line (ankle to knee) away from vertical",
        "knee ahead of the ankle",
        Plane.SAGITTAL,
        Unit.DEGREE,
        10 * _DEG,
    ),
    LegMeasure.KNEE_FRONTAL_PROJECTION: Convention(
        "knee line from the front",
        "angle between thigh and shank seen from the front; only up to 60° of knee bend, "
        "because deeper it shows turn-out and foreshortening",
        "knee inside the line from hip to ankle (towards the other knee)",
        Plane.FRONTAL,
        Unit.DEGREE,
        8 * _DEG,
    ),
    LegMeasure.FOOT_TURN_OUT: Convention(
        "foot turn-out",
        "direction of the foot (heel to toe) on the floor against straight ahead",
        "toes turned outwards",
        Plane.HORIZONTAL,
        Unit.DEGREE,
        10 * _DEG,
    ),
    LegMeasure.KNEE_AHEAD_OF_ANKLE: Convention(
        "knee ahead of ankle",
        "horizontal distance from the ankle to the knee, straight ahead",
        "knee ahead of the ankle",
        Plane.SAGITTAL,
        Unit.CENTIMETRE,
        0.08,
    ),
    LegMeasure.KNEE_AHEAD_OF_TOES: Convention(
        "knee ahead of toes",
        "horizontal distance from the tip of the foot to the knee, straight ahead",
        "knee ahead of the tip of the foot",
        Plane.SAGITTAL,
        Unit.CENTIMETRE,
        0.08,
    ),
    LegMeasure.KNEE_INSIDE_FOOT_LINE: Convention(
        "knee inside the foot line",
        "horizontal distance of the knee from the line through ankle and toe",
        "knee on the inner side of the foot",
        Plane.FRONTAL,
        Unit.CENTIMETRE,
        0.05,
    ),
    LegMeasure.HEEL_RISE: Convention(
        "heel rise",
        "height of the heel above where it rests on the floor",
        "heel off the floor",
        Plane.ANY,
        Unit.CENTIMETRE,
        0.04,
    ),
}

BODY_CONVENTIONS: dict[BodyMeasure, Convention] = {
    BodyMeasure.TRUNK_INCLINATION: Convention(
        "trunk lean",
        "angle of the line from mid-hip to mid-shoulder away from vertical, in the direction of facing",
        "shoulders ahead of the hips",
        Plane.SAGITTAL,
        Unit.DEGREE,
        10 * _DEG,
    ),
    BodyMeasure.TRUNK_SIDE_LEAN: Convention(
        "trunk side lean",
        "angle of the line from mid-hip to mid-shoulder away from vertical, seen from the front",
        "shoulders to the person's left of the hips",
        Plane.FRONTAL,
        Unit.DEGREE,
        8 * _DEG,
    ),
    BodyMeasure.DEPTH: Convention(
        "depth",
        "how far the mid-hip came down from standing, as a share of the leg's length",
        "hips lower than in standing",
        Plane.ANY,
        Unit.PERCENT,
        0.10,
    ),
    BodyMeasure.KNEE_ANKLE_SEPARATION: Convention(
        "knees against ankles",
        "sideways distance between the knees divided by the one between the ankles",
        "more than 1: knees wider apart than the ankles",
        Plane.FRONTAL,
        Unit.RATIO,
        0.25,
    ),
    BodyMeasure.PELVIS_SHIFT: Convention(
        "pelvis shift",
        "sideways distance of the mid-hip from the middle between the ankles, "
        "as a share of the distance between the ankles",
        "pelvis towards the person's left",
        Plane.FRONTAL,
        Unit.PERCENT,
        0.15,
    ),
}

DERIVED_MEASURES: dict[str, tuple[str, Unit]] = {
    "thighs": ("thigh angle, mean of both", Unit.DEGREE),
    "trunk_minus_shin": ("trunk lean beyond the shin angle", Unit.DEGREE),
}
"""Id → plain-language name and unit of numbers that are made of several measures."""

MASS_PARTS = (
    (0.603, Joint.HIP, Joint.SHOULDER, 0.62),
    (0.283, Joint.HIP, Joint.KNEE, 0.41),
    (0.087, Joint.KNEE, Joint.ANKLE, 0.44),
    (0.027, Joint.HEEL, Joint.TOE, 0.44),
)
"""Share of body mass, from where to where, how far along its centre lies (de Leva 1996); loads use `body`."""

PLANES_SHOWN: dict[View, frozenset[Plane]] = {
    View.FRONT: frozenset({Plane.FRONTAL, Plane.HORIZONTAL, Plane.ANY}),
    View.REAR: frozenset({Plane.FRONTAL, Plane.HORIZONTAL, Plane.ANY}),
    View.SIDE: frozenset({Plane.SAGITTAL, Plane.ANY}),
    View.OBLIQUE: frozenset({Plane.SAGITTAL, Plane.FRONTAL, Plane.HORIZONTAL, Plane.ANY}),
    View.REAR_OBLIQUE: frozenset({Plane.SAGITTAL, Plane.FRONTAL, Plane.HORIZONTAL, Plane.ANY}),
    View.SPACE: frozenset(Plane),
    View.UNKNOWN: frozenset(),
}


class JointLoad(IntEnum):
    """Index of the load axis for what exists on each leg.

    Hip, knee and ankle moment: extensor or plantarflexor positive, about the hinge of the leg. Knee frontal
    moment: what floor and weight do to the shin about its front-back axis, positive where they push the knee
    outwards (external adduction).
    """

    HIP_MOMENT = 0
    KNEE_MOMENT = 1
    ANKLE_MOMENT = 2
    PATELLOFEMORAL_FORCE = 3
    PATELLOFEMORAL_STRESS = 4
    TIBIOFEMORAL_FORCE = 5
    GROUND_REACTION = 6
    KNEE_FRONTAL_MOMENT = 7
    QUADRICEPS_FORCE = 8
    PATELLAR_TENDON_FORCE = 9


class Muscle(IntEnum):
    """Index of the muscle axis: groups that share the work of a squat, of each leg."""

    GLUTEUS_MAXIMUS = 0
    HAMSTRINGS = 1
    ADDUCTORS = 2
    QUADRICEPS = 3
    GASTROCNEMIUS = 4
    SOLEUS = 5


class Factor(StrEnum):
    """What may contribute to a knee that hurts in the squat; several may be true of one person."""

    ANKLE_RANGE = "ankle_range"
    FOOT = "foot"
    HIP_CAPACITY = "hip_capacity"
    QUADRICEPS_CAPACITY = "quadriceps_capacity"
    TECHNIQUE = "technique"
    LUMBOPELVIC_CONTROL = "lumbopelvic_control"
    ADDUCTORS = "adductors"
    BOW_LEG_INSERT = "bow_leg_insert"
    FOOTWEAR = "footwear"
    TRAINING_LOAD = "training_load"
    SITTING = "sitting"
    FEAR = "fear"


class Band(StrEnum):
    """How much speaks for a factor, in words that say no more than is known; `LIKELY` is below `STRONG`."""

    NOT_LOOKED_AT = "not looked at"
    UNLIKELY = "unlikely"
    POSSIBLE = "possible"
    LIKELY = "likely"
    STRONG = "strong"

    @property
    def rank(self) -> int:
        """Place in the order: 0 for not looked at, 4 for strong."""
        return list(Band).index(self)

    def __lt__(self, other: str) -> bool:
        """Whether less speaks for the factor than in the other band."""
        return self.rank < Band(other).rank

    def __le__(self, other: str) -> bool:
        """Whether no more speaks for the factor than in the other band."""
        return self.rank <= Band(other).rank

    def __gt__(self, other: str) -> bool:
        """Whether more speaks for the factor than in the other band."""
        return self.rank > Band(other).rank

    def __ge__(self, other: str) -> bool:
        """Whether no less speaks for the factor than in the other band."""
        return self.rank >= Band(other).rank


class Track(StrEnum):
    """Which variant of the programme suits a person."""

    FRONT = "front"
    GENERAL = "general"
    TENDON_LIKE = "tendon_like"
    OLDER_KNEE = "older_knee"
    HIGH_FEAR = "high_fear"


class Door(StrEnum):
    """How something about a person comes to be known."""

    ANSWER = "answer"
    TEST = "test"
    TRIAL = "trial"


class Contact(StrEnum):
    """What carries the body in a kind of squat besides two feet alike."""

    FREE = "free"
    STRAP = "strap behind the knees"
    WALL = "wall behind the back"
    SPLIT = "other foot behind"
    ONE_LEG = "one leg"


class Effect(IntEnum):
    """Index of the axis of what a change of the squat would change; of each leg, but for the low back.

    Moments: extensor or plantarflexor positive, about the hinge of the leg. Shares: hip moment of hip and
    knee moment, ankle bend of the ankle's range, hip bend of the hip's range, and where the weight lies from
    heel to tip of the toes. The margin is the way from there to the nearer end of the foot.
    """

    KNEE_MOMENT = 0
    PATELLOFEMORAL_FORCE = 1
    PATELLOFEMORAL_STRESS = 2
    TIBIOFEMORAL_FORCE = 3
    HIP_MOMENT = 4
    ANKLE_MOMENT = 5
    LUMBAR_MOMENT = 6
    HIP_SHARE = 7
    ANKLE_USED = 8
    HIP_USED = 9
    BALANCE_MARGIN = 10
    PRESSURE_SHARE = 11
    SHIN = 12
    TRUNK = 13
    THIGH = 14
    KNEE_FLEXION = 15
    ANKLE_BEND = 16


class Concern(StrEnum):
    """What a person wants to spare."""

    KNEE = "knee"
    BACK = "back"
    ANKLE = "ankle"
