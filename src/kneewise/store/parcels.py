"""A case ⇄ one .zip file that holds all of it, to take along, to keep, or to read with other programs.

Inside lie the rows of each table as JSON, the films that are still here and what was made of them, the
measurements; and for people the case file and the diary as a table.
"""

import csv
import io
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, TypeVar

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
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
from ..formats import legible
from .arrivals import Spoilt, copy, say_why
from .cases import read_case
from .clients import read_consent
from .diary import read_day
from .drawer import Drawer, check_case
from .films import read_film
from .folder import are_ours, leaving, make_folder
from .kept import KeptCase, is_name
from .meanings import read_refilmed
from .migrating import VERSIONS, revisions, upgrade
from .packing import DAMAGED, check_plain
from .tables import CASES, FILMS, HEAD, MEASUREMENTS, META, OF_THE_PLACE, Moment

_FORMAT = 1
"""Of the parcel. What older readers would misunderstand raises it."""
_ABOUT = "kneewise.json"
_FORMULA = re.compile(r"""^(?=[\t\r])|(?:^|[;,|\t\r\n])[\s"']*(?=[=+\-@＝＋－＠])""")
"""Where a spreadsheet takes text for a formula, wherever it splits a line; some do so at semicolons, and see
the quotation marks within a cell as the beginning of one."""
_LARGEST = 64 << 20
"""No tables of one person are larger, all of them together. [bytes]"""
_MOST_VALUES = 4_000_000
"""Nor do they hold more values: small ones need much more room once they are read."""
_NOT_IN_PARCELS = OF_THE_PLACE | {VERSIONS}
_MOST_NUMBER = (1 << 63) - 1
"""What a database can count to."""
_OF_A_CASE = [table for table in META.sorted_tables if table.name not in OF_THE_PLACE]
_TABLES = [table for table in _OF_A_CASE if table is not MEASUREMENTS]

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
            with leaving(file) as draft, zipfile.ZipFile(draft.file, "w", zipfile.ZIP_DEFLATED) as parcel:
                _write_tables(parcel, rows)
                for name, film in films.items():
                    _store(parcel, name, film)
                for name, path in self._made(rows):
                    with path.open("rb") as made:
                        _store(parcel, name, made)

    def import_case(self, file: Path, check: Callable[[Mapping[str, Any]], object]) -> KeptCase:
        """Take in a case that was exported, with everything that belongs to it.

        Parameters
        ----------
        file
            As `export_case` writes it.
        check
            Complains about a content that could not be understood; the memory itself knows no questions.

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
                check(rows["cases"][0]["content"])
                return self._take_in(parcel, rows, _contents(parcel, rows))
        except OSError as error:
            raise InputError(
                f"{file} cannot be read: {error.strerror}.", remedy="check the name and the folder."
            ) from error
        except (Spoilt, *DAMAGED, StatementError) as error:
            raise InputError(
                f"{file.name} is no case that kneewise exported, or no whole one{say_why(error)}.",
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
        with self._folder.draft_film() as draft:
            with parcel.open(info) as source:
                digest = copy(source.read, draft.write)
            if place.name in films and place.name.partition(".")[0] != digest:
                raise Spoilt(f"{legible(info.filename)} is another film")
            draft.finish()
            make_folder(place.parent)
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
        _write_text(parcel, name, json.dumps(_readable(value), indent=1, ensure_ascii=False))
    content = rows["cases"][0]["content"]
    _write_text(parcel, "case.toml", render_content(content if isinstance(content, Mapping) else {}))
    _write_text(parcel, "diary.csv", _diary_table(rows["diary"], rows["ticks"]))


def _write_text(parcel: zipfile.ZipFile, name: str, text: str) -> None:
    """A text without the hour, so that the same case is the same file; without what is half a letter."""
    parcel.writestr(zipfile.ZipInfo(name), text.encode(errors="replace"), zipfile.ZIP_DEFLATED)


def _readable(value: Any) -> Any:
    """The same without numbers that are none, which no other program reads."""
    return json.loads(json.dumps(value), parse_constant=lambda _: None)


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
        table.writerow([day, *map(_harmless, (*cells, " ".join(done[day])))])
    return text.getvalue()


def _harmless(cell: Any) -> Any:
    """What somebody wrote, so that no spreadsheet takes it for a formula."""
    return _FORMULA.sub(r"\g<0>'", cell) if isinstance(cell, str) else cell


def _store(parcel: zipfile.ZipFile, name: str, source: IO[bytes]) -> None:
    """Put a file into the parcel as it is: films and measurements do not get smaller."""
    with parcel.open(zipfile.ZipInfo(name), "w", force_zip64=True) as target:
        copy(source.read, target.write)


def _read_tables(parcel: zipfile.ZipFile) -> _Rows:
    read = _Reading(parcel)
    about = read(_ABOUT)
    schema = about["schema"]
    if about["format"] != _FORMAT or schema not in revisions():
        raise InputError(
            "The case was exported by a newer kneewise than this one.",
            remedy="pip install --upgrade kneewise.",
        )
    raised = None if schema == HEAD else _raised(read, schema)
    rows = {
        table.name: _typed_rows(table, read(f"{table.name}.json") if raised is None else raised[table.name])
        for table in _OF_A_CASE
    }
    _check_names(rows)
    _check_rows(rows)
    return rows


def _raised(read: Callable[[str], Any], schema: str) -> _Rows:
    """Rows of an older schema as the newest has them: through the same migrations as a folder of then."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with engine.begin() as connection:
            upgrade(connection, schema)
            older = MetaData()
            older.reflect(connection)
            for table in older.sorted_tables:
                if table.name not in _NOT_IN_PARCELS and (
                    rows := _typed_rows(table, read(f"{table.name}.json"))
                ):
                    connection.execute(insert(table), rows)
            upgrade(connection, HEAD)
            return {
                table.name: [_plain(table, row._mapping) for row in connection.execute(select(table))]
                for table in _OF_A_CASE
            }
    finally:
        engine.dispose()


