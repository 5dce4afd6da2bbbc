"""What is kept of every client → who needs attention today; and who may have a desk at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..desk import (
    LOOKS_BACK,
    Client,
    Kind,
    Matter,
    attend,
    first_week_of,
    recall_dates,
    recall_screening,
)
from ..knowledge.versions import hash_of_tables
from ..model.planned import Diary, DiaryNumbers
from ..plan import PlanDates
from ..store import Standing
from .house import House
from .visiting import Visitor

_NOW = (
    Kind.EMERGENCY,
    Kind.URGENT,
    Kind.REFERRAL,
    Kind.NEW_SIGN,
    Kind.WORSE,
    Kind.NO_CHANGE,
    Kind.UNREADABLE,
)
"""Unreadable answers among them: a warning sign may stand there."""
_PAPER = (Kind.NO_CONSENT, Kind.QUESTIONS)
"""What can wait until somebody is seen next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """A client with what they need.

    Attributes
    ----------
    standing : as they are kept.
    matters : the most urgent first; none where nothing is needed.
    """

    standing: Standing
    matters: tuple[Matter, ...]

    @property
    def when(self) -> str:
        """How soon: ``now``, ``today``, ``later``; empty where nothing is needed."""
        if not self.matters:
            return ""
        kind = self.matters[0].kind
        return "now" if kind in _NOW else "later" if kind in _PAPER else "today"


def attend_all(house: House, visitor: Visitor, cases: Iterable[str] | None = None) -> list[Attended]:
    """Clients whom the visitor may see, those who need most first; of the same need the one changed last.

    Parameters
    ----------
    house
        The running server.
    visitor
        Who asks.
    cases
        Ids of those that are wanted; every one if None.
    """
    today = house.now().date()
    rows = [one for one in house.store.standings(today - LOOKS_BACK, cases) if visitor.may_see(one.id)]
    programme = house.reasoning.programme
    since = today - LOOKS_BACK
    dated = {one.id: dates for one in rows if (dates := recall_dates(one, programme, since)) is not None}
    first_weeks = _first_weeks(house, dated, today)
    told = [
        Attended(
            standing=one,
            matters=attend(_client(one, house, dated.get(one.id), first_weeks.get(one.id, ())), programme),
        )
        for one in rows
    ]
    return sorted(told, key=lambda one: one.matters[0].kind if one.matters else len(Kind))


def _first_weeks(
    house: House, dated: Mapping[str, PlanDates], today: date
) -> Mapping[str, Sequence[DiaryNumbers]]:
    """Pain of the first weeks of long plans, which nobody writes any more: asked for once."""
    weeks = {case: week for case, dates in dated.items() if (week := first_week_of(dates, today)) is not None}
    return house.pain_between([(case, *week) for case, week in weeks.items()])


def _client(
    one: Standing, house: House, dates: PlanDates | None, first_week: Sequence[DiaryNumbers]
) -> Client:
    today = house.now().date()
    screened = recall_screening(one, hash_of_tables()) or house.screen(one.id, one.content)
    signs = screened is not None and bool(screened.unasked)
    days = (*first_week, *one.days)
    diary = (
        None
        if dates is None
        else Diary(
            today=today,
            days=tuple(day for day in days if day.on <= today),
            checkins=_checkins(one.content),
            signs=signs,
        )
    )
    return Client(
        screened=screened,
        answered=bool(_table(one.content, "answers")),
        dates=dates,
        diary=diary,
        film=one.film,
        issue=one.issue,
        films=one.films,
        consents=one.consents,
    )


def _checkins(content: Mapping[str, Any]) -> tuple[date, ...]:
    """Days on which the questions were answered again."""
    rows = content.get("checkin", [])
    days = (str(row.get("date", "")) for row in rows if isinstance(row, Mapping) and row.get("answers"))
    return tuple(day for told in days if (day := _day(told)) is not None)


def _day(told: str) -> date | None:
    try:
        return date.fromisoformat(told[:10])
    except ValueError:
        return None


def _table(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = content.get(name)
    return table if isinstance(table, Mapping) else {}
