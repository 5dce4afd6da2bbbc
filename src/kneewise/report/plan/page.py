"""Summary of a plan + pictures → one HTML page that needs nothing else."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from ...figures import MOVE_STYLE
from ..page import content_policy, environment
from ..summary import PURPOSE

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def render_plan(summary: Mapping[str, Any], pictures: Mapping[str, str]) -> str:
    """The plan as one page for the screen and for paper.

    Parameters
    ----------
    summary
        As `summarise_plan` makes it.
    pictures
        Exercise id → its ``<svg>`` as `draw_move` makes it.
    """
    css = "\n".join((_read("templates/report.css"), _read("templates/plan.css"), MOVE_STYLE))
    return _template().render(
        plan=summary,
        purpose=PURPOSE,
        days=[day for day in _DAYS if any(day in phase["minutes"] for phase in summary["phases"])],
        pictures={name: Markup(svg) for name, svg in pictures.items()},
        css=Markup(css),
        policy=content_policy(css, ""),
    )


def _template() -> jinja2.Template:
    return environment().get_template("plan.html.j2")


def _read(name: str) -> str:
    return files("kneewise").joinpath(name).read_text(encoding="utf-8")
