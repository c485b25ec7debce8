"""The lists of calls that wait for busy units. Private pieces of the public actions."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import BigIntegerField, Q
from django.utils import timezone

from dispatch.actions.alerts import clear_alerts, raise_alert
from dispatch.actions.transaction import Work
from dispatch.models import Alert, Assignment, Call, StackedCall
from dispatch.queries import access
from dispatch.rules.ruleset import HIGHEST_TIER
from dispatch.rules.timers import AlertKind, AlertLevel
from hearteam.events import types
from hearteam.prepared import AnyOf, Parameter, Prepared
from hearteam.problems import Conflict
from partners.access import Actor
from partners.models import Unit

ONCE_MORE = 5
GRAVER = "Too grave to wait for a busy unit"


def stack_prompt(work: Work, unit: Unit) -> None:
    """The unit may have become free: tell the dispatcher which call waits for it. Nobody is sent by this.

    The alert is the unit's: the waiting call's row is not locked here and does not change.
    """
    entries = _waiting(unit)
    if entries:
        _tell_free(work, unit, entries)


def _waiting(unit: Unit) -> list[StackedCall]:
    entries = StackedCall.objects.filter(unit=unit, removed_at__isnull=True)
    return list(entries.select_related("call").order_by("place", "pk"))


def _tell_free(work: Work, unit: Unit, entries: Iterable[StackedCall]) -> None:
    pending = [entry.call.number for entry in entries if entry.call.status == Call.Status.PENDING]
    busy = Assignment.objects.filter(unit=unit, cleared_at__isnull=True).exists()
    if not pending or busy or unit.status != Unit.Status.AV:
        clear_alerts(work, "Nothing waits for it", kinds=[AlertKind.UNIT_FREE], unit=unit)
        return
    detail = f"{pending[0]} waits for it"
    standing = Alert.objects.filter(kind=AlertKind.UNIT_FREE, unit=unit, cleared_at__isnull=True).first()
    if standing is not None and not standing.text.endswith(detail):
        clear_alerts(work, "Another call waits for it", kinds=[AlertKind.UNIT_FREE], unit=unit)
    raise_alert(work, AlertKind.UNIT_FREE, unit=unit, detail=detail)


def call_ended(work: Work, call: Call, units: Collection[Unit], reason: str) -> None:
    """A locked call ended: it waits for no unit, and its units may take what waits for them."""
    concerned = _concerned(call, units)
    remove(work, call, [entry for entry in concerned if entry.call_id == call.pk], reason)
    waited_for = {entry.unit_id for entry in concerned}
    for unit in units:
        if unit.pk in waited_for:
            stack_prompt(work, unit)


def _concerned(call: Call, units: Collection[Unit]) -> list[StackedCall]:
    """The call's own places on lists, and what waits for these units."""
    found: list[StackedCall] = _standing.all(call=call.pk, units=[unit.pk for unit in units])
    return found


_standing = Prepared(
    lambda: (
        StackedCall.objects.filter(
            Q(call=Parameter("call", BigIntegerField())) | Q(unit=AnyOf("units")), removed_at__isnull=True
        )
        .select_related("unit")
        .order_by("unit_id", "pk")
    )
)


def remove(work: Work, call: Call, entries: Iterable[StackedCall], reason: str) -> None:
    """Take these entries of a locked call off their units' lists. No tablet is told of it: its crew is not sent."""
    for entry in entries:
        entry.removed_at, entry.removed_reason = timezone.now(), reason[:120]
        entry.save(update_fields=["removed_at", "removed_reason"])
        tell_unit(work, entry.unit)
        work.emit(types.CallUnstacked(unit=entry.unit.callsign, reason=reason), call=call, tablets=[])
        if Alert.objects.filter(kind=AlertKind.UNIT_FREE, unit=entry.unit, cleared_at__isnull=True).exists():
            _tell_free(work, entry.unit, _waiting(entry.unit))


def tell_unit(work: Work, unit: Unit) -> None:
    """The unit's list changed: its tablet reads anew what is next, which says less than the calls' rows."""
    waiting = StackedCall.objects.filter(unit=unit, removed_at__isnull=True).count()
    work.emit(types.UnitNextChanged(waiting=waiting), unit=unit)


def stack_ends(work: Work, call: Call) -> None:
    """A locked call changed: one that is as grave as none that may wait for a busy unit waits for nobody any more."""
    if call.tier == HIGHEST_TIER or call.priority == 1:
        entries = StackedCall.objects.filter(call=call, removed_at__isnull=True).select_related("unit")
        remove(work, call, entries.order_by("unit_id"), GRAVER)


def calls_waiting_for(callsign: str) -> list[Call]:
    """The calls on a unit's list, locked in the order of their ids: before the unit itself."""
    waiting = StackedCall.objects.filter(unit__callsign=callsign.strip().upper(), removed_at__isnull=True)
    calls = Call.objects.select_for_update(of=("self",), no_key=True)
    return list(calls.filter(pk__in=waiting.values("call_id")).order_by("pk"))


def unit_after_its_calls(by: Actor, callsign: str) -> tuple[Unit, list[Call]]:
    """A unit and the calls on its list, locked in the order of all actions: calls, then the unit.

    One put on the list between the two is not among those locked: both are let go of and taken again. Raises Conflict
    when that never ends.
    """
    for _ in range(ONCE_MORE):
        before = transaction.savepoint()
        calls = calls_waiting_for(callsign)
        unit = access.unit_for(by, callsign, lock=True)
        listed = StackedCall.objects.filter(unit=unit, removed_at__isnull=True).values_list("call_id", flat=True)
        if set(listed) <= {call.pk for call in calls}:
            transaction.savepoint_commit(before)
            return unit, calls
        transaction.savepoint_rollback(before)
    raise Conflict(f"Calls are put on the list of {callsign} at this moment: try again.")


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


def sent(work: Work, call: Call, units: Collection[Unit]) -> None:
    """Units were sent to a locked call: it waits for nobody, and what waited for these units goes on waiting."""
    concerned = _concerned(call, units)
    for unit in units if concerned else ():
        clear_alerts(work, f"{unit.callsign} was sent to {call.number}", kinds=[AlertKind.UNIT_FREE], unit=unit)
    remove(work, call, [entry for entry in concerned if entry.call_id == call.pk], "Units sent")
