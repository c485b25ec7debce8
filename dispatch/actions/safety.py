"""The crews' safety: scene safe, police, emergency, welfare checks."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from dispatch.actions.alerts import clear_alerts, raise_again, raise_alert
from dispatch.actions.call_timers import set_call_deadlines
from dispatch.actions.changed import call_save, moment, require_open
from dispatch.actions.holds import end_hold
from dispatch.actions.orders import lift_orders, put_order
from dispatch.actions.progress import hear, set_welfare_timer
from dispatch.actions.scene import officer_awaited, word_lapse
from dispatch.actions.slots import POLICE, add_slot, police_assigned, police_wanted
from dispatch.actions.transaction import Work, action
from dispatch.models import Alert, Assignment, Call, ResponseSlot, WelfareCheck
from dispatch.queries import access
from dispatch.queries.scene import has_newer_danger, word_counts_from
from dispatch.queries.timers import counted_from
from dispatch.rules.ruleset import is_civilian
from dispatch.rules.timers import WELFARE_ALERTS, AlertKind
from hearteam.events import types
from hearteam.events.log import rfc3339
from hearteam.problems import NotAllowed, Refused
from partners.access import Actor, Permission

LONGEST_CHECK_MINUTES = 30
UNSAFE = "The scene is not safe"
FROM_DEAD_SPOT = timedelta(minutes=1)
"""An emergency heard longer than this after it was pressed came from a tablet without a network."""


def scene_mark_safe(
    *,
    by: Actor,
    call_id: str | int,
    source: str = "",
    occurred_at: datetime | None = None,
    time_unsure: bool = False,
) -> Call:
    """An officer on this call (EMS, for a purely medical scene), or the dispatcher on their word, says it is safe
    to enter.

    Refused when it was said before newer danger was reported: a late word says nothing of that.
    """
    access.require(by, Permission.SCENE_SAFE, "mark a scene safe")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        require_open(call, "be marked safe")
        _check_marker(by, call)
        # Nobody knows when it was said: then not after anything that was reported since the call came.
        call.scene_safe_at = call.received_at if time_unsure else moment(occurred_at)
        if occurred_at is not None and has_newer_danger(call, call.scene_safe_at):
            raise Refused("Newer danger was reported since: the scene must be marked safe again.", invariant=14)
        call.scene_safe_by = f"{by.unit or by.name}{f': {source}' if source else ''}"[:150]
        call.scene_unsafe_at = None
        call_save(call, "scene_safe_at", "scene_safe_by", "scene_unsafe_at")
        work.emit(types.SceneMarkedSafe(source=call.scene_safe_by), call=call)
        lift_orders(work, call, "The scene was marked safe")
        return call


def _check_marker(by: Actor, call: Call) -> None:
    markers = word_counts_from(call)
    on_call = call.assignments.filter(cleared_at__isnull=True, role__in=markers)
    words = "an officer" if markers == {POLICE} else "an officer or EMS"
    if by.is_desk:
        if not on_call.exists():
            raise Refused(f"Nobody whose word counts is on {call.number} yet: {words} must be.", invariant=14)
    elif by.is_clinician or not on_call.filter(unit__callsign=by.unit).exists():
        raise NotAllowed(f"Only {words} on this call, or the dispatcher on their word, may mark the scene safe.")


def scene_mark_unsafe(*, by: Actor, call_id: str | int, source: str = "") -> Call:
    """Anyone may say that the scene is not safe: crews not inside stage, civilians on scene withdraw.

    Where no police are on the call they are asked for, so that crews sent later wait for their word too.
    """
    access.require(by, Permission.POLICE_REQUEST, "mark a scene unsafe")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        require_open(call, "be marked unsafe")
        turn_unsafe(work, call, by.unit or by.name, source)
        return call


def turn_unsafe(work: Work, call: Call, told_by: str, source: str = "") -> None:
    """The scene of a locked call is not safe, until an officer says that it is."""
    call.scene_safe_at, call.scene_safe_by = None, ""
    call_save(call, "scene_safe_at", "scene_safe_by")
    officer_awaited(call)
    work.emit(types.SceneMarkedUnsafe(source=source or told_by), call=call)
    active = call.assignments.filter(cleared_at__isnull=True).select_related("unit__team__agency").order_by("unit_id")
    for row in active:
        inside = row.status == Assignment.Status.OS
        order = Assignment.Order.WITHDRAW if inside else Assignment.Order.STAGE
        if is_civilian(row.role) and row.status not in ("TR", "AD"):
            if row.order != order:
                put_order(work, call, row, order, UNSAFE)
                raise_alert(work, AlertKind.UPGRADE, call=call, unit=row.unit, again="the scene is not safe")
            row.order_reason = UNSAFE
            row.save(update_fields=["order_reason"])
    if not police_assigned(call):
        want_police(work, call, told_by, UNSAFE)


def police_request(*, by: Actor, call_id: str | int, reason: str = "") -> Alert:
    """Police are needed at this call now. Anyone may ask, with one key; it is never refused while the call is open."""
    access.require(by, Permission.POLICE_REQUEST, "request police")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        require_open(call, "get police")
        return want_police(work, call, by.unit or by.name, reason)


def want_police(work: Work, call: Call, source: str, reason: str = "") -> Alert:
    """A police slot, its timer and the alert, for a locked call. Without police there, no earlier word holds."""
    if not police_assigned(call):
        word_lapse(work, call, "Police were asked for")
    officer_awaited(call)
    said = reason or f"Asked for by {source}"
    waiting = call.slots.filter(role=POLICE, status=ResponseSlot.Status.REQUESTED).order_by("pk").first()
    if waiting is None:
        add_slot(call, POLICE, ResponseSlot.Source.REQUEST, said, by=work.by.name)
    elif waiting.source != ResponseSlot.Source.REQUEST:  # from now on no other triage takes it away
        waiting.source, waiting.reason = ResponseSlot.Source.REQUEST, said[:200]
        waiting.save(update_fields=["source", "reason"])
    police_wanted(work, call, back_up=True)
    call.priority = 1
    call_save(call, "priority")
    end_hold(work, call, "Police were asked for")
    set_call_deadlines(call)
    work.emit(types.PoliceRequested(source=f"{source}: {reason}" if reason else source), call=call)
    unit = None
    if work.by.unit_id is not None:
        row = call.assignments.filter(unit_id=work.by.unit_id, cleared_at__isnull=True).select_related("unit").first()
        unit = row.unit if row else None
    return raise_alert(work, AlertKind.POLICE_REQUESTED, call=call, unit=unit, detail=reason)


def unit_emergency(*, by: Actor, callsign: str, reason: str = "", occurred_at: datetime | None = None) -> Alert:
    """The emergency button, for the unit's crew or the center. Pressed again once acknowledged, it sounds again.

    One that was pressed in a dead spot says how long ago that was; it is never refused for its time.
    """
    waited = timezone.now() - occurred_at if occurred_at else timedelta(0)
    if waited > FROM_DEAD_SPOT and not reason:
        reason = f"pressed {waited // timedelta(minutes=1)} min before it was heard"
    with action(by) as work:
        unit = access.unit_for(by, callsign)
        if not by.is_desk and by.unit_id != unit.pk:
            raise NotAllowed("Only the unit's own crew or the center presses its emergency button.")
        assignment = Assignment.objects.filter(unit=unit, cleared_at__isnull=True).select_related("call").first()
        call = access.call_for(Actor.system("emergency"), assignment.call_id, lock=True) if assignment else None
        alert = raise_alert(work, AlertKind.EMERGENCY, call=call, unit=unit, detail=reason)
        if alert.acknowledged_at is not None:
            raise_again(work, alert, "pressed again")
        return alert


def welfare_pass(
    *,
    by: Actor,
    assignment_id: str | int,
    occurred_at: datetime | None = None,
    minutes: int | None = None,
    time_unsure: bool = False,
) -> WelfareCheck:
    """The crew is well (their tap, or heard by the dispatcher). `minutes`: when to ask next, within the limit.

    A late one from a tablet that was offline clears the missed check and is marked late.
    """
    with action(by) as work:
        known = access.assignment_for(by, assignment_id)
        if not by.may(Permission.UNIT_STATUS_ANY) and by.unit_id != known.unit_id:
            raise NotAllowed("Only the unit's own crew or a dispatcher may answer its welfare check.")
        call = Call.objects.select_for_update(of=("self",), no_key=True).get(pk=known.call_id)
        assignment = Assignment.objects.select_related("unit__team__agency").get(pk=known.pk)
        if assignment.cleared_at is not None:
            raise Refused(f"{assignment.unit.callsign} was cleared from {call.number}.")
        at = moment(occurred_at, unsure=time_unsure, since=assignment.dispatched_at)
        return check_passed(work, call, assignment, at, minutes, unsure=time_unsure)


def check_passed(
    work: Work, call: Call, assignment: Assignment, at: datetime, minutes: int | None, *, unsure: bool = False
) -> WelfareCheck:
    """The crew is well, for a locked call: its next check is set and its missed one is answered."""
    due = assignment.welfare_due_at
    late = due is not None and timezone.now() > due and at <= timezone.now()
    check = WelfareCheck.objects.create(
        assignment=assignment, due_at=due, occurred_at=at, late=late, by_id=work.by.user_id
    )
    if assignment.welfare_ok_at is None or at > assignment.welfare_ok_at:
        assignment.welfare_ok_at = counted_from(call, at)
    set_welfare_timer(assignment, call, asked_minutes=min(minutes, LONGEST_CHECK_MINUTES) if minutes else None)
    hear(work, assignment)
    assignment.save(update_fields=["welfare_ok_at", "welfare_due_at", "heard_by_voice_at"])
    call_save(call)
    next_due = assignment.welfare_due_at
    work.emit(
        types.WelfareCheckPassed(
            assignment=str(assignment.pk),
            occurred_at=rfc3339(at),
            late=late,
            time_unsure=unsure,
            minutes=minutes,
            next_due_at=rfc3339(next_due) if next_due else None,
        ),
        call=call,
        unit=assignment.unit,
    )
    clear_alerts(work, f"{assignment.unit.callsign} is well", kinds=WELFARE_ALERTS, call=call, unit=assignment.unit)
    return check
