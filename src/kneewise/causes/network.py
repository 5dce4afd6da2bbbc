"""Tables → a Bayesian network of factors, patterns and findings, and chances of all findings given factors.

Factors are independent roots. A pattern is a leaky noisy-OR of factors: each one alone may be enough, so a
cause that is found explains the pattern away from the others. Where a probe can take a way to a pattern
away, each way is a node of its own, and the pattern in the probe is the noisy-OR of what is left of the ways.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyagrum as gum

from ..conventions import Factor
from ..model import Array

if TYPE_CHECKING:
    from ..knowledge.causes import CauseTables, FindingRow, PatternRow, ReliefRow

FACTORS = tuple(Factor)
"""Order of the axes of every joint table of the factors."""

_BITS = 40
"""Of a chance that are kept."""

_LEAK = "otherwise"
"""The way to a pattern that no factor explains."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Family:
    """Findings that hang together through one pattern, and the factors above it.

    Attributes
    ----------
    factors : k of them, in the order of `FACTORS`.
    findings : m of them.
    chance : (2, ... k times, 2, ... m times)
        Of what is found, given the factors; 0 is no, 1 is yes. [unitless]
    """

    factors: tuple[Factor, ...]
    findings: tuple[str, ...]
    chance: Array


@dataclass(frozen=True, kw_only=True, eq=False)
class Network:
    """The tables, wired.

    Attributes
    ----------
    tables : what it is made of.
    net : the network; a node for each factor, way, pattern, pattern in a probe, and finding.
    """

    tables: "CauseTables"
    net: gum.BayesNet

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """Findings with the chances of seeing them, in families that are independent given the factors."""
        return _families(self.net, [row.id for row in self.tables.findings])

    @cached_property
    def prior(self) -> Array:
        """(combination,) Probability of every combination of factors before anything is seen. [unitless]"""
        chances = {row.id: row.prior for row in self.tables.factors}
        joint = np.ones(1)
        for factor in FACTORS:
            joint = np.outer(joint, [1 - chances[factor], chances[factor]]).ravel()
        return joint

    @cached_property
    def ratios(self) -> Mapping[str, Mapping[Factor, tuple[float, float]]]:
        """Finding → factor → likelihood ratio of seeing it, and of not seeing it; other factors as usual."""
        priors = {row.id: row.prior for row in self.tables.factors}
        return {
            finding: {factor: _ratio(family, finding, factor, priors) for factor in family.factors}
            for family in self.families
            for finding in family.findings
        }


def build_network(tables: "CauseTables") -> Network:
    """Wire the tables.

    Parameters
    ----------
    tables
        As `knowledge.causes.read_causes` gives them.

    Returns
    -------
    Network
        Ready for evidence.

    Notes
    -----
    Assumes: factors are independent of each other before anything is seen, and each is enough by itself with
    the chance of its row, whatever else is true (noisy-OR).
    """
    net = gum.BayesNet("causes")
    for factor in FACTORS:
        _add_chance(net, factor, next(row.prior for row in tables.factors if row.id is factor))
    for pattern in tables.patterns:
        _add_pattern(net, tables, pattern)
    for relief in tables.reliefs:
        _add_relief(net, tables, relief)
    for finding in tables.findings:
        _add_finding(net, finding)
    return Network(tables=tables, net=net)


def _way_of(pattern: str, factor: str) -> str:
    """Name of the node that says whether this factor makes this pattern."""
    return f"{pattern}<{factor}"


def _add_pattern(net: gum.BayesNet, tables: "CauseTables", pattern: "PatternRow") -> None:
    weights = {str(row.parent): row.weight for row in tables.influences if row.child == pattern.id}
    if not pattern.mechanisms:
        _add_noisy_or(net, pattern.id, pattern.leak, weights)
        return
    for factor, weight in weights.items():
        _add_noisy_or(net, _way_of(pattern.id, factor), 0.0, {factor: weight})
    _add_chance(net, _way_of(pattern.id, _LEAK), pattern.leak)
    ways = (*weights, _LEAK)
    _add_noisy_or(net, pattern.id, 0.0, {_way_of(pattern.id, way): 1.0 for way in ways})


