"""Network + evidence → how likely each factor is, and what each thing seen did to it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..conventions import Factor
from ..model import Array, Contribution, Evidence
from .ahead import STATES, likelihood_of, places_of
from .deciding import Judged, options_that_hurt
from .network import FACTORS, Network

_SAYS_SOMETHING = 0.1
"""Evidence this far from a half is a finding, rather than a measurement that could not tell. [unitless]"""

_OF_ITS_OWN = 1.45
"""A finding tells of a factor where seeing it, or not, changes the odds this many times by itself."""

DIGITS = 9
"""By which things are put in order: the last digits of a sum depend on the machine."""

_MATTERS = 0.05
"""Contributions smaller than this are not worth a line. [log odds]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weighed:
    """What the evidence says.

    Attributes
    ----------
    evidence : all of it.
    joint : (2, ... once for each factor in the order of `FACTORS`)
        Probability of every combination of factors. [unitless]
    """

    evidence: tuple[Evidence, ...]
    joint: Array

    @property
    def probabilities(self) -> Mapping[Factor, float]:
        """Probability of each factor. [unitless]"""
        return {factor: float(self.joint.take(1, axis=i).sum()) for i, factor in enumerate(FACTORS)}

    @property
    def none(self) -> float:
        """Probability that no factor is true. [unitless]"""
        return float(self.joint.flat[0])


def weigh(network: Network, evidence: Sequence[Evidence]) -> Weighed:
    """Work out how likely every combination of factors is.

    Parameters
    ----------
    network
        Of factors and findings.
    evidence
        What was seen; a finding that is not in it counts for nothing.

    Returns
    -------
    Weighed
        Exact but for rounding: families of findings are independent given the factors.
    """
    joint = network.prior.copy()
    for family in network.families:
        here = [seen for seen in evidence if seen.finding in family.findings]
        if here:
            joint *= likelihood_of(family, here)[places_of(family.factors)]
    joint /= joint.sum()
    return Weighed(evidence=tuple(evidence), joint=joint.reshape((2,) * len(FACTORS)))


def contributions(network: Network, weighed: Weighed) -> dict[Factor, tuple[Contribution, ...]]:
    """What each thing seen does to each factor.

    Parameters
    ----------
    network
        Of factors and findings.
    weighed
        What was seen, and what it says.

    Returns
    -------
    dict
        Factor → contributions, the largest first: log odds with all evidence, less log odds without this one.
    """
    joint = weighed.joint.ravel()
    whole = _log_odds(joint)
    found: dict[Factor, list[Contribution]] = {factor: [] for factor in FACTORS}
    for family in network.families:
        seen_here = [seen for seen in weighed.evidence if seen.finding in family.findings]
        for seen in seen_here:
            others = [other for other in seen_here if other is not seen]
            change = likelihood_of(family, others) / likelihood_of(family, seen_here)
            moved = whole - _log_odds(joint * change[places_of(family.factors)])
            for factor, by in zip(FACTORS, moved, strict=True):
                if abs(by) >= _MATTERS:
                    found[factor].append(_contribution(network, seen, float(by)))
    return {
        factor: tuple(sorted(some, key=lambda c: -round(abs(c.log_odds), DIGITS)))
        for factor, some in found.items()
    }


def looked_at(network: Network, evidence: Sequence[Evidence]) -> frozenset[Factor]:
    """Factors of which something was asked or measured that tells of them by itself."""
    return frozenset(
        factor
        for seen in evidence
        if abs(seen.yes - 0.5) >= _SAYS_SOMETHING
        for factor in tells_of(network, seen.finding)
    )


def tells_of(network: Network, finding: str) -> frozenset[Factor]:
    """Factors that a finding tells of by itself, seen or not."""
    return frozenset(
        factor
        for factor, (seen, unseen) in network.ratios[finding].items()
        if max(seen, 1 / unseen) >= _OF_ITS_OWN
    )


def probed_by(network: Network, seen: Collection[str]) -> frozenset[Factor]:
    """Factors that a change within the person speaks for; a change that stays away is none."""
    rows = network.tables.finding
    return frozenset(
        factor
        for name in seen
        if rows[name].probe
        for factor in tells_of(network, name)
        if network.ratios[name][factor][0] > 1
    )


def seen_in(evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """Findings that are there, rather than too close to their limit to tell."""
    return tuple(one.finding for one in evidence if one.yes - 0.5 >= _SAYS_SOMETHING)


def judge(network: Network, weighed: Weighed) -> Judged:
    """What bears on the decision about this one person."""
    looked = looked_at(network, weighed.evidence)
    probed = probed_by(network, seen_in(weighed.evidence))
    likelier = {one.finding for one in weighed.evidence if one.yes >= 0.5}
    chances = [chance if factor in looked else 0.0 for factor, chance in weighed.probabilities.items()]
    return Judged(
        probabilities=np.array([chances]),
        probed=np.array([[factor in probed for factor in FACTORS]]),
        hurts=options_that_hurt(network.tables, likelier)[None],
    )


def _contribution(network: Network, seen: Evidence, moved: float) -> Contribution:
    statement = network.tables.finding[seen.finding].told(seen.yes)
    return Contribution(finding=seen.finding, statement=statement, log_odds=moved)


def _log_odds(joint: Array) -> Array:
    """(factor,) Log odds of each factor, from chances of all combinations, up to a multiple."""
    yes = joint @ STATES
    return np.asarray(np.log(yes) - np.log(joint.sum() - yes))
