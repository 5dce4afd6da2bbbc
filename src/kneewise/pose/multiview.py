"""Several takes of one person doing the same → one mean repetition in space.

Every take keeps a course, a camera and feet of its own, as in the fit of a single film. Two things tie the
takes: one body (limb lengths) and repetition (people do the same again, seen from their own feet, within
`_ONCE_MORE`). What one camera cannot see the other one tells; how far takes may differ widens the errors
instead of being assumed away. With synchronised takes the tie is nearly stiff. The result is the mean of
the takes.

Assumes: the same person, burden and way of squatting in all takes; feet that stay on the spot within a take.
Error: drawn as in `fitting`, landmarks of each camera on their own; see `docs/explanation/accuracy.md`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..conventions import Side
from ..geometry import turn_about_vertical
from ..model import Array, Person, Pose, Readings
from .fitting import (
    FOCAL_SD,
    FREE_SD,
    PERSISTENCE,
    QUICK_SHARE,
    Evidence,
    Expectation,
    draw_centres,
    expect_whole,
    proportions_of,
    stiffness_at,
    wander,
    wrap,
)
from .observation import Observation, blend, observation_of
from .skeleton import (
    FOOT_BLOCK,
    FRAME_SIZE,
    WHOLE_SIZE,
    Frame,
    Leg,
    Proportions,
    Whole,
    leg_parameter,
    pose_body,
    stack,
)
from .solver import Problem, Solution, solve
from .starting import start_values

DRAWS = 24
_DEG = math.pi / 180
_WINDOW = 1 / 15
"""Landmarks are averaged over so much time on either side of a moment, with falling weights. [s]"""
_OWN_FOCAL_SD = {True: 0.035, False: 0.08}
"""How far the lenses of two takes differ: pictures of the same shape (the same phone), or not. [log]"""
_TOGETHER = 0.15
"""What is left of the differences between takes when they show the very same repetitions. [unitless]"""
_TURNED = 0.5
"""Weight of what is expected of the turn of thighs and shanks, against that in a single film. [unitless]"""
_LASTING, _PASSING = 0.8, 0.6
"""Shares of a difference between takes that last for the repetition, and that pass within it. [unitless]"""

_SHARED = np.r_[Whole.LOG_THIGH : Whole.LOG_DEPTH_SCALE, Whole.BALANCE_AHEAD : WHOLE_SIZE]
_OWN = np.r_[Whole.LOG_FOCAL : Whole.LOG_THIGH, Whole.LOG_DEPTH_SCALE : Whole.BALANCE_AHEAD]
_FEET = 3


def _once_more() -> Array:
    """How far the mean repetitions of two takes differ: course of the body, then how the feet stand."""
    spread = np.full(FRAME_SIZE + _FEET, 0.0)
    spread[[Frame.X, Frame.Y, Frame.Z]] = (0.020, 0.015, 0.025)
    spread[Frame.HEADING] = 3 * _DEG
    spread[Frame.OBLIQUITY] = 1.5 * _DEG
    spread[Frame.TRUNK_FLEXION] = 3 * _DEG
    spread[[Frame.TRUNK_BEND, Frame.TRUNK_TWIST]] = (1.5 * _DEG, 2.5 * _DEG)
    for side in Side:
        spread[leg_parameter(side, Leg.FLEXION)] = 4 * _DEG
        spread[leg_parameter(side, Leg.ABDUCTION)] = 2.5 * _DEG
        spread[leg_parameter(side, Leg.ROTATION)] = 4 * _DEG
        spread[leg_parameter(side, Leg.KNEE)] = 4 * _DEG
        spread[leg_parameter(side, Leg.HEEL_RISE)] = 3 * _DEG
    spread[FRAME_SIZE:] = (0.015, 0.020, 3 * _DEG)
    return spread


_ONCE_MORE = _once_more()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shot:
    """What one take gives to the fit.

    Attributes
    ----------
    readings : landmarks of the whole take.
    moments : (r, p) when each repetition comes through each phase. [s]
    """

    readings: Readings
    moments: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Joined:
    """Several takes as one.

    Attributes
    ----------
    pose : the mean repetition in the lab frame.
    depth : (takes,) how far the hips came down in each take, as a share of the leg's length. [unitless]
    depth_draws : (k, takes) the same from each draw. [unitless]
    """

    pose: Pose
    depth: Array
    depth_draws: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """How much takes may differ.

    Attributes
    ----------
    together : whether all takes show the very same repetitions.
    looseness : how many times more than people usually do they differ otherwise. [unitless]
    """

    together: bool = False
    looseness: float = 1.0


def fit_takes(
    shots: Sequence[Shot],
    person: Person,
    time: Array,
    tie: Tie,
    rng: np.random.Generator,
) -> Joined:
    """The mean repetition of several takes, in the lab frame.

    Parameters
    ----------
    shots
        Two or more.
    person
        Stature sets the scale.
    time
        (p,) times of the phases in the mean repetition. [s]
    tie
        How much the takes may differ.
    rng
        Source of the draws.
    """
    rate = (len(time) - 1) / float(time[-1] - time[0])
    observations = [_observe(shot, rate, person) for shot in shots]
    spread = _ONCE_MORE * (_TOGETHER if tie.together else tie.looseness)
    same_shape = len({shot.readings.shape for shot in shots}) == 1
    fit = _fit(observations, person, spread, _OWN_FOCAL_SD[same_shape and not tie.together])
    joints = fit.joints(fit.solution.frame, fit.solution.whole)
    frames, wholes = fit.draw(DRAWS, rng)
    draws = np.stack([fit.joints(frame, whole) for frame, whole in zip(frames, wholes, strict=True)])
    return Joined(
        pose=Pose(time=time, joints=joints, joints_sd=draws.std(0, ddof=1), draws=draws),
        depth=fit.depths(fit.solution.frame, fit.solution.whole),
        depth_draws=np.stack([fit.depths(*drawn) for drawn in zip(frames, wholes, strict=True)]),
    )


def _observe(shot: Shot, rate: float, person: Person) -> tuple[Observation, Array]:
    """Landmarks on the phases, mean over repetitions, and the network's guess in space."""
    readings = shot.readings
    known = np.asarray(np.isfinite(readings.points).all((1, 2)))
    away = np.abs(readings.time - shot.moments[..., None])
    weights = np.where(known, np.maximum(1 - away / _WINDOW, 0), 0).sum(0)
    mean = blend(readings, weights, np.arange(len(weights)) / rate)
    return observation_of(mean, rate, person), mean.world


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Fit:
    """All takes fitted, and how their mean answers to errors."""

    solution: Solution
    proportions: Proportions
    evidence: "_Takes"
    expectation: "_Expected"

    def draw(self, count: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """Frame (count, n, f) and whole (count, g) parameters, equally likely versions; see `Fit.draw`."""
        open_frame, open_whole = self.solution.draw(count, rng)
        change = self.evidence.off(self.solution, count, rng)
        off_frame, off_whole = self.solution.respond(change, self.expectation.draw(count, rng))
        return self.solution.frame + open_frame + off_frame, self.solution.whole + open_whole + off_whole

    def depths(self, frame: Array, whole: Array) -> Array:
        """(takes,) how far the hips came down at the lowest point, as a share of the leg's length. [1]"""
        one = _whole(whole, 0)
        leg = math.exp(one[Whole.LOG_THIGH]) + math.exp(one[Whole.LOG_SHANK])
        height = frame[len(frame) // 2].reshape(-1, FRAME_SIZE)[:, Frame.Z] - self.proportions.ankle_height
        return np.asarray(1 - height / leg)

    def joints(self, frame: Array, whole: Array) -> Array:
        """(n, side, joint, xyz) of the mean of the takes, x where the pelvis faces on average. [m]"""
        count = frame.shape[-1] // FRAME_SIZE
        mean = sum(_from_the_feet(_course(frame, k), _whole(whole[None], k)) for k in range(count)) / count
        body, (ahead, apart, turned) = mean[:, :FRAME_SIZE], mean[0, FRAME_SIZE:]
        one = _whole(whole[None], 0)
        for side in Side:
            block = FOOT_BLOCK[side]
            half = np.array([ahead / 2, apart / 2, turned]) * side.outward
            one[:, block : block + _FEET] = half
        joints = stack(pose_body(body, one, self.proportions).joints)
        heading = float(np.angle(np.exp(1j * body[:, Frame.HEADING]).mean()))
        return turn_about_vertical(joints, -heading)


def _fit(
    observed: Sequence[tuple[Observation, Array]], person: Person, spread: Array, own_focal: float
) -> _Fit:
    proportions = proportions_of(person)
    starts = [start_values(observation, world, person) for observation, world in observed]
    evidence = _Takes(
        [
            Evidence(
                observation, proportions, float(np.median(np.hypot(frame[:, Frame.X], frame[:, Frame.Y])))
            )
            for (observation, _), (frame, _) in zip(observed, starts, strict=True)
        ],
        spread,
        observed[0][0].rate,
    )
    expected = _expect([expect_whole(person, whole) for _, whole in starts], own_focal)
    rate = observed[0][0].rate
    problem = Problem(
        residuals=evidence.residuals,
        robust=evidence.robust,
        stiffness=np.tile(stiffness_at(rate), len(starts)),
        centre=expected.centre,
        precision=np.asarray(rate * PERSISTENCE * np.linalg.inv(expected.covariance)),
        quick=QUICK_SHARE,
    )
    frame = np.concatenate([frame for frame, _ in starts], axis=-1)
    whole = np.concatenate([starts[0][1][_SHARED], *(whole[_OWN] for _, whole in starts)])
    solution = solve(problem, frame, whole)
    return _Fit(solution=solution, proportions=proportions, evidence=evidence, expectation=expected)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Expected:
    """What is expected of body, cameras and feet of all takes: mean and covariance."""

    centre: Array
    covariance: Array

    def draw(self, count: int, rng: np.random.Generator) -> Array:
        """(count, g) how far the truth may lie from the mean; parameters that only the films tell stay."""
        told = np.diag(self.covariance) < FREE_SD**2
        lower = np.linalg.cholesky(self.covariance)
        return np.where(told, rng.standard_normal((count, len(lower))) @ lower.T, 0.0)


def _expect(singles: Sequence[Expectation], own_focal: float) -> _Expected:
    """One body, and a camera for each take; the lenses share most of what is unknown of them."""
    rows = [(singles[0], _SHARED), *((single, _OWN) for single in singles)]
    centre, sd, common = (
        np.concatenate([getattr(single, name)[part] for single, part in rows])
        for name in ("centre", "sd", "common")
    )
    covariance = np.diag(sd**2 - common**2) + np.outer(common, common)
    lenses = len(_SHARED) + len(_OWN) * np.arange(len(singles))
    covariance[np.ix_(lenses, lenses)] = FOCAL_SD**2 - own_focal**2
    covariance[lenses, lenses] = FOCAL_SD**2
    return _Expected(centre=centre, covariance=covariance)


class _Takes:
    """Weighted residuals of all takes: robust ones of each, other ones of each, then the tie between them."""

    def __init__(self, evidences: Sequence[Evidence], spread: Array, rate: float) -> None:
        self._evidences = evidences
        self._spread = spread
        self._rate = rate
        self.robust = sum(evidence.robust for evidence in evidences)
        # Expectations of a body count once, however many takes. Those of how legs turn count less: seen from
        # two sides a body needs them less.
        self._once = np.ones(evidences[0].size)
        self._once[evidences[0].assumed] = 1 / math.sqrt(len(evidences))
        self._once[evidences[0].turned] *= _TURNED

    def residuals(self, frame: Array, whole: Array, rows: slice) -> Array:
        """(p, m, r) residuals in standard deviations."""
        robust, rest, courses = [], [], []
        for k, evidence in enumerate(self._evidences):
            course, own = _course(frame, k), _whole(whole, k)
            found = evidence.residuals(course, own, rows) * self._once
            robust.append(found[..., : evidence.robust])
            rest.append(found[..., evidence.robust :])
            courses.append(_from_the_feet(course, own))
        return np.concatenate([*robust, *rest, *self._tie(courses)], axis=-1)

    def _tie(self, courses: list[Array]) -> list[Array]:
        """How far each take lies from the mean of all, in standard deviations between takes."""
        mean = np.asarray(sum(courses) / len(courses))
        return [(course - mean) / self._spread for course in courses]

    def off(self, solution: Solution, count: int, rng: np.random.Generator) -> Array:
        """(count, n, r) change of the residuals when landmarks and joint centres lie off and takes differ."""
        n, steps = len(solution.frame), draw_centres(count, rng)
        changes = [
            evidence.off_landmarks(count, rng)
            + evidence.off_centres(_course(solution.frame, k), _whole(solution.whole, k), steps)
            for k, evidence in enumerate(self._evidences)
        ]
        robust = [change[..., : e.robust] for change, e in zip(changes, self._evidences, strict=True)]
        rest = [change[..., e.robust :] for change, e in zip(changes, self._evidences, strict=True)]
        slow = wander(n, self._rate)
        apart = np.stack([self._differ(count, slow, rng) for _ in changes])
        return np.concatenate([*robust, *rest, *(apart - apart.mean(0))], axis=-1)

    def _differ(self, count: int, slow: Array, rng: np.random.Generator) -> Array:
        """(count, n, f) smooth differences of unit variance."""
        size = len(self._spread)
        lasting = rng.standard_normal((count, 1, size))
        passing = slow @ rng.standard_normal((count, slow.shape[1], size))
        return np.asarray(_LASTING * lasting + _PASSING * passing)


def _course(frame: Array, take: int) -> Array:
    """(..., FRAME_SIZE) parameters of one take, in the world of its own camera."""
    return frame[..., take * FRAME_SIZE : (take + 1) * FRAME_SIZE]


def _whole(whole: Array, take: int) -> Array:
    """(..., WHOLE_SIZE) the common body with camera and feet of one take."""
    one = np.empty((*whole.shape[:-1], WHOLE_SIZE))
    one[..., _SHARED] = whole[..., : len(_SHARED)]
    start = len(_SHARED) + take * len(_OWN)
    one[..., _OWN] = whole[..., start : start + len(_OWN)]
    return one


def _from_the_feet(frame: Array, whole: Array) -> Array:
    """(..., FRAME_SIZE + 3) the course as seen from the middle between the feet, and how these stand.

    x points where the feet point on average; the last three are how far the left foot stands ahead and to the
    left of the right one, and half the angle between them.
    """
    left, right = FOOT_BLOCK[Side.LEFT], FOOT_BLOCK[Side.RIGHT]
    yaws = whole[..., left + 2], whole[..., right + 2]
    facing = np.arctan2(np.sin(yaws[0]) + np.sin(yaws[1]), np.cos(yaws[0]) + np.cos(yaws[1]))
    c, s = np.cos(facing), np.sin(facing)

    def turn(x: Array, y: Array) -> tuple[Array, Array]:
        return c * x + s * y, c * y - s * x

    ahead, apart = turn(whole[..., left] - whole[..., right], whole[..., left + 1] - whole[..., right + 1])
    middle = [(whole[..., left + i] + whole[..., right + i]) / 2 for i in range(2)]
    x, y = turn(frame[..., Frame.X] - middle[0], frame[..., Frame.Y] - middle[1])
    seen = np.empty((*np.broadcast_shapes(frame.shape[:-1], whole.shape[:-1]), FRAME_SIZE + _FEET))
    seen[..., :FRAME_SIZE] = frame
    seen[..., Frame.X], seen[..., Frame.Y] = x, y
    seen[..., Frame.HEADING] = wrap(frame[..., Frame.HEADING] - facing)
    for i, value in enumerate((ahead, apart, wrap(yaws[0] - facing))):
        seen[..., FRAME_SIZE + i] = value
    return seen
