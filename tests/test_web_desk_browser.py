"""The way of a coach in a real browser: add clients, write down consents, film a group, print."""

import re

import pytest
from served import NOON, browsing, complaints_about, hard_to_touch, needs_chromium
from test_web_desk import agree, group_of
from test_web_films_browser import has_network
from told import NOTHING
from trained import ANSWERS, DAY, TODAY, added, filmed, write

from kneewise.samples import sample_film
from kneewise.store import FilmState, Purpose

pytestmark = needs_chromium

widths = pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1200, "dark")])


def addresses(house):
    """Every page of the desk, of somebody who trains, of a referral, and of a group of three."""
    case = added(house, start=TODAY - 7 * DAY)
    for ago in range(7, 0, -1):
        write(house, case, ago, ago, ago // 2, *(("squat",) if ago % 2 else ()))
    filmed(house, case)
    agree(house, case)
    note = house.store.write_note(case, "first", NOON)
    house.store.write_note(case, "second", NOON, note)
    other = added(house, "Ben")
    filmed(house, other, 0.9)
    refers = added(house, "Dora", answers={**ANSWERS, "straight_leg": "no"})
    new = house.store.add_case("Eva", NOON, {"version": 1}).id
    group = group_of(house, case, refers, new)
    of_case = [f"/cases/{one}/desk{end}" for one in (case, refers) for end in ("", "/lifts", "/consents")]
    of_group = [f"/desk/groups/{group}{end}" for end in ("", "/overview", f"/who/{new}/signs")]
    compared = f"/desk/compare?who={case}&who={other}"
    return ["/desk", "/desk?name=nobody", "/desk/groups", "/desk/practice", compared, *of_case, *of_group]


@widths
def test_everybody_can_read_and_use_the_desk(house, width, scheme):
    assert complaints_about(house, addresses(house), width, scheme) == {}


def test_no_page_of_the_desk_is_wider_than_a_phone_and_all_that_is_touched_is_large_enough(house):
    assert hard_to_touch(house, addresses(house)) == {}


@pytest.mark.parametrize("width", [768, 1200])
def test_a_long_name_pushes_nothing_off_the_overview(house, width):
    """What needs attention stands in the last column."""
    long = added(house, "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswesse")
    group = group_of(house, long, added(house, "Ben"))
    with browsing(house, width=width) as (page, base):
        page.goto(f"{base}/desk/groups/{group}/overview")
        assert page.locator(".scroll").evaluate("(one) => one.scrollWidth - one.clientWidth") <= 0


def test_a_long_list_to_compare_is_made_short_and_keeps_who_was_chosen(house):
    for number in range(20):
        added(house, f"Client {number:02d}")
    with browsing(house) as (page, base):
        page.goto(f"{base}/desk/compare")
        page.get_by_label("Client 03").check()
        page.get_by_label("Only those called").fill("client 1")
        names = page.locator("#whom label:visible").all_inner_texts()
        assert [name.strip() for name in names] == [
            "Client 01",
            "Client 03",
            *(f"Client {i}" for i in range(10, 20)),
        ]
        page.get_by_label("Client 11").check()
        page.get_by_role("button", name="Show them").click()
        assert page.url.count("who=") == 2


def test_a_coach_adds_clients_writes_a_consent_down_and_finds_them_again(house):
    with browsing(house) as (page, base):
        page.goto(f"{base}/desk")
        for name in ("Anna Berg", "Ben Okafor"):
            page.get_by_label("Name", exact=True).last.fill(name)
            page.get_by_role("button", name="Add").click()
            page.get_by_role("button", name="They agreed").click()
            page.get_by_text("✓ Given on").first.wait_for()
            page.goto(f"{base}/desk")
        page.get_by_role("searchbox").fill("oka")
        page.locator("#found li").filter(has_text="Ben").wait_for()
        page.locator("#found li").filter(has_text="Anna").wait_for(state="detached")
        page.locator("#found").get_by_role("link", name="Ben Okafor").click()
        page.get_by_role("heading", name="Ben Okafor", level=1).wait_for()
        page.get_by_label("New note").fill("Likes the box squat.")
        page.get_by_role("button", name="Keep the note").click()
        page.get_by_text("Likes the box squat.").first.wait_for()
    for kept in house.store.cases():
        consents = house.store.consents(kept.id)
        assert [(one.purpose, one.told_by) for one in consents] == [
            (Purpose.CARE, kept.name), (Purpose.FILMS, kept.name),
        ]  # fmt: skip


@widths
def test_a_group_of_three_is_filmed_while_nothing_is_waited_for(house, width, scheme):
    """One is ready, one agrees first, one has a sign; then all are done, and nothing is measured."""
    cases = [
        house.store.add_case(name, NOON, {"version": 1, "answers": NOTHING}).id for name in ("Ada", "Ben")
    ]
    agree(house, cases[0])
    with browsing(house, width=width, color_scheme=scheme) as (page, base), sample_film("squat_side") as film:
        page.goto(f"{base}/desk/groups")
        page.get_by_label("Name of the group").fill("Tuesday")
        page.get_by_role("button", name="Begin").click()
        for case in cases:
            page.locator("details", has_text="Add people").evaluate("(one) => (one.open = true)")
            page.get_by_label("Or somebody who is here already").select_option(case)
            page.get_by_role("button", name="Add", exact=True).click()
        page.locator("details", has_text="Add people").evaluate("(one) => (one.open = true)")
        page.get_by_label("New people").fill("Cleo")
        page.get_by_role("button", name="Add", exact=True).click()

        page.locator("#queue li").filter(has_text="Cleo").wait_for()
        page.get_by_role("heading", name="Ada", level=1).wait_for()
        page.set_input_files("#film", film)
        page.get_by_role("heading", name="Ben", level=1).wait_for()
        page.get_by_role("button", name="They agreed").click()
        page.set_input_files("#film", film)
        page.get_by_role("heading", name="Cleo", level=1).wait_for()
        page.get_by_role("button", name="They agreed").click()
        page.get_by_role("link", name="Ask them").click()
        page.get_by_label("The foot or lower leg is cold").check()
        page.get_by_role("button", name="Keep the answers").click()
        page.get_by_text("Not filmed today").wait_for()
        page.locator("#queue li").filter(has_text="being measured").first.wait_for()
        taken = house.store.take_film("w", NOON)
        house.store.tell_progress(taken.id, "w", 0.42, "measuring", NOON)
        page.locator("#queue progress").first.wait_for()
        page.get_by_role("link", name="Overview to print").click()
        page.get_by_role("heading", name="Tuesday", level=1).wait_for()
        first = page.locator("tbody tr").first
        assert "Cleo" in first.inner_text()
        assert "Help is needed now" in first.inner_text()
    states = [film.state for case in cases for film in house.store.films(case)]
    assert sorted(states) == [FilmState.MEASURING, FilmState.WAITING]


@pytest.mark.skipif(not has_network(), reason="this computer is in no network")
def test_a_film_for_one_is_never_kept_for_another_whose_turn_has_come(house):
    """The phone still says Ada; at the computer somebody said meanwhile that she comes later."""
    ada, ben = (added(house, name) for name in ("Ada", "Ben"))
    for case in (ada, ben):
        agree(house, case)
    group = group_of(house, ada, ben)
    with browsing(house) as (page, base), sample_film("squat_side") as film:
        page.goto(f"{base}/desk/groups/{group}")
        page.get_by_role("button", name="Film everybody with one phone").click()
        address = page.locator(".address").inner_text()
        phone = page.context.browser.new_context(viewport={"width": 360, "height": 740}).new_page()
        phone.goto(address)
        phone.get_by_text("Now: Ada.").wait_for()
        page.get_by_role("button", name="Comes later").click()
        page.get_by_role("heading", name="Ben", level=1).wait_for()
        page.get_by_text("A phone has taken the code.").wait_for()
        phone.set_input_files("#film", film)
        phone.get_by_text("the turn of somebody else").wait_for()
        phone.get_by_text("Now: Ben.").wait_for()
        assert [house.store.films(case) for case in (ada, ben)] == [(), ()]
        held = []
        phone.route(re.compile(r"\?name="), lambda route: held.append(route))
        phone.set_input_files("#film", film)
        phone.locator("#film:disabled").wait_for()  # a second one would be taken for Ben's, too
        held[0].continue_()
        phone.get_by_text("The film of Ben has arrived.").wait_for()
        phone.get_by_text("Now: Ada.").wait_for()
        assert phone.locator("#film").is_enabled()
        page.get_by_role("button", name="Close it").click()
        page.get_by_role("button", name="Film everybody with one phone").wait_for()
    assert [len(house.store.films(case)) for case in (ada, ben)] == [0, 1]


def test_the_page_to_print_opens_from_the_client(house):
    case = added(house, start=TODAY)
    with browsing(house) as (page, base):
        page.goto(f"{base}/cases/{case}/desk")
        for name in ("in plain words", "with numbers"):
            link = page.get_by_role("link", name=name)
            answer = page.request.get(base + link.get_attribute("href"))
            assert answer.headers["content-type"] == "application/pdf"
            assert answer.body().startswith(b"%PDF")
