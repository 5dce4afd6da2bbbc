"""Net moments and angles of a leg → forces inside its knee and of its muscles. Forces are never negative.

The kneecap is the mechanism of `kneecap`, thigh and calf press on each other from about 130° on, hamstrings
and calf muscles bend the knee and the quadriceps repays them.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.interpolate import CubicHermiteSpline

from ..conventions import GRAVITY
from ..model import Array
from .kneecap import patellofemoral_ratio, quadriceps_lever, tendon_along, tendon_lever
from .leg import KNEE, Actor, LegTissue
from .muscles import share_moments

__all__ = [
    "CalfContact",
    "Flexors",
    "KneeForces",
    "compute_knee_forces",
    "compute_muscle_forces",
    "meet_calf",
]

# Flexion from where the fit of Zelle 2007 is used and to where it goes; below, the force falls to nothing
# at the flexion where the fit has its least value. [°]
_TOUCH, _FIT, _FIT_END = 130.0, 140.0, 165.0
_ONSET_SPREAD = 5.0  # of the flexion at which thigh and calf touch, with their girth; estimate [°]
_CONTACT_SPREAD = 0.4  # of the logarithm of their force; estimate
_CO_CONTRACTION_SPREAD = 0.5
"""Of how hard hamstrings and calf pull, as a share of what balance asks for: from none at −2 standard
deviations to twice as hard at +2; estimate."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CalfContact:
    """Thigh and calf pressing on each other.

    Attributes
    ----------
    force : between the two. [N]
    moment : by which it straightens the knee. [N·m]
    """

    force: Array
    moment: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flexors:
    """Muscles that bend the knee while they do something else.

    Attributes
    ----------
    hamstrings, gastrocnemius : force. [N]
    """

    hamstrings: Array | float = 0.0
    gastrocnemius: Array | float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KneeForces:
    """What the parts of the knee carry.

    Attributes
    ----------
    quadriceps : force of all four heads. [N]
    patellar_tendon : force of the tendon below the kneecap. [N]
    patellofemoral : force of the kneecap on the thigh bone. [N]
    stress : the same over the area where kneecap and thigh bone touch, a mean. [Pa]
    tibiofemoral : compression between thigh and shin bone, along the shin. [N]
    """

    quadriceps: Array
    patellar_tendon: Array
    patellofemoral: Array
    stress: Array
    tibiofemoral: Array


def compute_muscle_forces(moments: Array, angles: Array, tissue: LegTissue) -> Array:
    """Muscle forces that go with the net moments of a leg, by least effort.

    Parameters
    ----------
    moments
        (…, 3) net moments of hip, knee and ankle, extensor and plantarflexor positive. [N·m]
    angles
        (…, 3) flexion of hip and knee, dorsiflexion of the ankle. [rad]
    tissue
        Whose leg; may hold arrays that broadcast with (…).

    Returns
    -------
    Array
        (…, muscle) force of each group, pulling positive; NaN where a moment or an angle is. [N]

    Notes
    -----
    What thigh and calf give each other comes off the knee moment, `share_moments` shares out the rest.
    Without extra co-contraction the quadriceps has the force that `compute_knee_forces` finds.

    Assumes: as `meet_calf` and `share_moments`.
    Error: what the extensors of one joint do together follows from the moments; how they share it is an
    estimate (a third each way).
    """
    given = _taken(moments[..., KNEE], meet_calf(angles[..., KNEE], tissue)).moment
    shape = np.broadcast_shapes(moments.shape[:-1], given.shape)
    rest = np.broadcast_to(moments, (*shape, 3)).copy()
    rest[..., KNEE] -= given
    return share_moments(rest, angles, tissue).groups


