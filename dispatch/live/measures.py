"""What the live process counts, and what screens report of themselves.

A screen's report is counts of events by how long they took from their time at the server until they were painted. It
comes over its own socket: no sign-in to renew, no connection of the database, and nothing that wakes an idle one.
"""

from __future__ import annotations

import time
from typing import Any, Final

from prometheus_client import Histogram

from dispatch.live.admission import Headers
from dispatch.live.hub import Follower, Hub
from hearteam.observe import access, metrics

REPORT_SECONDS: Final = 30.0
"""Screens report once a minute; what comes sooner than this after the last is not counted."""

MOST_COUNTED: Final = 5_000
LONGEST_ERROR_MS: Final = 60_000
CLASSES: Final = len(metrics.SCREEN_SECONDS) + 1


def audience(follower: Follower) -> str:
    """What kind of screen it is: said by how it was let in, not by itself."""
    if follower.unit:
        return "tablet"
    return "console" if follower.console else "screen"


def observe(hub: Hub) -> None:
    """How many are connected, and how far this process is."""
    found = dict.fromkeys(("console", "screen", "tablet"), 0)
    for follower in hub.followers():
        found[audience(follower)] += 1
    for name, number in found.items():
        metrics.sockets.labels(name).set(number)
    metrics.sockets.labels("guest").set(len(hub.guests.all()))
    metrics.outbox_frames.set(hub.backlog())
    metrics.delivered.set(hub.delivered)


class Screen:
    """What one socket may report, and when it did."""

    __slots__ = ("reported_at",)

    def __init__(self) -> None:
        self.reported_at = -REPORT_SECONDS

    def report(self, who: str, message: Any) -> bool:
        """Count a report of a screen of this kind. False when it is none."""
        counts = counts_of(message)
        if counts is None:
            return False
        now = time.monotonic()
        if now - self.reported_at < REPORT_SECONDS:
            metrics.screen_reports.labels(who, "too_soon").inc()
            return True
        self.reported_at = now
        add(metrics.screen_seconds.labels(who), counts)
        metrics.screen_clock_error.labels(who).observe(message["error_ms"] / 1000)
        metrics.screen_reports.labels(who, "ok").inc()
        return True


def add(histogram: Histogram, counts: list[int]) -> None:
    """Count many at once: one by one, the screens of a large center would keep this process busy with it.

    Each counts with the upper end of its class in the sum, those of the last class with twice its lower end.
    """
    ends = (*metrics.SCREEN_SECONDS, 2 * metrics.SCREEN_SECONDS[-1])
    for bucket, end, number in zip(histogram._buckets, ends, counts, strict=True):
        if number:
            bucket.inc(number)
            histogram._sum.inc(end * number)


def counts_of(message: Any) -> list[int] | None:
    """The counts by class of `{"type": "painted", "counts": [..], "error_ms": n}`; None when it is anything else."""
    if not isinstance(message, dict) or set(message) != {"type", "counts", "error_ms"} or message["type"] != "painted":
        return None
    counts, error = message["counts"], message["error_ms"]
    if not isinstance(counts, list) or len(counts) != CLASSES or any(type(number) is not int for number in counts):
        return None
    if min(counts) < 0 or not 0 < sum(counts) <= MOST_COUNTED:
        return None
    if type(error) not in (int, float) or not 0 <= error <= LONGEST_ERROR_MS:
        return None
    return counts


def may_read(scope: dict[str, Any], headers: Headers) -> bool:
    """Whether who asks may read the figures."""
    peer = (scope.get("client") or ("", 0))[0]
    forwarded = any(name in headers for name in access.FORWARDED)
    return access.may_read(peer, headers.get("authorization", ""), forwarded=forwarded)
