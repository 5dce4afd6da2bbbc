"""Studies → loads in plain JSON types: peaks, shares of hip, knee and ankle, and differences of loads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...conventions import GRAVITY, JointLoad, Phase, Side
from ...kinetics import compare_peaks
from ...knowledge import EverydayLoad
from ...model import Array, Loads, Peaks, Person, Study
from ..numbers import Summary, name_of, plain
from .samples import Sampled, mean_known, sample_whole, share_out

COMPARED = (JointLoad.PATELLOFEMORAL_FORCE, JointLoad.KNEE_MOMENT)
"""Loads of which differences are told, the plainer first."""
_MOMENTS = (JointLoad.HIP_MOMENT, JointLoad.KNEE_MOMENT, JointLoad.ANKLE_MOMENT)
_JOINTS = ("hip", "knee", "ankle")
_UNITS = {"moment": ("nm", 1.0, 1), "force": ("n", 1.0, 0), "stress": ("mpa", 1e-6, 2)}
_RELATIVE_UNITS = {
    "moment": ("nm_per_kg", 1.0, 3),
    "force": ("bw", 1 / GRAVITY, 2),
    "stress": ("mpa_per_kg", 1e-6, 3),
}
"""The same where the body mass is not known: moments and stress of each kilogram, forces in body weights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """How a load is called in the summary, and how it is written there.

    Attributes
    ----------
    name : with its unit, for example ``knee_moment_nm``.
    factor : from SI to that unit.
    digits : decimals.
    """

    name: str
    factor: float
    digits: int


def key_of(load: JointLoad, *, relative: bool) -> Key:
    """Name, factor and decimals of a load of a leg."""
    name = load.name.lower()
    kind = "force" if load is JointLoad.GROUND_REACTION else name.rpartition("_")[2]
    return _key(name, kind, relative=relative)


def lumbar_key(*, relative: bool) -> Key:
    """The same of the low back's moment."""
    return _key("lumbar_moment", "moment", relative=relative)


def _key(name: str, kind: str, *, relative: bool) -> Key:
    unit, factor, digits = (_RELATIVE_UNITS if relative else _UNITS)[kind]
    return Key(name=f"{name}_{unit}", factor=factor, digits=digits)


def body_weight(person: Person) -> float | None:
    """Weight of the person without what is carried; None where the mass is not known. [N]"""
    return None if person.mass is None else person.mass * GRAVITY


def summarise_loads(
    studies: Sequence[Study], person: Person, everyday: Sequence[EverydayLoad] = ()
) -> Summary:
    """Loads of each repetition, phase and side and their differences, or why there are none.

    Parameters
    ----------
    studies
        What was understood from each film.
    person
        Body mass gives the weight that forces are compared with.
    everyday
        Loads that people know, to be handed on.
    """
    loaded = [(i, study.loads) for i, study in enumerate(studies) if study.loads is not None]
    peaks, relative = (
        [
            {"film": film, "repetition": number, **_told_peaks(peak, relative=unscaled)}
            for film, loads in loaded
            if loads.relative is unscaled
            for number, peak in enumerate(loads.peaks, start=1)
        ]
        for unscaled in (False, True)
    )
    reasons = [missing for study in studies for missing in study.unmeasured if missing.what == "loads"]
    fallback = "the body mass was not given" if person.mass is None else "no repetition could be measured"
    weight = body_weight(person)
    films = [one for one in (sample_whole(i, study) for i, study in enumerate(studies)) if one is not None]
    return {
        "peaks": peaks or None,
        "relative_peaks": relative or None,
        "because": None if peaks else reasons[0].because if reasons else fallback,
        "body_weight_n": None if weight is None else plain(weight, 0),
        "mean_peaks": [_mean_peaks(film) for film in films],
        "shares": [row for film in films for row in _shares(film)],
        "left_minus_right": [row for film in films for row in _between_legs(film)],
        "between_repetitions": [row for film in films for row in _between_repetitions(film)],
        "between_films": list(_between_films(films)),
        "everyday": [_everyday(row) for row in everyday] if loaded else [],
        "assumptions": list(dict.fromkeys(words for _, loads in loaded for words in loads.assumptions)),
    }


def _told_peaks(peaks: Peaks, *, relative: bool) -> Summary:
    """Largest loads of one repetition."""
    told: Summary = {name_of(side): _told_leg(peaks.leg[:, side], relative=relative) for side in Side}
    back = lumbar_key(relative=relative)
    return {**told, back.name: _spread(peaks.lumbar, back)}


def summarise_fused_loads(loads: Loads | None) -> Summary | None:
    """Largest loads of the one repetition that several films make together."""
    if loads is None or not loads.peaks:
        return None
    return {"relative": loads.relative, **_told_peaks(loads.peaks[0], relative=loads.relative)}


