"""Wishes of one burden → the postures that lifters take for them, and their net loads."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ..conventions import GRAVITY, Bar
from ..kinetics import check_burden
from ..kinetics.carrying import CARRIES
from ..kinetics.constants import Constants
from ..kinetics.posture import LUMBAR_SHARE
from ..model import Array, Burden
from ..model.supposed import Limits, Wish
from . import habits
from .loads import Carried, Hold, Moving, Net, compute_net
from .responding import Aim, Bounds, Scene, Taken, hard, respond, settle
from .sampling import Someone, weigh
from .standing import Feet

BOTH = frozenset({"ankle", "hip"})
"""Ranges that hold, unless it is asked what they stand in the way of."""
_FAR = np.array(np.inf)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """Options of one burden, worked out, (o, s).

    Attributes
    ----------
    scene, taken, net : postures and their loads.
    bounds : how far the body goes.
    """

    scene: Scene
    taken: Taken
    net: Net
    bounds: Bounds


def work_out(
    someone: Someone,
    burden: Burden,
    wishes: Sequence[Wish],
    limits: Limits,
    *,
    stiff: frozenset[str] = BOTH,
) -> Asked:
    """Postures and net loads of wishes that share a burden.

    Parameters
    ----------
    someone
        The person, and today's squat.
    burden
        What is carried in all of them.
    wishes
        o of them; where they cannot be had together, the posture nearest to them is told.
    limits
        The margin at the ends of the feet; ranges are those of `someone`.
    stiff
        Which ranges hold; without one, the posture tells how far that joint would have to go.
    """
    scene, bounds, taken = take(someone, burden, wishes, limits, stiff=stiff)
    return Asked(scene=scene, taken=taken, net=carry(someone, burden, wishes, (scene, taken)), bounds=bounds)


def take(
    someone: Someone,
    burden: Burden,
    wishes: Sequence[Wish],
    limits: Limits,
    *,
    stiff: frozenset[str] = BOTH,
) -> tuple[Scene, Bounds, Taken]:
    """Scene, bounds and postures of wishes, as in `work_out`."""
    check_burden(someone.carrying(burden))
    scene = _scene(someone, burden, wishes, someone.constants(burden))
    bounds = bound(someone, scene, limits, stiff)
    aim = _aim(someone, burden, wishes, scene)
    if len(someone.shin) == 1:
        return scene, bounds, respond(scene, aim, bounds)
    _, _, likeliest = take(someone.first(), burden, wishes, limits, stiff=stiff)
    aim = _unsure(someone, aim, likeliest)
    meant = respond(scene, aim, bounds)
    return scene, bounds, _stray(someone, wishes, scene, (aim, meant, bounds))


def carry(
    someone: Someone,
    burden: Burden,
    wishes: Sequence[Wish],
    posture: tuple[Scene, Taken],
    moving: Moving | None = None,
) -> Net:
    """Net loads of postures.

    Parameters
    ----------
    someone
        The person.
    burden
        What is carried.
    wishes
        What hands hold and how quickly it goes, one for each posture or one for all.
    posture
        Scene, and what was taken in it.
    moving
        What the body does at that moment; what a tempo adds to the lowest posture is not added to it then.
    """
    scene, taken = posture
    carried = Carried(
        constants=someone.constants(burden),
        hangs=CARRIES[burden.bar].hangs,
        hold=_hold(someone, wishes),
        surge=_surge(someone, wishes, scene, taken) if moving is None else 1.0,
        push=someone.numbers["push"],
        usual_push=someone.push,
    )
    return compute_net(scene, taken, carried, moving)


def _said(wishes: Sequence[Wish], name: str) -> Array:
    """(o, 1) what was wished for, NaN where nothing was."""
    said = [getattr(wish, name) for wish in wishes]
    return np.array([[np.nan if one is None else float(one)] for one in said])


def _or(wanted: Array, otherwise: Array) -> Array:
    return np.where(np.isnan(wanted), otherwise, wanted)


def _told(wanted: Array, today: Array) -> Array:
    """What a film would show as wanted, in each version: off by as much as today's is. [as given]"""
    return np.asarray(wanted + (today - today[0]))


def _hold(someone: Someone, wishes: Sequence[Wish]) -> Hold | None:
    """What the hands hold on to: a thing at the height of today's shoulders."""
    held = _said(wishes, "held")
    if not held.any():
        return None
    pull = held * someone.lifter.body.mass * GRAVITY
    reach = habits.HANDS_AHEAD + habits.HANDS_AHEAD_SD * someone.numbers["reach"]
    return Hold(
        ahead=someone.shoulder + reach,
        height=someone.height,
        forward=pull * math.cos(habits.HANDS_UP),
        up=pull * math.sin(habits.HANDS_UP),
    )


