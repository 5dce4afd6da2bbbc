"""Postures + limits → whether a body can take them; where not, what stops it, and what would do."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..conventions import Bar
from ..model import Burden, Mask
from ..model.supposed import Limits, Stop, Wish
from .asking import Asked, work_out
from .effects import Ranges
from .sampling import Someone
from .words import say_stop

_ANGLE, _PLACE = 0.01, 1e-3
"""Less than this beyond a limit is none: what a hinge in space differs from one in the plane. [rad, 1]"""
_SURE = 0.9
_HEEL_STEP = 0.001  # [m]
_WIDER = (0.03, 0.035)
_WIDER_STEPS = 5
"""Half the distance between the ankles grows by so much [m], with so much turn-out [rad], so many times."""
_SHALLOWER = (0.95, 0.90, 0.85, 0.80, 0.75)
_PARTS = (("shin",), ("trunk",), ("thigh",), ("heel",), ("ankles_apart", "turn_out"), ("pressure",))
_POSSIBLE = {
    "heel": (0.0, 0.15),
    "pressure": (0.0, 1.0),
    "thigh": (math.radians(21), math.radians(149)),
    "ankles_apart": (0.0, 1.0),
}
"""Between which a wish makes sense at all. [as in `Wish`]"""
_SHARES = tuple(0.95 - 0.05 * step for step in range(30))
"""So much of the way from today to a wish is tried, the most first, and then a little to the other side."""
_COUNTERWEIGHTS = (
    Burden(mass=5.0, bar=Bar.GOBLET),
    Burden(mass=10.0, bar=Bar.GOBLET),
    Burden(mass=5.0, bar=Bar.COUNTERBALANCE),
)
"""From the least that it moves the weight forward to the most."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verdict:
    """Whether bodies can take postures.

    Attributes
    ----------
    broken : what stops it → (o, s) where it does.
    """

    broken: Mapping[str, Mask]

    @property
    def stopped(self) -> Mask:
        """(o, s) where anything does."""
        return np.asarray(np.any(list(self.broken.values()), axis=0))

    @property
    def reachable(self) -> Mask:
        """(o,) whether the likeliest body can."""
        return np.asarray(~self.stopped[:, 0])

    def told(self, row: int) -> "Told":
        """The verdict on one posture."""
        stopped = self.stopped[row]
        return Told(
            reachable=not stopped[0],
            sure=bool((stopped == stopped[0]).mean() >= _SURE),
            doubts=tuple(
                what
                for what, mask in self.broken.items()
                if not mask[row, 0] and mask[row].mean() > 1 - _SURE
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The verdict on one posture.

    Attributes
    ----------
    reachable : whether the likeliest body can take it.
    sure : whether nearly all bodies give the same verdict.
    doubts : what stops more than a few bodies, but not the likeliest.
    """

    reachable: bool
    sure: bool
    doubts: tuple[str, ...]


def judge(asked: Asked, ranges: Ranges, limits: Limits) -> Verdict:
    """What stops each body in each posture.

    Parameters
    ----------
    asked
        The postures.
    ranges
        Of ankle and hip, in each version of the person.
    limits
        The highest heel.
    """
    shape = asked.net.knee.shape
    net, bounds = asked.net, asked.bounds
    # Of a posture that does not exist nothing else can be said.
    posture = {
        "ankle": net.angles[..., 2] > ranges.ankle + _ANGLE,
        "hip": net.angles[..., 0] > ranges.hip + _ANGLE,
        "back": net.share < bounds.back - _PLACE,
        "front": net.share > bounds.front + _PLACE,
    }
    broken = {
        **{name: mask & net.reaches for name, mask in posture.items()},
        "length": ~net.reaches,
        "heel": asked.scene.feet.heel > limits.heel + _HEEL_STEP / 2,
    }
    return Verdict(broken={name: np.broadcast_to(mask, shape) for name, mask in broken.items()})


def explain_stops(someone: Someone, burden: Burden, wish: Wish, limits: Limits) -> tuple[Stop, ...]:
    """What stops the likeliest body from a wish, and what would do.

    Parameters
    ----------
    someone
        The person.
    burden
        What is carried.
    wish
        One that is not reachable.
    limits
        What holds.
    """
    first = someone.first()
    found = _needed(first, burden, wish, limits)
    remedies = _remedies(first, burden, wish, limits)
    return tuple(
        Stop(
            what=what,
            needed=needed,
            allowed=allowed,
            remedies=remedies,
            # What would do against all of them is said once, with the last one.
            statement=say_stop(
                what, needed, allowed, remedies if what == list(found)[-1] else (), (wish, first.feet, limits)
            ),
        )
        for what, (needed, allowed) in found.items()
    )


def _needed(first: Someone, burden: Burden, wish: Wish, limits: Limits) -> dict[str, tuple[float, float]]:
    """What stops → what it would need, and what is allowed.

    Where one range alone stands in the way, the posture is sought without it: what seems to be a lack of
    balance is then known as a lack of ankle or hip.
    """
    for what, other in (("ankle", "hip"), ("hip", "ankle")):
        asked = work_out(first, burden, [wish], limits, stiff=frozenset({other}))
        broken = _broken(judge(asked, first.ranges, limits))
        if broken == {what}:
            return {what: _compare(what, asked, first.ranges, limits)}
    asked = work_out(first, burden, [wish], limits)
    broken = _broken(judge(asked, first.ranges, limits))
    return {what: _compare(what, asked, first.ranges, limits) for what in sorted(broken)}


def _broken(verdict: Verdict) -> set[str]:
    return {what for what, mask in verdict.broken.items() if mask[0, 0]}


def _compare(what: str, asked: Asked, ranges: Ranges, limits: Limits) -> tuple[float, float]:
    angles, share = asked.net.angles[0, 0], float(asked.net.share[0, 0])
    pairs = {
        "ankle": (angles[2], ranges.ankle[0]),
        "hip": (angles[0], ranges.hip[0]),
        "back": (share, limits.margin),
        "front": (share, 1 - limits.margin),
        "length": (1.0, 0.0),
        "heel": (asked.scene.feet.heel[0, 0], limits.heel),
    }
    needed, allowed = pairs[what]
    return float(needed), float(allowed)


def _remedies(first: Someone, burden: Burden, wish: Wish, limits: Limits) -> tuple[Wish, ...]:
    """The smallest change of each kind with which the rest of the wish can be had.

    Where there is none, as much of the wish as can be had: of one part of it, or of all parts alike.
    """
    more = (
        _higher_heels(first, wish, limits),
        _wider(first, wish),
        _counterweights(first, burden),
        _shallower(first, wish),
    )
    lower = [Wish(heel=limits.heel)] if (wish.heel or 0.0) > limits.heel else []
    for families in ((lower, *more), _less_of_one(first, burden, wish), _less_of_all(first, wish)):
        found = (_smallest(first, burden, wish, (family, limits)) for family in families)
        if remedies := tuple(dict.fromkeys(one for one in found if one is not None)):
            return remedies
    return ()


def _smallest(
    first: Someone, burden: Burden, wish: Wish, offer: tuple[Sequence[Wish], Limits]
) -> Wish | None:
    family, limits = offer
    if not family:
        return None
    carried = family[0].burden or burden
    if any((one.burden or burden) != carried for one in family):
        found = (_smallest(first, burden, wish, ([one], limits)) for one in family)
        return next((one for one in found if one), None)
    asked = work_out(first, carried, [wish.joined(one) for one in family], limits)
    works = judge(asked, first.ranges, limits).reachable
    return family[int(np.argmax(works))] if works.any() else None


def _less_of_one(first: Someone, burden: Burden, wish: Wish) -> list[list[Wish]]:
    """Less and less of each part of a wish, towards today's squat."""
    families = [[_part_of(first, wish, names, share) for share in _SHARES] for names in _parts_of(wish)]
    if wish.burden is not None and burden.mass > first.lifter.burden.mass:
        masses = [share * burden.mass for share in _SHARES if share > 0]
        families.append([Wish(burden=replace(burden, mass=mass)) for mass in masses])
    return families


def _less_of_all(first: Someone, wish: Wish) -> list[list[Wish]]:
    """Less and less of everything; then the same with the load left as it is today."""
    names = [name for names in _parts_of(wish) for name in names]
    family = [_part_of(first, wish, names, share) for share in _SHARES]
    kept = Wish(burden=first.lifter.burden)
    families = [family] if names else []
    return families if wish.burden is None else [*families, [one.joined(kept) for one in family]]


def _parts_of(wish: Wish) -> list[tuple[str, ...]]:
    return [names for names in _PARTS if any(getattr(wish, name) is not None for name in names)]


def _part_of(first: Someone, wish: Wish, names: Sequence[str], share: float) -> Wish:
    """These parts of a wish, so much of the way from today."""
    today = {
        "shin": float(first.feet.seen_shin(first.shin)[0, 0]),
        "trunk": float(first.trunk[0]),
        "thigh": float(first.depth[0]),
        "heel": float(first.feet.heel[0, 0]),
        "ankles_apart": float(first.feet.apart[0, 0]),
        "turn_out": float(first.feet.turn_out[0, 0]),
        "pressure": float(first.share[0]),
    }
    said: dict[str, Any] = {}
    for name in names:
        wanted, (low, high) = getattr(wish, name), _POSSIBLE.get(name, (-math.inf, math.inf))
        if wanted is not None:
            said[name] = min(max(today[name] + share * (wanted - today[name]), low), high)
    return Wish(**said)


def _higher_heels(first: Someone, wish: Wish, limits: Limits) -> list[Wish]:
    heel = float(first.feet.heel[0, 0]) if wish.heel is None else wish.heel
    steps = max(round((limits.heel - heel) / _HEEL_STEP), 0)
    return [Wish(heel=heel + _HEEL_STEP * (step + 1)) for step in range(steps)]


def _wider(first: Someone, wish: Wish) -> list[Wish]:
    if wish.ankles_apart is not None:
        return []
    apart, turned = float(first.feet.apart[0, 0]), wish.turn_out
    turn = float(first.feet.turn_out[0, 0]) if turned is None else turned
    out = 0.0 if turned is not None else _WIDER[1]
    steps = range(1, _WIDER_STEPS + 1)
    return [Wish(ankles_apart=apart + _WIDER[0] * n, turn_out=turn + out * n) for n in steps]


def _counterweights(first: Someone, burden: Burden) -> list[Wish]:
    if burden.bar is not Bar.NONE or first.lifter.person.mass is None:
        return []
    return [Wish(burden=weight) for weight in _COUNTERWEIGHTS]


def _shallower(first: Someone, wish: Wish) -> list[Wish]:
    depth = float(first.depth[0]) if wish.thigh is None else wish.thigh
    return [Wish(thigh=share * depth) for share in _SHALLOWER]
