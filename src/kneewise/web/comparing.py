"""Two films of the usual squat of one person: what changed from the earlier to the last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..conventions import USUAL
from ..model import Analysis
from ..report import describe_changes
from ..store import KeptFilm, Measured

_FEWEST = 2
"""Films that can be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What changed from one film to a later one.

    Attributes
    ----------
    then, now : the films.
    told : what changed, in plain JSON types.
    """

    then: KeptFilm
    now: KeptFilm
    told: Mapping[str, Any]


def compare_films(
    films: Sequence[KeptFilm], analysis: Analysis, earlier: int, errors: Mapping[Any, Any]
) -> Compared | None:
    """The last film of the usual squat against an earlier one; None where there are fewer than two.

    Parameters
    ----------
    films
        Of the case, in the order they were added.
    analysis
        What they show.
    earlier
        Which film of the usual squat the last one is held against.
    errors
        How far two films of the same squat differ, by measure.
    """
    studies = {study.trial.digest: study for study in analysis.studies}
    shown = [
        (film, studies[film.digest])
        for film in films
        if isinstance(film.ending, Measured)
        and film.label.condition == USUAL
        and film.digest in studies
        and studies[film.digest].trial.pose is not None
    ]
    if len(shown) < _FEWEST:
        return None
    (then, before), (now, after) = shown[earlier], shown[-1]
    changes = describe_changes(before, after, analysis.case.person, errors)
    return Compared(then=then, now=now, told=changes)
