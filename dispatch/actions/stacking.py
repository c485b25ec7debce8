"""Letting a pending call wait for a busy unit, in order. Its own clocks run on, and nobody is sent by it."""

from __future__ import annotations

from django.utils import timezone

from dispatch.actions.changed import call_save
from dispatch.actions.stacks import remove, tell_unit
from dispatch.actions.transaction import action
from dispatch.models import Assignment, Call, StackedCall
from dispatch.queries import access, decisions
from dispatch.rules.exchanges import stack_allowed
from dispatch.rules.ruleset import is_civilian
from hearteam.events import types
from hearteam.problems import Refused
from partners.access import Actor, Permission
from partners.models import Unit

FIRST_PLACE = 1_000_000
"""Where a list begins: a call that is to be first goes before it, and no other row changes."""


def stack_add(*, by: Actor, callsign: str, call_id: str | int, first: bool = False) -> StackedCall:
    """Put a pending call on a busy unit's list, last or first. On it already, it moves there.

    When the unit clears, an alert names the call. Refused: P1 or tier 1, a free unit, a team that does not serve it.
    """
    access.require(by, Permission.DISPATCH, "stack calls")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        unit = access.unit_for(by, callsign, lock=True)
        _check(call, unit)
        waiting = StackedCall.objects.filter(unit=unit, removed_at__isnull=True)
        entry = waiting.filter(call=call).first() or StackedCall(unit=unit, call=call, added_at=timezone.now())
        places = list(waiting.exclude(call=call).values_list("place", flat=True))
        if first:
            entry.place = min([FIRST_PLACE, *places]) - 1
        elif entry.pk is None:
            entry.place = max([FIRST_PLACE, *places]) + 1
        entry.added_by_name = entry.added_by_name or by.name
        entry.save()
        call_save(call)
        place = sum(other < entry.place for other in places) + 1
        tell_unit(work, unit)
        work.emit(types.CallStacked(unit=unit.callsign, place=place), call=call, tablets=[])
        return entry


def _check(call: Call, unit: Unit) -> None:
    active = Assignment.objects.filter(unit=unit, cleared_at__isnull=True).first()
    if active is not None and active.call_id == call.pk:
        raise Refused(f"{unit.callsign} is on {call.number}.", unit=unit.callsign)
    if active is None and unit.status not in (Unit.Status.AV, Unit.Status.BK):
        raise Refused(f"{unit.callsign} is {unit.get_status_display().lower()}.", unit=unit.callsign)
    refusal = stack_allowed(
        unit.callsign,
        is_free=active is None and unit.status == Unit.Status.AV,
        tier=call.tier,
        priority=call.priority,
        is_pending=call.status == Call.Status.PENDING,
    )
    if refusal is not None:
        raise Refused(refusal.reason, rule=refusal.code.value, unit=unit.callsign)
    if not is_civilian(unit.team.role):
        return
    if call.decision is None:
        raise Refused(f"{unit.callsign} is a civilian unit: triage the call first.", rule="NEEDS_TRIAGE", invariant=2)
    outside = decisions.replay(call.decision).out_of_scope.get(unit.team.role)
    if outside is not None:
        raise Refused(f"{unit.team.role} does not serve this call: {outside}.", unit=unit.callsign)


def stack_remove(*, by: Actor, callsign: str, call_id: str | int, reason: str = "") -> Call:
    """Take a call off a unit's list. Not on it, nothing changes."""
    access.require(by, Permission.DISPATCH, "stack calls")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        unit = access.unit_for(by, callsign, lock=True)
        entries = StackedCall.objects.filter(unit=unit, call=call, removed_at__isnull=True).select_related("unit")
        remove(work, call, entries, reason or f"Taken off by {by.name}")
        return call
