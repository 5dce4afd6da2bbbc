"""Plan → plain dict, the same for JSON, text and page."""

from dataclasses import asdict
from datetime import date
from typing import Any

from ...model import Provenance
from ...model.planned import Plan, PlannedExercise, PlannedPhase
from ...model.programme import Exercise, RuleKind
from ...plan import PlanDates, date_plan
from .words import GRADES, tell_days, tell_dose, tell_effort


def summarise_plan(plan: Plan, start: date | None = None) -> dict[str, Any]:
    """Everything a plan says, as strings, numbers, lists and dicts.

    Parameters
    ----------
    plan
        The plan.
    start
        Its first day; without one the summary has no dates.
    """
    programme = plan.programme
    used = {row.exercise.id: row.exercise for phase in plan.phases for row in phase.exercises}
    return {
        "tables": programme.version,
        "programme": {
            "track": plan.variant.track.value,
            "name": plan.variant.name,
            "why": plan.variant.why,
            "grade": plan.variant.grade,
            "source": plan.variant.source,
            "checked": plan.variant.checked,
            "education": [*programme.education, *plan.variant.say],
            "load": list(programme.load),
            "warm_up": list(programme.warm_up),
            "before_heavy_sets": list(programme.heavy),
            "supports": [asdict(row) for row in programme.supports],
            "lights": [asdict(light) for light in programme.lights],
            "progress": list(programme.told(RuleKind.PROGRESS)),
            "regress": list(programme.told(RuleKind.REGRESS)),
            "stop": list(programme.told(RuleKind.STOP)),
            "reviews": [{"week": week, "ask": ask} for week, ask in plan.reviews.items()],
        },
        "technique": {
            "id": plan.choice.option.id,
            "name": plan.choice.option.name,
            "cue": plan.choice.option.cue,
            "because": plan.choice.because,
            "helps": plan.choice.option.helps,
            "raises": plan.choice.option.raises,
            "onward": plan.choice.option.onward,
            **_told(plan.choice.option),
        },
        "add_ons": [
            {"id": row.factor.value, "name": row.name, "why": row.why, "do": list(row.do), "until": row.until,
             **_told(row)}
            for row in plan.add_ons
        ],
        "heed": list(plan.heed),
        "withheld": [{"what": row.what, "because": row.because} for row in plan.withheld],
        "phases": [_phase(phase) for phase in plan.phases],
        "exercises": [_planned(row, phase) for phase in plan.phases for row in phase.exercises],
        "cards": [_card(exercise, plan) for exercise in used.values()],
        "gate": [
            {"id": row.lift.id, "name": row.lift.name, "readiness": row.readiness.value,
             "lighter": row.lift.lighter, "after": list(row.after)}
            for row in plan.gate
        ],
        "grades": GRADES,
        "dates": None if start is None else _dates(date_plan(plan, start)),
    }  # fmt: skip


def _dates(dates: PlanDates) -> dict[str, Any]:
    """Days as ``2026-11-23``."""
    return {
        "start": dates.start.isoformat(),
        "last": dates.last.isoformat(),
        "phases": [
            {"id": row.planned.phase.id, "first": row.first.isoformat(), "last": row.last.isoformat(),
             "sessions": [session.on.isoformat() for session in row.sessions]}
            for row in dates.phases
        ],
        "reviews": [{"week": row.week, "on": row.on.isoformat()} for row in dates.reviews],
    }  # fmt: skip


def _phase(row: PlannedPhase) -> dict[str, Any]:
    return {
        "id": row.phase.id,
        "name": row.phase.name,
        "aim": row.phase.aim,
        "weeks": list(row.weeks),
        "exit": list(row.phase.exit),
        "grade": row.phase.grade,
        "source": row.phase.source,
        "minutes": {day.name.lower(): minutes for day, minutes in row.minutes.items()},
        "rows": [
            {"id": e.exercise.id, "name": e.exercise.name, "for": e.slot,
             "days": [d.name.lower() for d in e.days],
             "when": tell_days(e.days), "dose": tell_dose(e.exercise.dose, per_side=e.exercise.per_side)}
            for e in row.exercises
        ],
    }  # fmt: skip


def _planned(row: PlannedExercise, phase: PlannedPhase) -> dict[str, Any]:
    """One exercise of one phase, in numbers."""
    dose = row.exercise.dose
    return {
        "id": row.exercise.id,
        "phase": phase.phase.id,
        "sets": list(dose.sets),
        "reps": list(dose.reps),
        "hold_s": list(dose.hold),
        "per_week": len(row.days),
        "effort": list(dose.effort),
    }


def _card(exercise: Exercise, plan: Plan) -> dict[str, Any]:
    """How one exercise is done; names instead of ids for the steps back and on."""
    known, things = plan.programme.exercises, plan.programme.things
    return {
        "id": exercise.id,
        "name": exercise.name,
        "what": exercise.what,
        "position": exercise.position,
        "cues": list(exercise.cues),
        "faults": list(exercise.faults),
        "dose": tell_dose(exercise.dose, per_side=exercise.per_side),
        "effort": tell_effort(exercise.dose),
        "easier": exercise.easier_how,
        "easier_exercises": [known[name].name for name in exercise.easier],
        "harder": exercise.harder_how,
        "harder_exercises": [known[name].name for name in exercise.harder],
        "stop": list(exercise.stop),
        "needs": [things[name].name for name in exercise.equipment],
        "expected": exercise.expected,
        "dose_source": exercise.dose_source,
        **_told(exercise),
    }


def _told(row: Provenance) -> dict[str, Any]:
    """Where a row is from."""
    return {"source": row.source, "checked": row.checked, "grade": row.grade}
