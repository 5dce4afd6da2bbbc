"""A door for the phone: one page of one case in the home network, for a few minutes, for who scans the code.

Nothing else listens outside of this computer, and this only from when the person opens it until it closes by
itself: soon after nobody needs it any more, and after a quarter of an hour at the latest. The code in the
picture works once: whoever opens it first gets a cookie, and is the only one who can send films, or photos,
from then on. Whatever else is asked for is answered as if there were nothing. It is plain HTTP: who can
listen to the home network can see them; the page says so.
"""

import asyncio
import hmac
import math
import secrets
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Annotated, cast

import anyio.to_thread
import segno
import uvicorn
from fastapi import Depends
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from ..errors import Error, InputError, StoreError
from ..report.page import content_policy
from ..store import Label, Store
from .house import House
from .listening import make_listener
from .rendering import Told, render_alone
from .uploading import SHORTER, Parcel, is_bounded, take_body

OPEN_FOR = timedelta(minutes=15)
QUIET = timedelta(minutes=2)
"""Without a word from the phone, nor from the page with the code before a film came, the door closes."""
_LOOK = 1.0
"""Between looks whether it should close. [s]"""
_COOKIE = "kneewise-phone"
_SLOWEST = 600.0
"""A film may take so long to arrive. [s]"""
_MOST_AT_ONCE, _MOST_OF_ONE = 64, 6
"""Connections at once, and of these from one address: so many a browser opens to one server."""
_HEADER_WITHIN = 5.0
"""Whoever has asked for nothing by then is cut off. [s]"""
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_NOWHERE = "192.0.2.1"
"""An address that nobody has; asking for the way there sends nothing, and tells our own address."""


FILMS, PHOTOS = "films", "photos"


@dataclass(slots=True)
class Signs:
    """Signs that a door is needed.

    Attributes
    ----------
    last : when there was one.
    sending : files on their way.
    came : whether one arrived.
    """

    last: datetime | None = None
    sending: int = 0
    came: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What a phone is sent for.

    Attributes
    ----------
    what : `FILMS` or `PHOTOS`.
    says : what to do now.
    accept : kinds of files, as browsers call them.
    largest : of one. [bytes]
    smaller : how to make one that is too large smaller.
    take : keeps what arrives under a name, and says what became of it.
    whom : of whom the next file is, if that changes; the phone hands back what its page said when the file
        was chosen, and what is meant for one is never kept for another.
    quiet : the door closes so long after the last word of the phone.
    """

    what: str
    says: Callable[[], str]
    accept: str
    largest: int
    smaller: str
    take: Callable[[Request, str], Awaitable[str]]
    whom: Callable[[], str] = str
    quiet: timedelta = QUIET


def errand_of_films(house: House, case: str, label: Label) -> Errand:
    """To send films of a case that show this."""

    async def take(request: Request, name: str) -> str:
        parcel = Parcel(name=name, label=label, largest=house.largest_film)
        await take_body(request, house.store, case, parcel, house.now())
        return "It has arrived. Look at the computer."

    return Errand(
        what=FILMS,
        says=lambda: "Choose films that you took, or take one now: upright, at hip height, 3 m away.",
        accept="video/*",
        largest=house.largest_film,
        smaller=SHORTER,
        take=take,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a phone may do.

    Attributes
    ----------
    store : knows whether the case is still there.
    case, name : whose visit it is; of a group, its id.
    errand : what it is for.
    until : when the door closes.
    now : the clock.
    check : complains where the case takes none any more.
    find : complains where whose visit it is is not there any more; None where that is a case.
    code : in the address that is scanned; works once.
    pass_ : in the cookie of who scanned it.
    taken : set once somebody did.
    signs : that the door is needed.
    """

    store: Store
    case: str
    name: str
    errand: Errand
    until: datetime
    now: Callable[[], datetime]
    check: Callable[[], None]
    find: Callable[[], object] | None = None
    code: str = field(default_factory=lambda: secrets.token_urlsafe(16), repr=False)
    pass_: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    taken: threading.Event = field(default_factory=threading.Event, repr=False)
    signs: Signs = field(default_factory=Signs, repr=False)

    def hear(self) -> None:
        """The phone asked for something."""
        self.signs.last = self.now()

    def see_page(self) -> None:
        """The page with the code is open here; once a file came, the phone alone says whether more will."""
        if not self.signs.came:
            self.hear()

    @contextmanager
    def sending(self) -> Iterator[None]:
        """A file is on its way during the block; where the block ends well, it has come."""
        self.signs.sending += 1
        try:
            yield
            self.signs.came = True
        finally:
            self.signs.sending -= 1
            self.hear()

    def is_over(self) -> bool:
        """Whether the time is up, nobody needs the door any more, or the case was erased."""
        if self.now() >= self.until or self._is_quiet():
            return True
        try:
            self.store.case(self.case) if self.find is None else self.find()
        except StoreError:
            return True
        return False

    def _is_quiet(self) -> bool:
        last = self.signs.last
        return last is not None and not self.signs.sending and self.now() - last >= self.errand.quiet


