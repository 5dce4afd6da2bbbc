"""One letter, sent to the address that was looked at and to no other.

A name that leads to this computer or into a private network would let whoever adds a hook ask what only the
server can reach. So a name is resolved once, every address of it is looked at, and the connection goes to one
of these very addresses: a name that leads elsewhere a moment later is not asked again. No redirect is
followed.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ..errors import InputError

Resolve = Callable[[str, int], list[str]]
_SILENCE, _LONGEST = 10.0, 30.0
"""Until a connection says something, and until it is done. [s]"""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_INSIDE = tuple(
    map(ipaddress.ip_network, ("fec0::/10", "192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32"))
)
"""What Python takes for public, and still is asked inside of a network only: old addresses of a site, those
kept for protocols, where a cloud answers its own machines, an old way between networks, another cloud."""
_AGENT = "kneewise-webhook"


class Unsent(Exception):
    """A letter that nobody took, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is sent.

    Attributes
    ----------
    url : where to.
    body : JSON.
    headers : besides the usual ones.
    private : whether it may go into a private network, or to this computer.
    """

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    private: bool = False


def resolve(host: str, port: int) -> list[str]:
    """Addresses of a name."""
    return [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def send(letter: Letter, find: Resolve = resolve) -> None:
    """Post a letter.

    Parameters
    ----------
    letter
        What, and where to.
    find
        Resolves names.

    Raises
    ------
    Unsent
        When it may not go there, or nobody took it: any answer but 2xx, a redirect too.
    """
    parts = urlsplit(letter.url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    path = f"{parts.path or '/'}?{parts.query}".removesuffix("?")
    try:
        address = _address(host, port, find, private=letter.private)
        with contextlib.closing(_Connection(host, port, address, secure=secure)) as connection:
            status = _post(connection, letter, path)
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise Unsent(f"{type(error).__name__}: {error}") from error
    if not 200 <= status < 300:
        raise Unsent(f"it answered {status}")


def check_allowed(url: str, *, private: bool) -> None:
    """Complain early about an address that nothing will be sent to; where a name leads shows when it is sent.

    Raises
    ------
    InputError
        When it is of this computer or a private network, and may not be.
    """
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:  # that it is no address, the store says
        return
    address = _number(host)
    inside = host == "localhost" or host.endswith(".localhost") or (address and not is_public(address))
    if private or not inside:
        return
    raise InputError(
        f"{host} is this computer, or lies in a private network.",
        remedy="kneewise webhook add --private, in the terminal of the server.",
    )


def _number(host: str) -> str:
    """The address of the network that a host is, however it is written; nothing of a name."""
    try:
        return str(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return ""


def is_public(address: str) -> bool:
    """Whether an address lies in the open internet; one that holds another is what that one is."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    special = ip.is_multicast or ip.is_reserved or any(ip in network for network in _INSIDE)
    return ip.is_global and not special


def _address(host: str, port: int, find: Resolve, *, private: bool) -> str:
    """The address to go to; all that a name leads to have to be fit."""
    addresses = find(host, port)
    if not addresses or not (private or all(map(is_public, addresses))):
        raise Unsent("it leads to this computer or into a private network, and was added without --private")
    return addresses[0]


class _Connection(http.client.HTTPConnection):
    """To that address, whatever the name leads to now; by TLS with the certificate of the name."""

    def __init__(self, host: str, port: int, address: str, *, secure: bool) -> None:
        super().__init__(host, port, timeout=_SILENCE)
        self._address, self._secure = address, secure

    def connect(self) -> None:
        """Connect, past every proxy."""
        self.sock = socket.create_connection((self._address, self.port), _SILENCE)
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def _post(connection: _Connection, letter: Letter, path: str) -> int:
    """Status of the answer, of which nothing else is read; who answers drop by drop is hung up on."""
    headers = {"Content-Type": "application/json", "User-Agent": _AGENT, "Connection": "close"}
    late = threading.Timer(_LONGEST, _hang_up, (connection,))
    late.daemon = True
    late.start()
    try:
        connection.request("POST", path, letter.body, {**headers, **letter.headers})
        return connection.getresponse().status
    finally:
        late.cancel()


def _hang_up(connection: _Connection) -> None:
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)
