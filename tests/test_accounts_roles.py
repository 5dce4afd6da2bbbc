"""Which role has which address: a table, compared with what the server answers to everybody at every one."""

import re
from dataclasses import replace

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from joined import ORIGIN, ROLES, sign_in, token_in

from kneewise.store import Role
from kneewise.web import build_app
from kneewise.web.pages import DOORS, PAGES, SHARED_PAGES
from kneewise.web.sharing import Shared
from kneewise.web.visiting import RULES

ROUTES = [route for router in (*PAGES, *SHARED_PAGES) for route in router.routes]
OPEN = [route for route in DOORS.routes]
"""To strangers, since they are how one comes in."""


def path_of(route):
    return route.path.removesuffix(".json")


def named(route):
    return f"{min(route.methods)} {route.path}"


def test_every_address_has_a_rule_and_every_rule_an_address():
    assert all(isinstance(route, APIRoute) for route in ROUTES)
    assert {path_of(route) for route in ROUTES} == set(RULES)


def test_only_the_ways_in_are_open_to_strangers():
    assert {route.path for route in OPEN} == {"/signin", "/join/{code}"}


def test_what_a_client_may_not_do_is_said_so():
    closed = {path for path, roles in RULES.items() if Role.CLIENT not in roles}
    desk = {path for path in RULES if "/desk" in path}
    assert closed == desk | {
        "/tokens",
        "/tokens/{token}/revoke",
        "/cases",
        "/import",
        "/people",
        "/people/invite",
        "/people/{account}/close",
        "/people/{account}/open",
        "/people/{account}/role",
        "/people/{account}/link",
        "/records",
        "/webhooks",
        "/webhooks/{hook}/remove",
        "/cases/{id}/sharing",
        "/cases/{id}/sharing/invite",
        "/cases/{id}/sharing/share",
        "/cases/{id}/sharing/unshare",
        "/cases/{id}/sharing/hand-over",
        "/cases/{id}/phone",
        "/cases/{id}/phone/close",
        "/cases/{id}/feet/phone",
        "/cases/{id}/feet/phone/close",
    }


def test_what_a_coach_may_not_do_is_said_so():
    closed = {path for path, roles in RULES.items() if Role.COACH not in roles and roles}
    assert closed == {
        "/people",
        "/people/invite",
        "/people/{account}/close",
        "/people/{account}/open",
        "/people/{account}/role",
        "/people/{account}/link",
        "/records",
        "/webhooks",
        "/webhooks/{hook}/remove",
        "/cases/{id}/sharing/hand-over",
        "/desk/practice",
    }


def address_in(place, route, case):
    address = route.path.replace("{id}", case).replace("{account}", place.accounts["cora"])
    return re.sub(r"\{\w+\}", "x", address)


@pytest.fixture(scope="module")
def lasting(tmp_path_factory):
    """A place for many questions that change nothing that counts: those that are allowed lack their form."""
    from joined import settle
    from served import housed

    with housed(tmp_path_factory.mktemp("roles") / "home") as house:
        yield settle(house)


@pytest.fixture(scope="module")
def browsers(lasting):
    return {login: lasting.browser_of(login) for login in ROLES}


HARMFUL = {"/account/out", "/account/everywhere", "/people/{account}/close", "/people/{account}/role"}
"""Tried where it is refused only: it would end what the other questions stand on."""


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_every_role_is_answered_as_the_table_says_and_strangers_never(lasting, browsers, route):
    case = lasting.cases["anna"]
    address = address_in(lasting, route, case)
    method = min(route.methods)
    stranger = lasting.stranger()
    asked = stranger.request(method, address)
    assert (asked.status_code, asked.headers.get("location", "/signin")[:7]) in {
        (303, "/signin"),
        (401, "/signin"),
    }
    for login, browser in browsers.items():
        mine = login in ("olga", "carl", "anna") or "{id}" not in route.path
        allowed = ROLES[login] in RULES[path_of(route)]
        if allowed and mine and path_of(route) in HARMFUL:
            continue
        answer = browser.request(method, address)
        if not allowed:
            assert (answer.status_code, "This page is not here" in answer.text) == (404, True), login
        elif not mine:
            nobody = browser.request(method, address.replace(case, "a" * len(case)))
            assert answer.status_code == nobody.status_code == 404, login
            assert answer.text.replace(case, "") == nobody.text.replace("a" * len(case), ""), login
        else:
            assert "This page is not here" not in answer.text, login
            assert "There is no case" not in answer.text, login
            assert answer.status_code != 500, (login, answer.text)


def test_a_page_without_a_rule_is_nobodys(place, monkeypatch):
    browsers = {login: place.browser_of(login) for login in ROLES}
    monkeypatch.delitem(RULES, "/cases/{id}/why")
    for browser in browsers.values():
        assert browser.get(f"/cases/{place.cases['anna']}/why").status_code == 404


def test_somebody_sees_the_cases_of_their_own_only(place):
    seen = {
        login: {row["name"] for row in place.browser_of(login).get("/start.json").json()["cases"]}
        for login in ROLES
    }
    assert seen == {
        "olga": {"Anna", "Ben"},
        "carl": {"Anna"},
        "cora": {"Ben"},
        "anna": {"Anna"},
        "ben": {"Ben"},
    }


def test_signing_in_goes_on_to_where_somebody_wanted_to_go(place):
    stranger = place.stranger()
    wanted = f"/cases/{place.cases['anna']}/plan"
    asked = stranger.get(wanted)
    assert asked.headers["location"] == f"/signin?to={wanted.replace('/', '%2F')}"
    assert f'value="{wanted}"' in stranger.get(asked.headers["location"]).text
    assert sign_in(stranger, "anna", to=wanted).headers["location"] == wanted
    assert token_in(stranger.get(wanted).text)


def test_at_first_the_page_says_how_the_first_account_is_made(house):
    empty = TestClient(build_app(replace(house, shared=Shared(origin=ORIGIN))), base_url=ORIGIN)
    assert "kneewise account add" in empty.get("/signin").text


def test_the_code_of_a_shared_server_leads_to_its_own_page_and_no_door_opens(place):
    anna, at = place.browser_of("anna"), f"/cases/{place.cases['anna']}"
    page = anna.get(f"{at}/films").text
    assert "Sign in, and choose or take a film" in page
    assert "Send from my phone" not in page
    assert anna.post(f"{at}/phone").status_code == 404
