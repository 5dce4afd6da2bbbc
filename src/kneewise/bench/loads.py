"""Published loads against ours: table → postures in balance → loads → verdicts.

Every number comes through `build_body` and `compute_loads`, as for a film; the postures are the table's.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..body import build_body
from ..conventions import GRAVITY, JointLoad
from ..kinetics.planar import Lean, compute_planar_loads, draw_figure
from ..knowledge import SegmentRow, read_anthropometry
from ..knowledge.validation import Kind, Place, Quantity, Row, Situation, Validation, When, read_validation
from ..model import Array, Burden, Loads, Person, Pose
from .postures import (
    Actor,
    Feet,
    Inclinations,
    UnbalancedError,
    balance,
    flatten,
    lifter_of,
    load,
    measure_lengths,
    pose_of,
    squat_shares,
)
from .verdicts import Verdict, judge

_REACH = {
    Place.AHEAD: (math.radians(90), math.radians(90)),
    Place.CROSSED: (math.radians(20), math.radians(120)),
    Place.HANGING: (0.0, 0.0),
}
"""Upper arm and forearm from the line of the trunk, estimates. [rad]"""
_LOADS = {
    Quantity.HIP_MOMENT: JointLoad.HIP_MOMENT,
    Quantity.KNEE_MOMENT: JointLoad.KNEE_MOMENT,
    Quantity.ANKLE_MOMENT: JointLoad.ANKLE_MOMENT,
    Quantity.PATELLOFEMORAL_FORCE: JointLoad.PATELLOFEMORAL_FORCE,
    Quantity.PATELLOFEMORAL_STRESS: JointLoad.PATELLOFEMORAL_STRESS,
    Quantity.TIBIOFEMORAL_FORCE: JointLoad.TIBIOFEMORAL_FORCE,
}
_SAMPLES = 1000
_LEAST_BEND = math.radians(15)
"""Where the way down begins to count: before, the knee's moment is near zero. [rad]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One row of the table, reproduced or not.

    Attributes
    ----------
    row : what was published.
    values : one number for each situation. [unit of the row]
    sd : of the number of an absolute row, from what is unknown of a body; None for others. [unit of the row]
    verdict : how it came out.
    """

    row: Row
    values: tuple[float, ...]
    sd: float | None
    verdict: Verdict


@dataclass(frozen=True, eq=False)
class Played:
    """A situation of the table in motion, with its loads.

    Attributes
    ----------
    situation : as the table has it.
    actor : who does it.
    inclinations : over its instants, balance solved.
    time : of its instants. [s]
    """

    situation: Situation
    actor: Actor
    inclinations: Inclinations
    time: Array

    @cached_property
    def pose(self) -> Pose:
        """Joints over the instants."""
        return pose_of(self.actor, self.time, self.inclinations)

    @cached_property
    def loads(self) -> Loads:
        """What the joints carry."""
        return load(self.actor, self.pose)

    @property
    def doubted_loads(self) -> Loads:
        """The same with enough draws to say how far a body's unknowns move it."""
        return load(self.actor, self.pose, samples=_SAMPLES)

    @cached_property
    def flat_loads(self) -> Loads:
        """The same computed from what a picture from the side shows."""
        return load(self.actor, flatten(self.pose))

    @property
    def bottom(self) -> int:
        """Index of the lowest instant."""
        return int(np.argmax(self.inclinations.thigh))

    @property
    def lowering(self) -> slice:
        """Instants on the way down at which the knee is bent."""
        bend = self.inclinations.thigh + self.inclinations.shank
        return slice(int(np.argmax(bend >= _LEAST_BEND)), self.bottom + 1)


def compare_published(table: Validation | None = None) -> tuple[Outcome, ...]:
    """Every row of the validation table, in its order.

    Parameters
    ----------
    table
        The package's own if None.
    """
    table = table or read_validation()
    stage = _Stage(table)
    return tuple(stage.compare(row) for row in table.row)


class _Stage:
    """Plays each situation once, however many rows rest on it."""

    def __init__(self, table: Validation) -> None:
        self._situations = table.situations
        self._anthropometry = read_anthropometry()
        self._played: dict[str, Played] = {}

    def compare(self, row: Row) -> Outcome:
        """One row, or what keeps its postures from standing."""
        try:
            return _compare(row, [self._play(name) for name in row.situations])
        except UnbalancedError as error:
            verdict = Verdict(ours=None, inside=None, why=f"cannot be reproduced: {error}")
            return Outcome(row=row, values=(), sd=None, verdict=verdict)

    def _play(self, name: str) -> Played:
        if name not in self._played:
            self._played[name] = play(self._situations[name], self._anthropometry)
        return self._played[name]


