"""Probabilities → words, and what they decide about a plan."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from ..conventions import Band, Door, Factor
from ..model import Decision, Evidence

if TYPE_CHECKING:
    from ..knowledge.causes import CauseTables, FactorRow

POSSIBLE, LIKELY, STRONG = 0.25, 0.5, 0.75
"""Probabilities from which a band begins."""

_MOST_ADD_ONS = 2
"""More would be done less: the general programme comes first."""


def band_of(probability: float, *, looked_at: bool, probed: bool) -> Band:
    """Say a probability in a word.

    Parameters
    ----------
    probability
        Of the factor. [unitless]
    looked_at
        Whether anything was asked or measured that tells of this factor.
    probed
        Whether a change within the person spoke for it.

    Returns
    -------
    Band
        Never more than likely without a probe.
    """
    if not looked_at:
        return Band.NOT_LOOKED_AT
    if probability >= STRONG and probed:
        return Band.STRONG
    if probability >= LIKELY:
        return Band.LIKELY
    return Band.POSSIBLE if probability >= POSSIBLE else Band.UNLIKELY


def decide(
    probabilities: Mapping[Factor, float], rows: Sequence["FactorRow"], withheld: Collection[str]
) -> Decision:
    """Choose what a plan takes from the causes.

    Parameters
    ----------
    probabilities
        Of the factors that were looked at. [unitless]
    rows
        Which of them have something of their own in a plan.
    withheld
        Conditions that must not be borrowed from.

    Returns
    -------
    Decision
        At most two add-ons, and the option of the likeliest factor that has one.
    """
    likely = sorted(
        (row for row in rows if probabilities.get(row.id, 0.0) >= LIKELY),
        key=lambda row: -probabilities[row.id],
    )
    options = (row.technique for row in likely if row.technique and row.technique not in withheld)
    add_ons = tuple(row.id for row in likely if row.add_on)
    return Decision(add_ons=add_ons[:_MOST_ADD_ONS], technique=next(options, None))


def withheld_by(tables: "CauseTables", evidence: Sequence[Evidence]) -> frozenset[str]:
    """Conditions in which pain more likely rose than not."""
    rows = (tables.finding[seen.finding] for seen in evidence if seen.yes >= 0.5)
    return frozenset(row.of for row in rows if hurts_more(row.door, row.take, row.side))


def hurts_more(door: Door, take: str, side: str) -> bool:
    """Whether a finding of this kind is more pain in a probe."""
    return door is Door.TRIAL and take == "pain" and side == "above"


def is_same(one: Decision, other: Decision) -> bool:
    """Whether two decisions lead to the same plan; which of two add-ons is likelier makes none."""
    return set(one.add_ons) == set(other.add_ons) and one.technique == other.technique
