"""What was worked out lately, so that it is worked out once."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import is_dataclass
from typing import Generic, TypeVar

import numpy as np

_T = TypeVar("_T")
_ROOM = 600_000_000
"""Numbers of one kind take so much at most: of eighty people who filmed ten seconds each. [bytes]"""
_LEAVES = frozenset({str, float, int, bool, type(None)})
"""What holds no numbers worth weighing, and is most of what is looked through."""


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
        self._kept: OrderedDict[Hashable, tuple[_T, int]] = OrderedDict()
        self._taken = 0
        self._turn, self._making = threading.Lock(), threading.Lock()

    def recall(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What follows from the key; made where it is not in mind.

        Parameters
        ----------
        key
            Everything that decides what is made.
        make
            Works it out; who asks for something else that has to be made waits. What it raises is not kept.
        """
        found = self._find(key)
        if found is None:
            with self._making:
                found = self._find(key)  # somebody else may have made it meanwhile
                if found is None:
                    found = self._keep(key, make())
        return found[0]

    def _find(self, key: Hashable) -> tuple[_T, int] | None:
        with self._turn:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: Hashable, value: _T) -> tuple[_T, int]:
        made = value, weigh((key, value))
        with self._turn:
            self._kept[key] = made
            self._taken += made[1]
            # The last one stays, whatever it takes: somebody looks at it right now.
            while len(self._kept) > self._most or (self._taken > self._room and len(self._kept) > 1):
                _, (_, freed) = self._kept.popitem(last=False)
                self._taken -= freed
        return made

    def __contains__(self, key: Hashable) -> bool:
        return key in self._kept


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
