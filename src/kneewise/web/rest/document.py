"""The table of operations → the OpenAPI document of the interface."""

import re
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, Literal

from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from ... import __version__
from .answers import Wrong
from .operations import JSON, OPERATIONS, Operation, Tag, operation_of
from .scopes import Scope

_REF = "#/components/schemas/{model}"
_SECURITY = "token"
_FORM, _UPLOAD = "application/x-www-form-urlencoded", "multipart/form-data"
_WRONG = {
    400: "The request itself is wrong: a token in the address, or a body that cannot be read.",
    401: "There is no token, or none that opens anything: forged, expired, revoked.",
    403: "The token is not for this; or there is none.",
    404: "There is no such thing, or not for this token.",
    405: "This cannot be done here.",
    409: "Somebody else changed the case in the meantime: read it again, and change that.",
    411: "The length of the body is missing.",
    413: "Too large.",
    422: "What was sent cannot be used; or something else comes first, such as a warning sign.",
    429: "Too many tokens that open nothing came from there: wait.",
    503: "The memory cannot be reached just now: ask once more.",
}
_ABOUT = """\
What the pages of kneewise show, for programs: a page has a twin in JSON, and what its forms send can be
sent by a program. Nothing is served to anybody without a token, and no token opens what is for whoever signs
in: groups, the comparison, writing consents and notes, practice, accounts, sharing, tokens, webhooks, and the
door for a phone.

A change is a form, too (`application/x-www-form-urlencoded`); its answer says where to see what came of it.
What goes wrong is told as `{"error", "try"}`. Objects may hold more than is described here, and will.

Technique and load coaching: it cannot rule out a serious problem, and makes no diagnosis.
"""
_FILM_SENT = {
    "required": True,
    "description": "The film as the phone made it, or a file of markers (.trc, .c3d) or angles (.mot, .sto).",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}
_LABEL_OF_FILM = (
    ("name", "Of the file; a recording of markers is known by its ending.", "film"),
    ("condition", "Id of a way to squat.", "baseline"),
    ("load", "Carried. [kg]", ""),
    ("bar", "Where the load sits.", "none"),
)
_PARTS = {
    "id": ("Of the case.", {"type": "string", "pattern": "^[a-z2-7]{16}$"}),
    "film": ("Of the film.", {"type": "string", "pattern": "^[a-z2-7]{16}$"}),
    "photo": ("Of the photo.", {"type": "string", "pattern": "^[0-9a-f]{20}$"}),
    "what": ("To do with the film.", {"enum": ["again", "cancel", "keep", "drop", "erase"]}),
    "name": ("Of a result.", {"enum": ["overlay.mp4", "film.mp4", "viewer.json"]}),
}


def describe(routes: Iterable[APIRoute]) -> dict[str, Any]:
    """The document.

    Parameters
    ----------
    routes
        Of the server; those that are no operation for programs are left out.
    """
    told = {(m, route.path): route for route in routes for m in route.methods or () if _is_told(m, route)}
    document = get_openapi(
        title="kneewise",
        version=__version__,
        description=_ABOUT,
        routes=list(told.values()),
        tags=[{"name": tag.value} for tag in Tag],
    )
    paths: dict[str, Any] = {}
    for (method, path), route in told.items():
        made = document["paths"][path][method.lower()]
        paths.setdefault(path, {})[method.lower()] = _describe(method, route, made)
    schemas = document.get("components", {}).get("schemas", {})
    bodies = {name: schema for name, schema in schemas.items() if name.startswith("Body_")}
    return {
        **document,
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": {**_schemas(), **bodies},
            "responses": _wrongs(),
            "securitySchemes": {_SECURITY: _scheme()},
        },
    }


def _is_told(method: str, route: APIRoute) -> bool:
    """Whether a route is a part of the interface: of a page only the twin is."""
    operation = operation_of(method, route.path)
    if operation is None or operation.tag is None:
        return False
    twin = isinstance(operation.tells, type) and method in ("GET", "PUT")
    return route.path.endswith(".json") or not twin


def _scheme() -> dict[str, Any]:
    scopes = ", ".join(f"`{scope}`" for scope in Scope if scope is not Scope.PERSON)
    words = f"Made by `kneewise token add`. Its scopes: {scopes}."
    return {"type": "http", "scheme": "bearer", "description": words}


def _schemas() -> dict[str, Any]:
    """Every type that is told or taken."""
    told = [row.tells for row in OPERATIONS.values() if isinstance(row.tells, type)]
    taken = [row.takes for row in OPERATIONS.values() if row.takes is not None]
    modes: dict[type[BaseModel], Literal["serialization", "validation"]] = {
        **dict.fromkeys(taken, "validation"),
        **dict.fromkeys([Wrong, *told], "serialization"),
    }
    _, schemas = models_json_schema([*modes.items()], ref_template=_REF)
    return dict(sorted(schemas["$defs"].items()))


def _describe(method: str, route: APIRoute, made: dict[str, Any]) -> dict[str, Any]:
    operation = OPERATIONS[method, "/" if route.path == "/start.json" else route.path.removesuffix(".json")]
    words = (made.get("description") or made["summary"]).split("\n", 1)[0]
    described = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": words,
        "description": f"Scope: `{operation.scope}`.",
        "security": [{_SECURITY: []}],
        "x-scope": operation.scope.value,
        "parameters": [*_parameters(operation, made)],
        "responses": {str(operation.status): _told(operation), **_refs_to_wrongs()},
    }
    body = _body(operation, made)
    return described if body is None else {**described, "requestBody": body}


def _parameters(operation: Operation, made: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for row in made.get("parameters", ()):
        known = _PARTS if row["in"] == "path" else {}
        words, schema = known.get(row["name"], ("", row["schema"]))
        plain = {key: value for key, value in schema.items() if key != "title"}
        yield {"name": row["name"], "in": row["in"], "required": row["required"], "schema": plain} | (
            {"description": words} if words else {}
        )
    if operation.id == "add_film":
        for name, words, default in _LABEL_OF_FILM:
            schema = {"type": "string", "default": default}
            yield {"name": name, "in": "query", "required": False, "schema": schema, "description": words}


def _body(operation: Operation, made: Mapping[str, Any]) -> dict[str, Any] | None:
    if operation.id == "add_film":
        return _FILM_SENT
    if operation.takes is not None:
        return {"required": True, "content": {_FORM: {"schema": _ref(operation.takes)}}}
    body: dict[str, Any] | None = made.get("requestBody")
    if operation.uploads and body is not None:
        return {**body, "content": {_UPLOAD: body["content"][_FORM]}}
    return body


def _told(operation: Operation) -> dict[str, Any]:
    words = HTTPStatus(operation.status).phrase
    if operation.tells is None:
        return {"description": words}
    if isinstance(operation.tells, str):
        schema = {"type": "string"} if operation.tells.startswith("text/") else {}
        return {"description": words, "content": {operation.tells: {"schema": schema}}}
    title = re.sub(r"\s+", " ", operation.tells.__doc__ or words).strip()
    return {"description": title, "content": {JSON: {"schema": _ref(operation.tells)}}}


def _wrongs() -> dict[str, Any]:
    """What every operation can answer where something is wrong; once for all of them."""
    content = {JSON: {"schema": _ref(Wrong)}}
    return {str(status): {"description": words, "content": content} for status, words in _WRONG.items()}


def _refs_to_wrongs() -> dict[str, Any]:
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in _WRONG}


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}
