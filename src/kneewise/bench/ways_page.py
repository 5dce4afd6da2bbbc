"""The comparison with Moco → text for the terminal, a page of Markdown and drawings. Pure."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from .drawing import FAINT, INK, Axis, line, text, wrap
from .markdown import head, paragraphs, pictures, table, tell_run

_COLOURS = {"ankle": "#2a7f62", "knee": "#1b6ca8", "hip": "#c2571a"}
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BASE = 720.0, 330.0, 60.0, 640.0, 60.0, 290.0
TITLE = "Whole repetitions against OpenSim Moco"
RULE = (
    "One chain of shin, thigh and trunk with a bar (135 kg), one cost and the same bounds in both. Ours are "
    "splines of joint angles, whose moments follow in closed form; Moco has the equations of motion as "
    "conditions (Hermite–Simpson, implicit, solved by IPOPT). Costs are those each solver states for its own "
    "solution. *As used* are the splines of `kneewise whatif --dynamic`, *fine* are three times as many. The "
    "time of Moco holds setting up and solving; ours is the best of three."
)
LIMITS = (
    "Ours begins at rest without acceleration, also where Moco may begin with a jump of it (the ways that "
    "turn at once); moments are furthest apart there. A mesh of Moco and splines of ours both cost a little "
    "more than the best there is. Cost, balance and lag are those of the product; whether people move so is "
    "another question: see [what-if](whatif.md)."
)


def summarise_ways(rows: Sequence[dict[str, Any]], made: dict[str, Any]) -> dict[str, Any]:
    """Everything that was found, and how it was made."""
    return {"made": made, "rows": list(rows)}


def found_in_short(summary: dict[str, Any]) -> str:
    """The result in one sentence."""
    rows = summary["rows"]
    off = [
        abs(row["fine"]["peaks"][joint] / row["moco"]["peaks"][joint] - 1)
        for row in rows
        for joint in row["moco"]["peaks"]
    ]
    costs = [row["fine"]["cost"] / row["moco"]["cost"] - 1 for row in rows]
    quicker = [row["moco"]["seconds"] / row["ours"]["seconds"] for row in rows]
    return (
        f"Peak moments within {100 * max(off):.1f} %, costs from {100 * min(costs):+.1f} to "
        f"{100 * max(costs):+.1f} %, {min(quicker):.0f} to {max(quicker):.0f} times as quick."
    ).replace("-", "−")


def render_ways_text(summary: dict[str, Any]) -> str:
    """Every task with what both made of it."""
    lines = [tell_run(summary["made"]), "", found_in_short(summary)]
    for row in summary["rows"]:
        lines += ["", row["name"]]
        for name, label in (("ours", "as used"), ("fine", "fine"), ("moco", "Moco")):
            one = row[name]
            peaks = ", ".join(f"{joint} {peak:.1f}" for joint, peak in one["peaks"].items())
            spent = "" if one["seconds"] is None else f", {one['seconds']:.2f} s"
            lines.append(f"  {label:8s} cost {one['cost']:.4f}, peaks {peaks} N·m{spent}")
        angles, moments = row["apart"]["angles_deg"], row["apart"]["moments_nm"]
        lines.append(
            f"  apart in the mean {angles['mean']:.2f}° and {moments['mean']:.1f} N·m, at most "
            f"{angles['most']:.1f}° and {moments['most']:.0f} N·m"
        )
    return "\n".join(lines)


def render_ways_page(summary: dict[str, Any], drawings: Iterable[tuple[str, str]]) -> str:
    """A page of Markdown.

    Parameters
    ----------
    summary
        As `summarise_ways` makes it.
    drawings
        Title and place, as seen from the page, of every drawing.
    """
    names = ("way down", "solver", "cost", "ankle, N·m", "knee, N·m", "hip, N·m", "time, s")
    rows = [cells for row in summary["rows"] for cells in _cells(row)]
    apart = [
        (row["name"], *(f"{part[kind]:.2f}" for part in row["apart"].values() for kind in ("mean", "most")))
        for row in summary["rows"]
    ]
    differences = ("way down", "angles, mean °", "most °", "moments, mean N·m", "most N·m")
    return "\n".join(
        [
            *head(TITLE, summary["made"], found_in_short(summary)),
            *paragraphs(RULE),
            "## Costs and peaks",
            "",
            *table(names, rows, names[2:]),
            "## Fine against Moco over time",
            "",
            *table(differences, apart, differences[1:]),
            *pictures(drawings),
            *paragraphs(LIMITS),
        ]
    )


def _cells(row: dict[str, Any]) -> Iterable[Sequence[str]]:
    for name, label in (("ours", "as used"), ("fine", "fine"), ("moco", "Moco")):
        one = row[name]
        spent = "" if one["seconds"] is None else f"{one['seconds']:.2f}"
        first = row["name"] if name == "ours" else ""
        yield (first, label, f"{one['cost']:.4f}", *(f"{p:.1f}" for p in one["peaks"].values()), spent)


def draw_ways(summary: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """File name → title and drawing of the moments of every task."""
    return {
        f"moments-{number}.svg": (f"Moments: {row['name']}", _draw(row))
        for number, row in enumerate(summary["rows"], 1)
    }


def _draw(row: dict[str, Any]) -> str:
    """Moments over time, ours as lines and Moco's as dots."""
    every = [number for name in ("fine", "moco") for course in row[name]["moments"] for number in course]
    time, moment = (
        Axis.around(0.0, row["fine"]["time"][-1], _LEFT, _RIGHT),
        Axis.around(min(every), max(every), _BASE, _TOP),
    )
    title = f"Moments of one leg, N·m: {row['name']}"
    parts = [text(10, 22, title, "start", bold=True), text(10, 42, "lines: ours, fine; dots: Moco", "start")]
    for tick in moment.ticks():
        y = moment.place(tick)
        parts.append(line((_LEFT, y), (_RIGHT, y), INK if tick == 0 else FAINT))
        parts.append(text(_LEFT - 8, y + 4, f"{tick:g}", "end"))
    parts += [text(time.place(tick), _BASE + 20, f"{tick:g} s", "middle") for tick in time.ticks()]
    for place, (joint, colour) in enumerate(_COLOURS.items()):
        parts += _course(row, place, (time, moment), colour)
        last = row["fine"]["moments"][place][-1]
        parts.append(text(_RIGHT + 8, moment.place(last) + 4, joint, "start"))
    return wrap(title, parts, _WIDTH, _HEIGHT)


def _course(row: dict[str, Any], place: int, axes: tuple[Axis, Axis], colour: str) -> list[str]:
    time, moment = axes
    ours, theirs = (
        [
            (time.place(t), moment.place(m))
            for t, m in zip(row[name]["time"], row[name]["moments"][place], strict=True)
        ]
        for name in ("fine", "moco")
    )
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in theirs]
    return [*(line(a, b, colour, 1.5) for a, b in pairwise(ours)), *dots]
