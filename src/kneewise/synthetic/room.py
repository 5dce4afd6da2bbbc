"""The surroundings: floor, four walls, furniture and light.

The walls stand 1.9 to 2.7 m from the person; those between the camera and the person are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from . import textures
from .mesh import Array, Index, triangulate
from .renderer import Light, Panel
from .rotation import unit

if TYPE_CHECKING:
    from .textures import Image

ROOMS = ("home", "gym", "brick", "outdoor")
HALF_LENGTH_M = 6.7
PATCH_HALF_M = 1.35
PATCH_CENTRE_X_M = 0.15
TEXTURE_M = 2.7
HOME_WALLS = (
    (0.78, 0.76, 0.72),
    (0.62, 0.68, 0.72),
    (0.72, 0.66, 0.56),
    (0.80, 0.80, 0.80),
    (0.55, 0.60, 0.53),
)
GYM_WALLS = ((0.50, 0.52, 0.55), (0.72, 0.72, 0.72), (0.30, 0.32, 0.36))
FLOOR_WOODS = ((0.55, 0.38, 0.24), (0.42, 0.30, 0.20), (0.66, 0.52, 0.38))
STEEL = (0.12, 0.12, 0.13)


def _quad(corner: Array, u: Array, v: Array, repeats: tuple[float, float]) -> tuple[Array, Index, Array]:
    """Vertices, faces and texture coordinates of a rectangle spanned by `u` and `v` from a corner."""
    vertices = np.array([corner, corner + u, corner + u + v, corner + v])
    across, up = repeats
    coordinates = np.array([[0, 0, 0], [across, 0, 0], [across, up, 0], [0, up, 0]], float)
    return vertices, np.array([[0, 1, 2], [0, 2, 3]]), coordinates


def _box(centre: Array, axes: Array, size: Array) -> tuple[Array, Index, Array]:
    """Vertices, faces and texture coordinates of a box; `axes` (3, 3) holds its directions as rows."""
    vertices, coordinates = [], []
    for axis in range(3):
        for sign in (-1, 1):
            first, second = (axis + 1) % 3, (axis + 2) % 3
            if sign < 0:
                first, second = second, first
            for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
                local = np.zeros(3)
                local[axis], local[first], local[second] = sign, a, b
                vertices.append(centre + (local * size / 2) @ axes)
                coordinates.append([(a + 1) / 2, (b + 1) / 2, 0.0])
    quads = np.arange(24).reshape(6, 4)
    return np.array(vertices), triangulate(quads), np.array(coordinates)


@dataclass(frozen=True)
class Wall:
    """A wall from inside: `along` to the right, `inward` to the person, `distance` (m) from the origin."""

    inward: Array
    along: Array
    distance: float

    @property
    def plane(self) -> tuple[Array, Array]:
        """Point on the wall and inward normal."""
        return -self.inward * self.distance, self.inward

    def surface(self, height: float, texture: Image) -> Panel:
        """Return the wall itself, up to `height` (m)."""
        corner = self.plane[0] - self.along * HALF_LENGTH_M
        shape = _quad(corner, 2 * HALF_LENGTH_M * self.along, np.array([0, 0, height]), (4, 1.2))
        return Panel(*shape, texture, self.plane)

    def thing(
        self, at: tuple[float, float, float], size: tuple[float, float, float], texture: Image
    ) -> Panel:
        """Box at (along, inward, up) metres from the wall's foot, with its size in the same directions."""
        axes = np.stack([self.along, self.inward, np.array([0.0, 0.0, 1.0])])
        centre = self.plane[0] + np.array(at) @ axes
        vertices, faces, coordinates = _box(centre, axes, np.array(size))
        return Panel(vertices, faces[:, ::-1], coordinates, texture, self.plane)  # the axes are left-handed


