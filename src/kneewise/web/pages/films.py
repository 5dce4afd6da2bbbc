"""Films: how to take one, how it comes here, how far its measuring is, and what was seen in it."""

import json
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response, UploadFile
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse
from markupsafe import Markup

from ...conventions import USUAL
from ...errors import InputError, StoreError
from ...measuring import results_of
from ...report import show
from ...store import FilmState, KeptCase, KeptFilm, Label
from ..admitting import Admitting
from ..filming import BUSY, bars, say_seen, say_warnings, tell_film
from ..house import MAY_MOVE, House, HouseHere, KeptCaseHere, check_may_move, what_comes_first
from ..phone import FILMS, OPEN_FOR, Door, DoorHere, Visit, draw_code, errand_of_films, tell_code
from ..rendering import Told, add_page, render
from ..uploading import Parcel, conditions_to_film, read_label, take_body, take_file
from .start import name_case

router = APIRouter(prefix="/cases/{id}", route_class=Admitting)

_SHOWN = {"overlay.mp4": "video/mp4", "film.mp4": "video/mp4", "viewer.json": "application/json"}
"""Results that the page of a film shows: name → type."""
_OF_REPORT = (
    "sandbox allow-scripts allow-popups; default-src 'none'; base-uri 'none'; form-action 'none'; "
    "img-src data:; media-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "frame-ancestors 'none'"
)
"""The report brings its scripts along; it runs without our cookie, as if it were of somebody else."""
_MOST_SAID = 6


def kept_film(id: str, film: str, house: HouseHere) -> KeptFilm:
    """The film of the address.

    Raises
    ------
    StoreError
        When there is none in this case.
    """
    found = house.store.film(film)
    if found.case != id:
        raise StoreError(f"There is no film '{film}'.", remedy="go back to the films.")
    return found


KeptFilmHere = Annotated[KeptFilm, Depends(kept_film)]


def tell_films(kept: KeptCaseHere, house: HouseHere, door: DoorHere, condition: str = USUAL) -> Told:
    """How to film, and every film so far."""
    rows = conditions_to_film(house.asking)
    wanted = next((row for row in rows if row.id == condition), rows[0])
    return {
        "case": name_case(kept),
        "here": "/films",
        "first": what_comes_first(kept, house),
        "wanted": {"id": wanted.id, "name": wanted.name, "text": wanted.text, "usual": wanted.id == USUAL},
        **_tell_choices(house),
        "largest": house.largest_film,
        "picture": _picture(),
        "code_here": None
        if house.shared is None
        else draw_code(f"{house.shared.origin}/cases/{kept.id}/films"),
        **tell_list(kept, house),
        **tell_door(kept, house, door),
    }


def tell_label(kept: KeptCaseHere, film: KeptFilmHere, house: HouseHere) -> Told:
    """What a film shows as the person said, to be said otherwise."""
    burden = film.label.burden
    return {
        "case": name_case(kept),
        "here": "/films",
        "film": {
            "id": film.id,
            "name": film.name,
            "condition": film.label.condition,
            "load": f"{burden.mass:g}" if burden.mass else "",
            "bar": burden.bar.value,
        },
        **_tell_choices(house),
    }


def _tell_choices(house: House) -> Told:
    """What a film can show."""
    return {
        "conditions": [{"id": row.id, "name": row.name} for row in conditions_to_film(house.asking)],
        "bars": [{"id": name, "label": label} for name, label in bars().items()],
    }


def tell_list(kept: KeptCaseHere, house: HouseHere) -> Told:
    """Every film so far, the newest first, and whether any of them will change by itself."""
    now = house.now()
    films = [
        tell_film(film, summary_of(house, film), house.asking, now)
        for film in reversed(house.store.films(kept.id))
    ]
    return {"case": name_case(kept), "films": films, "watching": any(film["busy"] for film in films)}


def tell_door(kept: KeptCaseHere, house: HouseHere, door: DoorHere) -> Told:
    """How the phone gets here, while its door is open."""
    return {"case": name_case(kept), **tell_code(door, kept.id, FILMS, house.now())}


