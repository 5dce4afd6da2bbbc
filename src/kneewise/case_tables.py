"""A kept case → what was measured in its films, for other programs, in one file."""

import re
import tempfile
import zipfile
from pathlib import Path
from typing import IO

from .errors import InputError
from .export import export_results
from .measuring import results_of
from .store import KeptCase, KeptFilm, Measured, Store


def write_tables(store: Store, kept: KeptCase, written: IO[bytes]) -> None:
    """Write a folder for each measured film, with all formats of `export_results`, into one .zip.

    Parameters
    ----------
    store
        Where it is kept.
    kept
        The case.
    written
        Takes the .zip.

    Raises
    ------
    InputError
        When no film of it was measured; then nothing is written.
    """
    films = [
        (number, film) for number, film in enumerate(store.films(kept.id), 1) if is_measured(store, film)
    ]
    if not films:
        raise InputError(
            "No film of this person was measured, so there are no numbers to hand on.",
            remedy="add a film, or wait until one is measured.",
        )
    with tempfile.TemporaryDirectory(prefix="kneewise-") as folder, zipfile.ZipFile(written, "w") as parcel:
        for number, film in films:
            out = Path(folder) / f"{number:02d}-{plain(film.label.condition)}"
            for file in export_results(results_of(store, film), out).files:
                parcel.write(file, file.relative_to(folder), zipfile.ZIP_DEFLATED)


def is_measured(store: Store, film: KeptFilm) -> bool:
    """Whether there is something of a film to hand on."""
    return isinstance(film.ending, Measured) and (results_of(store, film) / "summary.json").exists()


def plain(name: str) -> str:
    """A name as files may have it."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "case"
