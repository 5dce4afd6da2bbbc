"""The summary → tables: as text for a terminal, as Markdown for a page. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..conventions import BODY_CONVENTIONS, LEG_CONVENTIONS
from .markdown import paragraphs, table

_LABELS = {
    measure.name.lower(): convention.label
    for conventions in (LEG_CONVENTIONS, BODY_CONVENTIONS)
    for measure, convention in conventions.items()
}
_UNITS = {"": "", "°": "°", "cm": " (cm)", "%": " (%)"}
_IN_GROUPS = (
    "knee_flexion",
    "hip_flexion",
    "thigh_inclination",
    "shank_inclination",
    "trunk_inclination",
    "knee_inside_foot_line",
    "heel_rise",
)
_RULES = {
    "lab": "What kneewise reports, against exactly known joints",
    "space": "Angles between joint centres, kneewise beside other systems",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Cells under heads.

    Attributes
    ----------
    title : what it shows.
    note : how to read it, one paragraph; empty without one.
    head : names of the columns; the first is on the left, the others on the right.
    rows : as many cells each.
    """

    title: str
    note: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def without_empty_columns(self) -> "Table":
        """The same without columns that say nothing."""
        kept = [i for i, cells in enumerate(zip(*self.rows, strict=True)) if any(cells)]
        return replace(
            self,
            head=tuple(self.head[i] for i in kept),
            rows=tuple(tuple(row[i] for i in kept) for row in self.rows),
        )

    def as_text(self) -> str:
        """Columns in line, without the note."""
        widths = [max(map(len, column)) for column in zip(self.head, *self.rows, strict=True)]
        lines = [
            "  ".join(
                cell.ljust(width) if i < 1 else cell.rjust(width) for i, (cell, width) in enumerate(pairs)
            )
            for pairs in (list(zip(row, widths, strict=True)) for row in (self.head, *self.rows))
        ]
        return "\n".join([self.title, *(line.rstrip() for line in lines)])

    def as_markdown(self, *, with_note: bool = True) -> str:
        """A table of Markdown with its title, and its note, above."""
        top = paragraphs(f"## {self.title}", *([self.note] if with_note and self.note else []))
        return "\n".join([*top, *table(self.head, self.rows, self.head[1:])])


def make_tables(summary: dict[str, Any]) -> list[Table]:
    """Every table that the summary has something for."""
    tables = [*_by_view(summary), *_groups(summary), *_retest(summary), *_clips(summary)]
    return [table.without_empty_columns() for table in tables if table.rows]


def label_of(measure: str, unit: str = "°") -> str:
    """Plain-language name of a measure, with its unit where that is not degrees."""
    return _LABELS[measure] + (_UNITS[unit] if unit != "°" else "")


def _by_view(summary: dict[str, Any]) -> Iterator[Table]:
    rows = summary["by_view"]
    for rule, title in _RULES.items():
        for view in dict.fromkeys(row["view"] for row in rows if row["rule"] == rule):
            shown = [row for row in rows if (row["rule"], row["view"]) == (rule, view)]
            if rule == "space":
                yield _systems(shown, f"{title}: {view}")
            else:
                yield _errors(shown, f"{title}: {view}")


def _errors(rows: Sequence[dict[str, Any]], title: str) -> Table:
    return Table(
        title=title,
        note="MAE and bias over all frames, error at the lowest points and its sd between clips; share of "
        "the frames with the truth inside one and two stated sd (a true sd gives 0.68 and 0.95). Each "
        "clip counts once. The band is how far the MAE moves with the definition of the joint centres "
        "alone.",
        head=("measure", "clips", "MAE", "bias", "bottom", "± sd", "in 1 sd", "in 2 sd", "band"),
        rows=tuple((label_of(row["measure"], row["unit"]), *_error_cells(row)) for row in rows),
    )


def _systems(rows: Sequence[dict[str, Any]], title: str) -> Table:
    cells = []
    for system in dict.fromkeys(row["system"] for row in rows):
        own = [row for row in rows if row["system"] == system]
        mean = sum(row["mean_absolute"] * _sides(row) for row in own) / sum(_sides(row) for row in own)
        cells.append(
            (f"{system}: mean of both sides and trunk", str(own[0]["clips"]), _number(mean), *[""] * 6)
        )
        cells += [(f"{system}: {label_of(row['measure'])}", *_error_cells(row)) for row in own]
    return Table(
        title=title,
        note="Same instants and same rule for every system: knee and hip between lines through joint "
        "centres, the others against the vertical, each system after removing the time offset that suits "
        "it best. A system that states no error has no share inside.",
        head=("system", "clips", "MAE", "bias", "bottom", "± sd", "in 1 sd", "in 2 sd", "band"),
        rows=tuple(cells),
    )


