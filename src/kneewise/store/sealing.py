"""Bytes ⇄ bytes that only somebody with the passphrase can read, or change unnoticed.

The passphrase becomes a key by scrypt, and the bytes are cut into pieces, each sealed by AES-256 in
Galois/Counter mode. A piece knows its number and whether it is the last one: none can be left out, moved,
repeated or cut off. What a passphrase cannot do: one that can be guessed protects nothing.
"""

import os
import struct
import unicodedata
from collections.abc import Callable
from typing import IO, TYPE_CHECKING

from ..errors import InputError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"kneewise sealed 1\n"
"""What a sealed file begins with."""
SHORTEST = 10
"""Letters of a passphrase, at least; an estimate."""
_PIECE = 1 << 20
_TAG = 16
_SALT = 16
_PREFIX = 7
_HEAD = struct.Struct(f">{len(MAGIC)}s{_SALT}s{_PREFIX}sB")
_WORK = 17
"""Of scrypt, as a power of two: 128 MiB, and less than a second, for each guess (OWASP's first choice)."""
_WORKS = range(14, 21)
"""What is opened: more would fill the memory of whoever opens it."""
_MOST_PIECES = 1 << 32

Write = Callable[[bytes], object]


class Sealer:
    """A file that can be written to; what comes out goes on sealed, the last piece when it is closed.

    Parameters
    ----------
    write
        Takes what comes out.
    passphrase
        Opens it again.
    """

    def __init__(self, write: Write, passphrase: str) -> None:
        salt, self._prefix = os.urandom(_SALT), os.urandom(_PREFIX)
        self._head = _HEAD.pack(MAGIC, salt, self._prefix, _WORK)
        self._cipher = _cipher(passphrase, salt, _WORK)
        self._write, self._rest, self._count = write, bytearray(), 0
        write(self._head)

    def write(self, content: bytes) -> int:
        """Add to it."""
        self._rest += content
        while len(self._rest) > _PIECE:  # the last one stays here, full or not
            self._seal(bytes(self._rest[:_PIECE]), last=False)
            del self._rest[:_PIECE]
        return len(content)

    def flush(self) -> None:
        """Nothing more goes on before a piece is full."""

    def close(self) -> None:
        """Seal what is left."""
        self._seal(bytes(self._rest), last=True)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        nonce = _nonce(self._prefix, self._count, last=last)
        self._write(self._cipher.encrypt(nonce, piece, self._head))
        self._count += 1


def is_sealed(source: IO[bytes]) -> bool:
    """Whether a file that was just opened is sealed; it is then as if it was just opened."""
    begin = source.read(len(MAGIC))
    source.seek(0)
    return begin == MAGIC


def unseal(source: IO[bytes], write: Write, passphrase: str) -> None:
    """Open what was sealed.

    Parameters
    ----------
    source
        From its beginning.
    write
        Takes what comes out; nothing of a piece that was changed.
    passphrase
        That it was sealed with.

    Raises
    ------
    InputError
        When the passphrase is another one, or something was changed, moved or cut off. What was written by
        then must not be used.
    """
    from cryptography.exceptions import InvalidTag

    head = source.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise _closed()
    _, salt, prefix, work = _HEAD.unpack(head)
    if work not in _WORKS:
        raise _closed()
    cipher = _cipher(passphrase, salt, work)
    piece, count = source.read(_PIECE + _TAG), 0
    while count < _MOST_PIECES:
        following = source.read(_PIECE + _TAG)
        try:
            write(cipher.decrypt(_nonce(prefix, count, last=not following), piece, head))
        except (InvalidTag, ValueError) as error:
            raise _closed() from error
        if not following:
            return
        piece, count = following, count + 1
    raise _closed()


def _cipher(passphrase: str, salt: bytes, work: int) -> "AESGCM":
    # Imported late: most backups are not sealed.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    # The same letters are the same bytes on every keyboard.
    letters = unicodedata.normalize("NFC", passphrase).encode()
    return AESGCM(Scrypt(salt=salt, length=32, n=1 << work, r=8, p=1).derive(letters))


def _nonce(prefix: bytes, count: int, *, last: bool) -> bytes:
    return prefix + struct.pack(">I?", count, last)


def _closed() -> InputError:
    return InputError(
        "The passphrase does not open it, or it was changed on the way.",
        remedy="type the passphrase once more; if it is the right one, take another copy.",
    )
