"""Who asks the server, and which cases they may see."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request

from ..store import no_case


class Role(StrEnum):
    """What somebody is here for.

    - `OWNER`: keeps the place: every case, and who else may come in.
    - `COACH`: coaches and clinicians; their own cases.
    - `CLIENT`: the person of one case.
    """

    OWNER = "owner"
    COACH = "coach"
    CLIENT = "client"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who asks the server.

    Attributes
    ----------
    role : what they are here for.
    cases : ids of those that they may see; every one if None.
    """

    role: Role
    cases: frozenset[str] | None = None

    def may_see(self, case: str) -> bool:
        """Whether a case is theirs to see."""
        return self.cases is None or case in self.cases


THE_ONE_HERE = Visitor(role=Role.OWNER)
"""Whoever holds the key of a server that answers their own computer only."""


def visitor_of(request: Request) -> Visitor:
    """Whoever asks; the guard knew them."""
    visitor: Visitor = request.state.visitor
    return visitor


VisitorHere = Annotated[Visitor, Depends(visitor_of)]


def check_may_see(request: Request, visitor: VisitorHere) -> None:
    """Refuse the case of an address to whoever may not see it, as if there were none.

    Every page of a case has its id at the same place of the address, so that no page can forget to ask.

    Raises
    ------
    StoreError
        When it is not theirs.
    """
    case = request.path_params.get("id")
    if case is not None and not visitor.may_see(case):
        raise no_case(case)
