"""The whole of a shared server: nginx as the how-to has it, kneewise behind it, PostgreSQL below."""

import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from datetime import datetime

import httpx2 as httpx
import pytest
from fronted import NAME, block, free_port, fronting, needs_nginx
from joined import HASH, PASSWORD, sign_in, token_in
from playwright.sync_api import sync_playwright
from served import CHROMIUM, FLAGS, complaints_of, needs_chromium

from kneewise.store import Newcomer, Role, open_store

TLS, PLAIN, BEHIND = (free_port() for _ in range(3))
ORIGIN = f"https://{NAME}:{TLS}"
FILM = b"\x00\x00\x00\x20ftypisom" + bytes(5_000_000)
NOW = datetime.now().astimezone()


@pytest.fixture(scope="module")
def server(tmp_path_factory, postgres):
    """Folder and address of the database of a server that runs; Carl's case of Anna is in it."""
    needs_nginx()
    folder, url = tmp_path_factory.mktemp("server"), postgres.fresh()
    with open_store(folder / "home", url) as store:
        for login, role in (("olga", Role.OWNER), ("carl", Role.COACH)):
            store.add_account(Newcomer(login=login, name=login.title(), role=role, password=HASH), NOW)
        store.add_case("Anna", NOW, {"version": 1}, store.account_called("carl").id)
    command = [sys.executable, "-m", "kneewise", "serve", "--shared", "--behind", ORIGIN, "--no-browser"]
    command += ["--home", str(folder / "home"), "--port", str(BEHIND)]
    environment = {**os.environ, "KNEEWISE_DATABASE_URL": url, "FORWARDED_ALLOW_IPS": "*"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as kneewise:
        try:
            said = kneewise.stdout.readline()
            assert said == f"kneewise is at {ORIGIN} behind a proxy, which finds it at 127.0.0.1:{BEHIND}\n"
            wait_for(BEHIND)
            with fronting(folder, (PLAIN, TLS), BEHIND):
                yield folder, url
        finally:
            kneewise.terminate()
            kneewise.wait(20)
    postgres.drop(url)


def wait_for(port):
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise AssertionError(f"nobody answers at {port}")


@pytest.fixture
def browser(server):
    folder, _ = server
    trusted = ssl.create_default_context(cafile=str(folder / "cert.pem"))
    with httpx.Client(base_url=f"https://127.0.0.1:{TLS}", verify=trusted, timeout=60) as client:
        client.headers.update({"Host": f"{NAME}:{TLS}", "Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"})
        asked = client.build_request

        def build(*arguments, **settings):
            settings["extensions"] = {**(settings.get("extensions") or {}), "sni_hostname": NAME}
            return asked(*arguments, **settings)

        client.build_request = build
        yield client


@pytest.fixture
def carl(browser):
    assert sign_in(browser, "carl").status_code == 303
    browser.headers["X-CSRF-Token"] = token_in(browser.get("/account").text)
    return browser


def case_of(browser):
    return browser.get("/start.json").json()["cases"][0]["id"]


@pytest.mark.usefixtures("server")
def test_plain_http_leads_to_tls_and_to_our_name_whatever_is_asked_for():
    for host in (NAME, "evil.example"):
        asked = httpx.get(f"http://127.0.0.1:{PLAIN}/signin?x=1", headers={"Host": host})
        assert (asked.status_code, asked.headers["location"]) == (301, f"https://{NAME}/signin?x=1")


def test_somebody_signs_in_through_it_and_gets_safe_cookies(browser):
    asked = browser.get("/")
    assert (asked.status_code, asked.headers["location"]) == (303, "/signin?to=%2F")
    came = sign_in(browser, "carl")
    assert came.status_code == 303
    for cookie in came.headers.get_list("set-cookie"):
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    page = browser.get("/")
    assert "Anna" in page.text
    assert page.headers["strict-transport-security"] == "max-age=31536000"
    assert page.http_version in ("HTTP/1.1", "HTTP/2")
    assert "nginx/" not in page.headers["server"]


def test_a_film_arrives_through_it_whole(server, carl):
    folder, url = server
    at = f"/cases/{case_of(carl)}"
    with open_store(folder / "home", url) as store:
        from told import NOTHING

        kept = store.case(case_of(carl))
        store.save_case(kept.id, {"version": 1, "answers": NOTHING}, kept.revision, NOW)
    sent = carl.put(f"{at}/films.json", params={"name": "squat.mp4"}, content=FILM)
    assert sent.status_code == 201, sent.text
    with open_store(folder / "home", url) as store:
        film = store.film(sent.json()["id"])
        assert film.size == len(FILM)
    assert sent.json()["id"] in carl.get(f"{at}/films").text


def test_a_film_that_is_too_large_is_refused_before_it_is_sent(server):
    folder, _ = server
    with connected(folder) as line:
        line.sendall(
            f"PUT /cases/x/films.json HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 9999999999\r\n\r\n".encode()
        )
        assert line.recv(100).startswith(b"HTTP/1.1 413")


@contextlib.contextmanager
def connected(folder):
    trusted = ssl.create_default_context(cafile=str(folder / "cert.pem"))
    with (
        socket.create_connection(("127.0.0.1", TLS), 30) as plain,
        trusted.wrap_socket(plain, server_hostname=NAME) as line,
    ):
        yield line


@pytest.mark.parametrize(
    "begun",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nX-a: ",
        b"POST /signin HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nlogin=",
    ],
    ids=["headers", "body"],
)
def test_who_sends_too_slowly_is_cut_off_and_keeps_nobody_waiting(server, carl, begun):
    folder, _ = server
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(connected(folder)) for _ in range(20)]
        for line in slow:
            line.sendall(begun)
        started = time.monotonic()
        assert carl.get("/").status_code == 200
        assert time.monotonic() - started < 2
        told = slow[0].recv(100)
        assert told == b"" or told.startswith(b"HTTP/1.1 408")
        assert time.monotonic() - started < 10


