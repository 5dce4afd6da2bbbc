"""Films on their way here: taken, refused, and let in from a phone; nothing of what is hostile stays."""

import contextlib
import io
import json
import re
import socket
import time
import zipfile
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
from kept import KEY, trial_of
from served import NOON, client_of, housed, listening
from told import NOTHING

from kneewise import Burden, FilmError
from kneewise.conventions import Bar
from kneewise.measuring import results_of
from kneewise.samples import sample_film
from kneewise.store import FilmState, Label, Measured
from kneewise.web import phone as phone_module
from kneewise.web.phone import Door, Visit, errand_of_films
from kneewise.web.security import cookie_of
from kneewise.web.uploading import check_head

FILM = b"\0\0\0\x20ftypisom" + b"\0" * 4000
RAW = {"condition": "baseline", "load": "", "bar": "none"}


def put(client, case, content, name="squat.mp4", **changes):
    at = case if "/" in case else f"/cases/{case}"
    return client.put(f"{at}/films.json", params={"name": name, **RAW, **changes}, content=content)


def kept_files(house):
    return [place.name for place in (house.store.home / "films").iterdir()]


def test_a_film_arrives_whole_with_what_it_shows(house, client, case):
    with sample_film() as film:
        content = film.read_bytes()
    sent = put(client, case, content, condition="heels_raised", load="42,5", bar="back-high")
    kept = house.store.film(sent.json()["id"])
    assert sent.status_code == 201
    assert house.store.path_of(kept).read_bytes() == content
    assert (kept.label.condition, kept.label.burden.mass, kept.label.burden.bar.value) == (
        "heels_raised",
        42.5,
        "back-high",
    )
    assert kept.state is FilmState.WAITING


def test_a_form_without_a_script_sends_several(house, client, case):
    films = [("film", (f"{n}.mp4", FILM + bytes([n]), "video/mp4")) for n in range(3)]
    sent = client.post(f"/cases/{case}/films", data=RAW, files=films)
    assert (sent.status_code, sent.headers["location"]) == (303, f"/cases/{case}/films")
    assert {film.name for film in house.store.films(case)} == {"0.mp4", "1.mp4", "2.mp4"}


@pytest.mark.parametrize("stated", [True, False])
def test_a_form_is_not_read_that_is_larger_than_a_film(tmp_path, stated):
    with housed(tmp_path / "home") as house:
        client = client_of(replace(house, largest_film=1000))
        del client.headers["X-CSRF-Token"]
        sent = {"content": FILM * 1000} if stated else {"content": endless_to(10_000_000)}
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        assert client.post("/cases/x/films", headers=kind, **sent).status_code == 413


def test_the_same_film_does_not_count_twice(house, client, case):
    first = put(client, case, FILM).json()["id"]
    again = put(client, case, FILM, name="copy.mp4", condition="heels_raised")
    assert (again.status_code, again.json()["error"]) == (422, "copy.mp4 is here already.")
    assert [film.id for film in house.store.films(case)] == [first]
    assert house.store.path_of(house.store.film(first)).exists()
    house.store.cancel(first)
    assert put(client, case, FILM).status_code == 201


def zip_bomb():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("film.mp4", bytes(30_000_000))
    return file.getvalue()


def endless():
    while True:
        yield FILM


HOSTILE = {
    "text": (b"I am no film. " * 100, "no film"),
    "zip bomb": (zip_bomb(), "no film"),
    "playlist": (b"#EXTM3U\nhttp://192.0.2.1/a\n", "no film"),
    "list of files": (b"ffconcat version 1.0\nfile /etc/passwd\n", "no film"),
    "page": (b"<!doctype html><script>alert(1)</script>", "no film"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 600, "no film"),
    "photo": (b"\0\0\0\x18ftypheic" + b"\0" * 600, "a photo"),
    "nothing": (b"", "empty"),
}


