"""A group is filmed one after another: consent, signs, film, next; nobody waits for the measuring."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.datastructures import FormData

from ...desk import Stage, next_of_group, shown_first, stage_of
from ...errors import InputError, StoreError
from ...model import NOTHING, Question
from ...report import tell_date
from ...screening import screen
from ...sitting import Sitting
from ...store import Consent, Deed, Group, KeptCase, KeptFilm, Label, Purpose
from ..admitting import Admitting
from ..desking import attend_all
from ..filming import tell_film
from ..forms import VALUE, read_answer, read_revision
from ..house import House, HouseHere, KeptCaseHere, check_may_move
from ..naming import by_name
from ..phone import Door, DoorHere, Errand, Visit, tell_code
from ..rendering import Told, add_page, render
from ..uploading import SHORTER, Parcel, read_label, take_body
from ..visiting import Visitor, VisitorHere, note, visitor_of
from .films import summary_of
from .start import begin, read_name

router = APIRouter(prefix="/desk/groups", route_class=Admitting)

_FILM = "film"
"""What a phone is sent for: one of whoever is next."""
_OPEN_FOR, _QUIET = timedelta(minutes=45), timedelta(minutes=10)
"""A group takes longer than one person, and there are pauses in between."""
_MOST = 30
"""People of one group."""
_FIRST_TOPICS = ("you", "now")
_SAYS = {
    Stage.CONSENT: "Consent first",
    Stage.WITHDRAWN: "Not filmed: consent was withdrawn",
    Stage.SIGNS: "Warning signs first",
    Stage.REFERRED: "Not filmed: somebody should look first",
    Stage.READY: "Ready to be filmed",
    Stage.BUSY: "Filmed, being measured",
    Stage.AGAIN: "Film again",
    Stage.MEASURED: "Measured",
}
_STOPS = (Stage.WITHDRAWN, Stage.REFERRED, Stage.AGAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody of a group.

    Attributes
    ----------
    kept : the case.
    stage : where they are.
    film : the last one of the day; None where there is none.
    """

    kept: KeptCase
    stage: Stage
    film: KeptFilm | None


def kept_group(group: str, house: HouseHere, visitor: VisitorHere) -> Group:
    """The group of the address, as far as the visitor may see it.

    Raises
    ------
    StoreError
        When there is none, or they did not make it and nobody in it is theirs.
    """
    kept = house.store.group(group)
    if not visitor.may_see_group(kept):
        raise StoreError(f"There is no group '{group}'.", remedy="go back to the desk.")
    return replace(kept, cases=tuple(case for case in kept.cases if visitor.may_see(case)))


GroupHere = Annotated[Group, Depends(kept_group)]


def seen_group(request: Request, group: GroupHere) -> Group:
    """The same where something of everybody in it is read; it is written down of each."""
    for case in group.cases:
        note(request, Deed.OPENED, case=case)
    return group


GroupSeen = Annotated[Group, Depends(seen_group)]


def member_here(group: GroupHere, kept: KeptCaseHere) -> KeptCase:
    """The person of the address, who is one of the group.

    Raises
    ------
    StoreError
        When they are not.
    """
    if kept.id not in group.cases:
        raise StoreError(f"There is no case '{kept.id}' in this group.", remedy="go back to the group.")
    return kept


MemberHere = Annotated[KeptCase, Depends(member_here)]


def tell_groups(house: HouseHere, visitor: VisitorHere) -> Told:
    """All groups that the visitor made, or of whom they may see somebody."""
    return {
        "here": "/desk/groups",
        "groups": [
            {
                "id": one.id,
                "name": one.name,
                "made": tell_date(house.local(one.made).date()),
                "count": sum(map(visitor.may_see, one.cases)),
            }
            for one in house.store.groups()
            if visitor.may_see_group(one)
        ],
    }


def tell_group(
    group: GroupSeen, house: HouseHere, visitor: VisitorHere, door: DoorHere, who: str = ""
) -> Told:
    """Whose turn it is, and the queue."""
    members = _members(group, house)
    turn = _turn(members, who)
    now = next((one for one in members if one.kept.id == turn), None)
    rest = [(one.kept.id, one.stage) for one in members if one.kept.id != turn]
    return {
        "here": "/desk/groups",
        "group": _tell_group(group),
        "now": None if now is None else _tell_member(now, house),
        "next": shown_first(rest),
        "largest": house.largest_film,
        "others": [
            {"id": one.id, "name": one.name}
            for one in sorted(house.store.cases(), key=by_name)
            if one.id not in group.cases and visitor.may_see(one.id)
        ],
        "full": len(group.cases) >= _MOST,
        **tell_queue(group, house, who),
        **tell_door(group, house, door),
    }


