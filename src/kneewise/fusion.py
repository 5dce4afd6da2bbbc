"""Studies → which takes tell one mean repetition together, and how their single repetitions differ from it.

Takes belong together when they show the same task under the same condition and burden, from directions that
differ. Their repetitions are laid over one another by phase: 0 at the start, 0.5 at the lowest point, 1 at
the end, in even time between. Two films of the very same repetitions, by two phones at once, are known by
their courses of depth over time, which no second squat repeats so closely.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .conventions import Joint, Outline, Side, Task
from .model import Array, Departure, Issue, Motion, Repetition, Severity, Study, Take
from .signals import smooth

PHASES = 41
_BOTTOM = PHASES // 2
_LEAST_ANGLE = math.radians(30)
"""Cameras whose lines of sight differ by less see the same and are not fused."""
_MATCH = 0.30
"""Synchronised repetitions begin, turn and end within so much of each other. [s]"""
_SAME_COURSE = 0.018
"""Courses of depth that differ by no more than a shift of this are of the very same repetitions. [s]"""
_FINE_STEP, _REACH = 0.01, 0.25
_SMOOTHING = 0.08
_USUAL_DIFFERENCE, _MOST_LOOSE = 0.06, 4.0
"""Takes whose depths differ by more, as a share of the leg's length, are tied more loosely. [1]"""
_LEAST_DIFFERENCE, _LEAST_TEMPO = 0.03, 0.25


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """What is to be fused.

    Attributes
    ----------
    takes : films and their repetitions.
    moments : for each take (r, p) when its repetitions come through the phases, in the film's time. [s]
    repetition : the mean one, from 0.
    time : (p,) of the phases in the mean repetition. [s]
    together : whether the takes show the very same repetitions.
    looseness : how many times more than people usually do the takes differ. [unitless]
    """

    takes: tuple[Take, ...]
    moments: tuple[Array, ...]
    repetition: Repetition
    time: Array
    together: bool
    looseness: float

    @property
    def each(self) -> tuple[tuple[Array, ...], ...]:
        """For every repetition of synchronised takes its moments (1, p) in each of them."""
        count = len(self.takes[0].spans) if self.together else 0
        return tuple(tuple(moments[i : i + 1] for moments in self.moments) for i in range(count))


@dataclass(frozen=True, slots=True)
class _Film:
    """A study that can take part, with the repetitions that can."""

    number: int
    study: Study
    motion: Motion
    chosen: tuple[int, ...]

    @property
    def repetitions(self) -> tuple[Repetition, ...]:
        return tuple(self.study.repetitions[i] for i in self.chosen)


def phases() -> Array:
    """(p,) 0 at the start, 0.5 at the lowest point, 1 at the end. [unitless]"""
    return np.linspace(0.0, 1.0, PHASES)


def moments_of(spans: Sequence[tuple[float, float, float]]) -> Array:
    """(r, p) times of the phases."""
    return np.array([np.interp(phases(), [0.0, 0.5, 1.0], span) for span in spans])


def values_at(time: Array, values: Array, moments: Array) -> Array:
    """(r, p, …) values at the moments, linear in between."""
    place = np.clip(np.searchsorted(time, moments), 1, len(time) - 1)
    share = np.clip((moments - time[place - 1]) / (time[place] - time[place - 1]), 0, 1)
    share = share.reshape(*share.shape, *[1] * (values.ndim - 1))
    return np.asarray((1 - share) * values[place - 1] + share * values[place])


def plan_fusions(studies: Sequence[Study]) -> tuple[Plan, ...]:
    """What can be fused, in order of the films; empty where there is nothing to fuse."""
    groups: dict[tuple[object, ...], list[_Film]] = {}
    for number, study in enumerate(studies):
        trial, motion = study.trial, study.motion
        if trial.pose is None or trial.readings is None or motion is None:
            continue
        for task in Task:
            chosen = tuple(i for i, one in enumerate(study.repetitions) if one.complete and one.task is task)
            if chosen:
                key = (task, trial.condition, trial.burden)
                groups.setdefault(key, []).append(_Film(number, study, motion, chosen))
    return tuple(_plan(films) for films in groups.values() if _differ_in_view(films))


