"""The coach's desk: who needs attention today, everybody, and what printed pages say of the practice."""

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from ...errors import InputError
from ...store import Practice, is_readable
from ..admitting import Admitting
from ..desking import Attended, attend_all
from ..house import House, HouseHere
from ..logos import LARGEST_LOGO, read_logo
from ..naming import is_called
from ..rendering import Told, add_page, render
from ..visiting import VisitorHere
from .start import begin

router = APIRouter(prefix="/desk", route_class=Admitting)

_WHEN = {"now": "First", "today": "Today", "later": "When you see them next"}
_LONGEST = 120
_MOST = 50
"""So many are listed; a name finds the others."""


def tell_desk(house: HouseHere, visitor: VisitorHere, name: str = "") -> Told:
    """Who needs attention, and everybody whose name holds what was typed."""
    rows = attend_all(house, visitor)
    found = [one for one in rows if is_called(one.standing.name, name)]
    by_change = sorted(found, key=lambda one: one.standing.changed, reverse=True)
    return {
        "here": "/desk",
        "name": name,
        "count": len(rows),
        "sections": [] if name else [*_sections(rows, house)],
        "everybody": [_tell(one, house) for one in by_change[:_MOST]],
        "found": len(found),
        "groups": [
            {"id": one.id, "name": one.name, "count": sum(map(visitor.may_see, one.cases))}
            for one in house.store.groups()
            if visitor.may_see_group(one)
        ],
    }


def _sections(rows: Iterable[Attended], house: House) -> Iterable[Told]:
    for when, title in _WHEN.items():
        some = [_tell(one, house) for one in rows if one.when == when]
        if some:
            yield {"when": when, "title": title, "rows": some}


def _tell(one: Attended, house: House) -> dict[str, Any]:
    return {
        "id": one.standing.id,
        "name": one.standing.name,
        "changed": house.local(one.standing.changed).strftime("%-d %B %Y"),
        "when": one.when,
        "matters": [
            {
                "kind": matter.kind.name.lower(),
                "what": matter.what,
                "because": matter.because,
                "label": matter.label,
                "to": matter.to,
            }
            for matter in one.matters
        ],
    }


@router.post("/find")
def find(
    request: Request, house: HouseHere, visitor: VisitorHere, name: Annotated[str, Form()] = ""
) -> Response:
    """The desk with those of a name, which is sent where no log of addresses keeps it."""
    return render(request, "desk.html.j2", tell_desk(house, visitor, name))


@router.get("/find")
def find_again() -> Response:
    """The desk, where the address of a search was opened once more: it holds no name."""
    return RedirectResponse("/desk", status_code=303)


@router.post("/clients")
def add_client(request: Request, house: HouseHere, name: Annotated[str, Form()] = "") -> Response:
    """Somebody new, first to their page: consent comes before questions."""
    kept = begin(request, house, name)
    return RedirectResponse(f"/cases/{kept.id}/desk", status_code=303)


def tell_practice(house: HouseHere) -> Told:
    """What printed pages say of the practice."""
    practice = house.store.practice()
    return {
        "here": "/desk/practice",
        "practice": {
            "name": practice.name,
            "contact": practice.contact,
            "has_logo": practice.logo is not None,
        },
        "largest": LARGEST_LOGO,
    }


@router.get("/practice/logo.png")
def show_logo(house: HouseHere) -> Response:
    """The logo, as we made it anew."""
    logo = house.store.practice().logo
    if logo is None:
        raise InputError("There is no logo.", remedy="choose one on the page of the practice.")
    return Response(logo, media_type="image/png")


@router.post("/practice")
def keep_practice(
    house: HouseHere,
    name: Annotated[str, Form()] = "",
    contact: Annotated[str, Form()] = "",
    logo: Annotated[UploadFile | None, Form()] = None,
    without: Annotated[str, Form()] = "",
) -> Response:
    """Keep what stands on printed pages; a logo stays until another one comes, or none is wanted."""
    before = house.store.practice().logo
    content = logo.file.read(LARGEST_LOGO + 1) if logo is not None and logo.filename else b""
    kept = read_logo(content) if content else None if without else before
    practice = Practice(name=_line(name), contact=_line(contact), logo=kept)
    house.store.keep_practice(practice)
    return RedirectResponse("/desk/practice", status_code=303)


def _line(given: str) -> str:
    """One line as it was typed, spaces tidied."""
    line = " ".join(given.split())
    if len(line) > _LONGEST:
        raise InputError("This line is too long.", remedy=f"use up to {_LONGEST} letters.")
    if not is_readable(line):
        raise InputError("Something in this line cannot be printed.", remedy="type it once more.")
    return line


add_page(router, "", "desk.html.j2", tell_desk)
add_page(router, "/practice", "practice.html.j2", tell_practice)
