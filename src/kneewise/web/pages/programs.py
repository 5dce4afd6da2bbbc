"""For programs: the interface described, the tokens by which they come in, and who is told what."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from ...errors import InputError, StoreError
from ...report import tell_date
from ...store import Deed, KeptToken, NewToken, Role, no_case
from ...telling import check_allowed
from ..admitting import Admitting
from ..house import House, HouseHere
from ..naming import by_name
from ..rendering import Told, add_page, render
from ..rest.scopes import MEANS
from ..visiting import Visitor, VisitorHere, note
from .start import read_name

router = APIRouter(route_class=Admitting)

_DAYS = (30, 90, 366)
"""A token can last for so long."""


@router.get("/openapi.json")
def show_interface(request: Request) -> JSONResponse:
    """What programs can ask for, as OpenAPI 3.1."""
    return JSONResponse(request.app.state.interface())


def tell_tokens(house: HouseHere, visitor: VisitorHere) -> Told:
    """The tokens that the visitor made, and what another can be for."""
    now = house.now()
    mine = [kept for kept in house.store.cases() if visitor.may_see(kept.id)]
    names = {kept.id: kept.name for kept in sorted(mine, key=by_name)}
    return {
        "tokens": [
            {
                "id": token.id,
                "name": token.name,
                "prefix": token.prefix,
                "scopes": sorted(token.scopes),
                "cases": None
                if token.cases is None
                else [names[case] for case in sorted(token.cases) if case in names],
                "expires": tell_date(house.local(token.expires).date()),
                "expired": token.expires <= now,
                "used": None if token.used is None else tell_date(house.local(token.used).date()),
            }
            for token in _own(house, visitor)
        ],
        "scopes": [{"id": scope.value, "says": says} for scope, says in MEANS.items()],
        "cases": [{"id": id, "name": name} for id, name in names.items()],
        "days": list(_DAYS),
    }


@router.post("/tokens")
async def add_token(request: Request, house: HouseHere, visitor: VisitorHere) -> Response:
    """Make a token, and show it: this once."""
    form = await request.form()
    scopes = frozenset(str(one) for one in form.getlist("scope"))
    days, case = str(form.get("days", "")), str(form.get("case", ""))
    if not scopes <= {one.value for one in MEANS} or days not in map(str, _DAYS):
        raise InputError("This cannot be a token.", remedy="load the page again, and choose from it.")
    if case and not visitor.may_see(case):
        raise no_case(case)
    wanted = NewToken(
        name=read_name(str(form.get("name", ""))),
        scopes=scopes,
        lasts=timedelta(days=int(days)),
        cases=frozenset({case}) if case else None,
        account=visitor.account,
    )
    secret, kept = house.store.add_token(wanted, house.now())
    note(request, Deed.TOKEN_MADE, case=case or None)
    return render(request, "token.html.j2", {"secret": secret, "name": kept.name})


@router.post("/tokens/{token}/revoke")
def revoke(request: Request, token: str, house: HouseHere, visitor: VisitorHere) -> Response:
    """Let a token open nothing any more."""
    if token not in {one.id for one in _own(house, visitor)}:
        raise StoreError("There is no such token.", remedy="go back to the tokens.")
    kept = house.store.revoke_token(token)
    note(request, Deed.TOKEN_REVOKED, of_account=kept.account)
    return RedirectResponse("/tokens", status_code=303)


def tell_webhooks(house: HouseHere) -> Told:
    """Who is told when measuring a film has ended, and what waits."""
    return {
        "hooks": [
            {"id": hook.id, "url": hook.url, "waiting": hook.waiting, "trouble": hook.trouble}
            for hook in house.store.hooks()
        ]
    }


@router.post("/webhooks")
def add_webhook(request: Request, house: HouseHere, url: Annotated[str, Form()] = "") -> Response:
    """Tell an address from now on; into a private network only the terminal lets it go."""
    check_allowed(url.strip(), private=False)
    hook = house.store.add_hook(url.strip(), house.now())
    note(request, Deed.HOOK_ADDED)
    return render(request, "webhook.html.j2", {"secret": hook.secret})


@router.post("/webhooks/{hook}/remove")
def remove_webhook(request: Request, hook: str, house: HouseHere) -> Response:
    """Tell an address nothing any more."""
    house.store.remove_hook(hook)
    note(request, Deed.HOOK_REMOVED)
    return RedirectResponse("/webhooks", status_code=303)


def _own(house: House, visitor: Visitor) -> list[KeptToken]:
    """Tokens of the visitor; an owner sees everybody's."""
    tokens = house.store.tokens()
    if visitor.role is Role.OWNER:
        return list(tokens)
    return [token for token in tokens if token.account == visitor.account]


add_page(router, "/tokens", "tokens.html.j2", tell_tokens)
add_page(router, "/webhooks", "webhooks.html.j2", tell_webhooks)
