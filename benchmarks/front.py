"""What the one address of `make run` costs: requests and sockets, straight to the process and through the front.

    .venv/bin/python -m benchmarks.front [--sockets 500] [--events 100] [--requests 500]

Starts a bare gunicorn, a bare uvicorn and the front on loopback; prints milliseconds and the front's processor time.
"""

import argparse
import asyncio
import http.client
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from hearteam.embedded.processes import free_port, wait_until

HANDSHAKE = (
    b"GET /ws/board/ HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
PAYLOAD = 900  # bytes; about what one event with its changed rows takes
BIN = Path(sys.executable).parent
Receive = Callable[[], Awaitable[Any]]
Send = Callable[..., Awaitable[None]]
everyone: set[asyncio.Queue[str]] = set()


def web(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The bare HTTP upstream."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]


async def live(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """The bare socket upstream: what one client sends goes to all, each by a queue and a writer of its own."""
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    queue: asyncio.Queue[str] = asyncio.Queue()
    everyone.add(queue)
    writer = asyncio.create_task(write_from(queue, send))
    while (message := await receive())["type"] == "websocket.receive":
        for other in everyone:
            other.put_nowait(message["text"])
    everyone.discard(queue)
    writer.cancel()


async def write_from(queue: asyncio.Queue[str], send: Send) -> None:
    while True:
        await send({"type": "websocket.send", "text": await queue.get()})


class Socket(asyncio.Protocol):
    """A client that knows just enough of WebSockets to count frames of one size."""

    def __init__(self, arrivals: list[float]) -> None:
        self.arrivals = arrivals
        self.open = asyncio.get_running_loop().create_future()
        self.seen = 0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(HANDSHAKE)

    def data_received(self, data: bytes) -> None:
        if not self.open.done():
            self.open.set_result(None)
            return
        self.seen += len(data)
        while self.seen >= PAYLOAD + 4:
            self.seen -= PAYLOAD + 4
            self.arrivals.append(time.perf_counter())

    def say(self) -> None:
        """One text frame, masked with zeros."""
        self.transport.write(bytes((0x81, 0x80 | 126)) + PAYLOAD.to_bytes(2, "big") + bytes(4) + b"x" * PAYLOAD)


def percentiles(seconds: list[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100)
    return f"p50 {cuts[49] * 1e3:6.2f}  p95 {cuts[94] * 1e3:6.2f}  p99 {cuts[98] * 1e3:6.2f} ms"


def time_requests(port: int, requests: int, keep: bool) -> list[float]:
    took, connection = [], http.client.HTTPConnection("127.0.0.1", port)
    for _ in range(requests):
        began = time.perf_counter()
        connection.request("POST", "/", body=b"{}")
        connection.getresponse().read()
        if not keep:
            connection.close()
        took.append(time.perf_counter() - began)
    connection.close()
    return took


async def time_fan_out(port: int, sockets: int, events: int) -> list[float]:
    """Seconds from sending an event to its arrival at each socket."""
    loop, arrivals, took = asyncio.get_running_loop(), [], []  # type: ignore[var-annotated]
    clients = []
    for _ in range(sockets):
        _, client = await loop.create_connection(lambda: Socket(arrivals), "127.0.0.1", port)
        await client.open
        clients.append(client)
    for _ in range(events):
        arrivals.clear()
        began = time.perf_counter()
        clients[0].say()
        while len(arrivals) < sockets:
            await asyncio.sleep(0.001)
        took += [arrived - began for arrived in arrivals]
        await asyncio.sleep(0.02)
    for client in clients:
        client.transport.close()
    return took


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def servers(folder: Path) -> Iterator[dict[str, int]]:
    ports = {name: free_port() for name in ("web", "live", "front")}
    gunicorn = [str(BIN / "gunicorn"), "benchmarks.front:web", "--worker-class", "gthread", "--threads", "8"]
    uvicorn = [str(BIN / "uvicorn"), "benchmarks.front:live", "--ws", "websockets-sansio", "--no-access-log"]
    uvicorn += ["--ws-per-message-deflate", "false", "--lifespan", "off", "--log-level", "error"]
    front = [sys.executable, "-m", "hearteam.embedded.front", "--port", str(ports["front"])]
    commands = [
        [*gunicorn, "--bind", f"127.0.0.1:{ports['web']}"],
        [*gunicorn, "--bind", f"unix:{folder}/web", "--proxy-protocol"],
        [*uvicorn, "--port", str(ports["live"])],
        [*uvicorn, "--uds", f"{folder}/live"],
        [*front, "--web", f"{folder}/web", "--live", f"{folder}/live"],
    ]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = [subprocess.Popen(command, **quiet) for command in commands]  # type: ignore[call-overload]
    try:
        wait_until(lambda: all(is_listening(port) for port in ports.values()), 20)
        wait_until(lambda: (folder / "live").exists() and (folder / "web").exists(), 20)
        yield {**ports, "front_pid": running[-1].pid}
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            process.wait(20)


def is_listening(port: int) -> bool:
    try:
        http.client.socket.create_connection(("127.0.0.1", port), 1).close()  # type: ignore[attr-defined]
    except OSError:
        return False
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sockets", type=int, default=500)
    parser.add_argument("--events", type=int, default=100)
    parser.add_argument("--requests", type=int, default=500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="front-") as folder, servers(Path(folder)) as at:
        time_requests(at["web"], 50, keep=True)
        print("request, straight, kept connection ", percentiles(time_requests(at["web"], options.requests, True)))
        print("request, straight, new connection  ", percentiles(time_requests(at["web"], options.requests, False)))
        print("request, through the front         ", percentiles(time_requests(at["front"], options.requests, False)))
        for name, port in (("straight", at["live"]), ("through the front", at["front"])):
            before = processor_seconds(at["front_pid"])
            took = asyncio.run(time_fan_out(port, options.sockets, options.events))
            spent = (processor_seconds(at["front_pid"]) - before) / options.events * 1e3
            label = f"event to {options.sockets} sockets, {name:17}"
            print(label, percentiles(took), f" front's processor {spent:.1f} ms")


if __name__ == "__main__":
    main()
