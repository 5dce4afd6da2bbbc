"""The nouns of a coach's desk: Consent, Note, Practice, Group, and how every case stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from ..model.planned import DiaryNumbers
from .kept import FilmState

LONGEST_LINE = 120
"""Of what stands on one line. [letters]"""
LONGEST_NOTE = 4000
"""[letters]"""


class Purpose(StrEnum):
    """What a consent is for."""

    CARE = "care"
    FILMS = "films"
    COLLEAGUE = "colleague"
    SHOWING = "showing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """That a client agreed, or took it back; written down once and not changed.

    Attributes
    ----------
    purpose : what for.
    given : whether it was given, or withdrawn.
    day : on which it was said.
    told_by : who said it.
    words : what else was said; may be empty.
    written : when it was written down here.
    """

    purpose: Purpose
    given: bool
    day: date
    told_by: str
    words: str = ""
    written: datetime

    def __post_init__(self) -> None:
        for name, most in (("told_by", LONGEST_LINE), ("words", LONGEST_NOTE)):
            if len(getattr(self, name)) > most:
                raise ValueError(f"Consent.{name} is longer than {most} letters.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A note as it stood.

    Attributes
    ----------
    words : what it said.
    written : from when on.
    """

    words: str
    written: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a coach wrote about a client.

    Attributes
    ----------
    id : random.
    versions : how it stood, the first one first; the last one holds.
    """

    id: str
    versions: tuple[Version, ...]

    @property
    def words(self) -> str:
        """What it says."""
        return self.versions[-1].words

    @property
    def made(self) -> datetime:
        """When it was first written."""
        return self.versions[0].written


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """Who coaches here, as printed pages say it.

    Attributes
    ----------
    name, contact : one line each; may be empty.
    logo : PNG that we made; None where there is none.
    """

    name: str = ""
    contact: str = ""
    logo: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """People who are filmed one after another.

    Attributes
    ----------
    id : random.
    name : of the group.
    made : when.
    cases : ids, in the order in which they come.
    maker : id of the account that made it; None of a local server, and where nobody knows any more.
    """

    id: str
    name: str
    made: datetime
    cases: tuple[str, ...]
    maker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a case stands, as far as it is kept, without understanding anything anew.

    Attributes
    ----------
    id, name, revision, content, changed : of the case.
    concluded : revision that a meaning was last kept of; 0 where none was.
    knowledge : hash of the tables that it was concluded with.
    screening, dates : of that meaning; None where it has none.
    film, issue : where the film that was added last is on its way, and what is wrong with it.
    films : how many there are.
    days : of the diary since a day, in order; of what was done, only whether something was.
    consents : in the order in which they were written down.
    """

    id: str
    name: str
    revision: int
    content: Mapping[str, Any]
    changed: datetime
    concluded: int = 0
    knowledge: str = ""
    screening: Mapping[str, Any] | None = None
    dates: Mapping[str, Any] | None = None
    film: FilmState | None = None
    issue: str = ""
    films: int = 0
    days: tuple[DiaryNumbers, ...] = ()
    consents: tuple[Consent, ...] = ()
