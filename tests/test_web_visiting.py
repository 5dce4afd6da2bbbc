"""Who may see which case."""

import re

import pytest
from fastapi.routing import APIRoute
from served import NOON

from kneewise.web import security
from kneewise.web.pages import PAGES
from kneewise.web.visiting import Role, Visitor

ROUTES = [route for router in PAGES for route in router.routes if isinstance(route, APIRoute)]


@pytest.fixture
def other(house):
    return house.store.add_case("Ben", NOON, {"version": 1}).id


@pytest.fixture
def only_anna(case, monkeypatch):
    monkeypatch.setattr(security, "THE_ONE_HERE", Visitor(role=Role.CLIENT, cases=frozenset({case})))


def test_every_address_of_a_case_says_which_where_it_is_looked_for():
    named = [route.path for route in ROUTES if re.match(r"/cases/\{", route.path)]
    assert len(named) > 50
    assert [path for path in named if not re.match(r"/cases/\{id\}", path)] == []


@pytest.mark.usefixtures("only_anna")
@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if "{id}" in route.path],
    ids=lambda route: f"{min(route.methods)} {route.path}",
)
def test_the_case_of_somebody_else_is_as_if_it_were_not_there(house, client, other, route):
    address = route.path.replace("{id}", other)
    address = re.sub(r"\{\w+\}", "x", address)
    before = house.store.case(other)
    for method in route.methods:
        answer = client.request(method, address)
        nobody = client.request(method, address.replace(other, "a" * len(other)))
        assert answer.status_code == nobody.status_code == 404
        assert answer.text.replace(other, "") == nobody.text.replace("a" * len(other), "")
    assert house.store.case(other) == before


@pytest.mark.usefixtures("only_anna", "other")
def test_only_cases_of_their_own_are_listed(client, case):
    assert [row["id"] for row in client.get("/start.json").json()["cases"]] == [case]


def test_the_one_at_this_computer_sees_everybody(client, case, other):
    assert {row["id"] for row in client.get("/start.json").json()["cases"]} == {case, other}
