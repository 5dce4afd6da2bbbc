"""Case → a page for the clinician: what was said and denied, and why kneewise stopped; no name for it."""

from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any

import jinja2

from ..model import LOOKED_BY, Asking, Case, Facts, Question, Tier
from ..screening import is_denied, screen, tell_answers

_WITHIN = {
    Tier.EMERGENCY: "now",
    Tier.URGENT: "today or tomorrow",
    Tier.REFER: "within one to two weeks, before loading",
}
_NOTE = "These are answers and counts, not findings of an examination, and no name for the problem."
_NO_PLAN = " kneewise gives no training plan until a clinician has looked."
_UNASKED = "Not asked yet"
_FIRST = ("age", "weeks", "injury", "onset", "painful_side", "knee_map", "worst_pain")
"""What a clinician asks first: who, since when, how it began, where, how much."""


def render_page(case: Case, asking: Asking, made: str) -> str:
    """One HTML page that needs nothing else.

    Parameters
    ----------
    case
        As `read_case` makes it.
    asking
        The tables.
    made
        The day, for the head of the page.
    """
    loader = jinja2.FunctionLoader(_read)
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.get_template("clinician.html.j2").render(**_content(case, asking, made))


def render_page_text(case: Case, asking: Asking, made: str) -> str:
    """The same as plain text."""
    content = _content(case, asking, made)
    lines = [content["title"], content["made"], "", content["asked_for"], ""]
    for heading, rows in content["parts"]:
        lines += [heading, *(f"  {row}" for row in rows), ""]
    return "\n".join([*lines, content["note"]]) + "\n"


def _content(case: Case, asking: Asking, made: str) -> dict[str, Any]:
    screening = screen(case, asking)
    refers = screening.tier.refers
    reasons = [
        f"{reason.says}{_since(reason.checkin)}"
        for reason in screening.reasons
        if reason.tier.refers == refers
    ]
    tests = [
        f"{asking.asked[one.id].text} {asking.label(one.id, one.value)}"
        + ("" if one.side is None else f" ({one.side.name.lower()})")
        for one in case.tests
    ]
    answered, looked, taken_back, *others = tell_case(case, asking)
    parts = [("Why this page", reasons), answered, looked, taken_back, ("Measured at home", tests), *others]
    if screening.tier is Tier.EMERGENCY:
        parts = [part for part in parts if part[0] != _UNASKED]
    return {
        "title": "For the clinician: answers about a sore knee",
        "made": f"Answered by the person themselves, with kneewise, printed on {made}.",
        "asked_for": f"Please look at this knee {_WITHIN.get(screening.tier, 'when it suits')}.",
        "parts": [part for part in parts if part[1]],
        "note": _NOTE + (_NO_PLAN if refers else ""),
    }


def tell_case(case: Case, asking: Asking) -> list[tuple[str, list[str]]]:
    """What was answered, looked at, taken back, denied, not asked yet: headings, some without lines.

    Parameters
    ----------
    case
        As `read_case` makes it.
    asking
        The tables.
    """
    facts = case.moments[-1]
    return [
        ("What was answered", [*_who(case), *(f"{q} {a}" for q, a in _ordered(facts, asking))]),
        ("Looked at since, as the person says", [*_looked(case)]),
        ("Taken back as pressed by mistake", [*_taken_back(case, asking)]),
        ("Asked, and answered with no", _in_short(_denied(facts, asking))),
        (_UNASKED, _in_short(_unasked(facts, asking))),
    ]


def _since(checkin: str) -> str:
    return f" (since the check-in of {checkin})" if checkin else ""


def _who(case: Case) -> Iterator[str]:
    if case.person.sex is not None:
        yield {"f": "Female.", "m": "Male."}[case.person.sex.value]


def _looked(case: Case) -> Iterator[str]:
    for one in case.checkins:
        if one.looked is not None:
            yield f"{LOOKED_BY[one.looked.by]} looked, and said that squats are fine ({one.looked.date})"


def _taken_back(case: Case, asking: Asking) -> Iterator[str]:
    for one in case.taken_back:
        yield f"{asking.asked[one.question].text} {asking.label(one.question, one.answer)} ({one.date})"


def _ordered(facts: Facts, asking: Asking) -> list[tuple[str, str]]:
    """What a clinician asks first comes first."""
    first = [asking.asked[name].text for name in _FIRST]
    told = tell_answers(facts, asking)
    return sorted(told, key=lambda row: first.index(row[0]) if row[0] in first else len(first))


def _denied(facts: Facts, asking: Asking) -> Iterator[Question]:
    """What was asked for and is not there: what is absent weighs, too."""
    return (one for one in asking.questions if one.id in facts and is_denied(facts[one.id]))


def _unasked(facts: Facts, asking: Asking) -> Iterator[Question]:
    """Also what could not make it more urgent any more: who looks must not take it for a no."""
    return (
        one
        for one in asking.questions
        if one.id not in facts and one.makes_sense(facts) and not one.checkin_only
    )


def _in_short(questions: Iterable[Question]) -> list[str]:
    """Warning signs among them in one row, so that the page stays one page."""
    row = "; ".join(one.short for one in questions if one.short)
    return [f"{row[0].upper()}{row[1:]}."] if row else []


def _read(name: str) -> str:
    return files("kneewise").joinpath("templates", name).read_text(encoding="utf-8")
