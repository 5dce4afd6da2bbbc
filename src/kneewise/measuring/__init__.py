"""Films of the memory measured in processes of their own, so that no film can harm the pages or the memory.

`Workshop` keeps a worker running; the worker takes film after film, and reads each in a child with limits
on memory, time and size, and within walls where the system has them. Whoever is orphaned ends by itself,
whichever of them is killed.
"""

from .limits import Limits
from .order import RESULTS, results_of
from .walls import landlock_version
from .worker import Worker
from .workshop import Workshop

__all__ = ["RESULTS", "Limits", "Worker", "Workshop", "landlock_version", "results_of"]
