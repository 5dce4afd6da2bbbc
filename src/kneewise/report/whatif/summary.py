"""Prospect → plain JSON types in display units: the key `whatif` of `summary.json`."""

import math
from collections.abc import Mapping

from ...conventions import GRAVITY, Effect
from ...model import Array, Burden, Unmeasured
from ...model.supposed import (
    Amount,
    Frontier,
    Limit,
    Limits,
    Outcome,
    Prospect,
    Stop,
    Tempo,
    Unfolded,
    Wish,
)
from ...whatif import POINTS
from ..numbers import Summary, plain

DEGREE, PERCENT, CENTIMETRE = 180 / math.pi, 100.0, 100.0
_MOMENT, _FORCE, _STRESS = ("N·m", 1.0, 1), ("N", 1.0, 0), ("MPa", 1e-6, 2)
_ANGLE, _SHARE = ("°", DEGREE, 1), ("%", PERCENT, 1)
_UNITS: Mapping[Effect, tuple[str, float, int]] = {
    Effect.KNEE_MOMENT: _MOMENT,
    Effect.PATELLOFEMORAL_FORCE: _FORCE,
    Effect.PATELLOFEMORAL_STRESS: _STRESS,
    Effect.TIBIOFEMORAL_FORCE: _FORCE,
    Effect.HIP_MOMENT: _MOMENT,
    Effect.ANKLE_MOMENT: _MOMENT,
    Effect.LUMBAR_MOMENT: _MOMENT,
    Effect.HIP_SHARE: _SHARE,
    Effect.ANKLE_USED: _SHARE,
    Effect.HIP_USED: _SHARE,
    Effect.BALANCE_MARGIN: ("cm", CENTIMETRE, 1),
    Effect.PRESSURE_SHARE: _SHARE,
    Effect.SHIN: _ANGLE,
    Effect.TRUNK: _ANGLE,
    Effect.THIGH: _ANGLE,
    Effect.KNEE_FLEXION: _ANGLE,
    Effect.ANKLE_BEND: _ANGLE,
}
"""Effect → unit, factor from SI, decimals."""
_RELATIVE = {
    _MOMENT: ("N·m/kg", 1.0, 3),
    _FORCE: ("body weights", 1 / GRAVITY, 2),
    _STRESS: ("MPa/kg", 1e-6, 3),
}
"""The same without a body mass: loads are then of each kilogram."""

_STOPS = {"ankle": _ANGLE, "hip": _ANGLE, "front": _SHARE, "back": _SHARE, "heel": ("mm", 1000.0, 0)}


def summarise_prospect(prospect: Prospect | Unmeasured | None) -> Summary | None:
    """What changes would do to the squat, in plain JSON types.

    Parameters
    ----------
    prospect
        As the pipeline foresees it; None where no film shows enough.

    Returns
    -------
    dict or None
        `because` and `remedy` alone where it could not be worked out.
    """
    if prospect is None:
        return None
    if isinstance(prospect, Unmeasured):
        return {"because": prospect.because, "remedy": prospect.remedy}
    return {
        "because": None,
        "film": prospect.film,
        "limits": summarise_limits(prospect.limits),
        "today": summarise_outcome(prospect.best.today),
        "named": _options(prospect.named),
        "best": _options(prospect.best),
        "ranked": {concern.value: list(rows) for concern, rows in prospect.best.ranked.items()},
        "squats": _options(prospect.kinds),
        "assumptions": list(prospect.best.assumptions),
    }


def summarise_limits(limits: Limits) -> Summary:
    """How far ankle and hip are taken to go, whether that was tested, and which test would tell it."""
    return {"ankle": _limit(limits.ankle), "hip": _limit(limits.hip)}


def _limit(limit: Limit) -> Summary:
    value, sd = (plain(DEGREE * number, 1) for number in (limit.value, limit.sd))
    return {"value": value, "sd": sd, "unit": "°", "tested": limit.known, "test": limit.test or None}


def _options(frontier: Frontier) -> list[Summary]:
    return [summarise_outcome(outcome) for outcome in frontier.outcomes]


def summarise_outcome(outcome: Outcome, *, relative: bool = False) -> Summary:
    """One option in plain JSON types and display units, `relative` for each kilogram of an unknown mass."""
    stops = [_stop(stop) for stop in outcome.stops]
    return {
        "change": outcome.name,
        "wish": _wish(outcome.wish),
        "reachable": outcome.reachable,
        "sure": outcome.sure,
        "because": " ".join(stop["says"] for stop in stops) or None,
        "stops": stops,
        "says": outcome.statement,
        **{
            effect.name.lower(): _amount(amount, unit_of(effect, relative=relative))
            for effect, amount in outcome.effects.items()
        },
        "muscles": {
            muscle.name.lower(): _amount(amount, _RELATIVE[_FORCE] if relative else _FORCE)
            for muscle, amount in outcome.muscles.items()
        },
        "points_cm": {
            name: [round(CENTIMETRE * part, 1) for part in place] for name, place in outcome.points.items()
        },
        "tests": list(outcome.tests),
        "assumptions": list(outcome.assumptions),
    }


