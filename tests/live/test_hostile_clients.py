"""What clients send, and clients that do not read: that socket is closed, nobody else notices, the process lives on."""

from __future__ import annotations

import socket as sockets
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.utils import timezone
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.sync.client import ClientConnection

from dispatch.live.consumers import MESSAGES_PER_WINDOW
from dispatch.live.outbox import LIMIT
from hearteam.events import log
from tests.live.process import PATIENCE, LiveProcess, frame, frames, joined, versions, write
from tests.live.test_admission import closed_with


@pytest.fixture
def bystander(live: LiveProcess, dispatcher: str) -> Iterator[ClientConnection]:
    """Follows while the test misbehaves, and must have missed nothing at its end."""
    with live.connect("/ws/board/", token=dispatcher) as board:
        before = joined(board)["head"]
        yield board
        write(1)
        head = log.head()
        assert versions(board, head - before) == list(range(before + 1, head + 1))


def test_a_ping_is_answered(live: LiveProcess, dispatcher: str) -> None:
    with live.connect("/ws/board/", token=dispatcher) as board:
        board.send('{"type": "ping"}')
        pong = next(frames(board, "pong"))
        assert set(pong) == {"type", "at"}
        assert abs((timezone.now() - datetime.fromisoformat(pong["at"])).total_seconds()) < PATIENCE


@pytest.mark.parametrize(
    "garbage",
    ["", "x", "{}", "[]", "null", '{"type": "ping", "x": 1}', '{"type": "call_closed"}', "[" * 900, "9" * 60_000,
     b'{"type": "ping"}', b"\x00\xff", '{"type": "painted", "counts": [1], "error_ms": 1}'],
)  # fmt: skip
def test_anything_but_a_ping_closes_that_socket(
    live: LiveProcess, dispatcher: str, bystander: ClientConnection, garbage: str | bytes
) -> None:
    with live.connect("/ws/board/", token=dispatcher) as board:
        board.send(garbage)
        assert closed_with(board) == 4400


def test_a_megabyte_and_broken_utf8_are_refused_by_the_protocol_itself(
    live: LiveProcess, dispatcher: str, bystander: ClientConnection
) -> None:
    with live.connect("/ws/board/", token=dispatcher) as board:
        board.socket.sendall(Frame(Opcode.TEXT, b"x" * 1_000_000).serialize(mask=True)[:70_000])
        assert closed_with(board) == 1009
    with live.connect("/ws/board/", token=dispatcher) as board:
        broken = Frame(Opcode.TEXT, b"\xff\xfe\xfd").serialize(mask=True)
        board.socket.sendall(broken)
        assert closed_with(board) == 1007


def test_bytes_that_are_no_websocket_frame_close_that_socket(
    live: LiveProcess, dispatcher: str, bystander: ClientConnection
) -> None:
    with live.connect("/ws/board/", token=dispatcher) as board:
        board.socket.sendall(b"GET / HTTP/1.1\r\n\r\n" * 10)
        assert closed_with(board) == 1002


def test_a_flood_of_pings_closes_that_socket(live: LiveProcess, dispatcher: str, bystander: ClientConnection) -> None:
    with live.connect("/ws/board/", token=dispatcher) as board:
        try:
            for _ in range(10 * MESSAGES_PER_WINDOW):
                board.send('{"type": "ping"}')
        except ConnectionClosed:
            pass
        assert closed_with(board) == 4400


def test_clients_that_vanish_without_a_word_are_forgotten(
    live: LiveProcess, dispatcher: str, bystander: ClientConnection
) -> None:
    for _ in range(20):
        with live.connect("/ws/board/?after=0", token=dispatcher) as board:
            board.socket.shutdown(sockets.SHUT_RDWR)


def test_a_client_that_does_not_read_is_cut_off_and_comes_back_without_a_loss(
    live: LiveProcess, dispatcher: str
) -> None:
    before = log.head()
    with (
        live.connect("/ws/board/", token=dispatcher) as bystander,
        live.connect(f"/ws/board/?after={before}", token=dispatcher, max_queue=1) as slow,
    ):
        joined(bystander), joined(slow)
        written = write(LIMIT + 300, text="x" * 4_000, at_once=True)
        assert versions(bystander, len(written)) == written
        got: list[int] = []
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                one = frame(slow)
                got += [one["v"]] if "v" in one else []
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4008
        assert got == written[: len(got)]
        assert len(got) < len(written)
    back = got[-1] if got else before
    with live.connect(f"/ws/board/?after={back}", token=dispatcher) as board:
        assert versions(board, len(written) - len(got)) == written[len(got) :]


def test_plain_http_gets_a_plain_answer(live: LiveProcess) -> None:
    def status(request: bytes) -> bytes:
        with sockets.socket(sockets.AF_UNIX) as client:
            client.connect(str(live.path))
            client.sendall(request)
            return client.recv(4096).split(b"\r\n")[0]

    assert b" 200 " in status(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
    assert b" 426 " in status(b"GET /ws/board/ HTTP/1.1\r\nHost: a\r\n\r\n")
    assert b" 404 " in status(b"GET /api/board/ HTTP/1.1\r\nHost: a\r\n\r\n")
    assert b" 400 " in status(b"\x00\xff rubbish\r\n\r\n")
