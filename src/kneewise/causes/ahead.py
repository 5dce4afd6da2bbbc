"""What may still be found of a person, given what was: chances for every combination of factors."""

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
    yes = {seen.finding: seen.yes for seen in evidence}
    table = family.chance
    for i, name in reversed(list(enumerate(family.findings))):
        if name not in ahead:
            seen = yes.get(name, 0.5)
            table = np.tensordot(table, np.array([1 - seen, seen]), axes=(len(family.factors) + i, 0))
    table = table.reshape(2 ** len(family.factors), -1)
    return np.asarray(table / table.sum(axis=1, keepdims=True))


def places_of(factors: Sequence[Factor]) -> Array:
    """(combination,) Where each combination of all factors is in a table of some of them."""
    columns = [FACTORS.index(factor) for factor in factors]
    return np.asarray(np.ravel_multi_index(tuple(STATES[:, columns].T), (2,) * len(columns)))
