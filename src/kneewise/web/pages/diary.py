"""The diary: a day in under a minute, and what the plan answers."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from ...errors import InputError
from ...plan import PlanDates
from ...report import tell_answer, tell_date, tell_day
from ...store import DiaryDay
from ..admitting import Admitting
from ..forms import read_day
from ..house import CaseHere, House, HouseHere, MeaningHere, what_comes_first
from ..rendering import Told, add_page
from ..training import training_of
from .start import name_case

router = APIRouter(prefix="/cases/{id}", route_class=Admitting)

NUMBERS = ("worst_pain", "pain_after", "function")
"""Fields of a day."""

EARLIEST = timedelta(days=28)
"""A day is remembered for so long."""
_MOST_SHOWN = 14
_LONGEST_NOTE = 500


def tell_diary(opened: CaseHere, house: HouseHere, meaning: MeaningHere, day: str = "") -> Told:
    """A day to fill in, today if none is chosen, and what the plan answers to all of them."""
    today = house.now().date()
    on = _day(day, today) if day else today
    training = training_of(opened, meaning, house, today)
    days = house.store.entries(opened.kept.id) if training is None else training.days
    answer = None if training is None else training.answer
    yesterday = _find(days, today - timedelta(days=1))
    return {
        "case": name_case(opened.kept),
        "here": "/diary",
        "refers": meaning.told["plan"] is None,
        "first": what_comes_first(opened.kept, house),
        "begun": training is not None,
        "today": today.isoformat(),
        "yesterday": yesterday.day.isoformat(),
        "unrated": on == today and any(yesterday.adherence.values()) and yesterday.pain_after is None,
        "day": _tell_day(_find(days, on)),
        "is_today": on == today,
        "exercises": [] if training is None else _exercises(training.dates, on),
        "days": [_tell_day(one) for one in days if one.day <= today][:_MOST_SHOWN],
        "signs": house.reasoning.programme.rules["signs"].says,
        "answer": None if answer is None else tell_answer(answer),
    }


@router.post("/diary")
async def write(request: Request, opened: CaseHere, house: HouseHere) -> Response:
    """Keep what was told of a day; what was not told stays as it was."""
    form = await request.form()
    today = house.now().date()
    on = _day(str(form.get("day", "")), today)
    before = _find(house.store.entries(opened.kept.id), on)
    told: dict[str, Any] = {name: _number(str(form[name])) for name in NUMBERS if name in form}
    if "note" in form:
        told["note"] = str(form["note"]).strip()[:_LONGEST_NOTE]
    house.store.add_entry(opened.kept.id, replace(before, adherence=_ticks(form, house), **told))
    shown = str(form.get("shown", on.isoformat()))
    query = "" if shown == today.isoformat() else f"?day={_day(shown, today).isoformat()}"
    return RedirectResponse(f"/cases/{opened.kept.id}/diary{query}", status_code=303)


@router.post("/diary/signs")
def tell_signs(opened: CaseHere, house: HouseHere) -> Response:
    """Something on the list is new: a check-in begins, and stays open until it is answered."""
    today = house.now().date().isoformat()
    checkins = opened.kept.content.get("checkin", [])
    if not checkins or not checkins[-1].get("new") or checkins[-1]["answers"]:
        begun = {"date": today, "new": True, "answers": {}}
        content = {**opened.kept.content, "checkin": [*checkins, begun]}
        house.store.save_case(opened.kept.id, content, opened.kept.revision, house.now())
    return RedirectResponse(f"/cases/{opened.kept.id}/checkin", status_code=303)


def _find(days: tuple[DiaryDay, ...], on: date) -> DiaryDay:
    return next((one for one in days if one.day == on), DiaryDay(day=on))


def _tell_day(day: DiaryDay) -> dict[str, Any]:
    return {
        "iso": day.day.isoformat(),
        "on": tell_date(day.day),
        "short": tell_day(day.day),
        **{name: getattr(day, name) for name in NUMBERS},
        "note": day.note,
        "done": sorted(name for name, done in day.adherence.items() if done),
    }


def _exercises(dates: PlanDates, on: date) -> list[dict[str, str]]:
    """What a session of that day would hold, in its order."""
    session = dates.session_from(on)
    rows = session.exercises if session.on == on else dates.phase_of(on).planned.exercises
    return [{"id": row.exercise.id, "name": row.exercise.name} for row in rows]


def _day(given: str, today: date) -> date:
    return read_day(given, today - EARLIEST, today)


def _number(given: str) -> float | None:
    """0 to 10, or nothing said."""
    if not given:
        return None
    if given not in {str(number) for number in range(11)}:
        raise InputError(f"“{given}” is not on the scale.", remedy="choose a number from 0 to 10.")
    return float(given)


def _ticks(form: FormData, house: House) -> dict[str, bool]:
    """Exercises that the form says were done, or were not."""
    ticks = {str(name): said == "yes" for said in ("no", "yes") for name in form.getlist(f"done_{said}")}
    if not ticks.keys() <= house.reasoning.programme.exercises.keys():
        raise InputError("This exercise is not known.", remedy="load the page again.")
    return ticks


add_page(router, "/diary", "diary.html.j2", tell_diary)
