"""What the five articles claim, what the evidence says, and what kneewise does with it → validated rows."""

import tomllib
from enum import StrEnum
from importlib.resources import files

from pydantic import Field

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


class _Claims(StrictModel):
    version: str
    claim: tuple[Claim, ...]


def read_claims() -> tuple[Claim, ...]:
    """Claims of the articles against the evidence.

    Raises
    ------
    pydantic.ValidationError
        When a row lacks its evidence, its source or its grade.
    """
    text = files(__package__).joinpath("claims.toml").read_text(encoding="utf-8")
    return _Claims.model_validate(tomllib.loads(text)).claim