def _mean_peaks(film: Sampled) -> Summary:
    """Largest loads, mean over whole repetitions, of each leg, of the mean leg, and of the low back."""
    legs = {name_of(side): film.legs[:, side] for side in Side} | {"both": mean_known(film.legs, axis=1)}
    back = lumbar_key(relative=film.relative)
    return {
        "film": film.film,
        "relative": film.relative,
        **{whose: _told_leg(leg, relative=film.relative) for whose, leg in legs.items()},
        back.name: _spread(mean_known(film.lumbar, axis=0), back),
    }


def _told_leg(samples: Array, *, relative: bool) -> Summary:
    """Every load of one leg, from (s, joint load)."""
    keys = {load: key_of(load, relative=relative) for load in JointLoad}
    return {key.name: _spread(samples[:, load], key) for load, key in keys.items()}


def _spread(samples: Array, key: Key) -> Summary | None:
    """Median, sd and the band that holds the true load nine times in ten; None where it is not known."""
    if not np.isfinite(samples).all():
        return None
    low, middle, high = np.quantile(samples, (0.05, 0.5, 0.95))
    return _written({"value": middle, "sd": samples.std(ddof=1), "low": low, "high": high}, key)


def _written(numbers: Mapping[str, float | Array], key: Key) -> Summary:
    return {name: plain(float(number) * key.factor, key.digits) for name, number in numbers.items()}


def _shares(film: Sampled) -> Iterator[Summary]:
    """How hip, knee and ankle share the effort of straightening up, in each phase of the mean repetition."""
    for phase in Phase:
        if phase not in film.phases:
            continue
        moments = film.phases[phase][..., _MOMENTS]
        parts = {name_of(side): share_out(moments[:, side]) for side in Side}
        parts["both"] = share_out(moments.sum(axis=1))
        if not all(np.isfinite(share).all() for share in parts.values()):
            continue  # not measured, or nothing straightens
        yield {
            "film": film.film,
            "phase": phase.value,
            **{whose: _told_shares(share) for whose, share in parts.items()},
            "hips_minus_knees": _percent(parts["both"][:, 0] - parts["both"][:, 1]),
        }


def _told_shares(shares: Array) -> Summary:
    return {joint: _percent(share) for joint, share in zip(_JOINTS, shares.T, strict=True)}


def _percent(samples: Array) -> Summary:
    return {**(_spread(samples, Key(name="", factor=100.0, digits=1)) or {}), "unit": "%"}


def _between_legs(film: Sampled) -> Iterator[Summary]:
    """Largest load of the left leg minus that of the right, mean over whole repetitions."""
    right, left = film.legs[:, Side.RIGHT], film.legs[:, Side.LEFT]
    for row in _differences(right, left, relative=film.relative):
        yield {"film": film.film, **row}


def _between_repetitions(film: Sampled) -> Iterator[Summary]:
    """Largest load of each later whole repetition minus that of the first, mean of both legs."""
    first, *later = mean_known(film.peaks, axis=2)
    for number, peak in zip(film.numbers[1:], later, strict=True):
        for row in _differences(first, peak, relative=film.relative):
            yield {"film": film.film, "repetition": number, "against": film.numbers[0], **row}


def _between_films(films: Sequence[Sampled]) -> Iterator[Summary]:
    """Largest load of each later film minus that of the first that shows the same, mean of both legs."""
    for i, film in enumerate(films):
        first = next(one for one in films[: i + 1] if one.tasks == film.tasks)
        if first is film:
            continue
        means = (mean_known(one.legs, axis=1) for one in (first, film))
        for row in _differences(*means, relative=film.relative):
            yield {"film": film.film, "against": first.film, **row}


def _differences(first: Array, second: Array, *, relative: bool) -> Iterator[Summary]:
    """Second less first, (s, joint load), with its own error; `sure` where the band leaves 0 out."""
    for load in COMPARED:
        if not np.isfinite(first[:, load] + second[:, load]).all():
            continue
        key = key_of(load, relative=relative)
        told = compare_peaks(first[:, load], second[:, load])
        band = {"value": told.difference, "sd": told.sd, "low": told.low, "high": told.high}
        yield {
            "load": key.name,
            **_written(band, key),
            "cancelled": plain(float(told.cancelled), 2),
            "sure": bool(told.low > 0 or told.high < 0),
        }


def _everyday(row: EverydayLoad) -> Summary:
    return {
        "activity": row.activity,
        "load": row.load.name.lower(),
        "value": row.value,
        "sd": row.sd,
        "unit": "body weight",
        "source": row.source,
        "checked": row.checked,
        "grade": row.grade,
    }
