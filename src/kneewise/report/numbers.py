"""Numbers as they are handed on and shown: plain JSON types, rounded to digits that are known."""

import math
import re
from collections.abc import Mapping
from typing import Any

from ..conventions import SURE, Side

Summary = dict[str, Any]
NINE_IN_TEN = 1.645
"""Standard deviations to either side that hold 9 of 10, where nothing else is known. [unitless]"""
_MOST_DIGITS = 3
"""Digits that a number has at the most, however narrow its band. [unitless]"""
_KNOWN = 5.0
"""Steps of the last digit that is shown, at least, in half the width of a band. [unitless]"""


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


def half_band(number: Mapping[str, Any]) -> float:
    """Half the width of the band, in the number's unit."""
    return float(number["high"] - number["low"]) / 2


def known_digits(number: Mapping[str, Any]) -> int:
    """Decimals that the width of the band leaves known; negative for tens and hundreds."""
    size = max(abs(number["low"]), abs(number["high"]), 1e-9)
    finest = _MOST_DIGITS - 1 - math.floor(math.log10(size))
    width = 2 * half_band(number)
    return min(-math.floor(math.log10(width / _KNOWN)), finest) if width > 0 else finest


def write(value: float, digits: int) -> str:
    """Rounded to so many decimals, with a proper minus sign."""
    return f"{round(value, digits) + 0.0:.{max(digits, 0)}f}".replace("-", "−")


def spell(number: Mapping[str, Any], unit: str, digits: int) -> str:
    """A number with the ends of its band, in words."""
    value, low, high = (write(number[key], digits) for key in ("value", "low", "high"))
    return f"{value} {unit} ({low} to {high})"


def signed(text: str) -> str:
    """A number that was written, as a difference: with its sign, unless all that is shown of it is nought."""
    return text if text.startswith("−") or re.match(r"0(\.0*)?(?![.\d])", text) else f"+{text}"
