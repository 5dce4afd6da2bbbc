"""Bytes that somebody calls a photo → what was found of a foot or an insole in it, by way of a child.

The child decodes them, and hands back numbers and a picture that it made itself; of the bytes that came in
nothing is shown to anybody. It is not trusted either: what it leaves is read as data, whole or not at all.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import InputError
from ..feet import Paper, Shape, Shows, describe_found, measure_photo, read_photo
from ..feet.marks import build_marks
from ..feet.measuring import STATIONS
from ..feet.photo import EXPORT_JPEG, Photo
from ..model import Array
from ..store.folder import clear
from ..store.packing import pack_record, unpack_record
from .guarded import Places, at_work, behind_walls
from .limits import Limits
from .order import clean_name
from .taking import read_end, read_whole

CHILD_OF_PHOTOS = behind_walls("kneewise.measuring.photo_child")
PHOTO_LIMITS = Limits(memory=3 << 30, file=64 << 20, busy=90.0, wall=60.0, nice=0)
"""Ten times and more of what the largest photo takes, estimates; somebody waits for it."""

_PHOTO, _MADE, _SAID = "photo", "made", "said.txt"
_REFUSED, _FOUND, _SHAPE, _PICTURE = "refused.json", "found.json", "shape.npz", "picture.jpg"
_LARGEST = {_REFUSED: 10_000, _FOUND: 100_000, _SHAPE: 10_000_000, _PICTURE: 24_000_000}
"""Of what the child leaves. [bytes]"""
_LONGER, _QUALITY = 4096, 85
"""Longer side of the picture that is shown, and its quality. [px, %]"""
_MOST_SAID = 4000
_JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoOrder:
    """What the child is asked, in plain JSON types.

    Attributes
    ----------
    photo : where it lies, under the name that the person gave it.
    out : folder for everything that is made of it.
    shows, paper : as `Shows` and `Paper` call them.
    corrected : ``corners`` and ``outline`` that a person set; left out where they are to be found.
    """

    photo: str
    out: str
    shows: str
    paper: str
    corrected: Mapping[str, Any] = field(default_factory=dict)


_Point = tuple[float, float]
_Line = tuple[_Point, _Point]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)


class _Number(_Strict):
    value: float
    sd: Annotated[float, Field(ge=0)]


class _Refusal(_Strict):
    what: str
    remedy: str


class _Found(_Strict):
    """What `describe_found` says of a foot or an insole on a sheet."""

    schema_: Annotated[str, Field(alias="schema")]
    name: str
    shows: Shows
    side: Literal["left", "right"]
    side_from: Literal["name", "shape"]
    paper: Paper
    phone_height_mm: int
    tilt_deg: int
    focal_from_file: bool
    length_mm: _Number
    width_mm: _Number
    size_px: tuple[Annotated[int, Field(gt=0)], Annotated[int, Field(gt=0)]]
    corners: tuple[_Point, _Point, _Point, _Point]
    outline: Annotated[list[_Point], Field(min_length=12, max_length=1000)]
    length_line: _Line
    width_line: _Line


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """What was found in a photo.

    Attributes
    ----------
    found : as `describe_found` tells it.
    shape : of the foot or insole.
    picture : JPEG to draw it over, made anew from the pixels.
    """

    found: Mapping[str, Any]
    shape: Shape
    picture: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """One that looks at photos.

    Attributes
    ----------
    limits : of one photo.
    child : command that reads it.
    """

    limits: Limits = PHOTO_LIMITS
    child: tuple[str, ...] = CHILD_OF_PHOTOS

    def look(
        self, content: bytes, name: str, shows: Shows, paper: Paper, corrected: Mapping[str, Any]
    ) -> Seen:
        """What is in a photo.

        Parameters
        ----------
        content
            Of the file.
        name
            Of the file, for messages.
        shows, paper
            What it shows, and what lies on the floor.
        corrected
            ``corners`` and ``outline`` that a person set.

        Raises
        ------
        InputError
            When it is no photo, or nothing can be measured in it.
        """
        with _own_folder() as folder:
            photo = folder / _PHOTO / clean_name(name, "photo")
            places = Places(reads=photo.parent, writes=folder / _MADE, says=folder / _SAID)
            for made in (places.reads, places.writes):
                made.mkdir()
            photo.write_bytes(content)
            order = PhotoOrder(
                photo=str(photo),
                out=str(places.writes),
                shows=shows.value,
                paper=paper.value,
                corrected=corrected,
            )
            self._run(order, places)
            return _read_left(places.writes)

    def _run(self, order: PhotoOrder, places: Places) -> None:
        with at_work(self.child, self.limits, asdict(order), places) as child:
            try:
                code = child.wait(self.limits.wall)
            except subprocess.TimeoutExpired as error:
                raise InputError(
                    "Looking at this photo took too long and was stopped.",
                    remedy="take it again, with a plain floor around the sheet.",
                ) from error
        if code:
            sys.stderr.write(read_end(places.says, _MOST_SAID))
            raise _broken()


@contextlib.contextmanager
def _own_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="kneewise-"))
    try:
        yield folder
    finally:
        with contextlib.suppress(OSError):
            clear(folder)


def measure_file(order: PhotoOrder) -> None:
    """Measure a photo and leave what was found of it in the folder of the order; or why nothing was."""
    out = Path(order.out)
    try:
        photo = read_photo(Path(order.photo))
        marks = build_marks(photo.name, order.corrected)
        one = measure_photo(photo, Shows(order.shows), Paper(order.paper), marks)
    except InputError as error:
        _leave(out, _REFUSED, json.dumps({"what": error.what, "remedy": error.remedy}).encode())
        return
    _leave(out, _SHAPE, pack_record(one.shape))
    _leave(out, _PICTURE, _draw(photo))
    _leave(out, _FOUND, json.dumps(describe_found(one)).encode())


def _draw(photo: Photo) -> bytes:
    """The photo, made smaller, as a JPEG with nothing in it but the picture."""
    scale = min(1.0, _LONGER / max(photo.size_px))
    smaller = cv2.resize(photo.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", smaller, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()


def _leave(out: Path, name: str, content: bytes) -> None:
    (out / name).write_bytes(content)


def _read_left(folder: Path) -> Seen:
    refused = read_whole(folder / _REFUSED, _LARGEST[_REFUSED])
    if refused is not None:
        raise _refusal(refused)
    found, shape, picture = (read_whole(folder / name, _LARGEST[name]) for name in (_FOUND, _SHAPE, _PICTURE))
    if found is None or shape is None or picture is None or not picture.startswith(_JPEG):
        raise _broken()
    try:
        told = _Found.model_validate_json(found).model_dump(mode="json", by_alias=True)
    except ValidationError as error:
        raise _broken() from error
    return Seen(found=told, shape=_unpack_shape(shape), picture=picture)


def _refusal(content: bytes) -> InputError:
    try:
        told = _Refusal.model_validate_json(content)
    except ValidationError:
        return _broken()
    return InputError(told.what, remedy=told.remedy)


def _unpack_shape(content: bytes) -> Shape:
    shape = unpack_record(Shape, content, largest=_LARGEST[_SHAPE])
    if shape is None or not all(_is_side(side) for side in (shape.inner, shape.outer)):
        raise _broken()
    return shape


def _is_side(side: Array) -> bool:
    return side.shape == STATIONS.shape and side.dtype == np.float64


def _broken() -> InputError:
    return InputError(
        "This photo could not be read: it is damaged, or no photo at all.",
        remedy=f"take it again; or {EXPORT_JPEG}",
    )
