"""A room of its own in the user's folder, to make something ready in; and how it takes the folder's place.

A folder is replaced in two steps. First the room gets another name: that decides it. Then its parts move to
their places; where that was broken off, whoever opens the folder next goes on with it. Before the first step
nothing has changed, after it everything will.
"""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .folder import DATABASE, DRAFT, FILMS, MEASUREMENTS, PRIVATE, remove, sync_folder, telling

_DECIDED = ".restored"
_OLD = ".replaced"
_PARTS = (FILMS, MEASUREMENTS, DATABASE)
_UNKNOWN = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP)
"""What some disks in a network answer who are asked to hold something."""
_LOGS = (f"{DATABASE}-wal", f"{DATABASE}-shm")


@contextmanager
def staging(home: Path) -> Iterator[Path]:
    """A new room in a folder, for its owner alone; gone at the end of the block unless it took its place."""
    with telling(home):
        room, lock = _begin(home)
    try:
        yield room
    finally:
        with telling(home):
            remove(room)
        if lock is not None:
            os.close(lock)


def remove_abandoned_rooms(home: Path) -> None:
    """Remove rooms whose makers are gone, however they ended."""
    for room in (place for place in home.glob(f"{DRAFT}*") if place.is_dir()):
        with suppress(OSError):
            lock = _lock(room, wait=False)
            if lock is not None:
                remove(room)
                os.close(lock)


@contextmanager
def entering(home: Path) -> Iterator[None]:
    """Nobody takes the folder's place while the block runs; what was decided before is carried out first."""
    with telling(home):
        home.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
    while (home / _DECIDED).exists() or (home / _OLD).exists():
        with _holding(home, alone=True):
            _carry_out(home)
    with _holding(home, alone=False):
        yield


@contextmanager
def alone_in(home: Path) -> Iterator[None]:
    """Nobody enters the folder while the block runs."""
    with _holding(home, alone=True):
        _carry_out(home)
        yield


def replace_by(room: Path, home: Path) -> None:
    """Put what is in a room in the place of what is in the folder; only inside of `alone_in`."""
    with telling(home):
        for place in (room, *(room / name for name in (FILMS, MEASUREMENTS))):
            sync_folder(place)
        os.replace(room, home / _DECIDED)
        sync_folder(home)
    _carry_out(home)


def _carry_out(home: Path) -> None:
    """Every step can be done once more: whoever was killed may have done any number of them."""
    new, old = home / _DECIDED, home / _OLD
    with telling(home):
        if new.exists():
            old.mkdir(exist_ok=True, mode=PRIVATE)
            for name in _PARTS:
                if (new / name).exists():
                    _put_away(home, old, *((name, *_LOGS) if name == DATABASE else (name,)))
                    os.replace(new / name, home / name)
            sync_folder(home)
            remove(new)
        remove(old)


def _put_away(home: Path, old: Path, *names: str) -> None:
    for name in names:
        if (old / name).exists():
            remove(home / name)
        elif (home / name).exists():
            os.replace(home / name, old / name)


def _begin(home: Path) -> tuple[Path, int | None]:
    while True:
        room = Path(tempfile.mkdtemp(prefix=DRAFT, dir=home))
        lock = _lock(room)
        if lock is None or os.fstat(lock).st_nlink:
            return room, lock
        os.close(lock)  # somebody took it for abandoned before it was locked


@contextmanager
def _holding(home: Path, *, alone: bool) -> Iterator[None]:
    with telling(home):
        lock = _lock(home, alone=alone)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def _lock(folder: Path, *, alone: bool = True, wait: bool = True) -> int | None:
    """Hold a folder until the number is closed or its holder dies; None where the disk knows no such thing.

    Raises
    ------
    OSError
        When somebody else holds it, and nobody shall wait.
    """
    try:
        import fcntl
    except ImportError:  # Windows: an open file cannot be moved there
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        os.close(handle)
        if error.errno in _UNKNOWN:
            return None
        raise
    return handle
