"""C3D file → its content, vetted first, because the library that reads it trusts it."""

from pathlib import Path
from typing import Any

from ..errors import FormatError
from .vetting import vet_c3d

_MAKE_AGAIN = "export the trial again from the program that recorded it."


def open_c3d(path: Path, *, plates: bool = False) -> tuple[Any, int]:
    """Content of a C3D file as ezc3d gives it, and how many frames its header says it holds.

    Parameters
    ----------
    path
        The file.
    plates
        Whether forces of plates are wanted too.

    Raises
    ------
    FormatError
        When it is no sound C3D file, or its plates are of no known kind.
    """
    import ezc3d

    stated = vet_c3d(path)
    try:
        return ezc3d.c3d(str(path), extract_forceplat_data=plates), stated
    except (OSError, RuntimeError, ValueError, IndexError, KeyError, MemoryError) as error:
        raise FormatError(
            f"{path.name} cannot be read as a C3D file ({error}).", remedy=_MAKE_AGAIN
        ) from error
