"""Feet and shoes in a real browser: photos chosen, points moved in every way, pages for everybody."""

import json
from pathlib import Path

import pytest
from served import browsing, needs_chromium

from kneewise.synthetic.foot_scene import draw_photo, encode_photo

AXE = Path(__file__).parents[1] / "web/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LONG = 120_000
"""Measuring takes seconds, on a busy computer many. [ms]"""

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    place = tmp_path_factory.mktemp("photos")
    for name, seed in (("foot", 900_001), ("insole", 902_004)):
        (place / f"{name}.jpg").write_bytes(encode_photo(draw_photo(seed, role=name)))
    return place


def complaints_of(page):
    page.add_script_tag(path=AXE)
    told = page.evaluate("(rules) => axe.run({runOnly: rules})", RULES)
    return [(one["id"], one["nodes"][0]["html"][:160]) for one in told["violations"]]


def choose(page, base, case, photos, name):
    page.goto(f"{base}/cases/{case}/feet/photos?of=left-{name}")
    page.get_by_role("radio", name="A4").check()
    page.set_input_files("#photo", photos / f"{name}.jpg")
    page.get_by_role("button", name="Measure it").click()
    page.get_by_role("heading", name="Is it right?").wait_for(timeout=LONG)


def moved(page):
    return json.loads(page.locator("#again [name=corrected]").input_value())


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1200, "dark")])
def test_everybody_can_read_and_use_the_check(house, case, photos, width, scheme):
    found, wide = {}, []

    def look(name):
        found[name] = complaints_of(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(name)

    with browsing(house, width=width, color_scheme=scheme, bypass_csp=True) as (page, base):
        for end in ("", "/photos", "/photos?of=left-insole", "/on-shoe", "/standing", "/shoe"):
            page.goto(f"{base}/cases/{case}/feet{end}")
            look(end)
        for name in ("foot", "insole"):
            choose(page, base, case, photos, name)
        look("photo")
        page.get_by_text("A line is off?").click()
        page.locator(".handle").first.wait_for()
        look("moving")
        page.get_by_role("link", name="Yes, go on").click()
        look("verdict")
        page.get_by_role("button", name="Keep this result").click()
        page.get_by_text("Too short.").wait_for()
        look("kept")
    assert {where: rows for where, rows in found.items() if rows} == {}
    assert wide == []
    assert house.store.case(case).content["test"] == [{"id": "shoe_fit", "value": "short"}]


def test_a_point_is_moved_by_mouse_by_keys_and_by_buttons_and_then_measured(house, case, photos):
    with browsing(house, width=1200, height=1000) as (page, base):
        choose(page, base, case, photos, "foot")
        before = page.locator(".sizes").inner_text()
        assert page.locator(".handle").first.is_hidden()
        page.get_by_text("A line is off?").click()
        found = json.loads(page.locator("#data").text_content())

        point = page.get_by_role("button", name="point 6 of 24 round the foot")
        box = point.locator(".dot").bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + 6, box["y"] + 6, steps=3)
        assert page.locator(".loupe").is_visible()
        page.mouse.up()
        assert page.locator(".loupe").is_hidden()
        dragged = moved(page)
        assert dragged["corners"] is None
        assert dragged["outline"][20] != found["outline"][20]
        assert dragged["outline"][60] == found["outline"][60]

        assert point.evaluate("(one) => one === document.activeElement")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowDown")
        keyed = moved(page)["outline"][20]
        right, down = (keyed[k] - dragged["outline"][20][k] for k in (0, 1))
        assert right > 0
        assert down == pytest.approx(10 * right, abs=0.3)
        page.keyboard.press("PageDown")
        following = page.get_by_role("button", name="point 7 of 24 round the foot")
        assert following.evaluate("(one) => one === document.activeElement")

        page.get_by_role("button", name="The next point").click()
        page.get_by_role("button", name="Move it up").click()
        assert moved(page)["outline"][28][1] < dragged["outline"][28][1]

        assert page.get_by_role("link", name="Yes, go on").is_hidden()
        page.get_by_role("button", name="Measure again").click()
        page.get_by_text("With outline as you set it").wait_for(timeout=LONG)
        assert page.locator(".sizes").inner_text() != before
        assert page.get_by_role("link", name="Yes, go on").is_visible()


def test_a_finger_drags_a_corner_and_four_that_are_no_sheet_are_not_sent(house, case, photos):
    with browsing(house, width=360, has_touch=True) as (page, base):
        choose(page, base, case, photos, "insole")
        page.get_by_text("A line is off?").click()
        corner = page.get_by_role("button", name="top left corner of the sheet")
        opposite = page.get_by_role("button", name="bottom right corner of the sheet")
        finger = {"pointerType": "touch", "pointerId": 1, "isPrimary": True, "bubbles": True}
        corner.evaluate(
            """(corner, [opposite, finger]) => {
              const photo = document.querySelector("#found");
              photo.setPointerCapture = () => {};
              corner.scrollIntoView({block: "center", behavior: "instant"});
              const placeOf = (one) => one.querySelector(".dot").getBoundingClientRect();
              const [from, to] = [placeOf(corner), placeOf(opposite)];
              const point = document.elementFromPoint(from.x + 9, from.y + 9);
              for (const [type, place] of [["pointerdown", from], ["pointermove", to], ["pointerup", to]])
                (type === "pointerdown" ? point : photo).dispatchEvent(
                  new PointerEvent(type, {...finger, clientX: place.x + 19, clientY: place.y + 19}));
            }""",
            [opposite.element_handle(), finger],
        )
        page.get_by_text("These are no four corners of a sheet").wait_for()
        assert page.get_by_role("button", name="Measure again").is_hidden()


def test_the_pages_are_complete_without_scripts(house, case, photos):
    with browsing(house, java_script_enabled=False) as (page, base):
        choose(page, base, case, photos, "foot")
        assert page.locator("#found .outline").is_visible()
        assert page.get_by_text("A line is off?").is_hidden()
        page.get_by_role("button", name="Throw it away").click()
        page.get_by_role("heading", name="Left foot, bare").wait_for()
        page.goto(f"{base}/cases/{case}/feet/standing")
        for side in ("Left", "Right"):
            for group in page.get_by_role("group", name=f"{side} foot").all():
                group.get_by_role("radio", name="+1").check(force=True)
        page.get_by_role("button", name="Keep it").click()
        page.get_by_text("foot posture photo score +5").first.wait_for()
        page.get_by_role("button", name="Take it back").click()
    assert house.store.case(case).content["test"] == []
