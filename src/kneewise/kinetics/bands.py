"""Samples → median, sd and band at every frame, and the peaks of each repetition."""

from collections.abc import Sequence

import numpy as np

from ..conventions import JointLoad, Side
from ..model import Array, Mask, Peaks
from .sampling import Run

LOW, HIGH = 0.05, 0.95
"""A load lies inside this part of its samples nine times in ten."""
_NEVER_NEGATIVE = np.array(
    [
        load
        in {JointLoad.PATELLOFEMORAL_FORCE, JointLoad.PATELLOFEMORAL_STRESS, JointLoad.TIBIOFEMORAL_FORCE}
        for load in JointLoad
    ]
)
_NEVER_NEGATIVE.flags.writeable = False
SEAT_CHANGES = np.array([load is JointLoad.HIP_MOMENT for load in JointLoad])
"""Loads that a seat changes: the thigh lies on it, what is below does not."""
SEAT_CHANGES.flags.writeable = False


def leg_bands(count: int, runs: Sequence[Run]) -> dict[str, Array]:
    """Median, sd, low and high (count, side, load) of the loads of the legs; NaN outside of the runs."""
    bands = _empty(count, (len(Side), len(JointLoad)))
    for run in runs:
        found = _around(run, run.likeliest.leg[0], run.samples.leg)
        for name, values in found.items():
            floor = np.where(_NEVER_NEGATIVE, 0.0, -np.inf)
            bands[name][run.frames] = np.maximum(values, floor)
    return bands


def lumbar_bands(count: int, runs: Sequence[Run]) -> dict[str, Array]:
    """The same of the low back's moment, (count,)."""
    bands = _empty(count, ())
    for run in runs:
        for name, values in _around(run, run.likeliest.lumbar[0], run.samples.lumbar).items():
            bands[name][run.frames] = values
    return bands


def find_peaks(
    time: Array, runs: Sequence[Run], span: tuple[float, float], seated: Mask, count: int
) -> Peaks:
    """The largest loads within a span of time, in every sample.

    Parameters
    ----------
    time
        (n,) of the pose. [s]
    runs
        The stretches that were solved.
    span
        First and last moment. [s]
    seated
        (n,) frames in which hip and low back are not known.
    count
        How many samples there are.

    Returns
    -------
    Peaks
        NaN where no frame of the span could be solved.

    Notes
    -----
    Samples are drawn at 20 frames a second; what the likeliest version's true peak lies above its peak on
    these frames is added to every sample.
    """
    inside = (time >= span[0]) & (time <= span[1])
    leg = np.full((count, len(Side), len(JointLoad)), np.nan)
    lumbar = np.full(count, np.nan)
    for run in runs:
        top = _largest(run.likeliest.leg[0], run.samples.leg, run, inside)
        free = _largest(run.likeliest.leg[0], run.samples.leg, run, inside & ~seated)
        leg = np.fmax(leg, np.where(SEAT_CHANGES, free, top))
        lumbar = np.fmax(lumbar, _largest(run.likeliest.lumbar[0], run.samples.lumbar, run, inside & ~seated))
    return Peaks(leg=leg, lumbar=lumbar)


def _largest(likeliest: Array, samples: Array, run: Run, inside: Mask) -> Array:
    """Largest known value of each sample over the frames inside, NaN where there is none."""
    every = inside[run.frames]
    some = every[run.sampled]
    if not some.any():
        return np.full_like(samples[:, 0], np.nan)
    missed = np.fmax.reduce(likeliest[every]) - np.fmax.reduce(likeliest[run.sampled[some]])
    return np.asarray(np.fmax.reduce(samples[:, some], axis=1) + missed)


def _empty(count: int, shape: tuple[int, ...]) -> dict[str, Array]:
    return {name: np.full((count, *shape), np.nan) for name in ("median", "sd", "low", "high")}


def _around(run: Run, likeliest: Array, samples: Array) -> dict[str, Array]:
    """Median, sd and band at every frame of a run: laid around the likeliest version."""
    ordered = np.sort(np.moveaxis(samples, 0, -1), axis=-1)
    centre = likeliest[run.sampled]
    found = {
        "median": _quantile(ordered, 0.5) - centre,
        "sd": samples.std(axis=0, ddof=1),
        "low": _quantile(ordered, LOW) - centre,
        "high": _quantile(ordered, HIGH) - centre,
    }
    base = {"sd": np.where(np.isnan(likeliest), np.nan, 0.0)}
    return {name: base.get(name, likeliest) + _between(run, values) for name, values in found.items()}


def _quantile(ordered: Array, share: float) -> Array:
    """Of samples in order along the last axis; NaN, which sorts last, makes it NaN."""
    place = share * (ordered.shape[-1] - 1)
    low = int(place)
    part = place - low
    value = (1 - part) * ordered[..., low] + part * ordered[..., min(low + 1, ordered.shape[-1] - 1)]
    return np.where(np.isnan(ordered[..., -1]), np.nan, value)


def _between(run: Run, values: Array) -> Array:
    """Values at the sampled frames, by straight lines at every frame of the run."""
    flat = values.reshape(len(values), -1)
    every = np.arange(len(run.frames))
    columns = []
    for column in flat.T:
        known = np.isfinite(column)
        columns.append(
            np.interp(every, run.sampled[known], column[known])
            if known.any()
            else np.full(len(every), np.nan)
        )
    return np.stack(columns, axis=-1).reshape(len(every), *values.shape[1:])
