"""The whole memory → one file: the database, films, what was made of them, and measurements, as they are.

Beside them lies a list of all with their SHA-256. It finds what was damaged on the way; against somebody who
changes both, only a sealed backup helps.
"""

import json
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from ..errors import StoreError
from .arrivals import copy
from .drawer import Drawer
from .folder import DATABASE, WORK, Draft, is_content, leaving, telling
from .sealing import Sealer
from .staging import staging
from .tables import EVENTS, INVITATIONS, TOKEN_CASES, TOKENS, VISITS

FORMAT = 1
"""Of the list. What older readers would misunderstand raises it."""
LEFT_OUT = (VISITS, INVITATIONS, TOKEN_CASES, TOKENS, EVENTS)
"""Tables whose rows no backup holds."""
LIST = "backup.json"


class Backups(Drawer):
    """All of it, at once."""

    def back_up(self, file: Path, now: datetime, passphrase: str | None = None) -> int:
        """Write everything that is kept into one file, which replaces what stood there, whole.

        Parameters
        ----------
        file
            Where to.
        now
            When.
        passphrase
            Seals it; without one, whoever has the file can read it.

        Returns
        -------
        int
            How many files are in it, the database among them.

        Raises
        ------
        StoreError
            When the file cannot be written, or the database is a server of its own.
        """
        if not self._is_here():
            raise elsewhere()
        if file.resolve().is_relative_to(self._folder.home.resolve()):
            raise StoreError(
                "A backup inside of what it is a backup of would go with it.", remedy="choose another folder."
            )
        with staging(self._folder.home) as room:
            absent = self._hold_still(room)
            with leaving(file) as draft:
                if passphrase is None:
                    count = _write(_Plain(draft), room, (now, absent))
                else:
                    sealer = Sealer(draft.write, passphrase)
                    count = _write(sealer, room, (now, absent))
                    sealer.close()
        return count

    def _is_here(self) -> bool:
        """Whether the database is the one of the folder."""
        url = self._engine.url
        return url.get_backend_name() == "sqlite" and url.database == str(self._folder.database)

    def missing(self) -> list[Path]:
        """Films and measurements that rows refer to and that are not there, in order."""
        with self._reading() as connection:
            known = self._known(connection)
        return sorted(place for place in known if is_content(place) and not place.exists())

    def _hold_still(self, room: Path) -> list[str]:
        """The memory as it is at one moment: writers wait until every file has a second name in the room.

        Returns
        -------
        list of str
            Files that rows refer to and that are gone; what is not there cannot be kept.
        """
        absent = []
        with self._writing() as connection, telling(room):
            with (
                closing(sqlite3.connect(self._folder.database)) as source,
                closing(sqlite3.connect(room / DATABASE)) as target,
            ):
                source.backup(target)
                # What was given up since would else open the door again, and events be told twice.
                for table in LEFT_OUT:
                    target.execute(f"DELETE FROM {table.name}")
                target.commit()
                target.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
            for place in self._known(connection):
                if is_content(place) and not place.exists():
                    absent.append(place.relative_to(self._folder.home).as_posix())
                for file in _files_of(place):
                    _name_twice(file, room / file.relative_to(self._folder.home))
        return sorted(absent)


def _files_of(place: Path) -> Iterator[Path]:
    """A file, or those in a folder but for what is being worked on there."""
    if place.is_file():
        yield place
    # A folder may go while it is walked through, which os.walk takes as it is.
    for folder, inside, names in os.walk(place):
        if Path(folder) == place and WORK in inside:
            inside.remove(WORK)
        yield from (Path(folder) / name for name in names)


def elsewhere() -> StoreError:
    """The complaint about a memory whose database is not in its folder."""
    return StoreError(
        "The database is not in the folder but elsewhere, and was left alone.",
        remedy="use its own tools, such as pg_dump, and copy the folders of films and measurements with it.",
    )


class _Plain:
    """A draft as a file that is written to."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    def write(self, content: bytes) -> int:
        """Add to it, all of it."""
        self._draft.write(content)
        return len(content)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Whoever made the draft closes it."""


def _write(target: _Plain | Sealer, room: Path, about: tuple[datetime, list[str]]) -> int:
    """Every file of the room, then the list, with when it was made and what was absent; how many files."""
    now, absent = about
    listed = {}
    with zipfile.ZipFile(target, "w") as parcel:
        for place in sorted(place for place in room.rglob("*") if place.is_file()):
            name = place.relative_to(room).as_posix()
            info = zipfile.ZipInfo(name)
            with place.open("rb") as source, parcel.open(info, "w", force_zip64=True) as file:
                listed[name] = copy(source.read, file.write)
        told = {"format": FORMAT, "made": now.isoformat(), "files": listed, "absent": absent}
        parcel.writestr(zipfile.ZipInfo(LIST), json.dumps(told))
    return len(listed)


def _name_twice(file: Path, place: Path) -> None:
    """A second name for a file, which nobody writes to again; a copy where the disk knows no such thing."""
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, place)
    except FileNotFoundError:
        return  # a row without its file: what is not there cannot be kept
    except OSError:
        shutil.copyfile(file, place)
