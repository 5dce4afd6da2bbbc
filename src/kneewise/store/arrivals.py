"""What comes in files: handed on with its hash, or refused with what is wrong with it."""

import hashlib
from collections.abc import Callable

_BLOCK = 1 << 20


class Spoilt(Exception):
    """What is wrong with a file that somebody brought, in words."""


def say_why(error: Exception) -> str:
    """The end of a sentence that refuses such a file, where there is more to say than that."""
    return f": {error}" if isinstance(error, Spoilt) else ""


def copy(read: Callable[[int], bytes], write: Callable[[bytes], object]) -> str:
    """Hand everything on that can be read; its SHA-256, hexadecimal."""
    digest = hashlib.sha256()
    while block := read(_BLOCK):
        digest.update(block)
        write(block)
    return digest.hexdigest()
