"""Analysis of a case → everything it says, in plain JSON types. An emergency shows nothing else."""

from ..model import Analysis, Asking, Case, Guidance, Reason, Referral, Screening, Tier, hold
from ..pipeline import Reasoning
from .guidance import summarise_films, summarise_guidance
from .scores import summarise_scores
from .telling import Explanation, sections_of
from .words import statements_of

SCHEMA = "kneewise.explain/2"

_NOTHING: Explanation = {
    "findings": [],
    "factors": [],
    "next_test": None,
    "plan": None,
    "whatif": [],
    "foretold": summarise_scores(()),
}
"""What is told of a referral besides the screening."""


def explain(analysis: Analysis, reasoning: Reasoning) -> Explanation:
    """What a case means.

    Parameters
    ----------
    analysis
        As `understand` makes it, with a conclusion.
    reasoning
        The tables that it was concluded with.

    Returns
    -------
    dict
        ``schema``, ``screening``, ``findings``, ``factors``, ``next_test``, ``plan``, ``whatif``,
        ``foretold`` and ``statements``; of a referral, ``plan`` is null and the others are empty.
    """
    match analysis.conclusion:
        case Referral(screening=screening):
            told = _NOTHING
        case Guidance(passed=passed) as guidance:
            screening = passed.screening
            told = summarise_guidance(guidance, analysis, reasoning.network.tables, reasoning.asking)
            told |= summarise_films(analysis.studies)
        case None:
            raise ValueError("Nothing was concluded of this case: it was measured without the tables for it.")
    told = {"schema": SCHEMA, "screening": _summarise(analysis.case, screening, reasoning.asking), **told}
    concluded = (line.strip() for _, lines in sections_of(told) for line in lines)
    return {**told, "statements": [*told["screening"]["statements"], *concluded]}


def _summarise(case: Case, screening: Screening, asking: Asking) -> Explanation:
    reasons = [_reason(case, reason, asking) for reason in screening.reasons]
    told: Explanation = {
        "tier": screening.tier.value,
        "reasons": reasons,
        "statements": [*statements_of(screening)],
    }
    if screening.tier is Tier.EMERGENCY:
        return told
    if screening.track:
        told["track"] = screening.track.value
    told["ask_again"] = [
        {"id": one.id, "questions": list(one.questions), "says": one.says} for one in screening.ask_again
    ]
    told["unasked"] = list(screening.unasked)
    return told


def _reason(case: Case, reason: Reason, asking: Asking) -> Explanation:
    """A reason with the answers that led to it, and how sure the rule is."""
    trigger = next(row for row in asking.triggers if row.id == reason.id)
    dates = ("", *(checkin.date for checkin in case.checkins))
    facts = next(
        facts
        for date, facts in zip(dates, case.moments, strict=True)
        if date == reason.checkin and hold(trigger.when, facts)
    )
    told = {
        "id": reason.id,
        "tier": reason.tier.value,
        "says": reason.says,
        "because": [
            {"question": name, "answer": asking.label(name, facts[name])}
            for name in reason.because
            if name in asking.asked
        ],
        "source": list(reason.source),
        "checked": reason.checked,
        "grade": reason.grade,
    }
    return {**told, "checkin": reason.checkin} if reason.checkin else told
