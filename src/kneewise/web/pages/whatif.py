"""Sliders on the person's own figure, and what each change would gain and cost."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from ...report import illustrate_prospect, read_whatif_style, tell_prospects
from ..admitting import Admitting
from ..house import CaseHere, House, HouseHere, MeaningHere, Opened
from ..rendering import Told, add_page
from .start import name_case

router = APIRouter(prefix="/cases/{id}", route_class=Admitting)
styles = APIRouter(route_class=Admitting)


def tell_whatif(
    opened: CaseHere, house: HouseHere, meaning: MeaningHere, wait: Annotated[bool, Query()] = False
) -> Told:
    """What changes would do; before it was worked out for the first time, that it is, unless told to wait."""
    refers = meaning.told["plan"] is None
    ready = refers or wait or house.has_foreseen(opened)
    return {
        "case": name_case(opened.kept),
        "refers": refers,
        "filmed": bool(opened.keys),
        "ready": ready or not opened.keys,
        "told": _tell(opened, house) if ready and not refers and opened.keys else None,
    }


@styles.get("/whatif.css")
def style_whatif() -> Response:
    """Looks of the figure and its sliders, as in a report."""
    return Response(read_whatif_style(), media_type="text/css")


def _tell(opened: Opened, house: House) -> dict[str, Any] | None:
    foreseen = house.foresee(opened)
    told = tell_prospects(illustrate_prospect(foreseen.prospect))
    return told if told is None or foreseen.film is None else {**told, "film": foreseen.film}


add_page(router, "/whatif", "whatif_page.html.j2", tell_whatif)
