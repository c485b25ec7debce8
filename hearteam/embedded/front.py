"""The one address of `make run`: reads a connection's request and joins it to `web` or, for `/ws/`, to `live`.

1. Read the head (32 KB and 10 s at most), then the body up to the limit, so that a slow client never holds a thread of
   `web`.
2. Connect to the process that answers; when it is down, say so at once (503).
3. Pass bytes both ways until one side ends. One request a connection (a WebSocket lasts): nothing to keep in step.

It keeps no state beyond open connections; production has a TLS proxy in its place (docs/deploy).
"""

import argparse
import asyncio
import signal
from pathlib import Path
from typing import cast

import uvloop

from hearteam.embedded.request_head import HEAD_END, HEAD_LIMIT, BadRequest, RequestHead, parse_head
from hearteam.problems import CONTENT_TYPE, problem_body

REQUEST_SECONDS = 10.0
BODY_SECONDS = 30.0
ANSWER_SECONDS = 60.0
LINGER_SECONDS = 5.0
BODY_HELD_AT_MOST = 1_100_000
CONNECTIONS_AT_MOST = 4_000
PHRASES = {
    400: "Bad Request",
    408: "Request Timeout",
    431: "Request Header Fields Too Large",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


class Front:
    """Where the two upstreams listen (Unix sockets), and how many clients are connected."""

    def __init__(self, web: Path, live: Path) -> None:
        self.web = str(web)
        self.live = str(live)
        self.clients: set[Client] = set()

    async def serve(self, host: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        stopping = asyncio.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, stopping.set)
        server = await loop.create_server(lambda: Client(self), host, port, backlog=1024)
        await stopping.wait()
        server.close()
        for client in list(self.clients):
            client.end()


class Upstream(asyncio.Protocol):
    """The connection to `web` or `live` on behalf of one client."""

    def __init__(self, client: "Client") -> None:
        self.client = client
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.client.answer_began()
        self.client.write(data)

    def connection_lost(self, error: Exception | None) -> None:
        self.client.upstream_ended()

    def pause_writing(self) -> None:
        self.client.pause_reading()

    def resume_writing(self) -> None:
        self.client.resume_reading()


class Client(asyncio.Protocol):
    """One connection from outside: one request, or one WebSocket."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.transport: asyncio.Transport | None = None
        self.upstream: Upstream | None = None
        self.head: RequestHead | None = None
        self.held = bytearray()
        self.connecting: asyncio.Task[None] | None = None
        self.timer: asyncio.TimerHandle | None = None
        self.answered = False
        self.ended = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.front.clients.add(self)
        if len(self.front.clients) > CONNECTIONS_AT_MOST:
            self.refuse(503, "Too many connections. Try again in a moment.")
            return
        self.within(REQUEST_SECONDS, 408, "The request did not arrive in time.")

    def data_received(self, data: bytes) -> None:
        if self.ended:
            return
        if self.upstream and self.upstream.transport:
            self.upstream.transport.write(data)
            return
        self.held += data
        if self.head is None:
            self.take_head()
        if self.head is not None and self.connecting is None:
            self.take_body(self.head)

    def take_head(self) -> None:
        end = self.held.find(HEAD_END)
        if end > HEAD_LIMIT or (end < 0 and len(self.held) > HEAD_LIMIT):
            self.refuse(431, "The request's headers are too long.")
        elif end >= 0:
            try:
                self.head = parse_head(bytes(self.held[:end]).lstrip(b"\r\n"))
            except BadRequest as reason:
                self.refuse(400, str(reason))
                return
            del self.held[: end + len(HEAD_END)]
            if self.head.expects_continue:
                self.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.within(BODY_SECONDS, 408, "The body did not arrive in time.")

    def take_body(self, head: RequestHead) -> None:
        if head.upgrades or head.has_body(bytes(self.held)) or len(self.held) > BODY_HELD_AT_MOST:
            self.within(ANSWER_SECONDS, 504, "No answer in time. Look whether it was done before you send it again.")
            self.connecting = asyncio.get_running_loop().create_task(self.connect(head))

    async def connect(self, head: RequestHead) -> None:
        path = self.front.live if head.is_for_live else self.front.web
        upstream = Upstream(self)
        try:
            await asyncio.get_running_loop().create_unix_connection(lambda: upstream, path)
        except OSError:
            self.refuse(503, f"The {'live' if head.is_for_live else 'web'} process is down; it is being restarted.")
            return
        assert upstream.transport is not None
        if self.ended or self.transport is None:
            upstream.transport.close()
            return
        self.upstream = upstream
        client, local = self.transport.get_extra_info("peername"), self.transport.get_extra_info("sockname")
        upstream.transport.write(head.for_upstream(client[:2], local[:2]) + bytes(self.held))
        self.held.clear()

    def within(self, seconds: float, status: int, detail: str) -> None:
        """Refuse when nothing further happens for `seconds`; each stage sets its own limit."""
        self.no_limit()
        self.timer = asyncio.get_running_loop().call_later(seconds, self.refuse, status, detail)

    def no_limit(self) -> None:
        if self.timer:
            self.timer.cancel()
            self.timer = None

    def answer_began(self) -> None:
        if not self.answered:
            self.answered = True
            self.no_limit()

    def upstream_ended(self) -> None:
        if self.ended:
            return
        if not self.answered:
            self.refuse(502, "The process ended before it answered. Look whether it was done before you send it again.")
            return
        self.end()

    def refuse(self, status: int, detail: str) -> None:
        if self.ended or self.answered:
            return
        body = problem_body(status, detail)
        head = f"HTTP/1.1 {status} {PHRASES[status]}\r\nContent-Type: {CONTENT_TYPE}\r\nContent-Length: {len(body)}\r\n"
        retry = "Retry-After: 1\r\n" if status == 503 else ""
        self.write(f"{head}{retry}Connection: close\r\n\r\n".encode() + body)
        self.end()

    def write(self, data: bytes) -> None:
        if self.transport and not self.ended:
            self.transport.write(data)

    def end(self) -> None:
        """Say that no more comes. What still arrives is dropped for a while: a reset could overtake the answer."""
        if self.ended or self.transport is None:
            return
        self.ended = True
        self.no_limit()
        if self.upstream and self.upstream.transport:
            self.upstream.transport.close()
        if self.transport.is_closing():
            return
        self.transport.resume_reading()
        self.transport.write_eof()
        self.timer = asyncio.get_running_loop().call_later(LINGER_SECONDS, self.transport.abort)

    def eof_received(self) -> bool:
        """The client sends no more. Waiting for an answer it may still read; anything else is over."""
        waits_for_answer = self.connecting is not None and self.head is not None and not self.head.upgrades
        return waits_for_answer and not self.ended

    def connection_lost(self, error: Exception | None) -> None:
        self.ended = True
        self.no_limit()
        self.front.clients.discard(self)
        if self.upstream and self.upstream.transport:
            self.upstream.transport.close()

    def pause_writing(self) -> None:
        if self.upstream and self.upstream.transport:
            self.upstream.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.upstream and self.upstream.transport and not self.upstream.transport.is_closing():
            self.upstream.transport.resume_reading()

    def pause_reading(self) -> None:
        if self.transport and not self.ended:
            self.transport.pause_reading()

    def resume_reading(self) -> None:
        if self.transport and not self.transport.is_closing():
            self.transport.resume_reading()


def main() -> None:
    parser = argparse.ArgumentParser(description="One address for the web and live processes of this machine.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--web", type=Path, required=True, help="Unix socket of the web process")
    parser.add_argument("--live", type=Path, required=True, help="Unix socket of the live process")
    options = parser.parse_args()
    uvloop.run(Front(options.web, options.live).serve(options.host, options.port))


if __name__ == "__main__":
    main()
