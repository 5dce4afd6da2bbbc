"""A sent form → the answer that it gives, as a case file has it."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from starlette.datastructures import FormData

from ..casefile import SIDES
from ..errors import InputError
from ..model import Kind, Question, SelfTest
from ..report import tell_date

VALUE = "value"
"""Name of the field of an answer; of a number with sides, and of a week, it is followed by which."""

ALONE = "alone"
"""Name of the button that says that nothing fits, whatever is ticked."""

WEEKS = tuple(f"{VALUE}_{week}" for week in range(1, 9))
"""Fields of the numbers of eight weeks, the oldest first."""


def read_answer(asked: Question | SelfTest, form: FormData) -> Any:
    """The answer in a form.

    Parameters
    ----------
    asked
        What was asked.
    form
        Fields as the page sent them; what they hold is checked where it is put into the case.

    Raises
    ------
    InputError
        When something was left empty.
    """
    if has_sides(asked):
        return {side: _number(form, f"{VALUE}_{side}") for side in SIDES}
    match asked.type:
        case Kind.YES_NO:
            return {"yes": True, "no": False}.get(_text(form, VALUE))
        case Kind.ONE:
            return _text(form, VALUE)
        case Kind.MANY:
            return _choices([str(one) for one in form.getlist(ALONE) or form.getlist(VALUE)])
        case Kind.WEEKS:
            return [_number(form, name) for name in WEEKS]
        case _:
            return _number(form, VALUE)


def read_revision(given: object) -> int:
    """The revision of a case that a page was made from; -1, which no case has, of anything else."""
    return int(str(given)) if re.fullmatch("[0-9]{1,9}", str(given)) else -1


def read_day(given: str, earliest: date, latest: date) -> date:
    """A day of the form.

    Parameters
    ----------
    given
        As ISO 8601 writes it.
    earliest, latest
        That are taken.

    Raises
    ------
    InputError
        When it is no day, or one outside of these.
    """
    try:
        day = date.fromisoformat(given)
    except ValueError as error:
        raise InputError(f"“{given[:20]}” is no day.", remedy="choose one, such as 2026-05-31.") from error
    if not earliest <= day <= latest:
        raise InputError(
            f"{tell_date(day)} is too far away.",
            remedy=f"choose a day from {tell_date(earliest)} to {tell_date(latest)}.",
        )
    return day


def has_sides(asked: Question | SelfTest) -> bool:
    """Whether it is a number for left and one for right."""
    return asked.sided and asked.type is Kind.NUMBER


def fields_of(asked: Question | SelfTest, given: Any) -> Mapping[str, Any]:
    """Name of a field → what stands in it; an earlier answer as the page shows it."""
    if given is None:
        return {}
    if isinstance(given, Mapping):
        return {f"{VALUE}_{side}": one for side, one in given.items()}
    if asked.type is Kind.WEEKS:
        return dict(zip(WEEKS, given, strict=True))
    if isinstance(given, bool):
        return {VALUE: "yes" if given else "no"}
    return {VALUE: given}


def _choices(chosen: list[str]) -> list[str]:
    if not chosen:
        raise InputError("Nothing was chosen.", remedy="choose what fits, or say that none does.")
    return chosen


def _number(form: FormData, name: str) -> float:
    typed = _text(form, name).replace(",", ".")
    try:
        return float(typed)
    except ValueError as error:
        raise InputError(f"“{typed}” is no number.", remedy="type digits, such as 7.5.") from error


def _text(form: FormData, name: str) -> str:
    typed = str(form.get(name, "")).strip()
    if not typed:
        raise InputError("Something was left empty.", remedy="answer, or stop here and come back later.")
    return typed
