"""The process that reads one film: limits first, then the order from stdin, progress to stdout.

It knows nothing of the memory. It ends when its worker does: stdin closes then.
"""

import json
import os
import sys
import threading

from .limits import Limits

_ORPHANED = 3


def main() -> None:
    """Measure the film that stdin names."""
    Limits(**json.loads(sys.argv[1])).impose()
    order = sys.stdin.buffer.readline()
    threading.Thread(target=_watch, daemon=True).start()
    _measure(order)


def _watch() -> None:
    """End where nobody waits any more."""
    while os.read(sys.stdin.fileno(), 1):  # unbuffered: a buffer's lock would outlive the main thread
        pass
    os._exit(_ORPHANED)


def _measure(order: bytes) -> None:
    from .film import measure_film
    from .order import Order

    measure_film(Order(**json.loads(order)), _tell)


def _tell(what: str, share: float) -> None:
    sys.stdout.write(json.dumps({"stage": what, "share": share}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
