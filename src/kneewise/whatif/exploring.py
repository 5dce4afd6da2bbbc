"""Today's squat + limits → wishes worth telling, by trying every posture of a grid.

Shin, heel, place of the weight and stance are laid out; the trunk follows from balance, or trunk and place
from habit where the weight is left alone; depth and load are kept. Every posture is exact, the grid is always
the same, and what is found is best within its steps.
"""

import math
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ..conventions import Concern, Effect
from ..model import Array, Mask
from ..model.supposed import Limits, Wish
from .asking import work_out
from .effects import sample_effects
from .habits import UPRIGHT
from .ranking import SPARED, pareto
from .reaching import judge
from .sampling import Someone

_SHIN = math.radians(2)  # [rad]
_SHINS = range(-10, 9)
_HEELS = (0.0, 0.01, 0.02, 0.03, 0.04, 0.05)  # [m]
_PRESSURES = (-0.10, -0.05, 0.0, 0.05, 0.10)
_WIDER = ((0.0, 0.0), (0.06, math.radians(7)))
"""Half the distance between the ankles [m] and turn-out [rad], added to today's."""
_DEAREST = 1.5
"""No option is offered in which what a concern is about grows more than this: a choice. [of today's]"""
_TOLD = 8


def find_wishes(someone: Someone, limits: Limits) -> list[Wish]:
    """Wishes that no other one of the grid beats in kneecap, low back and ankle at once, a few of them.

    Parameters
    ----------
    someone
        The person, and today's squat.
    limits
        What options must respect.

    Returns
    -------
    list of Wish
        For each of the three that which spares it most, and others evenly spread between.
    """
    first = someone.first()
    wishes = _grid(first, limits)
    burden = first.lifter.burden
    asked = work_out(first, burden, [Wish(), *wishes], limits)
    sampled = sample_effects(
        first.lifter, first.constants(burden).leg, (asked.scene, asked.taken, asked.net), first.ranges
    )
    loads = sampled.effects[:, 0]
    costs = loads[:, list(SPARED.values())]
    open_ = judge(asked, first.ranges, limits).reachable & _affordable(loads) & _held_by_people(loads)
    rows = np.flatnonzero(open_[1:]) + 1
    if not len(rows):
        return []
    best = rows[pareto(costs[rows])]
    return [wishes[row - 1] for row in _spread_out(best, costs[best])]


def _grid(first: Someone, limits: Limits) -> list[Wish]:
    shin = float(first.feet.seen_shin(first.shin)[0, 0])
    share, apart = float(first.share[0]), float(first.feet.apart[0, 0])
    turn, heel = float(first.feet.turn_out[0, 0]), float(first.feet.heel[0, 0])
    heels = sorted({heel, *(one for one in _HEELS if one <= limits.heel)})
    moved = [share + step for step in _PRESSURES if limits.margin <= share + step <= 1 - limits.margin]
    places = [None if place == share else place for place in moved]
    return [
        Wish(
            shin=shin + _SHIN * step,
            heel=None if up == heel else up,
            pressure=place,
            ankles_apart=apart + wider if wider else None,
            turn_out=turn + out if out else None,
        )
        for step, up, place, (wider, out) in product(_SHINS, heels, places, _WIDER)
    ]


def _affordable(loads: Array) -> Mask:
    """(o,) where kneecap and low back do not grow too much against the first row."""
    dear = [Effect.PATELLOFEMORAL_FORCE, Effect.LUMBAR_MOMENT]
    return np.asarray((loads[:, dear] <= _DEAREST * np.maximum(loads[0, dear], 0)).all(axis=1))


def _held_by_people(loads: Array) -> Mask:
    """(o,) where the trunk is not more upright against the first row than people make it."""
    trunk = loads[:, Effect.TRUNK]
    return np.asarray(trunk >= trunk[0] - UPRIGHT)


def _spread_out(rows: NDArray[np.intp], costs: Array) -> list[int]:
    """The best for each concern, and others at even steps from the least to the largest at the kneecap."""
    order = np.argsort(costs[:, list(Concern).index(Concern.KNEE)], kind="stable")
    even = order[np.unique(np.linspace(0, len(order) - 1, _TOLD).round().astype(int))]
    chosen = dict.fromkeys([*np.argmin(costs, axis=0).tolist(), *even.tolist()])
    return [int(rows[i]) for i in chosen]
