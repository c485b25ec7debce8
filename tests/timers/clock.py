"""Due times as tests look at them. Time is moved by firing as of a later moment, never by waiting."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from dispatch.actions.deadlines import deadlines_fire
from dispatch.models import Alert, Call, Deadline


def due(kind: str, **subject: object) -> Deadline:
    """The one deadline of this kind that waits for this subject."""
    return Deadline.objects.get(kind=kind, fired_at__isnull=True, cancelled_at__isnull=True, **subject)


def waits(kind: str, **subject: object) -> bool:
    """Whether one of this kind waits."""
    waiting = Deadline.objects.filter(kind=kind, fired_at__isnull=True, cancelled_at__isnull=True, **subject)
    return waiting.exists()


def fire(deadline: Deadline) -> None:
    """Nothing happens a moment before its time, and it happens at its time."""
    deadlines_fire(deadline.due_at - timedelta(microseconds=1))
    assert Deadline.objects.get(pk=deadline.pk).fired_at is None
    deadlines_fire(deadline.due_at)
    assert Deadline.objects.get(pk=deadline.pk).fired_at is not None


def seconds(later: datetime, earlier: datetime) -> float:
    """Between two moments."""
    return (later - earlier).total_seconds()


def alert(kind: str, call: Call | None = None) -> Alert:
    """The open alert of this kind."""
    return Alert.objects.get(kind=kind, call=call, cleared_at__isnull=True)


def no_alert(kind: str) -> bool:
    """Whether no alert of this kind is open."""
    return not Alert.objects.filter(kind=kind, cleared_at__isnull=True).exists()


def in_seconds(count: float) -> datetime:
    """That far from now."""
    return timezone.now() + timedelta(seconds=count)
