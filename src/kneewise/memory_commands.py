"""`kneewise cases`, `erase`, `import`, `backup`, `restore`, and `export` of a case: parse → call → print."""

import io
import json
import os
import re
import secrets
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .casefile import write_whole
from .errors import InputError
from .explaining import plan_to_print
from .fhir import Account, write_bundle
from .formats import legible
from .model import Analysis
from .options import AsJson, Home
from .pipeline import Reasoning, read_reasoning, understand
from .plan import next_training_day
from .prompting import ask_secret, confirm
from .report import write_calendar
from .understanding import understand_file

if TYPE_CHECKING:
    from .store import Store

_MODEL = "heavy"
"""Network that films of a case file are measured with, as explain does."""
_FHIR, _TABLES = "fhir", "tables"
_ENDINGS = {"zip": ".zip", _FHIR: ".json", "ics": ".ics", _TABLES: ".zip"}
"""What a case can be exported as → what the file ends in; of two that end alike the first is meant."""
_SECRET = "KNEEWISE_PASSPHRASE"
"""Environment variable with the passphrase of a backup, for who backs up by a clock."""
_SURE = "add --yes."
_CASE_ID = re.compile(r"[a-z2-7]{16}")


def list_cases(as_json: AsJson = False, home: Home = None) -> None:
    """Say which cases are kept on this computer, the one changed last first."""
    from .store import open_store

    with open_store(home) as store:
        told = [
            {
                "id": case.id,
                "name": case.name,
                "changed": case.changed.isoformat(),
                "films": len(store.films(case.id)),
            }
            for case in store.cases()
        ]
    if as_json:
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(map(_line, told)) or "No case is kept.")


def _line(case: dict[str, Any]) -> str:
    films = _count(case["films"], "film")
    return f"{case['id']}  {legible(case['name'])}  changed {case['changed'][:10]}, {films}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" + "s" * (number != 1)


