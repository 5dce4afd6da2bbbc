"""Seed → a photo as somebody takes it of a foot or an insole on a sheet, and its exact sizes.

Draws floor, skin, light, place, lens and phone; and photos with the faults that people make.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

from .foot import (
    WIDTH_FROM,
    WIDTH_TO,
    Outline,
    Solid,
    build_foot,
    build_insole,
    draw_foot,
    draw_insole,
    place_points,
)
from .foot_photo import SKINS, Phone, Scene, Wear, paint_floor, take_photo

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .mesh import Array

    Picture = NDArray[np.uint8]

EDITION = 1
"""Counts up when the same seeds give other scenes."""

SHEETS = {"a4": (0.210, 0.297), "letter": (0.2159, 0.2794)}
_CUT = 0.0005
"""Error with which paper is cut, one sd: three are what ISO 216 allows. [m]"""

FLOORS = ("planks", "tiles", "carpet", "plain", "checks")
FAULTS = ("cut off", "blurred", "no foot", "sock", "two papers", "from the front")

_INSOLES = ((60, 60, 60), (150, 90, 40), (40, 40, 170), (70, 120, 160), (30, 110, 60), (40, 160, 200))
_SOCKS = ((235, 235, 235), (150, 90, 60), (70, 70, 70), (60, 110, 60))


@dataclass(frozen=True)
class FootPhoto:
    """A photo and what is true of it.

    Attributes
    ----------
    pixels : (height, width, 3) blue green red.
    length, width : of the foot or insole, as a ruler would say. [m]
    right : whether it is a right one.
    corners : (4, 2) of the sheet in the photo. [px]
    outline : (point, 2) of the foot or insole on the floor, origin in the middle of the sheet. [m]
    facts : what was drawn: floor, skin, tilt and so on; `hidden`, the share of heel end, toe end or forefoot
        that shin and trousers hide.
    focal_35 : of the lens, as EXIF has it. [mm]
    """

    pixels: Picture
    length: float
    width: float
    right: bool
    corners: Array
    outline: Array
    facts: dict[str, float | str]
    focal_35: float


def draw_photo(
    seed: int,
    sheet: str = "a4",
    role: str = "foot",
    fault: str = "",
    size: tuple[int, int] = (1512, 2016),
) -> FootPhoto:
    """One photo.

    Parameters
    ----------
    seed
        Of everything that is drawn.
    sheet
        Of `SHEETS`.
    role
        ``foot`` or ``insole``.
    fault
        Of `FAULTS`, or none.
    size
        Width and height. [px]
    """
    generator = np.random.default_rng([EDITION, seed])
    right = bool(generator.integers(2))
    length = generator.uniform(0.215, 0.275)
    width = length * generator.normal(0.385, 0.015)
    shape = (draw_foot if role == "foot" else draw_insole)(generator, length, width)
    place = _place(generator)
    phone, facts = _phone(generator, size, facing=fault == "from the front", cut=fault == "cut off")
    floor = str(generator.choice(FLOORS))
    lying = _Lying(shape, place, right, role, int(generator.integers(len(SKINS))))
    half = np.array(SHEETS[sheet]) / 2 + generator.spawn(1)[0].normal(0, _CUT / 2, size=2)
    solids = [] if fault == "no foot" else _solids(generator, lying, sock=fault == "sock")
    scene = Scene(
        floor=paint_floor("checks" if fault == "sock" else floor, generator),
        sheets=_sheets(generator, half, fault),
        solids=solids,
        light=(generator.normal(0, 0.4), generator.normal(0, 0.4), 1.0),
        shade=generator.uniform(0.2, 0.6),
        softness=generator.uniform(0.008, 0.03),
        slope=(generator.normal(0, 0.3), generator.normal(0, 0.3)),
        cast=(generator.uniform(0.85, 1.03), 1.0, generator.uniform(0.95, 1.05)),
    )
    wear = Wear(
        noise=generator.uniform(1.5, 6),
        blur=16.0 * size[0] / 1512 if fault == "blurred" else generator.uniform(0.4, 1.1),
        quality=int(generator.integers(70, 96)),
        seed=seed,
    )
    corners = np.column_stack([half * ((-1, 1), (1, 1), (1, -1), (-1, -1)), np.zeros(4)])
    return FootPhoto(
        pixels=take_photo(scene, phone, wear),
        length=shape.length,
        width=shape.width,
        right=right,
        corners=phone.project(corners),
        outline=place_points(shape.points, place, shape.length, right),
        facts={
            **facts,
            "floor": floor,
            "skin": lying.skin,
            "right": float(right),
            "hidden": _hidden(lying, solids[1:], phone),
        },
        focal_35=phone.focal / max(size) * 36,
    )


def _place(generator: np.random.Generator) -> tuple[float, float, float]:
    x, y, turn = generator.normal(0, (0.010, 0.006, 0.07))
    return float(x), float(y), float(np.pi / 2 + turn + np.pi * generator.integers(2))


def _phone(
    generator: np.random.Generator, size: tuple[int, int], *, facing: bool, cut: bool
) -> tuple[Phone, dict[str, float | str]]:
    """Phone beside the foot, up to 35° off straight down."""
    tilt = generator.uniform(np.deg2rad(12), np.deg2rad(35))
    height = generator.uniform(0.75, 1.1)
    azimuth = np.deg2rad(generator.uniform(-20, 20)) + np.pi * generator.integers(2)
    if facing:
        azimuth = np.pi / 2 + np.pi * generator.integers(2)
    away = height * np.tan(tilt)
    target = generator.normal(0, 0.02, 2) + (np.array([0.0, 0.55]) if cut else 0)
    phone = Phone(
        eye=(away * np.cos(azimuth), away * np.sin(azimuth), height),
        target=(float(target[0]), float(target[1])),
        roll=generator.normal(0, 0.25) + np.pi / 2 * generator.integers(4) * (not cut),
        size=size,
        focal=generator.uniform(0.69, 0.79) * max(size),
        bend=generator.normal(0, 0.01),
    )
    return phone, {"tilt_deg": float(np.rad2deg(tilt)), "height_m": height}


@dataclass(frozen=True)
class _Lying:
    """What lies on the sheet: where, which side, foot or insole, and which skin."""

    shape: Outline
    place: tuple[float, float, float]
    right: bool
    role: str
    skin: int


def _solids(generator: np.random.Generator, lying: _Lying, *, sock: bool) -> list[Solid]:
    shape, place, right = lying.shape, lying.place, lying.right
    if lying.role == "insole":
        colour = _INSOLES[generator.integers(len(_INSOLES))]
        return list(build_insole(shape, generator.uniform(0.003, 0.007), place, right, colour))
    colour = SKINS[lying.skin]
    solids = build_foot(shape, generator, place, right, colour)
    if sock:
        knitted = _SOCKS[generator.integers(len(_SOCKS))]
        solids = [replace(solids[0], colour=knitted), replace(solids[1], colour=knitted)]
    elif generator.random() < 0.5:  # long trousers
        rings = solids[1].rings
        wide = rings[16:] + 0.25 * (rings[16:] - rings[16:].mean(axis=1, keepdims=True)) * (1, 1, 0)
        cloth = _colour(generator.uniform(30, 120, 3))
        solids = [
            solids[0],
            solids[1],
            replace(solids[1], rings=wide, colour=cloth),
        ]
    return list(solids)


def _hidden(lying: _Lying, before: list[Solid], phone: Phone) -> float:
    """Share of heel end, toe end or forefoot, whichever is largest, that shin and trousers hide."""
    covered = np.zeros(phone.size[::-1], np.uint8)
    for solid in before:
        for ring, following in pairwise(phone.project(solid.rings, bent=False)):
            band = cv2.convexHull(np.concatenate([ring, following]).astype(np.float32))
            cv2.fillConvexPoly(covered, np.round(band).astype(np.int32), 1)
    points = lying.shape.points
    share = points[:, 0] / lying.shape.length
    own = place_points(points, lying.place, lying.shape.length, lying.right)
    seen = phone.project(np.column_stack([own, np.full(len(own), _WIDEST_AT)]), bent=False)
    column, row = np.clip(np.round(seen).astype(int).T, 0, np.array(phone.size)[:, None] - 1)
    behind = covered[row, column] > 0
    parts = (share < 0.04, share > 0.93, (share > WIDTH_FROM) & (share < WIDTH_TO))
    return max(float(behind[part].mean()) for part in parts)


_WIDEST_AT = 0.015
"""Height at which heel and forefoot are widest. [m]"""


def _sheets(
    generator: np.random.Generator, half: Array, fault: str
) -> list[tuple[Array, tuple[float, float, float]]]:
    square = half * ((-1, 1), (1, 1), (1, -1), (-1, -1))
    white = _colour(generator.uniform(225, 248) + generator.normal(0, 3, 3))
    sheets = [(square, white)]
    if fault == "two papers":
        aside = np.array([generator.choice([-1, 1]) * 0.24, 0.03])
        sheets.append((square + aside, white))
    return sheets


def _colour(values: Array) -> tuple[float, float, float]:
    blue, green, red = (float(value) for value in values)
    return blue, green, red


def encode_photo(photo: FootPhoto, *, orientation: int = 1, quality: int = 92) -> bytes:
    """The photo as JPEG with EXIF: focal length for 36 mm film, and orientation 1, 3, 6 or 8.

    The pixels are stored turned, so that a reader that honours the orientation gets the photo as it is.
    """
    turns = {1: 0, 6: 1, 3: 2, 8: 3}
    stored = np.ascontiguousarray(np.rot90(photo.pixels, turns[orientation]))
    coded = cv2.imencode(".jpg", stored, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
    block = _exif(orientation, round(photo.focal_35))
    return coded[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + coded[2:]


def _exif(orientation: int, focal_35: int) -> bytes:
    """Smallest EXIF block: a directory with the orientation, and an inner one with the focal length."""
    first = struct.pack("<H", 2)
    first += struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    first += struct.pack("<HHII", 0x8769, 4, 1, 8 + 2 + 24 + 4)
    first += struct.pack("<I", 0)
    inner = struct.pack("<HHHIHHI", 1, 0xA405, 3, 1, focal_35, 0, 0)
    return b"Exif\x00\x00II*\x00" + struct.pack("<I", 8) + first + inner
