"""What determines a measurement, and films that are measured once."""

import hashlib
import json
from collections.abc import Container, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Protocol

from ..model import Person, Trial

MEASURING = ("conventions.py", "files", "geometry.py", "model", "pipeline/observing.py", "pose", "video.py")
"""Rooms that a film passes on its way to a trial; weights of networks are in an estimator's provenance."""
_MADE = {".py", ".npz", ".toml"}
_TOLD = _MADE | {".csv", ".css", ".j2"}
_PACKAGE = Path(__file__).parents[1]


class Memory(Protocol):
    """What was measured before; `store.Store` is one."""

    def trial(self, key: str) -> Trial | None:
        """The trial of that key; None where there is none."""

    def keep_trial(self, key: str, trial: Trial) -> None:
        """Keep a trial."""


class _Oblivion:
    """Remembers nothing."""

    def trial(self, _key: str) -> None:
        """Nothing."""

    def keep_trial(self, _key: str, _trial: Trial) -> None:
        """Forget it at once."""


OBLIVION: Memory = _Oblivion()
"""Remembers nothing."""


def key_of(digest: str, person: Person, provenance: Mapping[str, str], version: str | None = None) -> str:
    """Name of the measurement of a film: the same where everything that determines it is the same.

    Parameters
    ----------
    digest
        SHA-256 of the film.
    person
        Stature sets the scale; mass and sex do not enter where joints are.
    provenance
        Of the estimator: networks, their hashes, the engine.
    version
        Of the way a film is measured; that of this very code if None.

    Returns
    -------
    str
        SHA-256, hexadecimal.

    Notes
    -----
    What was carried, what was changed and what the file is called are said about a film, not measured in it,
    and do not enter.

    Assumes: other versions of numpy, OpenCV and FFmpeg decode and compute alike.
    """
    made_of = {
        "film": digest,
        "height": person.height,
        "height_sd": person.height_sd,
        "estimator": dict(provenance),
        "measuring": version or measuring_version(),
    }
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()


def what_decides(trial: Trial, person: Person) -> str:
    """Everything besides its measurement that decides what is worked out of a film, in words.

    Parameters
    ----------
    trial
        With what was said about it.
    person
        Whose body it shows.
    """
    # Records of plain values say all of themselves.
    return f"{trial.condition!r} {trial.burden!r} {person!r} {analysing_version()}"


@cache
def measuring_version() -> str:
    """Hash of the code and the tables that measure a film.

    Nobody has to remember to count a version up, and no measurement outlives the code that made it; one that
    is made anew without need costs minutes, one that is taken for today's costs trust.
    """
    return _hash_of([_PACKAGE / name for name in MEASURING], _MADE)


@cache
def analysing_version() -> str:
    """Hash of all code and tables of kneewise: what a folder of results rests on as a whole."""
    return _hash_of([_PACKAGE], _TOLD)


def _hash_of(places: Iterable[Path], suffixes: Container[str]) -> str:
    """Hash of the files in some places, by their names and content."""
    files = [file for place in places for file in (place.rglob("*") if place.is_dir() else [place])]
    told = hashlib.sha256()
    for file in sorted(file for file in files if file.suffix in suffixes):
        told.update(f"{file.relative_to(_PACKAGE).as_posix()}\0".encode())
        told.update(hashlib.sha256(file.read_bytes()).digest())
    return told.hexdigest()
