"""Predictions that were put to the test → plain JSON types."""

from collections.abc import Sequence

from ..foretelling import count_by_effect, count_scores, say_score, say_tally, tell_tally
from ..model.foretold import Refilmed, Score
from ..report.whatif import unit_of
from .telling import Explanation


def summarise_scores(refilmed: Sequence[Refilmed]) -> Explanation:
    """What was foretold and then filmed, and how often it came true.

    Parameters
    ----------
    refilmed
        As `understand` concludes it.

    Returns
    -------
    dict
        ``scores``, one for each option and load; ``tally`` over all of them and ``by_effect``; ``says``, null
        where nothing was put to the test.
    """
    scores = [one for filmed in refilmed for one in filmed.scores]
    by_effect = count_by_effect(scores)
    return {
        "scores": [_told(filmed, one) for filmed in refilmed for one in filmed.scores],
        "tally": tell_tally(count_scores(scores)),
        "by_effect": {effect.name.lower(): tell_tally(tally) for effect, tally in by_effect.items()},
        "says": say_tally(*by_effect.values()) if scores else None,
    }


def _told(filmed: Refilmed, one: Score) -> Explanation:
    unit, factor, digits = unit_of(one.effect)
    numbers = {
        "foretold": one.foretold.change,
        "foretold_sd": one.foretold.change_sd,
        "seen": one.seen.change,
        "seen_sd": one.seen.sd,
        "low": one.low,
        "high": one.high,
    }
    return {
        "option": filmed.option,
        "name": filmed.name,
        "before": filmed.before,
        "after": filmed.after,
        "effect": one.effect.name.lower(),
        **{name: round(factor * value, digits) + 0.0 for name, value in numbers.items()},
        "unit": unit,
        "z": round(one.z, 2),
        "inside": one.inside,
        "right": one.right,
        "says": say_score(one),
    }
