"""What a browser sends → a film of the memory, as it arrives; of too much, or of no film, nothing is kept."""

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain
from typing import IO, cast

import anyio.from_thread
import anyio.to_thread
from fastapi import Request, UploadFile

from ..casefile import build_burden
from ..errors import Error, FilmError, InputError
from ..model import Asking, TrialCondition
from ..store import KeptFilm, Label, Room, Sent, Store

LARGEST = 1 << 30
"""Of a film: two minutes of 4K at 60 frames a second. [bytes]"""
SHORTER = "film two or three squats only, half a minute, with 1080p."
_GIGA = 1 << 30
_HEAD, _BLOCK = 512, 1 << 20
_PHOTOS = (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"crx ")
_C3D_KEY, _MOST_BLOCKS = 0x50, 32
"""Second byte of every C3D file; the first is the block its parameters begin at."""
_TRC = b"pathfiletype"
_SUFFIXES_OF_TEXT = (".trc", ".mot", ".sto")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A film on its way.

    Attributes
    ----------
    name : of the file.
    label : what it shows.
    largest : so much of it is taken. [bytes]
    room : what the case may have of films; no end to it if None.
    """

    name: str
    label: Label
    largest: int = LARGEST
    room: Room | None = None


def read_label(asking: Asking, condition: str, load: str, bar: str) -> Label:
    """What the person says a film shows.

    Raises
    ------
    InputError
        When there is no such condition, or the load is not possible.
    """
    if condition not in {row.id for row in conditions_to_film(asking)}:
        raise InputError(f"There is no way to squat called “{condition}”.", remedy="choose one of the list.")
    try:
        mass = float(load.replace(",", ".") or 0)
    except ValueError as error:
        raise InputError(f"“{load}” is no number.", remedy="type digits, such as 7.5.") from error
    return Label(condition=condition, burden=build_burden(mass, bar if mass else "none"))


def conditions_to_film(asking: Asking) -> tuple[TrialCondition, ...]:
    """Ways to squat that a film can be measured of: on both feet."""
    return tuple(row for row in asking.conditions if not row.sided)


async def take_body(request: Request, store: Store, case: str, parcel: Parcel, now: datetime) -> KeptFilm:
    """Keep the body of a request as a film, block by block as it arrives.

    Raises
    ------
    FilmError
        When it is no film, empty, or too large.
    StoreError
        When there is no such case, or no room.
    """
    blocks = _arriving(aiter(request.stream()))
    return await anyio.to_thread.run_sync(_add, store, case, blocks, parcel, now)


async def take_file(file: UploadFile, store: Store, case: str, parcel: Parcel, now: datetime) -> KeptFilm:
    """The same of a file that a form without a script sent."""
    blocks = iter(partial(file.file.read, _BLOCK), b"")
    return await anyio.to_thread.run_sync(_add, store, case, blocks, parcel, now)


def _add(store: Store, case: str, blocks: Iterator[bytes], parcel: Parcel, now: datetime) -> KeptFilm:
    if parcel.room is not None:
        store.check_room(case, parcel.room)
    source = cast("IO[bytes]", _Reader(_checked(blocks, parcel)))
    sent = Sent(source=source, name=parcel.name, label=parcel.label)
    return store.add_sent_film(case, sent, parcel.room, now)


def _arriving(stream: AsyncIterator[bytes]) -> Iterator[bytes]:
    """Blocks as they come, for a thread that waits for them."""

    async def following() -> bytes:
        return await anext(stream, b"")

    return iter(partial(anyio.from_thread.run, following), b"")


def _checked(blocks: Iterator[bytes], parcel: Parcel) -> Iterator[bytes]:
    """The blocks, looked at in the beginning, and ended where they become too much."""
    head = b""
    while len(head) < _HEAD and (block := next(blocks, b"")):
        head += block
    check_head(head, parcel.name)
    yield from bounded(chain((head,), blocks), parcel.largest, _too_large(parcel.largest))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Blocks as something that can be read."""

    blocks: Iterator[bytes]

    def read(self, _size: int = -1) -> bytes:
        """The next block, whatever its size; nothing at the end."""
        return next(self.blocks, b"")


def bounded(blocks: Iterable[bytes], most: int, error: Error) -> Iterator[bytes]:
    """The blocks, counted as they come, and ended with the complaint where they become more than that.

    Parameters
    ----------
    blocks
        What somebody sent.
    most
        So much is taken. [bytes]
    error
        Raised before the block that is too much is handed on.
    """
    taken = 0
    for block in blocks:
        taken += len(block)
        if taken > most:
            raise error
        yield block


def is_bounded(request: Request, most: int) -> bool:
    """Whether what is sent says how long it is, and that is not too long; browsers always say.

    What is sent in chunks has no length, whatever it states beside them: servers go by the chunks.
    """
    if "Transfer-Encoding" in request.headers:
        return False
    stated = request.headers.get("Content-Length", "0")
    return re.fullmatch("[0-9]{1,15}", stated) is not None and int(stated) <= most


def check_head(head: bytes, name: str) -> None:
    """Complain about a file that begins as no film and no recording of markers does.

    Raises
    ------
    FilmError
        When it does.
    """
    if head[4:8] == b"ftyp" and head[8:12] in _PHOTOS:
        raise FilmError(f"{name} is a photo.", remedy="choose a film of two or three squats.")
    if head and not (_is_film(head) or _is_recording(head, name)):
        raise FilmError(f"{name} is no film.", remedy="choose a film as the phone made it: MP4, MOV or WebM.")


def _is_film(head: bytes) -> bool:
    return (
        head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
        or head.startswith((b"\x1aE\xdf\xa3", b"FLV\x01", b"OggS", b"\x00\x00\x01\xba", b"0&\xb2u"))
        or (head[:4] == b"RIFF" and head[8:12] == b"AVI ")
        or (head[:1] == b"G" and head[188:189] == b"G")
        or (head[4:5] == b"G" and head[196:197] == b"G")
    )


def _is_recording(head: bytes, name: str) -> bool:
    """Whether it begins as a file of markers or angles."""
    text = head.lstrip(b"\xef\xbb\xbf \r\n").lower()
    named = name.lower().endswith(_SUFFIXES_OF_TEXT)
    c3d = len(head) > 1 and head[1] == _C3D_KEY and 0 < head[0] < _MOST_BLOCKS
    return c3d or text.startswith(_TRC) or (named and b"\0" not in head)


def _too_large(largest: int) -> FilmError:
    return FilmError(
        f"The film is larger than {largest / _GIGA:.2g} GB.",
        remedy=SHORTER,
    )
