"""One answer as TOML has it → an answer that fits its question, or a refusal that says what would."""

import math
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any

from ..conventions import Side
from ..errors import InputError
from ..model import Answer, Kind, Question, SelfTest

SIDES = tuple(side.name.lower() for side in Side)
_WEEKS = 8


def check_answer(asked: Question | SelfTest, given: Any) -> Answer:
    """The answer, where it fits.

    Parameters
    ----------
    asked
        The question or self-test.
    given
        Boolean, number, text, list; or a table with left and right, where the question has sides.

    Raises
    ------
    InputError
        When it is of another kind, out of range, or no choice.
    """
    if isinstance(given, Mapping):
        if not asked.sided:
            raise InputError(
                f"{asked.id} has no sides, and was given {dict(given)}.", remedy=f"{_example(asked)}."
            )
        for side in given:
            if side not in SIDES:
                raise InputError(f"{asked.id} has no side '{side}'.", remedy="use left and right.")
        return {side: _check_one(asked, given[side]) for side in SIDES if side in given}
    return _check_one(asked, given)


def nearest(name: str, known: Collection[str]) -> str:
    """The known word that looks most like it; empty where none does."""
    return next(iter(get_close_matches(name, list(known), n=1, cutoff=0.5)), "")


def _check_one(asked: Question | SelfTest, given: Any) -> Answer:
    if asked.type is Kind.YES_NO:
        if not isinstance(given, bool):
            raise _wrong(asked, given, "true or false")
        return given
    if asked.type is Kind.ONE:
        return _check_choice(asked, given)
    if asked.type is Kind.MANY:
        chosen = given if isinstance(given, list) else [given]
        return tuple(dict.fromkeys(_check_choice(asked, one) for one in chosen))
    if asked.type is Kind.WEEKS:
        if not isinstance(given, list) or len(given) != _WEEKS:
            raise _wrong(asked, given, f"a list of {_WEEKS} numbers, the oldest week first")
        return tuple(_check_number(asked, one) for one in given)
    return _check_number(asked, given)


def _check_choice(asked: Question | SelfTest, given: Any) -> str:
    if isinstance(given, str) and given in asked.choices:
        return given
    likely = nearest(given, asked.choices) if isinstance(given, str) else ""
    hint = f"'{likely}', or one of " if likely else "one of "
    raise _wrong(asked, given, hint + ", ".join(asked.choices))


def _check_number(asked: Question | SelfTest, given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not -math.inf < given < math.inf:
        raise _wrong(asked, given, f"a number in {asked.unit}, without the unit")
    if not (asked.low is not None and asked.high is not None and asked.low <= given <= asked.high):
        raise _wrong(asked, given, f"a number from {asked.low:g} to {asked.high:g} in {asked.unit}")
    if isinstance(asked, SelfTest) and asked.whole and given != round(given):
        raise _wrong(asked, given, f"a whole number of {asked.unit}")
    return float(given)


def _wrong(asked: Question | SelfTest, given: Any, wanted: str) -> InputError:
    return InputError(f"{asked.id} = {given!r} is not possible.", remedy=f"give {wanted}.")


def _example(asked: Question | SelfTest) -> str:
    return f"give one answer for {asked.id}"