def tell_queue(group: GroupSeen, house: HouseHere, who: str = "") -> Told:
    """Everybody of the group with where they are, and whether any of it will change by itself."""
    members = _members(group, house)
    rows = [_tell_member(one, house) for one in members]
    return {
        "group": _tell_group(group),
        "turn": _turn(members, who),
        "rows": rows,
        "watching": any(row["stage"] == Stage.BUSY for row in rows),
        "done": sum(row["stage"] in (Stage.MEASURED, Stage.BUSY) for row in rows),
    }


def tell_door(group: GroupHere, house: HouseHere, door: DoorHere) -> Told:
    """How a phone gets here for the whole group, while its door is open."""
    return {"group": _tell_group(group), "door": tell_code(door, group.id, _FILM, house.now())}


def tell_overview(group: GroupSeen, house: HouseHere, visitor: VisitorHere) -> Told:
    """Everybody of the group on one page, who needs most first."""
    members = {one.kept.id: one for one in _members(group, house)}
    practice = house.store.practice()
    rows = [
        {
            **_tell_member(members[one.standing.id], house),
            "matters": [{"what": matter.what, "because": matter.because} for matter in one.matters],
        }
        for one in attend_all(house, visitor, group.cases)
    ]
    return {
        "here": "/desk/groups",
        "group": _tell_group(group),
        "practice": practice.name,
        "contact": practice.contact,
        "printed": tell_date(house.now().date()),
        "rows": rows,
        "watching": any(row["stage"] == Stage.BUSY for row in rows),
    }


def tell_signs(group: GroupHere, kept: MemberHere, house: HouseHere) -> Told:
    """Warning signs of one person on one sheet: those of today first, the others when none of these holds."""
    asked = _asked(_sit(kept, house), house)
    return {
        "here": "/desk/groups",
        "group": _tell_group(group),
        "who": {"id": kept.id, "name": kept.name, "revision": kept.revision},
        "questions": [_tell_question(one) for one in asked],
        "urgent": any(one.topic in _FIRST_TOPICS for one in asked),
        "wrong": "",
    }


def _tell_group(group: Group) -> Told:
    return {"id": group.id, "name": group.name, "count": len(group.cases)}


def _turn(members: Sequence[Member], who: str) -> str | None:
    """Whoever was chosen, or else whose turn it is."""
    chosen = next((one.kept.id for one in members if one.kept.id == who), None)
    return chosen or shown_first([(one.kept.id, one.stage) for one in members])


def _members(group: Group, house: House) -> list[Member]:
    return [_member(house.store.case(case), group, house) for case in group.cases]


def _member(kept: KeptCase, group: Group, house: House) -> Member:
    films = [film for film in house.store.films(kept.id) if film.added >= group.made]
    stage = stage_of(
        house.screen(kept.id, kept.content),
        house.store.consents(kept.id),
        [film.state for film in films],
    )
    return Member(kept=kept, stage=stage, film=films[-1] if films else None)


def _tell_member(one: Member, house: House) -> dict[str, Any]:
    film = None
    if one.film is not None:
        film = tell_film(one.film, summary_of(house, one.film), house.asking, house.now())
    return {
        "id": one.kept.id,
        "name": one.kept.name,
        "stage": one.stage.value,
        "says": _SAYS[one.stage],
        "stops": one.stage in _STOPS,
        "film": film,
    }


def _sit(kept: KeptCase, house: House) -> Sitting:
    """The questions of today: asked again where something is new."""
    screened = house.screen(kept.id, kept.content)
    again = house.now().date() if screened is not None and screened.new else None
    return Sitting.of(kept.content, house.asking, kept.name, again)


def _asked(sitting: Sitting, house: House) -> list[Question]:
    """Signs that are open: those about today, or else all the others."""
    unasked = screen(sitting.case, house.asking).unasked
    questions = [one for one in house.asking.questions if one.id in unasked]
    return [one for one in questions if one.topic in _FIRST_TOPICS] or questions


