"""Options that several commands have: each is worded, and read, in one way."""

from pathlib import Path
from typing import Annotated, Any

import typer

from .casefile import build_person, read_person
from .conventions import Bar, Sex
from .errors import InputError
from .model import Person
from .pose import ESTIMATORS

PersonFile = Annotated[
    Path | None,
    typer.Option(readable=False, help="TOML file with a table [person]; its [[test]] count, too."),
]
Height = Annotated[float | None, typer.Option(help="Body height. [cm]")]
Mass = Annotated[float | None, typer.Option(help="Body mass. [kg]")]
BodySex = Annotated[Sex | None, typer.Option(help="f or m, for body proportions.")]
Load = Annotated[float, typer.Option(help="Load carried. [kg]")]
Place = Annotated[Bar, typer.Option(help="Where the load sits.")]
Model = Annotated[str, typer.Option(help=f"Pose model: {', '.join(ESTIMATORS)}.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]
Home = Annotated[
    Path | None,
    typer.Option(readable=False, help="Folder of what is kept.", show_default="user's data folder"),
]


def choose_person(file: Path | None, facts: dict[str, Any]) -> Person:
    """The person of a file, or of single values, where not both were given."""
    given = [name for name, value in facts.items() if value is not None]
    if file is None:
        return build_person(facts)
    if given:
        raise InputError(
            f"Both --person and {', '.join(given)} were given.", remedy="give the file or the single values."
        )
    return read_person(file)
