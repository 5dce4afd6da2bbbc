"""Rows of the table → films in a folder; what is there is taken, what is missing is rendered.

A film is complete when its `NAME.spec.json` holds the digest of its row: that file is written last, and a
film is rendered into a folder of its own and moved. So a run may be stopped at any time and taken up again.
Each film is a process of its own, `python -m kneewise.bench.rendering FOLDER NAME`: one that fails says why
in its own log.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from ..errors import DependencyError, OutputError
from .films import FilmRow, read_films

_NEEDED = ("anny", "moderngl", "torch")
_MOST_AT_ONCE = 4
_LOOK_EVERY = 0.2

Report = Callable[[str, float], None]


def take_films(rows: tuple[FilmRow, ...], folder: Path, report: Report) -> list[Path]:
    """Paths of the films of some rows, all of them there afterwards.

    Parameters
    ----------
    rows
        Which films.
    folder
        Where they lie, and are put.
    report
        Called with what is being done and the share done, 0 to 1.

    Raises
    ------
    DependencyError
        When a film is missing and what renders it is not installed.
    OutputError
        When a film could not be written.
    """
    missing = [row for row in rows if not is_there(row, folder)]
    if missing:
        _check_renderer()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{folder} cannot be made: {error}.", remedy="give another --films.") from error
        _render_all(missing, folder, report)
    return [folder / f"{row.name}.mp4" for row in rows]


def is_there(row: FilmRow, folder: Path) -> bool:
    """Whether the film of a row lies in the folder, made from that very row."""
    try:
        made_from = json.loads((folder / f"{row.name}.spec.json").read_text(encoding="utf-8"))["digest"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    ends = (".mp4", ".truth.npz", ".truth.json")
    return bool(made_from == row.digest) and all((folder / f"{row.name}{end}").exists() for end in ends)


def default_folder() -> Path:
    """Where films are kept when no folder is given."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "kneewise-bench"


def _check_renderer() -> None:
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise DependencyError(
            f"The films of the benchmark have to be rendered, and {', '.join(missing)} is not installed.",
            remedy="pip install 'kneewise[bench]', or give --films a folder that holds them.",
        )
    if shutil.which("ffmpeg") is None:
        raise DependencyError(
            "The films of the benchmark have to be rendered, and the program ffmpeg is not installed.",
            remedy="apt-get install ffmpeg, or give --films a folder that holds them.",
        )


def _render_all(rows: list[FilmRow], folder: Path, report: Report) -> None:
    """As many at once as there are cores; the first alone: it may have to make the body model's cache."""
    most = min(os.cpu_count() or 1, _MOST_AT_ONCE)
    waiting, done = list(reversed(rows)), 0
    with _processes(folder) as running:
        while waiting or running:
            while waiting and len(running) < (most if done else 1):
                row = waiting.pop()
                report(f"rendering film {len(rows) - len(waiting)} of {len(rows)}", done / len(rows))
                running[row] = _start(row, folder, alone=most == 1)
            time.sleep(_LOOK_EVERY)
            for row in [row for row, process in running.items() if process.poll() is not None]:
                _check_result(row, folder, running.pop(row).returncode)
                done += 1


@contextmanager
def _processes(folder: Path) -> Iterator[dict[FilmRow, "subprocess.Popen[bytes]"]]:
    """What is running; whatever still runs at the end of the block is ended and leaves nothing behind."""
    running: dict[FilmRow, subprocess.Popen[bytes]] = {}
    try:
        yield running
    finally:
        for process in running.values():
            process.terminate()
        for row, process in running.items():
            process.wait()
            shutil.rmtree(_part(row, folder), ignore_errors=True)
            _log(row, folder).unlink(missing_ok=True)


def _start(row: FilmRow, folder: Path, *, alone: bool) -> "subprocess.Popen[bytes]":
    threads = {} if alone else {"LP_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    words = [sys.executable, "-m", __name__, str(folder), row.name]
    path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    with _log(row, folder).open("wb") as log:
        return subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, **threads, "PYTHONPATH": path},
        )


def _check_result(row: FilmRow, folder: Path, code: int) -> None:
    log = _log(row, folder)
    if code == 0 and is_there(row, folder):
        log.unlink()
        return
    said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise OutputError(
        f"The film {row.name} could not be rendered: {said[-1] if said else f'exit code {code}'}.",
        remedy=f"read {log}; software OpenGL needs libegl1 and libgl1-mesa-dri.",
    )


def _log(row: FilmRow, folder: Path) -> Path:
    return folder / f"{row.name}.log"


def _part(row: FilmRow, folder: Path) -> Path:
    return folder / f".part-{row.name}"


def render(row: FilmRow, folder: Path) -> None:
    """Render the film of one row into the folder."""
    from ..synthetic.camera import CameraSpec
    from ..synthetic.film import FilmSpec, make_film

    camera = CameraSpec(
        azimuth_deg=row.azimuth_deg,
        distance_m=row.distance_m,
        height_m=row.height_m,
        pitch_deg=row.pitch_deg,
        roll_deg=row.roll_deg,
        focal_px=row.focal_share * max(row.width_px, row.height_px),
    )
    spec = FilmSpec(
        seed=row.seed,
        session=row.session,
        fault=row.fault,
        severity=row.severity,
        repetitions=row.repetitions,
        peak=row.peak_deg,
        arms=row.arms,
        camera=camera,
        size=(row.width_px, row.height_px),
        noise=row.noise,
        handheld_px=row.handheld_px,
        sex={"f": "female", "m": "male"}[row.sex],
        bottom_kind=row.bottom,
        name=row.name,
    )
    part = _part(row, folder)
    try:
        make_film(spec, part, folder / "bodies")
        told = {"digest": row.digest, **asdict(row)}
        (part / f"{row.name}.spec.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        for file in sorted(part.iterdir(), key=lambda file: file.name.endswith(".spec.json")):
            file.replace(folder / file.name)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def main() -> None:
    """Render the film of the table that is named."""
    folder, name = sys.argv[1:]
    render(next(row for row in read_films() if row.name == name), Path(folder))


if __name__ == "__main__":
    main()
