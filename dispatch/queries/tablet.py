"""What a crew's tablet starts from, and what its commands answer."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone

from dispatch.models import Alert, Assignment, Call, StackedCall
from dispatch.queries import board
from dispatch.queries.call import call_detail
from dispatch.rules.timers import AlertKind
from hearteam.events.log import rfc3339, unit_heads
from hearteam.problems import NotAllowed
from partners.access import Actor

CALLS_FOR_HELP = (AlertKind.EMERGENCY, AlertKind.POLICE_REQUESTED)


def own_unit(by: Actor) -> dict[str, Any]:
    """The unit the actor is on board of, its assignment and its call as the crew may see it, at a version of the log.

    The version is read first: what happens meanwhile comes again as an event. Raises NotAllowed to who is on no unit.
    """
    if by.unit_id is None:
        raise NotAllowed("You are on no unit now.")
    version = unit_heads([by.unit])[by.unit]
    (unit,) = board.unit_rows([by.unit_id])
    active = Assignment.objects.filter(unit_id=by.unit_id, cleared_at__isnull=True).select_related("call").first()
    call = call_detail(by, active.call) if active else None
    row = next((row for row in call["assignments"] if row["id"] == str(active.pk)), None) if active and call else None
    return {
        "version": version,
        "at": rfc3339(timezone.now()),
        "unit": unit,
        "assignment": row,
        "call": call,
        "next": waiting_for(by.unit_id),
        "alarms": crew_alarms(by.unit_id),
    }


def crew_alarms(unit_id: int) -> list[dict[str, Any]]:
    """The unit's own calls for help that stand, police missing at its call too, and who said that they saw them."""
    its_call = Assignment.objects.filter(unit_id=unit_id, cleared_at__isnull=True).values("call_id")
    own = Q(unit_id=unit_id, kind__in=CALLS_FOR_HELP)
    missing = Q(call_id__in=its_call, kind=AlertKind.POLICE_UNASSIGNED)
    standing = Alert.objects.filter(own | missing, cleared_at__isnull=True)
    return [
        {
            "kind": alert.kind,
            "raised_at": rfc3339(alert.raised_at),
            "acknowledged_at": rfc3339(alert.acknowledged_at) if alert.acknowledged_at else None,
            "acknowledged_by": alert.acknowledged_by.get_username() if alert.acknowledged_by else "",
        }
        for alert in standing.select_related("acknowledged_by").order_by("level", "raised_at", "pk")
    ]


def waiting_for(unit_id: int) -> list[dict[str, Any]]:
    """The calls that wait for this unit, in order: what a crew must know before it is sent, and no more. Where exactly,
    who and why comes with the dispatch.
    """
    entries = StackedCall.objects.filter(unit_id=unit_id, removed_at__isnull=True, call__status=Call.Status.PENDING)
    return [
        {
            "number": entry.call.number,
            "priority": entry.call.priority,
            "tier": entry.call.tier,
            "type_name": entry.call.call_type.name if entry.call.call_type else "",
            "neighborhood": entry.call.neighborhood,
            "language": entry.call.language,
            "received_at": rfc3339(entry.call.received_at),
        }
        for entry in entries.select_related("call__call_type").order_by("place", "pk")
    ]


def assignment_now(assignment_id: int) -> Assignment:
    """An assignment that exists, with its unit and team, in one statement."""
    return Assignment.objects.select_related("unit__team").get(pk=assignment_id)
