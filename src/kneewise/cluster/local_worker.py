"""What a local worker does first: keep to its share of the cores, and leave Ctrl-C to its parent.

Loaded by the worker itself, before anything else, a second time where it was killed and started anew. Every
library asks the system how many cores there are, and starts that many threads; several workers would get into
each other's way. Where a system cannot bind a process to cores (macOS, Windows), they share all of them.
"""

import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

WORKERS = "KNEEWISE_BATCH_WORKERS"
"""Environment variable of a local worker: how many there are."""


def share_of(cores: Sequence[int], worker: int, workers: int) -> tuple[int, ...]:
    """Cores of one of several workers; some have one in common where there are more workers than cores.

    Examples
    --------
    >>> share_of([0, 1, 2, 3, 4], 1, 2)
    (2, 3, 4)
    >>> share_of([0, 1], 2, 3)
    (0,)
    """
    count = len(cores)
    share = tuple(cores[worker * count // workers : (worker + 1) * count // workers])
    return share if workers <= count else (cores[worker % count],)


def dask_setup(worker: Any) -> None:
    """Bind this process to its share, and let it be ended by its parent alone; Dask calls it by this name."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, share_of(cores, int(worker.name), int(os.environ[WORKERS])))
