"""The command line: parse → call → print. Results to stdout, progress to stderr, input errors exit 2."""

import errno
import inspect
import json
import signal
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from . import __version__
from .account_commands import account
from .batch_command import measure_batch
from .bench_commands import bench
from .casefile import build_burden, build_person, read_tests, write_whole
from .conventions import Bar
from .dialogue import converse
from .doctor import examine, render_state
from .errors import Error, InputError
from .explaining import (
    catalogue,
    explain,
    plan_to_print,
    refilmed_of,
    render_explanation,
    render_page,
    render_page_text,
    render_planning,
    summarise_planning,
)
from .export import FORMATS, Exported, describe_export, export_results
from .feet_command import measure_photos
from .knowledge.asking import read_asking
from .memory_commands import (
    back_up,
    erase_kept,
    export_kept,
    export_told,
    import_kept,
    is_case_id,
    list_cases,
    restore_kept,
)
from .model import Analysis, Asking, Case, Guidance
from .options import AsJson, BodySex, Height, Home, Load, Mass, Model, PersonFile, Place, choose_person
from .plan import next_training_day
from .progress_bar import show_progress
from .report import print_plan, render_plan, write_calendar
from .results import Job, analyse_films, describe
from .samples import sample_film, sample_person
from .token_commands import token
from .understanding import INTERRUPTED, choose_estimator, complain, understand_file
from .webhook_commands import webhook
from .whatif_command import WallCm, read_walls, suppose_squat

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Technique and load coaching for people who train, from an ordinary film of a squat.",
)
_GROUPS = {"bench": bench, "account": account, "token": token, "webhook": webhook}
for name, group in _GROUPS.items():
    app.add_typer(group, name=name, short_help=group.info.help)

_REFUSED = (errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.ELOOP)
"""What the system answers to a name that it does not take, or a place that it does not show."""
Films = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILM…",
        readable=False,
        help="Films of the same person, or .trc, .c3d, .mot files of markers or angles.",
    ),
]
Anew = Annotated[bool, typer.Option("--anew", help="Measure films anew that were measured before.")]


@app.command()
def analyse(
    films: Films,
    out: Annotated[Path, typer.Option(readable=False, help="Folder for the results.")],
    person: PersonFile = None,
    height: Height = None,
    mass: Mass = None,
    sex: BodySex = None,
    wall_cm: WallCm = None,
    load: Load = 0.0,
    bar: Place = Bar.NONE,
    static: Annotated[
        Path | None,
        typer.Option(readable=False, help="Markers of the same person standing still, for marker files."),
    ] = None,
    forces: Annotated[
        list[Path] | None,
        typer.Option(
            readable=False,
            help="Forces of plates, .mot, .sto, .csv or .c3d, recorded with a marker file; once for each.",
        ),
    ] = None,
    model: Model = "heavy",
    as_json: AsJson = False,
) -> None:
    """Measure films of a squat and write report, tables and overlay film to a folder."""
    who = choose_person(person, {"height_cm": height, "mass_kg": mass, "sex": sex})
    job = Job(
        films=tuple(films),
        person=who,
        burden=build_burden(load, bar),
        estimator=choose_estimator(model),
        static=static,
        forces=tuple(forces or ()),
        tests=read_walls(wall_cm) or (() if person is None else read_tests(person, read_asking())),
    )
    summary = _analyse(job, out)
    _print(summary, out, as_json=as_json)


app.command("batch")(measure_batch)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(readable=False, help="Folder for the results.")] = Path(
        "kneewise-demo"
    ),
    model: Model = "heavy",
    as_json: AsJson = False,
) -> None:
    """Analyse the sample film that comes with kneewise."""
    with sample_film() as film:
        job = Job(
            films=(film,),
            person=build_person(sample_person()),
            burden=build_burden(0, Bar.NONE),
            estimator=choose_estimator(model),
        )
        summary = _analyse(job, out)
    _print(summary, out, as_json=as_json)


