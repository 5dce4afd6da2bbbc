"""How people hold arms, head and an external load: what is known of it before anything is seen."""

import math
from dataclasses import dataclass

from ..conventions import Bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place seen from mid-shoulder or from the hands, and how sure it is.

    Attributes
    ----------
    forward, up : from there. [m]
    sd : one standard deviation of both. [m]
    """

    forward: float
    up: float
    sd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Carry:
    """One way to hold a load, and the posture that goes with it.

    Attributes
    ----------
    load : centre of the load from mid-shoulder.
    tall, wide : radius of gyration of the load along its own up and left-right axis; a bar is hardly spread
        about its own long axis, and that is left out. [m]
    arms : common centre of both arms and hands from mid-shoulder.
    hangs : "forward" and "up" of load and arms are those of the room, not those of the trunk.
    hands : centre of a load in the hands from the wrists, wherever those are measured; None does not hang on
        the hands.
    most : largest load that anybody holds there. [kg]
    round_back : how far the mass of the trunk lies behind the line from mid-hip to mid-shoulder for each
        radian of lean, because the back rounds; one standard deviation of it is as large. [m]
    """

    load: Place
    arms: Place
    tall: float = 0.0
    wide: float = 0.0
    hangs: bool = False
    hands: Place | None = None
    most: float = math.inf
    round_back: float = 0.03


_BAR = 0.65  # a loaded barbell, plates 0.7 m from its middle [m]
_FREE_ARMS = Place(forward=0.12, up=-0.20, sd=0.12)

_HANDS = Place(forward=0.0, up=0.0, sd=0.05)
"""From the wrists; hands reach 7 cm further, who knows where to: estimate."""

# All estimates: no paper gives these from mid-shoulder. Free arms are anywhere between hanging and stretched
# out ahead. A back that bends by φ in an arc of length L leaves its chord by L φ / 12 on the mean: 4 cm a
# radian; a braced back under a load bends less.
CARRIES: dict[Bar, Carry] = {
    Bar.NONE: Carry(load=Place(forward=0.0, up=0.0, sd=0.0), arms=_FREE_ARMS, round_back=0.05),
    Bar.BACK_HIGH: Carry(
        load=Place(forward=-0.06, up=0.05, sd=0.02), arms=Place(forward=-0.02, up=-0.12, sd=0.04), wide=_BAR
    ),
    Bar.BACK_LOW: Carry(
        load=Place(forward=-0.09, up=-0.01, sd=0.02), arms=Place(forward=-0.06, up=-0.12, sd=0.04), wide=_BAR
    ),
    Bar.FRONT: Carry(
        load=Place(forward=0.09, up=0.02, sd=0.02), arms=Place(forward=0.15, up=-0.02, sd=0.05), wide=_BAR
    ),
    Bar.GOBLET: Carry(
        load=Place(forward=0.22, up=-0.12, sd=0.04),
        arms=Place(forward=0.13, up=-0.17, sd=0.04),
        tall=0.08,
        wide=0.08,
        hands=_HANDS,
    ),
    # Arms straight and level: the grip is 0.58 to 0.66 m ahead in people of 1.6 to 1.85 m, and hardly anybody
    # holds them quite level. With arms of their own 20 kg are about 140 N·m at the shoulders, all they have.
    Bar.COUNTERBALANCE: Carry(
        load=Place(forward=0.62, up=-0.05, sd=0.05),
        arms=Place(forward=0.30, up=-0.03, sd=0.04),
        tall=0.08,
        wide=0.08,
        hangs=True,
        hands=Place(forward=0.07, up=0.0, sd=0.03),
        most=20.0,
    ),
    Bar.OVERHEAD: Carry(
        load=Place(forward=-0.03, up=0.52, sd=0.06),
        arms=Place(forward=-0.02, up=0.27, sd=0.05),
        wide=_BAR,
        hangs=True,
        hands=_HANDS,
    ),
    Bar.DUMBBELLS: Carry(
        load=Place(forward=0.02, up=-0.62, sd=0.05),
        arms=Place(forward=0.01, up=-0.30, sd=0.04),
        tall=0.08,
        wide=0.28,
        hangs=True,
        hands=_HANDS,
    ),
    Bar.VEST: Carry(
        load=Place(forward=0.0, up=-0.20, sd=0.03),
        arms=_FREE_ARMS,
        tall=0.15,
        wide=0.12,
        round_back=0.05,
    ),
}


def place_arms(bar: Bar, seen: Place | None) -> Place:
    """Where both arms are: as seen where hands are free, else as people hold them."""
    usual = CARRIES[bar].arms
    return seen if seen is not None and usual is _FREE_ARMS else usual


ROUND_UPRIGHT = 0.2
"""Lean for which an upright back is already round: its mass lies about 1 cm behind its line; estimate.

Dumas 2007 has the torso's centre 3.6 % (men) and 1.6 % (women) of its length behind it; from memory. [rad]"""

UPRIGHT_HEAD, UPRIGHT_HEAD_SD = 0.8, 0.25
"""How far the head stays upright while the trunk leans, 0 to 1: people look where they go; estimate."""
