"""The nouns of what is kept: KeptCase, KeptFilm and how its measuring ended, KeptMeaning, DiaryDay."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from ..conventions import USUAL
from ..model import Burden, Issue

LONGEST_NAME = 80
"""Of a person. [letters]"""


def is_name(text: str) -> bool:
    """Whether a person can be called so: something that can be read, and is not too long."""
    return bool(text.strip()) and len(text) <= LONGEST_NAME and text.isprintable()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCase:
    """A person, and what they told.

    Attributes
    ----------
    id : random, of small letters and digits, not to be guessed.
    name : as the person wants to be called.
    revision : grows with every change of the content.
    content : the tables of a case file, as `casefile.read_content` gives them.
    created, changed : when.
    """

    id: str
    name: str
    revision: int
    content: Mapping[str, Any]
    created: datetime
    changed: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a film shows, as the person says.

    Attributes
    ----------
    condition : what was changed, ``baseline`` where nothing was.
    burden : what the person carried.
    """

    condition: str = USUAL
    burden: Burden = field(default_factory=Burden)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What one case may have of films, where several people share a disk and whoever measures.

    Attributes
    ----------
    films : in all.
    waiting : that wait, or are measured.
    size : of all films that are still here. [bytes]
    """

    films: int = 1000
    waiting: int = 30
    size: int = 20 << 30


class FilmState(StrEnum):
    """Where a film is on its way; the last four are ends."""

    WAITING = "waiting"
    MEASURING = "measuring"
    MEASURED = "measured"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A film was measured.

    Attributes
    ----------
    key : of the trial that is kept.
    """

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A film cannot be measured, and filming it otherwise would help.

    Attributes
    ----------
    issue : what was seen, and the remedy.
    """

    issue: Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Measuring a film broke down.

    Attributes
    ----------
    words : what happened, for the person.
    """

    words: str


Ending = Measured | Refused | Failed
"""How the measuring of a film ends, unless somebody cancels it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFilm:
    """A film of a case.

    Attributes
    ----------
    id : random.
    case : whose.
    name : of the file, without folders.
    label : what it shows.
    digest : SHA-256 of the file.
    suffix : of the file, with the point, in small letters; may be empty.
    size : of the file. [bytes]
    state : where it is on its way.
    stage : what is being done while it is measured; empty otherwise.
    share : how much of it is done, 0 to 1.
    started : when measuring began last; None while it never did.
    told : when the worker last said something.
    worker : who measures it; empty otherwise.
    attempts : how often measuring began.
    ending : how it ended; None while it has not, and where it was cancelled.
    kept : whether the person wants the film kept after it was measured.
    present : whether the film itself is still here.
    added : when.
    """

    id: str
    case: str
    name: str
    label: Label
    digest: str
    suffix: str
    size: int
    state: FilmState
    stage: str
    share: float
    started: datetime | None
    told: datetime | None
    worker: str
    attempts: int
    ending: Ending | None
    kept: bool
    present: bool
    added: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMeaning:
    """What a case came to, as one version of kneewise had it.

    Attributes
    ----------
    case : whose.
    version : of kneewise.
    knowledge : hash of the tables.
    revision : of the case's content.
    keys : of the trials it rests on.
    summary : in plain JSON types.
    made : when.
    """

    case: str
    version: str
    knowledge: str
    revision: int
    keys: tuple[str, ...]
    summary: Mapping[str, Any]
    made: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryDay:
    """One day of the diary.

    Attributes
    ----------
    day : which.
    worst_pain, pain_after : 0 to 10; None where not told.
    function : how well the day went, 0 to 10; None where not told.
    adherence : exercise → whether it was done.
    note : in the person's words.
    """

    day: date
    worst_pain: float | None = None
    pain_after: float | None = None
    function: float | None = None
    adherence: Mapping[str, bool] = field(default_factory=dict)
    note: str = ""

    def __post_init__(self) -> None:
        for name in ("worst_pain", "pain_after", "function"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 10:
                raise ValueError(f"DiaryDay.{name} is {value}; it lies between 0 and 10.")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSession:
    """A session with the live coach.

    Attributes
    ----------
    case : whose.
    summary : in plain JSON types.
    made : when it ended.
    """

    case: str
    summary: Mapping[str, Any]
    made: datetime
