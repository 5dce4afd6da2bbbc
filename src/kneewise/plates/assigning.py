"""Wrenches → GroundForces: which plate is under which foot, told by where it is pressed.

What the file calls right and left is believed only where the feet do not show it.
"""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from ..conventions import Joint, Side
from ..model import Array, GroundForces, Mask, Pose
from ..signals import runs
from .feet import REACH, distances
from .record import Wrenches, centre_of_pressure, free_moment

PRESSED = 20.0
"""A foot pressed less has no centre of pressure. [N]"""
_TELLING = 0.25
"""Share of a plate's largest load below which it does not tell whose it is: a plate that is off by 5 N·m, as
in recordings at hand, shows the centre of pressure of 50 N off by 10 cm. [unitless]"""
_FOOT, _NOWHERE = 0.85, 0.30
"""Share of a touch's load on feet that makes it one foot's; and share of its load that acts on feet, below
which it is none's. Estimates. [unitless]"""
_WHOLE_WEIGHT = 0.8
"""One foot does not carry this share of the weight while the other stands, too; an estimate. [unitless]"""
_LEVEL = 0.03
"""Feet that differ less in height stand on one floor. [m]"""
_ONE_EACH = "stand with each foot on a plate of its own"
_BESIDE = 0.25
"""A foot farther than this from where its plates were ever pressed may stand beside them. [m]"""


class Under(IntEnum):
    """What a plate is under; a foot has the number of its side."""

    LEFT = Side.LEFT
    RIGHT = Side.RIGHT
    BOTH = 2
    NO_FOOT = 3
    UNKNOWN = 4


Verdicts = NDArray[np.int64]


def assign(wrenches: Wrenches, pose: Pose, weight: float | None) -> GroundForces:
    """Forces under each foot, at the times of the pose.

    Parameters
    ----------
    wrenches
        Of all plates, in the lab frame.
    pose
        Says where the feet are.
    weight
        Of the person with what is carried; None where not known. [N]

    Notes
    -----
    Assumes: a foot that is over its plates and does not press them is in the air.
    """
    under = _find_under(wrenches, pose)
    under = _share_one_plate(under, wrenches, pose, weight)
    wrenches, under = _believe_names(wrenches, under)
    wrenches = _note_under(wrenches, under, pose.time)
    force, pressure, twist = (
        np.stack(parts, axis=1)
        for parts in zip(*(_join(wrenches, under == side) for side in Side), strict=True)
    )
    unknown = _off_plates(pose, pressure)
    nobodys = np.isin(under, (Under.BOTH, Under.UNKNOWN)) & (wrenches.force[..., 2] > PRESSED)
    unknown |= nobodys.any(axis=1, keepdims=True)
    return GroundForces(
        time=pose.time,
        force=np.where(unknown[..., None], np.nan, force),
        pressure=np.where(unknown[..., None], np.nan, pressure),
        free_moment=np.where(unknown, np.nan, twist),
        total=wrenches.force.sum(axis=1),
        issues=wrenches.issues,
    )


def _find_under(wrenches: Wrenches, pose: Pose) -> Verdicts:
    """(n, plate) what each plate is under; while nobody presses it, what it is under most."""
    places = centre_of_pressure(wrenches.force, wrenches.moment, wrenches.height)
    far, between = distances(pose, places)
    on_feet = np.asarray((far <= REACH) & (far <= far[..., ::-1]))
    near = np.asarray(on_feet.any(axis=-1) | (between <= REACH))
    load = np.where(np.isfinite(between), wrenches.force[..., 2], 0.0)
    pressed = np.asarray(wrenches.force[..., 2] > PRESSED)
    under = np.full(pressed.shape, int(Under.UNKNOWN))
    for plate, touched in enumerate(pressed.T):
        least = max(PRESSED, _TELLING * float(load[:, plate].max()))
        telling = np.where(load[:, plate] > least, load[:, plate], 0.0)
        under[:, plate] = _judge(telling, on_feet[:, plate], near[:, plate])
        for touch in runs(touched):
            found = _judge(telling[touch], on_feet[touch, plate], near[touch, plate])
            if found is not Under.UNKNOWN:
                under[touch, plate] = found
    return under


def _judge(load: Array, on_feet: Mask, near: Mask) -> Under:
    """What a touch is under.

    Parameters
    ----------
    load
        (n,) vertical force, 0 where the feet are not known. [N]
    on_feet
        (n, side) whether it acts on a foot, and on that one rather than the other.
    near
        (n,) whether it acts on a foot or between them.
    """
    if not load.sum() > 0:
        return Under.UNKNOWN
    together = load @ near
    if together < _NOWHERE * load.sum():
        return Under.NO_FOOT
    each = load @ on_feet
    for side, under in ((Side.LEFT, Under.LEFT), (Side.RIGHT, Under.RIGHT)):
        if each[side] >= _FOOT * together:
            return under
    return Under.BOTH


def _share_one_plate(under: Verdicts, wrenches: Wrenches, pose: Pose, weight: float | None) -> Verdicts:
    """What plates are under, with both feet where one alone seems to carry the weight of a stance on two.

    Who leans to one side moves the centre of pressure under that foot, also on a plate that carries both.
    """
    used = [side for side in Side if (under == side).any()]
    if weight is None or len(used) != 1:
        return under
    mine = under == used[0]
    load = np.where(mine, wrenches.force[..., 2], 0.0).sum(axis=1)
    heights = pose.joints[:, :, (Joint.HEEL, Joint.TOE), 2].min(axis=2)
    level = (load > PRESSED) & (np.abs(heights[:, 0] - heights[:, 1]) < _LEVEL)
    if not level.any() or np.median(load[level]) < _WHOLE_WEIGHT * weight:
        return under
    return np.where(mine, int(Under.BOTH), under)


