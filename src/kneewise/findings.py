"""Motion + Repetitions → the numbers of each repetition, and what is worth saying about them.

A finding compares the median over complete repetitions with a threshold from the table. Its error is the
error of one repetition, because what is wrong with a film is wrong in all of its repetitions.
"""

import math

import numpy as np

from .conventions import (
    BODY_CONVENTIONS,
    DERIVED_MEASURES,
    DISPLAY_FACTOR,
    LEG_CONVENTIONS,
    WANDERING_PART,
    BodyMeasure,
    LegMeasure,
    Side,
)
from .model import Array, Finding, Motion, Repetition, Threshold, Value

PEAKS = (
    LegMeasure.KNEE_FLEXION,
    LegMeasure.HIP_FLEXION,
    LegMeasure.ANKLE_DORSIFLEXION,
    LegMeasure.SHANK_INCLINATION,
    LegMeasure.KNEE_FRONTAL_PROJECTION,
    LegMeasure.KNEE_AHEAD_OF_TOES,
    LegMeasure.KNEE_INSIDE_FOOT_LINE,
    LegMeasure.HEEL_RISE,
)
"""Measures whose largest value of a repetition is told, too."""
_TIMING_SD = 0.07


def measure_repetition(motion: Motion, repetition: Repetition) -> tuple[Value, ...]:
    """All numbers of one repetition that the film shows.

    Returns
    -------
    tuple of Value
        At ``bottom``, at ``peak`` (the largest of the repetition), ``left_minus_right`` at the
        bottom, and the timing of the ``repetition``. [rad, m, 1 or s]
    """
    bottom = int(np.argmin(np.abs(motion.time - repetition.bottom)))
    rows = slice(
        int(np.searchsorted(motion.time, repetition.start)),
        int(np.searchsorted(motion.time, repetition.end)) + 1,
    )
    values = [
        *_leg_values(motion, bottom, rows),
        *_body_values(motion, bottom),
        *_thighs(motion, bottom),
        *_trunk_minus_shin(motion, bottom),
        *_timing(motion, repetition),
    ]
    return tuple(value for value in values if math.isfinite(value.value) and math.isfinite(value.sd))


def find(
    repetitions: tuple[Repetition, ...],
    values: tuple[tuple[Value, ...], ...],
    thresholds: tuple[Threshold, ...],
) -> tuple[Finding, ...]:
    """What is worth saying, in the order of the table.

    Parameters
    ----------
    repetitions
        Only complete ones count.
    values
        For each repetition its numbers.
    thresholds
        What is compared with what.
    """
    pairs = list(zip(repetitions, values, strict=True))
    counted = [(r, v) for r, v in pairs if r.complete]
    return tuple(
        finding
        for threshold in thresholds
        for finding in _compare(threshold, [v for r, v in counted if threshold.task in ("any", r.task.value)])
        if finding is not None
    )


def _leg_values(motion: Motion, bottom: int, rows: slice) -> list[Value]:
    values = []
    for measure in LegMeasure:
        name = measure.name.lower()
        for side in Side:
            series, draws = motion.leg[:, side, measure], motion.leg_draws[:, :, side, measure]
            values.append(_value(name, side, "bottom", series[bottom], draws[:, bottom]))
            if measure in PEAKS:
                values.append(_value(name, side, "peak", float(_peak(series[rows])), _peak(draws[:, rows])))
        difference = motion.leg[bottom, Side.LEFT, measure] - motion.leg[bottom, Side.RIGHT, measure]
        drawn = (
            motion.leg_draws[:, bottom, Side.LEFT, measure] - motion.leg_draws[:, bottom, Side.RIGHT, measure]
        )
        values.append(_value(name, None, "left_minus_right", difference, drawn))
    return values


def _body_values(motion: Motion, bottom: int) -> list[Value]:
    return [
        _value(
            measure.name.lower(),
            None,
            "bottom",
            motion.body[bottom, measure],
            motion.body_draws[:, bottom, measure],
        )
        for measure in BodyMeasure
    ]


