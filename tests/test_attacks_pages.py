"""Hostile words, addresses, headers and bodies, tried on every page that there is."""

import re
import socket
import time
from contextlib import ExitStack
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute
from served import NOON, listening

from kneewise.web.pages import PAGES
from kneewise.web.security import cookie_of

ROUTES = [
    route
    for router in PAGES
    for route in router.routes
    if isinstance(route, APIRoute) and "GET" in route.methods
]
EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
SQL = (
    "' OR '1'='1",
    "x'; DROP TABLE cases; --",
    "%' UNION SELECT * FROM cases --",
    '" OR ""="',
    "\\' OR 1=1 #",
)
FILM = b"\0\0\0\x20ftypisom" + b"\0" * 4000
LABEL = {"condition": "baseline", "load": "", "bar": "none"}


def asked_in(route):
    """Names of what a page takes behind its address."""
    return [one.alias for one in _all_of(route.dependant)]


def _all_of(dependant):
    yield from dependant.query_params
    for below in dependant.dependencies:
        yield from _all_of(below)


def address_of(route, **places):
    """The address of a page, with hostile places written as addresses write them."""
    return re.sub(r"\{(\w+)\}", lambda found: quote(places.get(found[1], "x"), safe=""), route.path)


@pytest.mark.parametrize("words", SQL)
def test_words_that_are_sql_find_nothing_more_and_change_nothing(house, client, case, words):
    house.store.add_case("Ben", NOON, {"version": 1})
    before = house.store.cases()
    for route in ROUTES:
        parts = set(re.findall(r"\{(\w+)\}", route.path))
        if "id" in parts:
            assert client.get(address_of(route, id=words)).status_code == 404, route.path
        for others in [parts - {"id"}] if parts - {"id"} else []:
            answer = client.get(address_of(route, id=case, **dict.fromkeys(others, words)))
            assert answer.status_code in (303, 404, 422), route.path
        if asked := asked_in(route):
            answer = client.get(address_of(route, id=case), params=dict.fromkeys(asked, words))
            assert answer.status_code in (200, 303, 404, 422), route.path
            assert "name" not in asked or "Ben" not in answer.text
    assert client.post("/cases", data={"name": words}).status_code == 303
    assert [one for one in house.store.cases() if one.name != words] == list(before)


def test_words_that_are_markup_are_text_on_every_page(house, client, case):
    house.store.rename_case(case, EVIL, house.store.case(case).revision, NOON)
    client.post(f"/cases/{case}/diary", data={"day": "2026-05-04", "worst_pain": "3", "note": EVIL})
    film = client.put(f"/cases/{case}/films.json", params={"name": EVIL, **LABEL}, content=FILM).json()["id"]
    assert house.store.entries(case)[0].note == EVIL
    seen = 0
    for route in ROUTES:
        answer = client.get(address_of(route, id=case, film=film))
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert "<script>alert" not in answer.text, route.path
            assert "<img src=x" not in answer.text, route.path
            seen += "alert(1)" in answer.text
        elif answer.headers.get("content-type") == "application/json":
            assert answer.headers["x-content-type-options"] == "nosniff", route.path
    assert seen > 10


def test_a_name_that_breaks_lines_is_one_line_and_ends_up_in_no_header(house, client):
    added = client.post("/cases", data={"name": "Anna\r\nSet-Cookie: a=b"})
    (kept,) = house.store.cases()
    assert kept.name.isprintable()
    for answer in (added, client.get(f"/cases/{kept.id}/export")):
        assert "set-cookie" not in answer.headers
        assert "a=b" not in str(answer.headers)


TRICKS = (
    {"X-Original-URL": "/static/pages/base.css", "X-Rewrite-URL": "/static/pages/base.css"},
    {"X-HTTP-Method-Override": "POST", "X-Method-Override": "DELETE"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/evil"},
    {"Forwarded": "for=10.0.0.1;host=evil.example;proto=https", "X-Real-IP": "10.0.0.1"},
)


@pytest.mark.parametrize("headers", TRICKS, ids=lambda headers: next(iter(headers)))
@pytest.mark.parametrize("path", ["/", "/cases/{id}/keep", "/cases/nobody"])
def test_headers_of_a_proxy_that_is_none_change_nothing(client, case, headers, path):
    plain = client.get(path.replace("{id}", case))
    tricked = client.get(path.replace("{id}", case), headers=headers)
    assert (tricked.status_code, tricked.text) == (plain.status_code, plain.text)


def test_headers_open_nothing_without_the_key(client):
    client.cookies.clear()
    for headers in TRICKS:
        assert client.get("/", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/static/../web/security.py",
        "/static/..%2fweb%2fsecurity.py",
        "/static/%2e%2e/web/security.py",
        "/static/..%5c..%5cpyproject.toml",
        "/static//etc/passwd",
        "/static/weights/../../web/security.py",
        "/static/pages/",
        "/static/",
    ],
)
def test_from_the_folder_of_scripts_nothing_else_is_reached_or_listed(house, path):
    with listening(house) as address:
        told = ask_plainly(address, f"GET {path} HTTP/1.1")
    assert re.match(rb"HTTP/1.1 (404|403)", told), told[:200]
    assert b"import" not in told


def ask_plainly(address, line):
    """What is answered to a line that no client has tidied up."""
    host = address.removeprefix("http://")
    with socket.create_connection(tuple(host.split(":")), timeout=10) as line_out:
        line_out.sendall(f"{line}\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: line_out.recv(65536), b""))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"a=1&" * 100_000),
        ("application/x-www-form-urlencoded", b"name=" + b"x" * 3_000_000),
        ("application/x-www-form-urlencoded", b"%" * 3_000_000),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 5000,
        ),
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=" + "x" * 5000, b"--x"),
        ("application/json", b"[" * 200_000),
    ],
    ids=["fields", "long", "percent", "parts", "no boundary", "long boundary", "deep"],
)
def test_a_form_that_swells_or_breaks_off_is_refused_and_nothing_of_it_stays(house, client, kind, body):
    del client.headers["X-CSRF-Token"]
    answer = client.post("/cases", headers={"Content-Type": kind}, content=body)
    assert answer.status_code in (400, 422)
    assert house.store.cases() == ()


def test_who_sends_slowly_keeps_nobody_else_waiting_and_leaves_nothing(house, case):
    with listening(house) as address, ExitStack() as stack:
        host, port = address.removeprefix("http://").split(":")
        head = (
            f"PUT /cases/{case}/films.json?name=a.mp4&condition=baseline&bar=none HTTP/1.1\r\n"
            f"Host: {host}:{port}\r\nCookie: {cookie_of(int(port))}={house.key.secret}\r\n"
            f"X-CSRF-Token: {house.key.token}\r\nContent-Length: 1000000\r\n\r\n"
        ).encode()
        for _ in range(12):
            slow = stack.enter_context(socket.create_connection((host, int(port)), timeout=10))
            slow.sendall(head + FILM)
        began = time.monotonic()
        assert b"403" in ask_plainly(address, "GET / HTTP/1.1")[:20]
        assert time.monotonic() - began < 2
        stack.close()
        until = time.monotonic() + 10
        while time.monotonic() < until and list((house.store.home / "films").iterdir()):
            time.sleep(0.05)
        assert list((house.store.home / "films").iterdir()) == []
        assert house.store.films(case) == ()
