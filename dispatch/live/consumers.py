"""One consumer a socket: admission, replay, then what the hub passes on. All a client may send is a ping, and how long
events took to its screen.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qs

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import timezone

from dispatch.live import admission, measures, presence
from dispatch.live.admission import Admission, Headers
from dispatch.live.database import Threads, Unavailable
from dispatch.live.hub import RESYNC, Follower, Hub, heartbeat
from dispatch.live.outbox import Outbox
from dispatch.live.protocol import push_of
from dispatch.live.refusal import refuse
from dispatch.queries.access import STILL_KNOWN
from hearteam.events import history, log
from hearteam.observe import context, metrics
from hearteam.observe.context import Doing
from hearteam.problems import Problem

GARBAGE = 4400
LONGEST_MESSAGE = 1_000  # characters
MESSAGES_PER_WINDOW = 30
WINDOW_SECONDS = 10.0
REPLAY_PAGE = 500
READY_SECONDS = 5.0
VERSION = re.compile(r"[0-9]{1,18}", re.ASCII)
FROM_NOW = None
UNREADABLE = -1
PING = {"type": "ping"}


class LiveConsumer(AsyncWebsocketConsumer):
    """What the board's and a unit's socket have in common. No channel layer: the hub passes events on."""

    channel_layer_alias = None
    admit: Callable[[Headers], Admission]

    def __init__(self, hub: Hub, threads: Threads) -> None:
        super().__init__()
        self.hub = hub
        self.threads = threads
        self.follower: Follower | None = None
        self.recent: deque[float] = deque(maxlen=MESSAGES_PER_WINDOW)
        self.screen = measures.Screen()

    async def __call__(
        self, scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self.follower:
                self.hub.leave(self.follower)
                self.follower.outbox.stop()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """As Channels does, without its hop to a thread that closes database connections: consumers have none."""
        if message["type"] == "websocket.connect":
            await self.connect()
        elif message["type"] == "websocket.receive":
            await self.receive(message.get("text"), message.get("bytes"))
        else:
            raise StopConsumer

    async def connect(self) -> None:
        """Refuse before the upgrade, or join the hub and begin with the replay."""
        try:
            async with asyncio.timeout(READY_SECONDS):
                await self.hub.ready.wait()
            admitted = await self.threads.run(self.admit, headers_of(self.scope))
            context.begin(Doing(request=context.new_id(), user=admitted.user_id, unit=admitted.unit))
            if admitted.unit:
                await self.threads.run(presence.see, [admitted.unit])
            if is_console(self.scope):
                await self.threads.run(presence.see_consoles, [admitted.user_id])
            after = version_asked_for(self.scope)
            has = await self.threads.run(log.head) if after is FROM_NOW else after
        except Problem as problem:
            await refuse(self.scope, self.base_send, problem.status, problem.detail)
            raise StopConsumer from problem
        except (TimeoutError, Unavailable) as error:
            await refuse(self.scope, self.base_send, 503, "The database does not answer. Try again in a moment.")
            raise StopConsumer from error
        await self.accept()
        self.follower = Follower(Outbox(self.base_send, push_of(self.scope)), admitted, has, is_console(self.scope))
        upto = self.hub.join(self.follower)
        self.follower.outbox.start(self.opening(self.follower, after, upto))

    async def opening(self, follower: Follower, after: int | None, upto: int) -> AsyncIterator[str]:
        """What goes before the hub's frames: the events after `after` up to `upto`, or `resync`; then a heartbeat."""
        unit = follower.unit
        if after is FROM_NOW:
            upto = max(upto, follower.has)
        elif after == UNREADABLE or not await self.threads.run(self.can_replay, after, upto, unit):
            follower.has = after = 0
            metrics.resyncs.labels("too_far_behind").inc()
            yield RESYNC
        else:
            async for text in self.missed(unit, after, upto):
                yield text
        head = max(upto, after or 0)
        if unit:
            head = await self.threads.run(history.unit_head, unit, head)
            self.hub.learn_unit_head(unit, head)
        yield heartbeat(head, timezone.now())

    @staticmethod
    def can_replay(after: int, upto: int, unit: str) -> bool:
        """Whether what was missed may be told event by event; a crew is told of the calls it still may know."""
        return history.can_replay(after, upto, unit, known_since=timezone.now() - STILL_KNOWN if unit else None)

    async def missed(self, unit: str, after: int, upto: int) -> AsyncIterator[str]:
        """Events of the board or of a unit, page by page: no faster than this socket takes them."""
        read = partial(history.unit_frames, unit) if unit else history.board_frames
        while after < upto:
            page = await self.threads.run(read, after, upto, REPLAY_PAGE)
            for _, text in page:
                yield text
            if len(page) < REPLAY_PAGE:
                return
            after = page[-1][0]

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """A ping is answered; anything else, or too much of it, closes this socket."""
        if self.follower is None:
            return
        now = time.monotonic()
        too_many = len(self.recent) == MESSAGES_PER_WINDOW and now - self.recent[0] < WINDOW_SECONDS
        self.recent.append(now)
        if too_many:
            self.follower.outbox.close(GARBAGE, "too many messages")
            return
        message = read(text_data)
        if message == PING:
            self.follower.outbox.put(pong(timezone.now()))
        elif not self.screen.report(measures.audience(self.follower), message):
            self.follower.outbox.close(GARBAGE, 'only {"type": "ping"} is understood here')


class BoardConsumer(LiveConsumer):
    """`/ws/board/`: every event, and positions."""

    admit = staticmethod(admission.admit_to_board)


class UnitConsumer(LiveConsumer):
    """`/ws/unit/`: the events of the unit that the person signed in is on board of."""

    admit = staticmethod(admission.admit_to_unit)


def headers_of(scope: dict[str, Any]) -> Headers:
    """Header names in lower case -> value; of repeated ones the first, but cookies are joined."""
    found: Headers = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name == "cookie" and name in found:
            found[name] += f"; {value}"
        else:
            found.setdefault(name, value)
    return found


def version_asked_for(scope: dict[str, Any]) -> int | None:
    """`?after=V`: V, FROM_NOW without it, UNREADABLE when it is no version."""
    values = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True).get("after")
    if values is None:
        return FROM_NOW
    return int(values[0]) if VERSION.fullmatch(values[0]) else UNREADABLE


def is_console(scope: dict[str, Any]) -> bool:
    """`?console=1`: a dispatcher's console, not a wall screen or a map beside it."""
    return parse_qs(scope["query_string"].decode("latin-1")).get("console") == ["1"]


def pong(at: datetime) -> str:
    """The answer to a ping: by its time a client knows the server's clock, to half of the round trip."""
    return f'{{"type":"pong","at":"{log.rfc3339(at)}"}}'


def read(text: str | None) -> Any:
    """What a client sent; None when it cannot be one of the two messages that it may send."""
    if text is None or len(text) > LONGEST_MESSAGE:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
