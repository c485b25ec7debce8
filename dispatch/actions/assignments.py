"""Sending units and following them: DP dispatched .. AV cleared."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField

from dispatch.actions.alerts import clear_alerts
from dispatch.actions.call_timers import set_call_deadlines
from dispatch.actions.changed import call_save, moment, require_open
from dispatch.actions.due import deadlines_cancel
from dispatch.actions.field_asks import asks_again, asks_answered
from dispatch.actions.notes import write_note
from dispatch.actions.notices import notice_put
from dispatch.actions.orders import put_order
from dispatch.actions.positions import own_unowned
from dispatch.actions.progress import (
    AssignmentStatus,
    follow_units,
    hear,
    set_dispatch_timers,
    set_eta_timer,
    set_status,
    taken_before,
)
from dispatch.actions.scene import word_leaves
from dispatch.actions.slots import POLICE, free_slot, mind_police, police_came
from dispatch.actions.stacks import sent, stack_prompt
from dispatch.actions.transaction import Work, action
from dispatch.actions.triage import end_handoff
from dispatch.actions.upgrades import order_out
from dispatch.models import Assignment, Call, Note, ResponseSlot
from dispatch.queries import access, decisions, rulesets
from dispatch.queries.recommendation import arrival_seconds
from dispatch.queries.scene import JOINS_WHEN_SAFE, assigned_fact, could_enter, police_in_response, roles_there
from dispatch.queries.sending import (
    assignments_of,
    crew_short_of,
    due_times_watched,
    in_emergency,
    roles_requested,
    unit_to_send,
    units_on_shift,
)
from dispatch.queries.timers import limits_in_force
from dispatch.rules import safety
from dispatch.rules import status as rules
from dispatch.rules.reaching import NoticeKind
from dispatch.rules.ruleset import is_civilian
from dispatch.rules.timers import AlertKind, DeadlineKind
from hearteam.events import types
from hearteam.events.log import rfc3339
from hearteam.prepared import Parameter, Prepared
from hearteam.problems import Conflict, Malformed, NotAllowed, Refused
from partners.access import Actor, Permission
from partners.models import Unit

FROM_DEVICE = timedelta(seconds=90)
"""A step reported longer than this after it happened came from a device that had been offline."""

WAITED = (AlertKind.PENDING_OVERDUE, AlertKind.SCHEDULED_DUE, AlertKind.PREEMPTED)
"""Alerts of a call that waits for units: over as soon as some are sent."""

OBEYS_AN_ORDER = (AssignmentStatus.ST, AssignmentStatus.TR)
"""A crew that stages, or leaves with the person, has heard its order; one that goes has heard what came with it."""


def assignment_create(
    *, by: Actor, call_id: str | int, units: list[str], override_reason: str = "", occurred_at: datetime | None = None
) -> list[Assignment]:
    """Send one or several units, or none of them.

    1. Lock the call, then the units in the order of their ids; check again under the locks.
    2. Refused: an ended call, a unit off shift or not available, a civilian against invariants 2-6, 9, 12.
       Conflict: a unit on another call (named), or already on this one.
    3. Each fills a slot of its role, or comes beside them. The partial unique constraint is the last defence.

    Returns the assignments in the order asked for.
    """
    access.require(by, Permission.DISPATCH, "dispatch units")
    if not units or len(units) > 20:
        raise Malformed("Name the units to send.", errors={"units": ["Give 1 to 20 call signs."]})
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        require_open(call, "get units")
        asked = list(dict.fromkeys(callsign.strip().upper() for callsign in units))
        locked = access.units_locked(asked)
        at = moment(occurred_at)
        _check_free(call, locked)
        _check_safe(by, call, locked, override_reason)
        created = [_send(work, call, unit, at, override_reason) for unit in locked]
        _after_sending(work, call, created, at)
        return sorted(created, key=lambda row: asked.index(row.unit.callsign))


def _check_free(call: Call, units: list[Unit]) -> None:
    active = {row.unit_id: row for row in assignments_of(units)}
    for unit in units:
        taken = active.get(unit.pk)
        if taken is not None:
            raise _taken(unit, taken, call)
    on_shift, troubled = units_on_shift(units), in_emergency(units)
    for unit in units:
        if unit.pk in troubled:
            raise Refused(f"{unit.callsign} has an open emergency: clear it first.", unit=unit.callsign)
        if unit.status != Unit.Status.AV:
            raise Refused(
                f"{unit.callsign} is {unit.get_status_display().lower()}.", unit=unit.callsign, unit_status=unit.status
            )
        if unit.pk not in on_shift and not unit.temporary:
            raise Refused(f"{unit.callsign} is not on shift.", unit=unit.callsign)


def _taken(unit: Unit, taken: Assignment, call: Call) -> Conflict:
    where = "this call already" if taken.call_id == call.pk else f"call {taken.call.number}"
    holder = {
        "unit": unit.callsign,
        "call": str(taken.call_id),
        "call_number": taken.call.number,
        "status": taken.status,
    }
    return Conflict(f"{unit.callsign} is on {where}.", holder=holder)


def _check_safe(by: Actor, call: Call, units: list[Unit], override_reason: str) -> None:
    """Invariants 2-6, 9 and 12 for the final set: what is on the call, still requested, and about to be sent."""
    civilians = [unit for unit in units if is_civilian(unit.team.role)]
    if not civilians:
        return
    if decisions.bring(call) is None or call.decision is None:
        raise Refused(
            f"{civilians[0].callsign} is a civilian unit: triage the call first.", rule="NEEDS_TRIAGE", invariant=2
        )
    ruleset = rulesets.of(call.decision.ruleset)
    decision = decisions.replay(call.decision)
    final = roles_requested(call) | roles_there(call) | {unit.team.role for unit in units}
    watched = due_times_watched(call, by)
    for unit in civilians:
        refusal = safety.may_send(ruleset, unit_to_send(unit, watched=watched), decision, final, limits_in_force())
        if refusal is not None:
            raise Refused(refusal.reason, rule=refusal.code.value, invariant=refusal.invariant, unit=unit.callsign)
        short = crew_short_of(unit)
        if short and not override_reason.strip():
            missing = " and ".join(role.lower() for role in short)
            raise Refused(f"{unit.callsign} has no {missing} on board: give a reason.", rule="NEEDS_REASON")
    named = {*call.decision.response, *decision.response, *(join.team for join in decision.joins)}
    strangers = [unit for unit in civilians if unit.team.role not in named]
    if strangers:
        refusal = safety.override_allowed(
            ruleset, decision, sorted(final), is_supervisor=by.may(Permission.LOWER_PROTECTION), reason=override_reason
        )
        if refusal is not None:
            raise Refused(
                refusal.reason, rule=refusal.code.value, invariant=refusal.invariant, unit=strangers[0].callsign
            )


def _send(work: Work, call: Call, unit: Unit, at: datetime, override_reason: str) -> Assignment:
    role = unit.team.role
    slot = free_slot(call, role)
    try:
        with transaction.atomic():
            assignment = Assignment.objects.create(
                call=call,
                unit=unit,
                slot=slot,
                role=role,
                status_since=at,
                dispatched_at=at,
                joins=bool(slot and slot.source == ResponseSlot.Source.JOIN),
                assigned_by_id=work.by.user_id,
                override_reason=override_reason[:200],
            )
    except IntegrityError as error:
        taken = Assignment.objects.select_related("call").get(unit=unit, cleared_at__isnull=True)
        raise _taken(unit, taken, call) from error
    if slot is not None:
        slot.status, slot.filled_at = ResponseSlot.Status.ASSIGNED, at
        slot.save(update_fields=["status", "filled_at"])
    set_dispatch_timers(assignment, call)
    notice_put(NoticeKind.DISPATCH, call=call, unit=unit, assignment=assignment)
    work.emit(
        types.AssignmentCreated(
            assignment=str(assignment.pk),
            role=role,
            joins=assignment.joins,
            override_reason=override_reason,
            occurred_at=rfc3339(at),
        ),
        call=call,
        unit=unit,
    )
    return assignment


def _after_sending(work: Work, call: Call, created: list[Assignment], at: datetime) -> None:
    _set_etas(call, created)
    call_save(call, *follow_units(call, at), *_end_hold(call), *own_unowned(work.by, call))
    set_call_deadlines(call)
    clear_alerts(work, "Units sent", kinds=WAITED, call=call)
    sent(work, call, [row.unit for row in created])
    if any(row.role == POLICE for row in created):
        police_came(work, call)
    mind_police(call)
    end_handoff(work, call)
    asks_answered(work, call)
    for row in created:
        if row.joins and call.scene_safe_at is None:
            put_order(work, call, row, Assignment.Order.STAGE, JOINS_WHEN_SAFE, part_of_dispatch=True)


def _set_etas(call: Call, created: list[Assignment]) -> None:
    """Expected arrivals by the ranking's own estimate, so that lateness is measured against what was promised."""
    for row in created:
        seconds = arrival_seconds(row.unit, call)
        if seconds is not None and call.pace == 1:
            row.eta_at = row.dispatched_at + timedelta(seconds=seconds)
            row.save(update_fields=["eta_at"])


