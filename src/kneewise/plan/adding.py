"""Factors → two add-ons at the most."""

from collections.abc import Mapping

from ..conventions import Band, Factor
from ..model.planned import MOST_ADD_ONS, Circumstances, Withheld
from ..model.programme import AddOn, Programme


def choose_add_ons(
    programme: Programme, bands: Mapping[Factor, Band], circumstances: Circumstances
) -> tuple[tuple[AddOn, ...], tuple[Withheld, ...]]:
    """Add-ons for the factors believed most, in the tables' order; and those left out, with reasons."""
    believed = sorted(
        (row for row in programme.add_ons if bands.get(row.factor, Band.NOT_LOOKED_AT) >= Band.POSSIBLE),
        key=lambda row: -bands[row.factor].rank,
    )
    chosen: list[AddOn] = []
    left_out: list[Withheld] = []
    for row in believed:
        reason = _bar(programme, row, bands[row.factor], circumstances) or (
            "Two add-ons at a time are enough; look again at the review in week 6."
            if len(chosen) == MOST_ADD_ONS
            else ""
        )
        if reason:
            left_out.append(Withheld(what=row.name, because=reason))
        else:
            chosen.append(row)
    return tuple(chosen), tuple(left_out)


def _bar(programme: Programme, row: AddOn, band: Band, circumstances: Circumstances) -> str:
    for note in row.avoid_when:
        if note in circumstances.notes:
            return f"Because {programme.notes[note]}."
    return "It is only possible so far; a test would tell more." if band < Band.LIKELY else ""
