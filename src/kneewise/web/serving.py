"""`kneewise serve`: the memory opened, the pages served on this computer, the browser shown the first one."""

import gc
import os
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import uvicorn

from ..errors import InputError
from ..measuring import Workshop
from ..pipeline import read_knowledge, read_reasoning
from ..store import open_store
from .app import build_app
from .house import House
from .rendering import render_alone

HOST = "127.0.0.1"
PORT = 8321


def serve(
    announce: Callable[[str], None], home: Path | None = None, port: int = PORT, *, browser: bool = True
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

    Raises
    ------
    InputError
        When the port is taken.
    StoreError
        When the memory cannot be opened.
    """
    with _listen(port) as listener, open_store(home) as store:
        house = House(store=store, knowledge=read_knowledge(), reasoning=read_reasoning())
        # The tables stay as they are: looking through them for what can go would stop a page for 0.2 s.
        gc.collect()
        gc.freeze()
        at = listener.getsockname()[1]
        address = f"http://{HOST}:{at}/enter?key={house.key.secret}"
        announce(address)
        server = uvicorn.Server(uvicorn.Config(build_app(house), log_level="warning", access_log=False))
        shown: AbstractContextManager[None] = nullcontext()
        if browser:
            shown = _shown(address, store.home / f"enter-{at}.html")
        with shown, Workshop(store.home):
            server.run(sockets=[listener])


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


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise InputError(
            f"Port {port} is taken: {error.strerror}.",
            remedy=f"look whether kneewise runs already, or use --port {port + 1}.",
        ) from error
    return listener
