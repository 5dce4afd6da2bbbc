"""The server before anybody has asked it anything."""

import asyncio
import socket

from kneewise.web import serving


def test_who_comes_before_the_server_is_ready_is_not_turned_away():
    with serving._listen(0) as listener, socket.create_connection(listener.getsockname(), timeout=10) as came:
        assert came.getpeername() == listener.getsockname()


def test_what_is_answered_is_sent_at_once():
    """Without waiting for whoever asked to acknowledge the head of it."""

    async def connect(listener):
        waits = asyncio.get_running_loop().create_future()

        def come(_reader, writer):
            known = writer.get_extra_info("socket")
            waits.set_result(not known.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        async with await asyncio.start_server(come, sock=listener):
            _reader, writer = await asyncio.open_connection(*listener.getsockname())
            assert not await waits
            writer.close()

    with serving._listen(0) as listener:
        asyncio.run(connect(listener))
