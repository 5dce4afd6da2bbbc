"""Who may, asked before anything of what was sent is read."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from .rest.bearer import check_scope
from .visiting import check_may_see, visitor_of


class Admitting(APIRoute):
    """A route that answers only those who may have it, and the case in its address.

    As a dependency it would be asked once FastAPI has read the form: a whole film of somebody who may not.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What the route does, for those who may."""
        answer = super().get_route_handler()

        async def admit(request: Request) -> Response:
            visitor = visitor_of(request)
            check_scope(request, visitor)
            check_may_see(request, visitor)
            return await answer(request)

        return admit
