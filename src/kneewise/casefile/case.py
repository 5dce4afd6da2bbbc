"""A case file → Case, every id, unit and value checked against the tables."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ..conventions import Side
from ..errors import InputError
from ..model import LOOKED_BY, Answer, Asking, Case, Checkin, Looked, Probe, TakenBack, Tested, TrialValue
from .answers import SIDES, check_answer, nearest
from .person import PersonFacts, build_burden, build_person
from .writing import read_content, write_content

VERSION = 1
"""Of the format that is written. What older files would not survive raises it and brings a migration."""

_LARGEST_SD = 1000.0
"""Of a value in a trial; larger than any such value. [its unit]"""

_TABLES = ("version", "person", "answers", "trial", "test", "checkin", "plan", "taken_back")
_PERSON = tuple(PersonFacts.model_fields)
_TRIAL = ("condition", "film", "load_kg", "bar", "side")
_TEST = ("id", "side", "value", "sd")
_CHECKIN = ("date", "answers", "new", "looked")
_LOOKED = ("date", "by")
_PLAN = ("start",)
_TAKEN_BACK = ("date", "question", "answer")


def read_case(path: Path, asking: Asking) -> Case:
    """Case from a TOML file.

    Raises
    ------
    InputError
        When the file is missing, no TOML or from another version, or an id or a value in it is not possible.
    """
    return build_case(read_content(path), asking, path.name)


def add_tests(path: Path, rows: Sequence[Mapping[str, Any]], asking: Asking) -> None:
    """Write tests into a case file; what was there of the same test, and of the same side, gives way.

    Raises
    ------
    InputError
        When the file is no case, or would be none with them.
    OutputError
        When it cannot be written.
    """
    write_content(path, with_tests(read_content(path), rows, asking, path.name))


def with_tests(
    content: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], asking: Asking, name: str = "The case"
) -> dict[str, Any]:
    """The content with results of tests; what was there of the same test, and of the same side, gives way.

    Raises
    ------
    InputError
        When it is of no case, or would be of none with them.
    """
    new = {(row["id"], row.get("side")) for row in rows}
    whole = {of for of, _ in new}
    kept = [
        row
        for row in _list(content, "test")
        if (row.get("id"), row.get("side")) not in new
        and not (row.get("side") is None and row.get("id") in whole)
    ]
    changed = {**content, "test": [*kept, *(dict(row) for row in rows)]}
    build_case(changed, asking, name)
    return changed


def holds_tests(content: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether all these results of tests are in the content, just so."""
    return all(row in _list(content, "test") for row in rows)


def without_tests(content: Mapping[str, Any], of: str) -> dict[str, Any]:
    """The content without any result of a test."""
    return {**content, "test": [row for row in _list(content, "test") if row.get("id") != of]}


def read_tests(path: Path, asking: Asking) -> tuple[Tested, ...]:
    """Self-tests of a person file or a case; nothing of a file without any.

    Raises
    ------
    InputError
        When the file is missing, no TOML, or a test in it is unknown or impossible.
    """
    return _build_tests(_list(read_content(path), "test"), asking)


def build_case(content: Mapping[str, Any], asking: Asking, name: str = "The case") -> Case:
    """Case from the tables of a case file.

    Parameters
    ----------
    content
        As `tomllib` gives it.
    asking
        The tables of what can be asked.
    name
        Of the file, for messages.

    Raises
    ------
    InputError
        When anything in it is unknown, impossible or given twice.
    """
    _check_version(content.get("version", VERSION), name)
    _check_keys(name, content, _TABLES)
    person = _table(content, "person")
    if "age" in person:
        raise InputError(f"{name}: age stands in [person].", remedy="move age to [answers].")
    checkins = [_build_checkin(row, asking) for row in _list(content, "checkin")]
    if [one.date for one in checkins] != sorted(one.date for one in checkins):
        raise InputError(f"{name}: the check-ins are not in order of time.", remedy="put the oldest first.")
    return Case(
        person=build_person(person),
        answers=_build_answers(_table(content, "answers"), asking),
        probes=tuple(_build_probe(row, asking) for row in _list(content, "trial")),
        tests=_build_tests(_list(content, "test"), asking),
        checkins=tuple(checkins),
        begun=_build_start(_table(content, "plan")),
        taken_back=tuple(_build_taken_back(row, asking) for row in _list(content, "taken_back")),
    )


