"""What films show, worked out once: in mind while there is room, and on the disk beside the measurements."""

from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, TypeVar

from ..errors import StoreError
from ..model import Pose, Study, Trial
from ..pipeline import analysing_version
from ..store import Store
from .mind import Mind

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Studying:
    """Remembers what was worked out of the films of one case; a `Keep` of the pipeline.

    Attributes
    ----------
    mind : of all cases.
    store : has the measurements, and what was worked out before the server started.
    measured : pose → key of the measurement that it is of, and its trial.
    """

    mind: Mind[Any]
    store: Store
    measured: Mapping[Pose, tuple[str, Trial]]

    def __call__(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What follows from the key: of one film, `(pose, what else decides, …)`."""
        made: _T = self.mind.recall(key, partial(self._recall, key, make))
        return made

    def _recall(self, key: Hashable, make: Callable[[], _T]) -> _T | Study:
        if not isinstance(key, tuple) or not key or key[0] not in self.measured:
            return make()
        pose = key[0]
        place, trial = self.measured[pose]
        of = f"{key[1:]!r} {_version()}"  # of records of plain values, which say all of themselves
        # A page that shows what is known must not fail because nothing can be read here or added.
        with suppress(StoreError):
            if (known := self.store.study(place, trial, of)) is not None:
                return known
        made = make()
        if isinstance(made, Study):
            with suppress(StoreError):
                self.store.keep_study(place, trial, of, made)
        return made


@lru_cache(maxsize=1)
def _version() -> str:
    return analysing_version()