class Door:
    """The listener for the phone; shut until it is opened."""

    def __init__(self, host: Callable[[], str] | None = None) -> None:
        self._host = host or find_address
        self._changing = threading.Lock()
        self._server: uvicorn.Server | None = None
        self._visit: Visit | None = None
        self._address = ""

    def address(self, case: str, now: datetime, what: str = FILMS) -> str:
        """What the phone opens for a case on that errand; empty while its door is shut."""
        visit = self._visit_of(case, what)
        return self._address if visit is not None and now < visit.until else ""

    def is_taken(self, case: str, what: str = FILMS) -> bool:
        """Whether a phone has the code of a case, which then opens nothing any more."""
        visit = self._visit_of(case, what)
        return visit is not None and visit.taken.is_set()

    def _visit_of(self, case: str, what: str) -> Visit | None:
        visit = self._visit
        return visit if visit is not None and (visit.case, visit.errand.what) == (case, what) else None

    def see_page(self, case: str) -> None:
        """Somebody looks at the page with the code of a case."""
        visit = self._visit
        if visit is not None and visit.case == case:
            visit.see_page()

    @property
    def until(self) -> datetime | None:
        """When it closes by itself."""
        return None if self._visit is None else self._visit.until

    def open(self, visit: Visit) -> None:
        """Listen for the phone; whoever had the door before has it no more.

        Raises
        ------
        InputError
            When this computer is in no network.
        """
        self.close()
        visit.hear()
        with self._changing:
            host = self._host()
            listener = make_listener()
            listener.bind((host, 0))
            port = listener.getsockname()[1]
            config = uvicorn.Config(
                build_phone(visit, f"{host}:{port}"),
                log_level="error",
                access_log=False,
                limit_concurrency=_MOST_AT_ONCE,
                server_header=False,
                http=_Impatient,
                headers=[("Connection", "close")],
                ws="none",
                lifespan="off",
            )
            self._server, self._visit = uvicorn.Server(config), visit
            self._address = f"http://{host}:{port}/{visit.code}"
            threading.Thread(target=self._serve, args=(self._server, listener, visit), daemon=True).start()

    def close_for(self, case: str) -> None:
        """Listen no more for a case; the door of another one stays as it is."""
        visit = self._visit
        if visit is not None and visit.case == case:
            self.close()

    def close(self) -> None:
        """Listen no more."""
        with self._changing:
            if self._server is not None:
                self._server.should_exit = self._server.force_exit = True
            self._server, self._visit, self._address = None, None, ""

    def _serve(self, server: uvicorn.Server, listener: socket.socket, visit: Visit) -> None:
        closed = threading.Event()
        threading.Thread(target=self._watch, args=(server, visit, closed), daemon=True).start()
        with listener:
            server.run(sockets=[listener])
        closed.set()

    def _watch(self, server: uvicorn.Server, visit: Visit, closed: threading.Event) -> None:
        """Close when it is time, unless somebody else has the door by then."""
        while not closed.wait(_LOOK):
            if visit.is_over() and self._server is server:
                self.close()


def phone_door(connection: HTTPConnection) -> Door:
    """The listener of the running server."""
    door: Door = connection.app.state.door
    return door


DoorHere = Annotated[Door, Depends(phone_door)]


def tell_code(door: Door, case: str, what: str, now: datetime) -> Told:
    """How the phone gets here on an errand, while its door is open; who is shown the code waits for it."""
    door.see_page(case)
    address, until = door.address(case, now, what), door.until
    return {
        "address": address,
        "taken": door.is_taken(case, what),
        "minutes": math.ceil((until - now).total_seconds() / 60) if address and until else 0,
        "code": draw_code(address) if address else "",
    }


def draw_code(address: str) -> Markup:
    """An address for a phone's camera."""
    return Markup(segno.make(address).svg_inline(border=0, omitsize=True))


