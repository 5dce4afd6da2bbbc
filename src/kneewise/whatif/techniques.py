"""Ways to do the squat, as the programme names them → wishes, where a wish can say them.

How much of each is a choice: what the programme's own cue asks for, or what probes ask for.
"""

import math
from collections.abc import Callable, Mapping

import numpy as np

from ..conventions import Bar
from ..model import Burden
from ..model.supposed import Tempo, Today, Wish
from .habits import BOX_SHIN, SEAT
from .standing import Feet

_WEDGE = 0.025  # [m]
_HELD = 0.10  # [body weights]
_COUNTERWEIGHT = 7.5  # middle of the 5 to 10 kg of the cue [kg]
_WIDER, _NARROWER = 0.06, 0.04  # half of the change of stance [m]
_TURNED = math.radians(25)
_SHALLOWER, _LEANING = math.radians(20), math.radians(10)
_SLOW = Tempo(down=3.0, pause=0.0, up=2.0)  # three seconds down, no bounce, and up at ease
_FLAT = np.zeros((1, 1))
_LIGHTER = 0.6  # what the probe leaves of the load [unitless]


def wish_for(option: str, today: Today, burden: Burden) -> Wish | None:
    """The wish that an option of the programme comes to.

    Parameters
    ----------
    option
        Its id.
    today, burden
        The squat that it changes, and what is carried.

    Returns
    -------
    Wish or None
        None where a posture cannot say it, or it would change nothing.
    """
    build = _WISHES.get(option)
    return None if build is None else build(today, burden)


def usual_wishes(today: Today, burden: Burden) -> tuple[Wish, ...]:
    """Every way to squat that the programme knows and a posture can say."""
    wishes = (build(today, burden) for build in _WISHES.values())
    return tuple(wish for wish in wishes if wish is not None)


def box_depth(today: Today, height: float) -> float | None:
    """Inclination of the thighs on a box of this height, None on one that is too low or too high. [rad]

    Assumes: shins as upright as people have them who sit back to a box, soles flat.
    """
    ankle = float(Feet(length=today.foot_length, apart=_FLAT, turn_out=_FLAT, heel=_FLAT).ankle_height[0, 0])
    knee = ankle + today.shank_length * math.cos(today.shin + BOX_SHIN)
    cosine = (height + SEAT - knee) / today.thigh_length
    return math.acos(cosine) if abs(cosine) < 1 else None


def _counterweight(_: Today, burden: Burden) -> Wish | None:
    return None if burden.mass else Wish(burden=Burden(mass=_COUNTERWEIGHT, bar=Bar.GOBLET))


def _lighter(_: Today, burden: Burden) -> Wish | None:
    return Wish(burden=Burden(mass=_LIGHTER * burden.mass, bar=burden.bar)) if burden.mass else None


def _narrower(today: Today, _: Burden) -> Wish | None:
    narrow = max(today.ankles_apart - _NARROWER, today.hips_apart)
    return Wish(ankles_apart=narrow) if narrow < today.ankles_apart else None


def _slower(today: Today, _: Burden) -> Wish | None:
    """Nothing where the bottom is held: there no tempo is slower than that."""
    quick = today.tempo is not None and not today.tempo.pause and today.tempo.down < _SLOW.down
    return Wish(tempo=_SLOW) if quick else None


def _toes_out(today: Today, _: Burden) -> Wish | None:
    return Wish(turn_out=_TURNED) if today.turn_out < _TURNED else None


_WISHES: Mapping[str, Callable[[Today, Burden], Wish | None]] = {
    "vertical_shins": lambda today, _: Wish(box=True, shin=today.shin + BOX_SHIN),
    "heels_raised": lambda _, __: Wish(heel=_WEDGE),
    "hand_support": lambda _, __: Wish(held=_HELD),
    "counterweight": _counterweight,
    "wider_stance": lambda today, _: Wish(ankles_apart=today.ankles_apart + _WIDER),
    "narrower_stance": _narrower,
    "toes_out": _toes_out,
    "slow_tempo": _slower,
    "trunk_lean": lambda today, _: Wish(trunk=today.trunk + _LEANING),
    "less_load": _lighter,
    "less_depth": lambda today, _: Wish(thigh=today.thigh - _SHALLOWER),
}
