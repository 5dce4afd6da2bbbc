"""Photos, marks and ratings → Check: everything measured of feet and shoes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from ..conventions import Side
from ..errors import InputError
from ..model import Motion
from .fit import Fit, OnShoe, compare_shapes
from .marks import Marks
from .measuring import Shape, measure_shape
from .outline import Role, Traced, find_outline
from .photo import Photo, read_photo
from .sheet import Paper, Sheet, find_sheet
from .standing import (
    Stance,
    Told,
    compare_sides,
    measure_knee_gap,
    measure_rearfoot,
    measure_toe_out,
    measure_toe_out_in_film,
    score_posture,
)


class Shows(StrEnum):
    """What a photo shows."""

    FOOT = "foot"
    LEFT_FOOT = "left-foot"
    RIGHT_FOOT = "right-foot"
    LEFT_INSOLE = "left-insole"
    RIGHT_INSOLE = "right-insole"
    ABOVE = "above"
    BEHIND = "behind"
    FRONT = "front"

    @property
    def role(self) -> Role | None:
        """What lies on the sheet; None for photos of somebody standing."""
        roles = {"foot": Role.FOOT, "insole": Role.INSOLE}
        return roles.get(self.value.rsplit("-", maxsplit=1)[-1])

    @property
    def side(self) -> Side | None:
        """Whose; None where the name does not say."""
        which, _, what = self.value.partition("-")
        return Side[which.upper()] if what else None


@dataclass(frozen=True, slots=True)
class Given:
    """A photo and what it shows."""

    path: Path
    shows: Shows


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pictured:
    """What was found in one photo.

    Attributes
    ----------
    photo, shows, sheet : as found; no sheet where points alone were clicked.
    shape : of the foot or insole on the sheet.
    side : told, or of a foot seen from its shape.
    """

    photo: Photo
    shows: Shows
    sheet: Sheet | None = None
    shape: Shape | None = None
    side: Side | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Check:
    """A check of feet and shoes.

    Attributes
    ----------
    pictures : in the order of the photos.
    fits : side → how the foot fits its insole.
    on_shoes : side → what was seen of the bare foot standing on the shoe.
    stance : what was clicked and rated.
    """

    pictures: tuple[Pictured, ...]
    fits: Mapping[Side, Fit] = field(default_factory=dict)
    on_shoes: Mapping[Side, OnShoe] = field(default_factory=dict)
    stance: Stance


def parse_given(text: str) -> Given:
    """Photo from ``NAME=FILE`` or a plain file, which shows a foot.

    Raises
    ------
    InputError
        When the name is none of `Shows`.
    """
    name, equals, file = text.partition("=")
    if not equals or Path(text).exists():
        return Given(Path(text), Shows.FOOT)
    if name not in list(Shows):
        raise InputError(
            f"A photo cannot show '{name}'.", remedy=f"write one of {', '.join(Shows)} before =."
        )
    return Given(Path(file), Shows(name))


def check_feet(
    given: Sequence[Given],
    paper: Paper,
    marks: Mapping[str, Marks] | None = None,
    ratings: Mapping[Side, Sequence[int]] | None = None,
    on_shoes: Mapping[Side, OnShoe] | None = None,
) -> Check:
    """Everything that photos, marks and ratings say of feet and shoes.

    Parameters
    ----------
    given
        Photos and what they show; each kind once.
    paper
        What lies on the floor for scale.
    marks
        Name of a photo → what a person set in it; the rest is looked for.
    ratings
        Side → five ratings from -2 to +2, in the order of `standing.ITEMS`.
    on_shoes
        Side → what was seen of the bare foot standing on the shoe.

    Raises
    ------
    InputError
        When a photo cannot be measured, or two show the same.
    """
    marks = marks or {}
    pictures = tuple(
        measure_photo(read_photo(one.path), one.shows, paper, marks.get(one.path.name, Marks()))
        for one in given
    )
    _check_once(pictures)
    shapes = {
        (one.side, one.shape.role): one.shape
        for one in pictures
        if one.shape is not None and one.side is not None
    }
    return Check(
        pictures=pictures,
        fits=compare_feet(shapes),
        on_shoes=on_shoes or {},
        stance=_stance(pictures, marks, ratings or {}),
    )


def compare_feet(shapes: Mapping[tuple[Side, Role], Shape]) -> dict[Side, Fit]:
    """Side → how the foot fits its insole, where both were measured."""
    return {
        side: compare_shapes(shapes[side, Role.FOOT], shapes[side, Role.INSOLE])
        for side in Side
        if (side, Role.FOOT) in shapes and (side, Role.INSOLE) in shapes
    }


def add_standing(check: Check, motion: Motion, name: str) -> Check:
    """The check with how far the feet turn out in a film of standing, in place of clicked points.

    Raises
    ------
    InputError
        When the film does not show it.
    """
    toe_out, difference = measure_toe_out_in_film(motion, name)
    return replace(check, stance=replace(check.stance, toe_out=toe_out, toe_out_difference=difference))


def measure_photo(photo: Photo, shows: Shows, paper: Paper, marks: Marks | None = None) -> Pictured:
    """What one photo shows, measured. Pure: the same photo and marks give the same sizes.

    Parameters
    ----------
    photo
        As `read_photo` gives it.
    shows
        What it shows.
    paper
        What lies on the floor for scale.
    marks
        Corners and outline that a person corrected, each used as it is; what is None is looked for.

    Raises
    ------
    InputError
        When it cannot be measured.
    """
    marks = marks or Marks()
    role = shows.role
    if role is None and shows is not Shows.ABOVE:
        return Pictured(photo=photo, shows=shows)
    sheet = find_sheet(photo, paper, marks.corners_px)
    if role is None:
        return Pictured(photo=photo, shows=shows, sheet=sheet)
    drawn = marks.outline_px
    traced = find_outline(photo, sheet, role) if drawn is None else Traced.drawn(sheet.view.to_floor(drawn))
    shape = measure_shape(traced, sheet, role, photo.name)
    seen = Side.RIGHT if shape.placed.inner == 1 else Side.LEFT
    return Pictured(photo=photo, shows=shows, sheet=sheet, shape=shape, side=_side(shows, seen, photo))


def _side(shows: Shows, seen: Side, photo: Photo) -> Side:
    told = shows.side
    # A symmetric insole has no sides; the toes of a foot do.
    if told is not None and told is not seen and shows.role is Role.FOOT:
        raise InputError(
            f"{photo.name} shows a {seen.name.lower()} foot, not a {told.name.lower()} one.",
            remedy="exchange left and right; or switch off mirroring, if it is a photo of the front camera.",
        )
    return told or seen


def _check_once(pictures: Sequence[Pictured]) -> None:
    seen: dict[tuple[str, Side | None], str] = {}
    for one in pictures:
        key = (one.shows.value.rsplit("-", maxsplit=1)[-1], one.side)
        if key in seen:
            raise InputError(
                f"{seen[key]} and {one.photo.name} show the same: {_described(key)}.",
                remedy="give the better one only; two are not averaged.",
            )
        seen[key] = one.photo.name


def _described(key: tuple[str, Side | None]) -> str:
    what, side = key
    return what if side is None else f"the {side.name.lower()} {what}"


def _stance(
    pictures: Sequence[Pictured], marks: Mapping[str, Marks], ratings: Mapping[Side, Sequence[int]]
) -> Stance:
    shown = {one.shows: one for one in pictures}

    def clicked(shows: Shows) -> tuple[Marks, str]:
        name = shown[shows].photo.name
        return marks.get(name, Marks()), name

    above = shown.get(Shows.ABOVE)
    toe_out: dict[Side, Told] = {}
    if above is not None and above.sheet is not None:
        told, name = clicked(Shows.ABOVE)
        toe_out = measure_toe_out(told, above.sheet, name)
    return Stance(
        toe_out=toe_out,
        toe_out_difference=compare_sides(toe_out),
        rearfoot=measure_rearfoot(*clicked(Shows.BEHIND)) if Shows.BEHIND in shown else {},
        knee_gap=measure_knee_gap(*clicked(Shows.FRONT)) if Shows.FRONT in shown else None,
        score={
            side: score_posture(rated, f"--{side.name.lower()}-rating") for side, rated in ratings.items()
        },
    )
