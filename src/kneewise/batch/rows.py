"""summary.json of one film → a row for the film and one for each repetition; every column is named here.

Columns are called as in the tables of one film: what, side, unit, and `sd` before the unit. Lengths are in
metres, shares are ratios, angles degrees; a cell without a number was not measured.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..conventions import (
    BODY_CONVENTIONS,
    DERIVED_MEASURES,
    LEG_CONVENTIONS,
    JointLoad,
    Side,
    Unit,
)
from ..findings import PEAKS
from ..formats import legible
from ..report import Summary
from ..report.loads.summary import key_of as load_key
from ..report.loads.summary import lumbar_key
from .order import Row

_UNITS = {
    Unit.DEGREE.value: ("deg", 1.0),
    Unit.CENTIMETRE.value: ("m", 0.01),
    Unit.PERCENT.value: ("ratio", 0.01),
    Unit.RATIO.value: ("ratio", 1.0),
    "s": ("s", 1.0),
}
"""Unit in a summary → that of a column, and the factor that leads there."""
_DIGITS = 6
"""Decimals that take away what a factor adds: a summary has three at the most, a factor two more."""
_SIDES = tuple(side.name.lower() for side in Side)
_FITS: dict[str, Callable[[Any], bool]] = {
    "string": lambda cell: isinstance(cell, str) and legible(cell) == cell,
    "bool": lambda cell: isinstance(cell, bool),
    "int32": lambda cell: type(cell) is int and abs(cell) < 2**31,
    "double": lambda cell: type(cell) in (int, float) and math.isfinite(cell),
}
"""Kind of a column → whether a cell is of it."""
_SPREAD = ("value", "sd", "low", "high")
_LOAD_UNITS = ("nm_per_kg", "mpa_per_kg", "nm", "n", "mpa", "bw")

KEYS = {"film": "string", "person": "string", "result": "string"}
"""Columns that every row has: the film as it was listed, who is in it, and the folder of its results."""
FILM_COLUMNS = {
    **KEYS,
    "measured": "bool",
    "because": "string",
    "remedy": "string",
    "sha256": "string",
    "height_m": "double",
    "height_sd_m": "double",
    "mass_kg": "double",
    "sex": "string",
    "load_kg": "double",
    "bar": "string",
    "view": "string",
    "azimuth_deg": "double",
    "azimuth_sd_deg": "double",
    "camera_height_m": "double",
    "camera_distance_m": "double",
    "repetitions": "int32",
    "complete": "int32",
    "no_loads_because": "string",
    "warnings": "string",
    "assumed": "string",
    "estimator": "string",
    "kneewise": "string",
}
"""Column of a film → its kind."""


def film_row(summary: Summary) -> Row:
    """Facts of the one film of a summary, of who is in it and of how it was taken."""
    (film,) = summary["films"]
    person, camera = summary["person"], film["camera"]
    repetitions = summary["repetitions"]
    return {
        "sha256": film["sha256"],
        "height_m": _scaled(person["height_cm"], 0.01),
        "height_sd_m": _scaled(person["height_sd_cm"], 0.01),
        **{name: person[name] for name in ("mass_kg", "sex")},
        **{name: film[name] for name in ("load_kg", "bar", "view", "azimuth_deg", "azimuth_sd_deg")},
        "camera_height_m": camera["height_m"],
        "camera_distance_m": camera["distance_m"],
        "repetitions": len(repetitions),
        "complete": sum(row["complete"] for row in repetitions),
        "no_loads_because": summary["loads"]["because"],
        "warnings": "; ".join(issue["because"] for issue in film["warnings"]) or None,
        "assumed": "; ".join(person["assumed"]) or None,
        "estimator": film["provenance"].get("estimator"),
        "kneewise": summary["versions"].get("kneewise"),
    }


def repetition_rows(summary: Summary) -> tuple[Row, ...]:
    """Every number of each repetition, with its error.

    Raises
    ------
    ValueError
        When a summary tells what no column has.
    """
    peaks = _peaks(summary["loads"])
    rows = tuple(
        {
            "repetition": row["number"],
            **{name: row[name] for name in ("task", "complete", "start_s", "bottom_s", "end_s")},
            **dict(_values(row["values"])),
            **dict(_loads(peaks.get(row["number"], {}))),
        }
        for row in summary["repetitions"]
    )
    unknown = {name for row in rows for name in row} - set(REPETITION_COLUMNS)
    if unknown:
        raise ValueError(f"No column is called {', '.join(sorted(unknown))}.")
    return rows


def checked(row: Row, columns: Mapping[str, str]) -> Row:
    """The same row, where a table can take it; who wrote the summary had read a film that nobody trusts.

    Raises
    ------
    ValueError
        When a cell is not of the kind of its column.
    """
    for name, cell in row.items():
        if cell is not None and not _FITS[columns[name]](cell):
            raise ValueError(f"{name} is not of the kind {columns[name]}.")
    return row


def _values(values: Summary) -> Iterator[tuple[str, float | None]]:
    """Column → number of all that is told at some point of the repetition."""
    for at, measures in values.items():
        for measure, entry in measures.items():
            told = {None: entry} if "value" in entry else {side: entry[side] for side in _SIDES}
            for side, number in told.items():
                if number is not None:
                    unit, factor = _UNITS[number["unit"]]
                    for kind in ("value", "sd"):
                        yield _name(at, measure, side, kind, unit), _scaled(number[kind], factor)


def _peaks(loads: Summary) -> dict[int, Summary]:
    """Number of a repetition → its largest loads."""
    return {row["repetition"]: row for row in loads["peaks"] or loads["relative_peaks"] or ()}


def _loads(peaks: Summary) -> Iterator[tuple[str, float | None]]:
    for whose, entry in peaks.items():
        told = entry if whose in _SIDES else {whose: entry} if isinstance(entry, Mapping) else {}
        for load, number in told.items():
            for kind in _SPREAD if number is not None else ():
                yield _load_name(load, whose if whose in _SIDES else None, kind), number[kind]


def _name(at: str, measure: str, side: str | None, kind: str, unit: str) -> str:
    return "_".join(filter(None, (at, measure, side, "" if kind == "value" else kind, unit)))


def _load_name(load: str, side: str | None, kind: str) -> str:
    """A load as the summary calls it, unit last → name of the column."""
    unit = next(unit for unit in _LOAD_UNITS if load.endswith(f"_{unit}"))
    return _name("peak", load.removesuffix(f"_{unit}"), side, kind, unit)


def _scaled(number: float | None, factor: float) -> float | None:
    return None if number is None else round(number * factor, _DIGITS)


def _value_columns() -> Iterator[str]:
    def both(at: str, measure: str, sides: tuple[str | None, ...], unit: str) -> Iterator[str]:
        for side in sides:
            yield from (_name(at, measure, side, kind, unit) for kind in ("value", "sd"))

    for one, convention in LEG_CONVENTIONS.items():
        name, unit = one.name.lower(), _UNITS[convention.unit.value][0]
        yield from both("bottom", name, _SIDES, unit)
        yield from both("peak", name, _SIDES if one in PEAKS else (), unit)
        yield from both("left_minus_right", name, (None,), unit)
    for whole, convention in BODY_CONVENTIONS.items():
        yield from both("bottom", whole.name.lower(), (None,), _UNITS[convention.unit.value][0])
    for derived, (_, shown) in DERIVED_MEASURES.items():
        yield from both("bottom", derived, (None,), _UNITS[shown.value][0])
    for span in ("down", "hold", "up"):
        yield from both("repetition", span, (None,), "s")


def _load_columns() -> Iterator[str]:
    for relative in (False, True):
        for load in JointLoad:
            for side in _SIDES:
                name = load_key(load, relative=relative).name
                yield from (_load_name(name, side, kind) for kind in _SPREAD)
        yield from (_load_name(lumbar_key(relative=relative).name, None, kind) for kind in _SPREAD)


def _repetition_columns() -> dict[str, Any]:
    told = {"repetition": "int32", "task": "string", "complete": "bool"}
    times = dict.fromkeys(("start_s", "bottom_s", "end_s"), "double")
    return {**KEYS, **told, **times, **dict.fromkeys((*_value_columns(), *_load_columns()), "double")}


REPETITION_COLUMNS: dict[str, str] = _repetition_columns()
"""Column of a repetition → its kind."""
