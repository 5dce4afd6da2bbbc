"""Where things lie in the user's folder, and how a file gets there: whole and for good, or not at all."""

import errno
import os
import re
import secrets
import sys
import tempfile
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..errors import StoreError, reason_of
from .holding import hold

HOME = "KNEEWISE_HOME"
"""Environment variable that names another folder."""
DRAFT = ".draft-"
"""What names begin with of which nobody knows yet whether they stay."""
PRIVATE = 0o700
"""For the owner alone."""
FILMS, MEASUREMENTS, DATABASE = "films", "measurements", "kneewise.db"
"""What is in a folder."""
STUDIES = "studies"
"""Beside them: what was worked out of measurements, and can be again. No export and no backup has it."""
WORK = "work"
"""In the folder of a film: where it is being measured; nothing there has come to stay."""
_ID = re.compile(r"[a-z2-7]{16}")
_KEY = re.compile(r"[0-9a-f]{64}")


def default_home(environment: Mapping[str, str] = os.environ) -> Path:
    """Folder for what is kept, where the system keeps the data of programs, or where `KNEEWISE_HOME` says."""
    if environment.get(HOME):
        return Path(environment[HOME])
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "kneewise"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "kneewise"
    return Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "kneewise"


class Folder:
    """The user's folder."""

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self._films, self._measurements = self.home / FILMS, self.home / MEASUREMENTS
        self._studies = self.home / STUDIES
        with telling(self.home):
            self.home.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
            for place in (self._films, self._measurements):
                place.mkdir(exist_ok=True, mode=PRIVATE)

    @property
    def database(self) -> Path:
        """The SQLite file, empty at first."""
        place = self.home / DATABASE
        with telling(place):
            place.touch(mode=PRIVATE & 0o666)
        return place

    def film(self, digest: str, suffix: str) -> Path:
        """Where a film lies; two of the same content are one."""
        return self._films / f"{digest}{suffix}"

    def measurement(self, key: str) -> Path:
        """Where a measurement lies."""
        return self._measurements / f"{key}.npz"

    def study(self, key: str) -> Path:
        """Where what was worked out of a measurement lies."""
        return self._studies / f"{key}.npz"

    def trim_studies(self, most: int) -> None:
        """Let go of what was worked out and nobody used lately, where there is more than that. [bytes]"""
        with telling(self._studies):
            found = sorted(self._settled_studies(), reverse=True)
        taken = 0
        for _used, size, place in found:
            taken += size
            if taken > most:
                remove(place)

    def _settled_studies(self) -> Iterator[tuple[float, int, Path]]:
        """When each was used last [s], how large it is [bytes], and where it lies."""
        for place in self._studies.iterdir() if self._studies.is_dir() else ():
            with suppress(OSError):  # erased meanwhile, or a draft that is settled by now
                told = place.stat()
                if not _is_draft(place):
                    yield told.st_mtime, told.st_size, place

    def of_film(self, film: str) -> Path:
        """Folder for what was made of a film."""
        return self._films / film

    def make_of_film(self, film: str) -> Path:
        """The same folder, made where there is none."""
        place = self.of_film(film)
        with telling(place):
            place.mkdir(exist_ok=True, mode=PRIVATE)
        return place

    @contextmanager
    def draft_film(self) -> Iterator["Draft"]:
        """A new file among the films, gone at the end of the block unless it was settled."""
        with drafting(self._films) as draft:
            yield draft

    @contextmanager
    def draft_measurement(self) -> Iterator["Draft"]:
        """A new file among the measurements, gone at the end of the block unless it was settled."""
        with drafting(self._measurements) as draft:
            yield draft

    @contextmanager
    def draft_study(self) -> Iterator["Draft"]:
        """A new file among what was worked out, gone at the end of the block unless it was settled."""
        with telling(self._studies):
            self._studies.mkdir(exist_ok=True, mode=PRIVATE)
        with drafting(self._studies) as draft:
            yield draft

    def unknown(self, known: Container[Path]) -> list[Path]:
        """Films, measurements, what was made of them, and folders that are not known; drafts left out."""
        return [
            place
            for place in self._content()
            if self._stands_for(place) not in known and not _is_draft(place)
        ]

    def _stands_for(self, place: Path) -> Path:
        """Itself; of what was worked out of a measurement, that measurement."""
        return self._measurements / place.name if place.parent == self._studies else place

    def remove_abandoned(self) -> None:
        """Remove drafts whose writers are gone."""
        for place in self._content():
            if _is_draft(place):
                _remove_abandoned(place)

    def _content(self) -> list[Path]:
        with telling(self.home):
            places = self._films, self._measurements, self._studies
            return [file for place in places if place.is_dir() for file in place.iterdir()]


