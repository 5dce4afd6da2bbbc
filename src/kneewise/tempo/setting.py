"""Person + wish → where each body's repetition begins and turns, how far it goes, how it likes to move."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..kinetics.carrying import CARRIES
from ..kinetics.constants import Chance, independent
from ..kinetics.kneecap import quadriceps_lever
from ..kinetics.leg import Actor, LegTissue
from ..kinetics.planar import Figure
from ..kinetics.posture import LUMBAR_SHARE
from ..kinetics.tissue import tissue_of
from ..model import Array, Burden, Mask
from ..model.supposed import Limits, Tempo, Wish
from ..whatif.asking import Asked, carry, take
from ..whatif.habits import PRESSURE, SHIN, TRUNK
from ..whatif.reaching import judge
from ..whatif.responding import Aim, Taken, respond
from ..whatif.sampling import Someone
from ..whatif.standing import Build, Leg, seen_thigh, stand
from ..whatif.words import say_wish
from .moving import Manner, Mover, Room

Rows = NDArray[np.intp]

__all__ = ["SEEN", "STILL", "Setting", "find_strength", "set_out"]

STILL = Tempo(down=1.0, pause=1.0, up=1.0)
"""With which the lowest posture is held."""
SEEN = 0.63
"""Part of a move that films count as lowering or rising; of the smoothest one (tests/test_tempo.py).
[unitless]"""
_SMOOTHNESS, _SMOOTHNESS_SPREAD = 1.0, 0.7
"""What roughness counts against effort, and the spread of its logarithm; estimate: neither outweighs the
other."""
_LAG = 0.10
"""Of muscles behind nerves: activation, and tendons that stretch; estimate. [s]"""
_TEMPO_SPREAD = 0.10
"""How far people miss a tempo, a share of it; estimate. [unitless]"""
_UPRIGHT = math.radians(5)
"""Inclination of the thighs from the side where a repetition begins: knees are not locked; estimate. [rad]"""
_SLACK, _SLACK_SHARE = 0.02, 0.02
"""By how much the way may go beyond a bound on which it begins or turns. [rad; of the foot]"""
_TURN_BACK = math.radians(3)
"""How much further than in standing the trunk may go back. [rad]"""
_HALF_WAY = math.radians(60), math.radians(60), math.radians(10)
"""Bends of hip, knee and ankle at which strength is taken. [rad]"""
_AT_HIP, _AT_ANKLE = 0, 2  # along the axis of joints of lever arms
_HIP = (Actor.GLUTEUS_MAXIMUS, Actor.HAMSTRINGS, Actor.ADDUCTORS)
_ANKLE = (Actor.GASTROCNEMIUS, Actor.SOLEUS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Setting:
    """A repetition of s bodies before it is made.

    Attributes
    ----------
    someone : the person.
    burden : what is carried.
    asked : the lowest posture, held, (1, s).
    stands : (s,) bodies that can stand so, the likeliest among them; the others are given its postures.
    mover, manner, room : for `moving.move`.
    """

    someone: Someone
    burden: Burden
    asked: Asked
    stands: Mask
    mover: Mover
    manner: Manner
    room: Room


def set_out(someone: Someone, wish: Wish, limits: Limits) -> Setting:
    """Everything that the repetition of a wish needs.

    Parameters
    ----------
    someone
        The person, and today's squat.
    wish
        What is to be different.
    limits
        What it must respect.

    Raises
    ------
    InputError
        If the lowest posture is out of reach.
    """
    burden = someone.lifter.burden if wish.burden is None else wish.burden
    asked = _hold(someone, burden, replace(wish, tempo=STILL), limits)
    upright = _stand_up(someone.build, asked)
    leg = stand(someone.build, asked.scene.feet, asked.taken.shin, asked.scene.depth)
    keeps = [np.abs(taken.share - 0.5) < 0.5 for taken in (upright, asked.taken)]
    stands = np.broadcast_to(leg.reaches & keeps[0] & keeps[1], (1, len(someone.shin)))[0]
    rows = np.where(stands, np.arange(len(stands)), 0)
    high, low = _upright(upright), _seen(leg, asked.taken)
    ends = np.stack((high, low, high))[:, rows]
    smoothly, quickly = _own_ways(someone.chance)
    return Setting(
        someone=someone,
        burden=burden,
        asked=asked,
        stands=stands,
        mover=Mover(
            figure=_figure(someone, burden, (asked, leg), rows),
            ends=ends,
            hurry=np.exp(_TEMPO_SPREAD * quickly),
        ),
        manner=Manner(
            strength=_strength(someone, burden)[rows],
            smoothness=_SMOOTHNESS * np.exp(_SMOOTHNESS_SPREAD * smoothly),
            lag=_LAG,
        ),
        room=_room(asked, upright, ends, rows),
    )


def _hold(someone: Someone, burden: Burden, wish: Wish, limits: Limits) -> Asked:
    """The lowest posture, held."""
    scene, bounds, taken = take(someone, burden, [wish], limits)
    net = carry(someone, burden, [wish], (scene, taken))
    asked = Asked(scene=scene, taken=taken, net=net, bounds=bounds)
    if not judge(asked, someone.ranges, limits).reachable[0]:
        raise InputError(
            f"The lowest posture is out of reach: {say_wish(replace(wish, tempo=None))}.",
            remedy="ask without --dynamic what stops it, and what would do.",
        )
    return asked


def _stand_up(build: Build, asked: Asked) -> Taken:
    """Where the repetition begins and ends, from the side: shin and trunk come up by habit, and it balances.

    Limbs are as long as they look in the lowest posture, as they are on the way.
    """
    taken, scene = asked.taken, asked.scene
    leg = stand(build, scene.feet, taken.shin, scene.depth)
    lean, bend = scene.feet.seen_shin(taken.shin), seen_thigh(leg)
    left = math.sin(_UPRIGHT) / np.sin(np.minimum(bend, math.pi / 2))
    side = replace(
        scene,
        build=replace(build, shank=_from_the_side(leg.shin), thigh=_from_the_side(leg.thigh)),
        feet=scene.feet.from_the_side(build.hips),
        depth=np.full(lean.shape, _UPRIGHT),
    )
    aim = Aim(
        shin=lean * left,
        trunk=taken.trunk * left,
        share=taken.share,
        shin_sd=np.asarray(SHIN),
        trunk_sd=np.asarray(TRUNK),
        share_sd=np.asarray(PRESSURE),
    )
    bounds = replace(asked.bounds, shin=scene.feet.seen_shin(asked.bounds.shin))
    return respond(side, aim, bounds)


def _from_the_side(limb: Array) -> Array:
    """How long a limb (…, xyz) looks. [m]"""
    return np.asarray(np.hypot(limb[..., 0], limb[..., 2]))


def _seen(leg: Leg, taken: Taken) -> Array:
    """(s, segment) inclinations of shin, thigh and trunk as seen from the side. [rad]"""
    shin = np.arctan2(leg.shin[..., 0], leg.shin[..., 2])
    return np.asarray(np.stack(np.broadcast_arrays(shin, seen_thigh(leg), taken.trunk), axis=-1)[0])


def _upright(taken: Taken) -> Array:
    """(s, segment) inclinations of a posture that is told from the side. [rad]"""
    thigh = np.asarray(_UPRIGHT)
    return np.asarray(np.stack(np.broadcast_arrays(taken.shin, thigh, taken.trunk), axis=-1)[0])


def _figure(someone: Someone, burden: Burden, lowest: tuple[Asked, Leg], rows: Rows) -> Figure:
    """The body with limbs as long as they look in the lowest posture."""
    asked, leg = lowest
    shank, thigh = (_from_the_side(limb)[0, rows] for limb in (leg.shin, leg.thigh))
    return Figure(
        shank=shank,
        thigh=thigh,
        trunk=someone.build.trunk,
        foot=asked.scene.foot[0],
        constants=someone.constants(burden).take(rows),
        hangs=CARRIES[burden.bar].hangs,
    )


def _own_ways(chance: Chance) -> Array:
    """(2, s) normal numbers of how each body likes to move, 0 in the likeliest."""
    own = independent(chance.samples, 2, np.random.default_rng((chance.person, chance.trial, 2)))
    return np.concatenate((np.zeros((1, 2)), own)).T


def _strength(someone: Someone, burden: Burden) -> Array:
    legs = someone.constants(burden).leg
    return find_strength(tissue_of(someone.carrying(burden), legs), len(legs))


def find_strength(tissue: LegTissue, count: int) -> Array:
    """What the muscles of hip, knee and ankle can do half way down, (count, 3). [N·m]

    Assumes: all pull as hard as they can, at whatever length and speed.
    """
    largest = tissue.strength()
    hip, knee, ankle = (np.array(angle) for angle in _HALF_WAY)
    parts = (
        sum(_column(largest[..., muscle] * tissue.arm(_AT_HIP, muscle, hip), count) for muscle in _HIP),
        _column((largest[..., Actor.VASTI] + largest[..., Actor.RECTUS_FEMORIS]), count)
        * _column(quadriceps_lever(knee, tissue), count),
        sum(_column(largest[..., muscle] * tissue.arm(_AT_ANKLE, muscle, ankle), count) for muscle in _ANKLE),
    )
    return np.stack([np.asarray(part) for part in parts], axis=-1)


def _column(values: Array, count: int) -> Array:
    return np.asarray(np.broadcast_to(np.ravel(values), (count,)))


def _room(asked: Asked, upright: Taken, ends: Array, rows: Rows) -> Room:
    """How far each body goes; on the way at least as far as where it begins and turns."""
    bounds, feet = asked.bounds, asked.scene.feet
    fold = 1 - LUMBAR_SHARE
    shares = np.stack(np.broadcast_arrays(asked.taken.share[0], upright.share[0]))
    back = np.minimum(bounds.back, shares.min(axis=0) - _SLACK_SHARE)
    front = np.maximum(bounds.front, shares.max(axis=0) + _SLACK_SHARE)

    def each(values: Array) -> Array:
        return np.asarray(np.broadcast_to(values, (1, len(rows)))[0, rows])

    return Room(
        shin=np.maximum(each(feet.seen_shin(bounds.shin)), ends[..., 0].max(axis=0) + _SLACK),
        hip=np.maximum(
            each(asked.scene.depth + fold * bounds.trunk),
            (ends[..., 1] + fold * ends[..., 2]).max(axis=0) + _SLACK,
        ),
        trunk=np.minimum(ends[..., 2].min(axis=0), 0) - _TURN_BACK,
        back=each(feet.ahead(back)),
        front=each(feet.ahead(front)),
        fold=fold,
    )
