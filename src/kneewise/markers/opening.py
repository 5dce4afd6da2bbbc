"""What a file holds: markers, angles, or neither. Told by its content, and by its name where that is mute."""

from enum import StrEnum
from pathlib import Path

from ..errors import FormatError

_SUFFIXES = {".trc": "trc", ".c3d": "c3d", ".mot": "mot", ".sto": "mot"}
_HEAD = 4096
_C3D_KEY, _MOST_BLOCKS = 0x50, 32
"""Second byte of every C3D file; the first is the block its parameters begin at."""


class Kind(StrEnum):
    """Kind of a file."""

    TRC = "trc"
    C3D = "c3d"
    MOT = "mot"


def kind_of(path: Path) -> Kind | None:
    """Kind of a file that holds markers or angles; None for anything else, such as a film."""
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


def check_file(path: Path) -> None:
    """Complain about a file that is not there, or empty.

    Raises
    ------
    FormatError
        With what to do about it.
    """
    if not path.exists():
        raise FormatError(f"There is no file {path}.", remedy="check the name and the folder.")
    if path.is_dir():
        raise FormatError(f"{path} is a folder, not a file.", remedy="name the file inside it.")
    if path.stat().st_size == 0:
        raise FormatError(f"{path.name} is empty (0 bytes).", remedy="copy the file again.")
