"""The sample film: a synthetic person whose joint centres are known exactly, made by `kneewise.synthetic`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

SAMPLE = "squat_oblique"


@contextmanager
def sample_film(name: str = SAMPLE) -> Iterator[Path]:
    """Path of a sample film for as long as the block lasts."""
    with resources.as_file(resources.files(__package__) / f"{name}.mp4") as path:
        yield path


def sample_person(name: str = SAMPLE) -> dict[str, Any]:
    """`height_cm`, `mass_kg` and `sex` of the synthetic person."""
    truth = json.loads((resources.files(__package__) / f"{name}.truth.json").read_text(encoding="utf-8"))
    subject = truth["subject"]
    return {"height_cm": subject["height_cm"], "mass_kg": subject["mass_kg"], "sex": subject["sex"][0]}
