"""When a waiting call is overdue. Private pieces of the public actions."""

from __future__ import annotations

from dispatch.actions.due import deadline_set, deadlines_cancel
from dispatch.models import Call, CallType
from dispatch.queries.timers import counted_from, timer_settings
from dispatch.rules import timers
from dispatch.rules.timers import DeadlineKind


def set_call_deadlines(call: Call) -> None:
    """When a waiting call is overdue, and when its triage should be done."""
    settings = timer_settings(call)
    waiting = call.status == Call.Status.PENDING and call.first_on_scene_at is None
    if settings is None or not waiting:
        deadlines_cancel([DeadlineKind.PENDING, DeadlineKind.TRIAGE], call=call)
        return
    since = counted_from(call, call.received_at)
    deadline_set(DeadlineKind.PENDING, timers.pending_due(since, call.priority, settings), call=call)
    wanted = _asks_triage(call) and not _triage_done(call)
    deadline_set(DeadlineKind.TRIAGE, timers.triage_due(since, settings) if wanted else None, call=call)


def _asks_triage(call: Call) -> bool:
    return call.call_type is not None and call.call_type.asks_triage == CallType.Asks.YES


def _triage_done(call: Call) -> bool:
    """All was asked, or no answer still open could change the decision (danger shows on the first answer)."""
    return call.triaged_at is not None or (call.decision is not None and bool(call.decision.data["settled"]))
