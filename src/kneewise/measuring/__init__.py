"""Films and photos measured in processes of their own, so that none can harm the pages or the memory.

`Workshop` keeps a worker running; the worker takes film after film, and has each read by a child with limits
on memory, time and size, and within walls where the system has them: a child of its own (`run_child`), or of
a worker of a scheduler. Whoever is orphaned ends by itself, whichever of them is killed. `Looker` has a photo
read in such a child, too, and waits for it.
"""

from .guarded import Places
from .limits import Limits
from .order import RESULTS, Order, read_left, results_of
from .photo import Looker, Seen
from .running import Done, Ended, Task, run_child
from .taking import take_in
from .walls import landlock_version
from .worker import Worker
from .workshop import Workshop

__all__ = [
    "RESULTS",
    "Done",
    "Ended",
    "Limits",
    "Looker",
    "Order",
    "Places",
    "Seen",
    "Task",
    "Worker",
    "Workshop",
    "landlock_version",
    "read_left",
    "results_of",
    "run_child",
    "take_in",
]
