"""The way in to a shared server: signing in, coming by a link; and the own account, to leave it again."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel

from ...errors import Error, InputError, StoreConflict
from ...store import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    Deed,
    KeptAccount,
    KeptInvitation,
    KeptVisit,
    hash_password,
    read_login,
    read_password,
)
from ..admitting import Admitting
from ..house import House, HouseHere
from ..rendering import Told, add_page, render
from ..security import inner
from ..sharing import (
    COOKIE,
    KNOWN_COOKIE,
    KNOWN_FOR,
    Came,
    NotYet,
    Shared,
    Stranger,
    begin,
    known_by,
    leave,
    prove,
    sign_in,
)
from ..visiting import Visitor, VisitorHere, note

doors = APIRouter()
"""Open to strangers: what is sent here is from a page of ours, but of nobody's visit yet."""
router = APIRouter(route_class=Admitting)
Typed = Annotated[str, Form()]


class Choice(BaseModel):
    """What somebody typed to choose a password.

    Attributes
    ----------
    login : name, of somebody new.
    now : password until now, of somebody who is in.
    password, again : the new one, twice.
    """

    login: str = ""
    now: str = ""
    password: str = ""
    again: str = ""


ChoiceHere = Annotated[Choice, Form()]


def shared_of(house: House) -> Shared:
    """What makes the server one that is shared; these pages are of no other."""
    assert house.shared is not None
    return house.shared


def came_of(request: Request) -> Came:
    """Where somebody comes from."""
    return Came(
        address="" if request.client is None else request.client.host,
        browser=request.headers.get("User-Agent", ""),
        known=request.cookies.get(KNOWN_COOKIE, ""),
    )


@doors.get("/signin", response_class=HTMLResponse)
def ask_to_sign_in(request: Request, house: HouseHere, to: str = "/") -> Response:
    """The page for it; at first, what comes before."""
    first = not house.store.accounts()
    return render(request, "signin.html.j2", {"to": inner(to), "login": "", "wrong": None, "first": first})


@doors.post("/signin")
def come_in(
    request: Request, house: HouseHere, login: Typed = "", password: Typed = "", to: Typed = "/"
) -> Response:
    """Sign in, and go on to where somebody wanted to go."""
    came = came_of(request)
    try:
        account = sign_in(house.store, shared_of(house), (login, password), came, house.now())
    except (NotYet, Stranger) as error:
        told = {"to": inner(to), "login": login, "wrong": error, "first": False}
        return render(request, "signin.html.j2", told, 429 if isinstance(error, NotYet) else 401)
    return _let_in(request, house, account, Deed.SIGNED_IN, inner(to))


@doors.get("/join/{code}", response_class=HTMLResponse)
def ask_to_join(request: Request, code: str, house: HouseHere) -> Response:
    """The page that a link leads to; looking at it does not use the link up."""
    return _render_join(request, (house.store.invitation(code, house.now()), code, ""))


@doors.post("/join/{code}")
def join(request: Request, code: str, house: HouseHere, typed: ChoiceHere) -> Response:
    """Choose login name and password, and come in; the link opens nothing any more then."""
    invited = house.store.invitation(code, house.now())
    try:
        called = (
            read_login(typed.login) if invited.account is None else house.store.account(invited.account).login
        )
        chosen = _read_twice(typed, called, invited.name)
        account = house.store.accept(code, called, hash_password(chosen), house.now())
    except (InputError, StoreConflict) as error:
        return _render_join(request, (invited, code, typed.login), error)
    return _let_in(request, house, account, Deed.JOINED, "/")


def _render_join(
    request: Request, about: tuple[KeptInvitation, str, str], wrong: Error | None = None
) -> Response:
    """The page for an invitation, its code, and the login name that was typed before."""
    invited, code, login = about
    told = {
        "code": code,
        "name": invited.name,
        "role": invited.role.value,
        "known": invited.account is not None,
        "login": login,
        "wrong": wrong,
        **_lengths(),
    }
    return render(request, "join.html.j2", told, 200 if wrong is None else 422)


