"""Changes, trades and stops → plain words. Numbers with units of everyday life."""

import math
from collections.abc import Sequence

from ..conventions import Bar, Effect
from ..model.supposed import Amount, Limits, Wish
from .standing import Feet

_BARS = {
    Bar.NONE: "no load",
    Bar.BACK_HIGH: "a bar high on the back",
    Bar.BACK_LOW: "a bar low on the back",
    Bar.FRONT: "a bar in front",
    Bar.GOBLET: "a weight held before the chest",
    Bar.OVERHEAD: "a bar overhead",
    Bar.DUMBBELLS: "weights hanging at the sides",
    Bar.VEST: "a weight vest",
}
_SMALL = 0.02
"""A change of the load that is surely less than this share is told as none. [unitless]"""
_USED = 0.97
_ALL = 1.0
"""More than all of a load cannot be gained."""
_FITS = "fits your ankle"


def say_wish(wish: Wish) -> str:
    """A change in plain words, such as "heels 25 mm up, shins at 20°"."""
    parts = []
    if wish.heel is not None:
        parts.append(f"heels {wish.heel * 1000:.0f} mm up" if wish.heel else "heels flat")
    if wish.shin is not None:
        parts.append(f"shins at {_degrees(wish.shin)}")
    if wish.trunk is not None:
        parts.append(f"trunk at {_degrees(wish.trunk)}")
    if wish.thigh is not None:
        parts.append(f"thighs at {_degrees(wish.thigh)}")
    if wish.ankles_apart is not None:
        parts.append(f"ankles {wish.ankles_apart * 200:.0f} cm apart")
    if wish.turn_out is not None:
        parts.append(f"feet turned out {_degrees(wish.turn_out)}")
    if wish.burden is not None:
        load = f" of {wish.burden.mass:g} kg" if wish.burden.mass else ""
        parts.append(f"{_BARS[wish.burden.bar]}{load}")
    if wish.pressure is not None:
        parts.append(f"weight over {_place(wish.pressure)}")
    if wish.box:
        parts.append("sitting back to a box")
    if wish.held:
        parts.append(f"hands holding {wish.held:.0%} of the weight")
    if wish.duration is not None:
        parts.append(f"{wish.duration:g} s down and up" if wish.duration else "held at the bottom")
    return ", ".join(parts) or "as today"


def say_trade(effects: dict[Effect, Amount], reachable: bool, sure: bool) -> str:
    """What a change gains, and what it costs, in one sentence.

    Parameters
    ----------
    effects
        Of the option.
    reachable, sure
        Whether this body can take the posture, and how sure that is.
    """
    places = (
        (Effect.PATELLOFEMORAL_FORCE, "at the kneecap"),
        (Effect.HIP_MOMENT, "at the hip"),
        (Effect.LUMBAR_MOMENT, "in the low back"),
    )
    told = [(effects[effect], where) for effect, where in places]
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
    parts.append(_ankle(effects[Effect.ANKLE_USED], reachable, sure))
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


def _ankle(used: Amount, reachable: bool, sure: bool) -> str:
    if not reachable:
        return "but is out of reach today" if sure else "but is probably out of reach today"
    if not sure:
        return f"probably {_FITS}"
    return "takes nearly all of your ankle" if used.value > _USED else _FITS


def say_stop(
    what: str, needed: float, allowed: float, remedies: Sequence[Wish], asked: tuple[Wish, Feet]
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
        The wish, and how the feet stand today.
    """
    reasons = {
        "ankle": f"Your ankle allows {_degrees(allowed)}, this needs {_degrees(needed)}",
        "hip": f"Your hip allows {_degrees(allowed)}, this needs {_degrees(needed)}",
        "back": "The weight would be too near the heels, or behind them",
        "front": "The weight would be too near the toes, or beyond them",
        "length": "Your legs are too short to stand so wide at this depth",
        "heel": f"Heels are raised by {allowed * 1000:.0f} mm at the most here, this asks for "
        f"{needed * 1000:.0f} mm",
    }
    ways = [_way(remedy, *asked) for remedy in remedies]
    return f"{reasons[what]}: {_or(ways)} would do." if ways else f"{reasons[what]}."


def _way(remedy: Wish, wish: Wish, feet: Feet) -> str:
    if remedy.heel is not None:
        kind = "a wedge of" if not wish.heel and not feet.heel.any() else "heels raised by"
        return f"{kind} {remedy.heel * 1000:.0f} mm"
    if remedy.ankles_apart is not None:
        return f"a stance {200 * (remedy.ankles_apart - float(feet.apart[0, 0])):.0f} cm wider"
    if remedy.burden is not None:
        return f"{remedy.burden.mass:g} kg held before the chest"
    return f"less depth, thighs at {_degrees(remedy.thigh or 0.0)}"


def _or(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def say_tests(limits: Limits, outcome_sure: bool) -> tuple[str, ...]:
    """Ids of tests that would tell more of what is not known yet."""
    unknown = (limit for limit in (limits.ankle, limits.hip) if not limit.known and limit.test)
    return () if outcome_sure else tuple(limit.test for limit in unknown)


def _degrees(angle: float) -> str:
    return f"{math.degrees(angle):.0f}°"


def _place(share: float) -> str:
    if share < 0.35:
        return "the heels"
    return "the middle of the foot" if share < 0.55 else "the balls of the feet"
