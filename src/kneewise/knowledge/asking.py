"""What can be asked, tried and tested, and which answers stop the way → validated rows.

Not imported with the package: only the doors that ask read these tables.
"""

import csv
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from ..conventions import ASKED_UNITS
from ..model import (
    CHECKED,
    Alternatives,
    Asking,
    Clause,
    Contradiction,
    Kind,
    Question,
    Row,
    SelfTest,
    Source,
    TrialCondition,
    TrialValue,
    Trigger,
)

SERVES = frozenset({"screening", "track", "causes", "plan", "story"})
FACTS_OF_THE_PERSON = {"sex": frozenset({"f", "m"})}
"""What clauses may speak of that is no question: it stands in the table of the person."""

_Row = TypeVar("_Row", bound=Row)


@cache
def read_asking() -> Asking:
    """All tables of what is asked, checked against one another.

    Returns
    -------
    Asking
        The same one each time; nothing in it can be changed.

    Raises
    ------
    ValueError
        When a row lacks its source, or speaks of something that no table holds.
    """
    asking = Asking(
        questions=_rows(Question, "questions.toml", "question"),
        tests=_rows(SelfTest, "self_tests.toml", "test"),
        conditions=_rows(TrialCondition, "conditions.toml", "condition"),
        values=_rows(TrialValue, "conditions.toml", "value"),
        triggers=_rows(Trigger, "triggers.toml", "trigger"),
        contradictions=_rows(Contradiction, "contradictions.toml", "contradiction"),
        sources=read_sources(),
        person=_rows(Question, "questions.toml", "person"),
    )
    check_asking(asking)
    return asking


def read_sources() -> tuple[Source, ...]:
    """Pages and papers that questions, tests, warning signs and claims rest on, by key."""
    text = files(__package__).joinpath("sources.csv").read_text(encoding="utf-8")
    return tuple(Source(**row) for row in csv.DictReader(text.splitlines(), strict=True))


def check_asking(asking: Asking) -> None:
    """Complain about rows that do not fit together.

    Raises
    ------
    ValueError
        With the id of the first such row.
    """
    known = {source.key for source in asking.sources}
    for rows in (asking.questions, asking.tests, asking.conditions, asking.values, asking.triggers):
        _check_ids(rows)
    _check_ids(asking.contradictions)
    _check_ids((*asking.questions, *asking.tests))
    for row in _all(asking):
        _check_known(row.id, row.source, known)
        for name in ("when", "asked_if", "skip_if"):
            _check_alternatives(asking, row, getattr(row, name, ()))
    for asked in (*asking.asked.values(), *asking.person):
        _check_asked(asked)
    for value in asking.values:
        _check_known(value.id, [value.unit], ASKED_UNITS.keys())
        _check_known(value.id, [value.measure] if value.change else [], asking.measures.keys())
    for contradiction in asking.contradictions:
        _check_known(contradiction.id, contradiction.ask_again, _ids(asking))


def _rows(kind: type[_Row], file: str, table: str) -> tuple[_Row, ...]:
    text = files(__package__).joinpath(file).read_text(encoding="utf-8")
    content = tomllib.loads(text)
    known = {field.name for field in fields(kind)}
    rows = [_prepared({"version": content["version"], **row}, known) for row in content[table]]
    try:
        return tuple(TypeAdapter(kind).validate_python(row) for row in rows)
    except ValidationError as error:
        raise ValueError(f"{file}: {error}") from error


def _prepared(row: Mapping[str, Any], known: set[str]) -> dict[str, Any]:
    """A row with its clauses and sources parsed; complains about a column that does not exist."""
    if not row.keys() <= known:
        raise ValueError(f"Row {row.get('id')} has unknown columns: {sorted(row.keys() - known)}.")
    prepared = {**row, "source": tuple(str(row.get("source", "")).split())}
    for name in {"when", "asked_if", "skip_if"} & row.keys():
        prepared[name] = tuple(tuple(Clause.parse(text) for text in clauses) for clauses in row[name])
    return prepared


def _all(asking: Asking) -> Iterable[Row]:
    return (
        *asking.questions, *asking.tests, *asking.conditions, *asking.values, *asking.triggers,
        *asking.contradictions, *asking.person,
    )  # fmt: skip


def _ids(asking: Asking) -> set[str]:
    return asking.asked.keys() | FACTS_OF_THE_PERSON.keys()


def _check_ids(rows: Iterable[Row]) -> None:
    ids = [row.id for row in rows]
    if len(set(ids)) < len(ids):
        raise ValueError(f"Twice the same id: {sorted({name for name in ids if ids.count(name) > 1})}.")


def _check_known(row: str, names: Iterable[str], known: Collection[str]) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"Row {row} speaks of what no table holds: {unknown}.")


def _check_asked(row: Question | SelfTest) -> None:
    chosen = row.type in (Kind.ONE, Kind.MANY)
    if chosen != bool(row.choices):
        raise ValueError(f"Row {row.id} needs choices exactly if it is answered by choosing.")
    numeric = row.type in (Kind.NUMBER, Kind.SCALE, Kind.WEEKS)
    if numeric and (row.low is None or row.high is None or row.low >= row.high or not row.unit):
        raise ValueError(f"Row {row.id} needs a unit and a range.")
    if isinstance(row, Question) and not (row.serves and row.serves <= SERVES):
        raise ValueError(f"Row {row.id} must say what its answer serves: {sorted(SERVES)}.")
    if isinstance(row, Question) and bool(row.short) != ("screening" in row.serves):
        raise ValueError(f"Row {row.id} needs a short form exactly if it asks for a warning sign.")
    if isinstance(row, SelfTest) and numeric and not (row.sem and row.sem_checked in CHECKED):
        raise ValueError(f"Row {row.id} needs the error of one measurement.")


def _check_alternatives(asking: Asking, row: Row, alternatives: Alternatives) -> None:
    for clause in (clause for alternative in alternatives for clause in alternative):
        _check_known(row.id, [clause.of], _ids(asking))
        if clause.of in FACTS_OF_THE_PERSON:
            _check_known(row.id, [clause.value], set(FACTS_OF_THE_PERSON[clause.of]))
        else:
            _check_clause(row.id, asking.asked[clause.of], clause)


def _check_clause(row: str, asked: Question | SelfTest, clause: Clause) -> None:
    if asked.type is Kind.MANY:
        fits = clause.how == "has" and clause.value in {*asked.choices, "any"}
    elif asked.type is Kind.ONE:
        fits = clause.how in ("=", "!=") and clause.value in asked.choices
    elif asked.type is Kind.YES_NO:
        fits = clause.how == "=" and clause.value in ("true", "false")
    else:
        low, high = asked.low or 0.0, asked.high or 0.0
        fits = clause.how != "has" and low <= float(clause.value) <= high
    if not fits:
        raise ValueError(f"Row {row}: '{clause.of} {clause.how} {clause.value}' cannot be answered so.")
