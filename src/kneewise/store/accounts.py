"""Accounts, and which case is shared with whom."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, or_, select, update

from ..errors import InputError, StoreConflict, StoreError
from .drawer import Drawer, check_case, new_id
from .people import KeptAccount, Newcomer, Role
from .tables import ACCOUNTS, INVITATIONS, RECORDS, SHARES, TOKENS, VISITS


class Accounts(Drawer):
    """Who may come in to a shared server."""

    def add_account(self, newcomer: Newcomer, now: datetime) -> KeptAccount:
        """Somebody new.

        Raises
        ------
        StoreConflict
            When somebody has that login.
        """
        with self._writing() as connection:
            return add_account(connection, newcomer, now)

    def accounts(self) -> tuple[KeptAccount, ...]:
        """All of them, by name."""
        with self._reading() as connection:
            rows = connection.execute(select(ACCOUNTS).order_by(ACCOUNTS.c.name, ACCOUNTS.c.id))
            return tuple(read_account(row) for row in rows)

    def account(self, account: str) -> KeptAccount:
        """One of them.

        Raises
        ------
        StoreError
            When there is none.
        """
        with self._reading() as connection:
            return account_of(connection, account)

    def account_called(self, login: str) -> KeptAccount | None:
        """Whoever has that login; None where nobody does."""
        with self._reading() as connection:
            row = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.login == login)).one_or_none()
        return None if row is None else read_account(row)

    def change_role(self, account: str, role: Role) -> KeptAccount:
        """Make an owner a coach, or a coach an owner; they have to sign in again, and make their tokens anew.

        Links that an owner sent open nothing once they are none: they could make another one, or open the
        account of one. A token that was made for a coach's cases would open every one to an owner's program.

        Raises
        ------
        InputError
            When it is a client, or the last owner.
        """
        with self._writing() as connection:
            before = account_of(connection, account)
            if Role.CLIENT in (before.role, role):
                raise InputError(
                    "A client stays a client: they may see one case, their own.",
                    remedy="invite them once more, as a coach.",
                )
            if role is not Role.OWNER:
                _check_owned_without(connection, before)
                _forget_sent(connection, account)
            _set(connection, account, role=role)
            _end_tokens(connection, account)
            end_visits(connection, account)
        return self.account(account)

    def disable(self, account: str, disabled: bool) -> KeptAccount:
        """Close an account or open it again; who is in is out, and what they sent or made opens nothing.

        Raises
        ------
        InputError
            When it is the last owner.
        """
        with self._writing() as connection:
            before = account_of(connection, account)
            if disabled:
                _check_owned_without(connection, before)
                connection.execute(delete(INVITATIONS).where(INVITATIONS.c.account_id == account))
                _forget_sent(connection, account)
                _end_tokens(connection, account)
                end_visits(connection, account)
            _set(connection, account, disabled=disabled)
        return self.account(account)

    def change_password(self, account: str, password: str) -> None:
        """Keep another hash; who is in by the one before is out, with all that was made by it."""
        with self._writing() as connection:
            set_password(connection, account_of(connection, account).id, password)

    def rehash(self, account: str, before: str, password: str) -> None:
        """Keep another hash of the same password, unless it was changed in the meantime."""
        same = ACCOUNTS.c.id == account, ACCOUNTS.c.password == before
        with self._writing() as connection:
            connection.execute(update(ACCOUNTS).where(*same).values(password=password))

    # ------------------------------------------------------------------------------------------- shares

    def share_case(self, case: str, account: str, *, keeps: bool = False) -> None:
        """Let somebody see a case.

        Parameters
        ----------
        case
            Which.
        account
            An owner or coach; a client sees theirs by an invitation only.
        keeps
            Whether they may also share it, and invite its client.
        """
        with self._writing() as connection:
            share_case(connection, case, account, keeps=keeps)

    def unshare_case(self, case: str, account: str) -> None:
        """Let somebody see a case no more; what they sent for it opens nothing, and a client's account goes.

        Raises
        ------
        InputError
            When nobody but owners would keep it then: it has to be handed over instead.
        """
        with self._writing() as connection:
            if any(one.id == account and keeps for one, keeps in _sharers(connection, case)):
                raise InputError(
                    "Somebody has to keep a case.", remedy="hand it over to another coach instead."
                )
            if account_of(connection, account).role is Role.CLIENT:
                forget_clients(connection, case)
            _unshare(connection, case, account)

    def hand_over(self, case: str, account: str) -> None:
        """Make somebody the one who keeps a case; who kept it before sees it no more."""
        with self._writing() as connection:
            check_case(connection, case)
            for one, keeps in _sharers(connection, case):
                if keeps or one.id == account:
                    _unshare(connection, case, one.id)
            share_case(connection, case, account, keeps=True)

    def sharers(self, case: str) -> tuple[tuple[KeptAccount, bool], ...]:
        """Whom a case is shared with, and who of them keeps it."""
        with self._reading() as connection:
            return _sharers(connection, case)

    def cases_of(self, account: str) -> frozenset[str]:
        """Ids of cases that are shared with somebody."""
        with self._reading() as connection:
            return cases_of(connection, account)


def add_account(connection: Connection, newcomer: Newcomer, now: datetime) -> KeptAccount:
    """Within a transaction, as `Accounts.add_account`."""
    if connection.scalar(select(ACCOUNTS.c.id).where(ACCOUNTS.c.login == newcomer.login)) is not None:
        raise StoreConflict("Somebody has this login name.", remedy="choose another one.")
    account = new_id()
    row = {
        "id": account,
        "login": newcomer.login,
        "name": newcomer.name,
        "role": newcomer.role,
        "password": newcomer.password,
        "disabled": False,
        "made": now,
    }
    connection.execute(insert(ACCOUNTS).values(row))
    return account_of(connection, account)


def check_open(connection: Connection, account: str) -> None:
    """Complain about an account that is closed, by now: what it asked for a moment ago is not done any more.

    Raises
    ------
    StoreError
        When it is, or there is none.
    """
    if account_of(connection, account).disabled:
        raise StoreError("There is no such account any more: it is closed.", remedy="ask an owner.")


def account_of(connection: Connection, account: str) -> KeptAccount:
    """The account of that id."""
    row = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.id == account)).one_or_none()
    if row is None:
        raise StoreError("There is no such account.", remedy="look in the list of people.")
    return read_account(row)


def set_password(connection: Connection, account: str, password: str) -> None:
    """Another password: who came in by the one before, or by what was made with it, cannot any more."""
    _set(connection, account, password=password)
    connection.execute(delete(INVITATIONS).where(INVITATIONS.c.account_id == account))
    _forget_sent(connection, account)
    _end_tokens(connection, account)
    end_visits(connection, account)


def end_visits(connection: Connection, account: str) -> None:
    """Nobody is in any more with this account."""
    connection.execute(delete(VISITS).where(VISITS.c.account_id == account))


def share_case(connection: Connection, case: str, account: str, *, keeps: bool) -> None:
    """Within a transaction, as `Accounts.share_case`."""
    check_case(connection, case)
    sees = account_of(connection, account)
    if sees.disabled or sees.role is Role.CLIENT:
        raise InputError(
            "A case can be shared with coaches and owners who may come in.", remedy="choose one of the list."
        )
    _unshare(connection, case, account)
    connection.execute(insert(SHARES).values(case_id=case, account_id=account, keeps=keeps))


def let_client_see(connection: Connection, case: str, account: str) -> None:
    """Make a case that of a client.

    Raises
    ------
    StoreConflict
        When it is somebody else's already.
    """
    check_case(connection, case)
    if any(one.role is Role.CLIENT for one, _ in _sharers(connection, case)):
        raise StoreConflict(
            "Somebody came by another link for this case already.", remedy="ask who sent you the link."
        )
    connection.execute(insert(SHARES).values(case_id=case, account_id=account, keeps=False))


def cases_of(connection: Connection, account: str) -> frozenset[str]:
    """Ids of cases that are shared with somebody."""
    return frozenset(connection.scalars(select(SHARES.c.case_id).where(SHARES.c.account_id == account)))


def forget_clients(connection: Connection, case: str) -> None:
    """Remove the account of the person of a case, which is for nothing else; ids in records stay."""
    mine = select(SHARES.c.account_id).where(SHARES.c.case_id == case)
    clients = select(ACCOUNTS.c.id).where(ACCOUNTS.c.id.in_(mine), ACCOUNTS.c.role == Role.CLIENT)
    gone = list(connection.scalars(clients))
    # Who failed to sign in under their name is nobody known, and was most likely they themselves.
    theirs = or_(
        RECORDS.c.account_id.in_(gone), and_(RECORDS.c.account_id.is_(None), RECORDS.c.of_account.in_(gone))
    )
    connection.execute(update(RECORDS).where(theirs).values(address=""))
    connection.execute(delete(ACCOUNTS).where(ACCOUNTS.c.id.in_(gone)))


def read_account(row: Row[Any]) -> KeptAccount:
    """The account in a row."""
    told = dict(row._mapping)
    return KeptAccount(role=Role(told.pop("role")), **told)


def _sharers(connection: Connection, case: str) -> tuple[tuple[KeptAccount, bool], ...]:
    found = (
        select(*ACCOUNTS.c, SHARES.c.keeps)
        .join(SHARES, SHARES.c.account_id == ACCOUNTS.c.id)
        .where(SHARES.c.case_id == case)
        .order_by(SHARES.c.keeps.desc(), ACCOUNTS.c.name, ACCOUNTS.c.id)
    )
    return tuple((_of_share(row._mapping), row.keeps) for row in connection.execute(found))


def _of_share(row: Mapping[Any, Any]) -> KeptAccount:
    told = {name: value for name, value in row.items() if name != "keeps"}
    return KeptAccount(role=Role(told.pop("role")), **told)


def _unshare(connection: Connection, case: str, account: str) -> None:
    of_case = SHARES.c.case_id == case, SHARES.c.account_id == account
    connection.execute(delete(SHARES).where(*of_case))
    sent = INVITATIONS.c.case_id == case, INVITATIONS.c.by == account
    connection.execute(delete(INVITATIONS).where(*sent))


def _end_tokens(connection: Connection, account: str) -> None:
    """No program comes in for somebody any more."""
    connection.execute(delete(TOKENS).where(TOKENS.c.account_id == account))


def _forget_sent(connection: Connection, account: str) -> None:
    """Links that somebody sent open nothing any more."""
    connection.execute(delete(INVITATIONS).where(INVITATIONS.c.by == account))


def _check_owned_without(connection: Connection, account: KeptAccount) -> None:
    others = ACCOUNTS.c.role == Role.OWNER, ~ACCOUNTS.c.disabled, ACCOUNTS.c.id != account.id
    owned = connection.scalar(select(ACCOUNTS.c.id).where(*others).limit(1)) is not None
    if account.role is Role.OWNER and not account.disabled and not owned:
        raise InputError(
            "This is the last owner, and somebody has to keep this place.",
            remedy="make somebody else an owner first.",
        )


def _set(connection: Connection, account: str, **values: Any) -> None:
    connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == account).values(**values))
