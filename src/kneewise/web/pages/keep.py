"""What is kept: its name, a copy to take along, the films, and how to erase all of it."""

import re
import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Response, UploadFile
from fastapi.responses import FileResponse, RedirectResponse
from starlette.background import BackgroundTask

from ... import __version__
from ...errors import InputError
from ...knowledge.versions import hash_of_tables
from ..house import CaseHere, HouseHere
from ..rendering import Told, add_page
from .start import name_case, read_name

router = APIRouter(prefix="/cases/{id}")
arrivals = APIRouter()

_BLOCK = 1 << 20


def tell_keep(opened: CaseHere, house: HouseHere) -> Told:
    """What there is of a case."""
    return {
        "case": name_case(opened.kept),
        "films": [
            {"id": film.id, "name": film.name, "megabytes": film.size / 1e6}
            for film in opened.films
            if film.present and film.kept
        ],
        "version": __version__,
        "tables": hash_of_tables()[:12],
        "folder": str(house.store.home),
    }


def tell_erase(opened: CaseHere, house: HouseHere) -> Told:
    """What would go."""
    return {
        "case": name_case(opened.kept),
        "answers": len(opened.case.answers) + len(opened.case.checkins),
        "films": len(opened.films),
        "days": len(house.store.entries(opened.kept.id)),
    }


@router.post("/keep/name")
def rename(opened: CaseHere, house: HouseHere, name: Annotated[str, Form()] = "") -> Response:
    """Call the case otherwise."""
    house.store.rename_case(opened.kept.id, read_name(name), opened.kept.revision, house.now())
    return RedirectResponse(f"/cases/{opened.kept.id}/keep", status_code=303)


@router.get("/export")
def export(opened: CaseHere, house: HouseHere) -> Response:
    """Everything of the case in one file."""
    folder = tempfile.TemporaryDirectory(prefix="kneewise-")
    try:
        file = Path(folder.name) / "case.zip"
        house.store.export_case(opened.kept.id, file)
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(
        file,
        media_type="application/zip",
        filename=f"kneewise-{_plain(opened.kept.name)}.zip",
        background=BackgroundTask(folder.cleanup),
    )


@router.post("/erase")
def erase(opened: CaseHere, house: HouseHere, sure: Annotated[str, Form()] = "") -> Response:
    """Remove all of it, for good, once the name was typed."""
    if sure.strip().casefold() != opened.kept.name.strip().casefold():
        raise InputError(
            "The name does not match, and nothing was erased.",
            remedy="type it as it stands on the page.",
        )
    house.store.erase_case(opened.kept.id)
    return RedirectResponse("/", status_code=303)


@arrivals.post("/import")
def take_in(house: HouseHere, parcel: Annotated[UploadFile, Form()]) -> Response:
    """Take in a case that was exported, here or on another computer."""
    with tempfile.TemporaryDirectory(prefix="kneewise-") as folder:
        file = Path(folder) / "case.zip"
        with file.open("wb") as written:
            while block := parcel.file.read(_BLOCK):
                written.write(block)
        case = house.store.import_case(file)
    return RedirectResponse(f"/cases/{case.id}", status_code=303)


def _plain(name: str) -> str:
    """A name as files may have it."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "case"


add_page(router, "/keep", "keep.html.j2", tell_keep)
add_page(router, "/erase", "erase.html.j2", tell_erase)
