"""How often somebody may do something, counted for all processes together."""

from __future__ import annotations

import logging
import time

import redis

from hearteam.events.broadcast import redis_client

logger = logging.getLogger(__name__)


def within(what: str, most: int, seconds: int) -> bool:
    """Count one of `what`; whether there were no more than `most` in the running window of so many seconds.

    While Redis is away nothing is counted, and all is allowed.
    """
    key = f"rate:{what}:{int(time.time()) // seconds}"
    pipeline = redis_client().pipeline(transaction=False)
    pipeline.incr(key)
    pipeline.expire(key, 2 * seconds)
    try:
        count, _ = pipeline.execute()
    except redis.RedisError as error:
        logger.warning("not counted: %s", error)
        return True
    return int(count) <= most
