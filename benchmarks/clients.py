"""Lean clients for benchmarks, on one event loop: their own cost must not hide the server's.

A follower looks at nothing of a frame but its version, and no JSON is read while the clock runs.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from array import array
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

PROXY_LINE = b"PROXY TCP4 127.0.0.1 127.0.0.1 40000 8000\r\n"
TEXT, CLOSE, PING = 0x81, 0x88, 0x89
VERSION = b'{"v":'
MARK = re.compile(rb"mark-(\d+)-")
Connect = Callable[[Callable[[], asyncio.Protocol]], Awaitable[Any]]


def by_path(path: Path) -> Connect:
    """Connects to a Unix socket."""
    return lambda factory: asyncio.get_running_loop().create_unix_connection(factory, str(path))


def by_port(port: int) -> Connect:
    """Connects to a port of this machine."""
    return lambda factory: asyncio.get_running_loop().create_connection(factory, "127.0.0.1", port)


class Crowd:
    """Followers of the board, and what reached them.

    `arrivals`: version -> times (`time.perf_counter`) at which it came in. `marks`: number in a text `mark-<n>-` ->
    version of its event. `faults`: gaps, repetitions and lost connections; empty when all went well.
    """

    def __init__(self, in_order: bool = True) -> None:
        self.in_order = in_order
        self.followers: list[Follower] = []
        self.arrivals: defaultdict[int, array[float]] = defaultdict(lambda: array("d"))
        self.marks: dict[int, int] = {}
        self.faults: list[str] = []
        self.complete: Callable[[int], None] = lambda v: None
        self.sample = b""

    async def join(self, connect: Connect, number: int, token: str, at_once: int = 25) -> None:
        """Open `number` more sockets of the person with `token`, and wait until each follows."""
        for done in range(0, number, at_once):
            new = [Follower(self, token) for _ in range(min(at_once, number - done))]
            await asyncio.gather(*(connect(lambda follower=follower: follower) for follower in new))  # type: ignore[misc]
            await asyncio.wait_for(asyncio.gather(*(follower.follows for follower in new)), 60)
            self.followers += new

    def leave(self) -> None:
        """Close all sockets."""
        for follower in self.followers:
            follower.is_leaving = True
            follower.transport.close()
        self.followers = []

    def forget(self) -> None:
        """Begin to count anew."""
        self.arrivals.clear()
        self.marks.clear()

    async def all_have(self, v: int, seconds: float) -> bool:
        """Wait until everybody is at `v`."""
        deadline = time.perf_counter() + seconds
        while time.perf_counter() < deadline:
            if all(follower.v >= v for follower in self.followers):
                return True
            await asyncio.sleep(0.02)
        return False


class Follower(asyncio.Protocol):
    """One socket of the board."""

    def __init__(self, crowd: Crowd, token: str) -> None:
        self.crowd = crowd
        self.token = token
        self.follows: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.is_upgraded = self.is_leaving = False
        self.rest = b""
        self.v = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(
            b"GET /ws/board/ HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            b"Authorization: Token " + self.token.encode() + b"\r\n\r\n"
        )

    def data_received(self, data: bytes) -> None:
        at = time.perf_counter()
        if self.rest:
            data = self.rest + data
        if not self.is_upgraded:
            data = self._upgraded(data)
        begin, length = 0, len(data)
        while length - begin >= 4:
            size, body = data[begin + 1], begin + 2
            if size == 126:
                size, body = int.from_bytes(data[begin + 2 : begin + 4], "big"), begin + 4
            elif size == 127:
                size, body = int.from_bytes(data[begin + 2 : begin + 10], "big"), begin + 10
            if body + size > length:
                break
            if data.startswith(VERSION, body):
                self._event(data, body, body + size, at)
            else:
                self._other(data[begin], data[body : body + size])
            begin = body + size
        self.rest = data[begin:]

    def _upgraded(self, data: bytes) -> bytes:
        head, end, rest = data.partition(b"\r\n\r\n")
        if not end:
            return b""
        if not head.startswith(b"HTTP/1.1 101"):
            self.follows.set_exception(ConnectionError(data.decode(errors="replace")[:300]))
        self.is_upgraded = True
        return rest

    def _event(self, data: bytes, begin: int, end: int, at: float) -> None:
        crowd = self.crowd
        v = int(data[begin + 5 : data.index(b",", begin)])
        if v != self.v + 1 and crowd.in_order:
            crowd.faults.append(f"{v} after {self.v}")
        self.v = v
        arrivals = crowd.arrivals[v]
        arrivals.append(at)
        if len(arrivals) == 1:
            crowd.sample = data[begin:end]
            if mark := MARK.search(data, begin, end):
                crowd.marks[int(mark[1])] = v
        if len(arrivals) == len(crowd.followers):
            crowd.complete(v)

    def _other(self, kind: int, body: bytes) -> None:
        if kind == PING:
            self.transport.write(bytes((0x8A, 0x80 | len(body))) + bytes(4) + body)
        elif kind == TEXT and not self.follows.done():
            self.v = json.loads(body)["head"]
            self.follows.set_result(None)
        elif kind == CLOSE:
            self.crowd.faults.append(f"closed: {body!r}")

    def connection_lost(self, error: Exception | None) -> None:
        if not self.follows.done():
            self.follows.set_exception(error or ConnectionError("closed before it followed"))
        elif not self.is_leaving:
            self.crowd.faults.append(f"connection lost: {error}")


class Api:
    """Requests of one person over kept connections to `web`, as many at once as are asked for.

    `greeting` is what a connection begins with.
    """

    def __init__(self, path: Path, token: str, greeting: bytes = PROXY_LINE) -> None:
        self.greeting = greeting
        self.path = str(path)
        self.head = f"Host: 127.0.0.1:8000\r\nAuthorization: Token {token}\r\nContent-Type: application/json\r\n"
        self.idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter, float]] = []

    async def send(self, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, bytes]:
        """(status, body of the answer)."""
        text = b"" if body is None else json.dumps(body).encode()
        named = f"Idempotency-Key: {key}\r\n" if key else ""
        head = f"{method} {path} HTTP/1.1\r\n{self.head}{named}Content-Length: {len(text)}\r\n\r\n"
        reader, writer = await self._connection()
        writer.write(head.encode() + text)
        answer = await reader.readuntil(b"\r\n\r\n")
        size = re.search(rb"(?i)content-length: (\d+)", answer)
        found = await reader.readexactly(int(size[1])) if size else b""
        if b"close" in answer.lower().partition(b"connection:")[2].partition(b"\r\n")[0]:
            writer.close()
        else:
            self.idle.append((reader, writer, time.monotonic()))
        return int(answer.split(b" ", 2)[1]), found

    async def ask(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        """The answer's JSON. Raises RuntimeError where it is a refusal."""
        status, found = await self.send(method, path, body, key)
        if status >= 400:
            raise RuntimeError(f"{method} {path} answered {status}: {found.decode()[:300]}")
        return json.loads(found) if found else None

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self.idle:
            reader, writer, since = self.idle.pop()
            # gunicorn closes a connection that was idle for two seconds.
            if time.monotonic() - since < 1.0 and not reader.at_eof():
                return reader, writer
            writer.close()
        reader, writer = await asyncio.open_unix_connection(self.path, limit=2**22)
        writer.write(self.greeting)
        return reader, writer

    def close(self) -> None:
        """Close the connections."""
        for _, writer, _ in self.idle:
            writer.close()
        self.idle = []
