"""Sending what is queued, each message once; and finding what a lost broker or a dead worker left behind.

No transaction is open while the outside is spoken to.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from dispatch.actions.due import deadline_set
from dispatch.actions.notices import DELIVER_TASK, TELL_TASK, TELLER, TOO_LATE
from dispatch.actions.transaction import action
from dispatch.models import Call, Deadline, Delivery, Notice, NotificationChannel, PushSubscription
from dispatch.queries.reaching import not_needed, somebody_has_a_channel
from dispatch.reach.codes import code_hash, new_code
from dispatch.reach.outlets import outlet_send
from dispatch.reach.push import Attempt, Browser, Outcome, push_send
from dispatch.reach.words import words
from dispatch.rules.reaching import ANSWERED, ChannelKind, NoticeKind
from dispatch.rules.timers import DeadlineKind
from hearteam.outgoing import task_send

MOST_TRIES: Final = 3
LEFT_BEHIND: Final = timedelta(seconds=5)
STUCK: Final = timedelta(seconds=60)
MOST_AT_ONCE: Final = 50
State = Delivery.State


def delivery_send(*, delivery_id: int) -> str:
    """Claim the message, send it, write down what became of it. Returns its state; a claimed one is left alone."""
    now = timezone.now()
    queued = Delivery.objects.filter(pk=delivery_id, state=State.QUEUED)
    if not queued.update(state=State.SENDING, claimed_at=now, attempts=F("attempts") + 1):
        return Delivery.objects.filter(pk=delivery_id).values_list("state", flat=True).first() or ""
    row = Delivery.objects.select_related(
        "notice__assignment", "notice__alert", "notice__call", "channel", "subscription"
    ).get(pk=delivery_id)
    why = _dropped(row, now)
    if why:
        return _settle(row, State.DROPPED, why)
    attempt = _attempt(row)
    if attempt.outcome is Outcome.SENT:
        return _settle(row, State.SENT, "")
    if attempt.outcome is Outcome.LATER and row.attempts < MOST_TRIES:
        return _settle(row, State.QUEUED, attempt.why)
    if attempt.outcome is Outcome.GONE and row.subscription is not None:
        PushSubscription.objects.filter(pk=row.subscription.pk).update(gone_at=timezone.now())
    return _settle(row, State.FAILED, attempt.why)


def _dropped(row: Delivery, now: datetime) -> str:
    if row.channel is None or (row.kind == ChannelKind.PUSH and row.subscription is None):
        return "the channel is gone"
    if now - row.notice.at > TOO_LATE:
        return "it came too late"
    return not_needed(row.notice, now)


def _attempt(row: Delivery) -> Attempt:
    assert row.channel is not None
    kind, language = NoticeKind(row.notice.kind), row.channel.language
    number = row.notice.call.number if row.notice.call else ""
    if row.subscription is not None:
        browser = Browser(row.subscription.endpoint, row.subscription.p256dh, row.subscription.auth)
        payload = {
            "id": str(row.key),
            "title": "HEARTeam",
            "text": words(kind, language, number=number),
            "url": reverse("opened", args=[row.key]),
            "tag": f"notice-{row.notice.assignment_id or row.notice.alert_id or row.notice_id}",
        }
        return push_send(browser, payload)
    code = _fresh_code(row.channel) if kind is NoticeKind.VERIFY else ""
    text = words(kind, language, number=number, code=code)
    return outlet_send(ChannelKind(row.kind), row.channel.address, text)


def _fresh_code(channel: NotificationChannel) -> str:
    """Made as it is sent, so that it stands nowhere but in the message; what is kept is its hash."""
    code = new_code()
    NotificationChannel.objects.filter(pk=channel.pk).update(code_hash=code_hash(channel.pk, code), code_tries=0)
    return code


def _settle(row: Delivery, state: str, why: str) -> str:
    now = timezone.now()
    times = {State.SENT: {"sent_at": now}, State.FAILED: {"failed_at": now}}.get(State(state), {})
    Delivery.objects.filter(pk=row.pk, state=State.SENDING).update(state=state, why=why[:120], **times)
    if state == State.SENT and row.subscription is not None:
        PushSubscription.objects.filter(pk=row.subscription.pk).update(last_success_at=now)
    if state == State.FAILED:
        _hurry(row, now)
    return state


def _hurry(row: Delivery, now: datetime) -> None:
    """Nothing of this step reached anybody: the next step need not wait for its time."""
    notice = row.notice
    others = notice.deliveries.exclude(state__in=[State.FAILED, State.DROPPED])
    if notice.kind not in ANSWERED or others.exists():
        return
    with action(TELLER):
        if notice.call_id is not None:
            Call.objects.select_for_update(of=("self",), no_key=True).get(pk=notice.call_id)
        waits = Deadline.objects.filter(
            kind=DeadlineKind.NOTIFY_NEXT, fired_at__isnull=True, cancelled_at__isnull=True, due_at__gt=now
        )
        subject = {"alert": notice.alert} if notice.alert else {"assignment": notice.assignment, "call": notice.call}
        if waits.filter(**subject).exists():
            deadline_set(DeadlineKind.NOTIFY_NEXT, now, **subject)


def reaching_sweep(*, now: datetime) -> int:
    """Send again the tasks of what should have gone long ago; returns how many.

    A message whose worker died in the middle may have gone: it is not sent again, and counts as failed.
    """
    untold = Notice.objects.filter(told_at__isnull=True, at__lt=now - LEFT_BEHIND).order_by("pk")
    if not somebody_has_a_channel():
        untold.filter(channel__isnull=True).update(told_at=now)  # as their tasks would have said: to nobody
    waiting = Delivery.objects.filter(state=State.QUEUED).filter(
        Q(claimed_at__isnull=True, queued_at__lt=now - LEFT_BEHIND) | Q(claimed_at__lt=now - LEFT_BEHIND)
    )
    stuck = Delivery.objects.filter(state=State.SENDING, claimed_at__lt=now - STUCK)
    for row in stuck.select_related("notice__call", "notice__assignment", "notice__alert", "subscription"):
        _settle(row, State.FAILED, "the worker stopped while it was sent")
    tasks = [
        *((TELL_TASK, pk) for pk in untold.values_list("pk", flat=True)[:MOST_AT_ONCE]),
        *((DELIVER_TASK, pk) for pk in waiting.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE]),
    ]
    for task, pk in tasks:
        task_send(task, pk)
    return len(tasks)


def notices_forget(*, now: datetime) -> int:
    """Delete what is older than it is kept (`NOTICES_KEPT_DAYS`), with its deliveries; returns how many notices."""
    before = now - timedelta(days=settings.NOTICES_KEPT_DAYS)
    count, _ = Notice.objects.filter(at__lt=before).delete()
    PushSubscription.objects.filter(gone_at__lt=before).delete()
    return count
