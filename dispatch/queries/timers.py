"""Which limits hold for a call, from when its times are counted, and whether all that was due is done."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from dispatch.models import Call, Deadline, TimerLimits
from dispatch.rules import timer_limits
from dispatch.rules.timers import DEFAULT_TIMERS, TimerSettings

KEPT_S = 1.0
"""How long a process goes by the limits it read last: one statement a second, however many due times are set."""


@dataclass(slots=True)
class _Kept:
    """What this process read last, and until when it goes by it."""

    until: float = -math.inf
    settings: TimerSettings = DEFAULT_TIMERS


_kept = _Kept()


def newest_limits() -> TimerLimits | None:
    """The limits that count, as a supervisor set them last; None while nobody did."""
    return TimerLimits.objects.order_by("-pk").first()


def limits_in_force() -> TimerSettings:
    """The limits in force, the programme's defaults while nobody set others. At most a second old."""
    now = time.monotonic()
    if now >= _kept.until:
        row = newest_limits()
        _kept.settings = timer_limits.settings_of(row.values()) if row else DEFAULT_TIMERS
        _kept.until = now + KEPT_S
    return _kept.settings


def limits_forget() -> None:
    """Read them anew the next time: they were changed."""
    _kept.until = -math.inf


def timer_settings(call: Call | None = None) -> TimerSettings | None:
    """The limits in force, run `pace` times faster for a replayed call; None for one without timers (pace 0)."""
    if call is None or call.pace == 1:
        return limits_in_force()
    return replace(limits_in_force(), speed=float(call.pace)) if call.pace else None


def counted_from(call: Call | None, occurred_at: datetime) -> datetime:
    """When a timer of this call starts: at the time given, or now for a replay, whose recorded times lie in the
    past.
    """
    return occurred_at if call is None or call.pace == 1 else timezone.now()


TOLD_AFTER = 5
"""Failures of one due time after which people are told to watch by hand, and nothing else waits for it any more."""

TOLD_RETRIED_AFTER = timedelta(seconds=30)


def overdue(at: datetime) -> QuerySet[Deadline]:
    """What was due by this moment and has not been done."""
    return Deadline.objects.filter(fired_at__isnull=True, cancelled_at__isnull=True, due_at__lte=at)


def to_be_tried(at: datetime) -> QuerySet[Deadline]:
    """What is due and should be tried now, oldest first; what failed so often that people were told, less often."""
    seldom = Q(failures__gte=TOLD_AFTER, failed_at__gt=at - TOLD_RETRIED_AFTER)
    return overdue(at).exclude(seldom).order_by("due_at")


def left_overdue(at: datetime) -> bool:
    """Whether anything that was due by this moment has not been done, and nobody was told to watch it by hand: it
    failed, or nobody worked it off.
    """
    return overdue(at).filter(failures__lt=TOLD_AFTER).exists()
