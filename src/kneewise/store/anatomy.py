"""What a SQLite database consists of: its tables and indexes, word for word as they were made."""

import re
import sqlite3
from collections.abc import Iterable

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from .migrating import upgrade

Part = tuple[str, str, str, str]
"""Kind, name, table and statement of a part."""

_MASTER = "SELECT type, name, tbl_name, sql FROM sqlite_master"
_COUNTS = frozenset({"CREATETABLEsqlite_stat1(tbl,idx,stat)"})
"""What SQLite adds by itself where somebody has it analysed."""


def parts_in(database: sqlite3.Connection) -> frozenset[Part]:
    """What a database consists of."""
    return _parts(database.execute(_MASTER))


def parts_of(schema: str) -> frozenset[Part]:
    """What an empty one of a schema consists of: made by the same migrations as everybody's."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with engine.begin() as connection:
            upgrade(connection, schema)
            return _parts(tuple(row) for row in connection.exec_driver_sql(_MASTER))
    finally:
        engine.dispose()


def _parts(rows: Iterable[tuple[str, str, str, str | None]]) -> frozenset[Part]:
    parts = ((kind, name, table, _words(statement or "")) for kind, name, table, statement in rows)
    return frozenset(part for part in parts if part[-1] not in _COUNTS)


def _words(statement: str) -> str:
    """A statement without what other versions of SQLite and SQLAlchemy may write otherwise."""
    return re.sub(r'[\s"]', "", statement)
