"""Who coaches here, and which people come on the same day."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from ..errors import StoreError
from .drawer import Drawer, check_case, new_id
from .kept_of_clients import Group, Practice
from .tables import GROUPS, MEMBERS, PRACTICE


class Practices(Drawer):
    """The practice and its groups; they belong to the place, and do not leave with a client."""

    def practice(self) -> Practice:
        """As printed pages say it; empty where nobody said."""
        with self._reading() as connection:
            row = connection.execute(select(PRACTICE)).first()
        return Practice() if row is None else Practice(name=row.name, contact=row.contact, logo=row.logo)

    def keep_practice(self, practice: Practice) -> None:
        """Say it otherwise."""
        told = {"name": practice.name, "contact": practice.contact, "logo": practice.logo}
        with self._writing() as connection:
            connection.execute(delete(PRACTICE))
            connection.execute(insert(PRACTICE).values(id=1, **told))

    def add_group(self, name: str, now: datetime, maker: str | None = None) -> Group:
        """A group of nobody yet, made by the account of that id."""
        id = new_id()
        with self._writing() as connection:
            connection.execute(insert(GROUPS).values(id=id, name=name, made=now, account_id=maker))
        return Group(id=id, name=name, made=now, cases=(), maker=maker)

    def groups(self) -> tuple[Group, ...]:
        """All groups, the newest first."""
        with self._reading() as connection:
            rows = connection.execute(select(GROUPS).order_by(GROUPS.c.made.desc(), GROUPS.c.id)).all()
            return tuple(_read_group(row, connection) for row in rows)

    def group(self, group: str) -> Group:
        """One group.

        Raises
        ------
        StoreError
            When there is none.
        """
        with self._reading() as connection:
            row = connection.execute(select(GROUPS).where(GROUPS.c.id == group)).one_or_none()
            if row is None:
                raise _no_group(group)
            return _read_group(row, connection)

    def join_group(self, group: str, case: str) -> None:
        """Put somebody at the end of a group, unless they are in it."""
        with self._writing() as connection:
            check_case(connection, case)
            if connection.scalar(select(GROUPS.c.id).where(GROUPS.c.id == group)) is None:
                raise _no_group(group)
            here = select(MEMBERS.c.case_id).where(MEMBERS.c.group_id == group, MEMBERS.c.case_id == case)
            if connection.scalar(here) is None:
                last = select(func.max(MEMBERS.c.place)).where(MEMBERS.c.group_id == group)
                place = (connection.scalar(last) or 0) + 1
                connection.execute(insert(MEMBERS).values(group_id=group, case_id=case, place=place))

    def leave_group(self, group: str, case: str) -> None:
        """Take somebody out of a group; nothing else of theirs changes."""
        here = MEMBERS.c.group_id == group, MEMBERS.c.case_id == case
        with self._writing() as connection:
            connection.execute(delete(MEMBERS).where(*here))

    def disown_group(self, group: str, maker: str | None) -> None:
        """Let go of a group that one made, and that others go on with."""
        mine = GROUPS.c.id == group, GROUPS.c.account_id == maker
        with self._writing() as connection:
            connection.execute(update(GROUPS).where(*mine).values(account_id=None))

    def remove_group(self, group: str) -> None:
        """Let go of a group; its people stay."""
        with self._writing() as connection:
            connection.execute(delete(GROUPS).where(GROUPS.c.id == group))


def _read_group(row: Row[Any], connection: Connection) -> Group:
    return Group(
        id=row.id, name=row.name, made=row.made, cases=_cases(connection, row.id), maker=row.account_id
    )


def _cases(connection: Connection, group: str) -> tuple[str, ...]:
    found = select(MEMBERS.c.case_id).where(MEMBERS.c.group_id == group).order_by(MEMBERS.c.place)
    return tuple(connection.scalars(found))


def _no_group(group: str) -> StoreError:
    return StoreError(f"There is no group '{group}'.", remedy="go back to the desk.")
