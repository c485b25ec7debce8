"""What people are to be told, and the ladder that is climbed while nobody acknowledges it.

Written in the transaction of what happened, worked off by the worker after its commit. What a lost broker or a dead
worker left behind is found by the sweep (`actions/deliveries.py`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from dispatch.actions.due import deadline_set
from dispatch.actions.transaction import Work, action
from dispatch.models import Alert, Assignment, Call, Deadline, Delivery, Notice, NotificationChannel, PushSubscription
from dispatch.queries.reaching import names_of, not_needed, rungs, somebody_has_a_channel, unanswered
from dispatch.queries.timers import limits_in_force, timer_settings
from dispatch.reach.offer import offered
from dispatch.rules import timers
from dispatch.rules.reaching import ANSWERED, ChannelKind, NoticeKind, Rung, next_step
from dispatch.rules.timers import DeadlineKind
from hearteam.events import types
from hearteam.outgoing import task_send
from partners.access import Actor
from partners.models import Unit

TELL_TASK = "dispatch.tasks.notice_tell"
DELIVER_TASK = "dispatch.tasks.delivery_send"
TELLER = Actor.system("notices")
TOO_LATE = timedelta(seconds=120)
"""What could not be told for so long is known by other ways: by the alert at the center, by radio."""


def notice_put(
    kind: NoticeKind,
    *,
    call: Call | None = None,
    unit: Unit | None = None,
    assignment: Assignment | None = None,
    alert: Alert | None = None,
    channel: NotificationChannel | None = None,
) -> Notice | None:
    """In the transaction of what happened: somebody is to be told of it after commit. Two statements.

    Nobody is told of a replayed call, of a unit that stands for a crew reached by phone, or where nothing is set up.
    While nobody at all has a channel no task is sent; the sweep looks again, should somebody get one meanwhile.
    """
    stands_in = alert is None and unit is not None and unit.temporary
    if (call is not None and call.pace != 1) or stands_in or not offered():
        return None
    notice = Notice.objects.create(
        kind=kind, call=call, unit=unit, assignment=assignment, alert=alert, channel=channel, at=timezone.now()
    )
    if channel is not None or somebody_has_a_channel():
        _after_commit(TELL_TASK, notice.pk)
    return notice


def _after_commit(task: str, pk: int) -> None:
    transaction.on_commit(lambda: task_send(task, pk), robust=True)


def notice_tell(*, notice_id: int, now: datetime | None = None) -> int:
    """Work out whom to tell, and queue a message to each; once. Returns how many messages.

    What must be acknowledged gets the due time of its next step.
    """
    now = now or timezone.now()
    with action(TELLER):
        notice = Notice.objects.select_related("assignment", "alert", "call").filter(pk=notice_id).first()
        if notice is None:
            return 0
        call = _lock_call(notice)
        if not Notice.objects.filter(pk=notice_id, told_at__isnull=True).update(told_at=now):
            return 0
        late = now - notice.at > TOO_LATE
        why = "it came too late" if late else not_needed(notice, now)
        if why:
            Notice.objects.filter(pk=notice_id).update(why=why)
            return 0
        steps = rungs(notice, now)
        if notice.kind in ANSWERED and next_step(steps, 0) is not None:
            _expect_answer(notice, call, now)
        return _queue(notice, steps[0], now)


def _lock_call(notice: Notice) -> Call | None:
    if notice.call_id is None:
        return None
    return Call.objects.select_for_update(of=("self",), no_key=True).get(pk=notice.call_id)


def _expect_answer(notice: Notice, call: Call | None, told_at: datetime) -> None:
    due = timers.notify_next_due(told_at, timer_settings(call) or limits_in_force())
    if notice.alert is not None:
        deadline_set(DeadlineKind.NOTIFY_NEXT, due, alert=notice.alert)
    else:
        deadline_set(DeadlineKind.NOTIFY_NEXT, due, assignment=notice.assignment, call=call)


def _queue(notice: Notice, rung: Rung, now: datetime) -> int:
    """One message a channel; a push to every browser that the person subscribed."""
    rows = []
    for channel in NotificationChannel.objects.filter(pk__in=rung).order_by("pk"):
        browsers: list[PushSubscription | None] = [None]
        if channel.kind == ChannelKind.PUSH:
            browsers = list(channel.subscriptions.filter(gone_at__isnull=True))
        rows += [
            Delivery(
                notice=notice,
                user_id=channel.user_id,
                kind=channel.kind,
                channel=channel,
                subscription=browser,
                queued_at=now,
            )
            for browser in browsers
        ]
    for row in Delivery.objects.bulk_create(rows):
        _after_commit(DELIVER_TASK, row.pk)
    return len(rows)


def notice_next(work: Work, deadline: Deadline, call: Call | None) -> None:
    """Nobody acknowledged in time: the next step that reaches anybody, and its own due time. Else it is at its end."""
    last = _last_told(deadline)
    now = timezone.now()
    if last is None or not_needed(last, now):
        return
    steps = rungs(last, now)
    step = next_step(steps, last.step)
    if step is None:
        return
    notice = Notice.objects.create(
        kind=last.kind,
        call=last.call,
        unit=last.unit,
        assignment=last.assignment,
        alert=last.alert,
        step=step,
        why="not acknowledged",
        at=now,
        told_at=now,
    )
    _queue(notice, steps[step], now)
    if next_step(steps, step) is not None:
        _expect_answer(notice, call or last.call, now)
    people, kinds = names_of(steps[step])
    told = types.NoticeEscalated(notice=str(notice.pk), about=notice.kind, step=step, to=people, channels=kinds)
    work.emit(told, call=last.call, unit=last.unit, alert=last.alert, tablets=[])


def _last_told(deadline: Deadline) -> Notice | None:
    """The newest telling of what waits for an answer there."""
    told = Notice.objects.select_related("assignment", "alert", "call", "unit").order_by("-pk")
    if deadline.alert is not None:
        return told.filter(alert=deadline.alert).first()
    kind = unanswered(deadline.assignment) if deadline.assignment is not None else None
    return told.filter(assignment=deadline.assignment, kind=kind).first() if kind is not None else None
