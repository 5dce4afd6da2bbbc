"""What is kept of a case → the nouns it is understood from: what was told, measured and noted."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from .casefile import build_case
from .conventions import View
from .formats import legible
from .model import Asking, Capture, Case, Person, Trial
from .model.planned import DiaryNumbers
from .pipeline import reread
from .screening import screen
from .store import DiaryDay, KeptCase, KeptFilm, Measured, Refused, Store

Recall = Callable[[KeptFilm, Person], Trial | None]
"""A measured film, a person → the trial as it is with them; None where it is no longer there."""


def reopen(kept: KeptCase, films: Sequence[KeptFilm], asking: Asking, recall: Recall) -> Case:
    """The case with its measured films; without them where somebody should look first.

    Parameters
    ----------
    kept, films
        As the memory has them.
    asking
        The tables of what can be asked.
    recall
        Where measurements come from.

    Raises
    ------
    InputError
        When the tables no longer know something in it.
    """
    case = build_case(kept.content, asking, kept.name)
    if not any(film.ending for film in films) or screen(case, asking).tier.refers:
        return case
    trials = (_trial(film, case.person, recall) for film in films)
    return replace(case, trials=tuple(trial for trial in trials if trial is not None))


def recall_trial(store: Store, film: KeptFilm, person: Person) -> Trial | None:
    """What was measured of a film, as it is with this stature; None while nothing was."""
    trial = store.trial(film.ending.key) if isinstance(film.ending, Measured) else None
    return None if trial is None else told_of(reread(trial, person), film)


def told_of(trial: Trial, film: KeptFilm) -> Trial:
    """A trial with what was said about its film, and its name: the same film may be somebody else's, too."""
    label = film.label
    return replace(trial, name=legible(film.name), condition=label.condition, burden=label.burden)


def read_days(days: Sequence[DiaryDay], until: date) -> tuple[DiaryNumbers, ...]:
    """The diary in numbers, oldest day first.

    Parameters
    ----------
    days
        The newest first.
    until
        The last day that counts.
    """
    return tuple(
        DiaryNumbers(
            on=day.day,
            pain=day.worst_pain,
            pain_after=day.pain_after,
            done=frozenset(name for name, done in day.adherence.items() if done),
        )
        for day in reversed(days)
        if day.day <= until
    )


def _trial(film: KeptFilm, person: Person, recall: Recall) -> Trial | None:
    """What is known of a film; None while nothing is."""
    match film.ending:
        case Measured():
            return recall(film, person)
        case Refused(issue=issue):
            return Trial(
                name=film.name,
                digest=film.digest,
                condition=film.label.condition,
                burden=film.label.burden,
                capture=Capture(view=View.UNKNOWN, issues=(issue,)),
                pose=None,
            )
        case _:
            return None
