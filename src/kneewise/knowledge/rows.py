"""The base of rows that pydantic reads. Not imported with the package: only its tables need pydantic."""

from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from ..model import check_told


class StrictModel(BaseModel):
    """What is read from a table: no field that nobody knows, and nothing changes later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ToldRow(StrictModel):
    """Where a row is from, by the same check as `Provenance`.

    Attributes
    ----------
    source, checked, grade : where it is from, how that was checked, how good the evidence is.
    """

    source: str
    checked: str
    grade: str

    @model_validator(mode="after")
    def _is_told(self) -> Self:
        check_told(type(self).__name__, self.source, self.checked, self.grade)
        return self
