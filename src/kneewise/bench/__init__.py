"""How fast and how accurate kneewise is: films in, tables and drawings out."""

from .accuracy import Measured, measure_given, measure_synthetic
from .page import render_text
from .rendering import default_folder
from .results import check_places, describe_run, write_results
from .speed import measure_speed, render_speed
from .summary import summarise

__all__ = [
    "Measured",
    "check_places",
    "default_folder",
    "describe_run",
    "measure_given",
    "measure_speed",
    "measure_synthetic",
    "render_speed",
    "render_text",
    "summarise",
    "write_results",
]
