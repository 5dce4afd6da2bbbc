"""Study → load on kneecap and knee over knee bend, and the shares of the muscles."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...conventions import JointLoad, LegMeasure, Muscle, Side, Task
from ...figures import Range, Way, Words, draw_bend, draw_ranges, highest
from ...knowledge import EverydayLoad
from ...model import Array, Loads, Mask, Motion, Person, Repetition, Study
from ..pictures import Picture
from .doubt import BAND, share_out
from .summary import body_weight

_STEPS = 61  # points of a curve
_LEAST_FRAMES = 3  # fewer are no way
_STRUCTURES = {
    JointLoad.PATELLOFEMORAL_FORCE: "kneecap",
    JointLoad.TIBIOFEMORAL_FORCE: "knee joint",
}
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
    muscles : share of each muscle, left and right; empty where they are not known.
    """

    kneecap: tuple[Picture, ...] = ()
    knee: tuple[Picture, ...] = ()
    muscles: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MuscleForces:
    """What the muscles pull with.

    Attributes
    ----------
    force, force_sd : (n, side, muscle) at the times of the loads. [N]
    """

    force: Array
    force_sd: Array


def illustrate_loads(
    study: Study,
    person: Person,
    everyday: Sequence[EverydayLoad] = (),
    muscles: MuscleForces | None = None,
) -> LoadPictures:
    """Pictures of the loads of a study; none where mass, loads or whole repetitions are missing.

    Parameters
    ----------
    study
        What was understood from one film.
    person
        Body mass gives the weight that forces are drawn in.
    everyday
        Loads that people know, drawn as level lines.
    muscles
        None where they were not worked out.
    """
    weight = body_weight(person)
    repetitions = tuple(repetition for repetition in study.repetitions if repetition.complete)
    if weight is None or study.loads is None or study.motion is None or not repetitions:
        return LoadPictures()
    carried = _Carried(motion=study.motion, loads=study.loads, repetitions=repetitions, weight=weight)
    kneecap, knee = (_over_bend(load, carried, everyday) for load in _STRUCTURES)
    drawn = () if muscles is None else _muscles(muscles, carried.rows)
    return LoadPictures(kneecap=kneecap, knee=knee, muscles=drawn)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Carried:
    """What the loads of whole repetitions are drawn from; weight in newtons."""

    motion: Motion
    loads: Loads
    repetitions: tuple[Repetition, ...]
    weight: float

    @property
    def rows(self) -> Mask:
        """Frames within a repetition."""
        time = self.loads.time
        return np.asarray(np.any([(time >= r.start) & (time <= r.end) for r in self.repetitions], axis=0))

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
    force, sd = (what[:, side, load] / carried.weight for what in (carried.loads.leg, carried.loads.leg_sd))
    course = np.stack([bend, force, sd], axis=-1)
    ways = []
    for down in (True, False):
        laid = [_stretched(carried.loads.time, course, span) for span in carried.spans(down=down)]
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
    """Mean of single ways, (r, p, bend load sd), point by point: as deep and as high as they are."""
    bend, value, sd = each.mean(axis=0).T
    reach = BAND * sd
    return Way(
        down=down,
        bend=bend,
        value=value,
        low=np.maximum(value - reach, 0.0),
        high=value + reach,
        each=each[..., :2],
    )


def _muscles(muscles: MuscleForces, rows: Mask) -> tuple[Picture, ...]:
    """Share of each muscle group in what all of them pull with, mean over whole repetitions."""
    forces = [(side, muscles.force[rows, side], muscles.force_sd[rows, side]) for side in Side]
    return tuple(_muscle_shares(*one) for one in forces if np.isfinite(one[1]).all(axis=-1).any())


def _muscle_shares(side: Side, force: Array, force_sd: Array) -> Picture:
    known = np.isfinite(force).all(axis=-1)
    share, sd = share_out(force[known].mean(axis=0), force_sd[known].mean(axis=0))
    rows = [
        Range(
            name=_MUSCLES[muscle],
            value=100 * share[muscle],
            low=100 * max(share[muscle] - BAND * sd[muscle], 0.0),
            high=100 * min(share[muscle] + BAND * sd[muscle], 1.0),
            side=side,
        )
        for muscle in sorted(Muscle, key=lambda muscle: -share[muscle])
    ]
    words = Words(
        title=f"Share of each muscle of the {side.name.lower()} leg",
        description="A dot for the estimate and a bar that holds the true value 9 times in 10.",
        unit=" %",
    )
    return Picture(title=f"{side.name.lower()} leg", svg=draw_ranges(words, rows))
