"""Values at measured times → the value at any time between; knows no body."""

import numpy as np

from ..model import Array

_WIDEST_GAP = 0.25
"""Measured times further apart are not bridged. [s]"""


class Samples:
    """Values at any time between measured ones; NaN where the nearest are too far apart."""

    def __init__(self, time: Array, values: Array) -> None:
        self._time = time
        self._values = values

    def at(self, time: float) -> Array:
        """The value at a time, on the straight line between its neighbours."""
        after = int(np.searchsorted(self._time, time - 1e-6))
        if after < len(self._time) and abs(self._time[after] - time) < 2e-6:
            return np.asarray(self._values[after])
        if not 0 < after < len(self._time):
            return np.full(self._values.shape[1:], np.nan)
        before = after - 1
        gap = self._time[after] - self._time[before]
        if gap > _WIDEST_GAP:
            return np.full(self._values.shape[1:], np.nan)
        share = (time - self._time[before]) / gap
        return np.asarray((1 - share) * self._values[before] + share * self._values[after])