@app.command()
def questions(
    case: Annotated[
        Path, typer.Argument(metavar="[CASE]", readable=False, help="Case file to begin or to go on with.")
    ] = Path("case.toml"),
    checkin: Annotated[
        bool, typer.Option("--checkin", help="Ask again what may have changed, with today's date.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print every id, type, unit, choice, self-test and condition.")
    ] = False,
) -> None:
    """Ask about the knee, the training and the day, and keep the answers in a case file."""
    asking = read_asking()
    if as_json:
        typer.echo(json.dumps(catalogue(asking), indent=2, ensure_ascii=False))
        return
    console = Console(stderr=True, highlight=False)
    try:
        typer.echo(converse(case, asking, console, date.today() if checkin else None))
    except (KeyboardInterrupt, EOFError):
        complain(f"Stopped. All answers are kept. Go on with: kneewise questions {case}")
        raise typer.Exit(INTERRUPTED) from None


CaseFile = Annotated[Path, typer.Argument(metavar="CASE", readable=False, help="Case file.")]


@app.command("explain")
def explain_case(
    case: CaseFile,
    page: Annotated[
        Path | None,
        typer.Option(readable=False, help="Also write a page for the clinician, .html or .txt."),
    ] = None,
    model: Model = "heavy",
    anew: Anew = False,
    as_json: AsJson = False,
) -> None:
    """Say what a case means: who should look first, what may contribute, what to test next, what to do."""
    analysis, reasoning = understand_file(case, model, anew=anew)
    if page is not None:
        _write_page(page, analysis.case, reasoning.asking)
    explanation = explain(analysis, reasoning)
    typer.echo(
        json.dumps(explanation, indent=2, ensure_ascii=False) if as_json else render_explanation(explanation)
    )


@app.command("plan")
def plan_case(
    case: CaseFile,
    html: Annotated[
        Path | None, typer.Option("--html", readable=False, help="Also write the plan as one page.")
    ] = None,
    pdf: Annotated[
        Path | None, typer.Option("--pdf", readable=False, help="Also write the plan as two pages to print.")
    ] = None,
    ics: Annotated[
        Path | None,
        typer.Option("--ics", readable=False, help="Also write its days for a calendar, .ics."),
    ] = None,
    start: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="YYYY-MM-DD",
            help="First day; that of the case, or the next one to train, if none.",
        ),
    ] = None,
    model: Model = "heavy",
    anew: Anew = False,
    as_json: AsJson = False,
) -> None:
    """Say what to do: today's squat, exercises with dose and days, when to step on, when to stop."""
    analysis, reasoning = understand_file(case, model, anew=anew)
    first = _first_day(analysis, start)
    conclusion = analysis.conclusion
    if html is not None:
        write_whole(html, render_plan(plan_to_print(conclusion), first, refilmed_of(analysis)).encode())
    if pdf is not None:
        write_whole(pdf, print_plan(plan_to_print(conclusion), first))
    if ics is not None:
        now = datetime.now().astimezone()
        write_whole(ics, write_calendar(plan_to_print(conclusion), first, str(case.resolve()), now))
    if as_json:
        told = summarise_planning(analysis, reasoning, first)
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        console = Console()
        styled = console.is_terminal and not console.no_color
        typer.echo(render_planning(analysis, reasoning, first, width=console.width, styled=styled))


app.command("whatif")(suppose_squat)
app.command("feet")(measure_photos)


