"""Who comes with a token, and what it opens to them."""

import re
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import unquote

from fastapi import Request

from ...errors import DeniedError
from ...store import TOKEN, Deed, Done, Holder, Role
from ..visiting import Visitor
from .operations import asked_operation
from .scopes import Scope

_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_BEARER = re.compile(r"[Bb]earer +([!-~]{1,200}) *")
_PERIOD, _MOST = timedelta(minutes=1), 20
_MOST_ADDRESSES = 1000


class Unwelcome(Exception):
    """Somebody who is not let in.

    Attributes
    ----------
    status : of the answer.
    what, remedy : in words.
    """

    def __init__(self, status: int, what: str, remedy: str) -> None:
        super().__init__(what)
        self.status, self.what, self.remedy = status, what, remedy


IN_HEADER = "revoke that one, and send the next in the header Authorization."
_UNKNOWN = "This token opens nothing: it is wrong, has expired, or was revoked."
_NEW_ONE = "make another one, on the page of tokens."


@dataclass(slots=True)
class Patience:
    """How often somebody came with a token that opens nothing.

    Attributes
    ----------
    most : such tokens are looked up for one address in a minute.
    """

    most: int = _MOST
    tries: OrderedDict[str, deque[datetime]] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def fail(self, address: str, now: datetime) -> bool:
        """Note that one failed; whether it was too often."""
        with self.lock:
            tries = self.tries.setdefault(address, deque(maxlen=self.most + 1))
            self.tries.move_to_end(address)
            while len(self.tries) > _MOST_ADDRESSES:
                self.tries.popitem(last=False)
            tries.append(now)
            while now - tries[0] > _PERIOD:
                tries.popleft()
            return len(tries) > self.most


def has_token_in_address(request: Request) -> bool:
    """Whether a token stands where logs and histories keep it."""
    return TOKEN.search(unquote(str(request.url))) is not None


def comes_with_token(request: Request) -> bool:
    """Whether somebody says that they have one."""
    return "Authorization" in request.headers


def visitor_of_bearer(request: Request) -> Visitor:
    """Whoever holds the token of a request.

    Raises
    ------
    Unwelcome
        When it opens nothing.
    """
    house, now = request.app.state.house, request.app.state.house.now()
    headers = request.headers.getlist("Authorization")
    sent = _BEARER.fullmatch(headers[0]) if len(headers) == 1 else None
    holder = None if sent is None else house.store.holder_of(sent[1], now)
    address = request.client.host if request.client else ""
    if holder is None or (house.shared is not None and holder.account is None):
        if request.app.state.patience.fail(address, now):
            raise Unwelcome(429, "Too many tokens that open nothing came from here.", "wait a minute.")
        if house.shared is not None:
            house.store.record(Done(what=Deed.TOKEN_WRONG, address=address), now)
        raise Unwelcome(401, _UNKNOWN, _NEW_ONE)
    return _visitor(holder, address)


def _visitor(holder: Holder, address: str) -> Visitor:
    """A program: it is what its account is, as far as its token goes; without one, what a coach is."""
    token, account = holder.token, holder.account
    return Visitor(
        role=Role.COACH if account is None else account.role,
        cases=holder.cases,
        account=None if account is None else account.id,
        name=token.name,
        visit=token.id,
        address=address,
        token=token,
    )


def check_scope(request: Request, visitor: Visitor) -> None:
    """Refuse what a token is not for; of what is in no table, everything.

    Raises
    ------
    DeniedError
        When it is not.
    """
    if visitor.token is None:
        return
    operation = asked_operation(request)
    if operation is None or operation.scope is Scope.PERSON:
        raise DeniedError("No token is for this.", remedy="do it on the pages, in a browser.")
    if operation.scope not in visitor.token.scopes:
        raise DeniedError(
            f"This token is not for {operation.scope}.",
            remedy=f"make one that is for {operation.scope}, on the page of tokens.",
        )
    if visitor.token.cases is not None and request.method in _CHANGING and "id" not in request.path_params:
        raise DeniedError("This token is for some cases only.", remedy="use one that is for all of them.")
