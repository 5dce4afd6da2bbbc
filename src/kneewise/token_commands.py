"""`kneewise token …`: which programs may come in, from the terminal: parse → call → print."""

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .errors import InputError
from .formats import legible
from .options import AsJson, Home

if TYPE_CHECKING:
    from .store import KeptToken, Store

token = typer.Typer(no_args_is_help=True, help="Let programs in, by tokens.")


@token.command("add")
def add_token(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the program that it is for.")],
    scope: Annotated[
        list[str] | None, typer.Option(help="What it may do: read, write, films, export, erase; repeatable.")
    ] = None,
    case: Annotated[
        list[str] | None,
        typer.Option(help="Id of a case that it opens; repeatable.", show_default="every one"),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="For how long it opens.")] = 90,
    login: Annotated[
        str | None, typer.Option(help="On a shared server: whose it is, as they sign in.")
    ] = None,
    home: Home = None,
) -> None:
    """Make a token, and print it: this once, as only its hash is kept."""
    from .store import NewToken, open_store
    from .web.rest.scopes import MEANS

    scopes = frozenset(scope or ())
    unknown = sorted(scopes - {one.value for one in MEANS})
    if unknown or not scopes:
        raise InputError(
            f"There is no scope '{unknown[0]}'." if unknown else "It is not said what the token may do.",
            remedy=f"--scope with one of {', '.join(MEANS)}.",
        )
    with open_store(home) as store:
        wanted = NewToken(
            name=" ".join(name.split()),
            scopes=scopes,
            lasts=timedelta(days=days),
            cases=frozenset(case) if case else None,
            account=None if login is None else _account(store, login),
        )
        secret, _ = store.add_token(wanted, datetime.now().astimezone())
    typer.echo(secret)


@token.command("list")
def list_tokens(as_json: AsJson = False, home: Home = None) -> None:
    """Say which programs may come in, what they may do, and when they did last."""
    from .store import open_store

    with open_store(home) as store:
        told = [_tell(one) for one in store.tokens()]
    if as_json:
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(map(_line, told)) or "There is no token: kneewise token add NAME --scope read.")


@token.command("revoke")
def revoke_token(
    id: Annotated[str, typer.Argument(metavar="ID", help="As kneewise token list shows it.")],
    home: Home = None,
) -> None:
    """Let a token open nothing any more, from now on."""
    from .store import open_store

    with open_store(home) as store:
        kept = store.revoke_token(id)
    typer.echo(f"Revoked {legible(kept.name)} ({kept.prefix}…).")


def _account(store: "Store", login: str) -> str:
    from .store import fold_login

    found = store.account_called(fold_login(login))
    if found is None:
        raise InputError(
            f"Nobody signs in as {legible(login)}.", remedy="kneewise account list shows who does."
        )
    return found.id


def _tell(kept: "KeptToken") -> dict[str, Any]:
    return {
        "id": kept.id,
        "name": kept.name,
        "prefix": kept.prefix,
        "scopes": sorted(kept.scopes),
        "cases": None if kept.cases is None else sorted(kept.cases),
        "expires": kept.expires.isoformat(),
        "used": None if kept.used is None else kept.used.isoformat(),
    }


def _line(told: dict[str, Any]) -> str:
    cases = "every case" if told["cases"] is None else f"cases {', '.join(told['cases']) or 'none any more'}"
    used = f"used {told['used'][:10]}" if told["used"] else "never used"
    scopes = ", ".join(told["scopes"])
    return (
        f"{told['id']}  {told['prefix']}…  {legible(told['name'])}: {scopes}; {cases}; "
        f"until {told['expires'][:10]}, {used}"
    )
