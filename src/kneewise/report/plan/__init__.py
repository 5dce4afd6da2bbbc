"""Plan + first day → what a person holds in the hand: text, an HTML page, a PDF for the wall, a calendar.

`summarise_plan` makes plain JSON types, `lay_out` adds what all three say in words.
"""

from .answer import tell_answer
from .calendar import write_calendar
from .departures import tell_departures
from .page import draw_pictures, render_plan, show_refilmed
from .paper import print_plan
from .sheet import lay_out
from .summary import summarise_plan
from .text import tell_plan
from .words import tell_date, tell_day, tell_days, tell_dose

__all__ = [
    "draw_pictures",
    "lay_out",
    "print_plan",
    "render_plan",
    "show_refilmed",
    "summarise_plan",
    "tell_answer",
    "tell_date",
    "tell_day",
    "tell_days",
    "tell_departures",
    "tell_dose",
    "tell_plan",
    "write_calendar",
]