def _end_hold(call: Call) -> list[str]:
    if call.hold_until is None:
        return []
    deadlines_cancel([DeadlineKind.HOLD], call=call)
    call.hold_until, call.hold_reason = None, ""
    return ["hold_until", "hold_reason"]


def assignment_status_set(**step: Any) -> Assignment:
    """As `assignment_step`, for those who need not know whether it was taken before."""
    return assignment_step(**step)[0]


def assignment_step(
    *,
    by: Actor,
    assignment_id: str | int,
    status: str,
    occurred_at: datetime | None = None,
    note: str = "",
    destination: str = "",
    time_unsure: bool = False,
) -> tuple[Assignment, bool]:
    """Take a unit to its next status; AV clears it and leaves the call open. The crew does it, or the dispatcher
    on its word. With the assignment: whether the step was taken before and nothing was changed.

    Refused: a step the table forbids, a civilian going on scene before it is safe (invariant 14) or under an order. One
    that went in before the danger was known and tells of it only now is on scene, and is ordered out.
    """
    with action(by) as work:
        assignment, call = _locked(by, assignment_id)
        if status not in AssignmentStatus.__members__:
            raise Malformed(
                "There is no such status.", errors={"status": [f"Must be one of {', '.join(AssignmentStatus)}."]}
            )
        target = AssignmentStatus(status)
        if taken_before(assignment, target, occurred_at):
            return assignment, True
        at = max(moment(occurred_at, unsure=time_unsure), assignment.status_since)
        _check_step(call, assignment, target, destination)
        went_in_before = target == AssignmentStatus.OS and not _may_enter(call, assignment, occurred_at, at)
        late = at + FROM_DEVICE < moment(None) and call.pace == 1
        if note.strip() and by.is_clinician:
            # What a clinician writes is for clinicians, also beside a step that everybody sees.
            write_note(work, call, text=note, written_at=at, audience=Note.Audience.CLINICAL)
            note = ""
        set_status(
            work, call, assignment, target, at, note=note, destination=destination, late=late, unsure=time_unsure
        )
        obeys = target in OBEYS_AN_ORDER or assignment.order_at == assignment.dispatched_at
        if obeys and not time_unsure and _hears_order(call, assignment, at):
            _acknowledge_order(work, call, assignment, at)
        if went_in_before:
            order_out(work, call, assignment)
        if target == AssignmentStatus.AV:
            word_leaves(work, call, assignment)
            asks_again(work, call, assignment)
        call_save(call, *follow_units(call, at))
        set_call_deadlines(call)
        if target == AssignmentStatus.AV:
            stack_prompt(work, assignment.unit)
        return assignment, False


