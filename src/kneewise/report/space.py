"""A fusion of several films → its pictures, its table and its sentences.

What is told is the mean repetition in space, and how single repetitions differ from it.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..conventions import (
    BODY_CONVENTIONS,
    LEG_CONVENTIONS,
    BodyMeasure,
    LegMeasure,
    View,
)
from ..figures import Course, Words, draw_posture, draw_repetitions
from ..model import Fusion
from .loads import tell_table
from .numbers import Summary, show, signed
from .pictures import Picture, convention_of, courses_of
from .summary import typical

_CURVES: tuple[LegMeasure | BodyMeasure, ...] = (
    LegMeasure.KNEE_FLEXION,
    LegMeasure.HIP_FLEXION,
    BodyMeasure.TRUNK_INCLINATION,
    LegMeasure.SHANK_INCLINATION,
    LegMeasure.KNEE_INSIDE_FOOT_LINE,
    BodyMeasure.KNEE_ANKLE_SEPARATION,
)
_TOLD = ("knee_flexion", "trunk_inclination", "knee_inside_foot_line", "depth")
_DEPARTURES = (
    "depth",
    "knee_flexion",
    "trunk_inclination",
    "knee_inside_foot_line",
    "pelvis_shift",
)
_LABELS = {
    **{measure.name.lower(): convention.label for measure, convention in LEG_CONVENTIONS.items()},
    **{measure.name.lower(): convention.label for measure, convention in BODY_CONVENTIONS.items()},
}
_SAME_PERSON = "The films are taken to show the same person."
_COUNTS = {2: "Two", 3: "Three", 4: "Four"}


def illustrate_fused(fusion: Fusion) -> tuple[Picture, ...]:
    """Start and lowest point from the side and from the front, then curves over the mean repetition."""
    fused = fusion.mean
    moments = (("start", 0), ("lowest", len(fused.phase) // 2))
    figures = [
        Picture(
            title=f"{moment}, {place}",
            svg=draw_posture(
                Words(title=f"{moment}, {place}", description="Posture of the mean repetition.", unit=""),
                fused.pose.joints[row],
                from_front=from_front,
            ),
        )
        for place, from_front in (("from the right", False), ("from the front", True))
        for moment, row in moments
    ]
    measured = [measure for measure in _CURVES if _courses(fusion, measure)]
    curves = [_curve(fusion, measure) for measure in measured]
    return (*figures, *curves[: len(curves) // 2 * 2])


def _courses(fusion: Fusion, measure: LegMeasure | BodyMeasure) -> list[Course]:
    """Courses over phase in percent; empty where less than half of the repetition is known."""
    courses = courses_of(fusion.mean.motion, measure, 100 * fusion.mean.phase)
    return courses if all(np.isfinite(course.value).mean() > 0.5 for course in courses) else []


def _curve(fusion: Fusion, measure: LegMeasure | BodyMeasure) -> Picture:
    convention = convention_of(measure)
    words = Words(
        title=f"{convention.label} in the mean repetition",
        description=f"{convention.label} from start over the lowest point to the end.",
        unit=convention.unit.value,
    )
    svg = draw_repetitions(words, _courses(fusion, measure), [(0.0, 100.0)], middle="lowest")
    return Picture(title=convention.label, caption=f"Up: {convention.positive}.", svg=svg)


def tell_fused(fused: Summary) -> dict[str, Any]:
    """What the page says of a fusion: sentences, all numbers at the lowest point, departures."""
    return {
        "title": f"{_COUNTS.get(len(fused['takes']), len(fused['takes']))} films together",
        "story": " ".join(_story(fused)),
        "warnings": fused["warnings"],
        "rows": _rows(fused["values"].get("bottom", {})),
        "loads": [] if fused["loads"] is None else tell_table(fused["loads"]),
        "departures": _departure_table(fused),
        "known": sorted(fused["values"].get("bottom", {})),
        "films": [take["film"] for take in fused["takes"]],
    }


def _story(fused: Summary) -> list[str]:
    task, takes = fused["task"], fused["takes"]
    if fused["synchronised"]:
        late = " and ".join(f"{take['offset_s']:+.2f} s".replace("-", "−") for take in takes[1:])
        count = len(takes[0]["repetitions"])
        return [
            f"One mean {task} in space, made of {count} repetitions that all films show.",
            f"Add {late} to get the first film's time.",
            _SAME_PERSON,
        ]
    parts = ", ".join(f"{len(take['repetitions'])} {_from(take)}" for take in takes)
    return [
        f"One mean {task} in space, made of repetitions filmed one after the other: {parts}.",
        _SAME_PERSON,
    ]


def _from(take: Summary) -> str:
    hand = "left" if (take["azimuth_deg"] or 0.0) > 0 else "right"
    return {
        View.FRONT.value: "from the front",
        View.REAR.value: "from behind",
        View.SIDE.value: f"from the {hand} side",
        View.OBLIQUE.value: f"from the front and the {hand}",
        View.REAR_OBLIQUE.value: f"from behind and the {hand}",
    }.get(take["view"], "")


def _rows(values: Summary) -> list[dict[str, str]]:
    rows = []
    for measure, number in values.items():
        if measure not in _LABELS:
            continue
        whole = "value" in number
        rows.append(
            {
                "name": _LABELS[measure],
                "left": "" if whole else show(number["left"]),
                "right": "" if whole else show(number["right"]),
                "whole": show(number) if whole else "",
            }
        )
    return rows


def _departure_table(fused: Summary) -> dict[str, Any]:
    """A row for each repetition: how its own film differs from that film's mean."""
    names = {take["film"]: take["name"] for take in fused["takes"]}
    rows = fused["departures"]
    columns = [measure for measure in _DEPARTURES if any(measure in row["values"] for row in rows)]
    return {
        "columns": [_LABELS[measure] for measure in columns],
        "rows": [
            {
                "film": names[row["film"]],
                "number": row["repetition"],
                "cells": [_departure(row["values"], measure) for measure in columns],
            }
            for row in rows
        ],
    }


def _departure(values: Summary, measure: str) -> str:
    number = typical([{"values": {"bottom": values}}], "bottom", measure)
    if number is None:
        return "–"
    return signed(show(number))


def describe_fused(summary: Summary) -> Sequence[str]:
    """A few lines for the terminal; none where nothing was fused."""
    fused = summary["fused"]
    if fused is None:
        return ()
    told = tell_fused(fused)
    lines = [f"{told['title']}: {told['story']}"]
    lines += [f"  note: {issue['because']}\n    Try: {issue['remedy']}" for issue in fused["warnings"]]
    bottom = fused["values"].get("bottom", {})
    for measure in _TOLD:
        if measure in bottom:
            number = bottom[measure]
            sides = (
                show(number)
                if "value" in number
                else f"left {show(number['left'])}, right {show(number['right'])}"
            )
            lines.append(f"  {_LABELS[measure]} at the lowest point: {sides}")
    return lines
