"""uvicorn's WebSocket protocol with one thing more: a frame that was made once is written to many sockets.

The server would make the frame anew for each socket, and the writer of each would have to be woken for it. What cannot
be written at once goes the usual way, by `send`, so that nothing here holds anybody up.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State

PUSH = "hearteam.push"
"""The extension's name in the scope."""

Push = Callable[[bytes], bool]


@lru_cache(maxsize=8)
def wire(text: str) -> bytes:
    """A text as an unmasked, uncompressed WebSocket frame. The next sockets ask for the same one."""
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


def push_of(scope: dict[str, Any]) -> Push:
    """The quick way into this socket; under a server that has none, one that is never open."""
    found: Push = scope.get("extensions", {}).get(PUSH, never)
    return found


def never(frame: bytes) -> bool:
    """Nothing goes this way."""
    return False


class LiveProtocol(WebSocketsSansIOProtocol):
    """What the `live` process is started with (`--ws dispatch.live.protocol:LiveProtocol`)."""

    def handle_connect(self, event: Request) -> None:
        """Offer the application the quick way."""
        super().handle_connect(event)
        if self.response.status_code == 101:
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[PUSH] = self.push

    def push(self, frame: bytes) -> bool:
        """Write a whole frame now; False, and nothing written, when the socket is not open or its client lags behind.

        Never between the parts of another message: `send` writes each message whole.
        """
        if self.conn.state is not State.OPEN or not self.writable.is_set() or self.close_sent or self.conn.extensions:
            return False
        if self.disconnected or self.transport.is_closing():
            return False
        self.transport.write(frame)
        return True
