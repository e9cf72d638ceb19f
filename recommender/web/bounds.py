"""How much, and for how long, somebody may send before a request is one: what no middleware sees.

The server's protocol waits for the end of a request's head for as long as it takes and keeps all that comes; a few connections
then fill the memory, or hold the server for ever. Streamlit starts the server and leaves no way to choose another protocol, so
the bounds are put into the protocol's class once, before the first connection.
"""

from __future__ import annotations

import asyncio
import functools
from typing import Any, Final

LARGEST_HEAD_BYTES: Final = 65_536
"""Of the address and all headers together."""
_DONE: Final = "jz_bounded"


def bound_heads(protocol: Any, seconds: int) -> None:
    """Cut connections whose request's head takes longer than ``seconds`` or grows beyond `LARGEST_HEAD_BYTES`.

    Parameters
    ----------
    protocol
        uvicorn's ``HttpToolsProtocol``, whose parser calls back; its other one bounds the size by itself.
    """
    if _DONE in vars(protocol):
        return
    made, lost, received = protocol.connection_made, protocol.connection_lost, protocol.data_received
    begun, complete = protocol.on_message_begin, protocol.on_headers_complete

    def wait(self: Any) -> None:
        forget(self)
        self.jz_open, self.jz_bytes = True, 0
        self.jz_timer = asyncio.get_running_loop().call_later(seconds, self.transport.close)

    def forget(self: Any) -> None:
        self.jz_open = False
        timer = getattr(self, "jz_timer", None)
        if timer is not None:
            timer.cancel()

    @functools.wraps(made)
    def connection_made(self: Any, transport: Any) -> None:
        made(self, transport)
        wait(self)

    @functools.wraps(lost)
    def connection_lost(self: Any, exc: Exception | None) -> None:
        forget(self)
        lost(self, exc)

    @functools.wraps(begun)
    def on_message_begin(self: Any) -> None:
        wait(self)
        begun(self)

    @functools.wraps(complete)
    def on_headers_complete(self: Any) -> None:
        forget(self)
        complete(self)

    @functools.wraps(received)
    def data_received(self: Any, data: bytes) -> None:
        received(self, data)
        if self.jz_open:
            self.jz_bytes += len(data)
            if self.jz_bytes > LARGEST_HEAD_BYTES:
                forget(self)
                self.send_400_response("The head of this request is too large.")

    protocol.connection_made, protocol.connection_lost, protocol.data_received = connection_made, connection_lost, data_received
    protocol.on_message_begin, protocol.on_headers_complete = on_message_begin, on_headers_complete
    setattr(protocol, _DONE, True)


def bound_server(seconds: int) -> None:
    """Bound the protocol that this process's server speaks, where it is the one with the fast parser."""
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:
        return
    bound_heads(HttpToolsProtocol, seconds)
