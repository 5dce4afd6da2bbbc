"""`kneewise bench …`: kneewise measured by itself; parse → call → print."""

import json
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from . import __version__
from .bench import (
    PEOPLE,
    PHOTOS,
    accuracy_results,
    change_results,
    check_places,
    compare_changes,
    compare_published,
    compare_ways,
    default_folder,
    describe_run,
    feet_results,
    load_results,
    measure_engines,
    measure_feet,
    measure_given,
    measure_overhead,
    measure_recordings,
    measure_scaling,
    measure_speed,
    measure_synthetic,
    rehearse,
    render_batch,
    render_changes_text,
    render_feet_text,
    render_load_text,
    render_speed,
    render_text,
    render_ways_text,
    summarise,
    summarise_changes,
    summarise_loads,
    summarise_ways,
    time_answers,
    way_results,
    write_results,
)
from .casefile import build_person
from .conventions import Sex
from .errors import InputError
from .knowledge.changes import read_changes
from .options import AsJson, Model
from .progress_bar import show_progress
from .samples import sample_film
from .understanding import check_model, choose_estimator, complain

bench = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Measure kneewise itself.")


@bench.command()
def speed(
    films: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILM…]", readable=False, help="The sample film if none.")
    ] = None,
    model: Model = "heavy",
    as_json: AsJson = False,
) -> None:
    """Time each stage from film to report, per second of film."""
    with sample_film() as sample:
        rows = [measure_speed(film, model) for film in films or [sample]]
    typer.echo(json.dumps(rows, indent=2) if as_json else render_speed(rows))


@bench.command()
def accuracy(
    clips: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[CLIP…]",
            readable=False,
            help="Films with NAME.truth.npz or mocap_bodies.json beside them, and baseline_*_bodies.json of "
            "other systems; the synthetic films of the benchmark if none.",
        ),
    ] = None,
    films: Annotated[
        Path | None, typer.Option(help="Folder that keeps the synthetic films.", show_default="user's cache")
    ] = None,
    model: Model = "heavy",
    height: Annotated[
        float | None, typer.Option(help="Body height in all clips; else what stands beside them. [cm]")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Six synthetic films only.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for accuracy.json and drawings.")] = None,
    page: Annotated[Path | None, typer.Option(help="Markdown file for tables and drawings.")] = None,
    as_json: AsJson = False,
) -> None:
    """Measure films whose joints are known: error, bias, coverage and test-retest of every measure."""
    check_places(out, page)
    if clips and (quick or films):
        raise InputError(
            "--quick and --films choose synthetic films, and clips were given.", remedy="give either."
        )
    estimator, started = choose_estimator(model), time.perf_counter()
    try:
        with show_progress() as report:
            measured = (
                measure_given(clips, estimator, height, report)
                if clips
                else measure_synthetic(films or default_folder(), estimator, report, quick=quick)
            )
    except KeyboardInterrupt:
        complain("Stopped. Rendered films are kept; the same command goes on from there.")
        raise typer.Exit(130) from None
    seconds = time.perf_counter() - started
    made = describe_run(sys.argv[1:], __version__, seconds, model=model, provenance=estimator.provenance)
    summary = summarise(measured, made)
    write_results(accuracy_results(summary), out, page)
    typer.echo(json.dumps(summary, indent=2) if as_json else render_text(summary))


