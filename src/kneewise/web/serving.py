"""`kneewise serve`: the memory opened, the pages served on this computer, the browser shown the first one."""

import ctypes
import gc
import os
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from ..errors import InputError
from ..measuring import Workshop
from ..pipeline import read_knowledge, read_reasoning
from ..store import open_store
from ..telling import Courier
from .app import build_app
from .house import House
from .listening import make_listener
from .rendering import render_alone
from .sharing import Shared

HOST = "127.0.0.1"
PORT = 8321
_MOST_AT_ONCE = 400
"""Connections of a proxy, which holds back slow people itself."""
_MAPPED_FROM, _ARENAS = -3, -8
"""M_MMAP_THRESHOLD and M_ARENA_MAX of malloc.h."""
_LARGE = 1 << 20
"""An array of this size gets pages of its own. [bytes]"""
_KEPT_ALIVE = 65
"""Longer than proxies keep an unused connection, so that none is closed under a request. [s]"""


def serve(
    announce: Callable[[str], None],
    home: Path | None = None,
    port: int = PORT,
    *,
    browser: bool = True,
    scheduler: str | None = None,
) -> None:
    """Serve the pages until Ctrl-C.

    Parameters
    ----------
    announce
        Told the address with its key, once it answers.
    home
        Folder of the memory; the user's own data folder if none.
    port
        On this computer; 0 takes any that is free.
    browser
        Whether to open the first page.
    scheduler
        Address of the scheduler whose workers measure the films; this computer does if None.

    Raises
    ------
    InputError
        When the port is taken.
    StoreError
        When the memory cannot be opened.
    """
    with _listen(port) as listener, open_store(home) as store:
        house = House(store=store, knowledge=read_knowledge(), reasoning=read_reasoning())
        _settle()
        at = listener.getsockname()[1]
        address = f"http://{HOST}:{at}/enter?key={house.key.secret}"
        announce(address)
        server = uvicorn.Server(uvicorn.Config(build_app(house), log_level="warning", access_log=False))
        shown: AbstractContextManager[None] = nullcontext()
        if browser:
            shown = _shown(address, store.home / f"enter-{at}.html")
        with shown, Workshop(store.home, scheduler=scheduler), Courier(store=store):
            server.run(sockets=[listener])


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """Where a shared server listens.

    Attributes
    ----------
    host, port : its own address.
    proxy : address that the proxy asks from, the only one that is believed who it asks for.
    """

    host: str = HOST
    port: int = PORT
    proxy: str = HOST


def serve_shared(
    announce: Callable[[str], None],
    origin: str,
    home: Path | None,
    at: At,
    *,
    scheduler: str | None = None,
) -> None:
    """Serve several people, behind a proxy that brings TLS, until Ctrl-C.

    Parameters
    ----------
    announce
        Told the public address, once the server answers.
    origin
        The address in the world, as `read_origin` gives it.
    home
        Folder of the memory; the user's own data folder if none.
    at
        Where the proxy finds it.
    scheduler
        As of `serve`.

    Raises
    ------
    InputError
        When the port is taken.
    StoreError
        When the memory cannot be opened.
    """
    with _listen(at.port, at.host) as listener, open_store(home) as store:
        shared = Shared(origin=origin)
        house = House(store=store, knowledge=read_knowledge(), reasoning=read_reasoning(), shared=shared)
        _settle()
        host, port = listener.getsockname()[:2]
        announce(f"{origin} behind a proxy, which finds it at {host}:{port}")
        with Workshop(store.home, scheduler=scheduler), Courier(store=store):
            uvicorn.Server(config_of_shared(house, at.proxy)).run(sockets=[listener])


def _settle() -> None:
    """See to the memory of a process that runs for months."""
    # The tables stay as they are: looking through them for what can go would stop a page for 0.2 s.
    gc.collect()
    gc.freeze()
    # Threads that compute in turn would each hold on to what they once took: with 24 people at once 1.4 GB
    # instead of 0.5. So they share, and the system has arrays back. Only the GNU library has these.
    with suppress(AttributeError, OSError, TypeError):
        system = ctypes.CDLL(None)
        system.mallopt(_MAPPED_FROM, _LARGE)
        system.mallopt(_ARENAS, 2)


def config_of_shared(house: House, proxy: str = HOST) -> uvicorn.Config:
    """How a shared house is served: of who asks it believes the proxy, and nobody else."""
    return uvicorn.Config(
        build_app(house),
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=proxy,
        limit_concurrency=_MOST_AT_ONCE,
        timeout_keep_alive=_KEPT_ALIVE,
        ws="none",
    )


@contextmanager
def _shown(address: str, way_in: Path) -> Iterator[None]:
    """The first page in the browser, by a file that only its owner reads.

    Everybody on this computer sees what a program was started with, and the address has the key in it.
    """
    way_in.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(way_in, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(render_alone("onward.html.j2", {"to": address}))
        threading.Thread(target=webbrowser.open, args=(way_in.as_uri(),), daemon=True).start()
        yield
    finally:
        way_in.unlink(missing_ok=True)


def _listen(port: int, host: str = HOST) -> socket.socket:
    listener = make_listener(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_MOST_AT_ONCE)  # who comes before the server is ready waits, and is not turned away
    except OSError as error:
        listener.close()
        raise InputError(
            f"Port {port} is taken: {error.strerror}.",
            remedy=f"look whether kneewise runs already, or use --port {port + 1}.",
        ) from error
    return listener
