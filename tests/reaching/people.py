"""Short ways to what these tests need: channels of the cast, and the worker's part done at once."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.utils import timezone

from dispatch.actions.deliveries import delivery_send
from dispatch.actions.notices import notice_tell
from dispatch.models import Delivery, Notice, NotificationChannel, Position

PHONE = "+18605550100"


def channel(user: User, kind: str = "SMS", address: str = "", **fields: object) -> NotificationChannel:
    """A verified channel of theirs."""
    now = timezone.now()
    address = address or (f"{user.username}@example.org" if kind == "EMAIL" else f"{PHONE[:-3]}{user.pk % 1000:03}")
    return NotificationChannel.objects.create(
        user=user, kind=kind, address=address, **{"created_at": now, "verified_at": now, **fields}
    )


def on_duty(supervisor: User) -> Position:
    """At a position since just now."""
    return Position.objects.create(name="S1", holder=supervisor, claimed_at=timezone.now())


def work_off(now: datetime | None = None) -> list[str]:
    """The worker does all there is; returns the states of what was queued."""
    for pk in Notice.objects.filter(told_at__isnull=True).values_list("pk", flat=True):
        notice_tell(notice_id=pk, now=now)
    waiting = Delivery.objects.filter(state=Delivery.State.QUEUED).order_by("pk").values_list("pk", flat=True)
    return [delivery_send(delivery_id=pk) for pk in list(waiting)]
