"""Outcomes → films.parquet, repetitions.parquet and failures.csv, whole or not at all.

Rows stand in the order of the list, whoever was faster: the same films give the same files.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from ..formats import legible
from ..results_folder import scratch
from .order import Entry, Outcome, Row
from .rows import FILM_COLUMNS, REPETITION_COLUMNS

SCHEMA = "kneewise.batch/1"
FILMS, REPETITIONS, FAILURES = "films.parquet", "repetitions.parquet", "failures.csv"
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
        When the disk refuses.
    """
    with scratch(out / FILMS) as folder:
        with ExitStack() as open_files:
            films = open_files.enter_context(_table(folder / FILMS, FILM_COLUMNS))
            repetitions = open_files.enter_context(_table(folder / REPETITIONS, REPETITION_COLUMNS))
            file = open_files.enter_context((folder / FAILURES).open("w", encoding="utf-8", newline=""))
            failures = csv.writer(file, lineterminator="\n")
            failures.writerow(["film", "reason", "remedy"])
            yield DataSet(films, repetitions, failures)
        for name in (FILMS, REPETITIONS, FAILURES):
            (folder / name).replace(out / name)


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
