"""Many films → a folder of results for each and one data set of all, on one machine or many.

The doors: `read_entries` for who is in which film, `measure_many` for everything after it. What a film's
results hang on names their folder; so whoever measures it, how often and in which order, it is there once.
"""

from .dataset import FAILURES, FILMS, REPETITIONS
from .listing import COLUMNS, FILM_SUFFIXES, ForAll, read_entries
from .measuring import measure_entry
from .order import Batch, Entry, Order, Outcome, Reason
from .running import Tally, describe_tally, measure_many

__all__ = [
    "COLUMNS",
    "FAILURES",
    "FILMS",
    "FILM_SUFFIXES",
    "REPETITIONS",
    "Batch",
    "Entry",
    "ForAll",
    "Order",
    "Outcome",
    "Reason",
    "Tally",
    "describe_tally",
    "measure_entry",
    "measure_many",
    "read_entries",
]
