"""What keeps a hub going: one task a source, each of which survives the failure of its source."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import redis.asyncio
from django.conf import settings
from django.utils import timezone
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from dispatch.live import measures, presence, standing
from dispatch.live.database import Threads, Unavailable
from dispatch.live.hub import Follower, Hub
from dispatch.live.outbox import LIMIT
from dispatch.queries.sending import timers_seen_at
from hearteam import health
from hearteam.events import broadcast, history, log
from hearteam.observe import metrics

logger = logging.getLogger(__name__)

LOOK_AT_HEAD_SECONDS = 1.0
HEARTBEAT_SECONDS = 4.0
ALIVE_SECONDS = float(health.BEAT_EVERY_S)
PRESENCE_SECONDS = 15.0
STANDING_SECONDS = 15.0
GUESTS_SECONDS = 15.0
POSITIONS_SECONDS = 1.0
MEASURE_SECONDS = 1.0
RETRY_SECONDS = 0.5
NO_PROGRESS_SECONDS = 1.0
PAGE = 200
"""Events read at once when something was missed; between pages the writers get their turn."""

REASONS = {
    standing.SESSION_ENDED: "your sign-in ended",
    standing.NOT_ALLOWED_ANY_MORE: "you may not follow this any more",
}


class Feeds:
    """The tasks of one hub. `start` and `stop` belong to the server's start and stop."""

    def __init__(self, hub: Hub, sockets: Threads) -> None:
        """`sockets`: the threads that also answer connecting sockets; the log has a thread of its own, so that a
        storm of connections cannot delay what everybody waits for."""
        self.hub = hub
        self._sockets = sockets
        self._log = Threads(1, "live-log")
        self._tasks: list[asyncio.Task[None]] = []
        self._measured_at = 0.0
        self._echo: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin. The hub is ready once the log's head was read."""
        steps = (
            (self.follow_log, LOOK_AT_HEAD_SECONDS, self.hub.behind),
            (self.follow_redis, RETRY_SECONDS, None),
            (self.beat, HEARTBEAT_SECONDS, None),
            (self.look_at_timers, HEARTBEAT_SECONDS, None),
            (self.say_alive, ALIVE_SECONDS, None),
            (self.see_tablets, PRESENCE_SECONDS, None),
            (self.look_at_standing, STANDING_SECONDS, self.hub.standing_in_doubt),
            (self.look_at_guests, GUESTS_SECONDS, self.hub.guests.in_doubt),
            (self.flush_positions, POSITIONS_SECONDS, None),
            (self.measure, MEASURE_SECONDS, None),
        )
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(again_and_again(*step)) for step in steps]

    async def stop(self) -> None:
        """End all tasks and the log's thread."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._log.stop()

    async def follow_log(self) -> None:
        """Read the head, and what the hub has not delivered, in order."""
        before = self.hub.delivered
        self.hub.see_head(await self._log.run(log.head), before)
        while self.hub.delivered < self.hub.head:
            page = await self._log.run(history.messages_after, self.hub.delivered, PAGE)
            if not page:
                return
            if page[0].v > self.hub.delivered + 1:
                self.hub.start_anew(page[0].v - 1)
            for message in page:
                self.hub.offer(message)
            if len(page) == PAGE:
                await self.let_writers_catch_up()

    async def let_writers_catch_up(self) -> None:
        """After a long gap the log is read faster than any client reads: wait for the slowest while it progresses."""
        slowest = self.hub.backlog()
        deadline = time.monotonic() + NO_PROGRESS_SECONDS
        while slowest > LIMIT // 2 and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
            if self.hub.backlog() < slowest:
                slowest = self.hub.backlog()
                deadline = time.monotonic() + NO_PROGRESS_SECONDS

    async def follow_redis(self) -> None:
        """Pass on what is published, until Redis goes away."""
        takers: dict[bytes, Callable[[dict[str, Any], str], None]] = {
            broadcast.channel(broadcast.EVENTS_CHANNEL).encode(): self._take_event,
            broadcast.channel(broadcast.CONTROL_CHANNEL).encode(): self._take_control,
            broadcast.channel(broadcast.POSITIONS_CHANNEL).encode(): self._take_position,
        }
        client = settings.REDIS.async_client(
            socket_connect_timeout=2, socket_keepalive=True, retry=Retry(NoBackoff(), 0)
        )
        async with client, client.pubsub(ignore_subscribe_messages=True) as subscription:
            await subscription.subscribe(*takers)
            self.hub.behind.set()
            while True:
                message = await subscription.get_message(timeout=60)
                if message is not None:
                    take(takers[message["channel"]], message["data"])
                # A burst that is already here would otherwise fill every queue before a writer gets its turn.
                await asyncio.sleep(0)

    def _take_event(self, message: dict[str, Any], text: str) -> None:
        self.hub.offer(history.Message(message["v"], message["frame"], message["units"]))

    def _take_control(self, message: dict[str, Any], text: str) -> None:
        if message["kind"] == "session_ended":
            self.hub.end_session(message["session"], standing.SESSION_ENDED, REASONS[standing.SESSION_ENDED])
        elif message["kind"] == "standing_changed":
            self.hub.standing_in_doubt.set()
        elif message["kind"] == "echo":
            self._echo = asyncio.get_running_loop().create_task(self._answer(str(message["word"])[:32]))

    @staticmethod
    async def _answer(word: str) -> None:
        """To `manage.py doctor`: what is published arrives here."""
        with suppress(redis.RedisError, OSError):
            await health.aecho(word)

    def _take_position(self, message: dict[str, Any], text: str) -> None:
        self.hub.take_position(message["unit"], text)

    async def beat(self) -> None:
        """Heartbeat to all sockets; needs nothing but the event loop."""
        self.hub.beat(timezone.now())

    async def look_at_timers(self) -> None:
        """When the timers last had nothing left undone; heartbeats say it, also while it cannot be read."""
        seen_at = await self._log.run(timers_seen_at)
        if seen_at is not None:
            self.hub.timers_at = seen_at

    async def say_alive(self) -> None:
        """For `/readyz`."""
        await health.abeat("live")

    async def see_tablets(self) -> None:
        """Mark the tablets and the consoles that are connected."""
        if units := self.hub.units():
            await self._sockets.run(presence.see, units)
        if users := self.hub.consoles():
            await self._sockets.run(presence.see_consoles, users)

    async def look_at_standing(self) -> None:
        """Close the sockets of those who are signed out, expired, deactivated, or no longer allowed."""
        followers: list[Follower] = self.hub.followers()
        if not followers:
            return
        codes = await self._sockets.run(standing.codes, [follower.admission for follower in followers])
        for follower, code in zip(followers, codes, strict=True):
            if code is not None:
                follower.outbox.close(code, REASONS[code])

    async def look_at_guests(self) -> None:
        """Tell those who follow by a crew's link what is new; also of what changes by time alone."""
        await self.hub.guests.look(self._sockets)

    async def flush_positions(self) -> None:
        """Newest positions to the boards."""
        self.hub.flush_positions()

    async def measure(self) -> None:
        """For `/metrics`: what is so just now, and how late this step comes when others keep the loop busy."""
        now = time.monotonic()
        if self._measured_at:
            metrics.loop_late.set(max(0.0, now - self._measured_at - MEASURE_SECONDS))
        self._measured_at = now
        measures.observe(self.hub)


