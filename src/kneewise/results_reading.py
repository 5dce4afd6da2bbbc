"""A folder of results → what was measured in it, film by film, checked while it is read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .conventions import USUAL, Bar, Sex, Side, Task
from .errors import FormatError, InputError
from .formats import read_angles, read_joints, read_loads
from .model import Burden, Loads, Motion, Person, Pose, Repetition, Tested, Unmeasured
from .pipeline import Filmed
from .report import SCHEMA
from .results_folder import FILM_FOLDER

SUMMARY = "summary.json"
AGAIN = "give a folder that kneewise analyse wrote, or analyse the film again."
_Row = TypeVar("_Row", bound=BaseModel)


class FilmRow(BaseModel):
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


class _Missing(BaseModel):
    """What a film could not tell."""

    film: int = Field(ge=0)
    what: str
    because: str
    remedy: str


class _Who(BaseModel):
    """The person, as `summary.json` has them."""

    height_cm: float = Field(ge=50, le=300, allow_inf_nan=False)
    height_sd_cm: float = Field(gt=0, allow_inf_nan=False)
    mass_kg: float | None = Field(ge=20, le=400, allow_inf_nan=False)
    sex: Sex | None
    assumed: tuple[str, ...] = ()


class TestRow(BaseModel):
    """A self-test that was told with the films."""

    id: str
    side: Literal["left", "right"] | None
    value: bool | float | str

    def as_tested(self) -> Tested:
        """The same as a case has it."""
        return Tested(
            id=self.id, value=self.value, side=None if self.side is None else Side[self.side.upper()]
        )


class _Carried(BaseModel):
    """The load of a film."""

    load_kg: float = Field(ge=0, le=600, allow_inf_nan=False)
    bar: Bar


class _Summary(BaseModel):
    """`summary.json`, as far as it is needed here."""

    schema_: str = Field(alias="schema")
    made_at: str | None
    versions: dict[str, str]
    person: dict[str, Any]
    films: list[FilmRow] = Field(min_length=1)
    repetitions: list[_Span]
    unmeasured: list[_Missing] = []
    tests: list[TestRow] = []


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasuredFilm:
    """One film's results, read back.

    Attributes
    ----------
    name : of the folder, and of the film's folder in it.
    film : its row of the summary.
    facts : what the summary says of film and person, in plain types.
    pose, motion, loads, repetitions : as measured, without draws.
    missing : what could not be told, and why.
    tests : self-tests of the person.
    """

    name: str
    film: FilmRow
    facts: dict[str, Any]
    pose: Pose
    motion: Motion
    loads: Loads
    repetitions: tuple[Repetition, ...]
    missing: tuple[Unmeasured, ...]
    tests: tuple[Tested, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing was measured."""
        return not np.isfinite(self.pose.joints).any()

    @property
    def person(self) -> Person:
        """Who was filmed.

        Raises
        ------
        FormatError
            When the summary does not say so.
        """
        who = _validate(_Who, self.facts["person"], f"{SUMMARY} of {self.name}: person")
        return Person(
            height=who.height_cm / 100,
            height_sd=who.height_sd_cm / 100,
            mass=who.mass_kg,
            sex=who.sex,
            assumed=who.assumed,
        )

    @property
    def burden(self) -> Burden:
        """What was carried; raises likewise."""
        carried = _validate(_Carried, self.facts["film"], f"{SUMMARY} of {self.name}: film")
        if carried.load_kg and carried.bar is Bar.NONE:
            raise FormatError(f"{SUMMARY} of {self.name} tells a load and no place of it.", remedy=AGAIN)
        return Burden(mass=carried.load_kg, bar=carried.bar)

    def as_filmed(self) -> Filmed:
        """The same as what-if starts from it."""
        stops = (row for what in ("loads", "repetitions") for row in self.missing if row.what == what)
        return Filmed(
            name=self.film.name,
            condition=USUAL,
            burden=self.burden,
            pose=self.pose,
            repetitions=self.repetitions,
            motion=self.motion,
            missing=next(stops, None),
        )


def read_results(results: Path) -> tuple[MeasuredFilm, ...]:
    """Every film of a folder of results, or the one whose folder it is.

    Raises
    ------
    InputError
        When there is no folder, or it holds no results.
    FormatError
        When they cannot be read.
    """
    if not results.is_dir():
        raise InputError(f"There is no folder {results}.", remedy=AGAIN)
    place = results.resolve()
    one = FILM_FOLDER.fullmatch(place.name)
    if not (place / SUMMARY).exists() and one and (place.parent / SUMMARY).exists():
        summary = _read_summary(place.parent / SUMMARY)
        index = int(one[1]) - 1
        if not 0 <= index < len(summary.films):
            raise FormatError(f"{place.parent / SUMMARY} has no film {index + 1}.", remedy=AGAIN)
        return (_read_film(place, f"{place.parent.name}_{place.name}", summary, index),)
    if not (place / SUMMARY).exists():
        raise InputError(f"{results} holds no results: {SUMMARY} is missing.", remedy=AGAIN)
    summary = _read_summary(place / SUMMARY)
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
            remedy=AGAIN,
        )
    return found[0].parent


def _read_summary(path: Path) -> _Summary:
    try:
        summary = _Summary.model_validate_json(path.read_bytes())
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror}.", remedy=AGAIN) from error
    except ValidationError as error:
        raise _wrong(error, str(path)) from error
    if summary.schema_ != SCHEMA:
        raise FormatError(
            f"{path} is of schema {summary.schema_}, and this version of kneewise reads {SCHEMA}.",
            remedy="analyse the film again with this version.",
        )
    return summary


def _validate(kind: type[_Row], content: Any, where: str) -> _Row:
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise _wrong(error, where) from error


def _wrong(error: ValidationError, what: str) -> FormatError:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return FormatError(
        f"{what} is not a summary of kneewise: {where + ': ' if where else ''}{first['msg']}.", remedy=AGAIN
    )


def _read_film(folder: Path, name: str, summary: _Summary, index: int) -> MeasuredFilm:
    pose, motion = read_joints(folder / "joints.csv"), read_angles(folder / "angles.csv")
    loads = read_loads(folder / "loads.csv")
    for other, file in ((motion.time, "angles.csv"), (loads.time, "loads.csv")):
        if not np.array_equal(other, pose.time):
            raise FormatError(f"{folder / file} has other times than joints.csv beside it.", remedy=AGAIN)
    film = summary.films[index]
    return MeasuredFilm(
        name=name,
        film=film,
        facts={"film": film.model_dump(), **summary.model_dump(include={"made_at", "versions", "person"})},
        pose=pose,
        motion=motion,
        loads=loads,
        repetitions=tuple(_repetition(span, folder) for span in summary.repetitions if span.film == index),
        tests=tuple(row.as_tested() for row in summary.tests),
        missing=tuple(
            Unmeasured(what=row.what, because=row.because, remedy=row.remedy)
            for row in summary.unmeasured
            if row.film == index
        ),
    )


def _repetition(span: _Span, folder: Path) -> Repetition:
    if not span.start_s <= span.bottom_s <= span.end_s or span.start_s == span.end_s:
        raise FormatError(
            f"{folder} has a repetition from {span.start_s:g} over {span.bottom_s:g} to {span.end_s:g} s.",
            remedy=AGAIN,
        )
    return Repetition(
        task=span.task,
        start=span.start_s,
        bottom=span.bottom_s,
        end=span.end_s,
        hold=span.hold_s,
        complete=span.complete,
    )
