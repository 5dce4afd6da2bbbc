"""Who asks the server, which pages and cases are theirs, and what is written down of it.

Here alone it is decided: every address has its rule below, and on a shared server one without a rule is
nobody's. What somebody may not see is as if it were not there.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from ..store import Deed, Done, Group, KeptToken, Role, no_case

__all__ = ["Role", "Visitor", "VisitorHere", "check_may_see", "note", "visitor_of"]

_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
EVERYBODY = frozenset(Role)
STAFF = frozenset({Role.OWNER, Role.COACH})
OWNERS = frozenset({Role.OWNER})
NOBODY: frozenset[Role] = frozenset()

_OF_EVERYBODY = (
    "/ /start /openapi /moves.css /whatif.css /account /account/password /account/out /account/everywhere "
    "/account/visits/{visit}/end"
)
_OF_A_CASE = (
    " /answers /checkin /clinician /coach /diary /diary/signs /erase /export /feet /feet/back /feet/on-shoe "
    "/feet/photos /feet/photos/{photo} /feet/photos/{photo}/again /feet/photos/{photo}/picture.jpg "
    "/feet/photos/{photo}/remove /feet/shoe /feet/standing /fhir /films /films/list /films/{film} "
    "/films/{film}/label /films/{film}/report /films/{film}/{name} /films/{film}/{what} /keep /keep/name "
    "/plan /plan.ics /plan.pdf /plan/start /plan/ticks /progress /questions /referral "
    "/referral/looked /referral/mistake /tables /tests /tests/changed /whatif /why"
)
_OF_STAFF = (
    "/cases /import /tokens /tokens/{token}/revoke /cases/{id}/sharing /cases/{id}/sharing/invite "
    "/cases/{id}/sharing/share /cases/{id}/sharing/unshare /cases/{id}/desk /cases/{id}/desk/client.pdf "
    "/cases/{id}/desk/colleague.pdf /cases/{id}/desk/consents /cases/{id}/desk/lifts /cases/{id}/desk/notes "
    "/cases/{id}/desk/notes/remove /desk /desk/clients /desk/find /desk/compare /desk/practice/logo.png "
    "/desk/groups "
    "/desk/groups/{group} /desk/groups/{group}/people /desk/groups/{group}/remove "
    "/desk/groups/{group}/queue /desk/groups/{group}/overview /desk/groups/{group}/who/{id}/signs "
    "/desk/groups/{group}/who/{id}/later /desk/groups/{group}/who/{id}/leave "
    "/desk/groups/{group}/who/{id}/consent /desk/groups/{group}/who/{id}/film"
)
_OF_OWNERS = (
    "/people /people/invite /people/{account}/close /people/{account}/open /people/{account}/role "
    "/people/{account}/link /cases/{id}/sharing/hand-over /records /webhooks /webhooks/{hook}/remove "
    "/desk/practice"
)
_LOCAL_ONLY = (
    "/cases/{id}/phone /cases/{id}/phone/close /cases/{id}/feet/phone /cases/{id}/feet/phone/close "
    "/desk/groups/{group}/phone /desk/groups/{group}/phone/close"
)

RULES: dict[str, frozenset[Role]] = {
    **dict.fromkeys(_OF_EVERYBODY.split(), EVERYBODY),
    **{f"/cases/{{id}}{end}": EVERYBODY for end in _OF_A_CASE.split(" ")},
    **dict.fromkeys(_OF_STAFF.split(), STAFF),
    **dict.fromkeys(_OF_OWNERS.split(), OWNERS),
    **dict.fromkeys(_LOCAL_ONLY.split(), NOBODY),
}
"""Address of a page, its twin and what is sent to it → roles whose it is on a shared server.

