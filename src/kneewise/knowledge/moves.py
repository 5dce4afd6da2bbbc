"""How every exercise looks: start, middle and end as places and joint angles → validated rows.

A limb that stands on something is stated by the place it stands on, a free limb by its joint angles, so
that planted feet stay planted. What a later position leaves out is as in the start; a middle without a word
is half way.
"""

import tomllib
from importlib.resources import files
from typing import Any, Self

from pydantic import Field, model_validator

from .rows import StrictModel, ToldRow

Point = tuple[float, float, float]


class Leg(StrictModel):
    """One leg, either standing (`at`) or free (`hip`, `knee`, `ankle`).

    Attributes
    ----------
    at : ball of the foot, on what it stands on; y counts outwards from the midline. [m]
    sole : heel lifted about the ball, toes lifted about the heel negative. [°]
    out : turn of the foot outwards. [°]
    knee_out : turn of the knee outwards; None points where the foot points. [°]
    hip : flexion, abduction, external rotation. [°]
    knee : flexion. [°]
    ankle : dorsiflexion. [°]
    toes : lift of the toes. [°]
    arch : rise of the arch. [m]
    """

    at: Point | None = None
    sole: float = 0.0
    toes: float = 0.0
    arch: float = 0.0
    out: float = 0.0
    knee_out: float | None = None
    hip: Point | None = None
    knee: float = 0.0
    ankle: float = 0.0

    @model_validator(mode="after")
    def _stands_or_is_free(self) -> Self:
        if (self.at is None) == (self.hip is None):
            raise ValueError("A leg either stands at a place or has a hip angle.")
        return self


class Arm(StrictModel):
    """One arm, either with the hand at a place (`at`) or free (`shoulder`, `elbow`).

    Attributes
    ----------
    at : middle of the hand; y counts outwards from the midline. [m]
    elbow_to : where the elbow of a placed hand points; y counts outwards.
    shoulder : flexion, abduction, external rotation. [°]
    elbow : flexion. [°]
    """

    at: Point | None = None
    elbow_to: Point = (-0.5, 0.4, -1.0)
    shoulder: Point | None = None
    elbow: float = 0.0

    @model_validator(mode="after")
    def _is_placed_or_free(self) -> Self:
        if (self.at is None) == (self.shoulder is None):
            raise ValueError("An arm either has its hand at a place or a shoulder angle.")
        return self


class Stance(StrictModel):
    """The whole body at one moment.

    Attributes
    ----------
    pelvis : middle between the hips. [m]
    lean, roll, turn : of the pelvis: forwards, to the left, about the vertical to the left. [°]
    bend, tilt : of the chest against the pelvis: forwards, to the left. [°]
    nod : of the head against the chest, chin to the chest positive. [°]
    left, right : legs.
    left_arm, right_arm : arms.
    """

    pelvis: Point
    lean: float = 0.0
    roll: float = 0.0
    turn: float = 0.0
    bend: float = 0.0
    tilt: float = 0.0
    nod: float = 0.0
    left: Leg
    right: Leg
    left_arm: Arm
    right_arm: Arm


class Prop(StrictModel):
    """A thing of the room: a block or a wedge.

    Attributes
    ----------
    x, y, z : from and to. [m]
    heel : height of the block's far end from the toes; 0 is level, more makes it a wedge. [m]
    """

    x: tuple[float, float]
    y: tuple[float, float] = (-0.3, 0.3)
    z: tuple[float, float]
    heel: float = 0.0


class Cord(StrictModel):
    """A band or strap between two things; each a joint's name or a place. [m]"""

    ends: tuple[str | Point, str | Point]


class Hold(StrictModel):
    """Something round, a weight or a ball: `at` is a joint's name or a place, `radius` its size. [m]"""

    at: str | Point
    radius: float = Field(gt=0.01, lt=0.5)


class Move(ToldRow):
    """How one exercise looks.

    Attributes
    ----------
    id : of the exercise.
    seen : where the picture is taken from: 0 the person's right, 90 the front; and how far from above. [°]
    work : parts in colour, as ``thigh`` or ``thigh_right``.
    rests : what touches the floor or a prop in every position, as ``foot_left`` or ``pelvis``.
    detail : a joint that the picture is cut to; empty shows the whole body.
    props, cords, holds : things of the room.
    start, middle, end : the positions.
    source, checked, grade : where the posture is from; drawn by hand where nothing is stated.
    """

    id: str
    seen: tuple[float, float] = (0.0, 0.0)
    work: tuple[str, ...] = Field(min_length=1)
    rests: tuple[str, ...] = Field(min_length=1)
    detail: str = ""
    props: tuple[Prop, ...] = ()
    cords: tuple[Cord, ...] = ()
    holds: tuple[Hold, ...] = ()
    start: Stance
    middle: Stance
    end: Stance
    source: str = "own posture"
    checked: str = "estimate"
    grade: str = "D"

    def course(self, frames: int) -> list[Stance]:
        """Positions from the start over the middle to the end, evenly; an odd number holds all three."""
        start, middle, end = (stance.model_dump() for stance in (self.start, self.middle, self.end))
        shares = [2 * i / (frames - 1) for i in range(frames)]
        return [
            Stance.model_validate(
                halfway(start, middle, share) if share <= 1 else halfway(middle, end, share - 1)
            )
            for share in shares
        ]


def read_moves() -> dict[str, Move]:
    """Start, middle and end of every exercise, by its id.

    Raises
    ------
    pydantic.ValidationError
        When a position lacks a limb or states one twice.
    """
    text = files(__package__).joinpath("moves.toml").read_text(encoding="utf-8")
    moves = [Move.model_validate(_spell_out(row)) for row in tomllib.loads(text)["move"]]
    if len({move.id for move in moves}) < len(moves):
        raise ValueError("Two moves have the same id.")
    return {move.id: move for move in moves}


def _spell_out(row: dict[str, Any]) -> dict[str, Any]:
    """Both sides written once become two; what a position leaves out is as in the start."""
    start, end = _both(row["start"]), _both(row.get("end", {}))
    end = _over(start, end)
    return {
        **row,
        "start": start,
        "middle": _over(halfway(start, end, 0.5), _both(row.get("middle", {}))),
        "end": end,
    }


def _both(stance: dict[str, Any]) -> dict[str, Any]:
    """`legs` and `arms` are those of either side."""
    sides: dict[str, Any] = {key: value for key, value in stance.items() if key not in ("legs", "arms")}
    if "legs" in stance:
        sides = {"left": stance["legs"], "right": stance["legs"], **sides}
    if "arms" in stance:
        sides = {"left_arm": stance["arms"], "right_arm": stance["arms"], **sides}
    return sides


def _over(start: dict[str, Any], later: dict[str, Any]) -> dict[str, Any]:
    """Later words on top of earlier ones, limb by limb."""
    merged = dict(start)
    for key, value in later.items():
        merged[key] = {**start[key], **value} if isinstance(value, dict) and key in start else value
    return merged


def halfway(start: Any, end: Any, share: float) -> Any:
    """Between two positions of the same kind: places and angles in proportion. `share` is 0 … 1."""
    if isinstance(start, dict):
        return {key: halfway(start.get(key, 0.0), value, share) for key, value in end.items()}
    if isinstance(start, list | tuple):
        return [halfway(a, b, share) for a, b in zip(start, end, strict=True)]
    if start is None or end is None:
        return end
    return start + share * (end - start)
