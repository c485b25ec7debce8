"""Who can be told of something at this moment: a unit's crew, the supervisors on duty, and by which channels."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from dispatch.models import Assignment, Delivery, Notice, NotificationChannel, Position, PushSubscription
from dispatch.reach.keys import public_key
from dispatch.reach.offer import offered
from dispatch.rules.reaching import ChannelKind, NoticeKind, Reachable, Rung, ladder
from hearteam.events.log import rfc3339
from hearteam.prepared import Prepared
from hearteam.problems import NotFound
from partners.access import Actor, Role, crews_at

A_SHIFT = timedelta(seconds=settings.SESSION_COOKIE_AGE)
"""Whoever took their position longer ago than a session lasts has gone without signing out."""

SHOWN_DELIVERIES = 10


def session_hash(session: Any) -> str:
    """Which session a browser subscribed in; empty for a program with a token."""
    key = getattr(session, "session_key", None)
    return hashlib.sha256(key.encode()).hexdigest() if key else ""


def crew_users(unit_id: int, now: datetime) -> list[int]:
    """The users on board of the unit now, the first of the crew first. Someone on two shifts is on the one begun
    last. Two statements.
    """
    aboard = list(
        crews_at(now)
        .filter(shift__unit_id=unit_id, person__user__is_active=True)
        .order_by("role", "pk")
        .values_list("person_id", "person__user_id")
    )
    unit_of = dict(
        crews_at(now)
        .filter(person_id__in=[person for person, _ in aboard])
        .order_by("shift__starts_at")
        .values_list("person_id", "shift__unit_id")
    )
    return list(dict.fromkeys(user for person, user in aboard if unit_of[person] == unit_id))


def supervisors_on_duty(now: datetime) -> list[int]:
    """The users with that role who sit at a position since this shift, or ride on a unit now. One statement each."""
    at_work = Q(claimed_at__gt=now - A_SHIFT) | Q(seen_at__gt=now - A_SHIFT)
    supervises = {"groups__name": Role.SUPERVISOR.value}
    seated = Position.objects.filter(at_work, **{f"holder__{name}": value for name, value in supervises.items()})
    riding = crews_at(now).filter(**{f"person__user__{name}": value for name, value in supervises.items()})
    users = [
        *seated.filter(holder__is_active=True).order_by("pk").values_list("holder_id", flat=True),
        *riding.filter(person__user__is_active=True).order_by("pk").values_list("person__user_id", flat=True),
    ]
    return list(dict.fromkeys(user for user in users if user is not None))


def usable_channels() -> QuerySet[NotificationChannel]:
    """Verified, not quiet, of a kind that is set up here; push only with a browser that is still subscribed."""
    channels = NotificationChannel.objects.filter(verified_at__isnull=False, quiet=False, kind__in=offered())
    subscribed = Q(subscriptions__isnull=False, subscriptions__gone_at__isnull=True)
    return channels.filter(~Q(kind=ChannelKind.PUSH) | subscribed).distinct()


_any_channel = Prepared(
    lambda: NotificationChannel.objects.filter(verified_at__isnull=False, quiet=False).values_list("pk", flat=True)[:1]
)


def somebody_has_a_channel() -> bool:
    """Whether anybody here could be reached at all. One statement."""
    return _any_channel.first() is not None


def reachable(user_ids: Sequence[int]) -> list[Reachable]:
    """These people with their usable channels, in the order given. One statement."""
    found: dict[int, dict[int, ChannelKind]] = {user: {} for user in user_ids}
    for channel in usable_channels().filter(user_id__in=user_ids):
        found[channel.user_id][channel.pk] = ChannelKind(channel.kind)
    return [Reachable(user, channels) for user, channels in found.items()]


def rungs(notice: Notice, now: datetime) -> tuple[Rung, ...]:
    """The ladder of what this notice tells, by who is at work now."""
    kind = NoticeKind(notice.kind)
    if notice.channel_id is not None:
        return ((notice.channel_id,),)
    crew = reachable(crew_users(notice.unit_id, now)) if notice.unit_id and kind is not NoticeKind.ALERT else []
    asks_supervisors = kind in (NoticeKind.DISPATCH, NoticeKind.ORDER, NoticeKind.ALERT)
    return ladder(kind, crew, reachable(supervisors_on_duty(now)) if asks_supervisors else [])


def unanswered(assignment: Assignment) -> NoticeKind | None:
    """What its crew has been told and has not acknowledged; an order goes before the dispatch."""
    if assignment.cleared_at is not None:
        return None
    if assignment.order and assignment.order_acknowledged_at is None:
        return NoticeKind.ORDER
    return NoticeKind.DISPATCH if _dispatch_waits(assignment) else None


def _dispatch_waits(assignment: Assignment) -> bool:
    """Whether the crew has not acknowledged it; its first step does, too."""
    return assignment.acknowledged_at is None and assignment.status == Assignment.Status.DP


def not_needed(notice: Notice, now: datetime) -> str:
    """Why what the notice tells need not be told any more; empty while it must."""
    assignment, alert = notice.assignment, notice.alert
    kind = NoticeKind(notice.kind)
    if alert is not None and (alert.cleared_at is not None or alert.acknowledged_at is not None):
        return "acknowledged meanwhile"
    if assignment is None or kind is NoticeKind.CANCELLED:
        return ""
    if assignment.cleared_at is not None:
        return "cleared meanwhile"
    if kind is NoticeKind.ORDER:
        stands = assignment.order and assignment.order_acknowledged_at is None
        return "" if stands else "acknowledged meanwhile"
    if kind is NoticeKind.WELFARE:
        due = assignment.welfare_due_at
        return "" if due is not None and due <= now else "answered meanwhile"
    return "" if _dispatch_waits(assignment) else "acknowledged meanwhile"


def channel_for(by: Actor, channel_id: str | int, *, lock: bool = False) -> NotificationChannel:
    """One's own channel by id. Raises NotFound."""
    text = str(channel_id)
    known = NotificationChannel.objects.filter(user_id=by.user_id)
    if lock:
        known = known.select_for_update(no_key=True)
    found = known.filter(pk=int(text)).first() if text.isascii() and text.isdigit() and len(text) < 19 else None
    if found is None:
        raise NotFound("There is no such channel of yours.")
    return found


