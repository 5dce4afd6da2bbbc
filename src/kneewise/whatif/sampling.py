"""Person + today's squat + limits → samples of both that agree with what is known, the likeliest first.

What belongs to the person is drawn as in `kinetics`, from the same seeds; so a sample is the same body with
every burden and in every option, and errors that options share cancel in their differences.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from scipy.special import ndtr, ndtri

from ..errors import InputError
from ..kinetics.carrying import CARRIES
from ..kinetics.constants import Chance, Constants, Lifter, independent, likeliest, vary
from ..kinetics.planar import Balance, Figure, weigh_figure
from ..model import Array, Burden
from ..model.supposed import Limit, Limits, Tempo, Today
from .effects import Ranges
from .loads import joint_angles, push_lean
from .responding import Aim, Scene, Taken, hard, settle
from .standing import Build, Feet, stand, true_depth

_NAMES = (
    "shin error", "thigh error", "trunk error", "shank length", "thigh length", "ankle range", "hip range",
    "shin answer", "trunk answer", "share answer", "heel answer", "depth answer", "bar answer", "box answer",
    "shin stray", "trunk stray", "thigh stray", "share stray", "reach",
    "leg share", "brake", "push", "quickness", "shin posture", "thigh posture", "trunk posture",
)  # fmt: skip
_SURE = 1 - 1e-12
_REMEMBERED = 32
"""Sets of constants, one for each burden of a person: every part of an answer asks for the same ones."""
_LEAST_ERROR = math.radians(0.5)  # of an angle that is told to be exact [rad]
_TOO_FAR = 4.0  # standard deviations by which balance may ask a measured angle to be wrong [unitless]
_EDGE = 0.02
"""Nobody stands with the weight nearer to an end of the feet. [share of their length]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Someone:
    """A person in s versions, the likeliest first.

    Attributes
    ----------
    lifter : with today's burden.
    chance : seeds of everything drawn.
    numbers : name → (s,) normal numbers, 0 in the first.
    build : lengths.
    feet : how they stand today.
    shin, depth, trunk, share, hip : of today's squat, (s,); the hip's bend is counted from the pelvis.
    push : how far the floor's force leans inwards today, (s,). [unitless]
    shoulder, height : of the shoulders today, from below the ankle, (s,). [m]
    tempo : of its repetitions; None where nothing moved.
    balanced : whether the squat as measured keeps its balance.
    ranges : of ankle and hip.
    """

    lifter: Lifter
    chance: Chance
    numbers: Mapping[str, Array]
    build: Build
    feet: Feet
    shin: Array
    depth: Array
    trunk: Array
    share: Array
    hip: Array
    push: Array
    shoulder: Array
    height: Array
    tempo: Tempo | None
    balanced: bool
    ranges: Ranges

    def first(self) -> "Someone":
        """The likeliest version alone."""
        return replace(
            self,
            numbers={name: column[:1] for name, column in self.numbers.items()},
            build=replace(self.build, shank=self.build.shank[:1], thigh=self.build.thigh[:1]),
            shin=self.shin[:1],
            depth=self.depth[:1],
            trunk=self.trunk[:1],
            share=self.share[:1],
            hip=self.hip[:1],
            push=self.push[:1],
            shoulder=self.shoulder[:1],
            height=self.height[:1],
            ranges=Ranges(ankle=self.ranges.ankle[:1], hip=self.ranges.hip[:1]),
        )

    def carrying(self, burden: Burden) -> Lifter:
        """The same person with another burden."""
        return replace(self.lifter, burden=burden)

    def constants(self, burden: Burden) -> Constants:
        """Masses of this person with a burden, one set for each version."""
        return draw_constants(self.carrying(burden), self.chance, len(self.shin))


@lru_cache(maxsize=_REMEMBERED)
def draw_constants(lifter: Lifter, chance: Chance, count: int) -> Constants:
    """The likeliest set, and as many drawn ones as it takes.

    Of each pair that `vary` draws the two differ in what favours one foot; here both feet are alike, and one
    is taken.
    """
    first = likeliest(lifter)
    if count == 1:
        return first
    pairs = vary(lifter, replace(chance, samples=2 * (count - 1)))
    drawn = pairs.take(np.arange(0, 2 * (count - 1), 2))
    names = first.__dataclass_fields__
    return replace(first, **{n: np.concatenate((getattr(first, n), getattr(drawn, n))) for n in names})


def weigh(lifter: Lifter, constants: Constants, build: Build) -> Balance:
    """Where the weight of each part lies, with limbs of any length."""
    return weigh_figure(
        Figure(
            shank=build.shank,
            thigh=build.thigh,
            trunk=build.trunk,
            foot=build.foot,
            constants=constants,
            hangs=CARRIES[lifter.burden.bar].hangs,
        )
    )


