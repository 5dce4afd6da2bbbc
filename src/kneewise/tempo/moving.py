"""Body + postures at the ends of two moves + how one likes to move → the repetition of least effort.

Effort is that of the nerves: muscles follow them with a lag, so that a moment that comes quickly costs more
than one that is held. Every joint's moment counts against what its muscles can do. Beside effort people
like to move smoothly.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..kinetics.planar import Figure, Lean, PlanarLoads, compute_planar_loads
from ..model import Array, Mask
from .solving import Local, solve
from .timing import Ways

__all__ = ["Course", "Manner", "Mover", "Room", "move"]

SHIN, THIGH, TRUNK = range(3)
"""Along the last axis of angles: inclinations as in `kinetics.planar`."""
_JOINTS = np.array([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 1.0]])
"""From inclinations to the bends of ankle, knee and hip."""
_JOINTS.flags.writeable = False
_NUDGE = 1e-5  # for slopes by angles; moments by rates and accelerations are exact [rad]
_PULLS = 3  # the first of the numbers of `_numbers` are moments
_ROUGHEST = 12.0
"""Mean square acceleration of the smoothest move over a distance of 1 in a time of 1."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Manner:
    """How somebody likes to move.

    Attributes
    ----------
    strength : (b, 3) of hip, knee and ankle of one leg. [N·m]
    smoothness : (b,) what roughness counts: as much as that of the smoothest move is worth holding the lowest
        posture so often. [unitless]
    lag : of muscles behind nerves. [s]
    """

    strength: Array
    smoothness: Array
    lag: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Room:
    """How far a body goes, (b,) each.

    Attributes
    ----------
    shin, hip : furthest inclination of the shin; of thigh and trunk together, the trunk's counted by `fold`.
        [rad]
    trunk : least inclination of the trunk. [rad]
    back, front : between which the floor must press, ahead of the ankle. [m]
    fold : part of the trunk's lean that the hip bends. [unitless]
    """

    shin: Array
    hip: Array
    trunk: Array
    back: Array
    front: Array
    fold: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mover:
    """b bodies, and the postures in which each begins, turns and ends.

    Attributes
    ----------
    figure : lengths (b,), and as many sets of constants.
    ends : (3, b, segment) inclinations of shin, thigh and trunk, in the order of `timing.ENDS`. [rad]
    hurry : (b,) by how much each is quicker than the tempo that was asked for. [unitless]
    """

    figure: Figure
    ends: Array
    hurry: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Course:
    """A repetition of b bodies, without its pause.

    Attributes
    ----------
    angles, rates, changes : (k, b, segment) inclinations, and their first and second time derivatives.
        [rad, rad/s, rad/s²]
    exact : (b,) whether a repetition of least effort was found that keeps balance and ranges.
    rounds : how many steps the search took.
    """

    angles: Array
    rates: Array
    changes: Array
    exact: Mask
    rounds: int


def move(mover: Mover, ways: Ways, manner: Manner, room: Room, said: Callable[[float], None]) -> Course:
    """The repetition of least effort, of each body.

    Parameters
    ----------
    mover
        The bodies.
    ways
        Those that the tempo leaves open.
    manner
        How they like to move.
    room
        How far they go.
    said
        Called now and then with how far the search is, 0 to 1.

    Notes
    -----
    Minimises the mean over time of `Σ_j ((M_j + τ dM_j/dt) / S_j)²` over its value in the held lowest
    posture, plus `κ` times the mean of `t⁴ Σ_j (d²q_j/dt²)² / 12 d²` with t the length of the move and d the
    distance in joint angles, which is 1 in the smoothest move [1]_ and knows no scale: slow and quick
    repetitions have one shape, but for what inertia does. At the nodes balance, ankle, hip and knee hold.

    Assumes: seen from the side, limbs as long as they look in the lowest posture; both legs alike; feet flat.
    Error: of discretisation, tests/test_tempo.py; that people move so is an estimate.

    References
    ----------
    .. [1] Ben-Itzhak & Karniel 2008, Neural Comput 20:779, least acceleration; from memory.
    """
    problem = _Problem(mover, ways, manner, room)
    count, free = mover.ends.shape[1], ways.free.shape[-1]
    found = solve(problem.look, np.zeros((count, 3 * free)), said)
    angles, rates, changes = problem.course(found.numbers)
    return Course(angles=angles, rates=rates, changes=changes, exact=found.exact, rounds=found.rounds)


