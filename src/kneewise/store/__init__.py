"""The memory: what was told, filmed, measured and made of it, in one folder of the user's computer."""

from .films import MOST_ATTEMPTS, SILENCE
from .folder import HOME, default_home
from .kept import (
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
)
from .opening import ADDRESS, Store, open_store

__all__ = [
    "ADDRESS",
    "HOME",
    "MOST_ATTEMPTS",
    "SILENCE",
    "DiaryDay",
    "Ending",
    "Failed",
    "FilmState",
    "KeptCase",
    "KeptFilm",
    "KeptMeaning",
    "KeptSession",
    "Label",
    "Measured",
    "Refused",
    "Store",
    "default_home",
    "open_store",
]
