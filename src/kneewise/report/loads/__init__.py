"""Loads of a film → numbers for programs, sentences and tables, pictures."""

from .pictures import LoadPictures, illustrate_loads
from .summary import body_weight, summarise_fused_loads, summarise_loads
from .words import LOAD_LABELS, name_load, tell_loads, tell_table

__all__ = [
    "LOAD_LABELS",
    "LoadPictures",
    "body_weight",
    "illustrate_loads",
    "name_load",
    "summarise_fused_loads",
    "summarise_loads",
    "tell_loads",
    "tell_table",
]
