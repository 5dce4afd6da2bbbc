"""Today's squat → a chart of answers to every mixture of changes, for sliders.

Heel, depth, stance and load are laid out as settings; each is answered by habit. From that answer shin and
trunk are turned away by steps, so that the middle of the chart is what somebody would do by themselves, with
the errors that belong to it.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from ..conventions import Bar, Effect
from ..kinetics.constants import Chance, Lifter
from ..model import Array, Burden
from ..model.supposed import Chart, Limits, Today, Wish
from .asking import Asked, carry, take
from .effects import sample_effects
from .figure import POINTS, find_points
from .habits import PRESSURE, TRUNK
from .responding import Aim, Bounds, Scene, Taken, hard, respond
from .sampling import Someone, draw_someone
from .standing import stand

SAMPLES = 24
"""Drawn bodies: a standard deviation of a change is itself sure to 15 % of it."""
_HEELS = (0.0, 0.025, 0.05)  # [m]
_NEAR = 0.006
"""A step of the heels this near to today's height gives way to it. [m]"""
_DEEPER = (-20.0, 0.0, 15.0)  # from today [°]
_DEPTHS = math.radians(30), math.radians(125)
_WIDER = ((0.0, 0.0), (0.09, 11.0))
"""Half the distance between the ankles [m] and turn-out [°], added to today's."""
_FURTHEST = math.radians(45)
"""A shin's lean at which a wide stance is widest at the knees. [rad]"""
_SHINS = (-16.0, -8.0, 0.0, 8.0)  # from what habit does [°]
_TRUNKS = (-10.0, 0.0, 10.0, 20.0)  # likewise [°]
_HEAVIER = 1.5  # heaviest load of the chart [of today's]
_FIRST_LOAD = 24.0  # that is offered before the chest to who carries nothing [kg]


def chart_changes(lifter: Lifter, today: Today, limits: Limits, *, person: int = 0) -> Chart:
    """What every mixture of heel, depth, stance, load, shin and trunk would do, on a coarse grid.

    Parameters
    ----------
    lifter, today, limits
        As for `suppose`.
    person
        Seed of the drawn bodies.

    Returns
    -------
    Chart
        Between its nodes numbers are to be interpolated. Today's squat is a node and has no change.

    Notes
    -----
    A shin turned away from habit leaves trunk and place of the weight to settle by habit; a trunk turned
    away after that moves the weight alone.

    Assumes: what `suppose` assumes.
    Error: of a change, from 24 drawn bodies; of interpolation, see tests/test_whatif_chart.py.
    """
    someone = draw_someone(lifter, today, limits, Chance(person=person, samples=SAMPLES))
    heels, stances = _heels(today, limits), _stances(someone)
    depth = float(someone.depth[0])
    depths = _depths(depth)
    burdens = _burdens(lifter.burden)
    # What stays as it is today is not wished for, and nobody strays from it.
    wishes = [
        Wish(
            heel=heel,
            thigh=None if thigh == depth else thigh,
            ankles_apart=None if stance == stances[0] else stance[0],
            turn_out=None if stance == stances[0] else stance[1],
        )
        for heel, thigh, stance in product(heels, depths, stances)
    ]
    parts = [_work(someone, burden, wishes, limits) for burden in burdens]
    shape = (len(burdens), len(heels), len(depths), len(stances), len(_SHINS), len(_TRUNKS))
    samples = np.stack([part[0] for part in parts]).reshape(*shape, SAMPLES + 1, len(Effect))
    node = (
        burdens.index(lifter.burden),
        heels.index(today.heel),
        depths.index(depth),
        0,
        _SHINS.index(0.0),
        _TRUNKS.index(0.0),
    )
    change_sd = (samples - _as_today(someone, lifter.burden, limits))[..., 1:, :].std(axis=-2, ddof=1)
    change_sd[node] = 0.0
    return Chart(
        bar=burdens[-1].bar,
        mass=np.array([burden.mass for burden in burdens]),
        heel=np.array(heels),
        thigh=np.array(depths),
        apart=np.array([apart for apart, _ in stances]),
        shin=np.radians(_SHINS),
        trunk=np.radians(_TRUNKS),
        value=samples[..., 0, :],
        sd=samples[..., 1:, :].std(axis=-2, ddof=1),
        change_sd=change_sd,
        points=np.stack([part[1] for part in parts]).reshape(*shape, len(POINTS), 2),
        node=node,
        within=(
            min(limits.margin, float(someone.share[0])),
            max(1 - limits.margin, float(someone.share[0])),
        ),
    )


def _depths(today: float) -> list[float]:
    """Today's, and those beside it that still are a squat."""
    depths = [today + math.radians(step) for step in _DEEPER]
    return [depth for depth in depths if depth == today or _DEPTHS[0] <= depth <= _DEPTHS[1]]


