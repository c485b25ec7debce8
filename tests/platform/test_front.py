"""The one address of `make run`: who gets which connection, and what is said when nobody can answer."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hearteam.embedded import front
from hearteam.embedded.front import Client, Front

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
PATIENCE_S = 60
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
WEBSOCKET = b"GET /ws/board/ HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"


@asynccontextmanager
async def serving(folder: Path, **upstreams: Answer) -> AsyncIterator[int]:
    """A front on a free port, and the upstreams that are up; gives the port."""
    loop = asyncio.get_running_loop()
    at_front = Front(folder / "web", folder / "live")
    server = await loop.create_server(lambda: Client(at_front), "127.0.0.1", 0)
    running = [await asyncio.start_unix_server(answer, folder / name) for name, answer in upstreams.items()]
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for each in running:
            each.close()
        for client in list(at_front.clients):
            if client.transport:
                client.transport.abort()


async def exchange(port: int, request: bytes) -> bytes:
    """Everything that comes back until the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), PATIENCE_S)
    writer.close()
    return answer


def problem_of(answer: bytes) -> dict[str, object]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"Content-Type: application/problem+json" in head
    found: dict[str, object] = json.loads(body)
    assert head.startswith(f"HTTP/1.1 {found['status']} ".encode())
    return found


def answering(name: bytes, seen: list[bytes]) -> Answer:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(name + b": " + await reader.readuntil(b"\r\n\r\n"))
        writer.write(OK)
        writer.close()

    return answer


def test_ws_goes_to_live_and_everything_else_to_web(tmp_path: Path) -> None:
    async def scenario() -> list[bytes]:
        seen: list[bytes] = []
        async with serving(tmp_path, web=answering(b"web", seen), live=answering(b"live", seen)) as port:
            assert await exchange(port, b"GET /ws/board/ HTTP/1.1\r\nHost: a\r\n\r\n") == OK
            assert await exchange(port, b"GET /wsx HTTP/1.1\r\nHost: a\r\n\r\n") == OK
            assert await exchange(port, b"GET /?next=/ws/ HTTP/1.1\r\nHost: a\r\n\r\n") == OK
        return [each.split(b":")[0] for each in seen]

    assert asyncio.run(scenario()) == [b"live", b"web", b"web"]


def test_a_websocket_passes_bytes_both_ways_until_one_side_ends(tmp_path: Path) -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
        while data := await reader.read(100):
            writer.write(data.upper())
            if data == b"bye":
                writer.close()

    async def scenario() -> bytes:
        async with serving(tmp_path, live=echo) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(WEBSOCKET)
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"one")
            heard = await reader.readexactly(3)
            writer.write(b"bye")
            return heard + await asyncio.wait_for(reader.read(), PATIENCE_S)

    assert asyncio.run(scenario()) == b"ONEBYE"


@pytest.mark.parametrize(
    ("request_", "process"),
    [(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "web"), (WEBSOCKET, "live")],
)
def test_a_process_that_is_down_is_named_at_once(tmp_path: Path, request_: bytes, process: str) -> None:
    async def scenario() -> dict[str, object]:
        async with serving(tmp_path) as port:
            return problem_of(await exchange(port, request_))

    found = asyncio.run(scenario())
    assert found["status"] == 503
    assert process in str(found["detail"])


def test_a_process_that_dies_before_it_answers_gives_502(tmp_path: Path) -> None:
    async def die(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async def scenario() -> dict[str, object]:
        async with serving(tmp_path, web=die) as port:
            return problem_of(await exchange(port, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"))

    assert asyncio.run(scenario())["status"] == 502


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"\x16\x03\x01 not HTTP\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 40_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 40_000, 431),
    ],
)
def test_what_is_no_request_is_refused_without_asking_anyone(tmp_path: Path, request_: bytes, status: int) -> None:
    async def scenario() -> dict[str, object]:
        async with serving(tmp_path) as port:
            return problem_of(await exchange(port, request_))

    assert asyncio.run(scenario())["status"] == status


@pytest.mark.parametrize("started", [b"GET / HTT", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nfour"])
def test_a_client_that_dawdles_holds_no_thread_and_is_let_go(
    tmp_path: Path, started: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front, "REQUEST_SECONDS", 0.2)
    monkeypatch.setattr(front, "BODY_SECONDS", 0.2)
    seen: list[bytes] = []

    async def scenario() -> dict[str, object]:
        async with serving(tmp_path, web=answering(b"web", seen)) as port:
            return problem_of(await exchange(port, started))

    assert asyncio.run(scenario())["status"] == 408
    assert seen == []


def test_a_process_that_never_answers_gives_504(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "ANSWER_SECONDS", 0.2)

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async def scenario() -> dict[str, object]:
        async with serving(tmp_path, web=silent) as port:
            return problem_of(await exchange(port, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"))

    assert asyncio.run(scenario())["status"] == 504


def test_a_body_sent_in_pieces_arrives_whole(tmp_path: Path) -> None:
    got: list[bytes] = []

    async def web(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        got.append(await reader.readexactly(600_000))
        writer.write(OK)
        writer.close()

    async def scenario() -> bytes:
        async with serving(tmp_path, web=web) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 600000\r\n\r\n")
            for _ in range(6):
                writer.write(b"x" * 100_000)
                await writer.drain()
            return await asyncio.wait_for(reader.read(), PATIENCE_S)

    assert asyncio.run(scenario()) == OK
    assert got == [b"x" * 600_000]


def test_a_client_that_asks_first_is_told_to_go_on(tmp_path: Path) -> None:
    async def scenario() -> bytes:
        async with serving(tmp_path, web=answering(b"web", [])) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            told = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE_S)
            writer.write(b"{}")
            assert await asyncio.wait_for(reader.read(), PATIENCE_S) == OK
            return told

    assert asyncio.run(scenario()) == b"HTTP/1.1 100 Continue\r\n\r\n"


def test_an_early_answer_reaches_a_client_that_is_still_sending(tmp_path: Path) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK)
        writer.close()

    async def scenario() -> bytes:
        async with serving(tmp_path, web=refuse) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n")
            for _ in range(100):
                writer.write(b"x" * 100_000)
                await writer.drain()
            return await asyncio.wait_for(reader.read(), PATIENCE_S)

    assert asyncio.run(scenario()) == OK
