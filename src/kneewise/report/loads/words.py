"""Loads in plain JSON types → what the page says of one film: sentences, a table, pictures of few numbers."""

import math
from collections.abc import Mapping, Sequence
from statistics import fmean, median
from typing import Any

import numpy as np

from ...conventions import Side
from ...figures import Range, Split, Words, draw_ranges, draw_splits
from ..numbers import Summary, name_of
from .doubt import BAND

_SIDES = {name_of(side): side for side in Side}
_JOINTS = ("hip", "knee", "ankle")
_ROUGH = 0.5
"""A band that reaches further than this share of the load makes the load a rough guess. [unitless]"""
_KNOWN = 5.0
"""Steps of the last digit that is shown, at least, in half the width of a band. [unitless]"""
_PHASES = {"down": "going down", "bottom": "at the bottom", "up": "coming up"}
_TOO_CLOSE = "cannot be told: the difference is smaller than its error"
_TOLD_FIRST = ("bottom", "up", "down")
_PARTS = {
    0.1: "a tenth",
    0.2: "a fifth",
    0.25: "a quarter",
    1 / 3: "a third",
    0.4: "two fifths",
    0.5: "half",
    0.6: "three fifths",
    2 / 3: "two thirds",
    0.75: "three quarters",
    0.8: "four fifths",
    0.9: "nine tenths",
}
_ROWS = (
    ("moment that straightens the knee", "knee_moment_nm", "N·m"),
    ("moment that straightens the hip", "hip_moment_nm", "N·m"),
    ("moment that pushes the toes down", "ankle_moment_nm", "N·m"),
    ("force on the kneecap", "patellofemoral_force_n", "N"),
    ("pressure behind the kneecap *", "patellofemoral_stress_mpa", "MPa"),
    ("force between thigh bone and shin bone", "tibiofemoral_force_n", "N"),
    ("force under the foot", "ground_reaction_n", "N"),
)
_STRUCTURES = {"patellofemoral_force": "Kneecap", "tibiofemoral_force": "Knee joint"}


def tell_loads(loads: Summary, film: int, whole: Sequence[int]) -> dict[str, Any] | None:
    """Everything the page says of the loads of one film; None where the kneecap's is not known.

    Parameters
    ----------
    loads
        As `summarise_loads` makes it.
    film
        Number of the film, from 0.
    whole
        Numbers of the repetitions that count, from 1.
    """
    peaks = [p for p in loads["peaks"] or [] if p["film"] == film and p["repetition"] in whole]
    middle = {
        side: {key: _middle([peak[side][key] for peak in peaks]) for key in peaks[0][side]}
        for side in (_SIDES if peaks else ())
    }
    weight = loads["body_weight_n"]
    own = {
        side: {key: number[key] / weight for key in ("value", "sd")}
        for side, legs in middle.items()
        if weight is not None and (number := legs["patellofemoral_force_n"]) is not None
    }
    if not own:
        return None
    everyday = [row for row in loads["everyday"] if row["load"] == "patellofemoral_force"]
    shares = [row for row in loads["shares"] if row["film"] == film]
    return {
        "beside": _draw_beside(own, everyday),
        "story": [*(_times(side, **number) for side, number in own.items()), *_compare(own, everyday)],
        "rough": any(BAND * number["sd"] > _ROUGH * number["value"] for number in own.values()),
        "sides": _tell_sides([row for row in loads["left_minus_right"] if row["film"] == film], weight),
        "splits": _draw_shares(shares) if shares else "",
        "leader": _tell_leader(shares),
        "rows": _table(middle, _middle([peak["lumbar_moment_nm"] for peak in peaks])),
        "sources": _sources(loads["everyday"]),
        "assumptions": loads["assumptions"],
    }


def _middle(numbers: Sequence[Summary | None]) -> Summary | None:
    """Median of numbers and of their errors."""
    known = [number for number in numbers if number is not None and number["sd"] is not None]
    if not known:
        return None
    return {key: median(number[key] for number in known) for key in ("value", "sd")}


def _draw_beside(own: Mapping[str, Summary], everyday: Sequence[Summary]) -> str:
    """Left and right on one scale with what people know."""
    rows = [_range(f"your {side}", number, _SIDES[side]) for side, number in own.items()]
    known = [_range(row["activity"], row, None) for row in everyday]
    numbers = ", ".join(f"{row.name} {row.value:.1f}" for row in [*rows, *known])
    words = Words(
        title="Force on the kneecap at its highest, in body weights, beside everyday life",
        description=f"{numbers}. Bars around your own hold the true value 9 times in 10; "
        "lines around those of everyday life hold 9 people of 10.",
        unit=" ×",
    )
    return draw_ranges(words, [*rows, *known], "body weight")


def _range(name: str, number: Summary, side: Side | None) -> Range:
    reach = float("nan") if number["sd"] is None else BAND * number["sd"]
    return Range(
        name=name,
        value=number["value"],
        low=float(np.maximum(number["value"] - reach, 0.0)),
        high=number["value"] + reach,
        side=side,
        guess=number.get("checked") == "estimate",
    )


def _times(side: str, value: float, sd: float) -> str:
    _, low, high = _ends({"value": value, "sd": sd})
    return f"On the {side} it is about {value:.1f} times body weight ({low:.1f} to {high:.1f})."


