"""Feet and shoes on pages: photos measured and corrected, what enters a case and goes out again."""

import json
import struct
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import httpx2
import numpy as np
import pytest
from served import NOON
from told import ASKING, NOTHING

from kneewise.casefile import add_tests, read_content, write_content
from kneewise.conventions import Band, Factor, Side
from kneewise.errors import InputError, StoreError
from kneewise.feet import OnShoe, Paper, Shows, check_feet, describe_found, measure_photo, read_photo
from kneewise.feet import tests_of as rows_of
from kneewise.feet.check import Given
from kneewise.measuring import Limits, Looker, Seen
from kneewise.synthetic.foot_scene import FAULTS, draw_photo, encode_photo
from kneewise.web.checking import _MOST, Tray
from kneewise.web.phone import Door

FOOT, INSOLE = 900_001, 902_004
"""A left foot of 230 mm, and a left insole that is 4 mm longer."""
RATED = [1, 0, 2, 1, 0]


@pytest.fixture(scope="module")
def photos():
    """What is drawn: name → (photo, its file)."""
    drawn = {"foot": draw_photo(FOOT), "insole": draw_photo(INSOLE, role="insole")}
    return {name: (photo, encode_photo(photo)) for name, photo in drawn.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, photos):
    place = tmp_path_factory.mktemp("photos")
    for name, (_, content) in photos.items():
        (place / f"{name}.jpg").write_bytes(content)
    return place


@pytest.fixture(scope="module")
def seen(folder):
    """Content of a file → what is in it, measured here once."""
    found = {}
    for name, shows in (("foot", Shows.LEFT_FOOT), ("insole", Shows.LEFT_INSOLE)):
        one = measure_photo(read_photo(folder / f"{name}.jpg"), shows, Paper.A4)
        told = Seen(found=describe_found(one), shape=one.shape, picture=b"\xff\xd8\xff")
        found[(folder / f"{name}.jpg").read_bytes()] = told
    return found


@dataclass(frozen=True)
class Remembering:
    """Looks at photos that were measured before; of others it says that they are none."""

    seen: dict

    def look(self, content, name, *_):
        if content not in self.seen:
            raise InputError(f"{name} is no photo.", remedy="take one.")
        return self.seen[content]


@pytest.fixture
def quick(client, seen):
    """Asks a server whose photos were measured before."""
    client.app.state.tray = Tray(Remembering(seen))
    return client


def send(client, case, content, shows="left-foot", name="a.jpg", paper="a4"):
    return client.post(
        f"/cases/{case}/feet/photos",
        data={"shows": shows, "paper": paper},
        files={"photo": (name, content, "image/jpeg")},
    )


def told_of(client, path):
    answer = client.get(f"{path}.json")
    assert answer.status_code == 200, answer.text
    return answer.json()


def photos_of(client, case):
    return [row["photo"] for row in told_of(client, f"/cases/{case}/feet/photos")["photos"] if row["photo"]]


def post(client, case, what, **fields):
    revision = told_of(client, f"/cases/{case}/feet")["case"]["revision"]
    return client.post(f"/cases/{case}/feet/{what}", data={"revision": revision, **fields})


def kept_tests(house, case):
    return house.store.case(case).content.get("test", [])


def laid_out(client, case, photos):
    """Both photos of the left side on the tray."""
    for name in photos:
        assert send(client, case, photos[name][1], f"left-{name}").status_code == 303


# Photos


def test_a_photo_is_measured_in_a_process_of_its_own_within_its_error(house, client, case, photos):
    drawn, content = photos["foot"]
    sent = send(client, case, content, name="../IMG 1.jpg")
    assert sent.status_code == 303
    found = told_of(client, sent.headers["location"])["found"]
    for size, true in (("length_mm", drawn.length), ("width_mm", drawn.width)):
        assert abs(found[size]["value"] - 1e3 * true) < 3 * found[size]["sd"]
    picture = client.get(f"{sent.headers['location']}/picture.jpg")
    assert picture.headers["content-type"] == "image/jpeg"
    assert picture.content.startswith(b"\xff\xd8\xff")
    assert b"Exif" in content
    assert b"Exif" not in picture.content
    assert kept_tests(house, case) == []


