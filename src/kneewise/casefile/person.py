"""What people type or write into a TOML file → Person and Burden, checked and in SI.

Nothing is a silent default: what was not given and had to be assumed stands in `Person.assumed`.
"""

import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..conventions import Bar, Sex
from ..errors import InputError, reason_of
from ..model import Burden, Person

_MEAN_HEIGHT_CM = 170.0
_MEAN_HEIGHT_SD = 0.10


class PersonFacts(BaseModel):
    """The table `[person]`."""

    model_config = ConfigDict(extra="forbid")

    height_cm: float | None = Field(default=None, ge=120, le=230, allow_inf_nan=False)
    mass_kg: float | None = Field(default=None, ge=30, le=300, allow_inf_nan=False)
    sex: Sex | None = None


class BurdenFacts(BaseModel):
    """The load of one trial."""

    load_kg: float = Field(default=0.0, ge=0, le=600, allow_inf_nan=False)
    bar: Bar = Bar.NONE


_Facts = TypeVar("_Facts", bound=BaseModel)

_HINTS = {
    "height_cm": "give the height in centimetres, 120 to 230, for example 178",
    "mass_kg": "give the body mass in kilograms, 30 to 300, for example 72",
    "sex": "give f or m",
    "load_kg": "give the load in kilograms, 0 to 600, for example 60",
    "bar": "give one of " + ", ".join(bar.value for bar in Bar),
}


def read_person(path: Path) -> Person:
    """Person from the table `[person]` of a TOML file.

    Raises
    ------
    InputError
        When the file is missing, no TOML, or a value is impossible.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            f"{path} cannot be read as a person file: {reason_of(error)}.",
            remedy='write a text file with [person], height_cm = 178, mass_kg = 72, sex = "m".',
        ) from error
    table = content.get("person")
    if not isinstance(table, dict):
        raise InputError(f"{path} has no table [person].", remedy="begin it with a line [person].")
    return build_person(table)


def build_person(facts: dict[str, Any]) -> Person:
    """Person from height_cm, mass_kg and sex, any of which may be missing.

    Raises
    ------
    InputError
        When a value is impossible.
    """
    checked = _check(PersonFacts, facts)
    assumed = []
    if checked.height_cm is None:
        assumed.append(f"height {_MEAN_HEIGHT_CM:.0f} cm, because none was given: lengths are ±6 %")
    if checked.mass_kg is not None and checked.sex is None:
        assumed.append("mean body proportions of women and men, because no sex was given")
    return Person(
        height=(checked.height_cm or _MEAN_HEIGHT_CM) / 100,
        height_sd=_MEAN_HEIGHT_SD if checked.height_cm is None else 0.01,
        mass=checked.mass_kg,
        sex=checked.sex,
        assumed=tuple(assumed),
    )


def build_burden(load_kg: float, bar: str) -> Burden:
    """What was carried.

    Raises
    ------
    InputError
        When the load is impossible or its place is missing.
    """
    checked = _check(BurdenFacts, {"load_kg": load_kg, "bar": bar})
    if checked.load_kg == 0 and checked.bar is not Bar.NONE:
        raise InputError(
            f"It was told where a load sits ({checked.bar.value}), but not how heavy it is.",
            remedy="give the bar with all plates in kg; an empty Olympic bar is 20 kg.",
        )
    if checked.load_kg > 0 and checked.bar is Bar.NONE:
        places = ", ".join(bar.value for bar in Bar if bar is not Bar.NONE)
        raise InputError(
            f"A load of {checked.load_kg:g} kg was given, but not where it sits.",
            remedy=f"say where bar or weight sits: {places}.",
        )
    return Burden(mass=checked.load_kg, bar=checked.bar)


def _check(kind: type[_Facts], facts: dict[str, Any]) -> _Facts:
    try:
        return kind.model_validate(facts)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "value"
        if name not in _HINTS:
            known = ", ".join(kind.model_fields)
            raise InputError(f"There is no {name}.", remedy=f"use {known}.") from error
        raise InputError(
            f"{name} = {first['input']!r} is not possible ({first['msg'].lower()}).",
            remedy=_HINTS[name] + ".",
        ) from error
