"""Writes the pages of `docs/reference` that follow from the code. Run: python -m tools.docs"""

from collections.abc import Iterable
from enum import IntEnum
from pathlib import Path

from typer.testing import CliRunner

from kneewise.cli import app
from kneewise.conventions import BODY_CONVENTIONS, DISPLAY_FACTOR, LEG_CONVENTIONS, Bar, Convention, Muscle
from kneewise.knowledge import MarkerName, read_marker_landmarks, read_marker_names, read_thresholds

from .asked import asked_pages
from .rest_page import rest_page
from .training_pages import training_pages

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
COMMANDS = (
    "",
    "analyse",
    "batch",
    "demo",
    "questions",
    "explain",
    "plan",
    "whatif",
    "feet",
    "serve",
    "export",
    "cases",
    "erase",
    "import",
    "backup",
    "restore",
    "account",
    "account add",
    "account list",
    "account disable",
    "account enable",
    "account link",
    "token",
    "token add",
    "token list",
    "token revoke",
    "webhook",
    "webhook add",
    "webhook list",
    "webhook remove",
    "doctor",
    "bench",
    "bench speed",
    "bench accuracy",
    "bench loads",
    "bench whatif",
    "bench feet",
    "bench tempo",
    "bench batch",
)


_LOADS = (
    "## Loads of each leg (`JointLoad`)",
    "",
    "Inside N·m, N and Pa; without a body mass for each kilogram of it. The hinge of the leg is normal to",
    "thigh and shank, in a straight leg the line between the hips.",
    "",
    "| id | what it is | positive means |",
    "|---|---|---|",
    "| `hip_moment`, `knee_moment` | net muscle moment about the hinge | extends |",
    "| `ankle_moment` | net muscle moment about the hinge | plantarflexes |",
    "| `knee_frontal_moment` | moment of floor and weight on the shin about its front-back axis "
    "| pushes the knee outwards (external adduction) |",
    "| `ground_reaction` | vertical force of the floor on the foot | upwards |",
    "| `patellofemoral_force`, `patellofemoral_stress` | kneecap on the thigh bone; over the contact area "
    "| pressing, never negative |",
    "| `tibiofemoral_force` | thigh bone on the shin bone, along the shin | pressing, never negative |",
    "| `quadriceps_force`, `patellar_tendon_force` | pull | never negative |",
    "",
    "Once for the body: `lumbar`, the extensor moment of the low back.",
    "Muscles of each leg (`Muscle`), pull in N:",
    ", ".join(f"`{muscle.name.lower()}`" for muscle in Muscle) + ".",
    "",
    "## Where a load sits (`Bar`)",
    "",
    ", ".join(f"`{bar}`" for bar in Bar) + ".",
)


def pages() -> dict[str, str]:
    """File name → content of every generated page."""
    return {
        "conventions.md": _conventions(),
        "command-line.md": _command_line(),
        "findings.md": _findings(),
        "markers.md": _markers(),
        "rest.md": rest_page(),
        **asked_pages(),
        **training_pages(),
    }


def _conventions() -> str:
    lines = [
        "# Measures, axes and signs",
        "",
        "Lab frame: x forward (where the person faces), y to the person's left, z up; right-handed; metres.",
        "The origin lies on the floor between the ankles. Left and right are the person's own.",
        "",
        "Planes decide what a view can show: sagittal from the side, frontal and horizontal from the front",
        "or rear, all of them from about 45°. A measure less sure than the last column is not reported.",
        "",
        "## Of each leg",
        "",
        *_table(LEG_CONVENTIONS.items()),
        "",
        "## Of the whole body",
        "",
        *_table(BODY_CONVENTIONS.items()),
        "",
        *_LOADS,
        "",
        "Made from `conventions.py` by `python -m tools.docs`; the signs are tested by moving a synthetic",
        "body (`tests/test_conventions.py`).",
    ]
    return "\n".join(lines) + "\n"


