"""Guidance → plain JSON types: findings, factors, the next test, the plan."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..conventions import SURE, USUAL, Band, Door
from ..model import (
    Analysis,
    Asking,
    Cause,
    Challenge,
    Contribution,
    Evidence,
    Guidance,
    NextTest,
    Study,
    TrialCondition,
    Value,
)
from ..report import number_behind, summarise_loads, summarise_plan
from .scores import summarise_scores
from .telling import Explanation
from .whatif import summarise_expected

if TYPE_CHECKING:
    from ..knowledge.causes import CauseTables


_LOADS = {
    "patellofemoral_force_n": ("force behind the kneecap", "N"),
    "patellofemoral_force_bw": ("force behind the kneecap", "body weights"),
    "knee_moment_nm": ("knee moment", "N·m"),
    "knee_moment_nm_per_kg": ("knee moment", "N·m for each kg"),
}
"""Load whose differences are told → plain name and unit."""


def summarise_guidance(
    guidance: Guidance, analysis: Analysis, tables: "CauseTables", asking: Asking
) -> Explanation:
    """Everything that is concluded where the way goes on.

    Parameters
    ----------
    guidance
        As `understand` concludes it.
    analysis
        Its films.
    tables
        Rows of factors and findings, with their sources.
    asking
        Names and protocols of tests and trials.
    """
    return {
        "findings": [_finding(seen, tables) for seen in guidance.evidence],
        "tried": [_tried(row, guidance, analysis, asking) for row in _conditions(guidance, asking)],
        "factors": [_factor(cause, tables) for cause in guidance.causes.causes],
        "settled": round(guidance.causes.settled, 2),
        "next_test": _next_test(guidance.causes.next_test, asking),
        "plan": {**summarise_plan(guidance.plan, analysis.case.begun), "waits_for": list(guidance.waits_for)},
        "whatif": summarise_expected(guidance.expected),
        "foretold": summarise_scores(guidance.scores),
    }


def summarise_films(studies: Sequence[Study]) -> Explanation:
    """What films show by themselves, and what they could not tell."""
    return {
        "filmed": [row for study in studies for row in _filmed(study)],
        "unmeasured": [row for study in studies for row in _unmeasured(study)],
    }


def _filmed(study: Study) -> Iterator[Explanation]:
    for finding in study.findings:
        yield {
            "film": study.trial.name,
            "condition": study.trial.condition,
            "id": finding.id,
            "says": finding.statement,
            "side": None if finding.side is None else finding.side.name.lower(),
            **number_behind(finding),
            "sure": finding.sure,
        }


def _unmeasured(study: Study) -> Iterator[Explanation]:
    for row in study.unmeasured:
        yield {"film": study.trial.name, "what": row.what, "because": row.because, "remedy": row.remedy}


def _finding(seen: Evidence, tables: "CauseTables") -> Explanation:
    """One thing held against its limit; `chance` is from the value and its error alone."""
    row = tables.finding[seen.finding]
    return {
        "id": row.id,
        "says": row.told(seen.yes),
        "seen": row.shown(seen.yes),
        "chance": round(seen.yes, 3),
        "from": row.door.value,
        "of": row.of,
        "probe": row.probe,
        "source": row.source,
        "checked": row.checked,
        "grade": row.grade,
    }


def _factor(cause: Cause, tables: "CauseTables") -> Explanation:
    row = next(row for row in tables.factors if row.id is cause.factor)
    looked_at = cause.band is not Band.NOT_LOOKED_AT
    return {
        "id": cause.factor.value,
        "label": cause.label,
        "band": cause.band.value,
        "probability": round(cause.probability, 3) if looked_at else None,
        "for": [_contribution(one, tables) for one in cause.pro] if looked_at else [],
        "against": [_contribution(one, tables) for one in cause.contra] if looked_at else [],
        "would_change": [_challenge(one) for one in cause.challenges],
        "grade": row.grade,
        "checked": row.checked,
    }


def _contribution(one: Contribution, tables: "CauseTables") -> Explanation:
    row = tables.finding[one.finding]
    return {
        "finding": one.finding,
        "says": one.statement,
        "log_odds": round(one.log_odds, 2),
        "source": row.source,
        "checked": row.checked,
        "grade": row.grade,
    }


def _challenge(one: Challenge) -> Explanation:
    return {
        "from": one.door.value,
        "of": one.of,
        "says": one.statement,
        "seen": one.seen,
        "band": one.band.value,
    }


def _conditions(guidance: Guidance, asking: Asking) -> list[TrialCondition]:
    done = {trial.condition for trial in guidance.known.trials}
    return [row for row in asking.conditions if row.id in done]


def _tried(condition: TrialCondition, guidance: Guidance, analysis: Analysis, asking: Asking) -> Explanation:
    """Pain, movement and loads in one condition, and what it changed against the baseline."""
    some = [trial for trial in guidance.known.trials if trial.condition == condition.id]
    felt = next((trial for trial in some if trial.pain_after is not None), None)
    return {
        "condition": condition.id,
        "name": condition.name,
        "pain": None
        if felt is None
        else {"before": felt.pain_before, "in": felt.pain_after, "back": felt.pain_back},
        "changes": [_change(value, asking) for trial in some for value in trial.changes],
        "loads": [*_load_changes(condition.id, analysis)],
    }


def _load_changes(condition: str, analysis: Analysis) -> Iterator[Explanation]:
    """Loads of the first film of a condition less those of the first film of the usual squat."""
    usual, other = (_loaded(name, analysis.studies) for name in (USUAL, condition))
    if condition == USUAL or usual is None or other is None:
        return
    for row in summarise_loads([usual, other], analysis.case.person)["between_films"]:
        label, unit = _LOADS[row["load"]]
        yield {"label": label, "unit": unit, **row}


def _loaded(condition: str, studies: Sequence[Study]) -> Study | None:
    return next((s for s in studies if s.trial.condition == condition and s.loads is not None), None)


def _change(value: Value, asking: Asking) -> Explanation:
    row = asking.measures[value.measure]
    return {
        "measure": value.measure,
        "label": row.label,
        "side": None if value.side is None else value.side.name.lower(),
        "value": round(value.value / row.factor, 1),
        "sd": round(value.sd / row.factor, 1),
        "unit": row.sign,
        "sure": abs(value.value) > SURE * value.sd,
    }


def _next_test(test: NextTest | None, asking: Asking) -> Explanation | None:
    if test is None:
        return None
    told: Explanation = {
        "id": test.id,
        "kind": test.door.value,
        "minutes": test.minutes,
        "discomfort": test.discomfort,
        "gain": round(test.gain, 3),
    }
    if test.door is Door.TRIAL:
        condition = next(row for row in asking.conditions if row.id == test.id)
        return {**told, "name": condition.name, "how": [condition.text]}
    row = next(row for row in asking.tests if row.id == test.id)
    return {**told, "name": row.name, "how": list(row.steps) or [row.text]}
