"""Analysis of a case → its plan for programs, terminal and paper; of a referral, the referral.

Paper outlives the screen it was printed from; it is made only where no open question could stop the plan.
"""

from datetime import date

from ..errors import InputError
from ..model import Analysis, Conclusion, Guidance
from ..model.foretold import Refilmed
from ..model.planned import Plan
from ..pipeline import Reasoning
from ..report import summarise_plan, tell_plan
from .summary import explain
from .telling import Explanation, render_explanation

SCHEMA = "kneewise.plan/1"


def summarise_planning(analysis: Analysis, reasoning: Reasoning, start: date) -> Explanation:
    """Screening, plan with dates, and statements in plain JSON types; of a referral, the plan is null.

    Parameters
    ----------
    analysis
        As `understand` makes it.
    reasoning
        The tables that it was concluded with.
    start
        First day of the plan.
    """
    told = explain(analysis, reasoning)
    plan = told["plan"]
    if isinstance(analysis.conclusion, Guidance):
        plan = {**plan, **summarise_plan(analysis.conclusion.plan, start)}
    return {
        "schema": SCHEMA,
        "screening": told["screening"],
        "plan": plan,
        "statements": told["statements"],
    }


def render_planning(
    analysis: Analysis, reasoning: Reasoning, start: date, *, width: int = 80, styled: bool = False
) -> str:
    """The plan for a terminal, after what it waits for; of a referral, the referral.

    Parameters
    ----------
    analysis, reasoning, start
        As for `summarise_planning`.
    width, styled
        As for `tell_plan`.
    """
    guidance = analysis.conclusion
    if not isinstance(guidance, Guidance):
        return render_explanation(explain(analysis, reasoning))
    told = tell_plan(guidance.plan, start, width=width, styled=styled)
    waiting = [_waiting(guidance)] if guidance.waits_for else []
    return "\n\n".join([*waiting, told])


def plan_to_print(conclusion: Conclusion | None) -> Plan:
    """The plan, where nothing speaks against handing it out.

    Raises
    ------
    InputError
        When somebody should look first, or questions are open that could stop the plan.
    """
    match conclusion:
        case Guidance(waits_for=(), plan=plan):
            return plan
        case Guidance() as guidance:
            raise InputError(_waiting(guidance), remedy="answer the open questions first, then print it.")
        case _:
            raise InputError(
                "There is no plan: somebody should look at this knee first.",
                remedy="read how soon, and take the page for whoever looks along.",
            )


def refilmed_of(analysis: Analysis) -> tuple[Refilmed, ...]:
    """Ways to squat that were foretold and then filmed; none of a referral."""
    return analysis.conclusion.scores if isinstance(analysis.conclusion, Guidance) else ()


def _waiting(guidance: Guidance) -> str:
    count = len(guidance.waits_for)
    some = "1 question is" if count == 1 else f"{count} questions are"
    return f"This plan waits: {some} still open whose answers could stop it. Do not begin before."
