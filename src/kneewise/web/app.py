"""All routes in one place, and what every answer has in common."""

import re
from importlib.resources import files

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from .. import __version__
from ..errors import Error, StoreConflict, StoreError
from .checking import Tray
from .house import House
from .pages import PAGES
from .phone import Door
from .rendering import render
from .security import check_token, confine, enter, guard
from .visiting import check_may_see

_NOT_FOUND = {404: ("This page is not here.", "go back to the start, and follow the links from there.")}


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
    app.middleware("http")(guard)
    app.exception_handler(Error)(_tell_error)
    app.exception_handler(HTTPException)(_tell_missing)
    app.exception_handler(RequestValidationError)(_tell_unreadable)
    app.exception_handler(Exception)(_tell_mistake)
    app.add_api_route("/enter", enter, methods=["GET"])
    guarded = APIRouter(dependencies=[Depends(check_may_see), Depends(check_token)])
    for router in PAGES:
        guarded.include_router(router)
    app.include_router(guarded)
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
    if isinstance(error, StoreConflict):
        return 409
    return 404 if isinstance(error, StoreError) and error.what.startswith("There is no") else 422


def _tell_missing(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    what, remedy = _NOT_FOUND.get(error.status_code, (str(error.detail), "go back, and try again."))
    return _tell(request, error.status_code, what, remedy)


def _tell_unreadable(request: Request, _error: Exception) -> Response:
    """Without a word of what was sent, which may be anything."""
    return _tell(request, 422, "This was not sent by a page of ours.", "load the page again.")


def _tell_mistake(request: Request, _error: Exception) -> Response:
    """A mistake of ours, which the server also writes to the terminal; it comes here past the guard."""
    what = "kneewise made a mistake here. What was kept before is still there."
    remedy = "go back, and try again; if it stays so, report what stands in the window of kneewise serve."
    return confine(request, _tell(request, 500, what, remedy))


def _tell(request: Request, status: int, what: str, remedy: str) -> Response:
    if request.url.path.endswith(".json"):
        return JSONResponse({"error": what, "try": remedy}, status_code=status)
    return render(request, "error.html.j2", {"what": what, "remedy": remedy, "back": _back(request)}, status)


def _back(request: Request) -> str | None:
    """Path of the page of ours that led here; None where none did."""
    came = re.fullmatch(r"https?://([^/]+)((?:/[\w.-]+)+)(?:\?.*)?", request.headers.get("Referer", ""))
    return came[2] if came is not None and came[1] == request.headers.get("Host") else None
