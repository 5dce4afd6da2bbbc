"""Plan + first day → one HTML page that needs nothing else, with pictures that move."""

from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from ...figures import MOVE_STYLE, draw_move, draw_predictions
from ...foretelling import count_by_effect, say_score, say_tally
from ...model.foretold import Refilmed
from ...model.planned import Plan
from ..page import content_policy, environment, read_style
from ..summary import PURPOSE
from .pictures import moves_today
from .sheet import Sheet, lay_out


def render_plan(plan: Plan, start: date, refilmed: Sequence[Refilmed] = ()) -> str:
    """The plan as one page for phone, desk and printer.

    Parameters
    ----------
    plan, start
        The plan and its first day.
    refilmed
        Ways to squat that were foretold and then filmed.
    """
    sheet = lay_out(plan, start)
    css = "\n".join((read_style(), _read("templates/plan.css"), MOVE_STYLE))
    return (
        environment()
        .get_template("plan.html.j2")
        .render(
            plan=sheet,
            purpose=PURPOSE,
            pictures=draw_pictures(sheet),
            **show_refilmed(refilmed),
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


def show_refilmed(refilmed: Sequence[Refilmed]) -> dict[str, Any]:
    """What was foretold of changes that were filmed since, and what came: pictures and words.

    Returns
    -------
    dict
        ``foretold``, a row for each way to squat with picture, films and a sentence for each load, and
        ``tally`` in words.
    """
    every = count_by_effect(one for filmed in refilmed for one in filmed.scores)
    return {"foretold": [_show(one) for one in refilmed], "tally": say_tally(*every.values())}


def _show(refilmed: Refilmed) -> dict[str, Any]:
    return {
        "name": refilmed.name,
        "films": f"{refilmed.before} and {refilmed.after}",
        "svg": Markup(draw_predictions(refilmed)),
        "says": [say_score(one) for one in refilmed.scores],
    }


def _read(name: str) -> str:
    return files("kneewise").joinpath(name).read_text(encoding="utf-8")
