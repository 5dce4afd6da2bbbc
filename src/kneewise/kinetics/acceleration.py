"""Positions in time → accelerations, by a local parabola; also for unequal time steps."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ..model import Array

HALF_WINDOW = 0.15  # half of the parabola's window; with its weights it acts like a plain one of 0.25 s [s]
LEAST_POINTS = 5


def second_derivative(time: Array, rows: NDArray[np.intp] | None = None) -> sparse.csr_array:
    """Operator that turns samples at `time` into their second time derivative.

    Parameters
    ----------
    time
        (n,) Increasing time stamps. [s]
    rows
        Samples at which it is wanted; all where None.

    Returns
    -------
    csr_array
        (rows, n) Matrix of weights. [1/s²]

    Notes
    -----
    Around each frame a parabola is fitted with Epanechnikov weights over ±0.15 s, or ±2.5 frames where that
    is longer. At the ends the nearest full window is used, so that noise does not grow there.

    Assumes: the movement changes little within the window. A film with fewer than five frames in a window
    gets acceleration 0: the frame is then treated as held still.
    Error: a movement with a period of 1 s keeps 95 % of its acceleration, of 2 s 99 %
    (test_kinetics.py::test_a_slow_oscillation_keeps_its_acceleration).
    """
    n = len(time)
    wanted = np.arange(n) if rows is None else rows
    if n < LEAST_POINTS:
        return sparse.csr_array((len(wanted), n), dtype=np.float64)
    half = max(HALF_WINDOW, 2.5 * float(np.median(np.diff(time))))
    middle = (time[0] + time[-1]) / 2
    centre = np.clip(time[wanted], min(time[0] + half, middle), max(time[-1] - half, middle))
    first = np.searchsorted(time, centre - half)
    last = np.searchsorted(time, centre + half, side="right")
    column = first[:, None] + np.arange(int((last - first).max()))
    inside = column < last[:, None]
    column = np.minimum(column, n - 1)
    weights = _curvature_weights((time[column] - centre[:, None]) / half, inside) / half**2
    row = np.broadcast_to(np.arange(len(wanted))[:, None], column.shape)
    return sparse.csr_array((weights[inside], (row[inside], column[inside])), shape=(len(wanted), n))


def _curvature_weights(place: Array, inside: np.ndarray) -> Array:
    """Weights on the samples at `place` (n, window) that give the curvature of the fitted parabola."""
    kernel = np.where(inside, np.clip(1 - place**2, 0, None), 0.0)
    design = place[..., None] ** np.arange(3)
    normal = np.einsum("nw,nwi,nwj->nij", kernel, design, design)
    enough = np.count_nonzero(kernel > 0, axis=1) >= LEAST_POINTS
    normal[~enough] = np.eye(3)
    curvature = np.linalg.solve(normal, np.broadcast_to([[0.0], [0.0], [2.0]], (len(place), 3, 1)))[..., 0]
    return np.where(enough[:, None], kernel * np.einsum("nwi,ni->nw", design, curvature), 0.0)


def accelerate(positions: Array, operator: sparse.csr_array) -> Array:
    """Accelerations of points.

    Parameters
    ----------
    positions
        (n, …, xyz) Points in the lab frame. [m]
    operator
        As `second_derivative` gives it. [1/s²]

    Returns
    -------
    Array
        (rows, …, xyz) Accelerations in the lab frame. [m/s²]
    """
    flat = positions.reshape(len(positions), -1)
    # A common start is taken off first: the weights sum to zero only to rounding.
    return np.asarray(operator @ (flat - flat[:1])).reshape(-1, *positions.shape[1:])