def play(situation: Situation, anthropometry: tuple[SegmentRow, ...]) -> Played:
    """Put a situation on stage: a person of its size, in balance at every instant.

    Raises
    ------
    UnbalancedError
        When no posture keeps the balance that the situation asks for.
    """
    person = Person(height=situation.height, mass=situation.mass, sex=situation.sex)
    actor = Actor(
        person=person,
        body=build_body(person, anthropometry),
        burden=Burden(mass=situation.load, bar=situation.bar),
        lengths=measure_lengths(person, anthropometry),
        feet=Feet(
            stance=situation.stance,
            toe_out=math.radians(situation.toe_out),
            decline=math.radians(situation.decline),
        ),
        reach=_REACH.get(situation.arms),
    )
    time, share = squat_shares(situation.seconds)
    inclinations = Inclinations(
        shank=share * math.radians(situation.shank or 0.0),
        thigh=share * math.radians(situation.thigh),
        trunk=share * math.radians(situation.trunk or 0.0),
    )
    if situation.pressure is not None:
        free = "trunk" if situation.trunk is None else "shank"
        inclinations = balance(actor, inclinations, free, situation.pressure)
    return Played(situation=situation, actor=actor, inclinations=inclinations, time=time)


def _compare(row: Row, played: list[Played]) -> Outcome:
    if row.missing:
        return Outcome(row=row, values=(), sd=None, verdict=judge(row, ()))
    assert row.quantity is not None
    if row.quantity is Quantity.CROSSING:
        values: tuple[float, ...] = (find_crossing(played, row.at),)
        return Outcome(row=row, values=values, sd=None, verdict=judge(row, values))
    values = tuple(measure(one, row.quantity, row.at) / _unit(row, one) for one in played)
    sd = _spread(row, played[0]) if row.kind is Kind.ABSOLUTE else None
    return Outcome(row=row, values=values, sd=sd, verdict=judge(row, values))


def measure(played: Played, quantity: Quantity, at: When) -> float:
    """One number of a situation, mean of both legs; SI."""
    if at is When.LOWERING:
        return _mean_of_lowering(played, quantity)
    course = _course(played, quantity)
    return float(course.max() if at is When.PEAK else course[played.bottom])


def _mean_of_lowering(played: Played, quantity: Quantity) -> float:
    """Mean over the way down; of a ratio, the ratio of the means."""
    if quantity is Quantity.HIP_KNEE_RATIO:
        hip, knee = (_mean_leg(played.loads, joint)[played.lowering].mean() for joint in _HIP_AND_KNEE)
        return float(hip / knee)
    return float(_course(played, quantity)[played.lowering].mean())


_HIP_AND_KNEE = (JointLoad.HIP_MOMENT, JointLoad.KNEE_MOMENT)


def _course(played: Played, quantity: Quantity) -> Array:
    """A quantity over the instants, (n,)."""
    loads = played.loads
    if quantity in _LOADS:
        return _mean_leg(loads, _LOADS[quantity])
    if quantity is Quantity.LUMBAR_MOMENT:
        return loads.lumbar
    hip, knee = (_mean_leg(loads, joint) for joint in _HIP_AND_KNEE)
    match quantity:
        case Quantity.HIP_KNEE_SUM:
            return _planar_sum(played)
        case Quantity.HIP_KNEE_RATIO:
            return hip / knee
        case Quantity.KNEECAP_PER_MOMENT:
            return _mean_leg(loads, JointLoad.PATELLOFEMORAL_FORCE) / knee
        case Quantity.PLANE_ERROR:
            force = _mean_leg(loads, JointLoad.GROUND_REACTION)
            return np.asarray(np.abs(knee - _mean_leg(played.flat_loads, JointLoad.KNEE_MOMENT)) / force)
    raise ValueError(f"{quantity} belongs to several situations together.")


def _planar_sum(played: Played) -> Array:
    """Hip and knee moment together by the closed form: medians of samples need not add up exactly."""
    actor, lean = played.actor, played.inclinations
    figure = draw_figure(lifter_of(actor))
    loads = compute_planar_loads(
        figure, *(Lean(angle=angle) for angle in (lean.shank, lean.thigh, lean.trunk))
    )
    return loads.hip + loads.knee


def find_crossing(played: list[Played], at: When) -> float:
    """Trunk lean beyond the shin's at which hip and knee moments are equal, by a fitted line. [°]"""
    lean = [math.degrees(p.inclinations.trunk[p.bottom] - p.inclinations.shank[p.bottom]) for p in played]
    ratio = [measure(p, Quantity.HIP_KNEE_RATIO, at) for p in played]
    slope, offset = np.polyfit(lean, ratio, 1)
    return float((1 - offset) / slope)


def _spread(row: Row, played: Played) -> float | None:
    """One sd of a load of both legs, from what is unknown of a body at that instant. [unit of the row]"""
    if row.quantity not in _LOADS:
        return None
    joint = _LOADS[row.quantity]
    instant = played.bottom if row.at is When.BOTTOM else int(np.argmax(_mean_leg(played.loads, joint)))
    return float(played.doubted_loads.leg_sd[instant, :, joint].mean()) / _unit(row, played)


def _mean_leg(loads: Loads, joint: JointLoad) -> Array:
    return np.asarray(loads.leg[:, :, joint].mean(axis=1))


def _unit(row: Row, played: Played) -> float:
    """Size of the row's unit in SI, for this person."""
    mass = played.situation.mass
    return {"N·m/kg": mass, "BW": mass * GRAVITY, "MPa": 1e6, "cm": 0.01}.get(row.unit, 1.0)
