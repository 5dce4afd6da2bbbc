"""Case → screening and statements, in plain JSON types and as text. An emergency shows nothing else."""

from typing import Any

from ..model import Asking, Case, Reason, Screening, Tier
from ..screening import screen
from .words import HEADLINES, UNFINISHED, statements_of

SCHEMA = "kneewise.explain/1"

Explanation = dict[str, Any]
"""Plain JSON types."""


def explain(case: Case, asking: Asking) -> Explanation:
    """What a case means, as far as it goes.

    Parameters
    ----------
    case
        As `read_case` makes it.
    asking
        The tables.

    Returns
    -------
    dict
        ``schema``, ``screening`` and ``statements``; of a referral there is a ``plan``, and it is null.
    """
    screening = screen(case, asking)
    told: Explanation = {"schema": SCHEMA, "screening": _summarise(case, screening, asking)}
    if screening.tier.refers:
        told["plan"] = None
    return {**told, "statements": list(statements_of(screening))}


def render_explanation(explanation: Explanation) -> str:
    """The same as text for a terminal."""
    screening = explanation["screening"]
    lines = [_headline(screening), ""]
    shown = [row for row in screening["reasons"] if Tier(row["tier"]).refers]
    lines += [f"- {row['says']}" for row in shown]
    lines += [""] if shown else []
    lines += explanation["statements"]
    return "\n".join(lines)


def _headline(screening: Explanation) -> str:
    tier = Tier(screening["tier"])
    if not tier.refers and (screening["unasked"] or screening["ask_again"]):
        return UNFINISHED
    return HEADLINES[tier]


def _summarise(case: Case, screening: Screening, asking: Asking) -> Explanation:
    reasons = [_reason(case, reason, asking) for reason in screening.reasons]
    told: Explanation = {"tier": screening.tier.value, "reasons": reasons}
    if screening.tier is Tier.EMERGENCY:
        return told
    if screening.track:
        told["track"] = screening.track
    told["ask_again"] = [
        {"id": one.id, "questions": list(one.questions), "says": one.says} for one in screening.ask_again
    ]
    told["unasked"] = list(screening.unasked)
    return told


def _reason(case: Case, reason: Reason, asking: Asking) -> Explanation:
    """A reason with the answers that led to it, and how sure the rule is."""
    dates = ("", *(checkin.date for checkin in case.checkins))
    facts = case.moments[dates.index(reason.checkin)]
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