def _sides(row: dict[str, Any]) -> int:
    return 1 if row["measure"] == "trunk_inclination" else 2


def _error_cells(row: dict[str, Any]) -> tuple[str, ...]:
    band = row["definition_band"]
    digits = 2 if row["unit"] == "" else 1
    return (
        str(row["clips"]),
        _number(row["mean_absolute"], digits),
        _signed(row["bias"], digits),
        _signed(row["at_bottom"], digits),
        _number(row["at_bottom_sd"], digits),
        _number(row["inside_1"], 2),
        _number(row["inside_2"], 2),
        f"{band[0]:g}–{band[1]:g}" if band else "",
    )


def _groups(summary: dict[str, Any]) -> Iterator[Table]:
    rows = summary["by_group"]
    names = {name for row in rows for name in row["mean_absolute"]}
    shown = [name for name in _IN_GROUPS if name in names]
    yield Table(
        title="By person, clothes and camera",
        note="Mean absolute error over all frames, means over clips (° unless said otherwise). Groups "
        "differ in their views, faults and people too, and are small: a difference between two of them is "
        "a hint. The last three: signed error of the knee bend at the bottom, and coverage of the five "
        "sagittal angles.",
        head=(
            "group",
            "clips",
            *(label_of(name, "cm" if name in _IN_GROUPS[-2:] else "°") for name in shown),
            "knee, bottom",
            "in 1 sd",
            "in 2 sd",
        ),
        rows=tuple(
            (
                f"{row['split']}: {row['group']}",
                str(row["clips"]),
                *(_number(row["mean_absolute"].get(name)) for name in shown),
                _signed(row["knee_bias_at_bottom"]),
                _number(row["inside_1"], 2),
                _number(row["inside_2"], 2),
            )
            for row in rows
        ),
    )


def _retest(summary: dict[str, Any]) -> Iterator[Table]:
    for view in dict.fromkeys(row["view"] for row in summary["retest"]):
        rows = [row for row in summary["retest"] if row["view"] == view]
        yield Table(
            title=f"Test–retest: {view}",
            note=f"{rows[0]['people']} people on several days: other clothes, light, room and squats, and "
            "the camera put up anew. SEM is the sd of the error of one repetition at its lowest point "
            "between days, pooled over people and sides, with a 95 % interval. What the person truly did "
            "differently is known and subtracted, and what is wrong every day alike does not count. MDC = "
            "1.96 · √2 · SEM is the least change between two days that is more than error.",
            head=("measure", "people", "sessions", "SEM", "95 %", "MDC"),
            rows=tuple(_retest_row(row) for row in rows),
        )


def _retest_row(row: dict[str, Any]) -> tuple[str, ...]:
    digits = 2 if row["unit"] == "" else 1
    return (
        label_of(row["measure"], row["unit"]),
        str(row["people"]),
        str(row["sessions"]),
        _number(row["sem"], digits),
        f"{_number(row['low'], digits)}–{_number(row['high'], digits)}",
        _number(row["mdc"], digits),
    )


def _clips(summary: dict[str, Any]) -> Iterator[Table]:
    rows = [*summary["clips"], *summary["retest_clips"]]
    yield Table(
        title="Every clip",
        note="View as it was and as it was read, repetitions found and true, mean error of the sagittal "
        "angles that the view shows, and why nothing was measured.",
        head=("clip", "view", "read as", "found", "true", "MAE °", "offset s", "refused"),
        rows=tuple(
            (
                row["name"] + (" (height assumed)" if row["height_assumed"] else ""),
                row["view"],
                row["view_measured"],
                str(row["repetitions_found"]),
                "" if row["repetitions"] is None else str(row["repetitions"]),
                _number(row["sagittal_error"]),
                _signed(row["offset_s"], 2),
                row["refused"] or "",
            )
            for row in rows
        ),
    )


def _number(value: float | None, digits: int = 1) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _signed(value: float | None, digits: int = 1) -> str:
    """With its sign; what rounds to nothing has none."""
    if value is None:
        return ""
    text = f"{value:+.{digits}f}"
    return text[1:] if float(text) == 0 else text.replace("-", "−")
