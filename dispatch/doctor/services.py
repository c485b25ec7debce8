"""Redis, and the processes: do they live, and does what happens reach the sockets?"""

from __future__ import annotations

import json
import secrets
import shutil
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.db import Error
from kombu.exceptions import OperationalError as BrokerAway

from dispatch.doctor.database import skew
from dispatch.doctor.finding import Finding, failed, warning, well
from dispatch.queries.figures import Figures, figures
from hearteam import health
from hearteam.celery import app
from hearteam.events import broadcast

ECHO_WAIT_S: Final = 3.0
MOST_MEMORY: Final = 0.8
MOST_QUEUED: Final = 200
LONGEST_WAIT_S: Final = 120
LEADER_SILENT_S: Final = 15
UNDONE_S: Final = 30
OVERDUE_S: Final = 10
CERTIFICATE_DAYS: Final = 14
WEB_TIMEOUT_S: Final = 5
ROOM_SHARE: Final = 0.1


def look_at_services(url: str) -> list[Finding]:
    """`url`: the address that browsers use; empty when it is not known."""
    return [*look_at_redis(), *web(url), *look_at_work(), *disk_room()]


def look_at_redis() -> Iterator[Finding]:
    client = health.client()
    try:
        began = time.time()
        seconds, micros = client.time()
        middle = (began + time.time()) / 2
        info = client.info()
        yield well("redis", f"Redis answers ({info.get('redis_version', '?')}).")
        yield skew("Redis", seconds + micros / 1e6 - middle)
        yield from keeping(client, info)
        yield from live(client)
    except (redis.RedisError, OSError) as error:
        do = "Start Redis, or correct REDIS_URL. Calls are taken meanwhile; screens hear of them late."
        yield failed("redis", f"Redis does not answer: {error}", do)


def keeping(client: redis.Redis, info: dict[str, Any]) -> Iterator[Finding]:
    """Whether it keeps the queue: across a restart, and when memory is short."""
    if not info.get("aof_enabled"):
        says = (
            "Redis keeps nothing across a restart (appendonly is no): tasks in the queue would wait for their sweeps."
        )
        yield warning("redis-aof", says, "Set appendonly yes.")
    elif info.get("aof_last_write_status", "ok") != "ok":
        yield failed("redis-aof", "Redis could not write its log the last time.", "Look at the room on its disk.")
    else:
        yield well("redis-aof", "Redis keeps the queue across a restart.")
    limit, policy = int(info.get("maxmemory", 0)), str(info.get("maxmemory_policy", "noeviction"))
    if limit and policy != "noeviction":
        says = f"Redis throws away keys when its memory is full (maxmemory-policy {policy}): tasks can vanish."
        yield failed("redis-memory", says, "Set maxmemory-policy noeviction.")
    elif limit and int(info["used_memory"]) > MOST_MEMORY * limit:
        says = f"Redis uses {int(info['used_memory']) // 1_000_000} of {limit // 1_000_000} MB."
        yield warning("redis-memory", says, "Raise maxmemory.")
    else:
        yield well("redis-memory", "Redis has memory and throws nothing away.")


def live(client: redis.Redis) -> Iterator[Finding]:
    """A word to all live processes by the way that events take, and their answers: nothing is written but that."""
    ((_, listening),) = client.pubsub_numsub(broadcast.channel(broadcast.EVENTS_CHANNEL))
    do = "Look at the logs of live. Screens fetch what they miss when they reconnect."
    if not listening:
        yield failed("live", "No live process listens: screens do not move.", do)
        return
    word = secrets.token_hex(8)
    client.publish(broadcast.channel(broadcast.CONTROL_CHANNEL), json.dumps({"kind": "echo", "word": word}))
    answered, deadline = 0, time.monotonic() + ECHO_WAIT_S
    while answered < listening and time.monotonic() < deadline:
        answered = int(client.llen(health.echo_key(word)))
        time.sleep(0.02)
    client.delete(health.echo_key(word))
    if answered < listening:
        says = f"{listening - answered} of {listening} live processes did not answer within {ECHO_WAIT_S:.0f} s."
        yield failed("live", says, do)
    else:
        yield well("live", f"{listening} live process{'es' if listening > 1 else ''} passed a word on.")


