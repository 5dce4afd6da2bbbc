"""Who may come in to a shared server, who sees which case, and what was done: for owners and coaches."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from ...errors import InputError
from ...store import INVITED_FOR, Deed, KeptAccount, KeptRecord, Looked, Role
from ..admitting import Admitting
from ..forms import read_day
from ..house import House, HouseHere, KeptCaseHere
from ..rendering import Told, add_page, render
from ..visiting import Visitor, VisitorHere, note
from .signing import shared_of
from .start import name_case, read_name

router = APIRouter(route_class=Admitting)
sharing = APIRouter(prefix="/cases/{id}/sharing", route_class=Admitting)
Typed = Annotated[str, Form()]

_RECORDS = 100
"""On a page."""
_FIRST_DAY = date(2000, 1, 1)
"""Nothing was written down before."""
_LAST = (1 << 31) - 1
"""No record has a larger number: a database counts no further."""


# --------------------------------------------------------------------------------------------------- people


def tell_people(house: HouseHere, visitor: VisitorHere) -> Told:
    """Everybody who has an account."""
    return {
        "people": [
            {**_tell(account), "me": account.id == visitor.account, "login": account.login}
            for account in house.store.accounts()
        ]
    }


def _tell(account: KeptAccount) -> Told:
    return {
        "id": account.id,
        "name": account.name,
        "role": account.role.value,
        "closed": account.disabled,
    }


@router.post("/people/invite")
def invite(
    request: Request, house: HouseHere, visitor: VisitorHere, name: Typed = "", role: Typed = "coach"
) -> Response:
    """A link for a coach, or for another owner."""
    if role not in (Role.COACH, Role.OWNER):
        raise InputError("Nobody can be invited as that.", remedy="choose one of the list.")
    called = read_name(name)
    code = house.store.invite(Role(role), called, house.now(), by=visitor.account)
    note(request, Deed.INVITED)
    return _show_link(request, house, code, called, "/people")


@router.post("/people/{account}/link")
def link(request: Request, account: str, house: HouseHere, visitor: VisitorHere) -> Response:
    """A link to choose a new password by; nothing is sent, the owner hands it on."""
    kept = house.store.account(account)
    if kept.disabled:
        raise InputError("This account is closed.", remedy="open it again first.")
    code = house.store.link(account, house.now(), by=visitor.account)
    note(request, Deed.LINKED, of_account=account)
    return _show_link(request, house, code, kept.name, "/people")


@router.post("/people/{account}/close")
def close(request: Request, account: str, house: HouseHere) -> Response:
    """Let somebody in no more, from now on."""
    house.store.disable(account, True)
    note(request, Deed.DISABLED, of_account=account)
    return RedirectResponse("/people", status_code=303)


@router.post("/people/{account}/open")
def open_again(request: Request, account: str, house: HouseHere) -> Response:
    """Let somebody in again."""
    house.store.disable(account, False)
    note(request, Deed.ENABLED, of_account=account)
    return RedirectResponse("/people", status_code=303)


@router.post("/people/{account}/role")
def change_role(request: Request, account: str, house: HouseHere, role: Typed = "") -> Response:
    """Make a coach an owner, or an owner a coach."""
    if role not in tuple(Role):
        raise InputError("There is no such role.", remedy="choose one of the list.")
    house.store.change_role(account, Role(role))
    note(request, Deed.ROLE, of_account=account)
    return RedirectResponse("/people", status_code=303)


def _show_link(request: Request, house: House, code: str, name: str, back: str) -> Response:
    """The link, shown once: nobody can look it up again."""
    address = f"{shared_of(house).origin}/join/{code}"
    told = {
        "address": address,
        "name": name,
        "back": back,
        "hours": round(INVITED_FOR.total_seconds() / 3600),
    }
    return render(request, "link.html.j2", told)


# -------------------------------------------------------------------------------------------------- sharing


def tell_sharing(kept: KeptCaseHere, house: HouseHere, visitor: VisitorHere) -> Told:
    """Who sees a case, and with whom it could be shared."""
    sharers = house.store.sharers(kept.id)
    seeing = {account.id for account, _ in sharers}
    return {
        "case": name_case(kept),
        "here": "/sharing",
        "sharers": [
            {**_tell(account), "keeps": keeps, "me": account.id == visitor.account}
            for account, keeps in sharers
        ],
        "coaches": [
            _tell(account)
            for account in house.store.accounts()
            if account.role is not Role.CLIENT and not account.disabled
        ],
        "others": [
            _tell(account)
            for account in house.store.accounts()
            if account.role is Role.COACH and not account.disabled and account.id not in seeing
        ],
        "client": any(account.role is Role.CLIENT for account, _ in sharers),
        "may_change": _may_change(visitor, sharers),
        "may_hand_over": visitor.role is Role.OWNER,
    }


def _may_change(visitor: Visitor, sharers: tuple[tuple[KeptAccount, bool], ...]) -> bool:
    """Whether they keep the case; owners keep all."""
    return visitor.role is Role.OWNER or any(
        keeps and account.id == visitor.account for account, keeps in sharers
    )


def _check_may_change(kept_id: str, house: House, visitor: Visitor) -> None:
    if not _may_change(visitor, house.store.sharers(kept_id)):
        raise InputError("Only who keeps a case can do that.", remedy="ask them, or an owner.")


@sharing.post("/invite")
def invite_client(request: Request, kept: KeptCaseHere, house: HouseHere, visitor: VisitorHere) -> Response:
    """A link for the person of the case."""
    _check_may_change(kept.id, house, visitor)
    if any(account.role is Role.CLIENT for account, _ in house.store.sharers(kept.id)):
        raise InputError(
            "The person of this case has an account already.",
            remedy="ask an owner for a new link, if the password was forgotten.",
        )
    code = house.store.invite(Role.CLIENT, kept.name, house.now(), case=kept.id, by=visitor.account)
    note(request, Deed.INVITED, case=kept.id)
    return _show_link(request, house, code, kept.name, f"/cases/{kept.id}/sharing")


@sharing.post("/share")
def share(
    request: Request, kept: KeptCaseHere, house: HouseHere, visitor: VisitorHere, account: Typed = ""
) -> Response:
    """Let another coach see the case."""
    _check_may_change(kept.id, house, visitor)
    if any(one.id == account for one, _ in house.store.sharers(kept.id)):
        raise InputError("They see this case already.", remedy="choose somebody else.")
    house.store.share_case(kept.id, account)
    note(request, Deed.SHARED, of_account=account, case=kept.id)
    return RedirectResponse(f"/cases/{kept.id}/sharing", status_code=303)


@sharing.post("/unshare")
def unshare(
    request: Request, kept: KeptCaseHere, house: HouseHere, visitor: VisitorHere, account: Typed = ""
) -> Response:
    """Let somebody see the case no more; everybody may leave it by themselves."""
    if account != visitor.account:
        _check_may_change(kept.id, house, visitor)
    house.store.unshare_case(kept.id, account)
    note(request, Deed.UNSHARED, of_account=account, case=kept.id)
    stays = visitor.role is Role.OWNER or account != visitor.account
    return RedirectResponse(f"/cases/{kept.id}/sharing" if stays else "/", status_code=303)


@sharing.post("/hand-over")
def hand_over(request: Request, kept: KeptCaseHere, house: HouseHere, account: Typed = "") -> Response:
    """Make somebody else the one who keeps the case."""
    house.store.hand_over(kept.id, account)
    note(request, Deed.HANDED_OVER, of_account=account, case=kept.id)
    return RedirectResponse(f"/cases/{kept.id}/sharing", status_code=303)


# -------------------------------------------------------------------------------------------------- records


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for among the records, as the address says it; empty for all.

    Attributes
    ----------
    who : id of an account that did it, or to which it was done.
    what : of which kind.
    case : id of whose case.
    since, until : days, as ISO 8601 writes them; both are counted in.
    """

    who: str = ""
    what: str = ""
    case: str = ""
    since: str = ""
    until: str = ""

    def read(self, house: House) -> Looked:
        """The same as the store takes it.

        Raises
        ------
        InputError
            When there is nothing of that kind, or a day is none.
        """
        if self.what and self.what not in tuple(Deed):
            raise InputError("Nothing of that kind is written down.", remedy="choose one of the list.")
        first, last = (_day(told, house) for told in (self.since, self.until))
        return Looked(
            account=self.who,
            case=self.case,
            what=Deed(self.what) if self.what else None,
            since=None if first is None else house.begin_of(first),
            until=None if last is None else house.begin_of(last + timedelta(days=1)),
        )


