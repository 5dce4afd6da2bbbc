"""Numbers as they are handed on and shown: plain JSON types, rounded to digits that are known."""

import math
from collections.abc import Mapping
from typing import Any

from ..conventions import Side
from ..figures import SURE

Summary = dict[str, Any]


def plain(value: float, digits: int) -> float | None:
    """Rounded; None instead of NaN, which JSON does not know, and no negative zero."""
    return round(float(value), digits) + 0.0 if math.isfinite(value) else None


def name_of(side: Side) -> str:
    """``left`` or ``right``."""
    return side.name.lower()


def show(number: Mapping[str, Any] | None) -> str:
    """A number with the half-width that holds the true one 95 times in 100, in digits that are known."""
    if number is None or number["value"] is None:
        return "–"
    unit = number["unit"]
    reach = SURE * (number["sd"] or 0.0)
    digits = 0 if reach >= 0.95 and unit not in ("s", "") else 1 if unit != "" else 2
    value, error = (f"{x:.{digits}f}" for x in (number["value"], reach))
    value = value.removeprefix("-") if float(value) == 0 else value.replace("-", "−")
    text = f"{value}° ± {error}°" if unit == "°" else f"{value} ± {error} {unit}".rstrip()
    return text.replace(" ", "\N{NO-BREAK SPACE}")
