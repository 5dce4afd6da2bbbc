"""The questions, one on each page, the urgent ones first; and what follows where somebody should look."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from ...casefile import build_case
from ...errors import InputError
from ...explaining import headline_of, render_page
from ...model import LOOKED_BY, NOTHING, Question, SelfTest, Tier
from ...screening import can_be_looked_at, find_contradictions, screen
from ...sitting import Sitting
from ..admitting import Admitting
from ..forms import VALUE, WEEKS, fields_of, has_sides, read_answer, read_revision
from ..house import CaseHere, House, HouseHere, MeaningHere, Opened
from ..rendering import Told, add_page, render
from .start import name_case

router = APIRouter(prefix="/cases/{id}", route_class=Admitting)

_FIRST, _AGAIN = "questions", "checkin"


def tell_question(opened: CaseHere, house: HouseHere, of: str = "") -> Told:
    """The next question, or the one that is to be answered again."""
    return _tell(_sit(opened, house, _FIRST), opened, _FIRST, of)


def tell_checkin(opened: CaseHere, house: HouseHere, of: str = "") -> Told:
    """The next question of today's check-in, or the one that is to be answered again."""
    return _tell(_sit(opened, house, _AGAIN), opened, _AGAIN, of)


def tell_answers(opened: CaseHere, house: HouseHere) -> Told:
    """Everything that was answered, to be changed."""
    content, asking = opened.kept.content, house.asking
    sitting = Sitting.of(content, asking, opened.kept.name)
    person = content.get("person", {})
    rows = [_row(one, _label(one, person[one.id])) for one in asking.person if one.id in person]
    rows += [
        _row(one, asking.label(one.id, opened.case.answers[one.id]))
        for one in asking.questions
        if one.id in opened.case.answers
    ]
    return {"case": name_case(opened.kept), "rows": rows, "left": sitting.left()}


def tell_referral(opened: CaseHere, house: HouseHere, meaning: MeaningHere) -> Told:
    """Who should look, how soon and why."""
    screening = meaning.told["screening"]
    tier = Tier(screening["tier"])
    return {
        "case": name_case(opened.kept),
        "refers": tier.refers,
        "emergency": tier is Tier.EMERGENCY,
        "headline": headline_of(screening),
        "reasons": screening["reasons"],
        "statements": screening["statements"],
        "pressed": [*_pressed(opened, house)],
        "clinicians": _clinicians(opened, house),
        "today": house.now().date().isoformat(),
        "wrong": None,
    }


def _clinicians(opened: Opened, house: House) -> list[Told]:
    """Who may have looked; nobody where no look can let the person go on."""
    if not can_be_looked_at(screen(opened.case, house.asking), house.asking):
        return []
    return [{"id": by, "name": name} for by, name in LOOKED_BY.items()]


def _pressed(opened: Opened, house: House) -> Iterator[Told]:
    """Answers that are an emergency: to be read once more, and taken back where they were a slip."""
    content = _sit(opened, house, _FIRST).taking_back(house.now().date())
    rows = build_case(content, house.asking).taken_back[len(opened.case.taken_back) :]
    for one in rows:
        yield _row(house.asking.asked[one.question], house.asking.label(one.question, one.answer))


@router.post("/referral/mistake")
def take_back(opened: CaseHere, house: HouseHere, revision: Annotated[str, Form()] = "") -> Response:
    """An emergency was pressed by mistake: note that, and ask again."""
    since = read_revision(revision)
    sitting = _sit(opened, house, _FIRST)
    content = sitting.taking_back(house.now().date())
    slips = content.get("taken_back", [])[len(opened.case.taken_back) :]
    if not slips and since < 0:
        raise InputError("This was not sent by a page of ours.", remedy="load the page again.")
    if not slips:
        return RedirectResponse(f"/cases/{opened.kept.id}/referral", status_code=303)
    house.store.save_case(opened.kept.id, content, since, house.now())
    onward = _AGAIN if sitting.emergencies()[0].checkin else _FIRST
    return RedirectResponse(f"/cases/{opened.kept.id}/{onward}?of={slips[0]['question']}", status_code=303)


@router.post("/referral/looked")
async def keep_look(request: Request, opened: CaseHere, house: HouseHere, meaning: MeaningHere) -> Response:
    """A clinician has looked and said that the person may squat: note that, and ask all signs again."""
    form = await request.form()
    try:
        day, by = _read_day(str(form.get("day", ""))), str(form.get("by", ""))
        content = _sit(opened, house, _FIRST).looked_at(day, by, house.now().date())
    except InputError as error:
        wrong = {"what": error.what, "remedy": error.remedy}
        told = tell_referral(opened, house, meaning) | {"wrong": wrong}
        return render(request, "referral.html.j2", told, status=422)
    house.store.save_case(opened.kept.id, content, read_revision(form.get("revision")), house.now())
    return RedirectResponse(f"/cases/{opened.kept.id}/{_AGAIN}", status_code=303)


