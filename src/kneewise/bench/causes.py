"""Simulated people → how honest the probabilities of causes are, and how soon the next best tests are done.

People are drawn from the product's own network, where it must be calibrated by construction, and from a world
that is different on purpose: other numbers, factors that come together, and measured values near their
limits.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit
from scipy.stats import norm

from ..causes import Network, build_network
from ..causes.ahead import chances_ahead
from ..causes.deciding import decide, is_same
from ..causes.network import FACTORS
from ..causes.rehearsing import SETTLED, open_efforts, rehearse
from ..causes.weighing import Weighed, judge, looked_at, weigh
from ..conventions import Door
from ..interview import next_question
from ..knowledge.asking import read_asking
from ..knowledge.causes import CauseTables, Effort
from ..model import Answer, Array, Asking, Decision, Evidence, Kind, Question, Tier
from ..model.asked import NOTHING

_BINS = 10
SPREAD = 0.4
"""Standard deviation by which every chance of the other world is off, on the scale of log odds. [unitless]"""

TOGETHER = 0.3
"""Correlation of every two factors of the other world, as of two normal numbers. [unitless]"""

MARGIN = 2.0
"""Typical distance of a true value from its limit in the other world, in standard errors. [unitless]"""

Draw = Callable[[np.random.Generator], tuple[Array, dict[str, float]]]
"""Someone: (factor,) 0 or 1, and how sure each finding would be if it was looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """People with about the same stated probability of a factor.

    Attributes
    ----------
    stated : mean of the stated probabilities. [unitless]
    found : share of them in whom the factor was true. [unitless]
    count : how many.
    """

    stated: float
    found: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How one person's tests went.

    Attributes
    ----------
    tests, minutes : done until no more were asked for; the baseline squat is one of them. [1, min]
    all_tests : how many there were.
    agrees : whether the decision is that of all tests.
    """

    tests: int
    minutes: float
    all_tests: int
    agrees: bool


def own_world(network: Network) -> Draw:
    """People as the network has them, every finding sure."""
    priors = _priors(network)

    def draw(generator: np.random.Generator) -> tuple[Array, dict[str, float]]:
        state = (generator.random(len(FACTORS)) < priors).astype(float)
        return state, _found(network, state, generator)

    return draw


def other_world(tables: CauseTables, seed: int) -> Draw:
    """People of a world with other numbers, factors that come together, and values near their limits."""
    network = build_network(_shaken(tables, np.random.default_rng(seed)))
    limits = norm.ppf(_priors(network))

    def draw(generator: np.random.Generator) -> tuple[Array, dict[str, float]]:
        shared = np.sqrt(TOGETHER) * generator.standard_normal()
        own = np.sqrt(1 - TOGETHER) * generator.standard_normal(len(FACTORS))
        state = (shared + own < limits).astype(float)
        found = _found(network, state, generator)
        for name in (row.id for row in tables.findings if row.sem):
            margin = abs(generator.normal(scale=MARGIN)) * (2 * found[name] - 1)
            found[name] = float(norm.cdf(margin + generator.standard_normal()))
        return state, found

    return draw


def calibrate(network: Network, draw: Draw, people: int, seed: int) -> tuple[Bin, ...]:
    """Hold stated probabilities against what was true, each person seen with a random part of all findings.

    Parameters
    ----------
    network
        That states probabilities.
    draw
        Of people.
    people, seed
        How many, and where chance starts.

    Returns
    -------
    tuple of Bin
        Ten bins of stated probability, of all factors that were looked at; empty ones left out.
    """
    generator = np.random.default_rng(seed)
    stated, true = [], []
    for _ in range(people):
        state, found = draw(generator)
        share = generator.random()
        evidence = [Evidence(finding=f, yes=yes) for f, yes in found.items() if generator.random() < share]
        probabilities = weigh(network, evidence).probabilities
        for factor in looked_at(network, evidence):
            stated.append(probabilities[factor])
            true.append(state[FACTORS.index(factor)])
    return tuple(_bins(np.array(stated), np.array(true)))


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: mean distance of stated and found, weighted by people. [unitless]"""
    people = sum(one.count for one in bins)
    return sum(one.count * abs(one.stated - one.found) for one in bins) / people


def follow(
    network: Network, draw: Draw, people: int, seed: int, enough: float = SETTLED
) -> tuple[Course, ...]:
    """Test people in the order that the product asks for, until it asks for nothing.

    Parameters
    ----------
    network
        That states probabilities.
    draw
        Of people.
    people, seed
        How many, and where chance starts.
    enough
        Share of drawn people with today's decision from which no further test is asked for. [unitless]

    Returns
    -------
    tuple of Course
        Each starts with all that is only asked, and the usual squat filmed.
    """
    generator = np.random.default_rng(seed)
    return tuple(_follow_one(network, draw(generator)[1], enough) for _ in range(people))


