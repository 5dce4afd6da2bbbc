"""What a person can try, what is closed to them and why; and a case's content with a result in it.

Knows nothing of terminals and pages.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from .casefile import build_case
from .conventions import USUAL
from .model import Asking, Case, Facts, Question, SelfTest, TrialCondition, hold

Attempt = SelfTest | TrialCondition
"""Something to try: a self-test, or a way to squat."""
PAINS = ("pain_before", "pain_after", "pain_back")
"""Values of a trial that say what hurt: before it, in it, and in the usual squat after it."""
_COUNTED = ("knees_inside_count",)
_TYPED_ONLY = ("scale",)
_OPTIONAL = "It is for those who have had it measured already."


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """Something to try, as it stands for one person.

    Attributes
    ----------
    what : the row of its table.
    done : whether there is a result.
    closed : why this person should not do it, in sentences; empty where nothing speaks against it.
    """

    what: Attempt
    done: bool
    closed: tuple[str, ...] = ()


def list_tries(case: Case, asking: Asking, filmed: frozenset[str] = frozenset()) -> tuple[Try, ...]:
    """Every self-test that is done and every way to squat, in the order of the tables.

    Parameters
    ----------
    case
        What was told and tested.
    asking
        The tables.
    filmed
        Ways to squat of which there is a film.
    """
    facts = case.moments[-1]
    done = {one.id for one in case.tests}, {one.condition for one in case.probes} | filmed
    tests = [row for row in asking.tests if row.type not in _TYPED_ONLY]
    return (
        *(
            Try(what=row, done=row.id in done[1], closed=(*_closed(row, facts, asking),))
            for row in asking.conditions
        ),
        *(Try(what=row, done=row.id in done[0], closed=(*_closed(row, facts, asking),)) for row in tests),
    )


def values_to_type(row: TrialCondition) -> tuple[str, ...]:
    """Which values of a trial a person can tell without a film.

    Parameters
    ----------
    row
        The way to squat. Before the usual one nothing is to be compared.
    """
    if row.id == USUAL:
        return PAINS[1:2]
    return (*PAINS, *_COUNTED) if row.sided else PAINS


def with_trial(
    content: Mapping[str, Any],
    row: TrialCondition,
    values: Mapping[str, float],
    side: str | None,
    asking: Asking,
) -> dict[str, Any]:
    """The content with what was felt in a trial, in place of what was told of it before.

    Parameters
    ----------
    content
        Tables of a case file.
    row
        What was tried.
    values
        Id → number, in the unit of its table row.
    side
        ``left`` or ``right`` of a trial on one leg, else None.
    asking
        The tables.

    Raises
    ------
    InputError
        When a value is not possible.
    """
    told: dict[str, Any] = {"condition": row.id, **({} if side is None else {"side": side}), **values}
    changed = deepcopy(dict(content))
    others = [one for one in changed.get("trial", []) if not _same(one, row.id, side)]
    changed["trial"] = [*others, told]
    build_case(changed, asking)
    return changed


def _same(one: Mapping[str, Any], condition: str, side: str | None) -> bool:
    """Whether a trial was typed of the same; one with a film stays."""
    return one["condition"] == condition and one.get("side") == side and "film" not in one


def _closed(row: Attempt, facts: Facts, asking: Asking) -> Iterator[str]:
    if isinstance(row, SelfTest) and row.optional:
        yield _OPTIONAL
    for alternative in row.skip_if:
        if hold((alternative,), facts):
            for clause in alternative:
                asked = asking.asked[clause.of]
                words = asked.text if isinstance(asked, Question) else asked.name
                yield f"{words} You answered: {asking.label(clause.of, facts[clause.of])}"
            return