def tell_measured(kept: KeptCaseHere, film: KeptFilmHere, house: HouseHere) -> Told:
    """What was seen in one film, and where what is drawn of it lies."""
    summary, place = summary_of(house, film), results_of(house.store, film)
    there = {one.name for one in place.iterdir()} if summary is not None else set()
    at = f"/cases/{kept.id}/films/{film.id}"
    return {
        "case": name_case(kept),
        "here": "/films",
        "card": tell_film(film, summary, house.asking, house.now()),
        "findings": [] if summary is None else _findings(summary),
        "unmeasured": [] if summary is None else _unmeasured(summary),
        **{
            what: f"{at}/{name}" if name in there else None
            for what, name in (("overlay", "overlay.mp4"), ("video", "film.mp4"), ("data", "viewer.json"))
        },
        "report": f"{at}/report" if "report.html" in there else None,
        "outdated": [] if summary is None else [*_outdated(summary, kept, film)],
    }


MeasuredHere = Annotated[Told, Depends(tell_measured)]


@router.put("/films.json", dependencies=MAY_MOVE)
async def add_film(request: Request, kept: KeptCaseHere, house: HouseHere) -> Response:
    """Take a film as it arrives; its name and what it shows stand in the address."""
    told = request.query_params
    parcel = _parcel(house, told.get("name", ""), told)
    film = await take_body(request, house.store, kept.id, parcel, house.now())
    return JSONResponse({"id": film.id}, status_code=201)


@router.post("/films", dependencies=MAY_MOVE)
async def add_films(
    request: Request, kept: KeptCaseHere, house: HouseHere, film: Annotated[list[UploadFile], Form()]
) -> Response:
    """The same of a form, for browsers without scripts."""
    told = await request.form()
    for one in film:
        parcel = _parcel(house, one.filename or "", told)
        await take_file(one, house.store, kept.id, parcel, house.now())
    return RedirectResponse(f"/cases/{kept.id}/films", status_code=303)


@router.post("/phone", dependencies=MAY_MOVE)
async def open_door(request: Request, kept: KeptCaseHere, house: HouseHere, door: DoorHere) -> Response:
    """Let a phone in this network send films, for some minutes."""
    parcel = _parcel(house, "", await request.form())
    visit = Visit(
        store=house.store,
        case=kept.id,
        name=kept.name,
        errand=errand_of_films(house, kept.id, parcel.label),
        until=house.now() + OPEN_FOR,
        now=house.now,
        check=lambda: check_may_move(kept.id, house),
    )
    door.open(visit)
    return _after_door(request, kept, house, door)


@router.post("/phone/close")
def close_door(request: Request, kept: KeptCaseHere, house: HouseHere, door: DoorHere) -> Response:
    """Let no phone in any more for this case."""
    door.close_for(kept.id)
    return _after_door(request, kept, house, door)


def _after_door(request: Request, kept: KeptCase, house: House, door: Door) -> Response:
    if "HX-Request" in request.headers:
        return render(request, "films_phone.html.j2", tell_door(kept, house, door))
    return RedirectResponse(f"/cases/{kept.id}/films", status_code=303)


@router.post("/films/{film}/label")
async def say_otherwise(
    request: Request, kept: KeptCaseHere, film: KeptFilmHere, house: HouseHere
) -> Response:
    """Say otherwise what a film shows; what was measured in it does not depend on that."""
    form = await request.form()
    if "condition" not in form:
        raise InputError("What the film shows is missing.", remedy="choose a way to squat.")
    house.store.label_film(film.id, _label(house, form))
    return RedirectResponse(f"/cases/{kept.id}/films", status_code=303)


@router.post("/films/{film}/{what}")
def change_film(
    request: Request, kept: KeptCaseHere, film: KeptFilmHere, what: str, house: HouseHere
) -> Response:
    """Try it again, stop measuring it, keep it or not, erase it."""
    store = house.store
    match what:
        case "again":
            check_may_move(kept.id, house)
            store.retry(film.id)
        case "cancel":
            store.cancel(film.id)
        case "keep" | "drop":
            store.keep_film(film.id, what == "keep")
        case "erase":
            store.erase_film(film.id)
        case _:
            raise InputError("This cannot be done with a film.", remedy="go back to the films.")
    if "HX-Request" in request.headers:
        return render(request, "films_list.html.j2", tell_list(kept, house))
    return RedirectResponse(f"/cases/{kept.id}/films", status_code=303)


add_page(router, "/films", "films.html.j2", tell_films)
add_page(router, "/phone", "films_phone.html.j2", tell_door)
add_page(router, "/films/list", "films_list.html.j2", tell_list)
add_page(router, "/films/{film}/label", "films_label.html.j2", tell_label)


@router.get("/films/{film}.json", name="film_json")
def show_film_json(told: MeasuredHere) -> Response:
    """What was seen in one film, and where what is drawn of it lies."""
    return JSONResponse(told)


