"""Solids on a floor → a photo of them by a tilted phone with lens distortion, shadows, noise and JPEG.

numpy and OpenCV only. Pixel coordinates: (0, 0) is the outer corner of the top left pixel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .foot import Solid
    from .mesh import Array

    Picture = NDArray[np.uint8]

_FINER = 2
"""The picture is painted so many times finer and then made smaller, for soft edges."""

_SUBPIXEL = 4
"""Bits of a pixel that OpenCV paints with."""

_FLOOR = 2.6
"""Side of the piece of floor that has a pattern. [m]"""

_TEXEL = 0.002
"""Side of one point of the floor's pattern. [m]"""


@dataclass(frozen=True)
class Phone:
    """Where the phone is, what it looks at, and its lens.

    Attributes
    ----------
    eye : place of the lens. [m]
    target : point on the floor in the middle of the picture. [m]
    roll : turn about the line of sight. [rad]
    size : width and height of the photo. [px]
    focal : of the lens. [px]
    bend : first radial coefficient of the lens. [unitless]
    """

    eye: tuple[float, float, float]
    target: tuple[float, float]
    roll: float
    size: tuple[int, int]
    focal: float
    bend: float = 0.0

    def camera(self) -> tuple[Array, Array]:
        """Rotation (3, 3) from the floor to x right, y down, z ahead, and the eye (3,)."""
        eye = np.array(self.eye)
        ahead = np.array([*self.target, 0.0]) - eye
        ahead /= np.linalg.norm(ahead)
        right = np.cross(ahead, [-np.sin(self.roll), np.cos(self.roll), 0.0])
        right /= np.linalg.norm(right)
        return np.array([right, np.cross(ahead, right), ahead]), eye

    def project(self, points: Array, *, bent: bool = True) -> Array:
        """Pixels (…, 2) of points (…, 3)."""
        rotation, eye = self.camera()
        seen = (points - eye) @ rotation.T
        flat = seen[..., :2] / seen[..., 2:]
        if bent:
            flat = flat * (1 + self.bend * (flat**2).sum(axis=-1, keepdims=True))
        return np.asarray(flat * self.focal + np.array(self.size) / 2)


@dataclass(frozen=True)
class Scene:
    """What lies on the floor and how it is lit.

    Attributes
    ----------
    floor : (row, column, 3) pattern of the floor, blue green red.
    sheets : (corner, 2) outlines of flat things, with their colours. [m]
    solids : painted by depth.
    light : direction from which the light comes; z is up. [unitless]
    shade : share of the light that a shadow takes away.
    slope : change of the light across a metre of floor, in x and y. [1/m]
    cast : factor of each channel.
    """

    floor: Array
    sheets: Sequence[tuple[Array, tuple[float, float, float]]]
    solids: Sequence[Solid]
    light: tuple[float, float, float] = (0.3, 0.4, 1.0)
    shade: float = 0.4
    softness: float = 0.02
    slope: tuple[float, float] = (0.0, 0.0)
    cast: tuple[float, float, float] = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Wear:
    """What the sensor and the file do to a photo: noise [grey levels], blur [px] and JPEG quality."""

    noise: float = 3.0
    blur: float = 0.6
    quality: int = 90
    seed: int = 0


