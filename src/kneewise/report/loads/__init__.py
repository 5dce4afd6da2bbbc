"""Loads of a film → numbers for programs, sentences and tables, pictures."""

from .pictures import LoadPictures, MuscleForces, illustrate_loads
from .summary import Phase, phase_spans, summarise_loads
from .words import tell_loads

__all__ = [
    "LoadPictures",
    "MuscleForces",
    "Phase",
    "illustrate_loads",
    "phase_spans",
    "summarise_loads",
    "tell_loads",
]