@router.get("/films/{film}", name="film")
def show_film(request: Request, told: MeasuredHere, film: KeptFilmHere, house: HouseHere) -> Response:
    """What was seen in a film: with everything that can be drawn of it, or in words where nothing can."""
    viewer = None if told["data"] is None else _read_viewer(results_of(house.store, film) / "viewer.json")
    if viewer is None:
        return render(request, "measured.html.j2", told)
    return render(request, "seen.html.j2", told | {"film": viewer})


@router.get("/films/{film}/report")
def show_report(film: KeptFilmHere, house: HouseHere) -> Response:
    """The full report, which can do nothing in our name."""
    place = results_of(house.store, film) / "report.html"
    if not place.exists():
        raise _missing("report")
    return HTMLResponse(place.read_bytes(), headers={"Content-Security-Policy": _OF_REPORT})


@router.get("/films/{film}/{name}")
def show_result(film: KeptFilmHere, name: str, house: HouseHere) -> Response:
    """The film with the skeleton, and what the page draws beside it."""
    place = results_of(house.store, film) / name
    if name not in _SHOWN or not place.exists():
        raise _missing(name)
    return FileResponse(place, media_type=_SHOWN[name])


def _missing(name: str) -> StoreError:
    return StoreError(f"There is no {name} of this film.", remedy="go back to the film, and load it again.")


def _parcel(house: House, name: str, told: Any) -> Parcel:
    return Parcel(name=name or "film", label=_label(house, told), largest=house.largest_film, room=house.room)


def _label(house: House, told: Any) -> Label:
    return read_label(
        house.asking,
        str(told.get("condition", USUAL)),
        str(told.get("load", "")),
        str(told.get("bar", "none")),
    )


def summary_of(house: House, film: KeptFilm) -> dict[str, Any] | None:
    """Summary of the results of a film; None while it is being measured, and where there are none."""
    if film.state in BUSY or film.state is FilmState.CANCELLED:
        return None
    place = results_of(house.store, film) / "summary.json"
    try:
        return _read_summary(place, place.stat().st_mtime_ns)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=32)
def _read_summary(place: Path, _changed: int) -> dict[str, Any] | None:
    """A summary of which everything can be told that pages tell; None of one that cannot be read."""
    try:
        summary: dict[str, Any] = json.loads(place.read_bytes())
        told = say_seen(summary), say_warnings(summary), _findings(summary), _unmeasured(summary)
        json.dumps((told, _carried(summary), summary["person"].get("sex")), ensure_ascii=False).encode()
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None
    return summary


def _read_viewer(place: Path) -> dict[str, Any] | None:
    """What is drawn of a film; None where it cannot be read."""
    try:
        viewer = json.loads(place.read_bytes())
        json.dumps(viewer, ensure_ascii=False).encode()
    except (OSError, RecursionError, ValueError):
        return None
    return viewer if isinstance(viewer, dict) else None


def _findings(summary: dict[str, Any]) -> list[Told]:
    """Each sentence once, with the sides that it is true of, and whether it is more than the error."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for finding in summary["findings"]:
        rows.setdefault(finding["statement"], []).append(finding)
    return [
        {
            "says": says,
            "numbers": [f"{one['side'] + ' ' if one['side'] else ''}{show(one)}" for one in some],
            "sure": any(one["sure"] for one in some),
        }
        for says, some in rows.items()
    ]


def _unmeasured(summary: dict[str, Any]) -> list[Told]:
    told = {(one["because"], one["remedy"]) for one in summary["unmeasured"]}
    return [{"because": because, "remedy": remedy} for because, remedy in sorted(told)][:_MOST_SAID]


def _outdated(summary: dict[str, Any], kept: KeptCase, film: KeptFilm) -> Iterator[str]:
    """What the results rest on, and is said otherwise by now."""
    now, then = kept.content.get("person", {}), summary["person"]
    names = {"height_cm": "your height", "mass_kg": "your body mass", "sex": "your sex"}
    yield from (words for name, words in names.items() if name in now and now[name] != then.get(name))
    if _carried(summary) != (round(film.label.burden.mass, 1), film.label.burden.bar.value):
        yield "what you carried"


def _carried(summary: dict[str, Any]) -> tuple[float, str]:
    """Mass and place of what was carried. [kg]"""
    told = summary["films"][0]
    return told["load_kg"], told["bar"]


@lru_cache(maxsize=1)
def _picture() -> Markup:
    return Markup(files("kneewise").joinpath("templates/phone.svg").read_text(encoding="utf-8"))