def find_differences(
    plan: Plan, studies: Sequence[Study], depth: Array, depth_draws: Array
) -> tuple[Issue, ...]:
    """An issue where takes differ in depth, pace or stand of the feet by more than their errors.

    Parameters
    ----------
    plan, studies
        What was fused, and from what.
    depth : (takes,)
        Of each take at the lowest point, as a share of the leg's length, all takes seen together. [1]
    depth_draws : (k, takes)
        The same from each draw. [1]
    """
    if plan.together:
        return ()
    spread = np.array(
        [_spread_of_mean(_depths(studies[take.film].motion, take.spans)) for take in plan.takes]
    )
    told = [
        _differ_in_depth(plan, depth, depth_draws, spread),
        _differ_in_tempo(plan),
        *_differ_in_build(plan, studies),
    ]
    if not any(told):
        return ()
    return (
        Issue(
            id="takes_differ",
            severity=Severity.WARNING,
            because="the takes are not the same movement, or not of the same person: "
            + "; ".join(words for words in told if words),
            remedy="film one person, who stands and squats alike in every film, or read the films one by one",
        ),
    )


def find_departures(plan: Plan, studies: Sequence[Study]) -> tuple[Departure, ...]:
    """How every repetition differs from the mean of its take, in what its film shows; none of a single one.

    The error is the spread of the difference over the film's draws: what is wrong throughout a film cancels.
    """
    found: list[Departure] = []
    for take, moments in zip(plan.takes, plan.moments, strict=True):
        motion = studies[take.film].motion
        if motion is not None:
            found += _depart(take.film, motion, take.numbers, moments)
    return tuple(found)


def find_own_departures(film: int, study: Study) -> tuple[Departure, ...]:
    """The same for the whole repetitions of one film that need not be fused with another."""
    numbers = tuple(i for i, repetition in enumerate(study.repetitions) if repetition.complete)
    if study.motion is None or not numbers:
        return ()
    spans = [(one.start, one.bottom, one.end) for one in (study.repetitions[i] for i in numbers)]
    return tuple(_depart(film, study.motion, numbers, moments_of(spans)))


def _depart(film: int, motion: Motion, numbers: tuple[int, ...], moments: Array) -> Iterator[Departure]:
    if len(numbers) < 2:
        return
    leg, leg_sd = _apart(motion.time, motion.leg, motion.leg_draws, moments)
    body, body_sd = _apart(motion.time, motion.body, motion.body_draws, moments)
    for i, number in enumerate(numbers):
        yield Departure(
            film=film,
            repetition=number,
            leg=leg[i],
            leg_sd=leg_sd[i],
            body=body[i],
            body_sd=body_sd[i],
        )


def _apart(time: Array, values: Array, draws: Array, moments: Array) -> tuple[Array, Array]:
    """(r, p, …) difference of each repetition from their mean, and its standard deviation."""
    laid, drawn = values_at(time, values, moments), values_at(time, np.moveaxis(draws, 0, -1), moments)
    spread = (drawn - drawn.mean(0)).std(-1, ddof=1)
    return laid - laid.mean(0), spread


def _differ_in_view(films: Sequence[_Film]) -> bool:
    """Whether two cameras look along lines that differ enough; from ahead and from behind is one line."""
    angles = [film.study.trial.capture.azimuth for film in films]
    return any(abs(math.sin(a - b)) > math.sin(_LEAST_ANGLE) for a, b in itertools.combinations(angles, 2))


def _plan(films: Sequence[_Film]) -> Plan:
    offsets = _offsets(films)
    if offsets is not None and (matched := _match(films, offsets)):
        takes, moments = _together(films, offsets, matched)
    else:
        offsets = None
        takes = tuple(_take(film, film.chosen, None) for film in films)
        moments = tuple(moments_of(take.spans) for take in takes)
    spans = np.array([span for take in takes for span in take.spans])
    down, up = np.diff(spans, axis=1).mean(0)
    holds = [
        film.study.repetitions[i].hold for film, take in zip(films, takes, strict=True) for i in take.numbers
    ]
    repetition = Repetition(
        task=films[0].repetitions[0].task,
        start=0.0,
        bottom=float(down),
        end=float(down + up),
        hold=float(np.mean(holds)),
        complete=True,
    )
    difference = (
        0.0
        if offsets is not None
        else float(
            np.ptp([_depths(film.motion, take.spans).mean() for film, take in zip(films, takes, strict=True)])
        )
    )
    return Plan(
        takes=takes,
        moments=moments,
        repetition=repetition,
        time=moments_of([(0.0, repetition.bottom, repetition.end)])[0],
        together=offsets is not None,
        looseness=min(max(difference / _USUAL_DIFFERENCE, 1.0), _MOST_LOOSE),
    )


def _take(film: _Film, numbers: tuple[int, ...], offset: float | None) -> Take:
    capture = film.study.trial.capture
    chosen = [film.study.repetitions[i] for i in numbers]
    return Take(
        film=film.number,
        view=capture.view,
        azimuth=capture.azimuth,
        spans=tuple((one.start, one.bottom, one.end) for one in chosen),
        numbers=numbers,
        offset=offset,
    )


