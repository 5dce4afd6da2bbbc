"""Records: who did what when, added to and never changed; nothing of a person stays in them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, or_, select

from .drawer import Drawer
from .people import Deed, Done, KeptRecord, Looked
from .tables import ACCOUNTS, RECORDS

EVERYTHING = Looked()
_LONGEST_ADDRESS = 64


class Records(Drawer):
    """What was done here."""

    def record(self, done: Done, now: datetime) -> None:
        """Write down what somebody did; of whom there is no more, without from where they did it."""
        row = {
            "what": done.what,
            "at": now,
            "account_id": done.account,
            "of_account": done.of_account,
            "case_id": done.case,
            "address": done.address[:_LONGEST_ADDRESS],
            "token_id": done.token,
        }
        with self._writing() as connection:
            # Who erases their own case is written down after it, and what they still asked for meanwhile.
            if done.account is not None and not _is_there(connection, done.account):
                row["address"] = ""
            connection.execute(insert(RECORDS).values(row))

    def records(
        self, most: int, before: int | None = None, looked: Looked = EVERYTHING
    ) -> tuple[KeptRecord, ...]:
        """What was done, the latest first.

        Parameters
        ----------
        most
            So many.
        before
            Only what was written down before the record of this id.
        looked
            Only these.
        """
        found = select(RECORDS).where(*_asked(looked)).order_by(RECORDS.c.id.desc()).limit(most)
        if before is not None:
            found = found.where(RECORDS.c.id < before)
        with self._reading() as connection:
            return tuple(_read(row) for row in connection.execute(found))


def _is_there(connection: Connection, account: str) -> bool:
    return connection.scalar(select(ACCOUNTS.c.id).where(ACCOUNTS.c.id == account)) is not None


def _asked(looked: Looked) -> Iterator[ColumnElement[bool]]:
    columns = RECORDS.c
    if looked.account:
        yield or_(columns.account_id == looked.account, columns.of_account == looked.account)
    if looked.case:
        yield columns.case_id == looked.case
    if looked.what is not None:
        yield columns.what == looked.what
    if looked.since is not None:
        yield columns.at >= looked.since
    if looked.until is not None:
        yield columns.at < looked.until


def _read(row: Row[Any]) -> KeptRecord:
    done = Done(
        what=Deed(row.what),
        account=row.account_id,
        of_account=row.of_account,
        case=row.case_id,
        address=row.address,
        token=row.token_id,
    )
    return KeptRecord(id=row.id, at=row.at, done=done)
