"""A server that several people share: its name in the world, who signs in, by which cookie."""

import hashlib
import hmac
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ..errors import Error, InputError, StoreAway
from ..store import (
    Deed,
    Done,
    KeptAccount,
    Known,
    Role,
    Store,
    digest_of,
    fold_login,
    fold_password,
    hash_password,
    is_outdated,
    is_password,
)
from .tries import Tries, Try
from .visiting import Visitor

COOKIE = "__Host-kneewise"
"""Browsers take such a name over TLS only, from this very host, for all of it."""
KNOWN_COOKIE = "__Host-kneewise-known"
"""Says under which name this browser signed in before; it opens nothing."""
KNOWN_FOR = timedelta(days=180)
_ORIGIN = re.compile(r"https://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?)", re.IGNORECASE)
_AGAIN_AFTER = timedelta(hours=1)
"""That the same case was opened, or a desk, is written down no more often."""
_MOST_NOTED = 4096
_REPEATED = (Deed.OPENED, Deed.CHANGED, Deed.DESK)


class NotYet(Error):
    """Somebody has to wait before they may try again."""


class Stranger(Error):
    """Name or password do not belong to anybody who may come in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """Who signs in, from where.

    Attributes
    ----------
    address, browser : of the request.
    known : what the cookie `KNOWN_COOKIE` holds.
    """

    address: str
    browser: str = ""
    known: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What a server is where several people share it.

    Attributes
    ----------
    origin : its address in the world, ``https://`` and the host, as browsers call it.
    tries : of those who sign in.
    """

    origin: str
    tries: Tries = field(default_factory=Tries)
    _noted: OrderedDict[object, datetime] = field(default_factory=OrderedDict, repr=False)
    _noting: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def host(self) -> str:
        """What browsers say in the header Host."""
        return self.origin.removeprefix("https://")

    def is_news(self, visit: str, done: Done, now: datetime) -> bool:
        """Whether it has to be written down: not once more what was lately."""
        if done.what not in _REPEATED:
            return True
        key = visit, done.what, done.case
        with self._noting:
            last = self._noted.get(key)
            if last is not None and now - last < _AGAIN_AFTER:
                return False
            self._noted[key] = now
            self._noted.move_to_end(key)
            while len(self._noted) > _MOST_NOTED:
                self._noted.popitem(last=False)
        return True


def read_origin(given: str) -> str:
    """The public address of a server.

    Raises
    ------
    InputError
        When it is none, or not one behind TLS.
    """
    found = _ORIGIN.fullmatch(given.rstrip("/"))
    if found is None:
        raise InputError(
            f"“{given[:80]}” is no public address of a server behind TLS.",
            remedy="write it as browsers show it, such as https://knee.example.org",
        )
    return f"https://{found[1].lower()}".removesuffix(":443")


def sign_in(store: Store, shared: Shared, typed: tuple[str, str], came: Came, now: datetime) -> KeptAccount:
    """Whoever has that name and password; the same answer, after the same work, for a name that nobody has.

    Parameters
    ----------
    store, shared
        The server.
    typed
        Name and password.
    came
        From where.
    now
        When.

    Raises
    ------
    NotYet
        When that name or that address tried too often.
    Stranger
        When nobody may come in with these.
    """
    account = store.account_called(fold_login(typed[0]))
    kept = _prove(store, shared, (fold_login(typed[0]), typed[1], account), came, now)
    assert account is not None
    return replace(account, password=kept)


def prove(store: Store, shared: Shared, given: tuple[KeptAccount, str], came: Came, now: datetime) -> None:
    """Whoever is in shows once more that it is them: by account and password; like `sign_in`."""
    account, password = given
    _prove(store, shared, (account.login, password, account), came, now)


def _prove(
    store: Store, shared: Shared, given: tuple[str, str, KeptAccount | None], came: Came, now: datetime
) -> str:
    """The hash that the password is kept as from now on."""
    login, password, account = given
    known = account is not None and is_known(came.known, account)
    tried = Try(login=login, address=came.address, known=known)
    left = shared.tries.begin(tried, now)
    if left:
        raise _not_yet(left)
    kept = "" if account is None or account.disabled else account.password
    try:
        right = is_password(kept, password)
    except StoreAway:
        shared.tries.take_back(tried)
        raise
    if not right:
        what = Deed.HELD_BACK if shared.tries.wait(tried, now) else Deed.FAILED
        whose = None if account is None else account.id
        store.record(Done(what=what, of_account=whose, address=came.address), now)
        raise Stranger(
            "Name and password do not belong together.",
            remedy="type both once more; if you forgot the password, ask for a new link.",
        )
    shared.tries.succeed(tried)
    if account is None or not is_outdated(kept):
        return kept
    fresh = hash_password(fold_password(password))
    store.rehash(account.id, kept, fresh)
    return fresh


def begin(store: Store, account: KeptAccount, what: Deed, came: Came, now: datetime) -> str:
    """Let somebody in, written down; the new token for their cookie."""
    token = store.begin_visit(account.id, came.address, came.browser, now, by=account.password)
    store.record(Done(what=what, account=account.id, address=came.address), now)
    return token


def leave(store: Store, secret: str) -> None:
    """Whoever has that in their cookie is in no more."""
    if secret:
        store.end_visit(digest_of(secret))


def known_by(account: KeptAccount) -> str:
    """What the browser of an account keeps to be known again; another password makes another one."""
    told = f"kneewise known browser {account.id}".encode()
    return hmac.new(account.password.encode(), told, hashlib.sha256).hexdigest()


def is_known(given: str, account: KeptAccount) -> bool:
    """Whether a browser says so, and the account has a password at all."""
    return bool(account.password) and hmac.compare_digest(given.encode(), known_by(account).encode())


def token_of(secret: str) -> str:
    """What every form carries of a visit: bound to it, and not to be made without its cookie."""
    return hmac.new(secret.encode(), b"csrf", hashlib.sha256).hexdigest()


def visitor_of(known: Known, address: str) -> Visitor:
    """Who asks, and what they may see: an owner all, the others what is shared with them."""
    account = known.account
    return Visitor(
        role=account.role,
        cases=None if account.role is Role.OWNER else known.cases,
        account=account.id,
        name=account.name,
        visit=known.visit.digest,
        address=address,
    )


def _not_yet(left: timedelta) -> NotYet:
    seconds = int(left.total_seconds()) + 1
    wait = f"{seconds} seconds" if seconds < 100 else f"{-(-seconds // 60)} minutes"
    return NotYet(
        "This was tried too often.", remedy=f"wait {wait}; if you forgot the password, ask for a new link."
    )
