"""What the network read, on an even time grid → what the fit takes for seen, and how far to trust it."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from ..conventions import Joint
from ..model import Array, Mask, Person, Readings
from .landmark_error import load_landmark_error
from .landmarks import BODY_LANDMARKS

_PLAIN_SD, _PLAIN_DEPTH_SD = 0.026, 0.20
"""Of landmarks, and of their depth, from an estimator whose error has not been learned. [m]"""
_DEPTH_SD = 0.08
NETWORK_STATURE = 1.63
"""Stature in network metres: 1.61, 1.65 and 1.63 with *heavy*, *full* and *lite*, mean of 103 synthetic
people who differ by 1 % (sd); printed by `tools.landmarks.train`. [network metres]"""
_FOOT = (Joint.ANKLE, Joint.HEEL, Joint.TOE)
_USUAL, _CLEAR, _DOUBT, _MOST_DOUBT = 75, 0.85, 12.0, 10.0
"""A point of the foot that is seen less surely than this share of what is usual for it in the film (this
percentile) counts less, by so much for each unit of the shortfall, at most by so much: a guess at a foot
behind something would move a foot that has not moved. [1]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Observation:
    """Landmarks of one stance on an even time grid.

    Attributes
    ----------
    rate : of the grid. [1/s]
    points : (n, side, joint, 2) right and down of the picture's centre, in shares of its long side.
    depth : (n, side, joint) the network's depth behind mid-hip, along the line of sight. [m]
    sd : (n, side, joint) how far a landmark may lie off its joint in each axis; infinite where missing. [m]
    depth_sd : the same for depth. [m]
    """

    rate: float
    points: Array
    depth: Array
    sd: Array
    depth_sd: float

    @property
    def seen(self) -> Mask:
        """(n, side, joint) where a landmark was read."""
        return np.isfinite(self.sd)


def blend(readings: Readings, weights: Array | sparse.csr_array, time: Array) -> Readings:
    """Weighted means of readings, NaN where all weights are zero.

    Parameters
    ----------
    readings
        Of a whole film.
    weights
        (m, n) of each frame in each mean, 0 for frames without a person; they need not sum to one.
    time
        (m,) of the means. [s]
    """
    total = np.asarray(weights.sum(axis=1)).ravel()
    scale = np.where(total > 0, 1 / np.maximum(total, 1e-9), np.nan)

    def mean(values: Array) -> Array:
        flat = np.nan_to_num(values.reshape(len(values), -1))
        return np.asarray((weights @ flat) * scale[:, None]).reshape(len(time), *values.shape[1:])

    return replace(
        readings,
        time=time,
        points=mean(readings.points),
        world=mean(readings.world),
        visibility=mean(readings.visibility),
    )


def observation_of(readings: Readings, rate: float, person: Person) -> Observation:
    """Landmarks of the body from all landmarks, their learned error taken away.

    Parameters
    ----------
    readings
        On an even time grid; NaN where nobody was found.
    rate
        Of the grid. [1/s]
    person
        Stature sets the scale.
    """
    points, world, networks = readings.points, readings.world, readings.networks
    body, guess = points[:, BODY_LANDMARKS], world[:, BODY_LANDMARKS]
    seen = np.asarray(np.isfinite(body).all((1, 2, 3)))
    shape = body.shape[:3]
    sd, depth = np.full(shape, np.inf), np.zeros(shape)
    places = np.zeros(body.shape)
    if not networks:
        places[seen], depth[seen], sd[seen] = body[seen], guess[seen, :, :, 2], _PLAIN_SD
        return Observation(rate=rate, points=places, depth=depth, sd=sd, depth_sd=_PLAIN_DEPTH_SD)
    judged = load_landmark_error(*networks).judge(body[seen], guess[seen])
    metre = person.height / NETWORK_STATURE
    places[seen], depth[seen], sd[seen] = judged.points, metre * judged.depth, metre * judged.sd
    sd = sd * doubt_of(readings.visibility[:, BODY_LANDMARKS], seen)
    return Observation(rate=rate, points=places, depth=depth, sd=sd, depth_sd=_DEPTH_SD)


def doubt_of(visibility: Array, seen: Mask) -> Array:
    """(n, side, joint) by how much the points of feet are less sure than usual in this film. [1]"""
    doubt = np.ones(visibility.shape)
    if seen.any():
        usual = np.maximum(np.percentile(visibility[seen], _USUAL, axis=0), 1e-6)
        shortfall = np.maximum(_CLEAR - visibility / usual, 0)[:, :, _FOOT]
        doubt[:, :, _FOOT] = np.minimum(1 + _DOUBT * np.nan_to_num(shortfall), _MOST_DOUBT)
    return doubt
