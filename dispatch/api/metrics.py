"""`/metrics` of the web processes: what the processes of this machine counted, and what the database and the queue
hold for all of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final

import redis
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from dispatch.queries.backups import newest_backup_at
from dispatch.queries.figures import Figures, figures
from hearteam import health
from hearteam.observe import access
from hearteam.observe.exposition import CONTENT_TYPE, exposition

QUEUE: Final = "celery:celery"
UNACKNOWLEDGED: Final = "celery:unacked"
PATH: Final = "/metrics"


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """404 to whoever may not read it: nobody need know that it is there."""
    if not may_read(request):
        raise Http404
    return HttpResponse(exposition(Installation()), content_type=CONTENT_TYPE)


def may_read(request: HttpRequest) -> bool:
    forwarded = any(f"HTTP_{name.upper().replace('-', '_')}" in request.META for name in access.FORWARDED)
    peer = request.META.get("REMOTE_ADDR", "")
    return access.may_read(peer, request.headers.get("Authorization", ""), forwarded=forwarded)


class AskedByAddress:
    """Django middleware. Prometheus asks each process by its address inside, without TLS: production would refuse the
    host's name and redirect. Whoever may read is answered before that is looked at.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info != PATH or not may_read(request):
            return self.get_response(request)
        request.resolver_match = resolve(PATH)
        return metrics(request)


class Installation(Collector):
    """The same from every web process; `hearteam_up` says which of the services could be asked."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = gauge("up", "Whether it answers.", "service")
        began = time.perf_counter()
        try:
            yield from of_database(figures())
            up.add_metric(["database"], 1)
            yield plain("database_answer_seconds", "How long these figures took.", time.perf_counter() - began)
        except Error:
            up.add_metric(["database"], 0)
        try:
            yield from of_redis(up)
            up.add_metric(["redis"], 1)
        except (redis.RedisError, OSError):
            up.add_metric(["redis"], 0)
        yield from of_backups()
        yield up


def gauge(name: str, says: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"hearteam_{name}", says, labels=labels)


def plain(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"hearteam_{name}", says, value=value)


def labelled(name: str, says: str, label: str, values: dict[str, float]) -> GaugeMetricFamily:
    family = gauge(name, says, label)
    for value_of, value in sorted(values.items()):
        family.add_metric([value_of], value)
    return family


LEVELS: Final = {"L1": 0.0, "L2": 0.0, "L3": 0.0}
PRIORITIES: Final = {"P1": 0.0, "P2": 0.0, "P3": 0.0, "P4": 0.0}


def of_database(found: Figures) -> Iterator[GaugeMetricFamily]:
    """What `figures()` read. Levels and priorities are there at 0 too, so that a rule can tell nothing from no news."""
    calls = gauge("calls_open", "Calls that are somebody's work.", "tier", "status")
    for label, number in sorted(found.by_label("calls_open").items()):
        calls.add_metric(label.split("/"), number)
    yield calls
    for name, says, label, zero in (
        ("oldest_pending_call_seconds", "How long the oldest pending call waits.", "priority", PRIORITIES),
        ("alerts_unacknowledged", "Alerts that nobody took.", "level", LEVELS),
        ("oldest_alert_seconds", "Age of the oldest alert that nobody took.", "level", LEVELS),
        ("waiting", "Rows that wait to be sent.", "what", {}),
        ("oldest_waiting_seconds", "How long the oldest of them waits.", "what", {}),
    ):
        yield labelled(name, says, label, zero | found.by_label(name.removesuffix("_seconds")))
    yield plain("deadlines_overdue", "Due times more than a second old.", found.one("deadlines_overdue"))
    yield plain("oldest_deadline_seconds", "How overdue the oldest due time is.", found.one("oldest_deadline"))
    silent = "Since the timers' leader said so, and since they left nothing undone."
    yield labelled("timers_silent_seconds", silent, "what", found.timers_silent_s())
    yield plain("events_head", "Newest version of the event log.", found.one("head"))
    yield labelled("database_connections", "By state.", "state", found.by_label("connections"))
    yield plain("database_connections_max", "As many as the server takes.", found.one("connections_max"))
    yield plain("database_bytes", "Size of the database.", found.one("database_bytes"))


def of_backups() -> Iterator[GaugeMetricFamily]:
    """Nothing while there is none: a rule tells by its absence."""
    newest = newest_backup_at()
    if newest is not None:
        age = (timezone.now() - newest).total_seconds()
        yield plain("backup_age_seconds", "Since the newest whole backup.", age)


def of_redis(up: GaugeMetricFamily) -> Iterator[GaugeMetricFamily]:
    """The queue's depth, and which processes have shown themselves."""
    pipeline = health.client().pipeline(transaction=False)
    pipeline.llen(QUEUE)
    pipeline.hlen(UNACKNOWLEDGED)
    pipeline.mget([health.key(name) for name in health.PROCESSES])
    queued, in_hand, alive = pipeline.execute()
    for name, value in zip(health.PROCESSES, alive, strict=True):
        up.add_metric([name], 0 if value is None else 1)
    yield labelled("queue_tasks", "Tasks of the workers.", "state", {"queued": queued, "in_hand": in_hand})
    info = health.client().info("memory")
    yield plain("redis_memory_bytes", "Memory that Redis holds.", float(info["used_memory"]))


