"""Photos of feet, insoles and people standing → sizes with errors, a verdict on the shoe, tests for a case.

A sheet of paper gives scale and perspective; nothing leaves the computer.
"""

from .check import (
    Check,
    Given,
    Pictured,
    Shows,
    add_standing,
    check_feet,
    compare_feet,
    measure_photo,
    parse_given,
)
from .correcting import describe_found, remeasure, suggest_corners
from .drawings import draw_camera, draw_fit, draw_item, draw_on_sheet, draw_on_shoe, render_guide
from .fit import Fit, OnShoe, compare_shapes
from .inserts import Doing, InsertAdvice, advise_insert
from .marks import Marks, read_marks, write_marks
from .measuring import Shape, measure_shape
from .outline import Role, find_outline
from .overlay import draw_overlay
from .photo import Photo, read_photo
from .sheet import Paper, Sheet, find_sheet
from .standing import ITEMS, Stance, Told, parse_ratings
from .summary import (
    WEIGHT,
    describe_insert,
    marks_of,
    render_text,
    say_fit,
    say_gap,
    say_score,
    summarise,
    tests_of,
)
from .writing import files_of

__all__ = [
    "ITEMS",
    "WEIGHT",
    "Check",
    "Doing",
    "Fit",
    "Given",
    "InsertAdvice",
    "Marks",
    "OnShoe",
    "Paper",
    "Photo",
    "Pictured",
    "Role",
    "Shape",
    "Sheet",
    "Shows",
    "Stance",
    "Told",
    "add_standing",
    "advise_insert",
    "check_feet",
    "compare_feet",
    "compare_shapes",
    "describe_found",
    "describe_insert",
    "draw_camera",
    "draw_fit",
    "draw_item",
    "draw_on_sheet",
    "draw_on_shoe",
    "draw_overlay",
    "files_of",
    "find_outline",
    "find_sheet",
    "marks_of",
    "measure_photo",
    "measure_shape",
    "parse_given",
    "parse_ratings",
    "read_marks",
    "read_photo",
    "remeasure",
    "render_guide",
    "render_text",
    "say_fit",
    "say_gap",
    "say_score",
    "suggest_corners",
    "summarise",
    "tests_of",
    "write_marks",
]