def take(taker: Callable[[dict[str, Any], str], None], data: bytes) -> None:
    """One published message; a malformed one is logged and skipped (the log has the events anyway)."""
    try:
        text = data.decode()
        taker(json.loads(text), text)
    except (ValueError, KeyError, TypeError) as error:
        logger.warning("a published message cannot be read: %r", error)


async def again_and_again(step: Callable[[], Awaitable[None]], every: float, at_once: asyncio.Event | None) -> None:
    """Do `step` each `every` seconds, or as soon as `at_once` is set. A failure is logged when it begins and ends."""
    failing = False
    while True:
        if at_once:
            at_once.clear()
        try:
            await step()
            if failing:
                logger.warning("%s works again", step.__name__)
            failing = False
        except (Unavailable, redis.RedisError, OSError) as error:
            if not failing:
                logger.warning("%s does not work, trying on: %s", step.__name__, error)
            failing = True
        except Exception:
            logger.exception("%s failed", step.__name__)
            failing = True
        await wait(every, None if failing else at_once)


async def wait(seconds: float, unless: asyncio.Event | None) -> None:
    """Sleep, cut short when `unless` is set."""
    if unless is None:
        await asyncio.sleep(seconds)
        return
    try:
        async with asyncio.timeout(seconds):
            await unless.wait()
    except TimeoutError:
        return
