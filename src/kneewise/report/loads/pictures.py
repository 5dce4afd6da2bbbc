"""Study → load on kneecap and knee over knee bend, and what each muscle group pulls with."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...conventions import GRAVITY, JointLoad, LegMeasure, Muscle, Side, Task
from ...figures import Range, Way, Words, draw_bend, draw_ranges, highest
from ...knowledge import EverydayLoad
from ...model import Array, Loads, Motion, Person, Repetition, Study
from ..numbers import NINE_IN_TEN
from ..pictures import Picture
from .summary import body_weight

_STEPS = 61  # points of a curve
_LEAST_FRAMES = 3  # fewer are no way
_STRUCTURES = {
    JointLoad.PATELLOFEMORAL_FORCE: "kneecap",
    JointLoad.TIBIOFEMORAL_FORCE: "knee joint",
}
_LOWER_END, _UPPER_END = np.array([1.0, -NINE_IN_TEN]), np.array([1.0, NINE_IN_TEN])
_MUSCLES = {
    Muscle.GLUTEUS_MAXIMUS: "buttock",
    Muscle.HAMSTRINGS: "back of the thigh",
    Muscle.ADDUCTORS: "inner thigh",
    Muscle.QUADRICEPS: "front of the thigh",
    Muscle.GASTROCNEMIUS: "calf, upper",
    Muscle.SOLEUS: "calf, deep",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPictures:
    """Everything that is looked at of the loads of one film.

    Attributes
    ----------
    kneecap, knee : force over knee bend, left and right; empty where bend or load is not known.
    muscles : largest pull of each muscle group, left and right; empty where they are not known.
    """

    kneecap: tuple[Picture, ...] = ()
    knee: tuple[Picture, ...] = ()
    muscles: tuple[Picture, ...] = ()


def illustrate_loads(study: Study, person: Person, everyday: Sequence[EverydayLoad] = ()) -> LoadPictures:
    """Pictures of the loads of a study; none where loads or whole repetitions are missing.

    Parameters
    ----------
    study
        What was understood from one film.
    person
        Body mass gives the weight that forces are drawn in; loads of each kilogram need none.
    everyday
        Loads that people know, drawn as level lines.
    """
    repetitions = tuple(repetition for repetition in study.repetitions if repetition.complete)
    if study.loads is None or study.motion is None or not repetitions:
        return LoadPictures()
    weight = GRAVITY if study.loads.relative else body_weight(person)
    if weight is None:
        return LoadPictures()
    carried = _Carried(motion=study.motion, loads=study.loads, repetitions=repetitions, weight=weight)
    kneecap, knee = (_over_bend(load, carried, everyday) for load in _STRUCTURES)
    return LoadPictures(kneecap=kneecap, knee=knee, muscles=_muscles(carried))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Carried:
    """What the loads of whole repetitions are drawn from, and the body's weight in the unit of the forces."""

    motion: Motion
    loads: Loads
    repetitions: tuple[Repetition, ...]
    weight: float

    def spans(self, *, down: bool) -> list[tuple[float, float]]:
        """Begin and end of the ways down or up; none down of a sit-to-stand, where a seat carries."""
        if not down:
            return [(r.bottom, r.end) for r in self.repetitions]
        return [(r.start, r.bottom) for r in self.repetitions if r.task is not Task.SIT_TO_STAND]


def _over_bend(load: JointLoad, carried: _Carried, everyday: Sequence[EverydayLoad]) -> tuple[Picture, ...]:
    """One force over knee bend, a picture for each side, on one scale."""
    ways = {side: _ways(load, side, carried) for side in Side}
    drawn = [way for both in ways.values() for way in both]
    if not drawn:
        return ()
    most = highest(drawn)
    marks = [(row.short, row.value) for row in everyday if row.load is load]
    return tuple(
        Picture(
            title=f"{side.name.lower()} {_STRUCTURES[load]}",
            svg=draw_bend(_bend_words(load, side, both), side, both, marks, most),
        )
        for side, both in ways.items()
        if both
    )


def _bend_words(load: JointLoad, side: Side, ways: Sequence[Way]) -> Words:
    hardest = max(ways, key=lambda way: float(np.nanmax(way.value)))
    at = int(np.nanargmax(hardest.value))
    value, low, high = hardest.value[at], hardest.low[at], hardest.high[at]
    return Words(
        title=f"Force on the {side.name.lower()} {_STRUCTURES[load]} over knee bend, in body weights",
        description=f"Largest at {hardest.bend[at]:.0f}°: {value:.1f} ({low:.1f} to {high:.1f}). "
        "Bands hold the true value 9 times in 10; dotted lines are what other people have in everyday life.",
        unit="×",
    )


