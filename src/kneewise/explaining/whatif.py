"""What changes of a squat would change → plain JSON types, and text for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..conventions import Concern, Effect
from ..model.supposed import Expected, Frontier, Today, Unfolded
from ..pipeline import Basis
from ..report.whatif import (
    CENTIMETRE,
    DEGREE,
    scaled,
    summarise_limits,
    summarise_load,
    summarise_outcome,
    summarise_tempo,
    summarise_unfolded,
)
from .repetition import render_repetition
from .telling import Explanation, capital, with_error

SCHEMA = "kneewise.whatif/1"

_COLUMNS = {
    "kneecap": Effect.PATELLOFEMORAL_FORCE,
    "knee": Effect.KNEE_MOMENT,
    "hip": Effect.HIP_MOMENT,
    "low back": Effect.LUMBAR_MOMENT,
    "ankle used": Effect.ANKLE_USED,
}
_SPARED = {Concern.KNEE: "the knee", Concern.BACK: "the low back", Concern.ANKLE: "the ankle"}
_NAME_WIDTH = 46
_STOPPED = " (out of reach)"
_PAIRS_TOLD = 3
"""So many pairs have a sentence each."""


def summarise_whatif(
    basis: Basis,
    frontier: Frontier,
    parts: Sequence[Sequence[int]] = (),
    unfolded: Sequence[Unfolded] = (),
) -> Explanation:
    """Today's squat and options beside it, in plain JSON types and display units.

    Parameters
    ----------
    basis
        The squat that was changed.
    frontier
        What came of it.
    parts
        Of each option, the numbers of the single changes in it, which come first in the same order; none
        where every option is one of its own.
    unfolded
        Whole repetitions of it, where they were followed.

    Returns
    -------
    dict
        ``today`` and ``options`` hold each effect as ``{value, sd, low, high, unit, change, change_sd,
        change_low, change_high, change_percent}``; the band holds the true number nine times in ten. ``of``
        has the numbers of the options that an option is made of, its own where it is a single change.
    """
    relative = frontier.relative
    parts = parts or [[row] for row in range(len(frontier.outcomes))]
    options = [
        {**summarise_outcome(one, relative=relative), "of": list(of)}
        for one, of in zip(frontier.outcomes, parts, strict=True)
    ]
    return {
        "schema": SCHEMA,
        "source": {"name": basis.source, "squats": basis.squats, "notes": list(basis.notes)},
        "load": summarise_load(basis.lifter.burden),
        "relative": relative,
        "body": _body(basis.today),
        "limits": summarise_limits(basis.limits),
        "today": summarise_outcome(frontier.today, relative=relative),
        "options": options,
        "repetitions": [summarise_unfolded(one, relative=relative) for one in unfolded],
        "best": list(frontier.best),
        "ranked": {concern.value: list(rows) for concern, rows in frontier.ranked.items()},
        "concern": None if basis.concern is None else basis.concern.value,
        "tests": list(dict.fromkeys(test for one in frontier.outcomes for test in one.tests)),
        "assumptions": list(frontier.assumptions),
        "statements": [f"{capital(one['change'])}: {_sentence(one)}" for one in options],
    }


def summarise_expected(expected: Sequence[Expected]) -> list[Explanation]:
    """What the ways to squat that a plan chose or left out are expected to change."""
    return [
        {
            "option": row.option,
            "name": row.name,
            "chosen": row.chosen,
            **summarise_outcome(row.outcome, relative=False),
        }
        for row in expected
    ]


def _body(today: Today) -> Explanation:
    return {
        "shank_cm": scaled(today.shank_length, CENTIMETRE),
        "thigh_cm": scaled(today.thigh_length, CENTIMETRE),
        "trunk_cm": scaled(today.trunk_length, CENTIMETRE),
        "foot_cm": scaled(today.foot_length, CENTIMETRE),
        "hips_apart_cm": scaled(today.hips_apart, 2 * CENTIMETRE),
        "ankles_apart_cm": scaled(today.ankles_apart, 2 * CENTIMETRE),
        "turn_out_deg": scaled(today.turn_out, DEGREE),
        "heel_mm": scaled(today.heel, 1000.0),
        "tempo_s": summarise_tempo(today.tempo),
    }


def render_whatif(told: Explanation) -> str:
    """The same as text: a table of today and every option, then a sentence for what is told besides."""
    order = _order(told)
    lines = [_heading(told), *(f"  {note}" for note in told["source"]["notes"]), ""]
    lines += [*_table(told, order), "", *_sentences(told, order)]
    for repetition in told["repetitions"]:
        lines += ["", *render_repetition(repetition)]
    lines += ["", *_closing(told)]
    return "\n".join(lines)


def _order(told: Explanation) -> list[int]:
    """Numbers of the options: single changes before mixtures of them, small ones first.

    Among those of one kind the best for what is to be spared comes first, what is out of reach last.
    """
    options = told["options"]
    ranked = [] if told["concern"] is None else told["ranked"][told["concern"]]
    every = [*ranked, *(row for row in range(len(options)) if row not in ranked)]
    return sorted(every, key=lambda row: len(options[row]["of"]))


def _sentences(told: Explanation, order: Sequence[int]) -> Iterator[str]:
    """Of single changes and of all together; of pairs, where there are many, those that none beats."""
    options = told["options"]
    pairs = [row for row in order if 1 < len(options[row]["of"]) < len(options[order[-1]]["of"])]
    quiet = set(pairs) - set(told["best"]) if len(pairs) > _PAIRS_TOLD else set()
    for number, row in enumerate(order, 1):
        if row not in quiet:
            yield f"{number} {capital(options[row]['change'])}: {_sentence(options[row])}"
    if quiet:
        yield "Of the pairs, those are told that nothing here beats at kneecap, low back and ankle at once."


def _heading(told: Explanation) -> str:
    source, load, today = told["source"], told["load"], told["today"]
    count = source["squats"]
    seen = f", {count} squat{'s' * (count != 1)}" if count else ""
    carried = f"{load['mass_kg']:g} kg, {load['bar']}" if load["mass_kg"] else "no load"
    shin, trunk, thigh = (today[name]["value"] for name in ("shin", "trunk", "thigh"))
    return (
        f"Today: {source['name']}{seen}, {carried}. At the lowest point thighs at {thigh:.0f}° "
        f"(90° is level), shins at {shin:.0f}°, trunk at {trunk:.0f}° from upright."
    )


def _table(told: Explanation, order: Sequence[int]) -> Iterator[str]:
    """A row of values for today, and a row of changes for each option."""
    today = told["today"]
    keys = [effect.name.lower() for effect in _COLUMNS.values()]
    heads = [f"{head}, {today[key]['unit']}" for head, key in zip(_COLUMNS, keys, strict=True)]
    rows = [["each leg; the low back once", *heads], ["today", *(_spread(today[key]) for key in keys)]]
    numbers = {row: number for number, row in enumerate(order, 1)}
    for row, number in numbers.items():
        option = told["options"][row]
        name = _name(option, numbers)
        mark = "" if option["reachable"] else _STOPPED
        rows.append([f"{number} {name}{mark}", *(_change(option[key]) for key in keys)])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for first, *others in rows:
        cells = [first.ljust(widths[0]), *(c.rjust(w) for c, w in zip(others, widths[1:], strict=True))]
        yield "  ".join(cells).rstrip()


def _name(option: Mapping[str, Any], numbers: Mapping[int, int]) -> str:
    """Of a single change in words, of a mixture by the numbers of its parts."""
    if len(option["of"]) > 1:
        return f"= {' + '.join(str(one) for one in sorted(numbers[part] for part in option['of']))}"
    name, width = option["change"], _NAME_WIDTH - (0 if option["reachable"] else len(_STOPPED))
    return name if len(name) <= width else f"{name[: width - 1]}…"


def _spread(number: Mapping[str, Any]) -> str:
    return with_error(number["value"], number["sd"], "")


def _change(number: Mapping[str, Any]) -> str:
    return with_error(number["change"], number["change_sd"], "+")


def _sentence(option: Explanation) -> str:
    """What an option gains and costs, or what stops it and what would do."""
    if option["reachable"] or not option["because"]:
        return str(option["says"])
    return f"Out of reach today. {option['because']}"


def _closing(told: Explanation) -> Iterator[str]:
    yield "± holds the true number 95 times in 100; of a change it is the error of the change itself."
    if told["concern"] is not None:
        yield f"In the order for who wants to spare {_SPARED[Concern(told['concern'])]}."
    if told["tests"]:
        yield "The knee-to-wall test would make this surer: --wall-cm LEFT RIGHT, or in the case."
    yield from told["assumptions"]
    yield from dict.fromkeys(said for one in told["repetitions"] for said in one["assumptions"])
