"""Changes, trades and stops → plain words. Numbers with units of everyday life."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields
from typing import Any

from ..conventions import Bar, Effect
from ..model import Burden
from ..model.supposed import Amount, Limit, Limits, Tempo, Wish
from .standing import Feet

_CARRIED = {
    Bar.BACK_HIGH: ("a bar", "high on the back"),
    Bar.BACK_LOW: ("a bar", "low on the back"),
    Bar.FRONT: ("a bar", "in front"),
    Bar.GOBLET: ("a weight", "held before the chest"),
    Bar.COUNTERBALANCE: ("a weight", "held out in front, arms straight"),
    Bar.OVERHEAD: ("a bar", "overhead"),
    Bar.DUMBBELLS: ("weights", "hanging at the sides"),
    Bar.VEST: ("a weight vest", ""),
}
_NOTHING = {item.name: item.default for item in fields(Wish)}
_NOWHERE = "Out of reach: your legs are too short to stand so wide at this depth."
_SMALL = 0.02
"""A change of the load that is surely less than this share is told as none. [unitless]"""
_USED = 0.97
_ALL = 1.0
"""More than all of a load cannot be gained."""
_DOUBTS = {
    "hip": "your hips may not fold so far",
    "back": "balance may be hard",
    "front": "balance may be hard",
    "length": "your legs may be too short to stand so wide",
}


def say_wish(wish: Wish) -> str:
    """A change in plain words, such as "heels 25 mm up, shins at 20°"."""
    return ", ".join(_say(wish, _SAID)) or "as today"


def _say(wish: Wish, how: Mapping[str, Callable[[Any], str]]) -> list[str]:
    return [say(value) for name, say in how.items() if (value := getattr(wish, name)) != _NOTHING[name]]


def _say_burden(burden: Burden) -> str:
    if not burden.mass:
        return "no load"
    what, where = _CARRIED[burden.bar]
    return f"{what} of {burden.mass:.3g} kg {where}".rstrip()


def say_tempo(tempo: Tempo) -> str:
    """Such as "3 s down, 1 s up"."""
    pause = f", {tempo.pause:.2g} s held" if tempo.pause else ""
    return f"{tempo.down:.2g} s down{pause}, {tempo.up:.2g} s up"


_SAID: dict[str, Callable[[Any], str]] = {
    "heel": lambda heel: f"heels {heel * 1000:.0f} mm up" if heel else "heels flat",
    "shin": lambda angle: f"shins at {_degrees(angle)}",
    "trunk": lambda angle: f"trunk at {_degrees(angle)}",
    "thigh": lambda angle: f"thighs at {_degrees(angle)}",
    "ankles_apart": lambda apart: f"ankles {apart * 200:.0f} cm apart",
    "turn_out": lambda angle: f"feet turned out {_degrees(angle)}",
    "burden": _say_burden,
    "pressure": lambda share: f"weight over {_place(share)}",
    "box": lambda _: "sitting back to a box",
    "held": lambda share: f"hands holding {share * 100:.0f} % of the weight",
    "tempo": say_tempo,
}


def say_trade(effects: Mapping[Effect, Amount], reachable: bool, sure: bool, doubts: Sequence[str]) -> str:
    """What a change gains, and what it costs, in one sentence.

    Parameters
    ----------
    effects
        Of the option.
    reachable, sure
        Whether this body can take the posture, and how sure that is.
    doubts
        What may stop it though it does not stop the likeliest body.
    """
    places = (
        (Effect.PATELLOFEMORAL_FORCE, "at the kneecap"),
        (Effect.HIP_MOMENT, "at the hip"),
        (Effect.LUMBAR_MOMENT, "in the low back"),
    )
    told = [(effects[effect], where) for effect, where in places]
    if any(math.isnan(amount.value) for amount, _ in told):
        return _NOWHERE
    parts = []
    for verb, sign in (("gains", -1.0), ("costs", 1.0)):
        sure_ones = [_range(a, where) for a, where in told if _surely(a, sign)]
        likely = [_about(a, where) for a, where in told if not _surely(a, sign) and _probably(a, sign)]
        if sure_ones:
            parts.append(f"{verb} {_and(sure_ones) if sign < 0 else _more(sure_ones)}")
        if likely:
            parts.append(f"probably {verb} {_and(likely) if sign < 0 else _more(likely)}")
    if not parts:
        parts.append("makes no sure difference at kneecap, hip and low back")
    if reachable:
        parts += _fits(effects[Effect.ANKLE_USED], doubts)
    else:
        parts.append("but is out of reach today" if sure else "but is probably out of reach today")
    sentence = ", ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _surely(amount: Amount, sign: float) -> bool:
    """Whether nine in ten bodies change this way, and by more than next to nothing."""
    return min(sign * amount.ratio_low, sign * amount.ratio_high) > 0 and sign * amount.ratio > _SMALL


def _probably(amount: Amount, sign: float) -> bool:
    """Whether the change is larger than its own error."""
    return sign * amount.change > amount.change_sd and sign * amount.ratio > _SMALL


def _about(amount: Amount, where: str) -> str:
    return f"about {abs(amount.ratio) * 100:.0f} % {where}"


def _range(amount: Amount, where: str) -> str:
    low, high = sorted((min(abs(amount.ratio_low), _ALL), min(abs(amount.ratio_high), _ALL)))
    if amount.ratio > 0:
        low, high = amount.ratio_low, amount.ratio_high
    first, last = f"{low * 100:.0f}", f"{high * 100:.0f}"
    return f"{first} % {where}" if first == last else f"{first}–{last} % {where}"


def _more(costs: Sequence[str]) -> str:
    return _and([cost.replace(" %", " % more", 1) for cost in costs])


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _fits(used: Amount, doubts: Sequence[str]) -> list[str]:
    """Whether ankle, hip and balance have room for it."""
    if "ankle" in doubts:
        ankle = "probably fits your ankle"
    else:
        ankle = "takes nearly all of your ankle" if used.value > _USED else "fits your ankle"
    said = list(dict.fromkeys(_DOUBTS[what] for what in doubts if what in _DOUBTS))
    return [ankle, f"but {_and(said)}"] if said else [ankle]


def say_stop(
    what: str, needed: float, allowed: float, remedies: Sequence[Wish], asked: tuple[Wish, Feet, Limits]
) -> str:
    """What stops a wish, and what would do, in one sentence.

    Parameters
    ----------
    what
        As in `Stop`.
    needed, allowed
        In SI.
    remedies
        Changes with which it could be had.
    asked
        The wish, how the feet stand today, and how far ankle and hip go.
    """
    wish, feet, limits = asked
    reasons = {
        "ankle": _reach("ankle", limits.ankle, needed, allowed),
        "hip": _reach("hip", limits.hip, needed, allowed),
        "back": "The weight would be too near the heels, or behind them",
        "front": "The weight would be too near the toes, or beyond them",
        "length": "Your legs are too short to stand so wide at this depth",
        "heel": f"Heels are raised by {allowed * 1000:.0f} mm at the most here, this asks for "
        f"{needed * 1000:.0f} mm",
    }
    ways = [_way(remedy, wish, feet) for remedy in remedies]
    return f"{reasons[what]}: {_or(ways)} would do." if ways else f"{reasons[what]}."


def _reach(joint: str, limit: Limit, needed: float, allowed: float) -> str:
    """What a joint allows: as tested, or as it is in most people who bend it as far as today."""
    allows = "allows" if limit.known else "probably allows"
    return f"Your {joint} {allows} {_degrees(allowed)}, this needs {_degrees(needed)}"


def _way(remedy: Wish, wish: Wish, feet: Feet) -> str:
    if _is_less(remedy, wish):
        exact = {**_SAID, "pressure": lambda share: f"the weight {share * 100:.0f} % of the way to the toes"}
        return " with ".join(_say(remedy, exact))
    if remedy.heel is not None:
        kind = "a wedge of" if not wish.heel and not feet.heel.any() else "heels raised by"
        return f"{kind} {remedy.heel * 1000:.0f} mm"
    if remedy.ankles_apart is not None:
        return f"a stance {200 * (remedy.ankles_apart - float(feet.apart[0, 0])):.0f} cm wider"
    if remedy.burden is not None:
        return f"{remedy.burden.mass:.3g} kg {_CARRIED[remedy.burden.bar][1]}"
    return f"less depth, thighs at {_degrees(remedy.thigh or 0.0)}"


def _is_less(remedy: Wish, wish: Wish) -> bool:
    """Whether it is a part of what was wished for, and not something beside it."""
    said = [name for name in _NOTHING if getattr(remedy, name) != _NOTHING[name]]
    asked = all(getattr(wish, name) != _NOTHING[name] for name in said)
    higher = remedy.heel is not None and wish.heel is not None and remedy.heel > wish.heel
    return asked and not higher


def _or(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def say_tests(limits: Limits, matters: Collection[str]) -> tuple[str, ...]:
    """Ids of tests that would tell more of what matters: what stops a posture, or may stop it."""
    ranges = {"ankle": limits.ankle, "hip": limits.hip}
    unknown = (limit for what, limit in ranges.items() if what in matters and not limit.known)
    return tuple(limit.test for limit in unknown if limit.test)


def _degrees(angle: float) -> str:
    return f"{math.degrees(angle):.0f}°"


def _place(share: float) -> str:
    if share < 0.35:
        return "the heels"
    return "the middle of the foot" if share < 0.55 else "the balls of the feet"
