"""What is kept: its name, a copy to take along, the films, and how to erase all of it."""

import io
import re
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response, UploadFile
from fastapi.responses import FileResponse, RedirectResponse
from starlette.background import BackgroundTask

from ... import __version__
from ...casefile import build_case
from ...errors import InputError
from ...export import export_results
from ...fhir import Account, write_bundle
from ...knowledge.versions import hash_of_tables
from ...measuring import results_of
from ...reopening import read_days
from ...store import Deed, KeptFilm, Measured
from ..checking import TrayHere
from ..filming import STATES
from ..house import CaseHere, House, HouseHere, KeptCaseHere, MeaningHere
from ..naming import fold
from ..rendering import Told, add_page
from ..visiting import VisitorHere, note
from .start import name_case, read_name

router = APIRouter(prefix="/cases/{id}")
arrivals = APIRouter()

_BLOCK = 1 << 20


def tell_keep(kept: KeptCaseHere, house: HouseHere) -> Told:
    """What there is of a case, understood or not; of a shared server who sees it, and not where it lies."""
    alone = house.shared is None
    return {
        "case": name_case(kept),
        "films": [_tell_film(film) for film in house.store.films(kept.id) if film.present],
        "measured": sum(_is_measured(film, house) for film in house.store.films(kept.id)),
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
        filename=f"kneewise-{_plain(kept.name)}.zip",
        background=BackgroundTask(folder.cleanup),
    )


@router.get("/fhir")
def export_bundle(opened: CaseHere, house: HouseHere, meaning: MeaningHere) -> Response:
    """The same in the words of clinics' records, without a name."""
    now = house.now()
    account = Account(
        of=opened.kept.id,
        analysis=meaning.analysis,
        reasoning=house.reasoning,
        diary=read_days(house.store.entries(opened.kept.id), now.date()),
    )
    name = {"Content-Disposition": 'attachment; filename="case.fhir.json"'}
    return Response(write_bundle(account, now), media_type="application/fhir+json", headers=name)


@router.get("/tables")
def export_tables(kept: KeptCaseHere, house: HouseHere) -> Response:
    """What was measured in every film, for other programs: a folder for each, in one file."""
    content = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="kneewise-") as folder, zipfile.ZipFile(content, "w") as parcel:
        for number, film in enumerate(house.store.films(kept.id), start=1):
            if not _is_measured(film, house):
                continue
            out = Path(folder) / f"{number:02d}-{_plain(film.label.condition)}"
            for file in export_results(results_of(house.store, film), out).files:
                parcel.write(file, file.relative_to(folder), zipfile.ZIP_DEFLATED)
        if not parcel.namelist():
            raise InputError(
                "No film of this person was measured, so there are no numbers to hand on.",
                remedy="add a film, or wait until one is measured.",
            )
    name = {"Content-Disposition": f'attachment; filename="kneewise-{_plain(kept.name)}-tables.zip"'}
    return Response(content.getvalue(), media_type="application/zip", headers=name)


def _is_measured(film: KeptFilm, house: House) -> bool:
    """Whether there is something of a film to hand on."""
    return isinstance(film.ending, Measured) and (results_of(house.store, film) / "summary.json").exists()


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


def _plain(name: str) -> str:
    """A name as files may have it."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "case"


add_page(router, "/keep", "keep.html.j2", tell_keep)
add_page(router, "/erase", "erase.html.j2", tell_erase)