def _surge(someone: Someone, wishes: Sequence[Wish], scene: Scene, taken: Taken) -> Array:
    """Weight at the turn against standing still, by how hips turn in the quicker move. [unitless]

    Every net load of a held posture is proportional to gravity, and the turn of a repetition adds to it: what
    segments turn on the way is left out. Where there is a pause, nothing moves at the lowest point.
    """
    tempos = [someone.tempo if wish.tempo is None else wish.tempo for wish in wishes]
    quicker = [min(tempo.down, tempo.up) if tempo and not tempo.pause else math.inf for tempo in tempos]
    build = scene.build
    drop = build.shank * (1 - np.cos(taken.shin)) + build.thigh * (1 - np.cos(scene.depth))
    rise = habits.TURN * drop / np.square(quicker)[:, None]
    unlike = np.maximum(1 + habits.QUICK_SD * someone.numbers["quickness"], 0)
    return np.asarray(1 + unlike * rise / GRAVITY)


def _scene(someone: Someone, burden: Burden, wishes: Sequence[Wish], constants: Constants) -> Scene:
    feet = Feet(
        length=someone.feet.length,
        apart=_or(_said(wishes, "ankles_apart"), someone.feet.apart),
        turn_out=_or(_said(wishes, "turn_out"), someone.feet.turn_out),
        heel=_or(_said(wishes, "heel"), someone.feet.heel),
    )
    balance = weigh(someone.carrying(burden), constants, someone.build)
    hold = _hold(someone, wishes)
    if hold is not None:
        tipping = hold.height * hold.forward - hold.ahead * hold.up
        balance = balance.held(hold.up / GRAVITY, tipping / GRAVITY)
    missed = habits.STRAY * someone.numbers["thigh stray"]
    return Scene(
        build=someone.build,
        feet=feet,
        depth=_or(_told(_said(wishes, "thigh"), someone.depth) + missed, someone.depth),
        balance=balance,
    )


def bound(someone: Someone, scene: Scene, limits: Limits, stiff: frozenset[str] = BOTH) -> Bounds:
    """How far this body goes; never less than it went today.

    Parameters
    ----------
    someone
        Ranges, and today's posture.
    scene
        Depth and feet.
    limits
        The margin at the ends of the feet.
    stiff
        Which ranges hold.
    """
    left = someone.ranges.hip - someone.hip - (scene.depth - someone.depth)
    return Bounds(
        shin=someone.ranges.ankle + scene.feet.pitch if "ankle" in stiff else _FAR,
        trunk=someone.trunk + left / (1 - LUMBAR_SHARE) if "hip" in stiff else _FAR,
        back=np.minimum(limits.margin, someone.share),
        front=np.maximum(1 - limits.margin, someone.share),
    )


def _aim(someone: Someone, burden: Burden, wishes: Sequence[Wish], scene: Scene) -> Aim:
    """Where lifters would be who only had to think of what they were asked."""
    numbers = someone.numbers
    deeper = _sunk(scene.depth) / _sunk(someone.depth)
    off = habits.DEPTH_SHIN_SD * (scene.depth - someone.depth) * numbers["depth answer"]
    sloped = scene.feet.pitch - someone.feet.pitch
    follows = habits.HEEL_FOLLOWED + habits.HEEL_FOLLOWED_SD * numbers["heel answer"]
    back = habits.BOX_SHIN + habits.BOX_SHIN_SD * numbers["box answer"]
    shin = someone.shin * deeper + off + follows * sloped + _said(wishes, "box") * back
    trunk = someone.trunk * deeper + _moved_trunk(someone, burden)
    wanted = (
        _told(scene.feet.true_shin(_said(wishes, "shin")), someone.shin),
        _told(_said(wishes, "trunk"), someone.trunk),
        # Where the weight lies is felt, not filmed: it is what it is, whatever the film makes of today's.
        _said(wishes, "pressure"),
    )
    names = ("shin", "trunk", "share")
    loose = (habits.SHIN, habits.TRUNK, habits.PRESSURE)
    tolerances = [
        np.where(np.isnan(said), habit, hard(name))
        for name, said, habit in zip(names, wanted, loose, strict=True)
    ]
    aims = [_or(said, aim) for said, aim in zip(wanted, (shin, trunk, someone.share), strict=True)]
    return Aim(
        shin=aims[0], trunk=aims[1], share=aims[2],
        shin_sd=tolerances[0], trunk_sd=tolerances[1], share_sd=tolerances[2],
    )  # fmt: skip


def _sunk(depth: Array) -> Array:
    """How far back the hips have gone on the way down, most where the thigh is level. [of its length]"""
    return np.asarray(np.sin(np.minimum(depth, math.pi / 2)))


