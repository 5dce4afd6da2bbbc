from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import least_squares

from kneewise.pose.solver import Problem, solve

FRAMES, OF_FRAME, WHOLE, SEEN = 7, 3, 2, 5


class Chain:
    """Frames seen through one bent function with whole-film parameters: small enough to do densely."""

    def __init__(self, seed, *, bend=0.3, robust=0, outlier=0.0):
        rng = np.random.default_rng(seed)
        self.of_frame = rng.standard_normal((SEEN, OF_FRAME))
        self.of_whole = rng.standard_normal((SEEN, WHOLE))
        self.bend = bend
        self.seen = rng.standard_normal((FRAMES, SEEN))
        self.seen[2, 0] += outlier
        self.start = 0.1 * rng.standard_normal((FRAMES, OF_FRAME))
        self.start_whole = np.zeros(WHOLE)
        root = rng.standard_normal((WHOLE, WHOLE))
        self.problem = Problem(
            residuals=self.residuals,
            robust=robust,
            stiffness=rng.uniform(0.5, 3.0, OF_FRAME),
            centre=rng.standard_normal(WHOLE),
            precision=root @ root.T + np.eye(WHOLE),
        )

    def residuals(self, frame, whole, rows):
        straight = frame @ self.of_frame.T + whole @ self.of_whole.T
        return straight + self.bend * np.sin(straight) - self.seen[rows]

    def stacked(self, parameters):
        """All residuals as one vector, for a dense solver."""
        frame, whole = parameters[:-WHOLE].reshape(FRAMES, OF_FRAME), parameters[-WHOLE:]
        problem = self.problem
        pictures = self.residuals(frame, whole[None], slice(0, FRAMES))
        bends = np.diff(frame, n=2, axis=0) * problem.stiffness
        prior = np.linalg.cholesky(problem.precision).T @ (whole - problem.centre)
        return np.r_[pictures.ravel(), bends.ravel(), prior]

    def dense(self):
        start = np.r_[self.start.ravel(), self.start_whole]
        return least_squares(self.stacked, start, xtol=1e-14, ftol=1e-14, gtol=1e-14)

    def solved(self):
        return solve(self.problem, self.start, self.start_whole, iterations=200)


def parameters_of(chain):
    solution = chain.solved()
    return np.r_[solution.frame.ravel(), solution.whole]


def covariance(dense):
    jacobian = dense.jac
    return np.linalg.inv(jacobian.T @ jacobian)


@pytest.mark.parametrize("seed", range(4))
def test_a_straight_chain_is_solved_like_a_dense_system(seed):
    chain = Chain(seed, bend=0.0)
    dense = chain.dense()
    sd = np.sqrt(np.diag(covariance(dense)))
    # The solver stops when a step gains less than 2e-4 of the cost, here about 10: at most 0.06 sd are left.
    assert parameters_of(chain) / sd == pytest.approx(dense.x / sd, abs=0.06)


@pytest.mark.parametrize("seed", range(4))
def test_the_least_cost_is_that_of_a_dense_solver(seed):
    chain = Chain(seed)
    # The solver stops when a step gains less than 2e-4 of the cost; steps shrink much faster than that.
    assert chain.solved().cost == pytest.approx(chain.dense().cost, rel=1e-5)


