"""A folder of results: what lies in it, and how it is replaced, whole or not at all.

New results are made in a scratch folder beside it and moved when all of them are there. What kneewise wrote
earlier gives way; what others put there stays, and is refused where it stands in the way.
"""

import errno
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import OutputError, reason_of
from .formats import legible

FILM = "film.mp4"
"""The film as it is shown, with nothing drawn on it."""
FILES = frozenset(
    {"summary.json", "report.html", "overlay.mp4", FILM, "viewer.json", "joints.csv", "angles.csv"}
    | {"loads.csv", "motion.trc", "motion.mot"}
    | {"fused_angles.csv", "fused_joints.csv"}
)
"""What is written, and replaced when it is written again."""
FILM_FOLDER = re.compile(r"(\d\d+)_.*")
"""Name of the folder of one film of several, with the film's number."""


def name_film_folders(films: Sequence[Path]) -> list[str]:
    """Where each film's files lie: the folder of results itself for one, a folder in it each for several."""
    return [f"{i:02d}_{film.stem}" for i, film in enumerate(films, 1)] if len(films) > 1 else ["."]


@contextmanager
def replacing(out: Path, names: Iterable[str]) -> Iterator[Path]:
    """A folder beside the wanted one, moved there when the block succeeds and removed when it does not.

    Parameters
    ----------
    out
        Folder for the results, made when missing.
    names
        Of the files and folders that the block makes; what others put at one of them is refused before the
        block begins.

    Raises
    ------
    OutputError
        When something is in the way, or the disk refuses.
    """
    try:
        _check_free(out, names)
    except OSError as error:
        raise _cannot_write(out, error) from error
    with scratch(out) as folder:
        yield folder
        _move(folder, out)


@contextmanager
def scratch(out: Path) -> Iterator[Path]:
    """An empty folder beside `out`, removed at the end; what the disk refuses is an `OutputError`."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".kneewise-", dir=out.parent))
    except OSError as error:
        raise _cannot_write(out, error) from error
    try:
        yield folder
    except OSError as error:
        raise _cannot_write(out, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def bring_to_disk(folder: Path) -> None:
    """Have all files of a folder on the disk, so that no name outlives a power failure without them."""
    for place in (*folder.iterdir(), *([] if sys.platform == "win32" else [folder])):
        handle = os.open(place, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _move(folder: Path, out: Path) -> None:
    """The new files into `out` in place of the old ones; when one cannot be moved, the old ones come back."""
    names = sorted(item.name for item in folder.iterdir())
    _check_free(out, names)
    is_new = not out.exists()
    aside = Path(tempfile.mkdtemp(prefix=".kneewise-old-", dir=out.parent))
    try:
        out.mkdir(exist_ok=True)
        for old in [one for one in out.iterdir() if one.name in FILES or _is_film_folder(one)]:
            old.replace(aside / old.name)
        for name in names:
            (folder / name).replace(out / name)
    except BaseException:
        _put_back(aside, out, folder, names)
        if is_new:
            with suppress(OSError):
                out.rmdir()
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _put_back(aside: Path, out: Path, folder: Path, names: Sequence[str]) -> None:
    """What was moved goes back to where it came from."""
    for name in names:
        if not (folder / name).exists() and (out / name).exists():
            (out / name).replace(folder / name)
    for old in list(aside.iterdir()):
        old.replace(out / old.name)
    aside.rmdir()


def _check_free(out: Path, names: Iterable[str]) -> None:
    """Complain where something that kneewise did not write stands in the way of the results."""
    if out.exists() and not out.is_dir():
        raise OutputError(
            f"{legible(str(out))} is a file, not a folder.", remedy="choose another name with --out."
        )
    for place in (out / name for name in sorted(names) if name != "."):
        if not _may_replace(place):
            kind = "folder" if place.is_dir() else "file"
            raise OutputError(
                f"{legible(str(place))} is a {kind} that kneewise did not write, and it is in the way.",
                remedy="move it elsewhere, or choose another folder with --out.",
            )


def _may_replace(place: Path) -> bool:
    """Whether nothing is lost when results are put there."""
    if not place.exists():
        return True
    if FILM_FOLDER.fullmatch(place.name):
        return _is_film_folder(place) or _is_empty_folder(place)
    return not place.is_dir()


def _is_film_folder(place: Path) -> bool:
    """Whether it is a film's folder of older results."""
    return FILM_FOLDER.fullmatch(place.name) is not None and (place / "joints.csv").exists()


def _is_empty_folder(place: Path) -> bool:
    return place.is_dir() and not any(place.iterdir())


def _cannot_write(out: Path, error: OSError) -> OutputError:
    too_long = error.errno == errno.ENAMETOOLONG
    return OutputError(
        f"The results cannot be written to {legible(str(out))}: {reason_of(error)}.",
        remedy="choose a shorter name with --out."
        if too_long
        else "choose a folder with free space that you may write to, with --out.",
    )
