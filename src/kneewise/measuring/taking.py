"""What a child left → a folder of ours: files that are known by name, and no larger than they can be.

The child is not trusted. Whatever else it left, links to files of others among it, is looked at by nobody.
"""

import os
import stat
from pathlib import Path

from ..errors import InputError
from ..results_folder import FILES

_PRIVATE = 0o600
_LARGEST = {".mp4": 2 << 30}  # [bytes]
_LARGEST_TEXT = 500_000_000
"""Pages read them whole. All results together took 0.6 MB for each second of two real films, which is 350 MB
for ten minutes. [bytes]"""


def take_in(results: Path, into: Path) -> Path | None:
    """Move the results of a film out of reach of who made them.

    Parameters
    ----------
    results
        Where the child, which has ended, was to leave them.
    into
        A folder of ours, made here.

    Returns
    -------
    Path or None
        The folder; None where no results were left.

    Raises
    ------
    InputError
        When one of them is no file, or too large.
    """
    if not os.path.lexists(results):
        return None
    if not stat.S_ISDIR(os.lstat(results).st_mode):
        raise _odd()
    into.mkdir()
    for name in sorted(FILES):
        place = results / name
        if os.path.lexists(place):
            _check(place)
            os.chmod(place, _PRIVATE)
            place.rename(into / name)
    return into


def _check(place: Path) -> None:
    told = os.lstat(place)
    if not stat.S_ISREG(told.st_mode) or told.st_size > _LARGEST.get(place.suffix, _LARGEST_TEXT):
        raise _odd()


def _odd() -> InputError:
    return InputError(
        "What was made of this film makes no sense, and nothing of it is kept.",
        remedy="export the film from the phone as MP4, and add it once more.",
    )


def read_whole(place: Path, most: int) -> bytes | None:
    """A file that is there and not larger than it can be; nothing of a link, a pipe or a folder."""
    try:
        with open(place, "rb", opener=_open_at_once) as file:
            content = file.read(most + 1) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None
    except OSError:
        return None
    return content if content is not None and len(content) <= most else None


def read_end(place: Path, most: int) -> str:
    """The last bytes of what somebody wrote, as text; they may have written without end."""
    try:
        with place.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - most))
            return file.read(most).decode(errors="replace")
    except OSError:
        return ""


def _open_at_once(place: str, flags: int) -> int:
    """Without following a link, and without waiting for whoever writes into a pipe; Windows has neither."""
    return os.open(place, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
