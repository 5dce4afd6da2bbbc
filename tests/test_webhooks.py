"""Webhooks: told at least once, signed, and to nobody who was not meant; attacked on purpose."""

import json
import socket
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from kept import KEY, trial_of
from served import NOON

from kneewise import InputError
from kneewise.client import read_event
from kneewise.client.signing import HEADER
from kneewise.model import Issue, Severity
from kneewise.store import SILENCE, Failed, Label, Measured, Refused, open_store
from kneewise.telling import Courier, Unsent, send
from kneewise.telling.sending import Letter, is_public

PUBLIC = "93.184.216.34"
REFUSED = Refused(issue=Issue(id="dark", severity=Severity.REFUSED, because="x", remedy="y"))


class Taken(BaseHTTPRequestHandler):
    """Takes letters, and answers as it is told."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.letters.append((self.path, dict(self.headers), body))
        status = self.server.answers.pop(0) if self.server.answers else 204
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    with ThreadingHTTPServer(("127.0.0.1", 0), Taken) as server:
        server.letters, server.answers = [], []
        server.url = f"http://127.0.0.1:{server.server_port}/hook?of=me"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def store(house):
    return house.store


def end(store, case, ending=None, name="a.mp4"):
    """A film whose measuring ends so."""
    import io

    film = store.add_film(case, io.BytesIO(name.encode()), name, Label(), NOON)
    store.take_film("worker", NOON)
    if isinstance(ending, Measured):
        store.keep_trial(ending.key, trial_of(film.digest))
    assert store.finish(film.id, "worker", ending or Failed(words="Broken."))
    return film.id


def courier(store, now=NOON, **more):
    return Courier(store=store, now=lambda: now, **more)


# What is told.


@pytest.mark.parametrize(
    ("ending", "state"),
    [(Measured(key=KEY), "measured"), (REFUSED, "refused"), (Failed(words="Broken."), "failed")],
    ids=["measured", "refused", "failed"],
)
def test_a_hook_is_told_how_measuring_a_film_ended_and_nothing_else(store, case, receiver, ending, state):
    hook = store.add_hook(receiver.url, NOON, private=True)
    film = end(store, case, ending)
    assert courier(store).tell_next()
    ((path, headers, body),) = receiver.letters
    told = read_event(hook.secret, headers[HEADER], body, NOON)
    assert told == {
        "id": told["id"], "case": case, "film": film, "state": state, "when": "2026-05-04T12:00:00+00:00",
    }  # fmt: skip
    assert path == "/hook?of=me"
    assert b"Anna" not in body
    assert not courier(store).tell_next()


def test_a_film_that_ended_its_worker_too_often_is_told_as_failed(store, case):
    store.add_hook("https://example.org", NOON)
    import io

    store.add_film(case, io.BytesIO(b"x"), "a.mp4", Label(), NOON)
    now = NOON
    while store.take_film("worker", now):
        now += 2 * SILENCE
    assert store.take_event(now).state == "failed"


def test_without_a_hook_nothing_is_written_down_and_nothing_sent(store, case):
    end(store, case)
    assert store.take_event(NOON + timedelta(days=1)) is None
    store.add_hook("https://example.org", NOON)
    assert store.take_event(NOON + timedelta(days=1)) is None


def test_every_hook_is_told_with_an_id_of_its_own(store, case, receiver):
    for _ in range(2):
        store.add_hook(receiver.url, NOON, private=True)
    end(store, case)
    while courier(store).tell_next():
        pass
    assert len({json.loads(body)["id"] for _, _, body in receiver.letters}) == 2


def test_what_was_not_taken_is_told_again_with_the_same_id_and_longer_waits(store, case, receiver):
    hook = store.add_hook(receiver.url, NOON, private=True)
    end(store, case)
    receiver.answers = [500, 500, 404]
    waits, now = [], NOON
    while len(receiver.letters) < 4:
        before = now
        while not courier(store, now).tell_next():
            now += timedelta(seconds=5)
        waits.append((now - before).total_seconds())
    assert waits == [0, 10, 30, 90]
    assert len({json.loads(body)["id"] for _, _, body in receiver.letters}) == 1
    assert store.hooks()[0].trouble == ""
    assert (store.hooks()[0].id, store.hooks()[0].waiting) == (hook.id, 0)


def test_trouble_is_said_and_after_days_given_up(store, case, receiver):
    store.add_hook(receiver.url, NOON, private=True)
    end(store, case)
    receiver.answers = [503] * 100
    now = NOON
    for _ in range(100):
        courier(store, now).tell_next()
        now += timedelta(hours=6)
    assert len(receiver.letters) == 16
    assert (store.hooks()[0].trouble, store.hooks()[0].waiting) == ("it answered 503", 0)


def test_an_event_survives_the_end_of_the_server_in_the_middle(store, case, receiver):
    """Taken to be sent, never sent: told after the next start."""
    store.add_hook(receiver.url, NOON, private=True)
    film = end(store, case)
    assert store.take_event(NOON).film == film
    with open_store(store.home) as again:
        later = NOON + timedelta(minutes=1)
        assert courier(again, later).tell_next()
    assert [json.loads(body)["film"] for _, _, body in receiver.letters] == [film]


def test_it_tells_by_itself_beside_the_server(store, case, receiver):
    store.add_hook(receiver.url, NOON, private=True)
    end(store, case)
    with Courier(store=store):
        for _ in range(100):
            if receiver.letters:
                break
            threading.Event().wait(0.1)
    assert len(receiver.letters) == 1


def test_what_was_erased_is_not_told(store, case, receiver):
    store.add_hook(receiver.url, NOON, private=True)
    end(store, case)
    store.erase_case(case)
    assert not courier(store).tell_next()


def test_a_hook_that_was_removed_is_not_told(store, case):
    hook = store.add_hook("https://example.org", NOON)
    end(store, case)
    store.remove_hook(hook.id)
    assert store.hooks() == ()
    assert store.take_event(NOON + timedelta(days=1)) is None


def test_an_owner_adds_and_removes_a_hook_on_the_page_and_nobody_else_does(place):
    olga = place.browser_of("olga")
    told = olga.post("/webhooks", data={"url": "https://example.org/hook"})
    (hook,) = place.store.hooks()
    assert hook.secret in told.text
    assert not hook.private
    assert hook.secret not in olga.get("/webhooks").text
    assert olga.post("/webhooks", data={"url": "file:///etc/passwd"}).status_code == 422
    carl = place.browser_of("carl")
    assert carl.post("/webhooks", data={"url": "https://example.org"}).status_code == 404
    assert carl.post(f"/webhooks/{hook.id}/remove").status_code == 404
    assert place.store.hooks() == (hook,)
    assert olga.post(f"/webhooks/{hook.id}/remove").status_code == 303
    assert place.store.hooks() == ()


# Where it goes.


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org",
        "file:///etc/passwd",
        "gopher://127.0.0.1",
        "//example.org",
        "https://",
        "https://user:secret@example.org",
        "https://example.org/#x",
        "https://example.org:99999/",
        "https://example.org/a b",
        "https://example.org/\r\nHost: x",
        "https://exämple.org",
        "https://example.org/" + "x" * 3000,
    ],
)
def test_only_a_plain_address_of_the_web_is_a_hook(store, url):
    with pytest.raises(InputError):
        store.add_hook(url, NOON)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "0.0.0.0",
        "localhost",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "[fd00::1]",
        "[fe80::1]",
        "[fec0::1]",
        "192.0.0.192",
        "168.63.129.16",
        "[::ffff:192.0.0.192]",
        "224.0.0.1",
        "255.255.255.255",
    ],
)
def test_nothing_goes_to_this_computer_or_into_a_private_network(host, receiver, monkeypatch):
    """Whatever way the address is written; no connection is as much as tried."""
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("it was connected to"))
    with pytest.raises(Unsent, match="private"):
        send(Letter(url=f"http://{host}:{receiver.server_port}/", body=b"{}"))
    assert receiver.letters == []


@pytest.mark.parametrize("answers", [["10.0.0.1"], [PUBLIC, "127.0.0.1"], ["::1"], []])
def test_a_name_that_leads_inside_is_refused_also_if_it_leads_outside_too(answers):
    with pytest.raises(Unsent, match="private"):
        send(Letter(url="https://rebound.example/", body=b"{}"), find=lambda *_: answers)


def test_a_name_is_asked_once_and_the_connection_goes_to_that_answer(monkeypatch):
    """A name that leads outside when it is looked at, and inside a moment later, wins nothing."""
    asked, connected = [], []

    def find(host, _port):
        asked.append(host)
        return [PUBLIC] if len(asked) == 1 else ["127.0.0.1"]

    def connect(address, *_):
        connected.append(address)
        raise OSError("no network here")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unsent, match="no network"):
        send(Letter(url="http://rebound.example/", body=b"{}"), find=find)
    assert (asked, connected) == (["rebound.example"], [(PUBLIC, 80)])


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:2800:220:1::1", "::ffff:8.8.8.8"])
def test_the_open_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(receiver, status):
    receiver.answers = [status]
    with pytest.raises(Unsent, match=str(status)):
        send(Letter(url=receiver.url, body=b"{}", private=True))
    assert len(receiver.letters) == 1


def test_no_proxy_of_the_environment_is_asked(receiver, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    send(Letter(url=receiver.url, body=b"{}", private=True))
    assert len(receiver.letters) == 1


def test_who_answers_drop_by_drop_is_hung_up_on(monkeypatch):
    monkeypatch.setattr("kneewise.telling.sending._LONGEST", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip():
            taken, _ = server.accept()
            with taken:
                for _ in range(100):
                    try:
                        taken.sendall(b"H")
                    except OSError:
                        return
                    threading.Event().wait(0.05)

        threading.Thread(target=drip, daemon=True).start()
        with pytest.raises(Unsent):
            send(Letter(url=f"http://127.0.0.1:{server.getsockname()[1]}/", body=b"{}", private=True))


def test_hooks_do_not_leave_with_a_case(store, case, tmp_path):
    hook = store.add_hook("https://example.org/secret-path", NOON)
    end(store, case)
    store.export_case(case, tmp_path / "case.zip")
    content = (tmp_path / "case.zip").read_bytes()
    assert hook.secret.encode() not in content
    assert hook.id.encode() not in content
