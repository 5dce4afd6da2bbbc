"""What is kept: its name, a copy to take along, the films, and how to erase all of it."""

import io
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response, UploadFile
from fastapi.responses import FileResponse, RedirectResponse
from starlette.background import BackgroundTask

from ... import __version__
from ...case_tables import is_measured, plain, write_tables
from ...casefile import build_case
from ...errors import InputError
from ...fhir import Account, write_bundle
from ...knowledge.versions import hash_of_tables
from ...reopening import read_days
from ...store import Deed, KeptFilm
from ..admitting import Admitting
from ..checking import TrayHere
from ..filming import STATES
from ..house import CaseHere, HouseHere, KeptCaseHere
from ..naming import fold
from ..rendering import Told, add_page
from ..visiting import VisitorHere, note
from .start import name_case, read_name

router = APIRouter(prefix="/cases/{id}", route_class=Admitting)
arrivals = APIRouter(route_class=Admitting)

_BLOCK = 1 << 20


def tell_keep(kept: KeptCaseHere, house: HouseHere) -> Told:
    """What there is of a case, understood or not; of a shared server who sees it, and not where it lies."""
    alone = house.shared is None
    return {
        "case": name_case(kept),
        "films": [_tell_film(film) for film in house.store.films(kept.id) if film.present],
        "measured": sum(is_measured(house.store, film) for film in house.store.films(kept.id)),
        "version": __version__,
        "tables": hash_of_tables()[:12],
        "folder": str(house.store.home) if alone else "",
        "seen_by": [] if alone else [one.name for one, _ in house.store.sharers(kept.id)],
    }


def _tell_film(film: KeptFilm) -> Told:
    """A film that is still here, and why."""
    return {
        "id": film.id,
        "name": film.name,
        "megabytes": film.size / 1e6,
        "says": STATES[film.state],
        "kept": film.kept,
    }


def tell_erase(kept: KeptCaseHere, house: HouseHere) -> Told:
    """What would go, counted without understanding it."""
    return {
        "case": name_case(kept),
        "answers": sum(_count(kept.content, name) for name in ("answers", "checkin")),
        "films": len(house.store.films(kept.id)),
        "days": house.store.count_days(kept.id),
    }


def _count(content: object, name: str) -> int:
    """So many rows are in a table, where it is one."""
    rows = content.get(name) if isinstance(content, Mapping) else None
    return len(rows) if isinstance(rows, Mapping | list) else 0


@router.post("/keep/name")
def rename(kept: KeptCaseHere, house: HouseHere, name: Annotated[str, Form()] = "") -> Response:
    """Call the case otherwise."""
    house.store.rename_case(kept.id, read_name(name), kept.revision, house.now())
    return RedirectResponse(f"/cases/{kept.id}/keep", status_code=303)


@router.get("/export")
def export(kept: KeptCaseHere, house: HouseHere) -> Response:
    """Everything of the case in one file."""
    folder = tempfile.TemporaryDirectory(prefix="kneewise-")
    try:
        file = Path(folder.name) / "case.zip"
        house.store.export_case(kept.id, file)
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(
        file,
        media_type="application/zip",
        filename=f"kneewise-{plain(kept.name)}.zip",
        background=BackgroundTask(folder.cleanup),
    )


@router.get("/fhir")
def export_bundle(opened: CaseHere, house: HouseHere) -> Response:
    """The same in the words of clinics' records, without a name."""
    now = house.now()
    account = Account(
        of=opened.kept.id,
        analysis=house.analyse(opened),
        reasoning=house.reasoning,
        diary=read_days(house.store.entries(opened.kept.id), now.date()),
    )
    name = {"Content-Disposition": 'attachment; filename="case.fhir.json"'}
    return Response(write_bundle(account, now), media_type="application/fhir+json", headers=name)


@router.get("/tables")
def export_tables(kept: KeptCaseHere, house: HouseHere) -> Response:
    """What was measured in every film, for other programs: a folder for each, in one file."""
    content = io.BytesIO()
    write_tables(house.store, kept, content)
    name = {"Content-Disposition": f'attachment; filename="kneewise-{plain(kept.name)}-tables.zip"'}
    return Response(content.getvalue(), media_type="application/zip", headers=name)


@router.post("/erase")
def erase(
    kept: KeptCaseHere, house: HouseHere, tray: TrayHere, sure: Annotated[str, Form()] = ""
) -> Response:
    """Remove all of it, for good, once the name was typed."""
    if not sure.strip() or fold(sure) != fold(kept.name):
        raise InputError(
            "The name does not match, and nothing was erased.",
            remedy="type it as it stands on the page.",
        )
    house.store.erase_case(kept.id)
    tray.erase(kept.id)
    return RedirectResponse("/", status_code=303)


@arrivals.post("/import")
def take_in(
    request: Request, house: HouseHere, visitor: VisitorHere, parcel: Annotated[UploadFile, Form()]
) -> Response:
    """Take in a case that was exported, here or on another computer."""
    with tempfile.TemporaryDirectory(prefix="kneewise-") as folder:
        file = Path(folder) / "case.zip"
        with file.open("wb") as written:
            while block := parcel.file.read(_BLOCK):
                written.write(block)
        case = house.store.import_case(file, check=lambda content: build_case(content, house.asking))
    if visitor.account is not None:
        house.store.share_case(case.id, visitor.account, keeps=True)
    note(request, Deed.ADDED, case=case.id)
    return RedirectResponse(f"/cases/{case.id}", status_code=303)


add_page(router, "/keep", "keep.html.j2", tell_keep)
add_page(router, "/erase", "erase.html.j2", tell_erase)
