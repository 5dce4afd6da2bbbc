"""Outcomes → films.parquet, repetitions.parquet and failures.csv, whole or not at all.

Rows stand in the order of the list, whoever was faster: the same films give the same files.
"""

import csv
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import OutputError
from ..formats import legible
from ..results_folder import bring_to_disk, scratch
from .order import Entry, Outcome, Row
from .rows import FILM_COLUMNS, REPETITION_COLUMNS

SCHEMA = "kneewise.batch/1"
FILMS, REPETITIONS, FAILURES = "films.parquet", "repetitions.parquet", "failures.csv"
TABLES = FILMS, REPETITIONS, FAILURES
_COLUMNS = ("film", "reason", "remedy")
_HEAD = f"{','.join(_COLUMNS)}\n".encode()
_MAGIC = b"PAR1"
_GROUP = 5000
"""Rows that are written together, and held until then."""


class DataSet:
    """The tables while they grow; what comes early waits for its turn."""

    def __init__(self, films: "_Table", repetitions: "_Table", failures: Any) -> None:
        self._films, self._repetitions, self._failures = films, repetitions, failures
        self._early: dict[int, tuple[Entry, Outcome]] = {}
        self._turn = 0
        self._told: set[str] = set()

    def add(self, place: int, entry: Entry, outcome: Outcome) -> None:
        """What came of the film at that place of the list."""
        self._early[place] = entry, outcome
        while self._turn in self._early:
            self._write(*self._early.pop(self._turn))
            self._turn += 1

    def _write(self, entry: Entry, outcome: Outcome) -> None:
        keys = {"film": legible(str(entry.film)), "person": entry.label, "result": outcome.key}
        reasons = {
            name: "; ".join(getattr(reason, name) for reason in outcome.reasons) or None
            for name in ("because", "remedy")
        }
        self._films.add({**keys, "measured": not outcome.reasons, **reasons, **outcome.film})
        for reason in outcome.reasons:
            self._failures.writerow([keys["film"], reason.because, reason.remedy])
        if outcome.key not in self._told:  # a film that is listed twice is measured once
            for row in outcome.repetitions:
                self._repetitions.add({**keys, **row})
        if outcome.key is not None:
            self._told.add(outcome.key)


@contextmanager
def writing(out: Path) -> Iterator[DataSet]:
    """Tables that take their places in a folder when the block succeeds; else those of before stay.

    Raises
    ------
    OutputError
        When something else is in the way, or the disk refuses.
    """
    _check_free(out)
    with scratch(out / FILMS) as folder:
        with ExitStack() as open_files:
            films = open_files.enter_context(_table(folder / FILMS, FILM_COLUMNS))
            repetitions = open_files.enter_context(_table(folder / REPETITIONS, REPETITION_COLUMNS))
            file = open_files.enter_context((folder / FAILURES).open("w", encoding="utf-8", newline=""))
            failures = csv.writer(file, lineterminator="\n")
            failures.writerow(_COLUMNS)
            yield DataSet(films, repetitions, failures)
        bring_to_disk(folder)
        for name in TABLES:
            (folder / name).replace(out / name)


def _check_free(out: Path) -> None:
    """Complain, before hours of measuring, about what stands where the tables go and is none of them."""
    if os.path.exists(out) and not os.path.isdir(out):
        raise OutputError(
            f"{legible(str(out))} is a file, not a folder.", remedy="choose another name with --out."
        )
    for place in (out / name for name in TABLES):
        if os.path.lexists(place) and not _is_ours(place):
            raise OutputError(
                f"{legible(str(place))} is in the way: kneewise batch did not write it.",
                remedy="move it elsewhere, or choose another folder with --out.",
            )


def _is_ours(place: Path) -> bool:
    """Whether a table of before lies there, or what a power failure left of it."""
    if not os.path.isfile(place):
        return False
    try:
        with place.open("rb") as file:
            head = file.read(len(_HEAD))
            if place.suffix == ".csv" or not head:
                return _HEAD.startswith(head)
            file.seek(0)
            return head.startswith(_MAGIC) and _tells_schema(file)
    except OSError:
        return False


def _tells_schema(file: BinaryIO) -> bool:
    """Whether a Parquet file was written here, by whichever version; one that is cut short is no loss."""
    import pyarrow
    from pyarrow import parquet

    try:
        return b"kneewise" in (parquet.read_schema(file).metadata or {})
    except pyarrow.ArrowInvalid:
        return True


class _Table:
    """A Parquet file that takes rows."""

    def __init__(self, writer: Any, schema: Any) -> None:
        self._writer, self._schema = writer, schema
        self._rows: list[Row] = []

    def add(self, row: Row) -> None:
        self._rows.append(row)
        if len(self._rows) >= _GROUP:
            self.flush()

    def flush(self) -> None:
        import pyarrow

        if self._rows:
            self._writer.write_table(pyarrow.Table.from_pylist(self._rows, self._schema))
            self._rows.clear()


@contextmanager
def _table(path: Path, columns: Mapping[str, str]) -> Iterator[_Table]:
    import pyarrow
    from pyarrow import parquet

    schema = pyarrow.schema(
        [(name, pyarrow.type_for_alias(kind)) for name, kind in columns.items()],
        metadata={"kneewise": json.dumps({"schema": SCHEMA})},
    )
    with path.open("wb") as file, parquet.ParquetWriter(file, schema) as writer:
        table = _Table(writer, schema)
        yield table
        table.flush()
