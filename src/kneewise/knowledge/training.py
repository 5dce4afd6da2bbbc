"""Exercises, technique options, add-ons and phases → the programme that plans are made from.

Not imported with the package: only who makes a plan reads it.
"""

import tomllib
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from pydantic import Field

from ..conventions import Track
from ..model.programme import (
    AddOn,
    Exercise,
    Lift,
    Light,
    Option,
    Phase,
    Programme,
    Rule,
    Support,
    Thing,
    Variant,
)
from .rows import StrictModel


class _Review(StrictModel):
    week: int = Field(gt=0, le=52)
    ask: str = Field(min_length=1)


class _Note(StrictModel):
    id: str
    name: str = Field(min_length=1)


class _Exercises(StrictModel):
    version: str
    exercise: tuple[Exercise, ...]


class _Programme(StrictModel):
    version: str
    warm_up_minutes: int = Field(gt=0, le=15)
    education: tuple[str, ...] = Field(min_length=1)
    load: tuple[str, ...] = Field(min_length=1)
    warm_up: tuple[str, ...] = Field(min_length=1)
    heavy: tuple[str, ...] = Field(min_length=1)
    light: tuple[Light, ...] = Field(min_length=3, max_length=3)
    rule: tuple[Rule, ...] = Field(min_length=1)
    review: tuple[_Review, ...] = Field(min_length=1)
    option: tuple[Option, ...]
    add_on: tuple[AddOn, ...]
    phase: tuple[Phase, ...]
    track: tuple[Variant, ...]
    lift: tuple[Lift, ...]
    support: tuple[Support, ...]
    thing: tuple[Thing, ...]
    note: tuple[_Note, ...]


def read_programme() -> Programme:
    """Everything a plan is made from.

    Raises
    ------
    pydantic.ValidationError
        When a row has a wrong or a missing field.
    ValueError
        When a row names what does not exist, or hides where it is from.
    """
    moves = _Exercises.model_validate(_read("exercises.toml"))
    table = _Programme.model_validate(_read("programme.toml"))
    programme = Programme(
        version=f"{moves.version}.{table.version}",
        exercises={row.id: row for row in moves.exercise},
        options=table.option,
        add_ons=table.add_on,
        phases=table.phase,
        variants={row.track: row for row in table.track},
        lifts=table.lift,
        supports=table.support,
        things={row.id: row for row in table.thing},
        notes={row.id: row.name for row in table.note},
        conditions=frozenset(row["id"] for row in _read("conditions.toml")["condition"]),
        education=table.education,
        load=table.load,
        warm_up=table.warm_up,
        heavy=table.heavy,
        warm_up_minutes=table.warm_up_minutes,
        lights=table.light,
        rules={row.id: row for row in table.rule},
        reviews={row.week: row.ask for row in table.review},
    )
    _check_once([row.id for row in moves.exercise], "exercise")
    _check_once([row.id for row in table.option], "option")
    _check_once([row.factor for row in table.add_on], "add-on")
    _check_once([row.id for row in table.rule], "rule")
    _check_ids(programme)
    if set(programme.variants) != set(Track):
        raise ValueError(f"Tracks without a row: {sorted(set(Track) - set(programme.variants))}.")
    return programme


def _read(name: str) -> dict[str, Any]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)


def _check_once(names: Iterable[str], what: str) -> None:
    seen = list(names)
    if len(set(seen)) < len(seen):
        raise ValueError(f"Twice the same {what}: {sorted({name for name in seen if seen.count(name) > 1})}.")


def _check_ids(programme: Programme) -> None:
    """Every exercise that is named exists."""
    named = {name for row in programme.exercises.values() for name in (*row.easier, *row.harder)}
    named |= {row.squat for row in programme.options}
    named |= {name for row in programme.add_ons for name in row.exercises}
    named |= {name for phase in programme.phases for slot in phase.slots for name in slot.choose}
    named |= {name for row in programme.variants.values() for names in row.first.values() for name in names}
    if named - programme.exercises.keys():
        raise ValueError(f"Unknown exercises: {sorted(named - programme.exercises.keys())}.")
    tried = {row.condition for row in programme.options}
    if not tried <= programme.conditions:
        raise ValueError(f"Unknown conditions: {sorted(tried - programme.conditions)}.")
    needing: list[Exercise | Option] = [*programme.exercises.values(), *programme.options]
    things = {name for row in needing for name in row.equipment}
    if things != programme.things.keys():
        raise ValueError(f"Unknown or unused things: {sorted(things ^ programme.things.keys())}.")
    hindered: list[Exercise | Option | AddOn | Lift] = [*needing, *programme.add_ons, *programme.lifts]
    notes = {name for row in hindered for name in row.avoid_when}
    if notes != programme.notes.keys():
        raise ValueError(f"Unknown or unused notes: {sorted(notes ^ programme.notes.keys())}.")