def _believe_names(wrenches: Wrenches, under: Verdicts) -> tuple[Wrenches, Verdicts]:
    """What the file calls a plate, where no foot was seen; and what is said where it is wrong."""
    under = under.copy()
    for plate, side in enumerate(wrenches.sides):
        if side is None:
            continue
        unseen = under[:, plate] == Under.UNKNOWN
        pressed = wrenches.force[:, plate, 2] > PRESSED
        if (unseen & pressed).any():
            wrenches = wrenches.noting(
                "plates_named",
                f"no foot is seen while {wrenches.words(plate)} is pressed: it was taken to be under the "
                f"{side.name.lower()} foot, as the file calls it",
            )
        under[unseen, plate] = side
        if (under[pressed, plate] == 1 - side).any():
            other = Side(1 - side).name.lower()
            wrenches = wrenches.warning(
                "plates_exchanged",
                f"{wrenches.words(plate)} is called {side.name.lower()} in the file, but it is pressed under "
                f"the {other} foot: it was taken for the {other} foot's",
            )
    return wrenches, under


def _note_under(wrenches: Wrenches, under: Verdicts, time: Array) -> Wrenches:
    """Say which plates are shared, which no foot touches, and which foot has no plate or several."""
    pressed = wrenches.force[..., 2] > PRESSED
    for plate in range(len(wrenches.names)):
        wrenches = _note_plate(wrenches, plate, under[:, plate], time)
    known = not np.isin(under[pressed], (Under.BOTH, Under.UNKNOWN)).any()
    for side in Side:
        count = int(((under == side) & pressed).any(axis=0).sum())
        wrenches = _note_foot(wrenches, side, count, known=known)
    return wrenches


def _note_plate(wrenches: Wrenches, plate: int, under: Verdicts, time: Array) -> Wrenches:
    """Say where one plate carries both feet, none, or nobody knows which; `under` (n,) is of this plate."""
    words, up = wrenches.words(plate), wrenches.force[:, plate, 2]
    pressed = up > PRESSED
    told = under[pressed]
    if (told == Under.BOTH).any():
        shared = time[pressed & (under == Under.BOTH)]
        wrenches = wrenches.warning(
            "plates_shared",
            f"{words} has both feet on it between {shared[0]:.2f} and {shared[-1]:.2f} s: how they share "
            "the force is not known",
            _ONE_EACH,
        )
    if (told == Under.NO_FOOT).any():
        wrenches = wrenches.warning(
            "plates_no_foot",
            f"{words} carries up to {float(np.nanmax(up)):.0f} N and touches no foot: taken for a seat, it "
            "counts in the total only",
        )
    if (told == Under.UNKNOWN).any():
        wrenches = wrenches.warning(
            "plates_unseen", f"no foot is seen while {words} is pressed: its force is given to none"
        )
    return wrenches


def _note_foot(wrenches: Wrenches, side: Side, count: int, *, known: bool) -> Wrenches:
    """Say where a foot has no plate, if every plate's foot is known, or several."""
    foot = f"the {side.name.lower()} foot"
    if count == 0 and known:
        return wrenches.warning(
            "plates_missing", f"no plate was pressed by {foot}: its force is not known", _ONE_EACH
        )
    if count > 1:
        return wrenches.noting(
            "plates_added", f"{count} plates were pressed by {foot}: their forces were added"
        )
    return wrenches


def _join(wrenches: Wrenches, mine: Mask) -> tuple[Array, Array, Array]:
    """Force, centre of pressure and free moment of some plates together; NaN where none is meant."""
    parts = np.where(mine[..., None], wrenches.force, 0.0)
    force = parts.sum(axis=1)
    moment = np.where(mine[..., None], wrenches.moment, 0.0).sum(axis=1)
    pressed = force[:, 2] > PRESSED
    with np.errstate(divide="ignore", invalid="ignore"):
        height = (parts[..., 2] * wrenches.height).sum(axis=1) / force[:, 2]
    pressure = centre_of_pressure(force, moment, height)
    twist = np.where(pressed, free_moment(force, moment, pressure), 0.0)
    absent = ~mine.any(axis=1) | ~np.isfinite(force).all(axis=1)
    return (
        np.where(absent[:, None], np.nan, force),
        np.where((absent | ~pressed)[:, None], np.nan, pressure),
        np.where(absent, np.nan, twist),
    )


def _off_plates(pose: Pose, pressure: Array) -> Mask:
    """(n, side) frames in which a foot presses nothing, and may stand beside its plates."""
    off = np.zeros(pressure.shape[:2], dtype=bool)
    middle = pose.joints[:, :, (Joint.HEEL, Joint.TOE), :2].mean(axis=2)
    for side in Side:
        known = pressure[np.isfinite(pressure[:, side]).all(axis=1), side, :2]
        if len(known):
            beyond = np.maximum(known.min(axis=0) - middle[:, side], middle[:, side] - known.max(axis=0))
            off[:, side] = beyond.max(axis=1) > _BESIDE
    return off & np.isnan(pressure[..., 2])
