"""Published changes of squats: what was changed on whom, and what that did → validated rows.

Not imported with the package: only the benchmark reads this table.
"""

import tomllib
from enum import StrEnum
from importlib.resources import files
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ..conventions import Bar, Effect, Muscle
from ..model import CHECKED

GRADES = frozenset("ABCD")
MEASURES = {part.name.lower(): part for kind in (Effect, Muscle) for part in kind}
"""What a finding may be about, by the word that the table has for it."""


class Kind(StrEnum):
    """What a study says of a change."""

    CHANGE = "change"
    RATIO = "ratio"
    SIGN = "sign"


class Limb(StrEnum):
    """What keeps a knee or an ankle where it is."""

    TOES = "toes"
    KEPT = "kept"


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Group(_Row):
    """Who was measured.

    Attributes
    ----------
    people, women : how many, and how many of them women.
    height, height_sd : [m]
    mass, mass_sd : [kg]
    """

    people: int = Field(ge=2, le=200)
    women: int = Field(default=0, ge=0)
    height: float = Field(gt=1.4, lt=2.1)
    height_sd: float = Field(default=0.06, ge=0, lt=0.2)
    mass: float = Field(gt=40, lt=150)
    mass_sd: float = Field(default=9.0, ge=0, lt=30)

    @model_validator(mode="after")
    def _is_a_group(self) -> Self:
        if self.women > self.people:
            raise ValueError(f"{self.women} women of {self.people} people.")
        return self


class Before(_Row):
    """The squat that is changed; the trunk follows from balance.

    Attributes
    ----------
    thigh : how deep, 90 is level. [°]
    shin : None leans as far as is usual at this depth. [°]
    pressure : where the weight lies, 0 heel to 1 tip of the toes.
    slope : of a board under the feet, toes down positive. [°]
    stance : distance of the ankles; None stands below the hips. [cm]
    turn_out : of the feet. [°]
    load, share : what is carried [kg], and what is carried as a share of body mass.
    bar : where.
    """

    thigh: float = Field(ge=30, le=130)
    shin: float | None = Field(default=None, ge=0, le=60)
    pressure: float = Field(default=0.45, ge=0.1, le=0.9)
    slope: float = Field(default=0.0, ge=-30, le=30)
    stance: float | None = Field(default=None, gt=10, lt=150)
    turn_out: float = Field(default=0.0, ge=0, le=60)
    load: float = Field(default=0.0, ge=0, le=300)
    share: float = Field(default=0.0, ge=0, le=3)
    bar: Bar = Bar.NONE

    @model_validator(mode="after")
    def _has_a_place_for_its_load(self) -> Self:
        if (self.load + self.share > 0) != (self.bar is not Bar.NONE):
            raise ValueError("A load needs its place, and a place its load.")
        return self


class Ask(_Row):
    """What the study changed, and nothing else; None leaves it to the lifter.

    Attributes
    ----------
    heel : height under the heels. [mm]
    slope : of a board under the feet instead. [°]
    ankle : ``kept`` lets the shin lean as much more as the feet slope.
    knee : ``toes`` lets the front of the knee come no further than the tip of the shoe.
    lean_shin, lean_trunk : by how much more than before. [°]
    thigh : how deep instead. [°]
    stance, turn_out : of the feet instead. [cm, °]
    bar, load, share : what is carried instead, and where; kilograms, and share of body mass.
    pressure : where the weight lies instead.
    box : sit back to a box.
    """

    heel: float | None = Field(default=None, ge=0, le=100)
    slope: float | None = Field(default=None, ge=0, le=30)
    ankle: Limb | None = None
    knee: Limb | None = None
    lean_shin: float | None = None
    lean_trunk: float | None = None
    thigh: float | None = Field(default=None, ge=30, le=130)
    stance: float | None = Field(default=None, gt=10, lt=150)
    turn_out: float | None = Field(default=None, ge=0, le=60)
    bar: Bar | None = None
    load: float | None = Field(default=None, ge=0, le=300)
    share: float | None = Field(default=None, ge=0, le=3)
    pressure: float | None = Field(default=None, ge=0, le=1)
    box: bool = False

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if self == type(self).model_construct():
            raise ValueError("Nothing is asked for.")
        if self.ankle not in (None, Limb.KEPT) or self.knee not in (None, Limb.TOES):
            raise ValueError("An ankle may be kept, and a knee stay behind the toes.")
        if self.ankle is Limb.KEPT and self.slope is None:
            raise ValueError("An ankle is kept on a slope.")
        if self.slope is not None and self.heel is not None:
            raise ValueError("Either the heel stands higher, or the whole foot on a slope.")
        return self