def test_what_a_stranger_says_of_where_they_come_from_is_not_believed(server, browser):
    folder, url = server
    told = {
        "X-Forwarded-For": "203.0.113.99",
        "X-Real-IP": "203.0.113.99",
        "Forwarded": "for=203.0.113.99;host=evil.example;proto=http",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "http",
    }
    browser.headers.update(told)
    assert sign_in(browser, "olga").status_code == 303
    browser.headers["X-CSRF-Token"] = token_in(browser.get("/account").text)
    assert "203.0.113.99" not in browser.get("/account").text
    assert "127.0.0.1" in browser.get("/account").text
    made = browser.post("/people/invite", data={"name": "Cleo"}).text
    assert f"{ORIGIN}/join/" in made
    assert "evil" not in made
    with open_store(folder / "home", url) as store:
        assert {row.done.address for row in store.records(100)} <= {"127.0.0.1"}


@pytest.mark.usefixtures("server")
def test_past_the_proxy_there_is_nothing():
    assert (
        httpx.get(f"http://127.0.0.1:{BEHIND}/signin", headers={"Host": f"{NAME}:{TLS}"}).status_code == 421
    )


def test_links_are_not_in_the_log_of_the_proxy(server, browser):
    folder, _ = server
    browser.get("/join/secret-code")
    browser.get("/signin?seen=1")
    for _ in range(100):
        if "seen=1" in (log := (folder / "log").read_text()):
            break
        time.sleep(0.02)
    assert "seen=1" in log
    assert "secret-code" not in log


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_unit_is_one(tmp_path):
    unit = tmp_path / "kneewise.service"
    unit.write_text(re.sub("ExecStart=/opt/kneewise/bin/kneewise", "ExecStart=/bin/true", block("ini")))
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    assert "kneewise.service" not in done.stderr


def test_the_command_of_the_unit_is_one_that_there_is():
    from typer.testing import CliRunner

    from kneewise.cli import app

    (command,) = re.findall(r"ExecStart=\S+ (.*)", block("ini"))
    words = [word for word in command.split() if word.startswith("--")]
    help_ = CliRunner().invoke(app, ["serve", "--help"], env={"COLUMNS": "200"}).output
    assert all(word in help_ for word in words)


# ----------------------------------------------------------------------------------------- a real browser


@contextlib.contextmanager
def opened(width=360, scheme="light"):
    """A page of a real browser that takes the server for what it is named."""
    flags = [*FLAGS, f"--host-resolver-rules=MAP {NAME} 127.0.0.1"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        context = chromium.new_context(
            ignore_https_errors=True,
            bypass_csp=True,
            color_scheme=scheme,
            viewport={"width": width, "height": 740},
        )
        page = context.new_page()
        page.goto(f"{ORIGIN}/signin")
        yield page
        chromium.close()


def enter(page, login):
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{ORIGIN}/")


@needs_chromium
@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1200, "dark")])
def test_every_page_of_the_shared_server_can_be_used_by_everybody(width, scheme):
    with opened(width, scheme) as page:
        found = {"/signin": complaints_of(page)}
        enter(page, "olga")
        case = page.evaluate("fetch('/start.json').then((one) => one.json())")["cases"][0]["id"]
        for path in ("/", "/account", "/people", "/records", f"/cases/{case}/sharing", f"/cases/{case}"):
            page.goto(ORIGIN + path)
            found[path] = complaints_of(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.goto(f"{ORIGIN}/people")
        page.fill("#name", "Cleo")
        page.click("form[action='/people/invite'] button")
        found["link"] = complaints_of(page)
        link = page.input_value("#link")
        page.goto(link)
        found["/join"] = complaints_of(page)
    assert found == {path: [] for path in found}


@needs_chromium
@pytest.mark.usefixtures("server")
def test_a_real_browser_keeps_the_cookie_and_signs_out():
    with opened() as page:
        enter(page, "carl")
        cookies = {one["name"]: one for one in page.context.cookies()}
        assert {"__Host-kneewise", "__Host-kneewise-known"} == set(cookies)
        for cookie in cookies.values():
            assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Strict")
        assert cookies["__Host-kneewise"]["expires"] == -1
        page.goto(f"{ORIGIN}/account")
        page.click("form[action='/account/out'] button")
        page.wait_for_url(f"{ORIGIN}/signin")
        page.goto(f"{ORIGIN}/")
        assert page.url.startswith(f"{ORIGIN}/signin")
