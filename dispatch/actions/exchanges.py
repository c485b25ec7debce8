"""Units that take each other's places, and a unit taken from its call for a graver one. Each is one transaction: all of
it happens, or the call keeps whom it had.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from dispatch.actions.alerts import raise_alert
from dispatch.actions.assignments import assignment_create
from dispatch.actions.call_timers import set_call_deadlines
from dispatch.actions.changed import call_save, require_open
from dispatch.actions.orders import put_order
from dispatch.actions.progress import AssignmentStatus, follow_units, set_status
from dispatch.actions.scene import word_leaves
from dispatch.actions.slots import Source, Status, add_slot
from dispatch.actions.stacks import stack_prompt
from dispatch.actions.transaction import Work, action
from dispatch.models import Assignment, Call
from dispatch.queries import access
from dispatch.queries.sending import in_emergency
from dispatch.rules.exchanges import Engaged, exchange_allowed, may_leave_civilians, preempt_allowed
from dispatch.rules.timers import AlertKind
from hearteam.events import types
from hearteam.problems import Conflict, Refused
from partners.access import Actor, Permission
from partners.models import Unit


@dataclass(frozen=True, slots=True)
class _Place:
    """What a unit has on a call: `order` is the one that stood for it."""

    assignment: Assignment
    call: Call
    order: str
    order_reason: str


def unit_swap(*, by: Actor, callsign: str, other: str, reason: str = "") -> list[Assignment]:
    """Two units take each other's places; where one is free, it takes the other's and that one is free then.

    All that is asked of a dispatch is asked of each (scope, channel, crew, invariants 2-6, 9, 12). An order that stands
    for a place goes to who takes it. Returns the new assignments. Refused whole: units of two roles, on one call, none
    on any, in an emergency, or arrived; else Conflict when one of them got another call meanwhile.
    """
    access.require(by, Permission.DISPATCH, "exchange units")
    with action(by) as work:
        first, second = callsign.strip().upper(), other.strip().upper()
        calls, units, active = _locked(by, [first, second])
        one, two = _engaged(units[first], active), _engaged(units[second], active)
        refusal = exchange_allowed(one, two)
        if refusal is not None:
            raise Refused(refusal.reason, rule=refusal.code.value, unit=first)
        if len(active) == 2 and len(calls) == 1:
            raise Refused(f"{first} and {second} are on the same call.", unit=first)
        for name, row in active.items():
            _check_left(units[name], calls[row.call_id], active)
        taker = {first: units[second], second: units[first]}
        left = {name: _give_up(work, calls, row, taker[name].callsign) for name, row in active.items()}
        created = [
            _take_over(work, place, taker[name], left.get(taker[name].callsign), reason)
            for name, place in sorted(left.items(), key=lambda item: item[1].call.pk)
        ]
        for unit in units.values():
            stack_prompt(work, unit)
        return created


def _check_left(unit: Unit, call: Call, active: dict[str, Assignment]) -> None:
    refusal = may_leave_civilians(_engaged(unit, active), _beside(call, unit))
    if refusal is not None:
        raise Refused(refusal.reason, rule=refusal.code.value, unit=unit.callsign)


def _give_up(work: Work, calls: dict[int, Call], row: Assignment, taker: str) -> _Place:
    place = _Place(row, calls[row.call_id], row.order, row.order_reason)
    _release(work, place.call, row, timezone.now(), f"Exchanged for {taker}")
    return place


def _take_over(work: Work, place: _Place, taker: Unit, other: _Place | None, reason: str) -> Assignment:
    """Send a unit in the place that another just left; `other` is the place it had itself, which that one gets."""
    call, left = place.call, place.assignment.unit.callsign
    (assignment,) = assignment_create(by=work.by, call_id=call.pk, units=[taker.callsign], override_reason=reason)
    call.refresh_from_db()
    assignment.refresh_from_db()
    if place.order and not assignment.order:
        put_order(work, call, assignment, place.order, place.order_reason)
    went_to = other.call.number if other is not None else None
    said = types.UnitsExchanged(unit=taker.callsign, instead_of=left, went_to=went_to, reason=reason)
    work.emit(said, call=call, unit=taker)
    return assignment


def unit_preempt(*, by: Actor, callsign: str, call_id: str | int, reason: str = "") -> Assignment:
    """Take a unit from its call for a graver one. The left call waits to be served: its slot, its clock, an alert.

    Refused as `preempt_allowed` says, and as any dispatch to the other call would be.
    """
    access.require(by, Permission.DISPATCH, "pre-empt units")
    with action(by) as work:
        name = callsign.strip().upper()
        calls, units, active = _locked(by, [name], also=call_id)
        to = calls[access.call_for(by, call_id).pk]
        require_open(to, "get units")
        left = active.get(name)
        if left is not None and left.call_id == to.pk:
            raise Refused(f"{name} is on {to.number} already.", unit=name)
        call = calls[left.call_id] if left is not None else to
        refusal = preempt_allowed(
            _engaged(units[name], active),
            _beside(call, units[name]),
            from_priority=call.priority,
            to_priority=to.priority,
            is_supervisor=by.may(Permission.LOWER_PROTECTION),
            reason=reason,
        )
        if refusal is not None or left is None:
            assert refusal is not None
            raise Refused(refusal.reason, rule=refusal.code.value, unit=name)
        _take_away(work, call, left, to, reason)
        (assignment,) = assignment_create(by=by, call_id=to.pk, units=[name], override_reason=reason)
        return assignment


def _take_away(work: Work, call: Call, left: Assignment, to: Call, reason: str) -> None:
    role, now = left.role, timezone.now()
    asked = _asked_for(call, role)
    _release(work, call, left, now, f"Pre-empted for {to.number}")
    if _asked_for(call, role) <= asked:
        _ask_again(work, call, left, f"{left.unit.callsign} was taken for {to.number}")
    set_call_deadlines(call)
    work.emit(
        types.UnitPreempted(assignment=str(left.pk), to_number=to.number, reason=reason), call=call, unit=left.unit
    )
    raise_alert(work, AlertKind.PREEMPTED, call=call, unit=left.unit, detail=to.number)


def _asked_for(call: Call, role: str) -> int:
    return call.slots.filter(role=role, status=Status.REQUESTED).count()


def _ask_again(work: Work, call: Call, left: Assignment, reason: str) -> None:
    slot = left.slot
    if slot is None:
        slot = add_slot(call, left.role, Source.REQUEST, reason, by=work.by.name)
    else:
        slot.status, slot.filled_at, slot.requested_at = Status.REQUESTED, None, timezone.now()
        slot.requested_by, slot.reason = work.by.name, reason[:200]
        slot.save()
    work.emit(types.SlotsChanged(slots=[str(slot.pk)], reason=reason), call=call)


def _release(work: Work, call: Call, assignment: Assignment, at: datetime, note: str) -> None:
    """Clear a unit from its locked call as `assignment_status_set` does; what follows for the call follows here too."""
    set_status(work, call, assignment, AssignmentStatus.AV, max(at, assignment.status_since), note=note)
    word_leaves(work, call, assignment)
    call_save(call, *follow_units(call, at))
    set_call_deadlines(call)


def _locked(
    by: Actor, callsigns: list[str], *, also: str | int | None = None
) -> tuple[dict[int, Call], dict[str, Unit], dict[str, Assignment]]:
    """Calls by id, units and active assignments by call sign, locked in the order of all actions: calls, then units."""
    known = {callsign: access.unit_for(by, callsign) for callsign in callsigns}
    before = _active(list(known.values()))
    ids = {row.call_id for row in before.values()} | ({access.call_for(by, also).pk} if also is not None else set())
    calls = {pk: access.call_for(by, pk, lock=True) for pk in sorted(ids)}
    units = {unit.callsign: unit for unit in access.units_locked(callsigns)}
    by_phone = [name for name, unit in units.items() if unit.temporary]
    if by_phone:
        raise Refused(f"{by_phone[0]} stands for a phone hand-off: hand the other call over by phone.")
    active = _active(list(units.values()))
    moved = [name for name, row in active.items() if row.call_id not in calls]
    if moved:
        raise Conflict(f"{moved[0]} was sent to {active[moved[0]].call.number} meanwhile.")
    return calls, units, active


def _active(units: list[Unit]) -> dict[str, Assignment]:
    rows = Assignment.objects.filter(unit__in=units, cleared_at__isnull=True)
    return {row.unit.callsign: row for row in rows.select_related("unit__team__agency", "slot", "call")}


def _engaged(unit: Unit, active: dict[str, Assignment]) -> Engaged:
    row = active.get(unit.callsign)
    status = AssignmentStatus(row.status) if row is not None else None
    return Engaged(unit.callsign, unit.team.role, status, in_emergency=bool(in_emergency([unit])))


def _beside(call: Call, unit: Unit) -> list[Engaged]:
    rows = call.assignments.filter(cleared_at__isnull=True).exclude(unit=unit).select_related("unit")
    return [Engaged(row.unit.callsign, row.role, AssignmentStatus(row.status)) for row in rows]
