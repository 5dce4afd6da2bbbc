"""What many films cost: the scheduler alone, and how much faster several workers are than one."""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from ..batch import (
    FILMS,
    REPETITIONS,
    Batch,
    Entry,
    Order,
    Outcome,
    Reason,
    Tally,
    measure_entry,
    measure_many,
)
from ..conventions import Sex
from ..model import Burden, Person
from ..video import open_video

IDLE = (100, 1100)
"""Films of two runs in which nothing is measured; what the longer one takes longer is the scheduler's."""
_NOTHING = Reason(because="nothing was measured", remedy="nothing")


def do_nothing(_order: Order) -> Outcome:
    """The work on a film that costs nothing."""
    return Outcome(film={}, reasons=(_NOTHING,))


def measure_overhead(workers: int) -> dict[str, Any]:
    """Seconds that scheduler and tables take for each film, and for starting.

    Parameters
    ----------
    workers
        Processes of this machine.

    Returns
    -------
    dict
        `films`, `workers`, `per_film_ms`, `start_s` (until the workers are there).
    """
    runs = [_run(_entries([Path("film.mp4")], count), "lite", workers, do_nothing) for count in IDLE]
    spans = [run["wall_s"] for run in runs]
    return {
        "films": IDLE[1] - IDLE[0],
        "workers": workers,
        "per_film_ms": 1000 * (spans[1] - spans[0]) / (IDLE[1] - IDLE[0]),
        "start_s": median(run["start_s"] for run in runs),
    }


def measure_scaling(
    films: Sequence[Path], model: str, count: int, workers: Sequence[int], rounds: int
) -> dict[str, Any]:
    """Measure the same films with few and with more workers, a core for each.

    They take turns, so that what else the machine does hits all alike.

    Parameters
    ----------
    films
        Taken in turn, each time of somebody a millimetre taller, until there are enough.
    model
        Pose model.
    count
        Films of each run.
    workers
        Numbers of processes that are compared; the first is what the others are compared with.
    rounds
        How often each is run.

    Returns
    -------
    dict
        `runs`, each with `workers`, `wall_s`, `cpu_s` (of all workers, with their start), `kept_bytes` (of
        results) and `table_bytes`; `speedup`, workers → ratio of median wall clocks; `film_s`, mean length.
    """
    entries = _entries(films, count)
    runs = [_run_on_as_many_cores(entries, model, number) for _ in range(rounds) for number in workers]
    walls = {number: median(run["wall_s"] for run in runs if run["workers"] == number) for number in workers}
    return {
        "model": model,
        "films": count,
        "film_s": sum(open_video(entry.film).duration for entry in entries) / count,
        "runs": runs,
        "speedup": {number: walls[workers[0]] / wall for number, wall in walls.items()},
    }


def render_batch(summary: dict[str, Any]) -> str:
    """The measurements as lines to read."""
    idle, scaling = summary["overhead"], summary["scaling"]
    lines = [
        f"Scheduler and tables: {idle['per_film_ms']:.1f} ms a film, of {idle['films']} in which nothing is "
        f"measured; {idle['workers']} workers, {idle['start_s']:.1f} s to start them",
    ]
    if scaling is None:
        return lines[0]
    lines.append(f"{scaling['films']} films of {scaling['film_s']:.1f} s, model {scaling['model']}")
    for run in scaling["runs"]:
        lines.append(
            f"  workers {run['workers']}  wall {run['wall_s']:6.1f} s, processor {run['cpu_s']:6.1f} s, "
            f"{run['kept_bytes'] / 1e6:.1f} MB of results, {run['table_bytes'] / 1e3:.0f} kB of tables"
        )
    lines += [
        f"  {number} workers: {ratio:.2f} times as fast" for number, ratio in scaling["speedup"].items()
    ]
    return "\n".join(lines)


def _entries(films: Sequence[Path], count: int) -> tuple[Entry, ...]:
    """Films in turn, each time of another person: the same film and person would be measured once."""
    return tuple(
        Entry(
            film=films[i % len(films)].absolute(),
            label=None,
            person=Person(height=1.6 + 0.001 * i, mass=70, sex=Sex.MALE),
            burden=Burden(),
        )
        for i in range(count)
    )


def _run_on_as_many_cores(entries: tuple[Entry, ...], model: str, workers: int) -> dict[str, Any]:
    """A batch for which each worker has one core, where the system binds processes; else as it comes."""
    if sys.platform != "linux":
        return _run(entries, model, workers)
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(allowed)[:workers])
    try:
        return _run(entries, model, workers)
    finally:
        os.sched_setaffinity(0, allowed)


def _run(
    entries: tuple[Entry, ...], model: str, workers: int, work: Callable[[Order], Outcome] = measure_entry
) -> dict[str, Any]:
    """Wall clock, processor time and bytes of one batch."""
    told: list[float] = []

    def listen(_what: str, _share: float) -> None:
        told.append(time.perf_counter())

    busy = _busy_children()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        batch = Batch(entries=entries, out=out, model=model, workers=workers)
        measure_many(batch, Tally(films=len(entries)), listen, work)
        kept = sum(file.stat().st_size for file in (out / "films").rglob("*") if file.is_file())
        tables = sum((out / name).stat().st_size for name in (FILMS, REPETITIONS))
    return {
        "workers": workers,
        "start_s": told[1] - told[0],
        "wall_s": told[-1] - told[1],
        "cpu_s": _busy_children() - busy,
        "kept_bytes": kept,
        "table_bytes": tables,
    }


def _busy_children() -> float:
    """Processor time of all processes that were started and have ended. [s]"""
    used = os.times()
    return used.children_user + used.children_system