def own_channels(by: Actor) -> dict[str, Any]:
    """How a person can be reached: `offered` kinds, the `public_key` of push (None without), their `channels` with
    the browsers subscribed, and what was sent to them lately.
    """
    channels = NotificationChannel.objects.filter(user_id=by.user_id).prefetch_related("subscriptions")
    kinds = offered()
    lately = Delivery.objects.filter(user_id=by.user_id).select_related("notice__call").order_by("-pk")
    return {
        "offered": [kind.value for kind in kinds],
        "public_key": public_key(settings.PUSH_KEY) if ChannelKind.PUSH in kinds else None,
        "channels": [channel_row(channel) for channel in channels],
        "deliveries": [delivery_row(row) for row in lately[:SHOWN_DELIVERIES]],
    }


def channel_row(channel: NotificationChannel) -> dict[str, Any]:
    """A channel as its owner sees it."""
    return {
        "id": str(channel.pk),
        "kind": channel.kind,
        "address": channel.address,
        "verified": channel.verified_at is not None,
        "quiet": channel.quiet,
        "browsers": [_browser_row(row) for row in channel.subscriptions.all() if row.gone_at is None],
    }


def _browser_row(row: PushSubscription) -> dict[str, Any]:
    return {
        "endpoint": row.endpoint,
        "user_agent": row.user_agent,
        "created_at": rfc3339(row.created_at),
        "last_success_at": rfc3339(row.last_success_at) if row.last_success_at else None,
    }


def delivery_row(row: Delivery) -> dict[str, Any]:
    """A message as its receiver sees it."""
    return {
        "id": str(row.key),
        "kind": row.notice.kind,
        "channel": row.kind,
        "call_number": row.notice.call.number if row.notice.call else None,
        "state": row.state,
        "why": row.why,
        "at": rfc3339(row.queued_at),
        "opened_at": rfc3339(row.opened_at) if row.opened_at else None,
    }


def names_of(channel_ids: Iterable[int]) -> tuple[list[str], list[str]]:
    """The user names behind these channels and the kinds used, for the timeline."""
    rows = NotificationChannel.objects.filter(pk__in=list(channel_ids)).select_related("user").order_by("pk")
    people = dict.fromkeys(row.user.get_username() for row in rows)
    return list(people), list(dict.fromkeys(row.kind for row in rows))
