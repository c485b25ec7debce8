"""Alerts: raised by the server, kept, acknowledged by name, one open per (kind, call, unit)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, CharField
from django.utils import timezone

from dispatch.actions.due import deadline_set, deadlines_cancel
from dispatch.actions.notices import notice_put
from dispatch.actions.transaction import Work, action
from dispatch.models import Alert, Call
from dispatch.queries import access
from dispatch.queries.timers import limits_in_force, timer_settings
from dispatch.rules import timers
from dispatch.rules.reaching import NoticeKind
from dispatch.rules.timers import AlertKind, AlertLevel, DeadlineKind, TimerSettings
from hearteam.events import types
from hearteam.prepared import AnyOf, Parameter, Prepared
from partners.access import Actor, Permission
from partners.models import Unit

LONGEST_TEXT = 240


def alert_acknowledge(*, by: Actor, alert_id: str | int) -> Alert:
    """A named person has seen the alert: its sound stops, it stays until its cause is gone.

    An L1 that is not followed by contact or police within a minute is raised again. Acknowledging twice changes
    nothing.
    """
    access.require(by, Permission.ALERT_ACKNOWLEDGE, "acknowledge alerts")
    with action(by) as work:
        alert = locked_alert(by, alert_id)
        if alert.acknowledged_at is not None or alert.cleared_at is not None:
            return alert
        now = timezone.now()
        seconds = round((now - (alert.sounded_at or alert.raised_at)).total_seconds(), 3)
        alert.acknowledged_at, alert.acknowledged_after_s = now, seconds
        alert.acknowledged_by_id = by.user_id
        alert.save(update_fields=["acknowledged_at", "acknowledged_by", "acknowledged_after_s"])
        deadlines_cancel([DeadlineKind.ALERT_ESCALATE], alert=alert)
        if alert.level == 1:
            deadline_set(DeadlineKind.ALERT_CONTACT, timers.contact_due(now, _settings(alert)), alert=alert)
        _tell(work, alert, types.AlertAcknowledged(alert=str(alert.pk), kind=alert.kind, seconds=seconds))
        return alert


def locked_alert(by: Actor, alert_id: str | int) -> Alert:
    """The alert under its lock, after its call's: its events carry the call's row, which must not change meanwhile."""
    call_id = access.alert_for(by, alert_id).call_id
    if call_id is not None:
        Call.objects.select_for_update(of=("self",), no_key=True).get(pk=call_id)
    return access.alert_for(by, alert_id, lock=True)


def raise_alert(
    work: Work,
    kind: AlertKind,
    *,
    call: Call | None = None,
    unit: Unit | None = None,
    level: AlertLevel | None = None,
    detail: str = "",
    again: str = "",
) -> Alert:
    """Raise an alert, or return the open one of the same kind, call and unit; a graver cause makes that one graver.

    `again` says why one that somebody acknowledged already sounds once more: its cause came a second time.
    """
    grade = int(level or timers.alert_level(kind, call.priority if call else None))
    text = alert_text(kind, call=call, unit=unit, detail=detail)
    open_one = Alert.objects.filter(kind=kind, call=call, unit=unit, cleared_at__isnull=True)
    # Locked: one that is being cleared at this moment is not the one to sound again.
    found = open_one.select_for_update(of=("self",), no_key=True).first()
    if found is not None:
        if grade < found.level:
            _make_graver(work, found, grade)
        elif again and found.acknowledged_at is not None:
            raise_again(work, found, again)
        return found
    now = timezone.now()
    try:
        with transaction.atomic():
            alert = Alert.objects.create(
                kind=kind, level=grade, text=text, call=call, unit=unit, raised_at=now, sounded_at=now,
                raised_by=work.by.name,
            )  # fmt: skip
    except IntegrityError:  # raced by another action: theirs is the alert
        return open_one.get()
    set_escalation(alert, now)
    _tell_supervisors(alert)
    _tell(work, alert, types.AlertRaised(alert=str(alert.pk), kind=kind, level=grade, text=text))
    return alert


def alert_text(kind: AlertKind, *, call: Call | None = None, unit: Unit | None = None, detail: str = "") -> str:
    """What an alert says, as much of it as is kept."""
    text = timers.ALERTS[kind].text(unit=unit.callsign if unit else "", call=call.number if call else "")
    return f"{text}: {detail}"[:LONGEST_TEXT] if detail else text


def raise_again(work: Work, alert: Alert, reason: str) -> None:
    """An open alert sounds again, for everybody, with the reason in its text."""
    now = timezone.now()
    alert.acknowledged_at, alert.acknowledged_by, alert.acknowledged_after_s = None, None, None
    alert.escalated_at = alert.sounded_at = now
    if reason not in alert.text:
        alert.text = f"{alert.text.split(': call them')[0]}: {reason}"[:LONGEST_TEXT]
    seen = ("acknowledged_at", "acknowledged_by", "acknowledged_after_s")
    alert.save(update_fields=[*seen, "escalated_at", "sounded_at", "text"])
    set_escalation(alert, now)
    _tell_supervisors(alert)
    alert_escalated(work, alert, reason)


def alert_reword(work: Work, alert_id: int, text: str) -> None:
    """An open alert is about less than it was: it says so, makes no sound, and who has seen it has seen it."""
    alert = Alert.objects.select_for_update(of=("self",), no_key=True).get(pk=alert_id)
    if alert.cleared_at is None:
        alert.text = text
        alert.save(update_fields=["text"])
        _tell(work, alert, types.AlertReworded(alert=str(alert.pk), kind=alert.kind, text=text))


def _tell_supervisors(alert: Alert) -> None:
    """A red alert reaches the supervisors on duty wherever they are."""
    if alert.level == AlertLevel.L1:
        notice_put(NoticeKind.ALERT, call=alert.call, unit=alert.unit, alert=alert)


def _make_graver(work: Work, alert: Alert, level: int) -> None:
    alert.level = level
    alert.save(update_fields=["level"])
    raise_again(work, alert, f"now L{level}")


def set_escalation(alert: Alert, since: datetime) -> None:
    """When the alert goes to more people unless somebody acknowledges it (never for an L3)."""
    due = timers.escalate_due(since, AlertLevel(alert.level), _settings(alert))
    deadline_set(DeadlineKind.ALERT_ESCALATE, due, alert=alert)


def _settings(alert: Alert) -> TimerSettings:
    """The limits of its call: a replayed one's run at its pace. People answer alerts where a call has no timers too."""
    return timer_settings(alert.call) or limits_in_force()


