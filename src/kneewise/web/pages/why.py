"""What may contribute, as bands with what speaks for and against each, and what would change it."""

from fastapi import APIRouter

from ...conventions import Band
from ...explaining import sections_of
from ..admitting import Admitting
from ..house import CaseHere, MeaningHere
from ..rendering import Told, add_page
from .start import name_case

router = APIRouter(prefix="/cases/{id}", route_class=Admitting)


def tell_why(opened: CaseHere, meaning: MeaningHere) -> Told:
    """The factors, from the strongest to those that were not looked at."""
    told = meaning.told
    factors = [row | {"degree": Band(row["band"]).rank} for row in told["factors"] if _seen(row)]
    return {
        "case": name_case(opened.kept),
        "here": "/why",
        "refers": told["plan"] is None,
        "factors": sorted(factors, key=lambda row: -row["degree"]),
        "unseen": [row for row in told["factors"] if not _seen(row)],
        "tried": dict(sections_of(told)).get("What each way of squatting changed", []),
        "next_test": told["next_test"],
    }


def _seen(row: Told) -> bool:
    return Band(row["band"]) is not Band.NOT_LOOKED_AT and bool(row["for"] or row["against"])


add_page(router, "/why", "why.html.j2", tell_why)
