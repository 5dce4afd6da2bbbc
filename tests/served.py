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
AXE = Path(__file__).parents[1] / "web/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = 320
"""Width of the smallest phone. [px]"""
FINGER = 44
"""Smallest side of what is touched. [px]"""
TOUCHED = "button, a.button, summary, .choices label, .top a, input[type=range]"
SIZES = """(touched) => [...document.querySelectorAll(touched)].filter((one) => one.checkVisibility())
  .map((one) => [one.innerText || one.ariaLabel,
    one.type === "range" ? one.offsetHeight : Math.min(one.offsetHeight, one.offsetWidth)])"""
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
        yield House(
            store=store, knowledge=read_knowledge(), reasoning=read_reasoning(), now=now, zone=now().tzinfo
        )


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


def complaints_of(page):
    """What axe finds wrong with a page, everything on it unfolded."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    page.add_script_tag(path=AXE)
    told = page.evaluate("(rules) => axe.run({runOnly: rules})", RULES)
    return [(one["id"], one["nodes"][0]["html"][:160]) for one in told["violations"]]


def complaints_about(house, addresses, width, scheme):
    """Address → what axe finds wrong with it, of those where it finds something."""
    with browsing(house, width=width, color_scheme=scheme, bypass_csp=True) as (page, base):
        found = {address: _look_at(page, base + address, complaints_of) for address in addresses}
    return {address: rows for address, rows in found.items() if rows}


def hard_to_touch(house, addresses):
    """(address, what) → size of what a finger would miss on the smallest phone; no page may be wider."""
    with browsing(house, width=NARROW) as (page, base):
        found = {address: _look_at(page, base + address, _sizes_of) for address in addresses}
    return {(address, text): size for address, rows in found.items() for text, size in rows if size < FINGER}


def _look_at(page, address, look):
    page.goto(address)
    return look(page)


def _sizes_of(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW, page.url
    return page.evaluate(SIZES, TOUCHED)
