"""Tokens: what opens the server to a program. Of a token only its hash is kept, and how it begins."""

import hashlib
import re
import secrets
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, delete, insert, select, update

from ..errors import InputError, StoreError
from .accounts import account_of, cases_of, check_open
from .drawer import Drawer, check_case, new_id
from .kept import is_name
from .people import KeptAccount, Role
from .tables import TOKEN_CASES, TOKENS

TOKEN = re.compile(r"kw_[0-9a-f]{72}")
"""How a token looks: 256 random bits and a checksum, by which a search for leaked secrets finds it."""
LONGEST = timedelta(days=366)
"""A token opens no longer than this."""
_BITS = 64
"""Of a token: so many hexadecimal digits are random."""
_SHOWN = 10
"""So many letters of a token are kept; 228 of its bits are not."""
_SELDOM = timedelta(minutes=1)
"""When a token was used last is noted no more often than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """What a token is wanted for.

    Attributes
    ----------
    name : of the program that it is for.
    scopes : what it may do.
    lasts : for how long it opens.
    cases : ids of those that it opens; every one if None.
    account : id of whose it is, and who has to see these cases, too; None on a server of one person.
    """

    name: str
    scopes: frozenset[str]
    lasts: timedelta
    cases: frozenset[str] | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptToken:
    """A token, without what it is.

    Attributes
    ----------
    id : random.
    account : id of whose it is; None on a server of one person.
    name : what the owner calls it.
    prefix : how it begins.
    scopes : what it is for.
    cases : ids of those that it opens; every one if None.
    made, expires : from when until when it opens.
    used : the last time, within a minute; None if never.
    """

    id: str
    account: str | None
    name: str
    prefix: str
    scopes: frozenset[str]
    cases: frozenset[str] | None
    made: datetime
    expires: datetime
    used: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whoever comes with a token.

    Attributes
    ----------
    token : what is kept of it.
    account : whose it is; None on a server of one person.
    cases : ids of those that both may see; every one if None.
    """

    token: KeptToken
    account: KeptAccount | None
    cases: frozenset[str] | None


class Tokens(Drawer):
    """What programs come with."""

    def add_token(self, wanted: NewToken, now: datetime) -> tuple[str, KeptToken]:
        """A new token, which is told this once, and what is kept of it.

        Raises
        ------
        InputError
            When it has no name, is for nothing, or would open for too long.
        StoreError
            When there is no such case or account.
        """
        _check(wanted)
        secret, id = new_token(), new_id()
        row = {
            "id": id,
            "account_id": wanted.account,
            "name": wanted.name,
            "prefix": secret[:_SHOWN],
            "digest": _digest(secret),
            "scopes": sorted(wanted.scopes),
            "limited": wanted.cases is not None,
            "made": now,
            "expires": now + wanted.lasts,
        }
        with self._writing() as connection:
            if wanted.account is not None:
                check_open(connection, wanted.account)
            connection.execute(insert(TOKENS).values(row))
            for case in sorted(wanted.cases or ()):
                check_case(connection, case)
                connection.execute(insert(TOKEN_CASES).values(token_id=id, case_id=case))
            return secret, _read(connection, _row(connection, id))

    def tokens(self) -> tuple[KeptToken, ...]:
        """All of them, the newest first; also those that have expired."""
        with self._reading() as connection:
            rows = connection.execute(select(TOKENS).order_by(TOKENS.c.made.desc(), TOKENS.c.id)).all()
            return tuple(_read(connection, row) for row in rows)

    def revoke_token(self, id: str) -> KeptToken:
        """Let a token open nothing any more.

        Raises
        ------
        StoreError
            When there is none of this id.
        """
        with self._writing() as connection:
            kept = _read(connection, _row(connection, id))
            connection.execute(delete(TOKENS).where(TOKENS.c.id == id))
        return kept

    def holder_of(self, secret: str, now: datetime) -> Holder | None:
        """Whoever comes with a token, whose use is noted; None of one that opens nothing.

        Parameters
        ----------
        secret
            As a program sent it.
        now
            When.
        """
        if not is_token(secret):
            return None
        with self._reading() as connection:
            row = connection.execute(select(TOKENS).where(TOKENS.c.digest == _digest(secret))).one_or_none()
            if row is None:
                return None
            kept = _read(connection, row)
            holder = _hold(connection, kept)
        if not kept.made <= now < kept.expires or (holder.account is not None and holder.account.disabled):
            return None
        if kept.used is None or now - kept.used >= _SELDOM:
            with self._writing() as connection:
                connection.execute(update(TOKENS).where(TOKENS.c.id == kept.id).values(used=now))
        return holder


def new_token() -> str:
    """A token that nobody guesses."""
    random = secrets.token_hex(_BITS // 2)
    return f"kw_{random}{_checksum(random)}"


def is_token(text: str) -> bool:
    """Whether something can be a token: of a wrong or cut off one the checksum does not fit."""
    return TOKEN.fullmatch(text) is not None and text[-8:] == _checksum(text[3:-8])


def _checksum(random: str) -> str:
    return f"{zlib.crc32(random.encode()):08x}"


def _digest(secret: str) -> str:
    """Hash of a token. A slow one would protect nothing: all of a token is random."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _check(wanted: NewToken) -> None:
    if not is_name(wanted.name):
        raise InputError("The token has no name.", remedy="call it after the program that it is for.")
    if not wanted.scopes:
        raise InputError("The token would be for nothing.", remedy="name a scope, such as read.")
    if wanted.cases is not None and not wanted.cases:
        raise InputError("The token would open no case.", remedy="name one, or none to open all of them.")
    if not timedelta() < wanted.lasts <= LONGEST:
        raise InputError(
            "A token opens for a day at least, and for a year at most.",
            remedy=f"from 1 to {LONGEST.days} days.",
        )


def _row(connection: Connection, id: str) -> Row[tuple[object, ...]]:
    row = connection.execute(select(TOKENS).where(TOKENS.c.id == id)).one_or_none()
    if row is None:
        raise StoreError(f"There is no token '{id}'.", remedy="look in the list of tokens.")
    return row


def _hold(connection: Connection, token: KeptToken) -> Holder:
    if token.account is None:
        return Holder(token=token, account=None, cases=token.cases)
    account = account_of(connection, token.account)
    shared = None if account.role is Role.OWNER else cases_of(connection, account.id)
    both = token.cases if shared is None else shared if token.cases is None else shared & token.cases
    return Holder(token=token, account=account, cases=both)


def _read(connection: Connection, row: Row[tuple[object, ...]]) -> KeptToken:
    told = dict(row._mapping)
    of_token = select(TOKEN_CASES.c.case_id).where(TOKEN_CASES.c.token_id == told["id"])
    cases = frozenset(connection.scalars(of_token)) if told.pop("limited") else None
    del told["digest"]
    return KeptToken(
        account=told.pop("account_id"), cases=cases, scopes=frozenset(told.pop("scopes")), **told
    )
