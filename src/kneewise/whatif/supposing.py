"""Wishes → Frontier: all of them on the same drawn bodies, beside today's squat."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..conventions import Effect, Muscle
from ..kinetics.constants import Chance, Lifter
from ..model import Array, Burden
from ..model.supposed import Amount, Frontier, Limits, Outcome, Squat, Today, Wish
from .asking import work_out
from .effects import sample_effects, tell
from .exploring import find_wishes
from .family import Kind, assumptions_of, hold_posture, kinds
from .figure import POINTS, find_points
from .ranking import find_best, rank
from .reaching import Told, explain_stops, judge
from .sampling import Someone, draw_someone
from .words import say_tests, say_trade, say_wish

SAMPLES = 200
_CHANCE = Chance(person=0, samples=SAMPLES)
_ASSUMPTIONS = (
    "The lowest point is compared, both legs alike; knees stay above the line of the feet.",
    "What a wish leaves open is settled by habit: posture changes as little as balance and ranges allow.",
    "The trunk rounds as it leans, and muscles share the work by least effort, as in the loads of a film.",
    "Pain is not load: what a change does to how the knee feels is known only by trying it.",
)
_RELATIVE = "The body mass was not given: loads are told for each kilogram of it."
_TIPPING = "The squat as measured would tip over; it was moved within its error until it does not."


def suppose(
    lifter: Lifter, today: Today, wishes: Sequence[Wish], limits: Limits, *, chance: Chance = _CHANCE
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
    return _frontier(someone, [_named(wish, someone) for wish in wishes], limits)


def explore(lifter: Lifter, today: Today, limits: Limits, *, chance: Chance = _CHANCE) -> Frontier:
    """The best that this body can make of its squat at the same depth and load, for knee, back and ankle.

    Parameters
    ----------
    lifter, today, limits, chance
        As for `suppose`.

    Notes
    -----
    Every posture of a fixed grid of shin, heel, place of the weight and stance is solved; what is told is
    what no other one beats. One change at a time is what `suppose` is for.
    """
    someone = draw_someone(lifter, today, limits, chance)
    return _frontier(someone, [_named(wish, someone) for wish in find_wishes(someone, limits)], limits)


def compare_squats(
    lifter: Lifter, today: Today, squats: Sequence[Squat], limits: Limits, *, chance: Chance = _CHANCE
) -> Frontier:
    """Kinds of squats beside today's, for this body: which loads what.

    Parameters
    ----------
    lifter, today, limits, chance
        As for `suppose`.
    squats
        Rows of the table; those for a bar are left out where nothing is carried.
    """
    someone = draw_someone(lifter, today, limits, chance)
    return _frontier(someone, kinds(squats, lifter), limits)


def _named(wish: Wish, someone: Someone) -> Kind:
    return Kind(
        name=say_wish(wish), burden=someone.lifter.burden if wish.burden is None else wish.burden, wish=wish
    )


def _frontier(someone: Someone, options: Sequence[Kind], limits: Limits) -> Frontier:
    """Today's squat and options beside it."""
    every = [_named(Wish(), someone), *options]
    worked = _work(someone, every, limits)
    amounts, muscles = tell(worked.effects, worked.effects[0]), tell(worked.muscles, worked.muscles[0])
    outcomes = [
        _outcome(someone, option, limits, (amounts[i], muscles[i], worked.points[i]), worked.verdicts[i])
        for i, option in enumerate(every)
    ]
    told = tuple(outcomes[1:])
    return Frontier(
        today=outcomes[0],
        outcomes=told,
        best=find_best(told),
        ranked=rank(told),
        assumptions=_assumptions(someone),
        relative=someone.lifter.person.mass is None,
    )


def _assumptions(someone: Someone) -> tuple[str, ...]:
    relative = (_RELATIVE,) if someone.lifter.person.mass is None else ()
    return (*relative, *_ASSUMPTIONS, *(() if someone.balanced else (_TIPPING,)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Worked:
    """Options, (o, s, effect), (o, t, muscle) and (o, point, 2), and the verdict on each."""

    effects: Array
    muscles: Array
    points: Array
    verdicts: tuple[Told, ...]


def _work(someone: Someone, options: Sequence[Kind], limits: Limits) -> _Worked:
    """Every option; those on two feet that share a burden together."""
    groups: dict[tuple[Burden, int], list[int]] = {}
    for i, option in enumerate(options):
        groups.setdefault((option.burden, 0 if option.row is None else i), []).append(i)
    parts = [_work_group(someone, [options[i] for i in rows], limits) for rows in groups.values()]
    order = np.argsort(np.concatenate(list(groups.values())))
    verdicts = [verdict for part in parts for verdict in part.verdicts]
    return _Worked(
        effects=np.concatenate([part.effects for part in parts])[order],
        muscles=np.concatenate([part.muscles for part in parts])[order],
        points=np.concatenate([part.points for part in parts])[order],
        verdicts=tuple(verdicts[i] for i in order),
    )


def _work_group(someone: Someone, options: Sequence[Kind], limits: Limits) -> _Worked:
    burden = options[0].burden
    if options[0].row is None:
        asked = work_out(someone, burden, [option.wish for option in options], limits)
    else:
        asked = hold_posture(someone, options[0], limits)
    legs = someone.constants(burden).leg
    posture = asked.scene, asked.taken, asked.net
    sampled = sample_effects(someone.carrying(burden), legs, posture, someone.ranges)
    verdict = judge(asked, someone.ranges, limits)
    return _Worked(
        effects=sampled.effects,
        muscles=sampled.muscles,
        points=find_points(asked),
        verdicts=tuple(verdict.told(row) for row in range(len(options))),
    )


def _outcome(
    someone: Someone,
    option: Kind,
    limits: Limits,
    numbers: tuple[list[Amount], list[Amount], Array],
    verdict: Told,
) -> Outcome:
    effects, muscles, points = numbers
    told = dict(zip(Effect, effects, strict=True))
    stopped = not verdict.reachable and option.row is None
    stops = explain_stops(someone, option.burden, option.wish, limits) if stopped else ()
    return Outcome(
        name=option.name,
        wish=option.wish,
        reachable=verdict.reachable,
        sure=verdict.sure,
        stops=stops,
        effects=told,
        muscles=dict(zip(Muscle, muscles, strict=True)),
        statement=say_trade(told, verdict.reachable, verdict.sure, verdict.doubts),
        points={name: (x, z) for name, (x, z) in zip(POINTS, points.tolist(), strict=True)},
        tests=say_tests(limits, {*verdict.doubts, *(stop.what for stop in stops)}),
        assumptions=assumptions_of(option),
    )