def _tell_question(asked: Question) -> Told:
    choices = asked.choices or {"yes": "Yes.", "no": "No."}
    return {
        "id": asked.id,
        "text": asked.text,
        "type": asked.type.value,
        "unit": asked.unit,
        "low": asked.low,
        "high": asked.high,
        "choices": [
            {"id": name, "label": label, "alone": name in NOTHING} for name, label in choices.items()
        ],
    }


@router.post("")
def add_group(house: HouseHere, visitor: VisitorHere, name: Annotated[str, Form()] = "") -> Response:
    """A new group, of nobody yet."""
    group = house.store.add_group(read_name(name), house.now(), visitor.account)
    return RedirectResponse(f"/desk/groups/{group.id}", status_code=303)


@router.post("/{group}/people")
def join(
    request: Request,
    group: GroupHere,
    house: HouseHere,
    who: Annotated[str, Form()] = "",
    names: Annotated[str, Form()] = "",
) -> Response:
    """Somebody who is here already, or new people, a name on each line."""
    new = [read_name(line) for line in names.splitlines() if line.strip()]
    if not who and not new:
        raise InputError("Nobody was named.", remedy="choose somebody, or type a name on each line.")
    if len(house.store.group(group.id).cases) + len(new) + bool(who) > _MOST:
        raise InputError("The group is too large.", remedy=f"make a second one: {_MOST} people at most.")
    if who:
        _check(who, visitor_of(request))
        house.store.join_group(group.id, who)
    for name in new:
        house.store.join_group(group.id, begin(request, house, name).id)
    return RedirectResponse(f"/desk/groups/{group.id}", status_code=303)


def _check(case: str, visitor: Visitor) -> None:
    if not visitor.may_see(case):
        raise StoreError(f"There is no case '{case}'.", remedy="go back to the desk.")


@router.post("/{group}/remove")
def remove(group: GroupHere, house: HouseHere, visitor: VisitorHere) -> Response:
    """Let go of the group; its people stay. While others have people in it, only one's own leave it."""
    if house.store.group(group.id).cases == group.cases:
        house.store.remove_group(group.id)
    else:
        house.store.disown_group(group.id, visitor.account)
    for case in group.cases:
        house.store.leave_group(group.id, case)
    return RedirectResponse("/desk/groups", status_code=303)


@router.post("/{group}/who/{id}/later")
def later(group: GroupHere, kept: MemberHere, house: HouseHere) -> Response:
    """Somebody comes at the end."""
    house.store.leave_group(group.id, kept.id)
    house.store.join_group(group.id, kept.id)
    return _back(group)


@router.post("/{group}/who/{id}/leave")
def leave(group: GroupHere, kept: MemberHere, house: HouseHere, visitor: VisitorHere) -> Response:
    """Somebody is not of the group any more; nothing else of theirs changes."""
    house.store.leave_group(group.id, kept.id)
    if not visitor.may_see_group(house.store.group(group.id)):
        return RedirectResponse("/desk/groups", status_code=303)
    return _back(group)


@router.post("/{group}/who/{id}/consent")
def agree(group: GroupHere, kept: MemberHere, house: HouseHere) -> Response:
    """They agreed, in so many words, to what a screening needs."""
    for purpose in (Purpose.CARE, Purpose.FILMS):
        consent = Consent(
            purpose=purpose,
            given=True,
            day=house.now().date(),
            told_by=kept.name,
            words=f"Asked at “{group.name}”.",
            written=house.now(),
        )
        house.store.add_consent(kept.id, consent)
    return _back(group, kept.id)


@router.post("/{group}/who/{id}/signs")
async def answer_signs(request: Request, group: GroupHere, kept: MemberHere, house: HouseHere) -> Response:
    """Keep what was answered on the sheet; what was left open is asked once more."""
    form = await request.form()
    sitting = _sit(kept, house)
    today = sitting.today
    wrong = []
    for asked in _asked(sitting, house):
        given = [(VALUE, one) for one in form.getlist(asked.id) if str(one).strip()]
        if not given:
            continue
        try:
            content = sitting.with_answer(asked, read_answer(asked, FormData(given)))
            sitting = Sitting.of(content, house.asking, kept.name, today)
        except InputError as error:
            wrong.append(f"{asked.text} {error.what}")
    revision = read_revision(form.get("revision"))
    kept = house.store.save_case(kept.id, sitting.content, revision, house.now())
    if wrong:
        told = tell_signs(group, kept, house) | {"wrong": " ".join(wrong)}
        return render(request, "group_signs.html.j2", told, status=422)
    screened = house.screen(kept.id, kept.content)
    open_ = screened is not None and not screened.tier.refers and screened.unasked
    end = f"/who/{kept.id}/signs" if open_ else f"?who={kept.id}"
    return RedirectResponse(f"/desk/groups/{group.id}{end}", status_code=303)