@bench.command()
def loads(
    trials: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[TRIAL…]",
            readable=False,
            help="Marker files NAME.trc with NAME_grf.mot of force plates beside them, compared too.",
        ),
    ] = None,
    height: Annotated[float | None, typer.Option(help="Body height of who was recorded. [cm]")] = None,
    mass: Annotated[float | None, typer.Option(help="Body mass of who was recorded. [kg]")] = None,
    sex: Annotated[Sex | None, typer.Option(help="f or m, for body proportions.")] = None,
    speed: Annotated[
        bool, typer.Option("--speed", help="Also time OpenSim, MuJoCo and Pinocchio on one model with ours.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for loads.json and drawings.")] = None,
    page: Annotated[Path | None, typer.Option(help="Markdown file for tables and drawings.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compute the loads of published studies and say which agree, which do not, and why."""
    check_places(out, page)
    started = time.perf_counter()
    who = build_person({"height_cm": height, "mass_kg": mass, "sex": sex})
    recordings = measure_recordings(trials, who) if trials else ()
    outcomes = compare_published()
    engines = measure_engines() if speed else None
    made = describe_run(sys.argv[1:], __version__, time.perf_counter() - started)
    summary = summarise_loads(outcomes, recordings, engines, made)
    write_results(load_results(summary), out, page)
    typer.echo(json.dumps(summary, indent=2) if as_json else render_load_text(summary))


@bench.command("whatif")
def bench_whatif(
    people: Annotated[
        int, typer.Option(min=2, max=5000, help="Synthetic people who film each change.")
    ] = PEOPLE,
    out: Annotated[Path | None, typer.Option(help="Folder for whatif.json and drawings.")] = None,
    page: Annotated[Path | None, typer.Option(help="Markdown file for tables and drawings.")] = None,
    as_json: AsJson = False,
) -> None:
    """Ask the what-if for what studies changed, and say which of their results it foretells."""
    check_places(out, page)
    started = time.perf_counter()
    table = read_changes()
    compared, told, timed = compare_changes(table), rehearse(people), time_answers(table)
    made = describe_run(sys.argv[1:], __version__, time.perf_counter() - started)
    summary = summarise_changes(compared, told, timed, table.version, made)
    write_results(change_results(summary), out, page)
    typer.echo(json.dumps(summary, indent=2) if as_json else render_changes_text(summary))


@bench.command("feet")
def bench_feet(
    count: Annotated[
        int, typer.Option(min=2, max=900, help="Photos of feet on A4; of other kinds a share of it.")
    ] = PHOTOS,
    out: Annotated[Path | None, typer.Option(help="Folder for feet.json.")] = None,
    page: Annotated[Path | None, typer.Option(help="Markdown file for the tables.")] = None,
    as_json: AsJson = False,
) -> None:
    """Measure rendered photos of feet and insoles whose sizes are known: error, coverage, refusals."""
    check_places(out, page)
    started = time.perf_counter()
    try:
        with show_progress() as report:
            measured = measure_feet(count, report)
    except KeyboardInterrupt:
        complain("Stopped. Nothing was written.")
        raise typer.Exit(130) from None
    made = describe_run(sys.argv[1:], __version__, time.perf_counter() - started)
    summary = {**measured, "made": made}
    write_results(feet_results(summary), out, page)
    typer.echo(json.dumps(summary, indent=2) if as_json else render_feet_text(summary))


@bench.command("tempo")
def bench_tempo(
    out: Annotated[Path | None, typer.Option(help="Folder for tempo.json and drawings.")] = None,
    page: Annotated[Path | None, typer.Option(help="Markdown file for tables and drawings.")] = None,
    as_json: AsJson = False,
) -> None:
    """Follow squats down beside OpenSim Moco, and say how far both are apart and how long they took."""
    check_places(out, page)
    started = time.perf_counter()
    rows = compare_ways()
    made = describe_run(sys.argv[1:], __version__, time.perf_counter() - started)
    summary = summarise_ways(rows, made)
    write_results(way_results(summary), out, page)
    typer.echo(json.dumps(summary, indent=2) if as_json else render_ways_text(summary))


@bench.command("batch")
def bench_batch(
    films: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILM…]", readable=False, help="Measured by one worker and by several."),
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="Films of each run; those given are taken in turn.")] = 8,
    workers: Annotated[int, typer.Option(min=2, help="Processes that are compared with one.")] = 2,
    rounds: Annotated[int, typer.Option(min=1, help="How often each is run.")] = 3,
    model: Model = "heavy",
    as_json: AsJson = False,
) -> None:
    """Time what the scheduler costs for each film, and how much faster several workers are than one."""
    check_model(model)
    overhead = measure_overhead(workers)
    scaling = measure_scaling(films, model, count, (1, workers), rounds) if films else None
    summary = {"overhead": overhead, "scaling": scaling}
    typer.echo(json.dumps(summary, indent=2) if as_json else render_batch(summary))
