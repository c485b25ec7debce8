"""WebSockets only. Served by uvicorn in the `live` process; HTTP is `hearteam.wsgi`."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

import django
from channels.routing import ProtocolTypeRouter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearteam.settings.dev")
django.setup()

from hearteam import health  # noqa: E402 (needs the settings)
from hearteam.problem import CONTENT_TYPE, problem_body  # noqa: E402

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def upgrade_required(scope: Scope, receive: Receive, send: Send) -> None:
    """A plain request to an address under `/ws/`."""
    headers = [(b"content-type", CONTENT_TYPE.encode()), (b"upgrade", b"websocket")]
    await send({"type": "http.response.start", "status": 426, "headers": headers})
    await send({"type": "http.response.body", "body": problem_body(426, "This address speaks WebSocket only.")})


async def lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    """While the process serves, prove that it lives."""
    await receive()
    proof = asyncio.create_task(prove_alive())
    await send({"type": "lifespan.startup.complete"})
    await receive()
    proof.cancel()
    await send({"type": "lifespan.shutdown.complete"})


async def prove_alive() -> None:
    while True:
        await health.abeat("live")
        await asyncio.sleep(health.BEAT_EVERY_S)


application = ProtocolTypeRouter({"http": upgrade_required, "lifespan": lifespan})
