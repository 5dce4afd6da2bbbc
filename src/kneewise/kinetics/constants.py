"""Person + body + burden → sets of everything that a film does not show: the likeliest one, and many."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..model import Array, Burden, Person, Segment, Segments
from .carrying import CARRIES, UPRIGHT_HEAD, UPRIGHT_HEAD_SD, Carry, Place, place_arms
from .leg import TissueTables
from .rigid import spread_masses

_MASS_SD = 0.04
_CENTRE_SD, _CENTRE_SD_UNKNOWN_SEX = 0.030, 0.038
LEG_COLUMNS = 8
PERSON_COLUMNS = 8 + LEG_COLUMNS
"""What differs between people: six of segments, head, back, and the leg's tissue."""
TRIAL_COLUMNS = 6
"""What differs between films of one person: places of arms and load, pressure and push under the feet."""
EQUAL_FEET_SD = 0.08
"""How far people's share of one foot lies from a half in two-legged squats; an estimate. [unitless]"""
_SHARE_SD = 0.05
_PRESSURE_SD = 0.01
_PUSH_SD = 0.05
_APART_SD = 0.03
"""How far the pressure lies further forward under one foot than under the other. [m], estimate"""


_FAVOURS = {"share_shift": _SHARE_SD, "share_doubt": EQUAL_FEET_SD, "apart_shift": _APART_SD}
"""What favours one foot, and its sd: it comes in pairs of either sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifter:
    """Who carries what.

    Attributes
    ----------
    person : stature and sex scale the leg's tissue.
    body : segments of this person.
    burden : the load; its place must be known where it has a mass.
    tables : arms, strengths and areas that are the same for everybody.
    arms : where free arms were seen, for postures of which only angles are known; None where nobody looked.
    """

    person: Person
    body: Segments
    burden: Burden
    tables: TissueTables
    arms: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """Where the samples of a Monte-Carlo run come from.

    Attributes
    ----------
    person : seed of what belongs to the person: with the same one, sample i has the same body and the same
        knee in every trial, so that their error cancels in a comparison.
    trial : second seed, of what belongs to the trial.
    samples : how many; an even number.
    """

    person: int
    trial: int = 0
    samples: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Constants:
    """Sets of constants; the first axis of every array is the set.

    Attributes
    ----------
    thigh, shank, foot : (s, 2, 2) pseudo-inertia, carried by a proximal point and the line. [kg]
    trunk : (s, 3, 3) carried by mid-hip, the line to mid-shoulder, and how far the back rounds.
    head : (s, 3, 3) carried by mid-shoulder, the direction of the trunk and the vertical.
    arms : (s, 3, 3) both arms as one, carried by mid-shoulder and directions forward and up.
    upper_arm, forearm : (s, 2, 2) of one side, carried by a proximal point and the line.
    load : (s, 4, 4) carried by mid-shoulder, and directions forward, up and left.
    held : (s, 4, 4) the same from the middle between the wrists.
    pressure_shift : (s,) added to the centre of pressure, forward. [m]
    share_shift : (s,) added to the left foot's share of the force. [unitless]
    share_doubt : (s,) likewise, but only as far as the seen share is not trusted. [unitless]
    push_shift : (s,) added to how far the force on each foot leans inwards. [unitless]
    apart_shift : (s,) forward, added to the pressure of the left foot against that of the right. [m]
    leg : (s, 8) standard deviations by which the leg's tissue differs from the mean one, see `LegTissue`.
    """

    thigh: Array
    shank: Array
    foot: Array
    trunk: Array
    head: Array
    arms: Array
    upper_arm: Array
    forearm: Array
    load: Array
    held: Array
    pressure_shift: Array
    share_shift: Array
    share_doubt: Array
    push_shift: Array
    apart_shift: Array
    leg: Array

    def take(self, rows: NDArray[np.intp]) -> "Constants":
        """Some of the sets."""
        return replace(self, **{name: getattr(self, name)[rows] for name in self.__dataclass_fields__})


def likeliest(lifter: Lifter) -> Constants:
    """One set, with the mean of every constant.

    Parameters
    ----------
    lifter
        Who carries what.
    """
    return _build(lifter, np.zeros((1, PERSON_COLUMNS)), np.zeros((1, TRIAL_COLUMNS)))


def vary(lifter: Lifter, chance: Chance) -> Constants:
    """Equally likely sets of constants.

    Parameters
    ----------
    lifter
        Who carries what; where the sex is not known, the places of the masses are less sure.
    chance
        How many sets, and from which seeds.

    Notes
    -----
    Each constant has exactly its mean and sd over the sets, and no constant goes with another. Sets come in
    pairs that differ in nothing but the sign of what favours one foot, so that no side is ever favoured.

    Error: masses 4 %, centres 3 % of the segment (3.8 % where the sex is unknown), share of one foot 5 % of
    the weight (8 % where the film does not show it), centre of pressure 1 cm and 3 cm between the feet, lean
    of the push 0.05: estimates, but for the masses [1]_. Head, back, arms, load and tissue as in `carrying`
    and `LegTissue`.

    References
    ----------
    .. [1] de Leva 1996, J Biomech 29(9):1223.
    """
    half = chance.samples // 2
    person_z = independent(half, PERSON_COLUMNS, np.random.default_rng(chance.person))
    trial_z = independent(
        half, TRIAL_COLUMNS + len(_FAVOURS), np.random.default_rng((chance.person, chance.trial))
    )
    sets = _build(lifter, person_z, trial_z[:, :TRIAL_COLUMNS])
    feet = trial_z[:, TRIAL_COLUMNS:] * list(_FAVOURS.values())
    doubled = {name: np.repeat(getattr(sets, name), 2, axis=0) for name in sets.__dataclass_fields__}
    signed = np.stack((feet, -feet), axis=1).reshape(-1, len(_FAVOURS))
    return replace(sets, **{**doubled, **dict(zip(_FAVOURS, signed.T, strict=True))})


def independent(count: int, columns: int, rng: np.random.Generator) -> Array:
    """Normal numbers (count, columns) with mean 0, sd 1 and no correlation, as far as count allows."""
    numbers = rng.standard_normal((count, columns))
    if count < 2:
        return np.zeros_like(numbers)
    numbers -= numbers.mean(axis=0)
    if count > columns:
        numbers, _ = np.linalg.qr(numbers)
    return np.asarray(numbers / numbers.std(axis=0, ddof=1))


def _build(lifter: Lifter, z: Array, trial_z: Array) -> Constants:
    """Sets that lie `z` standard deviations from the likeliest one."""
    body, burden = lifter.body, lifter.burden
    centre_sd = _CENTRE_SD_UNKNOWN_SEX if lifter.person.sex is None else _CENTRE_SD
    carry = CARRIES[burden.bar]
    count = len(z)
    masses = [
        part.mass * (1 + _MASS_SD * z[:, i]) for i, part in enumerate((body.thigh, body.shank, body.foot))
    ]
    trunk_mass = np.asarray(body.mass - 2 * np.sum(masses, axis=0) - (body.upper - body.trunk.mass))
    none = np.zeros(count)
    arms = place_arms(burden.bar, lifter.arms)
    arm_forward, arm_up = (arms.sd * trial_z[:, i] for i in (0, 1))
    return Constants(
        thigh=_rod(body.thigh, masses[0], body.thigh.centre + centre_sd * z[:, 3]),
        shank=_rod(body.shank, masses[1], body.shank.centre + centre_sd * z[:, 4]),
        foot=_rod(body.foot, masses[2], np.full(count, body.foot.centre)),
        trunk=_trunk(
            body.trunk,
            trunk_mass,
            body.trunk.centre + centre_sd * z[:, 5],
            carry.round_back + carry.round_back * z[:, 7],
        ),
        head=_head(body, np.clip(UPRIGHT_HEAD + UPRIGHT_HEAD_SD * z[:, 6], 0, 1)),
        arms=_arms(body, arms, arm_forward, arm_up),
        upper_arm=_limb(body.upper_arm, count),
        forearm=_limb(body.forearm, count),
        load=_load(burden.mass, carry, carry.load, trial_z),
        held=_load(burden.mass, carry, carry.hands or carry.load, trial_z),
        pressure_shift=_PRESSURE_SD * trial_z[:, 4],
        share_shift=none,
        share_doubt=none,
        apart_shift=none,
        push_shift=_PUSH_SD * trial_z[:, 5],
        leg=z[:, 8:],
    )


def _rod(part: Segment, mass: Array, centre: Array) -> Array:
    """Pseudo-inertia of a slender segment, whose inertia about the left-right axis is exact.

    Spin about its own long axis is left out: a thigh of 11 kg that starts to spin at 10 rad/s² needs 0.5 N·m.
    """
    weights = np.stack((np.ones_like(centre), centre), axis=-1)
    return spread_masses(mass, weights, np.diag([0.0, part.gyration[1] ** 2]))


def _limb(part: Segment, count: int) -> Array:
    """Part of an arm that was measured; too light for its own constants to matter."""
    return _rod(part, np.full(count, part.mass), np.full(count, part.centre))


def _trunk(part: Segment, mass: Array, centre: Array, rounding: Array) -> Array:
    weights = np.stack((np.ones_like(centre), centre, rounding), axis=-1)
    return spread_masses(mass, weights, np.diag([0.0, part.gyration[1] ** 2, 0.0]))


def _head(body: Segments, upright: Array) -> Array:
    """The head's line leads from the neck's base in a direction between the trunk's and the vertical."""
    head = body.head
    direction = np.stack((np.zeros_like(upright), 1 - upright, upright), axis=-1)
    weights = (body.neck + head.centre * head.length) * direction + [1.0, 0.0, 0.0]
    spread = (head.gyration[1] * head.length) ** 2 * direction[..., :, None] * direction[..., None, :]
    return spread_masses(np.full(len(upright), head.mass), weights, spread)


def _arms(body: Segments, place: Place, forward: Array, up: Array) -> Array:
    """Both arms as one body, spread as if they hung."""
    mass = 2 * (body.upper_arm.mass + body.forearm.mass)
    weights = np.stack((np.ones_like(up), place.forward + forward, place.up + up), axis=-1)
    return spread_masses(np.full(len(up), mass), weights, np.diag([0.0, 0.0, body.upper_arm.length**2 / 4]))


def _load(mass: float, carry: Carry, place: Place, trial_z: Array) -> Array:
    forward, up = (centre + place.sd * trial_z[:, i] for centre, i in ((place.forward, 2), (place.up, 3)))
    weights = np.stack((np.ones_like(up), forward, up, np.zeros_like(up)), axis=-1)
    spread = np.diag([0.0, 0.0, carry.tall**2, carry.wide**2])
    return spread_masses(np.full(len(up), mass), weights, spread)
