"""Probabilities → words, and what they decide about a plan.

The decision stands for the plan while people are rehearsed by the hundred: what would be added, and what
would be tried. What is done today, `plan` chooses by what the tries showed and by what suits the person.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..conventions import Band, Door
from ..model import Array, Decision
from ..model.planned import MOST_ADD_ONS
from .network import FACTORS

if TYPE_CHECKING:
    from ..knowledge.causes import CauseTables, FactorRow, FindingRow

POSSIBLE, LIKELY, STRONG = 0.25, 0.5, 0.75
"""Probabilities from which a band begins."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """What bears on the decisions about some people.

    Attributes
    ----------
    probabilities : (person, factor) in the order of `FACTORS`, 0 where nobody looked. [unitless]
    probed : (person, factor) whether a change within the person spoke for it.
    hurts : (person, factor) whether pain rose in the option that the factor speaks for.
    """

    probabilities: Array
    probed: Flags
    hurts: Flags


def band_of(probability: float, prior: float, *, looked_at: bool, probed: bool) -> Band:
    """Say a probability in a word.

    Parameters
    ----------
    probability
        Of the factor. [unitless]
    prior
        The same before anything was seen. [unitless]
    looked_at
        Whether anything was asked or measured that tells of this factor.
    probed
        Whether a change within the person spoke for it.

    Returns
    -------
    Band
        Never more than likely without a probe, nor more than possible where nothing has made the factor
        likelier than it was at first: no one is told of what is merely common.
    """
    if not looked_at:
        return Band.NOT_LOOKED_AT
    if probability >= STRONG and probed:
        return Band.STRONG
    if probability >= max(LIKELY, prior):
        return Band.LIKELY
    return Band.POSSIBLE if probability >= POSSIBLE else Band.UNLIKELY


def decide(judged: Judged, rows: Sequence["FactorRow"]) -> tuple[Decision, ...]:
    """Choose what plans take from the causes.

    Parameters
    ----------
    judged
        What bears on it.
    rows
        Factors, the one to be served first before the others.

    Returns
    -------
    tuple of Decision
        One for each person: at most two add-ons, strong factors before likely ones and then in the order of
        the rows; and the option of the first likely factor that has one and did not hurt more.
    """
    ranks = _ranks(judged, rows)
    options = np.array([bool(row.technique) for row in rows])
    hurts = judged.hurts[:, [FACTORS.index(row.id) for row in rows]]
    add_ons = np.argsort(ranks, axis=1)[:, :MOST_ADD_ONS]
    add_ons = np.where(np.take_along_axis(ranks, add_ons, axis=1) < np.inf, add_ons, -1)
    able = np.where(options & ~hurts, ranks, np.inf)
    technique = np.where(able.min(axis=1) < np.inf, able.argmin(axis=1), -1)
    return tuple(
        Decision(
            add_ons=tuple(rows[place].id for place in places if place >= 0),
            technique=rows[option].technique if option >= 0 else None,
        )
        for places, option in zip(add_ons.tolist(), technique.tolist(), strict=True)
    )


def _ranks(judged: Judged, rows: Sequence["FactorRow"]) -> Array:
    """(person, row) Small for what is served first, infinite for what is not likely."""
    order = [FACTORS.index(row.id) for row in rows]
    probabilities, probed = judged.probabilities[:, order], judged.probed[:, order]
    strong = (probabilities >= STRONG) & probed
    ranks = np.arange(len(rows)) + np.where(strong, 0, len(rows))
    likely_from = [max(LIKELY, row.prior) for row in rows]
    return np.where(probabilities >= likely_from, ranks, np.inf)


def options_that_hurt(tables: "CauseTables", seen: Collection[str]) -> Flags:
    """(factor,) Whether pain rose in the option that the factor speaks for, by what was seen."""
    hurting = {tables.finding[name].of for name in seen if hurts_more(tables.finding[name])}
    option = {row.id: row.technique for row in tables.factors}
    return np.array([option[factor] in hurting for factor in FACTORS])


def hurts_more(row: "FindingRow") -> bool:
    """Whether a finding is more pain in a probe."""
    return row.door is Door.TRIAL and row.take == "pain" and row.side == "above"


def is_same(one: Decision, other: Decision) -> bool:
    """Whether two decisions lead to the same plan; which of two add-ons comes first makes none."""
    return set(one.add_ons) == set(other.add_ons) and one.technique == other.technique
