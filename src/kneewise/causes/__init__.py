"""What is known of a person → factors that may contribute, what speaks for and against, what to test next."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from ..conventions import Band, Factor
from ..model import Cause, Causes, Contribution, Evidence
from .challenging import challenge
from .deciding import band_of, decide
from .network import FACTORS, Network, build_network
from .reading import read_evidence
from .rehearsing import open_efforts, rehearse
from .weighing import DIGITS, Weighed, contributions, judge, looked_at, probed_by, seen_in, weigh

__all__ = ["Network", "build_network", "read_evidence", "weigh_evidence"]


def weigh_evidence(
    evidence: Sequence[Evidence],
    network: Network,
    closed: Collection[str] = (),
    tried: Collection[str] = (),
) -> Causes:
    """Weigh what may contribute to a knee that hurts in the squat.

    Parameters
    ----------
    evidence
        What was seen, as `read_evidence` makes it.
    network
        Of the tables, as `build_network` wires them.
    closed
        Tests and conditions that this person cannot or should not do.
    tried
        Conditions that were tried, whatever they showed.

    Returns
    -------
    Causes
        Every factor with its band, what moved it, and the next best test.

    Notes
    -----
    Assumes: an adult whose knee hurts at the front in the squat, without an injury, who passed the screening;
    priors are of such people.
    Error: most chances in the tables are estimates; within the network's own world the probabilities are
    calibrated to 0.05, in worlds made different on purpose to 0.10 (tests of calibration).
    """
    weighed = weigh(network, evidence)
    moved = contributions(network, weighed)
    causes = [_cause(network, weighed, factor, moved[factor]) for factor in FACTORS]
    causes.sort(key=lambda cause: (cause.band is Band.NOT_LOOKED_AT, -round(cause.probability, DIGITS)))
    (decision,) = decide(judge(network, weighed), network.tables.factors)
    challenges = challenge(network, weighed, causes, closed)
    settled, next_test = rehearse(network, weighed, decision, open_efforts(network, evidence, closed, tried))
    return Causes(
        causes=tuple(replace(cause, challenges=challenges[cause.factor]) for cause in causes),
        none=weighed.none,
        decision=decision,
        settled=settled,
        next_test=next_test,
    )


def _cause(network: Network, weighed: Weighed, factor: Factor, moved: Sequence[Contribution]) -> Cause:
    probability = weighed.probabilities[factor]
    row = next(row for row in network.tables.factors if row.id is factor)
    looked = factor in looked_at(network, weighed.evidence)
    probed = factor in probed_by(network, seen_in(weighed.evidence))
    return Cause(
        factor=factor,
        label=row.label,
        band=band_of(probability, row.prior, looked_at=looked, probed=probed),
        probability=probability,
        probed=probed,
        pro=tuple(c for c in moved if c.log_odds > 0),
        contra=tuple(c for c in moved if c.log_odds < 0),
        challenges=(),
    )
