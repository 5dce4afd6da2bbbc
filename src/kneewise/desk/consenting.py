"""Consents as they were written down → which of them hold. Pure."""

from collections.abc import Mapping, Sequence

from ..store import Consent, Purpose

FOR: Mapping[Purpose, str] = {
    Purpose.CARE: "Answers, tests, diary and plan are kept here and looked at by the coach",
    Purpose.FILMS: "Films are taken and measured",
    Purpose.COLLEAGUE: "A colleague gets the page with numbers",
    Purpose.SHOWING: "Pictures or films are shown to others",
}
"""What a consent is for, in words."""


def in_force(consents: Sequence[Consent]) -> dict[Purpose, Consent]:
    """What was said last for each purpose; a purpose nobody spoke of is left out.

    Parameters
    ----------
    consents
        In the order in which they were written down; of two of one day the later one holds.
    """
    held: dict[Purpose, Consent] = {}
    for one in consents:
        if one.purpose not in held or held[one.purpose].day <= one.day:
            held[one.purpose] = one
    return held


def is_given(consents: Sequence[Consent], purpose: Purpose) -> bool | None:
    """Whether a consent holds; None where nobody spoke of it."""
    held = in_force(consents).get(purpose)
    return None if held is None else held.given


def needed(films: int) -> tuple[Purpose, ...]:
    """Purposes that need a consent in every client: care, and films once there are any."""
    return (Purpose.CARE, Purpose.FILMS) if films else (Purpose.CARE,)
