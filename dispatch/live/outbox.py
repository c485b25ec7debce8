"""Frames on their way to one socket. Nobody who puts a frame in ever waits for the socket."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from dispatch.live.database import Unavailable

logger = logging.getLogger(__name__)

LIMIT = 1024
"""Frames that may wait. More means that the client reads too slowly: it is cut off and comes back by replay."""
BACKLOG = 64
"""Frames from which on the newest position is not worth adding: the next one is a second away."""

TOO_SLOW = 4008
TRY_AGAIN_LATER = 1013
WENT_WRONG = 1011


class Outbox:
    """A bounded queue and the one task that writes to the socket.

    `send` is the server's own: Channels would hop to a thread for every frame of every socket, for nothing.
    """

    def __init__(self, send: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
        self._send = send
        self._waiting: asyncio.Queue[str] = asyncio.Queue()
        self._writer: asyncio.Task[None] | None = None
        self._goodbye: asyncio.Task[None] | None = None

    def start(self, opening: AsyncIterator[str]) -> None:
        """Begin to write: first all of `opening`, then what was put meanwhile and is put from now on."""
        self._writer = asyncio.get_running_loop().create_task(self._write(opening))

    def put(self, text: str) -> None:
        """Queue a frame. Over the limit the socket is closed 4008, and nobody else notices."""
        if self._goodbye:
            return
        if self.backlog >= LIMIT:
            self.close(TOO_SLOW, "you read too slowly: come back with the last version you have")
            return
        self._waiting.put_nowait(text)

    @property
    def backlog(self) -> int:
        """Frames that wait."""
        return self._waiting.qsize()

    def put_ephemeral(self, text: str) -> None:
        """Queue a frame that a newer one replaces soon: dropped where others already wait."""
        if self.backlog < BACKLOG:
            self.put(text)

    def close(self, code: int, reason: str) -> None:
        """Drop what waits and close the socket; the client sees code and reason once it has read what is on its way."""
        if self._goodbye:
            return
        if self._writer:
            self._writer.cancel()
        self._waiting = asyncio.Queue()
        self._goodbye = asyncio.get_running_loop().create_task(self._say_goodbye(code, reason))

    def stop(self) -> None:
        """The socket is gone."""
        for task in (self._writer, self._goodbye):
            if task:
                task.cancel()

    async def _write(self, opening: AsyncIterator[str]) -> None:
        try:
            async for text in opening:
                await self._send({"type": "websocket.send", "text": text})
            while True:
                await self._send({"type": "websocket.send", "text": await self._waiting.get()})
        except Unavailable:
            self.close(TRY_AGAIN_LATER, "the log cannot be read just now: come back in a moment")
        except (OSError, RuntimeError):
            # How the server says that this socket is closed; its reader hears of it too and ends the consumer.
            return
        except Exception:
            logger.exception("a socket's writer failed")
            self.close(WENT_WRONG, "something went wrong here: come back with the last version you have")

    async def _say_goodbye(self, code: int, reason: str) -> None:
        try:
            await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except (OSError, RuntimeError):
            return
