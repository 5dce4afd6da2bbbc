"""Our repetitions beside those of OpenSim Moco: every task solved by both, on one machine in one run."""

import time
from importlib.util import find_spec
from typing import Any

import numpy as np

from ..errors import InputError
from ..model import Array
from .lowering import TASKS, Task, Way, solve_here
from .moco import solve_with_moco

FINE = (24, 4)
"""Intervals and nodes of our splines where only exactness counts."""
_TURNS = 3
_JOINTS = ("ankle", "knee", "hip")


def compare_ways(tasks: tuple[Task, ...] = TASKS) -> list[dict[str, Any]]:
    """What both solvers make of each task.

    Returns
    -------
    list of dict
        For each task `name`; for `ours`, `fine` (finer splines) and `moco` the `cost`, `peaks` [N·m],
        `seconds`, and `time`, `moments` and `angles` to draw; `apart`, the largest and the mean difference
        of angles [°] and moments [N·m] between fine and Moco.

    Raises
    ------
    InputError
        Without OpenSim.
    """
    if find_spec("opensim") is None:
        raise InputError("OpenSim Moco is not installed.", remedy="pip install opensim")
    return [_compare(task) for task in tasks]


def _compare(task: Task) -> dict[str, Any]:
    ours, seconds = _time(task)
    fine = solve_here(task, *FINE)
    moco, spent = solve_with_moco(task)
    return {
        "name": task.name,
        "ours": _tell(ours, seconds),
        "fine": _tell(fine, None),
        "moco": _tell(moco, spent),
        "apart": {
            "angles_deg": _apart(np.degrees(fine.angles), fine, np.degrees(moco.angles), moco),
            "moments_nm": _apart(fine.moments, fine, moco.moments, moco),
        },
    }


def _time(task: Task) -> tuple[Way, float]:
    """Our solution, and the shortest of a few times it took. [s]"""
    spent = []
    for _ in range(_TURNS):
        began = time.perf_counter()
        way = solve_here(task)
        spent.append(time.perf_counter() - began)
    return way, min(spent)


def _tell(way: Way, seconds: float | None) -> dict[str, Any]:
    peaks = way.moments.max(axis=0).tolist()
    return {
        "cost": way.cost,
        "peaks": dict(zip(_JOINTS, peaks, strict=True)),
        "seconds": seconds,
        "time": way.time.tolist(),
        "moments": way.moments.T.tolist(),
        "angles": np.degrees(way.angles).T.tolist(),
    }


def _apart(one: Array, way: Way, other: Array, theirs: Way) -> dict[str, float]:
    """Largest and mean difference at Moco's moments."""
    found = np.stack([np.interp(theirs.time, way.time, column) for column in one.T], axis=-1)
    apart = np.abs(found - other)
    return {"most": float(apart.max()), "mean": float(apart.mean())}
