"""Answers so far → the next question worth asking, or none.

A question is worth asking where its answer can still change what comes out: a more urgent tier; or, while
nothing sends the person on, the contributing factors and the plan; or else the page for the clinician. What
can still show an emergency comes first: whoever stops half-way has answered that.
"""

from collections.abc import Collection

from .model import Asking, Case, Facts, Question, SelfTest, Tier
from .screening import is_warning

_FOR_GOING_ON = frozenset({"track", "causes", "plan"})
_FOR_THE_CLINICIAN = frozenset({"story"})
_ASKED_TESTS = frozenset({"scale"})


def next_question(facts: Facts, tier: Tier, asking: Asking, *, again: bool = False) -> Question | None:
    """The first question of the table that is still worth asking, emergencies before all others.

    Parameters
    ----------
    facts
        What was answered; at a check-in without what is to be asked again.
    tier
        As the answers have it so far.
    asking
        The tables.
    again
        Whether this is a check-in.

    Returns
    -------
    Question or None
        None where no answer can change the result any more.
    """
    worth = questions_left(facts, tier, asking, again=again)
    emergencies = (question for question in worth if is_warning(question, Tier.URGENT, facts, asking))
    return next(emergencies, worth[0] if worth else None)


def questions_left(facts: Facts, tier: Tier, asking: Asking, *, again: bool = False) -> tuple[Question, ...]:
    """Every question that is still worth asking as the answers stand; parameters as of `next_question`."""
    return tuple(
        question
        for question in asking.questions
        if question.id not in facts and is_worth_asking(question, facts, tier, asking, again=again)
    )


def is_worth_asking(
    question: Question, facts: Facts, tier: Tier, asking: Asking, *, again: bool = False
) -> bool:
    """Whether an answer to it can still change what comes out."""
    if tier is Tier.EMERGENCY or not question.makes_sense(facts) or (question.checkin_only and not again):
        return False
    if is_warning(question, tier, facts, asking) or (question.checkin_only and again and not tier.refers):
        return True
    return bool(question.serves & (_FOR_THE_CLINICIAN if tier.refers else _FOR_GOING_ON))


def facts_to_ask_again(case: Case, given: Collection[str], asking: Asking) -> Facts:
    """What is known at a check-in: answers given in it, and earlier ones that are not asked again."""
    repeated = {question.id for question in asking.questions if question.again} - set(given)
    return {name: answer for name, answer in case.moments[-1].items() if name not in repeated}


def tests_to_ask(case: Case, asking: Asking) -> tuple[SelfTest, ...]:
    """Self-tests that are only a question and were not answered yet."""
    done = {result.id for result in case.tests}
    return tuple(test for test in asking.tests if test.type in _ASKED_TESTS and test.id not in done)
