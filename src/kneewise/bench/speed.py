"""How fast kneewise is: each stage from film to report, per second of film."""

import os
import platform
import tempfile
import time
from pathlib import Path
from typing import Any

from ..conventions import Sex
from ..model import Burden, Person
from ..pose import Estimator, load_estimator
from ..pose.tracking import READ_INTERVAL
from ..results import Job, Stopwatch, analyse_films
from ..video import open_video

_PERSON = Person(height=1.75, mass=75, sex=Sex.MALE)
_SAMPLE_FRAMES = 20


def measure_speed(film: Path, model: str) -> dict[str, Any]:
    """Seconds of each stage of one run, wall clock.

    Parameters
    ----------
    film
        A film with a person in it.
    model
        Name of the pose model.

    Returns
    -------
    dict
        `film_s`, `frames` (that are read), `cores`, `processor`, `decode_s` (alone), `inference_ms` (one
        picture on one core), `stages_s` (observe holds decode, inference and fit), `total_s`, `ratio`
        (total ÷ film; under 1 is faster than the film lasts).
    """
    length, frames, decoding = _decode(film)
    started = time.perf_counter()
    estimator = load_estimator(model)
    loading = time.perf_counter() - started
    inference = _time_inference(film, estimator)
    watch = Stopwatch()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        job = Job(films=(film,), person=_PERSON, burden=Burden(), estimator=estimator)
        analyse_films(job, Path(folder) / "out", watch=watch)
    total = time.perf_counter() - started
    return {
        "film": film.name,
        "film_s": length,
        "frames": frames,
        "model": model,
        "cores": os.cpu_count(),
        "processor": describe_processor(),
        "decode_s": decoding,
        "load_weights_s": loading,
        "inference_ms": inference * 1000,
        "stages_s": watch.seconds,
        "total_s": total,
        "ratio": total / length,
    }


def render_speed(rows: list[dict[str, Any]]) -> str:
    """The measurements as lines to read."""
    lines = [f"{rows[0]['processor']}, {rows[0]['cores']} cores; wall clock, one run each"] if rows else []
    for row in rows:
        per_second = {name: value / row["film_s"] for name, value in row["stages_s"].items()}
        lines += [
            "",
            f"{row['film']}  {row['film_s']:.1f} s, {row['frames']} frames read, model {row['model']}",
            f"  decode alone          {row['decode_s'] / row['film_s']:6.3f} s per second of film",
            *(f"  {name:<21} {value:6.3f} s per second of film" for name, value in per_second.items()),
            f"  one inference         {row['inference_ms']:6.1f} ms on one core",
            f"  film to report        {row['total_s']:6.1f} s = {row['ratio']:.2f} × the film's length",
        ]
    return "\n".join(lines)


def _decode(film: Path) -> tuple[float, int, float]:
    """Length of the film, frames that are read, and seconds to decode them."""
    recording = open_video(film)
    started = time.perf_counter()
    times = [frame.time for frame in recording.frames(READ_INTERVAL)]
    return max(times[-1] - times[0], 1e-9), len(times), time.perf_counter() - started


def _time_inference(film: Path, estimator: Estimator) -> float:
    """Seconds of one reading of landmarks, mean of a few, on one core."""
    frame = next(open_video(film).frames(0))
    people = estimator.find_people(frame.image)
    if not people:
        return float("nan")
    estimator.read_landmarks(frame.image, people[0].region, 0)
    started = time.perf_counter()
    for turn in range(_SAMPLE_FRAMES):
        estimator.read_landmarks(frame.image, people[0].region, turn)
    return (time.perf_counter() - started) / _SAMPLE_FRAMES


def describe_processor() -> str:
    """Name of the machine's processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
