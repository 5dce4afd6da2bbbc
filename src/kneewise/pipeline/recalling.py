"""Analysis → what was foretold of ways to squat that were then filmed, against what the films show."""

from collections.abc import Sequence

from ..conventions import USUAL, Task
from ..errors import InputError
from ..foretelling import score_films
from ..model import Analysis, Burden, Peaks, Study
from ..model.foretold import Refilmed
from ..model.programme import Option
from ..model.supposed import Outcome, Wish
from ..whatif import wish_for
from .supposing import Basis, start_from_case, suppose_for
from .tables import Knowledge


def recall(analysis: Analysis, options: Sequence[Option], knowledge: Knowledge) -> tuple[Refilmed, ...]:
    """Score what the film of the usual squat foretold of every option that was filmed, too.

    Parameters
    ----------
    analysis
        Films as measured.
    options
        Ways to squat that the programme knows.
    knowledge
        The tables.

    Returns
    -------
    tuple of Refilmed
        Nothing of options that were not filmed, that a posture cannot say or this body cannot reach, or whose
        film shows no whole squat with loads; nothing at all without the film of the usual squat or the body
        mass.

    Notes
    -----
    What is foretold is the option as the programme asks for it, from the film of the usual squat alone. Of
    the film of the option it takes only what was told of it before anybody looked: the load that was carried.
    """
    basis = start_from_case(analysis, knowledge, together=False) if analysis.studies else None
    if not isinstance(basis, Basis) or basis.film is None or analysis.case.person.mass is None:
        return ()
    usual = [study for study in analysis.studies if study.trial.condition == USUAL][basis.film]
    asked = [
        (option, film, wish)
        for option in options
        if (film := _film_of(option, analysis.studies)) is not None
        and (wish := _ask(option, basis, film.trial.burden)) is not None
    ]
    try:
        outcomes = suppose_for(basis, [wish for _, _, wish in asked]).outcomes if asked else ()
    except InputError:  # a film and a load that do not fit together; `kneewise whatif` says so
        return ()
    held = (
        _hold(option, outcome, usual, film)
        for (option, film, _), outcome in zip(asked, outcomes, strict=True)
        if outcome.reachable
    )
    return tuple(one for one in held if one.scores)


def _film_of(option: Option, studies: Sequence[Study]) -> Study | None:
    """The first film of what an option tries that has loads of a whole squat."""
    filmed = (study for study in studies if option.condition and study.trial.condition == option.condition)
    return next((study for study in filmed if _peaks(study)), None)


def _ask(option: Option, basis: Basis, burden: Burden) -> Wish | None:
    """What the option asks for, with the load that was told; None where films cannot show it."""
    today = basis.lifter.burden
    wish = wish_for(option.id, basis.today, today)
    if wish is None or wish.held:  # no film shows what hands carry
        return None
    if burden != today:
        return wish.joined(Wish(burden=burden))
    return wish if wish.burden is None else None  # the load was to differ, and nobody told another one


def _hold(option: Option, outcome: Outcome, before: Study, after: Study) -> Refilmed:
    return Refilmed(
        option=option.id,
        name=option.name,
        before=before.trial.name,
        after=after.trial.name,
        scores=score_films(outcome.effects, _peaks(before), _peaks(after)),
    )


def _peaks(study: Study) -> list[Peaks]:
    """Of whole squats; none without loads."""
    if study.loads is None:
        return []
    pairs = zip(study.repetitions, study.loads.peaks, strict=True)
    return [peaks for one, peaks in pairs if one.complete and one.task is Task.SQUAT]
