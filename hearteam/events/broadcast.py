"""Telling the live processes that something was committed.

A hint: the log is the truth, so failing here loses nothing.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from functools import cache
from typing import Any

import redis
from django.conf import settings

from hearteam.observe import metrics

logger = logging.getLogger(__name__)

EVENTS_CHANNEL = "hearteam.events"
CONTROL_CHANNEL = "hearteam.control"
POSITIONS_CHANNEL = "hearteam.positions"


@cache
def redis_client() -> redis.Redis:
    """One pooled client a process. Short time-outs: a request must never wait for Redis."""
    return settings.REDIS.client(socket_timeout=0.5, socket_connect_timeout=0.5)


def channel(name: str) -> str:
    """Pub/sub ignores database numbers, so the channel names the one in use (tests share a server)."""
    return f"{name}.{redis_client().get_connection_kwargs().get('db', 0)}"


def publish_events(messages: Sequence[tuple[int, str, dict[str, int]]]) -> None:
    """(version, encoded frame, {call sign: previous version}) per event, in order, in one round trip."""
    pipeline = redis_client().pipeline(transaction=False)
    for v, frame, units in messages:
        pipeline.publish(channel(EVENTS_CHANNEL), json.dumps({"v": v, "frame": frame, "units": units}))
    _execute(pipeline)


def publish_control(message: dict[str, Any]) -> None:
    """To every live process, for example that a session ended."""
    pipeline = redis_client().pipeline(transaction=False)
    pipeline.publish(channel(CONTROL_CHANNEL), json.dumps(message))
    _execute(pipeline)


def publish_position(frame: dict[str, Any]) -> None:
    """A unit's newest position; never logged, newest wins."""
    pipeline = redis_client().pipeline(transaction=False)
    pipeline.publish(channel(POSITIONS_CHANNEL), json.dumps(frame))
    _execute(pipeline)


def _execute(pipeline: Any) -> None:
    try:
        pipeline.execute()
    except redis.RedisError as error:
        metrics.publish_failures.inc()
        logger.warning("not published, followers will find it in the log: %s", error)
