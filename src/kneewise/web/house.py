"""What every page can ask for: the memory, the tables, the clock; its case, and what that means."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from ..casefile import build_case
from ..conventions import View
from ..explaining import Explanation, explain
from ..model import Analysis, Asking, Capture, Case, Trial
from ..pipeline import Knowledge, Reasoning, understand
from ..screening import screen
from ..store import KeptCase, KeptFilm, Measured, Refused, Store
from .security import Key

_MOST_MEANINGS = 32
"""So many cases are kept in mind; one with films takes some ten megabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A case as it is kept, and as it is understood from.

    Attributes
    ----------
    kept : its content and revision.
    films : of it, in the order they were added.
    case : what was told and measured.
    """

    kept: KeptCase
    films: tuple[KeptFilm, ...]
    case: Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a case means.

    Attributes
    ----------
    analysis : as `understand` concludes it.
    told : the same in plain JSON types.
    """

    analysis: Analysis
    told: Explanation


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One running server.

    Attributes
    ----------
    store : the memory.
    knowledge, reasoning : the tables.
    now : the clock, in local time with its zone.
    key : opens the pages.
    """

    store: Store
    knowledge: Knowledge
    reasoning: Reasoning
    now: Callable[[], datetime] = field(default=lambda: datetime.now().astimezone())
    key: Key = field(default_factory=Key)
    _meanings: OrderedDict[object, Meaning] = field(default_factory=OrderedDict, repr=False)
    _thinking: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def asking(self) -> Asking:
        """The tables of what is asked."""
        return self.reasoning.asking

    def open(self, id: str) -> Opened:
        """A case with its measured films.

        Raises
        ------
        StoreError
            When there is none.
        """
        kept, films = self.store.case(id), self.store.films(id)
        case = build_case(kept.content, self.asking, kept.name)
        if any(film.ending for film in films) and not screen(case, self.asking).tier.refers:
            trials = (self._trial(film) for film in films)
            case = replace(case, trials=tuple(trial for trial in trials if trial is not None))
        return Opened(kept=kept, films=films, case=case)

    def understand(self, opened: Opened) -> Meaning:
        """What the case means; worked out once for each state of it."""
        states = tuple((film.id, film.ending, film.label) for film in opened.films)
        key = (opened.kept.id, opened.kept.revision, states)
        with self._thinking:
            if key not in self._meanings:
                analysis = understand(opened.case, self.knowledge)
                self._meanings[key] = Meaning(analysis=analysis, told=explain(analysis, self.reasoning))
            self._meanings.move_to_end(key)
            while len(self._meanings) > _MOST_MEANINGS:
                self._meanings.popitem(last=False)
            return self._meanings[key]

    def _trial(self, film: KeptFilm) -> Trial | None:
        """What was measured of a film, with what the person said about it; None while nothing was."""
        match film.ending:
            case Measured(key=key):
                trial = self.store.trial(key)
                if trial is None:
                    return None
                return replace(trial, condition=film.label.condition, burden=film.label.burden)
            case Refused(issue=issue):
                return Trial(
                    name=film.name,
                    digest=film.digest,
                    condition=film.label.condition,
                    burden=film.label.burden,
                    capture=Capture(view=View.UNKNOWN, issues=(issue,)),
                    pose=None,
                )
            case _:
                return None


def house_of(request: Request) -> House:
    """The running server."""
    house: House = request.app.state.house
    return house


HouseHere = Annotated[House, Depends(house_of)]


def open_case(id: str, house: HouseHere) -> Opened:
    """The case of the address."""
    return house.open(id)


CaseHere = Annotated[Opened, Depends(open_case)]


def understand_case(opened: CaseHere, house: HouseHere) -> Meaning:
    """What the case of the address means."""
    return house.understand(opened)


MeaningHere = Annotated[Meaning, Depends(understand_case)]
