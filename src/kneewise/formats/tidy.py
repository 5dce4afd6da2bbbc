"""Everything measured of one film → one long table, as CSV or Parquet with the same content."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..conventions import Task
from ..model import Array, Loads, Motion, Pose, Repetition
from .tables import DIGITS, angle_series, cells, joint_series, load_series

TABLE_SCHEMA = "kneewise.table/1"
_ROUNDING = 0.0051
"""Times of repetitions are told to a hundredth of a second. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tidy:
    """A table with one number in each row; columns of equal length in the order of the files.

    Attributes
    ----------
    film, quantity, side, unit : words; `side` is None for what exists once.
    time_s : when. [s]
    repetition : number from 1; NaN between repetitions.
    phase : ``down``, ``up`` or ``seated``; None between repetitions.
    percent : share of the repetition that has gone by; NaN outside, and where the film cuts it off. [%]
    value, sd : in the row's unit; NaN where not measured.
    """

    film: NDArray[Any]
    time_s: Array
    repetition: Array
    phase: NDArray[Any]
    percent: Array
    quantity: NDArray[Any]
    side: NDArray[Any]
    value: Array
    sd: Array
    unit: NDArray[Any]


def build_tidy(
    film: str, pose: Pose, motion: Motion, loads: Loads | None, repetitions: Sequence[Repetition]
) -> Tidy:
    """One row for each frame and quantity, also where nothing was measured.

    Parameters
    ----------
    film
        Name that stands in every row.
    pose, motion, loads
        Of the same frames.
    repetitions
        In order of time.
    """
    series = joint_series(pose) + angle_series(motion) + load_series(pose.time, loads)
    number, phase, percent = _when(pose.time, repetitions)
    count, frames = len(series), len(pose.time)
    sides = [None if one.column.side is None else one.column.side.name.lower() for one in series]
    return Tidy(
        film=_words([film], count * frames),
        time_s=np.tile(pose.time.round(DIGITS), count),
        repetition=np.tile(number, count),
        phase=np.tile(phase, count),
        percent=np.tile(percent, count),
        quantity=_words([one.column.quantity for one in series], frames),
        side=_words(sides, frames),
        value=np.concatenate([one.values for one in series]).round(DIGITS),
        sd=np.concatenate([one.sd for one in series]).round(DIGITS),
        unit=_words([one.column.unit for one in series], frames),
    )


def write_csv(path: Path, table: Tidy) -> None:
    """The table as CSV; empty cells where there is nothing."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Tidy.__slots__)
    writer.writerows(zip(*(_texts(name, getattr(table, name)) for name in Tidy.__slots__), strict=True))
    path.write_text(text.getvalue(), encoding="utf-8")


def write_parquet(path: Path, table: Tidy, facts: Mapping[str, Any]) -> None:
    """The table as Parquet; null where there is nothing.

    Parameters
    ----------
    path
        File to write.
    table
        What was measured.
    facts
        Plain JSON types, kept with schema and units under the key `kneewise` of the file's metadata.
    """
    import pyarrow
    from pyarrow import parquet

    units = dict(zip(table.quantity.tolist(), table.unit.tolist(), strict=True))
    told = json.dumps({"schema": TABLE_SCHEMA, "units": units, **facts}, allow_nan=False)
    kinds = {
        name: pyarrow.string() if getattr(table, name).dtype == object else pyarrow.float64()
        for name in Tidy.__slots__
    }
    kinds["repetition"] = pyarrow.int32()
    columns = [pyarrow.array(getattr(table, name), kind, from_pandas=True) for name, kind in kinds.items()]
    schema = pyarrow.schema(list(kinds.items()), metadata={"kneewise": told})
    with path.open("wb") as file:
        parquet.write_table(pyarrow.Table.from_arrays(columns, schema=schema), file)


def _when(time: Array, repetitions: Sequence[Repetition]) -> tuple[Array, NDArray[Any], Array]:
    """Number, phase and percent of each frame's repetition; a frame between two belongs to the later."""
    number, percent = np.full((2, len(time)), np.nan)
    phase = np.full(len(time), None, dtype=object)
    for i, repetition in enumerate(repetitions, start=1):
        rows = (time >= repetition.start - _ROUNDING) & (time <= repetition.end + _ROUNDING)
        before = "seated" if repetition.task is Task.SIT_TO_STAND else "down"
        number[rows] = i
        phase[rows] = np.where(time[rows] < repetition.bottom, before, "up").astype(object)
        share = (time[rows] - repetition.start) / (repetition.end - repetition.start)
        percent[rows] = np.clip(100 * share, 0, 100).round(DIGITS) if repetition.complete else np.nan
    return number, phase, percent


def _words(words: Sequence[str | None], times: int) -> NDArray[Any]:
    return np.repeat(np.array(words, dtype=object), times)


def _texts(name: str, column: NDArray[Any]) -> list[str]:
    if column.dtype == object:
        return ["" if word is None else word for word in column]
    return cells(column, 0 if name == "repetition" else DIGITS)