def _follow_one(network: Network, found: dict[str, float], enough: float) -> Course:
    done = [effort for effort in network.tables.efforts if effort.of == "baseline"]
    start = [Evidence(finding=name, yes=found[name]) for name in _only_asked(network)]
    start += [seen for effort in done for seen in _look(network, effort, found)]
    rest = open_efforts(network, start)
    evidence = list(start)
    while (chosen := _chosen(network, evidence, enough)) is not None:
        evidence += _look(network, chosen, found)
        done.append(chosen)
    whole = start + [seen for effort in rest for seen in _look(network, effort, found)]
    return Course(
        tests=len(done),
        minutes=sum(effort.minutes for effort in done),
        all_tests=len(rest) + 1,
        agrees=is_same(_decided(network, evidence)[1], _decided(network, whole)[1]),
    )


def minutes_of_questions(asking: Asking) -> float:
    """Time of all that is asked of somebody with one sore knee and no warning sign, by the tables. [min]"""
    facts: dict[str, Answer] = {}
    seconds = sum(asked.seconds for asked in asking.person)
    while (question := next_question(facts, Tier.GO, asking)) is not None:
        facts[question.id] = _nothing_the_matter(question)
        seconds += question.seconds
    return seconds / 60 + sum(test.minutes for test in asking.tests if test.type is Kind.SCALE)


def _nothing_the_matter(question: Question) -> Answer:
    if question.id == "painful_side":
        return "left"
    if not question.choices:
        return 0.0
    usual = next((choice for choice in question.choices if choice in NOTHING), next(iter(question.choices)))
    return (usual,) if question.type is Kind.MANY else usual


def _only_asked(network: Network) -> tuple[str, ...]:
    """Findings of questions, and of self-tests that are no more than a question."""
    asked = {test.id for test in read_asking().tests if test.type is Kind.SCALE}
    rows = network.tables.findings
    return tuple(row.id for row in rows if row.door is Door.ANSWER or row.of in asked)


def _chosen(network: Network, evidence: list[Evidence], enough: float) -> Effort | None:
    weighed, decision = _decided(network, evidence)
    efforts = open_efforts(network, evidence)
    _, test = rehearse(network, weighed, decision, efforts, enough=enough)
    return next((e for e in efforts if test and (e.kind, e.of) == (test.door, test.id)), None)


def _decided(network: Network, evidence: Sequence[Evidence]) -> tuple[Weighed, Decision]:
    weighed = weigh(network, evidence)
    (decision,) = decide(judge(network, weighed), network.tables.factors)
    return weighed, decision


def _look(network: Network, effort: Effort, found: dict[str, float]) -> list[Evidence]:
    rows = network.tables.findings_of[effort.kind, effort.of]
    return [Evidence(finding=row.id, yes=found[row.id]) for row in rows]


def _priors(network: Network) -> Array:
    prior = {row.id: row.prior for row in network.tables.factors}
    return np.array([prior[factor] for factor in FACTORS])


def _found(network: Network, state: Array, generator: np.random.Generator) -> dict[str, float]:
    found: dict[str, float] = {}
    for family in network.families:
        place = 0
        for factor in family.factors:
            place = 2 * place + int(state[FACTORS.index(factor)])
        chances = chances_ahead(family, (), family.findings)[place]
        outcome = generator.choice(len(chances), p=chances)
        bits = np.unravel_index(outcome, (2,) * len(family.findings))
        found |= {name: float(bit) for name, bit in zip(family.findings, bits, strict=True)}
    return found


def _shaken(tables: CauseTables, generator: np.random.Generator) -> CauseTables:
    """The same tables with every chance moved, and still each finding more often where its parent is true."""

    def moved(chance: float) -> float:
        return float(expit(logit(chance) + generator.normal(scale=SPREAD)))

    findings = []
    for row in tables.findings:
        no, yes = sorted((moved(row.given_no), moved(row.given_yes)))
        findings.append(row.model_copy(update={"given_no": no, "given_yes": yes}))
    return tables.model_copy(
        update={
            "factors": tuple(r.model_copy(update={"prior": moved(r.prior)}) for r in tables.factors),
            "patterns": tuple(r.model_copy(update={"leak": moved(r.leak)}) for r in tables.patterns),
            "influences": tuple(r.model_copy(update={"weight": moved(r.weight)}) for r in tables.influences),
            "findings": tuple(findings),
        }
    )


def _bins(stated: Array, true: Array) -> Iterator[Bin]:
    # Inference sums in the order of sets: the last digits of what lies on a border differ from run to run.
    place = np.minimum(np.round(stated * _BINS, 9).astype(int), _BINS - 1)
    for number in range(_BINS):
        inside = place == number
        if inside.any():
            yield Bin(
                stated=float(stated[inside].mean()), found=float(true[inside].mean()), count=int(inside.sum())
            )
