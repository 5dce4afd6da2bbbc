"""Arrays → drawings as SVG text. Pure.

Left is an unbroken line, right a broken one, in every figure. Colours come from the page's style sheet by
class (`left`, `right`, `body`, `axis`, `band`); without it everything is drawn in the colour of the text.
Coordinates are fitted to a width of 360, so that letters keep their size on a phone.
"""

from .changes import draw_change, draw_kinds, place_load, say_change
from .courses import Course, draw_course, draw_repetitions
from .frame import Words
from .loads import Range, Split, Way, draw_bend, draw_ranges, draw_splits, highest
from .moves import STYLE as MOVE_STYLE
from .moves import alone, draw_move, draw_positions
from .people import Mark, Panel, draw_people
from .postures import draw_posture
from .predictions import draw_predictions
from .weeks import draw_amounts, draw_weeks

__all__ = [
    "MOVE_STYLE",
    "Course",
    "Mark",
    "Panel",
    "Range",
    "Split",
    "Way",
    "Words",
    "alone",
    "draw_amounts",
    "draw_bend",
    "draw_change",
    "draw_course",
    "draw_kinds",
    "draw_move",
    "draw_people",
    "draw_positions",
    "draw_posture",
    "draw_predictions",
    "draw_ranges",
    "draw_repetitions",
    "draw_splits",
    "draw_weeks",
    "highest",
    "place_load",
    "say_change",
]
