"""Who is where on a call, and what its crews asked for."""

from __future__ import annotations

from django.db.models import QuerySet

from dispatch.models import Assignment, Call, ResponseSlot
from hearteam.problems import NotAllowed, Refused
from partners.access import Actor
from partners.models import Unit


def waiting_asks(call: Call) -> QuerySet[ResponseSlot]:
    """What crews on the call asked for and nobody answered yet, the oldest first."""
    waiting = call.slots.filter(asked_from__isnull=False, status=ResponseSlot.Status.REQUESTED)
    return waiting.order_by("requested_at", "pk")


def own_unit_on(by: Actor, call: Call) -> Unit:
    """The actor's unit, which is on this call now. Refused: it was; NotAllowed: it never was."""
    if by.unit_id is not None:
        mine = Assignment.objects.filter(unit_id=by.unit_id, call=call).select_related("unit__team__agency")
        active = mine.filter(cleared_at__isnull=True).first()
        if active is not None:
            return active.unit
        if mine.exists():
            raise Refused(f"{by.unit} was cleared from {call.number}.")
    raise NotAllowed("Only a crew that is on this call does this.")


def roles_with(call: Call, role: str) -> set[str]:
    """The roles of the call once this one comes too: on it, asked for, and this."""
    waiting = call.slots.filter(status=ResponseSlot.Status.REQUESTED).values_list("role", flat=True)
    there = call.assignments.filter(cleared_at__isnull=True).values_list("role", flat=True)
    return {*waiting, *there, role}
