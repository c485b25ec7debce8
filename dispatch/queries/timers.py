"""Which limits hold for a call, from when its times are counted, and whether all that was due is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from dispatch.models import Call, Deadline
from dispatch.rules.timers import DEFAULT_TIMERS, TimerSettings
from partners.models import Team


def timer_settings(call: Call | None = None) -> TimerSettings | None:
    """The limits in force, run `pace` times faster for a replayed call; None for one without timers (pace 0)."""
    if call is None or call.pace == 1:
        return DEFAULT_TIMERS
    return replace(DEFAULT_TIMERS, speed=float(call.pace)) if call.pace else None


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


def with_team_target(settings: TimerSettings, team: Team) -> TimerSettings:
    """The settings with the team's own arrival target, which a supervisor edits with the team."""
    if team.arrival_target_minutes is None:
        return settings
    return replace(
        settings, arrival_target_s={**settings.arrival_target_s, team.code: team.arrival_target_minutes * 60.0}
    )