def _check_step(call: Call, assignment: Assignment, target: AssignmentStatus, destination: str) -> None:
    refusal = rules.assignment_next(
        AssignmentStatus(assignment.status),
        target,
        destination=destination,
        withdraw_ordered=assignment.order == Assignment.Order.WITHDRAW,
    )
    if refusal is not None:
        raise Refused(refusal.reason, rule=refusal.code.value, status_now=assignment.status, call_number=call.number)


def _may_enter(call: Call, assignment: Assignment, occurred_at: datetime | None, at: datetime) -> bool:
    """Whether the unit may go on scene; raises Refused where it may not. False for a civilian crew that did so at an
    earlier moment, when nothing forbade it.
    """
    decided = decisions.bring(call)
    answers = decisions.replay(decided).counted if decided is not None else None
    fact = assigned_fact(assignment)
    refusal = safety.may_go_on_scene(
        fact,
        police_in_response=police_in_response(call) or assignment.joins,
        scene_safe=call.scene_safe_at is not None,
        answers=answers,
    )
    if refusal is None:
        return True
    told_late = occurred_at is not None and call.pace == 1 and is_civilian(assignment.role)
    if told_late and could_enter(call, assignment, at):
        return False
    raise Refused(refusal.reason, rule=refusal.code.value, invariant=refusal.invariant, unit=fact.callsign)


