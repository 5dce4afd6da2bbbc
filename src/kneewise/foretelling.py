"""A foretold change + the same person filmed again → score, tally, and what both say in plain words.

A prediction is right when films show something inside its band, widened by the films' own error: nine times
in ten, if bands are honest.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

import numpy as np
from scipy.stats import binom

from .conventions import Effect, JointLoad
from .kinetics import compare_peaks
from .model import Array, Peaks
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
_OF_LEGS = {
    Effect.KNEE_MOMENT: JointLoad.KNEE_MOMENT,
    Effect.PATELLOFEMORAL_FORCE: JointLoad.PATELLOFEMORAL_FORCE,
    Effect.HIP_MOMENT: JointLoad.HIP_MOMENT,
}
SCORED = (*_OF_LEGS, Effect.LUMBAR_MOMENT)
"""Loads whose foretold change is held against films."""


def gather_lowest(effect: Effect, peaks: Sequence[Peaks]) -> Array:
    """A load at the lowest point of repetitions, mean of both legs.

    Parameters
    ----------
    effect
        One of `SCORED`.
    peaks
        Of the repetitions that count.

    Returns
    -------
    Array
        (s, r) samples of the repetitions in which it is known. [as the effect]
    """
    lows = [one.lowest for one in peaks if one.lowest is not None]
    if effect in _OF_LEGS:
        each = [low.leg[:, :, _OF_LEGS[effect]].mean(axis=1) for low in lows]
    else:
        each = [low.lumbar for low in lows]
    known = [samples for samples in each if np.isfinite(samples).all()]
    return np.stack(known, axis=-1) if known else np.zeros((0, 0))


def see(first: Array, second: Array) -> Seen:
    """How a load changed from one film to another.

    Parameters
    ----------
    first, second
        (s, r) samples of the repetitions of both films at their lowest point, row by row of the same body.
        [as the effect]

    Raises
    ------
    ValueError
        If there are not as many samples of both, or they do not differ at all in their error.

    Notes
    -----
    Error: that of the films, and of means of repetitions that differ; a part of what films get wrong is in
    both, so that it is rather too large than too small. How others differ from a single repetition nobody
    knows.
    """
    compared = compare_peaks(first.mean(axis=1), second.mean(axis=1))
    varied = sum(_variance_of_mean(film) for film in (first, second))
    return Seen(change=float(compared.difference), sd=math.sqrt(float(compared.sd) ** 2 + varied))


def _variance_of_mean(repetitions: Array) -> float:
    """Of the mean of repetitions, from how they differ; none of a single one."""
    count = repetitions.shape[1]
    return float(np.median(repetitions, axis=0).var(ddof=1)) / count if count > 1 else 0.0


def score_films(
    foretold: Mapping[Effect, Amount], first: Sequence[Peaks], second: Sequence[Peaks]
) -> tuple[Score, ...]:
    """Hold what was foretold of an option against the films of today and of the option.

    Parameters
    ----------
    foretold
        Effects of the option.
    first, second
        Whole squats of the film of today, and of the film of the option.

    Returns
    -------
    tuple of Score
        One for each load that was foretold and that both films show at the lowest point.
    """
    seen = {effect: (gather_lowest(effect, first), gather_lowest(effect, second)) for effect in SCORED}
    return tuple(
        score(effect, foretold[effect], see(*films))
        for effect, films in seen.items()
        if math.isfinite(foretold[effect].change) and all(film.size for film in films)
    )


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


def count_by_effect(scores: Iterable[Score]) -> Mapping[Effect, Tally]:
    """A tally for each effect: those of one film go together, those of one effect come from several films."""
    by_effect: dict[Effect, list[Score]] = defaultdict(list)
    for one in scores:
        by_effect[one.effect].append(one)
    return {effect: count_scores(same) for effect, same in by_effect.items()}


def tell_tally(tally: Tally) -> dict[str, float]:
    """A tally in plain JSON types; `read_tally` makes the same of it again."""
    return asdict(tally)


def read_tally(content: Mapping[str, float]) -> Tally:
    """A tally as `tell_tally` told it.

    Raises
    ------
    ValueError
        If a number is missing, unknown or impossible.
    """
    names = set(asdict(Tally()))
    if set(content) != names:
        raise ValueError(f"A tally has {sorted(names)}, found {sorted(content)}.")
    return Tally(
        count=int(content["count"]),
        inside=int(content["inside"]),
        right=int(content["right"]),
        wrong=int(content["wrong"]),
        total=float(content["total"]),
        square=float(content["square"]),
    )


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
    return f"{what[0].upper()}{what[1:]}: foretold {_tell(one)}, your films show {_show(one)}: {_judge(one)}."


def _judge(one: Score) -> str:
    """Films that would surprise nobody if nothing had changed are no proof of a change."""
    if not one.inside:
        return "not as foretold"
    if one.right is None and one.foretold.change != 0:
        return "that fits, but the films alone could not tell it from no change"
    return "as foretold"


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


def say_tally(*tallies: Tally) -> str:
    """How predictions for this person have come true so far, in plain words.

    Parameters
    ----------
    *tallies
        One for each effect.
    """
    count, inside = sum(one.count for one in tallies), sum(one.inside for one in tallies)
    if not count:
        return "No change was filmed yet, so no prediction has been put to the test."
    came = f"{inside} of {count} predictions came true within their stated error"
    if any(too_narrow(one) for one in tallies):
        return f"{came}; nine of ten should. For you the films count for more than the predictions."
    return f"{came}; nine of ten should."
