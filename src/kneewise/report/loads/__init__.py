"""Loads of a film → numbers for programs, sentences and tables, pictures."""

from .pictures import LoadPictures, illustrate_loads
from .summary import summarise_fused_loads, summarise_loads
from .words import tell_loads, tell_table

__all__ = [
    "LoadPictures",
    "illustrate_loads",
    "summarise_fused_loads",
    "summarise_loads",
    "tell_loads",
    "tell_table",
]
