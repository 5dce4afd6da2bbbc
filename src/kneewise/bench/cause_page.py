"""Calibration, courses of tests and likelihood ratios → a page of Markdown and a drawing. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import fmean, median

from ..causes import Network
from ..causes.rehearsing import SETTLED
from .causes import MARGIN, SPREAD, TOGETHER, Bin, Course, calibration_error
from .drawing import FAINT, INK, Axis, line, text, wrap
from .markdown import paragraphs, pictures, table

_WIDTH, _HEIGHT = 460.0, 440.0
_LEFT, _RIGHT, _TOP, _BASE = 60.0, 430.0, 20.0, 390.0
_COLOURS = ("#1b6ca8", "#c2571a", "#2f7d43", "#8a4fa3", "#6b6b6b")
_SMALLEST = 20
"""A mark of fewer people is not drawn: chance alone moves it by more than 0.2."""

_TITLE = "Stated probability of a factor against how often it was true"
_WORLDS = (
    "Made by `python -m tools.causes`; what it means is in [causes](causes.md). People of the network's own "
    "world are drawn from the network itself. Every other world is different on purpose: each prior, leak, "
    f"weight and likelihood is moved by {SPREAD} (sd) in log odds, every two factors correlate by {TOGETHER} "
    f"and measured values lie about {MARGIN:g} errors from their limits and carry those errors. No simulated "
    "person says that the tables are right about people: that needs people."
)
_HONEST = (
    "Each person is seen with a random part of all findings. The expected calibration error (ECE) is the "
    "mean distance between stated and found, over ten bins, weighted by count."
)
_SETTLED = (
    "All that is only asked is answered and the usual squat is filmed; then each person does the test that "
    "is asked for next until none is. The decision (add-ons and option of the squat) is compared with that "
    "of all tests that make sense for the person."
)
_TRADE = (
    "“Settled from” is the share of drawn people with today's decision from which no further test is asked "
    "for; the product stops at {enough:g}. Minutes are those of tests and films, as their tables state them; "
    "the questions take {questions:.1f} more, more than half of it for warning signs."
)
_WEIGHS = (
    "Likelihood ratio of seeing it, and of not seeing it, for each factor it can tell of, the other factors "
    "being as usual; “defines” marks a finding that says what the factor means."
)


def render_causes(
    network: Network,
    worlds: Mapping[str, Sequence[Bin]],
    courses: Mapping[tuple[str, float], Sequence[Course]],
    questions: float,
) -> str:
    """The page: how honest probabilities are, how soon a decision is settled, what each finding weighs."""
    lines = [
        *paragraphs("# Causes: simulated people", _WORLDS),
        *_honesty(worlds),
        *_settling(courses, questions),
        *_weights(network),
    ]
    return "\n".join(lines)


def _honesty(worlds: Mapping[str, Sequence[Bin]]) -> list[str]:
    names = ("world", "judged factors", "ECE")
    return [
        *paragraphs("## Are stated probabilities honest?", _HONEST),
        *pictures([(_TITLE, "causes-results/reliability.svg")]),
        *table(names, (_world_row(name, bins) for name, bins in worlds.items()), names[1:]),
    ]


def _world_row(name: str, bins: Sequence[Bin]) -> tuple[str, ...]:
    return name, str(sum(one.count for one in bins)), f"{calibration_error(bins):.3f}"


def _settling(courses: Mapping[tuple[str, float], Sequence[Course]], questions: float) -> list[str]:
    names = (
        "world",
        "settled from",
        "people",
        "same decision",
        "tests, median",
        "of all, mean",
        "minutes, median",
        "9 in 10",
        "with questions",
    )
    rows = (_course_row(name, enough, some, questions) for (name, enough), some in courses.items())
    return [
        *paragraphs(
            "## How soon is a decision settled?",
            _SETTLED,
            _TRADE.format(enough=SETTLED, questions=questions),
        ),
        *table(names, rows, names[1:]),
    ]


def _course_row(name: str, enough: float, courses: Sequence[Course], questions: float) -> tuple[str, ...]:
    minutes = sorted(one.minutes for one in courses)
    return (
        name,
        f"{enough:g}",
        str(len(courses)),
        f"{fmean(one.agrees for one in courses):.0%}",
        f"{median(one.tests for one in courses):.0f}",
        f"{fmean(one.tests / one.all_tests for one in courses):.0%}",
        f"{median(minutes):.1f}",
        f"{minutes[int(0.9 * (len(minutes) - 1))]:.0f}",
        f"{median(minutes) + questions:.0f}",
    )


def _weights(network: Network) -> list[str]:
    names = ("finding", "factor", "seen", "not seen", "", "from", "checked", "grade")
    return [
        *paragraphs("## What each finding weighs", _WEIGHS),
        *table(names, _ratio_rows(network), ("seen", "not seen")),
    ]


def _ratio_rows(network: Network) -> Iterator[tuple[str, ...]]:
    for row in network.tables.findings:
        for factor, (seen, unseen) in network.ratios[row.id].items():
            defines = "defines" if row.definitional else ""
            told = (row.source, str(row.checked), str(row.grade))
            yield row.told(1.0), f"`{factor}`", f"{seen:.2f}", f"{unseen:.2f}", defines, *told


def draw_reliability(worlds: Mapping[str, Sequence[Bin]]) -> str:
    """Stated probability against the share of people in whom the factor was true, a line for each world."""
    across, up = Axis.around(0, 1, _LEFT, _RIGHT), Axis.around(0, 1, _BASE, _TOP)
    parts = [line((across.place(0), up.place(0)), (across.place(1), up.place(1)), FAINT, 2)]
    for tick in across.ticks():
        x, y = across.place(tick), up.place(tick)
        parts += [line((x, _BASE), (x, _BASE + 4), INK), text(x, _BASE + 18, f"{tick:g}", "middle")]
        parts += [line((_LEFT - 4, y), (_LEFT, y), INK), text(_LEFT - 8, y + 4, f"{tick:g}", "end")]
    for number, (name, bins) in enumerate(worlds.items()):
        colour, y = _COLOURS[number % len(_COLOURS)], _TOP + 14 + 18 * number
        places = [(across.place(b.stated), up.place(b.found)) for b in bins if b.count >= _SMALLEST]
        parts += [line(*pair, colour, 1.5) for pair in pairwise(places)]
        parts += [line((_LEFT + 12, y), (_LEFT + 32, y), colour, 3), text(_LEFT + 38, y + 4, name, "start")]
    below = "stated probability; up: share in whom it was true"
    parts.append(text((_LEFT + _RIGHT) / 2, _HEIGHT - 10, below, "middle"))
    return wrap(_TITLE, parts, _WIDTH, _HEIGHT)
