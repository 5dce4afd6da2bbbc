"""Films + person → a folder of results."""

import errno
import itertools
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from .conventions import View
from .errors import InputError, reason_of
from .files import digest_of
from .formats import (
    legible,
    write_angles,
    write_fused_angles,
    write_fused_joints,
    write_joints,
    write_loads,
    write_mot,
    write_trc,
)
from .kinematics import compute_motion
from .knowledge import read_everyday_loads
from .markers import is_measured
from .model import Analysis, Burden, Case, Person, Pose, Study, Tested, Unmeasured
from .model.supposed import Prospect
from .pipeline import Observed, foresee, observe, observe_markers, read_measuring, settle_person, understand
from .pose import Estimator
from .pose.overlay import Overlay, draw, storyboard
from .report import (
    Footage,
    Summary,
    body_weight,
    describe_film,
    describe_fused,
    illustrate,
    illustrate_fused,
    illustrate_loads,
    illustrate_prospect,
    render,
    show,
    summarise,
    tell_film,
)
from .results_folder import FILES, FILM, name_film_folders, replacing
from .versions import installed_versions

Report = Callable[[str, float], None]
_OBSERVE_SHARE = 0.80


@dataclass(slots=True)
class Stopwatch:
    """Seconds spent in each stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Add the time of the block to the stage."""
        started = time.perf_counter()
        yield
        self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - started


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is to be measured.

    Attributes
    ----------
    films : one or more films, or files of markers or angles, of the same person.
    person, burden : who was filmed, carrying what.
    estimator : finds people and reads landmarks.
    static : markers of the same person standing still, for files of markers; None without one.
    tests : self-tests of who was filmed.
    forces : what plates recorded beside the markers, a file for each of the films; none without plates.
    """

    films: tuple[Path, ...]
    person: Person
    burden: Burden
    estimator: Estimator
    static: Path | None = None
    forces: tuple[Path, ...] = ()
    tests: tuple[Tested, ...] = ()


def analyse_films(
    job: Job,
    out: Path,
    *,
    report: Report = lambda _what, _share: None,
    watch: Stopwatch | None = None,
    keep: Callable[[Study], None] = lambda _study: None,
) -> Summary:
    """Measure films, write everything to a folder, and return the summary.

    Parameters
    ----------
    job
        What is to be measured.
    out
        Folder for the results, made when missing; nothing is written unless everything succeeds. One
        film's files lie in the folder itself; of several, each film's files lie in a folder of its own
        beside the common summary and report.
    report
        Called with what is being done and the share of the whole done.
    watch
        Takes the time of each stage.
    keep
        Given what each film shows, as soon as that is known.

    Raises
    ------
    FilmError
        When a film cannot be measured at all.
    OutputError
        When the folder cannot be written.
    """
    watch = watch or Stopwatch()
    _check_files(job)
    _check_names(job.films)
    _check_static(job)
    _check_forces(job)
    count = len(job.films)
    places = name_film_folders(job.films)
    with replacing(out, (*FILES, *places)) as folder:
        observed = [_observe(job, i, _part(report, i, count), watch) for i in range(count)]
        with watch.time("understand"):
            person = settle_person(job.person, [one.stature for one in observed])
            case = Case(person=person, trials=tuple(one.trial for one in observed), tests=job.tests)
            analysis = understand(case, read_measuring())
        for study in analysis.studies:
            keep(study)
        overlays = []
        for i, (one, study) in enumerate(zip(observed, analysis.studies, strict=True)):
            place = folder / places[i]
            place.mkdir(exist_ok=True)
            with watch.time("draw"):
                overlays.append(_draw(one, study, place, _part(report, i, count)))
            with watch.time("tables"):
                _write_tables(place, study, one)
        with watch.time("tables"):
            _write_fused(folder, analysis)
        with watch.time("whatif"):
            prospect = _foresee(analysis)
        with watch.time("report"):
            summary = _write_report(folder, analysis, tuple(overlays), prospect)
            for i, one in enumerate(observed):
                _write_viewer(folder / places[i], one, analysis.studies[i], tell_film(summary, i), person)
    report("done", 1.0)
    return summary


def describe(summary: Summary, out: Path) -> str:
    """A few lines for the terminal: what was found, and where the report lies."""
    lines = []
    for i, film in enumerate(summary["films"]):
        count = sum(repetition["film"] == i for repetition in summary["repetitions"])
        lines.append(f"{film['name']}: {film['view']} view, {count} repetition{'s' * (count != 1)}")
        lines += [f"  not measured: {_remedied(issue)}" for issue in film["refusals"]]
        lines += [f"  note: {_remedied(issue)}" for issue in film["warnings"]]
        lines += _findings([finding for finding in summary["findings"] if finding["film"] == i])
    lines += describe_fused(summary)
    lines.append(f"Report: {legible(str((out / 'report.html').resolve()))}")
    return "\n".join(lines)


def _remedied(issue: Summary) -> str:
    return f"{issue['because']}\n    Try: {issue['remedy']}"


def _findings(findings: list[Summary]) -> list[str]:
    """A line for each sentence, with the numbers of both sides."""
    numbers: dict[str, list[str]] = {}
    for finding in findings:
        side = f"{finding['side']} " if finding["side"] else ""
        doubt = "" if finding["sure"] else ", within the error of this film"
        numbers.setdefault(finding["statement"], []).append(f"{side}{show(finding)}{doubt}")
    return [f"  {statement} ({'; '.join(parts)})" for statement, parts in numbers.items()]


def _check_files(job: Job) -> None:
    """Complain about a file that is there and cannot be opened; what is missing is told by its reader."""
    for path in (*job.films, *([job.static] if job.static else []), *job.forces):
        try:
            path.open("rb").close()
        except (FileNotFoundError, IsADirectoryError):
            continue
        except OSError as error:
            raise cannot_read(path, error) from error


def _check_names(films: tuple[Path, ...]) -> None:
    """Complain about a film that is given twice, be it as a copy under another name."""
    digests = [_digest(film) for film in films] if len(films) > 1 else []
    for (i, one), (j, other) in itertools.combinations(enumerate(films), 2):
        if one.resolve() == other.resolve() or digests[i] == digests[j] != "":
            raise InputError(
                f"The same film was given twice: {legible(str(one))} and {legible(str(other))}.",
                remedy="name each film once.",
            )


def _digest(film: Path) -> str:
    """SHA-256 of a file; empty where there is nothing to read."""
    try:
        return digest_of(film) if film.stat().st_size else ""
    except (FileNotFoundError, IsADirectoryError):
        return ""
    except OSError as error:
        raise cannot_read(film, error) from error


def _check_static(job: Job) -> None:
    if job.static is not None and not any(is_measured(film) for film in job.films):
        raise InputError(
            f"A static trial was given ({job.static.name}), but no file of markers.",
            remedy="leave --static out, or give a .trc or .c3d file with it.",
        )


def _check_forces(job: Job) -> None:
    """Complain about forces that cannot be matched with a film."""
    if not job.forces:
        return
    if len(job.forces) != len(job.films):
        raise InputError(
            f"{len(job.forces)} files of forces were given for {len(job.films)} files of markers.",
            remedy="give --forces once for each file, in the same order.",
        )
    for film in job.films:
        if not is_measured(film):
            raise InputError(
                f"Forces were given for {legible(film.name)}, which is a film: plates and films have neither "
                "a clock nor an origin in common.",
                remedy="give the markers (.trc or .c3d) recorded with the plates, or leave --forces out.",
            )


def _part(report: Report, index: int, count: int) -> Report:
    """Progress of one film as a part of the whole."""

    def part(what: str, share: float) -> None:
        report(what, (index + share) / count)

    return part


def _observe(job: Job, index: int, report: Report, watch: Stopwatch) -> Observed:
    film = job.films[index]

    def measuring(share: float) -> None:
        report(f"measuring {legible(film.name)}", _OBSERVE_SHARE * share)

    with watch.time("observe"):
        try:
            if is_measured(film):
                forces = job.forces[index] if job.forces else None
                return observe_markers(film, job.person, burden=job.burden, static=job.static, forces=forces)
            return observe(film, job.person, job.estimator, burden=job.burden, progress=measuring)
        except OSError as error:
            raise cannot_read(film, error) from error


def _draw(observed: Observed, study: Study, folder: Path, report: Report) -> Overlay:
    def drawing(share: float) -> None:
        report("drawing", _OBSERVE_SHARE + (1 - _OBSERVE_SHARE) * share)

    script = storyboard(study, observed.image_pose, observed.beside)
    plain = folder / FILM if observed.is_film else None
    return draw(observed.recording, script, folder / "overlay.mp4", drawing, plain)


def _write_tables(folder: Path, study: Study, observed: Observed) -> None:
    pose = observed.trial.pose or Pose.empty(observed.image_pose.time)
    motion = study.motion or compute_motion(pose, View.UNKNOWN)
    write_joints(folder / "joints.csv", pose)
    write_angles(folder / "angles.csv", motion)
    write_loads(folder / "loads.csv", pose.time, study.loads)
    write_trc(folder / "motion.trc", pose)
    write_mot(folder / "motion.mot", motion, pose)


def _write_fused(folder: Path, analysis: Analysis) -> None:
    for fusion in analysis.fusions[:1]:
        write_fused_joints(folder / "fused_joints.csv", fusion.mean)
        write_fused_angles(folder / "fused_angles.csv", fusion.mean)


def _foresee(analysis: Analysis) -> Prospect | Unmeasured | None:
    """What changes would do; nothing where no film has loads."""
    if all(study.loads is None for study in analysis.studies):
        return None
    # Imported late: the table's reader takes a third of a second, and most films go without it.
    from .knowledge.squats import read_squats

    return foresee(analysis, read_measuring(), read_squats())


def _write_report(
    folder: Path,
    analysis: Analysis,
    overlays: tuple[Overlay, ...],
    prospect: Prospect | Unmeasured | None,
) -> Summary:
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    everyday = read_everyday_loads()
    summary = summarise(analysis, installed_versions(), made_at, everyday, prospect)
    pictures = [
        illustrate(study, overlay, i)
        for i, (study, overlay) in enumerate(zip(analysis.studies, overlays, strict=True))
    ]
    (folder / "summary.json").write_text(json.dumps(summary, indent=2, allow_nan=False), encoding="utf-8")
    space = illustrate_fused(analysis.fusions[0]) if analysis.fusions else ()
    loads = [illustrate_loads(study, analysis.case.person, everyday) for study in analysis.studies]
    page = render(summary, pictures, space, loads, illustrate_prospect(prospect))
    (folder / "report.html").write_text(page, encoding="utf-8")
    return summary


def _write_viewer(folder: Path, observed: Observed, study: Study, told: Summary, person: Person) -> None:
    footage = Footage(
        pose=observed.image_pose,
        width_px=observed.recording.width_px,
        height_px=observed.recording.height_px,
        film=FILM if observed.is_film else None,
    )
    described = describe_film(study, footage, told, body_weight(person))
    content = json.dumps(described, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    (folder / "viewer.json").write_text(content, encoding="utf-8")


def cannot_read(path: Path, error: OSError) -> InputError:
    """What the disk refuses, in the reader's words."""
    remedies = {
        errno.EACCES: "allow yourself to read the file, or copy it to a folder of your own.",
        errno.ENAMETOOLONG: "check the name of the file, or give it a shorter one.",
    }
    return InputError(
        f"{legible(str(path))} cannot be read: {reason_of(error)}.",
        remedy=remedies.get(error.errno or 0, "check the name and the folder, and copy the file again."),
    )
