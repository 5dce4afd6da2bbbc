"""Kinds of squats → validated rows."""

import math
import tomllib
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ..conventions import Bar, Contact
from ..model.supposed import Squat, Wish


class _Row(BaseModel):
    """A row of the table as it is written: angles in °, heels in cm."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    contact: Contact = Contact.FREE
    bar: Bar | None = None
    load: float = Field(default=1.0, ge=0, le=1)
    most: float = Field(default=400.0, gt=0)
    mass: float | None = Field(default=None, gt=0)
    heel: float | None = Field(default=None, ge=0, le=10)
    box: bool = False
    shin: float = Field(default=0.0, ge=-10, le=60)
    trunk: float = Field(default=0.0, ge=-10, le=80)
    thigh: float = Field(default=85.0, ge=20, le=120)
    pressure: float = Field(default=0.45, ge=0, le=1)
    posture_sd: float = Field(default=5.0, gt=0)
    share: float = Field(default=0.5, gt=0, le=1)
    share_sd: float = Field(default=0.0, ge=0)
    brake: float = Field(default=0.0, ge=0, le=0.3)
    brake_sd: float = Field(default=0.0, ge=0)
    source: str = Field(min_length=1)
    checked: Literal["verified", "memory", "estimate", "derived"]
    grade: str = Field(min_length=1)


def read_squats() -> tuple[Squat, ...]:
    """Kinds of squats, in the order in which they are told."""
    text = files(__package__).joinpath("squats.toml").read_text(encoding="utf-8")
    return tuple(_squat(_Row.model_validate(row)) for row in tomllib.loads(text)["squat"])


def _squat(row: _Row) -> Squat:
    return Squat(
        id=row.id,
        name=row.name,
        contact=row.contact,
        bar=row.bar,
        load=row.load,
        most=row.most,
        mass=row.mass,
        wish=Wish(heel=None if row.heel is None else row.heel / 100, box=row.box),
        shin=math.radians(row.shin),
        trunk=math.radians(row.trunk),
        thigh=math.radians(row.thigh),
        pressure=row.pressure,
        posture_sd=math.radians(row.posture_sd),
        share=row.share,
        share_sd=row.share_sd,
        brake=row.brake,
        brake_sd=row.brake_sd,
        source=row.source,
        checked=row.checked,
        grade=row.grade,
    )
