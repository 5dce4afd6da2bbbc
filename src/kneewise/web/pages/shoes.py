"""Photos of feet and insoles: taken, sent by a phone, corrected, and what they say of the shoes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Depends, Form, Request, Response, UploadFile
from markupsafe import Markup

from ...conventions import Side
from ...errors import InputError
from ...feet import (
    WEIGHT,
    Paper,
    Role,
    Shows,
    draw_camera,
    draw_fit,
    draw_on_sheet,
    say_fit,
    summarise,
)
from ...feet.marks import build_marks
from ...store import KeptCase
from ..admitting import Admitting
from ..checking import (
    LARGEST_PHOTO,
    NAMES,
    ORDER,
    Laid,
    Tray,
    TrayHere,
    check_of,
    errand_of_photos,
    next_of_check,
    read_photo_file,
)
from ..house import (
    MAY_MOVE,
    House,
    HouseHere,
    KeptCaseHere,
    check_may_move,
)
from ..phone import OPEN_FOR, PHOTOS, Door, DoorHere, Visit, tell_code
from ..rendering import Told, add_page, render
from .feet import find_name, go_to, keep_tests, tell_common, tell_wrong
from .start import name_case

router = APIRouter(prefix="/cases/{id}/feet", route_class=Admitting)

_PAPERS = {Paper.A4: "A4", Paper.LETTER: "US Letter"}
_LONGEST_CORRECTION = 20_000
_CORRECTED = frozenset({"corners", "outline"})
_SPARE = 0.25
"""What is shown around a sheet, as a share of it."""


def laid_photo(id: str, photo: str, tray: TrayHere) -> Laid:
    """The photo of the address."""
    return tray.photo(id, photo)


LaidHere = Annotated[Laid, Depends(laid_photo)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the pages of photos stand on.

    Attributes
    ----------
    kept : the case.
    house, tray : where it lies, and where its photos do.
    door : lets a phone send them.
    """

    kept: KeptCase
    house: House
    tray: Tray
    door: Door

    @property
    def photos(self) -> tuple[Laid, ...]:
        """Those of the case."""
        return self.tray.photos(self.kept.id)


def desk_of(kept: KeptCaseHere, house: HouseHere, tray: TrayHere, door: DoorHere) -> Desk:
    """All of it together."""
    return Desk(kept=kept, house=house, tray=tray, door=door)


DeskHere = Annotated[Desk, Depends(desk_of)]


def tell_phone(desk: DeskHere) -> Told:
    """How the phone gets here, while its door is open, and what it sent."""
    photos = desk.photos
    return {
        "case": name_case(desk.kept),
        **tell_code(desk.door, desk.kept.id, PHOTOS, desk.house.now()),
        "papers": [{"id": one.value, "name": name} for one, name in _PAPERS.items()],
        "photos": [_list_photo(one, photos) for one in ORDER],
    }


def tell_photos(desk: DeskHere, of: str = "") -> Told:
    """What to take a photo of now, and how."""
    photos = desk.photos
    wanted = find_name(of, ORDER) or next_of_check(photos) or ORDER[0]
    return {
        **tell_common(desk.kept, desk.house),
        **tell_phone(desk),
        "wanted": {"id": wanted.value, "name": NAMES[wanted], "foot": wanted.role is Role.FOOT},
        "paper": photos[-1].paper.value if photos else None,
        "number": ORDER.index(wanted) + 1,
        "all": len(ORDER),
        "camera": Markup(draw_camera()),
        "sheet": Markup(draw_on_sheet(wanted.role or Role.FOOT)),
        "gone": _gone(desk),
        "fits": bool(check_of(photos).fits),
        "largest": LARGEST_PHOTO,
        "wrong": None,
    }


def tell_photo(desk: DeskHere, laid: LaidHere) -> Told:
    """What was found in a photo."""
    fits = check_of(desk.photos).fits
    return {
        **tell_common(desk.kept, desk.house),
        "photo": {
            "id": laid.id,
            "name": NAMES[laid.shows],
            "foot": laid.shows.role is Role.FOOT,
            "corrected": sorted(laid.corrected),
        },
        "found": laid.seen.found,
        "crop": _crop(laid.seen.found),
        "onward": "/feet/shoe" if laid.side in fits else "/feet/photos",
        "draft": {},
        "wrong": None,
    }


def tell_shoe(desk: DeskHere) -> Told:
    """How the shoes fit, as far as there are photos of foot and insole."""
    photos = desk.photos
    check = check_of(photos)
    missing = next_of_check(photos)
    return {
        **tell_common(desk.kept, desk.house),
        "shoes": [
            {
                "side": side.name.lower(),
                "says": say_fit(side, fit),
                "picture": _draw(side, photos),
            }
            for side, fit in check.fits.items()
        ],
        "gone": _gone(desk),
        "check": summarise(check),
        "missing": None if missing is None else NAMES[missing],
        "weight": WEIGHT,
    }


