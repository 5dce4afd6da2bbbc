"""What films show, worked out once: in mind while there is room, and on the disk beside the measurements."""

from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from ..errors import StoreError
from ..model import Person, Pose, Study, Trial
from ..pipeline import Knowledge, reread, study_film, what_decides
from ..reopening import told_of
from ..store import KeptFilm, Measured, Store
from .mind import Mind

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Studying:
    """Remembers what was worked out of the films of one case; a `Recall` and a `Keep` of the pipeline.

    Attributes
    ----------
    mind : of all cases.
    store : has the measurements, and what was worked out before the server started.
    knowledge : the tables.
    """

    mind: Mind[Any]
    store: Store
    knowledge: Knowledge
    _studies: dict[Pose, Study] = field(default_factory=dict, init=False)

    def trial(self, film: KeptFilm, person: Person) -> Trial | None:
        """The trial of a measured film, worked out; None where it is no longer there."""
        if not isinstance(film.ending, Measured):
            return None
        place = film.ending.key
        key = place, self.store.stamp_of(place), film.name, film.label.condition, film.label.burden, person
        study: Study | None = self.mind.recall(key, partial(self._recall, place, film, person))
        if study is None:
            return None
        if study.trial.pose is not None:
            self._studies[study.trial.pose] = study
        return study.trial

    def __call__(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What follows from the key: of one film, `(pose, what else decides, …)`."""
        known: Any = self._studies.get(key[0]) if isinstance(key, tuple) and key else None
        made: _T = self.mind.recall(key, make) if known is None else known
        return made

    def _recall(self, place: str, film: KeptFilm, person: Person) -> Study | None:
        trial = self.store.trial(place)
        if trial is None:
            return None
        of = what_decides(told_of(trial, film), person)
        # A page that shows what is known must not fail because nothing can be read here or added.
        with suppress(StoreError):
            if (known := self.store.study(place, trial, of)) is not None:
                return replace(known, trial=told_of(known.trial, film))
        made = study_film(told_of(reread(trial, person), film), person, self.knowledge)
        with suppress(StoreError):
            self.store.keep_study(place, trial, of, made)
        return made
