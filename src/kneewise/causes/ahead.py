"""What was and what may still be found of a person: chances for every combination of factors."""

from collections.abc import Collection, Sequence

import numpy as np

from ..conventions import Factor
from ..model import Array, Evidence
from .network import FACTORS, Family

STATES = np.array(list(np.ndindex((2,) * len(FACTORS))))
"""(combination, factor) Every combination of factors, 0 is no; in the order of a joint table laid flat."""


def chances_ahead(family: Family, evidence: Sequence[Evidence], ahead: Collection[str]) -> Array:
    """Chances of what is still to be found in one family.

    Parameters
    ----------
    family
        Findings that hang together.
    evidence
        What was found, of any family.
    ahead
        k findings of the family that were not looked for yet.

    Returns
    -------
    Array
        (combination of the family's factors, 2**k) Chance of each outcome; the first finding's digit
        counts most. [unitless]
    """
    table = _told(family, evidence, ahead)
    return np.asarray(table / table.sum(axis=1, keepdims=True))


def likelihood_of(family: Family, evidence: Sequence[Evidence]) -> Array:
    """(combination of the family's factors,) Chance of what was found, up to a multiple. [unitless]"""
    return _told(family, evidence, ())[:, 0]


def _told(family: Family, evidence: Sequence[Evidence], ahead: Collection[str]) -> Array:
    """(combination, outcome) Chances with what was found put in, and what nobody looked for summed over."""
    yes = {seen.finding: seen.yes for seen in evidence}
    table = family.chance
    for i, name in reversed(list(enumerate(family.findings))):
        if name not in ahead:
            seen = yes.get(name, 0.5)
            table = np.tensordot(table, np.array([1 - seen, seen]), axes=(len(family.factors) + i, 0))
    return np.asarray(table.reshape(2 ** len(family.factors), -1))


def places_of(factors: Sequence[Factor]) -> Array:
    """(combination,) Where each combination of all factors is in a table of some of them."""
    columns = [FACTORS.index(factor) for factor in factors]
    return np.asarray(np.ravel_multi_index(tuple(STATES[:, columns].T), (2,) * len(columns)))
