"""What a file holds: markers, angles, or neither. Told by its content, and by its name where that is mute."""

import hashlib
from enum import StrEnum
from pathlib import Path

from ..errors import FormatError, InputError

MAKE_AGAIN = "export the trial again from the program that recorded it."
_SUFFIXES = {".trc": "trc", ".c3d": "c3d", ".mot": "mot", ".sto": "mot"}
_HEAD = 4096
_C3D_KEY, _MOST_BLOCKS = 0x50, 32
"""Second byte of every C3D file; the first is the block its parameters begin at."""


class Kind(StrEnum):
    """Kind of a file; a MOT file holds angles or forces."""

    TRC = "trc"
    C3D = "c3d"
    MOT = "mot"


def kind_of(path: Path) -> Kind | None:
    """Kind of a file that holds markers, angles or forces; None for anything else, such as a film."""
    suffix = _SUFFIXES.get(path.suffix.lower())
    if not path.is_file():
        return Kind(suffix) if suffix else None
    with path.open("rb") as file:
        head = file.read(_HEAD)
    text = head.lstrip(b"\xef\xbb\xbf \r\n").lower()
    if text.startswith(b"pathfiletype"):
        return Kind.TRC
    if b"endheader" in text:
        return Kind.MOT
    if suffix is None and len(head) > 512 and head[1] == _C3D_KEY and 0 < head[0] < _MOST_BLOCKS:
        return Kind.C3D
    return Kind(suffix) if suffix else None


def check_file(path: Path, noun: str = "file", error: type[InputError] = FormatError) -> None:
    """Complain about a file that is not there, or empty.

    Parameters
    ----------
    path
        What the user named.
    noun
        What it should be, in the user's words.
    error
        What is raised, with what to do about it.
    """
    if not path.exists():
        raise error(f"There is no file {path}.", remedy="check the name and the folder.")
    if path.is_dir():
        raise error(f"{path} is a folder, not a {noun}.", remedy=f"name the {noun} inside it.")
    if path.stat().st_size == 0:
        raise error(f"{path.name} is empty (0 bytes).", remedy=f"copy the {noun} again.")


def read_text(path: Path) -> str:
    """Text of a file, with signs that no encoding explains replaced."""
    return path.read_bytes().decode("utf-8-sig", errors="replace")


def digest_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