def _compare(own: Mapping[str, Summary], everyday: Sequence[Summary]) -> list[str]:
    """More or less than in what people know, where it is told apart from that; the rest is named too."""
    value, sd = (fmean(number[key] for number in own.values()) for key in ("value", "sd"))
    gaps = {
        row["activity"]: (value - row["value"], BAND * math.hypot(sd, row["sd"] or 0.0)) for row in everyday
    }
    more = [name for name, (gap, reach) in gaps.items() if gap > reach]
    less = [name for name, (gap, reach) in gaps.items() if gap < -reach]
    open_ = [name for name, (gap, reach) in gaps.items() if abs(gap) <= reach]
    told = [f"{word} than when {_join(names)}" for word, names in (("more", more), ("less", less)) if names]
    sentences = [f"That is {' and '.join(told)}."] if told else []
    if open_:
        sentences.append(f"Whether it is more or less than when {_join(open_)} cannot be told.")
    return sentences


def _join(names: Sequence[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _tell_sides(differences: Sequence[Summary], weight: float) -> str:
    """Which leg works harder, said only where the difference is larger than its error."""
    if not differences:
        return ""
    row = next((row for row in differences if row["sure"]), None)
    if row is None:
        return f"Whether the left or the right knee carries more {_TOO_CLOSE}."
    more, less = ("left", "right") if row["value"] > 0 else ("right", "left")
    value, low, high = _ends({"value": abs(row["value"]), "sd": row["sd"]})
    if row["load"] == "knee_moment_nm":
        told = f"knee works more than the {less}, by {value:.0f} N·m ({low:.0f} to {high:.0f})"
    else:
        value, low, high = value / weight, low / weight, high / weight
        amount = f"{value:.1f} times body weight ({low:.1f} to {high:.1f})"
        told = f"kneecap is pressed more than the {less}, by {amount}"
    return f"At the hardest moment the {more} {told}."


def _draw_shares(shares: Sequence[Summary]) -> str:
    phases = [
        (_PHASES[row["phase"]].capitalize(), [_split(side, row[side]) for side in _SIDES]) for row in shares
    ]
    words = Words(
        title="How hip, knee and ankle share the effort of holding and lifting the body",
        description=" ".join(f"{heading}: {_spell(splits)}." for heading, splits in phases),
        unit="%",
    )
    return draw_splits(words, phases)


def _spell(splits: Sequence[Split]) -> str:
    """The shares in words, for those who cannot see the bars."""
    return "; ".join(
        f"{split.name} "
        + ", ".join(
            f"{joint} {100 * share:.0f} % (± {100 * reach:.0f})"
            for joint, share, reach in zip(_JOINTS, split.share, split.reach, strict=True)
        )
        for split in splits
    )


def _split(side: str, numbers: Summary) -> Split:
    share, sd = (np.array([numbers[joint][key] for joint in _JOINTS]) / 100 for key in ("value", "sd"))
    return Split(name=side, share=share / share.sum(), reach=BAND * sd)


def _tell_leader(shares: Sequence[Summary]) -> str:
    """Whether hips or knees do more, at the bottom or else on the way up; said only beyond its error."""
    rows = {row["phase"]: row for row in shares}
    row = next((rows[phase] for phase in _TOLD_FIRST if phase in rows), None)
    if row is None:
        return ""
    when, lead = _PHASES[row["phase"]], row["hips_minus_knees"]
    if abs(lead["value"]) <= BAND * lead["sd"]:
        return f"Whether your hips or your knees do more {when} {_TOO_CLOSE}."
    names = ("hip", "knee") if lead["value"] > 0 else ("knee", "hip")
    most, other = (_part(row["both"][name]["value"] / 100) for name in names)
    told = f"your {names[0]}s do about {most} of the effort, your {names[1]}s about {other}"
    return f"{when.capitalize()} {told}."


def _part(share: float) -> str:
    return _PARTS[min(_PARTS, key=lambda part: abs(part - share))]


def _table(sides: Mapping[str, Summary], lumbar: Summary | None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "unit": unit,
            "cells": [_cell(sides[side][key], pulls="moment" in key) for side in _SIDES],
        }
        for name, key, unit in _ROWS
    ]
    back = {"name": "moment that straightens the low back", "unit": "N·m", "whole": _cell(lumbar, pulls=True)}
    return [*rows, back]


def _cell(number: Summary | None, *, pulls: bool) -> dict[str, str]:
    """A load and its band in digits that are known; only a moment can be of either sign."""
    if number is None:
        return {"value": "–", "band": ""}
    value, low, high = _ends(number, pulls=pulls)
    digits = -math.floor(math.log10(max(high - value, 1e-9) / _KNOWN))
    return {
        "value": _digits(value, digits),
        "band": f"{_digits(low, digits)} to {_digits(high, digits)}",
    }


def _ends(number: Mapping[str, float], *, pulls: bool = False) -> tuple[float, float, float]:
    """Value and ends of the band."""
    value, reach = number["value"], BAND * number["sd"]
    return value, value - reach if pulls else max(value - reach, 0.0), value + reach


def _digits(value: float, digits: int) -> str:
    rounded = round(value, digits) + 0.0
    return f"{rounded:.{max(digits, 0)}f}".replace("-", "−")


def _sources(everyday: Sequence[Summary]) -> list[dict[str, Any]]:
    """What shares a source is named together."""
    groups: dict[tuple[str, str, bool], list[str]] = {}
    for row in everyday:
        key = (_STRUCTURES[row["load"]], row["source"], row["checked"] == "estimate")
        groups.setdefault(key, []).append(row["activity"])
    return [
        {"what": f"{structure} when {_join(names)}", "source": source, "estimate": estimate}
        for (structure, source, estimate), names in groups.items()
    ]