@app.command("serve")
def serve_pages(
    home: Home = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="On this computer; 0 for any that is free.")
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the first page.")] = True,
    shared: Annotated[
        bool, typer.Option("--shared", help="For several people, with accounts, behind a proxy with TLS.")
    ] = False,
    behind: Annotated[
        str | None, typer.Option(help="With --shared: the public address, such as https://knee.example.org.")
    ] = None,
    host: Annotated[
        str | None, typer.Option(help="With --shared: own address that a proxy on another computer finds.")
    ] = None,
    proxy: Annotated[
        str | None, typer.Option(help="With --host: address of that proxy, the only one to be believed.")
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            envvar="KNEEWISE_SCHEDULER",
            help="Address of a Dask scheduler whose workers measure the films, such as tcp://10.0.0.1:8786.",
            show_default="this computer measures",
        ),
    ] = None,
) -> None:
    """Open the pages in the browser: questions, films, plan and diary, on this computer only, or shared."""
    # Imported late: no other command needs a server.
    from .web import HOST, PORT, At, read_origin, serve, serve_shared

    def announce(address: str) -> None:
        typer.echo(f"kneewise is at {address}\nStop it with Ctrl-C.")
        sys.stdout.flush()

    at = PORT if port is None else port
    if not shared:
        if behind or host or proxy:
            raise InputError("--behind, --host and --proxy are for a shared server.", remedy="add --shared.")
        serve(announce, home, at, browser=browser, scheduler=scheduler)
        return
    if behind is None or (host is None) is not (proxy is None):
        raise InputError(
            "A shared server needs a proxy with TLS in front.",
            remedy="--behind https://knee.example.org; on another computer than the proxy also --host and "
            "--proxy. docs/how-to/shared-server.md shows how.",
        )
    if host is not None:
        typer.echo(
            f"{host} can be reached from outside: between it and {proxy} nothing is encrypted.", err=True
        )
    where = At(host=host or HOST, port=at, proxy=proxy or HOST)
    serve_shared(announce, read_origin(behind), home, where, scheduler=scheduler)


@app.command()
def export(
    results: Annotated[
        Path,
        typer.Argument(
            metavar="RESULTS|CASEID|CASE",
            readable=False,
            help="Folder that analyse wrote, or one film's folder in it; or a case, by its id or as a file.",
        ),
    ],
    out: Annotated[Path, typer.Option(readable=False, help="File or folder to write.")],
    formats: Annotated[
        str | None,
        typer.Option(
            "--as",
            help=f"Some of {','.join(FORMATS)}; of a case zip, fhir, ics or tables; else what --out ends in.",
        ),
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Write results for other programs: OpenSim, C3D, pandas; or a case, as .zip, FHIR bundle or .ics."""
    if is_case_id(results):
        exported = Exported(files=(export_kept(str(results), out, formats, home),), notes=())
    elif results.suffix.lower() == ".toml":
        exported = Exported(files=(export_told(results, out, formats),), notes=())
    else:
        exported = export_results(results, out, formats)
    typer.echo(json.dumps(exported.as_json(), indent=2) if as_json else describe_export(exported))


app.command("cases")(list_cases)
app.command("erase")(erase_kept)
app.command("import")(import_kept)
app.command("backup")(back_up)
app.command("restore")(restore_kept)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what this installation consists of and whether it can work."""
    state = examine(Path.cwd())
    typer.echo(json.dumps(state.as_json(), indent=2) if as_json else render_state(state))
    if not state.healthy:
        raise typer.Exit(1)


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


for group in (app, *_GROUPS.values()):
    for command in group.registered_commands:  # else a list of commands ends each sentence in the middle
        command.short_help = inspect.getdoc(command.callback)


def _analyse(job: Job, out: Path) -> dict[str, Any]:
    try:
        with show_progress() as report:
            return analyse_films(job, out, report=report)
    except KeyboardInterrupt:
        complain("Stopped. Nothing was written.")
        raise typer.Exit(INTERRUPTED) from None


def _first_day(analysis: Analysis, start: datetime | None) -> date:
    """The day that was asked for, that the plan began on, or the next one on which the person can train."""
    if start is not None or not isinstance(analysis.conclusion, Guidance):
        return (start or datetime.now()).date()
    if analysis.case.begun is not None:
        return analysis.case.begun
    return next_training_day(analysis.conclusion.plan, date.today())


def _write_page(file: Path, case: Case, asking: Asking) -> None:
    render = {".html": render_page, ".txt": render_page_text}.get(file.suffix)
    if render is None:
        raise InputError(f"{file} is neither .html nor .txt.", remedy="name the page answers.html.")
    write_whole(file, render(case, asking, date.today().isoformat()).encode())


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
        complain(str(error))
        sys.exit(2)
    except OSError as error:
        if error.errno == errno.ENOSPC:  # files say where they do not fit; this is the output
            complain("The result cannot be written: the disk is full.\n  Try: choose another place.")
        elif error.errno in _REFUSED and error.filename is not None:
            complain(
                f"{error.filename} cannot be used: {error.strerror}.\n"
                "  Try: check the name, and that you may use it."
            )
        else:
            raise
        sys.exit(2)
