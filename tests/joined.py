"""A shared house with people in it: an owner, two coaches, their clients, each in a browser of their own."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from fastapi.testclient import TestClient
from served import NOON
from told import NOTHING

from kneewise.store import Newcomer, Role, hash_password
from kneewise.web import build_app
from kneewise.web.sharing import Shared

ORIGIN = "https://knee.example"
PASSWORD = "four plain words together"
HASH = hash_password(PASSWORD)
ROLES = {"olga": Role.OWNER, "carl": Role.COACH, "cora": Role.COACH, "anna": Role.CLIENT, "ben": Role.CLIENT}


class Clock:
    """Stands still until it is set."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now

    def wait(self, **time):
        self.now += timedelta(**time)


@dataclass(frozen=True)
class Place:
    """A shared house: its app and clock, everybody's account, the cases of Anna (Carl's) and Ben (Cora's)."""

    house: object
    app: object
    clock: Clock
    accounts: dict
    cases: dict

    @property
    def store(self):
        return self.house.store

    def stranger(self, address="198.51.100.7"):
        """A browser that nobody knows."""
        browser = TestClient(self.app, base_url=ORIGIN, follow_redirects=False, client=(address, 50000))
        browser.headers.update({"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"})
        return browser

    def browser_of(self, login, **where):
        """A browser in which somebody signed in, with the token of its pages."""
        browser = self.stranger(**where)
        came = sign_in(browser, login)
        assert came.status_code == 303, came.text
        browser.headers["X-CSRF-Token"] = token_in(browser.get("/account").text)
        return browser


def sign_in(browser, login, password=PASSWORD, to="/"):
    return browser.post("/signin", data={"login": login, "password": password, "to": to})


def token_in(page):
    return re.search(r'name="csrf-token" content="([^"]*)"', page)[1]


def settle(house):
    """The place, with everybody in it."""
    clock = Clock(NOON)
    house = replace(house, shared=Shared(origin=ORIGIN), now=clock)
    store = house.store
    accounts = {
        login: store.add_account(Newcomer(login=login, name=login.title(), role=role, password=HASH), NOON).id
        for login, role in ROLES.items()
        if role is not Role.CLIENT
    }
    cases = {}
    for client, coach in (("anna", "carl"), ("ben", "cora")):
        content = {"version": 1, "answers": NOTHING}
        cases[client] = store.add_case(client.title(), NOON, content, accounts[coach]).id
        code = store.invite(Role.CLIENT, client.title(), NOON, case=cases[client], by=accounts[coach])
        accounts[client] = store.accept(code, client, HASH, NOON).id
    return Place(house=house, app=build_app(house), clock=clock, accounts=accounts, cases=cases)