def _ways(load: JointLoad, side: Side, carried: _Carried) -> list[Way]:
    """The way down and the way up, where they are known."""
    bend = np.degrees(carried.motion.leg[:, side, LegMeasure.KNEE_FLEXION])
    loads = carried.loads
    forces = [what[:, side, load] / carried.weight for what in (loads.leg, loads.leg_low, loads.leg_high)]
    course = np.stack([bend, *forces], axis=-1)
    ways = []
    for down in (True, False):
        laid = [_stretched(loads.time, course, span) for span in carried.spans(down=down)]
        known = [one for one in laid if one is not None]
        if known:
            ways.append(_mean_way(np.stack(known), down=down))
    return [way for way in ways if np.isfinite(way.value).any()]


def _stretched(time: Array, course: Array, span: tuple[float, float]) -> Array | None:
    """A course, (n, k), at even steps of time from first to last known; gaps stay gaps, None is no way."""
    known = np.isfinite(course).all(axis=-1) & (time >= span[0]) & (time <= span[1])
    if known.sum() < _LEAST_FRAMES:
        return None
    steps = np.linspace(time[known][0], time[known][-1], _STEPS)
    seen = np.interp(steps, time, known.astype(float)) > 0.5
    laid = np.stack([np.interp(steps, time[known], one[known]) for one in course.T], axis=-1)
    return np.where(seen[:, None], laid, np.nan)


def _mean_way(each: Array, *, down: bool) -> Way:
    """Mean of single ways, (r, p, bend load low high), point by point: as deep and as high as they are."""
    bend, value, low, high = each.mean(axis=0).T
    return Way(down=down, bend=bend, value=value, low=low, high=high, each=each[..., :2])


def _muscles(carried: _Carried) -> tuple[Picture, ...]:
    """What each muscle group pulls with at its hardest, a picture for each leg."""
    pulls = [(side, _hardest_pulls(side, carried) / carried.weight) for side in Side]
    known = [(side, pull) for side, pull in pulls if np.isfinite(pull).all()]
    most = max((float((pull @ _UPPER_END).max()) for _, pull in known), default=0.0)
    strongest_first = sorted(
        Muscle, key=lambda muscle: -max((pull[muscle, 0] for _, pull in known), default=0.0)
    )
    return tuple(_draw_pulls(side, pull, strongest_first, max(most, 1.0)) for side, pull in known)


def _hardest_pulls(side: Side, carried: _Carried) -> Array:
    """Force where each muscle pulls hardest, and its sd there, (muscle, 2), mean over repetitions.

    The error is that of one repetition: what is wrong with a film is wrong in all of them.
    """
    loads = carried.loads
    if loads.muscle is None or loads.muscle_sd is None:
        return np.full((len(Muscle), 2), np.nan)
    hardest = []
    for repetition in carried.repetitions:
        rows = (loads.time >= repetition.start) & (loads.time <= repetition.end)
        rows &= np.isfinite(loads.muscle[:, side]).all(axis=-1)
        if rows.any():
            force, sd = loads.muscle[rows, side], loads.muscle_sd[rows, side]
            at = force.argmax(axis=0), np.arange(len(Muscle))
            hardest.append(np.stack([force[at], sd[at]], axis=-1))
    return np.mean(hardest, axis=0) if hardest else np.full((len(Muscle), 2), np.nan)


def _draw_pulls(side: Side, pulls: Array, order: Sequence[Muscle], most: float) -> Picture:
    value, low, high = pulls[:, 0], np.maximum(pulls @ _LOWER_END, 0.0), pulls @ _UPPER_END
    rows = [
        Range(
            name=_MUSCLES[muscle],
            value=value[muscle],
            low=low[muscle],
            high=high[muscle],
            side=side,
        )
        for muscle in order
    ]
    numbers = ", ".join(f"{row.name} {row.value:.1f} ({row.low:.1f} to {row.high:.1f})" for row in rows)
    words = Words(
        title=f"Largest pull of each muscle group of the {side.name.lower()} leg, in body weights",
        description=f"{numbers}. A dot for the estimate and a bar that holds the true value 9 times in 10.",
        unit=" ×",
    )
    return Picture(title=f"{side.name.lower()} leg", svg=draw_ranges(words, rows, "body weight", most))
