"""A call to be worked at a later time: it waits in sight, comes back as pending with an alert, and may come earlier."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from dispatch.actions.alerts import clear_alerts
from dispatch.actions.changed import call_save, require_open
from dispatch.actions.due import deadline_set, deadlines_cancel
from dispatch.actions.holds import resume
from dispatch.actions.transaction import Work, action
from dispatch.models import Call
from dispatch.queries import access
from dispatch.queries.scene import danger_stands, police_awaited
from dispatch.queries.transfers import needs_triage
from dispatch.rules.scheduling import LONGEST, schedule_allowed
from dispatch.rules.status import Refusal
from dispatch.rules.timers import AlertKind, DeadlineKind
from hearteam.events import types
from hearteam.events.log import rfc3339
from hearteam.problems import Malformed, Refused
from partners.access import Actor, Permission


def call_schedule(*, by: Actor, call_id: str | int, at: datetime, reason: str) -> Call:
    """Work the call at a later time, at most two days from now. Scheduled or held before, it moves to this time.

    Refused: units on it, tier 1 or 2, danger, or not triaged where nobody knows whether it can wait.
    `holds.call_resume` brings it back earlier. When due it is pending, its clocks count from then, an alert says so.
    """
    access.require(by, Permission.DISPATCH, "schedule calls")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        require_open(call, "be scheduled")
        _check(call)
        now = timezone.now()
        if not reason.strip():
            raise Malformed("Scheduling needs a reason.", errors={"reason": ["May not be empty."]})
        if not now < at <= now + LONGEST:
            raise Malformed("This is no time to come.", errors={"at": ["From now on, today or tomorrow."]})
        call.status, call.scheduled_for = Call.Status.HELD, at
        call.hold_until, call.hold_reason = at, reason[:200]
        call_save(call, "status", "scheduled_for", "hold_until", "hold_reason")
        deadlines_cancel([DeadlineKind.PENDING], call=call)
        deadline_set(DeadlineKind.HOLD, at, call=call)
        over = [AlertKind.PENDING_OVERDUE, AlertKind.SCHEDULED_DUE]
        clear_alerts(work, "Scheduled for later", kinds=over, call=call)
        work.emit(types.CallScheduled(at=rfc3339(at), reason=call.hold_reason), call=call)
        return call


def schedule_ends(work: Work, call: Call) -> None:
    """A locked call changed: one that is scheduled and may not wait any more is pending at once."""
    scheduled = call.status == Call.Status.HELD and call.scheduled_for is not None
    refusal = _refusal(call) if scheduled and call.scheduled_for == call.hold_until else None
    if refusal is not None:
        resume(work, call, refusal.reason)


def _check(call: Call) -> None:
    refusal = _refusal(call)
    if refusal is not None:
        raise Refused(refusal.reason, rule=refusal.code.value, version=call.version)


def _refusal(call: Call) -> Refusal | None:
    return schedule_allowed(
        units=call.assignments.filter(cleared_at__isnull=True).count(),
        tier=call.tier,
        priority=call.priority,
        needs_triage=needs_triage(call),
        danger_stands=danger_stands(call) or police_awaited(call),
    )