def test_what_is_kept_is_what_the_terminal_writes(house, quick, case, photos, folder, tmp_path):
    laid_out(quick, case, photos)
    assert post(quick, case, "shoe").status_code == 303
    given = [Given(folder / f"{name}.jpg", Shows(f"left-{name}")) for name in ("foot", "insole")]
    file = tmp_path / "case.toml"
    write_content(file, {"version": 1, "answers": NOTHING})
    add_tests(file, rows_of(check_feet(given, Paper.A4)), ASKING)
    assert kept_tests(house, case) == read_content(file)["test"] == [{"id": "shoe_fit", "value": "short"}]


def test_what_is_kept_changes_what_the_case_means_a_little(house, quick, case, photos):
    def weighed():
        told = house.understand(house.open(case)).told
        return {row["id"]: row for row in told["factors"]}

    before = weighed()
    laid_out(quick, case, photos)
    post(quick, case, "shoe")
    after = weighed()
    assert "Your shoe is too short or too narrow." in str(after[Factor.FOOTWEAR]["for"])
    assert before[Factor.FOOTWEAR]["for"] == []
    assert Band(after[Factor.FOOTWEAR]["band"]) <= Band.POSSIBLE
    assert all(after[name]["band"] == before[name]["band"] for name in before if name != Factor.FOOTWEAR)


def test_the_verdict_is_in_words_and_says_that_it_weighs_little(quick, case, photos):
    laid_out(quick, case, photos)
    told = told_of(quick, f"/cases/{case}/feet/shoe")
    (shoe,) = told["shoes"]
    assert "It is too short." in shoe["says"][0]
    assert "The width fits." in shoe["says"][1]
    assert "says little about a knee" in told["weight"]
    assert told["missing"] == "Right foot, bare"
    page = quick.get(f"/cases/{case}/feet/shoe").text
    assert shoe["says"][0] in page
    assert told["weight"] in page


def test_photos_are_gone_once_the_result_is_kept_and_never_lie_in_the_memory(house, quick, case, photos):
    def files():
        return {place for place in house.store.home.rglob("*") if "kneewise.db" not in place.name}

    before = files()
    laid_out(quick, case, photos)
    assert len(photos_of(quick, case)) == 2
    post(quick, case, "shoe")
    assert photos_of(quick, case) == []
    assert files() == before


def test_a_foot_alone_is_no_result(house, quick, case, photos):
    send(quick, case, photos["foot"][1])
    assert told_of(quick, f"/cases/{case}/feet/shoe")["shoes"] == []
    assert post(quick, case, "shoe").status_code == 422
    assert kept_tests(house, case) == []
    assert len(photos_of(quick, case)) == 1


def test_the_next_photo_is_asked_for_and_a_second_one_takes_the_place_of_the_first(quick, case, photos):
    path = f"/cases/{case}/feet/photos"
    assert told_of(quick, path)["wanted"]["id"] == "left-foot"
    first = send(quick, case, photos["foot"][1]).headers["location"]
    assert told_of(quick, path)["wanted"]["id"] == "left-insole"
    assert send(quick, case, photos["foot"][1]).headers["location"] != first
    assert len(photos_of(quick, case)) == 1
    assert quick.get(first).status_code == 404


def test_one_photo_is_not_taken_for_foot_and_insole(quick, case, photos):
    send(quick, case, photos["foot"][1])
    sent = send(quick, case, photos["foot"][1], "left-insole")
    assert (sent.status_code, "the same photo" in sent.text) == (422, True)
    assert len(photos_of(quick, case)) == 1


def test_so_many_photos_lie_on_the_tray_and_no_more(quick, house, photos):
    cases = [
        house.store.add_case("Anna", NOON, {"version": 1, "answers": NOTHING}).id for _ in range(_MOST + 1)
    ]
    for one in cases:
        send(quick, one, photos["foot"][1])
    assert [len(photos_of(quick, one)) for one in cases] == [0, *[1] * _MOST]


