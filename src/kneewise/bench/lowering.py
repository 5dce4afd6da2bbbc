"""One way down of a squat, as a task for any solver of optimal control.

The chain of `chain` goes from standing to level thighs; what is least is the cost of `tempo.moving`. A way
down that ends at rest is one half of a repetition with a pause; one that may end with any acceleration is a
half of one that turns at once, whose other half is its mirror image in time.
"""

import math
from dataclasses import dataclass

import numpy as np

from ..kinetics.planar import ANKLE, Lean, compute_planar_loads
from ..model import Array
from ..model.supposed import Tempo
from ..tempo.moving import Manner, Mover, Room, move
from ..tempo.timing import lay_out
from ..tempo.unfolding import INTERVALS, NODES
from .chain import CHAIN, Link
from .engines import chain_figure

FOOT = 0.25
"""Length of the foot. [m]"""
FREE = 1.0
"""With an end of the foot so far away balance is in nobody's way. [m]"""
_STRENGTH = np.array([440.0, 400.0, 460.0])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Task:
    """What is asked for.

    Attributes
    ----------
    name : in plain words.
    time : how long it takes. [s]
    rests : whether acceleration is nought at the lowest point.
    high, low : (3,) inclinations of shin, thigh and trunk where it begins and ends. [rad]
    strength : (3,) of ankle, knee and hip of one leg. [N·m]
    smoothness, lag : as in `tempo.moving.Manner`.
    back, front : between which the floor must press, ahead of the ankle. [m]
    links : the body.
    """

    name: str
    time: float
    rests: bool
    high: Array
    low: Array
    strength: Array
    smoothness: float
    lag: float
    back: float
    front: float
    links: tuple[Link, ...]

    @property
    def height(self) -> float:
        """Of the ankle above the floor. [m]"""
        return ANKLE[1] * FOOT

    @property
    def distance(self) -> float:
        """From high to low, in angles of the joints. [rad]"""
        return float(np.linalg.norm(hinges(self.low) - hinges(self.high)))

    @property
    def effort(self) -> float:
        """Of holding the lowest posture. [unitless]"""
        held = trace(self, np.zeros(1), self.low[None], np.zeros((2, 1, 3))).moments[0]
        return float(np.sum((held / self.strength) ** 2))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Way:
    """What a solver makes of a task.

    Attributes
    ----------
    time : (k,) [s]
    angles : (k, 3) inclinations of shin, thigh and trunk. [rad]
    moments : (k, 3) of ankle, knee and hip of one leg. [N·m]
    pressure : (k,) where the floor presses, ahead of the ankle. [m]
    cost : of the task. [unitless]
    """

    time: Array
    angles: Array
    moments: Array
    pressure: Array
    cost: float


TASKS = tuple(
    Task(
        name=name,
        time=time,
        rests=bool(lag),
        high=np.radians([4.0, 5.0, 8.0]),
        low=np.radians([30.0, 90.0, 42.0]),
        strength=_STRENGTH,
        smoothness=smoothness,
        lag=lag,
        back=-front,
        front=front,
        links=CHAIN,
    )
    for name, time, lag, smoothness, front in (
        ("2 s down to a pause", 2.0, 0.1, 1.0, FREE),
        ("1 s down to a pause, a third of the smoothness", 1.0, 0.1, 0.3, FREE),
        ("1 s down, turning at once", 1.0, 0.0, 1.0, FREE),
        ("0.75 s down, turning at once, balance in the way", 0.75, 0.0, 1.0, 0.1),
    )
)
"""A way down that ends at rest counts the lag of muscles; one that turns at once does not, since what lag
costs at the turn belongs to both halves, and Moco sees one."""


def hinges(inclinations: Array) -> Array:
    """Angles of ankle, knee and hip from one link to the next, forward positive. [rad]"""
    return np.diff(inclinations * [1.0, -1.0, 1.0], prepend=0.0, axis=-1)


def solve_here(task: Task, intervals: int = INTERVALS, nodes: int = NODES) -> Way:
    """Our own solution.

    Parameters
    ----------
    task
        What is asked for.
    intervals, nodes
        Of the splines.

    Raises
    ------
    ArithmeticError
        If there is none.
    """
    tempo = Tempo(task.time, 1.0 if task.rests else 0.0, task.time)
    ways = lay_out(tempo, intervals, nodes)
    mover = Mover(
        figure=chain_figure(task.links, FOOT),
        ends=np.stack((task.high, task.low, task.high))[:, None],
        hurry=np.ones(1),
    )
    manner = Manner(strength=task.strength[None, ::-1], smoothness=np.array([task.smoothness]), lag=task.lag)
    far = np.array([math.pi])
    room = Room(
        shin=far, hip=2 * far, trunk=-far, back=np.array([task.back]), front=np.array([task.front]), fold=1.0
    )
    course = move(mover, ways, manner, room, lambda _: None)
    if not course.exact[0]:
        raise ArithmeticError(f"No way was found: {task.name}.")
    half = slice(ways.turn + 1)
    return trace(
        task,
        ways.time[half],
        course.angles[half, 0],
        np.stack((course.rates[half, 0], course.changes[half, 0])),
    )


def trace(task: Task, time: Array, angles: Array, moving: Array) -> Way:
    """What a way down asks of the joints, and what it costs.

    Parameters
    ----------
    task
        What was asked for.
    time
        (k,) [s]
    angles
        (k, 3) inclinations. [rad]
    moving
        (2, k, 3) their first and second time derivatives. [rad/s, rad/s²]
    """
    leans = [
        Lean(angle=q, rate=v, change=a) for q, v, a in zip(angles.T, *moving.transpose(0, 2, 1), strict=True)
    ]
    loads = compute_planar_loads(chain_figure(task.links, FOOT), *leans)
    moments = np.stack((loads.ankle, loads.knee, loads.hip), axis=-1)
    cost = _cost(task, time, moments, hinges(moving[1])) if len(time) > 1 else math.nan
    return Way(time=time, angles=angles, moments=moments, pressure=loads.pressure, cost=cost)


def _cost(task: Task, time: Array, moments: Array, changes: Array) -> float:
    """Effort over that of holding the lowest posture, and roughness, in the mean over time."""
    asked = moments / task.strength
    steps = np.diff(time)[:, None]
    effort = (asked[1:] + asked[:-1]) ** 2 / 4 + (task.lag * np.diff(asked, axis=0) / steps) ** 2
    rough = task.time**4 / (12 * task.distance**2) * (changes[1:] ** 2 + changes[:-1] ** 2) / 2
    whole = (steps * (effort / task.effort + task.smoothness * rough)).sum()
    return float(whole / task.time)