class Finding(_Row):
    """What one measure did.

    Attributes
    ----------
    measure : word of an effect or a muscle.
    kind : whether the change, its ratio or only its sign was published.
    unit : of a change.
    legs : how many legs the published number is of.
    value, sd : of all people, and how far they lie apart; of a sign 1 or -1.
    low, high : published range.
    """

    measure: str
    kind: Kind
    unit: str = Field(default="", pattern="^(N·m|N·m/kg|N·m/kg/m|BW|°|)$")
    legs: int = Field(default=1, ge=1, le=2)
    value: float | None = None
    sd: float | None = Field(default=None, gt=0)
    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _states_a_result(self) -> Self:
        if self.measure not in MEASURES:
            raise ValueError(f"{self.measure} is neither an effect nor a muscle.")
        if self.value is None and (self.low is None or self.high is None):
            raise ValueError(f"{self.measure}: neither a number nor a range.")
        if self.kind is Kind.SIGN and self.value not in (1.0, -1.0):
            raise ValueError(f"{self.measure}: a sign is 1 or -1, found {self.value}.")
        if self.kind is not Kind.SIGN and (self.kind is Kind.CHANGE) != bool(self.unit):
            raise ValueError(f"{self.measure}: a change has a unit, and a ratio none.")
        return self


class Change(_Row):
    """One published comparison of two squats of the same people.

    Attributes
    ----------
    id : stable word.
    study, condition : who found it, in whom and doing what.
    informed : whether a habit of the what-if was set with this study in view: then it is no test of it.
    group, before, ask : who, from which squat, and what was changed.
    findings : what it did.
    inputs : which inputs the study states, and which are estimates.
    confounds : what else may move the published number, or ours.
    source, checked, grade : where it is from, how that was checked, how good the evidence is.
    """

    id: str
    study: str = Field(min_length=1)
    condition: str = Field(min_length=1)
    informed: bool = False
    group: Group
    before: Before
    ask: Ask
    findings: tuple[Finding, ...] = Field(min_length=1)
    inputs: str = Field(min_length=1)
    confounds: str = Field(min_length=1)
    source: str = Field(min_length=1)
    checked: str
    grade: str

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.checked not in CHECKED or self.grade not in GRADES:
            raise ValueError(f"Row {self.id} must state how it was checked and its grade.")
        names = [finding.measure for finding in self.findings]
        if len(set(names)) < len(names):
            raise ValueError(f"Row {self.id} has one measure twice.")
        return self


class Changes(_Row):
    """The table.

    Attributes
    ----------
    version : grows whenever a row does.
    change : its rows.
    """

    version: int = Field(ge=1)
    change: tuple[Change, ...]

    @model_validator(mode="after")
    def _has_each_id_once(self) -> Self:
        ids = [row.id for row in self.change]
        if len(set(ids)) < len(ids):
            raise ValueError(f"Twice the same id: {sorted({i for i in ids if ids.count(i) > 1})}.")
        return self


def read_changes() -> Changes:
    """Published comparisons of squats, in the order in which they are told.

    Raises
    ------
    pydantic.ValidationError
        When a row lacks its source, its number or what was changed.
    """
    text = files(__package__).joinpath("whatif_validation.toml").read_text(encoding="utf-8")
    return Changes.model_validate(tomllib.loads(text))
