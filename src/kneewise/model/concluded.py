"""What a whole case comes to: a Referral, or Guidance. Only guidance has a place for a plan."""

from dataclasses import dataclass

from .foretold import Refilmed
from .planned import Plan
from .supposed import Expected
from .told import Passed, Referral
from .weighed import Causes, Evidence, Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """The way goes on: what may contribute, what to look at next, and what to do.

    Attributes
    ----------
    passed : the screening; where warning signs are still open in it, the plan waits for them.
    known : what was told, tested, tried and filmed.
    evidence : what of it says something about a factor.
    causes : what may contribute.
    plan : what to do, how much, why, and when to stop.
    expected : what the ways of squatting that the plan chose or left out would change in this body; empty
        without a film of the usual squat that shows it, or without the body mass.
    scores : what was foretold of ways to squat that were then filmed, against what the films show.
    """

    passed: Passed
    known: Known
    evidence: tuple[Evidence, ...]
    causes: Causes
    plan: Plan
    expected: tuple[Expected, ...] = ()
    scores: tuple[Refilmed, ...] = ()

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Questions to answer before a first session: open warning signs, and what does not fit together."""
        screening = self.passed.screening
        again = (name for one in screening.ask_again for name in one.questions)
        return tuple(dict.fromkeys((*screening.unasked, *again)))


Conclusion = Referral | Guidance
"""Every reader must tell them apart: a referral has no plan, by type."""
