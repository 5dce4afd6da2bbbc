"""Seed → a foot with its shin, an insole, a sheet: solids on the floor whose sizes are exactly known.

Floor frame of this file: x and y on the floor, z up, metres. A foot's own frame: x from the heel to the toes,
y to its inner side. Heights and roundings are drawn, so that nobody can measure by knowing them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.interpolate import CubicSpline

if TYPE_CHECKING:
    from .mesh import Array

_INNER = (
    (0.0, 0.0), (0.012, 0.11), (0.045, 0.205), (0.10, 0.275), (0.17, 0.295), (0.27, 0.28), (0.40, 0.26),
    (0.52, 0.31), (0.62, 0.41), (0.70, 0.475), (0.76, 0.485), (0.83, 0.445), (0.90, 0.42), (0.955, 0.38),
)  # fmt: skip
_TOES = (
    (0.995, 0.27), (0.985, 0.19), (0.948, 0.125), (0.982, 0.06), (0.972, 0.00), (0.93, -0.045),
    (0.945, -0.10), (0.932, -0.15), (0.885, -0.20), (0.90, -0.25), (0.882, -0.29), (0.832, -0.335),
    (0.845, -0.385),
)  # fmt: skip
_OUTER = (
    (0.80, -0.455), (0.72, -0.495), (0.64, -0.505), (0.53, -0.475), (0.40, -0.42), (0.27, -0.37),
    (0.17, -0.335), (0.10, -0.285), (0.045, -0.205), (0.012, -0.11),
)  # fmt: skip
_INSOLE = (
    (0.0, 0.0), (0.012, 0.13), (0.045, 0.22), (0.10, 0.30), (0.20, 0.325), (0.35, 0.30), (0.50, 0.32),
    (0.62, 0.41), (0.72, 0.47), (0.80, 0.46), (0.88, 0.40), (0.95, 0.28), (0.99, 0.14), (1.0, 0.04),
    (0.99, -0.06), (0.955, -0.18), (0.89, -0.32), (0.81, -0.44), (0.72, -0.51), (0.62, -0.52), (0.48, -0.47),
    (0.33, -0.41), (0.20, -0.37), (0.10, -0.31), (0.045, -0.22), (0.012, -0.13),
)  # fmt: skip
"""Outlines as shares of length and width: of a usual foot and of a usual insole, drawn by hand."""

_AROUND = 240
HEEL_AT, FOREFOOT_AT, WIDTH_FROM, WIDTH_TO = 0.15, 0.70, 0.58, 0.80
"""Shares of the length: where the axis goes through the middle, and where the forefoot is widest."""


@dataclass(frozen=True)
class Outline:
    """A closed line seen from straight above: (point, 2) in its own frame, and what a ruler would say. [m]"""

    points: Array
    length: float
    width: float


@dataclass(frozen=True)
class Solid:
    """A surface of rings: (ring, point, 3), the lowest first, in the frame of the floor. [m]"""

    rings: Array
    colour: tuple[float, float, float]


def draw_foot(generator: np.random.Generator, length: float, width: float) -> Outline:
    """Outline of a foot of exactly this length and forefoot width, its shape drawn."""
    return _measured(_vary(np.array((*_INNER, *_TOES, *_OUTER)), generator, 0.008), length, width)


def draw_insole(generator: np.random.Generator, length: float, width: float) -> Outline:
    """Outline of an insole of exactly this length and forefoot width, its shape drawn."""
    return _measured(_vary(np.array(_INSOLE), generator, 0.004), length, width)


def _vary(points: Array, generator: np.random.Generator, spread: float) -> Array:
    steps = generator.normal(scale=spread, size=points.shape)
    steps[0] = 0
    return points + steps


def _measured(shares: Array, length: float, width: float) -> Outline:
    """The outline on its axis, stretched until length and width are what was asked for."""
    points = _smooth(shares * (length, width))
    for _ in range(20):
        points = points * _stretch(points, length, width)
        points = _on_axis(points)
    return Outline(points=points, length=float(np.ptp(points[:, 0])), width=_width(points))


def _smooth(points: Array) -> Array:
    closed = np.vstack([points, points[:1]])
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))])
    spline = CubicSpline(along, closed, bc_type="periodic")
    return np.asarray(spline(np.linspace(0, along[-1], _AROUND, endpoint=False)))


def _stretch(points: Array, length: float, width: float) -> Array:
    return np.array([length / np.ptp(points[:, 0]), width / _width(points)])


def _width(points: Array) -> float:
    share = (points[:, 0] - points[:, 0].min()) / np.ptp(points[:, 0])
    return float(np.ptp(points[(share >= WIDTH_FROM) & (share <= WIDTH_TO), 1]))


def _on_axis(points: Array) -> Array:
    """Turned and moved so that the x axis goes through the middles of heel and forefoot, from 0 forward."""
    heel, forefoot = (_middle(points, share) for share in (HEEL_AT, FOREFOOT_AT))
    ahead = (forefoot - heel) / np.linalg.norm(forefoot - heel)
    turned = (points - heel) @ np.array([[ahead[0], -ahead[1]], [ahead[1], ahead[0]]])
    return np.asarray(turned - (turned[:, 0].min(), 0))


def _middle(points: Array, share: float) -> Array:
    x = points[:, 0].min() + share * np.ptp(points[:, 0])
    following = np.roll(points, -1, axis=0)
    crossing = np.flatnonzero((points[:, 0] - x) * (following[:, 0] - x) < 0)
    a, b = points[crossing], following[crossing]
    y = a[:, 1] + (x - a[:, 0]) / (b[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1])
    return np.array([x, (y.min() + y.max()) / 2])


def build_foot(
    outline: Outline,
    generator: np.random.Generator,
    place: tuple[float, float, float],
    inner_is_left: bool,
    colour: tuple[float, float, float],
) -> list[Solid]:
    """Foot and shin on the floor.

    Parameters
    ----------
    outline
        Of the foot, from above.
    generator
        Of heights and of the shin's lean.
    place
        x and y of the middle of the foot, and the direction of its toes. [m, m, rad]
    inner_is_left
        Whether the inner side is to the left of the direction of the toes, as of a right foot.
    colour
        Of the skin, blue green red, 0 to 255.
    """
    share = outline.points[:, 0] / outline.length
    widest = np.interp(share, [0, 0.3, 0.7, 0.9, 1.0], _heights(generator))
    top = np.interp(share, [0, 0.2, 0.35, 0.5, 0.65, 0.78, 0.9, 1.0], _ridge(generator))
    # A stream of its own, so that a scene stays as it is whatever is drawn of its roundness.
    own = generator.spawn(1)[0]
    top = top * own.normal(1, 0.08)
    heel, toes = np.clip(own.normal(0.10, 0.02, size=2), 0.04, 0.16)
    ridge = np.column_stack(
        [np.clip(outline.points[:, 0], heel * outline.length, (1 - toes) * outline.length), 0 * share]
    )
    under = np.abs(generator.normal(0.005, 0.0015))
    inward = ridge - outline.points
    away = np.linalg.norm(inward, axis=1)
    rings = []
    for angle in np.linspace(-np.pi / 2, 0, 6):
        step = under * (1 - np.cos(angle)) / np.maximum(away, 1e-3)
        rings.append(np.column_stack([outline.points + inward * step[:, None], widest * (1 + np.sin(angle))]))
    for angle in np.linspace(0, np.pi / 2, 22)[1:]:
        step = 1 - np.cos(angle)
        rings.append(
            np.column_stack([outline.points + inward * step, widest + (top - widest) * np.sin(angle)])
        )
    shin = _shin(outline, generator)
    return [
        Solid(_put(np.array(rings), place, outline.length, inner_is_left), colour),
        Solid(_put(shin, place, outline.length, inner_is_left), colour),
    ]


def _heights(generator: np.random.Generator) -> Array:
    """Height of the widest place at heel, arch, ball, little toe's base and toe tips. [m]"""
    usual = np.array([0.021, 0.022, 0.016, 0.012, 0.010])
    return np.maximum(usual * generator.normal(1, 0.2, size=5), 0.004)


