"""The pages in a real browser: reached by keyboard and finger, legible to everybody, without a network."""

import pytest
from playwright.sync_api import expect
from served import NOON, browsing, complaints_about, hard_to_touch, needs_chromium
from told import NOTHING

pytestmark = needs_chromium


def cases_of(house):
    """Somebody new, somebody who answered, and somebody whom a clinician should see, soon or now."""
    stories = {"new": {}, "answered": NOTHING, "seen": NOTHING | {"knee_skin": ["hot"]}}
    stories["urgent"] = NOTHING | {"emergency_leg": ["cannot_4_steps"]}
    return {
        name: house.store.add_case(name.capitalize(), NOON, {"version": 1, "answers": answers}).id
        for name, answers in stories.items()
    }


def addresses(house):
    """Every page that a person can come to, in each of the cases where it differs."""
    cases = cases_of(house)
    ends = ("", "/questions", "/answers", "/referral", "/why", "/checkin")
    kinds = ("painful_side", "emergency_body", "age", "squat_pain", "knee_sets_8_weeks")
    yield "/"
    yield from (f"/cases/{case}{end}" for case in cases.values() for end in ends)
    yield from (f"/cases/{cases['new']}/questions?of={kind}" for kind in kinds)
    yield f"/cases/{cases['answered']}/questions?of=height_cm"


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1200, "dark")])
def test_everybody_can_read_and_use_every_page(house, width, scheme):
    assert complaints_about(house, addresses(house), width, scheme) == {}


def test_no_page_is_wider_than_a_phone_and_all_that_is_touched_is_large_enough(house):
    assert hard_to_touch(house, addresses(house)) == {}


def test_a_person_gets_from_the_first_page_to_the_first_answers_by_keyboard_alone(house):
    with browsing(house) as (page, _):
        page.get_by_label("Name").focus()
        page.keyboard.type("Anna")
        page.keyboard.press("Enter")
        page.wait_for_url("**/questions")
        page.get_by_label("How old are you?").focus()
        page.keyboard.type("30")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Is any of this")
        page.get_by_role("button", name="None of these").focus()
        page.keyboard.press("Space")
        expect(page.locator(".kicker")).to_contain_text("2 answered")
    (kept,) = house.store.cases()
    assert kept.content["answers"] == {"age": 30, "emergency_leg": ["none"]}


def test_the_browsers_back_leads_to_the_question_before_and_it_can_be_answered_anew(house):
    with browsing(house) as (page, base):
        case = cases_of(house)["new"]
        page.goto(f"{base}/cases/{case}/questions")
        page.get_by_label("How old are you?").fill("30")
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Is any of this")
        page.goto(f"{base}/cases/{case}/answers")
        page.locator("a[href$='?of=age']").click()
        assert page.get_by_label("How old are you?").input_value() == "30"
        page.get_by_label("How old are you?").fill("31")
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Is any of this")
    assert house.store.case(case).content["answers"]["age"] == 31


def test_the_first_load_is_light(house):
    sizes = {}
    with browsing(house) as (page, base):
        page.on("response", lambda answer: sizes.update({answer.url: len(answer.body())}))
        page.goto(f"{base}/cases/{cases_of(house)['answered']}")
        page.wait_for_load_state("networkidle")
    assert sum(size for url, size in sizes.items() if url.endswith(".js")) < 300_000
