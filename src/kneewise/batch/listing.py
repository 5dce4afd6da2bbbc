"""A folder of films, or a CSV or TOML list with a row for each → who is in which film, carrying what."""

import csv
import io
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..casefile import build_burden, build_person
from ..conventions import Bar
from ..errors import InputError, reason_of
from ..formats import legible
from ..model import Burden, Person, Tested
from ..results_folder import FILES
from .order import Entry

FILM_SUFFIXES = frozenset(
    {".3gp", ".avi", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".webm", ".wmv"}
    | {".trc", ".c3d"}
)
"""What is taken from a folder; a `.mot` file may hold forces, and has to be named in a list."""
_PERSON = ("height_cm", "mass_kg", "sex")
_BURDEN = ("load_kg", "bar")
_NUMBERS = frozenset({"height_cm", "mass_kg", "load_kg"})
COLUMNS = ("film", "person", *_PERSON, *_BURDEN)
"""What a row of a list may tell."""
_SHOW = f'write a CSV with the columns {",".join(COLUMNS)}, or a TOML with [[film]], film = "a.mp4".'


@dataclass(frozen=True, slots=True, kw_only=True)
class ForAll:
    """What is told of all films at once; None where nothing is, and then the list may tell it of each.

    Attributes
    ----------
    person, burden : who is in them, carrying what.
    tests : self-tests of that person.
    """

    person: Person | None = None
    burden: Burden | None = None
    tests: tuple[Tested, ...] = ()


def read_entries(source: Path, for_all: ForAll) -> tuple[Entry, ...]:
    """Every film of a folder, by name, or of a list, in its order.

    Parameters
    ----------
    source
        A folder, or a list, `.csv` or `.toml`, whose paths are told from where it lies.
    for_all
        What is told of all films; a list that tells the same is not overruled, but refused.

    Raises
    ------
    InputError
        When there is no film, or somebody or something is told twice, or wrongly.
    """
    if os.path.isdir(source):
        rows: list[dict[str, Any]] = [{"film": str(film)} for film in sorted(_films_in(source))]
    else:
        rows = _read_list(source)
    if not rows:
        raise InputError(
            f"{legible(str(source))} holds no film.",
            remedy="give a folder with films, or a list with a row for each." if source.is_dir() else _SHOW,
        )
    _check_told_once(rows, for_all, source)
    folder = source if source.is_dir() else source.parent
    return tuple(
        _build_entry(row, folder, for_all, f"{legible(source.name)}, film {number}")
        for number, row in enumerate(rows, start=1)
    )


def _films_in(folder: Path) -> Iterator[Path]:
    """Films below a folder, from there; what kneewise made of films is none.

    A link that leads nowhere is one: who fetches films later would miss them without a word. Links to
    folders are not followed: they may lead in circles, and to films that are here already.
    """
    for here, below, names in os.walk(folder, onerror=_refuse_folder):
        below[:] = [name for name in below if not name.startswith(".")]
        for path in (Path(here, name) for name in names if not name.startswith(".")):
            if path.suffix.lower() in FILM_SUFFIXES and not _is_result(path):
                yield path.relative_to(folder)


def _refuse_folder(error: OSError) -> None:
    raise InputError(
        f"The folder {legible(str(error.filename))} cannot be read: {error.strerror}.",
        remedy="allow yourself to read it, or write a list of the films, CSV or TOML.",
    ) from error


def _is_result(path: Path) -> bool:
    return path.name in FILES and (path.parent / "joints.csv").exists()


def _read_list(source: Path) -> list[dict[str, Any]]:
    kind = source.suffix.lower()
    if kind not in (".csv", ".toml") and os.path.exists(source):
        raise InputError(f"{legible(str(source))} is neither a folder nor a list.", remedy=_SHOW)
    try:
        text = source.read_text(encoding="utf-8-sig")
        return list(_rows_of(text, source)) if kind == ".csv" else _tables_of(text, source)
    except UnicodeDecodeError as error:
        because = f"it is no UTF-8 text ({error})"
    except FileNotFoundError as error:
        raise InputError(
            f"There is no folder or list {legible(str(source))}.", remedy="check the name and the folder."
        ) from error
    except OSError as error:
        because = reason_of(error)
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits
        because = f"it is no TOML ({error})"
    raise InputError(f"{legible(str(source))} cannot be read: {because}.", remedy=_SHOW)


def _tables_of(text: str, source: Path) -> list[dict[str, Any]]:
    told = tomllib.loads(text)
    rows = told.pop("film", [])
    if told:
        raise InputError(
            f"{legible(str(source))} tells {', '.join(sorted(told))} outside of [[film]]; nobody reads that.",
            remedy="tell it of each film below its [[film]], or of all films with the options.",
        )
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"{legible(str(source))} has no tables [[film]].", remedy=_SHOW)
    return rows


def _rows_of(text: str, source: Path) -> Iterator[dict[str, Any]]:
    """Rows of a CSV, numbers as numbers, without the cells that are empty."""
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        columns = [name.strip() for name in reader.fieldnames or ()]
        twice = sorted({name for name in columns if name and columns.count(name) > 1})
        if twice:
            raise InputError(
                f"{legible(source.name)} has more than one column {', '.join(twice)}.",
                remedy="leave one of them.",
            )
        for cells in reader:
            where = f"{legible(source.name)}, line {reader.line_num}"
            if None in cells or None in cells.values():
                raise InputError(
                    f"{where} has not as many cells as the first line.", remedy="give each film all columns."
                )
            told = {name.strip(): cell.strip() for name, cell in cells.items() if cell.strip()}
            yield {name: _number(name, cell, where) for name, cell in told.items()}
    except csv.Error as error:
        raise InputError(f"{legible(str(source))} is no CSV: {error}.", remedy=_SHOW) from error


def _number(name: str, cell: str, where: str) -> str | float:
    if name not in _NUMBERS:
        return cell
    try:
        return float(cell)
    except ValueError as error:
        raise InputError(
            f"{where}: {name} = {cell!r} is no number.", remedy="write it as 178 or 72.5."
        ) from error


def _check_told_once(rows: Iterable[Mapping[str, Any]], for_all: ForAll, source: Path) -> None:
    """Complain about what the list tells of single films and the options tell of all."""
    columns = {name for row in rows for name in row}
    for what, told, names in (
        ("the person", for_all.person, _PERSON),
        ("the load", for_all.burden, _BURDEN),
    ):
        if told is not None and columns & set(names):
            raise InputError(
                f"{legible(source.name)} tells {what} ({', '.join(sorted(columns & set(names)))}), "
                "and so do the options.",
                remedy="leave out either the options or these columns.",
            )


def _build_entry(row: Mapping[str, Any], folder: Path, for_all: ForAll, where: str) -> Entry:
    unknown = sorted(set(row) - set(COLUMNS))
    if unknown or not isinstance(row.get("film"), str):
        wrong = f"has {', '.join(unknown)}, which nobody reads" if unknown else "names no film"
        raise InputError(f"{where} {wrong}.", remedy=f"use the columns {', '.join(COLUMNS)}.")
    try:
        return Entry(
            film=(folder / row["film"]).absolute(),
            label=None if row.get("person") is None else str(row["person"]),
            person=for_all.person or build_person({name: row[name] for name in _PERSON if name in row}),
            burden=for_all.burden or build_burden(row.get("load_kg", 0.0), row.get("bar", Bar.NONE)),
            tests=for_all.tests,
        )
    except InputError as error:
        raise InputError(f"{where}: {error.what}", remedy=error.remedy) from error
