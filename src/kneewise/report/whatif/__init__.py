"""What changes would do → numbers for programs, sentences and pictures, and the data of the sliders."""

from .chart import tell_chart
from .page import Prospects, illustrate_prospect
from .summary import summarise_prospect

__all__ = ["Prospects", "illustrate_prospect", "summarise_prospect", "tell_chart"]
