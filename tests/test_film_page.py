"""The page of a film in a real browser, the sample film measured here: what is drawn lies on what is seen."""

import base64
import json
import time
from contextlib import contextmanager

import cv2
import numpy as np
import pytest
from fastapi import Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from served import AXE, browsing, housed, needs_chromium

from kneewise import Burden, load_estimator
from kneewise.casefile import build_person
from kneewise.conventions import Side
from kneewise.pose.brush import COLOURS
from kneewise.report.page import environment
from kneewise.results import Job, analyse_films
from kneewise.samples import sample_film, sample_person
from kneewise.web.rendering import render

SAMPLE = "squat_side"
SOFTWARE_GL = ("--enable-unsafe-swiftshader",)
NO_GL = """const get = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind.startsWith("webgl") ? null : get.call(this, kind, ...more);
};"""
FRAME = ".scrubber input"
KEYS = (("ArrowRight", 41), ("Shift+ArrowRight", 51), ("ArrowLeft", 50), ("Shift+ArrowLeft", 40))
DESK = {"width": 1280, "height": 900}
THEN_AND_NOW = """{% from "web/changes.html.j2" import then_and_now %}
<!doctype html><html lang="en"><title>t</title>
<link rel="icon" href="/static/pages/icon.svg">
<link rel="stylesheet" href="/static/pages/base.css"><link rel="stylesheet" href="/static/pages/film.css">
<script type="module" src="/static/pages/film.js"></script>
<main><h1>Then and now</h1>{{ then_and_now(told, then, now) }}</main></html>"""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """The sample film as `kneewise analyse` measures it, with the smallest networks."""
    out = tmp_path_factory.mktemp("film") / "out"
    with sample_film(SAMPLE) as film:
        job = Job(
            films=(film,),
            person=build_person(sample_person(SAMPLE)),
            burden=Burden(),
            estimator=load_estimator("lite"),
        )
        analyse_films(job, out)
    return out


