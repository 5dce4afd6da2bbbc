"""The page of a film in a real browser, the sample film measured here: what is drawn lies on what is seen."""

import base64
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from fastapi import Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from served import browsing, housed, needs_chromium

from kneewise import Burden, load_estimator
from kneewise.casefile import build_person
from kneewise.conventions import Side
from kneewise.pose.brush import COLOURS
from kneewise.report.page import environment
from kneewise.results import Job, analyse_films
from kneewise.samples import sample_film, sample_person
from kneewise.web.rendering import render

SOFTWARE_GL, NO_GL = ("--enable-unsafe-swiftshader",), ("--disable-3d-apis",)
FRAME = ".scrubber input"
AXE = Path(__file__).parents[1] / "web/node_modules/axe-core/axe.min.js"
KEYS = (
    ("ArrowRight", 41),
    ("ArrowRight", 42),
    ("Shift+ArrowRight", 52),
    ("ArrowLeft", 51),
    ("Shift+ArrowLeft", 41),
)
DESK = {"width": 1280, "height": 900}
THEN_AND_NOW = """{% from "web/changes.html.j2" import then_and_now %}
<!doctype html><html lang="en"><title>t</title>
<link rel="stylesheet" href="/static/pages/base.css"><link rel="stylesheet" href="/static/pages/film.css">
<script type="module" src="/static/pages/film.js"></script>
<main><h1>Then and now</h1>{{ then_and_now(told, then, now) }}</main></html>"""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """The sample film as `kneewise analyse` measures it, with the smallest networks."""
    out = tmp_path_factory.mktemp("film") / "out"
    with sample_film() as film:
        job = Job(
            films=(film,),
            person=build_person(sample_person()),
            burden=Burden(),
            estimator=load_estimator("lite"),
        )
        analyse_films(job, out)
    return out


@pytest.fixture(scope="module")
def viewer(results):
    return json.loads((results / "viewer.json").read_text(encoding="utf-8"))


@pytest.fixture
def open_page(results, viewer, tmp_path):
    """Opens the page of the film, as our own server would send it."""
    with housed(tmp_path / "home") as house:

        def page(request: Request) -> Response:
            video = None if "gone" in request.query_params else "/film/film.mp4"
            return render(
                request, "film.html.j2", {"film": viewer, "data": "/film/viewer.json", "video": video}
            )

        def then_and_now() -> Response:
            take = {"data": "/film/viewer.json", "video": "/film/film.mp4"}
            row = {"label": "knee bend", "side": "left", "then": "100°", "now": "112°", "change": "+12°"}
            told = {"because": None, "rows": [{**row, "real": True}, {**row, "real": False}]}
            takes = {"then": {"name": "3 May", **take}, "now": {"name": "14 June", **take}}
            return HTMLResponse(environment().from_string(THEN_AND_NOW).render(told=told, **takes))

        def file(name: str) -> Response:
            return FileResponse(results / name)

        extra = (("/seen", page), ("/then-and-now", then_and_now), ("/film/{name}", file))

        def open_one(**settings):
            return browsing(house, extra=extra, **settings)

        yield open_one


def opened(page, address, path="/seen"):
    page.goto(f"{address}{path}")
    page.wait_for_selector("[data-ready]")
    return page


def shown(page, frame):
    """Waits until a picture is on the screen, and the figure drawn for it."""
    page.wait_for_function(f"document.querySelector('.stage canvas').dataset.frame === '{frame}'")


def go_to(page, frame):
    page.eval_on_selector(FRAME, f"e => {{ e.value = {frame}; e.dispatchEvent(new Event('input')); }}")
    shown(page, frame)


def clock(page):
    return page.eval_on_selector("video", "video => video.currentTime")


def media_time(page):
    """Time stamp of the picture that is on the screen now. [s]"""
    return page.eval_on_selector(
        "video",
        """video => new Promise((resolve) => {
            video.requestVideoFrameCallback((_now, frame) => resolve(frame.mediaTime));
            video.currentTime = video.currentTime + 1e-4;
        })""",
    )


@needs_chromium
def test_one_key_is_one_picture_and_shift_ten(open_page, viewer):
    times = np.array(viewer["times"]) - viewer["times"][0]
    last = len(times) - 1
    with open_page(**DESK) as (page, address):
        opened(page, address)
        go_to(page, 40)
        page.focus(FRAME)
        for key, frame in (*KEYS, ("End", last), ("Home", 0)):
            page.keyboard.press(key)
            shown(page, frame)
            assert page.input_value(FRAME) == str(frame)
            until = times[frame] + 0.034 if frame == last else times[frame + 1]
            assert times[frame] < clock(page) < until


