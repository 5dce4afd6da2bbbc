"""A backup → the memory of a folder, in the place of what was there; verified before anything is replaced."""

import json
import os
import re
import sqlite3
import zipfile
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Table

from ..errors import InputError, StoreError
from ..formats import legible
from . import tables
from .anatomy import parts_in, parts_of
from .arrivals import Spoilt, copy, say_why
from .backups import FORMAT, LIST, elsewhere
from .drawer import unusable
from .folder import DATABASE, FILMS, MEASUREMENTS, are_ours, drafting, make_folder
from .migrating import VERSIONS, check_known
from .opening import ADDRESS, open_store
from .packing import DAMAGED
from .sealing import is_sealed, unseal
from .staging import Decided, alone_in, entering, replace_by, staging
from .tables import HEAD

_LARGEST_LIST = 256 << 20
"""Two million files have a list as long. [bytes]"""
_NAME = re.compile(
    rf"{DATABASE}|{MEASUREMENTS}/[0-9a-f]{{64}}\.npz"
    rf"|{FILMS}/[0-9a-f]{{64}}(\.[a-z0-9]{{1,8}})?|{FILMS}/[a-z2-7]{{16}}(/(?!\.{{1,2}}(/|$))[^/\\:\x00-\x1f]+)+"
)
_OF_THE_DISK = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
"""Kinds of errors, the lowest byte of their number."""
_PATIENCE = 5.0
"""So long it waits for others to let go of the memory. [s]"""


def is_sealed_backup(file: Path) -> bool:
    """Whether it takes a passphrase to restore a file.

    Raises
    ------
    InputError
        When it cannot be read, or is neither a sealed backup nor a plain one.
    """
    with _opened(file) as source:
        sealed = is_sealed(source)
        if not sealed and not zipfile.is_zipfile(source):
            raise _no_backup(file, "")
        return sealed


def restore(file: Path, home: Path, passphrase: str = "") -> datetime:
    """Put a backup in the place of everything that is kept in a folder.

    Parameters
    ----------
    file
        As `Store.back_up` writes it.
    home
        The folder; made where there is none.
    passphrase
        Of a sealed one.

    Returns
    -------
    datetime
        When the backup was made.

    Raises
    ------
    InputError
        When the file is no backup, or a damaged one, or the passphrase another; nothing has changed then.
    StoreError
        When the memory is in use, there is no room, a newer kneewise made the backup, or the database is a
        server of its own; nothing has changed then. Where the disk refused so much that there was no way back
        either, everything is replaced, now or as soon as the disk allows; the message says which.
    """
    if os.environ.get(ADDRESS):
        raise elsewhere()
    home = home.absolute()
    with entering(home):
        pass
    with staging(home) as room, _saying_that_nothing_changed():
        new = room / "new"
        try:
            with _plain(file, room, passphrase) as source, zipfile.ZipFile(source) as parcel:
                made, absent = _unpack(parcel, new)
            with _telling_of_the_disk():
                _check_database(new / DATABASE)
                _bring_up(new, absent)
        except (Spoilt, *DAMAGED, sqlite3.DatabaseError) as error:
            raise _no_backup(file, say_why(error)) from error
        with alone_in(home):
            _let_go(home / DATABASE)
            replace_by(new, home)
    return made


def _no_backup(file: Path, why: str) -> InputError:
    return InputError(
        f"{legible(file.name)} is no backup of kneewise, or no whole one{why}. Nothing was replaced.",
        remedy="take another copy of it, or an earlier one.",
    )


@contextmanager
def _saying_that_nothing_changed() -> Iterator[None]:
    try:
        yield
    except Decided:
        raise
    except StoreError as error:
        raise StoreError(f"{error.what} Nothing was replaced.", remedy=error.remedy) from error