@pytest.mark.parametrize(("content", "says"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_film_is_refused_in_plain_words_and_nothing_of_it_stays(
    house, client, case, content, says
):
    sent = put(client, case, content)
    assert sent.status_code == 422
    assert says in sent.json()["error"]
    assert sent.json()["try"]
    assert (house.store.films(case), kept_files(house)) == ((), [])
    assert client.get(f"/cases/{case}/films").status_code == 200


def test_a_film_that_says_it_is_too_large_is_refused_before_it_is_read(client, case):
    sent = client.put(
        f"/cases/{case}/films.json",
        params={"name": "a.mp4", **RAW},
        content=b"",
        headers={"Content-Length": str(3 << 30)},
    )
    assert sent.status_code == 413
    assert "too large" in sent.text


def test_a_film_without_an_end_is_cut_off_and_nothing_of_it_stays(tmp_path):
    with housed(tmp_path / "home") as house:
        case = house.store.add_case("Anna", NOON, {"version": 1}).id
        with listening(replace(house, largest_film=1_000_000)) as address, httpx2.Client() as client:
            client.cookies.set(cookie_of(int(address.rpartition(":")[2])), house.key.secret)
            client.headers["X-CSRF-Token"] = house.key.token
            with contextlib.suppress(httpx2.WriteError):
                sent = put(client, f"{address}/cases/{case}", endless_to(500_000_000))
                assert sent.status_code == 413
            assert client.get(f"{address}/cases/{case}/films").status_code == 200
        assert kept_files(house) == []


def endless_to(most):
    """A film that ends long after it should have been cut off, so that a mistake does not fill the disk."""
    sent = 0
    for block in endless():
        yield block
        sent += len(block)
        assert sent < most, "everything was read"


@pytest.mark.parametrize("name", ["../../x.mp4", "..\\..\\x.mp4", "/etc/x.mp4", "C:\\x.mp4", "a\0/x.mp4"])
def test_folders_in_the_name_of_a_film_do_not_count(house, client, case, name):
    kept = house.store.film(put(client, case, FILM, name=name).json()["id"])
    assert kept.name == "x.mp4"
    assert house.store.path_of(kept).parent == house.store.home / "films"


IMPOSSIBLE = (
    {"condition": "handstand"},
    {"condition": "step_down"},
    {"load": "many"},
    {"load": "-3"},
    {"load": "9999"},
)


@pytest.mark.parametrize("changes", IMPOSSIBLE)
def test_what_a_film_cannot_show_is_refused(house, client, case, changes):
    assert put(client, case, FILM, **changes).status_code == 422
    assert house.store.films(case) == ()


def test_a_film_is_not_taken_without_the_token_of_our_page(house, client, case):
    del client.headers["X-CSRF-Token"]
    assert put(client, case, FILM).status_code == 422
    assert house.store.films(case) == ()


def test_nobody_is_filmed_whom_somebody_should_look_at_first(house, client):
    answers = {**NOTHING, "emergency_leg": ["cannot_4_steps"]}
    case = house.store.add_case("Anna", NOON, {"version": 1, "answers": answers}).id
    assert "Somebody should look at this knee first" in client.get(f"/cases/{case}/films").text
    assert put(client, case, FILM).status_code == 422


def test_files_of_markers_are_taken():
    check_head(b"PathFileType\t4\t(X/Y/Z)\ta.trc\n", "a.trc")
    check_head(b"name=squat\nversion=1\n", "a.mot")
    check_head(bytes([2, 0x50]) + bytes(600), "a.c3d")
    with pytest.raises(FilmError):
        check_head(b"name=squat\nversion=1\n", "a.mp4")


def change(client, case, film, what):
    return client.post(f"/cases/{case}/films/{film}/{what}")


def test_a_film_is_stopped_tried_again_kept_and_erased(house, client, case):
    film = put(client, case, FILM).json()["id"]
    change(client, case, film, "cancel")
    assert house.store.film(film).state is FilmState.CANCELLED
    change(client, case, film, "again")
    assert house.store.film(film).state is FilmState.WAITING
    change(client, case, film, "keep")
    assert house.store.film(film).kept
    change(client, case, film, "erase")
    assert house.store.films(case) == ()
    assert kept_files(house) == []


def test_a_film_is_found_below_its_own_case_only(house, client, case):
    film = put(client, case, FILM).json()["id"]
    other = house.store.add_case("Eve", NOON, {"version": 1}).id
    for path in ("", ".json", "/report", "/overlay.mp4"):
        assert client.get(f"/cases/{other}/films/{film}{path}").status_code == 404
    assert change(client, other, film, "erase").status_code == 404


@pytest.mark.parametrize("name", ["summary.json", "..%2f..%2fkneewise.db", "said.txt", "trial.npz"])
def test_of_the_results_only_what_the_page_shows_is_served(house, client, case, name):
    film = put(client, case, FILM).json()["id"]
    place = house.store.folder_of(house.store.film(film)) / "results"
    place.mkdir()
    (place / "summary.json").write_text("{}")
    assert client.get(f"/cases/{case}/films/{film}/{name}").status_code == 404


def measured_film(house, client, case, **label):
    """A film that was measured as that label says, with what was drawn of it."""
    film = put(client, case, FILM, **label).json()["id"]
    kept = house.store.take_film("worker", NOON)
    house.store.keep_trial(KEY, trial_of(kept.digest))
    house.store.finish(film, "worker", Measured(key=KEY))
    burden = kept.label.burden
    told = {"measured": True, "story": ["One squat."], "warnings": [], "load_kg": burden.mass}
    summary = {"films": [told | {"bar": burden.bar.value}], "findings": [], "unmeasured": [], "person": {}}
    place = results_of(house.store, kept)
    place.mkdir()
    (place / "summary.json").write_text(json.dumps(summary))
    return film


def test_what_a_film_shows_can_be_said_otherwise_and_its_measurement_stays(house, client, case):
    film = measured_film(house, client, case)
    page = client.get(f"/cases/{case}/films/{film}/label")
    assert '<option value="baseline" selected>' in page.text
    label = {"condition": "heels_raised", "load": "40", "bar": "front"}
    sent = client.post(f"/cases/{case}/films/{film}/label", data=label)
    assert (sent.status_code, sent.headers["location"]) == (303, f"/cases/{case}/films")
    kept = house.store.film(film)
    assert (kept.state, kept.ending) == (FilmState.MEASURED, Measured(key=KEY))
    (trial,) = house.analyse(house.open(case)).case.trials
    assert (trial.condition, trial.burden) == ("heels_raised", Burden(mass=40.0, bar=Bar.FRONT))
    assert client.get(f"/cases/{case}/films/{film}/label.json").json()["film"] == {
        "id": film, "name": "squat.mp4", **label,
    }  # fmt: skip


def test_what_was_drawn_with_another_load_says_so(house, client, case):
    film = measured_film(house, client, case, load="40", bar="front")
    assert client.get(f"/cases/{case}/films/{film}.json").json()["outdated"] == []
    for label in ({"condition": "heels_raised", "load": "40", "bar": "front"}, RAW):
        client.post(f"/cases/{case}/films/{film}/label", data=label)
    assert client.get(f"/cases/{case}/films/{film}.json").json()["outdated"] == ["what you carried"]
    assert "you changed what you carried" in client.get(f"/cases/{case}/films/{film}").text


@pytest.mark.parametrize("changes", IMPOSSIBLE)
def test_what_no_film_can_show_is_not_said_of_one_later(house, client, case, changes):
    film = put(client, case, FILM, condition="heels_raised").json()["id"]
    assert client.post(f"/cases/{case}/films/{film}/label", data=RAW | changes).status_code == 422
    assert house.store.film(film).label == Label(condition="heels_raised")


def test_the_report_runs_without_our_cookie_and_our_scripts(house, client, case):
    film = put(client, case, FILM).json()["id"]
    place = house.store.folder_of(house.store.film(film)) / "results"
    place.mkdir()
    (place / "report.html").write_text("<h1>Report</h1>")
    policy = client.get(f"/cases/{case}/films/{film}/report").headers["content-security-policy"]
    assert "sandbox allow-scripts" in policy
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy
    assert "connect-src" not in policy


def test_the_card_asks_again_while_something_is_to_come_and_then_stops(house, client, case):
    film = put(client, case, FILM).json()["id"]
    assert 'hx-trigger="every 1s"' in client.get(f"/cases/{case}/films/list").text
    house.store.cancel(film)
    assert "hx-trigger" not in client.get(f"/cases/{case}/films/list").text


def test_the_time_left_is_told_from_what_is_done(house, client, case):
    film = put(client, case, FILM).json()["id"]
    house.store.take_film("w", NOON - timedelta(seconds=60))
    house.store.tell_progress(film, "w", 0.5, "measuring", NOON)
    assert client.get(f"/cases/{case}/films.json").json()["films"][0]["left"] == "about 1 minute left"


# A door for the phone


@pytest.fixture
def visit(house, case):
    return Visit(
        store=house.store,
        case=case,
        name="Anna",
        errand=errand_of_films(replace(house, largest_film=1_000_000), case, Label(condition="heels_raised")),
        until=NOON + timedelta(minutes=15),
        now=house.now,
        check=lambda: None,
    )


@pytest.fixture
def door():
    door = Door(host=lambda: "127.0.0.1")
    yield door
    door.close()


@pytest.fixture
def address(door, visit):
    door.open(visit)
    address = door.address(visit.case, NOON)
    wait_until(lambda: answers(address))
    return address


def wait_until(true):
    for _ in range(200):
        if true():
            return
        time.sleep(0.02)
    pytest.fail("It did not happen in time.")


def answers(address):
    host, port = re.match(r"http://([^:]+):(\d+)", address).groups()
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def put_film(phone, base, content=FILM):
    return phone.put(f"{base}/?name=phone.mp4", content=content, headers={"X-Kneewise": "film"})


def test_who_scans_the_code_can_send_films_of_that_case(house, address, visit):
    base = address.rsplit("/", 1)[0]
    with httpx2.Client(follow_redirects=True) as phone:
        page = phone.get(address)
        assert "Send films of Anna" in page.text
        assert put_film(phone, base).status_code == 201
        assert put_film(phone, base, FILM + b"2").status_code == 201
    films = house.store.films(visit.case)
    assert [(film.name, film.label.condition) for film in films] == [("phone.mp4", "heels_raised")] * 2


def test_looking_ahead_does_not_use_up_the_code(door, address, visit):
    with httpx2.Client(follow_redirects=True) as phone:
        assert phone.head(address).status_code == 404
        assert not door.is_taken(visit.case)
        assert phone.get(address).status_code == 200
    assert door.is_taken(visit.case)


def test_the_page_says_that_a_phone_has_taken_the_code(client, case, door, visit):
    client.app.state.door = door
    door.open(visit)
    address = door.address(case, NOON)
    assert "Scan this" in client.get(f"/cases/{case}/phone").text
    wait_until(lambda: answers(address))
    httpx2.get(address)
    page = client.get(f"/cases/{case}/phone").text
    assert ("A phone has taken the code" in page, "Make a new code" in page, address in page) == (
        True,
        True,
        False,
    )


def test_connections_that_ask_nothing_keep_no_phone_out(monkeypatch, door, visit):
    monkeypatch.setattr(phone_module, "_HEADER_WITHIN", 0.5)
    door.open(visit)
    address = door.address(visit.case, NOON)
    wait_until(lambda: answers(address))
    host, port = re.match(r"http://([^:]+):(\d+)", address).groups()
    with contextlib.ExitStack() as ended:
        held = [ended.enter_context(socket.create_connection((host, int(port)))) for _ in range(80)]
        for one in held:
            with contextlib.suppress(OSError):
                one.send(b"GET / HT")
        wait_until(lambda: all(is_cut(one) for one in held))
        assert httpx2.get(address, follow_redirects=True).status_code == 200
    assert door.is_taken(visit.case)


def is_cut(connection):
    connection.setblocking(False)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def test_of_a_case_that_was_erased_the_phone_finds_nothing(house, address, visit):
    with httpx2.Client(follow_redirects=True) as phone:
        assert "Anna" in phone.get(address).text
        house.store.erase_case(visit.case)
        again = phone.get(address.rsplit("/", 1)[0])
    assert (again.status_code, again.text) == (404, "")


def test_closing_from_another_case_leaves_the_door_open(house, client, door, address, visit):
    client.app.state.door = door
    other = house.store.add_case("Eve", NOON, {"version": 1}).id
    client.post(f"/cases/{other}/phone/close")
    assert door.address(visit.case, NOON) == address
    client.post(f"/cases/{visit.case}/phone/close")
    assert door.address(visit.case, NOON) == ""


def test_the_code_works_once(house, address, visit):
    base = address.rsplit("/", 1)[0]
    with httpx2.Client(follow_redirects=True) as phone, httpx2.Client(follow_redirects=True) as other:
        assert phone.get(address).status_code == 200
        assert other.get(address).status_code == 404
        assert put_film(other, base).status_code == 404
        assert phone.get(base).status_code == 200
    assert house.store.films(visit.case) == ()


PATHS = (
    "/cases",
    "/static/pages/base.js",
    "/enter?key=x",
    "/films",
    "/openapi.json",
    "/docs",
    "/%2e%2e/",
    "//",
)


@pytest.mark.parametrize("path", PATHS)
def test_nothing_else_is_to_be_found_there_with_or_without_the_code(address, visit, path):
    base = address.rsplit("/", 1)[0]
    with httpx2.Client() as stranger:
        assert stranger.get(base + path).status_code == 404
        assert stranger.get(base + "/").status_code == 404
        assert stranger.get(base + f"/cases/{visit.case}").status_code == 404
        stranger.get(address)
        for method in ("GET", "POST", "PUT", "DELETE"):
            assert stranger.request(method, base + path).status_code == 404
        assert stranger.post(base + "/").status_code == 404


def test_a_page_of_somebody_else_cannot_send_through_the_phone(house, address, visit):
    base = address.rsplit("/", 1)[0]
    with httpx2.Client(follow_redirects=True) as phone:
        phone.get(address)
        assert phone.put(f"{base}/?name=a.mp4", content=FILM).status_code == 404
        assert phone.get(base, headers={"Host": "knee.example"}).status_code == 404
    assert house.store.films(visit.case) == ()


def test_what_is_too_large_or_no_film_is_refused_at_the_door(house, address, visit):
    base = address.rsplit("/", 1)[0]
    with httpx2.Client(follow_redirects=True) as phone:
        phone.get(address)
        with contextlib.suppress(httpx2.WriteError, httpx2.ReadError):
            assert put_film(phone, base, FILM + bytes(1_000_000)).status_code == 413
        assert "no film" in put_film(phone, base, b"hello" * 300).json()["error"]
    assert house.store.films(visit.case) == ()


def test_a_closed_door_does_not_answer(door, address, visit):
    door.close()
    wait_until(lambda: not answers(address))
    assert door.address(visit.case, NOON) == ""


class Clock:
    """Goes when it is told to."""

    def __init__(self):
        self.passed = 0.0

    def __call__(self):
        return NOON + timedelta(minutes=self.passed)


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr(phone_module, "_LOOK", 0.02)
    return Clock()


@pytest.fixture
def ticking(door, visit, clock):
    """Address of a door whose clock goes."""
    visit = replace(visit, now=clock)
    door.open(visit)
    address = door.address(visit.case, NOON)
    wait_until(lambda: answers(address))
    return address


def stays(address):
    time.sleep(0.2)
    return answers(address)


def test_the_door_closes_at_the_latest_after_its_time_though_the_page_is_open(door, case, clock, ticking):
    for clock.passed in range(15):
        door.see_page(case)
    assert stays(ticking)
    clock.passed = 15
    wait_until(lambda: not answers(ticking))
    assert door.address(case, NOON) == ""


def test_the_door_closes_two_minutes_after_the_person_left_the_page(door, case, clock, ticking):
    for clock.passed in (1.5, 3.0, 4.5):
        door.see_page("other")
        door.see_page(case)
    clock.passed = 6.4
    assert stays(ticking)
    clock.passed = 6.5
    wait_until(lambda: not answers(ticking))


def test_the_door_closes_two_minutes_after_the_last_word_of_the_phone_once_a_film_came(
    door, case, clock, ticking
):
    with httpx2.Client(follow_redirects=True) as phone:
        phone.get(ticking)
        clock.passed = 1.9
        assert put_film(phone, ticking.rsplit("/", 1)[0]).status_code == 201
        clock.passed = 3.8
        assert phone.get(ticking.rsplit("/", 1)[0]).status_code == 200
    clock.passed = 5.7
    door.see_page(case)
    assert stays(ticking)
    clock.passed = 5.8
    wait_until(lambda: not answers(ticking))


def test_the_door_stays_open_while_a_film_is_on_its_way(visit, clock):
    visit = replace(visit, now=clock)
    visit.hear()
    with visit.sending():
        clock.passed = 9
        assert not visit.is_over()
    clock.passed = 10.9
    assert not visit.is_over()
    clock.passed = 11
    assert visit.is_over()


@pytest.mark.usefixtures("address")
def test_the_door_of_one_case_is_not_that_of_another(door, visit):
    assert door.address("other", NOON) == ""
    assert door.address(visit.case, visit.until) == ""


def test_the_door_is_shut_until_somebody_opens_it(client, case):
    assert "Send from my phone" in client.get(f"/cases/{case}/films").text
    assert client.get(f"/cases/{case}/phone.json").json()["address"] == ""