def find_address() -> str:
    """Address of this computer in the home network.

    Raises
    ------
    InputError
        When it is in none.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((_NOWHERE, 9))
            host = str(probe.getsockname()[0])
        except OSError:
            host = "127.0.0.1"
    if host.startswith("127."):
        raise InputError(
            "This computer is in no network that a phone could be in, too.",
            remedy="connect both to the same Wi-Fi, or copy the film with a cable.",
        )
    return host


def build_phone(visit: Visit, host: str) -> ASGIApp:
    """The page for the phone, and nothing else.

    Parameters
    ----------
    visit
        What it may do.
    host
        Address and port that it is reached by; under another name it is nothing.
    """
    counter = _Counter(visit=visit)
    app = Starlette(
        routes=[
            Route("/", counter.show, methods=["GET"]),
            Route("/", counter.take, methods=["PUT"]),
            Route(f"/{visit.code}", counter.enter, methods=["GET"]),
        ],
        exception_handlers={HTTPException: _nothing},
    )
    app.router.redirect_slashes = False
    return _Guarded(app, host, visit)


@dataclass(slots=True, kw_only=True)
class _Counter:
    """Where the phone hands over what it was sent for."""

    visit: Visit

    async def enter(self, request: Request) -> Response:
        """The first who comes with the code may stay."""
        if self.visit.taken.is_set():
            return _nothing(request)
        self.visit.taken.set()
        response = RedirectResponse("/", status_code=303)
        response.set_cookie(_COOKIE, self.visit.pass_, httponly=True, samesite="strict", path="/")
        return response

    async def show(self, request: Request) -> Response:
        """The page."""
        if not self._knows(request):
            return _nothing(request)
        css, script = f"{_read('colours.css')}\n{_read('web/phone.css')}", _read("web/phone.js")
        policy = content_policy(css, script).replace("form-action", "connect-src 'self'; form-action")
        told = {
            "css": Markup(css),
            "script": Markup(script),
            "name": self.visit.name,
            "errand": self.visit.errand,
            "says": self.visit.errand.says(),
        }
        page = render_alone("phone.html.j2", told)
        return HTMLResponse(page, headers={"Content-Security-Policy": policy, **_HEADERS})

    async def take(self, request: Request) -> Response:
        """Keep what was sent."""
        if not self._knows(request) or request.headers.get("X-Kneewise") != "film":
            return _nothing(request)
        visit = self.visit
        try:
            visit.check()
            _check_whom(request, visit.errand)
            with visit.sending():
                async with asyncio.timeout(_SLOWEST):
                    said = await visit.errand.take(request, request.query_params.get("name", "film"))
        except Error as error:
            told = {"error": error.what, "try": error.remedy}
            return JSONResponse({**told, **_tell_next(visit.errand)}, status_code=422)
        except (TimeoutError, ClientDisconnect):
            return _nothing(request)
        return JSONResponse({"says": said, **_tell_next(visit.errand)}, status_code=201)

    def _knows(self, request: Request) -> bool:
        given = request.cookies.get(_COOKIE, "")
        if not hmac.compare_digest(given.encode(), self.visit.pass_.encode()):
            return False
        self.visit.hear()
        return True


def _check_whom(request: Request, errand: Errand) -> None:
    if request.query_params.get("whom", "") != errand.whom():
        raise InputError(
            "It is the turn of somebody else by now, and nothing was kept.",
            remedy="look at the name above, and choose the film of whoever it says.",
        )


def _tell_next(errand: Errand) -> dict[str, str]:
    """What to do now, and of whom the next file will be."""
    return {"now": errand.says(), "whom": errand.whom()}


@dataclass(frozen=True, slots=True)
class _Guarded:
    """Answers under its own address and until the door closes; else there is nothing.

    HEAD is asked by programs that look ahead at an address; it must not use up the code.
    """

    app: ASGIApp
    host: str
    visit: Visit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on what may be asked."""
        if scope["type"] != "http":
            return
        request = Request(scope)
        strange = request.method == "HEAD" or request.headers.get("Host") != self.host
        if strange or await anyio.to_thread.run_sync(self.visit.is_over):
            await _nothing(request)(scope, receive, send)
        elif not is_bounded(request, self.visit.errand.largest):
            await Response(status_code=413)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


class _Impatient(H11Protocol):
    """One request for each connection, asked at once; few connections from one address.

    Whoever in the network holds connections open and asks nothing would else keep the phone out.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast("asyncio.Transport", transport))
        if sum(_address_of(one) == _address_of(self) for one in self.connections) > _MOST_OF_ONE:
            self.transport.abort()
        else:
            self.loop.call_later(_HEADER_WITHIN, self._lose_patience)

    def _lose_patience(self) -> None:
        if self.cycle is None:
            self.transport.abort()


def _address_of(connection: object) -> str | None:
    client: tuple[str, int] | None = getattr(connection, "client", None)
    return None if client is None else client[0]


@cache
def _read(name: str) -> str:
    """Style and script of the page, which come in it: nothing else is served."""
    return files("kneewise").joinpath("templates", name).read_text(encoding="utf-8")


def _nothing(_request: Request, _error: Exception | None = None) -> Response:
    return Response(status_code=404)
