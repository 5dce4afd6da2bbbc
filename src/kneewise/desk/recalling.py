"""What was kept of a meaning → screening and calendar as far as the desk needs them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ..model import Facts, Screening, Tier
from ..model.planned import PlannedPhase
from ..model.programme import Phase, Programme
from ..plan import DatedPhase, PlanDates, Review, Session
from ..store import Standing

_OTHERWISE = (AttributeError, KeyError, OverflowError, TypeError, ValueError)
"""What reading something comes to that another kneewise, or somebody else, wrote."""
_YEARS = range(1900, 9000)
"""A plan begins in one of them; from there every week can be reckoned."""
_LONGEST = timedelta(days=1000)
"""No plan lasts so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """What the answers of a client mean for going on.

    Attributes
    ----------
    tier : the most urgent that ever held.
    says : why, in sentences.
    unasked : how many warning signs are open.
    new : whether they are open because something is new.
    """

    tier: Tier
    says: tuple[str, ...] = ()
    unasked: int = 0
    new: bool = False

    @property
    def may_move(self) -> bool:
        """Whether nothing speaks against squats."""
        return not self.tier.refers and not self.unasked


def screened_of(screening: Screening, facts: Facts) -> Screened:
    """The same of a screening that was just made.

    Parameters
    ----------
    screening
        What the answers mean.
    facts
        What is known; a warning sign among them is asked anew, since something is new.
    """
    return Screened(
        tier=screening.tier,
        says=tuple(reason.says for reason in screening.reasons if reason.tier.refers),
        unasked=len(screening.unasked),
        new=any(name in facts for name in screening.unasked),
    )


def recall_screening(standing: Standing, knowledge: str) -> Screened | None:
    """What was concluded of the answers as they are now; None where nothing was, or signs were open.

    Parameters
    ----------
    standing
        As it is kept.
    knowledge
        Hash of the tables of today. What others concluded counts for nothing: these may not even be able to
        read the answers.
    """
    told = standing.screening
    if told is None or (standing.concluded, standing.knowledge) != (standing.revision, knowledge):
        return None
    try:
        tier = Tier(told["tier"])
        if told.get("unasked") and not tier.refers:
            return None
        says = tuple(str(row["says"]) for row in told["reasons"] if Tier(row["tier"]).refers)
    except _OTHERWISE:
        return None
    return Screened(tier=tier, says=says)


def recall_dates(standing: Standing, programme: Programme, since: date) -> PlanDates | None:
    """The plan in the calendar without its exercises; None where none was begun, or begun otherwise.

    Parameters
    ----------
    standing
        As it is kept.
    programme
        Names of phases.
    since
        Sessions before that day are left out.
    """
    told = standing.dates
    if told is None:
        return None
    phases = {phase.id: phase for phase in programme.phases}
    try:
        if told["start"] != standing.content["plan"]["start"]:
            return None
        dates = PlanDates(
            start=date.fromisoformat(told["start"]),
            phases=tuple(_phase(row, phases, since.isoformat()) for row in told["phases"]),
            reviews=tuple(
                Review(on=date.fromisoformat(row["on"]), week=row["week"], ask=_ask(row["week"], programme))
                for row in told["reviews"]
            ),
        )
    except _OTHERWISE:
        return None
    return dates if _is_sound(dates) else None


def _is_sound(dates: PlanDates) -> bool:
    """Whether it can be reckoned with: what somebody made up must not take the desk from everybody."""
    ends = [day for phase in dates.phases for day in (phase.first, phase.last)]
    days = [session.on for session in dates.sessions]
    return (
        bool(ends)
        and dates.start.year in _YEARS
        and ends == sorted(ends)
        and days == sorted({*days})
        and dates.start <= ends[0]
        and ends[-1] - dates.start <= _LONGEST
        and all(type(review.week) is int for review in dates.reviews)
    )


def _phase(row: Mapping[str, Any], phases: Mapping[str, Phase], since: str) -> DatedPhase:
    first, last = (date.fromisoformat(row[end]) for end in ("first", "last"))
    return DatedPhase(
        planned=PlannedPhase(phase=phases[row["id"]], weeks=(0, 0), exercises=(), minutes={}),
        first=first,
        last=last,
        sessions=tuple(
            Session(on=date.fromisoformat(day), exercises=(), minutes=0)
            for day in row["sessions"]
            if day >= since
        ),
    )


def _ask(week: int, programme: Programme) -> str:
    """What is looked at; a track may look besides, in a week of its own."""
    own = (variant.reviews[week] for variant in programme.variants.values() if week in variant.reviews)
    return programme.reviews.get(week) or next(own, "")