def erase_kept(
    case: Annotated[
        str | None, typer.Argument(metavar="[CASEID]", help="As kneewise cases lists it.")
    ] = None,
    measured: Annotated[
        bool,
        typer.Option(
            "--measured", help="Instead: measurements of films that no case has, as explain keeps them."
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    home: Home = None,
) -> None:
    """Remove a case from this computer for good: answers, films, measurements, diary, all results."""
    if (case is None) is not measured:
        raise InputError("Nothing was named to erase, or two things.", remedy="give a CASEID, or --measured.")
    from .store import open_store

    with open_store(home) as store:
        if case is None:
            count = _count(store.forget_unused(), "measurement")
            typer.echo(f"Erased {count} of films that no case has.")
            return
        kept = store.case(case)
        films = _count(len(store.films(case)), "film")
        if not yes:
            confirm(f"Erase {legible(kept.name)}, with {films}, for good?", _SURE)
        store.erase_case(case)
    typer.echo(f"Erased {legible(kept.name)} ({case}).")


def import_kept(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", readable=False, help="What export wrote.")],
    home: Home = None,
) -> None:
    """Take in a case that was exported, with its films, measurements, diary and results."""
    from .casefile import build_case
    from .knowledge.asking import read_asking
    from .store import open_store

    asking = read_asking()
    with open_store(home) as store:
        case = store.import_case(file, check=lambda content: build_case(content, asking))
    typer.echo(f"{case.id}  {legible(case.name)}")


def back_up(
    file: Annotated[Path, typer.Argument(metavar="FILE", readable=False, help="File to write.")],
    encrypt: Annotated[
        bool, typer.Option("--encrypt", help=f"Ask for a passphrase to seal it with, or take {_SECRET}.")
    ] = False,
    home: Home = None,
) -> None:
    """Write everything that is kept into one file: all cases, films, measurements, diary, results."""
    from .store import SHORTEST, open_store

    if file.is_dir():
        raise InputError(f"{file} is a folder.", remedy="name a file in it.")
    secret = _read_secret(again=True) if encrypt else None
    if secret is not None and len(secret) < SHORTEST:
        raise InputError(
            "A passphrase so short can be guessed.",
            remedy=f"{SHORTEST} letters or more; five words are good.",
        )
    with open_store(home) as store:
        count = store.back_up(file, datetime.now().astimezone(), secret)
    typer.echo(f"{file.resolve()}  {_count(count, 'file')}")


def restore_kept(
    file: Annotated[Path, typer.Argument(metavar="FILE", readable=False, help="What backup wrote.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    home: Home = None,
) -> None:
    """Put a backup in the place of everything that is kept, after every file in it was verified."""
    from .store import default_home, is_sealed_backup, restore

    secret = _read_secret(again=False) if is_sealed_backup(file) else ""
    home = home or default_home()
    if not yes:
        confirm(f"Replace all that is kept in {legible(str(home))}, for good?", _SURE)
    made = restore(file, home, secret)
    typer.echo(f"Restored what was kept on {made.date().isoformat()}.")


def _read_secret(*, again: bool) -> str:
    """A passphrase that nobody sees: neither on the screen nor among the words of the command."""
    given = os.environ.get(_SECRET)
    if given:
        return given
    return ask_secret("Passphrase", f"set {_SECRET}.", again=again)


def is_case_id(word: Path) -> bool:
    """Whether a word on the command line is the id of a case and no folder."""
    return _CASE_ID.fullmatch(str(word)) is not None and not word.exists()


def export_kept(case: str, out: Path, formats: str | None, home: Path | None = None) -> Path:
    """Write a case, or a part of it, into one file; or into a folder, under its id. Where it is then.

    Parameters
    ----------
    case
        Its id.
    out
        A .zip file for the whole of it, a .json file for a FHIR bundle, an .ics file for the days of its
        plan, or a folder.
    formats
        ``zip``, ``fhir``, ``ics``, or ``tables`` for what was measured in its films, another .zip; None is
        what `out` ends in, and ``zip`` for a folder.
    home
        Folder of what is kept; the user's if None.
    """
    from .store import open_store

    chosen, file = _chosen(case, out, formats)
    with open_store(home) as store:
        if chosen == "zip":
            store.export_case(case, file)
        else:
            write_whole(file, _WRITERS[chosen](store, case))
    return file


def export_told(file: Path, out: Path, formats: str | None) -> Path:
    """Write a case file as a FHIR bundle, its films measured first; where it is then."""
    chosen, written = _chosen(file.stem, out, formats or (_FHIR if out.is_dir() else None))
    if chosen != _FHIR:
        raise InputError(
            f"{file} is a case file, and whole as it is.",
            remedy=f"--out {file.stem}.json, for a FHIR bundle.",
        )
    analysis, reasoning = understand_file(file, _MODEL)
    # A case file has no name of its own but its place, which could be guessed; so each bundle has a new one.
    account = Account(of=secrets.token_hex(16), analysis=analysis, reasoning=reasoning)
    write_whole(written, write_bundle(account, datetime.now().astimezone()))
    return written


def _chosen(name: str, out: Path, formats: str | None) -> tuple[str, Path]:
    """Format to write, and the file."""
    named = {ending: chosen for chosen, ending in reversed(_ENDINGS.items())}
    chosen = formats or ("zip" if out.is_dir() else named.get(out.suffix.lower(), ""))
    called = f"{name}-{_TABLES}" if chosen == _TABLES else name
    file = out / f"{called}{_ENDINGS.get(chosen, '')}" if out.is_dir() else out
    if chosen not in _ENDINGS or file.suffix.lower() != _ENDINGS[chosen]:
        raise InputError(
            "A case is exported as .zip, as a FHIR bundle, .json, or as days of its plan, .ics.",
            remedy=f"--out {name}.zip, --out {name}.json or --out {name}.ics, without --as; "
            f"--out {name}.zip --as tables, for what was measured.",
        )
    return chosen, file


def _bundle(store: "Store", id: str) -> bytes:
    from .reopening import read_days

    reasoning, now = read_reasoning(), datetime.now().astimezone()
    account = Account(
        of=id,
        analysis=_understood(store, id, reasoning),
        reasoning=reasoning,
        diary=read_days(store.entries(id), now.date()),
    )
    return write_bundle(account, now)


def _calendar(store: "Store", id: str) -> bytes:
    now = datetime.now().astimezone()
    analysis = _understood(store, id, read_reasoning())
    plan = plan_to_print(analysis.conclusion)
    first = analysis.case.begun or next_training_day(plan, now.date())
    return write_calendar(plan, first, id, now)


def _tables(store: "Store", id: str) -> bytes:
    from .case_tables import write_tables

    content = io.BytesIO()
    write_tables(store, store.case(id), content)
    return content.getvalue()


def _understood(store: "Store", id: str, reasoning: Reasoning) -> Analysis:
    from .reopening import recall_trial, reopen

    return understand(reopen(store.case(id), store.films(id), reasoning.asking, partial(recall_trial, store)))


_WRITERS: dict[str, Callable[["Store", str], bytes]] = {
    _FHIR: _bundle,
    "ics": _calendar,
    _TABLES: _tables,
}
"""Formats of what is only a part of a case → what is written."""
