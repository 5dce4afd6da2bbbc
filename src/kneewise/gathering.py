"""Case + Studies → Known: everything told, tested, tried and filmed of a person, in one language.

A film and a number typed in are the same kind of thing from here on: a value of a measure in a condition,
with its error. Answers that contradict each other are set aside until they are asked again.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import norm

from .conventions import SURE, USUAL, WANDERING_PART, BodyMeasure, Joint, Side
from .model import Answer, Case, Known, Probe, Study, TrialValue, Tried, Value

_PAIN = "pain"
"""Measure that has places of its own in a trial."""
_FILMED = {
    "knee_frontal_projection": "peak",
    "knee_flexion": "bottom",
    "trunk_inclination": "bottom",
    "heel_rise": "peak",
    "foot_turn_out": "bottom",
}
"""Measure → where in a repetition it counts."""

_COMPARED = {
    "knee_flexion": "bottom",
    "hip_flexion": "bottom",
    "ankle_dorsiflexion": "bottom",
    "trunk_inclination": "bottom",
    "depth": "bottom",
    "knee_frontal_projection": "peak",
    "heel_rise": "peak",
}
"""Measure → where in a repetition two films of the same condition are compared."""

_GROWS_FROM = 6
"""Whole repetitions from which the last three are held against the first three."""
_INSIDE_TOE = 0.03
"""The big toe lies so far inside the middle line of the foot; an estimate. [m]"""
_OF = 5
"""Squats of which people are asked in how many the knee went in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One number of a person, then and now.

    Attributes
    ----------
    then, now : as each film told it, the middle of its whole repetitions.
    change : now less then, with its own error.
    """

    then: Value
    now: Value
    change: Value

    @property
    def real(self) -> bool:
        """Whether the change is more than error explains, 95 times in 100."""
        return abs(self.change.value) > SURE * self.change.sd


def compare_films(then: Study, now: Study, change_errors: Mapping[str, float]) -> tuple[Changed, ...]:
    """What changed in a person between two films of the same condition.

    Parameters
    ----------
    then, now
        Of the same task; what only one of them shows is left out.
    change_errors
        As in `gather`.

    Notes
    -----
    Error: never less than that of the same person filmed on two days; a view that differs adds what is wrong
    with it, which each film's own error holds.
    """
    before, after = _whole(then), _whole(now)
    return tuple(
        Changed(then=old, now=new, change=_less(new, old, change_errors))
        for measure, at in _COMPARED.items()
        for side in (None, *Side)
        for old in _middle(before, measure, at, side)
        for new in _middle(after, measure, at, side)
    )


def middle_of(study: Study) -> tuple[Value, ...]:
    """What one film shows where films are compared: the middle of its whole repetitions."""
    whole = _whole(study)
    return tuple(
        value
        for measure, at in _COMPARED.items()
        for side in (None, *Side)
        for value in _middle(whole, measure, at, side)
    )


def gather(
    case: Case,
    studies: Sequence[Study],
    typed: Sequence[TrialValue],
    change_errors: Mapping[str, float],
    doubted: Collection[str] = (),
) -> Known:
    """Put together what is known of a person.

    Parameters
    ----------
    case
        Answers, self-tests and trials typed in.
    studies
        Of its films.
    typed
        Rows of what a trial may carry typed in: which measure it says, its unit, and its error where none is
        given with it.
    change_errors
        Measure → error of a difference of two films of one person. [rad, m or 1]
    doubted
        Ids of answers that do not fit together, which count for nothing.

    Returns
    -------
    Known
        Values of several films of one condition are one, weighed by their errors.

    Notes
    -----
    Assumes: a number typed in without a side is of the sore knee, where only one is sore.
    """
    facts = case.moments[-1]
    painful = _painful(facts.get("painful_side"))
    told = [_tried(probe, painful, typed) for probe in case.probes]
    filmed = _filmed(studies, case.person.height, painful)
    return Known(
        answers={name: answer for name, answer in facts.items() if name not in doubted},
        tests=tuple(test for test in case.tests if test.id not in doubted),
        trials=complete([*told, *filmed], change_errors),
        painful=painful,
    )


def complete(trials: Sequence[Tried], change_errors: Mapping[str, float]) -> tuple[Tried, ...]:
    """Trials with what follows from one another: the pain before each probe, and what it changed.

    Parameters
    ----------
    trials
        As they were typed in and filmed.
    change_errors
        As for `gather`; no change that follows from two measurements is surer than that.
    """
    return tuple(_compare([*_fill(trials)], change_errors))


def _painful(answer: Answer | None) -> frozenset[Side]:
    """Sore sides; none where nobody said, or nothing hurts."""
    sides = {"left": {Side.LEFT}, "right": {Side.RIGHT}, "both": set(Side)}
    return frozenset(sides.get(answer, ())) if isinstance(answer, str) else frozenset()


def _tried(probe: Probe, painful: frozenset[Side], rows: Sequence[TrialValue]) -> Tried:
    """One trial as it was typed in."""
    given = [row for row in rows if row.id in probe.values and row.measure not in ("", _PAIN)]
    side = _side(probe, painful)
    return Tried(
        condition=probe.condition,
        values=tuple(_typed(row, probe, side) for row in given if not row.change),
        changes=tuple(_typed(row, probe, side) for row in given if row.change),
        pain_before=probe.values.get("pain_before"),
        pain_after=probe.values.get("pain_after"),
        pain_back=probe.values.get("pain_back"),
        side=probe.side,
    )


def _fill(trials: Sequence[Tried]) -> Iterator[Tried]:
    """Trials, the pain before a probe being that of the usual squat, where nobody asked again."""
    usual = [t.pain_after for t in trials if t.condition == USUAL and t.pain_after is not None]
    for trial in trials:
        lacks = trial.condition != USUAL and trial.pain_before is None and trial.pain_back is None
        yield replace(trial, pain_before=sum(usual) / len(usual)) if usual and lacks else trial


def _side(probe: Probe, painful: frozenset[Side]) -> Side | None:
    if probe.side is None and len(painful) == 1:
        return next(iter(painful))
    return probe.side


def _typed(row: TrialValue, probe: Probe, side: Side | None) -> Value:
    return Value(
        measure=row.measure,
        side=side if row.sided else None,
        at="typed",
        value=probe.values[row.id] * row.factor,
        sd=probe.sds.get(row.id, row.sd) * row.factor,
    )


def _filmed(studies: Sequence[Study], height: float, painful: frozenset[Side]) -> Iterator[Tried]:
    """One trial for each condition that was filmed, in the order of the films."""
    for condition in dict.fromkeys(study.trial.condition for study in studies):
        told = [
            value
            for study in studies
            if study.trial.condition == condition
            for value in _read(study, height, painful)
        ]
        if told:
            yield Tried(condition=condition, values=tuple(_join(told)))


def _read(study: Study, height: float, painful: frozenset[Side]) -> Iterator[Value]:
    """What one film says, the middle of its whole repetitions."""
    whole = _whole(study)
    for measure, at in _FILMED.items():
        for side in (None, *Side):
            yield from _middle(whole, measure, at, side)
    for side in Side:
        yield from _growth(whole, side)
        yield from _inside(whole, side)
    yield from _shift_away(study, height, painful)


def _whole(study: Study) -> list[tuple[Value, ...]]:
    """The numbers of each whole repetition."""
    return [
        values
        for repetition, values in zip(study.repetitions, study.values, strict=True)
        if repetition.complete
    ]


def _of(values: Sequence[Value], measure: str, at: str, side: Side | None) -> Iterator[Value]:
    return (v for v in values if v.measure == measure and v.at == at and v.side == side)


def _middle(
    repetitions: Sequence[Sequence[Value]], measure: str, at: str, side: Side | None
) -> Iterator[Value]:
    """Median, with the error of one repetition: what is wrong with a film is wrong in all of it."""
    found = [value for values in repetitions for value in _of(values, measure, at, side)]
    if found:
        yield Value(
            measure=measure,
            side=side,
            at=at,
            value=float(np.median([v.value for v in found])),
            sd=float(np.median([v.sd for v in found])),
        )


def _growth(repetitions: Sequence[Sequence[Value]], side: Side) -> Iterator[Value]:
    """How much further in the knee goes in the last three repetitions than in the first three."""
    lines = [v for values in repetitions for v in _of(values, "knee_frontal_projection", "peak", side)]
    if len(lines) >= _GROWS_FROM:
        late, early = (np.mean([v.value for v in some]) for some in (lines[-3:], lines[:3]))
        sd = WANDERING_PART * float(np.median([v.sd for v in lines])) * math.sqrt(2 / 3)
        yield Value(
            measure="knee_frontal_growth", side=side, at="repetitions", value=float(late - early), sd=sd
        )


def _inside(repetitions: Sequence[Sequence[Value]], side: Side) -> Iterator[Value]:
    """In how many of five squats the knee is expected inside the big toe."""
    found = [v for values in repetitions for v in _of(values, "knee_inside_foot_line", "peak", side)]
    if found:
        chances = [float(norm.cdf((v.value - _INSIDE_TOE) / v.sd)) for v in found]
        spread = math.sqrt(sum(p * (1 - p) for p in chances)) / len(found)
        yield Value(
            measure="knees_inside",
            side=side,
            at="repetitions",
            value=_OF * float(np.mean(chances)),
            # So few squats cannot tell a share finer than half a squat.
            sd=_OF * max(spread, 0.5 / len(found)),
        )


def _shift_away(study: Study, height: float, painful: frozenset[Side]) -> Iterator[Value]:
    """Sideways way of the pelvis off the one sore leg, as a share of body height."""
    pose, motion = study.trial.pose, study.motion
    if len(painful) != 1 or pose is None or motion is None:
        return
    away = -1.0 if Side.LEFT in painful else 1.0
    found = []
    for repetition in study.repetitions:
        if repetition.complete:
            row = int(np.argmin(np.abs(motion.time - repetition.bottom)))
            ankles = pose.joints[row, :, Joint.ANKLE, 1]
            share = away * (ankles[Side.LEFT] - ankles[Side.RIGHT]) / height
            found.append(
                (
                    share * motion.body[row, BodyMeasure.PELVIS_SHIFT],
                    abs(share) * motion.body_sd[row, BodyMeasure.PELVIS_SHIFT],
                )
            )
    known = [pair for pair in found if np.isfinite(pair).all()]
    if known:
        value, sd = np.median(known, axis=0)
        yield Value(measure="shift_away", side=None, at="bottom", value=float(value), sd=float(sd))


def _compare(trials: Sequence[Tried], errors: Mapping[str, float]) -> Iterator[Tried]:
    """Trials, with what each condition changed against the baseline of the same person."""
    usual = _by_place(trials, USUAL)
    told = set()
    for trial in trials:
        if trial.condition == USUAL or trial.condition in told:
            yield trial
            continue
        told.add(trial.condition)
        handed = {(v.measure, v.side) for t in trials if t.condition == trial.condition for v in t.changes}
        found = [
            _less(value, usual[place], errors)
            for place, value in _by_place(trials, trial.condition).items()
            if place in usual and place not in handed
        ]
        yield replace(trial, changes=(*trial.changes, *found))


def _by_place(trials: Iterable[Tried], condition: str) -> dict[tuple[str, Side | None], Value]:
    """(measure, side) → its value in a condition."""
    values = [value for trial in trials if trial.condition == condition for value in trial.values]
    return {(value.measure, value.side): value for value in _join(values)}


def _less(value: Value, usual: Value, errors: Mapping[str, float]) -> Value:
    """A value less the usual one; never surer than the same person filmed twice."""
    sd = max(math.hypot(value.sd, usual.sd), errors.get(value.measure, 0.0))
    return replace(value, at="change", value=value.value - usual.value, sd=sd)


def _join(values: Sequence[Value]) -> Iterator[Value]:
    """One value of each measure and side: several films count by their errors."""
    groups: dict[tuple[str, Side | None], list[Value]] = {}
    for value in values:
        groups.setdefault((value.measure, value.side), []).append(value)
    for (measure, side), some in groups.items():
        weights = np.array([1 / v.sd**2 for v in some])
        yield Value(
            measure=measure,
            side=side,
            at=some[0].at,
            value=float(weights @ [v.value for v in some] / weights.sum()),
            sd=float(weights.sum() ** -0.5),
        )


def errors_of_change(errors: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Error of a difference of two films of one person, from that of one film, the worst view counting.

    Parameters
    ----------
    errors
        Measure → standard errors of measurement, one for each view. [rad, m or 1]
    """
    return {measure: math.sqrt(2) * max(some) for measure, some in errors.items()}
