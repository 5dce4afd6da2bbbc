"""Films in a real browser: chosen, dropped, filmed and sent by a phone; and what is tried beside them."""

import re
import time

import httpx2
import pytest
from served import NOON, browsing, complaints_of, needs_chromium
from told import NOTHING

from kneewise.errors import InputError
from kneewise.measuring import Workshop
from kneewise.samples import sample_film, sample_person
from kneewise.store import FilmState
from kneewise.video import open_video
from kneewise.web.phone import find_address

CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
PHONE = {"width": 360, "height": 740}

pytestmark = needs_chromium


@pytest.fixture
def case(house):
    content = {"version": 1, "person": sample_person(), "answers": NOTHING}
    return house.store.add_case("Anna", NOON, content).id


@pytest.fixture
def film():
    with sample_film("squat_side") as film:
        yield film


def test_a_film_is_chosen_arrives_and_waits_in_the_list(house, case, film):
    with browsing(house) as (page, base):
        page.goto(f"{base}/cases/{case}/films")
        page.set_input_files("#film", film)
        page.get_by_role("heading", name="Waiting for its turn").wait_for()
        assert page.get_by_role("status").first.inner_text() != ""
        page.get_by_role("button", name="Stop measuring").click()
        page.get_by_role("heading", name="Stopped").wait_for()
        page.get_by_role("button", name="Try again").click()
        page.get_by_role("heading", name="Waiting for its turn").wait_for()
    (kept,) = house.store.films(case)
    assert house.store.path_of(kept).read_bytes() == film.read_bytes()


def test_how_far_it_is_shows_without_loading_the_page_and_focus_stays(house, case, film):
    with browsing(house) as (page, base):
        page.goto(f"{base}/cases/{case}/films")
        page.set_input_files("#film", film)
        stop = page.get_by_role("button", name="Stop measuring")
        stop.focus()
        taken = house.store.take_film("w", NOON)
        house.store.tell_progress(taken.id, "w", 0.42, "measuring", NOON)
        page.get_by_text("Following your joints").wait_for()
        assert page.locator("#films progress").evaluate("(bar) => bar.value") > 0.4
        assert stop.evaluate("(one) => one === document.activeElement")


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1200, "dark")])
def test_everybody_can_read_and_use_films_and_tests(house, case, film, width, scheme):
    found = {}
    with browsing(house, width=width, color_scheme=scheme, bypass_csp=True) as (page, base):
        page.goto(f"{base}/cases/{case}/films")
        page.set_input_files("#film", film)
        page.get_by_role("heading", name="Waiting for its turn").wait_for()
        found["films"] = complaints_of(page)
        page.get_by_role("link", name="Change what it shows").click()
        page.get_by_role("heading", name="What does this film show?").wait_for()
        found["label"] = complaints_of(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        ends = (
            "",
            "?of=bridge_s",
            "?of=step_down",
            "?of=adductor_short",
            "?of=baseline",
            "/changed?was=000000000000",
        )
        for end in ends:
            page.goto(f"{base}/cases/{case}/tests{end}")
            found[end] = complaints_of(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert {where: rows for where, rows in found.items() if rows} == {}


def test_the_camera_of_this_computer_makes_a_film_that_can_be_read(house, case):
    with browsing(house, flags=CAMERA, permissions=["camera"]) as (page, base):
        page.goto(f"{base}/cases/{case}/films")
        page.get_by_role("button", name="Film with this computer's camera").click()
        page.get_by_role("button", name="Start in 5 seconds").click()
        page.get_by_role("button", name="Stop", exact=True).click(timeout=30_000)
        page.get_by_role("button", name="Throw it away").click()
        page.get_by_role("button", name="Start in 5 seconds").click()
        stop = page.get_by_role("button", name="Stop", exact=True)
        stop.wait_for(timeout=30_000)
        time.sleep(2)
        stop.click()
        page.get_by_role("button", name="Use this film").click()
        page.get_by_role("heading", name="Waiting for its turn").wait_for()
    (kept,) = house.store.films(case)
    recording = open_video(house.store.path_of(kept))
    times = [frame.time for frame in recording.frames(0.0)]
    assert len(times) > 5
    assert 1 < times[-1] < 20


def has_network():
    try:
        find_address()
    except InputError:
        return False
    return True


@pytest.mark.skipif(not has_network(), reason="this computer is in no network")
def test_a_film_from_the_phone_appears_by_itself(house, case, film):
    with browsing(house, width=1200) as (page, base):
        page.goto(f"{base}/cases/{case}/films?condition=heels_raised")
        page.get_by_role("button", name="Send from my phone").click()
        page.locator("svg.segno").wait_for()
        address = page.locator(".address").inner_text()
        with httpx2.Client(follow_redirects=True) as phone:
            assert "Send films of Anna" in phone.get(address).text
            at = address.rsplit("/", 1)[0]
            sent = phone.put(f"{at}/?name=a.mp4", content=film.read_bytes(), headers={"X-Kneewise": "film"})
            assert sent.status_code == 201
        page.get_by_role("heading", name="Waiting for its turn").wait_for()
        page.get_by_role("button", name="Close it").click()
        page.get_by_role("button", name="Send from my phone").wait_for()
    assert [one.label.condition for one in house.store.films(case)] == ["heels_raised"]


@pytest.mark.skipif(not has_network(), reason="this computer is in no network")
def test_the_page_on_the_phone_sends_a_film_and_says_so(house, case, film):
    with browsing(house) as (page, base):
        page.goto(f"{base}/cases/{case}/films")
        page.get_by_role("button", name="Send from my phone").click()
        address = page.locator(".address").inner_text()
        phone = page.context.browser.new_context(viewport=PHONE).new_page()
        phone.goto(address)
        phone.set_input_files("#film", film)
        phone.get_by_text("It has arrived").wait_for()
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert len(house.store.films(case)) == 1


def test_a_result_is_told_and_what_it_changed_is_shown(house, case):
    with browsing(house) as (page, base):
        page.goto(f"{base}/cases/{case}/tests?of=bridge_s")
        page.get_by_role("button", name="Start left").click()
        time.sleep(1.3)
        page.get_by_role("button", name="Stop").click()
        assert page.get_by_label("Left, s").input_value() in ("1", "2")
        page.get_by_label("Right, s").fill("30")
        page.get_by_role("button", name="Keep it").click()
        page.get_by_role("heading", name="What that changed").wait_for()
        page.goto(f"{base}/cases/{case}/tests?of=heels_raised")
        pain = page.get_by_role("group", name=re.compile("Worst pain in it"))
        pain.get_by_role("radio", name="2", exact=True).check()
        page.get_by_role("button", name="Keep it").click()
        page.get_by_text("to 2 of 10").wait_for()
    assert house.store.case(case).content["trial"] == [{"condition": "heels_raised", "pain_after": 2.0}]


@pytest.mark.slow
def test_from_the_film_to_what_we_saw(house, case, film):
    with Workshop(house.store.home), browsing(house) as (page, base):
        page.goto(f"{base}/cases/{case}/films")
        page.set_input_files("#film", film)
        page.get_by_role("link", name="See what we saw").click(timeout=500_000)
        page.get_by_role("heading", name="What we saw").wait_for()
        page.locator("[data-viewer][data-ready]").wait_for()
        report = page.get_by_role("link", name="The full report").get_attribute("href")
        shown = page.context.new_page()
        shown.goto(base + report)
        assert "squat" in shown.inner_text("body")
        assert shown.evaluate("window.origin") == "null"
    (kept,) = house.store.films(case)
    assert kept.state is FilmState.MEASURED
    assert not house.store.path_of(kept).exists()
