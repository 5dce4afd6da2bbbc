"""Outcomes → those that no other beats, and their order for who wants to spare knee, back or ankle."""

from collections.abc import Mapping, Sequence

import numpy as np

from ..conventions import Concern, Effect, Factor
from ..model import Array
from ..model.supposed import Outcome

SPARED: Mapping[Concern, Effect] = {
    Concern.KNEE: Effect.PATELLOFEMORAL_FORCE,
    Concern.BACK: Effect.LUMBAR_MOMENT,
    Concern.ANKLE: Effect.ANKLE_USED,
}
SPARES: Mapping[Factor, Concern] = {
    Factor.QUADRICEPS_CAPACITY: Concern.KNEE,
    Factor.TECHNIQUE: Concern.KNEE,
    Factor.TRAINING_LOAD: Concern.KNEE,
    Factor.LUMBOPELVIC_CONTROL: Concern.BACK,
    Factor.ANKLE_RANGE: Concern.ANKLE,
}
"""What a likely factor asks to be spared first; the others ask for nothing that a posture could give."""
_PRICE = 0.25
"""What a rise of the other two counts against the fall of what is spared: a choice, not a measurement."""


def choose_concern(factors: Sequence[Factor], *, irritable: bool, back: bool) -> Concern:
    """What a person should spare first.

    Parameters
    ----------
    factors
        That are believed, the likeliest first.
    irritable
        Whether the knee is easily stirred up: then it comes before all else.
    back
        Whether the low back hurts, too.
    """
    if irritable:
        return Concern.KNEE
    if back:
        return Concern.BACK
    return next((SPARES[factor] for factor in factors if factor in SPARES), Concern.KNEE)


def find_best(outcomes: Sequence[Outcome]) -> tuple[int, ...]:
    """Numbers of reachable outcomes that no other reachable one beats in kneecap, back and ankle at once."""
    rows = [i for i, outcome in enumerate(outcomes) if outcome.reachable]
    if not rows:
        return ()
    costs = np.array([[outcomes[i].effects[e].value for e in SPARED.values()] for i in rows])
    return tuple(rows[i] for i in pareto(costs))


def pareto(costs: Array) -> list[int]:
    """Rows that no other row beats.

    Parameters
    ----------
    costs
        (n, k) less is better.

    Returns
    -------
    list of int
        Of equal rows the first.
    """
    order = np.lexsort(costs.T[::-1])
    kept: list[int] = []
    for row in order:
        if not kept or not (costs[kept] <= costs[row]).all(axis=1).any():
            kept.append(int(row))
    return sorted(kept)


def rank(outcomes: Sequence[Outcome]) -> dict[Concern, tuple[int, ...]]:
    """Reachable outcomes in order, for each thing that somebody may want to spare.

    Ordered by the change of what is spared, as a share of today's, plus a quarter of what the other two rise;
    what is not sure to be reachable comes after what is.
    """
    rows = [i for i, outcome in enumerate(outcomes) if outcome.reachable]
    return {
        concern: tuple(sorted(rows, key=lambda i: (not outcomes[i].sure, _price(outcomes[i], concern))))
        for concern in Concern
    }


def _price(outcome: Outcome, concern: Concern) -> float:
    ratios = {c: _ratio(outcome, effect) for c, effect in SPARED.items()}
    others = sum(max(ratio, 0.0) for c, ratio in ratios.items() if c is not concern)
    return ratios[concern] + _PRICE * others


def _ratio(outcome: Outcome, effect: Effect) -> float:
    """Change as a share of today's; against the option where today's is next to nothing."""
    amount = outcome.effects[effect]
    if not np.isnan(amount.ratio):
        return amount.ratio
    return float(np.sign(amount.change))
