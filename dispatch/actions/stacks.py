"""The lists of calls that wait for busy units. Private pieces of the public actions."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from dispatch.actions.alerts import clear_alerts, raise_alert
from dispatch.actions.transaction import Work
from dispatch.models import Alert, Assignment, Call, StackedCall
from dispatch.rules.timers import AlertKind, AlertLevel
from hearteam.events import types
from partners.models import Unit


def waiting_for(unit: Unit) -> StackedCall | None:
    """The pending call that the unit is to take next."""
    entries = StackedCall.objects.filter(unit=unit, removed_at__isnull=True, call__status=Call.Status.PENDING)
    return entries.select_related("call").order_by("place", "pk").first()


def stack_prompt(work: Work, unit: Unit) -> None:
    """The unit may have become free: tell the dispatcher which call waits for it. Nobody is sent by this.

    The alert is the unit's: the waiting call's row is not locked here and does not change.
    """
    entry = waiting_for(unit)
    busy = Assignment.objects.filter(unit=unit, cleared_at__isnull=True).exists()
    if entry is None or busy or unit.status != Unit.Status.AV:
        clear_alerts(work, "Nothing waits for it", kinds=[AlertKind.UNIT_FREE], unit=unit)
        return
    detail = f"{entry.call.number} waits for it"
    standing = Alert.objects.filter(kind=AlertKind.UNIT_FREE, unit=unit, cleared_at__isnull=True).first()
    if standing is not None and not standing.text.endswith(detail):
        clear_alerts(work, "Another call waits for it", kinds=[AlertKind.UNIT_FREE], unit=unit)
    raise_alert(work, AlertKind.UNIT_FREE, unit=unit, detail=detail)


def stack_leave(work: Work, call: Call, reason: str) -> None:
    """A locked call waits for no unit any more: it was dispatched, or it ended."""
    entries = StackedCall.objects.filter(call=call, removed_at__isnull=True).select_related("unit")
    remove(work, call, entries.order_by("unit_id"), reason)


def remove(work: Work, call: Call, entries: Iterable[StackedCall], reason: str) -> None:
    """Take these entries of a locked call off their units' lists."""
    for entry in entries:
        entry.removed_at, entry.removed_reason = timezone.now(), reason[:120]
        entry.save(update_fields=["removed_at", "removed_reason"])
        work.emit(types.CallUnstacked(unit=entry.unit.callsign, reason=reason), call=call, unit=entry.unit)
        if Alert.objects.filter(kind=AlertKind.UNIT_FREE, unit=entry.unit, cleared_at__isnull=True).exists():
            stack_prompt(work, entry.unit)


def calls_waiting_for(callsign: str) -> list[Call]:
    """The calls on a unit's list, locked in the order of their ids: before the unit itself."""
    waiting = StackedCall.objects.filter(unit__callsign=callsign.strip().upper(), removed_at__isnull=True)
    calls = Call.objects.select_for_update(of=("self",), no_key=True)
    return list(calls.filter(pk__in=waiting.values("call_id")).order_by("pk"))


def unit_gone(work: Work, unit: Unit, calls: Iterable[Call]) -> None:
    """A unit is out of service or off shift: its locked calls wait for nobody, which is said aloud."""
    gone = f"{unit.callsign} is {unit.get_status_display().lower()}"
    for call in calls:
        entries = StackedCall.objects.filter(unit=unit, call=call, removed_at__isnull=True).select_related("unit")
        remove(work, call, entries, gone)
        if call.status == Call.Status.PENDING:
            detail = f"{gone}, it waits for nobody"
            raise_alert(work, AlertKind.PENDING_OVERDUE, call=call, level=AlertLevel.L2, detail=detail, again=detail)
    clear_alerts(work, gone, kinds=[AlertKind.UNIT_FREE], unit=unit)


def sent(work: Work, call: Call, units: Iterable[Unit]) -> None:
    """Units were sent to a locked call: it waits for nobody, and what waited for these units goes on waiting."""
    stack_leave(work, call, "Units sent")
    for unit in units:
        clear_alerts(work, f"{unit.callsign} was sent to {call.number}", kinds=[AlertKind.UNIT_FREE], unit=unit)
