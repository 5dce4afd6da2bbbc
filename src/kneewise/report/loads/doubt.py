"""Errors of single loads → errors of what is made of several of them.

`Loads` says how unsure each load is, not how the errors of two loads go together, so that everything here
takes the worst: errors add up. It is also the likely case. What a film shows worst is how far the weight sits
over the feet, and that moves the knee one way, hip and ankle the other, and one leg against the other. This
is the one place that joins errors; samples of the loads would make all of them smaller.
"""

import numpy as np

from ...model import Array

BAND = 1.645
"""Standard deviations to either side that hold the true value 90 times in 100 (5 to 95 %). [unitless]"""


def difference_sd(one: float, other: float) -> float:
    """Error of the difference of two loads with these errors, in their unit."""
    return one + other


def share_out(parts: Array, parts_sd: Array) -> tuple[Array, Array]:
    """Share of each part in the sum of those that are positive, and its error.

    Parameters
    ----------
    parts, parts_sd : (k,)
        What is shared, and one standard deviation of each. [any one unit]

    Returns
    -------
    tuple of arrays
        Shares that add up to 1, and their standard deviations, at most 1. [unitless]

    Notes
    -----
    `∂s_i / ∂p_j = (δ_ij − s_i) / Σ p`, summed without sign.
    """
    share, slopes = _shares(parts)
    return share, np.minimum(np.abs(slopes) @ parts_sd, 1.0)


def lead_of(first: int, second: int, parts: Array, parts_sd: Array) -> tuple[float, float]:
    """By how much one part's share exceeds another's, and the error of that. [unitless]"""
    share, slopes = _shares(parts)
    sd = np.abs(slopes[first] - slopes[second]) @ parts_sd
    return float(share[first] - share[second]), float(min(sd, 2.0))


def _shares(parts: Array) -> tuple[Array, Array]:
    positive = np.maximum(parts, 0.0)
    total = max(float(positive.sum()), 1e-9)
    share = positive / total
    return share, (np.eye(len(parts)) - share[:, None]) / total
