"""Studies → loads in plain JSON types: peaks, shares of hip, knee and ankle, left against right."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean

import numpy as np

from ...conventions import JointLoad, Phase, Side
from ...knowledge import EverydayLoad
from ...model import Array, Loads, Person, Repetition, Study
from ..numbers import Summary, name_of, plain
from .doubt import BAND, difference_sd, lead_of, share_out

_GRAVITY = 9.81
_KEYS: dict[JointLoad, tuple[str, float, int]] = {
    JointLoad.HIP_MOMENT: ("hip_moment_nm", 1.0, 1),
    JointLoad.KNEE_MOMENT: ("knee_moment_nm", 1.0, 1),
    JointLoad.ANKLE_MOMENT: ("ankle_moment_nm", 1.0, 1),
    JointLoad.PATELLOFEMORAL_FORCE: ("patellofemoral_force_n", 1.0, 0),
    JointLoad.PATELLOFEMORAL_STRESS: ("patellofemoral_stress_mpa", 1e-6, 2),
    JointLoad.TIBIOFEMORAL_FORCE: ("tibiofemoral_force_n", 1.0, 0),
    JointLoad.GROUND_REACTION: ("ground_reaction_n", 1.0, 0),
    JointLoad.KNEE_FRONTAL_MOMENT: ("knee_frontal_moment_nm", 1.0, 1),
    JointLoad.QUADRICEPS_FORCE: ("quadriceps_force_n", 1.0, 0),
    JointLoad.PATELLAR_TENDON_FORCE: ("patellar_tendon_force_n", 1.0, 0),
}
_RELATIVE_KEYS: dict[JointLoad, tuple[str, float, int]] = {
    load: (
        (f"{key}_per_kg", factor, 3)
        if key.endswith(("_nm", "_mpa"))
        else (f"{key.removesuffix('_n')}_bw", 1 / _GRAVITY, 2)
    )
    for load, (key, factor, _) in _KEYS.items()
}
"""The same where the body mass is not known: moments and stress of each kilogram, forces in body weights."""
_COMPARED = ("patellofemoral_force_n", "knee_moment_nm")
_MOMENTS = (JointLoad.HIP_MOMENT, JointLoad.KNEE_MOMENT, JointLoad.ANKLE_MOMENT)
_JOINTS = ("hip", "knee", "ankle")


def body_weight(person: Person) -> float | None:
    """Weight of the person without what is carried; None where the mass is not known. [N]"""
    return None if person.mass is None else person.mass * _GRAVITY


def summarise_loads(
    studies: Sequence[Study], person: Person, everyday: Sequence[EverydayLoad] = ()
) -> Summary:
    """Loads of each repetition, phase and side, or why there are none.

    Parameters
    ----------
    studies
        What was understood from each film.
    person
        Body mass gives the weight that forces are compared with.
    everyday
        Loads that people know, to be handed on.
    """
    loaded = [(i, study, study.loads) for i, study in enumerate(studies) if study.loads is not None]
    peaks, relative = (
        [
            _peak_loads(film, number, loads, _KEYS if whole else _RELATIVE_KEYS)
            for film, _, loads in loaded
            if loads.relative is not whole
            for number in range(len(loads.peaks))
        ]
        for whole in (True, False)
    )
    assumptions = dict.fromkeys(words for _, _, loads in loaded for words in loads.assumptions)
    reasons = [missing for study in studies for missing in study.unmeasured if missing.what == "loads"]
    fallback = "the body mass was not given" if person.mass is None else "no repetition could be measured"
    weight = body_weight(person)
    return {
        "peaks": peaks or None,
        "relative_peaks": relative or None,
        "because": None if peaks else reasons[0].because if reasons else fallback,
        "body_weight_n": None if weight is None else plain(weight, 0),
        "shares": [
            row for film, study, loads in loaded for row in _shares(film, loads, _whole(study.repetitions))
        ],
        "left_minus_right": [
            row
            for film, study, _ in loaded
            for row in _differences(film, [p for p in peaks if _is_whole(p, film, study.repetitions)])
        ],
        "everyday": [_everyday(row) for row in everyday] if peaks else [],
        "assumptions": list(assumptions),
    }


def _whole(repetitions: Sequence[Repetition]) -> list[Repetition]:
    return [repetition for repetition in repetitions if repetition.complete]


def _is_whole(peak: Summary, film: int, repetitions: Sequence[Repetition]) -> bool:
    return bool(peak["film"] == film and repetitions[peak["repetition"] - 1].complete)


def _peak_loads(
    film: int, number: int, loads: Loads, keys: Mapping[JointLoad, tuple[str, float, int]]
) -> Summary:
    """Largest loads of one repetition, from its own samples."""
    peak = loads.peaks[number]
    peaks: Summary = {"film": film, "repetition": number + 1}
    for side in Side:
        peaks[name_of(side)] = {
            key: _spread(peak.leg[:, side, load], factor, digits)
            for load, (key, factor, digits) in keys.items()
        }
    unit, digits = ("nm_per_kg", 3) if loads.relative else ("nm", 1)
    peaks[f"lumbar_moment_{unit}"] = _spread(peak.lumbar, 1.0, digits)
    return peaks


def _spread(samples: Array, factor: float, digits: int) -> Summary | None:
    """Median, sd and the band that holds the true load nine times in ten; None where it is not known."""
    if not np.isfinite(samples).all():
        return None
    low, middle, high = np.quantile(samples, (0.05, 0.5, 0.95))
    numbers = {"value": middle, "sd": samples.std(ddof=1), "low": low, "high": high}
    return {name: plain(float(number) * factor, digits) for name, number in numbers.items()}


def _shares(film: int, loads: Loads, repetitions: Sequence[Repetition]) -> Iterator[Summary]:
    """How hip, knee and ankle share the effort of straightening up, in each phase of the mean repetition."""
    spans = [repetition.phases for repetition in repetitions]
    for phase in Phase:
        parts = [span[phase] for span in spans if phase in span]
        moments = [_mean_moments(loads, parts, side) for side in Side]
        if not all(np.maximum(moment, 0.0).sum() > 0 for moment, _ in moments):
            continue  # not measured, or nothing straightens
        both = np.sum([moment for moment, _ in moments], axis=0), np.sum([sd for _, sd in moments], axis=0)
        lead, lead_sd = lead_of(0, 1, *both)
        yield {
            "film": film,
            "phase": phase.value,
            **{name_of(side): _told_shares(*moments[side]) for side in Side},
            "both": _told_shares(*both),
            "hips_minus_knees": _percent(lead, lead_sd),
        }


def _mean_moments(loads: Loads, spans: Sequence[tuple[float, float]], side: Side) -> tuple[Array, Array]:
    """Mean moment of hip, knee and ankle over the spans, and its error, (3,); NaN where nothing is known.

    The error is that of one moment: what is wrong with a film is wrong in all of its frames.
    """
    moments, sd = loads.leg[:, side, _MOMENTS], loads.leg_sd[:, side, _MOMENTS]
    known = np.isfinite(moments).all(axis=-1)
    rows = [known & (loads.time >= start) & (loads.time <= end) for start, end in spans]
    rows = [one for one in rows if one.any()]
    if not rows:
        return np.full(len(_MOMENTS), np.nan), np.full(len(_MOMENTS), np.nan)
    means = [np.mean([what[one].mean(axis=0) for one in rows], axis=0) for what in (moments, sd)]
    return np.asarray(means[0]), np.asarray(means[1])


def _told_shares(moments: Array, sd: Array) -> Summary:
    numbers = zip(_JOINTS, *(part.tolist() for part in share_out(moments, sd)), strict=True)
    return {joint: _percent(share, share_sd) for joint, share, share_sd in numbers}


def _percent(value: float, sd: float) -> Summary:
    return {"value": plain(100 * value, 1), "sd": plain(100 * sd, 1), "unit": "%"}


def _differences(film: int, peaks: Sequence[Summary]) -> Iterator[Summary]:
    """Largest load of the left leg minus that of the right, mean over whole repetitions."""
    for key in _COMPARED:
        pairs = [(peak["left"][key], peak["right"][key]) for peak in peaks]
        known = [(left, right) for left, right in pairs if left is not None and right is not None]
        if not known:
            continue
        value = fmean(left["value"] - right["value"] for left, right in known)
        sd = fmean(difference_sd(left["sd"], right["sd"]) for left, right in known)
        yield {
            "film": film,
            "load": key,
            "value": plain(value, 1),
            "sd": plain(sd, 1),
            "sure": abs(value) > BAND * sd,
        }


def _everyday(row: EverydayLoad) -> Summary:
    return {
        "activity": row.activity,
        "load": _KEYS[row.load][0].removesuffix("_n"),
        "value": row.value,
        "sd": row.sd,
        "unit": "body weight",
        "source": row.source,
        "checked": row.checked,
        "grade": row.grade,
    }
