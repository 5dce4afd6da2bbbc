"""A foretold change + the same person filmed again → score, tally, and what both say in plain words.

A prediction is right when films show something inside its band, widened by the films' own error: nine times
in ten, if bands are honest.
"""

import math
from collections.abc import Iterable

from scipy.stats import binom

from .conventions import Effect
from .kinetics import compare_peaks
from .model import Array
from .model.foretold import Score, Seen, Tally
from .model.supposed import Amount

HONEST = 0.9
"""Share of true predictions that lie inside: that is how wide the bands of a what-if are."""
_NORMAL = 1.6449
"""So many standard deviations either side hold nine of ten. [unitless]"""
_DOUBT = 0.05
"""Less likely than that, and bands are called too narrow: a choice. [unitless]"""
_WORDS = {
    Effect.KNEE_MOMENT: "turning load at the knee",
    Effect.PATELLOFEMORAL_FORCE: "force at the kneecap",
    Effect.PATELLOFEMORAL_STRESS: "pressure behind the kneecap",
    Effect.TIBIOFEMORAL_FORCE: "force in the knee",
    Effect.HIP_MOMENT: "turning load at the hip",
    Effect.ANKLE_MOMENT: "turning load at the ankle",
    Effect.LUMBAR_MOMENT: "turning load at the low back",
}


def see(first: Array, second: Array) -> Seen:
    """How a load changed from one film to another.

    Parameters
    ----------
    first, second
        (s,) samples of both films at their lowest point, row by row of the same body. [as the effect]

    Raises
    ------
    ValueError
        If there are not as many samples of both, or they do not differ at all in their error.
    """
    compared = compare_peaks(first, second)
    return Seen(change=float(compared.difference), sd=float(compared.sd))


def score(effect: Effect, foretold: Amount, seen: Seen) -> Score:
    """Hold a prediction against what two films showed.

    Parameters
    ----------
    effect
        What changed.
    foretold
        The option's amount, as the what-if told it.
    seen
        The change between the film of today and the film of the option.

    Returns
    -------
    Score
        Inside means between `change − √((change − change_low)² + (1.64 sd)²)` and the same above: the band of
        the prediction with the error of the films.

    Notes
    -----
    Assumes: the errors of prediction and films are unrelated. The first film is in both, so that the true
    coverage is a little higher; `kneewise bench whatif` measures it.
    """
    reach = _NORMAL * seen.sd
    low = foretold.change - math.hypot(max(foretold.change - foretold.change_low, 0.0), reach)
    high = foretold.change + math.hypot(max(foretold.change_high - foretold.change, 0.0), reach)
    tells = abs(seen.change) > reach and foretold.change != 0
    return Score(
        effect=effect,
        foretold=foretold,
        seen=seen,
        low=low,
        high=high,
        z=(seen.change - foretold.change) / math.hypot(foretold.change_sd, seen.sd),
        inside=low <= seen.change <= high,
        right=(seen.change > 0) == (foretold.change > 0) if tells else None,
    )


def count_scores(scores: Iterable[Score], before: Tally | None = None) -> Tally:
    """The tally with more scores.

    Parameters
    ----------
    scores
        The new ones.
    before
        The tally so far; None starts one.
    """
    tally = Tally() if before is None else before
    for one in scores:
        tally = tally.plus(one)
    return tally


def share_inside(tally: Tally) -> float:
    """Share of predictions that came true; NaN before the first."""
    return tally.inside / tally.count if tally.count else math.nan


def bias(tally: Tally) -> float:
    """Mean z: above zero where films show more than was foretold; NaN before the first. [unitless]"""
    return tally.total / tally.count if tally.count else math.nan


def spread(tally: Tally) -> float:
    """Root mean square of z: 1 where errors are as large as stated; NaN before the first. [unitless]"""
    return math.sqrt(tally.square / tally.count) if tally.count else math.nan


def too_narrow(tally: Tally) -> bool:
    """Whether so few came true that the bands must be too narrow.

    Notes
    -----
    Assumes: predictions are unrelated; several effects of one film are not, so that a tally should hold one
    effect only.
    """
    return bool(tally.count and binom.cdf(tally.inside, tally.count, HONEST) < _DOUBT)


def say_score(one: Score) -> str:
    """A score in plain words.

    Parameters
    ----------
    one
        Of a load; others are told by their number only.
    """
    what = _WORDS.get(one.effect, one.effect.name.lower().replace("_", " "))
    verdict = "as foretold" if one.inside else "not as foretold"
    return f"{what[0].upper()}{what[1:]}: foretold {_tell(one)}, your films show {_show(one)}: {verdict}."


def _tell(one: Score) -> str:
    today = one.foretold.value - one.foretold.change
    return _more_or_less(one.foretold.change, today)


def _show(one: Score) -> str:
    today = one.foretold.value - one.foretold.change
    error = f", give or take {abs(one.seen.sd / today):.0%}" if today else ""
    return f"{_more_or_less(one.seen.change, today)}{error}"


def _more_or_less(change: float, today: float) -> str:
    share = abs(change / today) if today else math.nan
    if not share >= 0.005:
        return "no change"
    return f"{share:.0%} {'more' if change > 0 else 'less'}"


def say_tally(tally: Tally) -> str:
    """How predictions for this person have come true so far, in plain words."""
    if not tally.count:
        return "No change was filmed yet, so no prediction has been put to the test."
    came = f"{tally.inside} of {tally.count} predictions came true within their stated error"
    if too_narrow(tally):
        return f"{came}; nine of ten should. For you the films count for more than the predictions."
    return f"{came}; nine of ten should."
