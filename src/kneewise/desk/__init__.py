"""A coach's desk: who needs attention today, which lift after what, and which consents hold. Pure.

Everything is read from what screening and plan decided; nothing is decided a second time.
"""

from .attending import LOOKS_BACK, UNREADABLE, Client, Kind, Matter, attend, first_week_of
from .consenting import FOR, in_force, is_given, needed
from .queueing import Stage, next_of_group, shown_first, stage_of
from .readiness import Reading, Ready, read_gate
from .recalling import Screened, recall_dates, recall_screening, screened_of

__all__ = [
    "FOR",
    "LOOKS_BACK",
    "UNREADABLE",
    "Client",
    "Kind",
    "Matter",
    "Reading",
    "Ready",
    "Screened",
    "Stage",
    "attend",
    "first_week_of",
    "in_force",
    "is_given",
    "needed",
    "next_of_group",
    "read_gate",
    "recall_dates",
    "recall_screening",
    "screened_of",
    "shown_first",
    "stage_of",
]
