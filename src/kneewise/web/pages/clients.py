"""One client on the coach's desk: what needs attention, what changed, consents, notes, lifts."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from ...desk import FOR, UNREADABLE, Reading, Ready, in_force, read_gate
from ...errors import InputError
from ...explaining import (
    Occasion,
    Sheet,
    capital,
    compare_pain,
    compare_tests,
    sheet_for_client,
    sheet_for_colleague,
)
from ...knowledge.exits import read_exits
from ...model.planned import Diary, Readiness
from ...plan import Verdict, worst_of_week
from ...report import print_sheet, tell_answer, tell_date
from ...store import Consent, KeptCase, KeptMeaning, Note, Purpose, is_readable
from ...store.kept_of_clients import LONGEST_LINE, LONGEST_NOTE
from ..admitting import Admitting
from ..desking import attend_all
from ..forms import read_day
from ..house import (
    CaseHere,
    House,
    HouseHere,
    KeptCaseHere,
    Meaning,
    MeaningHere,
    Opened,
    letterhead_of,
    tell_tests,
)
from ..remembering import recall_meanings
from ..rendering import Told, add_page
from ..training import plan_of, read_diary, training_of
from ..visiting import VisitorHere
from .progress import tell_films
from .start import name_case

router = APIRouter(prefix="/cases/{id}/desk", route_class=Admitting)

_WEEK = timedelta(days=7)
_LONG_AGO = timedelta(days=3650)
"""A consent was said no longer ago."""
_WHEN = {
    Readiness.TODAY: "Today",
    Readiness.TODAY_LIGHTER: "Today, lighter",
    Readiness.NEXT: "After this",
    Readiness.LATER: "Later",
}


def tell_client(kept: KeptCaseHere, house: HouseHere, visitor: VisitorHere) -> Told:
    """Everything a coach needs of one client, and nothing that another page says better."""
    (attended,) = attend_all(house, visitor, [kept.id])
    reviewed = _tell_review(kept, house)
    unreadable = () if reviewed["readable"] else (UNREADABLE,)
    return {
        "case": name_case(kept),
        "here": "/desk",
        "matters": (*unreadable, *(one for one in attended.matters if one not in unreadable)),
        **reviewed,
        **_tell_consents(house.store.consents(kept.id), house),
        "notes": [_tell_note(note, house) for note in house.store.notes(kept.id)],
        "longest": LONGEST_NOTE,
    }


def _tell_review(kept: KeptCase, house: House) -> Told:
    """What the case means by now; nothing where a newer or older kneewise wrote what this one cannot read."""
    try:
        opened = house.open(kept.id)
        meaning = house.understand(opened)
    except InputError:
        return {"readable": False, "refers": True, "review": None}
    return {
        "readable": True,
        "refers": meaning.told["plan"] is None,
        "review": _review(opened, house),
    }


def tell_consents(kept: KeptCaseHere, house: HouseHere) -> Told:
    """The consents with their whole history, to be printed and signed."""
    practice = house.store.practice()
    return {
        "case": name_case(kept),
        "here": "/desk",
        "practice": practice.name,
        "contact": practice.contact,
        "printed": tell_date(house.now().date()),
        **_tell_consents(house.store.consents(kept.id), house),
    }


@router.get("/client.pdf")
def print_for_client(opened: CaseHere, house: HouseHere, meaning: MeaningHere) -> Response:
    """One page in plain words."""
    sheet = sheet_for_client(meaning.told, _occasion(opened, house))
    return _printed(sheet, house, "page.pdf")


@router.get("/colleague.pdf")
def print_for_colleague(opened: CaseHere, house: HouseHere, meaning: MeaningHere) -> Response:
    """The same with every number and its error."""
    occasion = _occasion(opened, house)
    sheet = sheet_for_colleague(house.analyse(opened), meaning.told, house.asking, occasion)
    return _printed(sheet, house, "colleague.pdf")


def _printed(sheet: Sheet, house: House, name: str) -> Response:
    pdf = print_sheet(sheet, letterhead_of(house), house.now().date())
    how = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(pdf, media_type="application/pdf", headers=how)


def _occasion(opened: Opened, house: House) -> Occasion:
    held = in_force(house.store.consents(opened.kept.id))
    said = [
        f"{FOR[purpose]}: {'given' if one.given else 'withdrawn'} on {tell_date(one.day)}, by {one.told_by}."
        for purpose, one in held.items()
    ]
    return Occasion(
        name=opened.kept.name,
        on=house.now().date(),
        consent=" ".join(said) or "None is noted.",
        since=tuple(_say_review(_review(opened, house))),
    )


def _say_review(review: Told) -> Iterator[str]:
    """What changed since last time, in sentences."""
    pain = review["pain"]
    if pain is not None:
        yield f"Worst pain of a week: {pain['then']:g} → {pain['now']:g} of 10, {_say_change(pain)}."
    for row in review["tests"]:
        side = f", {row['side']}" if row["side"] else ""
        yield f"{row['name']}{side}: {row['then']:g} → {row['now']:g} {row['unit']}, {_say_change(row)}."
    films = review["films"]
    rows = [row for row in films["told"].get("rows", ()) if row["real"]] if films else []
    for row in rows:
        side = f", {row['side']}" if row["side"] else ""
        yield f"{capital(row['label'])}{side}: {row['change']}, a real change."
    if films and not rows:
        yield "Between the last two films nothing changed by more than the error."


def _say_change(row: Mapping[str, Any]) -> str:
    return "a real change" if row["real"] else "within the error"


def tell_lifts(opened: CaseHere, house: HouseHere, meaning: MeaningHere) -> Told:
    """Which lift today and which after what, as the plan has it."""
    page: Told = {
        "case": name_case(opened.kept),
        "here": "/desk",
        "stopped": _stopped(opened, house, meaning),
        "answer": None,
        "sections": [],
        "exits": [],
    }
    plan = plan_of(meaning)
    if page["stopped"] is not None or plan is None:
        return page
    today = house.now().date()
    training = training_of(opened, meaning, house, today)
    diary = training.diary if training is not None else _diary(opened, house)
    rows = read_gate(plan, read_exits(), diary, opened.case.tests, house.asking.tests)
    answer = None if training is None else training.answer
    return page | {
        "answer": None if answer is None else tell_answer(answer),
        "sections": [*_sections(rows)],
        "squat": plan.choice.option.name,
    }


def _stopped(opened: Opened, house: House, meaning: Meaning) -> Told | None:
    """Why nothing is lifted today; None where something may be."""
    plan = meaning.told["plan"]
    if plan is None:
        return {
            "what": "Not before somebody looked at it",
            "because": "The answers hold something that a clinician should see first.",
            "label": "Read what to do",
            "to": "/referral",
        }
    if plan["waits_for"]:
        return {
            "what": "Not before the questions are answered",
            "because": "Questions are open whose answers could stop the plan.",
            "label": "Ask them",
            "to": "/checkin"
            if meaning.told["screening"]["unasked"] and _has_checkin(opened)
            else "/questions",
        }
    training = training_of(opened, meaning, house, house.now().date())
    answer = None if training is None else training.answer
    if answer is None:
        return None
    match answer.verdict:
        case Verdict.SEE_SOMEONE:
            what, label, to = "Not before somebody looked at it", "See then and now", "/progress"
        case Verdict.CHECK_IN:
            what, label, to = "Not before the signs were asked again", "Ask the signs again", "/checkin"
        case _:
            return None
    return {"what": what, "because": answer.rules[0].says, "label": label, "to": to}


def _has_checkin(opened: Opened) -> bool:
    return bool(opened.case.checkins)


def _diary(opened: Opened, house: House) -> Diary:
    today = house.now().date()
    return read_diary(opened.case, house.store.entries(opened.kept.id), today, signs=False)


def _sections(rows: Sequence[Ready]) -> Iterator[Told]:
    """Lifts by when they are done; those that wait for the same stand together."""
    for readiness, title in _WHEN.items():
        some = [row for row in rows if row.gated.readiness is readiness]
        groups: dict[tuple[Any, ...], list[Ready]] = {}
        for row in some:
            waits = tuple(one.exit.says for one in row.readings), row.besides
            groups.setdefault(waits, []).append(row)
        if some:
            yield {
                "title": title,
                "lighter": readiness is Readiness.TODAY_LIGHTER,
                "today": some[0].today,
                "groups": [_tell_group(group) for group in groups.values()],
            }


def _tell_group(rows: Sequence[Ready]) -> Told:
    return {
        "lifts": [
            {"id": row.gated.lift.id, "name": row.gated.lift.name, "lighter": row.gated.lift.lighter}
            for row in rows
        ],
        "readings": [_tell_reading(one) for one in rows[0].readings],
        "besides": list(rows[0].besides),
    }


def _tell_reading(one: Reading) -> Told:
    return {
        "says": one.exit.says,
        "today": one.today,
        "needed": one.needed,
        "met": one.met,
        "reads": one.exit.reads.value,
        "source": one.exit.source,
        "checked": one.exit.checked,
        "grade": one.exit.grade,
    }


def _review(opened: Opened, house: House) -> Told:
    """What changed since last time: real, or within the error."""
    today = house.now().date()
    days = read_diary(opened.case, house.store.entries(opened.kept.id), today, signs=False).days
    pain = compare_pain(worst_of_week(days, today - _WEEK), worst_of_week(days, today))
    now = tell_tests(opened.case)
    return {
        "pain": pain,
        "tests": compare_tests(
            _last_tests(recall_meanings(house.store, opened.kept.id), now), now, house.asking
        ),
        "films": tell_films(opened, house, earlier=-2),
    }


def _last_tests(meanings: Sequence[KeptMeaning], now: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Each self-test as it last was otherwise than today."""
    today = {(row["id"], row["side"]): row["value"] for row in now}
    last: dict[tuple[str, str | None], Mapping[str, Any]] = {}
    for kept in meanings:
        for row in kept.summary.get("tests", ()):
            key = row["id"], row["side"]
            if key in today and row["value"] != today[key]:
                last.setdefault(key, row)
    return [*last.values()]


