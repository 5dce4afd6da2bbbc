"""Feet and shoes: photos that are measured, what is seen by eye, and what of it is in the case."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, TypeVar

import numpy as np
from fastapi import APIRouter, Depends, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from markupsafe import Markup
from starlette.datastructures import FormData

from ...casefile import SIDES, with_tests, without_tests
from ...conventions import Side
from ...errors import InputError
from ...feet import (
    ITEMS,
    WEIGHT,
    Check,
    Doing,
    OnShoe,
    Paper,
    Role,
    Shows,
    advise_insert,
    check_feet,
    describe_insert,
    draw_camera,
    draw_fit,
    draw_item,
    draw_on_sheet,
    draw_on_shoe,
    say_fit,
    say_gap,
    say_score,
    summarise,
    tests_of,
)
from ...feet import Told as Number
from ...feet.inserts import CONDITION
from ...feet.marks import build_marks
from ...model import Guidance, SelfTest, Tested
from ...store import KeptCase
from ..checking import LARGEST_PHOTO, ORDER, Laid, Tray, TrayHere, check_of, next_of_check, read_photo_file
from ..forms import read_revision
from ..house import MAY_MOVE, CaseHere, House, HouseHere, KeptCaseHere, Meaning, MeaningHere, Opened, first_of
from ..rendering import Told, add_page, render
from .start import name_case

router = APIRouter(prefix="/cases/{id}")

TESTS = ("shoe_fit", "foot_score", "knee_gap_cm")
"""Self-tests that are done here."""
_NAMES = {
    Shows.LEFT_FOOT: "Left foot, bare",
    Shows.LEFT_INSOLE: "Insole of the left shoe",
    Shows.RIGHT_FOOT: "Right foot, bare",
    Shows.RIGHT_INSOLE: "Insole of the right shoe",
}
_PAPERS = {Paper.A4: "A4", Paper.LETTER: "US Letter"}
_SEEN = {
    OnShoe.INSIDE: "Nothing sticks out",
    OnShoe.TOES_OVER: "Toes stick out",
    OnShoe.SIDES_OVER: "A side sticks out",
    OnShoe.BOTH_OVER: "Toes and a side stick out",
}
_RATINGS = range(-2, 3)
_LONGEST_CORRECTION = 20_000
_CORRECTED = frozenset({"corners", "outline"})
_SPARE = 0.25
"""What is shown around a sheet, as a share of it."""

_Name = TypeVar("_Name", bound=StrEnum)


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
    """

    kept: KeptCase
    house: House
    tray: Tray

    @property
    def photos(self) -> tuple[Laid, ...]:
        """Those of the case."""
        return self.tray.photos(self.kept.id)


def desk_of(kept: KeptCaseHere, house: HouseHere, tray: TrayHere) -> Desk:
    """Case, house and tray together."""
    return Desk(kept=kept, house=house, tray=tray)


DeskHere = Annotated[Desk, Depends(desk_of)]


def tell_feet(opened: CaseHere, house: HouseHere, meaning: MeaningHere, tray: TrayHere) -> Told:
    """What can be checked, what is in the case, and what to do about an insert."""
    results = [*_results(opened, house)]
    return {
        **_common(opened.kept, house),
        "waiting": len(tray.photos(opened.kept.id)),
        "results": results,
        "done": [row["id"] for row in results],
        "insert": _advice(meaning, house),
        "weight": WEIGHT,
    }


def tell_photos(desk: DeskHere, of: str = "") -> Told:
    """What to take a photo of now, and how."""
    photos = desk.photos
    wanted = _known(of, ORDER) or next_of_check(photos) or ORDER[0]
    return {
        **_common(desk.kept, desk.house),
        "wanted": {"id": wanted.value, "name": _NAMES[wanted], "foot": wanted.role is Role.FOOT},
        "papers": [{"id": one.value, "name": name} for one, name in _PAPERS.items()],
        "paper": photos[-1].paper.value if photos else None,
        "number": ORDER.index(wanted) + 1,
        "all": len(ORDER),
        "photos": [_list_photo(one, photos) for one in ORDER],
        "camera": Markup(draw_camera()),
        "sheet": Markup(draw_on_sheet(wanted.role or Role.FOOT)),
        "fits": bool(check_of(photos).fits),
        "largest": LARGEST_PHOTO,
        "wrong": None,
    }