def summarise_unfolded(one: Unfolded, *, relative: bool = False) -> Summary:
    """A whole repetition in plain JSON types and display units, as `summarise_outcome`."""
    units = {effect: unit_of(effect, relative=relative) for effect in Effect}
    begin, end = one.lowest
    return {
        "change": one.name,
        "tempo_s": summarise_tempo(one.tempo),
        "lowest_s": [round(float(one.time[row]), 3) for row in (begin, end)],
        "peaks": {
            effect.name.lower(): {**_amount(amount, units[effect]), "at_s": round(one.moments[effect], 3)}
            for effect, amount in one.peaks.items()
        },
        "time_s": [round(time, 3) for time in one.time.tolist()],
        "curves": {
            effect.name.lower(): _curve(one.value[:, effect], one.sd[:, effect], units[effect])
            for effect in Effect
        },
        "weight": _curve(one.weight, one.weight_sd, ("%", PERCENT, 1)),
        "points_cm": {
            name: [[round(CENTIMETRE * part, 1) for part in place] for place in places]
            for name, places in zip(POINTS, one.points.swapaxes(0, 1).tolist(), strict=True)
        },
        "assumptions": list(one.assumptions),
    }


def _curve(value: Array, sd: Array, unit: tuple[str, float, int]) -> Summary:
    name, factor, digits = unit
    return {
        "unit": name,
        **{
            told: [plain(number * factor, digits) for number in numbers.tolist()]
            for told, numbers in (("value", value), ("sd", sd))
        },
    }


def unit_of(effect: Effect, *, relative: bool = False) -> tuple[str, float, int]:
    """Unit, factor from SI and decimals of an effect; loads that are relative are those of each kilogram."""
    unit = _UNITS[effect]
    return _RELATIVE.get(unit, unit) if relative else unit


def _amount(amount: Amount, unit: tuple[str, float, int]) -> Summary:
    name, factor, digits = unit
    fields = ("value", "sd", "low", "high", "change", "change_sd", "change_low", "change_high")
    told: Summary = {field: plain(getattr(amount, field) * factor, digits) for field in fields}
    ratios = (amount.ratio, amount.ratio_low, amount.ratio_high)
    percent = dict(zip(("value", "low", "high"), (plain(PERCENT * one, 1) for one in ratios), strict=True))
    return {**told, "unit": name, "change_percent": None if math.isnan(amount.ratio) else percent}


def _stop(stop: Stop) -> Summary:
    unit, factor, digits = _STOPS.get(stop.what, ("", math.nan, 0))
    return {
        "what": stop.what,
        "needed": plain(stop.needed * factor, digits),
        "allowed": plain(stop.allowed * factor, digits),
        "unit": unit or None,
        "would_do": [_wish(wish) for wish in stop.remedies],
        "says": stop.statement,
    }


def _wish(wish: Wish) -> Summary:
    """What is different; what is not said is left out."""
    told = {
        "heel_mm": scaled(wish.heel, 1000.0),
        "shin_deg": scaled(wish.shin, DEGREE),
        "trunk_deg": scaled(wish.trunk, DEGREE),
        "thigh_deg": scaled(wish.thigh, DEGREE),
        "ankles_apart_cm": scaled(wish.ankles_apart, 2 * CENTIMETRE),
        "turn_out_deg": scaled(wish.turn_out, DEGREE),
        "load": None if wish.burden is None else summarise_load(wish.burden),
        "pressure_percent": scaled(wish.pressure, PERCENT),
        "box": wish.box or None,
        "held_percent": scaled(wish.held or None, PERCENT),
        "tempo_s": summarise_tempo(wish.tempo),
    }
    return {name: value for name, value in told.items() if value is not None}


def summarise_tempo(tempo: Tempo | None) -> Summary | None:
    """Seconds of lowering, pause and rising; None stays None."""
    if tempo is None:
        return None
    return {name: round(getattr(tempo, name), 2) for name in ("down", "pause", "up")}


def scaled(value: float | None, factor: float) -> float | None:
    """In display units with one decimal; what is not said stays None."""
    return None if value is None else round(factor * value, 1)


def summarise_load(burden: Burden) -> Summary:
    """What is carried, and where."""
    return {"mass_kg": round(burden.mass, 1), "bar": burden.bar.value}