def alert_escalated(work: Work, alert: Alert, reason: str) -> None:
    """Tell followers that the alert goes to more people, or is raised again."""
    _tell(work, alert, types.AlertEscalated(alert=str(alert.pk), kind=alert.kind, level=alert.level, reason=reason))


def clear_alerts(
    work: Work,
    reason: str,
    *,
    kinds: Iterable[AlertKind] | None = None,
    call: Call | None = None,
    unit: Unit | None = None,
) -> None:
    """Clear the open alerts of these kinds (of any kind by default) about the call and the unit, where given.

    An emergency that nobody has acknowledged is never cleared in passing: somebody must have seen it.
    """
    subject = {name: row.pk for name, row in (("call", call), ("unit", unit)) if row is not None}
    alerts = _open_locked(frozenset(subject), of_kinds=kinds is not None)
    for alert in alerts.all(kinds=list(kinds or ()), **subject):
        clear_one(work, alert, reason)


@cache
def _open_locked(about: frozenset[str], *, of_kinds: bool) -> Prepared:
    """Open alerts about these subjects: of some kinds, or of any."""
    alerts = Alert.objects.select_for_update(of=("self",), no_key=True).select_related("call", "unit")
    if of_kinds:
        alerts = alerts.filter(kind=AnyOf("kinds", CharField()))
    else:
        alerts = alerts.exclude(kind=AlertKind.EMERGENCY, acknowledged_at__isnull=True)
    alerts = alerts.filter(**{name: Parameter(name, BigIntegerField()) for name in about})
    return Prepared(lambda: alerts.filter(cleared_at__isnull=True).order_by("pk"))


def clear_one(work: Work, alert: Alert, reason: str) -> None:
    """Clear this locked, open alert."""
    alert.cleared_at = timezone.now()
    alert.clear_reason = reason[:120]
    alert.save(update_fields=["cleared_at", "clear_reason"])
    deadlines_cancel(alert=alert)
    _tell(work, alert, types.AlertCleared(alert=str(alert.pk), kind=alert.kind, reason=alert.clear_reason))


def _tell(work: Work, alert: Alert, event: types.DomainEvent) -> None:
    """Alerts are the center's; a crew's tablet gets those about itself."""
    work.emit(event, call=alert.call, unit=alert.unit, alert=alert, tablets=[alert.unit] if alert.unit else [])
