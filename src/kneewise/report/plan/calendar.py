"""Plan + first day → its days of training and of looking again, for any calendar (iCalendar, RFC 5545).

A day is a day wherever somebody is: events last the whole of it, have no time zone, and leave the day free.
Each is named by its place in the plan, the second session of the third week, and not by its date: a calendar
that takes the plan in again after it was moved or made anew moves what it has, and doubles nothing.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from ...model.planned import Day, Plan
from ...plan import DatedPhase, PlanDates, Review, Session, date_plan
from .sheet import Sheet, tell_session
from .summary import summarise_plan

if TYPE_CHECKING:
    from icalendar import Event

_PLANS = UUID("0f5a3b0e-6f0c-4d53-9a55-4a7c1f0c3f52")
"""Names of events are drawn from it; another one would double every event in every calendar."""


def write_calendar(plan: Plan, start: date, of: str, now: datetime) -> bytes:
    """The plan as an .ics file.

    Parameters
    ----------
    plan, start
        The plan and its first day.
    of
        Whose plan it is, in a word that stays the same; only a hash of it is written.
    now
        When it is written, with its zone; of two versions of an event the later one counts.
    """
    # Imported late: no other door needs it.
    from icalendar import Calendar

    dates, told = date_plan(plan, start), summarise_plan(plan, start)
    calendar = Calendar()
    calendar.add("prodid", "-//kneewise//kneewise//EN")
    calendar.add("version", "2.0")
    of_plan = uuid5(_PLANS, of)
    for place, phase, session in _places(dates):
        words = _tell_session(plan, phase, session, told)
        title = f"Training: about {session.minutes} minutes"
        calendar.add_component(_event(uuid5(of_plan, place), session.on, title, words, now))
    for review in dates.reviews:
        words = _tell_review(review)
        title = f"Look again: week {review.week}"
        calendar.add_component(_event(uuid5(of_plan, f"review {review.week}"), review.on, title, words, now))
    return bytes(calendar.to_ical())


def _places(dates: PlanDates) -> Iterator[tuple[str, DatedPhase, Session]]:
    """Every session with its place in the plan: which week, and which one of that week."""
    count: Counter[int] = Counter()
    for phase in dates.phases:
        for session in phase.sessions:
            week = (session.on - dates.start).days // len(Day)
            count[week] += 1
            yield f"session {week} {count[week]}", phase, session


def _event(uid: UUID, on: date, title: str, words: str, now: datetime) -> "Event":
    from icalendar import Event

    facts: dict[str, Any] = {
        "uid": str(uid),
        "dtstamp": now,
        # Many calendars look at this number alone to tell which of two versions is the later one.
        "sequence": int(now.timestamp()) // 60,
        "dtstart": on,
        "dtend": on + timedelta(days=1),
        "summary": title,
        "description": words,
        "transp": "TRANSPARENT",
        "class": "PRIVATE",
    }
    event = Event()
    for name, fact in facts.items():
        event.add(name, fact)
    return event


def _tell_session(plan: Plan, phase: DatedPhase, session: Session, told: Sheet) -> str:
    sheet = tell_session(plan, session, told)
    technique = told["technique"]
    red = next(light for light in plan.programme.lights if light.colour == "red")
    return "\n".join(
        [
            *(f"Heed this first: {line}" for line in plan.heed),
            f"Warm up: {' '.join(sheet['warm_up'])}",
            f"Your squat today: {technique['name']}. {technique['cue']}",
            "",
            *(f"- {card['name']}: {card['dose']} ({card['effort']})" for card in sheet["cards"]),
            "",
            f"Pain {red.during}: {red.then}",
            *told["programme"]["stop"],
            "",
            f"Phase: {phase.planned.phase.name}. The dates are a guide; move on when all of this is true:",
            *(f"- {line}" for line in phase.planned.phase.exit),
        ]
    )


def _tell_review(review: Review) -> str:
    return f"{review.ask}\nAnswer the questions again, and look at the plan it makes."
