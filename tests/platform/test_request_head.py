"""Reading a request head, and writing it for the process that answers."""

import pytest

from hearteam.embedded.request_head import BadRequest, parse_head

CLIENT, LOCAL = ("203.0.113.9", 50123), ("127.0.0.1", 8000)


def test_a_page_goes_to_web_with_the_clients_address_and_one_request_a_connection() -> None:
    head = parse_head(b"GET /board/ HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nAccept: */*")
    assert not head.is_for_live
    assert head.for_upstream(CLIENT, LOCAL) == (
        b"PROXY TCP4 203.0.113.9 127.0.0.1 50123 8000\r\n"
        b"GET /board/ HTTP/1.1\r\nHost: a\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    )


def test_a_websocket_goes_to_live_and_stays_open() -> None:
    head = parse_head(b"GET /ws/board/?after=3 HTTP/1.1\r\nHost: a\r\nUpgrade: WebSocket\r\nConnection: Upgrade")
    assert head.is_for_live
    assert head.upgrades
    sent = head.for_upstream(CLIENT, LOCAL)
    assert sent.startswith(b"GET /ws/board/?after=3 HTTP/1.1\r\n")
    assert b"Connection: Upgrade\r\nX-Forwarded-For: 203.0.113.9\r\n" in sent


def test_an_upgrade_outside_ws_is_an_ordinary_request() -> None:
    head = parse_head(b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade")
    assert not head.upgrades
    assert b"Connection: close" in head.for_upstream(CLIENT, LOCAL)


@pytest.mark.parametrize("name", ["X-Forwarded-For", "x-forwarded-proto", "Forwarded", "X-Real-IP"])
def test_nobody_says_for_himself_where_he_comes_from(name: str) -> None:
    head = parse_head(f"GET /ws/board/ HTTP/1.1\r\nHost: a\r\n{name}: 10.1.1.1".encode())
    assert b"10.1.1.1" not in head.for_upstream(CLIENT, LOCAL)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"GET /",
        b"GET / HTTP/2",
        b"GET / extra HTTP/1.1",
        b"G\0T / HTTP/1.1",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET / HTTP/1.1\r\nno colon",
        b"GET / HTTP/1.1\r\n folded: a",
        b"GET / HTTP/1.1\r\nName : a",
        b"GET / HTTP/1.1\r\na: b\nc: d",
        b"POST / HTTP/1.1\r\nContent-Length: -1",
        b"POST / HTTP/1.1\r\nContent-Length: 1e3",
        b"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4",
        b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked",
    ],
)
def test_garbage_is_refused(raw: bytes) -> None:
    with pytest.raises(BadRequest):
        parse_head(raw)


@pytest.mark.parametrize(
    ("headers", "body", "complete"),
    [
        (b"", b"", True),
        (b"\r\nContent-Length: 3", b"ab", False),
        (b"\r\nContent-Length: 3", b"abc", True),
        (b"\r\nTransfer-Encoding: chunked", b"3\r\nabc\r\n", False),
        (b"\r\nTransfer-Encoding: chunked", b"3\r\nabc\r\n0\r\n\r\n", True),
    ],
)
def test_a_body_is_complete_when_all_that_was_announced_is_there(headers: bytes, body: bytes, complete: bool) -> None:
    assert parse_head(b"POST / HTTP/1.1" + headers).has_body(body) is complete
