"""File → Photo: upright pixels of bounded size, and what the file says of the lens.

Pixel coordinates: (0, 0) is the outer corner of the top left pixel of the upright picture; the centre of the
top left pixel is therefore (0.5, 0.5).
"""

import struct
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..files import check_file
from ..model import Array

Picture = NDArray[np.uint8]

EXPORT_JPEG = (
    "export it as JPEG: on an iPhone choose Settings, Camera, Formats, Most Compatible and take it again, "
    "or open the photo, Share, Save to Files as JPEG."
)
_FEWEST, _MOST, _WORKED = 640, 150_000_000, 16_000_000
"""Pixels: of the longer side at least, of a photo at the most, and that are kept of one at the most."""

_SMALLER = {1: cv2.IMREAD_COLOR, 2: cv2.IMREAD_REDUCED_COLOR_2, 4: cv2.IMREAD_REDUCED_COLOR_4}
"""Times that a photo is made smaller while it is read → how to tell OpenCV."""

_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}
_FILM_WIDTH = 36.0
"""Width of the film that focal lengths of phones are quoted for. [mm]"""

_USUAL_FOCAL, _USUAL_SPREAD, _TOLD_SPREAD = 0.74, 0.13, 0.03
"""Focal length of a phone's main lens, as a share of the longer side; relative errors without and with it."""

_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
_EXIF_IFD, _FOCAL_35 = 0x8769, 0xA405


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """An upright photo.

    Attributes
    ----------
    name : of the file.
    pixels : (height, width, 3) blue green red.
    focal_px : of the lens, in pixels of `pixels`; an assumption where `focal_told` is false.
    focal_sd : relative. [unitless]
    focal_told : whether the file says it.
    """

    name: str
    pixels: Picture
    focal_px: float
    focal_sd: float
    focal_told: bool

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height."""
        return self.pixels.shape[1], self.pixels.shape[0]


def read_photo(path: Path) -> Photo:
    """Photo from a JPEG or PNG file, turned upright as its EXIF says.

    Raises
    ------
    InputError
        When it is no photo, has no colour, is too small or too large.
    """
    check_file(path, "photo", InputError)
    content = path.read_bytes()
    width, height = _size_of(content, path.name)
    if max(width, height) < _FEWEST:
        raise InputError(
            f"{path.name} has only {width} × {height} pixels.",
            remedy=f"give the photo as the phone took it, at least {_FEWEST} pixels on its longer side.",
        )
    if width * height > _MOST:
        raise InputError(
            f"{path.name} has {width * height / 1e6:.0f} million pixels.",
            remedy="export it with at most 48 million pixels.",
        )
    pixels = _decode(content, path.name, width * height)
    if np.ptp(pixels[::8, ::8].astype(np.int16), axis=2).max() < 8:
        raise InputError(
            f"{path.name} has no colour, and skin is told from its shadow by colour.",
            remedy="take it in colour, without a filter.",
        )
    told = _focal_35(content)
    longer = max(pixels.shape[:2])
    share = told / _FILM_WIDTH if told else _USUAL_FOCAL
    return Photo(
        name=path.name,
        pixels=pixels,
        focal_px=share * longer,
        focal_sd=_TOLD_SPREAD if told else _USUAL_SPREAD,
        focal_told=told is not None,
    )


def look_up(picture: NDArray[np.uint8] | NDArray[np.float32], places: Array) -> NDArray[np.float32]:
    """Values of a picture at places (…, 2), column and row; centres of pixels at whole numbers."""
    flat = places.reshape(-1, places.shape[-2], 2).astype(np.float32)
    values = cv2.remap(
        picture,
        np.ascontiguousarray(flat[..., 0]),
        np.ascontiguousarray(flat[..., 1]),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(values, dtype=np.float32).reshape(*places.shape[:-1], *picture.shape[2:])


def size_of(content: bytes) -> tuple[int, int] | None:
    """Width and height from the head of a PNG or JPEG, before memory is taken for its pixels; else None."""
    if content.startswith(_PNG) and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    return _jpeg_size(content) if content.startswith(_JPEG) else None


def _size_of(content: bytes, name: str) -> tuple[int, int]:
    if _is_heif(content):
        raise InputError(f"{name} is a HEIC or AVIF photo, which cannot be read here.", remedy=EXPORT_JPEG)
    if not content.startswith((_PNG, _JPEG)):
        raise InputError(f"{name} is neither a JPEG nor a PNG photo.", remedy=EXPORT_JPEG)
    size = size_of(content)
    if size is None or 0 in size:
        raise _damaged(name)
    return size


def _is_heif(content: bytes) -> bool:
    """Whether the file says that it is a HEIC or AVIF picture, as its first brand or as another."""
    if content[4:8] != b"ftyp":
        return False
    box = content[: min(struct.unpack(">I", content[:4])[0], 256)]
    brands = {box[8:12], *(box[at : at + 4] for at in range(16, len(box), 4))}
    return not _HEIF_BRANDS.isdisjoint(brands)


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], struct.unpack_from(">H", content, at + 2)[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        at += 2 + length
    return None


def _decode(content: bytes, name: str, count: int) -> Picture:
    """The photo, whole or made smaller until no more pixels than are worked on remain of this many."""
    way = next(way for smaller, way in _SMALLER.items() if count <= _WORKED * smaller**2)
    try:
        pixels = cv2.imdecode(np.frombuffer(content, np.uint8), way)
    except cv2.error as error:
        raise _damaged(name) from error
    if pixels is None:
        raise _damaged(name)
    return np.ascontiguousarray(pixels, dtype=np.uint8)


def _damaged(name: str) -> InputError:
    return InputError(f"{name} is not whole: its picture cannot be read.", remedy="copy the photo again.")


def _focal_35(content: bytes) -> float | None:
    """Focal length for 36 mm film from the EXIF block of a JPEG; None where it does not say. [mm]"""
    begin = content.find(b"Exif\x00\x00", 0, 65_536)
    if content[:2] != b"\xff\xd8" or begin < 0:
        return None
    block = content[begin + 6 : begin + 65_536]
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None:
        return None
    try:
        first = struct.unpack_from(f"{order}I", block, 4)[0]
        inner = _tag(block, order, first, _EXIF_IFD, "I")
        focal = None if inner is None else _tag(block, order, inner, _FOCAL_35, "H")
    except struct.error:
        return None
    return float(focal) if focal is not None and 8 <= focal <= 200 else None


def _tag(block: bytes, order: str, directory: int, wanted: int, form: str) -> int | None:
    count = struct.unpack_from(f"{order}H", block, directory)[0]
    for k in range(count):
        at = directory + 2 + 12 * k
        if struct.unpack_from(f"{order}H", block, at)[0] == wanted:
            return int(struct.unpack_from(f"{order}{form}", block, at + 8)[0])
    return None
