"""Shoulders in space + what the network read of elbows and wrists → where each arm points.

A limb of known length, seen along a known ray, leaves one thing open: how far it points towards or away from
the camera. That is laid on a grid; how well each tilt agrees with the picture and with the network's guess in
space weighs it, and mean and spread of the tilts are the answer and its error. So an arm that lies in the
picture's plane is told by the picture, one that points at the camera by its foreshortening, and where both
leave the sign open the error says so.

Assumes: lengths of de Leva (1996) at this stature; shoulders and camera as fitted.
Error: `Aim.sd`; against true people see `docs/explanation/accuracy.md`.
"""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import make_interp_spline
from scipy.ndimage import gaussian_filter1d

from ..conventions import ArmJoint, Joint, Side
from ..model import Array, Person, Readings
from .landmarks import ARM_LANDMARKS, BODY_LANDMARKS
from .observation import NETWORK_STATURE
from .skeleton import Whole, look_along

LENGTHS = np.array([0.1602, 0.1534])
"""Shoulder to elbow and elbow to wrist centre as shares of stature; de Leva 1996, table 4, mean of both
sexes. [unitless]"""
_LENGTH_SD = 0.07
"""How far people are from that: three with markers had 0.175 to 0.180 and 0.144 to 0.155 of the stature,
synthetic people 0.151 and 0.137. [unitless]"""
_PICTURE_SD, _PICTURE_SD_HIDDEN = 0.020, 0.25
_DEPTH_SD, _DEPTH_SD_HIDDEN = 0.12, 0.16
"""How far a landmark lies off its joint in the picture, and the network's guess at a limb's depth off its
depth, where the network is sure to see the joint and where it is sure not to. 54 synthetic people all around
showed 1 to 4 and 6 to 7 cm in the picture, 4 to 17 cm in depth. But an arm behind a trunk is a guess: with a
bar on the back the network lets it hang or point ahead, so that the picture counts for little there. [m]"""
_UNLIKE_SD, _UNLIKE = 0.08, 0.01
"""How far one limb is usually from the other's mirror image, and how likely it is elsewhere against being
there. Estimates: hands hold one bar, or each other. [m, 1]"""
_TILTS = np.linspace(-1.0, 1.0, 61)
"""Sine of the angle by which a limb points away from the camera; even steps are equally likely. [unitless]"""
_STEADY = 0.12
"""Directions are averaged over so much time, one standard deviation: arms move slowly in a squat. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Aim:
    """Where the arms point.

    Attributes
    ----------
    directions : (n, side, arm joint, xyz) unit vectors from shoulder to elbow and from elbow to wrist; NaN
        where nobody was seen.
    lengths : (arm joint,) of upper arm and forearm. [m]
    sd : (n, side, arm joint) one standard deviation of each coordinate of elbow and wrist, seen from the
        shoulder. [m]
    """

    directions: Array
    lengths: Array
    sd: Array

    def reach(self, shoulders: Array) -> Array:
        """(n, side, arm joint, xyz) elbows and wrists of these shoulders (n, side, xyz). [m]"""
        return np.asarray(shoulders[:, :, None] + np.cumsum(self.lengths[:, None] * self.directions, axis=2))

    def at(self, time: Array, wanted: Array) -> "Aim":
        """The same at other times within those it was made for [s]; where nobody was seen, bridged."""
        known = np.isfinite(self.directions).all(axis=(1, 2, 3)) & np.isfinite(self.sd).all(axis=(1, 2))
        if known.sum() < 2:
            rows = np.full(len(wanted), np.flatnonzero(known)[0] if known.any() else 0)
            return Aim(directions=self.directions[rows], lengths=self.lengths, sd=self.sd[rows])
        inside = np.clip(wanted, time[known][0], time[known][-1])
        directions, sd = (
            make_interp_spline(time[known], values[known], k=1)(inside)
            for values in (self.directions, self.sd)
        )
        return Aim(directions=_unit(directions), lengths=self.lengths, sd=sd)


def aim_arms(readings: Readings, rate: float, shoulders: Array, whole: Array, person: Person) -> Aim:
    """Where the arms point, in the world of the camera.

    Parameters
    ----------
    readings
        On an even time grid.
    rate
        Of the grid. [1/s]
    shoulders
        (n, side, xyz) as fitted, in the camera's world. [m]
    whole
        (WHOLE_SIZE,) of which the camera is used.
    person
        Stature sets lengths and scale.
    """
    seen = readings.visibility[:, ARM_LANDMARKS]
    hidden = 1 - np.clip(seen, 0, 1)
    off = _PICTURE_SD + (_PICTURE_SD_HIDDEN - _PICTURE_SD) * hidden**3
    doubt = _DEPTH_SD + (_DEPTH_SD_HIDDEN - _DEPTH_SD) * hidden
    rays = look_along(readings.points[:, ARM_LANDMARKS], whole)
    behind = _depths(readings.world) * person.height / NETWORK_STATURE
    lengths = person.height * LENGTHS
    eye = np.array([0.0, 0.0, whole[Whole.CAMERA_HEIGHT]])
    left = _unit(shoulders[:, Side.LEFT] - shoulders[:, Side.RIGHT])
    start, variance = shoulders, np.zeros(shoulders.shape[:2])
    directions, spreads = [], []
    for joint in ArmJoint:
        one = (slice(None), slice(None), joint)
        limb = _Limb(length=float(lengths[joint]), off=off[one], doubt=doubt[one])
        direction, own = limb.point(start - eye, rays[one], behind[one], left)
        direction = _unit(_steady(direction, rate))
        start, variance = start + limb.length * direction, variance + own
        directions.append(direction)
        spreads.append(np.sqrt(variance))
    return Aim(directions=np.stack(directions, 2), lengths=lengths, sd=np.stack(spreads, 2))


def _depths(world: Array) -> Array:
    """(n, side, arm joint) how far each lies behind the joint above it, as the network guesses. [as given]"""
    chain = np.concatenate([BODY_LANDMARKS[:, [Joint.SHOULDER]], ARM_LANDMARKS], axis=1)
    return np.diff(world[:, chain, 2], axis=2)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Limb:
    """A limb of both sides: its length, and how far picture and depth may be off, (n, side). [m]"""

    length: float
    off: Array
    doubt: Array

    def point(self, start: Array, ray: Array, behind: Array, left: Array) -> tuple[Array, Array]:
        """(n, side, xyz) its mean direction, and (n, side) the variance of each coordinate of its end.

        Parameters
        ----------
        start : (n, side, xyz) where it begins, from the camera. [m]
        ray : (n, side, xyz) unit vectors from the camera through its end.
        behind : (n, side) how far the end lies behind the start, as the network guesses. [m]
        left : (n, xyz) unit vector from the right shoulder to the left one.
        """
        square = (start * ray).sum(-1, keepdims=True) * ray - start
        apart = np.linalg.norm(square, axis=-1)
        axes = np.stack([_unit(square), ray], axis=2)
        shape = self.length * np.stack([np.sqrt(1 - _TILTS**2), _TILTS])
        variance = self.off**2 + (_LENGTH_SD * self.length) ** 2
        misfit = (shape[0] - apart[..., None]) ** 2 / variance[..., None]
        misfit += ((shape[1] - behind[..., None]) / self.doubt[..., None]) ** 2
        own = np.exp(-0.5 * (misfit - misfit.min(-1, keepdims=True)))
        alike = self._alike(axes, shape, left)
        both = own[:, Side.LEFT, :, None] * own[:, Side.RIGHT, None] * alike
        weights = np.stack([both.sum(2), both.sum(1)], axis=1) / both.sum((1, 2))[:, None, None]
        mean = weights @ shape.T
        size = np.linalg.norm(mean, axis=-1)
        # What a tilt leaves open, E|v|² − |E v|², and what cutting the mean to length moves.
        left_open = self.length**2 - size**2 + (self.length - size) ** 2
        alone = (left_open + variance) / 3
        return self._lean(_unit((mean[..., None] * axes).sum(2)), alone, left)

    def _lean(self, direction: Array, variance: Array, left: Array) -> tuple[Array, Array]:
        """What is hidden leans on the mirror image of the other side, as far as that is the surer guess."""
        apart = _UNLIKE_SD**2 + self.off[:, ::-1] ** 2
        share = self.off**2 / (self.off**2 + apart)
        other = _mirrored(direction[:, ::-1], left)
        leaning = _unit((1 - share[..., None]) * direction + share[..., None] * other)
        return leaning, (1 - share) ** 2 * variance + share**2 * (variance[:, ::-1] + _UNLIKE_SD**2)

    def _alike(self, axes: Array, shape: Array, left: Array) -> Array:
        """(n, tilt, tilt) how likely tilts of the left and the right limb go together."""
        one, other = axes[:, Side.LEFT], axes[:, Side.RIGHT]
        turned = _mirrored(one, left) @ other.transpose(0, 2, 1)
        product = np.einsum("ai,nab,bj->nij", shape, turned, shape, optimize=True)
        variance = _UNLIKE_SD**2 + (self.off**2).sum(-1)[:, None, None]
        return np.asarray(np.exp((product - self.length**2) / variance) + _UNLIKE)


def _steady(values: Array, rate: float) -> Array:
    """Gaussian mean over `_STEADY` along the first axis, over what is known; NaN stays."""
    known = np.isfinite(values)
    total, weight = (
        gaussian_filter1d(part, _STEADY * rate, axis=0, mode="nearest")
        for part in (np.where(known, values, 0.0), known.astype(float))
    )
    return np.where(known, total / np.maximum(weight, 1e-9), np.nan)


def _mirrored(vectors: Array, left: Array) -> Array:
    """(n, …, xyz) vectors seen in a mirror that stands square to `left` (n, xyz)."""
    return np.asarray(vectors - 2 * (vectors @ left[..., None]) * left[:, None])


def _unit(vectors: Array) -> Array:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))