def _markers() -> str:
    names, landmarks = read_marker_names(), read_marker_landmarks()
    sets = dict.fromkeys(row.set for row in names)
    lines = [
        "# Names of markers",
        "",
        "Case, separators and a subject's prefix (`Bob:LASI`) do not matter. `*` is the side: `l`, `r`,",
        "`left` or `right` before the name, or the whole word after it; `#` is a number. The set that tells",
        "most names of a file is asked first, because one name means different places in different sets. A",
        "marker with another name is attached to the segment it moves with, or left out.",
        "",
        "Needed: on each side hip (`asis` and `psis` or `sacrum`; or `hip_centre`; or `trochanter`), knee",
        "and ankle (`_lateral`, `_medial` or `_centre`). Wanted: `heel`, `forefoot` or `toe`, `shoulder` or",
        "`trunk`.",
        "",
        *(line for name in sets for line in _marker_set(name, names)),
        "## How far a marker is believed",
        "",
        "`sd`: usual distance from where a rigid body has it. `skin`: how far skin carries it at 90° bend.",
        "",
        "| landmark | segment | sd | skin | source | checked |",
        "|---|---|---|---|---|---|",
        *(
            f"| `{row.landmark}` | {row.part} | {100 * row.sd:.1f} cm | {100 * row.artefact:.1f} cm "
            f"| {row.source} | {row.checked} |"
            for row in landmarks
            if row.part
        ),
        "",
        "Made from `marker_names.csv` and `marker_landmarks.csv` in `knowledge` by `python -m tools.docs`.",
    ]
    return "\n".join(lines) + "\n"


def _marker_set(name: str, names: Iterable[MarkerName]) -> list[str]:
    """One set: its source, and for each landmark the names."""
    rows = [row for row in names if row.set == name]
    places = dict.fromkeys(row.landmark for row in rows)
    table = [
        f"| `{place}` | {', '.join(f'`{row.pattern}`' for row in rows if row.landmark == place)} |"
        for place in places
    ]
    head = [
        f"## {name}",
        "",
        f"{rows[0].source[0].upper() + rows[0].source[1:]}.",
        "",
        "| landmark | names |",
        "|---|---|",
    ]
    return [*head, *table, ""]


def _table(rows: Iterable[tuple[IntEnum, Convention]]) -> list[str]:
    head = [
        "| id | name | what it is | positive means | plane | unit | worst sd |",
        "|---|---|---|---|---|---|---|",
    ]
    return head + [_row(measure.name.lower(), convention) for measure, convention in rows]


def _row(name: str, convention: Convention) -> str:
    unit = convention.unit.value or "ratio"
    worst = _worst(convention)
    words = (convention.label, convention.meaning, convention.positive, convention.plane.value)
    return "| " + " | ".join((f"`{name}`", *words, unit, worst)) + " |"


def _worst(convention: Convention) -> str:
    return f"{convention.worst_sd * DISPLAY_FACTOR[convention.unit]:.3g} {convention.unit.value}".strip()


def _command_line() -> str:
    lines = ["# The command line", ""]
    runner = CliRunner()  # as wide as a terminal of 80
    for command in COMMANDS:
        shown = runner.invoke(app, [*command.split(), "--help"], prog_name="kneewise", catch_exceptions=False)
        help_text = "\n".join(line.rstrip() for line in shown.stdout.strip().splitlines())
        lines += [f"## kneewise {command}".rstrip(), "", "```", help_text, "```", ""]
    lines.append(
        "Exit codes: 0 done; 1 `doctor` found something missing, or a question was answered with no; "
        "2 the input cannot be used; "
        "130 stopped by Ctrl-C."
    )
    return "\n".join(lines) + "\n"


def _findings() -> str:
    lines = [
        "# Findings",
        "",
        "When a measured number is worth a sentence. A finding is *sure* when the number lies more than two",
        "standard deviations inside its range. None of them is a fault in itself: there is no single correct",
        "squat.",
        "",
        "| id | sentence | compared | range | source | checked | grade |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in read_thresholds():
        limits = f"{'' if row.low is None else row.low:} … {'' if row.high is None else row.high:}"
        compared = f"{row.measure} ({row.at.replace('_', ' ')})"
        cells = (f"`{row.id}`", row.statement, compared, limits, row.source, row.checked, row.grade)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write every page."""
    for name, content in pages().items():
        (REFERENCE / name).parent.mkdir(exist_ok=True)
        (REFERENCE / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
