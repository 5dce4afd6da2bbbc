"""Trials that were tried + what they showed → Responses, from which the way to squat today is chosen."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ..conventions import USUAL, Door
from ..model import Evidence, Tried
from ..model.planned import Response

if TYPE_CHECKING:
    from ..knowledge.causes import FindingRow

_SURE = 0.75
"""A movement has changed for the better where the chance of it is at least this. [unitless]"""


def respond(
    trials: Sequence[Tried], evidence: Iterable[Evidence], rows: Mapping[str, "FindingRow"]
) -> dict[str, Response]:
    """What each probe changed in this person.

    Parameters
    ----------
    trials
        Baseline and probes.
    evidence
        What was seen, with the error of every number in it.
    rows
        Of the findings by id: which of them are changes of movement in which probe.

    Returns
    -------
    dict
        Condition → response; the baseline is none.

    Notes
    -----
    Where a probe was tried more than once, the least relief counts.
    """
    movement = _movement(evidence, rows)
    conditions = dict.fromkeys(trial.condition for trial in trials if trial.condition != USUAL)
    return {
        condition: _response([t for t in trials if t.condition == condition], movement.get(condition))
        for condition in conditions
    }


def _movement(evidence: Iterable[Evidence], rows: Mapping[str, "FindingRow"]) -> dict[str, int]:
    """Condition → changed for the better (1) or not (0); left out where nothing was measured."""
    found: dict[str, int] = {}
    for seen in evidence:
        row = rows[seen.finding]
        if row.door is Door.TRIAL and row.take == "change" and row.side == "below":
            found[row.of] = max(found.get(row.of, 0), int(seen.yes >= _SURE))
    return found


def _response(trials: Sequence[Tried], movement: int | None) -> Response:
    felt = [
        (trial.relief, trial.pain_after)
        for trial in trials
        if trial.relief is not None and trial.pain_after is not None
    ]
    if not felt:
        return Response(movement=movement)
    relief, pain = min(felt)
    return Response(pain_before=pain + relief, pain=pain, movement=movement)
