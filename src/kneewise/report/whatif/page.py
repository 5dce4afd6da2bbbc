"""Prospect → what the page says and shows of changes to the squat."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...conventions import Bar, Concern, Effect
from ...figures import Words, draw_change, draw_kinds
from ...model import Unmeasured
from ...model.supposed import Frontier, Limit, Outcome, Prospect, Today
from ...whatif import SPARED, WALL_TEST
from .chart import tell_chart

_SPARES = {
    Concern.KNEE: "Spares the kneecap",
    Concern.BACK: "Spares the low back",
    Concern.ANKLE: "Asks least of the ankle",
}
_TESTS = {WALL_TEST: "The knee-to-wall test would tell how far your ankle bends."}
_SMALLER = "A smaller step for the kneecap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One change on the page.

    Attributes
    ----------
    title : a few words.
    how : the change itself in plain words; empty where the title says it.
    trade : what it gains and costs.
    notes : what stands against it, what would tell more, what is taken for granted.
    svg : the picture.
    """

    title: str
    how: str
    trade: str
    notes: tuple[str, ...]
    svg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospects:
    """Everything of what-if on a page.

    Attributes
    ----------
    film : number of the film, from 0.
    named, best : changes.
    kinds : which squat trains what.
    kind_trades : name and trade of each kind.
    ankle : how far it is taken to bend, and what would tell it better.
    assumptions : in plain words.
    chart : data of the sliders.
    because, remedy : why there is nothing else; empty where there is.
    """

    film: int = 0
    named: tuple[Shown, ...] = ()
    best: tuple[Shown, ...] = ()
    kinds: str = ""
    kind_trades: tuple[tuple[str, str], ...] = ()
    ankle: str = ""
    assumptions: tuple[str, ...] = ()
    chart: Mapping[str, Any] | None = None
    because: str = ""
    remedy: str = ""


def illustrate_prospect(prospect: Prospect | Unmeasured | None) -> Prospects | None:
    """Words and pictures of what changes would do.

    Parameters
    ----------
    prospect
        As the pipeline foresees it; None where no film shows enough.
    """
    if prospect is None:
        return None
    if isinstance(prospect, Unmeasured):
        return Prospects(because=prospect.because, remedy=prospect.remedy)
    named, best, kinds = prospect.named, prospect.best, prospect.kinds
    words = Words(
        title="Which squat asks what of your muscles",
        description="Force of five muscle groups of one leg in each kind of squat, beside your own squat.",
        unit="",
    )
    return Prospects(
        film=prospect.film,
        named=tuple(
            _show(prospect, named.today, outcome, _title(prospect.today, outcome))
            for outcome in named.outcomes
        ),
        best=tuple(
            _show(prospect, best.today, outcome, title, how=f"{_sentence(outcome.name)}.")
            for title, outcome in ((title, best.outcomes[number]) for number, title in _choose(best).items())
        ),
        kinds=draw_kinds(words, kinds),
        kind_trades=tuple((outcome.name, outcome.statement) for outcome in kinds.outcomes),
        ankle=_say_ankle(prospect.limits.ankle, best.today),
        assumptions=best.assumptions,
        chart=tell_chart(prospect),
    )


def _say_ankle(limit: Limit, today: Outcome) -> str:
    """How far the ankle goes, from what today's squat takes of it."""
    used, bend = today.effects[Effect.ANKLE_USED].value, today.effects[Effect.ANKLE_BEND].value
    reach = f"{math.degrees(bend / used):.0f}°"
    if limit.known:
        return f"Your ankle bends {reach} with the heel down, by the knee-to-wall test."
    return (
        f"Your ankle probably bends {reach} with the heel down; it was not tested, and people differ by "
        f"{math.degrees(limit.sd):.0f}°. The knee-to-wall test takes two minutes and narrows this."
    )


def _choose(frontier: Frontier) -> dict[int, str]:
    """Numbers of the best for each concern with what it is best for, and of one that goes half as far.

    Nothing is told to spare what it may as well load: the best counts whose change is beyond its own error.
    """
    chosen: dict[int, str] = {}
    for concern, title in _SPARES.items():
        sparing = [n for n in frontier.ranked.get(concern, ()) if _spares(frontier.outcomes[n], concern)]
        for number in sparing[:1]:
            chosen[number] = f"{chosen[number]}, {title[0].lower()}{title[1:]}" if number in chosen else title
    forces = [outcome.effects[Effect.PATELLOFEMORAL_FORCE].change for outcome in frontier.outcomes]
    rest = [number for number in frontier.ranked.get(Concern.KNEE, ()) if number not in chosen]
    half = min(forces, default=0.0) / 2
    between = [number for number in rest if min(forces) < forces[number] < half / 2]
    nearest = sorted(between, key=lambda number: abs(forces[number] - half))
    return {**chosen, **dict.fromkeys(nearest[:1], _SMALLER)}


def _spares(outcome: Outcome, concern: Concern) -> bool:
    spared = outcome.effects[SPARED[concern]]
    return spared.change < -spared.change_sd


def _title(today: Today, outcome: Outcome) -> str:
    """A single change as people say it, against today's squat."""
    wish = outcome.wish
    if wish.heel is not None:
        return f"Heels raised by {1000 * wish.heel:.0f} mm"
    if wish.shin is not None:
        return f"Shins {_turned(today.shin - wish.shin, 'more upright', 'further forward')}"
    if wish.trunk is not None:
        return f"Trunk {_turned(wish.trunk - today.trunk, 'further forward', 'more upright')}"
    return _sentence(outcome.name)


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"


def _turned(angle: float, ahead: str, back: str) -> str:
    return f"{abs(math.degrees(angle)):.0f}° {ahead if angle > 0 else back}"


def _show(prospect: Prospect, today: Outcome, outcome: Outcome, title: str, how: str = "") -> Shown:
    bar = prospect.burden.bar if prospect.burden.mass else Bar.NONE
    words = Words(
        title=f"From today's squat to: {title.lower()}",
        description=f"{outcome.statement} Bars show loads against today's, thin lines their bands.",
        unit="",
    )
    stops = tuple(stop.statement for stop in outcome.stops)
    tests = tuple(_TESTS[test] for test in outcome.tests if test in _TESTS)
    return Shown(
        title=title,
        how=how,
        trade=outcome.statement,
        notes=(*stops, *tests, *outcome.assumptions),
        svg=draw_change(words, today, outcome, (bar, bar)),
    )
