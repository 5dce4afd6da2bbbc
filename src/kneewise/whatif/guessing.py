"""Knee bend and trunk lean as somebody typed them in → today's squat, where balance tells the rest."""

import math

import numpy as np

from ..kinetics.constants import Lifter, likeliest
from ..model import Array
from ..model.supposed import Today
from .responding import Scene
from .sampling import weigh
from .standing import Build, Feet

_SHARE, _SHARE_SD = 0.45, 0.06
"""Where lifters have their weight under the foot, heel 0 to toes 1; 0.44 in Ishida 2022, spread estimated."""
_HIPS = 0.053
"""Half the distance between hip centres, a share of stature; as the bodies of films have it, estimate."""
_LENGTH_SD = 0.04
"""Of a limb that was taken from a table of proportions, a share of it; estimate. [unitless]"""
_SHINS = math.radians(-20), math.radians(65)
_HALVINGS = 40
_LEAST_SD = math.radians(1)  # [rad]


def guess_today(lifter: Lifter, bend: tuple[float, float], lean: tuple[float, float]) -> Today:
    """Today's squat from two angles: the shin is the one with which the weight lies where it usually does.

    Parameters
    ----------
    lifter
        Who carries what.
    bend, lean
        Knee bend and lean of the trunk at the bottom, each with its sd. [rad]

    Raises
    ------
    ValueError
        If no shin within reach balances these angles.

    Notes
    -----
    Assumes: limbs of the table's length; feet straight below the hips, flat, the bottom held.
    Error: of both angles, and of where the weight lies, carried on to shin and thigh.
    """
    numbers = np.array([bend[0], lean[0], _SHARE])
    sds = np.array([bend[1], lean[1], _SHARE_SD])
    angles = _angles(lifter, numbers)
    slopes = np.stack([_angles(lifter, numbers + step) - angles for step in np.diag(sds)], axis=-1)
    size, body = lifter.person.height, lifter.body
    return Today(
        shin=angles[0],
        thigh=angles[1],
        trunk=angles[2],
        spread=slopes @ slopes.T + _LEAST_SD**2 * np.eye(3),
        shank_length=body.shank.length,
        thigh_length=body.thigh.length,
        trunk_length=body.trunk.length,
        foot_length=body.foot.length,
        length_sd=math.hypot(_LENGTH_SD, lifter.person.height_sd / size),
        hips_apart=_HIPS * size,
        ankles_apart=_HIPS * size,
    )


def _angles(lifter: Lifter, numbers: Array) -> Array:
    """Shin, thigh and trunk (3,) from knee bend, lean and the place of the weight. [rad]"""
    bend, lean, share = numbers
    low, high = _SHINS
    if not _share(lifter, low, bend, lean) < share < _share(lifter, high, bend, lean):
        raise ValueError(
            f"Nobody keeps a balance with a knee bend of {bend:.2f} and a lean of {lean:.2f} rad."
        )
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if _share(lifter, middle, bend, lean) > share else (middle, high)
    return np.array([low, bend - low, lean])


def _share(lifter: Lifter, shin: float, bend: float, lean: float) -> float:
    """Where the weight lies."""
    body, half = lifter.body, _HIPS * lifter.person.height
    build = Build(
        shank=np.array([body.shank.length]),
        thigh=np.array([body.thigh.length]),
        trunk=body.trunk.length,
        foot=body.foot.length,
        hips=half,
    )
    flat = np.zeros((1, 1))
    feet = Feet(length=body.foot.length, apart=np.array([[half]]), turn_out=flat, heel=flat)
    scene = Scene(
        build=build,
        feet=feet,
        depth=np.array([[bend - shin]]),
        balance=weigh(lifter, likeliest(lifter), build),
    )
    return float(scene.share(np.array([[shin]]), np.array([[lean]]))[0, 0])
