"""Case → a page for the clinician: what was said, since when, and why kneewise stopped; no name for it."""

from importlib.resources import files
from typing import Any

import jinja2

from ..model import Asking, Case, Referral, Tier
from ..screening import conclude, screen

_WITHIN = {
    Tier.EMERGENCY: "now",
    Tier.URGENT: "today or tomorrow",
    Tier.REFER: "within one to two weeks, before loading",
}
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
    end = conclude(case, screening, asking)
    told = list(end.told) if isinstance(end, Referral) else []
    reasons = [f"{reason.says}{_since(reason.checkin)}" for reason in screening.reasons]
    tests = [
        f"{asking.asked[one.id].text} {asking.label(one.id, one.value)}"
        + ("" if one.side is None else f" ({one.side.name.lower()})")
        for one in case.tests
    ]
    parts = [
        ("Why this page", reasons),
        ("What was answered", [f"{q} {a}" for q, a in _ordered(told, asking)]),
    ]
    return {
        "title": "For the clinician: answers about a sore knee",
        "made": f"Answered by the person themselves, with kneewise, printed on {made}.",
        "asked_for": f"Please look at this knee {_WITHIN.get(screening.tier, 'when it suits')}.",
        "parts": [part for part in [*parts, ("Measured at home", tests)] if part[1]],
        "note": "These are answers and counts, not findings of an examination, and no name for the problem. "
        "kneewise gives no training plan until a clinician has looked.",
    }


def _since(checkin: str) -> str:
    return f" (since the check-in of {checkin})" if checkin else ""


def _ordered(told: list[tuple[str, str]], asking: Asking) -> list[tuple[str, str]]:
    """What a clinician asks first comes first."""
    first = [asking.asked[name].text for name in _FIRST]
    return sorted(told, key=lambda row: first.index(row[0]) if row[0] in first else len(first))


def _read(name: str) -> str:
    return files("kneewise").joinpath("templates", name).read_text(encoding="utf-8")
