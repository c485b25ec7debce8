"""Answering a WebSocket handshake with a real HTTP status instead of an upgrade."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from hearteam.observe import metrics
from hearteam.problems import CONTENT_TYPE, problem_body

Send = Callable[[dict[str, Any]], Awaitable[None]]
FALSE_ALARMS = {
    "ASGI callable returned without completing handshake.",
    "Invalid UTF-8 sequence received from client.",
}
EXTRA = {401: [(b"www-authenticate", b"Token")], 426: [(b"upgrade", b"websocket")], 503: [(b"retry-after", b"1")]}


def is_no_false_alarm(record: logging.LogRecord) -> bool:
    """Log filter: uvicorn reports refusals by an HTTP answer, and a client's broken UTF-8, as faults of ours."""
    return record.msg not in FALSE_ALARMS


async def refuse(scope: dict[str, Any], send: Send, status: int, detail: str) -> None:
    """A problem+json answer, to a handshake or to a plain HTTP request."""
    metrics.sockets_refused.labels(str(status)).inc()
    prefix = "http"
    if scope["type"] == "websocket":
        if "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close"})
            return
        prefix = "websocket.http"
    body = problem_body(status, detail)
    headers = [(b"content-type", CONTENT_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": f"{prefix}.response.start", "status": status, "headers": headers + EXTRA.get(status, [])})
    await send({"type": f"{prefix}.response.body", "body": body})
