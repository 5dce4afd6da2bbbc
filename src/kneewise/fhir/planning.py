"""Plan → CarePlan with one activity for each exercise of each phase, and a Goal for what ends the phase."""

from datetime import date

from ..model.planned import Plan, PlannedExercise
from ..plan import DatedPhase, date_plan
from ..report import tell_dose
from .elements import Entries, Names, Resource, concept

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def tell_plan(plan: Plan, start: date, names: Names, *, begun: bool) -> Entries:
    """What to do, how much, when, and until when.

    Parameters
    ----------
    plan, start
        The plan and its first day.
    names
        Of the case.
    begun
        Whether somebody follows it.
    """
    dates = date_plan(plan, start)
    yield (
        "plan",
        {
            "resourceType": "CarePlan",
            "status": "active" if begun else "draft",
            "intent": "plan" if begun else "proposal",
            "title": plan.variant.name,
            "description": f"Squat: {plan.choice.option.name}. {plan.choice.option.cue}",
            "subject": names.refer("person"),
            "period": {"start": dates.start.isoformat(), "end": dates.last.isoformat()},
            "goal": [names.refer(_goal_of(phase)) for phase in dates.phases],
            "activity": [
                {"detail": _activity(row, phase, names)}
                for phase in dates.phases
                for row in phase.planned.exercises
            ],
            "note": [
                {"text": line}
                for line in (
                    *plan.heed,
                    *(f"{light.colour}: {light.during}. {light.then}" for light in plan.programme.lights),
                )
            ],
        },
    )
    for phase in dates.phases:
        yield _goal_of(phase), _goal(phase, names, begun=begun)


def _goal_of(phase: DatedPhase) -> str:
    return f"goal {phase.planned.phase.id}"


def _goal(phase: DatedPhase, names: Names, *, begun: bool) -> Resource:
    """What must be true before the next phase; the dates are a guide."""
    return {
        "resourceType": "Goal",
        "lifecycleStatus": "accepted" if begun else "proposed",
        "description": {"text": " ".join(phase.planned.phase.exit)},
        "subject": names.refer("person"),
        "startDate": phase.first.isoformat(),
        "target": [{"dueDate": phase.last.isoformat()}],
        "note": [{"text": f"{phase.planned.phase.name}: {phase.planned.phase.aim}"}],
    }


def _activity(row: PlannedExercise, phase: DatedPhase, names: Names) -> Resource:
    exercise = row.exercise
    dose = tell_dose(exercise.dose, per_side=exercise.per_side)
    low, high = exercise.dose.effort
    return {
        "code": concept("exercise", exercise.id, exercise.name),
        "status": "scheduled",
        "goal": [names.refer(_goal_of(phase))],
        "scheduledTiming": {
            "repeat": {
                "boundsPeriod": {"start": phase.first.isoformat(), "end": phase.last.isoformat()},
                "frequency": len(row.days),
                "period": 1,
                "periodUnit": "wk",
                "dayOfWeek": [_DAYS[day] for day in sorted(row.days)],
            }
        },
        "description": f"{dose}; effort of the last set {low}–{high} of 10. "
        f"Until: {' '.join(phase.planned.phase.exit)} Stop: {' '.join(exercise.stop)}",
    }