def _heels(today: Today, limits: Limits) -> list[float]:
    others = [one for one in _HEELS if one <= limits.heel and abs(one - today.heel) > _NEAR]
    return sorted([today.heel, *others])


def _stances(someone: Someone) -> list[tuple[float, float]]:
    """Today's stance and wider ones that the legs are long enough for."""
    first = someone.first()
    apart, turn = float(first.feet.apart[0, 0]), float(first.feet.turn_out[0, 0])
    wider = [(apart + more, turn + math.radians(out)) for more, out in _WIDER]
    return [wider[0], *(one for one in wider[1:] if _reaches(first, one))]


def _reaches(first: Someone, stance: tuple[float, float]) -> bool:
    feet = replace(first.feet, apart=np.array([[stance[0]]]), turn_out=np.array([[stance[1]]]))
    depths = np.array(_depths(float(first.depth[0])))
    return bool(stand(first.build, feet, np.array([[_FURTHEST]]), depths[:, None]).reaches.all())


def _burdens(today: Burden) -> list[Burden]:
    """Nothing, today's load, and a heavier one; a first load for who carries nothing."""
    nothing = Burden()
    if today.mass > 0:
        return [nothing, today, replace(today, mass=_HEAVIER * today.mass)]
    return [today, Burden(mass=_FIRST_LOAD, bar=Bar.GOBLET)]


def _as_today(someone: Someone, burden: Burden, limits: Limits) -> Array:
    """(s, effect) of today's squat itself, in which nobody strays from a wish."""
    scene, _, taken = take(someone, burden, [Wish()], limits)
    net = carry(someone, burden, [Wish()], (scene, taken))
    legs = someone.constants(burden).leg
    sampled = sample_effects(someone.carrying(burden), legs, (scene, taken, net), someone.ranges, sharing=1)
    return np.asarray(sampled.effects[0])


def _work(someone: Someone, burden: Burden, wishes: Sequence[Wish], limits: Limits) -> tuple[Array, Array]:
    """(o·k·t, s, effect) and (o·k·t, point, 2) of settings with shins and trunks turned away."""
    scene, bounds, habit = take(someone, burden, wishes, limits)
    turned = _turn_shins(scene, bounds, habit)
    scene, taken = _turn_trunks(_repeated(scene, len(_SHINS)), turned)
    net = carry(someone, burden, [Wish()], (scene, taken))
    legs = someone.constants(burden).leg
    lifter = someone.carrying(burden)
    sampled = sample_effects(lifter, legs, (scene, taken, net), someone.ranges, sharing=1)
    return sampled.effects, find_points(Asked(scene=scene, taken=taken, net=net, bounds=bounds))


def _turn_shins(scene: Scene, bounds: Bounds, habit: Taken) -> Taken:
    """Shins held away from what habit does; trunk and weight settle anew."""
    count = len(_SHINS)
    steps = np.tile(np.radians(_SHINS), len(habit.shin))[:, None]
    shin, trunk, share = (np.repeat(part, count, axis=0) for part in (habit.shin, habit.trunk, habit.share))
    aim = Aim(
        shin=shin + steps,
        trunk=trunk,
        share=share,
        shin_sd=np.asarray(hard("shin")),
        trunk_sd=np.asarray(TRUNK),
        share_sd=np.asarray(PRESSURE),
    )
    wider = Bounds(
        shin=np.repeat(np.broadcast_to(bounds.shin, habit.shin.shape), count, axis=0),
        trunk=np.repeat(np.broadcast_to(bounds.trunk, habit.shin.shape), count, axis=0),
        back=bounds.back,
        front=bounds.front,
    )
    return respond(_repeated(scene, count), aim, wider)


def _turn_trunks(scene: Scene, taken: Taken) -> tuple[Scene, Taken]:
    """Trunks turned away with nothing else moving but the weight."""
    count = len(_TRUNKS)
    scene = _repeated(scene, count)
    steps = np.tile(np.radians(_TRUNKS), len(taken.trunk))[:, None]
    shin, trunk = np.repeat(taken.shin, count, axis=0), np.repeat(taken.trunk, count, axis=0) + steps
    return scene, Taken(shin=shin, trunk=trunk, share=scene.share(shin, trunk))


def _repeated(scene: Scene, count: int) -> Scene:
    """Every option so many times, one after another."""
    feet = replace(
        scene.feet,
        apart=np.repeat(scene.feet.apart, count, axis=0),
        turn_out=np.repeat(scene.feet.turn_out, count, axis=0),
        heel=np.repeat(scene.feet.heel, count, axis=0),
    )
    return replace(scene, feet=feet, depth=np.repeat(scene.depth, count, axis=0))
