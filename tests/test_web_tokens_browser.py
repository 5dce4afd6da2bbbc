"""The page of tokens in a real browser."""

import re

import pytest
from programs import token_for
from served import NARROW, NOON, browsing, complaints_about, hard_to_touch, needs_chromium

pytestmark = needs_chromium


@pytest.mark.parametrize(("width", "scheme"), [(NARROW, "light"), (1200, "dark")])
def test_it_can_be_used_by_everybody(house, case, width, scheme):
    token_for(house, "read", cases=[case])
    house.store.add_hook("https://example.org/" + 80 * "x", NOON)
    assert complaints_about(house, ["/tokens", "/webhooks"], width, scheme) == {}


def test_it_can_be_touched(house):
    token_for(house, "read")
    house.store.add_hook("https://example.org/" + 80 * "x", NOON)
    assert hard_to_touch(house, ["/tokens", "/webhooks"]) == {}


def test_a_token_is_made_shown_once_and_revoked(house, case):
    with browsing(house) as (page, address):
        page.goto(f"{address}/tokens")
        page.get_by_label("Which program is it for?").fill("my script")
        page.get_by_label("Films:").check()
        page.get_by_label("Of whom?").select_option(label="Anna")
        page.get_by_role("button", name="Make a token").click()
        assert re.fullmatch("kw_[0-9a-f]{72}", page.get_by_label("Token").input_value())
        page.get_by_role("link", name="Done").click()
        (kept,) = house.store.tokens()
        assert (kept.name, kept.scopes, kept.cases) == ("my script", {"read", "films"}, {case})
        page.get_by_role("button", name="Revoke my script").click()
        page.get_by_text("Nothing is sent anywhere.").wait_for()
        assert house.store.tokens() == ()