def _moved_trunk(someone: Someone, burden: Burden) -> Array:
    """How the trunk answers another burden, against what balance on the same shins asks. [rad]

    A weight that is held out to sit back on is answered in a way of its own: between it and another place of
    the load there is a squat without any.
    """
    today = someone.lifter.burden
    if burden == today:
        return np.zeros_like(someone.trunk)
    bars = {today.bar, burden.bar}
    between = (Burden(),) if len(bars) == 2 and Bar.COUNTERBALANCE in bars and Bar.NONE not in bars else ()
    leans = [someone.trunk, *(_balanced_trunk(someone, one) for one in (*between, burden))]
    steps = zip(pairwise((today, *between, burden)), pairwise(leans), strict=True)
    return np.asarray(sum(_follows(someone, pair) * (after - before) for pair, (before, after) in steps))


def _follows(someone: Someone, burdens: tuple[Burden, Burden]) -> Array:
    """How far the trunk goes from one to the other, a share of what keeps the balance on the same shins."""
    number = someone.numbers["bar answer"]
    if Bar.COUNTERBALANCE in (one.bar for one in burdens):
        return np.asarray(habits.SIT_BACK_FOLLOWED + habits.SIT_BACK_FOLLOWED_SD * number)
    return np.asarray(habits.BAR_FOLLOWED + habits.BAR_FOLLOWED_SD * number)


def _balanced_trunk(someone: Someone, burden: Burden) -> Array:
    """The lean with which a burden is balanced as today's is, on the same shins. [rad]"""
    balance = weigh(someone.carrying(burden), someone.constants(burden), someone.build)
    scene = Scene(build=someone.build, feet=someone.feet, depth=someone.depth, balance=balance)
    aim = Aim(
        shin=someone.shin,
        trunk=someone.trunk,
        share=someone.share,
        shin_sd=np.asarray(hard("shin")),
        trunk_sd=np.asarray(habits.TRUNK),
        share_sd=np.asarray(hard("share")),
    )
    return np.asarray(settle(scene, aim).trunk[0])


def _unsure(someone: Someone, aim: Aim, likeliest: Taken) -> Aim:
    """The aim in each version of the lifter: off in proportion to how far the likeliest one departs."""
    first = someone.first()
    departure = np.sqrt(
        ((likeliest.shin - first.shin) / habits.SHIN) ** 2
        + ((likeliest.trunk - first.trunk) / habits.TRUNK) ** 2
        + ((likeliest.share - first.share) / habits.PRESSURE) ** 2
    )
    off = habits.DOUBT * departure
    return replace(
        aim,
        shin=aim.shin + off * aim.shin_sd * someone.numbers["shin answer"],
        trunk=aim.trunk + off * aim.trunk_sd * someone.numbers["trunk answer"],
        share=aim.share + off * aim.share_sd * someone.numbers["share answer"],
    )


def _stray(someone: Someone, wishes: Sequence[Wish], scene: Scene, held: tuple[Aim, Taken, Bounds]) -> Taken:
    """How each version stands this time, around what was meant; none strays beyond what the body allows.

    The weight strays by so much, and what was left open of shin and trunk follows it; where nothing was, it
    follows them. The likeliest version does as it means to, and so does who is asked for nothing.
    """
    aim, meant, bounds = held

    def off(name: str, spread: float) -> Array:
        return np.asarray(spread * someone.numbers[f"{name} stray"])

    around = Aim(
        shin=_within(meant.shin, off("shin", habits.STRAY), (-_FAR, bounds.shin)),
        trunk=_within(meant.trunk, off("trunk", habits.STRAY), (-_FAR, bounds.trunk)),
        share=_within(meant.share, off("share", habits.STRAY_PRESSURE), (bounds.back, bounds.front)),
        shin_sd=aim.shin_sd,
        trunk_sd=aim.trunk_sd,
        share_sd=np.minimum(aim.share_sd, habits.FIRM * habits.PRESSURE),
    )
    strayed = respond(scene, around, bounds)
    strays = np.array([[bool(wish)] for wish in wishes]) & (np.arange(len(someone.shin)) > 0)
    return Taken(
        shin=np.where(strays, strayed.shin, meant.shin),
        trunk=np.where(strays, strayed.trunk, meant.trunk),
        share=np.where(strays, strayed.share, meant.share),
    )


def _within(meant: Array, off: Array, bounds: tuple[Array, Array]) -> Array:
    """What was meant and how far off it came, but not out of bounds for that."""
    low, high = bounds
    return np.asarray(np.clip(meant + off, np.minimum(meant, low), np.maximum(meant, high)))
