"""Sockets that pages are asked on."""

import socket


def make_listener(family: socket.AddressFamily = socket.AF_INET) -> socket.socket:
    """A socket whose answers are sent at once, bound to nothing yet."""
    # asyncio does so only where the protocol is said; else each answer waits 40 ms for the one who asked to
    # acknowledge the head of it.
    return socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
