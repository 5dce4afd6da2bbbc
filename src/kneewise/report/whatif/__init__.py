"""What changes would do → numbers for programs, sentences and pictures, and the data of the sliders."""

from .chart import tell_chart
from .page import Prospects, illustrate_prospect
from .summary import (
    CENTIMETRE,
    DEGREE,
    scaled,
    summarise_limits,
    summarise_load,
    summarise_outcome,
    summarise_prospect,
    summarise_tempo,
    summarise_unfolded,
    unit_of,
)

__all__ = [
    "CENTIMETRE",
    "DEGREE",
    "Prospects",
    "illustrate_prospect",
    "scaled",
    "summarise_limits",
    "summarise_load",
    "summarise_outcome",
    "summarise_prospect",
    "summarise_tempo",
    "summarise_unfolded",
    "tell_chart",
    "unit_of",
]
