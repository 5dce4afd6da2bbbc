"""The summary → text for a terminal, and a page of Markdown with the drawings beside it. Pure."""

import textwrap
from collections.abc import Iterable
from typing import Any

from .markdown import head, paragraphs, pictures, tell_run
from .tables import make_tables

CAVEAT = (
    "Do not read an absolute accuracy better than 3 to 5° out of synthetic people: where a joint centre "
    "lies is a matter of definition, and plausible definitions move the mean absolute error of one and "
    "the same measurement by {bands}. What these numbers can tell: bias that differs between views, "
    "noise, coverage, repetitions, sensitivity to camera, clothes and fault, and what differs between "
    "sessions."
)
_NAMES = {
    "knee_flexion": "knee bend",
    "hip_flexion": "hip bend",
    "trunk_inclination": "trunk lean",
    "shank_inclination": "shin angle",
}


def render_text(summary: dict[str, Any]) -> str:
    """Everything as tables to read in a terminal."""
    tables = make_tables(summary)
    notes = [note for note in dict.fromkeys(table.note for table in tables) if note]
    parts = [f"{tell_run(summary['made'])}\n{_found(summary)}", *(table.as_text() for table in tables)]
    return "\n\n".join([*parts, *(textwrap.fill(note, 110) for note in (*notes, caveat(summary)))])


def render_page(summary: dict[str, Any], drawings: Iterable[tuple[str, str]]) -> str:
    """A page of Markdown.

    Parameters
    ----------
    summary
        As `summarise` makes it.
    drawings
        Title and place, as seen from the page, of every drawing.
    """
    lines = [
        *head(f"Accuracy: {_subject(summary)}", summary["made"], _found(summary)),
        *paragraphs(caveat(summary)),
        *pictures(drawings),
    ]
    noted: set[str] = set()
    for table in make_tables(summary):
        lines.append(table.as_markdown(with_note=table.note not in noted))
        noted.add(table.note)
    return "\n".join(lines)


def caveat(summary: dict[str, Any]) -> str:
    """What the numbers cannot tell."""
    bands = summary["definition_band_deg"]
    return CAVEAT.format(
        bands=", ".join(f"{low:g}–{high:g}° ({_NAMES[name]})" for name, (low, high) in bands.items())
    )


def _subject(summary: dict[str, Any]) -> str:
    given = all(row["set"] == "given" for row in summary["clips"])
    return "films with a truth of their own" if given else "synthetic people"


def _found(summary: dict[str, Any]) -> str:
    """How many clips and repetitions were measured at all."""
    rows = [*summary["clips"], *summary["retest_clips"]]
    known = [row for row in rows if row["repetitions"] is not None]
    true, found = (sum(row[name] for row in known) for name in ("repetitions", "repetitions_found"))
    refused = [row for row in rows if row["refused"]]
    named = [row for row in rows if row["view_known"]]
    repetitions = f", {found} of {true} repetitions found" if known else ""
    right = sum(row["view"] == row["view_measured"] for row in named)
    views = f", the view named right in {right} of {len(named)}" if named else ""
    return f"{len(rows) - len(refused)} of {len(rows)} clips measured{repetitions}{views}."
