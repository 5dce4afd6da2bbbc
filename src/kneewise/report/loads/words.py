"""Loads in plain JSON types → what the page says of one film: sentences, a table, pictures of few numbers."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...conventions import JointLoad, Side
from ...figures import Range, Split, Words, draw_ranges, draw_splits
from ..numbers import NINE_IN_TEN, Summary, known_digits, name_of, spell, write
from .differences import TOO_CLOSE, tell_differences
from .summary import key_of, lumbar_key

_SIDES = {name_of(side): side for side in Side}
_JOINTS = ("hip", "knee", "ankle")
_ROUGH = 0.5
"""A band that reaches further than this share of the load makes the load a rough guess. [unitless]"""
_PHASES = {"down": "going down", "bottom": "at the bottom", "up": "coming up"}
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
LOAD_LABELS = {
    JointLoad.KNEE_MOMENT: "moment that straightens the knee",
    JointLoad.HIP_MOMENT: "moment that straightens the hip",
    JointLoad.ANKLE_MOMENT: "moment that pushes the toes down",
    JointLoad.KNEE_FRONTAL_MOMENT: "moment that pushes the knee outwards, from floor and weight",
    JointLoad.QUADRICEPS_FORCE: "pull of the muscles at the front of the thigh",
    JointLoad.PATELLAR_TENDON_FORCE: "pull on the tendon below the kneecap",
    JointLoad.PATELLOFEMORAL_FORCE: "force on the kneecap",
    JointLoad.PATELLOFEMORAL_STRESS: "pressure behind the kneecap *",
    JointLoad.TIBIOFEMORAL_FORCE: "force between thigh bone and shin bone",
    JointLoad.GROUND_REACTION: "force under the foot",
}
"""Loads of the table, from the knee's own effort to what presses."""
_SAID = {"nm": "N·m", "n": "N", "mpa": "MPa", "nm_per_kg": "N·m/kg", "bw": "body weights"}
"""Units as the page says them; pressure for each kilogram is no number that anyone compares."""
_STRUCTURES = {"patellofemoral_force": "Kneecap", "tibiofemoral_force": "Knee joint"}


def tell_loads(loads: Summary, film: int, names: Sequence[str]) -> dict[str, Any] | None:
    """Everything the page says of the loads of one film; None where the kneecap's is not known.

    Parameters
    ----------
    loads
        As `summarise_loads` makes it.
    film
        Number of the film, from 0.
    names
        Of all films.
    """
    mean = next((row for row in loads["mean_peaks"] if row["film"] == film), None)
    if mean is None:
        return None
    weight = 1.0 if mean["relative"] else loads["body_weight_n"]
    force = key_of(JointLoad.PATELLOFEMORAL_FORCE, relative=mean["relative"]).name
    own = {
        whose: {name: value / weight for name, value in number.items()}
        for whose in (*_SIDES, "both")
        if (number := mean[whose][force]) is not None
    }
    if not own:
        return None
    both = own.pop("both")
    everyday = [row for row in loads["everyday"] if row["load"] == "patellofemoral_force"]
    shares = [row for row in loads["shares"] if row["film"] == film]
    return {
        "beside": _draw_beside(own, everyday),
        "story": [*(_times(side, number) for side, number in own.items()), *_compare(both, everyday)],
        "rough": any(
            number["high"] - number["low"] > 2 * _ROUGH * number["value"] for number in own.values()
        ),
        "differences": tell_differences(loads, film, weight, both, names),
        "splits": _draw_shares(shares) if shares else "",
        "leader": _tell_leader(shares),
        "rows": tell_table(mean),
        "relative": mean["relative"],
        "sources": _sources(loads["everyday"]),
        "assumptions": loads["assumptions"],
    }


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
    low, high = _band(number)
    return Range(
        name=name,
        value=number["value"],
        low=low,
        high=high,
        side=side,
        guess=number.get("checked") == "estimate",
    )


def _band(number: Summary) -> tuple[float, float]:
    """What holds 9 in 10: of samples what they say, of other people by their sd; NaN where none is known."""
    if "low" in number:
        return number["low"], number["high"]
    reach = math.nan if number["sd"] is None else NINE_IN_TEN * number["sd"]
    return float(np.maximum(number["value"] - reach, 0.0)), number["value"] + reach


def _times(side: str, number: Summary) -> str:
    return f"On the {side} it is about {spell(number, 'times body weight', 1)}."