@router.put("/{group}/who/{id}/film.json")
async def add_film(request: Request, group: GroupHere, kept: MemberHere, house: HouseHere) -> Response:
    """Take the film of whoever stands before the camera, as it arrives."""
    film = await _take(request, kept, group, house, request.query_params.get("name", ""))
    return JSONResponse({"id": film.id}, status_code=201)


async def _take(request: Request, kept: KeptCase, group: Group, house: House, name: str) -> KeptFilm:
    check_may_film(kept.id, group, house)
    label = read_label(house.asking, Label().condition, "", "none")
    parcel = Parcel(name=name or "film", label=label, largest=house.largest_film, room=house.room)
    return await take_body(request, house.store, kept.id, parcel, house.now())


def check_may_film(case: str, group: Group, house: House) -> None:
    """Refuse a film of somebody who did not agree, or whom somebody should see first.

    Raises
    ------
    InputError
        With what comes first.
    """
    member = _member(house.store.case(case), group, house)
    if member.stage in (Stage.CONSENT, Stage.WITHDRAWN):
        raise InputError(f"{_SAYS[member.stage]}.", remedy="ask, and write down what was said.")
    check_may_move(case, house)


@router.post("/{group}/phone")
def open_door(
    request: Request, group: GroupHere, house: HouseHere, visitor: VisitorHere, door: DoorHere
) -> Response:
    """Let a phone in this network send films of whoever is next, for a while."""
    if not group.cases:
        raise InputError("Nobody is in the group.", remedy="add people first.")
    visit = Visit(
        store=house.store,
        case=group.id,
        name=group.name,
        errand=_errand(group.id, house, visitor),
        until=house.now() + _OPEN_FOR,
        now=house.now,
        check=lambda: None,
        find=lambda: house.store.group(group.id),
    )
    door.open(visit)
    return _after_door(request, group, house, door)


@router.post("/{group}/phone/close")
def close_door(request: Request, group: GroupHere, house: HouseHere, door: DoorHere) -> Response:
    """Let no phone in any more."""
    door.close_for(group.id)
    return _after_door(request, group, house, door)


def _errand(group: str, house: House, visitor: Visitor) -> Errand:
    """To send a film of whoever is next when it is taken."""

    def turn() -> tuple[Group, KeptCase | None]:
        kept = kept_group(group, house, visitor)
        up = next_of_group([(one.kept.id, one.stage) for one in _members(kept, house)])
        return kept, None if up is None else house.store.case(up)

    def whom() -> str:
        _, kept = turn()
        return "" if kept is None else kept.id

    def says() -> str:
        _, kept = turn()
        return "Nobody is ready to be filmed." if kept is None else f"Now: {kept.name}."

    async def take(request: Request, name: str) -> str:
        of, kept = turn()
        if kept is None:
            raise InputError("Nobody is ready to be filmed.", remedy="look at the computer who comes next.")
        await _take(request, kept, of, house, name)
        return f"The film of {kept.name} has arrived."

    return Errand(
        what=_FILM,
        says=says,
        accept="video/*",
        largest=house.largest_film,
        smaller=SHORTER,
        take=take,
        whom=whom,
        quiet=_QUIET,
    )


def _after_door(request: Request, group: Group, house: House, door: Door) -> Response:
    if "HX-Request" in request.headers:
        return render(request, "group_phone.html.j2", tell_door(group, house, door))
    return _back(group)


def _back(group: Group, who: str = "") -> Response:
    query = f"?who={who}" if who else ""
    return RedirectResponse(f"/desk/groups/{group.id}{query}", status_code=303)


add_page(router, "", "groups.html.j2", tell_groups)
add_page(router, "/{group}/queue", "group_queue.html.j2", tell_queue)
add_page(router, "/{group}/phone", "group_phone.html.j2", tell_door)
add_page(router, "/{group}/overview", "group_overview.html.j2", tell_overview)
add_page(router, "/{group}/who/{id}/signs", "group_signs.html.j2", tell_signs)
add_page(router, "/{group}", "group.html.j2", tell_group)
