"""The summary of published changes → text for the terminal, a page of Markdown and a drawing. Pure."""

import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from ..knowledge.changes import Kind
from .drawing import FAINT, INK, Axis, line, text, wrap
from .whatif import SIZE_TOLERANCE, SURE
from .whatif_speed import ASKED
from .whatif_summary import INSIDE

_WIDTH = 100
_MARKS = {True: "✓", False: "✗"}
RULE = (
    "Inside means: a change within one published standard deviation, or within the published range; where "
    f"no spread was published, within {SIZE_TOLERANCE:.0%} of the published change; where only the sign is "
    f"known, of that sign in {SURE:.0%} of our people. A row is inside when all its findings are. As many "
    "people are drawn as were measured, with their mean and spread of height and mass; only what the study "
    "changed is wished for. The ± of ours is the standard deviation that the what-if states for one person."
)
CAVEAT = (
    "Postures are hardly ever published: where a study is silent the table's rules stand in, made before the "
    "first comparison. A row that informed a habit is no test of it, and is marked. Sizes that are inside "
    "show that the physics and a plausible answer give the published number, not that one person will answer "
    "like that."
)
REHEARSAL = (
    "Synthetic people film their squat, make the change, and film again. Their bodies are not the likeliest "
    "one; they obey a wish within 2°, their weight moves by 0.03 of the foot where nobody thought of it, and "
    "what the wish leaves open they do in another way than the what-if takes for granted. How far they stray "
    "is the same estimate as the what-if's own: these rows test how errors add up, not that estimate. Films "
    "show true angles with the errors of `knowledge/repeatability.csv` (from the side). *Films inside*: the "
    "films show something within the foretold band and their own error. *Truth inside*: the true change lies "
    "in the foretold band. Both should be 90 %. *More or less* counts where the films could tell, and the "
    "prediction had the sign right or wrong."
)


def render_changes_text(summary: dict[str, Any]) -> str:
    """Every row with what was published and what we get."""
    parts = [_heading(summary), _found(summary)]
    for study, rows in groupby(summary["rows"], key=lambda row: row["study"]):
        parts.append("\n".join([study, *(_row_text(row) for row in rows)]))
    parts += [textwrap.fill(note, _WIDTH) for note in (RULE, CAVEAT)]
    parts.append("\n".join(_rehearsal_text(summary["rehearsal"])))
    parts.append("\n".join(_speed_text(summary["speed"])))
    return "\n\n".join(parts)


def _row_text(row: dict[str, Any]) -> str:
    mark = _MARKS[row["verdict"] == INSIDE]
    head = textwrap.fill(row["condition"], _WIDTH, initial_indent=f"  {mark} ", subsequent_indent=" " * 4)
    lines = [head]
    for one in row["findings"]:
        told = f"{one['measure']}: published {one['published_words']}, ours {one['ours_words']}"
        lines.append(f"      {_MARKS[one['verdict'] == INSIDE]} {told}")
    if row["verdict"] != INSIDE:
        lines.append(
            textwrap.fill(row["confounds"], _WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6)
        )
    return "\n".join(lines)


def _rehearsal_text(rows: Sequence[dict[str, Any]]) -> list[str]:
    lines = ["Synthetic people who film a change: films inside, truth inside; should be 90 %"]
    for row in rows:
        name = f"{row['trial']}, {row['effect']}"
        lines.append(f"  {name:44s} {row['inside']:4.0%} {row['holds']:5.0%}  of {row['count']}")
    return lines


def _speed_text(rows: Sequence[dict[str, Any]]) -> list[str]:
    lines = [f"Milliseconds on one core, median and longest; {1000 * ASKED:.0f} are asked for"]
    for row in rows:
        lines.append(f"  {row['question']:48s} {1000 * row['median_s']:5.0f} {1000 * row['longest_s']:5.0f}")
    return lines


def render_changes_page(summary: dict[str, Any], drawings: Iterable[tuple[str, str]]) -> str:
    """A page of Markdown.

    Parameters
    ----------
    summary
        As `summarise_changes` makes it.
    drawings
        Title and place, as seen from the page, of every drawing.
    """
    shown = [part for title, place in drawings for part in (f"![{title}]({place})", "")]
    return "\n".join(
        [
            *_opening(summary),
            *shown,
            *_changes(summary),
            *_loop(summary),
            *_speed(summary),
            *_grounds(summary),
        ]
    )


def _opening(summary: dict[str, Any]) -> list[str]:
    made = summary["made"]
    return [
        "# What-if: published changes of squats against ours",
        "",
        "Made by",
        "",
        "```",
        made["command"],
        "```",
        "",
        f"on {made['date']} with {_heading(summary)}, table version {summary['version']}. Do not edit: run "
        "the command again. How the what-if works is in [what-if](whatif.md).",
        "",
        f"**{_found(summary)}**",
        "",
        RULE,
        "",
        CAVEAT,
        "",
    ]


def _changes(summary: dict[str, Any]) -> list[str]:
    return [
        "## Changes",
        "",
        "| study | change | measure | published | ours | people alike | verdict |",
        "|---|---|---|---|---|--:|---|",
        *(cells for row in summary["rows"] for cells in _row_markdown(row)),
        "",
        "## What is outside, and why",
        "",
        *(
            f"- **{row['study']}**, {row['condition']}: {_outside(row)}. {row['confounds']}"
            for row in summary["rows"]
            if row["verdict"] != INSIDE
        ),
        "",
    ]


