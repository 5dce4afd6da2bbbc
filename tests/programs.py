"""Programs that come with a token, asked in process."""

from datetime import timedelta

from fastapi.testclient import TestClient
from served import NOON

from kneewise.store import NewToken
from kneewise.web import build_app
from kneewise.web.rest.scopes import Scope

SCOPES = [scope for scope in Scope if scope is not Scope.PERSON]


def wanted(*scopes, cases=None, lasts=timedelta(days=1), account=None):
    """A token for everything, if no scope is named."""
    return NewToken(
        name="a program",
        scopes=frozenset(scopes or SCOPES),
        lasts=lasts,
        cases=None if cases is None else frozenset(cases),
        account=account,
    )


def token_for(house, *scopes, now=NOON, **more):
    """The same, of that house."""
    return house.store.add_token(wanted(*scopes, **more), now)[0]


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


def program_of(house, *scopes, base="http://127.0.0.1", **more):
    """Asks in process, without a cookie, with a token."""
    client = TestClient(build_app(house), base_url=base, follow_redirects=False)
    client.headers.update(bearer(token_for(house, *scopes, **more)))
    return client
