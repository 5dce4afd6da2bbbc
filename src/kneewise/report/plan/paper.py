"""Plan + first day → two sheets of A4 for the wall, as PDF."""

from datetime import date

from ...figures import draw_positions
from ...model.planned import Plan
from ..letters import Letterhead
from ..typesetting import typeset
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
    return typeset("plan.typ", written, start)
