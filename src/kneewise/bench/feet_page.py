"""The summary of rendered feet → text for the terminal and a page of Markdown. Pure."""

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from .markdown import head, paragraphs, pictures, table, tell_run

_WIDTH = 100
WANTED_SD = 3.0
"""Error of length and width that is asked for. [mm]"""

_SIZES = {"length_mm": "length", "width_mm": "width"}
_WHAT = (
    "Feet and insoles of known size are rendered on a sheet: floors, skins, light, shadow, trousers, lens, "
    "noise, the phone beside the foot 12 to 35° off straight down, 0.75 to 1.1 m up, files turned in any of "
    "four ways, half of them without a focal length. They are measured from the file, as a user does it."
)
_CAVEAT = (
    "A rendered foot is rounded as its maker thinks feet are, and measuring takes that rounding out with "
    "numbers of the same kind: this tests perspective, lens, edges and outlines, and how errors add up, not "
    "whether real feet are shaped so. Nothing was held against a ruler on real feet yet."
)
_PARTLY = (
    "Partly hidden: shin or trousers hide more than a quarter of the end of the heel, of the toes or of the "
    "forefoot. Such a photo should be refused, or measured with a larger stated error."
)
_COVERAGE = "Where errors are stated rightly, 68 % are within one stated sd and 95 % within two."
_BUDGET = (
    "Of length · of width, root mean square; the stated sd is the root of the sum of their squares. Phone "
    "and lens: the fit of the sheet's edges. Sheet: a third of what ISO 216 allows. Heights and roundings: "
    "people differ; 20 % and 30 % for feet, 25 % and 50 % for insoles, estimates. Outline: half a pixel, "
    "measured on other rendered photos, and more where an end lies at the sheet's edge or behind the shin."
)
_FAULTY = (
    "A photo with a fault should be refused, or measured right (within three stated sd) in spite of it. "
    "Without a foot, whatever is measured is wrong."
)
_NAMES = ("photos", "measured", "", "mean error", "sd", "largest", "stated sd", "in 1 sd", "in 2 sd")
_PLACES = ("<18", "<12", "<8", ">10", ">6", ">9", ">11", ">9", ">9")
_FAULT_NUMBERS = ("photos", "refused", "measured right", "wrong")


def render_feet_text(summary: dict[str, Any]) -> str:
    """Error and coverage of each kind of photo, and what became of faulty ones."""
    lines = [_in_columns(cells) for cells in (_NAMES, *_rows(summary))]
    notes = [textwrap.fill(note, _WIDTH) for note in (_COVERAGE, _PARTLY, _WHAT, _CAVEAT)]
    faulty = "\n".join(
        f"{fault}: {one['refused']} of {one['photos']} refused, {one['measured_right']} measured right, "
        f"{one['measured_wrong']} wrong"
        for fault, one in summary["faults"].items()
    )
    return "\n\n".join([tell_run(summary["made"]), _found(summary), "\n".join(lines), faulty, *notes])


def render_feet_page(summary: dict[str, Any], drawings: Iterable[tuple[str, str]]) -> str:
    """A page of Markdown.

    Parameters
    ----------
    summary
        As `measure_feet` makes it.
    drawings
        Title and place, as seen from the page, of every drawing.
    """
    faulty = (
        (fault, *(str(one[key]) for key in ("photos", "refused", "measured_right", "measured_wrong")))
        for fault, one in summary["faults"].items()
    )
    return "\n".join(
        [
            *head("Feet and insoles in photos: rendered ones measured", summary["made"], _found(summary)),
            *paragraphs(_WHAT, _CAVEAT),
            *pictures(drawings),
            *paragraphs("## Sizes, in mm", _COVERAGE, _PARTLY),
            *table(_NAMES, _rows(summary), _NAMES[3:]),
            *paragraphs("### Where the stated errors come from, in mm", _BUDGET),
            *table(("cause", *summary["kinds"]), _budget(summary), tuple(summary["kinds"])),
            *_refusals(summary),
            *paragraphs("## Photos with a fault", _FAULTY),
            *table(("fault", *_FAULT_NUMBERS), faulty, _FAULT_NUMBERS),
        ]
    )


def _in_columns(cells: tuple[str, ...]) -> str:
    return "".join(f"{cell:{place}}" for cell, place in zip(cells, _PLACES, strict=True)).rstrip()


def _rows(summary: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    for kind, row in summary["kinds"].items():
        for key, name in _SIZES.items():
            first = (kind, f"{row['photos'] - row['refused']} of {row['photos']}")
            yield (*(first if name == "length" else ("", "")), name, *_scores(row[key]))


def _scores(one: dict[str, float]) -> tuple[str, ...]:
    if not one:
        return ("–",) * 6
    return (
        f"{one['bias']:+.1f}",
        f"{one['sd']:.1f}",
        f"{one['worst']:.1f}",
        f"{one['stated_sd']:.1f}",
        f"{one['within_1_sd']:.0%}",
        f"{one['within_2_sd']:.0%}",
    )


def _budget(summary: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    kinds = summary["kinds"].values()
    for cause in dict.fromkeys(cause for row in kinds for cause in row["parts_mm"]):
        parts = (row["parts_mm"].get(cause) for row in kinds)
        yield (cause, *("–" if part is None else f"{part[0]:.1f} · {part[1]:.1f}" for part in parts))


def _found(summary: dict[str, Any]) -> str:
    kinds = [row for kind, row in summary["kinds"].items() if "hidden" not in kind]
    sizes = [row[key]["rms"] for row in kinds for key in _SIZES if row[key]]
    measured = sum(row["photos"] - row["refused"] for row in kinds)
    wrong = sum(one["measured_wrong"] for one in summary["faults"].values())
    faulty = sum(one["photos"] for one in summary["faults"].values())
    within = sum(size <= WANTED_SD for size in sizes)
    return (
        f"{measured} of {sum(row['photos'] for row in kinds)} sound photos were measured; {within} of "
        f"{len(sizes)} sizes err by {WANTED_SD:.0f} mm or less (root mean square); {wrong} of {faulty} "
        "photos with a fault were measured wrong."
    )


def _refusals(summary: dict[str, Any]) -> list[str]:
    said = {words for row in summary["kinds"].values() for words in row["refusals"]}
    if not said:
        return []
    return ["Why sound photos were refused:", "", *(f"- {words}" for words in sorted(said)), ""]
