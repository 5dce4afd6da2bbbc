"""Plan + first day → one HTML page that needs nothing else, with pictures that move."""

from datetime import date
from importlib.resources import files

from markupsafe import Markup

from ...figures import MOVE_STYLE, draw_move
from ...model.planned import Plan
from ..page import content_policy, environment
from ..summary import PURPOSE
from .pictures import moves_today
from .sheet import Sheet, lay_out


def render_plan(plan: Plan, start: date) -> str:
    """The plan as one page for phone, desk and printer.

    Parameters
    ----------
    plan, start
        The plan and its first day.
    """
    sheet = lay_out(plan, start)
    css = "\n".join((_read("templates/report.css"), _read("templates/plan.css"), MOVE_STYLE))
    return (
        environment()
        .get_template("plan.html.j2")
        .render(
            plan=sheet,
            purpose=PURPOSE,
            pictures=draw_pictures(sheet),
            css=Markup(css),
            policy=content_policy(css, ""),
        )
    )


def draw_pictures(sheet: Sheet) -> dict[str, Markup]:
    """Exercise id → its picture; the page that shows them needs `figures.MOVE_STYLE`."""
    moves = moves_today(sheet)
    return {
        card["id"]: Markup(draw_move(moves[card["id"]], card["name"], card["what"]))
        for card in sheet["cards"]
    }


def _read(name: str) -> str:
    return files("kneewise").joinpath(name).read_text(encoding="utf-8")
