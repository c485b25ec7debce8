"""What crews do on their own word: ask for another team beside them, hand a call over by phone, start a call.

Nobody is sent by it but the crew that is there already: a dispatcher assigns, so that invariant 12 is looked at by the
one who can (a running welfare timer, a proven channel).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from dispatch.actions.assignments import assignment_create, assignment_status_set
from dispatch.actions.calls import call_receive
from dispatch.actions.changed import call_save, moment, require_open
from dispatch.actions.field_asks import asks_alert
from dispatch.actions.handoffs import handoff_record
from dispatch.actions.safety import want_police
from dispatch.actions.slots import POLICE, add_slot, free_slot
from dispatch.actions.transaction import Work, action
from dispatch.actions.triage import triage_answer
from dispatch.models import Call, Handoff, ResponseSlot, TriageAnswers
from dispatch.queries import access, decisions, rulesets
from dispatch.queries.field import own_unit_on, roles_with, waiting_asks
from dispatch.rules import safety
from dispatch.rules.ruleset import is_civilian
from dispatch.rules.status import RefusalCode
from hearteam.events import types
from hearteam.events.log import rfc3339
from hearteam.problems import Malformed, NotAllowed, Refused
from partners.access import Actor, Permission, Role
from partners.models import Agency, Team, Unit

STARTS_CALLS: Final = (Agency.Kind.POLICE, Agency.Kind.FIRE, Agency.Kind.EMS)
CAME_UPON_IT: Final = "Came upon it"


def field_ask(
    *,
    by: Actor,
    call_id: str | int,
    role: str,
    reason: str = "",
    occurred_at: datetime | None = None,
    time_unsure: bool = False,
) -> ResponseSlot:
    """A crew on the call asks for one more role (POLICE, EMS, FIRE or a civilian team's code). The center is alerted.

    Asked again while it waits, it stays one request. A civilian team needs answers that let it come (invariants 2-6);
    one that is on the call already is asked for by voice. Public safety is never refused while the call is open.
    """
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        access.require(by, Permission.FIELD_ASK, "ask for teams from the field")
        unit = own_unit_on(by, call)
        require_open(call, "get units")
        wanted = _role(role)
        at = moment(occurred_at, unsure=time_unsure, since=call.received_at)
        known = _asked_before(call, wanted, at)
        if known is not None:
            return known
        if is_civilian(wanted):
            _check_may_come(call, wanted)
        if wanted == POLICE:
            want_police(work, call, unit.callsign, reason)
        slot = _ask(work, call, unit, wanted, reason)
        call_save(call)
        work.emit(
            types.FieldAsked(slot=str(slot.pk), role=wanted, reason=slot.reason, occurred_at=rfc3339(at)),
            call=call,
            unit=unit,
        )
        if wanted != POLICE:
            asks_alert(work, call, unit, reason)
        return slot


def field_handoff(
    *,
    by: Actor,
    call_id: str | int,
    team: str,
    outcome: str,
    contact: str = "",
    clinician: str = "",
    eta_minutes: int | None = None,
    note: str = "",
    occurred_at: datetime | None = None,
    time_unsure: bool = False,
) -> Handoff:
    """A crew on the call rang a team that is reached by phone, and says what came of it: as the dispatcher's own
    hand-off, on the same call. Raises what `handoff_record` raises.
    """
    with action(by):
        call = access.call_for(by, call_id, lock=True)
        access.require(by, Permission.FIELD_ASK, "hand calls over by phone from the field")
        unit = own_unit_on(by, call)
        return handoff_record(
            by=_at_the_desk(by),
            call_id=call.pk,
            team=team,
            outcome=outcome,
            contact=contact,
            clinician=clinician,
            eta_minutes=eta_minutes,
            note=f"Called by {unit.callsign}. {note}".strip(),
            occurred_at=moment(occurred_at, unsure=time_unsure, since=call.received_at) if occurred_at else None,
        )


def field_call_start(
    *,
    by: Actor,
    location: dict[str, Any],
    answers: Mapping[str, Any] | None = None,
    call_type: str = "",
    narrative: str = "",
    occurred_at: datetime | None = None,
    time_unsure: bool = False,
) -> Call:
    """A police, fire or EMS crew came upon something: a call begins where it is, with the crew on scene.

    With `answers` it is triaged, and what the rules want beside the crew is asked for from the field. Conflict: the
    crew is on another call. NotAllowed: a civilian crew, which is sent by a dispatcher only.
    """
    access.require(by, Permission.FIELD_START, "start calls from the field")
    if by.unit_id is None or by.kind not in STARTS_CALLS:
        raise NotAllowed("Only police, fire and EMS crews on shift start a call from the field. Ask the dispatcher.")
    with action(by) as work:
        at = moment(occurred_at, unsure=time_unsure)
        unit = Unit.objects.select_related("team").get(pk=by.unit_id)
        _check_place(location)
        desk = _at_the_desk(by)
        call = call_receive(
            by=desk,
            location=location,
            origin=Call.Origin.FIELD,
            call_type=call_type,
            narrative=narrative,
            received_at=at,
            caller=None,
        )
        if answers:
            triage_answer(by=desk, call_id=call.pk, answers=dict(answers), source=TriageAnswers.Source.OFFICER_ON_SCENE)
        _begin_on_scene(desk, call, unit, at)
        call = access.call_for(desk, call.pk, lock=True)
        _ask_for_the_rest(work, call, unit)
        return call


def _at_the_desk(by: Actor) -> Actor:
    """The same person with a dispatcher's rights for this one thing: never a supervisor's."""
    return replace(by, roles=by.roles | {Role.DISPATCHER})


def _role(role: str) -> str:
    wanted = role.strip().upper()
    if not Team.objects.filter(role=wanted, active=True).exists():
        raise Malformed(f"There is no role {wanted[:16]}.", errors={"role": ["No team fills this role."]})
    return wanted


def _asked_before(call: Call, role: str, at: datetime) -> ResponseSlot | None:
    """A request from the field that waits already, or that was filled only after this one was made."""
    asked = call.slots.filter(role=role, asked_from__isnull=False)
    waiting = asked.filter(status=ResponseSlot.Status.REQUESTED).first()
    return waiting or asked.filter(status=ResponseSlot.Status.ASSIGNED, filled_at__gte=at).first()


def _check_may_come(call: Call, team: str) -> None:
    there = call.assignments.filter(cleared_at__isnull=True, role=team).values_list("unit__callsign", flat=True).first()
    if there is not None:
        raise Refused(f"{there} is on {call.number} already: ask the dispatcher by voice for one more.")
    if call.decision is None:
        raise Refused(
            f"{team} is a civilian team: answer the questions first.",
            rule=RefusalCode.NEEDS_TRIAGE.value,
            invariant=2,
        )
    ruleset = rulesets.load(call.decision.ruleset_id)
    refusal = safety.may_come(ruleset, team, decisions.replay(call.decision), roles_with(call, team))
    if refusal is not None:
        raise Refused(
            f"{refusal.reason} The rules say {' and '.join(call.decision.response)}.",
            rule=refusal.code.value,
            invariant=refusal.invariant,
        )


def _ask(work: Work, call: Call, unit: Unit, role: str, reason: str) -> ResponseSlot:
    """The slot that waits for this role, or a new one, as asked for by this unit. One that joins goes on joining."""
    waiting = call.slots.filter(role=role, status__in=ResponseSlot.WAITED_FOR).order_by("status", "pk")
    slot = next((one for one in waiting if one.source != ResponseSlot.Source.JOIN), None) or waiting.first()
    if slot is None:
        slot = add_slot(call, role, ResponseSlot.Source.REQUEST, reason, by=work.by.name)
    elif slot.source != ResponseSlot.Source.JOIN:
        slot.source = ResponseSlot.Source.REQUEST
    if slot.status != ResponseSlot.Status.REQUESTED:  # its clock runs anew only where nobody was asked meanwhile
        slot.status, slot.requested_at = ResponseSlot.Status.REQUESTED, timezone.now()
        slot.answered_at, slot.answered_by, slot.answer = None, "", ""
    slot.requested_by, slot.asked_from = work.by.name, unit
    slot.reason = (reason or slot.reason)[:200]
    slot.save()
    return slot


def _check_place(location: dict[str, Any]) -> None:
    lat, lon = location.get("lat"), location.get("lon")
    if lat is not None and lon is not None and abs(lat) < 0.01 and abs(lon) < 0.01:
        raise Refused("This position cannot be right: type the place.")


def _begin_on_scene(desk: Actor, call: Call, unit: Unit, at: datetime) -> None:
    role = unit.team.role
    if free_slot(call, role) is None:  # a later triage counts the crew that is there
        add_slot(call, role, ResponseSlot.Source.REQUEST, CAME_UPON_IT, by=desk.name)
    (assignment,) = assignment_create(by=desk, call_id=call.pk, units=[unit.callsign], occurred_at=at)
    assignment_status_set(by=desk, assignment_id=assignment.pk, status="OS", occurred_at=at)


def _ask_for_the_rest(work: Work, call: Call, unit: Unit) -> None:
    """What the rules want beside the crew waits as its request: no clock reminds of a call with a crew on scene."""
    if call.decision is None:
        return
    call.slots.filter(status=ResponseSlot.Status.REQUESTED).update(asked_from=unit)
    slots = list(waiting_asks(call))
    if slots:
        call_save(call)
        work.emit(types.SlotsChanged(slots=[str(slot.pk) for slot in slots], reason=CAME_UPON_IT), call=call)
        asks_alert(work, call, unit)
