"""The plan: today's session with pictures, counters and ticks, this week, and everything behind it."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from ...errors import InputError
from ...explaining import plan_to_print
from ...figures import MOVE_STYLE
from ...model.planned import Plan
from ...plan import next_training_day
from ...report import draw_pictures, lay_out, print_plan, tell_answer, tell_date, write_calendar
from ..admitting import Admitting
from ..forms import read_day
from ..house import MAY_MOVE, CaseHere, HouseHere, Meaning, MeaningHere, letterhead_of
from ..remembering import recall_meanings
from ..rendering import Told, add_page
from ..training import Training, plan_before, plan_of, training_of
from .diary import EARLIEST
from .start import name_case

router = APIRouter(prefix="/cases/{id}", route_class=Admitting)
styles = APIRouter(route_class=Admitting)

_TODAY = "/plan#session"
_RECENT = timedelta(days=14)
_AWAY = timedelta(days=365)
"""A plan begins no further away than this, before or after today."""


def tell_plan(opened: CaseHere, house: HouseHere, meaning: MeaningHere) -> Told:
    """The plan as it stands today; of a referral, or while questions are open, what comes first."""
    told = meaning.told["plan"]
    page = {
        "case": name_case(opened.kept),
        "here": "/plan",
        "refers": told is None,
        "waits": [] if told is None else [_question(name, house) for name in told["waits_for"]],
        "plan": None,
    }
    plan = plan_of(meaning)
    return page if plan is None else page | _tell(plan, opened, house, meaning)


@router.post("/plan/start", dependencies=MAY_MOVE)
def begin(opened: CaseHere, house: HouseHere, start: Annotated[str, Form()] = "") -> Response:
    """Keep the first day; from then on the dates stay where they are."""
    today = house.now().date()
    first = read_day(start, today - _AWAY, today + _AWAY)
    content = {**opened.kept.content, "plan": {"start": first.isoformat()}}
    house.store.save_case(opened.kept.id, content, opened.kept.revision, house.now())
    return RedirectResponse(f"/cases/{opened.kept.id}/plan", status_code=303)


@router.post("/plan/ticks", dependencies=MAY_MOVE)
def tick(
    opened: CaseHere,
    house: HouseHere,
    exercise: Annotated[str, Form()] = "",
    day: Annotated[str, Form()] = "",
    done: Annotated[str, Form()] = "",
) -> Response:
    """Keep whether an exercise was done on a day."""
    if exercise not in house.reasoning.programme.exercises:
        raise InputError("This exercise is not known.", remedy="load the page again.")
    today = house.now().date()
    on = read_day(day, today - EARLIEST, today)
    house.store.tick(opened.kept.id, on, exercise, done == "yes")
    return RedirectResponse(f"/cases/{opened.kept.id}{_TODAY}", status_code=303)


@router.get("/plan.pdf")
def print_sheets(opened: CaseHere, house: HouseHere, meaning: MeaningHere) -> Response:
    """Two sheets for the wall."""
    plan = plan_to_print(meaning.conclusion)
    pdf = print_plan(plan, _first_day(plan, opened, house), opened.kept.name, letterhead_of(house))
    name = {"Content-Disposition": 'inline; filename="plan.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=name)


@router.get("/plan.ics")
def write_days(opened: CaseHere, house: HouseHere, meaning: MeaningHere) -> Response:
    """Days of training for a calendar."""
    plan = plan_to_print(meaning.conclusion)
    days = write_calendar(plan, _first_day(plan, opened, house), opened.kept.id, house.now())
    name = {"Content-Disposition": 'attachment; filename="plan.ics"'}
    return Response(days, media_type="text/calendar", headers=name)


def _first_day(plan: Plan, opened: CaseHere, house: HouseHere) -> date:
    """Where the plan was put, or the next day of training."""
    return opened.case.begun or next_training_day(plan, house.now().date())


@styles.get("/moves.css")
def style_moves() -> Response:
    """Colours and motion of the pictures of exercises."""
    return Response(MOVE_STYLE, media_type="text/css")


def _tell(plan: Plan, opened: CaseHere, house: HouseHere, meaning: Meaning) -> Told:
    today = house.now().date()
    training = training_of(opened, meaning, house, today)
    start = _first_day(plan, opened, house)
    sheet = lay_out(plan, start, max(start, today))
    answer = None if training is None else training.answer
    return {
        "plan": sheet,
        "pictures": _pictures(sheet),
        "begun": training is not None,
        "start": start.isoformat(),
        "today": today.isoformat(),
        "is_today": sheet["today"]["iso"] == today.isoformat(),
        "over": training is not None and today > training.dates.last,
        "done": _done(training, today),
        "days_done": [] if training is None else _days_done(training),
        "answer": None if answer is None else tell_answer(answer),
        "changed": None if training is None else _changed(opened, house, meaning.told["plan"]),
    }


def _question(name: str, house: HouseHere) -> dict[str, str]:
    return {"id": name, "text": house.asking.asked[name].text}


def _done(training: Training | None, today: date) -> list[str]:
    """Exercises that were ticked off today."""
    return [] if training is None else sorted(training.done_on(today))


def _days_done(training: Training) -> list[str]:
    """Days on which something was."""
    return [one.on.isoformat() for one in training.diary.days if one.done]


def _changed(opened: CaseHere, house: HouseHere, now: dict[str, Any]) -> Told | None:
    """What is otherwise than in the plan before, and that plan."""
    change = plan_before(recall_meanings(house.store, opened.kept.id), now)
    if change is None:
        return None
    since = house.local(change.since).date()
    return {
        "since": tell_date(since),
        "recent": house.now().date() - since < _RECENT,
        "departures": change.departures,
        "before": change.before,
    }


def _pictures(sheet: Told) -> dict[str, Markup]:
    """Exercise id → its picture; drawn once for each exercise and way to squat."""
    names = tuple((card["id"], card["name"], card["what"]) for card in sheet["cards"])
    return _draw(sheet["technique"]["id"], names)


@lru_cache(maxsize=64)
def _draw(technique: str, cards: tuple[tuple[str, str, str], ...]) -> dict[str, Markup]:
    named = [{"id": id, "name": name, "what": what} for id, name, what in cards]
    return draw_pictures({"technique": {"id": technique}, "cards": named})


add_page(router, "/plan", "plan.html.j2", tell_plan)
