"""All routes in one place, and what every answer has in common."""

import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from .. import __version__
from ..errors import DeniedError, Error, StoreAway, StoreConflict, StoreError
from .admitting import Admitting
from .checking import Tray
from .house import House
from .pages import DOORS, PAGES, SHARED_PAGES
from .phone import Door
from .rendering import render
from .rest.bearer import Patience
from .rest.document import describe
from .security import check_token, confine, enter, guard

ROUTES = [
    route for router in (*PAGES, *SHARED_PAGES) for route in router.routes if isinstance(route, APIRoute)
]
"""Everything that somebody who was let in can ask for."""
_NOT_FOUND = {
    404: ("This page is not here.", "go back to the start, and follow the links from there."),
    405: ("This cannot be done here.", "look into docs/reference/rest.md for what can be."),
}


@lru_cache(maxsize=1)
def interface() -> dict[str, Any]:
    """The OpenAPI document of the server; the same of each."""
    return describe(ROUTES)


def build_app(house: House) -> FastAPI:
    """The server of one house.

    Parameters
    ----------
    house
        Its memory, tables, clock and key.
    """
    app = FastAPI(title="kneewise", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.house = house
    app.state.door = Door()
    app.state.tray = Tray(check_case=house.store.case)
    app.state.patience = Patience()
    app.state.interface = interface
    app.middleware("http")(guard)
    app.exception_handler(Error)(_tell_error)
    app.exception_handler(HTTPException)(_tell_missing)
    app.exception_handler(RequestValidationError)(_tell_unreadable)
    app.exception_handler(Exception)(_tell_mistake)
    guarded = APIRouter(dependencies=[Depends(check_token)])
    pages = [route for router in (*PAGES, *SHARED_PAGES) for route in router.routes]
    if strange := [route for route in pages if not isinstance(route, Admitting)]:
        raise TypeError(f"Nobody asks who may have {strange}.")
    for router in PAGES if house.shared is None else (*PAGES, *SHARED_PAGES):
        guarded.include_router(router)
    app.include_router(guarded)
    if house.shared is None:
        app.add_api_route("/enter", enter, methods=["GET"])
    else:
        app.include_router(DOORS)
    package = files("kneewise")
    # The live coach reads pictures with the weights that lie beside the package's own pose estimation.
    app.mount("/static/weights", StaticFiles(directory=str(package.joinpath("pose", "weights"))))
    app.mount("/static", StaticFiles(directory=str(package.joinpath("static"))))
    return app


def _tell_error(request: Request, error: Exception) -> Response:
    """What is wrong and what to try, as a page or as JSON."""
    if not isinstance(error, Error):
        raise error
    return _tell(request, _status_of(error), error.what, error.remedy)


def _status_of(error: Error) -> int:
    if isinstance(error, DeniedError):
        return 403
    if isinstance(error, StoreConflict):
        return 409
    if isinstance(error, StoreAway):
        return 503
    return 404 if isinstance(error, StoreError) and error.what.startswith("There is no") else 422


def _tell_missing(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    what, remedy = _NOT_FOUND.get(error.status_code, (str(error.detail), "go back, and try again."))
    told = _tell(request, error.status_code, what, remedy)
    told.headers.update(error.headers or {})
    return told


def _tell_unreadable(request: Request, _error: Exception) -> Response:
    """Without a word of what was sent, which may be anything."""
    return _tell(request, 422, "This was not sent by a page of ours.", "load the page again.")


def _tell_mistake(request: Request, _error: Exception) -> Response:
    """A mistake of ours, which the server also writes to the terminal; it comes here past the guard."""
    what = "kneewise made a mistake here. What was kept before is still there."
    remedy = "go back, and try again; if it stays so, report what stands in the window of kneewise serve."
    return confine(request, _tell(request, 500, what, remedy))


def _tell(request: Request, status: int, what: str, remedy: str) -> Response:
    return render(request, "error.html.j2", {"what": what, "remedy": remedy, "back": _back(request)}, status)


def _back(request: Request) -> str | None:
    """Path of the page of ours that led here; None where none did."""
    came = re.fullmatch(r"https?://([^/]+)((?:/[\w.-]+)+)(?:\?.*)?", request.headers.get("Referer", ""))
    return came[2] if came is not None and came[1] == request.headers.get("Host") else None