def draw_someone(lifter: Lifter, today: Today, limits: Limits, chance: Chance) -> Someone:
    """Versions of a person and of today's squat.

    Parameters
    ----------
    lifter
        Who carries what.
    today
        As measured, with its errors.
    limits
        How far ankle and hip go; both at least as far as they did today.
    chance
        Seeds, and how many versions beside the likeliest.

    Notes
    -----
    A squat that as measured would tip over is put into balance, shin and trunk moved each by its error.

    Raises
    ------
    InputError
        If no squat near the one that was measured keeps its balance with this load.
    """
    numbers = _draw_numbers(chance)
    errors = np.stack([numbers[name] for name in _NAMES[:3]], axis=-1) @ _root(today.spread)
    build = Build(
        shank=today.shank_length * (1 + today.length_sd * numbers["shank length"]),
        thigh=today.thigh_length * (1 + today.length_sd * numbers["thigh length"]),
        trunk=today.trunk_length,
        foot=today.foot_length,
        hips=today.hips_apart,
    )
    feet = Feet(
        length=today.foot_length,
        apart=np.array([[today.ankles_apart]]),
        turn_out=np.array([[today.turn_out]]),
        heel=np.array([[today.heel]]),
    )
    seen_shin, seen_thigh, trunk = (
        np.asarray(angle + errors[:, i]) for i, angle in enumerate((today.shin, today.thigh, today.trunk))
    )
    shin = feet.true_shin(seen_shin)
    depth = true_depth(build, feet, shin, seen_thigh)
    balance = weigh(lifter, draw_constants(lifter, chance, shin.shape[-1]), build)
    scene = Scene(build=build, feet=feet, depth=depth, balance=balance)
    sds = np.sqrt(np.diag(today.spread)) + _LEAST_ERROR
    taken = _put_in_balance(scene, Taken(shin=shin, trunk=trunk[None], share=scene.share(shin, trunk)), sds)
    leg = stand(build, feet, taken.shin, depth)
    moved = abs(taken.shin[0, 0] - shin[0, 0]) / sds[0], abs(taken.trunk[0, 0] - trunk[0]) / sds[2]
    if not (leg.reaches[0, 0] and 0 <= taken.share[0, 0] <= 1 and max(moved) <= _TOO_FAR):
        raise InputError(
            "The squat as measured cannot be held: the weight would be off the feet, or the legs too short.",
            remedy="check load, where it sits, and stature, or film again from the side.",
        )
    angles = joint_angles(scene, taken, leg)[0]
    top = leg.shin[0] + leg.thigh[0]
    return Someone(
        lifter=lifter,
        chance=chance,
        numbers=numbers,
        build=build,
        feet=feet,
        shin=taken.shin[0],
        depth=depth[0],
        trunk=taken.trunk[0],
        share=taken.share[0],
        hip=angles[:, 0],
        push=push_lean(scene, leg, feet.ahead(taken.share))[0],
        shoulder=top[:, 0] + build.trunk * np.sin(taken.trunk[0]),
        height=feet.ankle_height[0] + top[:, 2] + build.trunk * np.cos(taken.trunk[0]),
        tempo=today.tempo,
        balanced=bool(taken.shin[0, 0] == shin[0, 0]),
        ranges=Ranges(
            ankle=_at_least(limits.ankle, angles[:, 2], numbers["ankle range"]),
            hip=_at_least(limits.hip, angles[:, 0], numbers["hip range"]),
        ),
    )


def _draw_numbers(chance: Chance) -> dict[str, Array]:
    rng = np.random.default_rng((chance.person, chance.trial, len(_NAMES)))
    drawn = independent(chance.samples, len(_NAMES), rng)
    columns = np.concatenate((np.zeros((1, len(_NAMES))), drawn)).T
    return dict(zip(_NAMES, columns, strict=True))


def _root(spread: Array) -> Array:
    """Symmetric square root of a covariance, which may be of less than full rank."""
    values, vectors = np.linalg.eigh(spread)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T)


def _put_in_balance(scene: Scene, measured: Taken, sds: Array) -> Taken:
    """The same posture where its weight is over the feet; else the nearest one that balances."""
    within = np.clip(measured.share, _EDGE, 1 - _EDGE)
    tips = within != measured.share
    if not tips.any():
        return measured
    aim = Aim(
        shin=measured.shin,
        trunk=measured.trunk,
        share=within,
        shin_sd=sds[0],
        trunk_sd=sds[2],
        share_sd=np.asarray(hard("share")),
    )
    settled = settle(scene, aim)
    return Taken(
        shin=np.where(tips, settled.shin, measured.shin),
        trunk=np.where(tips, settled.trunk, measured.trunk),
        share=np.where(tips, settled.share, measured.share),
    )


def _at_least(limit: Limit, seen: Array, number: Array) -> Array:
    """A range in each version: as tested or as usual, and not less than what was seen."""
    if not limit.sd > 0:
        return np.maximum(limit.value, seen)
    below = ndtr((seen - limit.value) / limit.sd)
    drawn = limit.value + limit.sd * ndtri(np.minimum(below + (1 - below) * ndtr(number), _SURE))
    return np.asarray(np.maximum(drawn, seen))
