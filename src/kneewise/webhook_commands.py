"""`kneewise webhook …`: who is told when a film is done with, from the terminal: parse → call → print."""

import json
from datetime import datetime
from typing import Annotated

import typer

from .options import AsJson, Home

webhook = typer.Typer(
    no_args_is_help=True,
    help="Tell another program when a film is measured. Nothing is sent to anybody but those added here.",
)


@webhook.command("add")
def add_hook(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where to, http:// or https://.")],
    private: Annotated[
        bool, typer.Option("--private", help="It may lie on this computer, or in a private network.")
    ] = False,
    home: Home = None,
) -> None:
    """Tell an address from now on, and print the secret that signs what it is told."""
    from .store import open_store
    from .telling import check_allowed

    check_allowed(url, private=private)
    with open_store(home) as store:
        hook = store.add_hook(url, datetime.now().astimezone(), private=private)
    typer.echo(f"{hook.id}\n{hook.secret}")


@webhook.command("list")
def list_hooks(as_json: AsJson = False, home: Home = None) -> None:
    """Say who is told, what they have not been told yet, and what went wrong the last time."""
    from .store import open_store

    with open_store(home) as store:
        told = [
            {
                "id": hook.id,
                "url": hook.url,
                "private": hook.private,
                "waiting": hook.waiting,
                "trouble": hook.trouble,
            }
            for hook in store.hooks()
        ]
    if as_json:
        typer.echo(json.dumps(told, indent=2))
        return
    lines = (
        f"{one['id']}  {one['url']}  {one['waiting']} waiting"
        + (f": {one['trouble']}" * bool(one["trouble"]))
        for one in told
    )
    typer.echo("\n".join(lines) or "Nobody is told.")


@webhook.command("remove")
def remove_hook(
    id: Annotated[str, typer.Argument(metavar="ID", help="As kneewise webhook list shows it.")],
    home: Home = None,
) -> None:
    """Tell an address nothing any more."""
    from .store import open_store

    with open_store(home) as store:
        store.remove_hook(id)
    typer.echo("Removed.")
