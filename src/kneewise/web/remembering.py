"""What earlier versions of kneewise made of a case, as far as today's can read it."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from ..store import KeptMeaning, Store


class _Named(BaseModel):
    name: str


class _Technique(_Named):
    cue: str


class _AddOn(_Named):
    why: str


class _Row(_Named):
    dose: str
    when: str
    days: Any


class _Phase(_Named):
    id: str
    weeks: Any
    rows: list[_Row]


class _Ready(BaseModel):
    id: str
    readiness: str


class _Plan(BaseModel):
    dates: Mapping[str, Any] | None = None
    programme: _Named
    technique: _Technique
    add_ons: list[_AddOn]
    phases: list[_Phase]
    gate: list[_Ready]


class _Screening(BaseModel):
    tier: str


class _Factor(BaseModel):
    id: str
    band: str


class _Test(BaseModel):
    id: str
    side: str | None
    value: bool | float | str | None
    sd: float | None = None


class _Summary(BaseModel):
    """What pages hold against today's; whatever else was told is left alone."""

    screening: _Screening
    factors: list[_Factor]
    next_test: _Named | None
    plan: _Plan | None
    tests: list[_Test] = []


def recall_meanings(store: Store, case: str) -> tuple[KeptMeaning, ...]:
    """What a case came to, the newest first; what cannot be read is left out.

    Parameters
    ----------
    store
        The memory.
    case
        Which.
    """
    return tuple(kept for kept in store.meanings(case) if _is_readable(kept.summary))


def _is_readable(summary: object) -> bool:
    try:
        _Summary.model_validate(summary, strict=True)
    except ValidationError:
        return False
    return True
