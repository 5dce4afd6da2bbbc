"""What the five articles claim, what the evidence says, and what kneewise does with it → validated rows."""

import re
import tomllib
from collections.abc import Collection, Iterable
from enum import StrEnum
from importlib.resources import files

from pydantic import Field

from .asking import read_sources
from .rows import StrictModel, ToldRow


class Verdict(StrEnum):
    """How a claim stands against the evidence."""

    SUPPORTED = "supported"
    PARTLY = "partly supported"
    UNSUPPORTED = "not supported"
    CONTRADICTED = "contradicted"


class Claim(ToldRow):
    """One claim of the articles.

    Attributes
    ----------
    id : stable word.
    articles : which say so.
    claim : in our words.
    verdict : how it stands.
    evidence : what was found.
    does : what kneewise does with it.
    uses : ids of exercises, options and factors that carry it out.
    """

    id: str
    articles: tuple[str, ...] = Field(min_length=1)
    claim: str = Field(min_length=1)
    verdict: Verdict
    evidence: str = Field(min_length=1)
    does: str = Field(min_length=1)
    uses: tuple[str, ...] = ()

    @property
    def cites(self) -> tuple[str, ...]:
        """Keys of the table of sources that the row rests on."""
        return tuple(part for part in re.split("[,;] ", self.source) if " " not in part)


class _Claims(StrictModel):
    version: str
    claim: tuple[Claim, ...]


def read_claims() -> tuple[Claim, ...]:
    """Claims of the articles against the evidence.

    Raises
    ------
    pydantic.ValidationError
        When a row lacks its evidence, its source or its grade.
    ValueError
        When a row cites what the table of sources does not hold.
    """
    text = files(__package__).joinpath("claims.toml").read_text(encoding="utf-8")
    claims = _Claims.model_validate(tomllib.loads(text)).claim
    check_cited(claims, {source.key for source in read_sources()})
    return claims


def check_cited(claims: Iterable[Claim], known: Collection[str]) -> None:
    """Complain about a claim that rests on a source which leads nowhere.

    Raises
    ------
    ValueError
        With the id of the first such claim.
    """
    for claim in claims:
        unknown = [key for key in claim.cites if key not in known]
        if unknown:
            raise ValueError(f"Claim {claim.id} cites what no table holds: {unknown}.")