def _floor(texture: Image) -> list[Panel]:
    """Outer ring that stays still, and an inner patch that takes the shadow."""
    h, q, c = HALF_LENGTH_M, PATCH_HALF_M, PATCH_CENTRE_X_M
    areas = [
        ((-h, c - q), (-h, h), False),
        ((c + q, h), (-h, h), False),
        ((c - q, c + q), (-h, -q), False),
        ((c - q, c + q), (q, h), False),
        ((c - q, c + q), (-q, q), True),
    ]
    panels = []
    for (x0, x1), (y0, y1), receives in areas:
        u, v = np.array([x1 - x0, 0, 0]), np.array([0, y1 - y0, 0])
        vertices, faces, _ = _quad(np.array([x0, y0, 0.0]), u, v, (1, 1))
        coordinates = np.column_stack([vertices[:, :2] / TEXTURE_M, np.zeros(4)])
        panels.append(Panel(vertices, faces, coordinates, texture, None, receives))
    return panels


def _muted(rng: np.random.Generator, low: float, high: float, grey: float) -> tuple[float, float, float]:
    colour = low + (high - low) * rng.random(3)
    r, g, b = (1 - grey) * colour + grey * colour.mean()
    return float(r), float(g), float(b)


def _furnish_home(rng: np.random.Generator, wall: Wall) -> list[Panel]:
    side = float(rng.choice([-1, 1]))
    cloth = _muted(rng, 0.15, 0.65, 0.5)
    sofa = -side * rng.uniform(1.2, 2.0)
    cabinet = (0.45, 0.32, 0.20)
    grey_box = textures.flat(_muted(rng, 0.15, 0.75, 0.5))
    view = textures.window(rng)
    return [
        wall.thing((side * rng.uniform(1.2, 2.2), 0.015, 1.5), (rng.uniform(0.9, 1.4), 0.03, 1.2), view),
        wall.thing((sofa, 0.42, 0.22), (1.7, 0.8, 0.44), textures.carpet(rng, cloth)),
        wall.thing((sofa, 0.12, 0.55), (1.7, 0.22, 0.55), textures.carpet(rng, cloth)),
        wall.thing(
            (side * rng.uniform(1.0, 1.8), 0.22, 0.4),
            (rng.uniform(0.8, 1.4), 0.42, 0.8),
            textures.wood(rng, cabinet, 256, 3),
        ),
        wall.thing((side * 1.5, 0.22, 0.98), (0.2, 0.2, 0.36), textures.flat((0.9, 0.85, 0.7))),
        wall.thing(
            (-side * rng.uniform(2.9, 3.3), 0.02, 1.02),
            (0.9, 0.04, 2.04),
            textures.wood(rng, (0.6, 0.5, 0.4), 256, 1),
        ),
        wall.thing((side * rng.uniform(0.3, 0.8), 0.25, 0.2), (0.45, 0.4, 0.4), grey_box),
    ]


def _furnish_gym(rng: np.random.Generator, wall: Wall, plate: tuple[float, float, float]) -> list[Panel]:
    steel = textures.flat(STEEL)
    left = rng.uniform(-2.4, -1.4)
    panels = [wall.thing((left + dx, 0.35, 1.1), (0.07, 0.07, 2.2), steel) for dx in (0.0, 1.0)]
    panels.append(wall.thing((left + 0.5, 0.42, 1.35), (2.0, 0.035, 0.035), textures.flat((0.6, 0.6, 0.62))))
    for dx in (-0.35, 1.35):
        panels.append(wall.thing((left + dx, 0.42, 1.35), (0.05, 0.42, 0.42), textures.flat(plate)))
    for i in range(4):
        weight = textures.flat(_muted(rng, 0.1, 0.4, 0.6))
        panels.append(wall.thing((0.2 + 0.45 * i, 0.3, 0.18), (0.3, 0.25, 0.18), weight))
    panels.append(wall.thing((2.2, 0.5, 0.42), (1.1, 0.3, 0.08), steel))
    panels.append(wall.thing((2.2, 0.5, 0.2), (0.1, 0.25, 0.4), steel))
    return panels


