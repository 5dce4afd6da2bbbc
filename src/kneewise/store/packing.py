"""Frozen records ⇄ plain JSON types and arrays, exactly; no pickle, so that a file can do nothing when read.

A field that a file lacks takes its default: records grow by fields with defaults. Numbers that JSON does not
have are written as words.
"""

import io
import json
import math
import struct
import tokenize
import types
import typing
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, TypeVar, Union

import numpy as np

from ..model import Trial

_VERSION = 1
"""Of the file of a trial. What older readers would misunderstand raises it."""
_ABOUT = "about"
_T = TypeVar("_T")


def pack_trial(trial: Trial) -> bytes:
    """A trial as the bytes of an .npz file."""
    return _zip("trial", trial)


def pack_record(record: Any, *, small: bool = True) -> bytes:
    """A frozen record as the bytes of an .npz file; compressed where it is to be small rather than quick."""
    return _zip("record", record, small=small)


def _zip(name: str, record: Any, *, small: bool = True) -> bytes:
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    tree = {"version": _VERSION, name: pack(record, arrays)}
    about = np.frombuffer(json.dumps(tree).encode(), np.uint8)
    file = io.BytesIO()
    save = np.savez_compressed if small else np.savez
    save(file, allow_pickle=False, **{_ABOUT: about}, **arrays)
    return file.getvalue()


_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Ways in which we pack; of others the errors are others, too."""
DAMAGED = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What reading a packed file comes to, or working with it, that somebody cut off, changed or made up."""


def check_plain(value: Any) -> int:
    """Complain about JSON that other programs could not read; how long it is. [bytes]

    Raises
    ------
    ValueError
        When a number in it is none, or endless, or a letter only half of one.
    """
    return len(json.dumps(value, allow_nan=False, ensure_ascii=False).encode())


def unpack_trial(content: bytes, *, largest: int = 2 << 30) -> Trial | None:
    """The trial in the bytes of an .npz file; None where it is damaged, or of a version not known here.

    Parameters
    ----------
    content
        As `pack_trial` makes it.
    largest
        No trial has more bytes when it is unpacked: ten minutes of film are half of it.
    """
    return _unzip("trial", Trial, content, largest)


def unpack_record(kind: type[_T], content: bytes, *, largest: int) -> _T | None:
    """The record of a kind in the bytes that `pack_record` makes; None where they are damaged, or too many.

    Parameters
    ----------
    kind, content
        What it is, and the bytes.
    largest
        So many bytes it may have when it is unpacked.
    """
    return _unzip("record", kind, content, largest)


def _unzip(name: str, kind: type[_T], content: bytes, largest: int) -> _T | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            told = file.infolist()
        if sum(one.file_size for one in told) > largest or {one.compress_type for one in told} - _PACKED:
            return None
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = dict(file.items())
        tree = json.loads(arrays.pop(_ABOUT).tobytes())
        return unpack(kind, tree[name], arrays) if tree["version"] == _VERSION else None
    except DAMAGED:
        return None


def pack(value: Any, arrays: dict[str, Any], name: str = "") -> Any:
    """A record in plain JSON types.

    Parameters
    ----------
    value
        A record, or what records hold.
    arrays
        Takes the arrays in it, by where they stand.
    name
        Where the value stands.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Enum):
        return value.name
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, np.ndarray):
        arrays[name] = value
        return name
    if is_dataclass(value):
        return {f.name: pack(getattr(value, f.name), arrays, f"{name}.{f.name}") for f in fields(value)}
    if isinstance(value, Mapping):
        return {key: pack(one, arrays, f"{name}.{key}") for key, one in value.items()}
    if isinstance(value, tuple):
        return [pack(one, arrays, f"{name}.{i}") for i, one in enumerate(value)]
    raise TypeError(f"{name} is a {type(value).__name__}, which no record holds.")


def unpack(kind: type[_T], tree: Any, arrays: Mapping[str, Any]) -> _T:
    """The record of a kind that `pack` made the tree and the arrays of.

    Raises
    ------
    ValueError, KeyError, TypeError
        When they are of something else.
    """
    record: _T = _unpack(kind, tree, arrays)
    return record


def _unpack(kind: Any, tree: Any, arrays: Mapping[str, Any]) -> Any:
    origin, within = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        if tree is None:
            return None
        return _unpack(next(one for one in within if one is not type(None)), tree, arrays)
    if origin is np.ndarray:
        return arrays[tree]
    if origin is tuple:
        each = within[:1] * len(tree) if within[-1] is Ellipsis else within
        return tuple(_unpack(one, value, arrays) for one, value in zip(each, tree, strict=True))
    if origin is not None:
        return {key: _unpack(within[1], value, arrays) for key, value in tree.items()}
    if is_dataclass(kind):
        return _unpack_record(kind, tree, arrays)
    return kind[tree] if issubclass(kind, Enum) else kind(tree)


def _unpack_record(kind: Any, tree: Mapping[str, Any], arrays: Mapping[str, Any]) -> Any:
    hints = typing.get_type_hints(kind)
    return kind(**{name: _unpack(hints[name], value, arrays) for name, value in tree.items()})
