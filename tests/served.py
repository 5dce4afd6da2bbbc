"""A house with an empty memory, asked in process, or by a real browser over a real port."""

import atexit
import contextlib
import functools
import os
import shutil
import socket
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn
from fastapi.testclient import TestClient
from playwright.sync_api import sync_playwright

from kneewise.pipeline import read_knowledge, read_reasoning
from kneewise.store import open_store
from kneewise.web import House, build_app
from kneewise.web.security import cookie_of

CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"), reason="the browser chromium is not installed"
)
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
"""A Monday."""


@functools.cache
def _new_home():
    """A folder with nothing in it yet, made once: making the tables takes longer than most tests."""
    home = Path(tempfile.mkdtemp(prefix="kneewise-home-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    open_store(home).close()
    return home


@contextlib.contextmanager
def housed(home, now=lambda: NOON):
    """A house in that folder, whose clock stands still."""
    if not home.exists():
        shutil.copytree(_new_home(), home)
    with open_store(home) as store:
        yield House(store=store, knowledge=read_knowledge(), reasoning=read_reasoning(), now=now)


def client_of(house):
    """Asks in process, with the key, as a page of our own would."""
    client = TestClient(build_app(house), base_url="http://127.0.0.1", follow_redirects=False)
    client.cookies.set(cookie_of(80), house.key.secret)
    client.headers["X-CSRF-Token"] = house.key.token
    return client


@contextlib.contextmanager
def listening(house, extra=()):
    """Address of the house, served on a port of this computer while the block runs; with extra pages."""
    app = build_app(house)
    for path, answer in extra:
        app.add_api_route(path, answer, methods=["GET"], response_model=None)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


@contextlib.contextmanager
def browsing(house, *, width=360, height=740, flags=(), extra=(), **settings):
    """(page, address): a browser's page with the key that reaches this house only, and may not complain."""
    complaints = []
    with listening(house, extra) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
        context = browser.new_context(viewport={"width": width, "height": height}, **settings)
        context.route(
            lambda url: not url.startswith((address, "data:", "blob:")), lambda route: route.abort()
        )
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.goto(f"{address}/enter?key={house.key.secret}")
        yield page, address
        browser.close()
    assert complaints == []
