"""Orders to crews: stage, withdraw. An order stands until the scene is safe again; a crew must acknowledge it."""

from __future__ import annotations

from django.utils import timezone

from dispatch.actions.alerts import clear_alerts
from dispatch.actions.changed import call_save, require_open
from dispatch.actions.due import deadline_set, deadlines_cancel
from dispatch.actions.notices import notice_put
from dispatch.actions.transaction import Work, action
from dispatch.models import Assignment, Call
from dispatch.queries import access
from dispatch.queries.scene import assigned_fact, police_in_response
from dispatch.queries.timers import counted_from, timer_settings
from dispatch.rules import safety, timers
from dispatch.rules.reaching import NoticeKind
from dispatch.rules.timers import AlertKind, DeadlineKind
from hearteam.events import types
from hearteam.problems import Malformed, Refused
from partners.access import Actor, Permission


def order_give(*, by: Actor, assignment_id: str | int, order: str, reason: str) -> Assignment:
    """Tell a crew to stage (before it is inside) or to withdraw (on scene).

    Acknowledged within 30 s, else called by voice.
    """
    access.require(by, Permission.DISPATCH, "give orders to crews")
    with action(by) as work:
        call_id = access.assignment_for(by, assignment_id).call_id
        call = access.call_for(by, call_id, lock=True)
        require_open(call, "order its crews")
        assignment = Assignment.objects.select_related("unit__team__agency").get(pk=assignment_id)
        if order not in Assignment.Order.values:
            raise Malformed("An order is STAGE or WITHDRAW.", errors={"order": ["Must be one of STAGE, WITHDRAW."]})
        inside = assignment.status == Assignment.Status.OS
        if assignment.cleared_at is not None or inside != (order == Assignment.Order.WITHDRAW):
            raise Refused("A crew stages before it goes in, and withdraws once it is on scene.")
        put_order(work, call, assignment, order, reason)
        call_save(call)
        return assignment


def order_lift(*, by: Actor, assignment_id: str | int, reason: str) -> Assignment:
    """A dispatcher takes a crew's standing order back. Whether the crew may go in stays the scene's question.

    Without an order it changes nothing. Refused for a civilian crew that is on scene while an officer's word is waited
    for (invariant 14).
    """
    access.require(by, Permission.DISPATCH, "lift orders to crews")
    with action(by) as work:
        call = access.call_for(by, access.assignment_for(by, assignment_id).call_id, lock=True)
        require_open(call, "order its crews")
        assignment = Assignment.objects.select_related("unit").get(pk=assignment_id)
        if assignment.order and assignment.cleared_at is None:
            _check_lift(call, assignment)
            _lift(work, call, assignment, reason)
            call_save(call)
        return assignment


def _check_lift(call: Call, assignment: Assignment) -> None:
    fact = assigned_fact(assignment)
    safe = call.scene_safe_at is not None
    refusal = safety.may_lift_order(fact, police_in_response=police_in_response(call), scene_safe=safe)
    if refusal is not None:
        raise Refused(refusal.reason, rule=refusal.code.value, invariant=refusal.invariant, unit=fact.callsign)


def put_order(
    work: Work, call: Call, assignment: Assignment, order: str, reason: str, *, part_of_dispatch: bool = False
) -> None:
    """Give the order and expect its acknowledgement; one that is part of a dispatch is acknowledged with that."""
    now = timezone.now()
    assignment.order, assignment.order_acknowledged_at = order, None
    assignment.order_at = assignment.dispatched_at if part_of_dispatch else now
    assignment.order_reason = reason[:200]
    assignment.save(update_fields=["order", "order_at", "order_reason", "order_acknowledged_at"])
    settings = timer_settings(call)
    if settings is not None and not part_of_dispatch:
        due = timers.order_due(counted_from(call, now), settings)
        deadline_set(DeadlineKind.ORDER_ACKNOWLEDGE, due, assignment=assignment, call=call)
    if not part_of_dispatch:
        notice_put(NoticeKind.ORDER, call=call, unit=assignment.unit, assignment=assignment)
    work.emit(
        types.OrderGiven(assignment=str(assignment.pk), order=order, reason=assignment.order_reason),
        call=call,
        unit=assignment.unit,
    )


def lift_orders(work: Work, call: Call, reason: str, *, given_for: tuple[str, ...] = ()) -> None:
    """The danger is over: standing orders no longer hold, or only those given for these reasons."""
    standing = call.assignments.filter(cleared_at__isnull=True).exclude(order="")
    if given_for:
        standing = standing.filter(order_reason__in=given_for)
    for assignment in standing.select_related("unit").order_by("unit_id"):
        _lift(work, call, assignment, reason)


def _lift(work: Work, call: Call, assignment: Assignment, reason: str) -> None:
    order, assignment.order = assignment.order, ""
    assignment.save(update_fields=["order"])
    deadlines_cancel([DeadlineKind.ORDER_ACKNOWLEDGE], assignment=assignment)
    work.emit(
        types.OrderLifted(assignment=str(assignment.pk), order=order, reason=reason),
        call=call,
        unit=assignment.unit,
    )
    clear_alerts(work, reason, kinds=[AlertKind.UPGRADE], call=call, unit=assignment.unit)
