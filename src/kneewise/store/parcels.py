"""A case ⇄ one .zip file that holds all of it, to take along, to keep, or to read with other programs.

Inside lie the rows of each table as JSON, the films that are still here and what was made of them, the
measurements; and for people the case file and the diary as a table.
"""

import csv
import hashlib
import io
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    MetaData,
    Table,
    create_engine,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.pool import StaticPool

from ..casefile import render_content
from ..errors import InputError, StoreError
from .cases import read_case
from .drawer import Drawer, check_case
from .films import read_film
from .folder import clean_suffix, drafting, telling
from .kept import KeptCase
from .meanings import read_refilmed
from .migrating import revisions, upgrade
from .packing import DAMAGED
from .tables import CASES, FILMS, HEAD, MEASUREMENTS, META, Moment

_FORMAT = 1
"""Of the parcel. What older readers would misunderstand raises it."""
_ABOUT = "kneewise.json"
_LARGEST_TABLE = 256 << 20
"""No table of one person is larger. [bytes]"""
_BLOCK = 1 << 20
_TABLES = [table for table in META.sorted_tables if table is not MEASUREMENTS]
_ID = re.compile(r"[a-z2-7]{16}")
_KEY = re.compile(r"[0-9a-f]{64}")

_Rows = dict[str, list[dict[str, Any]]]


class Parcels(Drawer):
    """Cases that leave and come back."""

    def export_case(self, case: str, file: Path) -> None:
        """Write all that is kept of a case into one .zip file, which replaces what stood there, whole.

        Raises
        ------
        StoreError
            When there is no such case, or the file cannot be written.
        """
        with ExitStack() as opened:
            with self._writing() as connection:
                check_case(connection, case)
                rows = _read_rows(connection, case)
                # Open films stay readable, whoever removes them while the parcel is written.
                films = {name: opened.enter_context(path.open("rb")) for name, path in self._films(rows)}
            with telling(file), drafting(file.absolute().parent) as draft:
                with zipfile.ZipFile(draft.file, "w", zipfile.ZIP_DEFLATED) as parcel:
                    _write_tables(parcel, rows)
                    for name, film in films.items():
                        _store(parcel, name, film)
                    for name, path in self._made(rows):
                        with path.open("rb") as made:
                            _store(parcel, name, made)
                draft.finish()
                draft.settle(file)

    def import_case(self, file: Path) -> KeptCase:
        """Take in a case that was exported, with everything that belongs to it.

        Raises
        ------
        InputError
            When the file is no such parcel, or a damaged one; nothing of it is taken in then.
        StoreError
            When the case is here already, or there is no room.
        """
        try:
            with zipfile.ZipFile(file) as parcel:
                rows = _read_tables(parcel)
                return self._take_in(parcel, rows, _contents(parcel, rows))
        except OSError as error:
            raise InputError(
                f"{file} cannot be read: {error.strerror}.", remedy="check the name and the folder."
            ) from error
        except (*DAMAGED, StatementError) as error:
            raise InputError(
                f"{file.name} is no case that kneewise exported, or no whole one: {error}.",
                remedy="copy it again from where it was exported.",
            ) from error

    def _take_in(self, parcel: zipfile.ZipFile, rows: _Rows, contents: Sequence[zipfile.ZipInfo]) -> KeptCase:
        """Rows and files together; when one of them fails, none of them stays."""
        try:
            with self._writing() as connection:
                known = {
                    self._folder.measurement(key) for key in connection.scalars(select(MEASUREMENTS.c.key))
                }
                case = _insert_rows(connection, rows)
                for info in contents:
                    place = self._folder.home.joinpath(*PurePosixPath(info.filename).parts)
                    if place not in known:  # what was measured here is not replaced by what somebody brings
                        self._unpack(parcel, info, place, _films_of(rows))
                return case
        except BaseException:
            self.sweep()
            raise

    def _films(self, rows: _Rows) -> Iterator[tuple[str, Path]]:
        """Name in the parcel and place of every film that is here; two rows may have the same."""
        present = (row for row in rows["films"] if row["present"])
        return self._named(self._folder.film(row["digest"], row["suffix"]) for row in present)

    def _made(self, rows: _Rows) -> Iterator[tuple[str, Path]]:
        """Name in the parcel and place of measurements and of what was made of films."""
        yield from self._named(self._folder.measurement(row["key"]) for row in rows["measurements"])
        for row in rows["films"]:
            made = sorted(self._folder.of_film(row["id"]).rglob("*"))
            yield from self._named(place for place in made if place.is_file())

    def _named(self, places: Iterable[Path]) -> Iterator[tuple[str, Path]]:
        return ((place.relative_to(self._folder.home).as_posix(), place) for place in places)

    def _unpack(
        self, parcel: zipfile.ZipFile, info: zipfile.ZipInfo, place: Path, films: Container[str]
    ) -> None:
        digest = hashlib.sha256()
        with self._folder.draft_film() as draft:
            with parcel.open(info) as source:
                while block := source.read(_BLOCK):
                    digest.update(block)
                    draft.write(block)
            if place.name in films and place.name.partition(".")[0] != digest.hexdigest():
                raise ValueError(f"{info.filename} is another film")
            draft.finish()
            with telling(place):
                place.parent.mkdir(exist_ok=True, parents=True)
            draft.settle(place)


