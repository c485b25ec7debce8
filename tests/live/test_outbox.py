"""What one socket is sent, in which order, and what becomes of one that does not read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest
from websockets.frames import Frame, Opcode
from websockets.protocol import State

from dispatch.live.outbox import LIMIT, TOO_SLOW, Outbox
from dispatch.live.protocol import PUSH, LiveProtocol, never, push_of, wire
from tests.live.turns import settled, turn


class Client:
    """A socket's other end: what it heard, in order, and how often its task was woken for that."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.woken = 0
        self.closed_with = 0
        self.is_gone = False
        self.reads = asyncio.Event()
        self.reads.set()

    async def send(self, message: dict[str, Any]) -> None:
        await self.reads.wait()
        if self.is_gone:
            raise OSError
        if message["type"] == "websocket.close":
            self.closed_with = message["code"]
            return
        self.woken += 1
        self.heard.append(message["text"])

    def push(self, frame: bytes) -> bool:
        if self.reads.is_set() and not self.is_gone:
            self.heard.append(text_of(frame))
            return True
        return False


def text_of(frame: bytes) -> str:
    """Of a short, unmasked frame."""
    assert frame[0] == 0x80 | Opcode.TEXT
    return frame[2 if frame[1] < 126 else 4 :].decode()


async def opening(*texts: str) -> AsyncIterator[str]:
    for text in texts:
        await turn()
        yield text


async def idle() -> tuple[Client, Outbox]:
    """A client that reads, and its outbox with nothing to send."""
    client = Client()
    outbox = Outbox(client.send, client.push)
    outbox.start(opening())
    await settled(outbox)
    return client, outbox


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def test_a_frame_goes_out_at_once_and_nobody_is_woken_for_it() -> None:
    async def story() -> None:
        client, outbox = await idle()
        outbox.put("a")
        assert client.heard == ["a"]
        assert client.woken == 0

    run(story())


def test_what_comes_during_the_opening_waits_for_its_end() -> None:
    async def story() -> None:
        client = Client()
        outbox = Outbox(client.send, client.push)
        outbox.put("before it began")
        outbox.start(opening("1", "2"))
        outbox.put("3")
        await settled(outbox)
        outbox.put("4")
        assert client.heard == ["1", "2", "before it began", "3", "4"]

    run(story())


def test_frames_that_had_to_wait_come_before_those_that_need_not() -> None:
    async def story() -> None:
        client, outbox = await idle()
        client.reads.clear()
        outbox.put("1"), outbox.put("2")
        client.reads.set()
        outbox.put("3")
        assert client.heard == []
        await settled(outbox)
        outbox.put("4")
        assert client.heard == ["1", "2", "3", "4"]
        assert outbox.backlog == 0

    run(story())


def test_one_that_does_not_read_is_cut_off_at_the_limit_and_hears_nothing_more() -> None:
    async def story() -> None:
        client, outbox = await idle()
        client.reads.clear()
        for number in range(LIMIT + 10):
            outbox.put(str(number))
            await turn()
            assert outbox.backlog <= LIMIT
        client.reads.set()
        await settled(outbox)
        outbox.put("later")
        assert client.heard == []
        assert client.closed_with == TOO_SLOW

    run(story())


def test_nothing_is_kept_for_one_that_is_gone() -> None:
    async def story() -> None:
        client, outbox = await idle()
        client.is_gone = True
        outbox.put("1")
        await settled(outbox)
        outbox.put("2")
        assert outbox.backlog == 0
        assert client.heard == []

    run(story())


def test_without_a_quick_way_everything_arrives_all_the_same() -> None:
    async def story() -> None:
        client = Client()
        outbox = Outbox(client.send, push_of({"type": "websocket"}))
        outbox.start(opening("1"))
        outbox.put("2")
        await settled(outbox)
        outbox.put("3")
        await settled(outbox)
        assert client.heard == ["1", "2", "3"]
        assert client.woken == 3

    run(story())


@pytest.mark.parametrize("text", ["", "Zürich ✓", "x" * 125, "x" * 126, "x" * 70_000])
def test_a_frame_made_once_is_the_servers_own(text: str) -> None:
    assert wire(text) == Frame(Opcode.TEXT, text.encode()).serialize(mask=False)
    assert wire(text) is wire(text)


class Transport:
    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.closing = False

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def is_closing(self) -> bool:
        return self.closing


class Connection:
    def __init__(self) -> None:
        self.state = State.OPEN
        self.extensions: list[str] = []


def open_protocol() -> tuple[LiveProtocol, Transport]:
    protocol = LiveProtocol.__new__(LiveProtocol)
    transport = Transport()
    protocol.transport = transport  # type: ignore[assignment]
    protocol.conn = Connection()  # type: ignore[assignment]
    protocol.writable = asyncio.Event()
    protocol.writable.set()
    protocol.close_sent = protocol.disconnected = False
    return protocol, transport


def test_an_open_socket_is_written_to_and_one_that_is_not_is_left_alone() -> None:
    protocol, transport = open_protocol()
    assert protocol.push(b"frame")
    protocol.pause_writing()
    assert not protocol.push(b"its client lags behind")
    protocol.resume_writing()
    for spoil in (
        lambda p: setattr(p.conn, "state", State.CONNECTING),
        lambda p: setattr(p.conn, "state", State.CLOSING),
        lambda p: setattr(p.conn, "extensions", ["permessage-deflate"]),
        lambda p: setattr(p, "close_sent", True),
        lambda p: setattr(p, "disconnected", True),
        lambda p: setattr(p.transport, "closing", True),
    ):
        protocol, other = open_protocol()
        spoil(protocol)
        assert not protocol.push(b"frame")
        assert other.written == []
    assert transport.written == [b"frame"]


def test_another_server_has_no_quick_way() -> None:
    assert push_of({"extensions": {}}) is never
    assert push_of({"extensions": {PUSH: len}}) is len
