"""Means and medians that leave gaps out, and give NaN without a warning where everything is one."""

import warnings

import numpy as np

from ..model import Array


def mean_of(values: Array, axis: int | tuple[int, ...]) -> Array:
    """Mean of what is there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmean(values, axis=axis))


def median_of(values: Array, axis: int | tuple[int, ...]) -> Array:
    """Median of what is there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmedian(values, axis=axis))
