"""`kneewise account …`: who may come in to a shared server, from its terminal: parse → call → print."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .errors import InputError
from .formats import legible
from .options import AsJson, Home
from .prompting import ask, ask_secret

if TYPE_CHECKING:
    from .store import KeptAccount, Store

account = typer.Typer(no_args_is_help=True, help="Say who may come in to a shared server.")

_NOBODY = "--link, which asks nothing, or a terminal."
Login = Annotated[str, typer.Argument(metavar="LOGIN", help="As kneewise account list shows it.")]


@account.command("add")
def add_account(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What others see.")],
    owner: Annotated[
        bool, typer.Option("--owner", help="Sees every case, and says who may come in.")
    ] = False,
    login: Annotated[str | None, typer.Option(help="Login name.", show_default="asked for")] = None,
    link: Annotated[
        bool,
        typer.Option("--link", help="Instead of asking: a link by which they choose login and password."),
    ] = False,
    home: Home = None,
) -> None:
    """Add an owner, or a coach; the first owner is added so."""
    from .store import Newcomer, Role, hash_password, is_name, open_store, read_login, read_password

    called = " ".join(name.split())
    if not is_name(called):
        raise InputError("This is no name.", remedy="give any that others know them by.")
    role = Role.OWNER if owner else Role.COACH
    with open_store(home) as store:
        if link:
            _tell_link(store.invite(role, called, _now()))
            return
        chosen = read_login(login or ask("Login name", _NOBODY))
        typed = ask_secret("Password", _NOBODY, again=True)
        password = hash_password(read_password(typed, chosen, called))
        store.add_account(Newcomer(login=chosen, name=called, role=role, password=password), _now())
    typer.echo(f"{legible(called)} may come in as {chosen}, {role.value}.")


@account.command("list")
def list_accounts(as_json: AsJson = False, home: Home = None) -> None:
    """Say who may come in, and who may not any more."""
    from .store import open_store

    with open_store(home) as store:
        told = [
            {"login": one.login, "name": one.name, "role": one.role.value, "closed": one.disabled}
            for one in store.accounts()
        ]
    if as_json:
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(map(_line, told)) or "Nobody has an account: kneewise account add NAME --owner.")


def _line(told: dict[str, Any]) -> str:
    closed = ", closed" if told["closed"] else ""
    return f"{told['login']}  {legible(told['name'])}  {told['role']}{closed}"


@account.command("disable")
def disable_account(login: Login, home: Home = None) -> None:
    """Let somebody in no more, from now on; who is in is out at once."""
    from .store import open_store

    with open_store(home) as store:
        store.disable(_called(store, login).id, True)
    typer.echo(f"{legible(login)} may not come in any more.")


@account.command("enable")
def enable_account(login: Login, home: Home = None) -> None:
    """Let somebody in again."""
    from .store import open_store

    with open_store(home) as store:
        store.disable(_called(store, login).id, False)
    typer.echo(f"{legible(login)} may come in.")


@account.command("link")
def link_account(login: Login, home: Home = None) -> None:
    """Make a link by which somebody chooses a new password; nothing is sent."""
    from .store import open_store

    with open_store(home) as store:
        _tell_link(store.link(_called(store, login).id, _now()))


def _called(store: "Store", login: str) -> "KeptAccount":
    from .store import fold_login

    found = store.account_called(fold_login(login))
    if found is None:
        raise InputError(
            f"Nobody signs in as {legible(login)}.", remedy="kneewise account list shows who does."
        )
    return found


def _tell_link(code: str) -> None:
    typer.echo(f"At the public address of the server, once, within 72 hours: /join/{code}")


def _now() -> datetime:
    return datetime.now().astimezone()
