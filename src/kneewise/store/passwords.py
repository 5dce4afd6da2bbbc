"""Passwords: what one must be, how it is kept, and how long looking at one takes, whoever asks.

Argon2id with the least that OWASP's Password Storage Cheat Sheet names (19 MiB, two passes, one lane).
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

from ..errors import InputError, StoreAway

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 256
"""[letters]"""
_PASSES, _MEMORY, _LANES = 2, 19 * 1024, 1  # memory in [KiB]
_AT_ONCE = threading.BoundedSemaphore(4)
"""So many are looked at together: each takes memory, and whoever knocks must not use up all there is."""
_IN_LINE = threading.BoundedSemaphore(16)
"""So many wait, or are looked at; others are asked to come again, so that pages of who is in are answered."""
_LEAST_VARIED = 5
"""Different letters."""
_OWN_PART = 8
"""So much must be left where the own name was taken out. [letters]"""
# fmt: off
_COMMON = frozenset({
    "password", "passwort", "passphrase", "qwerty", "qwertz", "qwertyuiop", "asdfghjkl", "letmein",
    "welcome", "iloveyou", "dragon", "monkey", "football", "baseball", "superman", "trustno",
    "sunshine", "princess", "administrator", "admin", "changeme", "secret", "kneewise", "squat",
    "training", "physio", "clinic", "coach", "client", "owner", "correcthorsebatterystaple",
})
# fmt: on
"""Words that guesses begin with, and those of this place."""
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
)


def read_password(given: str, *names: str) -> str:
    """A password as it is kept a hash of.

    Parameters
    ----------
    given
        As it was typed; other ways to write the same letters are made one.
    *names
        Login and name of whom it is for, which it must be more than.

    Raises
    ------
    InputError
        When it is too short, too long, or easily guessed.
    """
    password = fold_password(given)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InputError(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} letters.",
            remedy="take four or five words that do not belong together.",
        )
    if _is_guessed(password.casefold(), names):
        raise InputError(
            "This password is easily guessed.",
            remedy="take four or five words that do not belong together, and none of your name.",
        )
    return password


def fold_password(given: str) -> str:
    """The one way to write the same letters; not shortened, so that no two passwords become one."""
    return unicodedata.normalize("NFKC", given)


def _is_guessed(password: str, names: tuple[str, ...]) -> bool:
    letters = re.sub(r"[\W_]", "", password)
    word = letters.strip("0123456789")
    own = letters
    for part in {part for name in names for part in re.split(r"[\W_]+", name.casefold()) if len(part) > 2}:
        own = own.replace(part, "")
    return (
        len(set(password)) < _LEAST_VARIED
        or word in _COMMON
        or len(own) < _OWN_PART
        or re.fullmatch(r"(.{1,8}?)\1+.{0,3}", password) is not None
        or any(letters in row + row or letters[::-1] in row + row for row in _ROWS)
    )


def hash_password(password: str) -> str:
    """What is kept of a password, salted."""
    with _turn():
        return _hasher().hash(password)


def is_password(kept: str, given: str) -> bool:
    """Whether a password is the one of a hash; without one as much work is done, and it is not.

    Parameters
    ----------
    kept
        As `hash_password` made it; empty where there is no account, or no password yet.
    given
        As it was typed.
    """
    from argon2.exceptions import InvalidHashError, VerificationError

    password = fold_password(given) if len(given) <= LONGEST_PASSWORD else ""
    with _turn():
        try:
            return _hasher().verify(kept or _nobodys(), password) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


@contextmanager
def _turn() -> Iterator[None]:
    """One's turn; refused where too many wait already."""
    if not _IN_LINE.acquire(blocking=False):
        raise StoreAway("Very many people sign in just now.", remedy="wait some seconds, and try again.")
    try:
        with _AT_ONCE:
            yield
    finally:
        _IN_LINE.release()


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with less work than today's."""
    return _hasher().check_needs_rehash(kept)


@lru_cache(maxsize=1)
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher  # late: a server that one person uses needs none

    return PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY, parallelism=_LANES)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """A hash that no password has: of bytes, which NFKC text never is."""
    return _hasher().hash(b"\xff\x00nobody")
