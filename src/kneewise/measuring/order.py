"""The place where one film is worked on: what is asked of the child that reads it, and what it leaves.

The child is not trusted: what it leaves is read as data, whole or not at all.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..conventions import USUAL
from ..model import Issue, Trial
from ..store import KeptFilm, Store
from ..store.packing import pack, unpack, unpack_trial
from .taking import read_whole

RESULTS = "results"
"""Folder of what `analyse_films` writes, in the folder of the film."""
TRIAL, ENDING = "trial.npz", "ending.json"
"""What the child leaves beside it: what was measured, and how it ended."""
_LONGEST_NAME = 80
_LARGEST_TRIAL, _LARGEST_ENDING = 400_000_000, 100_000  # [bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the child is asked, in plain JSON types.

    Attributes
    ----------
    film : where it lies, under the name that the person gave it.
    out : folder for everything that is made of it.
    person : who was filmed, packed.
    load, bar : what was carried. [kg]
    model : pose model.
    condition : what was changed.
    tests : self-tests, packed.
    """

    film: str
    out: str
    person: Mapping[str, Any]
    load: float
    bar: str
    model: str
    condition: str = USUAL
    tests: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What the child left.

    Attributes
    ----------
    estimator : what read the film: networks, their hashes, the engine.
    trial : what was measured; None where nothing could be.
    issue : why the film cannot be used; None where it can.
    """

    estimator: Mapping[str, str]
    trial: Trial | None
    issue: Issue | None


def results_of(store: Store, film: KeptFilm) -> Path:
    """Folder of `summary.json`, `report.html`, `overlay.mp4` and the other results of a film."""
    return store.folder_of(film) / RESULTS


def name_in_folder(film: KeptFilm) -> str:
    """Name under which the child sees the film; reports tell it."""
    return f"{clean_name(Path(film.name).stem, 'film')}{film.suffix}"


def clean_name(name: str, otherwise: str) -> str:
    """A name as every disk takes it, leading out of no folder; the other one where nothing is left of it."""
    return re.sub(r"[^\w .()+-]", "_", name).strip(". ")[:_LONGEST_NAME] or otherwise


def read_left(folder: Path) -> Left | None:
    """What the child left in the folder; None where that is nothing that makes sense."""
    ending = read_whole(folder / ENDING, _LARGEST_ENDING)
    try:
        told = json.loads(ending or b"null")
        issue = None if told["issue"] is None else unpack(Issue, told["issue"], {})
        estimator = {str(name): str(what) for name, what in told["estimator"].items()}
        _check_text(told)
    except (AttributeError, ValueError, KeyError, TypeError, RecursionError):
        return None
    packed = read_whole(folder / TRIAL, _LARGEST_TRIAL)
    trial = None if packed is None else unpack_trial(packed)
    if trial is None and issue is None:
        return None
    try:
        _check_text(None if trial is None else pack(trial, {}))
    except ValueError:
        return None
    return Left(estimator=estimator, trial=trial, issue=issue)


def _check_text(told: Any) -> None:
    """Complain about text that no page could show, or no database keep.

    Raises
    ------
    ValueError
        When half a letter is in it, or the letter that ends all others.
    """
    if r"\u0000" in json.dumps(told):
        raise ValueError("Text with a NUL.")
    json.dumps(told, ensure_ascii=False).encode()
