"""What every part of the memory stands on: one transaction at a time, in the folder of one user."""

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, select
from sqlalchemy.exc import DBAPIError, TimeoutError

from ..errors import StoreError
from .folder import Folder, remove
from .staging import remove_abandoned_rooms
from .tables import CASES, FILMS, MEASUREMENTS

_TURN = 0x6B6E6565
"""Number of the lock that writers share in PostgreSQL: "knee"."""
_BUSY = ("database is locked", "database table is locked")
_FULL = ("database or disk is full", "No space left")


class Drawer:
    """A part of the memory."""

    def __init__(self, engine: Engine, folder: Folder) -> None:
        self._engine = engine
        self._folder = folder

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with telling(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Alone among writers; all of it or nothing."""
        with (
            telling(),
            self._engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            take_turn(connection)
            yield connection

    def sweep(self) -> None:
        """Remove files that nothing refers to: what was erased, and rests of what was broken off."""
        self._folder.remove_abandoned()
        remove_abandoned_rooms(self._folder.home)
        with self._reading() as connection:
            if not self._folder.unknown(self._known(connection)):
                return
        # Looked at once more, alone: what was unknown may be a file whose row was just about to be written.
        with self._writing() as connection:
            for place in self._folder.unknown(self._known(connection)):
                remove(place)

    def _known(self, connection: Connection) -> set[Path]:
        """Files and folders that rows refer to."""
        known = {self._folder.measurement(key) for key in connection.scalars(select(MEASUREMENTS.c.key))}
        for row in connection.execute(select(FILMS.c.id, FILMS.c.digest, FILMS.c.suffix, FILMS.c.present)):
            known.add(self._folder.of_film(row.id))
            if row.present:
                known.add(self._folder.film(row.digest, row.suffix))
        return known

    def empty_log(self, *, patiently: bool = True) -> None:
        """Make what was erased go for good: the database overwrites it at once, its log only now.

        Parameters
        ----------
        patiently
            Wait for others to stop reading, as long as writers wait for each other; else leave it to the next
            one who opens or erases.
        """
        if self._engine.dialect.name != "sqlite":
            return
        with telling():
            connection = self._engine.raw_connection()
            try:
                cursor = connection.cursor()
                patience = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
                cursor.execute(f"PRAGMA busy_timeout = {patience if patiently else 0}")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                cursor.execute(f"PRAGMA busy_timeout = {patience}")
            finally:
                connection.close()


def take_turn(connection: Connection) -> None:
    """Wait until nobody else writes, so that files and rows change together; SQLite did so when it began."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_TURN)))


def forget_measurements(connection: Connection, which: ColumnElement[bool]) -> int:
    """Remove measurements of films that no case has any more; how many there were."""
    needed = MEASUREMENTS.c.digest.in_(select(FILMS.c.digest))
    return connection.execute(delete(MEASUREMENTS).where(which, ~needed)).rowcount


@contextmanager
def telling() -> Iterator[None]:
    """What the database refuses becomes a `StoreError`."""
    try:
        yield
    except TimeoutError as error:
        raise _busy() from error
    except DBAPIError as error:
        said = str(error.orig)
        if any(words in said for words in _BUSY):
            raise _busy() from error
        raise unusable(said) from error


def unusable(said: str) -> StoreError:
    """The complaint about a database that says so."""
    if any(words in said for words in _FULL):
        return StoreError(
            "The disk is full; nothing could be added to the memory.",
            remedy="make room on the disk, and do it once more. What was kept before is still there.",
        )
    return StoreError(
        f"The memory cannot be used: {said}.",
        remedy="make room on the disk, and see that it is sound and that you may write to the folder; then "
        "restore the last export.",
    )


def _busy() -> StoreError:
    return StoreError(
        "The memory is in use by another program, and did not become free in time.",
        remedy="do it once more; if it stays so, close other windows of kneewise.",
    )


def check_case(connection: Connection, case: str) -> None:
    """Complain about a case that is not there."""
    if connection.scalar(select(CASES.c.id).where(CASES.c.id == case)) is None:
        raise no_case(case)


def no_case(case: str) -> StoreError:
    """The complaint about a case that is not there."""
    return StoreError(f"There is no case '{case}'.", remedy="look in the list of the cases that are kept.")


def new_id() -> str:
    """80 random bits in small letters and digits: nobody guesses one."""
    return base64.b32encode(secrets.token_bytes(10)).decode().lower()
