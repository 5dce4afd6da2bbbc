"""What is told of a case → headed lines in plain words, the same for terminal, page and JSON."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..conventions import SURE, Band
from ..model import Tier
from .words import HEADLINES, UNFINISHED

Explanation = dict[str, Any]
"""Plain JSON types."""
Told = Mapping[str, Any]
"""What `explain` makes."""

_MOST = 3
"""Reasons named for each factor; all of them are in the JSON."""
_WHOLE = 2.0
"""Errors from here on are told without decimals, and so is what they are of."""
_WORTH_A_LINE = (Band.STRONG, Band.LIKELY, Band.POSSIBLE)


def render_explanation(told: Told) -> str:
    """What a case means, as text for a terminal."""
    screening = told["screening"]
    lines = [headline_of(screening), ""]
    shown = [f"- {row['says']}" for row in screening["reasons"] if Tier(row["tier"]) is not Tier.GO]
    lines += [*shown, ""] if shown else []
    lines += [*screening["statements"], *_commands(screening)]
    for heading, rows in sections_of(told):
        lines += ["", heading, *(f"  {row}" for row in rows)]
    return "\n".join(lines)


def _commands(screening: Told) -> Iterator[str]:
    """How what was said is done in a terminal; pages have buttons for it."""
    tier = Tier(screening["tier"])
    if tier is Tier.EMERGENCY:
        return
    if tier.refers:
        yield "kneewise explain CASE --page FILE writes the page to take along."
    for one in screening["ask_again"]:
        yield f"To answer again in the case: {', '.join(one['questions'])}."
    if screening["unasked"]:
        yield f"kneewise questions CASE asks what is open: {', '.join(screening['unasked'])}."


def sections_of(told: Told) -> Iterator[tuple[str, list[str]]]:
    """Headed lines about factors, the next test, the plan and what could not be told; none of a referral."""
    if told["plan"] is None:
        return
    parts = {
        "Contributing factors to try first": [*_factors(told["factors"])],
        "What each way of squatting changed": [*_tried(told["tried"])],
        "What to do next": [*_next(told)],
        "Your plan in short": [*_plan(told["plan"])],
        "What this is expected to change in your body": [*_expected(told["whatif"])],
        "What was foretold, and what came": [*_foretold(told["foretold"])],
        "What the films could not tell": [*_unmeasured(told["unmeasured"])],
    }
    yield from ((heading, lines) for heading, lines in parts.items() if lines)


def headline_of(screening: Told) -> str:
    """The one sentence of a screening; that nothing stops is said only once everything was asked."""
    tier = Tier(screening["tier"])
    if not tier.refers and (screening["unasked"] or screening["ask_again"]):
        return UNFINISHED
    return HEADLINES[tier]


def _factors(factors: Sequence[Told]) -> Iterator[str]:
    shown = [row for row in factors if row["for"] and Band(row["band"]) in _WORTH_A_LINE]
    if not shown:
        yield "Nothing that was looked at stands out. The general plan suits most knees."
    for row in shown:
        yield f"{capital(row['label'])}: {row['band']}."
        yield from _reasons("For it", row["for"])
        yield from _reasons("Against it", row["against"])
        if row["would_change"]:
            first = row["would_change"][0]
            yield f"  It would be {first['band']} after this: {first['says']}"
    hidden = [row["label"] for row in factors if Band(row["band"]) is Band.NOT_LOOKED_AT]
    if hidden:
        yield f"Not looked at yet: {'; '.join(hidden)}."


def _reasons(how: str, rows: Sequence[Told]) -> Iterator[str]:
    if rows:
        yield f"  {how}: {' '.join(row['says'] for row in rows[:_MOST])}"


def _tried(rows: Sequence[Told]) -> Iterator[str]:
    for row in rows:
        changes = [*row["changes"], *row["loads"]]
        sure = [_change(one) for one in changes if one["sure"]]
        parts = [*_pain(row["pain"]), *sure]
        if changes and not sure:
            parts.append("no change of movement or load that is more than the error")
        if parts:
            yield f"{capital(row['name'])}: {'; '.join(parts)}."


def _pain(pain: Told | None) -> Iterator[str]:
    if pain is not None and pain["in"] is not None:
        before = "" if pain["before"] is None else f"from {pain['before']:g} to "
        back = "" if pain["back"] is None else f", {pain['back']:g} in the usual squat again"
        yield f"pain {before}{pain['in']:g} of 10{back}"


def _change(row: Told) -> str:
    error = SURE * row["sd"]
    digits = 0 if error >= _WHOLE else 1
    side = f" ({row['side']})" if row.get("side") else ""
    value = f"{row['value']:+.{digits}f}".replace("-", "−")
    return f"{row['label']}{side} {value} ± {error:.{digits}f} {row['unit']}"


def _next(told: Told) -> Iterator[str]:
    test = told["next_test"]
    if test is None:
        yield "No further test is likely to change the plan."
        return
    unit = "minute" if test["minutes"] == 1 else "minutes"
    yield f"{test['name']}, about {test['minutes']:g} {unit}, would tell most for the plan."
    yield from test["how"]


def _plan(plan: Told) -> Iterator[str]:
    if plan["waits_for"]:
        yield "It waits for the open questions: their answers could stop it."
    yield f"{plan['programme']['name']}."
    yield f"Your squat today: {plan['technique']['name']}. {plan['technique']['because']}"
    for row in plan["add_ons"]:
        yield f"Added: {row['name']}. {row['why']}"
    for row in plan["withheld"]:
        yield f"Not now: {row['what']}. {row['because']}"


def _expected(rows: Sequence[Told]) -> Iterator[str]:
    """What each way to squat would change, worked out from the film, the chosen one first."""
    for row in sorted(rows, key=lambda row: not row["chosen"]):
        when = "today" if row["chosen"] else "not now"
        stopped = not row["reachable"] and row["because"]
        says = f"Out of reach. {row['because']}" if stopped else row["says"]
        yield f"{capital(row['name'])}, {when}: {says}"
    if rows:
        yield "Worked out for the lowest point, not measured: a film of the change beats it."


def _foretold(told: Told) -> Iterator[str]:
    """Each load of each way to squat that was filmed, then how often predictions came true."""
    for row in told["scores"]:
        yield f"{capital(row['name'])}. {row['says']}"
    if told["says"] is not None:
        yield told["says"]


def _unmeasured(rows: Sequence[Told]) -> Iterator[str]:
    """Whole films; what one view cannot show, another usually does."""
    missed = [row for row in rows if row["what"] == "repetitions"]
    yield from dict.fromkeys(f"{capital(row['because'])}. Try: {row['remedy']}." for row in missed)


def capital(words: str) -> str:
    """With a large first letter."""
    return words[:1].upper() + words[1:]


def with_error(value: float | None, sd: float | None, sign: str) -> str:
    """A number with what holds the true one 95 times in 100, in digits that are known."""
    if value is None or sd is None:
        return "–"
    reach = SURE * sd
    digits = 1 - math.floor(math.log10(reach)) if reach > 0 else 1
    shown = [
        f"{round(value, digits) + 0.0:{sign}.{max(digits, 0)}f}",
        f"{round(reach, digits):.{max(digits, 0)}f}",
    ]
    return " ± ".join(shown).replace("-", "−")
