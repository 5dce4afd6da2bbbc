"""Tables ⇄ TOML file. A file is replaced as a whole or not at all."""

import json
import os
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ..errors import InputError, OutputError, reason_of

_LIKE_THIS = (
    'a text file in UTF-8, with lines such as age = 30 and swelling = "none"; fractions have a point.'
)


def read_content(path: Path) -> dict[str, Any]:
    """The tables of a case file.

    Raises
    ------
    InputError
        When it is missing or no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(
            f"{path} cannot be read as a case: {reason_of(error)}.",
            remedy="give its right place, or make one with kneewise questions FILE.",
        ) from error
    except RecursionError as error:
        raise InputError(f"{path} is no case: lists within lists.", remedy=_LIKE_THIS) from error
    except ValueError as error:  # no UTF-8, no TOML, or a number of thousands of digits
        raise InputError(f"{path} cannot be read as a case: {error}.", remedy=_LIKE_THIS) from error


def write_content(path: Path, content: Mapping[str, Any]) -> None:
    """Write the tables of a case file; what stood there before stays until all is written.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    write_whole(path, render_content(content).encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file; what stood there before stays until all is written, and nothing half-written stays.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe or a terminal has nothing to keep
            path.write_bytes(content)
        else:
            _replace(path, content)
    except (OSError, ValueError) as error:  # ValueError: a name with a character that no file has
        raise OutputError(
            f"{path} cannot be written: {reason_of(error)}.", remedy="choose another place."
        ) from error


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.write_bytes(content)
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def render_content(content: Mapping[str, Any]) -> str:
    """The tables as TOML: single values first, then tables, then lists of tables."""
    plain = {key: value for key, value in content.items() if not _is_table(value) and not _is_list(value)}
    parts = ["\n".join(f"{key} = {_render(value)}" for key, value in plain.items())]
    parts += [f"[{key}]\n{_rows(value)}" for key, value in content.items() if _is_table(value)]
    for key, value in content.items():
        if _is_list(value):
            parts += [f"[[{key}]]\n{_rows(row)}" for row in value]
    return "\n\n".join(part for part in parts if part) + "\n"


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_table(one) for one in value)


def _rows(table: Mapping[str, Any]) -> str:
    return "\n".join(f"{key} = {_render(value)}" for key, value in table.items())


def _render(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_render(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_render(one) for one in value) + "]"
    # A JSON string is a TOML string, but for the character that JSON leaves as it is.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
