"""Plan, diary and sliders in a real browser: ticked off, timed, told in a minute, dragged."""

import re

import pytest
from served import browsing, complaints_about, hard_to_touch, needs_chromium
from trained import ANSWERS, DAY, TODAY, added, filmed, write

pytestmark = needs_chromium

PAGES = ("plan", "diary", "progress", "whatif?wait=1", "keep", "erase")
widths = pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1200, "dark")])


def training(house):
    """Somebody in the second week, with two films and a red session."""
    case = added(house, start=TODAY - 7 * DAY)
    for ago in range(7, 0, -1):
        write(house, case, ago, ago, ago // 2, *(("squat",) if ago % 2 else ()))
    filmed(house, case, 0.8, ago=6)
    filmed(house, case, 0.9, ago=1)
    return case


def cases_of(house):
    """Somebody who trains, who has not begun, whose plan waits, and whom a clinician should see."""
    waiting = {name: one for name, one in ANSWERS.items() if name != "medicines"}
    return (
        training(house),
        added(house, "Berta"),
        added(house, "Carla", answers=waiting),
        added(house, "Dora", answers={**ANSWERS, "straight_leg": "no"}),
    )


def addresses(cases):
    return [f"/cases/{case}/{path}" for case in cases for path in PAGES]


@widths
def test_everybody_can_read_and_use_the_pages_of_training(house, width, scheme):
    assert complaints_about(house, addresses(cases_of(house)), width, scheme) == {}


def test_no_page_of_training_is_wider_than_a_phone_and_all_that_is_touched_is_large_enough(house):
    assert hard_to_touch(house, addresses(cases_of(house)[:2])) == {}


@widths
def test_an_exercise_is_ticked_off_without_a_new_page_and_stays_so(house, width, scheme):
    case = added(house, start=TODAY)
    with browsing(house, width=width, color_scheme=scheme) as (page, base):
        page.goto(f"{base}/cases/{case}/plan")
        page.evaluate("window.same = true")
        page.locator(".tick button").first.click()
        page.wait_for_selector(".tick button[aria-pressed=true]")
        assert page.evaluate("window.same")
        assert "1 of" in page.locator(".when").inner_text()
        page.reload()
        assert page.locator(".tick button[aria-pressed=true]").count() == 1


def test_sets_are_counted_and_the_last_one_ticks_the_exercise_off(house):
    case = added(house, start=TODAY)
    with browsing(house) as (page, base):
        page.goto(f"{base}/cases/{case}/plan")
        card = page.locator("li.exercise", has=page.locator("[data-player][data-hold='0']")).first
        name = card.get_attribute("id")
        player = card.locator(".player")
        sets = int(player.get_attribute("data-sets")) * int(player.get_attribute("data-sides"))
        for done in range(1, sets):
            player.locator("button").click()
            assert player.locator(".dots").inner_text().count("●") == done
        assert player.locator(".clock").inner_text().startswith("0:0")
        player.locator("button").click()
        page.wait_for_selector(f"#{name} .tick button[aria-pressed=true]")
        assert "All sets done" in page.locator(f"#{name} .label").inner_text()


def test_a_hold_runs_down_by_itself_and_a_rest_runs_up(house):
    case = added(house, start=TODAY)
    with browsing(house) as (page, base):
        page.clock.install()
        page.goto(f"{base}/cases/{case}/plan")
        player = page.locator("[data-player]:not([data-hold='0'])").first
        seconds = int(player.get_attribute("data-hold"))
        player.locator("button").click()
        page.clock.run_for(1000 * seconds - 3000)
        assert re.fullmatch(r"0:0[34]", player.locator(".clock").inner_text())
        page.clock.run_for(9000)
        reps = int(player.get_attribute("data-reps"))
        assert player.get_attribute("data-doing") in (("rest", "done") if reps == 1 else ("hold", "pause"))


@widths
def test_a_day_is_told_by_a_few_presses_and_the_plan_answers(house, width, scheme):
    case = added(house, start=TODAY - 3 * DAY)
    write(house, case, 1, 2, None, "squat")
    with browsing(house, width=width, color_scheme=scheme) as (page, base):
        page.goto(f"{base}/cases/{case}/diary")
        page.locator("#pain_after-1").click()
        page.locator("#answer", has_text="one step on").wait_for()
        page.locator("#worst_pain-3").click()
        page.wait_for_selector("#worst_pain-3[aria-pressed=true]")
        assert page.evaluate("document.activeElement.id") == "worst_pain-3"
        page.locator("#function-8").click()
        page.wait_for_selector("#function-8[aria-pressed=true]")
        page.locator("[id^=done-]").first.click()
        page.wait_for_selector("[id^=done-][aria-pressed=true]")
    today, yesterday = house.store.entries(case)
    assert (today.worst_pain, today.function, yesterday.pain_after) == (3, 8, 1)
    assert any(today.adherence.values())


def test_the_diary_and_the_ticks_work_without_scripts(house):
    case = added(house, start=TODAY)
    with browsing(house, java_script_enabled=False) as (page, base):
        page.goto(f"{base}/cases/{case}/diary")
        page.locator("#worst_pain-3").click()
        page.goto(f"{base}/cases/{case}/plan")
        page.locator(".tick button").first.click()
    (today,) = house.store.entries(case)
    assert today.worst_pain == 3
    assert any(today.adherence.values())


@widths
def test_the_loads_follow_while_a_slider_is_dragged(house, width, scheme):
    case = added(house)
    filmed(house, case)
    with browsing(house, width=width, color_scheme=scheme) as (page, base):
        page.goto(f"{base}/cases/{case}/whatif")
        slider = page.get_by_label("Trunk")
        slider.wait_for(timeout=60_000)
        words = page.locator(".sliders output").nth(2)
        before = words.inner_text(), page.locator(".try .limb:not(.ghost)").get_attribute("d")
        slider.focus()
        for _ in range(8):
            page.keyboard.press("ArrowRight")
        after = words.inner_text(), page.locator(".try .limb:not(.ghost)").get_attribute("d")
        assert before[0] != after[0]
        assert before[1] != after[1]
        page.get_by_role("button", name="Back to today").click()
        assert words.inner_text() == before[0]
        assert page.locator("svg.change").count() > 3
        assert page.get_by_text("Which squat works which muscles").is_visible()


def test_pictures_move_unless_less_motion_is_asked_for(house):
    case = added(house, start=TODAY)
    shown = {}
    for motion in ("no-preference", "reduce"):
        with browsing(house, reduced_motion=motion) as (page, base):
            page.goto(f"{base}/cases/{case}/plan")
            shown[motion] = page.locator("g.moving").first.is_visible()
            if motion == "no-preference":
                page.get_by_label("Hold the pictures still").check()
                shown["still"] = page.locator("g.moving").first.is_visible()
    assert shown == {"no-preference": True, "reduce": False, "still": False}