def _check_version(version: Any, name: str) -> None:
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise InputError(
            f"{name} has version {version!r}, which no kneewise ever wrote.",
            remedy=f"write version = {VERSION} and check the file against kneewise questions --json.",
        )
    if version > VERSION:
        raise InputError(
            f"{name} has version {version}, and this kneewise reads up to {VERSION}.",
            remedy="install the newer kneewise that wrote it.",
        )


def _table(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = content.get(name, {})
    if not isinstance(table, dict):
        raise InputError(f"{name} is not a table.", remedy=f"begin it with a line [{name}].")
    return table


def _list(content: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    rows = content.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"{name} is not a list of tables.", remedy=f"begin each with a line [[{name}]].")
    return rows


def _check_keys(where: str, given: Mapping[str, Any], known: Collection[str]) -> None:
    for key in given:
        if key not in known:
            raise _unknown(where, key, known)


def _unknown(where: str, key: str, known: Collection[str]) -> InputError:
    likely = nearest(key, known)
    return InputError(
        f"{where}: there is no '{key}'.",
        remedy=f"use '{likely}'." if likely else f"use one of {', '.join(known)}.",
    )


def _build_answers(given: Mapping[str, Any], asking: Asking) -> dict[str, Answer]:
    """Answers that fit; an empty list or table says nothing, and least of all that nothing is the matter."""
    questions = {question.id: question for question in asking.questions}
    for name in given:
        if name not in questions:
            raise _unknown_question(name, given[name], asking)
    return {
        name: check_answer(questions[name], value) for name, value in given.items() if value not in ([], {})
    }


def _unknown_question(name: str, value: Any, asking: Asking) -> InputError:
    """A refusal that knows where the word does belong."""
    what = f"[answers]: there is no question '{name}'."
    if name in _PERSON:
        return InputError(what, remedy=f"move {name} to [person].")
    if name in {test.id for test in asking.tests}:
        return InputError(
            what, remedy=f'it is a test: write [[test]], id = "{name}", value = {_toml(value)}.'
        )
    if name in {row.id for row in asking.values}:
        return InputError(
            what, remedy=f'it belongs to a trial: write [[trial]], condition = "baseline", {name} = {value}.'
        )
    choosing = next((question for question in asking.questions if name in question.choices), None)
    if choosing is not None:
        return InputError(what, remedy=f'it is an answer: write {choosing.id} = ["{name}"].')
    known = [*(question.id for question in asking.questions), *(test.id for test in asking.tests)]
    likely = nearest(name, known)
    hint = f"use '{likely}', or see" if likely else "see"
    return InputError(what, remedy=f"{hint} kneewise questions --json for all of them.")


def _toml(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _build_probe(row: Mapping[str, Any], asking: Asking) -> Probe:
    values = {value.id: value for value in asking.values}
    sds = {f"{name}_sd": row for name, row in values.items()}
    _check_keys("[[trial]]", row, [*_TRIAL, *values, *sds])
    conditions = [condition.id for condition in asking.conditions]
    condition = row.get("condition")
    if condition not in conditions:
        raise _unknown("[[trial]] condition", str(condition), conditions)
    films = row.get("film", [])
    films = [films] if isinstance(films, str) else films
    if not isinstance(films, list) or not all(isinstance(film, str) for film in films):
        raise InputError(f"[[trial]] film = {films!r} is no path.", remedy='write film = "squat.mp4".')
    measured = {name: _number(values[name], row[name]) for name in values if name in row}
    if not films and not measured:
        raise InputError(
            f"[[trial]] {condition} has neither a film nor a value.",
            remedy='give film = "squat.mp4", or a value such as pain_after = 3.',
        )
    return Probe(
        condition=str(condition),
        films=tuple(films),
        burden=build_burden(row.get("load_kg", 0.0), row.get("bar", "none")),
        side=_side(row.get("side"), "[[trial]]"),
        values=measured,
        sds={name.removesuffix("_sd"): _sd(f"[[trial]] {name}", row[name]) for name in sds if name in row},
    )


def _number(value: TrialValue, given: Any) -> float:
    possible = isinstance(given, int | float) and not isinstance(given, bool)
    if not possible or not value.low <= given <= value.high:
        raise InputError(
            f"[[trial]] {value.id} = {given!r} is not possible.",
            remedy=f"give a number from {value.low:g} to {value.high:g} in {value.unit}.",
        )
    return float(given)


def _sd(where: str, given: Any) -> float:
    possible = isinstance(given, int | float) and not isinstance(given, bool)
    if not possible or not (0 < given <= _LARGEST_SD):
        raise InputError(
            f"{where} = {given!r} is no error.", remedy=f"give a number above 0, up to {_LARGEST_SD:g}."
        )
    return float(given)


def _side(given: Any, where: str) -> Side | None:
    if given is None:
        return None
    if given not in SIDES:
        raise InputError(f"{where} side = {given!r} is no side.", remedy='write "left" or "right".')
    return Side[given.upper()]


def _build_tests(rows: list[dict[str, Any]], asking: Asking) -> tuple[Tested, ...]:
    tests = {test.id: test for test in asking.tests}
    results: list[Tested] = []
    for row in rows:
        _check_keys("[[test]]", row, _TEST)
        name = row.get("id")
        if not isinstance(name, str) or name not in tests:
            raise _unknown("[[test]] id", str(name), tests)
        side = _side(row.get("side"), f"[[test]] {name}")
        if side is not None and not tests[name].sided:
            raise InputError(f"[[test]] {name} has no sides.", remedy="leave the side out.")
        if "value" not in row:
            raise InputError(f"[[test]] {name} has no value.", remedy="give it, or leave the test out.")
        value = check_answer(tests[name], row["value"])
        if not isinstance(value, bool | float | str):
            raise InputError(f"[[test]] {name} has several values.", remedy="write a [[test]] for each side.")
        _check_once(results, name, side)
        results.append(Tested(id=name, value=value, side=side, sd=_test_sd(row, value)))
    return tuple(results)


def _test_sd(row: dict[str, Any], value: bool | float | str) -> float | None:
    if "sd" not in row:
        return None
    if not isinstance(value, float):
        raise InputError(
            f"[[test]] {row['id']} = {row['value']!r} is no number and has no sd.", remedy="leave sd out."
        )
    return _sd(f"[[test]] {row['id']} sd", row["sd"])


def _check_once(results: list[Tested], name: str, side: Side | None) -> None:
    sides = [result.side for result in results if result.id == name]
    if side in sides or (sides and None in (side, *sides)):
        which = f" on the {side.name.lower()}" if side is not None else ""
        raise InputError(
            f"[[test]] {name} is given twice{which}.",
            remedy="do it again and keep one value; two values are not averaged.",
        )


def _build_checkin(row: Mapping[str, Any], asking: Asking) -> Checkin:
    _check_keys("[[checkin]]", row, _CHECKIN)
    day = _day("[[checkin]] date", row.get("date"))
    new = row.get("new", False)
    if not isinstance(new, bool):
        raise InputError(f"[[checkin]] new = {new!r} is not possible.", remedy="give true or false.")
    return Checkin(
        date=day.isoformat(),
        answers=_build_answers(_table(row, "answers"), asking),
        new=new,
        looked=_build_looked(_table(row, "looked"), day) if "looked" in row else None,
    )


def _build_looked(table: Mapping[str, Any], said: date) -> Looked:
    where = "[checkin.looked]"
    _check_keys(where, table, _LOOKED)
    day, by = _day(f"{where} date", table.get("date")), table.get("by")
    if by not in LOOKED_BY:
        raise InputError(f"{where} by = {by!r} is nobody.", remedy=f"use one of {', '.join(LOOKED_BY)}.")
    if day > said:
        raise InputError(f"{where} date = {day} is after its check-in.", remedy="write when it was.")
    return Looked(date=day.isoformat(), by=str(by))


def _build_taken_back(row: Mapping[str, Any], asking: Asking) -> TakenBack:
    _check_keys("[[taken_back]]", row, _TAKEN_BACK)
    day = _day("[[taken_back]] date", row.get("date"))
    question, answer = str(row.get("question")), row.get("answer")
    answers = _build_answers({question: answer}, asking)
    if question not in answers:
        raise InputError(f"[[taken_back]] {question} has no answer.", remedy="give it, or leave the row out.")
    return TakenBack(date=day.isoformat(), question=question, answer=answers[question])


def _build_start(table: Mapping[str, Any]) -> date | None:
    """First day of the plan."""
    _check_keys("[plan]", table, _PLAN)
    return _day("[plan] start", table["start"]) if "start" in table else None


def _day(where: str, given: Any) -> date:
    try:
        return date.fromisoformat(str(given))
    except ValueError as error:
        word = where.rsplit(" ", 1)[-1]
        raise InputError(f"{where} = {given!r} is no date.", remedy=f"write {word} = 2026-05-31.") from error
