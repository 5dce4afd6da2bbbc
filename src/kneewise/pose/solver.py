"""Least squares for a chain of frames that share a few whole-film parameters.

The normal equations are banded (each frame is tied to its neighbours by smoothness only) with a thin
border (the whole-film parameters). One banded Cholesky factor and a Schur complement solve them in time
proportional to the film, and give exact draws from the Gaussian around the solution.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import (
    cho_factor,
    cho_solve,
    cho_solve_banded,
    cholesky_banded,
    solve_banded,
    solve_triangular,
)

from ..model import Array

Residuals = Callable[[Array, Array, slice], Array]
"""(frame parameters (p, m, f), whole parameters (p, 1, g), which frames) → weighted residuals (p, m, r)."""

_STEP = 1e-5
_BLOCK = 400
_HUBER = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is to be made small.

    Attributes
    ----------
    residuals : residuals of single frames; robust ones first, see `robust`.
    robust : number of residuals per frame that get Huber's weight.
    stiffness : (f,) how strongly the second difference of each frame parameter is held at 0; 1 / sd.
    quick : share of the residuals' standard deviation that is new in every frame. Only this can smoothness
        tell from movement; an error that lasts is no rougher than the truth. [unitless]
    centre, precision : (g,), (g, g) Gaussian prior of the whole-film parameters.
    """

    residuals: Residuals
    robust: int
    stiffness: Array
    centre: Array
    precision: Array
    quick: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """The best parameters, and how they answer to errors.

    Attributes
    ----------
    frame : (n, f)
    whole : (g,)
    cost : half the weighted sum of squares.
    of_frame, of_whole : (n, r, f), (n, r, g) slopes of the weighted residuals.
    precision : (g, g) of the whole-film prior.
    factor : banded Cholesky factor of the frame part, upper form.
    border : (n·f, g) off-diagonal part of the normal matrix.
    schur : (g, g) precision of the whole-film parameters.
    """

    frame: Array
    whole: Array
    cost: float
    of_frame: Array
    of_whole: Array
    precision: Array
    factor: Array
    border: Array
    schur: Array

    def draw(self, count: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """Deviations (count, n, f) and (count, g) drawn from the Gaussian around the solution."""
        n, f = self.frame.shape
        lower = np.linalg.cholesky(self.schur)
        whole = solve_triangular(lower.T, rng.standard_normal((len(self.whole), count)))
        spread = _solve_upper(self.factor, rng.standard_normal((n * f, count)))
        follow = _solve(self.factor, self.border @ whole)
        return (spread - follow).T.reshape(count, n, f), whole.T

    def respond(self, change: Array, shift: Array) -> tuple[Array, Array]:
        """How the parameters move when the residuals and the prior are changed.

        Parameters
        ----------
        change
            (count, n, r) added to the weighted residuals.
        shift
            (count, g) added to the centre of the whole-film prior.

        Returns
        -------
        frame, whole
            Deviations (count, n, f) and (count, g), to first order.
        """
        count, n = change.shape[:2]
        f = self.frame.shape[1]
        gradient = np.einsum("nrf,cnr->nfc", self.of_frame, change, optimize=True).reshape(n * f, count)
        gradient_whole = np.einsum("nrg,cnr->gc", self.of_whole, change, optimize=True)
        gradient_whole -= self.precision @ shift.T
        solved = _solve(self.factor, gradient)
        whole = -cho_solve(cho_factor(self.schur), gradient_whole - self.border.T @ solved)
        frame = -(solved + _solve(self.factor, self.border @ whole))
        return frame.T.reshape(count, n, f), whole.T


def solve(problem: Problem, frame: Array, whole: Array, *, iterations: int = 30) -> Solution:
    """Levenberg–Marquardt with Huber weights.

    Parameters
    ----------
    problem
        What is to be made small.
    frame
        (n, f) start values.
    whole
        (g,) start values.
    iterations
        At most so many steps are tried.
    """
    damping = 1e-3
    fitted = replace(problem, stiffness=problem.quick * problem.stiffness)
    cost = _cost(fitted, frame, whole)
    for _ in range(iterations):
        normal = _normal_equations(fitted, frame, whole)
        while damping < 1e8:
            try:
                step_frame, step_whole = _step(normal, damping)
            except np.linalg.LinAlgError:  # not positive definite: damp more
                damping *= 8
                continue
            trial = _cost(fitted, frame + step_frame, whole + step_whole)
            if trial < cost:
                break
            damping *= 8
        else:
            break
        gain, cost = (cost - trial) / cost, trial
        frame, whole = frame + step_frame, whole + step_whole
        damping = max(damping / 6, 1e-7)
        if gain < 2e-4:
            break
    return _solution(problem, frame, whole, cost)


@dataclass(frozen=True, slots=True)
class _Normal:
    band: Array
    border: Array
    corner: Array
    gradient: Array
    gradient_whole: Array


def _cost(problem: Problem, frame: Array, whole: Array) -> float:
    residuals = problem.residuals(frame[None], whole[None, None], slice(0, len(frame)))[0]
    size = np.abs(residuals[:, : problem.robust])
    robust = np.where(size < _HUBER, 0.5 * size**2, _HUBER * (size - 0.5 * _HUBER))
    bend = np.diff(frame, n=2, axis=0) * problem.stiffness
    away = whole - problem.centre
    rest = residuals[:, problem.robust :]
    return float(
        robust.sum() + 0.5 * (rest**2).sum() + 0.5 * (bend**2).sum() + 0.5 * away @ problem.precision @ away
    )


def _normal_equations(problem: Problem, frame: Array, whole: Array) -> _Normal:
    n, f = frame.shape
    g = len(whole)
    diagonal, border = np.empty((n, f, f)), np.empty((n, f, g))
    gradient = np.empty((n, f))
    corner, gradient_whole = problem.precision.copy(), problem.precision @ (whole - problem.centre)
    for rows in _blocks(n):
        residuals, of_frame, of_whole = _linearise(problem, frame[rows], whole, rows)
        diagonal[rows] = of_frame.transpose(0, 2, 1) @ of_frame
        border[rows] = of_frame.transpose(0, 2, 1) @ of_whole
        gradient[rows] = (of_frame.transpose(0, 2, 1) @ residuals[..., None])[..., 0]
        flat = of_whole.reshape(-1, g)
        corner += flat.T @ flat
        gradient_whole += flat.T @ residuals.reshape(-1)
    band = _band(diagonal)
    _add_smoothness(band, gradient, frame, problem.stiffness)
    return _Normal(band, border.reshape(n * f, g), corner, gradient.reshape(-1), gradient_whole)


def _blocks(n: int) -> list[slice]:
    return [slice(start, min(start + _BLOCK, n)) for start in range(0, n, _BLOCK)]


def _linearise(problem: Problem, frame: Array, whole: Array, rows: slice) -> tuple[Array, Array, Array]:
    """Weighted residuals (m, r) and their slopes (m, r, f) and (m, r, g)."""
    f, g = frame.shape[1], len(whole)
    frames = np.repeat(frame[None], f + g + 1, axis=0)
    wholes = np.repeat(whole[None, None], f + g + 1, axis=0)
    frames[np.arange(f), :, np.arange(f)] += _STEP
    wholes[f + np.arange(g), 0, np.arange(g)] += _STEP
    all_residuals = problem.residuals(frames, wholes, rows)
    residuals = all_residuals[-1]
    slopes = (all_residuals[:-1] - residuals) / _STEP
    size = np.abs(residuals[:, : problem.robust])
    weight = np.ones_like(residuals)
    weight[:, : problem.robust] = np.sqrt(_HUBER / np.maximum(size, _HUBER))
    slopes *= weight
    return residuals * weight, slopes[:f].transpose(1, 2, 0), slopes[f:].transpose(1, 2, 0)


def _band(diagonal: Array) -> Array:
    """Upper banded form of the block diagonal, with room for the smoothness two frames away."""
    n, f, _ = diagonal.shape
    width = 2 * f
    band = np.zeros((width + 1, n * f))
    blocks = band.reshape(width + 1, n, f)
    for column in range(f):
        for row in range(column + 1):
            blocks[width - (column - row), :, column] = diagonal[:, row, column]
    return band


def _add_smoothness(band: Array, gradient: Array, frame: Array, stiffness: Array) -> None:
    n, f = frame.shape
    if n < 3:
        return
    square = stiffness**2
    blocks = band.reshape(2 * f + 1, n, f)
    stencil = (1.0, -2.0, 1.0)
    bend = (frame[:-2] - 2 * frame[1:-1] + frame[2:]) * square
    for i, one in enumerate(stencil):
        gradient[i : n - 2 + i] += one * bend
        for j, other in enumerate(stencil[i:], start=i):
            blocks[2 * f - (j - i) * f, j : n - 2 + j] += one * other * square


def _step(normal: _Normal, damping: float) -> tuple[Array, Array]:
    """The damped Gauss–Newton step; raises LinAlgError where the matrix is not positive definite."""
    band = normal.band.copy()
    band[-1] = band[-1] * (1 + damping) + 1e-9
    corner = normal.corner + damping * np.diag(np.diag(normal.corner))
    factor = cholesky_banded(band, check_finite=False)
    solved = _solve(factor, np.column_stack([normal.border, normal.gradient]))
    schur = corner - normal.border.T @ solved[:, :-1]
    right = normal.gradient_whole - normal.border.T @ solved[:, -1]
    whole = -cho_solve(cho_factor(schur), right)
    frame = -(solved[:, -1] + solved[:, :-1] @ whole)
    f = (band.shape[0] - 1) // 2
    return frame.reshape(-1, f), whole


def _solution(problem: Problem, frame: Array, whole: Array, cost: float) -> Solution:
    # With all of the stiffness: errors that last leave deviations open that are as smooth as they are.
    normal = _normal_equations(problem, frame, whole)
    band = normal.band.copy()
    band[-1] += 1e-9
    factor = cholesky_banded(band, check_finite=False)
    schur = normal.corner - normal.border.T @ _solve(factor, normal.border)
    parts = [_linearise(problem, frame[rows], whole, rows) for rows in _blocks(len(frame))]
    return Solution(
        frame=frame,
        whole=whole,
        cost=cost,
        of_frame=np.concatenate([part[1] for part in parts]),
        of_whole=np.concatenate([part[2] for part in parts]),
        precision=problem.precision,
        factor=factor,
        border=normal.border,
        schur=(schur + schur.T) / 2,
    )


def _solve(factor: Array, right: Array) -> Array:
    """Solve with a banded Cholesky factor in upper form."""
    return cho_solve_banded((factor, False), right, check_finite=False)


def _solve_upper(factor: Array, right: Array) -> Array:
    """Solve with the upper triangular factor alone: turns white noise into draws."""
    return solve_banded((0, factor.shape[0] - 1), factor, right, check_finite=False)