def _add_relief(net: gum.BayesNet, tables: "CauseTables", relief: "ReliefRow") -> None:
    factors = (row.parent for row in tables.influences if row.child == relief.pattern)
    left = {_way_of(relief.pattern, f): 1 - relief.shares.get(f, relief.share) for f in factors}
    left[_way_of(relief.pattern, _LEAK)] = 1 - relief.share
    _add_noisy_or(net, relief.node, 0.0, left)


def _add_finding(net: gum.BayesNet, finding: "FindingRow") -> None:
    """A child of its pattern; a change is a child of the pattern at first and of what a probe left of it."""
    net.add(_yes_no(finding.id))
    at_first, apart, _ = finding.parent.partition("@")
    no, yes = [1 - finding.given_no, finding.given_no], [1 - finding.given_yes, finding.given_yes]
    net.addArc(at_first, finding.id)
    if apart:
        net.addArc(finding.parent, finding.id)
        for before, after in np.ndindex(2, 2):
            seen = yes if before and not after else no
            net.cpt(finding.id)[{at_first: before, finding.parent: after}] = seen
    else:
        net.cpt(finding.id)[{at_first: 0}] = no
        net.cpt(finding.id)[{at_first: 1}] = yes


def _add_chance(net: gum.BayesNet, name: str, chance: float) -> None:
    net.add(_yes_no(name))
    net.cpt(name).fillWith([1 - chance, chance])


def _add_noisy_or(net: gum.BayesNet, name: str, leak: float, weights: Mapping[str, float]) -> None:
    net.addNoisyORNet(_yes_no(name), leak)
    for parent, weight in weights.items():
        net.addWeightedArc(parent, name, weight)


def _yes_no(name: str) -> gum.LabelizedVariable:
    return gum.LabelizedVariable(name, name, ["no", "yes"])


def _families(net: gum.BayesNet, findings: list[str]) -> tuple[Family, ...]:
    """Group findings whose ways up to the factors share a node."""
    groups: list[tuple[set[str], list[str]]] = []
    for finding in findings:
        between = _above(net, finding) - set(FACTORS)
        joined = [group for group in groups if group[0] & between]
        for group in joined:
            groups.remove(group)
        nodes = between.union(*(group[0] for group in joined))
        groups.append((nodes, [name for group in joined for name in group[1]] + [finding]))
    return tuple(_family(net, tuple(names)) for _, names in groups)


def _above(net: gum.BayesNet, name: str) -> set[str]:
    return {net.variable(node).name() for node in net.ancestors(name)}


def _family(net: gum.BayesNet, findings: tuple[str, ...]) -> Family:
    above = set().union(*(_above(net, finding) for finding in findings))
    factors = tuple(factor for factor in FACTORS if factor in above)
    tensor = gum.LazyPropagation(net).evidenceJointImpact(list(findings), list(factors))
    order = [list(tensor.names).index(name) for name in (*factors, *findings)]
    # pyAgrum names the fastest axis first, numpy the slowest.
    chance = np.asarray(tensor.toarray()).transpose(tuple(reversed(range(len(order))))).transpose(order)
    return Family(factors=factors, findings=findings, chance=_rounded(chance))


def _rounded(chance: Array) -> Array:
    """Chances to twelve digits: in the last ones, the same tables differ from one inference to the next."""
    mantissa, exponent = np.frexp(chance)
    return np.asarray(np.ldexp(np.round(mantissa * 2.0**_BITS), exponent - _BITS))


def _ratio(
    family: Family, finding: str, factor: Factor, priors: Mapping[Factor, float]
) -> tuple[float, float]:
    seen = np.moveaxis(family.chance, len(family.factors) + family.findings.index(finding), -1)
    seen = seen.sum(axis=tuple(range(len(family.factors), seen.ndim - 1)))
    for axis, other in reversed(list(enumerate(family.factors))):
        if other is not factor:
            chance = np.array([1 - priors[other], priors[other]])
            seen = np.tensordot(seen, chance, axes=(axis, 0))
    without, given = seen
    return float(given[1] / without[1]), float(given[0] / without[0])
