"""Which result, not seen yet, would move a factor into another band."""

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from ..conventions import Band, Factor
from ..model import Array, Cause, Challenge
from .ahead import STATES, chances_ahead, places_of
from .deciding import band_of
from .network import FACTORS, Network
from .weighing import DIGITS, Weighed, probed_by, tells_of

if TYPE_CHECKING:
    from ..knowledge.causes import FindingRow

_MOST = 2
"""Results named for each factor."""


def challenge(
    network: Network, weighed: Weighed, causes: Sequence[Cause], closed: Collection[str] = ()
) -> dict[Factor, tuple[Challenge, ...]]:
    """Find results that would change a band.

    Parameters
    ----------
    network
        Of factors and findings.
    weighed
        What is known so far.
    causes
        What is thought so far.
    closed
        Tests and conditions that this person cannot or should not do.

    Returns
    -------
    dict
        Factor → the two single results that would change its band and move it most.
    """
    found: dict[Factor, list[tuple[float, Challenge]]] = {cause.factor: [] for cause in causes}
    priors = {row.id: row.prior for row in network.tables.factors}
    for row, seen, after in _results(network, weighed, closed):
        for cause in causes:
            if cause.factor in tells_of(network, row.id):
                chance = float(after[FACTORS.index(cause.factor)])
                probed = cause.probed or (seen and cause.factor in probed_by(network, (row.id,)))
                band = band_of(chance, priors[cause.factor], looked_at=True, probed=probed)
                if band is not cause.band:
                    found[cause.factor].append((abs(chance - cause.probability), _challenge(row, seen, band)))
    return {factor: _strongest(some) for factor, some in found.items()}


def _results(
    network: Network, weighed: Weighed, closed: Collection[str]
) -> Iterator[tuple["FindingRow", bool, Array]]:
    """Findings that can still be looked for, seen and not seen, with the probability of each factor after."""
    known = {seen.finding for seen in weighed.evidence}
    joint = weighed.joint.ravel()
    for family in network.families:
        place = places_of(family.factors)
        for name in family.findings:
            if name not in known and network.tables.finding[name].of not in closed:
                chance = chances_ahead(family, weighed.evidence, {name})[place]
                for seen in (False, True):
                    after = joint * chance[:, int(seen)]
                    yield network.tables.finding[name], seen, after @ STATES / after.sum()


def _challenge(row: "FindingRow", seen: bool, band: Band) -> Challenge:
    return Challenge(
        door=row.door, of=row.of, finding=row.id, seen=seen, statement=row.told(float(seen)), band=band
    )


def _strongest(some: Sequence[tuple[float, Challenge]]) -> tuple[Challenge, ...]:
    ordered = sorted(some, key=lambda one: -round(one[0], DIGITS))
    return tuple(one for _, one in ordered[:_MOST])
