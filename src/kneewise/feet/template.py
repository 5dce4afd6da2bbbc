"""Outline → where heel, toes and sides of a foot or an insole are, by a usual outline laid over it.

The shin hides a part of most feet; an outline laid over what is seen tells which part that is. Own frame of a
foot: x from heel to toes, y to its inner side.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.optimize import least_squares
from scipy.spatial import cKDTree

from ..model import Array
from .outline import normals_of

_USUAL = np.array(
    (
        (0.0, 0.0), (0.015, 0.13), (0.05, 0.22), (0.11, 0.285), (0.20, 0.30), (0.30, 0.28), (0.42, 0.27),
        (0.53, 0.32), (0.63, 0.42), (0.71, 0.475), (0.78, 0.475), (0.86, 0.43), (0.94, 0.37), (0.985, 0.28),
        (1.0, 0.17), (0.985, 0.05), (0.95, -0.09), (0.90, -0.22), (0.845, -0.36), (0.79, -0.45),
        (0.72, -0.50), (0.63, -0.51), (0.53, -0.475), (0.42, -0.425), (0.30, -0.38), (0.20, -0.345),
        (0.11, -0.29), (0.05, -0.22), (0.015, -0.13),
    )
)  # fmt: skip
"""Outline of a usual foot without the gaps between toes, as shares of length and width; drawn by hand."""

_POINTS = 100
_LENGTHS, _SHAPES = (0.14, 0.34), (0.28, 0.52)
"""Possible lengths, and widths as shares of them. [m, unitless]"""

_MET = 0.005
"""So near to the usual outline, and in its direction, one that was seen runs along it. [m]"""

_LOOSE = 0.004
"""Distance between outlines from which on it counts less. [m]"""


@dataclass(frozen=True, slots=True)
class Placed:
    """A usual outline laid over one that was seen.

    Attributes
    ----------
    heel : middle of the back of the heel on the floor, (2,). [m]
    turn : direction of the toes, from x towards y. [rad]
    length, width : of the usual outline there. [m]
    inner : +1 where the inner side is to the left of the direction of the toes, as of a right foot.
    met : share of it that the outline that was seen runs along, within 5 mm. [unitless]
    misfit : how far it lies from the outline that was seen; counts less, the farther. [unitless]
    """

    heel: Array
    turn: float
    length: float
    width: float
    inner: int
    met: float
    misfit: float

    def to_own(self, floor: Array) -> Array:
        """Points (…, 2) of the floor in the foot's own frame. [m]"""
        return np.asarray((floor - self.heel) @ self._axes().T)

    def to_floor(self, own: Array) -> Array:
        """Points (…, 2) of the foot's own frame on the floor. [m]"""
        return np.asarray(own @ self._axes() + self.heel)

    def _axes(self) -> Array:
        ahead = np.array([np.cos(self.turn), np.sin(self.turn)])
        return np.array([ahead, self.inner * np.array([-ahead[1], ahead[0]])])

    def parameters(self) -> Array:
        """What is searched for: heel (2), direction, log of length and of width over length."""
        return np.array([*self.heel, self.turn, np.log(self.length), np.log(self.width / self.length)])

    def outline(self) -> Array:
        """The usual outline on the floor, (point, 2). [m]"""
        return self.to_floor(USUAL_OUTLINE * (self.length, self.width))


def smooth_outline(points: Array) -> Array:
    """A closed smooth line (point, 2) through points in shares of length and width."""
    closed = np.vstack([points, points[:1]])
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0) * (2.6, 1), axis=1))])
    return np.asarray(
        CubicSpline(along, closed, bc_type="periodic")(np.linspace(0, along[-1], _POINTS, endpoint=False))
    )


USUAL_OUTLINE = smooth_outline(_USUAL)
"""Outline of a usual foot as shares of length and width, (point, 2)."""


def lay_over(line: Array, inside: Array) -> list[Placed]:
    """The usual outline where it fits best: as a left and a right foot, forward and backward.

    Parameters
    ----------
    line
        Outline that was seen, (point, 2). [m]
    inside
        Points (n, 2) of it that lie on the sheet, from which to begin. [m]
    """
    tree = cKDTree(line)
    normals = normals_of(line)
    starts = _starts(inside)
    tried = [_lay(tree, normals, start, inner, 8) for start in starts for inner in (1, -1)]
    likely = [min(tried[k::4], key=lambda one: one.misfit) for k in range(4)]
    return [_lay(tree, normals, one.parameters(), one.inner, 40) for one in likely]


def settle(line: Array, near: Placed) -> Placed:
    """The usual outline where it fits best, near to where it lay. [m]"""
    return _lay(cKDTree(line), normals_of(line), near.parameters(), near.inner, 25)


def _starts(inside: Array) -> Iterator[Array]:
    middle = inside.mean(axis=0)
    ahead = np.linalg.svd(inside - middle, full_matrices=False)[2][0]
    lean = np.arctan2(ahead[1], ahead[0])
    # Forward and backward take turns, and both sides follow each: every fourth try is of one kind.
    for turn in (lean, lean + np.pi, lean + 0.6, lean + np.pi + 0.6, lean - 0.6, lean + np.pi - 0.6):
        heel = middle - 0.125 * np.array([np.cos(turn), np.sin(turn)])
        yield np.array([*heel, turn, np.log(0.25), np.log(0.39)])


def _lay(tree: cKDTree, normals: Array, start: Array, inner: int, steps: int) -> Placed:
    def placed(parameters: Array, met: float = 0.0, misfit: float = 0.0) -> Placed:
        length = float(np.exp(parameters[3]))
        return Placed(
            heel=parameters[:2],
            turn=float(parameters[2]),
            length=length,
            width=length * float(np.exp(parameters[4])),
            inner=inner,
            met=met,
            misfit=misfit,
        )

    def misses(parameters: Array) -> Array:
        outline = placed(parameters).outline()
        away, nearest = tree.query(outline)
        # An edge of the shin that happens to be near runs in another direction.
        along = (normals[nearest] * normals_of(outline)).sum(axis=1)
        prior = np.array([(parameters[4] - np.log(0.39)) / 0.15, (parameters[3] - np.log(0.25)) / 0.4])
        return np.concatenate([(away + 0.01 * np.clip(0.5 - along, 0, None)) / _LOOSE, 2.0 * prior])

    low = [-1, -1, -10, np.log(_LENGTHS[0]), np.log(_SHAPES[0])]
    high = [1, 1, 10, np.log(_LENGTHS[1]), np.log(_SHAPES[1])]
    found = least_squares(
        misses,
        np.clip(start, low, high),
        bounds=(low, high),
        loss="cauchy",
        max_nfev=steps,
        x_scale=[0.02, 0.02, 0.1, 0.1, 0.1],
    )
    outline = placed(found.x).outline()
    away, nearest = tree.query(outline)
    along = (normals[nearest] * normals_of(outline)).sum(axis=1)
    met = float(np.mean((away < _MET) & (along > 0.6)))
    return placed(found.x, met, float(found.cost))
