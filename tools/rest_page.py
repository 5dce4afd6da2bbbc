"""`docs/reference/rest.md`: the interface for programs, as its own document describes it."""

from collections.abc import Iterator
from typing import Any

from kneewise.web.app import interface
from kneewise.web.rest.scopes import MEANS

_HEAD = """\
# The interface for programs

What the pages show, as JSON: each page of a case, and the desk, has a twin at the same address with
`.json`, and what a form sends can be sent by a program. `GET /openapi.json` is this page as an OpenAPI 3.1
document.
[How to use it](../how-to/rest.md) shows tokens, films and the Python client step by step.

- Everything needs a token, `Authorization: Bearer kw_…`, made by `kneewise token add`. A token in an address
  is refused; so is a page's cookie beside a wrong token.
- No token opens what is for whoever signs in: groups, the comparison, writing consents and notes, practice,
  accounts, sharing, tokens, webhooks, and the door for a phone.
- Changes are forms (`application/x-www-form-urlencoded`), films the bytes themselves. A change is answered
  by `{"case", "see"}`: where to see what came of it.
- `revision` is the one of the case that the change was made from. Where somebody else was faster, it is
  refused (409).
- What goes wrong is `{"error", "try"}`. Objects may hold more than is described, and will.

## Scopes

| scope | what a token of it may do |
|---|---|
"""
_FOOT = "Made from the document of the interface by `python -m tools.docs`."


def rest_page() -> str:
    """The page."""
    document = interface()
    scopes = [f"| `{scope}` | {says.split(': ', 1)[1]} |" for scope, says in MEANS.items()]
    lines = [_HEAD.rstrip("\n"), *scopes, "", "A token that is limited to some cases begins none.", ""]
    for tag in document["tags"]:
        lines += [f"## {tag['name'][0].upper()}{tag['name'][1:]}", "", *_operations(document, tag["name"])]
    lines += ["## What is told", "", *_types(document, told=True)]
    lines += ["## What is sent", "", *_types(document, told=False)]
    lines += ["## What goes wrong", "", "| status | what it means |", "|---|---|"]
    lines += [
        f"| {status} | {row['description']} |" for status, row in document["components"]["responses"].items()
    ]
    return "\n".join([*lines, "", _FOOT]) + "\n"


def _operations(document: dict[str, Any], tag: str) -> Iterator[str]:
    yield "| operation | | scope | takes | tells | |"
    yield "|---|---|---|---|---|---|"
    for path, rows in document["paths"].items():
        for method, row in rows.items():
            if tag in row["tags"]:
                asks = [f"`{one['name']}`" for one in row["parameters"] if one["in"] == "query"]
                takes = ", ".join([*_bodies(row), *asks])
                cells = (
                    f"`{row['operationId']}`",
                    f"`{method.upper()} {path}`",
                    f"`{row['x-scope']}`",
                    takes,
                )
                yield "| " + " | ".join((*cells, _told(row), row["summary"])) + " |"
    yield ""


def _bodies(row: dict[str, Any]) -> Iterator[str]:
    for kind, body in row.get("requestBody", {}).get("content", {}).items():
        name = body["schema"].get("$ref", "").rsplit("/", 1)[-1]
        yield kind if not name or name.startswith("Body_") else f"[{name}](#{name.lower()})"


def _told(row: dict[str, Any]) -> str:
    answer = next(one for status, one in row["responses"].items() if status.startswith("2"))
    for kind, body in answer.get("content", {}).items():
        name = body["schema"].get("$ref", "").rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})" if name else kind
    return "nothing"


def _types(document: dict[str, Any], *, told: bool) -> Iterator[str]:
    """Each type with its fields; what is told may grow, what is sent may not."""
    for name, schema in document["components"]["schemas"].items():
        if bool(schema.get("additionalProperties")) is not told or "properties" not in schema:
            continue
        if name.startswith("Body_"):
            continue
        yield f"### {name}"
        yield ""
        yield schema.get("description", "")
        yield ""
        yield "| field | type | |"
        yield "|---|---|---|"
        needed = schema.get("required", ())
        for field, row in schema["properties"].items():
            words = row.get("description", "") + ("" if field in needed or told else " Optional.")
            yield f"| `{field}` | {_type(row)} | {words.strip()} |"
        yield ""


def _type(row: dict[str, Any]) -> str:
    """A type in a few words."""
    if "$ref" in row:
        name = row["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in row:
        return " or ".join(dict.fromkeys(_type(one) for one in row["anyOf"]))
    if "enum" in row or "const" in row:
        return ", ".join(f"`{one}`" for one in row.get("enum", [row.get("const")]))
    if row.get("type") == "array":
        return f"list of {_type(row.get('items', {}))}"
    return str(row.get("format", row.get("type", "anything")))
