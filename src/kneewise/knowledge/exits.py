"""Lines of a phase's exit → how each is held against what is kept.

Not imported with the package: only a coach's desk reads it.
"""

import tomllib
from functools import cache
from importlib.resources import files

from pydantic import Field

from ..model.programme import Exit, Programme, Reads
from .rows import ToldRow


class _Row(ToldRow):
    says: str = Field(min_length=1)
    reads: Reads
    needed: float | None = Field(default=None, ge=0)
    tests: tuple[str, ...] = ()


@cache
def read_exits() -> tuple[Exit, ...]:
    """Every line that a lift can wait for.

    Raises
    ------
    pydantic.ValidationError
        When a row has a wrong or a missing field, or hides where it is from.
    """
    text = files(__package__).joinpath("exits.toml").read_text(encoding="utf-8")
    rows = [_Row.model_validate(row) for row in tomllib.loads(text)["exit"]]
    return tuple(Exit(**row.model_dump()) for row in rows)


def check_exits(exits: tuple[Exit, ...], programme: Programme) -> None:
    """Complain about a line that lifts wait for and no row reads, or a row of no line.

    Raises
    ------
    ValueError
        With these lines.
    """
    waited = {line for phase in programme.phases[:-1] for line in phase.exit}
    if odd := waited ^ {row.says for row in exits}:
        raise ValueError(f"Exits without a row, or rows without an exit: {sorted(odd)}.")
