"""Plan + first day → two sheets of A4 for the wall, as PDF.

Typst carries its fonts with it and is told of no others, so that every machine makes the same sheet offline.
"""

import json
from datetime import UTC, date, datetime
from importlib.resources import files

import typst

from ...figures import draw_positions
from ...model.planned import Plan
from ..letters import Letterhead
from .pictures import moves_of, moves_today
from .sheet import lay_out

_PLAIN = Letterhead()


def print_plan(plan: Plan, start: date, name: str = "", letterhead: Letterhead = _PLAIN) -> bytes:
    """The plan as a PDF of two pages: how and how much, and the calendar with boxes to tick.

    Parameters
    ----------
    plan, start
        The plan and its first day.
    name
        Whose it is; whoever prints many must not mix them up.
    letterhead
        Whose paper it is on.
    """
    sheet = lay_out(plan, start)
    written = {
        **sheet,
        "name": name,
        "practice": letterhead.told,
        "today_pictures": {name: draw_positions(move) for name, move in moves_today(sheet).items()},
        "pictures": {name: draw_positions(move) for name, move in moves_of(sheet).items()},
    }
    template = files("kneewise").joinpath("templates/plan.typ").read_bytes()
    compiler = typst.Compiler(
        template,
        font_paths=typst.Fonts(include_system_fonts=False),
        sys_inputs={"sheet": json.dumps(written)},
    )
    made_on = datetime(start.year, start.month, start.day, tzinfo=UTC)
    pdf = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=made_on)
    if not isinstance(pdf, bytes):
        raise TypeError(f"Typst gave {type(pdf).__name__} instead of one document.")
    return pdf
