"""Webhooks: addresses that are told when a film is done with, and what they have not been told yet.

What is to be told is written down together with what happened, and goes once somebody took it: so each event
comes at least once, also where the server is ended in between. Without a hook nothing is written down.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, delete, insert, select, update

from ..errors import InputError, StoreError
from .drawer import Drawer, new_id
from .tables import EVENTS, HOOKS

_LONGEST_URL = 2000
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=6)
_MOST_TRIES = 16
"""About two days; then an event is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptHook:
    """An address that is told.

    Attributes
    ----------
    id : random.
    url : where to.
    secret : signs what is sent; it has to be kept as it is.
    private : whether it may lie in a private network, or on this computer.
    made : when.
    waiting : so many events it has not been told yet.
    trouble : what went wrong the last time; empty if nothing did.
    """

    id: str
    url: str
    secret: str = field(repr=False)
    private: bool
    made: datetime
    waiting: int = 0
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a hook is to be told: that measuring a film ended, and how; nothing of what was measured.

    Attributes
    ----------
    id : of this event, for this hook; the same each time it is sent.
    hook : to tell.
    case, film : ids.
    state : of the film.
    at : when it ended.
    """

    id: str
    hook: KeptHook
    case: str
    film: str
    state: str
    at: datetime


class Hooks(Drawer):
    """Who is told."""

    def add_hook(self, url: str, now: datetime, *, private: bool = False) -> KeptHook:
        """A new hook, which is told from now on.

        Parameters
        ----------
        url
            Where to.
        now
            When.
        private
            Whether it may lie in a private network, or on this computer.

        Raises
        ------
        InputError
            When it is no address of the web.
        """
        check_url(url)
        row = {
            "id": new_id(),
            "url": url,
            "secret": f"kwh_{secrets.token_hex(32)}",
            "private": private,
            "made": now,
            "trouble": "",
        }
        with self._writing() as connection:
            connection.execute(insert(HOOKS).values(row))
            return _read(connection, connection.execute(select(HOOKS).where(HOOKS.c.id == row["id"])).one())

    def hooks(self) -> tuple[KeptHook, ...]:
        """All of them, the oldest first."""
        with self._reading() as connection:
            rows = connection.execute(select(HOOKS).order_by(HOOKS.c.made, HOOKS.c.id)).all()
            return tuple(_read(connection, row) for row in rows)

    def remove_hook(self, id: str) -> None:
        """Tell it no more, not even what it has not been told yet.

        Raises
        ------
        StoreError
            When there is none of this id.
        """
        with self._writing() as connection:
            if not connection.execute(delete(HOOKS).where(HOOKS.c.id == id)).rowcount:
                raise StoreError(f"There is no webhook '{id}'.", remedy="look in the list of webhooks.")

    def take_event(self, now: datetime) -> Event | None:
        """The event that is due longest; it is due again later on, each time longer, until it is `told`.

        Parameters
        ----------
        now
            When.
        """
        with self._writing() as connection:
            connection.execute(delete(EVENTS).where(EVENTS.c.tries >= _MOST_TRIES, EVENTS.c.due <= now))
            found = select(EVENTS).where(EVENTS.c.due <= now).order_by(EVENTS.c.due, EVENTS.c.id).limit(1)
            row = connection.execute(found.with_for_update(skip_locked=True)).one_or_none()
            if row is None:
                return None
            again = {"due": now + _wait(row.tries), "tries": row.tries + 1}
            connection.execute(update(EVENTS).where(EVENTS.c.id == row.id).values(again))
            hook = connection.execute(select(HOOKS).where(HOOKS.c.id == row.hook_id)).one()
            return Event(
                id=row.id,
                hook=_read(connection, hook),
                case=row.case_id,
                film=row.film_id,
                state=row.state,
                at=row.at,
            )

    def told(self, event: Event) -> None:
        """Somebody took the event: it is not told again."""
        with self._writing() as connection:
            connection.execute(delete(EVENTS).where(EVENTS.c.id == event.id))
            connection.execute(update(HOOKS).where(HOOKS.c.id == event.hook.id).values(trouble=""))

    def not_told(self, event: Event, because: str) -> None:
        """Nobody took it: say why; it is due again as `take_event` said."""
        with self._writing() as connection:
            connection.execute(update(HOOKS).where(HOOKS.c.id == event.hook.id).values(trouble=because[:200]))


def write_down(connection: Connection, film: Row[tuple[object, ...]], state: str, at: datetime) -> None:
    """Have every hook told how measuring a film ended, in the same transaction."""
    for hook in connection.scalars(select(HOOKS.c.id)).all():
        row = {
            "id": new_id(),
            "hook_id": hook,
            "case_id": film.case_id,
            "film_id": film.id,
            "state": state,
            "at": at,
            "due": at,
            "tries": 0,
        }
        connection.execute(insert(EVENTS).values(row))


def check_url(url: str) -> None:
    """Complain about what is no plain address of the web.

    Raises
    ------
    InputError
        When it is none.
    """
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= _LONGEST_URL
    if not (sound and plain) or parts.username is not None or parts.fragment:
        raise InputError(
            "This is no address to send to.",
            remedy="write it like https://example.org/hook, without a name, a password or a #.",
        )


def _wait(tries: int) -> timedelta:
    return min(_FIRST_WAIT * 3.0**tries, _LONGEST_WAIT)


def _read(connection: Connection, row: Row[tuple[object, ...]]) -> KeptHook:
    waiting = connection.scalars(select(EVENTS.c.id).where(EVENTS.c.hook_id == row.id)).all()
    return KeptHook(waiting=len(waiting), **row._mapping)