def test_so_large_photos_lie_on_the_tray_all_together_and_the_oldest_goes(client, house, photos, seen):
    """And whose photo went is told so, until it is there again."""
    room = sum(len(content) for _, content in photos.values()) + 100
    client.app.state.tray = Tray(Remembering(seen), largest=room)
    anna, ben = (
        house.store.add_case(name, NOON, {"version": 1, "answers": NOTHING}).id for name in ("Anna", "Ben")
    )
    for shows, name in (("left-foot", "foot"), ("left-insole", "insole")):
        send(client, anna, photos[name][1], shows)
    page = f"/cases/{anna}/feet/photos"
    assert told_of(client, page)["gone"] == []
    send(client, ben, photos["foot"][1])
    assert (len(photos_of(client, anna)), len(photos_of(client, ben))) == (1, 1)
    assert told_of(client, page)["gone"] == ["Left foot, bare"]
    assert told_of(client, f"/cases/{ben}/feet/photos")["gone"] == []
    for place in (page, f"/cases/{anna}/feet/shoe"):
        assert "needed the room of “Left foot, bare”" in client.get(place).text
    assert told_of(client, page)["wanted"]["name"] == "Left foot, bare"
    send(client, anna, photos["foot"][1])
    assert told_of(client, page)["gone"] == ["Insole of the left shoe"]


def test_who_has_most_photos_on_the_tray_makes_room_for_the_others(client, house, photos, seen):
    """Who sends many has nobody else's photos go for them, however old these are."""
    foot, insole = photos["foot"][1], photos["insole"][1]
    client.app.state.tray = Tray(Remembering(seen), largest=2 * len(foot) + len(insole) + 100)
    ben, anna, cleo = (
        house.store.add_case(name, NOON, {"version": 1, "answers": NOTHING}).id for name in "BAC"
    )
    send(client, ben, foot)
    send(client, anna, insole, "left-insole")
    send(client, anna, foot)
    send(client, cleo, insole, "left-insole")
    assert [len(photos_of(client, one)) for one in (ben, anna, cleo)] == [1, 1, 1]
    assert told_of(client, f"/cases/{anna}/feet/photos")["gone"] == ["Insole of the left shoe"]


@dataclass(frozen=True)
class Interrupted:
    """Does something in the middle of each look."""

    looker: Remembering
    do: Callable[[], object]

    def look(self, *asked):
        self.do()
        return self.looker.look(*asked)


@pytest.mark.parametrize("way", ["measured", "corrected", "sent"])
def test_a_photo_that_is_being_measured_goes_with_its_case(quick, house, case, photos, seen, way):
    """Even where the same case was taken in again by then."""
    tray = quick.app.state.tray
    laid = None if way == "measured" else tray.add(case, "a", photos["foot"][1], Shows.LEFT_FOOT, Paper.A4)

    def erase():
        house.store.export_case(case, house.store.home / "case.zip")
        quick.post(f"/cases/{case}/erase", data={"sure": "Anna"})
        house.store.import_case(house.store.home / "case.zip", check=lambda _content: None)

    tray._looker = Interrupted(Remembering(seen), erase)
    if way == "corrected":
        tray.correct(laid, {})
    elif way == "sent":
        assert send(quick, case, photos["insole"][1], "left-insole").status_code == 404
    else:
        with pytest.raises(StoreError, match="There is no case"):
            tray.add(case, "a", photos["foot"][1], Shows.LEFT_FOOT, Paper.A4)
    assert tray.photos(case) == ()


def test_a_photo_whose_case_was_erased_before_it_arrived_is_not_measured(house, case, photos, seen):
    tray = Tray(Interrupted(Remembering(seen), lambda: pytest.fail("It was measured.")), house.store.case)
    house.store.erase_case(case)
    with pytest.raises(StoreError, match="There is no case"):
        tray.add(case, "a", photos["foot"][1], Shows.LEFT_FOOT, Paper.A4)


