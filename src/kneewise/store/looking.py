"""Where the memory lies and in what state it is, looked at without opening, making or changing anything."""

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from .folder import DATABASE, HOME, default_home
from .migrating import VERSIONS
from .opening import ADDRESS
from .tables import HEAD


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the memory lies.

    Attributes
    ----------
    folder : of the films, the measurements and the database.
    set_by : environment variable that names it; None where it is the system's usual one.
    there : whether anything was kept yet.
    writable : whether it can be written to, or made where it is not there.
    free : room on its disk. [bytes]
    schema : of its database; None where there is none yet, and where `database_set_by` names another one.
    known : the newest schema that this version knows.
    sound : whether the database can be read, and no newer kneewise wrote it.
    database_set_by : environment variable that names a database elsewhere; None where it lies in the folder.
    """

    folder: str
    set_by: str | None
    there: bool
    writable: bool
    free: int
    schema: str | None
    known: str
    sound: bool
    database_set_by: str | None


def look_at_home() -> Place:
    """The folder that `kneewise serve` would use."""
    home = default_home().absolute()
    nearest = next(place for place in (home, *home.parents) if place.exists())
    elsewhere = ADDRESS if os.environ.get(ADDRESS) else None
    schema, readable = (None, True) if elsewhere else _schema_in(home / DATABASE)
    return Place(
        folder=str(home),
        set_by=HOME if os.environ.get(HOME) else None,
        there=home.is_dir(),
        writable=is_writable(nearest),
        free=shutil.disk_usage(nearest).free,
        schema=schema,
        known=HEAD,
        sound=readable and (schema is None or schema <= HEAD),
        database_set_by=elsewhere,
    )


def _schema_in(database: Path) -> tuple[str | None, bool]:
    """Schema of a database, and whether it could be read."""
    if not database.exists() or not database.stat().st_size:
        return None, True
    try:
        with closing(sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True)) as connection:
            return str(connection.execute(f"SELECT version_num FROM {VERSIONS}").fetchone()[0]), True
    except (sqlite3.Error, TypeError):
        return None, False


def is_writable(folder: Path) -> bool:
    """Whether files can be made in a folder."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
