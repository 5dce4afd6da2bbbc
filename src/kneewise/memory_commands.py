"""`kneewise cases`, `erase` and `import`, and `export` of a case: their options, and parse → call → print."""

import json
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from .errors import InputError
from .formats import legible

_CASE_ID = re.compile(r"[a-z2-7]{16}")
AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]


def list_cases(as_json: AsJson = False) -> None:
    """Say which cases are kept on this computer, the one changed last first."""
    from .store import open_store

    with open_store() as store:
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
    films = "1 film" if case["films"] == 1 else f"{case['films']} films"
    return f"{case['id']}  {legible(case['name'])}  changed {case['changed'][:10]}, {films}"


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
) -> None:
    """Remove a case from this computer for good: answers, films, measurements, diary, all results."""
    if (case is None) is not measured:
        raise InputError("Nothing was named to erase, or two things.", remedy="give a CASEID, or --measured.")
    from .store import open_store

    with open_store() as store:
        if case is None:
            typer.echo(f"Erased {store.forget_unused()} measurements of films that no case has.")
            return
        kept = store.case(case)
        films = len(store.films(case))
        if not yes and not typer.confirm(f"Erase {legible(kept.name)}, with {films} films, for good?"):
            raise typer.Exit(1)
        store.erase_case(case)
    typer.echo(f"Erased {legible(kept.name)} ({case}).")


def import_kept(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", readable=False, help="What export wrote.")],
) -> None:
    """Take in a case that was exported, with its films, measurements, diary and results."""
    from .casefile import build_case
    from .knowledge.asking import read_asking
    from .store import open_store

    asking = read_asking()
    with open_store() as store:
        case = store.import_case(file, check=lambda content: build_case(content, asking))
    typer.echo(f"{case.id}  {legible(case.name)}")


def is_case_id(word: Path) -> bool:
    """Whether a word on the command line is the id of a case and no folder."""
    return _CASE_ID.fullmatch(str(word)) is not None and not word.exists()


def export_kept(case: str, out: Path, formats: str | None) -> Path:
    """Write a case into one .zip file, or into a folder under the name of its id; where it is then."""
    from .store import open_store

    file = out / f"{case}.zip" if out.is_dir() else out
    if file.suffix.lower() != ".zip" or formats not in (None, "zip"):
        raise InputError(
            "A case is exported as .zip, and as nothing else.", remedy=f"--out {case}.zip, without --as."
        )
    with open_store() as store:
        store.export_case(case, file)
    return file
