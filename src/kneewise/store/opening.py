"""Folder or address → Store: connected, its schema the newest, rests of what broke off removed."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from ..errors import StoreError
from .cases import Cases
from .diary import Diary
from .drawer import telling
from .films import Films
from .folder import Folder, default_home
from .meanings import Meanings
from .measurements import Measurements
from .parcels import Parcels
from .tables import HEAD

if TYPE_CHECKING:
    from alembic.config import Config

ADDRESS = "KNEEWISE_DATABASE_URL"
"""Environment variable that names another database."""
_PATIENCE = 5.0
"""Writers wait so long for each other. [s]"""


class Store(Cases, Films, Measurements, Meanings, Diary, Parcels):
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
    folder = Folder(home or default_home())
    address = _address(url or os.environ.get(ADDRESS), folder)
    _migrate(_connect(address, patience, foreign_keys=False))
    store = Store(_connect(address, patience), folder)
    store.sweep()
    store.empty_log(patiently=False)
    return store


def _address(url: str | None, folder: Folder) -> URL:
    if url is None:
        return URL.create("sqlite", database=str(folder.database))
    try:
        return make_url(url)
    except ArgumentError as error:
        raise StoreError(
            f"{ADDRESS} is no address of a database.",
            remedy="write it like postgresql+psycopg://user:password@host/name.",
        ) from error


def _connect(address: URL, patience: float, *, foreign_keys: bool = True) -> Engine:
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_pre_ping=True)
    pool: dict[str, Any] = {} if foreign_keys else {"poolclass": NullPool}
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


def _migrate(engine: Engine) -> None:
    """Bring the schema to the newest, all of it or nothing.

    Tables are made anew while they change, which must not take along the rows that refer to them: foreign
    keys are checked at the end instead of all the time.
    """
    try:
        with telling():
            with engine.connect() as connection, connection.begin():
                if _schema_of(connection) == HEAD:
                    return
            with engine.connect().execution_options(writes=True) as connection, connection.begin():
                _upgrade(connection)
    finally:
        engine.dispose()


def _upgrade(connection: Connection) -> None:
    from alembic import command  # late: it takes long to load, and is needed once
    from alembic.script import ScriptDirectory

    config = migrations()
    config.attributes["connection"] = connection
    found = _schema_of(connection)
    if found not in (None, *(step.revision for step in ScriptDirectory.from_config(config).walk_revisions())):
        raise StoreError(
            f"What is kept was written by a newer kneewise (schema {found}, this one knows {HEAD}).",
            remedy="install the newer kneewise again: pip install --upgrade kneewise.",
        )
    command.upgrade(config, "head")
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise StoreError(
            "What is kept contradicts itself, and was left as it is.",
            remedy="restore the last export, or ask for help with a copy of the folder.",
        )


def migrations() -> "Config":
    """Where Alembic finds the migrations."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _schema_of(connection: Connection) -> str | None:
    """The newest migration that was done; None where there are no tables yet."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found