@needs_chromium
def test_the_picture_on_the_screen_is_the_one_of_its_time_stamp(open_page, viewer):
    times = np.array(viewer["times"]) - viewer["times"][0]
    with open_page() as (page, address):
        opened(page, address)
        for frame in (7, 8, 133):
            go_to(page, frame)
            assert media_time(page) == pytest.approx(times[frame], abs=1e-3)


def picture_of(page, selector):
    """What is drawn on a canvas, (height, width, red green blue alpha)."""
    data = page.eval_on_selector(selector, "canvas => canvas.toDataURL().split(',')[1]")
    image = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_UNCHANGED)
    return cv2.cvtColor(image, cv2.COLOR_BGRA2RGBA).astype(int)


@needs_chromium
def test_the_drawn_knees_lie_on_the_measured_knees(open_page, viewer):
    shape = (len(viewer["times"]), 2, len(viewer["joints"]), 2)
    knees = np.array(viewer["picture"], float).reshape(shape)[:, :, viewer["joints"].index("knee")]
    left, top, right, bottom = viewer["person"]
    with open_page(**DESK) as (page, address):
        opened(page, address)
        for repetition in viewer["repetitions"][:2]:
            frame = int(np.abs(np.array(viewer["times"]) - repetition["bottom"]).argmin())
            go_to(page, frame)
            box = page.locator(".stage").bounding_box()
            image = picture_of(page, ".stage canvas")
            scale = np.array([box["width"] / (right - left), box["height"] / (bottom - top)])
            for side in Side:
                x, y = np.floor((knees[frame, side] + 0.5 - (left, top)) * scale).astype(int)
                assert np.abs(image[y, x, :3] - COLOURS[side]).max() < 40


@needs_chromium
def test_the_film_lies_under_the_figure_where_the_picture_has_it(open_page, viewer):
    left, top, right, bottom = viewer["person"]
    with open_page() as (page, address):
        opened(page, address)
        stage, video = (page.locator(one).bounding_box() for one in (".stage", ".stage video"))
    scale = stage["width"] / (right - left)
    assert video["width"] == pytest.approx(viewer["width"] * scale, abs=1)
    assert video["height"] == pytest.approx(viewer["height"] * stage["height"] / (bottom - top), abs=1)
    assert video["x"] - stage["x"] == pytest.approx(-left * scale, abs=1)
    assert video["y"] - stage["y"] == pytest.approx(-top * scale, abs=1)


@needs_chromium
def test_the_skeleton_can_be_switched_off(open_page):
    with open_page() as (page, address):
        opened(page, address)
        go_to(page, 30)
        assert picture_of(page, ".stage canvas")[..., 3].any()
        page.click("text=Skeleton")
        assert not picture_of(page, ".stage canvas")[..., 3].any()
        assert page.get_attribute("text=Skeleton", "aria-pressed") == "false"


@needs_chromium
def test_space_plays_and_stops_and_half_speed_is_half_as_fast(open_page):
    with open_page() as (page, address):
        opened(page, address)
        page.focus(FRAME)
        page.click("[aria-label='Speed 0.5']")
        assert page.eval_on_selector("video", "video => video.playbackRate") == 0.5
        page.focus(FRAME)
        page.keyboard.press(" ")
        page.wait_for_function("document.querySelector('video').currentTime > 0.3")
        assert page.get_attribute(".buttons button:nth-child(2)", "aria-label") == "Stop"
        page.keyboard.press(" ")
        page.wait_for_function("document.querySelector('video').paused")
        assert int(page.input_value(FRAME)) > 5


@needs_chromium
def test_touching_a_curve_moves_the_film_there(open_page, viewer):
    with open_page(**DESK) as (page, address):
        opened(page, address)
        plot = page.locator("[data-curve=trunk_inclination] .u-over")
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 20)
        middle = (viewer["times"][0] + viewer["times"][-1]) / 2
        frame = int(np.abs(np.array(viewer["times"]) - middle).argmin())
        page.wait_for_function(
            f"Math.abs(document.querySelector('.stage canvas').dataset.frame - {frame}) <= 1"
        )
        page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 20)
        page.mouse.down()
        page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 20, steps=4)
        page.mouse.up()
        page.wait_for_function(
            f"Math.abs(document.querySelector('.stage canvas').dataset.frame - {frame // 2}) <= 2"
        )


