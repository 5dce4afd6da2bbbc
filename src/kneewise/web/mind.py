"""What was worked out lately, so that it is worked out once."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, is_dataclass
from typing import Generic, TypeVar

import numpy as np

_T = TypeVar("_T")
_ROOM = 256_000_000
"""Numbers of one kind take so much at most: what forty films of ten seconds show. What is forgotten comes
back from the disk in a tenth of a second; what two views show together is made once more, in two. [bytes]"""
_LEAVES = frozenset({str, float, int, bool, type(None)})
"""What holds no numbers worth weighing, and is most of what is looked through."""


@dataclass(frozen=True, slots=True)
class _Made(Generic[_T]):
    """Something that was worked out, from which state, and the memory that its numbers take. [bytes]"""

    value: _T
    state: Hashable
    taken: int


class Mind(Generic[_T]):
    """Results by what they follow from; of one kind, so that nobody waits for another kind.

    One is worked out at a time. Who asks for what is in mind never waits for somebody else's.

    Parameters
    ----------
    most
        So many are kept; those that nobody asked for lately are forgotten first.
    room
        The same of the numbers in all of them: a long film takes more than a short one. [bytes]
    """

    def __init__(self, most: int, room: int = _ROOM) -> None:
        self._most, self._room = most, room
        self._kept: OrderedDict[Hashable, _Made[_T]] = OrderedDict()
        self._taken = 0
        self._turn, self._making = threading.Lock(), threading.Lock()

    def recall(self, key: Hashable, make: Callable[[], _T], state: Hashable = None) -> _T:
        """What follows from the key and the state of it; made where it is not in mind.

        Parameters
        ----------
        key
            What it is about.
        make
            Works it out; who asks for something else that has to be made waits. What it raises is not kept.
        state
            Everything of it that changes and decides what is made; with the key that is all. What followed
            from another state of the same is of no use any more, and forgotten.
        """
        found = self._find(key, state)
        if found is None:
            with self._making:
                found = self._find(key, state)  # somebody else may have made it meanwhile
                if found is None:
                    found = self._keep(key, make(), state)
        return found.value

    def knows(self, key: Hashable, state: Hashable = None) -> bool:
        """Whether `recall` answers at once."""
        return self._find(key, state) is not None

    def _find(self, key: Hashable, state: Hashable) -> _Made[_T] | None:
        with self._turn:
            made = self._kept.get(key)
            if made is None or made.state != state:
                return None
            self._kept.move_to_end(key)
            return made

    def _keep(self, key: Hashable, value: _T, state: Hashable) -> _Made[_T]:
        made = _Made(value, state, weigh((key, value, state)))
        with self._turn:
            self._forget(key)
            self._kept[key] = made
            self._taken += made.taken
            # The last one stays, whatever it takes: somebody looks at it right now.
            while len(self._kept) > self._most or (self._taken > self._room and len(self._kept) > 1):
                self._forget(next(iter(self._kept)))
        return made

    def _forget(self, key: Hashable) -> None:
        gone = self._kept.pop(key, None)
        self._taken -= 0 if gone is None else gone.taken


def weigh(value: object) -> int:
    """Memory that the arrays in something take, those that share it counted once. [bytes]"""
    seen: dict[int, int] = {}
    _weigh(value, seen)
    return sum(seen.values())


def _weigh(value: object, seen: dict[int, int]) -> None:
    if isinstance(value, np.ndarray):
        while isinstance(value.base, np.ndarray):
            value = value.base
        seen[id(value)] = value.nbytes
        return
    seen[id(value)] = 0
    for part in _parts_of(value):
        if type(part) not in _LEAVES and id(part) not in seen:
            _weigh(part, seen)


def _parts_of(value: object) -> Iterable[object]:
    if is_dataclass(value):
        return (getattr(value, name, None) for name in value.__dataclass_fields__)
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, tuple | list) else ()
