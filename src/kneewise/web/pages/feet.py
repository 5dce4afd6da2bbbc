"""Feet and shoes: what can be checked, what is seen by eye, and what of it is in the case."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Annotated, TypeVar

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup
from starlette.datastructures import FormData

from ...casefile import SIDES, holds_tests, with_tests, without_tests
from ...conventions import Side
from ...errors import InputError
from ...feet import (
    ITEMS,
    WEIGHT,
    Check,
    Doing,
    OnShoe,
    Paper,
    advise_insert,
    check_feet,
    describe_insert,
    draw_item,
    draw_on_shoe,
    say_gap,
    say_score,
    summarise,
    tests_of,
)
from ...feet import Told as Number
from ...feet.inserts import CONDITION
from ...model import Guidance, SelfTest, Tested
from ...store import KeptCase
from ..admitting import Admitting
from ..checking import TrayHere
from ..forms import read_revision
from ..house import (
    MAY_MOVE,
    CaseHere,
    House,
    HouseHere,
    KeptCaseHere,
    Meaning,
    MeaningHere,
    Opened,
    what_comes_first,
)
from ..rendering import Told, add_page, render
from .start import name_case

router = APIRouter(prefix="/cases/{id}", route_class=Admitting)

TESTS = ("shoe_fit", "foot_score", "knee_gap_cm")
"""Self-tests that are done here."""
_SEEN = {
    OnShoe.INSIDE: "Nothing sticks out",
    OnShoe.TOES_OVER: "Toes stick out",
    OnShoe.SIDES_OVER: "A side sticks out",
    OnShoe.BOTH_OVER: "Toes and a side stick out",
}
_RATINGS = range(-2, 3)

_Name = TypeVar("_Name", bound=StrEnum)


def tell_feet(opened: CaseHere, house: HouseHere, meaning: MeaningHere, tray: TrayHere) -> Told:
    """What can be checked, what is in the case, and what to do about an insert."""
    results = [*_results(opened, house)]
    return {
        **tell_common(opened.kept, house),
        "waiting": len(tray.photos(opened.kept.id)),
        "results": results,
        "done": [row["id"] for row in results],
        "insert": _advice(meaning, house),
        "weight": WEIGHT,
    }


def tell_on_shoe(kept: KeptCaseHere, house: HouseHere, left: str = "", right: str = "") -> Told:
    """What to look for, and what it means where something was seen."""
    seen = _seen({"left": left, "right": right})
    check = check_feet((), Paper.A4, on_shoes=seen)
    rows = tests_of(check)
    return {
        **tell_common(kept, house),
        "choices": [
            {"id": one.value, "name": name, "picture": Markup(draw_on_shoe(one))}
            for one, name in _SEEN.items()
        ],
        "given": {side.name.lower(): one.value for side, one in seen.items()},
        "says": summarise(check)["statements"],
        "enough": bool(rows),
        "entered": bool(rows) and holds_tests(kept.content, rows),
        "wrong": None,
    }


def tell_standing(kept: KeptCaseHere, house: HouseHere) -> Told:
    """Five things to rate of each foot."""
    return {
        **tell_common(kept, house),
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


@router.post("/feet/on-shoe", dependencies=MAY_MOVE)
async def keep_on_shoe(request: Request, kept: KeptCaseHere, house: HouseHere) -> Response:
    """Put what was seen of the foot on its shoe into the case, and say what it means."""
    form = await request.form()
    seen = _seen({side: str(form.get(side, "")) for side in SIDES})
    if not seen:
        error = InputError("Nothing was chosen.", remedy="choose what you see, of one foot at least.")
        return tell_wrong(request, "feet_on_shoe.html.j2", tell_on_shoe(kept, house), error)
    check = check_feet((), Paper.A4, on_shoes=seen)
    if tests_of(check):
        keep_tests(kept, house, check, form.get("revision"))
    told = "&".join(f"{side.name.lower()}={one.value}" for side, one in seen.items())
    return go_to(kept, f"/on-shoe?{told}")


@router.post("/feet/standing", dependencies=MAY_MOVE)
async def keep_standing(request: Request, kept: KeptCaseHere, house: HouseHere) -> Response:
    """Put the ratings into the case."""
    form = await request.form()
    try:
        check = check_feet((), Paper.A4, ratings=_ratings(form))
    except InputError as error:
        return tell_wrong(request, "feet_standing.html.j2", tell_standing(kept, house), error)
    keep_tests(kept, house, check, form.get("revision"))
    return go_to(kept)


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
    return go_to(kept)


add_page(router, "/feet", "feet.html.j2", tell_feet)
add_page(router, "/feet/on-shoe", "feet_on_shoe.html.j2", tell_on_shoe)
add_page(router, "/feet/standing", "feet_standing.html.j2", tell_standing)


def tell_common(kept: KeptCase, house: House) -> Told:
    """What every page of the check has."""
    return {"case": name_case(kept), "here": "/tests", "first": what_comes_first(kept, house)}


def keep_tests(kept: KeptCase, house: House, check: Check, revision: object) -> None:
    """Put the results of a check into the case.

    Raises
    ------
    InputError
        When there are none.
    """
    rows = tests_of(check)
    if not rows:
        raise InputError(
            "There is no result to keep yet.",
            remedy="add a photo of the foot and one of the insole of that side.",
        )
    content = with_tests(kept.content, rows, house.asking)
    house.store.save_case(kept.id, content, read_revision(revision), house.now())


def go_to(kept: KeptCase, end: str = "") -> Response:
    """On to a page of the check."""
    return RedirectResponse(f"/cases/{kept.id}/feet{end}", status_code=303)


def tell_wrong(request: Request, template: str, told: Told, error: InputError) -> Response:
    """The page once more, with what was wrong."""
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
    conclusion = meaning.conclusion
    if not isinstance(conclusion, Guidance):
        return None
    advice = describe_insert(advise_insert(conclusion.known))
    asks = [{"id": name, "text": house.asking.asked[name].text} for name in advice["asks"]]
    return advice | {"asks": asks, "trial": CONDITION if advice["doing"] == Doing.TRY else None}


def _seen(given: Mapping[str, str]) -> dict[Side, OnShoe]:
    known = {Side[side.upper()]: find_name(name, OnShoe) for side, name in given.items()}
    return {side: one for side, one in known.items() if one is not None}


def _ratings(form: FormData) -> dict[Side, list[int]]:
    """Side → five ratings, of the feet that were rated."""
    given = {side: [str(form.get(f"{side}_{item.id}", "")) for item in ITEMS] for side in SIDES}
    rated = {side: some for side, some in given.items() if any(some)}
    known = {str(rating): rating for rating in _RATINGS}
    if not rated or not all(one in known for some in rated.values() for one in some):
        raise InputError("A rating is missing.", remedy="rate all five of a foot, of one foot at least.")
    return {Side[side.upper()]: [known[one] for one in some] for side, some in rated.items()}


def find_name(name: str, some: Iterable[_Name]) -> _Name | None:
    """What has that name among some; None where nothing has."""
    return next((one for one in some if one == name), None)
