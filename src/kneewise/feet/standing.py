"""Clicked points and ratings → how somebody stands: toe-out, rearfoot, knee gap, foot posture photo score.

What is clicked is told by a person, and its error is an estimate of how well people find such points.
Navicular drop and the Q-angle are not offered: they hardly repeat, and do not go with pain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..conventions import LegMeasure, Side
from ..errors import InputError
from ..model import Array, Motion
from .marks import Marks
from .sheet import Sheet

_CLICK = 0.004
"""Error of a clicked point on the body; an estimate. [m]"""

_SHIN_CLICKED = 0.16
"""Usual distance from the middle of the calf to the ankle, for the error only; an estimate. [m]"""

_HEEL_CLICKED = 0.06
_DEPTH = 0.03
"""Error of a scale that does not stand exactly where the knees are, relative; an estimate. [unitless]"""

_TOUCHING = 0.015
"""Ankles farther apart than this do not touch. [m]"""

_RATING_SD = 0.6
"""Error of one rating by a layperson; an estimate, 1.5 points for five with half of it shared. [points]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One of the five things that are rated.

    Attributes
    ----------
    id, text : short word, and what to look at.
    outward, inward : what -2 and +2 look like; 0 is in between.
    """

    id: str
    text: str
    outward: str
    inward: str


ITEMS = (
    Item(
        id="ankle_curves",
        text="From behind: the curves above and below the outer ankle bone.",
        outward="the lower curve is straight or bulges out",
        inward="the lower curve is much deeper than the upper",
    ),
    Item(
        id="heel_tilt",
        text="From behind: which way the heel leans.",
        outward="the bottom of the heel points clearly inwards",
        inward="the bottom of the heel points clearly outwards",
    ),
    Item(
        id="inner_bulge",
        text="From the inner side, slightly behind: the skin below and before the inner ankle bone.",
        outward="a clear hollow",
        inward="a clear bulge",
    ),
    Item(
        id="arch_height",
        text="From the inner side: the arch.",
        outward="high, and steep towards the heel",
        inward="low, its middle touches the floor",
    ),
    Item(
        id="toes_seen",
        text="From behind: toes that can be seen beside the heel.",
        outward="none on the outer side, inner toes clearly seen",
        inward="none on the inner side, outer toes clearly seen",
    ),
)
"""Own words for five of the six things that foot posture scores look at; the sixth needs fingers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A number with its error.

    Attributes
    ----------
    value, sd : in SI, angles in radians.
    """

    value: float
    sd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """How somebody stands; a field is empty where nobody clicked or rated it.

    Attributes
    ----------
    toe_out : side → angle of the foot outwards from straight ahead. [rad]
    toe_out_difference : left minus right; None unless both are known. [rad]
    rearfoot : side → angle between lower leg and heel, positive with the bottom of the heel outwards. [rad]
    knee_gap : between the knees with touching ankles. [m]
    score : side → foot posture photo score of five ratings, -10 outwards to +10 inwards. [points]
    """

    toe_out: Mapping[Side, Told]
    toe_out_difference: Told | None
    rearfoot: Mapping[Side, Told]
    knee_gap: Told | None
    score: Mapping[Side, Told]


def measure_toe_out(marks: Marks, sheet: Sheet, name: str) -> dict[Side, Told]:
    """Angle of each foot outwards, from a photo of both feet from above with a sheet on the floor. [rad]

    Notes
    -----
    Straight ahead is at right angles to the line between the heels. `left_heel`, `left_toe`, `right_heel` and
    `right_toe` are the middles of the heels and the second toes.

    Assumes: the person stands with the heels side by side.
    Error: clicks off by 4 mm.
    """
    points = {key: sheet.view.to_floor(one) for key, one in _needed(marks, name, _FROM_ABOVE).items()}
    across = points["right_heel"] - points["left_heel"]
    ahead = np.array([-across[1], across[0]])
    toes = {side: points[f"{side.name.lower()}_toe"] - points[f"{side.name.lower()}_heel"] for side in Side}
    if (toes[Side.LEFT] + toes[Side.RIGHT]) @ ahead < 0:
        raise InputError(
            f"In {name} left and right are exchanged, or heel and toe.",
            remedy="left is the person's own left; correct the points.",
        )
    told = {}
    for side, foot in toes.items():
        turned = float(np.arctan2(ahead[0] * foot[1] - ahead[1] * foot[0], ahead @ foot))
        sd = _CLICK * np.sqrt(2) * np.hypot(1 / np.linalg.norm(foot), 1 / np.linalg.norm(across))
        told[side] = Told(value=turned if side is Side.LEFT else -turned, sd=float(sd))
    return told


_FROM_ABOVE = ("left_heel", "left_toe", "right_heel", "right_toe")


def measure_toe_out_in_film(motion: Motion, name: str) -> tuple[dict[Side, Told], Told]:
    """Angle of each foot outwards, and left minus right, from a film of somebody standing. [rad]

    Parameters
    ----------
    motion
        Of at least two seconds with both feet on the spot, seen from the front, from behind or obliquely.
    name
        Of the film, for messages.

    Raises
    ------
    InputError
        When the film does not show how the feet are turned.

    Notes
    -----
    Assumes: the feet stay where they stand; a foot that rolls or turns on the spot is not seen.
    Error: the spread over the draws of the pose, 2 to 3° in `docs/explanation/accuracy-results.md`.
    """
    turned = motion.leg[:, :, LegMeasure.FOOT_TURN_OUT]
    if np.isnan(turned).all(axis=0).any():
        raise InputError(
            f"{name} does not show how far the feet turn out.",
            remedy="film two seconds of standing from the front, whole body and both feet in the picture.",
        )
    value = np.nanmedian(turned, axis=0)
    drawn = np.nanmedian(motion.leg_draws[..., LegMeasure.FOOT_TURN_OUT], axis=1)
    told = {side: Told(value=float(value[side]), sd=float(drawn[:, side].std(ddof=1))) for side in Side}
    left, right = drawn[:, Side.LEFT], drawn[:, Side.RIGHT]
    difference = Told(value=float(value[Side.LEFT] - value[Side.RIGHT]), sd=float((left - right).std(ddof=1)))
    return told, difference


def compare_sides(toe_out: Mapping[Side, Told]) -> Told | None:
    """Left minus right. [rad]"""
    if len(toe_out) < len(Side):
        return None
    left, right = (toe_out[side] for side in Side)
    return Told(value=left.value - right.value, sd=float(np.hypot(left.sd, right.sd)))


def measure_rearfoot(marks: Marks, name: str) -> dict[Side, Told]:
    """Angle between lower leg and heel of each side that was clicked, from behind. [rad]

    Notes
    -----
    Of each side ``calf``, ``ankle`` and ``heel``: middles of the calf, of the tendon at the ankle and of the
    heel where it meets the floor. A photo from behind shows the left foot at the left.

    Error: clicks off by 4 mm on a calf line of 16 cm and a heel line of 6 cm: about 6°.
    """
    told = {}
    for side in Side:
        which = side.name.lower()
        if not any(key.startswith(f"{which}_") for key in marks.points_px):
            continue
        wanted = [f"{which}_{part}" for part in ("calf", "ankle", "heel")]
        calf, ankle, heel = _needed(marks, name, wanted).values()
        leg, foot = ankle - calf, heel - ankle
        turned = float(np.arctan2(leg[0] * foot[1] - leg[1] * foot[0], leg @ foot))
        sd = _CLICK * np.sqrt(2) * np.hypot(1 / _SHIN_CLICKED, 1 / _HEEL_CLICKED)
        told[side] = Told(value=turned if side is Side.LEFT else -turned, sd=float(sd))
    return told


def measure_knee_gap(marks: Marks, name: str) -> Told:
    """Distance between the knees with touching ankles, from the front. [m]

    Notes
    -----
    ``left_knee`` and ``right_knee`` are the inner edges where the gap is narrowest, ``left_ankle`` and
    ``right_ankle`` the inner ankle bones; ``scale_a`` and ``scale_b`` the ends of something of known length,
    such as the long side of a sheet held at the knees.

    Error: clicks off by 4 mm, and 3 % of scale for what is not held exactly there.
    """
    if marks.scale_m is None:
        raise InputError(
            f"{name} has no scale.",
            remedy="hold a sheet upright at the knees, click its ends as scale_a and scale_b, "
            'and give "scale_mm".',
        )
    points = _needed(
        marks, name, ("left_knee", "right_knee", "left_ankle", "right_ankle", "scale_a", "scale_b")
    )
    pixel = marks.scale_m / np.linalg.norm(points["scale_b"] - points["scale_a"])
    knees, ankles = (
        pixel * float(np.linalg.norm(points[f"left_{part}"] - points[f"right_{part}"]))
        for part in ("knee", "ankle")
    )
    if ankles > _TOUCHING:
        raise InputError(
            f"In {name} the ankles are {1e3 * ankles:.0f} mm apart.",
            remedy="stand with the inner ankle bones together, kneecaps to the front.",
        )
    return Told(value=float(knees), sd=float(np.hypot(_CLICK * np.sqrt(2), _DEPTH * knees)))


def _needed(marks: Marks, name: str, wanted: Sequence[str]) -> dict[str, Array]:
    missing = [key for key in wanted if key not in marks.points_px]
    if missing:
        raise InputError(
            f"{name} lacks the points {', '.join(missing)}.",
            remedy="click them and give the file with --corners; docs/how-to/feet.md says where they are.",
        )
    return {key: marks.points_px[key] for key in wanted}


def score_posture(ratings: Sequence[int], name: str) -> Told:
    """Foot posture photo score: the sum of five ratings from -2 to +2. [points]

    Error: 1.5 points, that of the table of self-tests; an estimate.
    """
    if len(ratings) != len(ITEMS) or any(rating not in range(-2, 3) for rating in ratings):
        raise InputError(
            f"{name} needs {len(ITEMS)} whole numbers from -2 to 2, and got {list(ratings)}.",
            remedy=f"rate {', '.join(item.id for item in ITEMS)} in this order, such as 1,0,2,1,0.",
        )
    shared = np.sqrt(len(ITEMS) * (1 + 0.05 * (len(ITEMS) - 1)))
    return Told(value=float(sum(ratings)), sd=float(_RATING_SD * shared))


def parse_ratings(text: str, name: str) -> tuple[int, ...]:
    """Ratings from ``1,0,2,1,0``.

    Raises
    ------
    InputError
        When one is no whole number.
    """
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError as error:
        raise InputError(
            f"{name} = {text!r} is no list of whole numbers.", remedy="write five of them, such as 1,0,2,1,0."
        ) from error
