"""What changes of a squat would change → plain JSON types, and text for a terminal."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..conventions import GRAVITY, Concern, Effect
from ..figures import SURE
from ..model import Burden
from ..model.supposed import Amount, Expected, Frontier, Limit, Outcome, Stop, Today, Wish
from ..pipeline import Basis
from .telling import Explanation

SCHEMA = "kneewise.whatif/1"

_DEGREE, _PERCENT, _CENTIMETRE = 180 / math.pi, 100.0, 100.0
_MOMENT, _FORCE, _STRESS = ("N·m", 1.0, 1), ("N", 1.0, 0), ("MPa", 1e-6, 2)
_ANGLE, _SHARE = ("°", _DEGREE, 1), ("%", _PERCENT, 1)
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
    Effect.BALANCE_MARGIN: ("cm", _CENTIMETRE, 1),
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
_COLUMNS = {
    "kneecap": Effect.PATELLOFEMORAL_FORCE,
    "knee": Effect.KNEE_MOMENT,
    "hip": Effect.HIP_MOMENT,
    "low back": Effect.LUMBAR_MOMENT,
    "ankle used": Effect.ANKLE_USED,
}
_SPARED = {Concern.KNEE: "the knee", Concern.BACK: "the low back", Concern.ANKLE: "the ankle"}
_NAME_WIDTH = 40


def summarise_whatif(basis: Basis, frontier: Frontier) -> Explanation:
    """Today's squat and options beside it, in plain JSON types and display units.

    Parameters
    ----------
    basis
        The squat that was changed.
    frontier
        What came of it.

    Returns
    -------
    dict
        ``today`` and ``options`` hold each effect as ``{value, sd, low, high, unit, change, change_sd,
        change_low, change_high, change_percent}``; the band holds the true number nine times in ten.
    """
    relative = frontier.relative
    options = [_option(one, relative=relative) for one in frontier.outcomes]
    return {
        "schema": SCHEMA,
        "source": {"name": basis.source, "squats": basis.squats, "notes": list(basis.notes)},
        "load": _load(basis.lifter.burden),
        "relative": relative,
        "body": _body(basis.today),
        "limits": {"ankle": _limit(basis.limits.ankle), "hip": _limit(basis.limits.hip)},
        "today": _option(frontier.today, relative=relative),
        "options": options,
        "best": list(frontier.best),
        "ranked": {concern.value: list(rows) for concern, rows in frontier.ranked.items()},
        "concern": None if basis.concern is None else basis.concern.value,
        "tests": list(dict.fromkeys(test for one in frontier.outcomes for test in one.tests)),
        "assumptions": list(frontier.assumptions),
        "statements": [f"{_capital(one['change'])}: {_sentence(one)}" for one in options],
    }


def summarise_expected(expected: Sequence[Expected]) -> list[Explanation]:
    """What the ways to squat that a plan chose or left out are expected to change."""
    return [
        {"option": row.option, "name": row.name, "chosen": row.chosen, **_option(row.outcome, relative=False)}
        for row in expected
    ]


def _option(outcome: Outcome, *, relative: bool) -> Explanation:
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
            name: [round(_CENTIMETRE * part, 1) for part in place] for name, place in outcome.points.items()
        },
        "tests": list(outcome.tests),
        "assumptions": list(outcome.assumptions),
    }


def unit_of(effect: Effect, *, relative: bool = False) -> tuple[str, float, int]:
    """Unit, factor from SI and decimals of an effect; loads that are relative are those of each kilogram."""
    unit = _UNITS[effect]
    return _RELATIVE.get(unit, unit) if relative else unit


def _amount(amount: Amount, unit: tuple[str, float, int]) -> Explanation:
    name, factor, digits = unit
    fields = ("value", "sd", "low", "high", "change", "change_sd", "change_low", "change_high")
    told: Explanation = {field: _plain(getattr(amount, field) * factor, digits) for field in fields}
    ratios = (amount.ratio, amount.ratio_low, amount.ratio_high)
    percent = dict(zip(("value", "low", "high"), (_plain(_PERCENT * one, 1) for one in ratios), strict=True))
    return {**told, "unit": name, "change_percent": None if math.isnan(amount.ratio) else percent}


def _plain(value: float, digits: int) -> float | None:
    return round(value, digits) + 0.0 if math.isfinite(value) else None


def _stop(stop: Stop) -> Explanation:
    unit, factor, digits = _STOPS.get(stop.what, ("", math.nan, 0))
    return {
        "what": stop.what,
        "needed": _plain(stop.needed * factor, digits),
        "allowed": _plain(stop.allowed * factor, digits),
        "unit": unit or None,
        "would_do": [_wish(wish) for wish in stop.remedies],
        "says": stop.statement,
    }


def _wish(wish: Wish) -> Explanation:
    """What is different; what is not said is left out."""
    told = {
        "heel_mm": _scaled(wish.heel, 1000.0),
        "shin_deg": _scaled(wish.shin, _DEGREE),
        "trunk_deg": _scaled(wish.trunk, _DEGREE),
        "thigh_deg": _scaled(wish.thigh, _DEGREE),
        "ankles_apart_cm": _scaled(wish.ankles_apart, 2 * _CENTIMETRE),
        "turn_out_deg": _scaled(wish.turn_out, _DEGREE),
        "load": None if wish.burden is None else _load(wish.burden),
        "pressure_percent": _scaled(wish.pressure, _PERCENT),
        "box": wish.box or None,
        "held_percent": _scaled(wish.held or None, _PERCENT),
        "tempo_s": wish.duration,
    }
    return {name: value for name, value in told.items() if value is not None}


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else round(factor * value, 1)


def _load(burden: Burden) -> Explanation:
    return {"mass_kg": round(burden.mass, 1), "bar": burden.bar.value}


def _body(today: Today) -> Explanation:
    return {
        "shank_cm": _scaled(today.shank_length, _CENTIMETRE),
        "thigh_cm": _scaled(today.thigh_length, _CENTIMETRE),
        "trunk_cm": _scaled(today.trunk_length, _CENTIMETRE),
        "foot_cm": _scaled(today.foot_length, _CENTIMETRE),
        "hips_apart_cm": _scaled(today.hips_apart, 2 * _CENTIMETRE),
        "ankles_apart_cm": _scaled(today.ankles_apart, 2 * _CENTIMETRE),
        "turn_out_deg": _scaled(today.turn_out, _DEGREE),
        "heel_mm": _scaled(today.heel, 1000.0),
        "tempo_s": _scaled(today.duration, 1.0),
    }


def _limit(limit: Limit) -> Explanation:
    value, sd = (round(_DEGREE * number, 1) for number in (limit.value, limit.sd))
    return {"value": value, "sd": sd, "unit": "°", "tested": limit.known, "test": limit.test or None}


def render_whatif(told: Explanation) -> str:
    """The same as text: a table of today and every option, then a sentence for each."""
    order = _order(told)
    lines = [_heading(told), *(f"  {note}" for note in told["source"]["notes"]), ""]
    lines += [*_table(told, order), ""]
    for number, row in enumerate(order, 1):
        option = told["options"][row]
        lines.append(f"{number} {_capital(option['change'])}: {_sentence(option)}")
    lines += ["", *_closing(told)]
    return "\n".join(lines)


def _order(told: Explanation) -> list[int]:
    """Numbers of the options: for what is to be spared the best first, what is out of reach last."""
    every = range(len(told["options"]))
    ranked = [] if told["concern"] is None else told["ranked"][told["concern"]]
    return [*ranked, *(row for row in every if row not in ranked)]


def _heading(told: Explanation) -> str:
    source, load, today = told["source"], told["load"], told["today"]
    count = source["squats"]
    seen = f", {count} squat{'s' * (count != 1)}" if count else ""
    carried = f"{load['mass_kg']:g} kg, {load['bar']}" if load["mass_kg"] else "no load"
    shin, trunk, thigh = (today[name]["value"] for name in ("shin", "trunk", "thigh"))
    return (
        f"Today: {source['name']}{seen}, {carried}. At the lowest point thighs at {thigh:.0f}° "
        f"(90° is level), shins at {shin:.0f}°, trunk at {trunk:.0f}° from upright."
    )


def _table(told: Explanation, order: Sequence[int]) -> Iterator[str]:
    """A row of values for today, and a row of changes for each option."""
    today = told["today"]
    keys = [effect.name.lower() for effect in _COLUMNS.values()]
    heads = [f"{head}, {today[key]['unit']}" for head, key in zip(_COLUMNS, keys, strict=True)]
    rows = [["each leg; the low back once", *heads], ["today", *(_spread(today[key]) for key in keys)]]
    for number, row in enumerate(order, 1):
        option = told["options"][row]
        mark = "" if option["reachable"] else " (out of reach)"
        rows.append([_cut(f"{number} {option['change']}{mark}"), *(_change(option[key]) for key in keys)])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for first, *others in rows:
        cells = [first.ljust(widths[0]), *(c.rjust(w) for c, w in zip(others, widths[1:], strict=True))]
        yield "  ".join(cells).rstrip()


def _cut(name: str) -> str:
    return name if len(name) <= _NAME_WIDTH else f"{name[: _NAME_WIDTH - 1]}…"


def _spread(number: Mapping[str, Any]) -> str:
    return _with_error(number["value"], number["sd"], "")


def _change(number: Mapping[str, Any]) -> str:
    return _with_error(number["change"], number["change_sd"], "+")


def _with_error(value: float | None, sd: float | None, sign: str) -> str:
    """A number with what holds the true one 95 times in 100, in digits that are known."""
    if value is None or sd is None:
        return "–"
    reach = SURE * sd
    digits = 1 - math.floor(math.log10(reach)) if reach > 0 else 1
    shown = [
        f"{round(value, digits) + 0.0:{sign}.{max(digits, 0)}f}",
        f"{round(reach, digits):.{max(digits, 0)}f}",
    ]
    return " ± ".join(shown).replace("-", "−")


def _sentence(option: Explanation) -> str:
    """What an option gains and costs, or what stops it and what would do."""
    if option["reachable"] or not option["because"]:
        return str(option["says"])
    return f"Out of reach today. {option['because']}"


def _closing(told: Explanation) -> Iterator[str]:
    yield "± holds the true number 95 times in 100; of a change it is the error of the change itself."
    if told["concern"] is not None:
        yield f"In the order for who wants to spare {_SPARED[Concern(told['concern'])]}."
    if told["tests"]:
        yield "The knee-to-wall test would make this surer: --wall-cm LEFT RIGHT, or in the case."
    yield from told["assumptions"]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