def compute_knee_forces(
    moment: Array, flexion: Array, compression: Array, tissue: LegTissue, flexors: Flexors
) -> KneeForces:
    """Forces inside the knee that go with a net knee moment.

    Parameters
    ----------
    moment
        Net knee moment, extensor positive. [N·m]
    flexion
        Knee flexion, 0 straight; any shape that fits `moment`. [rad]
    compression
        Net joint force of the thigh on the shin along the shin, pressing positive. [N]
    tissue
        Whose knee.
    flexors
        What bends the knee against the quadriceps in the mean leg; `tissue.co_contraction` scales it. For
        many samples of one movement those of the mean movement are enough. With
        `Flexors()` the forces are those of the net moment alone: lower bounds.

    Returns
    -------
    KneeForces
        Forces [N] and the kneecap's stress [Pa].

    Notes
    -----
    The quadriceps moment is `Q = M − M_calf + Σ r F` over the flexors, at least zero; `F_Q = Q / L`,
    `F_PT = Q / L_PT`, `F_PF = k F_Q`, `stress = F_PF / A`. The compression is `F_PT` along the shin,
    hamstrings along the thigh (`cos θ`), gastrocnemius along the shin, and the net joint force, less what
    the calf carries. The patellar tendon pulls the tibia, not the quadriceps: taking their forces as equal
    overshoots implants by 1 to 1.5 body weights. Stress is that of the kneecap alone: what the quadriceps
    tendon puts on the thigh bone beside it, deeper than 82°, is left out: over what area is not known.

    Assumes: as `solve_kneecap` and `meet_calf`; a flexor moment does not load the kneecap; ligaments carry no
    compression.
    Error: lever arms 10 %, growing to 25 % from 90 to 130°; contact area 40 %; co-contraction from none to
    twice what balance asks for. Stress in MPa differs two- to threefold between published methods: compare
    within a person.
    """
    calf = _taken(moment, meet_calf(flexion, tissue))
    pull = np.maximum(1 + _CO_CONTRACTION_SPREAD * np.asarray(tissue.co_contraction), 0)
    hamstrings, gastrocnemius = pull * flexors.hamstrings, pull * flexors.gastrocnemius
    repaid = -hamstrings * tissue.arm(KNEE, Actor.HAMSTRINGS, flexion)
    repaid = repaid - gastrocnemius * tissue.arm(KNEE, Actor.GASTROCNEMIUS, flexion)
    extensor = np.maximum(moment - calf.moment + repaid, 0)
    quadriceps = extensor / quadriceps_lever(flexion, tissue)
    tendon = extensor / tendon_lever(flexion, tissue)
    patellofemoral = patellofemoral_ratio(flexion) * quadriceps
    pressing = compression + tendon * tendon_along(flexion) + hamstrings * np.cos(flexion) + gastrocnemius
    return KneeForces(
        quadriceps=quadriceps,
        patellar_tendon=tendon,
        patellofemoral=patellofemoral,
        stress=patellofemoral / tissue.contact_area(flexion),
        # Thigh and calf push each other apart at right angles to the line that halves the angle between them.
        tibiofemoral=np.maximum(pressing - calf.force * np.cos(flexion / 2), 0),
    )


def meet_calf(flexion: Array, tissue: LegTissue) -> CalfContact:
    """Force between thigh and calf of one leg, and the moment by which it straightens the knee.

    Parameters
    ----------
    flexion
        Knee flexion. [rad]
    tissue
        Whose leg: its mass, stature, and how it differs in girth.

    Returns
    -------
    CalfContact
        Nothing up to about 130°.

    Notes
    -----
    Force and its distance from the knee are a published fit to pressure between thigh and calf in squatting
    and kneeling [1]_, 140 to 165°. It is transcribed from code that names no unit; per cent of body weight
    and leg is a guess, which agrees with 60 % of body weight in both legs together in squats on the whole
    foot [2]_.

    Assumes: the calf rests on the thigh as in people who were measured; clothes as theirs.
    Error: the flexion at which they touch ±5°, the force 40 % (estimates): people differ by girth.

    References
    ----------
    .. [1] Zelle 2007, Clin Biomech 22:821, as found in code.
    .. [2] Morimoto, abstract on deep squatting and kneeling, ten men; boneandjoint.org.uk.
    """
    degrees = np.degrees(flexion)
    reached = np.clip(degrees - _ONSET_SPREAD * np.asarray(tissue.calf_onset), _TOUCH, _FIT_END)
    share = np.where(reached < _FIT, _FIRST_TOUCH(reached), _zelle_force(reached)) / 100
    force = share * tissue.mass * GRAVITY * np.exp(_CONTACT_SPREAD * np.asarray(tissue.calf_force))
    arm = tissue.size * _zelle_arm(np.clip(degrees, _FIT, _FIT_END))
    return CalfContact(force=np.asarray(force), moment=np.asarray(force * arm))


def _taken(moment: Array, calf: CalfContact) -> CalfContact:
    """Reduce the contact to what the knee moment leaves for it: no calf pushes a knee straight by itself."""
    moment_taken = np.minimum(calf.moment, np.maximum(moment, 0))
    share = np.divide(moment_taken, calf.moment, out=np.ones_like(moment_taken), where=calf.moment > 0)
    return replace(calf, force=calf.force * share, moment=moment_taken)


def _zelle_force(degrees: Array) -> Array:
    """Per cent of body weight on one leg."""
    return np.asarray(0.047133 * degrees**2 - 12.256 * degrees + 798.68)


def _zelle_arm(degrees: Array) -> Array:
    """Distance of the force from the knee. [m]"""
    return np.asarray(6.9596e-6 * degrees**3 - 2.8729e-3 * degrees**2 + 0.39584 * degrees - 18.088)


_FIRST_TOUCH = CubicHermiteSpline(
    (_TOUCH, _FIT), (0.0, float(_zelle_force(np.array(_FIT)))), (0.0, 2 * 0.047133 * _FIT - 12.256)
)