@needs_chromium
def test_the_film_moves_the_curves_and_their_numbers(open_page, viewer):
    knee = next(one for one in viewer["curves"] if one["id"] == "knee_flexion")["courses"][0]["value"]
    with open_page(**DESK) as (page, address):
        opened(page, address)
        places = []
        for frame in (20, 60):
            go_to(page, frame)
            assert f"left {knee[frame]:.0f}°" in page.inner_text("[data-curve=knee_flexion] .now")
            places.append(page.locator("[data-curve=knee_flexion] .cursor").bounding_box()["x"])
        width = page.locator("[data-curve=knee_flexion] .u-over").bounding_box()["width"]
        times = viewer["times"]
        share = (times[60] - times[20]) / (times[-1] - times[0])
        assert places[1] - places[0] == pytest.approx(share * width, abs=2)


@needs_chromium
def test_the_figure_in_space_opens_turns_and_comes_only_when_it_is_asked_for(open_page):
    with open_page(**DESK, flags=SOFTWARE_GL) as (page, address):
        asked = []
        page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
        opened(page, address)
        assert "shared-solid.js" not in asked
        page.click("text=Turn the figure in space")
        page.wait_for_selector(".space canvas[data-frame]")
        assert "shared-solid.js" in asked
        before = page.locator(".space canvas").screenshot()
        page.focus(".space .box")
        frame = page.input_value(FRAME)
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        assert page.input_value(FRAME) == frame
        assert "seen from the left" in page.get_attribute(".space .box", "aria-label")
        assert page.locator(".space canvas").screenshot() != before


@needs_chromium
def test_without_webgl_the_figure_is_drawn_in_lines_and_turns_too(open_page):
    with open_page(flags=NO_GL) as (page, address):
        opened(page, address)
        page.click("text=Turn the figure in space")
        page.wait_for_selector(".space .lines line")
        before = page.inner_html(".space .lines")
        page.focus(".space .box")
        page.keyboard.press("ArrowLeft")
        assert page.inner_html(".space .lines") != before


@needs_chromium
def test_repetitions_meet_at_their_lowest_points(open_page, viewer):
    with open_page(**DESK) as (page, address):
        opened(page, address)
        page.locator("[data-repetitions]").scroll_into_view_if_needed()
        wanted = [viewer["repetitions"][i]["bottom"] for i in (0, -1)]
        for place, time in enumerate(wanted):
            frame = int(np.abs(np.array(viewer["times"]) - time).argmin())
            canvas = f"document.querySelectorAll('.pane canvas')[{place}]"
            page.wait_for_function(f"Math.abs({canvas}.dataset.frame - {frame}) <= 1")
        page.click(".two >> text=End")
        end = int(np.abs(np.array(viewer["times"]) - viewer["repetitions"][0]["end"]).argmin())
        page.wait_for_function(f"Math.abs(document.querySelector('.pane canvas').dataset.frame - {end}) <= 1")


@needs_chromium
def test_without_the_film_the_figure_moves_alone(open_page):
    with open_page() as (page, address):
        opened(page, address, "/seen?gone")
        assert page.locator("video").count() == 0
        go_to(page, 50)
        assert picture_of(page, ".stage canvas")[..., 3].any()
        page.click("[aria-label=Play]")
        page.wait_for_function(f"document.querySelector('{FRAME}').value > 60")


@needs_chromium
def test_then_and_now_show_both_films_and_what_is_real(open_page):
    with open_page() as (page, address):
        opened(page, address, "/then-and-now")
        assert page.locator(".pane video").count() == 2
        assert "14 June" in page.inner_text(".panes")
        rows = page.locator(".changes tbody tr").all_inner_texts()
        assert "real" in rows[0]
        assert "within error" in rows[1]


@needs_chromium
@pytest.mark.parametrize("path", ["/seen", "/then-and-now"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_for_everybody_and_fits_a_phone(open_page, path, scheme):
    with open_page(color_scheme=scheme, bypass_csp=True) as (page, address):
        opened(page, address, path)
        for summary in page.locator("main summary").all():
            summary.click()
        page.add_script_tag(path=str(AXE))
        found = page.evaluate("axe.run().then(found => found.violations)")
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


@needs_chromium
def test_without_scripts_the_film_plays_and_everything_is_said(open_page, viewer):
    with open_page(java_script_enabled=False) as (page, address):
        page.goto(f"{address}/seen")
        assert page.locator("video[controls]").count() == 1
        words = page.inner_text("main")
        assert all(finding["statement"] in words for finding in viewer["told"]["findings"])
        assert viewer["told"]["story"][0] in words
