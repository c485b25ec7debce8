"""Clients that follow by socket as the console and the tablet do: they come back by `?after=`, and notice silence."""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
from collections import deque
from collections.abc import Coroutine, Mapping
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from dispatch.board import apply
from hearteam.embedded import processes

STALE_AFTER_S = 10.0
LONGEST_WAIT_S = 10.0
RESTARTING = 1012


async def heard(socket: Any, **how: Any) -> Any:
    """The next message. Raises TimeoutError when nothing is heard for too long."""
    # `asyncio.wait_for` of Python 3.11 loses a cancellation that comes with the answer: a follower would never end.
    async with asyncio.timeout(STALE_AFTER_S):
        return await socket.recv(**how)


class Follower:
    """One socket that is always there or on its way back. `ports` are tried in turn."""

    def __init__(self, path: str, token: str, ports: list[int], after: int, *, seed: int = 0) -> None:
        self.path, self.token, self.ports = path, token, ports
        self.version = after
        self.connections = 0
        self.is_connected = False
        self.has_ended = False
        self.wrong: list[str] = []
        self.ends: deque[str] = deque(maxlen=6)
        """How its last connections, or tries at one, ended: when, where, after how long, why."""
        self._draw = random.Random(seed)
        self._attempts = 0
        self._socket: Any = None

    async def run(self) -> None:
        """Until cancelled."""
        try:
            await self._run()
        except Exception as error:
            self.wrong.append(f"gave up: {error!r}")
            raise
        finally:
            self.has_ended = True

    async def _run(self) -> None:
        turn = self._draw.randrange(len(self.ports))
        while True:
            turn += 1
            port = self.ports[turn % len(self.ports)]
            code, began, why = 0, time.monotonic(), ""
            try:
                async with connect(
                    f"ws://127.0.0.1:{port}{self.path}?after={self.version}",
                    additional_headers={"Authorization": f"Token {self.token}"},
                    compression=None, ping_interval=None, open_timeout=8, close_timeout=1, max_size=None, proxy=None,
                ) as socket:  # fmt: skip
                    self.connections += 1
                    self._socket = socket
                    await self._follow(socket)
            except WebSocketException as error:
                code, why = getattr(getattr(error, "rcvd", None), "code", 0), repr(error)
            except (OSError, TimeoutError) as error:
                why = repr(error)
            was, self.is_connected = self.is_connected, False
            now = time.monotonic()
            self.ends.append(f"{now:.1f} {port} {'lost' if was else 'not had'} after {now - began:.1f} s: {why[:80]}")
            await asyncio.sleep(self._wait(code))

    def reconnect(self) -> None:
        """Drop the connection and take a new one; on the loop."""
        if self._socket:
            self._socket.transport.abort()

    def _wait(self, code: int) -> float:
        """As `socket.js`: soon where a process says that it restarts, else longer with every attempt."""
        if code == RESTARTING:
            return 0.2 + self._draw.random() * 0.8
        whole = min(LONGEST_WAIT_S, 0.5 * 2 ** min(self._attempts, 10))
        self._attempts += 1
        return whole / 2 + self._draw.random() * whole / 2

    async def _follow(self, socket: Any) -> None:
        while True:
            frame = json.loads(await heard(socket))
            self._attempts, self.is_connected = 0, True
            if frame["type"] == "resync":
                self.wrong.append(f"told to fetch everything anew at {self.version}")
            elif "v" in frame:
                self.take(frame)

    def take(self, frame: Mapping[str, Any]) -> None:
        """An event: it must be the one after the last."""
        if frame["v"] != self.version + 1:
            self.wrong.append(f"{frame['v']} came after {self.version}")
        self.version = frame["v"]


class OneOfMany(Follower):
    """Looks at no more than the version, so that hundreds of them leave the machine to the system."""

    async def _follow(self, socket: Any) -> None:
        while True:
            text = await heard(socket, decode=False)
            self._attempts, self.is_connected = 0, True
            if text.startswith(b'{"v":'):
                Follower.take(self, {"v": int(text[5 : text.index(b",")])})
            elif text.startswith(b'{"type":"resync"'):
                self.wrong.append(f"told to fetch everything anew at {self.version}")


class Board(Follower):
    """Keeps the whole board, as a console does."""

    def __init__(self, snapshot: Mapping[str, Any], token: str, ports: list[int], *, seed: int = 0) -> None:
        super().__init__("/ws/board/", token, ports, snapshot["version"], seed=seed)
        self.snapshot = snapshot

    def take(self, frame: Mapping[str, Any]) -> None:
        # The version last: whoever sees it may compare the board.
        if not self.wrong and frame["v"] == self.version + 1:
            self.snapshot = apply(self.snapshot, frame)
        super().take(frame)


class Tablet(Follower):
    """Follows its own unit: each frame names the one before it."""

    def __init__(self, token: str, ports: list[int], head: int, *, seed: int = 0) -> None:
        super().__init__("/ws/unit/", token, ports, head, seed=seed)

    def take(self, frame: Mapping[str, Any]) -> None:
        if frame["prev"] != self.version:
            self.wrong.append(f"{frame['v']} says {frame['prev']} came before, that was {self.version}")
        self.version = frame["v"]


class Following:
    """An event loop of its own for all followers."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self._followers: list[Follower] = []
        self._running: list[Any] = []

    def add(self, followers: list[Any]) -> None:
        self._followers += followers
        self._running += [self.run(follower.run()) for follower in followers]

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Have it done on the loop; a future."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def stop(self) -> None:
        for running in self._running:
            running.cancel()
        processes.wait_until(lambda: all(one.has_ended for one in self._followers), 5, 0.05)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)


class Silent:
    """A way to one live process that can fall silent: it is open, nothing comes, and nobody is told (half-open TCP)."""

    def __init__(self, following: Following, upstream: int) -> None:
        self.upstream = upstream
        self.is_silent = False
        self.dropped_by_server = 0
        self._following = following
        self._server = following.run(asyncio.start_server(self._join, "127.0.0.1", 0)).result(10)
        self.port: int = self._server.sockets[0].getsockname()[1]

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_silent:
            writer.transport.abort()
            return
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        back = asyncio.create_task(self._pass(reader, up_writer))
        await self._pass(up_reader, writer)
        self.dropped_by_server += self.is_silent
        back.cancel()
        for each in (writer, up_writer):
            each.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """What is read while it is silent goes nowhere; the kernel still says that it has come."""
        try:
            while data := await reader.read(65536):
                if not self.is_silent:
                    writer.write(data)
        except OSError:
            return
        while self.is_silent and writer.transport.get_extra_info("peername")[1] == self.upstream:
            await asyncio.sleep(0.2)  # its client's end is not passed on

    def close(self) -> None:
        self._following.loop.call_soon_threadsafe(self._server.close)
