"""Net loads → everything that is told of an option, and how sure it is, with changes paired by sample."""

import math
from dataclasses import dataclass

import numpy as np

from ..conventions import Effect
from ..kinetics.constants import Lifter
from ..kinetics.knee import Flexors, compute_knee_forces, meet_calf
from ..kinetics.leg import KNEE, LegTissue
from ..kinetics.muscles import share_moments
from ..kinetics.tissue import flexors_of, tissue_of
from ..model import Array, Mask
from ..model.supposed import Amount
from .loads import Net
from .responding import Scene, Taken

_BAND = (0.05, 0.95)
_TELLING = 0.05
"""Below this share of the largest option today's number is next to nothing, and no ratio is told."""
_FEWEST = 3
"""So many bodies must be able to stand so, the likeliest among them, or there is no spread to tell."""
_NOTHING = Amount(*[math.nan] * 11)
MUSCLE_SAMPLES = 32
"""Samples in which muscles are shared out: that takes a hundred times as long as a moment."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sampled:
    """Options in every sample; the first sample is the likeliest.

    Attributes
    ----------
    effects : (o, s, effect) in SI; NaN where the legs do not reach.
    muscles : (o, t, muscle) in the first samples only, likewise. [N]
    """

    effects: Array
    muscles: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranges:
    """How far ankle and hip go in each sample, (s,). [rad]"""

    ankle: Array
    hip: Array


def sample_effects(
    lifter: Lifter,
    legs: Array,
    posture: tuple[Scene, Taken, Net],
    ranges: Ranges,
    *,
    sharing: int = MUSCLE_SAMPLES,
) -> Sampled:
    """Everything that is told of options that share a burden.

    Parameters
    ----------
    lifter
        Whose knee it is.
    legs
        (s, 8) how the leg's tissue differs from the mean, as in `Constants`.
    posture
        Scene, what was taken in it, and its net loads.
    ranges
        Of ankle and hip.
    sharing
        In how many of the first samples muscles are shared out.
    """
    scene, taken, net = posture
    muscles = _share(lifter, legs[:sharing], net)
    tissue = tissue_of(lifter, legs)
    # Kinetics counts (sample, time, side): here the options take the place of time.
    moment, flexion, compression = (
        part.T[..., None] for part in (net.knee, net.angles[..., KNEE], net.compression)
    )
    likeliest = flexors_of(muscles[:, 0])
    flexors = Flexors(
        hamstrings=np.asarray(likeliest.hamstrings)[:, None],
        gastrocnemius=np.asarray(likeliest.gastrocnemius)[:, None],
    )
    knee = compute_knee_forces(moment, flexion, compression, tissue, flexors)
    heel = np.minimum(net.share, 1 - net.share) * scene.feet.length
    columns = {
        Effect.KNEE_MOMENT: net.knee,
        Effect.PATELLOFEMORAL_FORCE: knee.patellofemoral[..., 0].T,
        Effect.PATELLOFEMORAL_STRESS: knee.stress[..., 0].T,
        Effect.TIBIOFEMORAL_FORCE: knee.tibiofemoral[..., 0].T,
        Effect.HIP_MOMENT: net.hip,
        Effect.ANKLE_MOMENT: net.ankle,
        Effect.LUMBAR_MOMENT: net.lumbar,
        Effect.HIP_SHARE: net.hip / (np.abs(net.hip) + np.abs(net.knee)),
        Effect.ANKLE_USED: net.angles[..., 2] / ranges.ankle,
        Effect.HIP_USED: net.angles[..., 0] / ranges.hip,
        Effect.BALANCE_MARGIN: heel,
        Effect.PRESSURE_SHARE: net.share,
        Effect.SHIN: scene.feet.seen_shin(taken.shin),
        Effect.TRUNK: taken.trunk,
        Effect.THIGH: scene.depth,
        Effect.KNEE_FLEXION: net.angles[..., KNEE],
        Effect.ANKLE_BEND: net.angles[..., 2],
    }
    shape = net.knee.shape
    effects = np.stack([np.broadcast_to(columns[effect], shape) for effect in Effect], axis=-1)
    stands = np.broadcast_to(net.reaches, shape)[..., None]
    return Sampled(
        effects=np.where(stands, effects, np.nan),
        muscles=np.where(stands[:, : muscles.shape[1]], muscles, np.nan),
    )


def _share(lifter: Lifter, legs: Array, net: Net) -> Array:
    """(o, t, muscle) forces by least effort. [N]"""
    count = len(legs)
    moments = np.stack((net.hip, net.knee, net.ankle), axis=-1)[:, :count].swapaxes(0, 1).copy()
    angles = net.angles[:, :count].swapaxes(0, 1)
    tissue = _flat_tissue(lifter, legs)
    calf = meet_calf(angles[..., KNEE], tissue).moment
    moments[..., KNEE] -= np.minimum(calf, np.maximum(moments[..., KNEE], 0))
    return share_moments(moments, angles, tissue).groups.swapaxes(0, 1)


def _flat_tissue(lifter: Lifter, legs: Array) -> LegTissue:
    """The leg in as many versions as rows, for arrays (sample, option)."""
    lever, tendon, area, onset, touch, pull, hip_share, arm = (column[:, None] for column in legs.T)
    person = lifter.person
    return LegTissue(
        tables=lifter.tables, stature=person.height, mass=lifter.body.mass, sex=person.sex, lever=lever,
        tendon=tendon, area=area, calf_onset=onset, calf_force=touch, co_contraction=pull,
        hip_share=hip_share, flexor_arm=arm,
    )  # fmt: skip


def tell(options: Array, today: Array) -> list[list[Amount]]:
    """Numbers of options with their bands, and how they differ from today's.

    Parameters
    ----------
    options
        (o, s, k) samples, the first one the likeliest. [any unit]
    today
        (s, k) of the same bodies.

    Returns
    -------
    list of list of Amount
        k for each option. A ratio is NaN where today's number is not sure to be above zero; all of it is NaN
        where the likeliest body cannot stand so, and bodies that cannot count for nothing.
    """
    largest = np.nanmax(np.abs(options[:, 0]), axis=0)
    sure = (today > 0).all(axis=0) & (today[0] > _TELLING * largest)
    return [_tell(option, today, sure) for option in options]


def _tell(option: Array, today: Array, sure: Mask) -> list[Amount]:
    """Numbers (s, k) of one option; `sure` of those that may be told as a share of today's."""
    stands = np.asarray(np.isfinite(option).all(axis=-1))
    if not stands[0] or stands.sum() < _FEWEST:
        return [_NOTHING] * option.shape[-1]
    option, today = option[stands], today[stands]
    change = option - today
    ratio = np.where(sure, change / np.where(sure, today, 1.0), np.nan)
    columns = np.stack(
        (
            option[0], option[1:].std(axis=0, ddof=1), *_band(option),
            change[0], change[1:].std(axis=0, ddof=1), *_band(change),
            ratio[0], *_band(ratio),
        ),
        axis=-1,
    )  # fmt: skip
    return [Amount(*numbers) for numbers in columns.tolist()]


def _band(samples: Array) -> tuple[Array, Array]:
    """Between which a number lies nine times in ten, (k,) each."""
    ordered = np.sort(samples[1:].T, axis=-1)
    low, high = (share * (ordered.shape[-1] - 1) for share in _BAND)
    return _at(ordered, low), _at(ordered, high)


def _at(ordered: Array, place: float) -> Array:
    first = int(place)
    rest = place - first
    return np.asarray(
        (1 - rest) * ordered[..., first] + rest * ordered[..., min(first + 1, ordered.shape[-1] - 1)]
    )
