"""`kneewise token` and `kneewise webhook`, from the terminal."""

import json
from datetime import datetime, timedelta

import pytest
from typer.testing import CliRunner

from kneewise import InputError, StoreError
from kneewise.cli import app
from kneewise.store import Newcomer, Role, open_store
from kneewise.store.tokens import is_token

NOW = datetime.now().astimezone()


def run(*words):
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_token_is_made_listed_and_revoked():
    with open_store() as store:
        case = store.add_case("Anna", NOW).id
    secret = run("token", "add", "my script", "--scope", "read", "--scope", "films", "--case", case).strip()
    assert is_token(secret)
    (told,) = json.loads(run("token", "list", "--json"))
    assert (told["name"], told["scopes"], told["cases"]) == ("my script", ["films", "read"], [case])
    assert timedelta(days=89) < datetime.fromisoformat(told["expires"]) - NOW <= timedelta(days=91)
    listed = run("token", "list")
    assert secret[:10] in listed
    assert secret not in listed
    assert "Revoked my script" in run("token", "revoke", told["id"])
    assert "There is no token" in run("token", "list")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "what the token may do"),
        (("--scope", "everything"), "no scope 'everything'"),
        (("--scope", "read", "--scope", "person"), "no scope 'person'"),
    ],
)
def test_a_token_is_for_what_it_can_be_for(words, says):
    with pytest.raises(InputError, match=says):
        run("token", "add", "x", *words)


def test_a_token_of_a_shared_server_is_somebodys():
    with open_store() as store:
        carl = store.add_account(Newcomer(login="carl", name="Carl", role=Role.COACH), NOW).id
    run("token", "add", "x", "--scope", "read", "--login", "Carl")
    with open_store() as store:
        assert [token.account for token in store.tokens()] == [carl]
    with pytest.raises(InputError, match="Nobody signs in as"):
        run("token", "add", "x", "--scope", "read", "--login", "cora")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "a.localhost",
        "LOCALHOST.",
        "10.0.0.7:8080",
        "[::1]",
        "[fe80::1]",
        "2130706433",
        "127.1",
        "0x7f000001",
        "0",
    ],
)
def test_a_webhook_that_nothing_would_be_sent_to_is_refused_at_once(host):
    url = f"http://{host}/hook"
    with pytest.raises(InputError, match="this computer, or lies in a private network") as told:
        run("webhook", "add", url)
    assert "--private" in told.value.remedy
    assert "Nobody is told." in run("webhook", "list")
    run("webhook", "add", url, "--private")
    assert url in run("webhook", "list")


def test_a_webhook_is_added_listed_and_removed():
    id, secret = run("webhook", "add", "https://example.org/hook").split()
    assert secret.startswith("kwh_")
    (told,) = json.loads(run("webhook", "list", "--json"))
    assert told == {
        "id": id, "url": "https://example.org/hook", "private": False, "waiting": 0, "trouble": "",
    }  # fmt: skip
    assert secret not in run("webhook", "list")
    run("webhook", "remove", id)
    assert "Nobody is told." in run("webhook", "list")
    with pytest.raises(StoreError):
        run("webhook", "remove", id)
