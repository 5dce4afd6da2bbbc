"""Published loads of squats, and the stated postures that reproduce them → validated rows.

Not imported with the package: only the benchmark reads this table.
"""

import tomllib
from enum import StrEnum
from functools import cached_property
from importlib.resources import files
from typing import Self

from pydantic import Field, model_validator

from ..conventions import Bar, Sex
from .rows import StrictModel, ToldRow


class Kind(StrEnum):
    """How a published result is compared with ours."""

    ABSOLUTE = "absolute"
    RATIO = "ratio"
    ORDER = "order"
    SIGN = "sign"
    EXACT = "exact"


class Quantity(StrEnum):
    """What is compared; mean of both legs."""

    HIP_MOMENT = "hip_moment"
    KNEE_MOMENT = "knee_moment"
    ANKLE_MOMENT = "ankle_moment"
    PATELLOFEMORAL_FORCE = "patellofemoral_force"
    PATELLOFEMORAL_STRESS = "patellofemoral_stress"
    TIBIOFEMORAL_FORCE = "tibiofemoral_force"
    LUMBAR_MOMENT = "lumbar_moment"
    HIP_KNEE_SUM = "hip_knee_sum"
    HIP_KNEE_RATIO = "hip_knee_ratio"
    KNEECAP_PER_MOMENT = "kneecap_per_moment"
    PLANE_ERROR = "plane_error"
    CROSSING = "crossing"


class When(StrEnum):
    """Which moment of a situation counts; `LOWERING` is the mean over the way down."""

    BOTTOM = "bottom"
    PEAK = "peak"
    LOWERING = "lowering"


class Place(StrEnum):
    """Where the hands are."""

    UNKNOWN = "unknown"
    AHEAD = "ahead"
    CROSSED = "crossed"
    HANGING = "hanging"


class Situation(StrictModel):
    """Somebody holding or making a squat, as far as a study tells it.

    Attributes
    ----------
    id : stable word.
    height, mass, sex : of the mean person. [m, kg]
    thigh, shank, trunk : inclination from the vertical at the bottom, 90 is level; the shank or the trunk may
        be left out, balance then sets it. [°]
    pressure : centre of pressure ahead of the ankle that balance must keep. [m]
    seconds : of one squat, down and up; 0 is a held posture. [s]
    load, bar : what is carried, and where. [kg]
    arms : where the hands are.
    decline : of a wedge under the feet, toes down. [°]
    stance : distance of the ankles; None stands with parallel legs. [m]
    toe_out : turn of the feet, outwards positive. [°]
    """

    id: str
    height: float = Field(default=1.741, gt=1.2, lt=2.3)
    mass: float = Field(default=75.0, gt=30, lt=300)
    sex: Sex = Sex.MALE
    thigh: float = Field(ge=0, le=140)
    shank: float | None = Field(default=None, ge=-20, le=70)
    trunk: float | None = Field(default=None, ge=-20, le=95)
    pressure: float | None = Field(default=None, gt=-0.05, lt=0.2)
    seconds: float = Field(default=0.0, ge=0, le=20)
    load: float = Field(default=0.0, ge=0, le=400)
    bar: Bar = Bar.NONE
    arms: Place = Place.UNKNOWN
    decline: float = Field(default=0.0, ge=0, le=40)
    stance: float | None = Field(default=None, gt=0.05, lt=1.5)
    toe_out: float = Field(default=0.0, ge=-20, le=60)

    @model_validator(mode="after")
    def _is_determined(self) -> Self:
        free = (self.shank is None) + (self.trunk is None)
        if free > 1 or (free == 1) != (self.pressure is not None):
            raise ValueError(
                f"Situation {self.id}: leave out the shank or the trunk where a pressure is given, else none."
            )
        if (self.load > 0) != (self.bar is not Bar.NONE):
            raise ValueError(f"Situation {self.id}: a load needs its place, and a place its load.")
        return self