def _tell_consents(consents: Sequence[Consent], house: House) -> Told:
    held = in_force(consents)
    return {
        "purposes": [
            {
                "id": purpose.value,
                "says": FOR[purpose],
                "given": held[purpose].given if purpose in held else None,
                "day": tell_date(held[purpose].day) if purpose in held else "",
                "told_by": held[purpose].told_by if purpose in held else "",
            }
            for purpose in Purpose
        ],
        "history": [_tell_consent(one, house) for one in reversed(consents)],
        "today": house.now().date().isoformat(),
    }


def _tell_consent(one: Consent, house: House) -> Told:
    return {
        "says": FOR[one.purpose],
        "given": one.given,
        "day": tell_date(one.day),
        "told_by": one.told_by,
        "words": one.words,
        "written": house.local(one.written).strftime("%-d %B %Y, %H:%M"),
    }


def _tell_note(note: Note, house: House) -> Told:
    moments = [house.local(one.written).strftime("%-d %B %Y, %H:%M") for one in note.versions]
    return {
        "id": note.id,
        "words": note.words,
        "made": moments[0],
        "changed": moments[-1] if len(moments) > 1 else "",
        "before": [
            {"written": when, "words": one.words}
            for when, one in zip(moments[:-1], note.versions[:-1], strict=True)
        ],
    }


