"""What was foretold of a change, and what films then showed of it → one drawing, a row for each load."""

from collections.abc import Iterator, Sequence

from ..conventions import Effect
from ..model.foretold import Refilmed, Score
from .frame import WIDTH, Words, text, wrap

_LEFT, _RIGHT = 12.0, 348.0  # [px]
_TOP, _PITCH, _BELOW = 34.0, 44.0, 26.0  # [px]
_LEAST = 0.10
"""The track reaches at least so far to either side. [of today's load]"""
_NORMAL = 1.6449  # standard deviations either side that hold nine of ten [unitless]
_NAMES = {
    Effect.PATELLOFEMORAL_FORCE: "kneecap",
    Effect.KNEE_MOMENT: "knee",
    Effect.HIP_MOMENT: "hip",
    Effect.LUMBAR_MOMENT: "low back",
}


def draw_predictions(refilmed: Refilmed) -> str:
    """Bars from low to high of what was foretold, and over them what the films show with its error.

    Parameters
    ----------
    refilmed
        A way to squat that was foretold and then filmed; loads that today are next to nothing have no row.
    """
    scores = [one for one in refilmed.scores if one.effect in _NAMES and _today(one) > 0]
    reach = max([_LEAST, *(abs(end) for one in scores for end in _ends(one))])
    words = Words(
        title=f"Foretold and filmed: {refilmed.name}",
        description="Bars: the change that was foretold, 9 times in 10. Dots: what films show, with error.",
        unit="",
    )
    parts = [part for row, one in enumerate(scores) for part in _row(one, _TOP + row * _PITCH, reach)]
    height = _TOP + len(scores) * _PITCH
    return wrap(words, [*_scale(reach, height), *parts], WIDTH, height + _BELOW - 10, ' class="change"')


def _today(one: Score) -> float:
    return one.foretold.value - one.foretold.change


def _ends(one: Score) -> tuple[float, ...]:
    """Everything that is drawn of a row, as shares of today's load."""
    ends = (
        one.foretold.change_low,
        one.foretold.change_high,
        one.seen.change - _NORMAL * one.seen.sd,
        one.seen.change + _NORMAL * one.seen.sd,
    )
    return tuple(end / _today(one) for end in ends)


def _across(share: float, reach: float) -> float:
    return (_LEFT + _RIGHT) / 2 + share / reach * (_RIGHT - _LEFT) / 2


def _scale(reach: float, height: float) -> Iterator[str]:
    """No change in the middle, and how much less and more at the ends."""
    middle = _across(0.0, reach)
    yield text(middle, 15, "as today", "middle", "soft")
    yield text(_LEFT, 15, f"{100 * reach:.0f} % less", "start", "soft")
    yield text(_RIGHT, 15, f"{100 * reach:.0f} % more", "end", "soft")
    yield f'<path class="today" d="M{middle:.1f} 21V{height - 10:.1f}"/>'


def _row(one: Score, y: float, reach: float) -> Sequence[str]:
    low, high, seen_low, seen_high = (_across(end, reach) for end in _ends(one))
    dot = _across(one.seen.change / _today(one), reach)
    kind = "same" if one.inside else "more"
    verdict = "as foretold" if one.inside else "not as foretold"
    return (
        text(_LEFT, y + 10, _NAMES[one.effect], "start"),
        text(_RIGHT, y + 10, verdict, "end", "soft"),
        f'<path class="amount foretold" d="M{low:.1f} {y + 16:.1f}H{high:.1f}V{y + 28:.1f}H{low:.1f}Z"/>',
        f'<path class="band" d="M{seen_low:.1f} {y + 22:.1f}H{seen_high:.1f}"/>',
        f'<circle class="amount {kind}" cx="{dot:.1f}" cy="{y + 22:.1f}" r="5"/>',
    )
