"""A folder of results → files for other programs: TRC, MOT, C3D, and one long table as CSV or Parquet."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .errors import InputError, OutputError
from .formats import (
    MOST_REPETITIONS,
    Tidy,
    build_tidy,
    legible,
    write_c3d,
    write_csv,
    write_mot,
    write_parquet,
    write_trc,
)
from .results_folder import FILES, scratch
from .results_reading import AGAIN, SUMMARY, MeasuredFilm, read_results
from .signals import even_grid


def _c3d(path: Path, one: MeasuredFilm) -> None:
    write_c3d(path, one.pose, one.repetitions, film=one.film.name, digest=one.film.sha256)


def _tidy(one: MeasuredFilm) -> Tidy:
    return build_tidy(one.film.name, one.pose, one.motion, one.loads, one.repetitions)


_WRITERS: dict[str, Callable[[Path, MeasuredFilm], None]] = {
    "trc": lambda path, one: write_trc(path, one.pose),
    "mot": lambda path, one: write_mot(path, one.motion, one.pose),
    "c3d": _c3d,
    "csv": lambda path, one: write_csv(path, _tidy(one)),
    "parquet": lambda path, one: write_parquet(path, _tidy(one), one.facts),
}
FORMATS = tuple(_WRITERS)
"""What can be written, by suffix."""

_EVEN_FORMATS = frozenset({"trc", "c3d"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written.

    Attributes
    ----------
    files : in the order of films and formats.
    notes : what the reader of the files should know.
    """

    files: tuple[Path, ...]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, list[str]]:
        """The same in plain types."""
        return {"files": [legible(str(file)) for file in self.files], "notes": list(self.notes)}


def export_results(results: Path, out: Path, formats: str | None = None) -> Exported:
    """Write what was measured for other programs; all files or none.

    Parameters
    ----------
    results
        Folder that `kneewise analyse` wrote, or in it the folder of one film of several.
    out
        A file, whose suffix says the format; or a folder, made when missing, in which files get the name of
        the folder of results.
    formats
        Some of trc, mot, c3d, csv, parquet, with commas between; None is what `out` ends in, or all.

    Raises
    ------
    InputError
        When the folder holds no results, they cannot be read, or a format is not known.
    OutputError
        When a file cannot be written.
    """
    _check_reachable(results, out)
    chosen, is_file = _chosen(out, formats)
    films = read_results(results)
    if is_file and len(films) > 1:
        raise InputError(
            f"{results} holds {len(films)} films, and {out} is one file.",
            remedy=f"give a folder, --out {out.with_suffix('')} --as {chosen[0]}, "
            f"or one film's folder, such as {results / '01_…'}.",
        )
    told = [one for one in films if not one.empty]
    if not told:
        raise InputError(
            f"Nothing was measured in {results}, so there is nothing to export.",
            remedy="see report.html in it for the reason and how to film it better.",
        )
    wanted = [
        (out if is_file else out / f"{one.name}.{suffix}", suffix, one) for one in told for suffix in chosen
    ]
    files = tuple(path for path, _, _ in wanted)
    _check_places(files)
    with scratch(files[0]) as folder:
        for path, suffix, one in wanted:
            _WRITERS[suffix](folder / path.name, one)
        for path in files:
            (folder / path.name).replace(path)
    notes = [note for one in films for note in _notes(one, chosen)]
    return Exported(files=files, notes=(*notes, *_fused_notes(results)))


def describe_export(exported: Exported) -> str:
    """Lines for the terminal: the files, and what to know about them."""
    notes = [f"  note: {note}" for note in exported.notes]
    return "\n".join([*(legible(str(file.resolve())) for file in exported.files), *notes])


def _chosen(out: Path, formats: str | None) -> tuple[tuple[str, ...], bool]:
    """Formats to write, and whether `out` is the file itself."""
    ending = out.suffix.lower().removeprefix(".")
    is_file = ending in FORMATS and not out.is_dir()
    known = ", ".join(FORMATS)
    if formats is None:
        if is_file:
            return (ending,), True
        if ending and not out.is_dir():
            raise InputError(
                f"{out} ends in .{ending}, which is not a format to export to.",
                remedy=f"end it in one of {known}, or give a folder and --as.",
            )
        return FORMATS, False
    chosen = tuple(dict.fromkeys(word.strip().lower().removeprefix(".") for word in formats.split(",")))
    unknown = [word for word in chosen if word not in FORMATS]
    if unknown:
        raise InputError(f"There is no format '{unknown[0]}'.", remedy=f"choose from {known}.")
    if is_file and chosen != (ending,):
        raise InputError(
            f"{out} ends in .{ending}, and --as asks for {', '.join(chosen)}.",
            remedy="leave out --as, or give a folder with --out.",
        )
    return chosen, is_file


def _check_reachable(results: Path, out: Path) -> None:
    """Complain about a name that the system does not take, or a place that it does not show."""
    try:
        (results / SUMMARY).stat()
    except (FileNotFoundError, NotADirectoryError):
        if not results.exists():
            raise InputError(
                f"There is no folder {legible(str(results))}, and no case of that id.",
                remedy="check the name and the folder; kneewise cases lists the ids.",
            ) from None
    except OSError as error:
        raise InputError(
            f"{legible(str(results))} cannot be read: {error.strerror}.", remedy=AGAIN
        ) from error
    try:
        (out / SUMMARY).stat()
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:
        raise OutputError(
            f"{legible(str(out))} cannot be written: {error.strerror}.",
            remedy="choose a shorter name, or a folder that you may write to, with --out.",
        ) from error


def _check_places(files: tuple[Path, ...]) -> None:
    """Never a folder, and never one of the files that `analyse` wrote, of these results or of others."""
    for file in files:
        if file.is_dir():
            raise OutputError(f"{file} is a folder.", remedy="choose another name with --out.")
        beside = (file.parent / name for name in (SUMMARY, "joints.csv"))
        if file.name.lower() in FILES and any(other.exists() for other in beside):
            raise OutputError(
                f"{file} is one of the results themselves.",
                remedy="choose another name or folder with --out.",
            )


def _notes(one: MeasuredFilm, chosen: tuple[str, ...]) -> list[str]:
    if one.empty:
        return [f"{one.film.name} was left out, because nothing was measured in it"]
    return [*_rate_notes(one, chosen), *_event_notes(one, chosen)]


def _fused_notes(results: Path) -> list[str]:
    if not (results / "fused_joints.csv").exists():
        return []
    return [
        "the mean repetition of all films together is in fused_joints.csv and fused_angles.csv of the "
        "results and was not exported"
    ]


def _event_notes(one: MeasuredFilm, chosen: tuple[str, ...]) -> list[str]:
    if "c3d" not in chosen or len(one.repetitions) <= MOST_REPETITIONS:
        return []
    return [
        f"{one.film.name} has {len(one.repetitions)} repetitions, and .c3d holds the events of the first "
        f"{MOST_REPETITIONS} only"
    ]


def _rate_notes(one: MeasuredFilm, chosen: tuple[str, ...]) -> list[str]:
    grid = even_grid(one.pose.time)
    names = " and ".join(f".{suffix}" for suffix in chosen if suffix in _EVEN_FORMATS)
    if names and grid.resampled:
        return [
            f"{one.film.name} has no constant frame rate, or frames are missing: {names} "
            f"resampled to {grid.rate:g} frames a second"
        ]
    return []
