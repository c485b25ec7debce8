"""Calls that wait on purpose: held until a time, and pending again."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from dispatch.actions.alerts import clear_alerts
from dispatch.actions.call_timers import set_call_deadlines
from dispatch.actions.changed import call_save, require_step
from dispatch.actions.due import deadline_set, deadlines_cancel
from dispatch.actions.stacks import stack_ends
from dispatch.actions.transaction import Work, action
from dispatch.actions.transfers import line_withdraw
from dispatch.models import Call
from dispatch.queries import access
from dispatch.queries.scene import police_awaited
from dispatch.rules import safety
from dispatch.rules.timers import AlertKind, DeadlineKind
from hearteam.events import types
from hearteam.events.log import rfc3339
from hearteam.problems import Malformed, Refused
from partners.access import Actor, Permission


def call_hold(*, by: Actor, call_id: str | int, until: datetime, reason: str) -> Call:
    """Let a call that no unit is on wait until a time; then it is pending again and says so.

    A call of tier 1 or 2, or one that police are waited for on, waits only on a supervisor's word.
    """
    access.require(by, Permission.DISPATCH, "hold calls")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        require_step(call, Call.Status.HELD)
        refusal = safety.hold_allowed(
            call.tier, is_supervisor=by.may(Permission.LOWER_PROTECTION), police_awaited=police_awaited(call)
        )
        if refusal is not None:
            raise Refused(refusal.reason, rule=refusal.code.value, version=call.version)
        if not reason.strip():
            raise Malformed("Holding needs a reason.", errors={"reason": ["May not be empty."]})
        if until <= timezone.now():
            raise Malformed("The time lies in the past.", errors={"until": ["Must be in the future."]})
        call.status, call.hold_until, call.hold_reason = Call.Status.HELD, until, reason[:200]
        call_save(call, "status", "hold_until", "hold_reason")
        deadlines_cancel([DeadlineKind.PENDING], call=call)
        deadline_set(DeadlineKind.HOLD, until, call=call)
        clear_alerts(work, "Held", kinds=[AlertKind.PENDING_OVERDUE], call=call)
        work.emit(types.CallHeld(until=rfc3339(until), reason=call.hold_reason), call=call)
        return call


def call_resume(*, by: Actor, call_id: str | int, reason: str = "") -> Call:
    """A held call is pending again."""
    access.require(by, Permission.CALL_CHANGE, "change calls")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        if call.status != Call.Status.HELD:
            raise Refused(f"{call.number} is not held.")
        resume(work, call, reason)
        return call


def end_hold(work: Work, call: Call, reason: str) -> None:
    """A locked call became graver: held, it waits no longer, nor for a busy unit, and no phone service takes it."""
    line_withdraw(work, call, reason)
    stack_ends(work, call)
    if call.status == Call.Status.HELD:
        resume(work, call, reason)


def resume(work: Work, call: Call, reason: str) -> None:
    """End the hold of a locked call. Scheduled for later, its clocks count from now."""
    call.status, call.hold_until, call.hold_reason = Call.Status.PENDING, None, ""
    if call.scheduled_for is not None:
        call.scheduled_for = min(call.scheduled_for, timezone.now())
    call_save(call, "status", "hold_until", "hold_reason", "scheduled_for")
    deadlines_cancel([DeadlineKind.HOLD], call=call)
    set_call_deadlines(call)
    work.emit(types.CallResumed(reason=reason), call=call)
