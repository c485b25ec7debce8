"""Reading back what an action left behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dispatch.models import Alert, Assignment, Call, Deadline, ResponseSlot
from hearteam.events.models import Event
from hearteam.problems import Refused
from partners.models import Unit


def fresh(call: Call) -> Call:
    """The call as the database has it."""
    return Call.objects.get(pk=call.pk)


def again(assignment: Assignment) -> Assignment:
    """The assignment as the database has it."""
    return Assignment.objects.get(pk=assignment.pk)


def open_alerts(call: Call | None = None) -> set[tuple[str, str]]:
    """(kind, call sign or "") of the alerts nobody cleared, of one call or all."""
    alerts = Alert.objects.filter(cleared_at__isnull=True)
    if call is not None:
        alerts = alerts.filter(call=call)
    return {(kind, unit or "") for kind, unit in alerts.values_list("kind", "unit__callsign")}


def slots(call: Call) -> list[tuple[str, str]]:
    """(role, status) of the call's slots that were not cancelled, by role."""
    rows = call.slots.exclude(status=ResponseSlot.Status.CANCELLED).order_by("role", "pk")
    return list(rows.values_list("role", "status"))


def waiting_deadlines(call: Call) -> set[str]:
    """Kinds of the call's due times that wait still."""
    waiting = Deadline.objects.filter(call=call, fired_at__isnull=True, cancelled_at__isnull=True)
    return set(waiting.values_list("kind", flat=True))


def events_of(call: Call) -> list[str]:
    """Types of the call's events, in order."""
    return list(Event.objects.filter(call_id=call.pk).order_by("v").values_list("type", flat=True))


def unit(callsign: str) -> Unit:
    """The unit as the database has it."""
    return Unit.objects.get(callsign=callsign)


def refused(act: Callable[[], object], *, invariant: int | None = None, rule: str | None = None) -> str:
    """Why a rule of the domain refuses this, by this invariant and with this code. Nothing is half done."""
    head = Event.objects.count()
    with pytest.raises(Refused) as refusal:
        act()
    if invariant is not None:
        assert refusal.value.extra["invariant"] == invariant
    if rule is not None:
        assert refusal.value.extra["rule"] == rule
    assert Event.objects.count() == head
    return refusal.value.detail