@pytest.fixture(scope="module")
def viewer(results):
    return json.loads((results / "viewer.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def desk(results, viewer, tmp_path_factory):
    """The page of the film on a desk, from our own server, opened once; each test leaves it as it may."""

    def page(request: Request) -> Response:
        video = None if "gone" in request.query_params else "/film/film.mp4"
        told = {"film": viewer, "data": "/film/viewer.json", "video": video}
        return render(request, "film.html.j2", told)

    def then_and_now() -> Response:
        take = {"data": "/film/viewer.json", "video": "/film/film.mp4"}
        row = {"label": "knee bend", "side": "left", "then": "100°", "now": "112°", "change": "+12°"}
        told = {"because": None, "rows": [{**row, "real": True}, {**row, "real": False}]}
        takes = {"then": {"name": "3 May", **take}, "now": {"name": "14 June", **take}}
        return HTMLResponse(environment().from_string(THEN_AND_NOW).render(told=told, **takes))

    def file(name: str) -> Response:
        return FileResponse(results / name)

    extra = (("/seen", page), ("/then-and-now", then_and_now), ("/film/{name}", file))
    home = tmp_path_factory.mktemp("seen") / "home"
    with housed(home) as house, browsing(house, extra=extra, flags=SOFTWARE_GL, **DESK) as (page, address):
        yield opened(page, f"{address}/seen")


@contextmanager
def another(desk, path, *, width=360, height=740, before="", **settings):
    """Another page of the same server, on a phone unless said otherwise; may not complain either."""
    viewport = {"width": width, "height": height}
    state = desk.context.storage_state()
    context = desk.context.browser.new_context(viewport=viewport, storage_state=state, **settings)
    context.add_init_script(before)
    page, complaints = context.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.goto(desk.url.replace("/seen", path))
    yield page
    context.close()
    assert complaints == []


def opened(page, address=None):
    """The page, once its script has done what it does at first."""
    if address is not None:
        page.goto(address)
    page.wait_for_selector("[data-ready]")
    return page


def until(page, condition):
    """Waits for it; the browser's own way of waiting is a script that our pages do not allow."""
    patience = time.monotonic() + 30
    while not page.evaluate(condition):
        assert time.monotonic() < patience, condition
        page.wait_for_timeout(20)


def shown(page, frame):
    """Waits until a picture is on the screen, and the figure drawn for it."""
    until(page, f"document.querySelector('.stage canvas').dataset.frame === '{frame}'")


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
def test_one_key_is_one_picture_and_shift_ten(desk, viewer):
    times = np.array(viewer["times"]) - viewer["times"][0]
    last = len(times) - 1
    go_to(desk, 40)
    desk.focus(FRAME)
    for key, frame in (*KEYS, ("End", last), ("Home", 0)):
        desk.keyboard.press(key)
        shown(desk, frame)
        assert desk.input_value(FRAME) == str(frame)
        until = times[frame] + 0.034 if frame == last else times[frame + 1]
        assert times[frame] < clock(desk) < until


@needs_chromium
def test_the_picture_on_the_screen_is_the_one_of_its_time_stamp(desk, viewer):
    times = np.array(viewer["times"]) - viewer["times"][0]
    for frame in (7, 8, 133):
        go_to(desk, frame)
        assert media_time(desk) == pytest.approx(times[frame], abs=1e-3)


def picture_of(page, selector):
    """What is drawn on a canvas, (height, width, red green blue alpha)."""
    data = page.eval_on_selector(selector, "canvas => canvas.toDataURL().split(',')[1]")
    image = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_UNCHANGED)
    return cv2.cvtColor(image, cv2.COLOR_BGRA2RGBA).astype(int)


@needs_chromium
def test_the_drawn_knees_lie_on_the_measured_knees(desk, viewer):
    shape = (len(viewer["times"]), 2, len(viewer["joints"]), 2)
    knees = np.array(viewer["picture"], float).reshape(shape)[:, :, viewer["joints"].index("knee")]
    left, top, right, bottom = viewer["person"]
    for repetition in viewer["repetitions"][:2]:
        frame = int(np.abs(np.array(viewer["times"]) - repetition["bottom"]).argmin())
        go_to(desk, frame)
        box = desk.locator(".seen .stage").bounding_box()
        image = picture_of(desk, ".stage canvas")
        scale = np.array([box["width"] / (right - left), box["height"] / (bottom - top)])
        near = Side[viewer["near"].upper()]  # the other one lies behind it
        x, y = np.floor((knees[frame, near] + 0.5 - (left, top)) * scale).astype(int)
        assert np.abs(image[y, x, :3] - COLOURS[near]).max() < 40


@needs_chromium
def test_the_film_lies_under_the_figure_where_the_picture_has_it(desk, viewer):
    left, top, right, bottom = viewer["person"]
    stage, video = (desk.locator(one).bounding_box() for one in (".seen .stage", ".seen video"))
    scale = stage["width"] / (right - left)
    assert video["width"] == pytest.approx(viewer["width"] * scale, abs=1)
    assert video["height"] == pytest.approx(viewer["height"] * stage["height"] / (bottom - top), abs=1)
    assert video["x"] - stage["x"] == pytest.approx(-left * scale, abs=1)
    assert video["y"] - stage["y"] == pytest.approx(-top * scale, abs=1)


@needs_chromium
def test_the_skeleton_can_be_switched_off(desk):
    go_to(desk, 30)
    assert picture_of(desk, ".stage canvas")[..., 3].any()
    desk.click("text=Skeleton")
    assert not picture_of(desk, ".stage canvas")[..., 3].any()
    assert desk.get_attribute("text=Skeleton", "aria-pressed") == "false"


@needs_chromium
def test_space_plays_and_stops_and_half_speed_is_half_as_fast(desk):
    go_to(desk, 0)
    desk.focus(FRAME)
    desk.click("text=½×")
    assert desk.eval_on_selector("video", "video => video.playbackRate") == 0.5
    desk.focus(FRAME)
    desk.keyboard.press(" ")
    until(desk, "document.querySelector('video').currentTime > 0.3")
    assert desk.get_attribute(".buttons button:nth-child(2)", "aria-label") == "Stop"
    desk.keyboard.press(" ")
    until(desk, "document.querySelector('video').paused")
    assert int(desk.input_value(FRAME)) > 5


@needs_chromium
def test_a_click_on_the_film_plays_it_and_takes_the_keys_along(desk):
    go_to(desk, 20)
    desk.click(".seen .stage")
    until(desk, f"document.querySelector('{FRAME}').value > 22")
    desk.click(".seen .stage")
    until(desk, "document.querySelector('video').paused")
    desk.keyboard.press("Home")
    shown(desk, 0)
    desk.keyboard.press("ArrowRight")
    shown(desk, 1)


@needs_chromium
def test_touching_a_curve_moves_the_film_there(desk, viewer):
    plot = desk.locator("[data-curve=trunk_inclination] .u-over")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    desk.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 20)
    middle = (viewer["times"][0] + viewer["times"][-1]) / 2
    frame = int(np.abs(np.array(viewer["times"]) - middle).argmin())
    until(desk, f"Math.abs(document.querySelector('.stage canvas').dataset.frame - {frame}) <= 1")
    desk.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 20)
    desk.mouse.down()
    desk.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 20, steps=4)
    desk.mouse.up()
    until(desk, f"Math.abs(document.querySelector('.stage canvas').dataset.frame - {frame // 2}) <= 2")


