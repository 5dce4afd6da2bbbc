"""How fast the loads are computed: kneewise beside three engines on one model, and a whole film's loads."""

import math
import time
from importlib.util import find_spec
from typing import Any

import numpy as np

from ..body import build_body
from ..conventions import Bar, Sex
from ..knowledge import read_anthropometry
from ..model import Burden, Person
from .chain import CHAIN, ChainMotion, squat
from .engines import Engine, build_kneewise, build_mujoco, build_opensim, build_pinocchio
from .postures import Actor, Inclinations, load, measure_lengths, pose_of

OWN = "kneewise"
_BUILDERS = {
    OWN: build_kneewise,
    "Pinocchio": build_pinocchio,
    "MuJoCo": build_mujoco,
    "OpenSim": build_opensim,
}
_PACKAGES = {
    "Pinocchio": ("pinocchio", "pin"),
    "MuJoCo": ("mujoco", "mujoco"),
    "OpenSim": ("opensim", "opensim"),
}
"""Engine → the module to import, and what to ask pip for."""
_FRAMES = 2_000
_TURNS = 5
_FILM_SECONDS, _FILM_RATE, _FILM_DRAWS, _FILM_SAMPLES = 20.0, 30.0, 24, 1000


def measure_engines() -> dict[str, Any]:
    """Frames a second of each installed engine on one squat, with the farthest that two of them differ.

    Returns
    -------
    dict
        `frames`, `turns`, `engines` (each with `name`, and `frames_per_second`, `ratio` of ours to it and
        `deviation_nm` from ours; or `missing`, what to install), `film` (see `measure_film`).
    """
    motion = squat(_FRAMES)
    rows: list[dict[str, Any]] = []
    ours, own_rate = np.empty(0), math.nan
    for name, build in _BUILDERS.items():
        module, package = _PACKAGES.get(name, ("numpy", "numpy"))
        if find_spec(module) is None:
            rows.append({"name": name, "missing": f"pip install {package}"})
            continue
        moments, rate = _time(build(CHAIN), motion)
        if name == OWN:
            ours, own_rate = moments, rate
        rows.append(
            {
                "name": name,
                "frames_per_second": rate,
                "ratio": own_rate / rate,
                "deviation_nm": float(np.abs(moments - ours).max()),
            }
        )
    return {"frames": _FRAMES, "turns": _TURNS, "engines": rows, "film": measure_film()}


def _time(engine: Engine, motion: ChainMotion) -> tuple[np.ndarray, float]:
    """Moments, and frames a second in the quickest of some turns: the others wait for the machine."""
    seconds = []
    for _ in range(_TURNS):
        started = time.perf_counter()
        moments = engine(motion)
        seconds.append(time.perf_counter() - started)
    return moments, len(motion.angles) / min(seconds)


def measure_film() -> dict[str, Any]:
    """Seconds for all loads of a film of 20 s with a bar: as many draws as the measurement of a film gives.

    Returns
    -------
    dict
        `film_s`, `frames`, `draws`, `samples`, `seconds`.
    """
    anthropometry = read_anthropometry()
    person = Person(height=1.75, mass=75.0, sex=Sex.MALE)
    actor = Actor(
        person=person,
        body=build_body(person, anthropometry),
        burden=Burden(mass=60.0, bar=Bar.BACK_HIGH),
        lengths=measure_lengths(person, anthropometry),
    )
    time_stamps = np.arange(0, _FILM_SECONDS, 1 / _FILM_RATE)
    share = (1 - np.cos(2 * math.pi * time_stamps / 4)) / 2
    shank, thigh, trunk = (math.radians(most) * share for most in (32.0, 88.0, 42.0))
    inclinations = Inclinations(shank=shank, thigh=thigh, trunk=trunk)
    pose = pose_of(actor, time_stamps, inclinations, draws=_FILM_DRAWS)
    started = time.perf_counter()
    load(actor, pose, samples=_FILM_SAMPLES)
    return {
        "film_s": _FILM_SECONDS,
        "frames": len(time_stamps),
        "draws": _FILM_DRAWS,
        "samples": _FILM_SAMPLES,
        "seconds": time.perf_counter() - started,
    }


def render_engines(speed: dict[str, Any]) -> str:
    """Lines to read: one for each engine, one for the film."""
    lines = [
        f"Inverse dynamics of one squat, shin, thigh and trunk with a bar, {speed['frames']} frames, "
        f"best of {speed['turns']}, one process:"
    ]
    for row in speed["engines"]:
        if "missing" in row:
            lines.append(f"  {row['name']:<10} not installed: {row['missing']}")
            continue
        beside = (
            ""
            if row["name"] == OWN
            else f"   ours is {row['ratio']:.2g} times as fast; moments within {row['deviation_nm']:.0e} N·m"
        )
        lines.append(f"  {row['name']:<10} {row['frames_per_second']:>11,.0f} frames/s{beside}")
    film = speed["film"]
    lines.append(
        f"All loads of a film of {film['film_s']:g} s ({film['frames']} frames, {film['draws']} draws of the "
        f"pose, {film['samples']:,} samples of what is unknown): {film['seconds']:.2f} s"
    )
    return "\n".join(lines)
