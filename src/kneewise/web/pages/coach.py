"""The live coach: the person's own target for the camera in the page, and what a session came to."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Body, Response

from ...errors import InputError
from ...explaining import coach
from ..admitting import Admitting
from ..house import MAY_MOVE, CaseHere, HouseHere, MeaningHere
from ..rendering import Told, add_page
from .start import name_case

router = APIRouter(prefix="/cases/{id}", route_class=Admitting)

_LARGEST = 200_000
"""Of a summary; a thousand repetitions fit. [bytes]"""


def tell_coach(opened: CaseHere, house: HouseHere, meaning: MeaningHere) -> Told:
    """Today's target; none where there is no plan to train by."""
    at = f"/cases/{opened.kept.id}"
    told = coach(meaning.told, len(house.store.sessions(opened.kept.id)))
    if told is None:
        raise InputError(
            "There is no plan to train by yet.", remedy="answer the open questions, or read what to do first."
        )
    return {"case": name_case(opened.kept), "summary_url": f"{at}/coach", "film_url": f"{at}/films", **told}


@router.post("/coach", status_code=204, dependencies=MAY_MOVE)
def keep_session(opened: CaseHere, house: HouseHere, summary: Annotated[dict[str, Any], Body()]) -> Response:
    """Keep what a session came to."""
    if not _is_sound(summary):
        raise InputError("This is no summary of a session.", remedy="end the session, and begin another.")
    house.store.keep_session(opened.kept.id, summary, house.now())
    return Response(status_code=204)


def _is_sound(summary: dict[str, Any]) -> bool:
    """Whether it is as small as summaries are, and JSON that every program can read."""
    try:
        return len(json.dumps(summary, allow_nan=False, ensure_ascii=False).encode()) <= _LARGEST
    except ValueError:
        return False


add_page(router, "/coach", "coach.html.j2", tell_coach)
