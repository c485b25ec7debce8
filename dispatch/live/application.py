"""The live process as an ASGI application: three sockets, a sign of life, and a plain no to everything else."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path, re_path

from dispatch.live import measures
from dispatch.live.consumers import BoardConsumer, UnitConsumer, headers_of
from dispatch.live.database import Threads
from dispatch.live.feeds import Feeds
from dispatch.live.guests import GuestConsumer
from dispatch.live.hub import Hub
from dispatch.live.refusal import Send, is_no_false_alarm, refuse
from hearteam.observe.exposition import CONTENT_TYPE, exposition

CONNECTING_THREADS = 4


def make_application() -> ProtocolTypeRouter:
    """One hub, its feeds and its threads, for one process."""
    logging.getLogger("uvicorn.error").addFilter(is_no_false_alarm)
    hub = Hub()
    threads = Threads(CONNECTING_THREADS, "live-sockets")
    feeds = Feeds(hub, threads)

    async def lifespan(scope: dict[str, Any], receive: Any, send: Send) -> None:
        await receive()
        feeds.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await feeds.stop()
        threads.stop()
        await send({"type": "lifespan.shutdown.complete"})

    sockets = URLRouter(
        [
            path("ws/board/", BoardConsumer.as_asgi(hub=hub, threads=threads)),
            path("ws/unit/", UnitConsumer.as_asgi(hub=hub, threads=threads)),
            path("ws/guest/", GuestConsumer.as_asgi(guests=hub.guests, threads=threads)),
            re_path("", no_such_socket),
        ]
    )
    return ProtocolTypeRouter({"websocket": sockets, "http": no_pages_here, "lifespan": lifespan})


async def no_such_socket(scope: dict[str, Any], receive: Any, send: Send) -> None:
    """An unmatched socket address answers, it does not raise."""
    await refuse(scope, send, 404, "There are three sockets: /ws/board/, /ws/unit/ and /ws/guest/.")


async def no_pages_here(scope: dict[str, Any], receive: Any, send: Send) -> None:
    """Plain HTTP: `/healthz` says that the process lives, `/metrics` what it counts; pages and the API are the web
    process's.
    """
    if scope["path"] == "/healthz":
        body = b'{"status": "ok"}'
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": body})
    elif scope["path"] == "/metrics" and measures.may_read(scope, headers_of(scope)):
        text = await asyncio.to_thread(exposition)
        kind = [(b"content-type", CONTENT_TYPE.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": kind})
        await send({"type": "http.response.body", "body": text})
    elif scope["path"] in ("/ws/board/", "/ws/unit/", "/ws/guest/"):
        await refuse(scope, send, 426, "This address is a WebSocket.")
    else:
        await refuse(scope, send, 404, "There is nothing here.")
