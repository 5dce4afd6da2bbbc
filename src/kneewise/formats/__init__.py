"""Pose, Motion and Loads ⇄ the files that people and other programs read.

`tables` has our own CSV files, both ways; `opensim` TRC and MOT; `c3d` C3D; `tidy` one long table as CSV or
Parquet. TRC and C3D know a constant rate only, so `markers` puts uneven time stamps onto an even grid first.
"""

from .c3d import MOST_REPETITIONS, write_c3d
from .markers import MARKERS, even_markers
from .names import legible
from .opensim import write_mot, write_trc
from .tables import (
    read_angles,
    read_joints,
    read_loads,
    write_angles,
    write_fused_angles,
    write_fused_joints,
    write_joints,
    write_loads,
)
from .tidy import TABLE_SCHEMA, Tidy, build_tidy, write_csv, write_parquet

__all__ = [
    "MARKERS",
    "MOST_REPETITIONS",
    "TABLE_SCHEMA",
    "Tidy",
    "build_tidy",
    "even_markers",
    "legible",
    "read_angles",
    "read_joints",
    "read_loads",
    "write_angles",
    "write_c3d",
    "write_csv",
    "write_fused_angles",
    "write_fused_joints",
    "write_joints",
    "write_loads",
    "write_mot",
    "write_parquet",
    "write_trc",
]
