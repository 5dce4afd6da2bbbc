"""What would all tests together decide? People like this one are drawn, tested in full, decisions counted.

The best next test is the one whose outcome tells most about that decision, for the time and discomfort of it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from ..conventions import Factor
from ..model import Array, Decision, Evidence, NextTest
from .ahead import STATES, chances_ahead, places_of
from .deciding import decide, hurts_more, is_same, withheld_by
from .network import FACTORS, Network
from .weighing import Weighed, looked_at, tells_of

if TYPE_CHECKING:
    from ..knowledge.causes import EffortRow, FindingRow

_PEOPLE = 256
"""Drawn people; a share of them is known to 0.03."""

_SETTLED = 0.92
"""Share of drawn people with today's decision from which no further test is asked for. [unitless]"""

_DISCOMFORT = 0.5
"""Minutes that one step of discomfort counts for; set for this project. [min]"""

_CHANCE = 0.01
"""Information that chance alone would show this often counts for nothing. [unitless]"""


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
    network: Network, weighed: Weighed, decision: Decision, closed: Collection[str] = ()
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
    closed
        Tests and conditions that this person cannot or should not do.

    Returns
    -------
    float
        Chance that all tests together would lead to this decision. [unitless]
    NextTest or None
        None where the decision is settled, or no test is expected to tell anything about it.

    Notes
    -----
    Assumes: what would be found is found without error of measurement beyond that of the tables; people
    are as the network has them.
    Error: from 256 drawn people; the same evidence gives the same answer.
    """
    efforts = open_efforts(network, weighed.evidence, closed)
    if not efforts:
        return 1.0, None
    draw = np.random.default_rng(len(weighed.evidence))
    coming = {row.id for effort in efforts for row in network.tables.findings if _is_of(row, effort)}
    future = _draw(network, weighed, coming, draw)
    decisions = _decide_all(network, weighed, future)
    settled = sum(is_same(one, decision) for one in decisions) / len(decisions)
    if settled >= _SETTLED:
        return settled, None
    parts = _parts(decisions)
    tests = [_next_test(network, effort, future, parts) for effort in efforts]
    best = max(tests, key=_worth)
    return settled, best if best.gain > 0 else None


def open_efforts(
    network: Network, evidence: Sequence[Evidence], closed: Collection[str] = ()
) -> list["EffortRow"]:
    """Tests and trials that were not done and make sense now."""
    rows = network.tables.finding
    done = {(rows[seen.finding].door, rows[seen.finding].of) for seen in evidence}
    tried = {of for _, of in done}
    seen_yes = {seen.finding for seen in evidence if seen.yes >= 0.5}
    return [
        effort
        for effort in network.tables.efforts
        if (effort.kind, effort.of) not in done
        and effort.of not in closed
        and (not effort.after or effort.after in tried)
        and (not effort.needs or effort.needs in seen_yes)
    ]


def _worth(test: NextTest) -> float:
    """Information for a minute, a step of discomfort counting as a minute. [bit/min]"""
    return test.gain / (test.minutes + _DISCOMFORT * test.discomfort)


def _is_of(row: "FindingRow", effort: "EffortRow") -> bool:
    return row.door == effort.kind and row.of == effort.of


def _draw(network: Network, weighed: Weighed, coming: set[str], draw: np.random.Generator) -> _Future:
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


def _decide_all(network: Network, weighed: Weighed, future: _Future) -> list[Decision]:
    weights = np.exp(future.logs - future.logs.max(axis=1, keepdims=True))
    shares = (weights @ STATES) / weights.sum(axis=1, keepdims=True)
    looked = looked_at(network, weighed.evidence).union(*(tells_of(network, name) for name in future.found))
    rows = network.tables.finding
    painful = [name for name in future.found if hurts_more(rows[name].door, rows[name].take, rows[name].side)]
    already = withheld_by(network.tables, weighed.evidence)
    decisions = []
    for person, row in enumerate(shares):
        chances = {factor: float(row[i]) for i, factor in enumerate(FACTORS) if factor in looked}
        withheld = already | {rows[name].of for name in painful if future.found[name][person]}
        decisions.append(decide(chances, network.tables.factors, withheld))
    return decisions


def _next_test(network: Network, effort: "EffortRow", future: _Future, parts: Sequence[Whole]) -> NextTest:
    names = [row.id for row in network.tables.findings if _is_of(row, effort)]
    outcome = np.zeros(_PEOPLE, dtype=np.int64)
    for name in names:
        outcome = 2 * outcome + future.found[name]
    return NextTest(
        door=effort.kind,
        id=effort.of,
        minutes=effort.minutes,
        discomfort=effort.discomfort,
        gain=sum((information(outcome, part) for part in parts), start=0.0),
    )


def _parts(decisions: Sequence[Decision]) -> list[Whole]:
    """One label of each person for every part of a decision: each add-on, and the option of technique."""
    techniques = {name: number for number, name in enumerate({one.technique: None for one in decisions})}
    labels = [[int(factor in one.add_ons) for one in decisions] for factor in FACTORS]
    labels.append([techniques[one.technique] for one in decisions])
    return [np.array(label, dtype=np.int64) for label in labels]


def information(first: Whole, second: Whole) -> float:
    """Mutual information of two labels of the same people.

    Parameters
    ----------
    first, second
        (person,) Labels, whole numbers from 0.

    Returns
    -------
    float
        0 where chance alone would show as much, once in a hundred. [bit]
    """
    counts = np.zeros((first.max() + 1, second.max() + 1))
    np.add.at(counts, (first, second), 1)
    counts = counts[np.ix_(counts.any(axis=1), counts.any(axis=0))]
    freedom = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    shared = _entropy(counts.sum(axis=1)) + _entropy(counts.sum(axis=0)) - _entropy(counts.ravel())
    by_chance = chi2.ppf(1 - _CHANCE, freedom) / (2 * len(first) * np.log(2)) if freedom else 0.0
    return shared if shared > by_chance else 0.0


def _entropy(counts: Array) -> float:
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log2(shares)).sum())
