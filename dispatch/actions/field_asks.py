"""What crews asked for from the field and nobody has answered yet: the alert that stands for it, and its end. Private
pieces of the public actions.
"""

from __future__ import annotations

from django.db.models import BigIntegerField

from dispatch.actions.alerts import clear_one, raise_alert
from dispatch.actions.transaction import Work
from dispatch.models import Alert, Assignment, Call, ResponseSlot
from dispatch.queries.field import waiting_asks
from dispatch.rules.timers import AlertKind
from hearteam.events import types
from hearteam.prepared import Parameter, Prepared
from partners.models import Unit

POLICE = "POLICE"
"""Asked for by an alert of their own."""


def asks_alert(work: Work, call: Call, unit: Unit, reason: str = "") -> None:
    """Tell the center what this unit waits for on a locked call: one alert with all of it, which sounds for each."""
    for alert in _open_alerts(call, unit):
        clear_one(work, alert, "Asked for more")
    roles = ", ".join(slot.role for slot in waiting_asks(call) if slot.asked_from_id == unit.pk)
    if roles:
        detail = f"{roles} ({reason})" if reason else roles
        raise_alert(work, AlertKind.FIELD_ASKED, call=call, unit=unit, detail=detail)


def asks_answered(work: Work, call: Call) -> None:
    """On a locked call units were sent, or a request was answered or is not wanted any more: an alert of which nothing
    is left ends.
    """
    alerts = _open_alerts(call)
    waiting = {slot.asked_from_id for slot in waiting_asks(call)} if alerts else set()
    for alert in alerts:
        if alert.unit_id not in waiting:
            clear_one(work, alert, "Answered")


def asks_again(work: Work, call: Call, left: Assignment) -> None:
    """A unit was cleared from a locked call on its way: what a crew asked for and got by it waits again, aloud."""
    slot = left.slot
    waits = slot is not None and slot.status == ResponseSlot.Status.REQUESTED
    if slot is not None and waits and slot.asked_from is not None and slot.role != POLICE:
        asks_alert(work, call, slot.asked_from)


def asks_wait_again(work: Work, call: Call) -> None:
    """A merge was undone and the call's requests wait again: what crews asked for stands before the center again."""
    waiting = waiting_asks(call).select_related("asked_from")
    for unit in {slot.asked_from_id: slot.asked_from for slot in waiting}.values():
        if unit is not None:
            asks_alert(work, call, unit)


def asks_move(work: Work, call: Call, into: Call) -> bool:
    """What crews of a locked call wait for is asked for on the one it is merged into; whether there was anything."""
    asked = {slot.role: slot for slot in waiting_asks(call).select_related("asked_from")}
    moved = [_move(into, slot) for slot in asked.values()]
    if moved:
        ids = [str(slot.pk) for slot in moved]
        work.emit(types.SlotsChanged(slots=ids, reason=f"Asked for on {call.number}"), call=into)
    for unit in {slot.asked_from_id: slot.asked_from for slot in moved}.values():
        if unit is not None:
            asks_alert(work, into, unit)
    return bool(moved)


def _move(into: Call, asked: ResponseSlot) -> ResponseSlot:
    """The slot that waits for the same role there, or a new one."""
    waiting = into.slots.filter(role=asked.role, status=ResponseSlot.Status.REQUESTED).order_by("pk").first()
    slot = waiting or ResponseSlot(call=into, role=asked.role, source=ResponseSlot.Source.REQUEST)
    if waiting is None:
        slot.requested_at, slot.requested_by, slot.reason = asked.requested_at, asked.requested_by, asked.reason
    slot.asked_from = slot.asked_from or asked.asked_from
    slot.save()
    return slot


def _open_alerts(call: Call, unit: Unit | None = None) -> list[Alert]:
    alerts: list[Alert] = _standing.all(call=call.pk)
    return [alert for alert in alerts if unit is None or alert.unit_id == unit.pk]


_standing = Prepared(
    lambda: (
        Alert.objects.select_for_update(of=("self",), no_key=True)
        .select_related("call", "unit")
        .filter(kind=AlertKind.FIELD_ASKED, call=Parameter("call", BigIntegerField()), cleared_at__isnull=True)
    )
)