@pytest.mark.parametrize("seed", range(4))
def test_the_factor_has_the_precision_of_the_dense_matrix(seed):
    chain = Chain(seed, bend=0.0)
    solution = chain.solved()
    dense = np.linalg.inv(covariance(chain.dense()))
    # Slopes are taken by steps of 1e-5.
    frames = FRAMES * OF_FRAME
    assert solution.border == pytest.approx(dense[:frames, frames:], abs=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_the_schur_complement_is_the_precision_of_the_whole_film_parameters(seed):
    chain = Chain(seed, bend=0.0)
    dense = covariance(chain.dense())[-WHOLE:, -WHOLE:]
    assert np.linalg.inv(chain.solved().schur) == pytest.approx(dense, rel=1e-3, abs=1e-5)


def drawn(chain, count=20_000):
    frame, whole = chain.solved().draw(count, np.random.default_rng(7))
    return np.column_stack([frame.reshape(count, -1), whole])


def test_draws_spread_as_the_dense_covariance_says():
    chain = Chain(11, bend=0.0)
    dense = covariance(chain.dense())
    scale = np.sqrt(np.diag(dense))
    correlation = np.cov(drawn(chain), rowvar=False) / np.outer(scale, scale)
    # A correlation of 20 000 draws is known to ±1/√20 000 = 0.007; four of those, over 23 · 24 / 2 entries.
    assert correlation == pytest.approx(dense / np.outer(scale, scale), abs=0.03)


def test_draws_lie_around_the_solution():
    chain = Chain(11, bend=0.0)
    scale = np.sqrt(np.diag(covariance(chain.dense())))
    assert drawn(chain).mean(0) / scale == pytest.approx(np.zeros(len(scale)), abs=0.03)


def test_the_same_generator_gives_the_same_draws():
    solution = Chain(3).solved()
    one, other = (solution.draw(5, np.random.default_rng(1))[0] for _ in range(2))
    assert np.array_equal(one, other)


def test_a_robust_residual_is_not_pulled_by_an_outlier():
    clean, robust, plain = Chain(5), Chain(5, robust=SEEN, outlier=50.0), Chain(5, outlier=50.0)
    moved = [np.abs(chain.solved().frame - clean.solved().frame).max() for chain in (robust, plain)]
    assert moved[0] < 0.2 * moved[1]


def test_without_outliers_robust_weights_change_nothing():
    # Residuals of a unit-noise chain stay below two sd here, where Huber's weight is one.
    chain = Chain(5, robust=SEEN)
    worst = np.abs(chain.residuals(chain.solved().frame, chain.solved().whole[None], slice(0, FRAMES))).max()
    assert worst < 2
    sd = np.sqrt(np.diag(covariance(chain.dense())))
    assert parameters_of(chain) / sd == pytest.approx(parameters_of(Chain(5)) / sd, abs=0.06)


def test_a_chain_of_one_frame_is_solved():
    chain = Chain(2, bend=0.0)
    solution = solve(chain.problem, chain.start[:1], chain.start_whole)
    assert np.isfinite(solution.frame).all()


def test_a_long_chain_is_solved_in_blocks_as_in_one():
    # More frames than the solver linearises at once (400): every frame sees the same, so all must be alike.
    frames = 900
    chain = Chain(4, bend=0.0)
    chain.seen = np.repeat(chain.seen[:1], frames, axis=0)
    solution = solve(chain.problem, np.zeros((frames, OF_FRAME)), chain.start_whole, iterations=50)
    assert solution.frame == pytest.approx(np.repeat(solution.frame[:1], frames, axis=0), abs=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_a_response_is_where_the_solution_goes_when_the_residuals_change(seed):
    chain, moved = Chain(seed, bend=0.0), Chain(seed, bend=0.0)
    change = 0.3 * np.random.default_rng(seed).standard_normal((FRAMES, SEEN))
    moved.seen = moved.seen - change
    frame, whole = chain.solved().respond(change[None], np.zeros((1, len(chain.start_whole))))
    shift = moved.dense().x - chain.dense().x
    # A straight chain answers in proportion, but for slopes taken by steps of 1e-5.
    assert np.r_[frame.ravel(), whole.ravel()] == pytest.approx(shift, abs=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_a_response_is_where_the_solution_goes_when_the_prior_moves(seed):
    chain = Chain(seed, bend=0.0)
    solution = chain.solved()
    shift = 0.2 * np.random.default_rng(seed).standard_normal(len(solution.whole))
    _, whole = solution.respond(np.zeros((1, FRAMES, SEEN)), shift[None])
    moved = replace(chain.problem, centre=chain.problem.centre + shift)
    expected = solve(moved, solution.frame, solution.whole, iterations=50).whole - solution.whole
    # A straight chain answers in proportion; the solver stops within 2e-4 of the least cost.
    assert whole[0] == pytest.approx(expected, abs=2e-3)


def smooth_course(quick, period=1.2):
    """A course seen without error by residuals of one standard deviation, its smoothness held by `quick`."""
    time = np.arange(0, 3 * period, 1 / 12)
    course = 1 - np.cos(2 * np.pi * time / period)
    problem = Problem(
        residuals=lambda frame, whole, rows: 10 * (frame - course[rows, None]) + 0 * whole,
        robust=0,
        stiffness=np.array([12.0**2 / 12.0]),
        centre=np.zeros(1),
        precision=np.eye(1),
        quick=quick,
    )
    return course, solve(problem, np.zeros((len(time), 1)), np.zeros(1))


@pytest.mark.parametrize("quick", [1.0, 0.3])
def test_smoothness_flattens_a_swing_by_what_theory_says(quick):
    course, solution = smooth_course(quick)
    inside = slice(10, -10)
    # A sampled cosine is an eigenvector of the second difference: 2 (1 − cos ω/r). The weights are 10 and 12.
    bend = quick * 12 * 2 * (1 - np.cos(2 * np.pi / 1.2 / 12))
    left = np.ptp(solution.frame[inside]) / np.ptp(course[inside])
    assert left == pytest.approx(1 / (1 + (bend / 10) ** 2), abs=0.01)


def test_the_share_that_is_quick_leaves_the_deviations_that_are_drawn_alone():
    one, other = (smooth_course(quick)[1] for quick in (1.0, 0.3))
    assert one.factor == pytest.approx(other.factor)
