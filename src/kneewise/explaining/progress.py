"""Then and now → rows in plain JSON types: each change real, or within the error."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..conventions import SURE
from ..model import Asking, SelfTest
from ..plan import LEAST_CHANGE
from ..report import tell_departures
from .telling import Explanation

_Rows = Sequence[Mapping[str, Any]]


def compare_tests(then: _Rows, now: _Rows, asking: Asking) -> list[Explanation]:
    """Self-tests that were done twice with a number.

    Parameters
    ----------
    then, now
        ``id``, ``side``, ``value`` and ``sd`` of each, an earlier time and today; without an sd, that of the
        table holds.
    asking
        The tables.

    Returns
    -------
    list of dict
        ``real`` where the difference is more than both errors explain, 95 times in 100.
    """
    before = {(row["id"], row["side"]): row for row in then}
    return [
        told
        for test in asking.tests
        for row in now
        if row["id"] == test.id and (test.id, row["side"]) in before
        for told in _compare(test, before[test.id, row["side"]], row)
    ]


def _compare(test: SelfTest, then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Explanation]:
    old, new = then["value"], now["value"]
    errors = [float(error) for row in (then, now) if (error := row.get("sd") or test.sem)]
    if old == new or len(errors) < 2 or not (_is_number(old) and _is_number(new)):
        return
    yield {
        "name": test.name,
        "side": now["side"],
        "then": old,
        "now": new,
        "change": round(new - old, 2),
        "unit": test.unit,
        "real": abs(new - old) > SURE * math.hypot(*errors),
    }


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def compare_pain(then: float | None, now: float | None) -> Explanation | None:
    """The worst pain of two weeks, 0 to 10; None where one of them is not known."""
    if then is None or now is None:
        return None
    return {"then": then, "now": now, "change": now - then, "real": abs(now - then) >= LEAST_CHANGE}


def tell_otherwise(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """What is said otherwise of the same answers, tests and films.

    Parameters
    ----------
    before, now
        As `explain` told it then, and tells it today.
    """
    return tuple(_otherwise(before, now))


def _otherwise(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    if before["screening"]["tier"] != now["screening"]["tier"]:
        yield "How soon somebody should look is judged otherwise: read it again."
    older = {row["id"]: row["band"] for row in before["factors"]}
    for row in now["factors"]:
        if older.get(row["id"], row["band"]) != row["band"]:
            yield f"“{row['label']}” is now {row['band']}; it was {older[row['id']]}."
    tests = [told["next_test"] for told in (before, now)]
    names = [None if test is None else test["name"] for test in tests]
    if names[0] != names[1] and names[1] is not None:
        yield f"What would tell most next is now “{names[1]}”."
    if before["plan"] is not None and now["plan"] is not None:
        yield from tell_departures(before["plan"], now["plan"])