@dataclass(frozen=True, slots=True)
class Draft:
    """A file being written, that nobody sees yet.

    Attributes
    ----------
    place : where it lies.
    file : what is written to.
    """

    place: Path
    file: IO[bytes]

    def write(self, content: bytes) -> None:
        """Add to it."""
        rest = memoryview(content)
        with telling(self.place.parent):
            while rest:
                rest = rest[self.file.write(rest) :]

    def finish(self) -> None:
        """Bring all of it onto the disk."""
        with telling(self.place.parent):
            self.file.flush()
            os.fsync(self.file.fileno())

    def settle(self, place: Path) -> None:
        """Move it to its place for good, once it is finished: it survives a power failure there."""
        with telling(place.parent):
            if sys.platform == "win32":  # where an open file cannot be moved
                self.file.close()
            os.replace(self.place, place)
            sync_folder(place.parent)


@contextmanager
def drafting(folder: Path) -> Iterator[Draft]:
    """A new file in a folder, gone at the end of the block unless it was settled."""
    with telling(folder):
        draft = _begin_draft(folder)
    try:
        yield draft
    finally:
        draft.file.close()
        draft.place.unlink(missing_ok=True)


@contextmanager
def leaving(file: Path) -> Iterator[Draft]:
    """The draft of a file that lies elsewhere, such as an export; at its place at the end of the block."""
    folder = file.absolute().parent
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:  # said of the file that somebody named, not of a draft or of our folder
        raise StoreError(
            f"{file} cannot be written: {reason_of(error)}.", remedy="choose another place."
        ) from error
    with telling(file), drafting(folder) as draft:
        yield draft
        draft.finish()
        draft.settle(file)


def _begin_draft(folder: Path) -> Draft:
    while True:
        handle, name = tempfile.mkstemp(prefix=DRAFT, dir=folder)
        file = os.fdopen(handle, "wb", buffering=0)  # a buffer without room complains once more when closed
        hold(handle)  # the system lets go of it when the writer dies
        if os.fstat(handle).st_nlink:
            return Draft(Path(name), file)
        file.close()  # somebody took it for abandoned before it was locked


def make_folder(place: Path) -> None:
    """Make a folder, and those it lies in, where there are none: each for its owner alone."""
    with telling(place):
        for one in (*reversed(place.parents), place):  # `parents=True` would make them for everybody
            one.mkdir(exist_ok=True, mode=PRIVATE)


def remove(place: Path) -> None:
    """Remove a file or a folder, where there is one."""
    with telling(place):
        if place.is_dir() and not place.is_symlink():
            clear(place)
        else:
            place.unlink(missing_ok=True)


def clear(folder: Path) -> None:
    """Remove a folder with everything in it, however deep and whatever its modes.

    Each level is lifted to the top: a walk downwards ends where Python's calls or the system's names do, and
    who reads a film can make folders as it likes.
    """
    while places := list(folder.iterdir()):
        for place in places:
            if place.is_symlink() or not place.is_dir():
                place.unlink()
                continue
            place.chmod(PRIVATE)
            for inner in place.iterdir():
                inner.rename(folder / secrets.token_hex(8))
            place.rmdir()
    folder.rmdir()


@contextmanager
def telling(place: Path) -> Iterator[None]:
    """What the disk refuses becomes a `StoreError`."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise StoreError(
                f"The disk is full; nothing could be added to {place}.",
                remedy="make room on the disk, and do it once more. What was kept before is still there.",
            ) from error
        raise StoreError(
            f"{error.filename or place} cannot be used: {reason_of(error)}.",
            remedy=f"see that you may write to it, or start kneewise with {HOME} set to another folder.",
        ) from error


def is_content(place: Path) -> bool:
    """Whether a place is that of a film or a measurement, and not of what was made of a film."""
    return _KEY.fullmatch(place.name.partition(".")[0]) is not None


def are_ours(ids: Iterable[str], keys: Iterable[str], suffixes: Iterable[str]) -> bool:
    """Whether ids of cases and films, digests and keys, and endings of films are as kneewise gives them.

    They become places in the folder; others could lead out of it.
    """
    return (
        all(_ID.fullmatch(one) for one in ids)
        and all(_KEY.fullmatch(one) for one in keys)
        and all(one == clean_suffix("film" + one) for one in suffixes)
    )


def clean_suffix(name: str) -> str:
    """The end of a file name, with the point, where it is one that files have; else nothing."""
    suffix = Path(name).suffix.lower()
    return suffix if re.fullmatch(r"\.[a-z0-9]{1,8}", suffix) else ""


def _is_draft(place: Path) -> bool:
    return place.name.startswith(DRAFT)


def _remove_abandoned(place: Path) -> None:
    with suppress(OSError), place.open("rb") as file:
        # Windows holds nothing, but lets nobody remove an open file either.
        if hold(file.fileno(), wait=False) or sys.platform == "win32":
            place.unlink()


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power failure; Windows does so by itself."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
