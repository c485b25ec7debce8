"""What those who were asked for answered: nobody can come for now, or the team declines; and asking them again."""

from __future__ import annotations

from django.utils import timezone

from dispatch.actions.call_timers import set_call_deadlines
from dispatch.actions.changed import call_save, require_open
from dispatch.actions.field_asks import asks_answered
from dispatch.actions.slots import POLICE, Status, police_wanted
from dispatch.actions.transaction import Work, action
from dispatch.actions.triage import triage_again
from dispatch.models import Call, ResponseSlot
from dispatch.queries import access
from dispatch.rules.ruleset import is_civilian
from hearteam.events import types
from hearteam.problems import Malformed, Refused
from partners.access import Actor, Permission


def slot_answer(*, by: Actor, slot_id: str | int, status: str, reason: str = "") -> ResponseSlot:
    """Say what became of a requested role: "declined", "unfilled", or "requested" to ask again.

    Unfilled, it stays on the row and a unit sent later fills it. Only a civilian team declines: it counts then as not
    available and the call is decided again. Police, EMS and fire are never crossed off by a refusal.
    """
    access.require(by, Permission.DISPATCH, "answer requests")
    with action(by) as work:
        call = access.call_for(by, access.slot_for(by, slot_id).call_id, lock=True)
        require_open(call, "ask for units")
        slot = ResponseSlot.objects.get(pk=int(slot_id))
        if status not in (*ResponseSlot.WAITED_FOR, Status.DECLINED):
            choices = f"Must be one of {Status.DECLINED}, {Status.UNFILLED}, {Status.REQUESTED}."
            raise Malformed("There is no such answer.", errors={"status": [choices]})
        if slot.status == status:
            return slot
        if slot.status in (Status.ASSIGNED, Status.CANCELLED):
            raise Refused(f"{slot.role} is {slot.get_status_display().lower()}.", version=call.version)
        _check(slot, status, reason)
        was_declined = slot.status == Status.DECLINED
        _keep(work, call, slot, status, reason)
        if was_declined or status == Status.DECLINED:
            triage_again(work, call, reason=f"{slot.role} {_SAID[status]}")
        set_call_deadlines(call)
        return slot


_SAID: dict[str, str] = {
    Status.DECLINED: "declined",
    Status.UNFILLED: "cannot come for now",
    Status.REQUESTED: "is asked again",
}


def _check(slot: ResponseSlot, status: str, reason: str) -> None:
    if status == Status.REQUESTED:
        return
    if not reason.strip():
        raise Malformed("Say why.", errors={"reason": ["May not be empty."]})
    if status == Status.DECLINED and not is_civilian(slot.role):
        raise Refused(f"{slot.role} stays asked for: mark it unfilled while nobody can come.", rule="SAFETY")


def _keep(work: Work, call: Call, slot: ResponseSlot, status: str, reason: str) -> None:
    now = timezone.now()
    slot.status = status
    if status == Status.REQUESTED:
        slot.requested_at, slot.requested_by = now, work.by.name
        slot.answered_at, slot.answered_by, slot.answer = None, "", ""
    else:
        slot.answered_at, slot.answered_by, slot.answer = now, work.by.name, reason[:200]
    slot.save()
    if slot.role == POLICE:
        police_wanted(work, call)
    call_save(call)
    work.emit(types.SlotsChanged(slots=[str(slot.pk)], reason=f"{slot.role} {_SAID[status]}"), call=call)
    asks_answered(work, call)
