"""The interface, described for programs."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

described = APIRouter()


@described.get("/openapi.json")
def show_interface(request: Request) -> JSONResponse:
    """What programs can ask for, as OpenAPI 3.1."""
    return JSONResponse(request.app.state.interface())
