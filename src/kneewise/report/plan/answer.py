"""What the plan answers to the diary → words, with the rules that say so and where they are from."""

from typing import Any

from ...plan import PlanAnswer, Verdict
from .words import tell_date

_HEADLINES = {
    Verdict.CHECK_IN: "Stop, and answer the warning-sign questions again",
    Verdict.SEE_SOMEONE: "See a clinician before you go on",
    Verdict.STEP_BACK: "Go one step back",
    Verdict.HOLD: "Stay at this step",
    Verdict.STEP_ON: "Go one step on",
}


def tell_answer(answer: PlanAnswer) -> dict[str, Any]:
    """Everything that is told of an answer, in plain JSON types."""
    last, due = answer.last, answer.due
    return {
        "verdict": answer.verdict.value,
        "headline": _HEADLINES[answer.verdict],
        "rules": [
            {
                "id": rule.id,
                "says": rule.says,
                "source": rule.source,
                "checked": rule.checked,
                "grade": rule.grade,
            }
            for rule in answer.rules
        ],
        "light": None if last is None or last.light is None else last.light.value,
        "session": None if last is None else tell_date(last.on),
        "due": None if due is None else {"week": due.week, "on": tell_date(due.on), "ask": due.ask},
    }
