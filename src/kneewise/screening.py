"""Answers + triggers → Screening: help now, a clinician today, a clinician first, a plan with care, or go on.

One way only: whatever stands in a case counts, so that a later check-in can raise the tier and no answer can
lower it; only who takes an answer back takes back what it meant. Where a clinician has looked since, as the
person says, the warning signs are asked again, and then count as they are: an urgent one stops who still has
it, another one who has it anew. An emergency stays, and so does what a look cannot settle. No sign found is
not "nothing serious": it only means that nothing was answered that stops the way.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from .conventions import Track
from .model import (
    NOTHING,
    Answer,
    AskAgain,
    Asking,
    Case,
    Checkin,
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
        The most urgent tier that ever held and that nobody has looked at since, with its reasons.

    Notes
    -----
    Assumes: answers are as the person understood the questions; such lists are not validated for use alone.
    Error: unknown; a self-check misses things, therefore no tier means "nothing serious".
    """
    reasons, looked_at = _reasons(asking, case)
    tiers = [reason.tier for reason in reasons] + [Tier.CARE] * bool(looked_at)
    tier = max(tiers, key=lambda one: one.rank, default=Tier.GO)
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
        ask_again=tuple(find_contradictions(case.moments[-1], asking)),
        unasked=tuple(
            question.id
            for question in asking.questions
            if question.id not in known and is_warning(question, tier, known, asking)
        ),
        looked_at=looked_at,
    )


def _still_known(case: Case, asking: Asking) -> Facts:
    """What was answered, but for what has to be asked again since something was new."""
    *_, pending = _pending(case, asking, lambda checkin: checkin.new or checkin.looked is not None)
    return _without(case.moments[-1], pending)


def _pending(case: Case, asking: Asking, begins: Callable[[Checkin], bool]) -> Iterator[frozenset[str]]:
    """What was to be asked again at each moment and was not, since a check-in that began anew."""
    again = frozenset(question.id for question in asking.questions if question.again)
    pending: frozenset[str] = frozenset()
    yield pending
    for checkin in case.checkins:
        pending = (again if begins(checkin) else pending) - checkin.answers.keys()
        yield pending


def _without(facts: Facts, names: Collection[str]) -> Facts:
    return {name: answer for name, answer in facts.items() if name not in names}


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


def can_be_looked_at(screening: Screening, asking: Asking) -> bool:
    """Whether somebody who looks at what stops the person can let them go on."""
    stopping = {reason.id for reason in screening.reasons if reason.tier.refers}
    triggers = [trigger for trigger in asking.triggers if trigger.id in stopping]
    return bool(triggers) and all(trigger.is_lifted_by_a_look() for trigger in triggers)


@dataclass(frozen=True, slots=True)
class _Moment:
    """What was known at the start or a check-in.

    Attributes
    ----------
    date : of the check-in; empty at the start.
    looked : whether it began because a clinician had looked.
    facts : all that was ever answered by then.
    fresh : the same without what waits to be answered again since then.
    """

    date: str
    looked: bool
    facts: Facts
    fresh: Facts


def _moments(case: Case, asking: Asking) -> tuple[_Moment, ...]:
    starts = (("", False), *((one.date, one.looked is not None) for one in case.checkins))
    pending = _pending(case, asking, lambda checkin: checkin.looked is not None)
    return tuple(
        _Moment(date, looked, facts, _without(facts, names))
        for (date, looked), facts, names in zip(starts, case.moments, pending, strict=True)
    )


def _reasons(asking: Asking, case: Case) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """For each trigger that ever held, the most urgent first, when it first did: open ones, and looked at."""
    moments = _moments(case, asking)
    found = [(trigger, *_first(trigger, moments)) for trigger in asking.triggers]
    found.sort(key=lambda row: -row[0].tier.rank)
    stopped = tuple(_reason(trigger, first) for trigger, first, _ in found if first is not None)
    looked_at = tuple(
        _reason(trigger, earlier)
        for trigger, first, earlier in found
        if first is None and earlier is not None
    )
    return stopped, looked_at


def _first(trigger: Trigger, moments: Sequence[_Moment]) -> tuple[_Moment | None, _Moment | None]:
    """When a trigger first held since nobody looked at it, and when it did before somebody looked."""
    first: _Moment | None = None
    earlier: _Moment | None = None
    settled = False
    for moment in moments:
        if moment.looked and first is not None and trigger.is_lifted_by_a_look():
            first, earlier = None, first
            settled = trigger.tier is Tier.REFER  # an urgent sign that is still there is as urgent again
        settled = settled and hold(trigger.when, moment.facts)
        if first is None and not settled and hold(trigger.when, moment.fresh):
            first = moment
    return first, earlier


def _reason(trigger: Trigger, moment: _Moment) -> Reason:
    held: list[Clause] = [
        clause
        for alternative in trigger.when
        if all(clause.holds(moment.fresh) for clause in alternative)
        for clause in alternative
    ]
    return Reason(
        id=trigger.id,
        tier=trigger.tier,
        says=trigger.says,
        because=tuple(dict.fromkeys(clause.of for clause in held)),
        checkin=moment.date,
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
