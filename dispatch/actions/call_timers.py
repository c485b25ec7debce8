"""When a waiting call is overdue. Private pieces of the public actions."""

from __future__ import annotations

from datetime import datetime

from django.db.models import BigIntegerField, Max, Min
from django.utils import timezone

from dispatch.actions.due import deadline_set, deadlines_cancel
from dispatch.models import Call, CallType, ResponseSlot
from dispatch.queries.timers import counted_from, timer_settings
from dispatch.rules import timers
from dispatch.rules.timers import DeadlineKind
from hearteam.events import types
from hearteam.events.models import Event
from hearteam.prepared import Parameter, Prepared

LOWEST_PRIORITY = 4


def set_call_deadlines(call: Call, *, reopened_at: datetime | None = None) -> None:
    """When a waiting call is overdue, and when its triage should be done. Reopened, it waits like a new one."""
    settings = timer_settings(call)
    if settings is None or call.status != Call.Status.PENDING:
        deadlines_cancel([DeadlineKind.PENDING, DeadlineKind.TRIAGE], call=call)
        return
    at, priority = (reopened_at, call.priority) if reopened_at else _waits_from(call)
    since = counted_from(call, at)
    deadline_set(DeadlineKind.PENDING, timers.pending_due(since, priority, settings), call=call)
    asked_at = None if _triage_done(call) else _asked_at(call, at)
    due_at = timers.triage_due(counted_from(call, asked_at), settings) if asked_at else None
    deadline_set(DeadlineKind.TRIAGE, due_at, call=call)


def _waits_from(call: Call) -> tuple[datetime, int]:
    """Since when the call waits, and by which priority's limit: one that waits only for its disposition, by the
    gentlest.
    """
    reopened = _reopened(call)
    if call.first_on_scene_at is None:
        came_back = [at for at in (reopened, _scheduled_for(call)) if at is not None]
        return max([call.received_at, *came_back]), call.priority
    left = _units_left(call)
    if reopened is not None and reopened >= left:
        return reopened, call.priority
    wanted = _wanted_since(call, left)
    return (left, LOWEST_PRIORITY) if wanted is None else (wanted, call.priority)


def waits_for_disposition(call: Call) -> bool:
    """Whether a pending call was reached and its units have left since, so that only its disposition is missing."""
    if call.first_on_scene_at is None:
        return False
    left, reopened = _units_left(call), _reopened(call)
    return (reopened is None or reopened < left) and _wanted_since(call, left) is None


def _wanted_since(call: Call, left: datetime) -> datetime | None:
    """Since when a call whose units have left waits for others: one is still asked for, or it was decided anew."""
    asked = call.slots.filter(status__in=ResponseSlot.WAITED_FOR).exclude(source=ResponseSlot.Source.JOIN)
    slot_at = asked.aggregate(at=Min("requested_at"))["at"]
    decided_at = call.decisions.filter(at__gt=left).aggregate(at=Min("at"))["at"]
    since = [at for at in (slot_at, decided_at) if at is not None]
    return max(left, min(since)) if since else None


def _units_left(call: Call) -> datetime:
    left: datetime | None = call.assignments.aggregate(at=Max("cleared_at"))["at"]
    return left or call.received_at


def _reopened(call: Call) -> datetime | None:
    came_back = _back.first(call=call.pk)
    return came_back[0] if came_back else None


_back = Prepared(
    lambda: (
        Event.objects.filter(
            call_id=Parameter("call", BigIntegerField()), type__in=[types.CallReopened.type, types.CallUnmerged.type]
        )
        .order_by("-at")
        .values_list("at")[:1]
    )
)


def _scheduled_for(call: Call) -> datetime | None:
    """When a call that waited for its time was to be worked, once that time has come."""
    at = call.scheduled_for
    return at if at is not None and at <= timezone.now() else None


def _asked_at(call: Call, waits_from: datetime) -> datetime | None:
    """Since when the questions are to be done: on a type that asks them since the call waits, on any other since
    somebody began to ask; None while nobody does.
    """
    if call.asks_triage == CallType.Asks.YES:
        return waits_from
    if call.decision_id is None:
        return None
    begun: datetime | None = call.answer_sets.aggregate(at=Min("at"))["at"]
    return max(begun, waits_from) if begun is not None else waits_from


def _triage_done(call: Call) -> bool:
    """All was asked, or no answer still open could change the decision (danger shows on the first answer)."""
    return call.triaged_at is not None or (call.decision is not None and bool(call.decision.data["settled"]))
