"""Giving a call back what its row showed before an action. Private pieces of `undo.py`."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from dispatch.actions.call_timers import set_call_deadlines
from dispatch.actions.changed import call_save
from dispatch.actions.due import deadline_set, deadlines_cancel
from dispatch.actions.progress import follow_units
from dispatch.actions.undo_steps import Undoing, moment_of
from dispatch.models import Alert, Call, Deadline, Disposition, ResponseSlot
from dispatch.queries.undo import hold_reason_before
from dispatch.rules.timers import AlertKind, DeadlineKind
from partners.care.actions import follow_up_take_back

POLICE = "POLICE"
RESTORED = (
    "status",
    "priority",
    "hold_until",
    "hold_reason",
    "scheduled_for",
    "callback_at",
    "first_dispatched_at",
    "first_on_scene_at",
    "closed_at",
    "disposition",
    "outcome",
    "cancel_reason",
    "unserved_team",
    "unserved_reason",
    "police_requested_at",
    "position",
)


def call_put_back(undoing: Undoing, call: Call) -> None:
    """The locked call as it was: status by its units (put back before), slots, times, promises, clocks."""
    row = undoing.before[call.pk]
    if row is None or row["status"] in Call.ENDED:
        return
    if call.status in Call.ENDED:
        _open_again(undoing, call, row)
    _put_back_slots(call, row)
    undoing.revive(call.pk, call=call, assignment__isnull=True)
    _put_back_times(undoing, call, row)
    _mind_police(call)
    call_save(call, *RESTORED)
    _set_clocks(call)
    deadline_set(DeadlineKind.HOLD, call.hold_until if call.status == Call.Status.HELD else None, call=call)
    deadline_set(DeadlineKind.CALLBACK, call.callback_at, call=call)


def _open_again(undoing: Undoing, call: Call, row: dict[str, Any]) -> None:
    """What ended with the call had not ended; a follow-up that its end opened is not owed."""
    call.status, call.closed_at = Call.Status.PENDING, None
    call.outcome = call.cancel_reason = call.unserved_team = call.unserved_reason = ""
    name = row["disposition"]
    call.disposition = Disposition.objects.filter(name=name).first() if name else None
    follow_up_take_back(by=undoing.work.by, call_id=call.pk, opened_after=undoing.changed_before[call.pk])


def _put_back_slots(call: Call, row: dict[str, Any]) -> None:
    """Those of the row with their status of then; what was asked for since is not."""
    before = {int(slot["id"]): slot["status"] for slot in row["slots"]}
    for slot in call.slots.all():
        status = before.get(slot.pk)
        if status is None and slot.status not in (ResponseSlot.Status.CANCELLED, ResponseSlot.Status.DECLINED):
            status = ResponseSlot.Status.CANCELLED
        if status is not None and slot.status != status:
            slot.filled_at = timezone.now() if status == ResponseSlot.Status.ASSIGNED else None
            slot.status = status
            slot.save(update_fields=["status", "filled_at"])


def _put_back_times(undoing: Undoing, call: Call, row: dict[str, Any]) -> None:
    call.priority = row["priority"]
    call.hold_until, call.callback_at = moment_of(row["hold_until"]), moment_of(row["callback_at"])
    call.scheduled_for = moment_of(row.get("scheduled_for"))
    if not row.get("position"):
        call.position = None
    call.hold_reason = hold_reason_before(call.pk, undoing.done[0].v) if call.hold_until else ""
    call.status = Call.Status.HELD if row["status"] == Call.Status.HELD else Call.Status.PENDING
    follow_units(call, timezone.now())
    call.first_dispatched_at, call.first_on_scene_at = moment_of(row["dispatched_at"]), moment_of(row["on_scene_at"])


def _set_clocks(call: Call) -> None:
    """As long as the call waits; what was due before is not due once more."""
    if call.status == Call.Status.HELD:
        deadlines_cancel([DeadlineKind.PENDING], call=call)
        return
    set_call_deadlines(call)
    rows = Deadline.objects.filter(call=call, kind__in=[DeadlineKind.PENDING, DeadlineKind.TRIAGE])
    for fired in rows.filter(fired_at__isnull=False):
        again = rows.filter(kind=fired.kind, due_at=fired.due_at, fired_at__isnull=True, cancelled_at__isnull=True)
        again.update(cancelled_at=timezone.now())


def _mind_police(call: Call) -> None:
    """Police are waited for again as long as they were, or not at all."""
    due = Deadline.objects.filter(
        call=call, kind=DeadlineKind.POLICE_UNASSIGNED, fired_at__isnull=True, cancelled_at__isnull=True
    )
    kinds = [AlertKind.POLICE_UNASSIGNED, AlertKind.POLICE_REQUESTED]
    told = Alert.objects.filter(call=call, kind__in=kinds, cleared_at__isnull=True).exists()
    wanted = call.slots.filter(role=POLICE, status=ResponseSlot.Status.REQUESTED).exists()
    if (wanted and due.exists()) or told:
        call.police_requested_at = call.police_requested_at or timezone.now()
    else:
        call.police_requested_at = None
        deadlines_cancel([DeadlineKind.POLICE_UNASSIGNED], call=call)