def _thighs(motion: Motion, bottom: int) -> list[Value]:
    angle = motion.leg[bottom, :, LegMeasure.THIGH_INCLINATION].mean()
    drawn = motion.leg_draws[:, bottom, :, LegMeasure.THIGH_INCLINATION].mean(-1)
    return [_value("thighs", None, "bottom", angle, drawn)]


def _trunk_minus_shin(motion: Motion, bottom: int) -> list[Value]:
    shin = motion.leg[bottom, :, LegMeasure.SHANK_INCLINATION].mean()
    drawn = motion.leg_draws[:, bottom, :, LegMeasure.SHANK_INCLINATION].mean(-1)
    lean = motion.body[bottom, BodyMeasure.TRUNK_INCLINATION]
    drawn_lean = motion.body_draws[:, bottom, BodyMeasure.TRUNK_INCLINATION]
    return [_value("trunk_minus_shin", None, "bottom", lean - shin, drawn_lean - drawn)]


def _timing(motion: Motion, repetition: Repetition) -> list[Value]:
    sd = math.hypot(_TIMING_SD, float(np.median(np.diff(motion.time))))
    spans = {"down": repetition.down, "hold": repetition.hold, "up": repetition.up}
    return [
        Value(measure=name, side=None, at="repetition", value=span, sd=sd) for name, span in spans.items()
    ]


def _value(name: str, side: Side | None, at: str, value: float, draws: Array) -> Value:
    return Value(measure=name, side=side, at=at, value=float(value), sd=float(np.std(draws, ddof=1)))


def _peak(series: Array) -> Array:
    """Largest value along the last axis, NaN where there is none."""
    filled = np.where(np.isnan(series), -np.inf, series)
    peak = filled.max(axis=-1)
    return np.asarray(np.where(np.isneginf(peak), np.nan, peak))


def _compare(threshold: Threshold, repetitions: list[tuple[Value, ...]]) -> list[Finding | None]:
    if threshold.at == "between_repetitions":
        return [_compare_spread(threshold, repetitions)]
    groups: dict[Side | None, list[Value]] = {}
    for values in repetitions:
        for value in values:
            if value.measure == threshold.measure and value.at == threshold.at:
                groups.setdefault(value.side, []).append(value)
    return [_compare_one(threshold, side, values) for side, values in groups.items()]


def _compare_one(threshold: Threshold, side: Side | None, values: list[Value]) -> Finding | None:
    middle = float(np.median([value.value for value in values]))
    sd = float(np.median([value.sd for value in values]))
    return _finding(threshold, side, middle, sd)


def _compare_spread(threshold: Threshold, repetitions: list[tuple[Value, ...]]) -> Finding | None:
    rows = [
        [v.value for v in values if v.measure == threshold.measure and v.at == "bottom"]
        for values in repetitions
    ]
    depths = np.array([np.mean(row) for row in rows if row])
    if len(depths) < 3:
        return None
    sd = float(np.median([v.sd for values in repetitions for v in values if v.measure == threshold.measure]))
    return _finding(threshold, None, float(np.ptp(depths)), WANDERING_PART * sd)


def _finding(threshold: Threshold, side: Side | None, value: float, sd: float) -> Finding | None:
    unit, factor = _display(threshold.measure)
    low = -math.inf if threshold.low is None else threshold.low / factor
    high = math.inf if threshold.high is None else threshold.high / factor
    inside = min(value - low, high - value)
    if not low <= value < high or (threshold.kind == "flag" and inside < sd):
        return None
    return Finding(
        id=threshold.id,
        statement=threshold.statement,
        value=value,
        sd=sd,
        unit=unit,
        side=side,
        sure=inside > 2 * sd,
        because=f"{threshold.because}; {threshold.source}",
    )


def _display(measure: str) -> tuple[str, float]:
    """Unit and factor in which the table speaks of a measure."""
    if measure in ("down", "hold", "up"):
        return "s", 1.0
    known = {m.name.lower(): c.unit for m, c in [*LEG_CONVENTIONS.items(), *BODY_CONVENTIONS.items()]}
    derived = {name: unit for name, (_, unit) in DERIVED_MEASURES.items()}
    unit = {**known, **derived}[measure]
    return unit.value, DISPLAY_FACTOR[unit]
