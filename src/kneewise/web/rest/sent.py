"""What programs send: fields of the forms that the pages send, too."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ...conventions import Bar
from ...feet import OnShoe
from ...store import LONGEST_NAME

Revision = Annotated[str, Field(pattern="^[0-9]{1,9}$", description="Of the case, as its pages tell it.")]
Word = Annotated[str, Field(pattern="^[a-z0-9_]{1,64}$")]
Typed = Annotated[str, Field(max_length=40)]
Rating = Literal["-2", "-1", "0", "1", "2"]
YesNo = Literal["yes", "no"]
Ten = Literal["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]


class NewCase(BaseModel):
    """Somebody new."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, pattern=r"\S")]


class GivenAnswer(BaseModel):
    """An answer, in the field `value`, or in the fields that the question names."""

    of: Annotated[Word, Field(description="Id of the question.")]
    revision: Revision
    value: Typed | list[Typed] | None = None
    value_left: Typed | None = None
    value_right: Typed | None = None
    value_1: Typed | None = None
    value_2: Typed | None = None
    value_3: Typed | None = None
    value_4: Typed | None = None
    value_5: Typed | None = None
    value_6: Typed | None = None
    value_7: Typed | None = None
    value_8: Typed | None = None


class Same(BaseModel):
    """Which state of the case a change was made from."""

    revision: Revision


class Looked(BaseModel):
    """A clinician has looked, and said that the person may squat."""

    revision: Revision
    day: date
    by: Word


class LabelOfFilm(BaseModel):
    """What a film shows."""

    condition: Annotated[Word, Field(description="Id of a way to squat.")]
    load: Annotated[str, Field(pattern=r"^[0-9]{0,3}(\.[0-9]{1,2})?$", description="Carried. [kg]")] = ""
    bar: Bar = Bar.NONE


class TestResult(BaseModel):
    """What came out of a self-test (`value`, `value_left`, …) or of a way to squat (`pain_before`, …)."""

    of: Annotated[Word, Field(description="Id of what was tried.")]
    kind: Literal["test", "trial"]
    revision: Revision
    side: Literal["left", "right"] | None = None
    value: Typed | list[Typed] | None = None
    value_left: Typed | None = None
    value_right: Typed | None = None
    pain_before: Ten | None = None
    pain_after: Ten | None = None
    pain_back: Ten | None = None


class DayTold(BaseModel):
    """What is told of a day; what is left out stays as it was."""

    day: date
    worst_pain: Ten | Literal[""] | None = None
    pain_after: Ten | Literal[""] | None = None
    function: Ten | Literal[""] | None = None
    note: Annotated[str, Field(max_length=500)] | None = None
    done_yes: list[Word] | None = None
    done_no: list[Word] | None = None


class FirstDay(BaseModel):
    """When a plan begins."""

    start: date


class Tick(BaseModel):
    """An exercise of a day, done or not."""

    exercise: Word
    day: date
    done: YesNo


class Sure(BaseModel):
    """The name of the case, typed once more."""

    sure: Annotated[str, Field(max_length=LONGEST_NAME)]


class SeenOnShoe(BaseModel):
    """What sticks out of a shoe."""

    revision: Revision
    left: OnShoe | None = None
    right: OnShoe | None = None


class Ratings(BaseModel):
    """Each foot as it is seen from behind: five ratings of one foot at least, from -2 to 2."""

    revision: Revision
    left_ankle_curves: Rating | None = None
    left_heel_tilt: Rating | None = None
    left_inner_bulge: Rating | None = None
    left_arch_height: Rating | None = None
    left_toes_seen: Rating | None = None
    right_ankle_curves: Rating | None = None
    right_heel_tilt: Rating | None = None
    right_inner_bulge: Rating | None = None
    right_arch_height: Rating | None = None
    right_toes_seen: Rating | None = None


class TakenBack(BaseModel):
    """A result to take out of the case."""

    of: Literal["shoe_fit", "foot_score", "knee_gap_cm"]
    revision: Revision
