"""What is asked of a worker, and what it answers; both travel between processes and machines."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..model import Burden, Person, Tested

Row = Mapping[str, Any]
"""Column → plain JSON type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One film of the list.

    Attributes
    ----------
    film : where it lies, from the root of the disk.
    label : what the list calls the person; None where it does not say.
    person, burden, tests : who was filmed, carrying what.
    """

    film: Path
    label: str | None
    person: Person
    burden: Burden
    tests: tuple[Tested, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Many films to be measured.

    Attributes
    ----------
    entries : the films.
    out : folder of everything, made when missing; on a disk that all workers see.
    model : pose model.
    scheduler : address of a Dask scheduler; None for processes of this machine.
    workers : how many processes, where this machine measures; one for each core if None.
    """

    entries: tuple[Entry, ...]
    out: Path
    model: str
    scheduler: str | None = None
    workers: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One film to be measured.

    Attributes
    ----------
    entry : the film.
    model : pose model.
    home : folder of all results.
    """

    entry: Entry
    model: str
    home: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a film was not measured, and what to do."""

    because: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a film.

    Attributes
    ----------
    key : name of the folder of its results; None where there is none.
    film : facts of the film and of how it was taken.
    repetitions : a row for each.
    reasons : why nothing could be measured; empty where something was.
    anew : whether it was worked on now, and not before.
    stops : whether the reason holds for every film.
    """

    key: str | None = None
    film: Row
    repetitions: tuple[Row, ...] = ()
    reasons: tuple[Reason, ...] = ()
    anew: bool = True
    stops: bool = False
