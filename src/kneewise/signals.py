"""Runs, smoothing and crossings along the first axis; knows no body."""

import numpy as np
from scipy.ndimage import gaussian_filter1d

from .model import Array, Mask


def runs(mask: Mask) -> tuple[slice, ...]:
    """Stretches in which the mask is true, in order."""
    edges = np.flatnonzero(np.diff(np.r_[0, mask.astype(int), 0]))
    return tuple(slice(int(a), int(b)) for a, b in edges.reshape(-1, 2))


def smooth(time: Array, values: Array, width: float) -> Array:
    """Gaussian mean over `width` seconds (one standard deviation) on uneven time stamps.

    Error: a peak of half-width w is lowered by about ½(width/w)² of its height.
    """
    if len(time) < 3:
        return values
    step = float(np.median(np.diff(time)))
    even = np.arange(time[0], time[-1] + step / 2, step)
    smoothed = gaussian_filter1d(np.interp(even, time, values), width / step, mode="nearest")
    return np.asarray(np.interp(time, even, smoothed))


def last_below(values: Array, limit: float, before: int) -> int | None:
    """Last index before `before` at which the values are under the limit; None when there is none."""
    below = np.flatnonzero(values[:before] < limit)
    return int(below[-1]) if len(below) else None


def first_below(values: Array, limit: float, after: int) -> int | None:
    """First index after `after` at which the values are under the limit; None when there is none."""
    below = np.flatnonzero(values[after + 1 :] < limit)
    return int(after + 1 + below[0]) if len(below) else None
