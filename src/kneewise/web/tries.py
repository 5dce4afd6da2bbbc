"""How often somebody tried to sign in, and how long they have to wait: in memory, and never more than that.

Waits grow for one address that tries one name, and for one address that tries many. A name that is tried from
many addresses is slowed down for all strangers, by a minute at most. A browser that signed in under a name
before counts for itself there, wherever it is: it does not wait for what strangers did, nor for others behind
the same address, so that nobody can keep somebody else out.
"""

import ipaddress
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

FORGOTTEN = timedelta(hours=24)
"""After so long without a failure they no longer count."""
_MOST = 4096
"""Of each kind are kept in mind; the one that failed longest ago goes."""
_LONGEST_DOUBLING = 20
_PAIR, _ADDRESS, _NAME = range(3)
"""Kinds of what is counted: a name tried from an address, an address, a name from anywhere."""
_KNOWN = ""
"""Stands for the address of browsers that are known under a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """When somebody has to wait.

    Attributes
    ----------
    free : so many failures cost nothing.
    longest : the wait doubles with each further one, from a second to this.
    """

    free: int
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        """How long after so many."""
        if failures < self.free:
            return timedelta()
        return min(timedelta(seconds=2 ** min(failures - self.free, _LONGEST_DOUBLING)), self.longest)


@dataclass(frozen=True, slots=True)
class _Row:
    failures: int
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One try to sign in.

    Attributes
    ----------
    login : as it was typed, folded.
    address : from where.
    known : whether that browser signed in under this name before.
    """

    login: str
    address: str
    known: bool = False


class Tries:
    """What is remembered of failures."""

    _LIMITS = (
        Limit(free=5, longest=timedelta(minutes=15)),
        Limit(free=30, longest=timedelta(minutes=15)),
        Limit(free=20, longest=timedelta(minutes=1)),
    )

    def __init__(self) -> None:
        self._rows: tuple[OrderedDict[object, _Row], ...] = tuple(OrderedDict() for _ in self._LIMITS)
        self._changing = threading.Lock()

    def begin(self, tried: Try, now: datetime) -> timedelta:
        """How long they have to wait before they may try; nothing where that is now.

        Then it counts as a failure already, so that many tries at once are not looked at before the first of
        them has failed; `succeed` takes it back.
        """
        with self._changing:
            wait = self._wait(tried, now)
            if not wait:
                for kind, key in _kinds(tried):
                    self._add(kind, key, now)
            return wait

    def wait(self, tried: Try, now: datetime) -> timedelta:
        """How long they have to wait, without trying."""
        with self._changing:
            return self._wait(tried, now)

    def succeed(self, tried: Try) -> None:
        """Take back the last failure; and what that address failed at with that name before."""
        self.take_back(tried)
        with self._changing:
            self._rows[_PAIR].pop(_pair(tried), None)

    def take_back(self, tried: Try) -> None:
        """What was begun was no failure."""
        with self._changing:
            for kind, key in _kinds(tried):
                row = self._rows[kind].get(key)
                if row is not None:
                    self._rows[kind][key] = _Row(row.failures - 1, row.last)

    def _wait(self, tried: Try, now: datetime) -> timedelta:
        return max(self._left(kind, key, now) for kind, key in _kinds(tried))

    def _add(self, kind: int, key: object, now: datetime) -> None:
        rows = self._rows[kind]
        rows[key] = _Row(self._failures(kind, key, now) + 1, now)
        rows.move_to_end(key)
        if len(rows) > _MOST:
            rows.popitem(last=False)

    def _left(self, kind: int, key: object, now: datetime) -> timedelta:
        row = self._rows[kind].get(key)
        if row is None:
            return timedelta()
        wait = self._LIMITS[kind].wait(self._failures(kind, key, now))
        return max(timedelta(), row.last + wait - now)

    def _failures(self, kind: int, key: object, now: datetime) -> int:
        row = self._rows[kind].get(key)
        return 0 if row is None or now - row.last > FORGOTTEN else row.failures


def network_of(address: str) -> str:
    """The address, or of IPv6 the network that one customer has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or found
    return str(ipaddress.ip_network((found, 48), strict=False)) if found.version == 6 else str(found)


def _kinds(tried: Try) -> Iterable[tuple[int, object]]:
    pair = (_PAIR, _pair(tried))
    if tried.known:
        return (pair,)
    return (pair, (_ADDRESS, network_of(tried.address)), (_NAME, tried.login))


def _pair(tried: Try) -> tuple[str, str]:
    return tried.login, _KNOWN if tried.known else network_of(tried.address) or "nowhere"
