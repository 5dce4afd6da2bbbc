"""How fast and how accurate kneewise is: films or published studies in, tables and drawings out."""

from .accuracy import Measured, measure_given, measure_synthetic
from .batch import measure_overhead, measure_scaling, render_batch
from .engine_speed import measure_engines
from .feet import PHOTOS, measure_feet
from .feet_page import render_feet_text
from .foretelling import PEOPLE, rehearse
from .load_page import render_load_text
from .load_summary import summarise_loads
from .loads import compare_published
from .page import render_text
from .recordings import measure_recordings
from .rendering import default_folder
from .results import (
    accuracy_results,
    change_results,
    check_places,
    describe_run,
    feet_results,
    load_results,
    way_results,
    write_results,
)
from .speed import measure_speed, render_speed
from .summary import summarise
from .ways import compare_ways
from .ways_page import render_ways_text, summarise_ways
from .whatif import compare_changes
from .whatif_page import render_changes_text
from .whatif_speed import time_answers
from .whatif_summary import summarise_changes

__all__ = [
    "PEOPLE",
    "PHOTOS",
    "Measured",
    "accuracy_results",
    "change_results",
    "check_places",
    "compare_changes",
    "compare_published",
    "compare_ways",
    "default_folder",
    "describe_run",
    "feet_results",
    "load_results",
    "measure_engines",
    "measure_feet",
    "measure_given",
    "measure_overhead",
    "measure_recordings",
    "measure_scaling",
    "measure_speed",
    "measure_synthetic",
    "rehearse",
    "render_batch",
    "render_changes_text",
    "render_feet_text",
    "render_load_text",
    "render_speed",
    "render_text",
    "render_ways_text",
    "summarise",
    "summarise_changes",
    "summarise_loads",
    "summarise_ways",
    "time_answers",
    "way_results",
    "write_results",
]