@router.post("/photos", dependencies=MAY_MOVE)
def add_photo(
    request: Request,
    desk: DeskHere,
    photo: Annotated[UploadFile, Form()],
    shows: Annotated[str, Form()] = "",
    paper: Annotated[str, Form()] = "",
) -> Response:
    """Measure a photo, and show what was found; of one in which nothing can be measured nothing stays."""
    wanted, sheet = find_name(shows, ORDER), find_name(paper, Paper)
    if wanted is None or sheet is None:
        raise InputError("This is no photo of a check.", remedy="go back, and choose the sheet of paper.")
    try:
        content = read_photo_file(photo.file)
        laid = desk.tray.add(desk.kept.id, photo.filename or "photo", content, wanted, sheet)
    except InputError as error:
        told = tell_photos(desk, wanted.value) | {"paper": sheet.value}
        return tell_wrong(request, "feet_photos.html.j2", told, error)
    return go_to(desk.kept, f"/photos/{laid.id}")


@router.post("/phone", dependencies=MAY_MOVE)
def open_door(request: Request, desk: DeskHere, paper: Annotated[str, Form()] = "") -> Response:
    """Let a phone in this network send the photos of the check, for some minutes."""
    kept, house, sheet = desk.kept, desk.house, find_name(paper, Paper)
    if sheet is None:
        raise InputError("The sheet of paper is missing.", remedy="choose A4 or US Letter.")
    visit = Visit(
        store=house.store,
        case=kept.id,
        name=kept.name,
        errand=errand_of_photos(desk.tray, kept.id, sheet),
        until=house.now() + OPEN_FOR,
        now=house.now,
        check=lambda: check_may_move(kept.id, house),
    )
    desk.door.open(visit)
    return _after_door(request, desk)


@router.post("/phone/close")
def close_door(request: Request, desk: DeskHere) -> Response:
    """Let no phone in any more for this case."""
    desk.door.close_for(desk.kept.id)
    return _after_door(request, desk)


def _after_door(request: Request, desk: Desk) -> Response:
    if "HX-Request" in request.headers:
        return render(request, "feet_phone.html.j2", tell_phone(desk))
    return go_to(desk.kept, "/photos")


@router.post("/photos/{photo}/again", dependencies=MAY_MOVE)
def correct_photo(
    request: Request,
    desk: DeskHere,
    laid: LaidHere,
    corrected: Annotated[str, Form(max_length=_LONGEST_CORRECTION)] = "{}",
) -> Response:
    """Measure a photo again with the points that were moved; without any, as if none ever was."""
    moved = _read_corrected(corrected)
    try:
        desk.tray.correct(laid, {**laid.corrected, **moved} if moved else {})
    except InputError as error:
        told = tell_photo(desk, laid) | {"draft": moved}
        return tell_wrong(request, "feet_photo.html.j2", told, error)
    return go_to(desk.kept, f"/photos/{laid.id}")


@router.post("/photos/{photo}/remove")
def remove_photo(kept: KeptCaseHere, laid: LaidHere, tray: TrayHere) -> Response:
    """Throw a photo away."""
    tray.remove(laid)
    return go_to(kept, f"/photos?of={laid.shows.value}")


@router.post("/shoe", dependencies=MAY_MOVE)
def keep_shoe(desk: DeskHere, revision: Annotated[str, Form()] = "") -> Response:
    """Put how the shoes fit into the case; the photos are not needed any more."""
    keep_tests(desk.kept, desk.house, check_of(desk.photos), revision)
    desk.tray.forget(desk.kept.id)
    return go_to(desk.kept)


add_page(router, "/phone", "feet_phone.html.j2", tell_phone)
add_page(router, "/photos", "feet_photos.html.j2", tell_photos)
add_page(router, "/shoe", "feet_shoe.html.j2", tell_shoe)
add_page(router, "/photos/{photo}", "feet_photo.html.j2", tell_photo)


@router.get("/photos/{photo}/picture.jpg")
def show_picture(laid: LaidHere) -> Response:
    """The photo as it was decoded and drawn anew."""
    return Response(laid.seen.picture, media_type="image/jpeg")


def _gone(desk: Desk) -> list[str]:
    """Names of the photos that had to make room."""
    return [NAMES[one] for one in desk.tray.gone(desk.kept.id)]


def _list_photo(shows: Shows, photos: Sequence[Laid]) -> Told:
    laid = next((one for one in photos if one.shows is shows), None)
    return {"id": shows.value, "name": NAMES[shows], "photo": None if laid is None else laid.id}


def _draw(side: Side, photos: Sequence[Laid]) -> Markup:
    """The foot on its insole, of a side of which both were measured."""
    shapes = {one.seen.shape.role: one.seen.shape for one in photos if one.side is side}
    return Markup(draw_fit(shapes[Role.FOOT], shapes[Role.INSOLE]))


def _crop(found: Mapping[str, Any]) -> list[float]:
    """The part of a photo round the sheet: left, top, width, height. [px]"""
    corners, size = np.array(found["corners"]), np.array(found["size_px"])
    spare = _SPARE * np.ptp(corners, axis=0).max()
    low, high = np.maximum(corners.min(0) - spare, 0), np.minimum(corners.max(0) + spare, size)
    return [round(float(one)) for one in (*low, *(high - low))]


def _read_corrected(given: str) -> dict[str, Any]:
    """Corners and outline that were moved."""
    try:
        told = json.loads(given)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or not {*told} <= _CORRECTED or not _are_points(told):
        raise InputError("These are no points of a photo.", remedy="load the page again.")
    return {part: points for part, points in told.items() if points is not None}


def _are_points(told: Mapping[str, Any]) -> bool:
    try:
        build_marks("", told)
    except InputError:
        return False
    return True