def _depths(motion: Motion | None, spans: Sequence[tuple[float, float, float]]) -> Array:
    """(r,) depth at the lowest points, as one film has it. [1]"""
    if motion is None:
        return np.full(len(spans), np.nan)
    moments = np.array([[bottom for _, bottom, _ in spans]])
    return np.asarray(values_at(motion.time, motion.outline[:, Outline.DEPTH], moments)[0])


def _differ_in_depth(plan: Plan, depth: Array, draws: Array, spread: Array) -> str:
    """Depths of the two takes that differ most, where that is more than their errors; else nothing."""
    low, high = int(depth.argmin()), int(depth.argmax())
    error = math.hypot(float((draws[:, high] - draws[:, low]).std(ddof=1)), spread[low], spread[high])
    if not depth[high] - depth[low] > max(2 * error, _LEAST_DIFFERENCE):
        return ""
    parts = [f"by {depth[i]:.0%} of the leg's length in film {plan.takes[i].film + 1}" for i in (low, high)]
    return f"the hips come down {parts[0]} and {parts[1]}"


def _differ_in_tempo(plan: Plan) -> str:
    lengths = [np.array([end - start for start, _, end in take.spans]) for take in plan.takes]
    means = np.array([length.mean() for length in lengths])
    low, high = int(means.argmin()), int(means.argmax())
    spread = [_spread_of_mean(lengths[i]) for i in (low, high)]
    if not means[high] - means[low] > max(2 * math.hypot(*spread), _LEAST_TEMPO * means[low]):
        return ""
    parts = [f"{means[i]:.1f} s in film {plan.takes[i].film + 1}" for i in (low, high)]
    return f"a repetition takes {parts[0]} and {parts[1]}"


@dataclass(frozen=True, slots=True)
class _Trait:
    """Something by which two takes of one person should be alike.

    Attributes
    ----------
    words : what is told of both values.
    form : how a value is told.
    least : a smaller difference is usual from take to take.
    of : takes (…, side, joint, xyz) at the lowest point and gives (…).
    """

    words: str
    form: str
    least: float
    of: Callable[[Array], Array]


def _stance(joints: Array) -> Array:
    """Distance of the ankles as a share of the leg's length."""
    apart = np.linalg.norm(
        joints[..., Side.LEFT, Joint.ANKLE, :2] - joints[..., Side.RIGHT, Joint.ANKLE, :2], axis=-1
    )
    return np.asarray(apart / (_length(joints, Joint.HIP, Joint.KNEE) + _shank(joints)))


def _shank(joints: Array) -> Array:
    return _length(joints, Joint.KNEE, Joint.ANKLE)


def _length(joints: Array, one: Joint, other: Joint) -> Array:
    """Of a limb, mean of both sides."""
    return np.asarray(np.linalg.norm(joints[..., one, :] - joints[..., other, :], axis=-1).mean(-1))


def _turn_out(joints: Array) -> Array:
    """Angle between the feet, half of it. [deg]"""
    feet = joints[..., Joint.TOE, :2] - joints[..., Joint.HEEL, :2]
    angle = np.arctan2(feet[..., 1], feet[..., 0])
    apart = angle[..., Side.LEFT] - angle[..., Side.RIGHT]
    return np.asarray(np.degrees((apart + np.pi) % (2 * np.pi) - np.pi) / 2)


_TRAITS = (
    _Trait("the feet stand apart by", "{:.0%} of the leg's length", 0.08, _stance),
    _Trait("the feet turn out by", "{:.0f}°", 6.0, _turn_out),
)


def _differ_in_build(plan: Plan, studies: Sequence[Study]) -> list[str]:
    """Where the feet at the lowest point stand otherwise, by more than the errors of the single films.

    Limbs are not compared: one film takes their proportions from what is usual, and of different people they
    never differed by more than half their error. Nor are trunk and knees: from the front and from the side
    they differed by 2 to 4 of their errors in films of one person as in films of two.
    """
    poses = [studies[take.film].trial.pose for take in plan.takes]
    if any(pose is None for pose in poses):
        return []
    laid = [
        (
            values_at(pose.time, pose.joints, moments[:, [_BOTTOM]])[:, 0],
            values_at(pose.time, np.moveaxis(pose.draws, 0, 1), moments[:, [_BOTTOM]])[:, 0],
        )
        for pose, moments in zip(poses, plan.moments, strict=True)
        if pose is not None
    ]
    return [words for trait in _TRAITS if (words := _differ_in(trait, plan, laid))]


