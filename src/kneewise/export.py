"""A folder of results → files for other programs: TRC, MOT, C3D, and one long table as CSV or Parquet."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .conventions import Task
from .errors import FormatError, InputError, OutputError
from .formats import (
    MOST_REPETITIONS,
    Tidy,
    build_tidy,
    legible,
    read_angles,
    read_joints,
    read_loads,
    write_c3d,
    write_csv,
    write_mot,
    write_parquet,
    write_trc,
)
from .model import Loads, Motion, Pose, Repetition
from .report import SCHEMA
from .results_folder import FILES, FILM_FOLDER, scratch
from .signals import even_grid

_SUMMARY = "summary.json"
_AGAIN = "give a folder that kneewise analyse wrote, or analyse the film again."


class _Film(BaseModel):
    """A film; whatever else is told about it is handed on as it is."""

    model_config = ConfigDict(extra="allow")

    name: str
    sha256: str


class _Span(BaseModel):
    """A repetition, as far as it is needed here."""

    film: int = Field(ge=0)
    task: Task
    start_s: float = Field(allow_inf_nan=False)
    bottom_s: float = Field(allow_inf_nan=False)
    end_s: float = Field(allow_inf_nan=False)
    hold_s: float = Field(allow_inf_nan=False)
    complete: bool


class _Summary(BaseModel):
    """`summary.json`, as far as it is needed here."""

    schema_: str = Field(alias="schema")
    made_at: str | None
    versions: dict[str, str]
    person: dict[str, Any]
    films: list[_Film] = Field(min_length=1)
    repetitions: list[_Span]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Measured:
    """One film's results, read back."""

    name: str
    film: _Film
    facts: dict[str, Any]
    pose: Pose
    motion: Motion
    loads: Loads
    repetitions: tuple[Repetition, ...]

    @property
    def empty(self) -> bool:
        return not np.isfinite(self.pose.joints).any()

    def tidy(self) -> Tidy:
        return build_tidy(self.film.name, self.pose, self.motion, self.loads, self.repetitions)


def _c3d(path: Path, one: _Measured) -> None:
    write_c3d(path, one.pose, one.repetitions, film=one.film.name, digest=one.film.sha256)


_WRITERS: dict[str, Callable[[Path, _Measured], None]] = {
    "trc": lambda path, one: write_trc(path, one.pose),
    "mot": lambda path, one: write_mot(path, one.motion, one.pose),
    "c3d": _c3d,
    "csv": lambda path, one: write_csv(path, one.tidy()),
    "parquet": lambda path, one: write_parquet(path, one.tidy(), one.facts),
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
    films = _read_results(results)
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
        (results / _SUMMARY).stat()
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:
        raise InputError(
            f"{legible(str(results))} cannot be read: {error.strerror}.", remedy=_AGAIN
        ) from error
    try:
        (out / _SUMMARY).stat()
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
        beside = (file.parent / name for name in (_SUMMARY, "joints.csv"))
        if file.name.lower() in FILES and any(other.exists() for other in beside):
            raise OutputError(
                f"{file} is one of the results themselves.",
                remedy="choose another name or folder with --out.",
            )


def _read_results(results: Path) -> tuple[_Measured, ...]:
    """Every film of the folder, or the one whose folder it is."""
    if not results.is_dir():
        raise InputError(f"There is no folder {results}.", remedy=_AGAIN)
    place = results.resolve()
    one = FILM_FOLDER.fullmatch(place.name)
    if not (place / _SUMMARY).exists() and one and (place.parent / _SUMMARY).exists():
        summary = _read_summary(place.parent / _SUMMARY)
        index = int(one[1]) - 1
        if not 0 <= index < len(summary.films):
            raise FormatError(f"{place.parent / _SUMMARY} has no film {index + 1}.", remedy=_AGAIN)
        return (_read_film(place, f"{place.parent.name}_{place.name}", summary, index),)
    if not (place / _SUMMARY).exists():
        raise InputError(f"{results} holds no results: {_SUMMARY} is missing.", remedy=_AGAIN)
    summary = _read_summary(place / _SUMMARY)
    if len(summary.films) == 1:
        return (_read_film(place, place.name, summary, 0),)
    folders = [_film_folder(place, i) for i in range(len(summary.films))]
    return tuple(
        _read_film(folder, f"{place.name}_{folder.name}", summary, i) for i, folder in enumerate(folders)
    )


def _film_folder(place: Path, index: int) -> Path:
    found = sorted(place.glob(f"{index + 1:02d}_*/joints.csv"))
    if len(found) != 1:
        raise FormatError(
            f"{place} has {len(found)} folders {index + 1:02d}_… with joints.csv instead of one.",
            remedy=_AGAIN,
        )
    return found[0].parent


def _read_summary(path: Path) -> _Summary:
    try:
        summary = _Summary.model_validate_json(path.read_bytes())
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror}.", remedy=_AGAIN) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise FormatError(
            f"{path} is not a summary of kneewise: {where + ': ' if where else ''}{first['msg']}.",
            remedy=_AGAIN,
        ) from error
    if summary.schema_ != SCHEMA:
        raise FormatError(
            f"{path} is of schema {summary.schema_}, and this version of kneewise reads {SCHEMA}.",
            remedy="analyse the film again with this version.",
        )
    return summary


def _read_film(folder: Path, name: str, summary: _Summary, index: int) -> _Measured:
    pose, motion = read_joints(folder / "joints.csv"), read_angles(folder / "angles.csv")
    loads = read_loads(folder / "loads.csv")
    for other, file in ((motion.time, "angles.csv"), (loads.time, "loads.csv")):
        if not np.array_equal(other, pose.time):
            raise FormatError(f"{folder / file} has other times than joints.csv beside it.", remedy=_AGAIN)
    film = summary.films[index]
    return _Measured(
        name=name,
        film=film,
        facts={"film": film.model_dump(), **summary.model_dump(include={"made_at", "versions", "person"})},
        pose=pose,
        motion=motion,
        loads=loads,
        repetitions=tuple(_repetition(span, folder) for span in summary.repetitions if span.film == index),
    )


def _repetition(span: _Span, folder: Path) -> Repetition:
    if not span.start_s <= span.bottom_s <= span.end_s or span.start_s == span.end_s:
        raise FormatError(
            f"{folder} has a repetition from {span.start_s:g} over {span.bottom_s:g} to {span.end_s:g} s.",
            remedy=_AGAIN,
        )
    return Repetition(
        task=span.task,
        start=span.start_s,
        bottom=span.bottom_s,
        end=span.end_s,
        hold=span.hold_s,
        complete=span.complete,
    )


def _notes(one: _Measured, chosen: tuple[str, ...]) -> list[str]:
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


def _event_notes(one: _Measured, chosen: tuple[str, ...]) -> list[str]:
    if "c3d" not in chosen or len(one.repetitions) <= MOST_REPETITIONS:
        return []
    return [
        f"{one.film.name} has {len(one.repetitions)} repetitions, and .c3d holds the events of the first "
        f"{MOST_REPETITIONS} only"
    ]


def _rate_notes(one: _Measured, chosen: tuple[str, ...]) -> list[str]:
    grid = even_grid(one.pose.time)
    names = " and ".join(f".{suffix}" for suffix in chosen if suffix in _EVEN_FORMATS)
    if names and grid.resampled:
        return [
            f"{one.film.name} has no constant frame rate, or frames are missing: {names} "
            f"resampled to {grid.rate:g} frames a second"
        ]
    return []
