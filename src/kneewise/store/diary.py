"""The diary: one entry a day, and what was ticked off."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, union

from .drawer import Drawer, check_case
from .kept import DiaryDay
from .tables import DIARY, TICKS


class Diary(Drawer):
    """Days of cases."""

    def add_entry(self, case: str, entry: DiaryDay) -> None:
        """Write a day into the diary, instead of what stood there; what was ticked off stays."""
        told = {
            "worst_pain": entry.worst_pain,
            "pain_after": entry.pain_after,
            "function": entry.function,
            "note": entry.note,
        }
        with self._writing() as connection:
            check_case(connection, case)
            connection.execute(delete(DIARY).where(DIARY.c.case_id == case, DIARY.c.day == entry.day))
            connection.execute(insert(DIARY).values(case_id=case, day=entry.day, **told))
            for exercise, done in entry.adherence.items():
                _tick(connection, case, entry.day, exercise, done)

    def tick(self, case: str, day: date, exercise: str, done: bool) -> None:
        """Say whether an exercise was done on a day."""
        with self._writing() as connection:
            check_case(connection, case)
            _tick(connection, case, day, exercise, done)

    def count_days(self, case: str) -> int:
        """So many days have an entry or a tick."""
        days = union(*(select(table.c.day).where(table.c.case_id == case) for table in (DIARY, TICKS)))
        with self._reading() as connection:
            return connection.scalar(select(func.count()).select_from(days.subquery())) or 0

    def entries(self, case: str) -> tuple[DiaryDay, ...]:
        """Days with an entry or a tick, the newest first."""
        with self._reading() as connection:
            ticks: dict[date, dict[str, bool]] = defaultdict(dict)
            for row in connection.execute(
                select(TICKS).where(TICKS.c.case_id == case).order_by(TICKS.c.exercise)
            ):
                ticks[row.day][row.exercise] = row.done
            told = {row.day: row for row in connection.execute(select(DIARY).where(DIARY.c.case_id == case))}
        return tuple(
            read_day(told[day]._mapping, ticks.get(day, {}))
            if day in told
            else DiaryDay(day=day, adherence=ticks[day])
            for day in sorted({*told, *ticks}, reverse=True)
        )


def read_day(row: Mapping[Any, Any], adherence: Mapping[str, bool] = MappingProxyType({})) -> DiaryDay:
    """The day in a row, with what was ticked off."""
    told = {name: row[name] for name in ("day", "worst_pain", "pain_after", "function", "note")}
    return DiaryDay(**told, adherence=adherence)


def _tick(connection: Connection, case: str, day: date, exercise: str, done: bool) -> None:
    where = TICKS.c.case_id == case, TICKS.c.day == day, TICKS.c.exercise == exercise
    connection.execute(delete(TICKS).where(*where))
    connection.execute(insert(TICKS).values(case_id=case, day=day, exercise=exercise, done=done))
