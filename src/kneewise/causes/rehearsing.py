"""What would all tests together decide? People like this one are drawn, tested in full, decisions counted.

The best next test is the one whose outcome makes that decision surest, for the time and discomfort of it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..conventions import USUAL, Door, Factor
from ..model import Array, Decision, Evidence, NextTest
from .ahead import STATES, chances_ahead, places_of
from .deciding import Judged, decide, hurts_more, is_same
from .network import FACTORS, Network
from .weighing import Weighed, judge, looked_at, probed_by, tells_of

if TYPE_CHECKING:
    from ..knowledge.causes import Effort

_PEOPLE = 256
"""Drawn people; a share of them is known to 0.03."""

SETTLED = 0.9
"""Share of drawn people with today's decision from which no further test is asked for. [unitless]"""

_DISCOMFORT = 0.5
"""Minutes that one step of discomfort counts for; set for this project. [min]"""

_TINY = 1e-300
"""Stands for a chance of nothing, which has no logarithm. [unitless]"""


Whole = NDArray[np.int64]
"""Labels: whole numbers from 0."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Future:
    """Drawn people and what would be found of them.

    Attributes
    ----------
    found : finding → (person,) 0 or 1.
    logs : (person, combination) log-likelihood of all that would be found.
    """

    found: dict[str, Whole]
    logs: Array


def rehearse(
    network: Network,
    weighed: Weighed,
    decision: Decision,
    efforts: Sequence["Effort"],
    *,
    enough: float = SETTLED,
) -> tuple[float, NextTest | None]:
    """Find the test that tells most about the decision.

    Parameters
    ----------
    network
        Of factors and findings.
    weighed
        What is known so far.
    decision
        What it decides so far.
    efforts
        What may still be done, as `open_efforts` tells.
    enough
        Share of drawn people with today's decision from which no further test is asked for. [unitless]

    Returns
    -------
    float
        Chance that all tests together would lead to this decision. [unitless]
    NextTest or None
        None where the decision is settled and its option was tried, or no test is expected to tell anything
        about it.

    Notes
    -----
    Assumes: what would be found is found without error of measurement beyond that of the tables; people
    are as the network has them.
    Error: from 256 drawn people; the same evidence gives the same answer.
    """
    if not efforts:
        return 1.0, None
    draw = np.random.default_rng(len(weighed.evidence))
    coming = {row.id for effort in efforts for row in network.tables.findings_of[effort.kind, effort.of]}
    future = _draw(network, weighed, coming, draw)
    decisions = decide(_judge_all(network, weighed, future), network.tables.factors)
    settled = sum(is_same(one, decision) for one in decisions) / len(decisions)
    labels = _labels(decisions)
    tests = [_next_test(network, effort, future, labels) for effort in efforts]
    if settled >= enough:
        return settled, next((test for test in tests if _tries(test, decision)), None)
    best = max(tests, key=_worth)
    return settled, best if best.gain > 0 else None


def open_efforts(
    network: Network,
    evidence: Sequence[Evidence],
    closed: Collection[str] = (),
    tried: Collection[str] = (),
) -> list["Effort"]:
    """Tests and trials that were not done and make sense now.

    Parameters
    ----------
    network
        Of factors and findings.
    evidence
        What was seen.
    closed
        Tests and conditions that this person cannot or should not do.
    tried
        Conditions that were tried, whether or not anything could be read from them.

    Notes
    -----
    What was tried and told nothing, such as a usual squat of which only the pain is known, is done: asked for
    again it would tell nothing again.
    """
    rows = network.tables.finding
    done = {(rows[seen.finding].door, rows[seen.finding].of) for seen in evidence}
    done |= {(Door.TRIAL, condition) for condition in tried}
    seen_yes = {seen.finding for seen in evidence if seen.yes >= 0.5}
    return [
        effort
        for effort in network.tables.efforts
        if (effort.kind, effort.of) not in done
        and effort.of not in closed
        and (not effort.after or (Door.TRIAL, USUAL) in done)
        and (not effort.needs or effort.needs in seen_yes)
    ]


def _worth(test: NextTest) -> float:
    """Gain for a minute, a step of discomfort counting as half of one. [1/min]"""
    return test.gain / (test.minutes + _DISCOMFORT * test.discomfort)


def _tries(test: NextTest, decision: Decision) -> bool:
    """Whether a test is the first try of the option that was chosen: nothing is borrowed untried."""
    return test.door is Door.TRIAL and test.id == decision.technique


def _draw(network: Network, weighed: Weighed, coming: Collection[str], draw: np.random.Generator) -> _Future:
    people = draw.choice(len(STATES), size=_PEOPLE, p=weighed.joint.ravel() / weighed.joint.sum())
    found: dict[str, Whole] = {}
    logs: dict[frozenset[Factor], Array] = {}
    for family in network.families:
        ahead = [name for name in family.findings if name in coming]
        if ahead:
            table = chances_ahead(family, weighed.evidence, ahead)
            outcome = _draw_rows(table[places_of(family.factors)[people]], draw)
            found |= dict(zip(ahead, np.unravel_index(outcome, (2,) * len(ahead)), strict=True))
            told = _spread(np.log(table.T)[outcome], family.factors)
            factors = frozenset(family.factors)
            logs[factors] = logs[factors] + told if factors in logs else told
    prior = np.log(np.maximum(weighed.joint, _TINY))[None]
    return _Future(found=found, logs=(_sum(logs) + prior).reshape(_PEOPLE, -1))


def _spread(table: Array, factors: Sequence[Factor]) -> Array:
    """(person, 2 or 1 for each of all factors) A table of some factors, ready to be added to others."""
    return table.reshape(len(table), *(2 if factor in factors else 1 for factor in FACTORS))


def _sum(logs: dict[frozenset[Factor], Array]) -> Array:
    """Sum of tables of different factors, small ones into large ones first: the whole is costly."""
    whole: list[Array] = []
    waiting = sorted(logs.items(), key=lambda item: len(item[0]))
    for place, (factors, table) in enumerate(waiting):
        larger = next((k for k in range(place + 1, len(waiting)) if factors <= waiting[k][0]), None)
        if larger is None:
            whole.append(table)
        else:
            waiting[larger] = (waiting[larger][0], waiting[larger][1] + table)
    return sum(whole, start=np.zeros((_PEOPLE,) + (1,) * len(FACTORS)))


def _draw_rows(chances: Array, draw: np.random.Generator) -> Whole:
    """(row,) One outcome of each row."""
    beyond = (chances.cumsum(axis=1) < draw.random((len(chances), 1))).sum(axis=1)
    return np.asarray(beyond.clip(max=chances.shape[1] - 1), dtype=np.int64)


def _judge_all(network: Network, weighed: Weighed, future: _Future) -> Judged:
    """What would bear on the decision about each drawn person after all tests."""
    weights = np.exp(future.logs - future.logs.max(axis=1, keepdims=True))
    shares = (weights @ STATES) / weights.sum(axis=1, keepdims=True)
    looked = looked_at(network, weighed.evidence).union(*(tells_of(network, name) for name in future.found))
    now = judge(network, weighed)
    probed = np.repeat(now.probed, _PEOPLE, axis=0)
    hurts = np.repeat(now.hurts, _PEOPLE, axis=0)
    option = {row.id: row.technique for row in network.tables.factors}
    for name, found in future.found.items():
        row, seen = network.tables.finding[name], found[:, None] == 1
        speaks_for = probed_by(network, (name,))
        probed |= seen & np.array([factor in speaks_for for factor in FACTORS])
        if hurts_more(row):
            hurts |= seen & np.array([option[factor] == row.of for factor in FACTORS])
    known = np.array([factor in looked for factor in FACTORS])
    return Judged(probabilities=shares * known, probed=probed, hurts=hurts)


def _next_test(network: Network, effort: "Effort", future: _Future, labels: Whole) -> NextTest:
    outcome = np.zeros(_PEOPLE, dtype=np.int64)
    for row in network.tables.findings_of[effort.kind, effort.of]:
        outcome = 2 * outcome + future.found[row.id]
    return NextTest(
        door=effort.kind,
        id=effort.of,
        minutes=effort.minutes,
        discomfort=effort.discomfort,
        gain=sureness_gained(outcome, labels),
    )


def _labels(decisions: Sequence[Decision]) -> Whole:
    """(person,) The same number for all who get the same plan."""
    plans = [(frozenset(one.add_ons), one.technique) for one in decisions]
    numbers = {plan: number for number, plan in enumerate(dict.fromkeys(plans))}
    return np.array([numbers[plan] for plan in plans], dtype=np.int64)


def sureness_gained(outcome: Whole, label: Whole) -> float:
    """How much likelier two people with the same outcome share a label than any two people do.

    Parameters
    ----------
    outcome, label
        (person,) Whole numbers from 0.

    Returns
    -------
    float
        0 where the outcome tells nothing, at most 1; less what chance alone is expected to show, so that it
        can be a little below 0. [unitless]

    Notes
    -----
    The numerator of Goodman and Kruskal's tau [1]_. Unlike the chance of the commonest label, it grows with
    every step towards a decision, also with one that changes none by itself.

    References
    ----------
    .. [1] Goodman and Kruskal 1954, J Am Stat Assoc 49(268):732, section 9.
    """
    counts = np.zeros((outcome.max() + 1, label.max() + 1))
    np.add.at(counts, (outcome, label), 1)
    counts = counts[counts.any(axis=1)]
    people = len(outcome)
    alike = float((counts.sum(axis=0) ** 2).sum()) / people**2
    alike_within = float(((counts**2).sum(axis=1) / counts.sum(axis=1)).sum()) / people
    by_chance = (len(counts) - 1) * (1 - alike) / people
    return alike_within - alike - by_chance
