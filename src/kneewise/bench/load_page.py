"""The summary of loads → text for a terminal, and a page of Markdown. Pure."""

import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from .engine_speed import render_engines
from .load_summary import INSIDE, MISSING, OUTSIDE
from .markdown import fenced, head, paragraphs, pictures, table, tell_run
from .verdicts import EXACT_TOLERANCE, RATIO_TOLERANCE

_WIDTH = 100
_MARKS = {INSIDE: "✓", OUTSIDE: "✗", MISSING: "–"}
RULE = (
    "Inside means: an absolute number within one published sd of the published mean, or within the published "
    f"range; a ratio, or a mean without a published sd, within {RATIO_TOLERANCE:.0%}; a sign or an order as "
    f"published; what mechanics makes equal, to {EXACT_TOLERANCE:g}. The sd of ours is what is unknown of a "
    "body at an exactly known posture. Inputs that a study does not state are estimates by one rule: centre "
    "of pressure 5 cm ahead of the ankle, a shin that leans in proportion to the thigh, trunk from balance."
)
CAVEAT = (
    "Most studies publish means of loads without the postures. A row that is inside shows that the same "
    "physics and a plausible posture give the published number, not that a single person's number is right; "
    "what a film gets wrong comes on top. Signs and orders hang least on the estimates, absolute numbers "
    "most."
)


def render_load_text(summary: dict[str, Any]) -> str:
    """Every row with what was published, what we get, and why."""
    parts = [tell_run(summary["made"]), _found(summary)]
    for study, rows in groupby(summary["rows"], key=lambda row: row["study"]):
        parts.append("\n".join([study, *(_row_text(row) for row in rows)]))
    parts += [textwrap.fill(note, _WIDTH) for note in (RULE, CAVEAT)]
    parts += [render_recording(recording) for recording in summary["recordings"]]
    return "\n\n".join([*parts, *([render_engines(summary["speed"])] if summary["speed"] else [])])


def render_recording(recording: dict[str, Any]) -> str:
    """One recording with plates, a line for each of its checks."""
    lines = [f"{recording['name']}: from markers alone, against force plates"]
    for check in recording["checks"]:
        if check["inside"] is None:
            lines.append(f"  {_MARKS[MISSING]} {check['label']}: no such frames")
            continue
        mark = _MARKS[INSIDE if check["inside"] else OUTSIDE]
        found = f"{check['value']:.1f} {check['unit']} over {check['frames']} frames"
        lines.append(f"  {mark} {check['label']}: {found}; asked for {check['limit']:g}")
    return "\n".join(lines)


def _row_text(row: dict[str, Any]) -> str:
    head = textwrap.fill(
        row["condition"], _WIDTH, initial_indent=f"  {_MARKS[row['verdict']]} ", subsequent_indent=" " * 4
    )
    numbers = f"published {row['published_words']}"
    if row["ours_words"]:
        numbers += f"; ours {row['ours_words']}"
    if row["verdict"] == MISSING:
        return f"{head}\n{_indent(numbers + '; ' + row['why'])}"
    why = f"{row['verdict']}: {row['why']}."
    doubt = f" {row['confounds']}" if row["verdict"] == OUTSIDE else ""
    return f"{head}\n{_indent(numbers)}\n{_indent(why + doubt)}"


def _indent(words: str) -> str:
    return textwrap.fill(words, _WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6)


def render_load_page(summary: dict[str, Any], drawings: Iterable[tuple[str, str]]) -> str:
    """A page of Markdown.

    Parameters
    ----------
    summary
        As `summarise_loads` makes it.
    drawings
        Title and place, as seen from the page, of every drawing.
    """
    rows = summary["rows"]
    reproduced = [row for row in rows if row["verdict"] != MISSING]
    lines = [
        *head("Loads: published measurements against ours", summary["made"], _found(summary)),
        *paragraphs(RULE, CAVEAT),
        *pictures(drawings),
        *_reproduced(reproduced),
        *_not_reproduced([row for row in rows if row["verdict"] == MISSING]),
        *_grounds(reproduced),
    ]
    if summary["recordings"]:
        shown = "\n\n".join(render_recording(recording) for recording in summary["recordings"])
        lines += [*paragraphs("## Recordings with force plates"), *fenced(shown)]
    if summary["speed"]:
        lines += [*paragraphs("## Speed"), *fenced(render_engines(summary["speed"]))]
    return "\n".join(lines)


def _reproduced(rows: Sequence[dict[str, Any]]) -> list[str]:
    names = ("study", "condition", "published", "ours", "verdict", "why")
    return [*paragraphs("## Reproduced"), *table(names, map(_reproduced_row, rows))]


def _reproduced_row(row: dict[str, Any]) -> tuple[str, ...]:
    verdict = row["verdict"] if row["verdict"] == INSIDE else f"**{row['verdict']}**"
    doubt = f". {row['confounds']}" if row["verdict"] == OUTSIDE else ""
    return (
        row["study"],
        row["condition"],
        row["published_words"],
        row["ours_words"],
        verdict,
        row["why"] + doubt,
    )


def _not_reproduced(rows: Sequence[dict[str, Any]]) -> list[str]:
    cells = ((row["study"], row["condition"], row["published_words"], row["why"]) for row in rows)
    return [*paragraphs("## Not reproduced"), *table(("study", "condition", "published", "why"), cells)]


def _grounds(rows: Sequence[dict[str, Any]]) -> list[str]:
    """What each row is made of, what may differ, and where it was published."""
    names = ("row", "kind", "inputs", "what may differ", "source", "checked", "grade")
    told = ("kind", "inputs", "confounds", "source", "checked", "grade")
    cells = ((f"`{row['id']}`", *(row[key] for key in told)) for row in rows)
    return [*paragraphs("## What each row rests on"), *table(names, cells)]


def _found(summary: dict[str, Any]) -> str:
    counts = summary["counts"]
    return (
        f"{counts['reproduced']} of {counts['rows']} published results reproduced: "
        f"{counts['inside']} inside, {counts['outside']} outside; "
        f"{counts['not_reproduced']} cannot be reproduced."
    )