def _read_rows(connection: Connection, case: str) -> _Rows:
    """Rows of a case by table, in JSON types."""
    rows = {}
    for table in _TABLES:
        mine = table.c.id if table is CASES else table.c.case_id
        found = connection.execute(select(table).where(mine == case).order_by(*table.primary_key))
        rows[table.name] = [_plain(table, row._mapping) for row in found]
    digests = {row["digest"] for row in rows["films"]}
    measured = select(MEASUREMENTS).where(MEASUREMENTS.c.digest.in_(digests)).order_by(MEASUREMENTS.c.key)
    rows["measurements"] = [_plain(MEASUREMENTS, row._mapping) for row in connection.execute(measured)]
    return rows


def _plain(table: Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value  # a datetime is a date, too
        for name, value in row.items()
        if not _is_number(table.c[name])
    }


def _is_number(column: Column[Any]) -> bool:
    """Whether rows are only counted by it; they get other numbers where they come to."""
    return column.primary_key and isinstance(column.type, Integer)


def _write_tables(parcel: zipfile.ZipFile, rows: _Rows) -> None:
    about = {"format": _FORMAT, "schema": HEAD, "case": rows["cases"][0]["id"]}
    for name, value in {_ABOUT: about, **{f"{name}.json": table for name, table in rows.items()}}.items():
        _write_text(parcel, name, json.dumps(value, indent=1, ensure_ascii=False))
    _write_text(parcel, "case.toml", render_content(rows["cases"][0]["content"]))
    _write_text(parcel, "diary.csv", _diary_table(rows["diary"], rows["ticks"]))


def _write_text(parcel: zipfile.ZipFile, name: str, text: str) -> None:
    """A text without the hour, so that the same case is the same file."""
    parcel.writestr(zipfile.ZipInfo(name), text.encode(), zipfile.ZIP_DEFLATED)


def _diary_table(days: Sequence[Mapping[str, Any]], ticks: Sequence[Mapping[str, Any]]) -> str:
    """The diary for a spreadsheet: a row for each day, what was ticked off in one cell."""
    told = {row["day"]: row for row in days}
    done: dict[str, list[str]] = defaultdict(list)
    for row in ticks:
        done[row["day"]] += [row["exercise"]] if row["done"] else []
    names = ("worst_pain", "pain_after", "function", "note")
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["day", *names, "exercises_done"])
    for day in sorted({*told, *done}):
        cells = [told.get(day, {}).get(name) for name in names]
        table.writerow([day, *(_harmless(cell) for cell in cells), " ".join(done[day])])
    return text.getvalue()


def _harmless(cell: Any) -> Any:
    """What somebody wrote, so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in tuple("=+-@\t\r") else cell


def _store(parcel: zipfile.ZipFile, name: str, source: IO[bytes]) -> None:
    """Put a file into the parcel as it is: films and measurements do not get smaller."""
    with parcel.open(zipfile.ZipInfo(name), "w", force_zip64=True) as target:
        while block := source.read(_BLOCK):
            target.write(block)


def _read_tables(parcel: zipfile.ZipFile) -> _Rows:
    about = _read_json(parcel, _ABOUT)
    schema = about["schema"]
    if about["format"] != _FORMAT or schema not in revisions():
        raise InputError(
            f"The case was exported by a newer kneewise (schema {schema}, this one knows {HEAD}).",
            remedy="pip install --upgrade kneewise.",
        )
    names = [name for name in parcel.namelist() if "/" not in name and name.endswith(".json")]
    told = {name.removesuffix(".json"): _read_json(parcel, name) for name in names if name != _ABOUT}
    if schema != HEAD:
        told = _raised(told, schema)
    rows = {table.name: [_typed(table, row) for row in told[table.name]] for table in META.sorted_tables}
    _check_names(rows)
    return rows


def _raised(told: _Rows, schema: str) -> _Rows:
    """Rows of an older schema as the newest has them: through the same migrations as a folder of then."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with engine.begin() as connection:
            upgrade(connection, schema)
            older = MetaData()
            older.reflect(connection)
            for table in older.sorted_tables:
                if told.get(table.name):
                    connection.execute(insert(table), [_typed(table, row) for row in told[table.name]])
            upgrade(connection, HEAD)
            return {
                table.name: [_plain(table, row._mapping) for row in connection.execute(select(table))]
                for table in META.sorted_tables
            }
    finally:
        engine.dispose()


