"""Which limits hold for a call, from when its times are counted, and whether all that was due is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

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


def left_overdue(at: datetime) -> bool:
    """Whether anything that was due by this moment has not been done: it failed, or nobody worked it off."""
    return Deadline.objects.filter(fired_at__isnull=True, cancelled_at__isnull=True, due_at__lte=at).exists()


def with_team_target(settings: TimerSettings, team: Team) -> TimerSettings:
    """The settings with the team's own arrival target, which a supervisor edits with the team."""
    if team.arrival_target_minutes is None:
        return settings
    return replace(
        settings, arrival_target_s={**settings.arrival_target_s, team.code: team.arrival_target_minutes * 60.0}
    )
