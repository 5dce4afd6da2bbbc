"""The process that reads one film: limits first, then the order from stdin, progress to stdout.

It knows nothing of the memory. It ends when its worker does: stdin closes then.
"""

import errno
import json
import os
import sys
import threading
from collections.abc import Callable

from .limits import Limits

FULL = 4
"""Exit code of a child to which the disk gave no more room."""
_ORPHANED = 3
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


def obey(measure: Callable[[bytes], None]) -> None:
    """Do what the first line of stdin asks, within the limits of the arguments (`guarded.at_work`).

    Parameters
    ----------
    measure
        Does it. What it needs is imported within it, so that the limits come before anything else.
    """
    *_, limits, _readable, _writable = sys.argv
    Limits(**json.loads(limits)).impose()
    order = sys.stdin.buffer.readline()
    threading.Thread(target=_watch, daemon=True).start()
    measure(order)


def _watch() -> None:
    """End where nobody waits any more."""
    while os.read(sys.stdin.fileno(), 1):  # unbuffered: a buffer's lock would outlive the main thread
        pass
    os._exit(_ORPHANED)


def _measure(order: bytes) -> None:
    from ..errors import OutputError
    from .film import measure_film
    from .order import Order

    try:
        measure_film(Order(**json.loads(order)), _tell)
    except (OSError, OutputError) as error:
        if not {getattr(one, "errno", None) for one in (error, error.__cause__)} & _NO_ROOM:
            raise
        sys.stderr.write(f"{error}\n")
        sys.exit(FULL)


def _tell(what: str, share: float) -> None:
    sys.stdout.write(json.dumps({"stage": what, "share": share}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    obey(_measure)
