"""The first page, and the one thing to do next of each case."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from ...casefile import VERSION
from ...errors import InputError
from ...sitting import Sitting
from ...store import LONGEST_NAME, Deed, KeptCase, is_name
from ..admitting import Admitting
from ..house import CaseHere, House, HouseHere, MeaningHere, what_comes_first
from ..rendering import Told, add_page
from ..visiting import Role, VisitorHere, note, visitor_of
from ..way import next_of, steps_of

router = APIRouter(route_class=Admitting)


def tell_start(house: HouseHere, visitor: VisitorHere) -> Told:
    """Everybody who is kept here, and whom the visitor may see."""
    return {
        "cases": [
            {"id": kept.id, "name": kept.name, "changed": house.local(kept.changed).date().isoformat()}
            for kept in house.store.cases()
            if visitor.may_see(kept.id)
        ],
        "coaches": visitor.role is not Role.CLIENT,
    }


def tell_case(opened: CaseHere, house: HouseHere, meaning: MeaningHere, visitor: VisitorHere) -> Told:
    """Where the person is on their way."""
    left = Sitting.of(opened.kept.content, house.asking, opened.kept.name).left()
    first = what_comes_first(opened.kept, house)
    return {
        "case": name_case(opened.kept),
        "here": "",
        "next": next_of(meaning.told, opened.films, left, first),
        "steps": steps_of(meaning.told, opened.films, left),
        "coaches": visitor.role is not Role.CLIENT,
    }


def name_case(kept: KeptCase) -> Told:
    """What every page of a case says of it."""
    return {"id": kept.id, "name": kept.name, "revision": kept.revision}


@router.post("/cases")
def add_case(request: Request, house: HouseHere, name: Annotated[str, Form()] = "") -> Response:
    """Begin with somebody new; the urgent questions come at once."""
    kept = begin(request, house, name)
    return RedirectResponse(f"/cases/{kept.id}/questions", status_code=303)


def begin(request: Request, house: House, name: str) -> KeptCase:
    """A case of somebody new, kept by whoever begins it.

    Raises
    ------
    InputError
        When that is no name.
    """
    content, keeper = {"version": VERSION}, visitor_of(request).account
    kept = house.store.add_case(read_name(name), house.now(), content, keeper)
    note(request, Deed.ADDED, case=kept.id)
    return kept


def read_name(given: str) -> str:
    """A name as it was typed, spaces tidied.

    Raises
    ------
    InputError
        When there is none, or it is too long to be one.
    """
    called = " ".join(given.split())
    if not is_name(called):
        raise InputError(
            "A name is missing, or too long.", remedy=f"type any name, up to {LONGEST_NAME} letters."
        )
    return called


add_page(router, "/", "start.html.j2", tell_start)
add_page(router, "/cases/{id}", "case.html.j2", tell_case)
