"""Bytes of a C3D file → whether they hang together, before a library that trusts them reads them.

Layout as in the C3D user guide: blocks of 512 bytes; a header, a section of groups and parameters, the data.
"""

import math
import struct
from dataclasses import dataclass
from pathlib import Path

from ..errors import FormatError
from .opening import MAKE_AGAIN

_BLOCK, _KEY = 512, 0x50
_ENDS = {84: "<", 85: "<", 86: ">"}
"""Kind of processor that wrote the numbers → order of their bytes."""
_SIZES = {-1: 1, 1: 1, 2: 2, 4: 4}
"""Kind of a parameter's values → bytes of one."""
_MOST_POINTS, _MOST_ANALOG, _MOST_FRAMES = 1000, 4096, 2_000_000
_FASTEST = 10_000
_NEEDED = (("POINT", "USED"), ("POINT", "SCALE"), ("POINT", "DATA_START"), ("POINT", "LABELS"))


@dataclass(frozen=True, slots=True)
class _Parameter:
    group: int
    name: str
    kind: int
    data: bytes


class _BrokenError(Exception):
    """A byte that cannot be right; says which."""


def vet_c3d(path: Path) -> int:
    """Number of frames that a C3D file says it holds.

    Raises
    ------
    FormatError
        When header, parameters and size of the file do not go together.
    """
    content = path.read_bytes()
    try:
        return _vet(content)
    except (_BrokenError, struct.error, IndexError) as error:
        said = str(error) if isinstance(error, _BrokenError) else "it ends too soon"
        raise FormatError(f"{path.name} is no sound C3D file: {said}.", remedy=MAKE_AGAIN) from error


def _vet(content: bytes) -> int:
    _demand(len(content) >= 2 * _BLOCK, "it is too short")
    _demand(content[1] == _KEY and content[0] > 1, "its header does not begin as it should")
    start = (content[0] - 1) * _BLOCK
    blocks, processor = content[start + 2], content[start + 3]
    _demand(processor in _ENDS, "no processor is known that wrote it so")
    _demand(blocks > 0 and start + blocks * _BLOCK <= len(content), "its parameters end outside of it")
    section = content[start : start + blocks * _BLOCK]
    facts = _facts(section, _ENDS[processor])
    return _vet_counts(content, facts, _ENDS[processor], floats_of_dec=processor == 85)


def _facts(section: bytes, order: str) -> dict[tuple[str, str], _Parameter]:
    """Parameters by group and name."""
    groups: dict[int, str] = {}
    found: list[_Parameter] = []
    at: int | None = 4
    while at is not None and at + 1 < len(section) and section[at]:
        at = _record(section, at, order, groups, found)
    _demand(len(set(groups.values())) == len(groups), "two of its groups have one name")
    _demand(all(parameter.group in groups for parameter in found), "a parameter belongs to no group")
    facts = {(groups[parameter.group], parameter.name): parameter for parameter in found}
    _demand(len(facts) == len(found), "two of its parameters have one name")
    return facts


def _record(
    section: bytes, at: int, order: str, groups: dict[int, str], found: list[_Parameter]
) -> int | None:
    """Take in the group or parameter that begins here; where the next one begins, None after the last."""
    length, number = struct.unpack_from("bb", section, at)
    name_end = at + 2 + abs(length)
    name = section[at + 2 : name_end]
    _demand(number != 0 and name.isascii() and name.decode("latin-1").isprintable(), "a name is damaged")
    step = struct.unpack_from(f"{order}H", section, name_end)[0]
    end = name_end + step if step else len(section)
    _demand(end <= len(section), "a parameter reaches beyond the others")
    begin, word = name_end + 2, name.decode("ascii").strip().upper()
    if number < 0:
        _demand(-number not in groups, "two of its groups have one number")
        groups[-number] = word
    else:
        parameter, begin = _parameter(section, begin, number, word)
        found.append(parameter)
    # Some programs leave out the description, or its length, of the last one.
    _demand(begin <= end and (begin == end or begin + 1 + section[begin] <= end), f"{word} is too long")
    return end if step else None


def _parameter(section: bytes, begin: int, group: int, name: str) -> tuple[_Parameter, int]:
    """A parameter whose kind stands here, and where its description begins."""
    kind = struct.unpack_from("b", section, begin)[0]
    _demand(kind in _SIZES, f"{name} holds values of no known kind")
    count = section[begin + 1]
    _demand(count <= 7, f"{name} has too many dimensions")
    sizes = tuple(section[begin + 2 : begin + 2 + count])
    first = begin + 2 + count
    last = first + _SIZES[kind] * math.prod(sizes)
    _demand(last <= len(section), f"{name} is too long")
    return _Parameter(group, name, kind, section[first:last]), last


def _vet_counts(
    content: bytes, facts: dict[tuple[str, str], _Parameter], order: str, *, floats_of_dec: bool
) -> int:
    """Frames, after points, frames and size of the file were compared."""
    for group, name in _NEEDED:
        _demand((group, name) in facts, f"{group}:{name} is missing")
    points = _whole(facts, "USED", order)
    _demand(0 < points <= _MOST_POINTS, f"it cannot hold {points} points")
    samples, first, last = struct.unpack_from(f"{order}3H", content, 4)
    _demand(samples <= _MOST_ANALOG, f"it cannot hold {samples} analog values a frame")
    frames = _whole(facts, "FRAMES", order) if ("POINT", "FRAMES") in facts else last - first + 1
    _demand(0 < frames <= _MOST_FRAMES, f"it cannot hold {frames} frames")
    scale, rate = (_real(facts, name, order) for name in ("SCALE", "RATE"))
    if not floats_of_dec:
        _demand(math.isfinite(scale) and scale != 0, "its scale is no number")
        _demand(0 <= rate <= _FASTEST, "its rate is no number")
    start = _BLOCK * (_whole(facts, "DATA_START", order) - 1)
    _demand(_BLOCK <= start < len(content), "its data begin outside of it")
    _demand(struct.unpack_from(f"{order}H", content, 16)[0] == start // _BLOCK + 1, "its data begin twice")
    size = (4 if scale < 0 else 2) * 4 * points
    _demand(len(content) - start >= size, "it has no whole frame")
    return frames


def _whole(facts: dict[tuple[str, str], _Parameter], name: str, order: str) -> int:
    parameter = facts["POINT", name]
    _demand(abs(parameter.kind) in (1, 2) and len(parameter.data) > 0, f"POINT:{name} is no whole number")
    return int(struct.unpack_from(f"{order}H" if parameter.kind == 2 else "B", parameter.data)[0])


def _real(facts: dict[tuple[str, str], _Parameter], name: str, order: str) -> float:
    if ("POINT", name) not in facts:
        return 0.0
    parameter = facts["POINT", name]
    _demand(parameter.kind == 4 and len(parameter.data) > 0, f"POINT:{name} is no number")
    return float(struct.unpack_from(f"{order}f", parameter.data)[0])


def _demand(sound: bool, said: str) -> None:
    if not sound:
        raise _BrokenError(said)
