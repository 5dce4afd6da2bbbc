"""Doses, days and dates in words; months and weekdays are English whatever the machine's language."""

from collections.abc import Sequence
from datetime import date

from ...model.planned import Day
from ...model.programme import Dose

GRADES = {
    "A": "good reviews or several trials",
    "B": "one trial or consistent experiments",
    "C": "indirect or small studies",
    "D": "tradition or mechanism only",
}
"""What a grade of evidence means."""

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def tell_dose(dose: Dose, *, per_side: bool) -> str:
    """A dose as in ``3 × 8–12 each side``."""
    held = f"{_span(dose.hold)} s" if dose.hold[1] else ""
    if dose.reps == (1, 1):
        work = f"{_span(dose.sets)} × {held} hold"
    else:
        work = f"{_span(dose.sets)} × {_span(dose.reps)}" + (f", {held} each" if held else "")
    return work + (", each side" if per_side else "")


def tell_days(days: Sequence[Day]) -> str:
    """Days as in ``Mon, Wed``; every day of the week is ``daily``."""
    return "daily" if len(days) == len(Day) else ", ".join(day.name.title()[:3] for day in days)


def tell_date(day: date) -> str:
    """A day as in ``Monday 23 November 2026``."""
    return f"{Day(day.weekday()).name.title()} {day.day} {MONTHS[day.month - 1]} {day.year}"


def tell_day(day: date) -> str:
    """A day as in ``Mon 23 Nov``."""
    return f"{tell_days([Day(day.weekday())])} {tell_short(day)}"


def tell_short(day: date) -> str:
    """A day as in ``23 Nov``."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def tell_effort(dose: Dose) -> str:
    """Effort of the last set."""
    return f"effort {_span(dose.effort)} of 10"


def _span(pair: tuple[int, int]) -> str:
    return f"{pair[0]}" if pair[0] == pair[1] else f"{pair[0]}–{pair[1]}"
