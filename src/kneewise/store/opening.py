"""Folder or address → Store: connected, its schema the newest, rests of what broke off removed."""

import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, cast

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from ..errors import StoreError
from .accounts import Accounts
from .backups import Backups
from .cases import Cases
from .clients import Clients
from .desk import Desk
from .diary import Diary
from .films import Films
from .folder import Folder, default_home
from .hooks import Hooks
from .invitations import Invitations
from .meanings import Meanings
from .measurements import Measurements
from .migrating import migrate
from .parcels import Parcels
from .practices import Practices
from .records import Records
from .staging import entering
from .studies import Studies
from .tokens import Tokens
from .visits import Visits

ADDRESS = "KNEEWISE_DATABASE_URL"
"""Environment variable that names another database."""
_PATIENCE = 5.0
"""Writers wait so long for each other. [s]"""
_HANGING = 600.0
"""A server ends what does nothing in the middle of a change for so long. [s]"""


class Store(
    Cases,
    Films,
    Measurements,
    Studies,
    Meanings,
    Diary,
    Clients,
    Desk,
    Practices,
    Parcels,
    Backups,
    Accounts,
    Visits,
    Invitations,
    Records,
    Tokens,
    Hooks,
):
    """Everything that is kept; threads may share it. What a method changes is changed whole, or not."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def home(self) -> Path:
        """The folder."""
        return self._folder.home

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def open_store(home: Path | None = None, url: str | None = None, *, patience: float = _PATIENCE) -> Store:
    """The memory, made where there is none and brought to the newest schema where it is older.

    Parameters
    ----------
    home
        Folder; that of `KNEEWISE_HOME`, or where the system keeps the data of programs, if None.
    url
        Of the database; that of `KNEEWISE_DATABASE_URL`, or a SQLite file in the folder, if None.
    patience
        Writers wait so long for each other. [s]

    Raises
    ------
    StoreError
        When folder or database cannot be used, or a newer kneewise wrote it.
    """
    place = (home or default_home()).absolute()
    with entering(place):
        folder = Folder(place)
        with _telling_address():
            address = _address(url or os.environ.get(ADDRESS), folder)
            migrate(_connect(address, patience, foreign_keys=False))
            store = Store(_connect(address, patience), folder)
        store.sweep()
        store.empty_log(patiently=False)
    return store


def _address(url: str | None, folder: Folder) -> URL:
    return URL.create("sqlite", database=str(folder.database)) if url is None else make_url(url)


@contextmanager
def _telling_address() -> Iterator[None]:
    """What is wrong with an address becomes a `StoreError`, which does not repeat the password in it."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise StoreError(
            f"{ADDRESS} names a database that needs the package {error.name}, which is not installed.",
            remedy=f"pip install {error.name}.",
        ) from error
    except ArgumentError as error:
        raise StoreError(
            f"{ADDRESS} is no address of a database.",
            remedy="write it like postgresql+pg8000://user:password@host/name.",
        ) from error


def _connect(address: URL, patience: float, *, foreign_keys: bool = True) -> Engine:
    pool: dict[str, Any] = {} if foreign_keys else {"poolclass": NullPool}
    if address.get_backend_name() != "sqlite":
        engine = create_engine(
            address, pool_pre_ping=True, pool_logging_name="kneewise", json_serializer=_plain_json, **pool
        )
        # Who asks is told when the database is away; the pool would tell the terminal the same, at length.
        cast("logging.Logger", engine.pool.logger).setLevel(logging.CRITICAL)
        if foreign_keys and address.get_backend_name() == "postgresql":
            _be_patient(engine, patience)
        return engine
    if foreign_keys:
        pool = {"max_overflow": -1}  # a connection to a file costs nothing; no thread waits for one
    engine = create_engine(address, connect_args={"timeout": patience}, **pool)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # Transactions are begun below: the driver's own would begin late, and end up waiting for each other.
        connection.isolation_level = None
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "secure_delete = ON",
            "temp_store = MEMORY",
            f"foreign_keys = {'ON' if foreign_keys else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _be_patient(engine: Engine, patience: float) -> None:
    """Have PostgreSQL wait for other writers no longer than that, and for one that hangs not much longer."""

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET lock_timeout = {round(1000 * patience)}")
        cursor.execute(f"SET idle_in_transaction_session_timeout = {round(1000 * _HANGING)}")
        cursor.close()
        connection.commit()


def _plain_json(value: Any) -> str:
    """The value as JSON; numbers that are none become null, since only SQLite keeps them as they are."""
    try:
        return json.dumps(value, allow_nan=False)
    except ValueError:
        return json.dumps(json.loads(json.dumps(value), parse_constant=lambda _: None))
