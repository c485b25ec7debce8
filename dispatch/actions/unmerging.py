"""Undoing a merge: the merged call is a call of its own again. Nothing of the other one is taken back by it."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from dispatch.actions.alerts import raise_alert
from dispatch.actions.call_timers import set_call_deadlines
from dispatch.actions.changed import call_save
from dispatch.actions.due import deadline_set
from dispatch.actions.field_asks import asks_wait_again
from dispatch.actions.notes import write_note
from dispatch.actions.scene import word_lapse
from dispatch.actions.slots import police_wanted
from dispatch.actions.transaction import Work, action
from dispatch.actions.triage import HANDOFF_KINDS
from dispatch.models import Alert, Call, Deadline, ResponseSlot
from dispatch.queries import access
from dispatch.rules.timers import AlertKind, DeadlineKind
from hearteam.events import types
from hearteam.events.log import rfc3339
from hearteam.problems import Conflict, Malformed, Refused
from partners.access import Actor, Permission

RAISED_AGAIN = (
    AlertKind.POLICE_REQUESTED,
    AlertKind.POLICE_UNASSIGNED,
    AlertKind.HANDOFF_NOT_ACCEPTED,
    AlertKind.CALLBACK_DUE,
)
"""Alerts that stood when the call was merged and that no clock started anew would raise."""
STAYS = "What it brought stays here: callers, hazards, answers, requests."


def call_unmerge(*, by: Actor, call_id: str | int, reason: str) -> Call:
    """The call was not about the same event after all: it is pending again, with its callers, notes, triage, priority
    and requests as they were, and the other keeps what it took over, with a note that says so.

    Nobody's word makes its scene safe, a hold is over, and its clocks run: it waits like a new call.
    Raises Malformed without a reason, Refused when it is not merged.
    """
    access.require(by, Permission.DISPATCH, "undo merges")
    with action(by) as work:
        call, into = _locked(by, call_id)
        if not reason.strip():
            raise Malformed("Undoing a merge needs a reason.", errors={"reason": ["May not be empty."]})
        word_lapse(work, call, "The merge was undone")
        _bring_back(work, call)
        work.emit(types.CallUnmerged(into=str(into.pk), into_number=into.number, reason=reason), call=call)
        text = f"{call.number} is a call of its own again: {reason.strip()}. {STAYS}"
        write_note(work, into, text=text, written_at=timezone.now())
        call_save(into)
        return call


def _locked(by: Actor, call_id: str | int) -> tuple[Call, Call]:
    """The call and the one it was merged into, locked in the order of their ids."""
    seen = access.call_for(by, call_id)
    ids = sorted({seen.pk, seen.merged_into_id or seen.pk})
    locked = {pk: access.call_for(by, pk, lock=True) for pk in ids}
    call = locked[seen.pk]
    if call.status != Call.Status.MERGED or call.merged_into_id is None:
        raise Refused(f"{call.number} is {call.get_status_display().lower()}: it is not merged.", version=call.version)
    if call.merged_into_id not in locked:
        raise Conflict(f"{call.number} was merged into another call meanwhile.", version=call.version)
    return call, locked[call.merged_into_id]


def _bring_back(work: Work, call: Call) -> None:
    """Open the call, ask again for what was asked for, and start what its end had stopped."""
    now = timezone.now()
    merged_at = call.closed_at or now
    call.status, call.closed_at, call.merged_into, call.disposition = Call.Status.PENDING, None, None, None
    call_save(call, "status", "closed_at", "merged_into", "disposition")
    call.slots.filter(status=ResponseSlot.Status.UNFILLED).update(status=ResponseSlot.Status.REQUESTED)
    _hand_off_again(call, merged_at, now)
    _alert_again(work, call, merged_at)
    asks_wait_again(work, call)
    if call.police_requested_at is not None:
        police_wanted(work, call, back_up=True)
    set_call_deadlines(call, reopened_at=now)


def _hand_off_again(call: Call, merged_at: datetime, now: datetime) -> None:
    """Teams reached by phone have as long as they had left: nobody called them while the call was merged."""
    kinds = [*HANDOFF_KINDS, DeadlineKind.HANDOFF_CALLBACK]
    stopped = Deadline.objects.filter(call=call, kind__in=kinds, fired_at__isnull=True, cancelled_at__gte=merged_at)
    for due in stopped:
        deadline_set(DeadlineKind(due.kind), due.due_at + (now - merged_at), call=call)


def _alert_again(work: Work, call: Call, merged_at: datetime) -> None:
    """Raise what stood when the call was merged, and keep the promise to ring back by the time that was said."""
    cleared = Alert.objects.filter(call=call, unit=None, kind__in=RAISED_AGAIN, cleared_at__gte=merged_at)
    kinds = {AlertKind(kind) for kind in cleared.values_list("kind", flat=True)}
    for kind in sorted(kinds):
        raise_alert(work, kind, call=call, detail="the merge was undone")
    promised = Deadline.objects.filter(call=call, kind=DeadlineKind.CALLBACK).order_by("pk").last()
    if promised is None:
        return
    was_waiting = promised.cancelled_at is not None and promised.cancelled_at >= merged_at
    if was_waiting or AlertKind.CALLBACK_DUE in kinds:
        call.callback_at = promised.due_at
        call.save(update_fields=["callback_at"])
        work.emit(types.CallbackSet(at=rfc3339(promised.due_at)), call=call)
    if was_waiting:
        deadline_set(DeadlineKind.CALLBACK, promised.due_at, call=call)
