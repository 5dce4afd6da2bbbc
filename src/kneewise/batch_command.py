"""`kneewise batch`: many films; parse → call → print."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from .batch import Batch, ForAll, Tally, describe_tally, measure_many, read_entries
from .casefile import build_burden, read_tests
from .conventions import Bar
from .errors import InputError
from .knowledge.asking import read_asking
from .options import AsJson, BodySex, Height, Load, Mass, Model, PersonFile, Place, choose_person
from .progress_bar import show_progress
from .understanding import INTERRUPTED, check_model, complain


def measure_batch(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER|LIST",
            readable=False,
            help="Folder of films, or a list, .csv or .toml, with a row for each.",
        ),
    ],
    out: Annotated[Path, typer.Option(readable=False, help="Folder for the results.")],
    person: PersonFile = None,
    height: Height = None,
    mass: Mass = None,
    sex: BodySex = None,
    load: Load = 0.0,
    bar: Place = Bar.NONE,
    model: Model = "heavy",
    scheduler: Annotated[
        str | None,
        typer.Option(help="Address of a Dask scheduler, such as tcp://10.0.0.1:8786; else processes here."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, help="Processes on this computer, without a scheduler.", show_default="one for each core"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure many films, each once, and write one table of all repetitions; go on where it stopped."""
    check_model(model)
    if scheduler is not None and workers is not None:
        raise InputError(
            "How many work for a scheduler is said where they are started.",
            remedy="leave out --workers, or --scheduler.",
        )
    facts = {"height_cm": height, "mass_kg": mass, "sex": sex}
    told = person is not None or any(value is not None for value in facts.values())
    for_all = ForAll(
        person=choose_person(person, facts) if told else None,
        burden=build_burden(load, bar) if load or bar is not Bar.NONE else None,
        tests=() if person is None else read_tests(person, read_asking()),
    )
    entries = read_entries(source, for_all)
    batch = Batch(entries=entries, out=out, model=model, scheduler=scheduler, workers=workers)
    tally = Tally(films=len(entries))
    try:
        with _leaving_at_once_when_asked_twice(), show_progress() as report:
            measure_many(batch, tally, report)
    except KeyboardInterrupt:
        complain(
            f"Stopped. {tally.measured + tally.before} of {tally.films} films are measured and kept; "
            "the same command goes on from here, and writes the tables at its end."
        )
        raise typer.Exit(INTERRUPTED) from None
    typer.echo(
        json.dumps(tally.as_json(out), indent=2, ensure_ascii=False)
        if as_json
        else describe_tally(tally, out)
    )


@contextmanager
def _leaving_at_once_when_asked_twice() -> Iterator[None]:
    """Ctrl-C winds up, which takes seconds; another one does not wait. Workers end with this process."""

    def wind_up(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, leave)
        raise KeyboardInterrupt

    def leave(_number: int, _frame: FrameType | None) -> None:
        os.write(2, b"\nStopped at once. What was measured is kept; the same command goes on from here.\n")
        os._exit(130)

    before = signal.signal(signal.SIGINT, wind_up)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