def _differ_in(trait: _Trait, plan: Plan, laid: Sequence[tuple[Array, Array]]) -> str:
    """Values of the two takes that differ most, where that is more than their errors; else nothing."""
    values = [trait.of(joints) for joints, _ in laid]
    means = np.array([value.mean() for value in values])
    if not np.isfinite(means).all():
        return ""
    errors = [
        math.hypot(float(trait.of(draws).mean(0).std(ddof=1)), _spread_of_mean(value))
        for value, (_, draws) in zip(values, laid, strict=True)
    ]
    low, high = int(means.argmin()), int(means.argmax())
    if not means[high] - means[low] > max(2 * math.hypot(errors[low], errors[high]), trait.least):
        return ""
    parts = [f"{trait.form.format(means[i])} in film {plan.takes[i].film + 1}" for i in (low, high)]
    return f"{trait.words} {parts[0]} and {parts[1]}"


def _spread_of_mean(values: Array) -> float:
    """Standard error of the mean over repetitions, 0 for a single one."""
    return float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else 0.0


def _offsets(films: Sequence[_Film]) -> tuple[float, ...] | None:
    """What is added to each film's time to get that of the first; None where they are not synchronised."""
    found = [_offset(films[0], film) for film in films[1:]]
    return (0.0, *(x for x in found if x is not None)) if None not in found else None


def _offset(one: _Film, other: _Film) -> float | None:
    """Shift at which both courses of depth are the same; None where none makes them so."""
    count = min(len(one.chosen), len(other.chosen))
    if count < 2:
        return None
    best, least = None, _SAME_COURSE
    for i, j in itertools.product(range(len(one.chosen)), range(len(other.chosen))):
        if min(len(one.chosen) - i, len(other.chosen) - j) + min(i, j) < count:
            continue
        rough = one.repetitions[i].bottom - other.repetitions[j].bottom
        for shift in rough + np.arange(-_REACH, _REACH + _FINE_STEP / 2, _FINE_STEP):
            mismatch = course_mismatch(one.motion, other.motion, float(shift))
            if mismatch < least:
                best, least = float(shift), mismatch
    return best


def course_mismatch(one: Motion, other: Motion, shift: float) -> float:
    """How far two courses of depth differ, as the time by which one of them would be late. [s]

    A film's error of depth is much the same function of depth all through it: a cubic is taken out.
    """
    first, last = max(one.time[0], other.time[0] + shift), min(one.time[-1], other.time[-1] + shift)
    if last - first < 2.0:
        return math.inf
    time = np.arange(first, last, 1 / 30)
    courses = [_course(motion, time - late) for motion, late in ((one, 0.0), (other, shift))]
    speed = np.gradient(courses[0], time)
    known = np.isfinite(courses[0] + courses[1])
    if known.mean() < 0.8:
        return math.inf
    design = np.vander(courses[1][known], 4)
    fitted = design @ np.linalg.lstsq(design, courses[0][known], rcond=None)[0]
    return float(np.sqrt(((courses[0][known] - fitted) ** 2).mean() / np.nanmean(speed[known] ** 2)))


def _course(motion: Motion, time: Array) -> Array:
    depth = motion.outline[:, Outline.DEPTH]
    known = np.isfinite(depth)
    smoothed = smooth(motion.time[known], depth[known], _SMOOTHING)
    seen = np.interp(time, motion.time, known.astype(float)) > 0.5
    return np.where(seen, np.interp(time, motion.time[known], smoothed), np.nan)


def _match(films: Sequence[_Film], offsets: Sequence[float]) -> list[tuple[int, ...]]:
    """Numbers of the same repetition in all films."""
    matched = []
    for i in films[0].chosen:
        wanted = films[0].study.repetitions[i]
        row = [i]
        for film, offset in zip(films[1:], offsets[1:], strict=True):
            row += [j for j in film.chosen if _is_same(wanted, film.study.repetitions[j], offset)][:1]
        if len(row) == len(films):
            matched.append(tuple(row))
    return matched


def _is_same(one: Repetition, other: Repetition, offset: float) -> bool:
    pairs = ((one.start, other.start), (one.bottom, other.bottom), (one.end, other.end))
    return all(abs(a - b - offset) < _MATCH for a, b in pairs)


def _together(
    films: Sequence[_Film], offsets: Sequence[float], matched: Sequence[tuple[int, ...]]
) -> tuple[tuple[Take, ...], tuple[Array, ...]]:
    """Takes of the same repetitions, and the moments of their phases: the mean of what each film says."""
    takes = tuple(
        _take(film, tuple(row[k] for row in matched), offset)
        for k, (film, offset) in enumerate(zip(films, offsets, strict=True))
    )
    spans = np.mean([np.array(take.spans) + (take.offset or 0.0) for take in takes], axis=0)
    moments = moments_of(spans)
    return takes, tuple(moments - offset for offset in offsets)
