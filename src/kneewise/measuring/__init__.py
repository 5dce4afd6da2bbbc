"""Films and photos measured in processes of their own, so that none can harm the pages or the memory.

`Workshop` keeps a worker running; the worker takes film after film, and reads each in a child with limits
on memory, time and size, and within walls where the system has them. Whoever is orphaned ends by itself,
whichever of them is killed. `Looker` has a photo read in such a child, too, and waits for it.
"""

from .limits import Limits
from .order import RESULTS, results_of
from .photo import Looker, Seen
from .walls import landlock_version
from .worker import Worker
from .workshop import Workshop

__all__ = ["RESULTS", "Limits", "Looker", "Seen", "Worker", "Workshop", "landlock_version", "results_of"]
