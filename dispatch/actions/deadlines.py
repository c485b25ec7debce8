"""What happens when a due time passes. Each due row is claimed and acted on in one transaction, once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.db.models import F, Q
from django.utils import timezone

from dispatch.actions.alerts import alert_escalated, clear_alerts, raise_again, raise_alert
from dispatch.actions.call_timers import waits_for_disposition
from dispatch.actions.field_asks import asks_answered
from dispatch.actions.handoffs import callback_missed
from dispatch.actions.holds import resume
from dispatch.actions.notices import notice_next, notice_put
from dispatch.actions.safety import want_police
from dispatch.actions.slots import POLICE
from dispatch.actions.stacks import stack_prompt
from dispatch.actions.transaction import Work, action
from dispatch.actions.transfers import transfer_overdue
from dispatch.actions.triage import triage_again
from dispatch.models import Alert, Assignment, Call, Deadline, ResponseSlot
from dispatch.queries.availability import reached_by_phone
from dispatch.queries.timers import TOLD_AFTER, to_be_tried
from dispatch.rules.reaching import NoticeKind
from dispatch.rules.timers import AlertKind, AlertLevel, DeadlineKind
from hearteam.events import types
from hearteam.observe import metrics
from hearteam.observe.context import Doing, doing
from partners.access import Actor
from partners.models import Unit

logger = logging.getLogger(__name__)
TIMERS = Actor.system("timers")
NEVER_BY_VOICE = "write, never call by voice"
UNITS_LEFT = "its units have left, give it a disposition"


def deadlines_fire(now: datetime, limit: int = 100) -> int:
    """Fire what is due, oldest first. Returns how many were fired.

    1. Read the due ids without locks.
    2. For each: lock its call (lock order), claim the row by a conditional update, act. Another worker may have it, or
       whoever held the lock may have put it off: then it is not due any more.
    3. One that fails, whatever the reason, is logged and tried again on the next round; the others go on. Once it has
       failed `TOLD_AFTER` times people are told to watch by hand, until it goes through after all.
    """
    fired = 0
    for deadline in list(to_be_tried(now).select_related("alert")[:limit]):
        with doing(Doing(request=f"deadline-{deadline.pk}", call=deadline.call_id)):
            fired += _tried(deadline, now)
    return fired


def _tried(deadline: Deadline, now: datetime) -> bool:
    """Whether it fired."""
    try:
        fired = _fire(deadline, now)
    except Exception:
        metrics.deadlines.labels("failed").inc()
        logger.exception("deadline %s failed, it is tried again", deadline.pk)
        _count_failure(deadline)
        return False
    if fired:
        metrics.deadline_late.observe(max(0.0, (now - deadline.due_at).total_seconds()))
        metrics.deadlines.labels("fired").inc()
    return fired


def _count_failure(failed: Deadline) -> None:
    """Remember it; the time it becomes too many, tell people, in one transaction with the count."""
    try:
        with action(TIMERS) as work:
            call = _lock_subject(failed)
            Deadline.objects.filter(pk=failed.pk).update(failures=F("failures") + 1, failed_at=timezone.now())
            named = Deadline.objects.select_related("assignment__unit", "unit", "alert__call", "alert__unit")
            row = named.get(pk=failed.pk)
            if row.failures >= TOLD_AFTER and (call is None or call.open):
                about, unit = _about(row)
                raise_alert(work, AlertKind.TIMER_FAILED, call=call or about, unit=unit)
    except Exception:
        logger.exception("the failure of deadline %s could not be kept", failed.pk)


def _about(row: Deadline) -> tuple[Call | None, Unit | None]:
    """The call and the unit that a due time is about, also by way of its alert."""
    unit = row.assignment.unit if row.assignment else row.unit
    if row.alert is not None:
        return row.alert.call, unit or row.alert.unit
    return None, unit


def _fire(due: Deadline, now: datetime) -> bool:
    with action(TIMERS) as work:
        call = _lock_subject(due)
        still_due = Deadline.objects.filter(
            pk=due.pk, fired_at__isnull=True, cancelled_at__isnull=True, due_at__lte=now
        )
        if not still_due.update(fired_at=timezone.now()):
            return False
        deadline = Deadline.objects.select_related(
            "assignment__unit__team__agency", "unit", "alert__call", "alert__unit"
        ).get(pk=due.pk)
        if call is None or call.open:
            _ACTS[DeadlineKind(deadline.kind)](work, deadline, call)
        if deadline.failures >= TOLD_AFTER:
            about, unit = _about(deadline)
            clear_alerts(
                work, "It went through after all", kinds=[AlertKind.TIMER_FAILED], call=call or about, unit=unit
            )
        return True


def _lock_subject(due: Deadline) -> Call | None:
    """Lock what the deadline is about, in the order of all actions, before the deadline itself. Returns its own call.

    An alert's call is not the deadline's: an emergency is due although its call has ended.
    """
    call_id = due.call_id or (due.alert.call_id if due.alert else None)
    call = Call.objects.select_for_update(of=("self",), no_key=True).get(pk=call_id) if call_id is not None else None
    if due.unit_id is not None:
        Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=due.unit_id)
    if due.alert_id is not None:
        Alert.objects.select_for_update(of=("self",), no_key=True).get(pk=due.alert_id)
    return call if due.call_id is not None else None


def _raise(kind: AlertKind) -> Callable[[Work, Deadline, Call | None], None]:
    def act(work: Work, deadline: Deadline, call: Call | None) -> None:
        unit = deadline.assignment.unit if deadline.assignment else None
        raise_alert(work, kind, call=call, unit=unit)

    return act


def _callback_due(work: Work, deadline: Deadline, call: Call | None) -> None:
    """Somebody is to be called back; one who may not be heard speaking is written to."""
    detail = NEVER_BY_VOICE if call is not None and call.never_voice_call else ""
    raise_alert(work, AlertKind.CALLBACK_DUE, call=call, detail=detail)


def _pending_overdue(work: Work, deadline: Deadline, call: Call | None) -> None:
    """A waiting call is overdue; one whose units have left already waits for its disposition, which is gentler."""
    assert call is not None
    if waits_for_disposition(call):
        raise_alert(work, AlertKind.PENDING_OVERDUE, call=call, level=AlertLevel.L3, detail=UNITS_LEFT)
    else:
        if Alert.objects.filter(call=call, text__endswith=UNITS_LEFT, cleared_at__isnull=True).exists():
            clear_alerts(work, "Units are wanted again", kinds=[AlertKind.PENDING_OVERDUE], call=call)
        raise_alert(work, AlertKind.PENDING_OVERDUE, call=call)


def _police_unassigned(work: Work, deadline: Deadline, call: Call | None) -> None:
    assert call is not None
    clear_alerts(work, "Made graver: none assigned", kinds=[AlertKind.POLICE_REQUESTED], call=call)
    raise_alert(work, AlertKind.POLICE_UNASSIGNED, call=call)


def _hold_over(work: Work, deadline: Deadline, call: Call | None) -> None:
    assert call is not None
    if call.status != Call.Status.HELD:
        return
    if call.scheduled_for is not None and call.scheduled_for == call.hold_until:
        resume(work, call, "It was scheduled for now")
        raise_alert(work, AlertKind.SCHEDULED_DUE, call=call)
    else:
        resume(work, call, "The hold time is over")
        raise_alert(work, AlertKind.PENDING_OVERDUE, call=call, detail="hold time is over")


def _transfer_overdue(work: Work, deadline: Deadline, call: Call | None) -> None:
    assert call is not None
    transfer_overdue(work, call)


def _handoff_fallback(work: Work, deadline: Deadline, call: Call | None) -> None:
    assert call is not None
    raise_alert(work, AlertKind.HANDOFF_NOT_ACCEPTED, call=call, detail="use the fallback")
    tried = reached_by_phone(call.decision) if call.decision else []
    call.slots.filter(role__in=tried, status=ResponseSlot.Status.REQUESTED).update(status=ResponseSlot.Status.DECLINED)
    triage_again(work, call, reason="The phone hand-off was not accepted in time")
    asks_answered(work, call)


def _handoff_callback(work: Work, deadline: Deadline, call: Call | None) -> None:
    assert call is not None
    callback_missed(work, call, deadline.due_at)


def _welfare_prompt(work: Work, deadline: Deadline, call: Call | None) -> None:
    """The tablet prompts by itself from the due time in its row; a crew that does not look at it is told."""
    notice_put(NoticeKind.WELFARE, call=call, unit=_unit(deadline), assignment=deadline.assignment)


def _welfare_overdue(work: Work, deadline: Deadline, call: Call | None) -> None:
    raise_alert(work, AlertKind.WELFARE_OVERDUE, call=call, unit=_unit(deadline))


def _welfare_missed(work: Work, deadline: Deadline, call: Call | None) -> None:
    unit = _unit(deadline)
    clear_alerts(work, "Made graver: no answer", kinds=[AlertKind.WELFARE_OVERDUE], call=call, unit=unit)
    raise_alert(work, AlertKind.WELFARE_MISSED, call=call, unit=unit)


def _welfare_police(work: Work, deadline: Deadline, call: Call | None) -> None:
    assert call is not None
    unit = _unit(deadline)
    want_police(work, call, "welfare check", reason=f"{unit.callsign if unit else 'crew'} does not answer")


def _order_unacknowledged(work: Work, deadline: Deadline, call: Call | None) -> None:
    unit = _unit(deadline)
    assignment = deadline.assignment
    if assignment is None or not assignment.order or assignment.order_acknowledged_at is not None:
        return
    text = f"{assignment.get_order_display()} order not acknowledged: call them by voice"
    found = Alert.objects.filter(kind=AlertKind.UPGRADE, call=call, unit=unit, cleared_at__isnull=True).first()
    if found is None:
        raise_alert(work, AlertKind.UPGRADE, call=call, unit=unit, detail=text)
        return
    raise_again(work, found, text)


def _escalate(work: Work, deadline: Deadline, call: Call | None) -> None:
    alert = deadline.alert
    if alert is None or alert.cleared_at is not None or alert.acknowledged_at is not None:
        return
    alert.escalated_at = timezone.now()
    alert.save(update_fields=["escalated_at"])
    alert_escalated(work, alert, "Not acknowledged: to the supervisor and every position")


def _repeat(work: Work, deadline: Deadline, call: Call | None) -> None:
    """Acknowledged a minute ago: raised again unless a contact with the unit, or police, was logged meanwhile."""
    alert = deadline.alert
    if alert is None or alert.cleared_at is not None or alert.acknowledged_at is None:
        return
    since = max(alert.raised_at, alert.escalated_at or alert.raised_at)
    heard = alert.unit is not None and _heard(alert.unit, since)
    asked = alert.kind != AlertKind.POLICE_UNASSIGNED and _police_asked_for(alert, since)
    if heard or asked or _police_sent(alert, since):
        return
    raise_again(work, alert, "Acknowledged, but no contact and no police logged")


def _police_sent(alert: Alert, since: datetime) -> bool:
    """Whether police were sent since; those who were there anyway, or raised the alert themselves, are no answer."""
    police = Assignment.objects.filter(call=alert.call, role=POLICE, cleared_at__isnull=True, dispatched_at__gte=since)
    return alert.call is not None and police.exclude(unit=alert.unit).exists()


def _police_asked_for(alert: Alert, since: datetime) -> bool:
    """Whether a person asked for police since; what the program asks by itself is no answer."""
    requests = Alert.objects.filter(kind=AlertKind.POLICE_REQUESTED, call=alert.call, raised_at__gte=since)
    return alert.call is not None and requests.exclude(raised_by__startswith="system:").exists()


def _heard(unit: Unit, since: datetime) -> bool:
    """Whether the crew was heard: a logged voice check, an order acknowledged, or a welfare check answered."""
    if unit.channel_checks.filter(at__gte=since).exists():
        return True
    answered = Q(order_acknowledged_at__gte=since) | Q(welfare_ok_at__gte=since)
    return Assignment.objects.filter(answered, unit=unit, cleared_at__isnull=True).exists()


def _unit_returns(work: Work, deadline: Deadline, call: Call | None) -> None:
    unit = deadline.unit
    assert unit is not None
    if unit.status != Unit.Status.BK or Assignment.objects.filter(unit=unit, cleared_at__isnull=True).exists():
        return
    unit.status, unit.status_since = Unit.Status.AV, timezone.now()
    unit.status_reason, unit.status_until = "", None
    unit.save(update_fields=["status", "status_since", "status_reason", "status_until"])
    work.emit(types.UnitStatusChanged(status="AV", from_status="BK", reason="The break is over"), unit=unit)
    stack_prompt(work, unit)


def _unit(deadline: Deadline) -> Unit | None:
    return deadline.assignment.unit if deadline.assignment else None


_ACTS: dict[DeadlineKind, Callable[[Work, Deadline, Call | None], None]] = {
    DeadlineKind.PENDING: _pending_overdue,
    DeadlineKind.ACKNOWLEDGE: _raise(AlertKind.NOT_ACKNOWLEDGED),
    DeadlineKind.ETA_OVERRUN: _raise(AlertKind.ETA_OVERRUN),
    DeadlineKind.ARRIVAL_TARGET: _raise(AlertKind.ARRIVAL_TARGET_MISSED),
    DeadlineKind.TRIAGE: _raise(AlertKind.TRIAGE_INCOMPLETE),
    DeadlineKind.HANDOFF_NEXT: _raise(AlertKind.HANDOFF_NOT_ACCEPTED),
    DeadlineKind.HANDOFF_FALLBACK: _handoff_fallback,
    DeadlineKind.HANDOFF_CALLBACK: _handoff_callback,
    DeadlineKind.POLICE_UNASSIGNED: _police_unassigned,
    DeadlineKind.ORDER_ACKNOWLEDGE: _order_unacknowledged,
    DeadlineKind.WELFARE_PROMPT: _welfare_prompt,
    DeadlineKind.WELFARE_LEVEL_2: _welfare_overdue,
    DeadlineKind.WELFARE_LEVEL_1: _welfare_missed,
    DeadlineKind.WELFARE_POLICE: _welfare_police,
    DeadlineKind.ALERT_ESCALATE: _escalate,
    DeadlineKind.ALERT_CONTACT: _repeat,
    DeadlineKind.CALLBACK: _callback_due,
    DeadlineKind.HOLD: _hold_over,
    DeadlineKind.UNIT_RETURN: _unit_returns,
    DeadlineKind.TRANSFER: _transfer_overdue,
    DeadlineKind.NOTIFY_NEXT: notice_next,
}