def _loop(summary: dict[str, Any]) -> list[str]:
    return [
        "## The loop: foretold, filmed, compared",
        "",
        REHEARSAL,
        "",
        "| change | load | people | films inside | truth inside | foretold | stated ± | true | error "
        "| films ± | more or less |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
        *(_rehearsed_markdown(row) for row in summary["rehearsal"]),
        "",
        "Moments in N·m of one leg, of the low back in whole; means over people; error is the root mean "
        "square of what was foretold less what was true.",
        "",
    ]


def _speed(summary: dict[str, Any]) -> list[str]:
    return [
        "## Speed",
        "",
        f"One core; median and longest for people of several studies. {1000 * ASKED:.0f} ms are asked for.",
        "",
        "| question | answers | median | longest |",
        "|---|--:|--:|--:|",
        *(
            f"| {row['question']} | {row['answers']} | {1000 * row['median_s']:.0f} ms "
            f"| {1000 * row['longest_s']:.0f} ms |"
            for row in summary["speed"]
        ),
        "",
    ]


def _grounds(summary: dict[str, Any]) -> list[str]:
    return [
        "## What each row rests on",
        "",
        "| row | posture before → after | inputs | what may differ | source | checked | grade |",
        "|---|---|---|---|---|---|---|",
        *(
            f"| `{row['id']}` | {_posture(row)} | {row['inputs']} | {row['confounds']} | {row['source']} "
            f"| {row['checked']} | {row['grade']} |"
            for row in summary["rows"]
        ),
        "",
    ]


def _row_markdown(row: dict[str, Any]) -> Iterable[str]:
    study = f"{row['study']} (informed a habit)" if row["informed"] else row["study"]
    for place, one in enumerate(row["findings"]):
        first = (study, row["condition"]) if place == 0 else ("", "")
        verdict = one["verdict"] if one["verdict"] == INSIDE else f"**{one['verdict']}**"
        cells = (
            *first,
            one["measure"],
            one["published_words"],
            one["ours_words"],
            f"{one['agreeing']:.0%}",
            verdict,
        )
        yield f"| {' | '.join(cells)} |"


def _outside(row: dict[str, Any]) -> str:
    return "; ".join(
        f"{one['measure']} {one['ours_words']}, published: {one['published_words']}"
        for one in row["findings"]
        if one["verdict"] != INSIDE
    )


def _rehearsed_markdown(row: dict[str, Any]) -> str:
    cells = (
        row["trial"],
        row["effect"],
        str(row["count"]),
        f"{row['inside']:.0%}",
        f"{row['holds']:.0%}",
        f"{row['foretold']:+.1f}",
        f"{row['stated']:.1f}",
        f"{row['true']:+.1f}",
        f"{row['error']:.1f}",
        f"{row['film']:.1f}",
        f"{row['right']} : {row['wrong']}",
    )
    return f"| {' | '.join(cells)} |".replace("-", "−")


def _posture(row: dict[str, Any]) -> str:
    return ", ".join(f"{name} {a:.0f} → {b:.0f}°" for name, (a, b) in row["posture"].items())


def _heading(summary: dict[str, Any]) -> str:
    made = summary["made"]
    return f"kneewise {made['version']}, {made['processor']}, {made['cores']} cores, {made['seconds']:.0f} s"


def _found(summary: dict[str, Any]) -> str:
    changes, tests, findings = (summary["counts"][name] for name in ("changes", "uninformed", "findings"))
    return (
        f"{changes[INSIDE]} of {changes['all']} published changes are inside, {tests[INSIDE]} of "
        f"{tests['all']} that informed no habit; {findings[INSIDE]} of {findings['all']} single findings."
    )


_PAPER, _LEFT, _RIGHT, _TOP, _ROW = 720.0, 300.0, 700.0, 62.0, 24.0
_BAND, _GOOD, _BAD = "#b9cbe0", "#1b6ca8", "#c2571a"
_FARTHEST = 3.0
"""Share of the published change beyond which a mark stands at the edge."""


def draw_changes(summary: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """File name → title and drawing: our change as a share of the published one, where that is a number."""
    rows = [
        (row["id"].replace("_", " "), one)
        for row in summary["rows"]
        for one in row["findings"]
        if one["published"] is not None and one["kind"] != Kind.SIGN
    ]
    if not rows:
        return {}
    title = "Our change as a share of the published one"
    base = _TOP + _ROW * len(rows) + 6
    axis = Axis.around(-1.0, _FARTHEST, _LEFT, _RIGHT)
    parts = [text(10, 22, title, "start", bold=True)]
    parts.append(text(10, 42, "band: where it agrees; 1 is as published, 0 no change", "start"))
    for tick in axis.ticks():
        x = axis.place(tick)
        parts.append(line((x, _TOP - 6), (x, base), INK if abs(tick) < 1e-9 else FAINT))
        parts.append(text(x, base + 18, f"{tick:g}", "middle"))
    for place, (name, one) in enumerate(rows):
        parts += _draw_row(axis, _TOP + _ROW * (place + 0.5), f"{name}, {one['measure']}", one)
    return {"sizes.svg": (title, wrap(title, parts, _PAPER, base + 30))}


def _draw_row(axis: Axis, y: float, name: str, one: dict[str, Any]) -> list[str]:
    none = 1.0 if one["kind"] == Kind.RATIO else 0.0
    published = one["published"] - none
    low, high, ours = (
        min(max((one[key] - none) / published, axis.low), axis.high) for key in ("low", "high", "ours")
    )
    colour = _GOOD if one["verdict"] == INSIDE else _BAD
    x = axis.place(ours)
    return [
        text(_LEFT - 12, y + 4.5, name, "end"),
        line((axis.place(low), y), (axis.place(high), y), _BAND, 12),
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}" stroke="#fff" stroke-width="1.5"/>',
    ]
