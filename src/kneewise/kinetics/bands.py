"""Samples → median, sd and band at every frame, and the peaks of each repetition."""

from collections.abc import Callable, Sequence

import numpy as np

from ..conventions import JointLoad, Muscle, Side
from ..model import Array, Lowest, Mask, Peaks, Repetition
from .sampling import Run

Gather = Callable[[Array], Array]
LOW, HIGH = 0.05, 0.95
"""A load lies inside this part of its samples nine times in ten."""
_NEVER_NEGATIVE = np.array(
    [
        load
        in {
            JointLoad.PATELLOFEMORAL_FORCE,
            JointLoad.PATELLOFEMORAL_STRESS,
            JointLoad.TIBIOFEMORAL_FORCE,
            JointLoad.GROUND_REACTION,
            JointLoad.QUADRICEPS_FORCE,
            JointLoad.PATELLAR_TENDON_FORCE,
        }
        for load in JointLoad
    ]
)
_NEVER_NEGATIVE.flags.writeable = False
_MOSTLY = 0.75
"""A repetition or phase of which less is known has no peak and no mean: the largest load may be missing."""
_NEAR = 0.1  # a frame further from the lowest point does not show it [s]
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


def muscle_bands(count: int, runs: Sequence[Run]) -> tuple[Array, Array]:
    """Force of each muscle in the likeliest version, and its sd, (count, side, muscle); NaN outside. [N]"""
    force = np.full((count, len(Side), len(Muscle)), np.nan)
    sd = force.copy()
    for run in runs:
        force[run.frames] = run.likeliest.muscle[0]
        sd[run.frames] = _between(run, run.samples.muscle.std(axis=0, ddof=1))
    return force, sd


def find_peaks(time: Array, runs: Sequence[Run], repetition: Repetition, seated: Mask, count: int) -> Peaks:
    """Largest loads of a repetition, those at its lowest point and means over its phases, in every sample.

    Parameters
    ----------
    time
        (n,) of the pose. [s]
    runs
        The stretches that were solved.
    repetition
        When it starts and ends.
    seated
        (n,) frames in which hip and low back are not known.
    count
        How many samples there are.

    Returns
    -------
    Peaks
        NaN where less than three quarters of the frames that show the body could be solved, such as where
        plates recorded only a part of the repetition.

    Notes
    -----
    Samples are drawn at 20 frames a second; what the likeliest version's true peak lies above its peak on
    these frames is added to every sample, and likewise for means and for the lowest point.
    """
    nothing = np.full((count, len(Side), len(JointLoad)), np.nan)

    def over(span: tuple[float, float], gather: Gather) -> Array:
        inside = (time >= span[0]) & (time <= span[1])
        leg = nothing
        for run in runs:
            every = _gathered(run.likeliest.leg[0], run.samples.leg, run, inside, gather)
            free = _gathered(run.likeliest.leg[0], run.samples.leg, run, inside & ~seated, gather)
            leg = np.fmax(leg, np.where(SEAT_CHANGES, free, every))
        courses = [run.likeliest.leg[0][inside[run.frames]] for run in runs]
        return np.where(_mostly_known([nothing[:0], *courses]), leg, np.nan)

    whole = repetition.start, repetition.end
    inside = (time >= whole[0]) & (time <= whole[1])
    lumbar = np.full(count, np.nan)
    for run in runs:
        found = _gathered(run.likeliest.lumbar[0], run.samples.lumbar, run, inside & ~seated, np.fmax.reduce)
        lumbar = np.fmax(lumbar, found)
    backs = [run.likeliest.lumbar[0][inside[run.frames]] for run in runs]
    return Peaks(
        leg=over(whole, np.fmax.reduce),
        lumbar=np.where(_mostly_known([lumbar[:0], *backs]), lumbar, np.nan),
        phases={phase: over(span, _known_mean) for phase, span in repetition.phases.items()},
        lowest=_find_lowest(time, runs, repetition.bottom, seated, count),
    )


def _find_lowest(time: Array, runs: Sequence[Run], bottom: float, seated: Mask, count: int) -> Lowest:
    """Loads of the frame next to the bottom, in every sample; NaN where none is near or solved."""
    frame = int(np.argmin(np.abs(time - bottom)))
    near = abs(time[frame] - bottom) <= _NEAR
    leg = np.full((count, len(Side), len(JointLoad)), np.nan)
    lumbar = np.full(count, np.nan)
    for run in runs:
        if near and frame in run.frames:
            leg = _in_frame(run.likeliest.leg[0], run.samples.leg, run, frame)
            lumbar = _in_frame(run.likeliest.lumbar[0], run.samples.lumbar, run, frame)
    return Lowest(
        leg=np.where(SEAT_CHANGES & seated[frame], np.nan, leg),
        lumbar=np.where(seated[frame], np.nan, lumbar),
    )


def _in_frame(likeliest: Array, samples: Array, run: Run, frame: int) -> Array:
    """Samples laid around the likeliest version in one frame, with the spread of the nearest sampled one."""
    place = int(np.searchsorted(run.frames, frame))
    nearest = int(np.argmin(np.abs(run.sampled - place)))
    return np.asarray(samples[:, nearest] + likeliest[place] - likeliest[run.sampled[nearest]])


def _mostly_known(courses: Sequence[Array]) -> Mask:
    """Whether most frames of some pieces of a course are known, of each load; true of no frame at all."""
    known = np.isfinite(np.concatenate(courses))
    return np.asarray(known.sum(axis=0) >= _MOSTLY * len(known))


def _gathered(likeliest: Array, samples: Array, run: Run, inside: Mask, gather: Gather) -> Array:
    """One number of each sample over the frames inside, NaN where there is none."""
    every = inside[run.frames]
    some = every[run.sampled]
    if not some.any():
        return np.full_like(samples[:, 0], np.nan)
    missed = gather(likeliest[every]) - gather(likeliest[run.sampled[some]])
    return np.asarray(gather(np.moveaxis(samples[:, some], 1, 0)) + missed)


def _known_mean(values: Array) -> Array:
    """Mean along the first axis of what is known, NaN where nothing is."""
    known = np.isfinite(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


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
