"""Who may ask the server for what, and what its pages may do.

The server answers this computer only, under its own name, to whoever holds the key that `kneewise serve`
printed; other people's programs on the same computer do not. What changes something also needs the token of
the page it was sent from, so that no page of somebody else can send it.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from ..errors import InputError
from .rendering import render_alone
from .uploading import SHORTER, is_bounded
from .visiting import THE_ONE_HERE

TOKEN_FIELD = "csrf"
TOKEN_HEADER = "X-CSRF-Token"

_FORM = 1 << 20
"""A form may be so much larger than the film in it. [bytes]"""
_OPEN_TO_ALL = ("/enter", "/static/")
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_OURS = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?")
"""What a browser calls this computer in the header Host."""
_TYPED = "none"
"""Sec-Fetch-Site of an address that no page led to."""

_POLICY = (
    "default-src 'none'; script-src 'self'{script}; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; font-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_FOR_POSE_IN_THE_PAGE = " 'wasm-unsafe-eval'"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}

Handle = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Key:
    """What opens the server; made anew at each start.

    Attributes
    ----------
    secret : text that no one can guess.
    """

    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def token(self) -> str:
        """What every form of the pages carries."""
        return hmac.new(self.secret.encode(), b"csrf", hashlib.sha256).hexdigest()

    def opens(self, given: str) -> bool:
        """Whether it is this key, in a time that tells nothing."""
        return hmac.compare_digest(self.secret.encode(), given.encode())

    def made(self, token: str) -> bool:
        """Whether a form's token is of this key."""
        return hmac.compare_digest(self.token.encode(), token.encode())


async def guard(request: Request, handle: Handle) -> Response:
    """Answer what was asked under our own name, with the key, from our own pages; say what a page may do."""
    refused = _refusal(request)
    return confine(request, refused or await handle(request))


def confine(request: Request, response: Response) -> Response:
    """The answer, with what its page may do, and who may see it."""
    live = request.url.path.endswith("/coach")
    script = _FOR_POSE_IN_THE_PAGE if live else ""
    response.headers.update(_HEADERS)
    response.headers.setdefault("Content-Security-Policy", _POLICY.format(script=script))
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _refusal(request: Request) -> Response | None:
    key: Key = request.app.state.house.key
    hosts = request.headers.getlist("Host")
    if len(hosts) != 1 or not _OURS.fullmatch(hosts[0]):
        return _refuse(421, "This server answers to 127.0.0.1 only.")
    if request.method in _CHANGING and request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return _refuse(403, "This was sent from a page of somebody else.")
    if not is_bounded(request, request.app.state.house.largest_film + _FORM):
        refused = _refuse(413, f"This is too large. Try: {SHORTER}")
        refused.headers["Connection"] = "close"  # or else the rest would still be taken in
        return refused
    if request.url.path.startswith(_OPEN_TO_ALL):
        return None
    if _is_known(request, key):
        request.state.visitor = THE_ONE_HERE
        return None
    return _refuse(403, "This page needs its key.\n  Try: the address that kneewise serve printed.")


def _is_known(request: Request, key: Key) -> bool:
    return key.opens(request.cookies.get(cookie_of(request.scope["server"][1]), ""))


def cookie_of(port: int) -> str:
    """Name of the cookie of the server at that port; browsers give a cookie to every port of a computer."""
    return f"kneewise-{port}"


def _refuse(status: int, words: str) -> Response:
    return PlainTextResponse(words, status_code=status)


def enter(request: Request, key: str = "") -> Response:
    """Swap the key in the address that was printed for a cookie, and go to the first page.

    Whoever comes from a file of their own computer goes on by a page of ours: browsers do not hand a strict
    cookie to where another site's link is redirected to.
    """
    house_key: Key = request.app.state.house.key
    if not house_key.opens(key):
        return _refuse(
            403, "This key is of an earlier start.\n  Try: the address that kneewise serve printed last."
        )
    response: Response
    if request.headers.get("Sec-Fetch-Site") == _TYPED:
        response = RedirectResponse("/", status_code=303)
    else:
        response = HTMLResponse(render_alone("onward.html.j2", {"to": "/"}))
    name = cookie_of(request.scope["server"][1])
    response.set_cookie(name, key, httponly=True, samesite="strict", path="/")
    return response


async def check_token(request: Request) -> None:
    """Refuse what changes something and does not carry the token of our pages.

    Raises
    ------
    InputError
        When the token is missing or of an earlier start.
    """
    if request.method not in _CHANGING:
        return
    given = request.headers.get(TOKEN_HEADER)
    if given is None:
        given = str((await request.form()).get(TOKEN_FIELD, ""))
    key: Key = request.app.state.house.key
    if not key.made(given):
        raise InputError("This page is of an earlier start of kneewise.", remedy="load it again.")