def _lengths() -> Told:
    return {"shortest": SHORTEST_PASSWORD, "longest": LONGEST_PASSWORD}


def _read_twice(typed: Choice, *names: str) -> str:
    if typed.password != typed.again:
        raise InputError("The two passwords are not the same.", remedy="type both once more.")
    return read_password(typed.password, *names)


def _let_in(request: Request, house: House, account: KeptAccount, what: Deed, to: str) -> Response:
    """A new visit, whatever cookie there was before: one that somebody else laid there is worth nothing."""
    leave(house.store, request.cookies.get(COOKIE, ""))
    token = begin(house.store, account, what, came_of(request), house.now())
    response = RedirectResponse(to, status_code=303)
    _set_cookie(response, COOKIE, token)
    _set_cookie(response, KNOWN_COOKIE, known_by(account), int(KNOWN_FOR.total_seconds()))
    return response


def _set_cookie(response: Response, name: str, value: str, seconds: int | None = None) -> None:
    """A cookie for TLS, for this host, for no script, for no page of somebody else."""
    response.set_cookie(name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="strict")


# ------------------------------------------------------------------------------------------- the own account


def tell_account(house: HouseHere, visitor: VisitorHere) -> Told:
    """Who one is here, and where one is in."""
    account = house.store.account(_mine(visitor))
    return {
        "login": account.login,
        "name": account.name,
        "role": account.role.value,
        "visits": [
            {
                "id": _id_of(visit),
                "browser": visit.browser,
                "address": visit.address,
                "since": house.local(visit.made).strftime("%-d %B %Y, %H:%M"),
                "here": visit.digest == visitor.visit,
            }
            for visit in house.store.visits(account.id, house.now())
        ],
        **_lengths(),
    }


@router.post("/account/password")
def change_password(request: Request, house: HouseHere, visitor: VisitorHere, typed: ChoiceHere) -> Response:
    """Choose another password; everybody who is in with this account is out, but for a new visit here."""
    account = house.store.account(_mine(visitor))
    prove(house.store, shared_of(house), (account, typed.now), came_of(request), house.now())
    chosen = _read_twice(typed, account.login, account.name)
    house.store.change_password(account.id, hash_password(chosen))
    changed = house.store.account(account.id)
    return _let_in(request, house, changed, Deed.PASSWORD, "/account")


@router.post("/account/out")
def go(request: Request, house: HouseHere) -> Response:
    """Sign out here."""
    house.store.end_visit(request.state.visitor.visit)
    note(request, Deed.SIGNED_OUT)
    return _leave()


@router.post("/account/everywhere")
def go_everywhere(request: Request, house: HouseHere, visitor: VisitorHere) -> Response:
    """Sign out wherever one is in."""
    house.store.end_visits(_mine(visitor))
    note(request, Deed.SIGNED_OUT)
    return _leave()


@router.post("/account/visits/{visit}/end")
def end_one(request: Request, visit: str, house: HouseHere, visitor: VisitorHere) -> Response:
    """Sign out in one place; of a visit that is over already nothing is left to do."""
    mine = house.store.visits(_mine(visitor), house.now())
    ended = next((one.digest for one in mine if _id_of(one) == visit), None)
    if ended is not None:
        house.store.end_visit(ended)
        note(request, Deed.SIGNED_OUT)
    return _leave() if ended == visitor.visit else RedirectResponse("/account", status_code=303)


def _id_of(visit: KeptVisit) -> str:
    """What a page calls a visit: enough of its hash to tell one's own apart, and no way in."""
    return visit.digest[:16]


def _leave() -> Response:
    response = RedirectResponse("/signin", status_code=303)
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _mine(visitor: Visitor) -> str:
    assert visitor.account is not None
    return visitor.account


add_page(router, "/account", "account.html.j2", tell_account)
