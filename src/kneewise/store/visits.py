"""Visits: who came in with which cookie, until they leave, are idle, or have been here long enough."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from ..errors import StoreConflict, StoreError
from .accounts import account_of, cases_of
from .drawer import Drawer
from .people import IDLE, LONGEST_VISIT, KeptAccount, KeptVisit, digest_of
from .tables import ACCOUNTS, VISITS

_MOST = 20
"""Of one account at once; the one that was quiet longest goes."""
_SEEN_EVERY = timedelta(minutes=1)
"""It is not written down more often that somebody is still there."""
_LONGEST_ADDRESS, _LONGEST_BROWSER = 64, 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Who came in, and what they may see.

    Attributes
    ----------
    visit, account : of whom.
    cases : ids of those that are shared with them.
    """

    visit: KeptVisit
    account: KeptAccount
    cases: frozenset[str]


class Visits(Drawer):
    """Who is in."""

    def begin_visit(
        self, account: str, address: str, browser: str, now: datetime, *, by: str | None = None
    ) -> str:
        """Let somebody in; the new token for their cookie, of which only the hash is kept.

        Parameters
        ----------
        account, address, browser
            Who comes, from where, with what.
        now
            When.
        by
            Hash of the password that they came by; None where nobody looked at one.

        Raises
        ------
        StoreConflict
            When the password became another one, or the account was closed, while it was looked at.
        """
        token = secrets.token_urlsafe(32)
        row = {
            "digest": digest_of(token),
            "account_id": account,
            "address": _plain(address)[:_LONGEST_ADDRESS],
            "browser": _plain(browser)[:_LONGEST_BROWSER],
            "made": now,
            "seen": now,
        }
        with self._writing() as connection:
            kept = account_of(connection, account)
            if by is not None and (kept.disabled or kept.password != by):
                raise StoreConflict(
                    "Something about this account was changed just now.", remedy="sign in once more."
                )
            _forget_over(connection, now)
            _make_room(connection, account)
            connection.execute(insert(VISITS).values(row))
        return token

    def visitor_with(self, token: str, now: datetime) -> Known | None:
        """Whoever has that token in their cookie; None where nobody has, or has to sign in again."""
        digest = digest_of(token)
        with self._reading() as connection:
            row = connection.execute(select(VISITS).where(VISITS.c.digest == digest)).one_or_none()
            if row is None:
                return None
            visit = _read(row)
            account = account_of(connection, visit.account)
            known = Known(visit=visit, account=account, cases=cases_of(connection, account.id))
        if account.disabled or visit.is_over(now):
            return None
        if now - visit.seen >= _SEEN_EVERY:
            # Pages are shown while nothing can be written; it is written with the next one.
            with suppress(StoreError), self._writing() as connection:
                connection.execute(update(VISITS).where(VISITS.c.digest == digest).values(seen=now))
        return known

    def visits(self, account: str, now: datetime) -> tuple[KeptVisit, ...]:
        """Where somebody is in, the latest first."""
        with self._reading() as connection:
            found = select(VISITS).where(VISITS.c.account_id == account).order_by(VISITS.c.made.desc())
            visits = [_read(row) for row in connection.execute(found)]
        return tuple(visit for visit in visits if not visit.is_over(now))

    def end_visit(self, digest: str) -> None:
        """Somebody leaves."""
        with self._writing() as connection:
            connection.execute(delete(VISITS).where(VISITS.c.digest == digest))

    def end_visits(self, account: str) -> None:
        """Somebody leaves everywhere."""
        with self._writing() as connection:
            connection.execute(delete(VISITS).where(VISITS.c.account_id == account))

    def was_in_from(self, login: str, address: str) -> bool:
        """Whether whoever has that login is in from that address."""
        mine = ACCOUNTS.c.login == login, VISITS.c.address == address
        with self._reading() as connection:
            found = select(VISITS.c.digest).join(ACCOUNTS, ACCOUNTS.c.id == VISITS.c.account_id)
            return connection.scalar(found.where(*mine).limit(1)) is not None


def _forget_over(connection: Connection, now: datetime) -> None:
    over = or_(VISITS.c.seen < now - IDLE, VISITS.c.made < now - LONGEST_VISIT)
    connection.execute(delete(VISITS).where(over))


def _make_room(connection: Connection, account: str) -> None:
    mine = select(VISITS.c.digest).where(VISITS.c.account_id == account).order_by(VISITS.c.seen.desc())
    for digest in connection.scalars(mine).all()[_MOST - 1 :]:
        connection.execute(delete(VISITS).where(VISITS.c.digest == digest))


def _plain(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())


def _read(row: Row[Any]) -> KeptVisit:
    told = dict(row._mapping)
    return KeptVisit(account=told.pop("account_id"), **told)
