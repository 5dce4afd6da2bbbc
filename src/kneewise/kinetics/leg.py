"""Tables + person → LegTissue: areas, arms and strengths of one leg, and how far it lies from the mean.

What is uncertain is a number of standard deviations, 0 in the mean leg. It may be an array, one value for
each sample, with as many axes of length 1 behind as the loads have axes beside the samples.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
from scipy.interpolate import PchipInterpolator

from ..conventions import Sex
from ..model import Array

if TYPE_CHECKING:
    from ..knowledge import ContactAreaRow, MomentArmRow, StrengthRow

__all__ = ["KNEE", "Actor", "LegTissue", "TissueTables", "build_tissue_tables"]

_LEVER_STATURE = 1.71
"""Stature of the people whose lever arms were measured or modelled: mean of women and men. [m], estimate"""
_STRENGTH_MASS = 75.0  # mass of the body whose strengths are in the table [kg]
_AREA_STATURE = {Sex.FEMALE: 1.65, Sex.MALE: 1.78}
"""Of the people whose contact areas are in the table. [m], estimate"""
_JOINTS = ("hip", "knee", "ankle")  # along the joint axis of moments, angles and arms
KNEE = _JOINTS.index("knee")
_AREA_SPREAD = 0.385  # of the logarithm: 40 % between published areas of one kind
_FLEXOR_ARM_SPREAD = 0.15
"""Of the logarithm: the arms of two models and of people differ by about 15 %, estimate."""
_HIP_SHARE_SPREAD = 0.30
"""Of the logarithm of the strength of gluteus maximus, against the opposite of hamstrings and adductors:
which of them does the work is a guess to within about a third each way, estimate."""


class Actor(IntEnum):
    """Index of what pulls in a leg; the last two only hold against the others."""

    GLUTEUS_MAXIMUS = 0
    HAMSTRINGS = 1
    ADDUCTORS = 2
    VASTI = 3
    RECTUS_FEMORIS = 4
    GASTROCNEMIUS = 5
    SOLEUS = 6
    ILIOPSOAS = 7
    TIBIALIS_ANTERIOR = 8


_HIP_SHARE = np.zeros(len(Actor))
_HIP_SHARE[[Actor.GLUTEUS_MAXIMUS, Actor.HAMSTRINGS, Actor.ADDUCTORS]] = 1.0, -1.0, -1.0
_HIP_SHARE.flags.writeable = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TissueTables:
    """What is the same for everybody.

    Attributes
    ----------
    arms : (joint, actor) → (angles [rad], arms [m])
        Joints in the order hip, knee, ankle; extension and plantarflexion positive. What is missing has no
        arm, but for the quadriceps at the knee, whose arm is the kneecap's.
    strength : (actor,)
        Largest force in a body of 75 kg. [N]
    areas : sex → (angles [rad], areas [m²])
        Contact of the kneecap.
    """

    arms: dict[tuple[int, Actor], tuple[Array, Array]]
    strength: Array
    areas: dict[Sex, tuple[Array, Array]]


def build_tissue_tables(
    arms: Iterable["MomentArmRow"], strengths: Iterable["StrengthRow"], areas: Iterable["ContactAreaRow"]
) -> TissueTables:
    """Tables as `knowledge` reads them, by muscle and joint.

    Raises
    ------
    KeyError
        If a table names a muscle that is no `Actor`.
    """
    found: dict[tuple[int, Actor], list[tuple[float, float]]] = {}
    for arm in arms:
        found.setdefault((_JOINTS.index(arm.joint), _actor(arm.muscle)), []).append((arm.angle, arm.arm))
    forces = np.zeros(len(Actor))
    for row in strengths:
        forces[_actor(row.muscle)] += row.force
    contact: dict[Sex, list[tuple[float, float]]] = {}
    for area in areas:
        contact.setdefault(area.sex, []).append((area.angle, area.area))
    return TissueTables(
        arms={key: _columns(pairs) for key, pairs in found.items()},
        strength=forces,
        areas={sex: _columns(pairs) for sex, pairs in contact.items()},
    )


def _actor(muscle: str) -> Actor:
    return Actor[muscle.replace(" ", "_").upper()]


def _columns(pairs: list[tuple[float, float]]) -> tuple[Array, Array]:
    first, second = np.array(pairs).T
    return first, second


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LegTissue:
    """One person's leg, and how many standard deviations it lies from the mean leg of that size.

    Attributes
    ----------
    tables : what is the same for everybody.
    stature : lever arms grow with it, contact areas with its square. [m]
    mass : strengths and the contact of thigh and calf grow with it. [kg]
    sex : chooses the contact area; None takes the mean.
    lever : of the quadriceps.
    tendon : of the patellar tendon's lever arm.
    area : of the kneecap's contact.
    calf_onset, calf_force : of the flexion at which thigh and calf touch, and of the force then.
    co_contraction : of how hard hamstrings and calf pull beyond what balance asks for.
    hip_share : of the strength of gluteus maximus against that of hamstrings and adductors.
    flexor_arm : of the lever arms of hamstrings and calf at the knee.
    """

    tables: TissueTables
    stature: float
    mass: float
    sex: Sex | None = None
    lever: float | Array = 0.0
    tendon: float | Array = 0.0
    area: float | Array = 0.0
    calf_onset: float | Array = 0.0
    calf_force: float | Array = 0.0
    co_contraction: float | Array = 0.0
    hip_share: float | Array = 0.0
    flexor_arm: float | Array = 0.0

    def take(self, versions: slice) -> "LegTissue":
        """Some of the versions, where there are several."""
        several = [name for name in self.__dataclass_fields__ if isinstance(getattr(self, name), np.ndarray)]
        return replace(self, **{name: getattr(self, name)[versions] for name in several})

    @property
    def size(self) -> float:
        """Stature against that of the people whose lever arms are known. [unitless]"""
        return self.stature / _LEVER_STATURE

    def contact_area(self, flexion: Array) -> Array:
        """Area over which the kneecap touches the thigh bone at a knee flexion [rad], in m².

        Assumes: a knee that carries weight; the same from 60 to 90°, a quarter less from 120° on (estimates).
        Error: 40 %.
        """
        sexes = tuple(Sex) if self.sex is None else (self.sex,)
        angles = self.tables.areas[sexes[0]][0]
        nodes = np.mean([self.tables.areas[sex][1] for sex in sexes], axis=0)
        mean_stature = float(np.mean([_AREA_STATURE[sex] for sex in sexes]))
        course = PchipInterpolator(angles, nodes)(np.clip(flexion, angles[0], angles[-1]))
        return np.asarray(course * (self.stature / mean_stature) ** 2 * np.exp(_AREA_SPREAD * self.area))

    def strength(self) -> Array:
        """(…, actor) largest force of each muscle. [N]

        Assumes: proportional to body mass; the length and speed at which a muscle works do not matter.
        """
        tilt = np.asarray(self.hip_share)[..., None] * _HIP_SHARE_SPREAD * _HIP_SHARE
        return np.asarray(self.mass / _STRENGTH_MASS * self.tables.strength * np.exp(tilt))

    def arm(self, joint: int, actor: Actor, angle: Array) -> Array:
        """Lever arm of a muscle at a joint's angle [rad]; outside the table's range its end is kept. [m]"""
        angles, arms = self.tables.arms[joint, actor]
        scale = self.size * np.exp(_FLEXOR_ARM_SPREAD * self.flexor_arm) if joint == KNEE else self.size
        return np.asarray(np.interp(angle, angles, arms) * scale)
