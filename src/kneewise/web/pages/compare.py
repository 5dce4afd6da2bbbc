"""A few clients side by side: numbers with their errors, as one picture and as a table."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from markupsafe import Markup

from ...conventions import SURE, USUAL, Side
from ...errors import StoreError
from ...figures import Mark, Panel, Words, draw_people
from ...gathering import middle_of
from ...report import label_of, number_of
from ...store import Deed
from ..admitting import Admitting
from ..house import House, HouseHere, Opened
from ..naming import by_name
from ..rendering import Told, add_page
from ..visiting import VisitorHere, note

router = APIRouter(prefix="/desk/compare", route_class=Admitting)

_MOST = 8
"""People of one picture."""
_LONG = 12
"""From so many people on a list is made short by typing a name."""
_MOST_PANELS = 8
_FEWEST = 2
"""People with a number, that it is worth a panel."""

_Numbers = dict[str, tuple[Mark, ...]]
"""Name of somebody → their numbers of one measure."""


def tell_comparison(
    request: Request, house: HouseHere, visitor: VisitorHere, who: Annotated[tuple[str, ...], Query()] = ()
) -> Told:
    """Everybody to choose from, and those who were chosen side by side.

    Raises
    ------
    StoreError
        When one of them is not the visitor's to see.
    """
    cases = [one for one in sorted(house.store.cases(), key=by_name) if visitor.may_see(one.id)]
    known = {one.id: one.name for one in cases}
    wanted = [*dict.fromkeys(who)]
    chosen = wanted[:_MOST]
    if strange := [one for one in chosen if one not in known]:
        raise StoreError(f"There is no case '{strange[0]}'.", remedy="go back to the desk.")
    for one in chosen:
        note(request, Deed.OPENED, case=one)
    panels = _panels([house.open(one) for one in chosen], house)
    return {
        "here": "/desk/compare",
        "people": [{"id": id, "name": name, "chosen": id in chosen} for id, name in known.items()],
        "most": _MOST,
        "long": _LONG,
        "left_out": [known.get(one, "") for one in wanted[_MOST:] if one in known],
        "chosen": [{"id": one, "name": known[one]} for one in chosen],
        "picture": _draw(panels) if panels else None,
        "panels": [_tell(panel) for panel in panels],
    }


def _panels(people: Sequence[Opened], house: House) -> list[Panel]:
    """Measures that several of them have, films first; the same error as everywhere."""
    told: dict[tuple[str, str], _Numbers] = {}
    for one in people:
        for label, unit, mark in (*_filmed(one, house), *_tested(one, house)):
            numbers = told.setdefault((label, unit), {})
            numbers[one.kept.id] = (*numbers.get(one.kept.id, ()), mark)
    return [
        Panel(
            label=label,
            unit=unit,
            rows=tuple((one.kept.name, numbers.get(one.kept.id, ())) for one in people),
        )
        for (label, unit), numbers in told.items()
        if len(numbers) >= _FEWEST
    ][:_MOST_PANELS]


def _filmed(one: Opened, house: House) -> Iterator[tuple[str, str, Mark]]:
    """Of the last film of the usual squat without a load, the middle of its repetitions."""
    studies = [
        study
        for study in house.analyse(one).studies
        if study.trial.pose is not None and study.trial.condition == USUAL and not study.trial.burden.mass
    ]
    for value in middle_of(studies[-1]) if studies else ():
        shown = number_of(value)
        label = label_of(value.measure)
        yield (
            f"{label[:1].upper()}{label[1:]}",
            shown["unit"],
            Mark(side=value.side, value=shown["value"], reach=SURE * shown["sd"]),
        )


def _tested(one: Opened, house: House) -> Iterator[tuple[str, str, Mark]]:
    known = {test.id: test for test in house.asking.tests}
    for done in one.case.tests:
        test = known[done.id]
        error = done.sd or test.sem
        if isinstance(done.value, bool) or not isinstance(done.value, int | float) or error is None:
            continue
        yield test.name, test.unit, Mark(side=done.side, value=float(done.value), reach=SURE * error)


def _draw(panels: Sequence[Panel]) -> Markup:
    words = Words(
        title="Several people, a few measures",
        description="A row for each person. Full dots: left; empty squares: right; lines: the error.",
        unit="",
    )
    return Markup(draw_people(words, panels))


def _tell(panel: Panel) -> Mapping[str, Any]:
    sides = {Side.LEFT: "left ", Side.RIGHT: "right ", None: ""}
    return {
        "label": panel.label,
        "unit": panel.unit,
        "rows": [
            {
                "name": name,
                "says": [f"{sides[mark.side]}{mark.value:g} ± {mark.reach:.1f}" for mark in marks],
            }
            for name, marks in panel.rows
        ],
    }


add_page(router, "", "compare.html.j2", tell_comparison)
