"""A case file → what it means; its films are measured first, with progress on stderr."""

from pathlib import Path

import typer
from rich.console import Console

from .casefile import read_case
from .errors import InputError
from .formats import legible
from .model import Analysis
from .pipeline import Reasoning, observe_case, read_reasoning, understand
from .pose import ESTIMATORS, Estimator, load_estimator
from .progress_bar import show_progress
from .screening import screen

_INTERRUPTED = 130


def understand_file(file: Path, model: str) -> tuple[Analysis, Reasoning]:
    """What a case file means; nothing is filmed of who should be looked at first.

    Raises
    ------
    InputError
        When it cannot be read, or a film or the pose model in it is none.
    """
    reasoning = read_reasoning()
    case = read_case(file, reasoning.asking)
    if any(probe.films for probe in case.probes) and not screen(case, reasoning.asking).tier.refers:
        try:
            with show_progress() as report:
                case = observe_case(case, file.parent, choose_estimator(model), report)
        except KeyboardInterrupt:
            complain("Stopped. Nothing was written.")
            raise typer.Exit(_INTERRUPTED) from None
    return understand(case), reasoning


def choose_estimator(model: str) -> Estimator:
    """The pose model of that name."""
    if model not in ESTIMATORS:
        raise InputError(
            f"There is no pose model '{model}'.", remedy=f"choose one of {', '.join(ESTIMATORS)}."
        )
    return load_estimator(model)


def complain(text: str) -> None:
    """Say on stderr what is wrong."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(legible(text), markup=False)