def _read_json(parcel: zipfile.ZipFile, name: str) -> Any:
    if parcel.getinfo(name).file_size > _LARGEST_TABLE:
        raise ValueError(f"{name} is too large")
    return json.loads(parcel.read(name))


def _typed(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as the database takes it."""
    columns = (column for column in table.columns if not _is_number(column))
    return {column.name: _value(column.type, row[column.name]) for column in columns}


def _value(kind: object, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Moment | DateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value


def _check_names(rows: _Rows) -> None:
    """Names become places in the folder, and must not lead elsewhere."""
    ids = [row["id"] for name in ("cases", "films") for row in rows[name]]
    keys = [row["digest"] for name in ("films", "measurements") for row in rows[name]]
    keys += [row["key"] for row in rows["measurements"]]
    sound = all(_ID.fullmatch(one) for one in ids) and all(_KEY.fullmatch(one) for one in keys)
    if not sound or any(row["suffix"] != clean_suffix("film" + row["suffix"]) for row in rows["films"]):
        raise ValueError("it has names that kneewise does not give")
    case = [row["id"] for row in rows["cases"]]
    whose = {row["case_id"] for table in _TABLES if table is not CASES for row in rows[table.name]}
    digests = {row["digest"] for row in rows["films"]}
    if len(case) != 1 or whose - {*case} or {row["digest"] for row in rows["measurements"]} - digests:
        raise ValueError("it is not about one person")


def _films_of(rows: _Rows) -> set[str]:
    return {f"{row['digest']}{row['suffix']}" for row in rows["films"] if row["present"]}


def _contents(parcel: zipfile.ZipFile, rows: _Rows) -> list[zipfile.ZipInfo]:
    """Files of the parcel that belong into the folder, each checked; all that should be there are."""
    wanted = {f"films/{name}" for name in _films_of(rows)}
    wanted |= {f"measurements/{row['key']}.npz" for row in rows["measurements"]}
    made = {row["id"] for row in rows["films"]}
    found = []
    for info in parcel.infolist():
        parts = PurePosixPath(info.filename).parts
        is_made = len(parts) > 2 and parts[0] == "films" and parts[1] in made and not {"..", "."} & {*parts}
        if info.filename in wanted or is_made:
            # As large as the parcel itself: nothing in it can swell.
            if info.compress_type != zipfile.ZIP_STORED:
                raise ValueError(f"{info.filename} was packed by somebody else")
            found.append(info)
    if missing := wanted - {info.filename for info in found}:
        raise ValueError(f"{min(missing)} is missing")
    return found


def _insert_rows(connection: Connection, rows: _Rows) -> KeptCase:
    """Everything into its table, and read once, so that nothing is kept that nobody can read."""
    case = rows["cases"][0]["id"]
    if connection.scalar(select(CASES.c.id).where(CASES.c.id == case)) is not None:
        raise StoreError(
            f"The case '{case}' is here already.", remedy=f"erase it first: kneewise erase {case}."
        )
    known = set(connection.scalars(select(MEASUREMENTS.c.key)))
    for table in META.sorted_tables:
        fresh = [row for row in rows[table.name] if table is not MEASUREMENTS or row["key"] not in known]
        if fresh:
            _insert(connection, table, fresh)
    for film in connection.execute(select(FILMS).where(FILMS.c.case_id == case)):
        read_film(film)
    for row in rows["scores"]:
        read_refilmed(row["refilmed"])
    return read_case(connection.execute(select(CASES).where(CASES.c.id == case)).one())


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    try:
        connection.execute(insert(table), rows)
    except IntegrityError as error:
        raise ValueError(f"its {table.name} contradict what is here or each other") from error
