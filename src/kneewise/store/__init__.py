"""The memory: what was told, filmed, measured and made of it, in one folder of the user's computer."""

from .drawer import no_case
from .films import MOST_ATTEMPTS, SILENCE
from .folder import HOME, WORK, default_home
from .kept import (
    LONGEST_NAME,
    DiaryDay,
    Ending,
    Failed,
    FilmState,
    KeptCase,
    KeptFilm,
    KeptMeaning,
    KeptSession,
    Label,
    Measured,
    Refused,
    is_name,
)
from .kept_of_clients import Consent, Group, Note, Practice, Purpose, Standing, Version
from .looking import Place, is_writable, look_at_home
from .opening import ADDRESS, Store, open_store
from .restoring import is_sealed_backup, restore
from .sealing import SHORTEST

__all__ = [
    "ADDRESS",
    "HOME",
    "LONGEST_NAME",
    "MOST_ATTEMPTS",
    "SHORTEST",
    "SILENCE",
    "WORK",
    "Consent",
    "DiaryDay",
    "Ending",
    "Failed",
    "FilmState",
    "Group",
    "KeptCase",
    "KeptFilm",
    "KeptMeaning",
    "KeptSession",
    "Label",
    "Measured",
    "Note",
    "Place",
    "Practice",
    "Purpose",
    "Refused",
    "Standing",
    "Store",
    "Version",
    "default_home",
    "is_name",
    "is_sealed_backup",
    "is_writable",
    "look_at_home",
    "no_case",
    "open_store",
    "restore",
]
