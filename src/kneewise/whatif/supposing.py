"""Wishes → Frontier: all of them on the same drawn bodies, beside today's squat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..conventions import Effect, Muscle
from ..kinetics.constants import Chance, Lifter
from ..model import Array, Burden, Mask
from ..model.supposed import Amount, Frontier, Limits, Outcome, Today, Wish
from .asking import work_out
from .effects import sample_effects, tell
from .ranking import find_best, rank
from .reaching import explain_stops, judge
from .sampling import Someone, draw_someone
from .words import say_tests, say_trade, say_wish

SAMPLES = 200
_ASSUMPTIONS = (
    "The lowest point is compared, both legs alike; knees stay above the line of the feet.",
    "What a wish leaves open is settled by habit: posture changes as little as balance and ranges allow.",
    "The trunk rounds as it leans, and muscles share the work by least effort, as in the loads of a film.",
    "Pain is not load: what a change does to how the knee feels is known only by trying it.",
)
_TIPPING = "The squat as measured would tip over; it was moved within its error until it does not."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Worked:
    """All options, (o, s, effect), (o, t, muscle), and the verdicts, (o,)."""

    effects: Array
    muscles: Array
    reachable: Mask
    sure: Mask


def suppose(
    lifter: Lifter,
    today: Today,
    wishes: Sequence[Wish],
    limits: Limits,
    *,
    chance: Chance = Chance(person=0, samples=SAMPLES),
) -> Frontier:
    """What changes of a squat would change in this body, and whether it can take them.

    Parameters
    ----------
    lifter
        Who carries what today.
    today
        The squat as it is.
    wishes
        What is to be different, one option each.
    limits
        How far ankle and hip go, and how near the ends of the feet the weight may come.
    chance
        Seeds, and how many bodies are drawn beside the likeliest.

    Returns
    -------
    Frontier
        Every number with its band, and its change with a band of its own: errors that both share cancel. A
        wish for nothing changes nothing, without error.

    Notes
    -----
    Held still, hip and knee moment have a sum that depends on depth and masses alone; a change of technique
    only moves newton metres between them (`biomechanics` item 2).

    Assumes: the lowest point decides; both legs alike; see `Frontier.assumptions`.
    Error: of body, film and habits, as `kinetics` and `habits` state them; habits are estimates.
    """
    someone = draw_someone(lifter, today, limits, chance)
    worked = _work(someone, [Wish(), *wishes], limits)
    amounts = tell(worked.effects, worked.effects[0])
    muscles = tell(worked.muscles, worked.muscles[0])
    outcomes = [
        _outcome(someone, wish, limits, (amounts[i], muscles[i]), (worked.reachable[i], worked.sure[i]))
        for i, wish in enumerate([Wish(), *wishes])
    ]
    told = tuple(outcomes[1:])
    return Frontier(
        today=outcomes[0],
        outcomes=told,
        best=find_best(told),
        ranked=rank(told),
        assumptions=_ASSUMPTIONS if someone.balanced else (*_ASSUMPTIONS, _TIPPING),
    )


def _work(someone: Someone, wishes: Sequence[Wish], limits: Limits) -> _Worked:
    """Every wish, those of one burden together."""
    burdens = [someone.lifter.burden if wish.burden is None else wish.burden for wish in wishes]
    parts = [
        (rows, _work_burden(someone, burden, [wishes[i] for i in rows], limits))
        for burden, rows in _groups(burdens).items()
    ]
    order = np.argsort(np.concatenate([rows for rows, _ in parts]))
    return _Worked(
        effects=np.concatenate([part.effects for _, part in parts])[order],
        muscles=np.concatenate([part.muscles for _, part in parts])[order],
        reachable=np.concatenate([part.reachable for _, part in parts])[order],
        sure=np.concatenate([part.sure for _, part in parts])[order],
    )


def _groups(burdens: Sequence[Burden]) -> Mapping[Burden, list[int]]:
    groups: dict[Burden, list[int]] = {}
    for i, burden in enumerate(burdens):
        groups.setdefault(burden, []).append(i)
    return groups


def _work_burden(someone: Someone, burden: Burden, wishes: Sequence[Wish], limits: Limits) -> _Worked:
    asked = work_out(someone, burden, wishes, limits)
    legs = someone.constants(burden).leg
    sampled = sample_effects(
        someone.carrying(burden), legs, (asked.scene, asked.taken, asked.net), someone.ranges
    )
    verdict = judge(asked, someone.ranges, limits)
    return _Worked(
        effects=sampled.effects, muscles=sampled.muscles, reachable=verdict.reachable, sure=verdict.sure
    )


def _outcome(
    someone: Someone,
    wish: Wish,
    limits: Limits,
    amounts: tuple[list[Amount], list[Amount]],
    verdict: tuple[bool, bool],
) -> Outcome:
    effects, muscles = amounts
    reachable, sure = (bool(one) for one in verdict)
    told = dict(zip(Effect, effects, strict=True))
    burden = wish.burden or someone.lifter.burden
    return Outcome(
        name=say_wish(wish),
        wish=wish,
        reachable=reachable,
        sure=sure,
        stops=() if reachable else explain_stops(someone, burden, wish, limits),
        effects=told,
        muscles=dict(zip(Muscle, muscles, strict=True)),
        statement=say_trade(told, reachable, sure),
        tests=say_tests(limits, sure),
    )
