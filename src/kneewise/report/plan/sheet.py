"""Plan + first day → what a person holds in the hand, in words: the same for terminal, page and paper."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from ...model.planned import Day, Plan, PlannedExercise, Readiness
from ...plan import PlanDates, Session, date_plan
from .summary import summarise_plan
from .words import MONTHS, tell_date, tell_day, tell_short

Sheet = Mapping[str, Any]
"""Strings, numbers, lists and dicts."""

_WHEN = {
    Readiness.TODAY: "From today",
    Readiness.TODAY_LIGHTER: "From today, but lighter",
    Readiness.NEXT: "In the next phase",
    Readiness.LATER: "Later",
}


def lay_out(plan: Plan, start: date, on: date | None = None) -> dict[str, Any]:
    """Everything that is told of a plan that begins on `start`, in the order in which it is needed.

    Parameters
    ----------
    plan, start
        The plan and its first day.
    on
        The day it is looked at; the first one if none. Its session, or the next one, is told as today's.
    """
    dates = date_plan(plan, start)
    summary = summarise_plan(plan, start)
    now = dates.session_from(on or start)
    today = tell_session(plan, now, summary)
    week = dates.week_of(on or start)
    warm_up = max((_warm_up(plan, session) for session in dates.sessions), key=len)
    return {
        **summary,
        "begins": tell_date(start),
        "ends": tell_date(dates.last),
        "first": tell_day(dates.sessions[0].on),
        "today": today,
        "warm_up": warm_up,
        "before_heavy_sets": [
            *(line for line in warm_up if line not in today["warm_up"]),
            *plan.programme.heavy,
        ],
        "later": _later(now, summary),
        "week": [_day_of_week(dates, week + timedelta(days=number)) for number in range(len(Day))],
        "phases": [
            {**told, "dates": f"{tell_day(dated.first)} to {tell_day(dated.last)}"}
            for told, dated in zip(summary["phases"], dates.phases, strict=True)
        ],
        "calendar": list(_calendar(dates)),
        "reviews": [{"week": row.week, "on": tell_date(row.on), "ask": row.ask} for row in dates.reviews],
        "lifts": list(_lifts(summary)),
        "reasons": list(_reasons(summary)),
        "changes": list(_changes(summary)),
    }


def tell_session(plan: Plan, session: Session, summary: Sheet) -> dict[str, Any]:
    """What is done on one day.

    Parameters
    ----------
    plan, session
        The plan, and one of its days.
    summary
        As `summarise_plan` makes it of the plan.
    """
    cards = {card["id"]: card for card in summary["cards"]}
    return {
        "on": tell_date(session.on),
        "iso": session.on.isoformat(),
        "minutes": session.minutes,
        "warm_up": _warm_up(plan, session),
        "cards": [
            {**cards[row.exercise.id], "for": row.slot, "counts": _counts(row)} for row in session.exercises
        ],
    }


def _counts(row: PlannedExercise) -> dict[str, int]:
    """What is counted and timed: the fewest sets and repetitions, and the shortest hold."""
    dose = row.exercise.dose
    return {
        "sets": dose.sets[0],
        "reps": dose.reps[0],
        "hold_s": dose.hold[0],
        "sides": 2 if row.exercise.per_side else 1,
    }


def _warm_up(plan: Plan, session: Session) -> list[str]:
    """A session whose minutes are all for exercises warms up with the first of them."""
    spare = session.minutes - sum(row.exercise.minutes for row in session.exercises)
    return list(plan.programme.warm_up) if spare > 0 else ["Do the first set with half the effort."]


def _later(session: Session, summary: Sheet) -> list[dict[str, Any]]:
    """Cards of the exercises that are not in the session, with the phases that hold them."""
    today = {row.exercise.id for row in session.exercises}
    return [
        {**card, "for": ", ".join(_phases_of(card["id"], summary))}
        for card in summary["cards"]
        if card["id"] not in today
    ]


def _phases_of(name: str, summary: Sheet) -> list[str]:
    return [phase["name"] for phase in summary["phases"] if any(row["id"] == name for row in phase["rows"])]


def _day_of_week(dates: PlanDates, day: date) -> dict[str, Any]:
    """One day of a week; without exercises it is a day of rest."""
    sessions = [session for session in dates.sessions if session.on == day]
    return {
        "on": tell_day(day),
        "iso": day.isoformat(),
        "minutes": sum(session.minutes for session in sessions),
        "exercises": [row.exercise.name for session in sessions for row in session.exercises],
    }


def _calendar(dates: PlanDates) -> Iterator[dict[str, Any]]:
    """Weeks from Monday to Sunday, with what begins or is due in them."""
    events = _events(dates)
    minutes = {session.on: session.minutes for session in dates.sessions}
    end = max(dates.last, *events)
    monday = dates.start - timedelta(days=dates.start.weekday())
    while monday <= end:
        week = [monday + timedelta(days=number) for number in range(len(Day))]
        yield {
            "label": tell_short(week[0]),
            "days": [
                {"number": day.day, "iso": day.isoformat(), "month": MONTHS[day.month - 1][:3],
                 "inside": dates.start <= day <= end, "minutes": minutes.get(day, 0), "event": day in events}
                for day in week
            ],
            "events": [f"{tell_day(day)}: {', '.join(events[day])}" for day in week if day in events],
        }  # fmt: skip
        monday += timedelta(weeks=1)


def _events(dates: PlanDates) -> dict[date, list[str]]:
    events: dict[date, list[str]] = {}
    for row in dates.reviews:
        events.setdefault(row.on, []).append(f"look again (week {row.week})")
    for phase in dates.phases:
        events.setdefault(phase.first, []).append(f"“{phase.planned.phase.name}” begins")
    return events


def _lifts(summary: Sheet) -> Iterator[dict[str, Any]]:
    """Lifts by the time they come back; those that wait for the same stand together."""
    exits = {line for phase in summary["phases"] for line in phase["exit"]}
    for readiness, when in _WHEN.items():
        told: dict[tuple[str, str], list[str]] = {}
        for row in summary["gate"]:
            if row["readiness"] == readiness.value:
                lighter = row["lighter"] if readiness is Readiness.TODAY_LIGHTER else ""
                how = " ".join([lighter, *(line for line in row["after"] if line not in exits)]).strip()
                after = " ".join(line for line in row["after"] if line in exits)
                told.setdefault((how, after), []).append(row["name"])
        rows = [{"names": names, "how": how, "after": after} for (how, after), names in told.items()]
        if rows:
            yield {"when": when, "rows": rows}


def _reasons(summary: Sheet) -> Iterator[dict[str, Any]]:
    """What was chosen, why, and how sure that is."""
    programme, technique = summary["programme"], summary["technique"]
    chosen = [
        ("The programme", programme["name"], programme["why"], programme),
        ("Your squat today", technique["name"], technique["because"], technique),
        *(("Added", row["name"], row["why"], row) for row in summary["add_ons"]),
    ]
    for kind, name, why, told in chosen:
        yield {
            "kind": kind,
            "name": name,
            "why": why,
            **{key: told[key] for key in ("grade", "source", "checked")},
        }


def _changes(summary: Sheet) -> Iterator[dict[str, str]]:
    """What would change the plan."""
    yield {"what": "Your squat", "then": summary["technique"]["onward"]}
    for row in summary["add_ons"]:
        yield {"what": row["name"], "then": row["until"]}
    yield {
        "what": "The dates",
        "then": "They are a guide. Move on when every line of a phase is true, and stay until it is.",
    }
    yield {
        "what": "A new try",
        "then": "Change one thing in your squat and note the pain before and after. "
        "That can change today’s squat.",
    }
    yield {
        "what": "Days, minutes, things",
        "then": "More of them make room for what does not fit now; tell us, and make the plan anew.",
    }