def test_photos_that_come_at_once_take_no_more_room_than_those_that_lie_there(case, photos, seen):
    content = photos["foot"][1]
    told = []

    def send_another():
        with pytest.raises(InputError, match="at once"):
            tray.add(case, "b", photos["insole"][1], Shows.LEFT_INSOLE, Paper.A4)
        told.append("another")

    tray = Tray(Interrupted(Remembering(seen), send_another), largest=len(content) + 100)
    tray.add(case, "a", content, Shows.LEFT_FOOT, Paper.A4)
    assert (len(told), len(tray.photos(case))) == (1, 1)


@pytest.mark.parametrize("way", ["remove", "erase"])
def test_who_throws_a_photo_away_or_erases_the_case_leaves_nothing_on_the_tray(quick, case, photos, way):
    at = send(quick, case, photos["foot"][1]).headers["location"]
    tray = quick.app.state.tray
    if way == "remove":
        assert quick.post(f"{at}/remove").status_code == 303
    else:
        quick.post(f"/cases/{case}/erase", data={"sure": "Anna"})
    assert tray.photos(case) == ()


def test_a_photo_is_found_below_its_own_case_only(quick, house, case, photos):
    at = send(quick, case, photos["foot"][1]).headers["location"]
    other = house.store.add_case("Eve", NOON, {"version": 1, "answers": NOTHING}).id
    for end in ("", ".json", "/picture.jpg"):
        assert quick.get(at.replace(case, other) + end).status_code == 404
    for what in ("remove", "again"):
        assert quick.post(f"{at.replace(case, other)}/{what}").status_code == 404


# From the phone


@pytest.fixture
def phone_of(quick, case):
    """(what a phone sends to, the phone that scanned the code)."""
    door = Door(host=lambda: "127.0.0.1")
    quick.app.state.door = door
    assert post(quick, case, "phone", paper="a4").status_code == 303
    address = told_of(quick, f"/cases/{case}/feet/phone")["address"]
    with httpx2.Client(follow_redirects=True, transport=httpx2.HTTPTransport(retries=5)) as phone:
        yield phone, phone.get(address)
    door.close()


def test_a_phone_sends_one_photo_after_the_other_and_hears_what_is_next(quick, case, photos, phone_of):
    phone, page = phone_of
    assert "Send photos of Anna" in page.text
    assert "Next: Left foot, bare. Stand on the sheet" in page.text

    def put(content):
        return phone.put(f"{page.url}?name=IMG.jpg", content=content, headers={"X-Kneewise": "film"})

    sent = put(photos["foot"][1])
    assert sent.status_code == 201
    assert sent.json()["says"] == "Left foot, bare: measured."
    assert sent.json()["now"].startswith("Next: Insole of the left shoe. Lay it on the sheet")
    refused = put(b"no photo")
    assert (refused.status_code, refused.json()["error"]) == (422, "IMG.jpg is no photo.")
    assert put(photos["insole"][1]).status_code == 201
    assert len(photos_of(quick, case)) == 2
    assert "Left foot, bare</a> is measured" in quick.get(f"/cases/{case}/feet/phone").text


@pytest.mark.usefixtures("phone_of")
def test_a_phone_that_was_let_in_for_photos_is_not_let_in_for_films(quick, house, case):
    assert told_of(quick, f"/cases/{case}/films")["address"] == ""
    assert told_of(quick, f"/cases/{case}/feet/phone")["taken"]
    quick.post(f"/cases/{case}/feet/phone/close")
    assert told_of(quick, f"/cases/{case}/feet/phone")["address"] == ""
    assert house.store.films(case) == ()


@pytest.mark.parametrize("paper", ["", "card"])
def test_no_phone_is_let_in_without_a_sheet_to_measure_by(quick, case, paper):
    assert post(quick, case, "phone", paper=paper).status_code == 422


# Corrections


