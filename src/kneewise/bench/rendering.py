"""Rows of the table → films in a folder; what is there is taken, what is missing is rendered.

A film is there when its `NAME.spec.json` holds the digest of its row, and film and truth can be read and are
of one length. Films are rendered in a folder that belongs to the run, and moved with that file last: a run
may be stopped at any time and taken up again, and several may fill one folder. Each film is a process of its
own, `python -m kneewise.bench.rendering FOLDER BODIES NAME`: one that fails says why in its own log.
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
from tempfile import TemporaryDirectory

from ..errors import DependencyError, InputError, OutputError, reason_of
from ..video import count_pictures
from .clips import open_clip
from .films import FilmRow, read_films

_NEEDED = ("anny", "moderngl", "torch")
_MOST_AT_ONCE = 4
_LOOK_EVERY = 0.2
_AS_IN_SPEC = (
    *("azimuth_deg", "distance_m", "height_m", "pitch_deg", "roll_deg"),
    *("seed", "session", "fault", "severity", "arms", "repetitions", "handheld_px", "noise"),
)
"""What rows and films call by the same name."""

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
            raise OutputError(
                f"{folder} cannot be made: {reason_of(error)}.", remedy="give another --films."
            ) from error
        _render_all(missing, folder, report)
    return [folder / f"{row.name}.mp4" for row in rows]


def is_there(row: FilmRow, folder: Path) -> bool:
    """Whether the film of a row lies in the folder, made from that very row."""
    film, *_, spec = _files(row, folder)
    if not all(file.exists() for file in _files(row, folder)):
        return False
    try:
        made_from = json.loads(spec.read_text(encoding="utf-8"))["digest"]
        return bool(made_from == row.digest) and _is_sound(film)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _files(row: FilmRow, folder: Path) -> tuple[Path, ...]:
    """What belongs to a film; the file that makes it complete comes last."""
    return tuple(folder / f"{row.name}{end}" for end in (".mp4", ".truth.npz", ".truth.json", ".spec.json"))


def _is_sound(film: Path) -> bool:
    """Whether film and truth can be read, and have as many pictures."""
    try:
        return count_pictures(film) == len(open_clip(film).truth.time)
    except InputError:
        return False


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
    with TemporaryDirectory(prefix=".part-", dir=folder) as part, _processes() as running:
        while waiting or running:
            while waiting and len(running) < (most if done else 1):
                row = waiting.pop()
                report(f"rendering film {len(rows) - len(waiting)} of {len(rows)}", done / len(rows))
                running[row] = _start(row, Path(part), folder / "bodies", alone=most == 1)
            time.sleep(_LOOK_EVERY)
            for row in [row for row, process in running.items() if process.poll() is not None]:
                _take(row, Path(part), folder, running.pop(row).returncode)
                done += 1


@contextmanager
def _processes() -> Iterator[dict[FilmRow, "subprocess.Popen[bytes]"]]:
    """What is running; whatever still runs at the end of the block is ended."""
    running: dict[FilmRow, subprocess.Popen[bytes]] = {}
    try:
        yield running
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.wait()


def _start(row: FilmRow, part: Path, bodies: Path, *, alone: bool) -> "subprocess.Popen[bytes]":
    threads = {} if alone else {"LP_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    words = [sys.executable, "-m", __name__, str(part), str(bodies), row.name]
    path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    with _log(row, part).open("wb") as log:
        return subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, **threads, "PYTHONPATH": path},
        )


def _take(row: FilmRow, part: Path, folder: Path, code: int) -> None:
    """Move what was rendered, or its log, to where it belongs."""
    if code == 0 and is_there(row, part):
        for file in _files(row, part):
            file.replace(folder / file.name)
        return
    log = _log(row, part).replace(_log(row, folder))
    said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise OutputError(
        f"The film {row.name} could not be rendered: {said[-1] if said else f'exit code {code}'}.",
        remedy=f"read {log}; software OpenGL needs libegl1 and libgl1-mesa-dri.",
    )


def _log(row: FilmRow, folder: Path) -> Path:
    return folder / f"{row.name}.log"


def render(row: FilmRow, folder: Path, bodies: Path) -> None:
    """Render the film of one row.

    Parameters
    ----------
    row
        Which film.
    folder
        Receives film, truth and what both were made from.
    bodies
        Folder of the people's bodies, filled on demand.
    """
    from ..synthetic.film import make_film, specify

    spec = specify(
        **{name: getattr(row, name) for name in _AS_IN_SPEC},
        focal_px=row.focal_share * max(row.width_px, row.height_px),
        peak=row.peak_deg,
        size=(row.width_px, row.height_px),
        sex={"f": "female", "m": "male"}[row.sex],
        bottom_kind=row.bottom,
        name=row.name,
    )
    make_film(spec, folder, bodies)
    told = {"digest": row.digest, **asdict(row)}
    _files(row, folder)[-1].write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Render the film of the table that is named."""
    folder, bodies, name = sys.argv[1:]
    render(next(row for row in read_films() if row.name == name), Path(folder), Path(bodies))


if __name__ == "__main__":
    main()
