"""People of a group → who is filmed now, who is not, and what comes before. Pure."""

from collections.abc import Sequence
from enum import StrEnum

from ..store import Consent, FilmState, Purpose
from .consenting import is_given
from .recalling import Screened


class Stage(StrEnum):
    """Where somebody of a group is; who has a sign, or took the consent back, is not filmed."""

    CONSENT = "consent"
    WITHDRAWN = "withdrawn"
    SIGNS = "signs"
    REFERRED = "referred"
    READY = "ready"
    BUSY = "busy"
    AGAIN = "again"
    MEASURED = "measured"


FILMED_NEXT = (Stage.READY, Stage.AGAIN)
"""Whoever may stand before the camera: those without a film first."""
WAITING = (Stage.CONSENT, Stage.SIGNS, *FILMED_NEXT)
"""Whoever is not done yet."""


def stage_of(screened: Screened | None, consents: Sequence[Consent], films: Sequence[FilmState]) -> Stage:
    """Where somebody is.

    Parameters
    ----------
    screened
        What the answers mean; None where they cannot be read.
    consents
        In the order in which they were written down.
    films
        States of those of today, in the order in which they were added.
    """
    if screened is not None and screened.tier.refers:
        return Stage.REFERRED
    agreed = [is_given(consents, purpose) for purpose in (Purpose.CARE, Purpose.FILMS)]
    if False in agreed:
        return Stage.WITHDRAWN
    if None in agreed:
        return Stage.CONSENT
    if screened is None or not screened.may_move:
        return Stage.SIGNS
    match [state for state in films if state is not FilmState.CANCELLED]:
        case [*_, FilmState.MEASURED]:
            return Stage.MEASURED
        case [*_, FilmState.REFUSED | FilmState.FAILED]:
            return Stage.AGAIN
        case []:
            return Stage.READY
        case _:
            return Stage.BUSY


def next_of_group(stages: Sequence[tuple[str, Stage]]) -> str | None:
    """Whoever stands before the camera next; None where nobody may.

    Parameters
    ----------
    stages
        Id and stage of everybody, in the order in which they come.
    """
    return next((one for wanted in FILMED_NEXT for one, stage in stages if stage is wanted), None)


def shown_first(stages: Sequence[tuple[str, Stage]]) -> str | None:
    """Whose turn it is, with whatever comes before a film; None where everybody is done."""
    ready = next_of_group(stages)
    return ready or next((one for one, stage in stages if stage in WAITING), None)
