"""Measured clips → one plain dict, from which every table, drawing and page is made. Pure."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from ..conventions import BodyMeasure, LegMeasure
from .accuracy import Measured
from .scoring import SPACE, Score
from .statistics import LEVELS, PERCENTILES, describe_errors, describe_repeats, mean_of, spread_of

SCHEMA = "kneewise.accuracy/1"
DEFINITION_BAND = {
    "knee_flexion": (2.0, 4.5),
    "hip_flexion": (2.4, 8.7),
    "trunk_inclination": (1.1, 4.7),
    "shank_inclination": (1.0, 2.0),
}
"""Mean absolute error of one and the same measurement, least and largest over plausible definitions of the
joint centres (kneewise/synthetic/README.md). [deg]"""
SAGITTAL = ("knee_flexion", "hip_flexion", "thigh_inclination", "shank_inclination", "trunk_inclination")
"""What the mean angle error of a clip is the mean of, as far as its view shows it."""
_ORDER = [*(measure.name.lower() for measure in (*LegMeasure, *BodyMeasure))]
_VIEWS = ("side", "oblique", "front", "rear-oblique", "rear", "unknown")
_MEANS = ("mean_absolute", "bias", "at_bottom", "inside_1", "inside_2")


def summarise(measured: Sequence[Measured], made: dict[str, Any]) -> dict[str, Any]:
    """Errors by clip, view, person and surroundings, and what repeats differ by.

    Parameters
    ----------
    measured
        Clips of any set; those for test–retest count only there.
    made
        By which command, version, model and machine.

    Returns
    -------
    dict
        Plain types only; what is not known is None. [display units]
    """
    single = [clip for clip in measured if clip.set != "retest"]
    rows = [_clip(clip) for clip in single]
    content = {
        "schema": SCHEMA,
        "made": made,
        "levels": LEVELS,
        "percentiles": PERCENTILES,
        "definition_band_deg": DEFINITION_BAND,
        "clips": rows,
        "by_view": _by_view(rows),
        "by_group": _by_group([row for row in rows if row["set"] == "standard"]),
        "retest": _retest([clip for clip in measured if clip.set == "retest"]),
        "retest_clips": [_without_errors(_clip(clip)) for clip in measured if clip.set == "retest"],
    }
    return dict(_plain(content))


def _clip(measured: Measured) -> dict[str, Any]:
    clip = measured.clip
    errors = [_errors(score) for score in measured.scores]
    return {
        "name": clip.name,
        "set": measured.set,
        "view": clip.facts.get("view", measured.view.value),
        "view_known": "view" in clip.facts,
        "view_measured": measured.view.value,
        "refused": measured.refusal,
        "repetitions": len(clip.truth.bottoms) or None,
        "repetitions_found": measured.repetitions,
        "offset_s": measured.offset,
        "height_cm": clip.person.height * 100,
        "height_assumed": bool(clip.person.assumed),
        **{
            name: clip.facts.get(name)
            for name in ("sex", "bmi", "clothes", "fault", "distance_m", "height_m")
        },
        "sagittal_error": mean_of(
            [row["mean_absolute"] for row in errors if row["rule"] == "lab" and row["measure"] in SAGITTAL]
        ),
        "errors": errors,
    }


def _without_errors(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "errors"}


def _errors(score: Score) -> dict[str, Any]:
    described = describe_errors(score.error, score.sd, score.at_bottom)
    return {
        "system": score.system,
        "rule": score.rule,
        "measure": score.measure,
        "unit": score.unit.value,
        **({} if described is None else asdict(described)),
    }


def _by_view(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Means over clips for each rule, view, system and measure: each clip counts once, however long it is."""
    found: dict[tuple[str, str, str, str], list[dict[str, Any]]] = {}
    for row in rows:
        for error in row["errors"]:
            if "bias" in error:
                key = (error["rule"], row["view"], error["system"], error["measure"])
                found.setdefault(key, []).append(error)
    return [_mean_row(key, found[key]) for key in sorted(found, key=_place)]


def _place(key: tuple[str, str, str, str]) -> tuple[str, int, bool, str, int]:
    rule, view, system, measure = key
    order = _ORDER if rule == "lab" else list(SPACE)
    return rule, _VIEWS.index(view), system != "kneewise", system, order.index(measure)