def _read_day(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise InputError("The day is missing.", remedy="give the day on which they looked.") from error


@router.post(f"/{_FIRST}")
async def answer(request: Request, id: str, house: HouseHere) -> Response:
    """Keep an answer, and go on to the next question."""
    return await _answer(request, house.open(id), house, _FIRST)


@router.post(f"/{_AGAIN}")
async def answer_again(request: Request, id: str, house: HouseHere) -> Response:
    """Keep an answer of today's check-in, and go on to its next question."""
    return await _answer(request, house.open(id), house, _AGAIN)


@router.get("/clinician")
def show_page(opened: CaseHere, house: HouseHere) -> HTMLResponse:
    """The page to print for who looks."""
    return HTMLResponse(render_page(opened.case, house.asking, house.now().date().isoformat()))


async def _answer(request: Request, opened: Opened, house: House, sitting_of: str) -> Response:
    form = await request.form()
    sitting = _sit(opened, house, sitting_of)
    asked = sitting.find(str(form.get("of", "")))
    if asked is None:
        raise InputError("This question is not asked any more.", remedy="go on with the next one.")
    try:
        content = sitting.with_answer(asked, read_answer(asked, form))
    except InputError as error:
        told = _tell(sitting, opened, sitting_of, asked.id)
        wrong = {"what": error.what, "remedy": error.remedy}
        return render(request, "question.html.j2", told | {"wrong": wrong}, status=422)
    kept = house.store.save_case(opened.kept.id, content, read_revision(form.get("revision")), house.now())
    tier = screen(house.open(kept.id).case, house.asking).tier
    onward = "referral" if tier is Tier.EMERGENCY else sitting_of
    return RedirectResponse(f"/cases/{kept.id}/{onward}", status_code=303)


def _sit(opened: Opened, house: House, sitting_of: str) -> Sitting:
    today = house.now().date() if sitting_of == _AGAIN else None
    return Sitting.of(opened.kept.content, house.asking, opened.kept.name, today)


def _tell(sitting: Sitting, opened: Opened, sitting_of: str, of: str) -> Told:
    asked = sitting.find(of) or sitting.next()
    tier = screen(sitting.case, sitting.asking).tier
    left = sitting.left()
    return {
        "case": name_case(opened.kept),
        "sitting": sitting_of,
        "question": None if asked is None else _ask(sitting, asked),
        "left": left,
        "done": len(sitting.answers),
        "refers": tier.refers,
        "odd": [] if tier is Tier.EMERGENCY else [*_odd(sitting)],
        "wrong": None,
    }


def _odd(sitting: Sitting) -> Iterator[Told]:
    """Answers that do not fit together, with where to give them again."""
    for one in find_contradictions(sitting.case.moments[-1], sitting.asking):
        again = [name for name in one.questions if name in sitting.answers]
        if not again:
            continue  # nothing of it was said in this sitting
        yield {
            "says": one.says,
            "questions": [{"id": name, "text": sitting.asking.asked[name].text} for name in again],
        }


def _ask(sitting: Sitting, asked: Question | SelfTest) -> Told:
    given = {**sitting.content.get("person", {}), **sitting.answers}.get(asked.id)
    fields = _fields(asked)
    return {
        "id": asked.id,
        "text": asked.text,
        "why": asked.why,
        "type": asked.type.value,
        "unit": asked.unit,
        "low": asked.low,
        "high": asked.high,
        "choices": [
            {"id": name, "label": label, "alone": name in NOTHING} for name, label in asked.choices.items()
        ],
        "fields": fields,
        "given": {**dict.fromkeys((VALUE, *(one["name"] for one in fields))), **fields_of(asked, given)},
    }


def _fields(asked: Question | SelfTest) -> list[Told]:
    """Fields of a number, with what stands before each."""
    if has_sides(asked):
        return [{"name": f"{VALUE}_{side}", "label": side.capitalize()} for side in ("left", "right")]
    if asked.type.value == "weeks":
        ago = range(len(WEEKS) - 1, -1, -1)
        words = (f"{n} weeks ago" if n > 1 else "last week" if n else "this week" for n in ago)
        return [{"name": name, "label": label} for name, label in zip(WEEKS, words, strict=True)]
    return [{"name": VALUE, "label": ""}]


def _row(asked: Question | SelfTest, label: str) -> Told:
    return {"id": asked.id, "text": asked.text, "answer": label}


def _label(asked: Question, given: Any) -> str:
    return asked.choices.get(
        given, f"{given:g} {asked.unit}" if isinstance(given, int | float) else str(given)
    )


add_page(router, f"/{_FIRST}", "question.html.j2", tell_question)
add_page(router, f"/{_AGAIN}", "question.html.j2", tell_checkin)
add_page(router, "/answers", "answers.html.j2", tell_answers)
add_page(router, "/referral", "referral.html.j2", tell_referral)