The addresses of a case are those of its own people only, whatever their role; `Visitor.may_see` says so.
"""

_EXPORTED = frozenset(
    f"/cases/{{id}}{end}"
    for end in (
        "/export",
        "/fhir",
        "/tables",
        "/plan.pdf",
        "/plan.ics",
        "/clinician",
        "/films/{film}/report",
        "/desk/client.pdf",
        "/desk/colleague.pdf",
    )
)
"""What leaves as a file, or is made to be handed on."""
_OF_SEVERAL = {"/desk": Deed.DESK, "/desk/find": Deed.DESK}
"""Where something of all clients is read at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who asks the server.

    Attributes
    ----------
    role : what they are here for.
    cases : ids of those that they may see; every one if None.
    account : id of theirs; None where one person has the whole server.
    name : of the account.
    visit : digest of the token that they came in with.
    address : from where.
    token : of a program; None of a person.
    """

    role: Role
    cases: frozenset[str] | None = None
    account: str | None = None
    name: str = ""
    visit: str = ""
    address: str = ""
    token: KeptToken | None = None

    def may_see(self, case: str) -> bool:
        """Whether a case is theirs to see."""
        return self.cases is None or case in self.cases

    def may_see_group(self, group: Group) -> bool:
        """Whether they made it, or somebody in it is theirs to see."""
        made = self.account is not None and self.account == group.maker
        return self.cases is None or made or any(map(self.may_see, group.cases))

    @property
    def is_staff(self) -> bool:
        """Whether they have more to do here than their own case."""
        return self.role in STAFF


THE_ONE_HERE = Visitor(role=Role.OWNER)
"""Whoever holds the key of a server that answers their own computer only."""


def visitor_of(request: Request) -> Visitor:
    """Whoever asks; the guard knew them."""
    visitor: Visitor = request.state.visitor
    return visitor


VisitorHere = Annotated[Visitor, Depends(visitor_of)]


def check_may_see(request: Request, visitor: Visitor) -> None:
    """Refuse what is not for the visitor's role, and the case of somebody else, as if there were none.

    Every page of a case has its id at the same place of the address, so that no page can forget to ask.

    Raises
    ------
    HTTPException
        When no page of that address is theirs.
    StoreError
        When the case is not theirs.
    """
    path = request.scope["route"].path.removesuffix(".json")
    case = request.path_params.get("id")
    if not _is_for(path, visitor):
        raise HTTPException(404)
    if case is not None and not visitor.may_see(case):
        raise no_case(case)
    if (deed := _deed_of(request.method, path, case)) is not None:
        request.state.usual = _done(visitor, deed, case=case)


def _is_for(path: str, visitor: Visitor) -> bool:
    """Whether pages of that address are for the visitor; the one of a local server has no account."""
    if visitor.account is None and visitor.role is Role.OWNER:
        return True
    return visitor.role in RULES.get(path, NOBODY)


def note(request: Request, what: Deed, *, of_account: str | None = None, case: str | None = None) -> None:
    """Have it written down, once all has gone well, that the visitor did this; each time one thing more."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    if visitor is not None:
        done = _done(visitor, what, of_account=of_account, case=case)
        request.state.done = (*getattr(request.state, "done", ()), *done)


def noted(request: Request) -> tuple[Done, ...]:
    """What the visitor did: as it was noted, or else what they usually do at that address of a case."""
    done: tuple[Done, ...] = getattr(request.state, "done", ())
    usual: tuple[Done, ...] = getattr(request.state, "usual", ())
    return done or usual


def _done(visitor: Visitor, what: Deed, **whom: str | None) -> tuple[Done, ...]:
    """Of the one who has a server alone nothing is written down."""
    if visitor.account is None:
        return ()
    token = None if visitor.token is None else visitor.token.id
    return (Done(what=what, account=visitor.account, address=visitor.address, token=token, **whom),)


def _deed_of(method: str, path: str, case: str | None) -> Deed | None:
    """What somebody usually does there; None where that need not be written down."""
    if case is None:
        return _OF_SEVERAL.get(path)
    if path in _EXPORTED:
        return Deed.EXPORTED
    if method not in _CHANGING:
        return Deed.OPENED
    return Deed.ERASED if path == "/cases/{id}/erase" else Deed.CHANGED
