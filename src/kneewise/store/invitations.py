"""Invitations: links that let one person in once, and then open nothing any more."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from ..errors import StoreError
from .accounts import account_of, add_account, check_open, let_client_see, set_password
from .drawer import Drawer, check_case
from .people import INVITED_FOR, KeptAccount, KeptInvitation, Newcomer, Role, digest_of
from .tables import INVITATIONS

_MOST = 200
"""Open at once, of one who invites."""


class Invitations(Drawer):
    """Who may come, and has not yet."""

    def invite(
        self, role: Role, name: str, now: datetime, *, case: str | None = None, by: str | None = None
    ) -> str:
        """Let somebody new come; the code of their link, of which only the hash is kept.

        Parameters
        ----------
        role, name
            What they will be, and what others will see.
        now
            When; the link ends `INVITED_FOR` later.
        case
            That they are let see: theirs, for a client. A later link for it replaces this one.
        by
            Who invites; None from the terminal of the server.
        """
        with self._writing() as connection:
            if case is not None:
                check_case(connection, case)
                connection.execute(delete(INVITATIONS).where(INVITATIONS.c.case_id == case))
            row = {"role": role, "name": name, "case_id": case, "account_id": None, "by": by}
            return _write(connection, row, now)

    def link(self, account: str, now: datetime, *, by: str | None = None) -> str:
        """Let somebody choose a new password; the code of their link, in place of an earlier one."""
        with self._writing() as connection:
            kept = account_of(connection, account)
            connection.execute(delete(INVITATIONS).where(INVITATIONS.c.account_id == account))
            row = {"role": kept.role, "name": kept.name, "case_id": None, "account_id": account, "by": by}
            return _write(connection, row, now)

    def invitation(self, code: str, now: datetime) -> KeptInvitation:
        """What a link is for; looking at it does not use it up.

        Raises
        ------
        StoreError
            When there is none, or no more.
        """
        with self._reading() as connection:
            return _find(connection, code, now)

    def accept(self, code: str, login: str, password: str, now: datetime) -> KeptAccount:
        """Come in by a link, which opens nothing any more then; of two who come at once, one does.

        Parameters
        ----------
        code
            Of the link.
        login
            For somebody new, as `read_login` gives it; of somebody known it stays.
        password
            Its hash.
        now
            When.

        Raises
        ------
        StoreError
            When there is no such link, or no more.
        StoreConflict
            When somebody has that login, or the case is somebody else's already; the link stays.
        """
        with self._writing() as connection:
            invited = _find(connection, code, now)
            connection.execute(delete(INVITATIONS).where(INVITATIONS.c.digest == digest_of(code)))
            if invited.account is not None:
                set_password(connection, invited.account, password)
                return account_of(connection, invited.account)
            newcomer = Newcomer(login=login, name=invited.name, role=invited.role, password=password)
            account = add_account(connection, newcomer, now)
            if invited.case is not None:
                let_client_see(connection, invited.case, account.id)
            return account


def no_link() -> StoreError:
    """The complaint about a link that opens nothing, whyever."""
    return StoreError(
        "There is nothing behind this link: it was used, is too old, or was replaced by a newer one.",
        remedy="ask who sent it for a new one.",
    )


def _write(connection: Connection, row: dict[str, Any], now: datetime) -> str:
    if row["by"] is not None:
        check_open(connection, row["by"])
    connection.execute(delete(INVITATIONS).where(INVITATIONS.c.until <= now))
    mine = INVITATIONS.c.by.is_(None) if row["by"] is None else INVITATIONS.c.by == row["by"]
    if len(connection.scalars(select(INVITATIONS.c.digest).where(mine)).all()) >= _MOST:
        raise StoreError(f"{_MOST} links are open already.", remedy="wait until some were used.")
    code = secrets.token_urlsafe(32)
    connection.execute(insert(INVITATIONS).values(digest=digest_of(code), until=now + INVITED_FOR, **row))
    return code


def _find(connection: Connection, code: str, now: datetime) -> KeptInvitation:
    found = select(INVITATIONS).where(INVITATIONS.c.digest == digest_of(code), INVITATIONS.c.until > now)
    row = connection.execute(found).one_or_none()
    if row is None:
        raise no_link()
    invited = _read(row)
    if invited.account is not None and account_of(connection, invited.account).disabled:
        raise no_link()
    return invited


def _read(row: Row[Any]) -> KeptInvitation:
    told = dict(row._mapping)
    del told["digest"]
    case, account, role = told.pop("case_id"), told.pop("account_id"), Role(told.pop("role"))
    return KeptInvitation(role=role, case=case, account=account, **told)