def test_an_outline_that_was_moved_is_measured_as_it_is_now(client, case, photos):
    at = send(client, case, photos["foot"][1]).headers["location"]
    before = told_of(client, at)["found"]
    outline = np.array(before["outline"])
    larger = outline.mean(axis=0) + 1.03 * (outline - outline.mean(axis=0))
    sent = client.post(f"{at}/again", data={"corrected": dumped(outline=larger.tolist(), corners=None)})
    assert sent.status_code == 303
    told = told_of(client, at)
    assert told["photo"]["corrected"] == ["outline"]
    assert told["found"]["length_mm"]["value"] / before["length_mm"]["value"] == pytest.approx(
        1.03, abs=0.015
    )
    assert told["found"]["length_mm"]["sd"] > before["length_mm"]["sd"]
    client.post(f"{at}/again")
    assert told_of(client, at)["found"] == before


def test_what_was_moved_and_cannot_be_measured_stays_on_the_page_and_the_photo_as_it_was(
    client, case, photos
):
    at = send(client, case, photos["foot"][1]).headers["location"]
    before = told_of(client, at)["found"]
    tiny = [[x / 10 + 5, y / 10 + 5] for x, y in before["outline"]]
    sent = client.post(f"{at}/again", data={"corrected": dumped(outline=tiny)})
    assert sent.status_code == 422
    assert f'"outline": {dumped(line=tiny)[9:40]}' in sent.text
    assert "What was found before still stands." in sent.text
    assert told_of(client, at)["found"] == before


def dumped(**told):
    return json.dumps(told)


@pytest.mark.parametrize(
    "corrected",
    [
        "3",
        "{",
        "[" * 5000,
        '{"points": {}}',
        '{"corners": [[0, 1]]}',
        '{"outline": [[NaN, 1]]}',
        "x" * 30_000,
    ],
)
def test_points_that_are_none_are_refused(quick, case, photos, corrected):
    at = send(quick, case, photos["foot"][1]).headers["location"]
    assert quick.post(f"{at}/again", data={"corrected": corrected}).status_code == 422


# What is refused


def png_of(width, height):
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(head)) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    rows = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", len(rows)) + b"IDAT" + rows


HOSTILE = {
    "text": (b"I am no photo. " * 100, "neither a JPEG nor a PNG"),
    "page": (b"<!doctype html><script>alert(1)</script>", "neither a JPEG nor a PNG"),
    "HEIC": (b"\0\0\0\x18ftypheic" + b"\0" * 600, "HEIC"),
    "huge": (png_of(60_000, 60_000), "million pixels"),
    "cut off": (png_of(4000, 3000), "not whole"),
    "nothing": (b"", "empty"),
}


@pytest.mark.parametrize("why", HOSTILE)
def test_what_is_no_photo_is_refused_in_plain_words_and_nothing_of_it_stays(client, case, why):
    content, says = HOSTILE[why]
    sent = send(client, case, content)
    assert sent.status_code == 422
    assert says in sent.text
    assert "Try:" in sent.text
    assert photos_of(client, case) == []


def test_a_photo_with_a_fault_says_what_to_do_and_is_not_kept(client, case):
    sent = send(client, case, encode_photo(draw_photo(901_000, fault=FAULTS[2])))
    assert sent.status_code == 422
    assert "No bare foot was found" in sent.text
    assert "without a sock" in sent.text
    assert "The photo was not kept." in sent.text
    assert "--" not in sent.text.split('role="alert"')[1].split("</div>")[0]
    assert photos_of(client, case) == []


def test_a_photo_that_is_too_large_is_refused(quick, case):
    sent = send(quick, case, bytes((48 << 20) + 1))
    assert (sent.status_code, "larger than 48 MB" in sent.text) == (422, True)


SETUP = "import json, os, sys, time; order = json.loads(sys.stdin.readline()); out = order['out']\n"
SETUP += "def leave(name, text): open(os.path.join(out, name), 'wb').write(text)\n"
BAD_CHILDREN = {
    "killed": "os.kill(os.getpid(), 9)",
    "fails": "sys.exit(1)",
    "silent": "pass",
    "late": "time.sleep(60)",
    "no JSON": "[leave(n, b'x') for n in ('found.json', 'shape.npz', 'picture.jpg')]",
    "deep": "[leave(n, b'[' * 90000) for n in ('found.json', 'shape.npz', 'picture.jpg')]",
    "no refusal": "leave('refused.json', b'[]')",
    "endless": "leave('refused.json', b'x' * 5_000_000)",
}


