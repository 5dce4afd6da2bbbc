"""The next best thing to try, its result, and what that changed in the picture."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup
from starlette.datastructures import FormData

from ...casefile import SIDES
from ...conventions import Band
from ...errors import InputError
from ...figures import draw_move
from ...knowledge.moves import read_moves
from ...model import Asking, Kind, SelfTest, TrialCondition
from ...sitting import Sitting
from ...trying import PAINS, Attempt, Try, list_tries, values_to_type, with_trial
from ..admitting import Admitting
from ..forms import VALUE, read_answer, read_revision
from ..house import MAY_MOVE, CaseHere, House, HouseHere, MeaningHere, Opened, what_comes_first
from ..rendering import Told, add_page, render
from ..uploading import conditions_to_film
from .start import name_case

router = APIRouter(prefix="/cases/{id}", route_class=Admitting)

_BANDS = tuple(Band)
_HOWS = {
    "pain_before": "Pain right before it",
    "pain_after": "Worst pain in it",
    "pain_back": "Pain in your usual squat again, afterwards",
}
_SECONDS = "s"
_ELSEWHERE = {"shoe_fit": "/feet/photos", "foot_score": "/feet/standing"}
"""Self-tests that have pages of their own: end of the address."""


def tell_test(opened: CaseHere, house: HouseHere, meaning: MeaningHere, of: str = "") -> Told:
    """What to try now: what was asked for, or else what would tell most."""
    told = meaning.told
    first = what_comes_first(opened.kept, house)
    common = {"case": name_case(opened.kept), "here": "/tests", "wrong": None, "first": first}
    if first is not None:
        return common | {"test": None, "others": [], "closed": [], "best": False}
    tries = _tries(opened, house)
    best = told["next_test"]
    wanted = of or ("" if best is None else best["id"])
    found = _find(tries, wanted, None if of or best is None else best["kind"])
    shown = [one for one in tries if one is not found]
    return common | {
        "best": best is not None and wanted == best["id"],
        "test": None if found is None else _show(found, house.asking),
        "others": [_row(one) for one in shown if not one.closed],
        "closed": [_row(one) | {"because": list(one.closed)} for one in shown if one.closed],
    }


def tell_changed(
    opened: CaseHere, meaning: MeaningHere, house: HouseHere, of: str = "", was: str = ""
) -> Told:
    """What the last result changed: each factor whose band is another one now."""
    told = meaning.told
    factors = _factors(told)
    earlier = dict(zip((row["id"] for row in factors), _read_bands(was), strict=False))
    changed = [
        {
            "label": row["label"],
            "before": earlier[row["id"]].value,
            "after": row["band"],
            "more": Band(row["band"]) > earlier[row["id"]],
        }
        for row in factors
        if row["id"] in earlier and earlier[row["id"]] != row["band"]
    ]
    done = _find(_tries(opened, house), of, None)
    return {
        "case": name_case(opened.kept),
        "here": "/tests",
        "refers": told["plan"] is None,
        "of": "" if done is None else done.what.name,
        "changed": changed,
        "known": bool(earlier),
        "pain": _pain(told, of),
        "next_test": told["next_test"],
    }


@router.post("/tests", dependencies=MAY_MOVE)
async def keep_result(request: Request, opened: CaseHere, house: HouseHere, meaning: MeaningHere) -> Response:
    """Keep what came out, and show what it changed."""
    form = await request.form()
    of = str(form.get("of", ""))
    found = _find(_tries(opened, house), of, str(form.get("kind", "")))
    if found is None or found.closed or meaning.told["plan"] is None:
        raise InputError("This is not to be tried now.", remedy="go back, and choose something else.")
    try:
        content = _with_result(found.what, opened, house, form)
    except InputError as error:
        told = tell_test(opened, house, meaning, of) | {"wrong": {"what": error.what, "remedy": error.remedy}}
        return render(request, "trying.html.j2", told, status=422)
    house.store.save_case(opened.kept.id, content, read_revision(form.get("revision")), house.now())
    was = "".join(str(Band(row["band"]).rank) for row in _factors(meaning.told))
    return RedirectResponse(f"/cases/{opened.kept.id}/tests/changed?of={of}&was={was}", status_code=303)


def _with_result(what: Attempt, opened: Opened, house: House, form: FormData) -> dict[str, Any]:
    if isinstance(what, SelfTest):
        sitting = Sitting.of(opened.kept.content, house.asking, opened.kept.name)
        return sitting.with_answer(what, _read_test(what, form))
    side = str(form.get("side", "")) or None
    if what.sided and side not in SIDES:
        raise InputError("The side is missing.", remedy="choose left or right.")
    values = {
        name: float(given)
        for name in values_to_type(what)
        if re.fullmatch(r"\d{1,2}", given := str(form.get(name, "")))
    }
    if PAINS[1] not in values:
        raise InputError("How much it hurt is missing.", remedy="choose a number; 0 is not at all.")
    return with_trial(opened.kept.content, what, values, side if what.sided else None, house.asking)


def _read_test(what: SelfTest, form: FormData) -> Any:
    """The result of a self-test; of a choice with sides one for each."""
    if not (what.sided and what.type is Kind.YES_NO):
        return read_answer(what, form)
    given = {side: form.get(f"{VALUE}_{side}") for side in SIDES}
    if not {*given.values()} <= {"yes", "no"}:
        raise InputError("Something was left empty.", remedy="choose for both sides.")
    return {side: one == "yes" for side, one in given.items()}


def _tries(opened: Opened, house: House) -> tuple[Try, ...]:
    filmed = frozenset(film.label.condition for film in opened.films if film.ending is not None)
    return list_tries(opened.case, house.asking, filmed)


def _find(tries: Sequence[Try], of: str, kind: str | None) -> Try | None:
    """What has that id; a self-test and a way to squat can have the same."""
    return next((one for one in tries if one.what.id == of and kind in (None, "", _kind(one.what))), None)


def _kind(what: Attempt) -> str:
    return "test" if isinstance(what, SelfTest) else "trial"


def _row(one: Try) -> Told:
    return {
        "id": one.what.id,
        "kind": _kind(one.what),
        "name": one.what.name,
        "minutes": one.what.minutes,
        "done": one.done,
    }


def _show(one: Try, asking: Asking) -> Told:
    what = one.what
    told = _row(one) | {
        "closed": list(one.closed),
        "equipment": list(what.equipment),
        "picture": _picture(what),
        "sided": what.sided,
    }
    if isinstance(what, TrialCondition):
        return told | _show_trial(what, asking)
    return told | {
        "text": what.text,
        "why": what.why,
        "how": list(what.steps),
        "lasts": None,
        "timed": what.unit == _SECONDS,
        "fields": [*_fields(what)],
        "choices": _choices(what),
        "film": False,
        "elsewhere": _ELSEWHERE.get(what.id),
    }


def _show_trial(what: TrialCondition, asking: Asking) -> Told:
    rows = {row.id: row for row in asking.values}
    scales = [name for name in values_to_type(what) if name in _HOWS]
    return {
        "text": "",
        "why": what.changes,
        "how": re.findall(r"[^.:]+[.:]", what.text) or [what.text],
        "lasts": what.lasts,
        "timed": False,
        "fields": [],
        "choices": [],
        "scales": [{"name": name, "label": _HOWS[name], "needed": name == PAINS[1]} for name in scales],
        "counts": [
            {"name": name, "label": rows[name].text, "low": 0, "high": int(rows[name].high)}
            for name in values_to_type(what)
            if name not in _HOWS
        ],
        "film": what.id in {row.id for row in conditions_to_film(asking)},
        "elsewhere": None,
    }


def _fields(what: SelfTest) -> Iterator[Told]:
    if what.type.value not in ("number", "scale"):
        return
    for side in SIDES if what.sided else ("",):
        yield {
            "name": f"{VALUE}_{side}" if side else VALUE,
            "label": side.capitalize() or "Result",
            "unit": what.unit,
            "low": what.low,
            "high": what.high,
            "step": "1" if what.whole else "any",
        }


def _choices(what: SelfTest) -> list[Told]:
    if what.type.value == "yes_no":
        return [{"id": "yes", "label": "Yes"}, {"id": "no", "label": "No"}]
    return [{"id": name, "label": label} for name, label in what.choices.items()]


def _picture(what: Attempt) -> Markup | None:
    if not what.move:
        return None
    return Markup(
        draw_move(read_moves()[what.move], what.name, "Start, on the way, and the end of the movement.")
    )


def _factors(told: Told) -> list[Told]:
    return sorted(told["factors"], key=lambda row: str(row["id"]))


def _read_bands(was: str) -> list[Band]:
    return [_BANDS[int(rank)] for rank in was] if re.fullmatch(r"[0-4]{1,40}", was) else []


def _pain(told: Told, of: str) -> Told | None:
    row = next((row for row in told.get("tried", []) if row["condition"] == of), None)
    pain: Told | None = None if row is None else row["pain"]
    return pain


add_page(router, "/tests", "trying.html.j2", tell_test)
add_page(router, "/tests/changed", "changed.html.j2", tell_changed)
