"""What was worked out lately, so that it is worked out once."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Mind(Generic[_T]):
    """Results by what they follow from; of one kind, so that nobody waits for another kind.

    Parameters
    ----------
    most
        So many are kept; those that nobody asked for lately are forgotten first.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, _T] = OrderedDict()
        self._turn = threading.Lock()

    def recall(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What follows from the key; made where it is not in mind.

        Parameters
        ----------
        key
            Everything that decides what is made.
        make
            Works it out; who asks meanwhile waits. What it raises is not kept.
        """
        with self._turn:
            if key not in self._kept:
                self._kept[key] = make()
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return self._kept[key]

    def __contains__(self, key: Hashable) -> bool:
        return key in self._kept
