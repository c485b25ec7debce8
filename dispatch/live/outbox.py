"""Frames on their way to one socket. Nobody who puts a frame in ever waits for the socket."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from dispatch.live.cut import count_cut
from dispatch.live.database import Unavailable
from dispatch.live.protocol import Push, never, wire
from hearteam.observe import metrics

logger = logging.getLogger(__name__)

LIMIT = 1024
"""Frames that may wait. More means that the client reads too slowly: it is cut off and comes back by replay."""
BACKLOG = 64
"""Frames from which on the newest position is not worth adding: the next one is a second away."""

TOO_SLOW = 4008
TRY_AGAIN_LATER = 1013
WENT_WRONG = 1011


class Outbox:
    """What one socket is sent: at once where that is possible, else by a bounded queue and a task that empties it.

    `send` is the server's own: Channels would hop to a thread for every frame of every socket, for nothing. `push`
    (protocol.py) writes a frame that all sockets share; there is a task only while frames wait.
    """

    def __init__(self, send: Callable[[dict[str, Any]], Awaitable[None]], push: Push = never) -> None:
        self._send = send
        self._push = push
        self._waiting: deque[str] = deque()
        self._begun = False
        self._over = False
        self._writer: asyncio.Task[None] | None = None
        self._goodbye: asyncio.Task[None] | None = None

    def start(self, opening: AsyncIterator[str]) -> None:
        """Begin to write: first all of `opening`, then what was put meanwhile and is put from now on."""
        self._begun = True
        self._writer = asyncio.get_running_loop().create_task(self._write(opening))

    def begin(self) -> None:
        """Begin to write, with nothing to go before what is put."""
        self._begun = True

    def put(self, text: str) -> None:
        """Send a frame after those before it. Over the limit the socket is closed 4008, and nobody else notices."""
        if self._goodbye or self._over:
            return
        is_idle = self._begun and self._writer is None
        if is_idle and self._push(wire(text)):
            return
        if self.backlog >= LIMIT:
            self.close(TOO_SLOW, "you read too slowly: come back with the last version you have")
            return
        self._waiting.append(text)
        if is_idle:
            self._writer = asyncio.get_running_loop().create_task(self._write(None))

    @property
    def backlog(self) -> int:
        """Frames that wait."""
        return len(self._waiting)

    def put_ephemeral(self, text: str) -> None:
        """Queue a frame that a newer one replaces soon: dropped where others already wait."""
        if self.backlog < BACKLOG:
            self.put(text)
        else:
            metrics.frames_dropped.inc()

    def close(self, code: int, reason: str) -> None:
        """Drop what waits and close the socket; the client sees code and reason once it has read what is on its way."""
        if self._goodbye:
            return
        count_cut(code)
        if self._writer:
            self._writer.cancel()
        self._waiting.clear()
        self._goodbye = asyncio.get_running_loop().create_task(self._say_goodbye(code, reason))

    def stop(self) -> None:
        """The socket is gone."""
        self._over = True
        for task in (self._writer, self._goodbye):
            if task:
                task.cancel()

    async def _write(self, opening: AsyncIterator[str] | None) -> None:
        try:
            if opening is not None:
                async for text in opening:
                    await self._send({"type": "websocket.send", "text": text})
            while self._waiting:
                await self._send({"type": "websocket.send", "text": self._waiting.popleft()})
            self._writer = None
        except Unavailable:
            self.close(TRY_AGAIN_LATER, "the log cannot be read just now: come back in a moment")
        except (OSError, RuntimeError):
            # How the server says that this socket is closed; its reader hears of it too and ends the consumer.
            self._over = True
            self._waiting.clear()
        except Exception:
            logger.exception("a socket's writer failed")
            self.close(WENT_WRONG, "something went wrong here: come back with the last version you have")

    async def _say_goodbye(self, code: int, reason: str) -> None:
        try:
            await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except (OSError, RuntimeError):
            return