@pytest.mark.parametrize("why", BAD_CHILDREN)
def test_a_child_that_breaks_off_or_lies_is_not_believed(why):
    child = (sys.executable, "-c", SETUP + BAD_CHILDREN[why])
    looker = Looker(child=child, limits=Limits(wall=5.0 if why == "late" else 30.0))
    with pytest.raises(InputError, match=r"could not be read|too long"):
        looker.look(b"x", "a.jpg", Shows.LEFT_FOOT, Paper.A4, {})


@pytest.mark.skipif(sys.platform != "linux", reason="limits of processes as Linux has them")
def test_a_child_gets_no_more_memory_than_its_share(photos):
    looker = Looker(limits=replace(Looker().limits, memory=256 << 20))
    with pytest.raises(InputError, match="could not be read"):
        looker.look(photos["foot"][1], "a.jpg", Shows.LEFT_FOOT, Paper.A4, {})


def test_nothing_is_taken_without_the_token_of_our_page(quick, case, photos):
    del quick.headers["X-CSRF-Token"]
    assert send(quick, case, photos["foot"][1]).status_code == 422
    assert photos_of(quick, case) == []


PATHS = ("feet", "feet/photos", "feet/shoe", "feet/on-shoe", "feet/standing")


def test_first_comes_who_should_look_at_the_knee(house, quick, photos):
    answers = {**NOTHING, "emergency_leg": ["cannot_4_steps"]}
    case = house.store.add_case("Anna", NOON, {"version": 1, "answers": answers}).id
    for path in PATHS:
        page = quick.get(f"/cases/{case}/{path}").text
        assert "Somebody should look at this knee first" in page
        assert "<form" not in page
    assert send(quick, case, photos["foot"][1]).status_code == 422
    revision = house.store.case(case).revision
    for path, fields in (("standing", rated("left")), ("on-shoe", {"left": "toes-over"}), ("shoe", {})):
        sent = quick.post(f"/cases/{case}/feet/{path}", data={"revision": revision, **fields})
        assert sent.status_code == 422
    assert kept_tests(house, case) == []
    assert "/feet" not in quick.get(f"/cases/{case}").text


def test_the_way_leads_to_the_check_and_the_tests_do(client, case):
    assert f"/cases/{case}/feet" in client.get(f"/cases/{case}").text
    assert f"/cases/{case}/feet/photos" in client.get(f"/cases/{case}/tests?of=shoe_fit").text
    assert f"/cases/{case}/feet/standing" in client.get(f"/cases/{case}/tests?of=foot_score").text


# What is seen by eye


def rated(*sides, values=RATED):
    items = ("ankle_curves", "heel_tilt", "inner_bulge", "arch_height", "toes_seen")
    return {f"{side}_{item}": str(n) for side in sides for item, n in zip(items, values, strict=True)}


def test_ratings_become_the_score_that_the_terminal_gives(house, client, case):
    assert post(client, case, "standing", **rated("left", "right")).status_code == 303
    check = check_feet((), Paper.A4, ratings=dict.fromkeys(Side, RATED))
    assert kept_tests(house, case) == rows_of(check)
    assert [row["value"] for row in rows_of(check)] == [4, 4]
    assert "foot posture photo score +4 ± 1.5" in client.get(f"/cases/{case}/feet").text


