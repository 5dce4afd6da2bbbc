"""Departures of single repetitions → numbers at the lowest point."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..conventions import BodyMeasure, LegMeasure, Side
from ..model import Departure, Value


def departure_rows(departures: Sequence[Departure]) -> Iterator[tuple[dict[str, Any], list[Value]]]:
    """Film and number of each repetition, and its differences at the lowest point, where they are shown."""
    for one in departures:
        bottom = len(one.leg) // 2
        legs = [
            _value(measure.name, side, one.leg[bottom, side, measure], one.leg_sd[bottom, side, measure])
            for measure in LegMeasure
            for side in Side
        ]
        body = [
            _value(measure.name, None, one.body[bottom, measure], one.body_sd[bottom, measure])
            for measure in BodyMeasure
        ]
        shown = [value for value in (*legs, *body) if np.isfinite([value.value, value.sd]).all()]
        yield {"film": one.film, "repetition": one.repetition + 1}, shown


def _value(name: str, side: Side | None, value: float, sd: float) -> Value:
    return Value(measure=name.lower(), side=side, at="bottom", value=float(value), sd=float(sd))
