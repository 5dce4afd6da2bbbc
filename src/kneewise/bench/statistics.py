"""Errors → what they amount to: mean, bias, coverage, and what repeats differ by. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri, ndtri

from ..model import Array

LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Nominal shares at which stated errors are compared with true ones. [unitless]"""
PERCENTILES = (5, 25, 50, 75, 95)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """What the errors of one measure amount to, in its display unit.

    Attributes
    ----------
    mean_absolute, bias : of all frames; bias is measured minus true.
    at_bottom : mean signed error at the lowest points, NaN where there are none.
    inside_1, inside_2 : share of the frames with the truth within one and two stated sd; NaN without sd.
    coverage : share with the truth inside, at each of `LEVELS`; NaN without sd.
    percentiles : of the signed error, at `PERCENTILES`.
    """

    mean_absolute: float
    bias: float
    at_bottom: float
    inside_1: float
    inside_2: float
    coverage: tuple[float, ...]
    percentiles: tuple[float, ...]


def describe_errors(error: Array, sd: Array, at_bottom: Array) -> Errors | None:
    """What signed errors amount to; None where there is none.

    Parameters
    ----------
    error
        Signed errors, NaN where not measured.
    sd
        Stated standard deviations, same shape and unit; NaN where none is stated.
    at_bottom
        Signed errors at the lowest points.
    """
    known = np.isfinite(error)
    if not known.any():
        return None
    size, stated = np.abs(error[known]), sd[known]
    inside_1, inside_2 = share_inside(size, stated, 1.0), share_inside(size, stated, 2.0)
    return Errors(
        mean_absolute=float(size.mean()),
        bias=float(error[known].mean()),
        at_bottom=mean_of(at_bottom.ravel().tolist()),
        inside_1=inside_1,
        inside_2=inside_2,
        coverage=tuple(share_inside(size, stated, float(ndtri((1 + level) / 2))) for level in LEVELS),
        percentiles=tuple(float(value) for value in np.percentile(error[known], PERCENTILES)),
    )


def share_inside(size: Array, sd: Array, times: float) -> float:
    """Share of the errors that are smaller than some times their stated sd; NaN where none is stated."""
    known = np.isfinite(size) & np.isfinite(sd)
    return float((size[known] < times * sd[known]).mean()) if known.any() else math.nan


def mean_of(values: Sequence[float]) -> float:
    """Mean of what is known; NaN of nothing."""
    known = [value for value in values if math.isfinite(value)]
    return float(np.mean(known)) if known else math.nan


def spread_of(values: Sequence[float]) -> float:
    """Standard deviation of what is known; NaN of fewer than two."""
    known = [value for value in values if math.isfinite(value)]
    return float(np.std(known, ddof=1)) if len(known) > 1 else math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeatability:
    """How far repeats of one measure differ by measurement error alone, in its display unit.

    Attributes
    ----------
    sem : standard error of measurement, one sd of one session's value.
    low, high : 95 % interval of it.
    mdc : least change of one person between two sessions that measurement error explains in 5 of 100 cases.
    people, sessions : how many people, and sessions of all of them, it rests on.
    """

    sem: float
    low: float
    high: float
    mdc: float
    people: int
    sessions: int


def describe_repeats(errors: Array) -> Repeatability | None:
    """Standard error of measurement from the errors of repeated sessions; None without any repeat.

    Parameters
    ----------
    errors : (person, session, side)
        Measured minus true of each session, NaN where missing.

    Notes
    -----
    The variance between the sessions of one person and side, pooled: what stays the same from session to
    session, such as a definition of a joint centre that differs, does not count, and neither does what the
    person really did differently, because that is in the truth.

    Assumes: sessions are independent, and errors have the same size in all people. The two sides of one
    session are not independent, so only people × (sessions − 1) degrees of freedom are counted for the
    interval (chi-squared).
    """
    counts = np.isfinite(errors).sum(axis=1)
    repeated = counts > 1
    if not repeated.any():
        return None
    centre = np.nansum(errors, axis=1) / np.maximum(counts, 1)
    squares = np.nansum((errors - centre[:, None]) ** 2, axis=1)
    sem = math.sqrt(float(squares[repeated].sum() / (counts[repeated] - 1).sum()))
    sessions = counts.max(axis=-1)[repeated.any(axis=-1)]
    freedom = int((sessions - 1).sum())
    low, high = (sem * math.sqrt(freedom / float(chdtri(freedom, share))) for share in (0.025, 0.975))
    return Repeatability(
        sem=sem,
        low=low,
        high=high,
        mdc=minimal_detectable_change(sem),
        people=len(sessions),
        sessions=int(sessions.sum()),
    )


def minimal_detectable_change(sem: float) -> float:
    """Least change between two sessions that is more than error, with 95 % confidence: 1.96 · √2 · SEM."""
    return 1.96 * math.sqrt(2) * sem
