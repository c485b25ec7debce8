"""Response slots: each role of the response, requested until a unit fills it. Unfilled ones stay on the call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from django.db.models import BigIntegerField, CharField, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from dispatch.actions.alerts import clear_alerts, raise_alert
from dispatch.actions.call_timers import set_call_deadlines
from dispatch.actions.changed import call_save, require_open
from dispatch.actions.due import deadline_set, deadlines_cancel
from dispatch.actions.field_asks import asks_answered
from dispatch.actions.holds import end_hold
from dispatch.actions.scene import officer_awaited, word_lapse
from dispatch.actions.transaction import Work, action
from dispatch.models import Alert, Assignment, Call, CallType, ResponseSlot
from dispatch.queries import access
from dispatch.queries.plans import planned_roles
from dispatch.queries.scene import police_belong, police_in_response, police_waited_for, roles_there
from dispatch.queries.timers import counted_from, timer_settings
from dispatch.rules import timers
from dispatch.rules.ruleset import is_civilian
from dispatch.rules.timers import AlertKind, DeadlineKind
from hearteam.events import types
from hearteam.prepared import Parameter, Prepared
from hearteam.problems import Malformed
from partners.access import Actor, Permission
from partners.models import Team

Source = ResponseSlot.Source
Status = ResponseSlot.Status
POLICE = "POLICE"


def slot_request(*, by: Actor, call_id: str | int, role: str, reason: str = "") -> ResponseSlot:
    """Ask for one more unit of a role (POLICE, EMS, FIRE or a team's code). Raising protection is open to anyone."""
    access.require(by, Permission.POLICE_REQUEST, "request units")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        require_open(call, "ask for units")
        role = role.strip().upper()
        if not Team.objects.filter(role=role, active=True).exists():
            raise Malformed(f"There is no role {role[:16]}.", errors={"role": ["No team fills this role."]})
        slot = add_slot(call, role, Source.REQUEST, reason, by=by.name)
        if role == POLICE:
            if not police_assigned(call):
                word_lapse(work, call, "Police were asked for")
            officer_awaited(call)
            police_wanted(work, call, back_up=True)
            end_hold(work, call, "Police were asked for")
        call_save(call)
        set_call_deadlines(call)
        work.emit(types.SlotsChanged(slots=[str(slot.pk)], reason=reason), call=call)
        return slot


def plan_slots(work: Work, call: Call) -> None:
    """Ask for what the response plan says, for a call that is not behavioural-health; beside a triage's response."""
    if call.decision_id is not None:
        if asks_no_triage(call):
            add_missing(work, call, planned_roles(call), Source.PLAN)
    elif call.behavioural == Call.Behavioural.NO:
        set_slots(work, call, planned_roles(call), Source.PLAN)


def set_slots(work: Work, call: Call, wanted: Mapping[str, int], source: str, joins: tuple[str, ...] = ()) -> None:
    """Make the open slots those wanted: role -> count, and the teams that join.

    Adds what is missing and cancels what is requested but no longer wanted. A slot a unit fills is never taken away
    (someone clears the unit), nor is one a person asked for, nor by a triage one that the plan of a call type without
    triage asks for.
    """
    desired = Counter({(role, ""): count for role, count in wanted.items()})
    desired.update({(team, Source.JOIN): 1 for team in joins})
    changed: list[str] = []
    for slot in _in_force.all(call=call.pk):
        key = (slot.role, Source.JOIN if slot.source == Source.JOIN else "")
        if desired[key] > 0:
            desired[key] -= 1
        elif slot.status in ResponseSlot.WAITED_FOR and not _stays(slot, call, source):
            slot.status = Status.CANCELLED
            slot.save(update_fields=["status"])
            changed.append(str(slot.pk))
    for (role, kind), count in desired.items():
        changed += [str(add_slot(call, role, kind or source, by=work.by.name).pk) for _ in range(count)]
    if changed:
        work.emit(types.SlotsChanged(slots=changed), call=call)
        asks_answered(work, call)
    if call.police_requested_at is not None and not police_in_response(call):
        _forget_police(work, call, "Police are not needed any more")
    mind_police(call)


def in_force(call: Call) -> QuerySet[ResponseSlot]:
    """The slots that count: wanted, or filled by a unit that is still on the call."""
    return _that_count(call.slots.all())


def _that_count(slots: QuerySet[ResponseSlot]) -> QuerySet[ResponseSlot]:
    there = Assignment.objects.filter(slot=OuterRef("pk"), cleared_at__isnull=True)
    counting = slots.exclude(status__in=[Status.CANCELLED, Status.DECLINED])
    return counting.filter(~Q(status=Status.ASSIGNED) | Exists(there))


_in_force = Prepared(
    lambda: (
        _that_count(ResponseSlot.objects.filter(call=Parameter("call", BigIntegerField()))).order_by("-status", "pk")
    )
)


def add_missing(work: Work, call: Call, wanted: Mapping[str, int], source: str, reason: str = "") -> bool:
    """Ask for what of these roles is not asked for or filled yet; takes nothing away. Whether anything was missing."""
    missing = Counter(wanted)
    missing.subtract(in_force(call).exclude(source=Source.JOIN).values_list("role", flat=True))
    added = [str(add_slot(call, role, source, reason, by=work.by.name).pk) for role in sorted((+missing).elements())]
    if added:
        work.emit(types.SlotsChanged(slots=added, reason=reason), call=call)
        mind_police(call)
    return bool(added)


def _stays(slot: ResponseSlot, call: Call, source: str) -> bool:
    """A request, an override that raised protection, and the plan of a type without triage outlive another triage."""
    if slot.source == Source.PLAN:
        return source != Source.PLAN and asks_no_triage(call)
    return slot.source == Source.REQUEST or (slot.source == Source.OVERRIDE and not is_civilian(slot.role))


def asks_no_triage(call: Call) -> bool:
    """Whether the call's type has its response by plan, whatever a triage adds."""
    return call.asks_triage == CallType.Asks.NO


def add_slot(call: Call, role: str, source: str, reason: str = "", *, by: str = "") -> ResponseSlot:
    """A new requested slot; `by` is who asked for it, empty where nobody did so by name."""
    return ResponseSlot.objects.create(
        call=call, role=role, source=source, reason=reason[:200], requested_at=timezone.now(), requested_by=by
    )


def free_slot(call: Call, role: str) -> ResponseSlot | None:
    """The slot a unit of this role fills next: one of the response before one that joins."""
    slots = _waiting_of_role.all(call=call.pk, role=role)
    return next((slot for slot in slots if slot.source != Source.JOIN), slots[0] if slots else None)


_waiting_of_role = Prepared(
    lambda: ResponseSlot.objects.filter(
        call=Parameter("call", BigIntegerField()),
        role=Parameter("role", CharField()),
        status__in=ResponseSlot.WAITED_FOR,
    ).order_by("pk")
)


def police_wanted(work: Work, call: Call, *, back_up: bool = False) -> None:
    """Police were asked for: somebody must assign some within the time of the timers. Where that time is over and none
    are assigned, the alert sounds again at once.

    `back_up`: more of them, beside those on the call already.
    """
    if police_assigned(call) and not back_up:
        return
    overdue = Alert.objects.filter(kind=AlertKind.POLICE_UNASSIGNED, call=call, cleared_at__isnull=True)
    if overdue.exists():
        raise_alert(work, AlertKind.POLICE_UNASSIGNED, call=call, again="asked for again")
    else:
        _run_clock(call)


def mind_police(call: Call, left: Assignment | None = None) -> None:
    """While units are on a locked call that police belong to and none are on, a slot waits for them against the clock.

    `left` is the unit that left just now: police who were asked for and went without a word are missed by civilians who
    stay.
    """
    if not call.open:
        return
    waiting = police_waited_for(call)
    if not waiting and not police_belong(call) and not _went_silently(call, left):
        return
    roles = roles_there(call)
    if not roles or POLICE in roles:
        return
    if not waiting and any(is_civilian(role) for role in roles):
        police_left = left is not None and left.role == POLICE
        reason = f"{left.unit.callsign} left, civilians remain" if left and police_left else "None are on the call"
        add_slot(call, POLICE, Source.REQUEST, reason)
        waiting = True
    if waiting and call.police_requested_at is None:
        _run_clock(call)


def _went_silently(call: Call, left: Assignment | None) -> bool:
    """Whether police that more than a triage asked for left without calling the scene safe."""
    if left is None or left.role != POLICE or left.slot is None or call.scene_safe_at is not None:
        return False
    return _stays(left.slot, call, Source.RULESET)


def _run_clock(call: Call) -> None:
    settings = timer_settings(call)
    if settings is None:
        return
    call.police_requested_at = call.police_requested_at or timezone.now()
    call.save(update_fields=["police_requested_at"])
    due = timers.police_due(counted_from(call, call.police_requested_at), settings)
    deadline_set(DeadlineKind.POLICE_UNASSIGNED, due, call=call)


def police_came(work: Work, call: Call) -> None:
    """A police unit was assigned: nothing more to remind of. Asked for once more, the time runs anew."""
    _forget_police(work, call, "Police assigned")


def _forget_police(work: Work, call: Call, reason: str) -> None:
    if call.police_requested_at is not None:
        call.police_requested_at = None
        call.save(update_fields=["police_requested_at"])
    deadlines_cancel([DeadlineKind.POLICE_UNASSIGNED], call=call)
    kinds = [AlertKind.POLICE_UNASSIGNED, AlertKind.POLICE_REQUESTED]
    clear_alerts(work, reason, kinds=kinds, call=call)


def police_assigned(call: Call) -> bool:
    """Whether a police unit is on the call."""
    return POLICE in roles_there(call)