class Row(ToldRow):
    """One published result.

    Attributes
    ----------
    id : stable word.
    study, condition : who found it, in whom and doing what.
    kind, quantity, at : what is compared, and how.
    unit : of `value`, `sd`, `low` and `high`; empty for a ratio.
    value, sd : published mean and its spread between people; of a sign, 1 or -1.
    low, high : published range or limit.
    says : the published result in words, where it is not a number.
    situations : what reproduces it; the first over the second for a ratio, the second against the first for a
        sign, from the least to the greatest for an order.
    inputs : which inputs the study states, and which are estimates.
    confounds : what else may move the published number, or ours.
    missing : what keeps the row from being reproduced; empty where it is.
    """

    id: str
    study: str = Field(min_length=1)
    condition: str = Field(min_length=1)
    kind: Kind
    quantity: Quantity | None = None
    at: When = When.BOTTOM
    unit: str = Field(default="", pattern="^(N·m|N·m/kg|BW|N|MPa|cm|°|)$")
    value: float | None = None
    sd: float | None = Field(default=None, gt=0)
    low: float | None = None
    high: float | None = None
    says: str = ""
    situations: tuple[str, ...] = ()
    inputs: str = ""
    confounds: str = Field(min_length=1)
    missing: str = ""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if bool(self.missing) == bool(self.situations):
            raise ValueError(f"Row {self.id} needs either situations or what is missing.")
        numeric = self.kind in (Kind.ABSOLUTE, Kind.RATIO)
        if numeric and self.value is None and self.low is None and self.high is None and not self.says:
            raise ValueError(f"Row {self.id} states no published number.")
        if not numeric and not self.says:
            raise ValueError(f"Row {self.id} needs the published result in words.")
        if self.situations:
            self._check_comparison(numeric=numeric)
        return self

    def _check_comparison(self, *, numeric: bool) -> None:
        if self.quantity is None or not self.inputs:
            raise ValueError(f"Row {self.id} needs a quantity and must say where its inputs are from.")
        if numeric and self.value is None and self.low is None and self.high is None:
            raise ValueError(f"Row {self.id} is reproduced but states no published number.")
        if self.kind is Kind.SIGN and self.value not in (1.0, -1.0):
            raise ValueError(f"Row {self.id}: a sign is 1 or -1, found {self.value}.")
        fewest, most = _COUNTS[self.kind]
        if self.quantity is Quantity.CROSSING:
            fewest, most = 3, 99
        if not fewest <= len(self.situations) <= most:
            raise ValueError(f"Row {self.id} has {len(self.situations)} situations, too few or too many.")


_COUNTS = {
    Kind.ABSOLUTE: (1, 1),
    Kind.RATIO: (2, 2),
    Kind.ORDER: (2, 99),
    Kind.SIGN: (2, 2),
    Kind.EXACT: (2, 99),
}
"""Fewest and most situations that each kind compares."""


class Validation(StrictModel):
    """The table: what is compared, and the situations it rests on."""

    situation: tuple[Situation, ...]
    row: tuple[Row, ...]

    @cached_property
    def situations(self) -> dict[str, Situation]:
        """Situations by id."""
        return {situation.id: situation for situation in self.situation}

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for names in ([s.id for s in self.situation], [r.id for r in self.row]):
            if len(set(names)) < len(names):
                raise ValueError(f"Twice the same id: {sorted({n for n in names if names.count(n) > 1})}.")
        used = {name for row in self.row for name in row.situations}
        if used ^ self.situations.keys():
            raise ValueError(f"Unknown or unused situations: {sorted(used ^ self.situations.keys())}.")
        return self


def read_validation() -> Validation:
    """Published loads of squats with the situations that reproduce them.

    Raises
    ------
    pydantic.ValidationError
        When a row lacks its source, its number or what it rests on.
    """
    text = files(__package__).joinpath("validation.toml").read_text(encoding="utf-8")
    return Validation.model_validate(tomllib.loads(text))
