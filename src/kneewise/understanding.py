"""A case file → what it means; its films are measured first, with progress on stderr."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console

from .casefile import read_case
from .errors import InputError, StoreError
from .formats import legible
from .model import Analysis, Trial
from .pipeline import OBLIVION, Memory, Reasoning, observe_case, read_reasoning, understand
from .pose import ESTIMATORS, Estimator, load_estimator
from .progress_bar import show_progress
from .screening import screen

INTERRUPTED = 130
"""Exit code of a command that was stopped by Ctrl-C."""


def understand_file(file: Path, model: str, *, anew: bool = False) -> tuple[Analysis, Reasoning]:
    """What a case file means; nothing is filmed of who should be looked at first.

    Parameters
    ----------
    file
        The case.
    model
        Pose model for its films.
    anew
        Measure films anew that were measured before.

    Raises
    ------
    InputError
        When it cannot be read, or a film or the pose model in it is none.
    """
    check_model(model)  # also where there is no film for it
    reasoning = read_reasoning()
    case = read_case(file, reasoning.asking)
    if any(probe.films for probe in case.probes) and not screen(case, reasoning.asking).tier.refers:
        estimator = choose_estimator(model)
        try:
            with _remembering(anew) as memory, show_progress() as report:
                case = observe_case(case, file.parent, estimator, report, memory)
        except KeyboardInterrupt:
            complain("Stopped. Nothing was written.")
            raise typer.Exit(INTERRUPTED) from None
    return understand(case), reasoning


@contextmanager
def _remembering(anew: bool) -> Iterator[Memory]:
    """The user's memory; where it cannot be used, that is said, and films are measured without it."""
    from .store import open_store  # late: its packages take long to load, and most commands need none

    try:
        store = open_store()
    except StoreError as error:
        complain(f"{error}\nFilms are measured anew, and not remembered.")
        yield OBLIVION
    else:
        with store:
            yield _Remembered(store, anew)


class _Remembered:
    """A memory as films are measured for one answer, which is worth more than that they are kept."""

    def __init__(self, memory: Memory, anew: bool) -> None:
        self._memory, self._anew = memory, anew

    def trial(self, key: str) -> Trial | None:
        return None if self._anew else self._memory.trial(key)

    def keep_trial(self, key: str, trial: Trial) -> None:
        try:
            self._memory.keep_trial(key, trial)
        except StoreError as error:
            complain(f"{error}\n{trial.name} is not remembered, and will be measured anew.")


def choose_estimator(model: str) -> Estimator:
    """The pose model of that name."""
    check_model(model)
    return load_estimator(model)


def check_model(model: str) -> None:
    """Complain about a name that no pose model has."""
    if model not in ESTIMATORS:
        raise InputError(
            f"There is no pose model '{model}'.", remedy=f"choose one of {', '.join(ESTIMATORS)}."
        )


def complain(text: str) -> None:
    """Say on stderr what is wrong."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(legible(text), markup=False)