class _Reading:
    """Reads tables out of a parcel, no more of them than one person has, however small they were packed."""

    def __init__(self, parcel: zipfile.ZipFile) -> None:
        self._parcel = parcel
        self._left = _LARGEST
        self._values = _MOST_VALUES

    def __call__(self, name: str) -> Any:
        info = self._parcel.getinfo(name)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # The others are unpacked at one go, whatever comes of it.
            raise Spoilt(f"{name} was packed by somebody else")
        with self._parcel.open(info) as file:
            content = file.read(self._left + 1)
        self._left -= len(content)
        self._values -= sum(content.count(mark) for mark in (b"[", b"{", b","))
        if self._left < 0 or self._values < 0:
            raise Spoilt("its tables are larger than those of one person")
        value = json.loads(content)
        check_plain(value)
        return value


def _typed_rows(table: Table, rows: Any) -> list[dict[str, Any]]:
    """Rows as the database takes them; each value of the kind of its column."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Spoilt(f"its {table.name} are no table")
    columns = [column for column in table.columns if not _is_number(column)]
    return [{column.name: _value(column, row[column.name]) for column in columns} for row in rows]


def _value(column: Column[Any], value: Any) -> Any:
    if value is None and column.nullable:
        return None
    match column.type:
        case Moment() | DateTime():
            return _near(datetime.fromisoformat(value))
        case Date():
            return _near(date.fromisoformat(value))
        case JSON():
            sound = True
        case Boolean():
            sound = isinstance(value, bool)
        case Integer():
            sound = type(value) is int and abs(value) <= _MOST_NUMBER
        case Float():
            sound = type(value) in (int, float)
        case _:
            sound = isinstance(value, str)
    if not sound:
        raise Spoilt(f"{column.name} in its {column.table.name} is of another kind")
    return value


_Day = TypeVar("_Day", bound=date)


def _near(when: _Day) -> _Day:
    """A day that has one before and one after it, wherever on earth it is told."""
    if not date.min.year < when.year < date.max.year:
        raise Spoilt("it tells of a day that no calendar has")
    return when


def _check_names(rows: _Rows) -> None:
    """Names become places in the folder, and must not lead elsewhere."""
    ids = [row["id"] for name in ("cases", "films") for row in rows[name]]
    keys = [row["digest"] for name in ("films", "measurements") for row in rows[name]]
    keys += [row["key"] for row in rows["measurements"]]
    if not are_ours(ids, keys, [row["suffix"] for row in rows["films"]]):
        raise Spoilt("it has names that kneewise does not give")
    case = [row["id"] for row in rows["cases"]]
    whose = {row["case_id"] for table in _TABLES if table is not CASES for row in rows[table.name]}
    digests = {row["digest"] for row in rows["films"]}
    if len(case) != 1 or whose - {*case} or {row["digest"] for row in rows["measurements"]} - digests:
        raise Spoilt("it is not about one person")


def _check_rows(rows: _Rows) -> None:
    """Values that are of the right kind, and still none that kneewise keeps."""
    if not all(is_name(row["name"]) for row in rows["cases"]):
        raise Spoilt("it has no name that a person could have")
    mappings = [row["content"] for row in rows["cases"]]
    mappings += [row["summary"] for name in ("meanings", "sessions") for row in rows[name]]
    mappings += [row["provenance"] for row in rows["measurements"]]
    lists = [row["made_of"] for row in rows["meanings"]]
    if not all(isinstance(one, dict) for one in mappings) or not all(isinstance(one, list) for one in lists):
        raise Spoilt("what was told or made of it is no table")
    if not all(0 <= row["share"] <= 1 for row in rows["films"]):
        raise Spoilt("of one of its films more than all was measured, or less than nothing")
    for row in rows["diary"]:
        read_day(row)
    for row in rows["consents"]:
        read_consent(row)


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
                raise Spoilt(f"{legible(info.filename)} was packed by somebody else")
            found.append(info)
    if missing := wanted - {info.filename for info in found}:
        raise Spoilt(f"{min(missing)} is missing")
    return found


def _insert_rows(connection: Connection, rows: _Rows) -> KeptCase:
    """Everything into its table, and read once, so that nothing is kept that nobody can read."""
    case = rows["cases"][0]["id"]
    if connection.scalar(select(CASES.c.id).where(CASES.c.id == case)) is not None:
        raise StoreError(
            f"The case '{case}' is here already.",
            remedy="erase it first, if the one in the file is wanted instead.",
        )
    known = set(connection.scalars(select(MEASUREMENTS.c.key)))
    for table in _OF_A_CASE:
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
        raise Spoilt(f"its {table.name} contradict what is here or each other") from error
