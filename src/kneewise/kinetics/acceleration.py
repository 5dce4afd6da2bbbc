"""Positions in time → accelerations, by a local parabola; also for unequal time steps."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ..model import Array

HALF_WINDOWS = (0.10, 0.15, 0.20, 0.25, 0.30)
"""Half of the parabola's window, as short as noise allows; 0.15 s acts like a plain window of 0.25 s. [s]"""
_NOISE = 0.3
"""More noise moves the centre of pressure by more than 3 cm. [m/s²]"""
LEAST_POINTS = 5


def choose_window(time: Array, versions: Array) -> float:
    """Half of the window with which accelerations are known well enough, or else the widest. [s].

    Parameters
    ----------
    time
        (n,) Increasing time stamps. [s]
    versions
        (k, n, xyz) Equally likely courses of one point in the middle of the body. [m]

    Notes
    -----
    Markers need the shortest window; a film of one phone mostly the widest: its draws differ by 1 m/s².
    """
    for half in HALF_WINDOWS:
        operator = second_derivative(time, half=half)
        noise = np.std([accelerate(version, operator) for version in versions], axis=0, ddof=1)
        if not len(noise) or float(np.median(noise, axis=0).max()) <= _NOISE:
            return half
    return HALF_WINDOWS[-1]


def second_derivative(
    time: Array, rows: NDArray[np.intp] | None = None, *, half: float = HALF_WINDOWS[0]
) -> sparse.csr_array:
    """Operator that turns samples at `time` into their second time derivative.

    Parameters
    ----------
    time
        (n,) Increasing time stamps. [s]
    rows
        Samples at which it is wanted; all where None.
    half
        Half of the window. [s]

    Returns
    -------
    csr_array
        (rows, n) Matrix of weights. [1/s²]

    Notes
    -----
    Around each frame a parabola is fitted with Epanechnikov weights over ±`half`, or ±2.5 frames where that
    is longer. At the ends the nearest full window is used, so that noise does not grow there.

    Assumes: the movement changes little within the window. A film with fewer than five frames in a window
    gets acceleration 0: the frame is then treated as held still.
    Error: a movement with a period of 1 s keeps 98 % of its acceleration with the shortest window, and 82 %
    with the widest; one of 2 s keeps 99 and 95 %
    (test_kinetics.py::test_a_slow_oscillation_keeps_its_acceleration).
    """
    n = len(time)
    wanted = np.arange(n) if rows is None else rows
    if n < LEAST_POINTS:
        return sparse.csr_array((len(wanted), n), dtype=np.float64)
    half = max(half, 2.5 * float(np.median(np.diff(time))))
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
