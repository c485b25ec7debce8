"""Is this installation well? `/healthz` says that the process lives, `/readyz` that everything a dispatcher needs does.

`live`, `worker` and `timers` prove that they live by a key in Redis that they renew and that dies with them.
"""

import functools
from typing import Any

import redis
import redis.asyncio
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from hearteam.embedded import disk
from hearteam.problems import CONTENT_TYPE, problem

PROCESSES = ("live", "worker", "timers")
BEAT_EVERY_S = 5
BEAT_LASTS_S = 15
WORKER_BEAT_LASTS_S = 25
ECHO_LASTS_S = 10


def key(name: str) -> str:
    return f"hearteam:alive:{name}"


@functools.cache
def client() -> redis.Redis:
    return settings.REDIS.client(**patience())


def patience() -> dict[str, Any]:
    """No second try: the question is whether Redis answers now."""
    return {"socket_connect_timeout": 2, "socket_timeout": 2, "retry": Retry(NoBackoff(), 0)}


def beat(name: str, lasts_s: int = BEAT_LASTS_S) -> bool:
    """Say that the process `name` lives; call it about every 5 s. False when Redis is away: never a reason to stop."""
    try:
        client().set(key(name), "1", ex=lasts_s)
    except (redis.RedisError, OSError):
        return False
    return True


async def abeat(name: str, lasts_s: int = BEAT_LASTS_S) -> bool:
    """`beat` for asynchronous processes."""
    retry = AsyncRetry(NoBackoff(), 0)
    try:
        async with settings.REDIS.async_client(**{**patience(), "retry": retry}) as once:
            await once.set(key(name), "1", ex=lasts_s)
    except (redis.RedisError, OSError):
        return False
    return True


def echo_key(word: str) -> str:
    """Where live processes answer a word that went to them by Redis."""
    return f"hearteam:echo:{word}"


async def aecho(word: str) -> None:
    """Say that the word arrived. Raises RedisError, OSError."""
    retry = AsyncRetry(NoBackoff(), 0)
    async with settings.REDIS.async_client(**{**patience(), "retry": retry}) as once:
        pipeline = once.pipeline(transaction=False)
        pipeline.rpush(echo_key(word), "1")
        pipeline.expire(echo_key(word), ECHO_LASTS_S)
        await pipeline.execute()


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200, or 503 with `down`: the names of what is not well."""
    down = what_is_down()
    if not down:
        return JsonResponse({"status": "ready"})
    body = {**problem(503, f"Not well: {', '.join(down)}."), "down": down}
    return JsonResponse(body, status=503, content_type=CONTENT_TYPE, headers={"Retry-After": "2"})


def what_is_down() -> list[str]:
    """Names out of disk, database, redis, live, worker, timers. Without Redis nothing is known of the processes.

    A full disk is named before it stops the others: PostgreSQL saves until its next log file does not fit.
    """
    down = ["disk"] if disk.is_almost_full(settings.HEARTEAM_HOME) else []
    down += [] if database_answers() else ["database"]
    try:
        found = client().mget([key(name) for name in PROCESSES])
    except (redis.RedisError, OSError):
        return [*down, "redis"]
    return [*down, *(name for name, value in zip(PROCESSES, found, strict=True) if value is None)]


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()
        return False
    return True
