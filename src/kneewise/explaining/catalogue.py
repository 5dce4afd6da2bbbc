"""Tables of what can be asked → plain JSON types, from which a program can write a case."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from ..casefile import VERSION
from ..conventions import Bar
from ..model import Alternatives, Asking, Row

QUESTIONS_SCHEMA = "kneewise.questions/1"

_CONDITIONAL = ("asked_if", "skip_if")
_CASE = {
    "version": f"{VERSION}; may be left out",
    "person": "one table [person]: height_cm, mass_kg, sex; each may be left out",
    "answers": "one table [answers]: question id = answer",
    "trial": "a list of tables [[trial]]: condition, film or values, load_kg, bar, side",
    "test": "a list of tables [[test]]: id, side, value, sd of a number; without a side it counts for both",
    "checkin": "a list of tables [[checkin]]: date, answers, looked; the oldest first",
    "taken_back": "a list of tables [[taken_back]]: date, question, answer; emergencies pressed by mistake",
}
_ANSWERS = {
    "yes_no": "true or false",
    "one": 'one choice, "choice"',
    "many": 'a list of choices, ["choice", "other"]; "none" stands alone',
    "number": "a number in the unit",
    "scale": "a number from low to high",
    "weeks": "a list of eight numbers in the unit, the oldest week first",
    "sided": "one answer for both sides, or { left = …, right = … }",
}


def catalogue(asking: Asking) -> dict[str, Any]:
    """Every id, type, unit, choice, self-test and trial condition.

    Returns
    -------
    dict
        ``case`` and ``answer_types`` say how a case is written; the rest are the tables.
    """
    return {
        "schema": QUESTIONS_SCHEMA,
        "case": _CASE,
        "answer_types": _ANSWERS,
        "person": [_plain(row) for row in asking.person],
        "questions": [_plain(row) for row in asking.questions],
        "tests": [_plain(row) for row in asking.tests],
        "trial_conditions": [_plain(row) for row in asking.conditions],
        "trial_values": [_plain(row) for row in asking.values],
        "trial_keys": {
            "condition": "id of a trial condition",
            "film": "path, or a list of paths",
            "load_kg": "number from 0 to 600",
            "bar": [bar.value for bar in Bar],
            "side": ["left", "right"],
            "<value>_sd": "one standard deviation of a value, in its unit",
        },
        "sources": [asdict(source) for source in asking.sources],
    }


def _plain(row: Row) -> dict[str, Any]:
    """A row without empty columns, its conditions as they are written."""
    values = {field.name: getattr(row, field.name) for field in fields(row)}
    return {name: _value(name, value) for name, value in values.items() if value or _is_number(value)}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _value(name: str, value: Any) -> Any:
    if name in _CONDITIONAL:
        return _written(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def _written(alternatives: Alternatives) -> list[list[str]]:
    return [[f"{one.of} {one.how} {one.value}" for one in alternative] for alternative in alternatives]
