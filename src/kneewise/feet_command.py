"""`kneewise feet`: its options, and parse → call → print."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from .casefile import add_tests, build_person, read_case, write_whole
from .conventions import Side
from .errors import FilmError, InputError, OutputError, PhotoError, reason_of
from .feet import (
    Check,
    OnShoe,
    Paper,
    add_standing,
    check_feet,
    files_of,
    parse_given,
    parse_ratings,
    read_marks,
    render_guide,
    render_text,
    summarise,
    tests_of,
)
from .gathering import gather
from .knowledge.asking import read_asking
from .model import Case, Known, Motion, Person
from .options import AsJson, Model
from .pipeline import observe, read_measuring, understand
from .progress_bar import show_progress
from .understanding import choose_estimator

Told = TypeVar("Told")

Photos = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PHOTO…]",
        help="JPEG or PNG of a bare foot on the sheet, or NAME=PHOTO with what it shows: left-foot, "
        "right-foot, left-insole, right-insole, above, behind, front.",
    ),
]
Rating = str | None
LeftRating = Annotated[
    Rating, typer.Option(help="Five ratings of the left foot from -2 to 2, such as 1,0,2,1,0.")
]
RightRating = Annotated[Rating, typer.Option(help="The same of the right foot.")]
LeftOnShoe = Annotated[
    OnShoe | None, typer.Option(help="What is seen of the bare left foot standing on its shoe, from above.")
]
RightOnShoe = Annotated[OnShoe | None, typer.Option(help="The same of the right foot.")]
StandingFilm = Annotated[
    Path | None,
    typer.Option(readable=False, help="Two seconds of film of standing, from the front: how feet turn out."),
]
Height = Annotated[float | None, typer.Option(help="Body height, for the film. [cm]")]
Corners = Annotated[
    Path | None,
    typer.Option(
        readable=False,
        help="marks.json of an earlier --out: corners, outlines and points, corrected by hand.",
    ),
]
CaseFile = Annotated[
    Path | None, typer.Option(readable=False, help="Case file into which the results go as tests.")
]
Out = Annotated[
    Path | None, typer.Option(readable=False, help="Folder for pictures, feet.json and marks.json.")
]
Guide = Annotated[
    Path | None, typer.Option(readable=False, help="Write the page that shows how to rate, .html.")
]


def measure_photos(
    photos: Photos = None,
    paper: Annotated[Paper, typer.Option(help="What lies on the floor for scale.")] = Paper.A4,
    left_rating: LeftRating = None,
    right_rating: RightRating = None,
    left_on_shoe: LeftOnShoe = None,
    right_on_shoe: RightOnShoe = None,
    standing: StandingFilm = None,
    height: Height = None,
    model: Model = "heavy",
    corners: Corners = None,
    case: CaseFile = None,
    out: Out = None,
    guide: Guide = None,
    as_json: AsJson = False,
) -> None:
    """Measure feet and shoes in photos: fit of the shoe, foot posture photo score, how one stands."""
    if guide is not None:
        write_whole(guide, render_guide().encode())
    ratings = {
        side: parse_ratings(text, f"--{side.name.lower()}-rating")
        for side, text in _given(left_rating, right_rating).items()
    }
    on_shoes = _given(left_on_shoe, right_on_shoe)
    if not (photos or ratings or on_shoes or standing or case):
        if guide is not None:
            return
        raise InputError(
            "There is nothing to measure.", remedy="kneewise feet left-foot=IMG_1.jpg --paper a4"
        )
    marks = read_marks(corners) if corners else {}
    try:
        check = check_feet([parse_given(text) for text in photos or []], paper, marks, ratings, on_shoes)
    except PhotoError as error:
        remedy = f"{error.remedy.rstrip('.')}; or set corners and outline by hand with --corners."
        raise PhotoError(error.what, remedy=remedy) from error
    if standing is not None:
        check = add_standing(
            check, _film(standing, build_person({"height_cm": height}), model), standing.name
        )
    summary = summarise(check, None if case is None else _known_with(case, check))
    if out is not None:
        _write(files_of(check, summary, marks), out)
    typer.echo(json.dumps(summary, indent=2, ensure_ascii=False) if as_json else render_text(summary))


def _film(film: Path, person: Person, model: str) -> Motion:
    """How somebody stands in a film."""
    with show_progress() as report:
        trial = observe(
            film,
            person,
            choose_estimator(model),
            progress=lambda share: report(film.name, share),
        ).trial
    (study,) = understand(Case(person=person, trials=(trial,)), read_measuring()).studies
    if study.motion is None:
        raise FilmError(
            f"{film.name} shows nobody standing with both feet in the picture.",
            remedy="film two seconds of standing from the front, the phone at hip height, 3 m away.",
        )
    return study.motion


def _given(left: Told | None, right: Told | None) -> dict[Side, Told]:
    return {side: told for side, told in zip(Side, (left, right), strict=True) if told is not None}


def _known_with(case: Path, check: Check) -> Known:
    """What is known of a person, the check written into the case first."""
    asking = read_asking()
    add_tests(case, tests_of(check), asking)
    return gather(read_case(case, asking), (), asking.values, {})


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{folder} cannot be made: {reason_of(error)}.", remedy="choose another folder."
        ) from error
    for name, content in files.items():
        write_whole(folder / name, content)
