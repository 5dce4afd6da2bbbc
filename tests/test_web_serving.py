"""The server before anybody has asked it anything."""

import socket

from kneewise.web import serving


def test_who_comes_before_the_server_is_ready_is_not_turned_away():
    with serving._listen(0) as listener, socket.create_connection(listener.getsockname(), timeout=10) as came:
        assert came.getpeername() == listener.getsockname()
