"""The course of a squat film: when each repetition goes down and up, and how the fault grows with depth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .squat import Posture

if TYPE_CHECKING:
    from .mesh import Array

FAULTS = ("none", "valgus", "heel_rise", "lean", "shift", "shallow")
SCATTER = "scatter"
"""No squat: every frame is another posture, seats included, for learning what networks see."""
ARMS = ("forward", "crossed")
STANDING_S = 0.7
STANDING_FLEXION = 6.0
STANDING_LEAN = 2.0
SHALLOW_PEAK = 70.0


@dataclass(frozen=True)
class MotionSpec:
    """What is performed.

    `peak` is the knee flexion at the bottom in degrees, `severity` scales the fault (1 is clear; at most 1.35
    for valgus, where the thighs would meet), `fps` is frames per second.
    """

    fault: str
    severity: float
    repetitions: int
    peak: float
    arms: str
    fps: float


@dataclass(frozen=True)
class Habit:
    """How somebody squats every time: lean at the bottom, balance, and how the feet stand (see `Posture`)."""

    lean: float
    balance: float
    toe_out: float
    stance: float

    def once_more(self, rng: np.random.Generator) -> Habit:
        """The same in another take: people do not repeat themselves exactly."""
        return Habit(
            self.lean + rng.normal(0, 1.5),
            self.balance,
            self.toe_out + rng.normal(0, 1.5),
            self.stance + rng.normal(0, 0.010),
        )


@dataclass(frozen=True)
class Motion:
    """Postures by frame, their times (n,), and repetitions (r, 3) as start, bottom and end; seconds."""

    time_s: Array
    postures: list[Posture]
    repetitions: Array
    habit: Habit


@dataclass(frozen=True)
class _Repetition:
    start: float
    down: float
    pause: float
    up: float
    peak: float

    def depth(self, time: Array) -> Array:
        """Phase from 0 (standing) to 1 (bottom)."""
        rising = time - self.start - self.down - self.pause
        return minimum_jerk((time - self.start) / self.down) * (1 - minimum_jerk(rising / self.up))

    @property
    def times(self) -> tuple[float, float, float]:
        bottom = self.start + self.down + self.pause / 2
        return self.start, bottom, self.start + self.down + self.pause + self.up


def minimum_jerk(phase: Array) -> Array:
    """Minimum-jerk course from 0 at phase 0 to 1 at phase 1 (Flash and Hogan 1985)."""
    x = np.clip(phase, 0, 1)
    return x**3 * (10 - 15 * x + 6 * x * x)


def _draw_repetitions(rng: np.random.Generator, spec: MotionSpec) -> tuple[list[_Repetition], float]:
    peak = SHALLOW_PEAK if spec.fault == "shallow" else spec.peak
    start, repetitions = STANDING_S, []
    for index in range(spec.repetitions):
        down, pause, up = rng.uniform(1.1, 1.4), rng.uniform(0.1, 0.25), rng.uniform(0.9, 1.2)
        repetitions.append(_Repetition(start, down, pause, up, peak + rng.normal(0, 2.5)))
        last = index == spec.repetitions - 1
        start += down + pause + up + (STANDING_S if last else rng.uniform(0.3, 0.5))
    return repetitions, start


def _sway(rng: np.random.Generator, time: Array, amplitude: float) -> Array:
    waves = [np.sin(2 * np.pi * f * time + rng.uniform(0, 2 * np.pi)) for f in (0.25, 0.6, 1.1)]
    return np.asarray(amplitude / 1.7 * np.sum(waves, axis=0))


def _add_fault(course: dict[str, Array], spec: MotionSpec, depth: Array, ascent: Array) -> None:
    """Change the courses in place; the sizes at severity 1 are in degrees and metres."""
    size = spec.severity
    if spec.fault == "valgus":
        inward = 15 * size * depth**1.3 * (1 + 0.25 * ascent)
        course["swivel_left"] += inward
        course["swivel_right"] += inward
    elif spec.fault == "heel_rise":
        course["heel_rise"] += 16 * size * minimum_jerk((depth - 0.45) / 0.5)
        course["balance"] += (0.80 - course["balance"]) * minimum_jerk((depth - 0.4) / 0.5)
    elif spec.fault == "lean":
        course["lean"] = STANDING_LEAN + (60 * size - STANDING_LEAN) * depth**0.85
    elif spec.fault == "shift":
        course["shift"] += 0.055 * size * depth
        course["drop"] += 5 * size * depth
        course["turn"] += 6 * size * depth
        course["side_bend"] -= 3 * size * depth


def _any_posture(rng: np.random.Generator, spec: MotionSpec) -> Posture:
    """A posture of somebody who stands, squats, leans, shifts or sits; seats are not drawn."""
    flexion = float(rng.choice([rng.uniform(2, 30), rng.uniform(20, 130)], p=[0.25, 0.75]))
    depth = flexion / 130
    seated = flexion > 60 and rng.random() < 0.25
    heel_rise = float(max(0.0, rng.normal(-8, 14)) * (not seated))
    return Posture(
        knee_flexion=flexion,
        lean=float(np.clip(rng.normal(0 if seated else 42 * depth, 14), -12, 75)),
        swivel=(float(rng.normal(2, 8) * depth), float(rng.normal(2, 8) * depth)),
        heel_rise=(heel_rise, heel_rise * float(rng.uniform(0.5, 1))),
        shift=float(rng.normal(0, 0.025)),
        drop=float(rng.normal(0, 3)),
        turn=float(rng.normal(0, 5)),
        side_bend=float(rng.normal(0, 4)),
        balance=float(rng.uniform(-1.2, 0.2) if seated else rng.normal(0.45 + 0.2 * (heel_rise > 0), 0.10)),
        gaze=float(rng.normal(10, 12)),
        head_turn=float(rng.normal(0, 15)),
        toe_out=float(rng.uniform(-5, 35)),
        stance=float(rng.uniform(0.14, 0.55)),
        arms=spec.arms,
        depth=depth,
    )


def make_motion(rng: np.random.Generator, spec: MotionSpec, habit: Habit | None = None) -> Motion:
    """Draw the timing, the depth of each repetition, the sway and the stance, and lay out every frame.

    A given `habit` replaces the drawn one: another take of the same person.
    """
    repetitions, end = _draw_repetitions(rng, spec)
    time = np.arange(round(end * spec.fps)) / spec.fps
    depth, flexion, ascent = np.zeros_like(time), np.full_like(time, STANDING_FLEXION), np.zeros_like(time)
    for repetition in repetitions:
        phase = repetition.depth(time)
        depth = np.maximum(depth, phase)
        flexion = np.maximum(flexion, STANDING_FLEXION + (repetition.peak - STANDING_FLEXION) * phase)
        middle = repetition.start + repetition.down + repetition.pause + 0.2 * repetition.up
        ascent += np.exp(-(((time - middle) / 0.3) ** 2))
    lean, balance = rng.uniform(32, 40), rng.uniform(0.42, 0.46)
    if habit is not None:
        lean, balance = habit.lean, habit.balance
    course = {
        "swivel_left": 3 * depth + _sway(rng, time, 0.6),
        "swivel_right": 3 * depth + _sway(rng, time, 0.6),
        "heel_rise": np.zeros_like(time),
        "lean": STANDING_LEAN + (lean - STANDING_LEAN) * depth**0.9,
        "shift": _sway(rng, time, 0.004),
        "drop": _sway(rng, time, 0.4),
        "turn": _sway(rng, time, 0.6),
        "side_bend": _sway(rng, time, 0.4),
        "balance": 0.42 + (balance - 0.42) * depth,
        "gaze": 4 + 8 * depth + _sway(rng, time, 1.0),
        "head_turn": _sway(rng, time, 2.0),
    }
    toe_out, stance = float(rng.uniform(8, 22)), float(rng.uniform(0.28, 0.40))
    if habit is not None:
        toe_out, stance = habit.toe_out, habit.stance
    times = np.array([repetition.times for repetition in repetitions])
    own = Habit(lean, balance, toe_out, stance)
    if spec.fault == SCATTER:
        return Motion(time, [_any_posture(rng, spec) for _ in time], times, own)
    _add_fault(course, spec, depth, ascent)
    postures = []
    for i in range(len(time)):
        now = {name: float(values[i]) for name, values in course.items()}
        swivel = (now.pop("swivel_left"), now.pop("swivel_right"))
        heel_rise = (now["heel_rise"], now.pop("heel_rise"))
        postures.append(
            Posture(
                knee_flexion=float(flexion[i]),
                swivel=swivel,
                heel_rise=heel_rise,
                toe_out=toe_out,
                stance=stance,
                arms=spec.arms,
                depth=float(depth[i]),
                **now,
            )
        )
    return Motion(time, postures, times, own)
