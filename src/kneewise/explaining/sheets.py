"""What a case means → two sheets to hand out: in plain words for the client, with numbers for a colleague.

Neither names what the matter is; where somebody should look first, neither has a plan.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..conventions import SURE
from ..model import Analysis, Asking, Case, Tested
from ..report import PURPOSE, show, summarise_loads, tell_date
from ..report.numbers import known_digits, spell
from .page import tell_case
from .telling import Told, capital, headline_of

_NO_NAME = (
    "These are answers, tests, and measurements of films with their errors. They give no name for the "
    "problem, and cannot rule out a serious one."
)
_LOADS = {
    "patellofemoral_force": "Force behind the kneecap",
    "knee_moment": "Knee moment",
    "hip_moment": "Hip moment",
    "ankle_moment": "Ankle moment",
}
_UNITS = {"nm": "N·m", "n": "N", "bw": "body weights", "nm_per_kg": "N·m/kg"}
_WORTH = ("strong", "likely", "possible")
_MOST_FACTORS, _MOST_EXERCISES = 3, 8

Sheet = dict[str, Any]
"""`title`, `about`, `lead`, `parts` with a `heading` and `lines` or a `table`, and `foot`; in plain types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a sheet is made for.

    Attributes
    ----------
    name : of the client.
    on : the day.
    consent : how consents stand, in a sentence.
    since : what changed since last time, in sentences.
    """

    name: str
    on: date
    consent: str = ""
    since: tuple[str, ...] = ()


def sheet_for_client(told: Told, occasion: Occasion) -> Sheet:
    """One page in plain words: what comes first, what may contribute, what to do, when to stop.

    Parameters
    ----------
    told
        As `explain` makes it.
    occasion
        For whom, and when.
    """
    parts = [*_first(told)] if _is_stopped(told) else [*_going_on(told, occasion)]
    return {
        "title": occasion.name,
        "about": tell_date(occasion.on),
        "lead": headline_of(told["screening"]),
        "parts": [part for part in parts if part["lines"]],
        "foot": f"{capital(PURPOSE)} It cannot rule out a serious problem: see a clinician if you worry.",
    }


def _is_stopped(told: Told) -> bool:
    return told["plan"] is None or bool(told["plan"]["waits_for"])


def _first(told: Told) -> Iterator[Sheet]:
    screening = told["screening"]
    yield _lines("What was said", [row["says"] for row in screening["reasons"] if row["tier"] != "go"])
    yield _lines("What to do", list(screening["statements"]))


def _going_on(told: Told, occasion: Occasion) -> Iterator[Sheet]:
    plan = told["plan"]
    factors = [row for row in told["factors"] if row["band"] in _WORTH and row["for"]][:_MOST_FACTORS]
    yield _lines("Heed this first", plan["heed"])
    yield _lines("Since last time", occasion.since)
    yield _lines(
        "What may contribute, to try first",
        [f"{capital(row['label'])}: {row['band']}. {row['for'][0]['says']}" for row in factors],
    )
    yield _lines(
        f"Your squat today: {plan['technique']['name']}",
        [plan["technique"]["cue"], plan["technique"]["because"]],
    )
    rows = plan["phases"][0]["rows"][:_MOST_EXERCISES]
    yield _lines("Your exercises", [f"{row['name']}: {row['dose']}, {row['when']}." for row in rows])
    yield _lines("Move on when", plan["phases"][0]["exit"])
    yield _lines(
        "Pain while training, 0 to 10",
        [f"{capital(row['colour'])}: {row['during']}. {row['then']}" for row in plan["programme"]["lights"]],
    )
    yield _lines("When to stop", plan["programme"]["stop"])


def sheet_for_colleague(analysis: Analysis, told: Told, asking: Asking, occasion: Occasion) -> Sheet:
    """Numbers with their errors, tests, what films show, loads, answers, and the consent.

    Parameters
    ----------
    analysis
        As `understand` makes it.
    told
        As `explain` makes it of that.
    asking
        Names of tests.
    occasion
        For whom, and when.
    """
    case = analysis.case
    parts: list[Sheet] = [
        _lines("Consent", [occasion.consent]),
        _lines("Why to look", [row["says"] for row in told["screening"]["reasons"] if row["tier"] != "go"]),
        _lines("Since last time", occasion.since),
        _tests(case, asking),
        *_films(told),
        _loads(analysis),
        _factors(told),
        *_plan(told),
        *(_lines(heading, lines) for heading, lines in tell_case(case, asking)),
    ]
    return {
        "title": occasion.name,
        "about": f"For a colleague, {tell_date(occasion.on)}",
        "lead": headline_of(told["screening"]),
        "parts": [part for part in parts if part["lines"] or part["table"]],
        "foot": _NO_NAME,
    }


def _tests(case: Case, asking: Asking) -> Sheet:
    known = {test.id: test for test in asking.tests}
    rows = [
        [known[one.id].name, "" if one.side is None else one.side.name.lower(), _value(one, asking)]
        for one in case.tests
        if one.id in known
    ]
    return _table("Self-tests", ["Test", "Side", "Value ± 1.96 sd"], rows)


def _value(one: Tested, asking: Asking) -> str:
    test = next(row for row in asking.tests if row.id == one.id)
    sd = one.sd or test.sem
    if isinstance(one.value, bool) or not isinstance(one.value, int | float) or sd is None:
        return asking.label(one.id, one.value)
    return f"{one.value:g} ± {SURE * sd:.1f} {test.unit}"


def _films(told: Told) -> Iterator[Sheet]:
    rows = [
        [row["film"], row["says"] + (f" ({row['side']})" if row["side"] else ""), show(row),
         "yes" if row["sure"] else "no"]
        for row in told.get("filmed", ())
    ]  # fmt: skip
    yield _table("What films show", ["Film", "Finding", "Value ± 1.96 sd", "Beyond the error"], rows)
    unmeasured = dict.fromkeys(f"{row['film']}: {row['because']}." for row in told.get("unmeasured", ()))
    yield _lines("What films could not tell", list(unmeasured))


def _loads(analysis: Analysis) -> Sheet:
    summary = summarise_loads(analysis.studies, analysis.case.person)
    rows = [
        [analysis.studies[film["film"]].trial.name, label, side, _load(film[side], name)]
        for film in summary["mean_peaks"]
        for name, label in _LOADS.items()
        for side in ("left", "right")
        if _load(film[side], name)
    ]
    return _table("Largest loads, mean over repetitions", ["Film", "Load", "Side", "5 to 95 %"], rows)


def _load(leg: Mapping[str, Any], name: str) -> str:
    for key, number in leg.items():
        unit = key.removeprefix(f"{name}_")
        if unit in _UNITS and number is not None:
            return spell(number, _UNITS[unit], known_digits(number))
    return ""


def _factors(told: Told) -> Sheet:
    rows = [
        [capital(row["label"]), row["band"], " ".join(one["says"] for one in row["for"][:2]), row["grade"]]
        for row in told["factors"]
        if row["band"] in _WORTH
    ]
    return _table("Contributing factors to try first", ["Factor", "Band", "For it", "Grade"], rows)


def _plan(told: Told) -> Iterator[Sheet]:
    plan = told["plan"]
    if plan is None:
        return
    waits = len(plan["waits_for"])
    yield _lines(
        "Plan",
        [
            *([f"It waits: {waits} questions are open that could stop it."] if waits else []),
            f"{plan['programme']['name']}; squat today: {plan['technique']['name']}.",
            *(f"Added: {row['name']}. {row['why']}" for row in plan["add_ons"]),
            *(f"{phase['name']} ends when: {' '.join(phase['exit'])}" for phase in plan["phases"]),
        ],
    )


def _lines(heading: str, lines: Sequence[str]) -> Sheet:
    return {"heading": heading, "lines": [line for line in lines if line], "columns": [], "table": []}


def _table(heading: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Sheet:
    return {"heading": heading, "lines": [], "columns": list(columns), "table": [list(row) for row in rows]}
