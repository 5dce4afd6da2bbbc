"""Analysis → summary → page.

`summarise` makes plain JSON types, `illustrate` and `illustrate_loads` the pictures of one film, `render` one
self-contained HTML page of both. Numbers are in display units, each with one standard deviation; the page
shows ± 1.96 of them, and of loads the band from 5 to 95 %.
"""

from .letters import Letterhead, print_sheet
from .loads import LOAD_LABELS, LoadPictures, body_weight, illustrate_loads, summarise_loads
from .numbers import Summary, show
from .page import read_whatif_style, render, tell_prospects
from .pictures import Picture, Pictures, illustrate
from .plan import (
    draw_pictures,
    lay_out,
    print_plan,
    render_plan,
    show_refilmed,
    summarise_plan,
    tell_answer,
    tell_date,
    tell_day,
    tell_departures,
    tell_dose,
    tell_plan,
    write_calendar,
)
from .space import describe_fused, illustrate_fused
from .summary import PURPOSE, SCHEMA, label_of, number_behind, number_of, summarise
from .telling import tell_film
from .viewer import Footage, describe_changes, describe_film
from .whatif import Prospects, illustrate_prospect

__all__ = [
    "LOAD_LABELS",
    "PURPOSE",
    "SCHEMA",
    "Footage",
    "Letterhead",
    "LoadPictures",
    "Picture",
    "Pictures",
    "Prospects",
    "Summary",
    "body_weight",
    "describe_changes",
    "describe_film",
    "describe_fused",
    "draw_pictures",
    "illustrate",
    "illustrate_fused",
    "illustrate_loads",
    "illustrate_prospect",
    "label_of",
    "lay_out",
    "number_behind",
    "number_of",
    "print_plan",
    "print_sheet",
    "read_whatif_style",
    "render",
    "render_plan",
    "show",
    "show_refilmed",
    "summarise",
    "summarise_loads",
    "summarise_plan",
    "tell_answer",
    "tell_date",
    "tell_day",
    "tell_departures",
    "tell_dose",
    "tell_film",
    "tell_plan",
    "tell_prospects",
    "write_calendar",
]
