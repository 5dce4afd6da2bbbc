"""Landmarks of one stance → the articulated body, feet and camera that explain them best.

Every frame of a stance (feet on the spot) is explained at once by one body with constant limb lengths, two
feet planted on one floor, and one camera. What the film cannot tell (lens, limb lengths, how landmarks sit
on the joints) comes from priors. Landmark errors last for seconds, so many frames are not many
measurements: the precision of whole-film priors is multiplied by `rate × PERSISTENCE`.

Assumes: a camera that stands still, a lens without much distortion, feet that stay where they are.
Error: drawn, see `Fit.draw`; measured in `docs/explanation/accuracy.md`.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..conventions import MASS_PARTS, Joint, Side
from ..model import Array, Person
from .observation import Observation
from .skeleton import (
    FOOT_BLOCK,
    FRAME_SIZE,
    WHOLE_SIZE,
    Body,
    Frame,
    Leg,
    Proportions,
    Vector,
    Whole,
    leg_parameter,
    pose_body,
    project,
)
from .solver import Problem, Solution, solve

PERSISTENCE = 2.0
"""How long a landmark error lasts. [s]"""
_BIAS_SHARE, _DRIFT_SHARE, _DRIFT_TIME = 0.72, 0.69, 1.0
"""How far a landmark lies off all through a film, and how far it wanders within about a second, as shares of
its standard deviation. [1, 1, s]"""
QUICK_SHARE = 0.30
"""How much of a landmark's error is quicker than 1 Hz, a part of its wandering, as a share of its standard
deviation on the grid of the fit: 0.32 in 24 films of 12 synthetic people, 0.27 at hips to 0.40 at heels.
Smoothness weighed against all of it would flatten movement as if it were noise. [1]"""

_DEG = math.pi / 180
FOCAL, FOCAL_SD = 0.75, 0.12
"""Focal length of a phone's main camera, in long sides of the picture; stabilising crops it. [1, log]"""
FREE_SD = 10.0
"""Of what only the film tells. [any]"""
_ANKLE_GAP_SD = 0.012
_HEEL_RISE_SD = 12 * _DEG
_HIP_OFFSET, _SHOULDER_OFFSET = (0.013, -0.008, 0.008), (0.0, -0.010, -0.010)
"""From the joint centre of motion capture to that of synthetic people, by how the same network's landmarks
lie off either: forward, outward, up at a stature of 1.75 m. Two people seen from 45° showed for hips
(0.023, −0.011, 0.015) and (0.012, −0.011, 0.023), for shoulders (−0.004, −0.017, −0.018) and
(−0.005, −0.017, −0.030); taken in part. [m]"""
_HIP_OFFSET_SD, _SHOULDER_OFFSET_SD = (0.008, 0.005, 0.012), (0.006, 0.008, 0.016)
"""How far it may lie elsewhere in other people: what those two show beyond the part taken. [m]"""
_BALANCE_SD = (0.025, 0.025)
"""How far the centre of mass wanders ahead of and beside its own mean place in upright standing. [m]"""
_BALANCE_AHEAD, _BALANCE_AHEAD_SD, _BALANCE_ASIDE_SD = 0.037, 0.020, 0.015
"""Its mean place from the middle between the ankles, and how people differ: three people with motion
capture stood at 0.010, 0.035 and 0.041. [m]"""
_UPRIGHT, _UPRIGHT_EDGE = 50 * _DEG, 10 * _DEG
"""Knee bend up to which somebody counts as standing upright, and how soft that limit is. [rad]"""
_HEADING_SD = 15 * _DEG
_LEVEL_FEET_SD = 0.06
"""Of one foot ahead of the other. [m]"""