def _compare(own: Summary, everyday: Sequence[Summary]) -> list[str]:
    """More or less than in what people know, where it is told apart from that; the rest is named too."""
    verdicts = {row["activity"]: _verdict(own, row) for row in everyday}
    more, less, open_ = (
        [name for name, verdict in verdicts.items() if verdict == which] for which in (1, -1, 0)
    )
    told = [f"{word} than when {_join(names)}" for word, names in (("more", more), ("less", less)) if names]
    sentences = [f"That is {' and '.join(told)}."] if told else []
    if open_:
        sentences.append(f"Whether it is more or less than when {_join(open_)} cannot be told.")
    return sentences


def _verdict(own: Summary, other: Summary) -> int:
    """1 for more, −1 for less, 0 within what is not known of either; the two have nothing in common."""
    gap = own["value"] - other["value"]
    reach = own["value"] - own["low"] if gap > 0 else own["high"] - own["value"]
    return int(np.sign(gap)) if abs(gap) > math.hypot(reach, NINE_IN_TEN * (other["sd"] or 0.0)) else 0


def _join(names: Sequence[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


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
            f"{joint} {100 * share:.0f} % ({100 * low:.0f} to {100 * high:.0f})"
            for joint, share, low, high in zip(_JOINTS, split.share, split.low, split.high, strict=True)
        )
        for split in splits
    )


def _split(side: str, numbers: Summary) -> Split:
    share, low, high = (
        np.array([numbers[joint][key] for joint in _JOINTS]) / 100 for key in ("value", "low", "high")
    )
    # Medians of shares need not add up to one.
    return Split(name=side, share=share / share.sum(), low=low, high=high)


def _tell_leader(shares: Sequence[Summary]) -> str:
    """Whether hips or knees do more, at the bottom or else on the way up; said only beyond its error."""
    rows = {row["phase"]: row for row in shares}
    row = next((rows[phase] for phase in _TOLD_FIRST if phase in rows), None)
    if row is None:
        return ""
    when, lead = _PHASES[row["phase"]], row["hips_minus_knees"]
    if lead["low"] <= 0 <= lead["high"]:
        return f"Whether your hips or your knees do more {when} {TOO_CLOSE}."
    names = ("hip", "knee") if lead["value"] > 0 else ("knee", "hip")
    most, other = (_part(row["both"][name]["value"] / 100) for name in names)
    told = f"your {names[0]}s do about {most} of the effort, your {names[1]}s about {other}"
    return f"{when.capitalize()} {told}."


def _part(share: float) -> str:
    return _PARTS[min(_PARTS, key=lambda part: abs(part - share))]


def name_load(key: str) -> tuple[str, str]:
    """Label and unit of a load whose key has its unit in it, for example ``knee_moment_nm``."""
    load = next(load for load in LOAD_LABELS if key.startswith(f"{load.name.lower()}_"))
    return LOAD_LABELS[load], _SAID[key.removeprefix(f"{load.name.lower()}_")]


def tell_table(mean: Summary) -> list[dict[str, Any]]:
    """A row for every load that is known of either leg, and for the low back's.

    Parameters
    ----------
    mean
        One of `mean_peaks` or the loads of a fusion, as `summarise_loads` and `summarise_fused_loads` make
        them.
    """
    relative = mean["relative"]
    rows: list[dict[str, Any]] = []
    for load, name in LOAD_LABELS.items():
        key = key_of(load, relative=relative).name
        numbers = [mean[side][key] for side in _SIDES]
        unit = _SAID.get(key.removeprefix(f"{load.name.lower()}_"))
        if unit is not None and any(number is not None for number in numbers):
            rows.append({"name": name, "unit": unit, "cells": [_cell(number) for number in numbers]})
    back = mean[lumbar_key(relative=relative).name]
    if back is not None:
        unit = _SAID["nm_per_kg" if relative else "nm"]
        rows.append({"name": "moment that straightens the low back", "unit": unit, "whole": _cell(back)})
    return rows


def _cell(number: Summary | None) -> dict[str, str]:
    """A load and its band in digits that are known; what was measured without a band has none."""
    if number is None:
        return {"value": "–", "band": ""}
    digits = known_digits(number)
    value, low, high = (write(number[key], digits) for key in ("value", "low", "high"))
    return {"value": value, "band": f"{low} to {high}" if number["low"] < number["high"] else ""}


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