def _surfaces(kind: str, rng: np.random.Generator) -> tuple[Image, Image]:
    """Floor and wall pictures."""
    if kind == "home":
        wooden = rng.random() < 0.65
        tone = FLOOR_WOODS[int(rng.integers(len(FLOOR_WOODS)))]
        floor = textures.wood(rng, tone) if wooden else textures.carpet(rng, (0.45, 0.43, 0.42))
        return floor, textures.plaster(rng, HOME_WALLS[int(rng.integers(len(HOME_WALLS)))])
    if kind == "gym":
        return textures.rubber(rng), textures.plaster(rng, GYM_WALLS[int(rng.integers(len(GYM_WALLS)))])
    if kind == "brick":
        return textures.plaster(rng, (0.42, 0.42, 0.41), 0.12), textures.brick(rng)
    return textures.grass(rng), textures.foliage(rng)


def build_room(kind: str, rng: np.random.Generator) -> list[Panel]:
    """All panels of a room of one of the ROOMS."""
    floor, wall_picture = _surfaces(kind, rng)
    panels = _floor(floor)
    indoors = kind != "outdoor"
    height = 2.7 if indoors else 2.2
    distance = float(rng.uniform(1.9, 2.7))
    if indoors:
        h = HALF_LENGTH_M
        corner, u, v = np.array([-h, h, height]), np.array([2 * h, 0, 0]), np.array([0, -2 * h, 0])
        panels.append(Panel(*_quad(corner, u, v, (1, 1)), textures.flat((0.8, 0.8, 0.78))))
    for quarter in range(4):
        angle = quarter * np.pi / 2
        inward = np.array([np.cos(angle), np.sin(angle), 0.0]).round()
        wall = Wall(inward, np.array([-inward[1], inward[0], 0.0]), distance)
        panels.append(wall.surface(height, wall_picture))
        if not indoors:
            continue
        skirting = textures.flat((0.85, 0.85, 0.83))
        panels.append(wall.thing((0, 0.01, 0.05), (2 * HALF_LENGTH_M, 0.02, 0.1), skirting))
        place = (rng.uniform(-1.8, 1.8), 0.02, rng.uniform(1.4, 1.7))
        size = (rng.uniform(0.5, 0.9), 0.03, rng.uniform(0.4, 0.7))
        panels.append(wall.thing(place, size, textures.poster(rng)))
        if kind == "home":
            panels += _furnish_home(rng, wall)
        else:
            panels += _furnish_gym(rng, wall, (0.5, 0.08, 0.08) if kind == "gym" else (0.05, 0.05, 0.06))
    return panels


def light_room(kind: str, rng: np.random.Generator, azimuth_deg: float) -> Light:
    """Light from within 70 degrees of the camera's azimuth (degrees), 35 to 70 degrees high."""
    azimuth = np.radians(azimuth_deg + rng.uniform(-70, 70))
    elevation = np.radians(rng.uniform(35, 70))
    flat = np.cos(elevation)
    sun = np.array([np.cos(azimuth) * flat, np.sin(azimuth) * flat, np.sin(elevation)])
    camera = np.radians(azimuth_deg + 20)
    fill = unit(np.array([0.85 * np.cos(camera), 0.85 * np.sin(camera), 0.4]))
    warmth, strength, around = rng.uniform(0, 1), rng.uniform(0.7, 1.25), rng.uniform(0.7, 1.1)
    exposure = float(rng.uniform(0.8, 1.1)) * (1.0 if kind == "outdoor" else 1.15)
    if kind == "outdoor":
        return Light(
            sun_direction=sun,
            sun_colour=(2.6, 2.4, 2.0),
            sky=(0.50, 0.58, 0.72),
            ground=(0.20, 0.24, 0.12),
            fill_direction=fill,
            fill_colour=(0.15, 0.16, 0.18),
            softness=0.004,
            background=(0.62, 0.75, 0.92),
            exposure=exposure,
        )
    lamp = strength * (np.array([1.25, 1.15, 1.0]) * (1 - warmth) + np.array([1.1, 1.13, 1.2]) * warmth)
    red, green, blue = (float(v) for v in lamp)
    grey = float(0.62 * around)
    return Light(
        sun_direction=sun,
        sun_colour=(red, green, blue),
        sky=(grey, grey, grey),
        ground=(0.28, 0.25, 0.22),
        fill_direction=fill,
        fill_colour=(0.35, 0.34, 0.33),
        softness=0.016,
        background=(0.8, 0.8, 0.8),
        exposure=exposure,
    )
