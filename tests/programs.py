"""Programs that come with a token, asked in process."""

from datetime import timedelta

from fastapi.testclient import TestClient
from served import NOON

from kneewise.web import build_app
from kneewise.web.rest.scopes import Scope

SCOPES = [scope for scope in Scope if scope is not Scope.PERSON]


def token_for(house, *scopes, cases=None, now=NOON, lasts=timedelta(days=1)):
    """A token of that house: for everything, if no scope is named."""
    secret, _ = house.store.add_token("a program", scopes or SCOPES, now, lasts, cases)
    return secret


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


def program_of(house, *scopes, cases=None, app=None):
    """Asks in process, without a cookie, with a token."""
    client = TestClient(app or build_app(house), base_url="http://127.0.0.1", follow_redirects=False)
    client.headers.update(bearer(token_for(house, *scopes, cases=cases)))
    return client
