"""Answers + triggers → Screening: help now, a clinician today, a clinician first, a plan with care, or go on.

One way only: whatever stands in a case counts, so that a later check-in can raise the tier and none can lower
it; only who takes an answer back takes back what it meant. No sign found is not "nothing serious": it only
means that nothing was answered that stops the way.
"""

from collections.abc import Iterator, Mapping

from .conventions import Track
from .model import (
    NOTHING,
    Answer,
    AskAgain,
    Asking,
    Case,
    Clause,
    Facts,
    Kind,
    Passed,
    Question,
    Reason,
    Referral,
    Screening,
    Tier,
    Trigger,
    hold,
    sides_of,
)

_TRACKS = (Track.TENDON_LIKE, Track.OLDER_KNEE, Track.FRONT)
"""Tracks that answers lead to, the most particular first."""


def screen(case: Case, asking: Asking) -> Screening:
    """What the answers of a case mean for going on, from the start to the last check-in.

    Parameters
    ----------
    case
        Its answers, self-tests and check-ins.
    asking
        The tables.

    Returns
    -------
    Screening
        The most urgent tier that ever held, with its reasons.

    Notes
    -----
    Assumes: answers are as the person understood the questions; such lists are not validated for use alone.
    Error: unknown; a self-check misses things, therefore no tier means "nothing serious".
    """
    moments = case.moments
    dates = ("", *(checkin.date for checkin in case.checkins))
    reasons = _reasons(asking, moments, dates)
    tier = max((reason.tier for reason in reasons), key=lambda one: one.rank, default=Tier.GO)
    if tier is Tier.EMERGENCY:
        return Screening(
            tier=tier,
            reasons=tuple(reason for reason in reasons if reason.tier is tier),
            track=None,
            ask_again=(),
            unasked=(),
        )
    known = _still_known(case, asking)
    return Screening(
        tier=tier,
        reasons=tuple(reason for reason in reasons if reason.tier.refers == tier.refers),
        track=None if tier.refers else _track(asking, reasons),
        ask_again=tuple(find_contradictions(moments[-1], asking)),
        unasked=tuple(
            question.id
            for question in asking.questions
            if question.id not in known and is_warning(question, tier, known, asking)
        ),
    )


def _still_known(case: Case, asking: Asking) -> Facts:
    """What was answered, but for what has to be asked again since something was new."""
    again = {question.id for question in asking.questions if question.again}
    pending: set[str] = set()
    for checkin in case.checkins:
        pending = (again if checkin.new else pending) - set(checkin.answers)
    return {name: answer for name, answer in case.moments[-1].items() if name not in pending}


def conclude(case: Case, screening: Screening, asking: Asking) -> Referral | Passed:
    """The end of the way at a clinician, or leave to go on."""
    if not screening.tier.refers:
        return Passed(screening=screening)
    return Referral(screening=screening, told=tuple(tell_answers(case.moments[-1], asking)))


def tell_answers(facts: Facts, asking: Asking) -> Iterator[tuple[str, str]]:
    """(question, answer) in plain words, for a clinician; a "none of these" is left out."""
    for question in asking.questions:
        if question.id in facts and not is_denied(facts[question.id]):
            yield question.text, asking.label(question.id, facts[question.id])


def find_contradictions(facts: Facts, asking: Asking) -> Iterator[AskAgain]:
    """Answers that do not fit together, to be asked again."""
    for row in asking.contradictions:
        if hold(row.when, facts):
            asked = tuple(name for name in row.ask_again if name in facts)
            yield AskAgain(id=row.id, questions=asked, says=row.says)
    for question in asking.questions:
        if question.type is Kind.MANY and question.id in facts and _is_none_and_more(facts[question.id]):
            yield AskAgain(
                id=f"none_and_more_{question.id}",
                questions=(question.id,),
                says="You chose that nothing of a list is true, and something of it.",
            )


def is_warning(question: Question, tier: Tier, facts: Facts, asking: Asking) -> bool:
    """Whether an answer to it could still send somebody on more urgently, given what was answered."""
    return (
        "screening" in question.serves
        and not question.checkin_only
        and question.makes_sense(facts)
        and any(
            _is_open(trigger, question.id, facts)
            for trigger in asking.triggers
            if trigger.tier.refers and trigger.tier.rank > tier.rank
        )
    )


def _is_open(trigger: Trigger, asked: str, facts: Facts) -> bool:
    """Whether some alternative waits for this answer, and what was answered of it holds."""
    return any(
        any(clause.of == asked for clause in alternative)
        and all(clause.holds(facts) for clause in alternative if clause.of in facts and clause.of != asked)
        for alternative in trigger.when
    )


def _reasons(
    asking: Asking, moments: tuple[Mapping[str, Answer], ...], dates: tuple[str, ...]
) -> tuple[Reason, ...]:
    """One for each trigger that ever held, the most urgent first, with when it first did."""
    found = [
        _reason(trigger, facts, date)
        for trigger in asking.triggers
        for facts, date in [_first(trigger, moments, dates)]
        if facts is not None
    ]
    return tuple(sorted(found, key=lambda reason: -reason.tier.rank))


def _first(
    trigger: Trigger, moments: tuple[Mapping[str, Answer], ...], dates: tuple[str, ...]
) -> tuple[Mapping[str, Answer] | None, str]:
    for facts, date in zip(moments, dates, strict=True):
        if hold(trigger.when, facts):
            return facts, date
    return None, ""


def _reason(trigger: Trigger, facts: Mapping[str, Answer] | None, date: str) -> Reason:
    held: list[Clause] = [
        clause
        for alternative in trigger.when
        if all(clause.holds(facts or {}) for clause in alternative)
        for clause in alternative
    ]
    return Reason(
        id=trigger.id,
        tier=trigger.tier,
        says=trigger.says,
        because=tuple(dict.fromkeys(clause.of for clause in held)),
        checkin=date,
        source=trigger.source,
        checked=trigger.checked,
        grade=trigger.grade,
    )


def _track(asking: Asking, reasons: tuple[Reason, ...]) -> Track:
    held = {reason.id for reason in reasons}
    tracks = {trigger.track for trigger in asking.triggers if trigger.id in held}
    return next((track for track in _TRACKS if track in tracks), Track.GENERAL)


def _is_none_and_more(answer: Answer) -> bool:
    return any(
        isinstance(one, tuple) and len(one) > 1 and not NOTHING.isdisjoint(one) for one in sides_of(answer)
    )


def is_denied(answer: Answer) -> bool:
    """Whether the answer is that nothing is the matter."""
    return all(
        one in NOTHING if isinstance(one, str) else isinstance(one, tuple) and NOTHING.issuperset(one)
        for one in sides_of(answer)
    )