def _day(given: str, house: House) -> date | None:
    """That day; None of none."""
    return read_day(given, _FIRST_DAY, house.now().date() + timedelta(days=1)) if given else None


@dataclass(frozen=True, slots=True)
class Names:
    """What is called how, of what is still there: id → name."""

    people: Mapping[str, str]
    cases: Mapping[str, str]
    programs: Mapping[str, str]


def tell_records(
    house: HouseHere,
    asked: Annotated[Asked, Depends(Asked)],
    before: Annotated[int | None, Query(ge=0, le=_LAST)] = None,
) -> Told:
    """What was done here, the latest first; names of who and what is still there, ids of the rest."""
    rows = house.store.records(_RECORDS, before, asked.read(house))
    names = Names(
        people={account.id: account.name for account in house.store.accounts()},
        cases={case.id: case.name for case in house.store.cases()},
        programs={token.id: token.name for token in house.store.tokens()},
    )
    return {
        "records": [
            {"at": house.local(row.at).strftime("%-d %B %Y, %H:%M"), **_tell_record(row, names)}
            for row in rows
        ],
        "earlier": rows[-1].id if len(rows) == _RECORDS else None,
        "looked": asdict(asked),
        "looking": asked != Asked(),
        "case_name": names.cases.get(asked.case, asked.case),
        "people": [{"id": id, "name": name} for id, name in names.people.items()],
        "deeds": [deed.value for deed in Deed],
    }


def _tell_record(row: KeptRecord, names: Names) -> Told:
    done, people, cases = row.done, names.people, names.cases
    program = "" if done.token is None else f"the program “{names.programs.get(done.token, done.token)}”"
    return {
        "who": people.get(done.account or "", done.account or "nobody known"),
        "program": program,
        "what": done.what.value,
        "whom": people.get(done.of_account or "", done.of_account or ""),
        "case": cases.get(done.case or "", done.case or ""),
        "there": done.case in cases,
        "case_id": done.case or "",
        "address": done.address,
    }


add_page(router, "/people", "people.html.j2", tell_people)
add_page(router, "/records", "records.html.j2", tell_records)
add_page(sharing, "", "sharing.html.j2", tell_sharing)