@needs_chromium
def test_the_film_moves_the_curves_and_their_numbers(desk, viewer):
    knee = next(one for one in viewer["curves"] if one["id"] == "knee_flexion")["courses"][0]["value"]
    places = []
    for frame in (20, 60):
        go_to(desk, frame)
        assert f"left {knee[frame]:.0f}°" in desk.inner_text("[data-curve=knee_flexion] .now")
        places.append(desk.locator("[data-curve=knee_flexion] .cursor").bounding_box()["x"])
    width = desk.locator("[data-curve=knee_flexion] .u-over").bounding_box()["width"]
    times = viewer["times"]
    share = (times[60] - times[20]) / (times[-1] - times[0])
    assert places[1] - places[0] == pytest.approx(share * width, abs=2)


@needs_chromium
def test_the_scripts_of_the_page_are_small_without_the_figure_in_space(desk):
    sizes = []
    desk.on("response", lambda got: sizes.append(len(got.body())) if got.url.endswith(".js") else None)
    opened(desk, desk.url)
    assert 0 < sum(sizes) < 300_000


@needs_chromium
def test_the_figure_in_space_opens_and_turns_and_comes_only_when_it_is_asked_for(desk):
    asked = []
    desk.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
    opened(desk, desk.url)
    assert "film.js" in asked
    assert "shared-solid.js" not in asked
    desk.click("text=Turn the figure in space")
    desk.wait_for_selector(".space canvas[data-frame]")
    assert "shared-solid.js" in asked
    before = desk.locator(".space canvas").screenshot()
    desk.focus(".space .box")
    frame = desk.input_value(FRAME)
    for _ in range(3):
        desk.keyboard.press("ArrowRight")
    assert desk.input_value(FRAME) == frame
    assert "seen from the left" in desk.get_attribute(".space .box", "aria-label")
    assert desk.locator(".space canvas").screenshot() != before


@needs_chromium
def test_without_webgl_the_figure_is_drawn_in_lines_and_turns_too(desk):
    with another(desk, "/seen", before=NO_GL) as page:
        opened(page).click("text=Turn the figure in space")
        page.wait_for_selector(".space .lines line", state="attached")
        before = page.inner_html(".space .lines")
        page.focus(".space .box")
        page.keyboard.press("ArrowLeft")
        assert page.inner_html(".space .lines") != before


@needs_chromium
def test_repetitions_meet_at_their_lowest_points(desk, viewer):
    desk.locator("[data-repetitions]").scroll_into_view_if_needed()
    wanted = [viewer["repetitions"][i]["bottom"] for i in (0, -1)]
    for place, moment in enumerate(wanted):
        frame = int(np.abs(np.array(viewer["times"]) - moment).argmin())
        canvas = f"document.querySelectorAll('.pane canvas')[{place}]"
        until(desk, f"Math.abs({canvas}.dataset.frame - {frame}) <= 1")
    desk.click(".two >> text=End")
    end = int(np.abs(np.array(viewer["times"]) - viewer["repetitions"][0]["end"]).argmin())
    until(desk, f"Math.abs(document.querySelector('.pane canvas').dataset.frame - {end}) <= 1")


@needs_chromium
def test_without_the_film_the_figure_moves_alone(desk):
    with another(desk, "/seen?gone") as page:
        opened(page)
        assert page.locator("video, .toggle").count() == 0
        go_to(page, 50)
        assert picture_of(page, ".stage canvas")[..., 3].any()
        page.click("[aria-label=Play]")
        until(page, f"document.querySelector('{FRAME}').value > 60")


@needs_chromium
def test_then_and_now_show_both_films_and_what_is_real(desk):
    with another(desk, "/then-and-now") as page:
        opened(page)
        assert page.locator(".pane video").count() == 2
        assert "14 June" in page.inner_text(".panes")
        rows = page.locator(".changes tbody tr").all_inner_texts()
        assert "real" in rows[0]
        assert "within error" in rows[1]


@needs_chromium
@pytest.mark.parametrize("path", ["/seen", "/then-and-now"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_for_everybody_and_fits_a_phone(desk, path, scheme):
    with another(desk, path, color_scheme=scheme, bypass_csp=True) as page:
        opened(page)
        for summary in page.locator("main summary").all():
            summary.click()
        page.add_script_tag(path=AXE)
        found = page.evaluate("axe.run().then(found => found.violations)")
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


@needs_chromium
def test_without_scripts_the_film_plays_and_everything_is_said(desk, viewer):
    with another(desk, "/seen", java_script_enabled=False) as page:
        assert page.locator("video[controls]").count() == 1
        words = page.inner_text("main")
        assert all(finding["statement"] in words for finding in viewer["told"]["findings"])
        assert viewer["told"]["story"][0] in words