@router.post("/consents")
async def add_consent(request: Request, kept: KeptCaseHere, house: HouseHere) -> Response:
    """Write down what was said; nothing of it is changed later."""
    form = await request.form()
    said, purposes = str(form.get("said", "")), form.getlist("purpose")
    today = house.now().date()
    if said not in ("given", "withdrawn"):
        raise InputError("It is not said what happened.", remedy="choose whether it was given or withdrawn.")
    wanted = [one for one in Purpose if one.value in purposes]
    if not wanted:
        raise InputError("It is not said what for.", remedy="choose at least one purpose.")
    for one in wanted:
        consent = Consent(
            purpose=one,
            given=said == "given",
            day=read_day(str(form.get("day", "")), today - _LONG_AGO, today),
            told_by=_line(str(form.get("told_by", ""))) or kept.name,
            words=_words(str(form.get("words", ""))),
            written=house.now(),
        )
        house.store.add_consent(kept.id, consent)
    return RedirectResponse(f"/cases/{kept.id}/desk#consent", status_code=303)


@router.post("/notes")
def write_note(
    kept: KeptCaseHere,
    house: HouseHere,
    words: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """Write a note, or say one otherwise."""
    told = _words(words)
    if not told:
        raise InputError("The note is empty.", remedy="write something, or remove it.")
    house.store.write_note(kept.id, told, house.now(), note or None)
    return RedirectResponse(f"/cases/{kept.id}/desk#notes", status_code=303)


@router.post("/notes/remove")
def remove_note(kept: KeptCaseHere, house: HouseHere, note: Annotated[str, Form()] = "") -> Response:
    """Remove a note with everything that it ever said."""
    house.store.remove_note(kept.id, note)
    return RedirectResponse(f"/cases/{kept.id}/desk#notes", status_code=303)


def _line(given: str) -> str:
    return " ".join("".join(one if is_readable(one) else " " for one in given).split())[:LONGEST_LINE]


def _words(given: str) -> str:
    """Text of several lines as it was typed, with line ends of one kind."""
    told = given.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(told) > LONGEST_NOTE:
        raise InputError("This is too long.", remedy=f"use up to {LONGEST_NOTE} letters, or two notes.")
    return "".join(one if is_readable(one) or one == "\n" else " " for one in told)


add_page(router, "", "desk_client.html.j2", tell_client)
add_page(router, "/consents", "desk_consents.html.j2", tell_consents)
add_page(router, "/lifts", "desk_lifts.html.j2", tell_lifts)