def web(url: str) -> Iterator[Finding]:
    if not url:
        yield warning(
            "web", "The pages were not asked: their address is not known.", "Say it: manage.py doctor --url https://.."
        )
        return
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=WEB_TIMEOUT_S) as answer:  # noqa: S310 (who runs it says it)
            said = answer.status
    except urllib.error.HTTPError as error:
        said = error.code
        error.close()
    except OSError as error:
        yield failed(
            "web",
            f"{url} does not answer: {getattr(error, 'reason', error)}",
            "Look at the proxy, then at the logs of web.",
        )
        return
    if said not in (200, 503):
        yield failed("web", f"{url}/readyz answers {said}.", "Is it the address of this installation?")
    else:
        yield well("web", f"{url} answers.")
    if url.startswith("https"):
        yield from certificate(url)


def certificate(url: str) -> Iterator[Finding]:
    """How long it is still valid; that it is, was seen when the page was asked."""
    address = urlsplit(url)
    name = address.hostname or ""
    try:
        with (
            socket.create_connection((name, address.port or 443), WEB_TIMEOUT_S) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=name) as secured,
        ):
            ends = ssl.cert_time_to_seconds(str((secured.getpeercert() or {})["notAfter"]))
    except (OSError, KeyError) as error:
        yield warning("certificate", f"The certificate could not be read: {error}", "Look at the proxy's log.")
        return
    days = (ends - time.time()) / 86_400
    says = f"The certificate is valid for {days:.0f} days more."
    do = "Renew it; with Caddy's own or a public one, find out why that did not happen by itself."
    yield warning("certificate", says, do) if days < CERTIFICATE_DAYS else well("certificate", says)


def look_at_work() -> Iterator[Finding]:
    """Timers, worker and beat."""
    try:
        found = figures()
    except Error:
        return
    yield from timers(found)
    yield from waiting(found)
    try:
        yield from workers()
    except (redis.RedisError, OSError):
        return


def timers(found: Figures) -> Iterator[Finding]:
    silent = found.timers_silent_s()
    do = "Start timers, and look at its log. Watch overdue calls and crews by hand until it runs."
    if silent.get("leader", LEADER_SILENT_S + 1) > LEADER_SILENT_S:
        since = f"for {silent['leader']:.0f} s" if "leader" in silent else "ever"
        yield failed(
            "timers", f"No timers process has led {since}: no alarm is raised, no civilian crew can be sent.", do
        )
    elif found.one("oldest_deadline") > OVERDUE_S or silent.get("undone", 0) > UNDONE_S:
        number, oldest = found.one("deadlines_overdue"), found.one("oldest_deadline")
        says = f"Timers are behind: {number:.0f} due times wait, the oldest for {oldest:.0f} s."
        yield failed("timers", says, "Look at the log of timers: a due time that keeps failing is named there.")
    else:
        yield well("timers", "Timers lead and nothing is overdue.")


def waiting(found: Figures) -> Iterator[Finding]:
    late = {name: age for name, age in found.by_label("oldest_waiting").items() if age > LONGEST_WAIT_S}
    for name, age in late.items():
        number = found.by_label("waiting")[name]
        says = f"{number:.0f} {name} wait to be sent, the oldest for {age:.0f} s."
        yield warning("sending", says, "Look at the log of worker, and whether the provider answers.")
    if not late:
        yield well("sending", "No message waits for long.")


def workers() -> Iterator[Finding]:
    client = health.client()
    queued = int(client.llen("celery:celery"))
    if client.get(health.key("worker")) is not None:
        yield well("worker", "Worker and beat do their work.")
    elif workers_answer():
        do = "Start beat; there must be exactly one."
        yield failed("beat", "Workers live, but beat sends nothing: what was lost is not found again.", do)
    else:
        do = "Start worker and beat, and look at their logs. Nobody is told on their own device meanwhile."
        yield failed("worker", "No worker answers.", do)
    if queued > MOST_QUEUED:
        yield warning(
            "queue", f"{queued} tasks wait in the queue.", "Start more workers, or find out which task is slow."
        )


def workers_answer() -> bool:
    try:
        return bool(app.control.ping(timeout=1.5))
    except BrokerAway:
        return False


def disk_room() -> Iterator[Finding]:
    home = Path(settings.HEARTEAM_HOME)
    while not home.exists() and home != home.parent:
        home = home.parent
    usage = shutil.disk_usage(home)
    says = f"{usage.free // 1_000_000} MB of {usage.total // 1_000_000} are free on the disk of {home}."
    if health.disk.is_almost_full(home):
        yield failed("disk", says, "Free some now: PostgreSQL stops when its next log file does not fit.")
    elif usage.free < ROOM_SHARE * usage.total and usage.free < 20_000_000_000:
        yield warning("disk", says, "Free some, or move to a larger disk.")
    else:
        yield well("disk", says)
