"""Cancelling, closing, merging and reopening calls. Nothing ever refuses a close but a missing disposition, or the one
of a referral while nobody has taken the call.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from dispatch.actions.alerts import clear_alerts
from dispatch.actions.call_timers import set_call_deadlines
from dispatch.actions.changed import call_save, moment, require_open, require_step
from dispatch.actions.due import deadlines_cancel
from dispatch.actions.interpreters import interpreters_end
from dispatch.actions.merging import take_over
from dispatch.actions.notes import write_note
from dispatch.actions.progress import AssignmentStatus, active_assignments, follow_units, set_status
from dispatch.actions.slots import POLICE
from dispatch.actions.stacks import call_ended
from dispatch.actions.transaction import Work, action
from dispatch.actions.transfers import transfers_end
from dispatch.actions.unmerging import call_unmerge
from dispatch.models import Call, Disposition, ResponseSlot, Transfer
from dispatch.queries import access
from dispatch.queries.unserved import unserved_reason
from hearteam.events import types
from hearteam.events.log import rfc3339
from hearteam.problems import Malformed, Refused
from partners.access import Actor, Permission
from partners.care.actions import follow_up_open

FOLLOW_UP_WITHIN = timedelta(hours=72)
"""A follow-up is due within 72 hours (what the city council reads)."""


def call_cancel(*, by: Actor, call_id: str | int, reason: str, occurred_at: datetime | None = None) -> Call:
    """Nobody is needed any more. A call that a unit has reached is closed with a disposition instead."""
    access.require(by, Permission.DISPATCH, "cancel calls")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        if not reason.strip():
            raise Malformed("Cancelling needs a reason.", errors={"reason": ["May not be empty."]})
        require_step(call, Call.Status.CANCELLED)
        if call.first_on_scene_at is not None:
            raise Refused(f"A unit has reached {call.number}: close it with a disposition.", version=call.version)
        at = _ended_at(call, occurred_at)
        _end(work, call, Call.Status.CANCELLED, at, "Call cancelled")
        call.cancel_reason = reason[:200]
        call.disposition = Disposition.objects.filter(apco="10").first()
        call_save(call, *_ENDED_FIELDS, "cancel_reason", "disposition")
        work.emit(types.CallCancelled(reason=call.cancel_reason), call=call)
        record_unserved(work, call)
        return call


def call_close(
    *,
    by: Actor,
    call_id: str | int,
    disposition: str,
    outcome: str = "",
    note: str = "",
    occurred_at: datetime | None = None,
) -> Call:
    """End a call with a disposition (APCO code or our name), releasing its units to AV and clearing its alerts."""
    access.require(by, Permission.DISPATCH, "close calls")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        require_open(call, "be closed again")
        found = disposition_named(disposition)
        at = _ended_at(call, occurred_at)
        if note.strip():
            write_note(work, call, text=note, written_at=at)
        units = _end(work, call, Call.Status.CLOSED, at, f"Call closed: {found.label}", apco=found.apco)
        call.disposition, call.outcome = found, outcome[:200]
        call_save(call, *_ENDED_FIELDS, "disposition", "outcome")
        work.emit(
            types.CallClosed(disposition=found.name, apco=found.apco, occurred_at=rfc3339(at), units=units), call=call
        )
        record_unserved(work, call)
        open_follow_ups(work, call, at)
        return call


def disposition_named(text: str) -> Disposition:
    """The disposition by its APCO code or our name. Raises Malformed."""
    wanted = text.strip()
    named = Q(apco=wanted) | Q(name__iexact=wanted.replace(" ", "_"))
    found = Disposition.objects.filter(named, active=True).first()
    if found is None:
        raise Malformed("There is no such disposition.", errors={"disposition": ["Give a code or name of the table."]})
    return found


def _ended_at(call: Call, occurred_at: datetime | None) -> datetime:
    """When the call ended: not before it came in, nor before its first unit was sent or arrived."""
    known = (call.received_at, call.first_dispatched_at, call.first_on_scene_at)
    return max(moment(occurred_at), *(at for at in known if at is not None))


_ENDED_FIELDS = (
    "status",
    "closed_at",
    "hold_until",
    "hold_reason",
    "callback_at",
    "first_dispatched_at",
    "first_on_scene_at",
)


def _end(work: Work, call: Call, status: Call.Status, at: datetime, reason: str, *, apco: str = "") -> list[str]:
    """Release units, cancel timers, clear alerts. Returns the call signs released; the call is not saved."""
    released = []
    # Police last: nobody is asked for in their place.
    for assignment in sorted(active_assignments(call), key=lambda row: row.role == POLICE):
        set_status(work, call, assignment, AssignmentStatus.AV, max(at, assignment.status_since), note=reason)
        released.append(assignment.unit)
    follow_units(call, at)
    call.status, call.closed_at = status, at
    call.hold_until, call.hold_reason, call.callback_at = None, "", None
    call.slots.filter(status=ResponseSlot.Status.REQUESTED).update(status=ResponseSlot.Status.UNFILLED)
    deadlines_cancel(call=call)
    clear_alerts(work, reason, call=call)
    call_ended(work, call, released, reason)
    transfers_end(work, call, reason, apco=apco)
    interpreters_end(work, call)
    return [unit.callsign for unit in released]


def record_unserved(work: Work, call: Call) -> None:
    """Eligible but not served needs a reason code: cities are audited on exactly that."""
    found = unserved_reason(call)
    if found is None:
        return
    call.unserved_team, call.unserved_reason = found
    call.save(update_fields=["unserved_team", "unserved_reason"])
    work.emit(types.CallUnserved(team=call.unserved_team, reason=call.unserved_reason), call=call)


def open_follow_ups(work: Work, call: Call, at: datetime) -> None:
    for team in call.decision.data.get("follow_ups", []) if call.decision else []:
        follow_up_open(
            by=work.by,
            call_id=call.pk,
            team_code=team,
            reason=f"Follow-up of {call.number}",
            due_at=at + FOLLOW_UP_WITHIN,
        )


def call_reopen(*, by: Actor, call_id: str | int, reason: str) -> Call:
    """Work an ended call again; its units stay released, and nobody's earlier word makes its scene safe.

    A merged one is unmerged by it, so that the other call's record says so.
    """
    access.require(by, Permission.DISPATCH, "reopen calls")
    with action(by) as work:
        if access.call_for(by, call_id).status == Call.Status.MERGED:
            return call_unmerge(by=by, call_id=call_id, reason=reason)
        call = access.call_for(by, call_id, lock=True)
        if call.open:
            raise Refused(f"{call.number} is open.", version=call.version)
        if not reason.strip():
            raise Malformed("Reopening needs a reason.", errors={"reason": ["May not be empty."]})
        call.status, call.closed_at, call.merged_into, call.disposition = Call.Status.PENDING, None, None, None
        call.cancel_reason = call.outcome = call.unserved_team = call.unserved_reason = ""
        call.scene_safe_at, call.scene_safe_by, call.police_requested_at = None, "", None
        ended = (ResponseSlot.Status.UNFILLED, ResponseSlot.Status.ASSIGNED)
        call.slots.filter(status__in=ended).update(status=ResponseSlot.Status.REQUESTED, filled_at=None)
        call_save(
            call,
            "status",
            "closed_at",
            "merged_into",
            "disposition",
            "cancel_reason",
            "outcome",
            "unserved_team",
            "unserved_reason",
            "scene_safe_at",
            "scene_safe_by",
            "police_requested_at",
        )
        set_call_deadlines(call, reopened_at=timezone.now())
        work.emit(types.CallReopened(reason=reason), call=call)
        return call


def call_merge(*, by: Actor, call_id: str | int, into_id: str | int, reason: str) -> Call:
    """This call is about the same event as another: it ends, the other goes on with a note that names it.

    Its units are released first by a person; merging a call that units are on is refused. What makes it dangerous and
    who called goes over to the other; its notes stay where they are and are read there too.
    """
    access.require(by, Permission.DISPATCH, "merge calls")
    with action(by) as work:
        first, second = sorted([int(access.call_for(by, call_id).pk), int(access.call_for(by, into_id).pk)])
        if first == second:
            raise Refused("A call cannot be merged into itself.")
        locked = {pk: access.call_for(by, pk, lock=True) for pk in (first, second)}
        call, into = locked[int(call_id)], locked[int(into_id)]
        require_open(call, "be merged")
        require_open(into, "take another call in")
        if call.assignments.filter(cleared_at__isnull=True).exists():
            raise Refused(f"Units are on {call.number}: clear or exchange them first.")
        if call.transfers.filter(status=Transfer.Status.OFFERED).exists():
            raise Refused(f"{call.number} is offered to somebody: say who took it, or withdraw the offer.")
        at = moment(None)
        take_over(work, call, into)
        _end(work, call, Call.Status.MERGED, at, f"Merged into {into.number}")
        call.merged_into = into
        call.disposition = Disposition.objects.filter(apco="22").first()
        call_save(call, *_ENDED_FIELDS, "merged_into", "disposition")
        work.emit(types.CallMerged(into=str(into.pk), into_number=into.number, reason=reason), call=call)
        write_note(work, into, text=f"{call.number} merged into this call. {reason}".strip(), written_at=at)
        call_save(into)
        return call
