"""The corridor: observe() leads from a film to a trial, understand() from a case to what it means.

Only this room knows the order of the others; it calls, and holds no formulas.
"""

from dataclasses import replace

from ..gathering import gather
from ..model import Analysis, Case, Guidance, Passed, Referral
from ..model.planned import Clearance
from ..plan import circumstances_of, make_plan, respond
from ..screening import conclude, screen
from .foreseeing import foresee
from .measuring import Keep, keep_nothing, measure, study_film
from .observing import Observed, observe, observe_case, observe_markers, reread, settle_person
from .recalling import recall
from .remembering import OBLIVION, Memory, analysing_version, key_of, what_decides
from .supposing import (
    Basis,
    Filmed,
    compare_for,
    expect,
    explore_for,
    start_from_case,
    start_from_films,
    suppose_for,
    unfold_for,
)
from .tables import Knowledge, Reasoning, read_knowledge, read_measuring, read_reasoning

__all__ = [
    "OBLIVION",
    "Basis",
    "Filmed",
    "Knowledge",
    "Memory",
    "Observed",
    "Reasoning",
    "analysing_version",
    "compare_for",
    "explore_for",
    "foresee",
    "key_of",
    "observe",
    "observe_case",
    "observe_markers",
    "read_knowledge",
    "read_measuring",
    "read_reasoning",
    "reread",
    "settle_person",
    "start_from_case",
    "start_from_films",
    "study_film",
    "suppose_for",
    "understand",
    "unfold_for",
    "what_decides",
]


def understand(case: Case, knowledge: Knowledge | None = None, keep: Keep = keep_nothing) -> Analysis:
    """What the case means. The same case and knowledge give the same analysis.

    Parameters
    ----------
    case
        A person, what they told, and what was tested and filmed of them.
    knowledge
        The tables; all that come with kneewise where none are given. Those of `read_measuring` measure
        films, and conclude nothing.
    keep
        Remembers what films show, while knowledge and version stay as they are.

    Returns
    -------
    Analysis
        Of a referral nothing but the referral.
    """
    knowledge = knowledge or read_knowledge()
    reasoning = knowledge.reasoning
    if reasoning is None:
        return measure(case, knowledge, keep)
    end = conclude(case, screen(case, reasoning.asking), reasoning.asking)
    if isinstance(end, Referral):
        return Analysis(case=case, studies=(), conclusion=end)
    measured = measure(case, knowledge, keep)
    return replace(measured, conclusion=_guide(end, measured, reasoning, knowledge))


def _guide(passed: Passed, measured: Analysis, reasoning: Reasoning, knowledge: Knowledge) -> Guidance:
    """From leave to go on to a plan: what is known, what it speaks for, what to test next, what to do."""
    # Imported late: measuring does without pyAgrum, which takes long to load.
    from ..causes import read_evidence, weigh_evidence

    facts = measured.case.moments[-1]
    doubted = {name for one in passed.screening.ask_again for name in one.questions}
    known = gather(measured.case, measured.studies, reasoning.asking.values, reasoning.change_errors, doubted)
    tables = reasoning.network.tables
    evidence = read_evidence(known, tables.findings)
    causes = weigh_evidence(evidence, reasoning.network, reasoning.asking.closed_to(facts), known.tried)
    plan = make_plan(
        reasoning.programme,
        Clearance.of(passed),
        {cause.factor: cause.band for cause in causes.causes},
        respond(known.trials, evidence, tables.finding),
        circumstances_of(facts),
    )
    return Guidance(
        passed=passed,
        known=known,
        evidence=evidence,
        causes=causes,
        plan=plan,
        expected=expect(measured, plan, knowledge),
        scores=recall(measured, reasoning.programme.options, knowledge),
    )