@contextmanager
def _telling_of_the_disk() -> Iterator[None]:
    """What the disk refuses the database is no fault of the backup."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _OF_THE_DISK:
            raise
        raise unusable(str(error)) from error


@contextmanager
def _opened(file: Path) -> Iterator[IO[bytes]]:
    try:
        with file.open("rb") as source:
            yield source
    except OSError as error:
        raise InputError(
            f"{legible(str(file))} cannot be read: {error.strerror}.", remedy="check the name and the folder."
        ) from error


@contextmanager
def _plain(file: Path, room: Path, passphrase: str) -> Iterator[IO[bytes]]:
    """The file, opened where it is sealed: into one that is gone afterwards."""
    with _opened(file) as source:
        if not is_sealed(source):
            yield source
            return
        with drafting(room) as draft:
            unseal(source, draft.write, passphrase)
            with draft.place.open("rb") as opened:
                yield opened


def _unpack(parcel: zipfile.ZipFile, room: Path) -> tuple[datetime, frozenset[str]]:
    """Every file of the list into the room, each verified; when it was made, and what was absent then."""
    about = _read_list(parcel)
    listed: dict[str, Any] = about["files"]
    infos = {info.filename: info for info in parcel.infolist() if info.filename != LIST}
    if len(infos) != len(parcel.infolist()) - 1 or infos.keys() != listed.keys() or DATABASE not in listed:
        raise Spoilt("its files are not those of its list")
    for name, info in infos.items():
        if not _NAME.fullmatch(name):
            raise Spoilt(f"{legible(name)} has no place in the memory")
        place = room / name
        make_folder(place.parent)
        with parcel.open(info) as source, drafting(place.parent) as draft:
            if copy(source.read, draft.write) != listed[name]:
                raise Spoilt(f"{legible(name)} is another file than it was")
            draft.finish()
            draft.settle(place)
    return datetime.fromisoformat(about["made"]), frozenset(about.get("absent", ()))


def _read_list(parcel: zipfile.ZipFile) -> dict[str, Any]:
    """What is in a parcel, which holds nothing that swells when it is unpacked."""
    infos = parcel.infolist()
    packed = any(info.compress_type != zipfile.ZIP_STORED for info in infos)
    size = os.fstat(parcel.fp.fileno()).st_size if parcel.fp else 0
    if packed or sum(info.file_size for info in infos) > size:
        raise Spoilt("it was packed by somebody else")
    if parcel.getinfo(LIST).file_size > _LARGEST_LIST:
        raise Spoilt("its list is too long")
    about: dict[str, Any] = json.loads(parcel.read(LIST))
    if about["format"] != FORMAT:
        raise StoreError(
            "The backup was made by a newer kneewise than this one.", remedy="pip install --upgrade kneewise."
        )
    return about


def _check_database(place: Path) -> None:
    """A sound one of exactly what kneewise makes: nothing else may run when rows are read or written."""
    with closing(sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True)) as database:
        database.execute("PRAGMA trusted_schema = OFF")
        parts = parts_in(database)
        if not parts >= {part for part in parts_of(HEAD) if VERSIONS in part}:
            raise Spoilt("its database was made by somebody else")
        if parts != parts_of(_schema_in(database)):
            raise Spoilt("its database was made by somebody else")
        if database.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise Spoilt("its database is not sound")
        if database.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise Spoilt("its database contradicts itself")


def _schema_in(database: sqlite3.Connection) -> str:
    """Its schema, which is one that is known here."""
    match database.execute(f"SELECT version_num FROM {VERSIONS}").fetchmany(2):
        case [(str(schema),)] if re.fullmatch(r"[0-9]{4}", schema):
            check_known(schema)
            return schema
        case _:
            raise Spoilt("its database does not say of which schema it is")


def _bring_up(room: Path, absent: Collection[str]) -> None:
    """To the newest schema; and every row has its file, but for those absent."""
    with open_store(room, f"sqlite:///{room / DATABASE}") as store:
        missing = [place.relative_to(room).as_posix() for place in store.missing()]
    _log_in(room / DATABASE)
    with closing(sqlite3.connect(room / DATABASE)) as database:
        _check_names(database)
    if lost := [name for name in missing if name not in absent]:
        raise Spoilt(f"{lost[0]} is missing")


def _check_names(database: sqlite3.Connection) -> None:
    """Names become places in the folder, and must not lead elsewhere."""

    def column(table: Table, name: str) -> list[str]:
        return [str(row[0]) for row in database.execute(f'SELECT "{name}" FROM "{table.name}"')]

    ids = column(tables.CASES, "id") + column(tables.FILMS, "id")
    keys = column(tables.FILMS, "digest") + column(tables.MEASUREMENTS, "digest")
    keys += column(tables.MEASUREMENTS, "key")
    if not are_ours(ids, keys, column(tables.FILMS, "suffix")):
        raise Spoilt("it has names that kneewise does not give")


def _log_in(database: Path) -> None:
    """Bring what stands in the log into the database, which then is one file."""
    with closing(sqlite3.connect(database, timeout=_PATIENCE, isolation_level=None)) as connection:
        if connection.execute("PRAGMA journal_mode = DELETE").fetchone() != ("delete",):
            raise sqlite3.OperationalError("database is locked")


def _let_go(database: Path) -> None:
    """See that nobody has the memory open: it can leave its log only where nobody else uses it."""
    if not database.exists():
        return
    try:
        _log_in(database)
    except sqlite3.OperationalError as error:
        raise StoreError(
            "The memory is in use.",
            remedy="close all windows of kneewise, and stop kneewise serve; then restore once more.",
        ) from error
    except sqlite3.DatabaseError:
        return  # damaged: the reason to restore one
