"""How every case stands, in a handful of queries however many there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from ..model import Issue
from ..model.planned import DiaryNumbers
from .clients import read_consent
from .drawer import Drawer
from .kept import FilmState
from .kept_of_clients import Consent, Standing
from .packing import unpack
from .tables import CASES, CONSENTS, DIARY, FILMS, MEANINGS, TICKS

_SOMETHING, _NOTHING = frozenset({"something"}), frozenset[str]()
"""What was done on a day, where it only counts whether something was."""
_MOST_AT_ONCE = 200
"""Stretches of days that one query asks for."""


class Desk(Drawer):
    """All cases at a glance."""

    def standings(self, since: date, cases: Iterable[str] | None = None) -> tuple[Standing, ...]:
        """How cases stand, the one changed last first.

        Parameters
        ----------
        since
            The first day of the diary that is wanted.
        cases
            Ids of those that are wanted; every one if None.
        """
        only = None if cases is None else list(cases)
        with self._reading() as connection:
            found = select(CASES).order_by(CASES.c.changed.desc(), CASES.c.id)
            rows = connection.execute(found if only is None else found.where(CASES.c.id.in_(only))).all()
            meanings = {row.case_id: row for row in connection.execute(_last_meanings())}
            films = _by_case(connection.execute(_last_films()))
            days = _days(connection, since)
            consents = _consents(connection)
        return tuple(
            Standing(
                id=row.id,
                name=row.name,
                revision=row.revision,
                content=row.content,
                changed=row.changed,
                days=days.get(row.id, ()),
                consents=tuple(consents.get(row.id, ())),
                **_concluded(meanings.get(row.id)),
                **_filmed(films.get(row.id, [])),
            )
            for row in rows
        )

    def pain_between(
        self, stretches: Sequence[tuple[str, date, date]]
    ) -> Mapping[str, tuple[DiaryNumbers, ...]]:
        """Days of the diary with their pain, in order, of cases between two days each.

        Parameters
        ----------
        stretches
            Case, first and last day.
        """
        told: dict[str, list[DiaryNumbers]] = defaultdict(list)
        with self._reading() as connection:
            for start in range(0, len(stretches), _MOST_AT_ONCE):
                wanted = or_(
                    *(
                        and_(DIARY.c.case_id == case, DIARY.c.day.between(first, last))
                        for case, first, last in stretches[start : start + _MOST_AT_ONCE]
                    )
                )
                for row in connection.execute(select(DIARY).where(wanted).order_by(DIARY.c.day)):
                    told[row.case_id].append(DiaryNumbers(on=row.day, pain=row.worst_pain))
        return {case: tuple(days) for case, days in told.items()}


def _last_meanings() -> Any:
    """Of the meaning that was kept last of each case, only what the desk needs of it."""
    last = select(func.max(MEANINGS.c.id)).group_by(MEANINGS.c.case_id)
    told = MEANINGS.c.summary
    return select(
        MEANINGS.c.case_id,
        MEANINGS.c.revision,
        MEANINGS.c.knowledge,
        told["screening"].label("screening"),
        told[("plan", "dates")].label("dates"),
    ).where(MEANINGS.c.id.in_(last))


def _concluded(row: Row[Any] | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {
        "concluded": row.revision,
        "knowledge": row.knowledge,
        "screening": row.screening,
        "dates": row.dates,
    }


def _last_films() -> Any:
    return select(FILMS.c.case_id, FILMS.c.state, FILMS.c.issue, FILMS.c.words).order_by(
        FILMS.c.added, FILMS.c.id
    )


def _filmed(rows: Sequence[Row[Any]]) -> dict[str, Any]:
    """Where the film that was added last is; one that was cancelled says nothing."""
    told = [row for row in rows if row.state != FilmState.CANCELLED]
    if not told:
        return {"films": len(rows)}
    last = told[-1]
    issue = "" if last.issue is None else unpack(Issue, last.issue, {}).because
    return {"films": len(rows), "film": FilmState(last.state), "issue": issue or last.words or ""}


def _days(connection: Connection, since: date) -> dict[str, tuple[DiaryNumbers, ...]]:
    done = {
        tuple(row)
        for row in connection.execute(
            select(TICKS.c.case_id, TICKS.c.day).where(TICKS.c.day >= since, TICKS.c.done).distinct()
        )
    }
    columns = DIARY.c.case_id, DIARY.c.day, DIARY.c.worst_pain, DIARY.c.pain_after
    days: dict[str, list[DiaryNumbers]] = defaultdict(list)
    for case, day, worst, after in connection.execute(
        select(*columns).where(DIARY.c.day >= since).order_by(DIARY.c.case_id, DIARY.c.day)
    ):
        trained = _SOMETHING if (case, day) in done else _NOTHING
        done.discard((case, day))
        days[case].append(DiaryNumbers(on=day, pain=worst, pain_after=after, done=trained))
    for case, day in done:  # ticked off, and nothing said
        days[case].append(DiaryNumbers(on=day, done=_SOMETHING))
        days[case].sort(key=lambda one: one.on)
    return {case: tuple(some) for case, some in days.items()}


def _consents(connection: Connection) -> dict[str, list[Consent]]:
    rows = _by_case(connection.execute(select(CONSENTS).order_by(CONSENTS.c.id)))
    return {case: [read_consent(row._mapping) for row in some] for case, some in rows.items()}


def _by_case(rows: Iterable[Row[Any]]) -> dict[str, list[Row[Any]]]:
    told: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        told[row.case_id].append(row)
    return told
