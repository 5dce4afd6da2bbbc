"""Knee extensor moment and knee flexion → forces and stress inside the knee. Forces are never negative.

Every law is used only inside the range in which it was measured; outside, its last value is kept and the
band is widened. The published polynomials must never be used beyond: the one for the lever arm turns up
again after 96°, the one for the ratio has a pole at 128°, and both would promise relief in a deep squat.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from ..conventions import Sex
from ..model import Array

DEEPEST_MEASURED = math.radians(90)  # van Eijden's lever arm and ratio hold up to here [rad]
LEVER_STATURE = 1.71  # stature to which the lever arms belong: the mean of women and men [m], estimate
AREA_STATURE = {Sex.FEMALE: 1.65, Sex.MALE: 1.78}  # the same for the contact areas [m], estimate

# Knee flexion [°] and contact area [m²]. 0, 30, 60: Besier 2005 (MRI), times 1.24 for standing on the leg;
# hold to 90 and a quarter less at 120: estimate after biplane X-ray, which sees the area fall again.
_AREA_ANGLES = (0.0, 30.0, 60.0, 90.0, 120.0)
_AREAS = {
    Sex.FEMALE: (260e-6, 334e-6, 491e-6, 491e-6, 368e-6),
    Sex.MALE: (260e-6, 513e-6, 645e-6, 645e-6, 484e-6),
}
# Knee flexion [°] and lever arm of the patellar tendon [m]: in vivo, men and women together.
_TENDON_ANGLES = (0.0, 20.0, 40.0, 60.0)
_TENDON_LEVERS = (42.55e-3, 39.91e-3, 37.73e-3, 36.18e-3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Knee:
    """One person's knee, and how far it lies from the mean knee.

    Attributes
    ----------
    stature : lever arms grow with it, areas with its square. [m]
    sex : chooses the contact area; None takes the mean.
    lever, tendon, area : how many standard deviations this knee lies above the law. [unitless]
    """

    stature: float
    sex: Sex | None = None
    lever: float | Array = 0.0
    tendon: float | Array = 0.0
    area: float | Array = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KneeForces:
    """What the parts of the knee carry.

    Attributes
    ----------
    patellofemoral : force of the kneecap on the thigh bone. [N]
    stress : the same over the contact area. [Pa]
    tibiofemoral : compression between thigh and shin bone. [N]
    """

    patellofemoral: Array
    stress: Array
    tibiofemoral: Array


def quadriceps_lever(flexion: Array) -> Array:
    """Effective lever arm of the quadriceps, van Eijden 1986; kept from 90° on; in metres.

    Parameters
    ----------
    flexion
        Knee flexion, 0 straight. [rad]
    """
    x = np.degrees(np.clip(flexion, 0, DEEPEST_MEASURED))
    return np.asarray(0.046 + x * (2.8e-4 + x * (-1.3e-5 + x * 8.0e-8)))


def patellofemoral_ratio(flexion: Array) -> Array:
    """Patellofemoral force as a share of quadriceps force, van Eijden 1986; kept from 90° on.

    Parameters
    ----------
    flexion
        Knee flexion, 0 straight. [rad]
    """
    x = np.degrees(np.clip(flexion, 0, DEEPEST_MEASURED))
    over = 0.462 + x * (1.47e-3 - x * 3.84e-5)
    under = 1 + x * (-1.62e-2 + x * (1.55e-4 - x * 6.98e-7))
    return np.asarray(over / under)


def tendon_lever(flexion: Array) -> Array:
    """Lever arm of the patellar tendon at the tibia in metres; measured to 60°, kept from there on.

    Parameters
    ----------
    flexion
        Knee flexion, 0 straight. [rad]
    """
    degrees = np.clip(np.degrees(flexion), _TENDON_ANGLES[0], _TENDON_ANGLES[-1])
    return np.asarray(PchipInterpolator(_TENDON_ANGLES, _TENDON_LEVERS)(degrees))


def contact_area(flexion: Array, sex: Sex | None) -> Array:
    """Area over which the kneecap touches the thigh bone, in a knee that carries weight; in m².

    Parameters
    ----------
    flexion
        Knee flexion, 0 straight. [rad]
    sex
        None gives the mean of women and men.
    """
    sexes = tuple(Sex) if sex is None else (sex,)
    nodes = np.mean([_AREAS[s] for s in sexes], axis=0)
    degrees = np.clip(np.degrees(flexion), _AREA_ANGLES[0], _AREA_ANGLES[-1])
    return np.asarray(PchipInterpolator(_AREA_ANGLES, nodes)(degrees))


def compute_knee_forces(moment: Array, flexion: Array, compression: Array, knee: Knee) -> KneeForces:
    """Kneecap force and stress, and joint compression, that go with a net extensor moment.

    Parameters
    ----------
    moment
        Net knee moment, extensor positive. [N·m]
    flexion
        Knee flexion, 0 straight; any shape that fits `moment`. [rad]
    compression
        Net joint force of the thigh on the shin along the shin, pressing positive. [N]
    knee
        Whose knee.

    Returns
    -------
    KneeForces
        Patellofemoral force [N] and stress [Pa], tibiofemoral compression [N].

    Notes
    -----
    `F_PF = k M / L`, `stress = F_PF / A`, `F_TF = M / L_PT + compression`. The patellar tendon pulls the
    tibia, not the quadriceps: taking their forces as equal overshoots implants by 1 to 1.5 body weights.

    Assumes: no co-contraction, so forces are lower bounds; a flexor moment does not load the kneecap; the
    tendon runs along the shin (it leans up to 20°: tibiofemoral force too high by 6 % at most); thigh and
    calf do not touch (they do from about 140°).
    Error: lever arms 10 %, beyond 90° 35 %; contact area 40 %. Stress in MPa differs two- to threefold
    between published methods: compare within a person.

    References
    ----------
    .. [1] van Eijden 1986, J Biomech 19:219, as used by Nunes 2018 (transcribed from code).
    .. [2] Besier 2005, contact areas by MRI at 0, 30 and 60°.
    """
    size = knee.stature / LEVER_STATURE
    extensor = np.maximum(moment, 0.0)
    spread = _lever_spread(flexion)
    lever = size * quadriceps_lever(flexion) * np.exp(spread * knee.lever)
    force = patellofemoral_ratio(flexion) * extensor / lever
    area_stature = np.mean([AREA_STATURE[s] for s in (tuple(Sex) if knee.sex is None else (knee.sex,))])
    area = (knee.stature / area_stature) ** 2 * contact_area(flexion, knee.sex) * np.exp(0.385 * knee.area)
    tendon = extensor / (size * tendon_lever(flexion) * np.exp(spread * knee.tendon))
    return KneeForces(
        patellofemoral=np.asarray(force),
        stress=np.asarray(force / area),
        tibiofemoral=np.maximum(tendon + compression, 0.0),
    )


def _lever_spread(flexion: Array) -> Array:
    """Relative sd of a lever arm: 10 % where measured, growing to 35 % ten degrees beyond."""
    beyond = np.clip((flexion - DEEPEST_MEASURED) / math.radians(10), 0, 1)
    return np.asarray(0.10 + 0.25 * beyond)
