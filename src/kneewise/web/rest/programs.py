"""Whether a program asks, and what it is answered in place of a page. Pure."""

import re
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

_SEE_OTHER, _UNAUTHORIZED = 303, 401
_READ = "docs/reference/rest.md says how to ask."
_OF_BODY = frozenset({"content-length", "content-type"})
_CASE = re.compile(r"/cases/([a-z2-7]{16})(?:[/.]|$)")


def is_program(request: Request) -> bool:
    """Whether JSON is wanted: of a twin, of whoever has a token, and of who accepts JSON and no page."""
    accepted = request.headers.get("Accept", "")
    return (
        request.url.path.endswith(".json")
        or "Authorization" in request.headers
        or ("application/json" in accepted and "text/html" not in accepted)
    )


def tell_wrong(status: int, what: str, remedy: str) -> Response:
    """What is wrong, and what to try."""
    return JSONResponse({"error": what, "try": remedy}, status_code=status)


def answer_program(request: Request, response: Response) -> Response:
    """What a program is answered: the words of a refusal as JSON; instead of a page to go to, its twin."""
    if not is_program(request):
        return response
    if isinstance(response, PlainTextResponse):
        what, _, remedy = bytes(response.body).decode().partition("Try: ")
        told = tell_wrong(response.status_code, what.strip(), remedy or _READ)
        told.headers.update({name: value for name, value in response.headers.items() if name not in _OF_BODY})
        if response.status_code == _UNAUTHORIZED:
            told.headers["WWW-Authenticate"] = "Bearer"
        return told
    if response.status_code != _SEE_OTHER:
        return response
    to = urlsplit(response.headers["Location"])
    page = "/start" if to.path == "/" else to.path
    see = f"{page}.json" + (f"?{to.query}" if to.query else "")
    case = _CASE.search(to.path)
    return JSONResponse({"case": None if case is None else case[1], "see": see})
