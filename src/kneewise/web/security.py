"""Who may ask the server for what, and what its pages may do.

A local server answers this computer only, under its own name, to whoever holds the key that `kneewise serve`
printed; other people's programs on the same computer do not. A shared one answers behind TLS only, under its
public name, to whoever signed in. What changes something also needs the token of the page it was sent from,
so that no page of somebody else can send it.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlencode

import anyio.to_thread
from fastapi import Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse

from ..errors import InputError, StoreError
from ..store import Done
from .rendering import render_alone
from .rest.bearer import IN_HEADER, Unwelcome, comes_with_token, has_token_in_address, visitor_of_bearer
from .rest.programs import answer_program
from .sharing import COOKIE, Shared, token_of, visitor_of
from .uploading import SHORTER, is_bounded
from .visiting import THE_ONE_HERE, noted

TOKEN_FIELD = "csrf"
TOKEN_HEADER = "X-CSRF-Token"

_FORM = 1 << 20
"""A form may be so much larger than the film in it. [bytes]"""
_STRANGERS_FORM = 1 << 14
"""A login name and a password. [bytes]"""
_TAKES_FILES = re.compile(
    r"/import|/desk/practice|/desk/groups/[^/]+/who/[^/]+/film\.json|/cases/[^/]+/(?:films(?:\.json)?|feet/photos)"
)
"""Where a shared server takes films, photos and cases, which do not stay in memory as they arrive."""
_OPEN_TO_ALL = ("/enter", "/static/")
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_OURS = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?")
"""What a browser calls this computer in the header Host."""
_TYPED, _SAME = "none", "same-origin"
"""Sec-Fetch-Site of an address that no page led to, and of one that a page of ours did."""
_OPEN_TO_STRANGERS = re.compile(r"/signin|/(?:join|static)/.*")
"""On a shared server, where somebody comes in."""
_INNER = re.compile(r"(?:/[A-Za-z0-9_][A-Za-z0-9._~-]*)+|/")
_FIRST_REFUSAL = 400
_UNREAD = (401, 403, 404, 413)
"""Of somebody who may not send, or not so much: nothing of what they send is read."""

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

_BEHIND_TLS = {"Strict-Transport-Security": "max-age=31536000"}
"""Browsers come to a shared server by TLS only, for a year. [s]"""

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


async def guard(request: Request, handle: Handle) -> Response:
    """Answer what is asked under our own name, by who may, from our own pages; say what a page may do."""
    shared: Shared | None = request.app.state.house.shared
    refused = _refusal(request, shared)
    if refused is None and comes_with_token(request):  # and is nobody else, whatever cookie comes along
        refused = await anyio.to_thread.run_sync(_know_program, request)
    elif refused is None and shared is not None:
        refused = await anyio.to_thread.run_sync(_know, request)
    response = confine(request, answer_program(request, refused or await handle(request)))
    if request.method in _CHANGING and response.status_code in _UNREAD:
        response.headers["Connection"] = "close"  # or else the rest would still be taken in
    done = noted(request)
    if shared is not None and done and response.status_code < _FIRST_REFUSAL:
        await anyio.to_thread.run_sync(_write_down, request, shared, done)
    return response


def confine(request: Request, response: Response) -> Response:
    """The answer, with what its page may do, and who may see it."""
    live = request.url.path.endswith("/coach")
    script = _FOR_POSE_IN_THE_PAGE if live else ""
    response.headers.update(_HEADERS)
    if request.app.state.house.shared is not None:
        response.headers.update(_BEHIND_TLS)
    response.headers.setdefault("Content-Security-Policy", _POLICY.format(script=script))
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _refusal(request: Request, shared: Shared | None) -> Response | None:
    """What is refused whoever asks it; of a local server also whoever has not its key."""
    hosts = request.headers.getlist("Host")
    if len(hosts) != 1 or not _is_ours(hosts[0], shared):
        return _refuse(421, "This server answers under its own name only.")
    if has_token_in_address(request):
        return _refuse(400, f"A token is no part of an address: others read it there. Try: {IN_HEADER}")
    if shared is not None and request.url.scheme != "https":
        return _refuse(421, "This server answers behind TLS only.")
    if request.method in _CHANGING and not _is_from_here(request, shared):
        return _refuse(403, "This was sent from a page of somebody else.")
    if not is_bounded(request, _largest(request, shared)):
        return _refuse(413, f"This is too large. Try: {SHORTER}")
    if shared is not None or comes_with_token(request) or request.url.path.startswith(_OPEN_TO_ALL):
        return None
    key: Key = request.app.state.house.key
    if _has_key(request, key):
        request.state.visitor, request.state.token = THE_ONE_HERE, key.token
        return None
    return _refuse(403, "This page needs its key.\n  Try: the address that kneewise serve printed.")


def _largest(request: Request, shared: Shared | None) -> int:
    """So much may be sent there: what is read at once is small where many people share the memory. [bytes]"""
    path = request.url.path
    if shared is not None and _OPEN_TO_STRANGERS.fullmatch(path):
        return _STRANGERS_FORM
    if shared is not None and not _TAKES_FILES.fullmatch(path):
        return _FORM
    return int(request.app.state.house.largest_film) + _FORM


def _is_ours(host: str, shared: Shared | None) -> bool:
    """Whether it is a name of this server."""
    return _OURS.fullmatch(host) is not None if shared is None else host.lower() == shared.host


def _is_from_here(request: Request, shared: Shared | None) -> bool:
    """Whether what changes something was sent by a page of ours, as the browser says.

    To a shared server a browser says so always, since it has forms that need no visit, and so no token. A
    program says nothing: what it comes with no page of somebody else can send.
    """
    site = request.headers.get("Sec-Fetch-Site", _SAME)
    if shared is None:
        return site == _SAME
    origin = request.headers.get("Origin")
    said = "Sec-Fetch-Site" in request.headers or comes_with_token(request)
    return site == _SAME and (origin == shared.origin if origin else said)


def _has_key(request: Request, key: Key) -> bool:
    return key.opens(request.cookies.get(cookie_of(request.scope["server"][1]), ""))


def _know_program(request: Request) -> Response | None:
    """The same by the token that a program comes with."""
    try:
        request.state.visitor, request.state.token = visitor_of_bearer(request), ""
    except StoreError as error:
        return _refuse(503, f"{error.what}\n  Try: {error.remedy}")
    except Unwelcome as stranger:
        return _refuse(stranger.status, f"{stranger.what}\n  Try: {stranger.remedy}")
    return None


def _know(request: Request) -> Response | None:
    """Find out who asks a shared server; refuse who would have to sign in for it first."""
    house = request.app.state.house
    secret = request.cookies.get(COOKIE, "")
    try:
        known = house.store.visitor_with(secret, house.now()) if secret else None
    except StoreError as error:
        return _refuse(503, f"{error.what}\n  Try: {error.remedy}")
    if known is not None:
        address = "" if request.client is None else request.client.host
        request.state.visitor, request.state.token = visitor_of(known, address), token_of(secret)
        return None
    path = request.url.path
    if _OPEN_TO_STRANGERS.fullmatch(path):
        return None
    return _ask_to_sign_in(request, path)


def _ask_to_sign_in(request: Request, path: str) -> Response:
    if path.endswith(".json") or request.method != "GET":
        return JSONResponse({"error": "Nobody is signed in.", "try": "sign in first."}, status_code=401)
    to = f"/signin?{urlencode({'to': inner(path)})}"
    if "HX-Request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": to})
    if request.headers.get("Sec-Fetch-Site", _SAME) not in (_SAME, _TYPED):
        # Browsers hand no strict cookie to where a page of somebody else leads; to where ours leads they do.
        return HTMLResponse(render_alone("onward.html.j2", {"to": inner(path)}))
    return RedirectResponse(to, status_code=303)


def inner(path: str) -> str:
    """A path of ours to go on to; the first page where it is anything else."""
    return path if _INNER.fullmatch(path) else "/"


def _write_down(request: Request, shared: Shared, done: tuple[Done, ...]) -> None:
    house = request.app.state.house
    for one in done:
        if shared.is_news(request.state.visitor.visit, one, house.now()):
            with suppress(StoreError):  # a page that was answered is not taken back
                house.store.record(one, house.now())


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
        When the token is missing, of an earlier start, or of another visit.
    """
    if request.method not in _CHANGING or request.state.visitor.token is not None:
        return
    given = request.headers.get(TOKEN_HEADER)
    if given is None:
        given = str((await request.form()).get(TOKEN_FIELD, ""))
    if not hmac.compare_digest(given.encode(), request.state.token.encode()):
        raise InputError("This page is of an earlier start of kneewise.", remedy="load it again.")