def test_one_foot_can_be_rated_alone_and_takes_the_place_of_its_own_score_only(house, client, case):
    post(client, case, "standing", **rated("left", "right"))
    post(client, case, "standing", **rated("right", values=[2, 2, 2, 2, 2]))
    assert {row["side"]: row["value"] for row in kept_tests(house, case)} == {"left": 4, "right": 10}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"left_heel_tilt": "1"},
        rated("left") | {"left_arch_height": "3"},
        rated("left") | {"right_heel_tilt": "1"},
    ],
)
def test_a_foot_that_is_not_rated_whole_is_not_taken(house, client, case, fields):
    assert post(client, case, "standing", **fields).status_code == 422
    assert kept_tests(house, case) == []


def test_what_sticks_out_is_too_small_and_what_does_not_says_nothing(house, client, case):
    sent = post(client, case, "on-shoe", left="inside")
    assert "says too little to enter your case" in client.get(sent.headers["location"]).text
    assert kept_tests(house, case) == []
    sent = post(client, case, "on-shoe", left="inside", right=OnShoe.TOES_OVER.value)
    assert "It is in your case now." in client.get(sent.headers["location"]).text
    assert kept_tests(house, case) == [{"id": "shoe_fit", "value": "short"}]
    assert post(client, case, "on-shoe", left="dancing").status_code == 422


def test_an_address_alone_puts_nothing_into_a_case_nor_says_so(house, client, case):
    made_up = f"/cases/{case}/feet/on-shoe?left=toes-over"
    page = client.get(made_up).text
    assert "It is in your case now." not in page
    assert "It is not in your case. Keep it below, if it is so." in page
    assert 'value="toes-over" checked' in page
    assert kept_tests(house, case) == []
    post(client, case, "on-shoe", left="toes-over")
    assert "It is in your case now." in client.get(made_up).text
    post(client, case, "back", of="shoe_fit")
    assert "It is in your case now." not in client.get(made_up).text
    post(client, case, "on-shoe", left="sides-over")
    assert "It is in your case now." not in client.get(made_up).text


def test_a_result_is_taken_back_and_the_case_means_what_it_meant(house, client, case):
    before = house.understand(house.open(case)).told["factors"]
    post(client, case, "standing", **rated("left", "right", values=[2, 2, 2, 2, 2]))
    post(client, case, "on-shoe", right="both-over")
    assert house.understand(house.open(case)).told["factors"] != before
    for of in ("foot_score", "shoe_fit"):
        assert post(client, case, "back", of=of).status_code == 303
    assert kept_tests(house, case) == []
    assert house.understand(house.open(case)).told["factors"] == before
    assert post(client, case, "back", of="bridge_s").status_code == 422


def test_a_result_made_from_an_older_page_is_not_kept(house, client, case):
    stale = {"revision": house.store.case(case).revision, **rated("left")}
    post(client, case, "on-shoe", right="both-over")
    assert client.post(f"/cases/{case}/feet/standing", data=stale).status_code == 409
    assert [row["id"] for row in kept_tests(house, case)] == ["shoe_fit"]


def test_the_advice_on_an_insert_leads_to_its_trial_or_to_what_is_open(house, client):
    bowed = {**NOTHING, "leg_shape": "apart", "insert": "bought", "knee_map": ["inner_side"]}
    case = house.store.add_case("Anna", NOON, {"version": 1, "answers": bowed}).id
    page = client.get(f"/cases/{case}/feet").text
    assert "try the squat without it" in page
    assert f"/cases/{case}/tests?of=insert_out" in page
    assert "[[trial]]" not in page
    asked = {name: one for name, one in bowed.items() if name != "leg_shape"}
    case = house.store.add_case("Eve", NOON, {"version": 1, "answers": asked}).id
    assert f"/cases/{case}/questions?of=leg_shape" in client.get(f"/cases/{case}/feet").text


@pytest.mark.parametrize("path", PATHS)
def test_every_page_has_a_twin_and_no_style_or_script_within(quick, case, photos, path):
    laid_out(quick, case, photos)
    page = quick.get(f"/cases/{case}/{path}")
    assert page.status_code == 200
    assert " style=" not in page.text
    assert "<style" not in page.text
    assert " on" not in {word[:3] for word in page.text.split("<") if "onclick" in word}
    assert told_of(quick, f"/cases/{case}/{path}")["case"]["id"] == case