def _ridge(generator: np.random.Generator) -> Array:
    usual = np.array([0.075, 0.08, 0.075, 0.06, 0.045, 0.034, 0.027, 0.022])
    return usual * generator.normal(1, 0.06)


def _shin(outline: Outline, generator: np.random.Generator) -> Array:
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    lean = generator.normal([0.08, 0.0], 0.06)
    rings = []
    for z in np.linspace(0.04, 0.46, 40):
        thick = np.interp(z, [0.04, 0.09, 0.20, 0.46], [0.030, 0.033, 0.042, 0.056])
        middle = np.array([0.235 * outline.length, 0.0]) + lean * (z - 0.04)
        ring = middle + thick * np.column_stack([1.15 * np.cos(turn), np.sin(turn)])
        rings.append(np.column_stack([ring, np.full(len(turn), z)]))
    return np.array(rings)


def build_insole(
    outline: Outline,
    thickness: float,
    place: tuple[float, float, float],
    inner_is_left: bool,
    colour: tuple[float, float, float],
) -> list[Solid]:
    """An insole of this thickness that lies flat. [m]"""
    middle = np.array([outline.length / 2, 0.0])
    rings = [np.column_stack([outline.points, np.full(_AROUND, z)]) for z in (0.0, thickness)]
    rings += [
        np.column_stack([outline.points + (middle - outline.points) * s, np.full(_AROUND, thickness)])
        for s in (0.5, 1.0)
    ]
    return [Solid(_put(np.array(rings), place, outline.length, inner_is_left), colour)]


def place_points(
    points: Array, place: tuple[float, float, float], length: float, inner_is_left: bool
) -> Array:
    """Points of a foot's own frame, (…, 2), in the frame of the floor."""
    x, y, turn = place
    own = (points - (length / 2, 0)) * (1, 1 if inner_is_left else -1)
    return np.asarray(own @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + (x, y))


def _put(rings: Array, place: tuple[float, float, float], length: float, inner_is_left: bool) -> Array:
    return np.concatenate(
        [place_points(rings[..., :2], place, length, inner_is_left), rings[..., 2:]], axis=-1
    )