class _Problem:
    """The repetition as residuals and rooms of free numbers."""

    def __init__(self, mover: Mover, ways: Ways, manner: Manner, room: Room) -> None:
        self.mover, self.ways, self.room = mover, ways, room
        held = _numbers(compute_planar_loads(mover.figure, *_still(mover.ends[1])))[:, :_PULLS]
        effort = held / manner.strength
        self._worth = 1 / (manner.strength * np.linalg.norm(effort, axis=1, keepdims=True))
        joints = (mover.ends[1] - mover.ends[0]) @ _JOINTS.T
        self._lag = manner.lag
        reach = np.linalg.norm(joints, axis=1)
        smooth = np.sqrt(manner.smoothness / _ROUGHEST) / (reach * mover.hurry**2)
        self._smooth = smooth[:, None] * (np.sqrt(ways.share) * ways.phase**2)
        self._weight = compute_planar_loads(mover.figure, *_still(mover.ends[0])).ground

    def course(self, numbers: Array) -> Array:
        """(3, k, b, segment) angles, rates and accelerations."""
        free = numbers.reshape(len(numbers), 3, -1).transpose(2, 0, 1)
        return self.ways.follow(self.mover.ends, free) * self._pace

    @property
    def _pace(self) -> Array:
        """What hurry makes of angles, rates and accelerations."""
        return np.asarray(np.stack([self.mover.hurry**power for power in range(3)])[:, None, :, None])

    def look(self, numbers: Array) -> Local:
        """Residuals and rooms with their slopes."""
        course = self.course(numbers)
        values, by_course = self._forces(course)
        slopes = self._by_numbers(by_course)
        pulls, pull_slopes = self._effort(values[..., :_PULLS], slopes[:, :, :_PULLS])
        jerks, jerk_slopes = self._roughness(course)
        rooms, room_slopes = self._rooms(course[0], values[..., _PULLS:], slopes[:, :, _PULLS:])
        return Local(
            residuals=np.concatenate((pulls, jerks), axis=1),
            slopes=np.concatenate((pull_slopes, jerk_slopes), axis=1),
            rooms=rooms,
            room_slopes=room_slopes,
        )

    def _forces(self, course: Array) -> tuple[Array, Array]:
        """Moments and what the floor does (b, k, 5), and their slopes (3, b, k, 5, segment).

        In inclinations a moment is a sum of what the posture asks for, and of one part for each segment's
        acceleration and the square of its rate: three unit accelerations and rates tell all of it.
        """
        angles, rates, changes = course
        none, units = np.zeros_like(angles), np.eye(3)
        nudges = _NUDGE * np.concatenate((units, -units))
        cases = (
            [(angles, none, none)]
            + [(angles, none, none + unit) for unit in units]
            + [(angles, none + unit, none) for unit in units]
            + [(angles + nudge, rates, changes) for nudge in nudges]
        )
        stacked = (np.stack([case[i] for case in cases]) for i in range(3))
        numbers = _numbers(compute_planar_loads(self.mover.figure, *_leans(*stacked)))
        numbers = np.swapaxes(numbers, 1, 2)
        still, by_angle = numbers[0], (numbers[7:10] - numbers[10:13]) / (2 * _NUDGE)
        by_change, by_square = numbers[1:4] - still, numbers[4:7] - still
        rates, changes = (np.moveaxis(x, 2, 0).swapaxes(1, 2)[..., None] for x in (rates, changes))
        values = still + (by_change * changes + by_square * rates**2).sum(axis=0)
        return values, np.moveaxis(np.stack((by_angle, 2 * by_square * rates, by_change)), 1, -1)

    def _by_numbers(self, by_course: Array) -> Array:
        """Slopes (b, k, 5, n) by free numbers, from those by angles, rates and accelerations."""
        free = self.ways.free
        paced = by_course * self._pace[:, 0, :, None, None]
        parts = [np.einsum("bkoi,kn->bkoin", one, way) for one, way in zip(paced, free, strict=True)]
        whole = parts[0] + parts[1] + parts[2]
        return np.asarray(whole.reshape(*whole.shape[:3], -1))

    def _effort(self, moments: Array, slopes: Array) -> tuple[Array, Array]:
        """What nerves ask for between the nodes."""
        worth = self._worth[:, None]
        asked = self._nerves(moments * worth)
        by_numbers = self._nerves(slopes * worth[..., None])
        return asked.reshape(len(asked), -1), by_numbers.reshape(len(asked), -1, slopes.shape[-1])

    def _nerves(self, pulls: Array) -> Array:
        """Of moments (b, k, …): themselves and how they change, by their share in the mean over time."""
        steps = np.diff(self.ways.time)
        shape = (-1, *(1,) * (pulls.ndim - 2))
        steps, share = steps.reshape(shape), np.sqrt(steps / self.ways.time[-1]).reshape(shape)
        hurry = self.mover.hurry.reshape(-1, *(1,) * (pulls.ndim - 1))
        change = np.diff(pulls, axis=1) * (self._lag * hurry / steps)
        return np.asarray(share * ((pulls[:, 1:] + pulls[:, :-1]) / 2 + change))

    def _roughness(self, course: Array) -> tuple[Array, Array]:
        """Accelerations of the joints."""
        joints = np.swapaxes(course[2] @ _JOINTS.T, 0, 1) * self._smooth[..., None]
        paced = self._smooth * self.mover.hurry[:, None] ** 2
        slopes = np.einsum("bk,ji,kn->bkjin", paced, _JOINTS, self.ways.free[2])
        count = len(joints)
        return joints.reshape(count, -1), slopes.reshape(count, joints[0].size, -1)

    def _rooms(self, angles: Array, floor: Array, slopes: Array) -> tuple[Array, Array]:
        """How far inside of balance, ankle, hip and knee; balance as a share of weight and foot."""
        room, angles = self.room, np.swapaxes(angles, 0, 1)
        tipping, ground = floor[..., 0], floor[..., 1]
        unit = (self._weight * (room.front - room.back))[:, None]
        back, front = room.back[:, None], room.front[:, None]
        balance = [(tipping - back * ground) / unit, (front * ground - tipping) / unit]
        by_balance = [
            (slopes[:, :, 0] - back[..., None] * slopes[:, :, 1]) / unit[..., None],
            (front[..., None] * slopes[:, :, 1] - slopes[:, :, 0]) / unit[..., None],
        ]
        ways = np.array([[-1.0, 0, 0], [0, -1.0, -room.fold], [0, 0, 1.0], [1.0, 1.0, 0]])
        limits = np.stack((room.shin, room.hip, -room.trunk, np.zeros_like(room.shin)), axis=1)
        posture = limits[:, None] + angles @ ways.T
        by_posture = np.einsum("ci,kn->kcin", ways, self.ways.free[0]).reshape(len(angles[0]) * len(ways), -1)
        count = len(angles)
        rooms = np.concatenate((*balance, posture.reshape(count, -1)), axis=1)
        spread = np.broadcast_to(by_posture, (count, *by_posture.shape))
        return rooms, np.concatenate((*by_balance, spread), axis=1)


def _leans(angles: Array, rates: Array, changes: Array) -> tuple[Lean, Lean, Lean]:
    """Of shin, thigh and trunk."""
    parts = (Lean(angle=angles[..., i], rate=rates[..., i], change=changes[..., i]) for i in range(3))
    shin, thigh, trunk = parts
    return shin, thigh, trunk


def _still(angles: Array) -> tuple[Lean, Lean, Lean]:
    none = np.zeros_like(angles)
    return _leans(angles, none, none)


def _numbers(loads: PlanarLoads) -> Array:
    """(…, 5) moments of hip, knee and ankle, and what the floor does: its moment, its force."""
    parts = (loads.hip, loads.knee, loads.ankle, loads.pressure * loads.ground, loads.ground)
    return np.stack(parts, axis=-1)
