"""`.mot`, `.sto` and separated text → names of columns and numbers."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import FormatError
from ..model import Array
from .opening import read_text

_STATED_ROWS = re.compile(r"(?:nrows\s*=|datarows)\s*(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """Columns of numbers.

    Attributes
    ----------
    header : what stands above the names.
    names : of the columns.
    numbers : (row, column); NaN where a cell is empty or holds no finite number.
    """

    header: str
    names: tuple[str, ...]
    numbers: Array

    @property
    def stated_rows(self) -> int | None:
        """How many rows the header promises; None where it does not say."""
        found = _STATED_ROWS.search(self.header)
        return int(found.group(1)) if found else None


def read_mot(path: Path, *, remedy: str) -> Table:
    """Table of a MOT or STO file; rows that are cut short are left out.

    Raises
    ------
    FormatError
        When there is no header, no row, or a cell that is no number.
    """
    header, end, body = read_text(path).replace("\r", "").partition("endheader")
    lines = [line for line in body.split("\n") if line.strip()]
    if not end or not lines:
        raise FormatError(f"{path.name} is no MOT file: it has no line 'endheader'.", remedy=remedy)
    return _fill(path, header, lines, remedy)


def read_separated(path: Path, *, remedy: str) -> Table:
    """Table of a text file with one line of names above rows of numbers; the names are the widest of them.

    Raises
    ------
    FormatError
        When there is no row of numbers below a line of names.
    """
    lines = [line for line in read_text(path).replace("\r", "").split("\n") if line.strip()]
    first = next((i for i, line in enumerate(lines) if _holds_numbers(line)), len(lines))
    if first in (0, len(lines)):
        raise FormatError(
            f"{path.name} has no rows of numbers below a line with the names of its columns.", remedy=remedy
        )
    width = len(_cells(lines[first], _separator(lines[first])))
    names = next((i for i in range(first) if len(_cells(lines[i], _separator(lines[i]))) == width), first - 1)
    return _fill(path, "\n".join(lines[:names]), [lines[names], *lines[first:]], remedy)


def _holds_numbers(line: str) -> bool:
    try:
        return bool([float(cell) for cell in _cells(line, _separator(line)) if cell])
    except ValueError:
        return False


def _separator(line: str) -> str | None:
    return next((mark for mark in "\t;," if mark in line), None)


def _cells(line: str, separator: str | None) -> list[str]:
    return [cell.strip() for cell in line.split(separator)]


def _fill(path: Path, header: str, lines: list[str], remedy: str) -> Table:
    separator = _separator(lines[0])
    names = _cells(lines[0].strip(), separator)
    rows = [_trimmed(_cells(line, separator), len(names)) for line in lines[1:]]
    rows = [row for row in rows if len(row) == len(names)]
    if not rows:
        raise FormatError(f"{path.name} has no frames.", remedy=remedy)
    try:
        numbers = np.array([[float(cell or "nan") for cell in row] for row in rows])
    except ValueError as error:
        raise FormatError(f"{path.name} has a cell that is no number ({error}).", remedy=remedy) from error
    numbers[~np.isfinite(numbers)] = np.nan
    return Table(header=header, names=tuple(names), numbers=numbers)


def _trimmed(cells: list[str], count: int) -> list[str]:
    """Cells without the empty ones that separators at the ends of a line make."""
    while len(cells) > count and not cells[-1]:
        cells.pop()
    while len(cells) > count and not cells[0]:
        cells.pop(0)
    return cells