def _hears_order(call: Call, assignment: Assignment, at: datetime) -> bool:
    """Whether a step or a tap of this moment can be about the order that stands: one from before it cannot."""
    if not assignment.order or assignment.order_acknowledged_at is not None or assignment.order_at is None:
        return False
    return call.pace != 1 or at >= assignment.order_at


def assignment_acknowledge(
    *,
    by: Actor,
    assignment_id: str | int,
    occurred_at: datetime | None = None,
    minutes: int | None = None,
    time_unsure: bool = False,
) -> Assignment:
    """The crew has its dispatch (and will be there in `minutes`), or its standing order. Again changes nothing.

    A tap from before the order was given, or from nobody knows when, leaves it unacknowledged.
    """
    with action(by) as work:
        assignment, call = _locked(by, assignment_id)
        at = moment(occurred_at, unsure=time_unsure, since=assignment.dispatched_at)
        if assignment.cleared_at is not None:
            raise Refused(f"{assignment.unit.callsign} was cleared from {call.number}.")
        if assignment.acknowledged_at is None or minutes is not None:
            _acknowledge_dispatch(work, call, assignment, at, minutes)
        if not time_unsure and _hears_order(call, assignment, at):
            _acknowledge_order(work, call, assignment, at)
        return assignment


def _acknowledge_dispatch(work: Work, call: Call, assignment: Assignment, at: datetime, minutes: int | None) -> None:
    assignment.acknowledged_at = assignment.acknowledged_at or at
    if minutes is not None:
        assignment.eta_at = at + timedelta(minutes=minutes)
    hear(work, assignment)
    assignment.save(update_fields=["acknowledged_at", "eta_at", "heard_by_voice_at"])
    deadlines_cancel([DeadlineKind.ACKNOWLEDGE], assignment=assignment)
    set_eta_timer(assignment, call)
    call_save(call)
    work.emit(
        types.AssignmentAcknowledged(assignment=str(assignment.pk), occurred_at=rfc3339(at), minutes=minutes),
        call=call,
        unit=assignment.unit,
    )
    clear_alerts(work, "Acknowledged", kinds=[AlertKind.NOT_ACKNOWLEDGED], call=call, unit=assignment.unit)
    if minutes is not None:
        clear_alerts(work, "Promised anew", kinds=[AlertKind.ETA_OVERRUN], call=call, unit=assignment.unit)


def _acknowledge_order(work: Work, call: Call, assignment: Assignment, at: datetime) -> None:
    assignment.order_acknowledged_at = at
    hear(work, assignment)
    assignment.save(update_fields=["order_acknowledged_at", "heard_by_voice_at"])
    deadlines_cancel([DeadlineKind.ORDER_ACKNOWLEDGE], assignment=assignment)
    call_save(call)
    work.emit(
        types.OrderAcknowledged(assignment=str(assignment.pk), order=assignment.order, occurred_at=rfc3339(at)),
        call=call,
        unit=assignment.unit,
    )


def _locked(by: Actor, assignment_id: str | int) -> tuple[Assignment, Call]:
    """The assignment and its call under their locks, for its own crew or the center."""
    known = access.assignment_for(by, assignment_id)
    if not by.may(Permission.UNIT_STATUS_ANY) and by.unit_id != known.unit_id:
        raise NotAllowed("Only the unit's own crew or a dispatcher may report its progress.")
    (call,) = access.call_locked.all(id=known.call_id)
    access.unit_locked.all(id=known.unit_id)
    (assignment,) = _with_unit.all(id=known.pk)
    return assignment, call


_with_unit = Prepared(
    lambda: Assignment.objects.select_related("unit__team__agency", "slot").filter(
        pk=Parameter("id", BigIntegerField())
    )
)