def tell_photo(desk: DeskHere, laid: LaidHere) -> Told:
    """What was found in a photo."""
    fits = check_of(desk.photos).fits
    return {
        **_common(desk.kept, desk.house),
        "photo": {
            "id": laid.id,
            "name": _NAMES[laid.shows],
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
        **_common(desk.kept, desk.house),
        "shoes": [
            {
                "side": side.name.lower(),
                "says": say_fit(side, fit),
                "picture": _draw(side, photos),
            }
            for side, fit in check.fits.items()
        ],
        "check": summarise(check),
        "missing": None if missing is None else _NAMES[missing],
        "weight": WEIGHT,
    }


def tell_on_shoe(kept: KeptCaseHere, house: HouseHere, left: str = "", right: str = "") -> Told:
    """What to look for, and what it means where something was seen."""
    seen = _seen({"left": left, "right": right})
    check = check_feet((), Paper.A4, on_shoes=seen)
    return {
        **_common(kept, house),
        "choices": [
            {"id": one.value, "name": name, "picture": Markup(draw_on_shoe(one))}
            for one, name in _SEEN.items()
        ],
        "given": {side.name.lower(): one.value for side, one in seen.items()},
        "says": summarise(check)["statements"],
        "entered": bool(tests_of(check)),
        "wrong": None,
    }


def tell_standing(kept: KeptCaseHere, house: HouseHere) -> Told:
    """Five things to rate of each foot."""
    return {
        **_common(kept, house),
        "items": [
            {
                "id": item.id,
                "text": item.text,
                "pictures": [
                    {"picture": Markup(draw_item(item.id, rating)), "rating": rating, "says": says}
                    for rating, says in ((-2, item.outward), (0, "in between"), (2, item.inward))
                ],
            }
            for item in ITEMS
        ],
        "ratings": [*_RATINGS],
        "wrong": None,
    }


@router.post("/feet/photos", dependencies=MAY_MOVE)
def add_photo(
    request: Request,
    desk: DeskHere,
    photo: Annotated[UploadFile, Form()],
    shows: Annotated[str, Form()] = "",
    paper: Annotated[str, Form()] = "",
) -> Response:
    """Measure a photo, and show what was found; of one in which nothing can be measured nothing stays."""
    wanted, sheet = _known(shows, ORDER), _known(paper, Paper)
    if wanted is None or sheet is None:
        raise InputError("This is no photo of a check.", remedy="go back, and choose the sheet of paper.")
    try:
        content = read_photo_file(photo.file)
        laid = desk.tray.add(desk.kept.id, photo.filename or "photo", content, wanted, sheet)
    except InputError as error:
        told = tell_photos(desk, wanted.value) | {"paper": sheet.value}
        return _tell_wrong(request, "feet_photos.html.j2", told, error)
    return _to(desk.kept, f"/photos/{laid.id}")


@router.post("/feet/photos/{photo}/again", dependencies=MAY_MOVE)
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
        return _tell_wrong(request, "feet_photo.html.j2", told, error)
    return _to(desk.kept, f"/photos/{laid.id}")


@router.post("/feet/photos/{photo}/remove")
def remove_photo(kept: KeptCaseHere, laid: LaidHere, tray: TrayHere) -> Response:
    """Throw a photo away."""
    tray.remove(laid)
    return _to(kept, f"/photos?of={laid.shows.value}")


@router.post("/feet/shoe", dependencies=MAY_MOVE)
def keep_shoe(desk: DeskHere, revision: Annotated[str, Form()] = "") -> Response:
    """Put how the shoes fit into the case; the photos are not needed any more."""
    _keep(desk.kept, desk.house, check_of(desk.photos), revision)
    desk.tray.forget(desk.kept.id)
    return _to(desk.kept)


@router.post("/feet/on-shoe", dependencies=MAY_MOVE)
async def keep_on_shoe(request: Request, kept: KeptCaseHere, house: HouseHere) -> Response:
    """Put what was seen of the foot on its shoe into the case, and say what it means."""
    form = await request.form()
    seen = _seen({side: str(form.get(side, "")) for side in SIDES})
    if not seen:
        error = InputError("Nothing was chosen.", remedy="choose what you see, of one foot at least.")
        return _tell_wrong(request, "feet_on_shoe.html.j2", tell_on_shoe(kept, house), error)
    check = check_feet((), Paper.A4, on_shoes=seen)
    if tests_of(check):
        _keep(kept, house, check, form.get("revision"))
    told = "&".join(f"{side.name.lower()}={one.value}" for side, one in seen.items())
    return _to(kept, f"/on-shoe?{told}")


@router.post("/feet/standing", dependencies=MAY_MOVE)
async def keep_standing(request: Request, kept: KeptCaseHere, house: HouseHere) -> Response:
    """Put the ratings into the case."""
    form = await request.form()
    try:
        check = check_feet((), Paper.A4, ratings=_ratings(form))
    except InputError as error:
        return _tell_wrong(request, "feet_standing.html.j2", tell_standing(kept, house), error)
    _keep(kept, house, check, form.get("revision"))
    return _to(kept)


@router.post("/feet/back")
def take_back(
    kept: KeptCaseHere,
    house: HouseHere,
    of: Annotated[str, Form()] = "",
    revision: Annotated[str, Form()] = "",
) -> Response:
    """Take a result out of the case."""
    if of not in TESTS:
        raise InputError("This is no result of this check.", remedy="go back to the check.")
    content = without_tests(kept.content, of)
    house.store.save_case(kept.id, content, read_revision(revision), house.now())
    return _to(kept)


add_page(router, "/feet", "feet.html.j2", tell_feet)
add_page(router, "/feet/photos", "feet_photos.html.j2", tell_photos)
add_page(router, "/feet/shoe", "feet_shoe.html.j2", tell_shoe)
add_page(router, "/feet/on-shoe", "feet_on_shoe.html.j2", tell_on_shoe)
add_page(router, "/feet/standing", "feet_standing.html.j2", tell_standing)
add_page(router, "/feet/photos/{photo}", "feet_photo.html.j2", tell_photo)


@router.get("/feet/photos/{photo}/picture.jpg")
def show_picture(laid: LaidHere) -> Response:
    """The photo as it was decoded and drawn anew."""
    return Response(laid.seen.picture, media_type="image/jpeg")


def _common(kept: KeptCase, house: House) -> Told:
    return {"case": name_case(kept), "here": "/tests", "first": first_of(kept, house)}


def _keep(kept: KeptCase, house: House, check: Check, revision: object) -> None:
    rows = tests_of(check)
    if not rows:
        raise InputError(
            "There is no result to keep yet.",
            remedy="add a photo of the foot and one of the insole of that side.",
        )
    content = with_tests(kept.content, rows, house.asking)
    house.store.save_case(kept.id, content, read_revision(revision), house.now())


def _to(kept: KeptCase, end: str = "") -> Response:
    return RedirectResponse(f"/cases/{kept.id}/feet{end}", status_code=303)


def _tell_wrong(request: Request, template: str, told: Told, error: InputError) -> Response:
    return render(
        request, template, told | {"wrong": {"what": error.what, "remedy": error.remedy}}, status=422
    )


def _results(opened: Opened, house: House) -> Iterator[Told]:
    """What the case holds of this check, in words."""
    for of in TESTS:
        done = [one for one in opened.case.tests if one.id == of]
        test = house.asking.asked[of]
        if done and isinstance(test, SelfTest):
            yield {"id": of, "name": test.name, "says": [_say(one, test) for one in done]}


def _say(done: Tested, test: SelfTest) -> str:
    if not isinstance(done.value, float):
        return test.choices[str(done.value)]
    sd = test.sem if done.sd is None else done.sd
    number = Number(value=done.value, sd=sd or 0.0)
    if done.side is None:
        return say_gap(Number(value=number.value / 100, sd=number.sd / 100))
    return say_score(done.side, number)


def _advice(meaning: Meaning, house: House) -> Told | None:
    """What to do about an insert, with where to answer what is open; None while nothing is concluded."""
    conclusion = meaning.analysis.conclusion
    if not isinstance(conclusion, Guidance):
        return None
    advice = describe_insert(advise_insert(conclusion.known))
    asks = [{"id": name, "text": house.asking.asked[name].text} for name in advice["asks"]]
    return advice | {"asks": asks, "trial": CONDITION if advice["doing"] == Doing.TRY else None}


def _list_photo(shows: Shows, photos: Sequence[Laid]) -> Told:
    laid = next((one for one in photos if one.shows is shows), None)
    return {"id": shows.value, "name": _NAMES[shows], "photo": None if laid is None else laid.id}


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


def _seen(given: Mapping[str, str]) -> dict[Side, OnShoe]:
    known = {Side[side.upper()]: _known(name, OnShoe) for side, name in given.items()}
    return {side: one for side, one in known.items() if one is not None}


def _ratings(form: FormData) -> dict[Side, list[int]]:
    """Side → five ratings, of the feet that were rated."""
    given = {side: [str(form.get(f"{side}_{item.id}", "")) for item in ITEMS] for side in SIDES}
    rated = {side: some for side, some in given.items() if any(some)}
    known = {str(rating): rating for rating in _RATINGS}
    if not rated or not all(one in known for some in rated.values() for one in some):
        raise InputError("A rating is missing.", remedy="rate all five of a foot, of one foot at least.")
    return {Side[side.upper()]: [known[one] for one in some] for side, some in rated.items()}


def _known(name: str, some: Iterable[_Name]) -> _Name | None:
    """What has that name among some; None where nothing has."""
    return next((one for one in some if one == name), None)
