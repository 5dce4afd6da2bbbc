"""Foot and insole → Fit: toe room and overhang, and whether the shoe is short or narrow."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.stats import norm

from ..model import Array
from .measuring import STATIONS, Shape

TOE_ROOM = (0.010, 0.015)
"""What should be free in front of the longest toe, standing. [m]"""

MOST_OVERHANG = 0.003
"""So far a foot may reach beyond the insole at each side. [m]"""

_TURNS = np.tan(np.deg2rad(np.arange(-4, 4.5, 0.5)))
"""How a foot may lie on its insole, as slopes."""

_SIDES = (0.10, 0.80)
"""Shares of the foot's length between which its sides are held against the insole's."""


class OnShoe(StrEnum):
    """What is seen from above of a bare foot that stands on its shoe."""

    INSIDE = "inside"
    TOES_OVER = "toes-over"
    SIDES_OVER = "sides-over"
    BOTH_OVER = "both-over"

    @property
    def choice(self) -> str | None:
        """Choice of the shoe-fit test; None where nothing sticks out: a sole is larger than its inside."""
        told = {"toes-over": "short", "sides-over": "narrow", "both-over": "short_and_narrow"}
        return told.get(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How a foot fits on an insole.

    Attributes
    ----------
    toe_room, toe_room_sd : insole beyond the longest toe, both heels at one place; negative where toes stick
        out. [m]
    overhang, overhang_sd : how far the foot reaches beyond the insole at the worse side, lying as well as it
        can; negative where there is room. [m]
    choice : ``fits``, ``short``, ``narrow`` or ``short_and_narrow``, as the shoe-fit test has them.
    short_chance, narrow_chance : of the true toe room under 10 mm, and of the true overhang above 3 mm.
        [unitless]
    """

    toe_room: float
    toe_room_sd: float
    overhang: float
    overhang_sd: float
    choice: str
    short_chance: float
    narrow_chance: float


def compare_shapes(foot: Shape, insole: Shape) -> Fit:
    """Fit of a foot on an insole.

    Notes
    -----
    Assumes: the heel sits at the back of the insole; the foot may shift sideways and turn by 4°.
    Error: those of both shapes, taken as independent.
    """
    toe_room = insole.length - foot.length
    toe_room_sd = float(np.hypot(insole.length_sd, foot.length_sd))
    overhang = _overhang(foot, insole)
    overhang_sd = float(np.hypot(insole.width_sd, foot.width_sd) / 2)
    short = float(norm.cdf((TOE_ROOM[0] - toe_room) / toe_room_sd))
    narrow = float(norm.cdf((overhang - MOST_OVERHANG) / overhang_sd))
    return Fit(
        toe_room=toe_room,
        toe_room_sd=toe_room_sd,
        overhang=overhang,
        overhang_sd=overhang_sd,
        choice=_CHOICES[short > 0.5, narrow > 0.5],
        short_chance=short,
        narrow_chance=narrow,
    )


_CHOICES = {
    (False, False): "fits",
    (True, False): "short",
    (False, True): "narrow",
    (True, True): "short_and_narrow",
}


def _overhang(foot: Shape, insole: Shape) -> float:
    """The least overhang at the worse side, of all ways to lie on the insole. [m]"""
    along = (_SIDES[0] * foot.length < STATIONS) & (_SIDES[1] * foot.length > STATIONS)
    x = STATIONS[along]
    # Turned by a slope s and shifted by d, the inner side reaches s·x + d farther in, the outer less far out.
    worst = [
        (
            _most(foot.inner[along] - insole.inner[along] + s * x)
            + _most(foot.outer[along] - insole.outer[along] - s * x)
        )
        / 2
        for s in _TURNS
    ]
    return min(worst)


def _most(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known.max()) if len(known) else -np.inf
