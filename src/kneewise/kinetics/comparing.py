"""Peaks of two repetitions, sides or trials of one person → their difference with its own, smaller error."""

from dataclasses import dataclass

import numpy as np

from ..model import Array
from .bands import HIGH, LOW


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """How two loads of one person differ; every field has the shape of one sample.

    Attributes
    ----------
    difference : median of second less first. [as given]
    sd : one standard deviation of it.
    low, high : it lies between them nine times in ten.
    cancelled : share of the standard deviation that two unrelated people would have, and that cancels because
        it is the same body, 0 to 1; negative where one load being larger goes with the other being smaller.
        [unitless]
    """

    difference: Array
    sd: Array
    low: Array
    high: Array
    cancelled: Array


def compare_peaks(first: Array, second: Array) -> Comparison:
    """Difference of two loads that were sampled with the same people.

    Parameters
    ----------
    first, second
        (s, ...) Samples, row by row of the same body and knee, as `Peaks` holds them. [any unit]

    Returns
    -------
    Comparison
        Of `second - first`; NaN where either is.

    Raises
    ------
    ValueError
        If there are not as many samples of both.

    Notes
    -----
    Assumes: what was measured in the two is unrelated, but for what belongs to the person (common random
    numbers).
    Error: the sd of 1000 samples is known to 2 %.
    """
    if first.shape != second.shape:
        raise ValueError(
            f"Samples of shape {first.shape} and {second.shape} cannot be compared pair by pair."
        )
    difference = second - first
    sd = difference.std(axis=0, ddof=1)
    apart = np.sqrt(first.var(axis=0, ddof=1) + second.var(axis=0, ddof=1))
    return Comparison(
        difference=np.median(difference, axis=0),
        sd=sd,
        low=np.quantile(difference, LOW, axis=0),
        high=np.quantile(difference, HIGH, axis=0),
        cancelled=1 - sd / np.where(apart > 0, apart, np.nan),
    )
