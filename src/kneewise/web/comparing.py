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
    films: Sequence[KeptFilm], analysis: Analysis, earlier: int, errors: Mapping[str, float]
) -> Compared | None:
    """The last film of the usual squat against an earlier one; None where there are fewer than two.

    Parameters
    ----------
    films
        Of the case, in the order they were added.
    analysis
        What they show; of a referral that is nothing.
    earlier
        Which film of the usual squat the last one is held against.
    errors
        How far two films of the same squat differ, by measure.
    """
    # The same film may be there twice, with another load; where that is the same, too, so is what it shows.
    studies = {
        (study.trial.digest, study.trial.burden): study
        for study in analysis.studies
        if study.trial.condition == USUAL and study.trial.pose is not None
    }
    shown = [
        (film, studies[told])
        for film in films
        if isinstance(film.ending, Measured)
        and film.label.condition == USUAL
        and (told := (film.digest, film.label.burden)) in studies
    ]
    if len(shown) < _FEWEST:
        return None
    (then, before), (now, after) = shown[earlier], shown[-1]
    changes = describe_changes(before, after, analysis.case.person, errors)
    return Compared(then=then, now=now, told=changes)
