"""The command line: parse → call → print. Results to stdout, progress to stderr, input errors exit 2."""

import json
import signal
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from . import __version__
from .bench import measure_speed, render_speed
from .casefile import build_burden, build_person, read_person
from .conventions import Bar, Sex
from .doctor import examine, render_state
from .errors import Error, InputError
from .model import Burden, Person
from .pose import ESTIMATORS, load_estimator
from .progress_bar import show_progress
from .results import Job, analyse_films, describe
from .samples import sample_film, sample_person

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Technique and load coaching for people who train, from an ordinary film of a squat.",
)
bench = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Measure kneewise itself.")
app.add_typer(bench, name="bench")

Films = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILM…", help="Films of the same person, or .trc, .c3d, .mot files of markers or angles."
    ),
]
Model = Annotated[str, typer.Option(help=f"Pose model: {', '.join(ESTIMATORS)}.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")]


@app.command()
def analyse(
    films: Films,
    out: Annotated[Path, typer.Option(help="Folder for the results.")],
    person: Annotated[Path | None, typer.Option(help="TOML file with a table [person].")] = None,
    height: Annotated[float | None, typer.Option(help="Body height. [cm]")] = None,
    mass: Annotated[float | None, typer.Option(help="Body mass. [kg]")] = None,
    sex: Annotated[Sex | None, typer.Option(help="f or m, for body proportions.")] = None,
    load: Annotated[float, typer.Option(help="Load carried. [kg]")] = 0.0,
    bar: Annotated[Bar, typer.Option(help="Where the load sits.")] = Bar.NONE,
    static: Annotated[
        Path | None, typer.Option(help="Markers of the same person standing still, for marker files.")
    ] = None,
    model: Model = "heavy",
    as_json: AsJson = False,
) -> None:
    """Measure films of a squat and write report, tables and overlay film to a folder."""
    who = _person(person, {"height_cm": height, "mass_kg": mass, "sex": sex})
    summary = _analyse(films, out, who, build_burden(load, bar), model, static)
    _print(summary, out, as_json=as_json)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder for the results.")] = Path("kneewise-demo"),
    model: Model = "heavy",
    as_json: AsJson = False,
) -> None:
    """Analyse the sample film that comes with kneewise."""
    with sample_film() as film:
        summary = _analyse([film], out, build_person(sample_person()), build_burden(0, Bar.NONE), model)
    _print(summary, out, as_json=as_json)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what this installation consists of and whether it can work."""
    state = examine(Path.cwd())
    typer.echo(json.dumps(state.as_json(), indent=2) if as_json else render_state(state))
    if not state.healthy:
        raise typer.Exit(1)


@bench.command()
def speed(
    films: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILM…]", help="The sample film if none.")
    ] = None,
    model: Model = "heavy",
    as_json: AsJson = False,
) -> None:
    """Time each stage from film to report, per second of film."""
    with sample_film() as sample:
        rows = [measure_speed(film, model) for film in films or [sample]]
    typer.echo(json.dumps(rows, indent=2) if as_json else render_speed(rows))


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", is_eager=True)
    ] = False,
) -> None:
    """Print the version when asked."""
    if show:
        typer.echo(f"kneewise {__version__}")
        raise typer.Exit


def _person(file: Path | None, facts: dict[str, Any]) -> Person:
    given = [name for name, value in facts.items() if value is not None]
    if file is None:
        return build_person(facts)
    if given:
        raise InputError(
            f"Both --person and {', '.join(given)} were given.", remedy="give the file or the single values."
        )
    return read_person(file)


def _analyse(
    films: list[Path], out: Path, who: Person, burden: Burden, model: str, static: Path | None = None
) -> dict[str, Any]:
    if model not in ESTIMATORS:
        raise InputError(
            f"There is no pose model '{model}'.", remedy=f"choose one of {', '.join(ESTIMATORS)}."
        )
    job = Job(films=tuple(films), person=who, burden=burden, estimator=load_estimator(model), static=static)
    try:
        with show_progress() as report:
            return analyse_films(job, out, report=report)
    except KeyboardInterrupt:
        _complain("Stopped. Nothing was written.")
        raise typer.Exit(130) from None


def _print(summary: dict[str, Any], out: Path, *, as_json: bool) -> None:
    typer.echo(json.dumps(summary, indent=2) if as_json else describe(summary, out))


def main() -> None:
    """Run the command line; every foreseen error is one message and exit 2."""
    for ending in ("SIGTERM", "SIGHUP"):  # being ended cleans up like Ctrl-C
        if hasattr(signal, ending):
            signal.signal(getattr(signal, ending), signal.default_int_handler)
    try:
        app()
    except Error as error:
        _complain(str(error))
        sys.exit(2)


def _complain(text: str) -> None:
    Console(stderr=True, highlight=False, soft_wrap=True).print(text, markup=False)