def take_photo(scene: Scene, phone: Phone, wear: Wear) -> Picture:
    """The photo, (height, width, 3), 8 bit, blue green red."""
    fine = Phone(
        eye=phone.eye,
        target=phone.target,
        roll=phone.roll,
        size=(phone.size[0] * _FINER, phone.size[1] * _FINER),
        focal=phone.focal * _FINER,
    )
    picture = _paint_floor(scene, fine)
    patches = _sorted_quads(scene, fine)
    painted = picture.copy()
    for corners, colour in patches:
        cv2.fillConvexPoly(painted, corners, colour, cv2.LINE_8, _SUBPIXEL)
    inside = covered([corners for corners, _ in patches], fine.size)
    picture[inside] = painted[inside]
    small = np.asarray(cv2.resize(picture, phone.size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return _wear(_bend(small, phone), wear)


def covered(polygons: Sequence[NDArray[np.int32]], size: tuple[int, int]) -> NDArray[np.bool_]:
    """Pixels whose centres lie in one of these convex polygons.

    OpenCV paints every pixel that a polygon touches, half a pixel too much on each side: those are meant that
    it touches wherever it is moved by half a pixel.
    """
    half = 1 << (_SUBPIXEL - 1)
    inside = np.ones(size[::-1], dtype=bool)
    for step in np.array(((half, 0), (-half, 0), (0, half), (0, -half)), dtype=np.int32):
        touched = np.zeros(size[::-1], np.uint8)
        for corners in polygons:
            cv2.fillConvexPoly(touched, corners + step, 1, cv2.LINE_8, _SUBPIXEL)
        inside &= touched > 0
    return inside


def _paint_floor(scene: Scene, phone: Phone) -> Picture:
    """Floor, sheets, the light across them and the shadows, before anything stands there."""
    floor = scene.floor.astype(np.float32)
    side = floor.shape[0]
    lit = _light(scene, side)
    floor *= lit[..., None] * np.array(scene.cast, dtype=np.float32)
    square = np.array([[0, 0], [side, 0], [side, side], [0, side]], dtype=np.float32)
    half = _FLOOR / 2
    lies = np.array([[-half, half, 0], [half, half, 0], [half, -half, 0], [-half, -half, 0]])
    seen = phone.project(lies, bent=False).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(square, seen)
    picture = cv2.warpPerspective(
        np.clip(floor, 0, 255).astype(np.uint8), matrix, phone.size, borderMode=cv2.BORDER_REPLICATE
    )
    for corners, colour in scene.sheets:  # in the picture itself, since the floor's points are coarse
        flat = np.column_stack([corners, np.zeros(len(corners))])
        inside = covered([_fixed(phone.project(flat, bent=False))], phone.size)
        sheet = (lit[..., None] * np.array(colour) * np.array(scene.cast)).clip(0, 255).astype(np.uint8)
        warped = cv2.warpPerspective(sheet, matrix, phone.size)
        picture[inside] = warped[inside]
    return np.ascontiguousarray(picture, dtype=np.uint8)


def _texels(points: Array, side: int) -> Array:
    return np.asarray(np.column_stack([points[:, 0], -points[:, 1]]) / _TEXEL + side / 2)


def _light(scene: Scene, side: int) -> Array:
    """Light on each point of the floor, (row, column)."""
    across = (np.arange(side, dtype=np.float32) - side / 2) * _TEXEL
    even = 1 + scene.slope[0] * across[None, :] - scene.slope[1] * across[:, None]
    shadow = np.zeros((side, side), np.uint8)
    leaning = np.array(scene.light[:2]) / scene.light[2]
    for solid in scene.solids:  # rings lie close: the shadows of all of them are that of the solid
        for ring in solid.rings[..., :2] - solid.rings[..., 2:] * leaning:
            cv2.fillPoly(shadow, [_fixed(_texels(ring, side))], 255, cv2.LINE_8, _SUBPIXEL)
    soft = cv2.GaussianBlur(shadow.astype(np.float32) / 255, (0, 0), scene.softness / _TEXEL)
    return np.asarray(np.clip(even, 0.3, 1.5) * (1 - scene.shade * soft))


def _quads(rings: Array) -> Array:
    """(quad, 4, xy or xyz) patches between neighbouring rings."""
    a, b = rings[:-1], rings[1:]
    patches = np.stack([a, np.roll(a, -1, axis=1), np.roll(b, -1, axis=1), b], axis=2)
    return patches.reshape(-1, 4, rings.shape[-1])


def _sorted_quads(scene: Scene, phone: Phone) -> list[tuple[NDArray[np.int32], tuple[float, float, float]]]:
    """Patches of all solids with their lit colours, the farthest first."""
    patches, colours = [], []
    light = np.array(scene.light) / np.linalg.norm(scene.light)
    for solid in scene.solids:
        quads = _quads(solid.rings)
        normal = np.cross(quads[:, 2] - quads[:, 0], quads[:, 3] - quads[:, 1])
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
        outward = quads.mean(axis=1) - solid.rings.reshape(-1, 3).mean(axis=0)
        normal *= np.where((normal * outward).sum(axis=1) < 0, -1, 1)[:, None]
        lit = 0.62 + 0.38 * np.clip(normal @ light, 0, 1)
        x, y = quads.mean(axis=1)[:, :2].T
        mottled = 1 + 0.03 * np.sin(260 * x + 3) * np.sin(230 * y)
        patches.append(quads)
        colours.append(
            (lit * mottled * (1 + scene.slope[0] * x + scene.slope[1] * y))[:, None] * solid.colour
        )
    if not patches:
        return []
    quads, colour = np.concatenate(patches), np.concatenate(colours) * np.array(scene.cast)
    depth = np.linalg.norm(quads.mean(axis=1) - np.array(phone.eye), axis=1)
    pixels = phone.project(quads, bent=False)
    order = np.argsort(-depth)
    return [(_fixed(pixels[i]), _colour(colour[i])) for i in order]


def _colour(values: Array) -> tuple[float, float, float]:
    blue, green, red = (float(value) for value in values.clip(0, 255))
    return blue, green, red


def _fixed(points: Array) -> NDArray[np.int32]:
    """Pixels, as OpenCV paints them: whole numbers of parts of a pixel, centres of pixels at 0."""
    return np.asarray(np.round((points - 0.5) * (1 << _SUBPIXEL)), dtype=np.int32)


def _bend(picture: Picture, phone: Phone) -> Picture:
    """The picture as a lens with distortion makes it."""
    if phone.bend == 0:
        return picture
    width, height = phone.size
    u, v = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    bent = (np.stack([u, v], axis=-1) - np.array(phone.size) / 2) / phone.focal
    flat = bent.copy()
    for _ in range(5):
        flat = bent / (1 + phone.bend * (flat**2).sum(axis=-1, keepdims=True))
    source = (flat * phone.focal + np.array(phone.size) / 2 - 0.5).astype(np.float32)
    u, v = (np.ascontiguousarray(source[..., k]) for k in range(2))
    bent_picture = cv2.remap(picture, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(bent_picture, dtype=np.uint8)


def _wear(picture: Picture, wear: Wear) -> Picture:
    generator = np.random.default_rng(wear.seed)
    soft = cv2.GaussianBlur(picture, (0, 0), wear.blur) if wear.blur > 0 else picture
    noisy = soft + generator.normal(scale=wear.noise, size=soft.shape)
    coded = cv2.imencode(
        ".jpg", noisy.clip(0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, wear.quality]
    )
    return np.asarray(cv2.imdecode(coded[1], cv2.IMREAD_COLOR), dtype=np.uint8)


def paint_floor(kind: str, generator: np.random.Generator) -> Array:
    """(row, column, 3) pattern of a floor: ``planks``, ``tiles``, ``carpet``, ``plain`` or ``checks``."""
    side = round(_FLOOR / _TEXEL)
    base = _FLOORS[kind][generator.integers(len(_FLOORS[kind]))]
    picture = np.tile(np.array(base, dtype=np.float32), (side, side, 1))
    grain = cv2.resize(generator.normal(size=(side // 8, side // 8)).astype(np.float32), (side, side))
    if kind == "planks":
        grain = cv2.resize(generator.normal(size=(side // 4, side // 60)).astype(np.float32), (side, side))
        wide = int(generator.integers(45, 80))
        for k, x in enumerate(range(0, side, wide)):
            picture[:, x : x + wide] *= generator.uniform(0.85, 1.12)
            picture[:, x : x + 2] *= 0.55
            picture[(k * 137) % side :: 550, x : x + wide] *= 0.6
    elif kind == "tiles":
        wide = int(generator.integers(100, 170))
        for x in range(0, side, wide):
            picture[:, x : x + 3] *= 0.7
            picture[x : x + 3] *= 0.7
    elif kind == "checks":
        wide = int(generator.integers(25, 60))
        rows = np.arange(side) // wide
        picture[(rows[:, None] + rows[None, :]) % 2 == 0] *= 0.45
    elif kind == "carpet":
        grain = grain + 1.5 * generator.normal(size=(side, side)).astype(np.float32)
    return np.clip(picture * (1 + 0.045 * grain[..., None]), 0, 255)


_FLOORS = {
    "planks": ((70, 105, 150), (95, 130, 170), (45, 70, 105)),
    "tiles": ((120, 125, 130), (95, 95, 100), (90, 110, 125)),
    "carpet": ((90, 85, 80), (110, 80, 60), (60, 60, 120)),
    "plain": ((80, 80, 85), (125, 120, 110), (55, 75, 60)),
    "checks": ((130, 135, 140), (60, 90, 140), (110, 130, 90)),
}
"""Colours of floors, blue green red; none as light as paper."""

SKINS = (
    (170, 195, 235),
    (150, 178, 222),
    (120, 155, 205),
    (95, 128, 180),
    (70, 98, 148),
    (52, 72, 112),
    (38, 52, 80),
)
"""Skin from light to dark, blue green red."""
