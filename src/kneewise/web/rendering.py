"""What is told → a page, or the same as JSON."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Any

import jinja2
from fastapi import APIRouter, Depends, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import HTMLResponse, JSONResponse
from markupsafe import Markup

from ..report import PURPOSE
from .rest.programs import is_program, tell_wrong

Told = dict[str, Any]
"""What a page shows; plain JSON types, and drawings."""

PAGES = (
    ("", "The way"),
    ("/films", "Films"),
    ("/why", "Why"),
    ("/plan", "Plan"),
    ("/diary", "Diary"),
    ("/progress", "Progress"),
)
"""End of the address → name, of the pages that every page of a case leads to."""


_WRONG = 400
"""Status from which on something is wrong."""


def add_page(router: APIRouter, path: str, template: str, tell: Callable[..., Told]) -> None:
    """A page at the path and the same as JSON at `path.json`.

    Parameters
    ----------
    router
        Takes both.
    path
        Below the router's own.
    template
        File in templates/web.
    tell
        A dependency; returns what both show.
    """

    def as_page(request: Request, told: Annotated[Told, Depends(tell)]) -> Response:
        return render(request, template, told)

    def as_json(told: Annotated[Told, Depends(tell)]) -> Response:
        return JSONResponse(jsonable_encoder(told, custom_encoder={Markup: str}))

    # The twin first: an id at the end of a path would take `.json` for a part of itself.
    twin, says = "/start.json" if path == "/" else f"{path}.json", tell.__doc__
    router.add_api_route(twin, as_json, methods=["GET"], response_class=JSONResponse, description=says)
    router.add_api_route(path, as_page, methods=["GET"], response_class=HTMLResponse)


def render(request: Request, template: str, told: Told, status: int = 200) -> Response:
    """A page of our own, with what every page has; of what is wrong a program is told the words alone."""
    if status >= _WRONG and is_program(request):
        wrong = told.get("wrong") or told
        return tell_wrong(status, wrong["what"], wrong["remedy"])
    visitor = getattr(request.state, "visitor", None)
    common = {
        "token": getattr(request.state, "token", ""),
        "purpose": PURPOSE,
        "pages": PAGES,
        "here": None,
        "visitor": visitor,
        "shared": request.app.state.house.shared is not None,
        "place": "computer" if request.app.state.house.shared is None else "server",
    }
    page = _environment().get_template(template).render(**common | told)
    return HTMLResponse(page, status_code=status)


def render_alone(template: str, told: Told) -> str:
    """A page that is served elsewhere, and has nothing of what every page has."""
    return _environment().get_template(template).render(**told)


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(_read),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["day"] = _say_day
    return made


def _say_day(iso: str) -> str:
    """A day as people write it; programs read it as it is told."""
    return f"{date.fromisoformat(iso):%-d %B %Y}"


def _read(name: str) -> str | None:
    """A template of the pages, or else one that they share with reports."""
    folder = files("kneewise").joinpath("templates")
    places = (folder.joinpath("web", name), folder.joinpath(name))
    return next((place.read_text(encoding="utf-8") for place in places if place.is_file()), None)
