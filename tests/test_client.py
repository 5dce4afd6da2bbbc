"""The Python client, against a real server on a port."""

import json
import subprocess
import sys
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from programs import token_for
from served import NOON, listening
from told import NOTHING

from kneewise.client import Client, Film, RestError, read_event
from kneewise.client.signing import sign
from kneewise.store import Failed
from kneewise.web.rest.scopes import Scope

BODY = b'{"id": "e1", "case": "c", "film": "f", "state": "measured"}'


@pytest.fixture
def served(house):
    with listening(house) as address:
        yield Client(address, token_for(house))


@pytest.fixture
def squat(tmp_path):
    file = tmp_path / "squat.mp4"
    file.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(700_000))
    return file


def test_somebody_is_added_asked_and_erased(served, house):
    case = served.add_case("Anna")
    answers = {**NOTHING, "pain_elsewhere": ["no"]}
    asked = [question["id"] for question in served.answer(case, answers)]
    assert asked[:2] == ["age", "emergency_leg"]
    assert len(set(asked)) == len(asked) > 25
    kept = house.store.case(case).content["answers"]
    assert kept == {name: answers[name] for name in asked}
    assert [row["name"] for row in served.cases()] == ["Anna"]
    with pytest.raises(RestError) as wrong:
        served.erase_case(case, "Berta")
    assert (wrong.value.status, wrong.value.what) == (422, "The name does not match, and nothing was erased.")
    served.erase_case(case, "Anna")
    assert house.store.cases() == ()


def test_what_is_not_answered_holds_up_nothing_and_what_is_not_asked_is_not_sent(served, house):
    case = served.add_case("Anna")
    told = {"height_cm": 172, "no_such_question": "yes", "swelling": "none"}
    assert {question["id"] for question in served.answer(case, told)} == {"height_cm", "swelling"}
    kept = house.store.case(case).content
    assert (kept["person"], kept["answers"]) == ({"height_cm": 172}, {"swelling": "none"})


def test_a_film_goes_as_it_is_read_and_says_how_far_it_is(served, house, case, squat):
    gone = []
    film = served.add_film(case, Film(place=squat, load=20, bar="front"), lambda *told: gone.append(told))
    (kept,) = house.store.films(case)
    assert (kept.id, kept.name, kept.size, kept.label.burden.mass) == (film, "squat.mp4", 700_012, 20)
    assert [so_far for so_far, _ in gone] == [262_144, 524_288, 700_012]
    assert {whole for _, whole in gone} == {700_012}


def test_it_waits_until_a_film_is_done_with(served, house, case, squat):
    film = served.add_film(case, Film(place=squat))
    house.store.take_film("worker", NOON)
    threading.Timer(0.5, house.store.finish, (film, "worker", Failed(words="Broken. Try: again."))).start()
    seen = []
    told = served.wait_for(case, film, patience=20, report=seen.append)
    assert [seen[0]["state"], seen[-1]["state"]] == ["measuring", "failed"]
    assert told["card"]["issues"] == [{"because": "Broken.", "remedy": "Again."}]


def test_it_does_not_wait_for_ever(served, case, squat):
    film = served.add_film(case, Film(place=squat))
    with pytest.raises(TimeoutError):
        served.wait_for(case, film, patience=0.3)


def test_a_refusal_says_what_and_what_to_try(house, case):
    with listening(house) as address:
        reader = Client(address, token_for(house, Scope.READ))
        assert reader.get(f"/cases/{case}/why.json")["case"]["name"] == "Anna"
        with pytest.raises(RestError) as wrong:
            reader.add_case("Berta")
        assert (wrong.value.status, wrong.value.what) == (403, "This token is not for write.")
        assert wrong.value.remedy == "make one that is for write, on the page of tokens."
        with pytest.raises(RestError, match="There is no case"):
            reader.get("/cases/aaaaaaaaaaaaaaaa/why.json")


def test_a_server_that_is_not_there_is_told_from_one_that_refuses():
    with pytest.raises(RestError) as wrong:
        Client("http://127.0.0.1:9", "kw_").cases()
    assert wrong.value.status == 0


@pytest.mark.parametrize(
    "address",
    ["http://knee.example.org", "ftp://127.0.0.1", "127.0.0.1:8321", "https://user@a.org", "https://a.org/x"],
)
def test_a_token_goes_to_no_address_where_others_read_it(address):
    with pytest.raises(ValueError, match="no address"):
        Client(address, "kw_")


def test_a_token_follows_no_redirect():
    asked = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(307)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(RestError):
            Client(f"http://127.0.0.1:{server.server_port}", "kw_").cases()
        server.shutdown()
    assert asked == ["/start.json"]


def test_nothing_but_python_is_needed():
    code = """
import sys
before = set(sys.modules)
import kneewise.client
print(*sorted({name.split(".")[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)))
"""
    code = "import kneewise" + code
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded.split() in ([], ["kneewise"])


# What a webhook brings.


def test_an_event_is_read_if_the_server_signed_it_lately():
    signature = sign("secret", BODY, NOON)
    assert read_event("secret", signature, BODY, NOON + timedelta(seconds=299)) == json.loads(BODY)


@pytest.mark.parametrize("late", [timedelta(minutes=6), -timedelta(minutes=6), timedelta(days=400)])
def test_a_copy_of_an_event_is_refused_later_on(late):
    with pytest.raises(ValueError, match="too long ago"):
        read_event("secret", sign("secret", BODY, NOON), BODY, NOON + late)


@pytest.mark.parametrize(
    ("signature", "body"),
    [
        (sign("other", BODY, NOON), BODY),
        (sign("secret", BODY, NOON), BODY.replace(b"measured", b"failed")),
        (sign("secret", BODY, NOON).replace("t=1", "t=2"), BODY),
        (sign("secret", BODY, NOON)[:-1], BODY),
        (sign("secret", BODY, NOON) + ",v0=x", BODY),
        ("", BODY),
    ],
)
def test_an_event_that_somebody_else_made_or_changed_is_refused(signature, body):
    with pytest.raises(ValueError, match="not signed"):
        read_event("secret", signature, body, NOON)
