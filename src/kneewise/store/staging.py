"""A room of its own in the user's folder, to make something ready in; and how it takes the folder's place.

A folder is replaced in three steps. First the room gets another name: that decides it. Then its parts move to
their places. Then what was there before goes. Where it breaks off before the first step, nothing has changed.
Where the disk refuses a step, all that was moved moves back. Where it breaks off without a chance to do so,
or the disk refuses that, too, whoever opens the folder next goes on with it, and nobody gets in before.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import StoreError
from .folder import DATABASE, DRAFT, FILMS, MEASUREMENTS, PRIVATE, remove, sync_folder, telling
from .holding import hold

_DECIDED = ".restored"
_OLD = ".replaced"
_PARTS = (FILMS, MEASUREMENTS, DATABASE)
_LOGS = (f"{DATABASE}-wal", f"{DATABASE}-shm")


class Decided(StoreError):
    """What is kept cannot be left as it was any more."""


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
            lock = _hold(room, wait=False)
            if lock is not None:
                remove(room)
                os.close(lock)


@contextmanager
def entering(home: Path) -> Iterator[None]:
    """Nobody takes the folder's place while the block runs; what was decided before is carried out first.

    Raises
    ------
    StoreError
        When it cannot be.
    """
    with telling(home):
        home.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
    while _is_decided(home):
        with _holding(home, alone=True):
            try:
                _move_in(home)
            except StoreError as error:
                raise _half_way(error) from error
    if _is_left(home):
        with _holding(home, alone=True), suppress(StoreError):  # what is in place can be used nevertheless
            _clear(home)
    with _holding(home, alone=False):
        yield


@contextmanager
def alone_in(home: Path) -> Iterator[None]:
    """Nobody enters the folder while the block runs; nothing lies there that an earlier one left."""
    with _holding(home, alone=True):
        _move_in(home)
        _clear(home)
        yield


def replace_by(room: Path, home: Path) -> None:
    """Put what is in a room in the place of what is in the folder; only inside of `alone_in`.

    Raises
    ------
    StoreError
        When the disk refuses it, and nothing was replaced.
    Decided
        When there was no way back: all of it is in its place, or will be before anybody uses it.
    """
    try:
        with telling(home):
            for place in (room, *(room / name for name in (FILMS, MEASUREMENTS))):
                sync_folder(place)
            os.replace(room, home / _DECIDED)
            sync_folder(home)
        _move_in(home)
    except StoreError as error:
        raise _turned_back(room, home, error) from error
    try:
        _clear(home)
    except StoreError as error:
        raise Decided(
            f"The backup is in place, all of it. What it replaced is still in {home / _OLD}: {error.what}",
            remedy="remove that folder yourself.",
        ) from error


def _is_decided(home: Path) -> bool:
    """Whether parts wait to be moved in."""
    return any((home / _DECIDED / name).exists() for name in _PARTS)


def _is_left(home: Path) -> bool:
    return any((home / name).exists() for name in (_DECIDED, _OLD))


def _move_in(home: Path) -> None:
    """Every step can be done once more: whoever was killed may have done any number of them."""
    new, old = home / _DECIDED, home / _OLD
    if not new.exists():
        return
    with telling(home):
        old.mkdir(exist_ok=True, mode=PRIVATE)
        for name in _PARTS:
            if (new / name).exists():
                for one in _with_logs(name):
                    _move(home / one, old / one)
                os.replace(new / name, home / name)
        sync_folder(home)


def _move_back(room: Path, home: Path) -> None:
    """Undo any number of those steps, and the decision last: who is killed on the way back has decided."""
    new, old = home / _DECIDED, home / _OLD
    if not new.exists():
        return
    with telling(home):
        for name in reversed(_PARTS):
            if not (new / name).exists():
                os.replace(home / name, new / name)
            for one in _with_logs(name):
                _move(old / one, home / one)
        os.replace(new, room)
        sync_folder(home)


def _clear(home: Path) -> None:
    """Remove what was replaced."""
    remove(home / _DECIDED)
    remove(home / _OLD)


def _with_logs(name: str) -> tuple[str, ...]:
    return (name, *_LOGS) if name == DATABASE else (name,)


def _move(place: Path, target: Path) -> None:
    if place.exists():
        os.replace(place, target)


def _turned_back(room: Path, home: Path, error: StoreError) -> StoreError:
    """What went wrong, after a way back; or where there was none, what that means."""
    try:
        _move_back(room, home)
    except StoreError:
        if _is_decided(home):
            return _half_way(error)
    with suppress(StoreError):  # empty; whoever comes next removes it
        _clear(home)
    return error


def _half_way(error: StoreError) -> Decided:
    return Decided(
        f"A backup takes the place of what was kept, and is not there yet. {error.what} Nothing is lost.",
        remedy="see that the disk has room and that you may write to the folder; then start kneewise once "
        "more, which goes on from there.",
    )


def _begin(home: Path) -> tuple[Path, int | None]:
    while True:
        room = Path(tempfile.mkdtemp(prefix=DRAFT, dir=home))
        lock = _hold(room)
        if lock is None or os.fstat(lock).st_nlink:
            return room, lock
        os.close(lock)  # somebody took it for abandoned before it was locked


@contextmanager
def _holding(home: Path, *, alone: bool) -> Iterator[None]:
    with telling(home):
        lock = _hold(home, alone=alone)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def _hold(folder: Path, *, alone: bool = True, wait: bool = True) -> int | None:
    """Hold a folder until the number is closed; None where it cannot be held."""
    if sys.platform == "win32":  # where a folder cannot be opened, and an open file cannot be moved
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        if hold(handle, alone=alone, wait=wait):
            return handle
    except OSError:
        os.close(handle)
        raise
    os.close(handle)
    return None