def _mean_row(key: tuple[str, str, str, str], errors: list[dict[str, Any]]) -> dict[str, Any]:
    rule, view, system, measure = key
    return {
        "rule": rule,
        "view": view,
        "system": system,
        "measure": measure,
        "unit": errors[0]["unit"],
        "clips": len(errors),
        **{name: mean_of([error[name] for error in errors]) for name in _MEANS},
        "at_bottom_sd": spread_of([error["at_bottom"] for error in errors]),
        **{
            name: [mean_of(column) for column in zip(*(error[name] for error in errors), strict=True)]
            for name in ("coverage", "percentiles")
        },
        "definition_band": DEFINITION_BAND.get(measure),
    }


def _by_group(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    splits: dict[str, Callable[[dict[str, Any]], str | None]] = {
        "sex": lambda row: row["sex"],
        "body mass index": lambda row: _band(row["bmi"], (25.0,), "kg/m²"),
        "clothes": lambda row: row["clothes"],
        "distance": lambda row: _band(row["distance_m"], (3.0, 4.0), "m"),
        "camera height": lambda row: _band(row["height_m"], (0.7, 1.1), "m"),
        "fault": lambda row: row["fault"],
    }
    found: list[dict[str, Any]] = []
    for split, name_of in splits.items():
        groups = sorted({name for row in rows if (name := name_of(row)) is not None}, key=_band_place)
        found += [_group(split, group, [row for row in rows if name_of(row) == group]) for group in groups]
    return found


def _group(split: str, group: str, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    errors = [error for row in rows for error in row["errors"] if error["rule"] == "lab" and "bias" in error]
    names = {error["measure"] for error in errors}
    sagittal = [error for error in errors if error["measure"] in SAGITTAL]
    return {
        "split": split,
        "group": group,
        "clips": len(rows),
        "mean_absolute": {
            name: mean_of([error["mean_absolute"] for error in errors if error["measure"] == name])
            for name in _ORDER
            if name in names
        },
        "knee_bias_at_bottom": mean_of(
            [error["at_bottom"] for error in errors if error["measure"] == "knee_flexion"]
        ),
        "inside_1": mean_of([error["inside_1"] for error in sagittal]),
        "inside_2": mean_of([error["inside_2"] for error in sagittal]),
    }


def _band(value: float | None, edges: tuple[float, ...], unit: str) -> str | None:
    """Name of the band between edges that a number falls into."""
    if value is None:
        return None
    for low, high in zip((None, *edges), (*edges, None), strict=True):
        if high is None or value < high:
            return f"{low:g} {unit} or more" if high is None else _below(low, high, unit)
    return None


def _below(low: float | None, high: float, unit: str) -> str:
    return f"under {high:g} {unit}" if low is None else f"{low:g} to {high:g} {unit}"


def _band_place(name: str) -> tuple[int, str]:
    return (0 if name.startswith("under") else 2 if name.endswith("more") else 1), name


def _retest(clips: Sequence[Measured]) -> list[dict[str, Any]]:
    """Standard error of measurement by view and measure."""
    found = []
    views = [view for view in _VIEWS if any(clip.clip.facts.get("view") == view for clip in clips)]
    for view in views:
        same = [clip for clip in clips if clip.clip.facts.get("view") == view]
        units = {score.measure: score.unit.value for clip in same for score in clip.scores}
        for measure in sorted(units, key=_ORDER.index):
            repeats = describe_repeats(_session_errors(same, measure))
            if repeats is not None:
                found.append({"view": view, "measure": measure, "unit": units[measure], **asdict(repeats)})
    return found


def _session_errors(clips: Sequence[Measured], measure: str) -> np.ndarray:
    """(person, session, side) mean error at the bottoms, NaN where missing."""
    people = sorted({clip.clip.facts["seed"] for clip in clips})
    sessions = sorted({clip.clip.facts["session"] for clip in clips})
    table = np.full((len(people), len(sessions), 2), np.nan)
    for clip in clips:
        for score in clip.scores:
            if score.measure == measure:
                place = people.index(clip.clip.facts["seed"]), sessions.index(clip.clip.facts["session"])
                table[place][: score.at_bottom.shape[1]] = [
                    mean_of(side) for side in score.at_bottom.T.tolist()
                ]
    return table


def _plain(value: Any) -> Any:
    """The same without tuples and without numbers that are none."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, str) or not isinstance(value, Iterable):
        return None if isinstance(value, float) and not math.isfinite(value) else value
    return [_plain(inner) for inner in value]
