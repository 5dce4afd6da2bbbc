"""Two studies of one person → what changed from the first to the second, each real or within the error."""

from collections.abc import Iterator, Mapping

from ...conventions import Side
from ...gathering import Changed, compare_films
from ...model import Person, Study, Value
from ..loads import name_load, summarise_loads
from ..numbers import Summary, known_digits, name_of, show, signed, spell
from ..summary import label_of, number_of


def describe_changes(then: Study, now: Study, person: Person, change_errors: Mapping[str, float]) -> Summary:
    """What changed from one film of a person to a later one of the same condition.

    Parameters
    ----------
    then, now
        The first and the newest.
    person
        Who is in both.
    change_errors
        Measure → error of a difference of two films of one person. [rad, m or 1]

    Returns
    -------
    dict
        ``rows`` with ``then``, ``now`` and ``change`` in words, and ``real`` where the change is more than
        error explains; ``because`` tells why the two cannot be compared, and is None where they can.
    """
    because = _why_not(then, now)
    if because is not None:
        return {"because": because, "rows": []}
    changed = compare_films(then, now, change_errors)
    return {"because": None, "rows": [*map(_row, changed), *_load_rows(then, now, person)]}


def _why_not(then: Study, now: Study) -> str | None:
    tasks = [{one.task for one in study.repetitions if one.complete} for study in (then, now)]
    if not all(tasks):
        return "one of the two films shows no whole repetition"
    return None if tasks[0] == tasks[1] else "the two films show different movements"


def _row(changed: Changed) -> Summary:
    change = changed.change
    return {
        "id": change.measure,
        "label": label_of(change.measure),
        "side": _name(change.side),
        "then": _show(changed.then),
        "now": _show(changed.now),
        "change": signed(_show(change)),
        "real": changed.real,
    }


def _name(side: Side | None) -> str | None:
    return None if side is None else name_of(side)


def _show(value: Value) -> str:
    return show(number_of(value))


def _load_rows(then: Study, now: Study, person: Person) -> Iterator[Summary]:
    """Largest loads, mean of both legs; their bands hold the true one nine times in ten."""
    told = summarise_loads((then, now), person)
    for row in told["between_films"]:
        label, unit = name_load(row["load"])
        before, after = (one["both"][row["load"]] for one in told["mean_peaks"])
        yield {
            "id": row["load"],
            "label": label,
            "side": None,
            "then": _spell(before, unit),
            "now": _spell(after, unit),
            "change": signed(_spell(row, unit)),
            "real": row["sure"],
        }


def _spell(number: Summary, unit: str) -> str:
    return spell(number, unit, known_digits(number))
