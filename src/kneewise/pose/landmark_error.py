"""How a network's landmarks lie off the joints: learned from synthetic people, taken away before the fit.

A landmark is where people who labelled pictures would click, and what a network makes of it when a limb is
hidden or foreshortened. How far that is from the joint centre depends on posture and view, much alike for
all people. A ridge regression on the network's own output (linear terms and random Fourier features, Rahimi
and Recht 2007) predicts it for one frame; a second one predicts how large the rest is.

Learned by `python -m tools.landmarks.train` on people whose joints are known; tested on people it has not
seen, see `docs/explanation/accuracy.md`. Everything is in the network's own metres, so that neither the lens
nor the stature enters.

Assumes: the whole body in the picture, a standing, squatting or sitting person.
Error: left in `Judged.sd`, for people like the synthetic ones; `_REAL` widens it for real ones.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from ..conventions import Joint, Side
from ..model import Array

_FILE = "landmark_error.npz"
_REACH = 4.0
"""Features are held within this many standard deviations of what was learned from. [1]"""
_REAL = 1.2
"""How much larger the rest is in films of real people than of synthetic ones. [1]"""
_LARGEST, _LARGEST_DEPTH, _SD_RANGE = 0.12, 0.45, (0.004, 0.10)
"""What is believed at most in postures unlike those learned from. [network metres]"""
_POINTS = len(Side) * len(Joint)
_MIRROR = np.array([-1.0, 1.0])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """Landmarks with the learned error taken away.

    Attributes
    ----------
    points : (n, side, joint, 2) in the unit they came in.
    depth : (n, side, joint) behind mid-hip along the line of sight. [network metres]
    sd : (n, side, joint) what is left in each axis of the picture. [network metres]
    """

    points: Array
    depth: Array
    sd: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LandmarkError:
    """The learned error of one network.

    Attributes
    ----------
    centre, scale : (f,) mean and standard deviation of the features.
    frequency, phase : (f, m), (m,) of the random Fourier features.
    mean, slope : (o,), (f + m, o) of the error: 24 in the picture, 12 in depth.
    rest_mean, rest_slope : (12,), (f + m, 12) of the logarithm of the squared rest.
    """

    centre: Array
    scale: Array
    frequency: Array
    phase: Array
    mean: Array
    slope: Array
    rest_mean: Array
    rest_slope: Array

    def judge(self, points: Array, world: Array) -> Judged:
        """Take the expected error away.

        Parameters
        ----------
        points : (n, side, joint, 2) right and down in the picture, in any unit; no NaN.
        world : (n, side, joint, 3) the network's guess: right, down, away. [network metres]
        """
        features, size = describe(points, world)
        error, away, rest = self._predict(features)
        mirrored, _ = describe(*mirror(points, world))
        error_m, away_m, rest_m = self._predict(mirrored)
        error = (error + error_m[:, ::-1] * _MIRROR) / 2
        away = (away + away_m[:, ::-1]) / 2
        rest = (rest + rest_m[:, ::-1]) / 2
        hips = world[:, :, Joint.HIP, 2].mean(1)[:, None, None]
        return Judged(
            points=points - error * size[:, None, None, None],
            depth=world[..., 2] - hips - away,
            sd=np.clip(_REAL * np.exp(rest / 2), *_SD_RANGE),
        )

    def _predict(self, features: Array) -> tuple[Array, Array, Array]:
        terms = expand(features, self.centre, self.scale, self.frequency, self.phase)
        most = np.r_[np.full(2 * _POINTS, _LARGEST), np.full(_POINTS, _LARGEST_DEPTH)]
        error = np.clip(self.mean + terms @ self.slope, -most, most)
        rest = self.rest_mean + terms @ self.rest_slope
        shape = (len(features), len(Side), len(Joint))
        return (
            error[:, : 2 * _POINTS].reshape(*shape, 2),
            error[:, 2 * _POINTS :].reshape(shape),
            rest.reshape(shape),
        )


def mirror(points: Array, world: Array) -> tuple[Array, Array]:
    """The same person seen in a mirror: left and right change places, right of the picture becomes left."""
    return points[:, ::-1] * _MIRROR, world[:, ::-1] * np.array([-1.0, 1.0, 1.0])


def describe(points: Array, world: Array) -> tuple[Array, Array]:
    """What a network says of a posture, free of place and size in the picture.

    Parameters
    ----------
    points, world : as in `LandmarkError.judge`.

    Returns
    -------
    features
        (n, 60) landmarks in space and in the picture, from mid-hip. [network metres]
    size
        (n,) length in the picture of one network metre. [unit of the points]
    """
    n = len(points)
    seen = points - points[:, :, Joint.HIP].mean(1)[:, None, None]
    guess = world - world[:, :, Joint.HIP].mean(1)[:, None, None]
    flat = guess[..., :2]
    size = (seen * flat).sum((1, 2, 3)) / np.maximum((flat**2).sum((1, 2, 3)), 1e-9)
    size = np.maximum(size, 1e-9)
    return np.column_stack([guess.reshape(n, -1), (seen / size[:, None, None, None]).reshape(n, -1)]), size


def expand(features: Array, centre: Array, scale: Array, frequency: Array, phase: Array) -> Array:
    """(n, f + m) standardised features and their random Fourier features."""
    standard = np.clip((features - centre) / scale, -_REACH, _REACH)
    return np.column_stack([standard, np.cos(standard @ frequency + phase)])


@cache
def load_landmark_error(*networks: str) -> LandmarkError:
    """What was learned for a network; the mean of several where they take turns."""
    with resources.as_file(resources.files(__package__) / _FILE) as file, np.load(file) as store:
        common = {name: store[name].astype(float) for name in ("centre", "scale", "frequency", "phase")}
        own = {
            name: np.mean([store[f"{network}_{name}"] for network in networks], axis=0, dtype=float)
            for name in ("mean", "slope", "rest_mean", "rest_slope")
        }
    return LandmarkError(**common, **own)