_DEPTH_BIAS = {
    Joint.SHOULDER: Whole.DEPTH_BIAS_SHOULDER,
    Joint.KNEE: Whole.DEPTH_BIAS_KNEE,
    Joint.ANKLE: Whole.DEPTH_BIAS_ANKLE,
    Joint.HEEL: Whole.DEPTH_BIAS_HEEL,
    Joint.TOE: Whole.DEPTH_BIAS_TOE,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """The body of one stance.

    Attributes
    ----------
    solution : best parameters and the Gaussian around them.
    proportions : sizes that follow from stature.
    residual : root mean square distance between drawn and seen landmarks, in body space. [m]
    """

    solution: Solution
    proportions: Proportions
    residual: float
    evidence: "Evidence"
    expectation: "Expectation"

    def draw(self, count: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """Frame (count, n, f) and whole-film (count, g) parameters, equally likely versions.

        Four errors are drawn: what the film leaves open (the Gaussian around the solution); landmarks that
        lie off the joints for a while or all through the film; joint centres that lie elsewhere in this body;
        and a lens, a body or a stature that are not as expected. No number of frames takes the last three
        away.
        """
        open_frame, open_whole = self.solution.draw(count, rng)
        change = self.evidence.off_landmarks(count, rng)
        change += self.evidence.off_centres(
            self.solution.frame, self.solution.whole, draw_centres(count, rng)
        )
        off_frame, off_whole = self.solution.respond(change, self.expectation.draw(count, rng))
        return self.solution.frame + open_frame + off_frame, self.solution.whole + open_whole + off_whole


def proportions_of(person: Person) -> Proportions:
    """Sizes that follow from stature."""
    scale = person.height / 1.75
    return Proportions(
        ankle_height=0.097 * scale,
        heel_height=0.055 * scale,
        toe_height=0.037 * scale,
        ball_share=0.60,
        hip_offset=_scaled(_HIP_OFFSET, scale),
        shoulder_offset=_scaled(_SHOULDER_OFFSET, scale),
    )


def draw_centres(count: int, rng: np.random.Generator) -> Array:
    """(count, 6) how many standard deviations hips and shoulders lie from where they are taken to be."""
    return rng.standard_normal((count, len(_HIP_OFFSET_SD) + len(_SHOULDER_OFFSET_SD)))


def _moved(proportions: Proportions) -> Iterator[Proportions]:
    """One standard deviation along each axis, hips first, then shoulders."""
    for step in np.diag(_HIP_OFFSET_SD).tolist():
        yield replace(proportions, hip_offset=_sum(proportions.hip_offset, step))
    for step in np.diag(_SHOULDER_OFFSET_SD).tolist():
        yield replace(proportions, shoulder_offset=_sum(proportions.shoulder_offset, step))


def _sum(one: Sequence[float], other: Sequence[float]) -> tuple[float, float, float]:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _scaled(vector: tuple[float, float, float], scale: float) -> tuple[float, float, float]:
    return vector[0] * scale, vector[1] * scale, vector[2] * scale


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Known:
    """Whole-film parameters from another stance of the same film.

    Attributes
    ----------
    whole : (g,) as fitted.
    off : (k, g) how far its draws lie from that; the other stances share them.
    """

    whole: Array
    off: Array


def fit_stance(
    observation: Observation, person: Person, frame: Array, whole: Array, known: Known | None = None
) -> Fit:
    """Fit body, feet and camera to one stance.

    Parameters
    ----------
    observation
        Landmarks on an even time grid.
    person
        Stature sets the scale.
    frame, whole
        (n, FRAME_SIZE), (WHOLE_SIZE,) start values.
    known
        From another stance of the same film; camera and limb lengths are then held.
    """
    proportions = proportions_of(person)
    expected = expect_whole(person, whole, known)
    precision = np.diag(observation.rate * PERSISTENCE / expected.sd**2)
    distance = float(np.median(np.hypot(frame[:, Frame.X], frame[:, Frame.Y])))
    evidence = Evidence(observation, proportions, distance)
    problem = Problem(
        residuals=evidence.residuals,
        robust=evidence.robust,
        stiffness=stiffness_at(observation.rate),
        centre=expected.centre,
        precision=precision,
        quick=QUICK_SHARE,
    )
    solution = solve(problem, frame, whole)
    return Fit(
        solution=solution,
        proportions=proportions,
        residual=evidence.residual(solution),
        evidence=evidence,
        expectation=expected,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expectation:
    """What is expected of the whole-film parameters before the film is seen.

    Attributes
    ----------
    centre, sd : (g,) mean and standard deviation.
    common : (g,) the part of the deviation that all lengths share, because it comes from the stature.
    shared : (k, g) draws of another stance that these are to follow; None for the first stance.
    """

    centre: Array
    sd: Array
    common: Array
    shared: Array | None = None

    def draw(self, count: int, rng: np.random.Generator) -> Array:
        """(count, g) how far the truth may lie from the mean; parameters that only the film tells stay."""
        if self.shared is not None:
            return self.shared
        own = np.sqrt(np.maximum(self.sd**2 - self.common**2, 0))
        drawn = own * rng.standard_normal((count, len(own))) + self.common * rng.standard_normal((count, 1))
        return np.where(self.sd < FREE_SD, drawn, 0.0)


def expect_whole(person: Person, start: Array, known: Known | None = None) -> Expectation:
    """What is expected of camera, feet and limb lengths; `start` says where the feet stand."""
    height = person.height
    spread = person.height_sd / height
    centre, sd, common = np.zeros(WHOLE_SIZE), np.full(WHOLE_SIZE, FREE_SD), np.zeros(WHOLE_SIZE)

    def expect(which: Whole, value: float, deviation: float, shared: float = 0.0) -> None:
        centre[which], sd[which] = value, math.hypot(deviation, shared)
        common[which] = shared

    expect(Whole.LOG_FOCAL, math.log(FOCAL), FOCAL_SD)
    expect(Whole.PITCH, 0.0, 6 * _DEG)
    expect(Whole.ROLL, 0.0, 2.5 * _DEG)
    expect(Whole.CAMERA_HEIGHT, 1.2, 0.5)
    for share, which, deviation in (
        (0.243, Whole.LOG_THIGH, 0.03),
        (0.247, Whole.LOG_SHANK, 0.03),
        (0.108, Whole.LOG_HIP_WIDTH, 0.08),
        (0.280, Whole.LOG_TRUNK, 0.05),
        (0.220, Whole.LOG_SHOULDER_WIDTH, 0.10),
    ):
        expect(which, math.log(share * height), deviation, spread)
    expect(Whole.VARUS, 0.0, 3 * _DEG)
    expect(Whole.TORSION, 8 * _DEG, 8 * _DEG)
    expect(Whole.BALANCE_AHEAD, _BALANCE_AHEAD, _BALANCE_AHEAD_SD)
    expect(Whole.BALANCE_ASIDE, 0.0, _BALANCE_ASIDE_SD)
    expect(Whole.HEEL_BACK, 0.045 * height / 1.75, 0.012, 0.05 * spread)
    expect(Whole.TOE_AHEAD, 0.195 * height / 1.75, 0.015, 0.19 * spread)
    expect(Whole.LOG_DEPTH_SCALE, 0.0, 0.10)
    for which in _DEPTH_BIAS.values():
        expect(which, 0.0, 0.05)
    for block in FOOT_BLOCK.values():
        centre[block : block + 3] = start[block : block + 3]
    if known is not None:
        held = np.r_[Whole.LOG_FOCAL : Whole.LEFT_X, Whole.LOG_THIGH : WHOLE_SIZE]
        centre[held], sd[held], common[held] = known.whole[held], 0.1 * sd[held], 0.1 * common[held]
        shared = np.zeros_like(known.off)
        shared[:, held] = known.off[:, held]
        return Expectation(centre=centre, sd=sd, common=common, shared=shared)
    return Expectation(centre=centre, sd=sd, common=common)


def stiffness_at(rate: float) -> Array:
    """1 / (second difference that one standard deviation of acceleration makes)."""
    acceleration = np.empty(FRAME_SIZE)
    acceleration[[Frame.X, Frame.Y, Frame.Z]] = (2.0, 2.0, 3.0)
    acceleration[Frame.HEADING] = 2.0
    acceleration[Frame.OBLIQUITY] = 2.0
    acceleration[Frame.TRUNK_FLEXION] = 8.0
    acceleration[[Frame.TRUNK_BEND, Frame.TRUNK_TWIST]] = 3.0
    for side in Side:
        acceleration[leg_parameter(side, Leg.FLEXION)] = 10.0
        acceleration[leg_parameter(side, Leg.ABDUCTION)] = 4.0
        acceleration[leg_parameter(side, Leg.ROTATION)] = 4.0
        acceleration[leg_parameter(side, Leg.KNEE)] = 12.0
        acceleration[leg_parameter(side, Leg.HEEL_RISE)] = 5.0
    return rate**2 / acceleration


class Evidence:
    """Weighted residuals of single frames: picture, depth, then posture."""

    def __init__(self, observation: Observation, proportions: Proportions, distance: float) -> None:
        self._observation = observation
        self._proportions = proportions
        self._distance = distance
        self._weight = 1 / observation.sd
        # Feet do not move in a stance: said in every frame, it is to weigh as the whole film's priors do.
        self._level_weight = math.sqrt(PERSISTENCE * observation.rate / len(observation.points))
        self.size = len(Side) * (2 * len(Joint) + len(_DEPTH_BIAS) + 1 + 3 + 4) + 5 + 3
        self.robust = len(Side) * (2 * len(Joint) + len(_DEPTH_BIAS)) + len(Side)
        self.assumed = np.r_[self.robust - len(Side) : self.robust, self.robust + 6 : self.size]
        """Residuals that are expectations of a body, not readings of this film."""
        self.turned = np.arange(self.robust + 6 + 5, self.size - 3)
        """Of these, how thighs and shanks turn."""

    def residuals(self, frame: Array, whole: Array, rows: slice) -> Array:
        """(p, m, r) residuals in standard deviations, the robust ones first."""
        body = pose_body(frame, whole, self._proportions)
        rise = [frame[..., leg_parameter(side, Leg.HEEL_RISE)] / _HEEL_RISE_SD for side in Side]
        parts = [
            *self._picture(body, whole, rows),
            *self._depth(body, frame, whole, rows),
            *rise,
            *self._gaps(body),
            *_posture(body, frame, whole),
            *_balance(body, frame, whole),
            self._level_weight * _level_feet(frame, whole) / _LEVEL_FEET_SD,
        ]
        return np.stack(np.broadcast_arrays(*parts), axis=-1)

    def off_landmarks(self, count: int, rng: np.random.Generator) -> Array:
        """(count, n, r) change of the residuals when landmarks lie off the joints, in standard deviations."""
        n = len(self._observation.points)
        change = np.zeros((count, n, self.size))
        slow = wander(n, self._observation.rate)
        for column, (side, joint) in enumerate((side, joint) for side in Side for joint in Joint):
            seen = self._observation.seen[:, side, joint]
            for axis in range(2):
                bias = _BIAS_SHARE * rng.standard_normal((count, 1))
                drift = _DRIFT_SHARE * rng.standard_normal((count, slow.shape[1])) @ slow.T
                change[:, :, 2 * column + axis] = (bias + drift) * seen
        return change

    def off_centres(self, frame: Array, whole: Array, steps: Array) -> Array:
        """(count, n, r) change of the residuals when joint centres lie elsewhere in the body.

        Parameters
        ----------
        frame, whole
            (n, f), (g,) the body that is fitted.
        steps
            (count, 6) as from `draw_centres`; the same for all films of one person.
        """

        def residuals(proportions: Proportions) -> Array:
            evidence = Evidence(self._observation, proportions, self._distance)
            rows = slice(0, len(frame))
            return np.asarray(evidence.residuals(frame[None], whole[None, None], rows)[0])

        taken = residuals(self._proportions)
        moved = np.stack([residuals(proportions) - taken for proportions in _moved(self._proportions)])
        return np.asarray(np.einsum("cs,snr->cnr", steps, moved, optimize=True))

    def residual(self, solution: Solution) -> float:
        """Root mean square distance of drawn and seen landmarks, at the person's distance. [m]"""
        n = len(solution.frame)
        body = pose_body(solution.frame, solution.whole[None], self._proportions)
        parts = self._picture(body, solution.whole[None], slice(0, n))
        squares = []
        for i, (side, joint) in enumerate((side, joint) for side in Side for joint in Joint):
            seen = self._observation.seen[:, side, joint]
            scale = self._observation.sd[seen, side, joint]
            squares += [(parts[2 * i][seen] * scale) ** 2 + (parts[2 * i + 1][seen] * scale) ** 2]
        return float(np.sqrt(np.concatenate(squares).mean())) if squares else float("nan")

    def _picture(self, body: Body, whole: Array, rows: slice) -> list[Array]:
        parts = []
        scale = self._distance / np.exp(whole[..., Whole.LOG_FOCAL])
        for side in Side:
            for joint in Joint:
                right, down, _ = project(body.marks[side][joint], whole)
                seen = self._observation.points[rows, side, joint]
                weight = self._weight[rows, side, joint] * scale
                parts += [(right - seen[:, 0]) * weight, (down - seen[:, 1]) * weight]
        return parts

    def _depth(self, body: Body, frame: Array, whole: Array, rows: slice) -> list[Array]:
        """Depth behind mid-hip along the line of sight, against the network's guess."""
        x, y = frame[..., Frame.X], frame[..., Frame.Y]
        z = frame[..., Frame.Z] - whole[..., Whole.CAMERA_HEIGHT]
        reach = np.sqrt(x**2 + y**2 + z**2)
        ratio = np.exp(whole[..., Whole.LOG_DEPTH_SCALE])
        parts = []
        for side in Side:
            for joint, bias in _DEPTH_BIAS.items():
                point = body.marks[side][joint]
                behind = (
                    (point[0] - x) * x + (point[1] - y) * y + (point[2] - frame[..., Frame.Z]) * z
                ) / reach
                guess = ratio * self._observation.depth[rows, side, joint]
                seen = self._observation.seen[rows, side, joint]
                off = (behind + whole[..., bias] - guess) / self._observation.depth_sd
                parts.append(np.where(seen, off, 0.0))
        return parts

    @staticmethod
    def _gaps(body: Body) -> list[Array]:
        return [component / _ANKLE_GAP_SD for side in Side for component in body.ankle_gap[side]]


def _posture(body: Body, frame: Array, whole: Array) -> list[Array]:
    """What people's joints do, as weak expectations; never tight enough to hide a fault."""
    parts = [
        frame[..., Frame.OBLIQUITY] / (3 * _DEG),
        frame[..., Frame.TRUNK_BEND] / (5 * _DEG),
        frame[..., Frame.TRUNK_TWIST] / (6 * _DEG),
        np.minimum(frame[..., Frame.TRUNK_FLEXION] + 5 * _DEG, 0.0) / (3 * _DEG),
    ]
    toes = [whole[..., FOOT_BLOCK[side] + 2] for side in Side]
    middle = np.arctan2(np.sin(toes[0]) + np.sin(toes[1]), np.cos(toes[0]) + np.cos(toes[1]))
    parts.append(wrap(frame[..., Frame.HEADING] - middle) / _HEADING_SD)
    for side in Side:
        knee = frame[..., leg_parameter(side, Leg.KNEE)]
        parts += [
            (frame[..., leg_parameter(side, Leg.ABDUCTION)] - 10 * _DEG) / (20 * _DEG),
            frame[..., leg_parameter(side, Leg.ROTATION)] / (25 * _DEG),
            np.minimum(knee, 0.0) / (1.5 * _DEG),
            _shank_to_foot(body.shank_forward[side], side, whole) / (12 * _DEG),
        ]
    return parts


def _balance(body: Body, frame: Array, whole: Array) -> list[Array]:
    """Centre of mass over the feet, forward and sideways, while somebody stands upright.

    Deep in a squat arms, loads, seats and handrails move it too far to tell the vertical by it.
    """
    c, s = np.cos(frame[..., Frame.HEADING]), np.sin(frame[..., Frame.HEADING])
    left, right = FOOT_BLOCK[Side.LEFT], FOOT_BLOCK[Side.RIGHT]
    feet = [0.5 * (whole[..., left + i] + whole[..., right + i]) for i in range(2)]
    x, y = (centre - foot for centre, foot in zip(_centre_of_mass(body), feet, strict=True))
    bend = 0.5 * sum(frame[..., leg_parameter(side, Leg.KNEE)] for side in Side)
    upright = 0.5 + 0.5 * np.tanh((_UPRIGHT - bend) / _UPRIGHT_EDGE)
    return [
        upright * _fading((c * x + s * y - whole[..., Whole.BALANCE_AHEAD]) / _BALANCE_SD[0]),
        upright * _fading((c * y - s * x - whole[..., Whole.BALANCE_ASIDE]) / _BALANCE_SD[1]),
    ]


def _level_feet(frame: Array, whole: Array) -> Array:
    """How far the left foot stands ahead of the right one. [m]"""
    c, s = np.cos(frame[..., Frame.HEADING]), np.sin(frame[..., Frame.HEADING])
    left, right = FOOT_BLOCK[Side.LEFT], FOOT_BLOCK[Side.RIGHT]
    apart = [whole[..., left + i] - whole[..., right + i] for i in range(2)]
    return np.asarray(c * apart[0] + s * apart[1])


def _centre_of_mass(body: Body) -> tuple[Array, Array]:
    """Where the centre of mass is along the floor, arms hanging or held close. [m]"""
    left, right = body.joints[Side.LEFT], body.joints[Side.RIGHT]

    def along(axis: int) -> Array:
        middle = {joint: (left[joint][axis] + right[joint][axis]) / 2 for joint in Joint}
        centre = np.zeros_like(middle[Joint.HIP])
        for mass, near, far, share in MASS_PARTS:
            centre = centre + mass * (middle[near] + share * (middle[far] - middle[near]))
        return centre

    return along(0), along(1)


def _fading(residual: Array) -> Array:
    """A residual whose pull fades beyond three standard deviations (Geman–McClure)."""
    return np.asarray(residual / np.sqrt(1 + (residual / 3) ** 2))


def wander(n: int, rate: float) -> Array:
    """(n, knots) that turns white noise into smooth noise of unit variance lasting about `_DRIFT_TIME`."""
    time = np.arange(n) / rate
    knots = np.arange(-2 * _DRIFT_TIME, n / rate + 2 * _DRIFT_TIME, _DRIFT_TIME / 2)
    bumps = np.exp(-0.5 * ((time[:, None] - knots) / (0.5 * _DRIFT_TIME)) ** 2)
    return np.asarray(bumps / np.linalg.norm(bumps, axis=1, keepdims=True))


def _shank_to_foot(forward: Vector, side: Side, whole: Array) -> Array:
    """How far the foot points outwards of the shank's facing, beyond the tibia's torsion. [rad]"""
    facing = np.arctan2(forward[1], forward[0])
    turned = side.outward * wrap(whole[..., FOOT_BLOCK[side] + 2] - facing)
    return turned - whole[..., Whole.TORSION]


def wrap(angle: Array) -> Array:
    """The same angle between −π and π. [rad]"""
    return np.arctan2(np.sin(angle), np.cos(angle))
