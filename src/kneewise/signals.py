"""Runs, smoothing, crossings and even time stamps along the first axis; knows no body."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.interpolate import make_interp_spline
from scipy.ndimage import gaussian_filter1d
from scipy.signal import butter, sosfiltfilt

from .model import Array, Mask

_EVEN = 1e-3
"""A time stamp this near to its place counts as being there: a body moves less than 2 mm meanwhile. [s]"""


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """Times at a constant rate.

    Attributes
    ----------
    rate : how many a second. [1/s]
    time : (n,) from the first time stamp on. [s]
    resampled : whether time stamps lie elsewhere or are missing, so that values must be put here first.
    """

    rate: float
    time: Array
    resampled: bool


def even_grid(time: Array) -> Grid:
    """Times at the constant rate that time stamps keep, or come nearest to; a round one where that fits."""
    if len(time) < 2:
        return Grid(rate=1.0, time=time, resampled=False)
    step = float(np.median(np.diff(time)))
    mean = float(np.round(np.diff(time) / step).sum() / (time[-1] - time[0]))
    nominal = mean if abs(mean * step - 1) < 0.01 else 1 / step
    for rate in (round(nominal, 2), nominal):
        places = np.round((time - time[0]) * rate)
        if np.abs(time[0] + places / rate - time).max() <= _EVEN:
            whole = bool((np.diff(places) == 1).all())
            even = time[0] + np.arange(places[-1] + 1) / rate
            return Grid(rate=rate, time=even, resampled=not whole)
    even = time[0] + np.arange(np.floor((time[-1] - time[0]) * nominal + _EVEN) + 1) / nominal
    return Grid(rate=nominal, time=even, resampled=True)


def resample(time: Array, values: Array, wanted: Array, *, longest_gap: float, linear: bool = False) -> Array:
    """Values (n, …) at other times, by a cubic or straight lines; NaN is neither bridged nor filled.

    Parameters
    ----------
    time, values
        What is known; any part of a value may be NaN.
    wanted
        Times to fill, in order. [s]
    longest_gap
        Known times further apart are not bridged. [s]
    linear
        Straight lines, for what must not overshoot.
    """
    columns = values.reshape(len(time), -1)
    found = np.full((len(wanted), columns.shape[1]), np.nan)
    for column, known in enumerate(np.isfinite(columns).T):
        for run in _bridged(time, known, longest_gap):
            times, degree = time[run], 3 if run.stop - run.start > 3 and not linear else 1
            rows = (wanted >= times[0] - _EVEN) & (wanted <= times[-1] + _EVEN)
            if len(times) == 1:
                found[rows, column] = columns[run, column]
                continue
            curve = make_interp_spline(times, columns[run, column], k=degree)
            found[rows, column] = curve(np.clip(wanted[rows], times[0], times[-1]))
    return found.reshape(len(wanted), *values.shape[1:])


def _bridged(time: Array, known: Mask, longest_gap: float) -> list[slice]:
    """Runs of known values without a long gap in time."""
    cuts = np.flatnonzero(np.diff(time) > longest_gap) + 1
    parts = []
    for run in runs(known):
        edges = [run.start, *(int(cut) for cut in cuts if run.start < cut < run.stop), run.stop]
        parts += [slice(a, b) for a, b in pairwise(edges)]
    return parts


def low_pass(values: Array, rate: float, cut_off: float) -> Array:
    """Values (n, …) at a constant rate without what is faster than a cut-off; nothing moves in time.

    Parameters
    ----------
    values
        Gaps are NaN in all parts of a value, and stay; what lies between them is filtered by itself.
    rate
        Values in a second. [1/s]
    cut_off
        Here 71 % of an oscillation are left. [1/s]

    Notes
    -----
    Butterworth of second order, run forwards and backwards; its own cut-off lies higher by (√2 − 1)^(−1/4),
    because it acts twice [1]_. Values that are too slow for the filter are given back as they are.

    References
    ----------
    .. [1] Winter 2009, Biomechanics and Motor Control of Human Movement, section 3.4.4.2.
    """
    if rate <= 2 * cut_off:
        return values
    twice = np.tan(np.pi * cut_off / rate) / (np.sqrt(2) - 1) ** 0.25
    sections = butter(2, 2 / np.pi * np.arctan(twice), output="sos")
    columns = values.reshape(len(values), -1)
    filtered = np.full(columns.shape, np.nan)
    for run in runs(np.asarray(np.isfinite(columns).all(1))):
        # The default padding is a few samples, far less than the filter remembers at the rates of plates.
        padding = min(int(4 * rate / cut_off), run.stop - run.start - 1)
        filtered[run] = sosfiltfilt(sections, columns[run], axis=0, padlen=padding)
    return filtered.reshape(values.shape)
