"""What a crew sees when it signs on and when it hands over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef

from dispatch.models import Assignment, CallIntervention
from dispatch.queries.tablet import waiting_for
from hearteam.events.log import rfc3339
from hearteam.events.models import Event
from hearteam.problems import NotAllowed
from partners.access import Actor
from partners.models import Shift, Unit
from partners.queries import crews
from partners.queries.roster import NO_SHIFT

MOST_CALLS = 50


def sign_on_facts(by: Actor) -> dict[str, Any]:
    """`me`, the `units` of one's agency that are on shift (one's own first), and one's `next_shift`."""
    me = crews.rider(by)
    units = crews.units_to_board(by, me)
    coming = crews.next_shift(me)
    left = last_handovers(units)
    return {
        "me": crews.person_row(me, by.unit),
        "units": [_unit_row(unit, me.pk, left.get(unit.callsign)) for unit in units],
        "next_shift": {"unit": coming.unit.callsign, "starts_at": rfc3339(coming.starts_at)} if coming else None,
    }


def _unit_row(unit: Any, me: int, left: dict[str, Any] | None) -> dict[str, Any]:
    shift: Shift = unit.running[0]
    members = list(shift.crew.all())
    return {
        "unit": unit.callsign,
        "team": unit.team.code,
        "vehicle": shift.vehicle or unit.vehicle,
        "shift_ends_at": rfc3339(shift.ends_at) if shift.ends_at else None,
        "signed_on_at": rfc3339(shift.signed_on_at) if shift.signed_on_at else None,
        "needs": unit.team.min_crew_roles,
        "equipment": unit.team.equipment,
        "missing": shift.missing,
        "crew": [{**crews.person_row(member.person, unit.callsign), "role": member.role} for member in members],
        "mine": any(member.person_id == me for member in members),
        "handover": left,
    }


def last_handovers(units: Iterable[Unit]) -> dict[str, dict[str, Any]]:
    """Call sign -> what the unit's last crew left for the next one: `{at, by, note, missing}`. One statement."""
    callsigns = [unit.callsign for unit in units]
    events = Event.objects.filter(type="crew_signed_off", unit__in=callsigns).order_by("unit", "-v").distinct("unit")
    return {
        event.unit: {
            "at": rfc3339(event.at),
            "by": event.by,
            "note": event.data["note"],
            "missing": event.data["missing"],
        }
        for event in events
    }


def handover_facts(by: Actor) -> dict[str, Any]:
    """What is open when a crew ends its shift: `on_call`, its `calls` of this shift with whether what was done is
    recorded, the calls that wait for it (`next`), and what it checks. Raises NotAllowed to who is on no unit.
    """
    crews.rider(by)
    if by.unit_id is None:
        raise NotAllowed("You are on no unit now.")
    unit = Unit.objects.select_related("team").get(pk=by.unit_id)
    shift = crews.shift_now(unit)
    recorded = CallIntervention.objects.filter(call=OuterRef("call"), unit=unit)
    rows = Assignment.objects.filter(unit=unit, on_scene_at__isnull=False).annotate(recorded=Exists(recorded))
    if shift is not None:
        rows = rows.filter(dispatched_at__gte=shift.starts_at)
    found = list(rows.select_related("call__call_type").order_by("-dispatched_at")[:MOST_CALLS])
    active = Assignment.objects.filter(unit=unit, cleared_at__isnull=True).select_related("call").first()
    return {
        "unit": unit.callsign,
        "on_call": active.call.number if active else None,
        "calls": [
            {
                "number": row.call.number,
                "type_name": row.call.call_type.name if row.call.call_type else "",
                "dispatched_at": rfc3339(row.dispatched_at),
                "recorded": row.recorded or bool(row.call.outcome),
            }
            for row in found
        ],
        "next": waiting_for(unit.pk),
        "equipment": unit.team.equipment,
        "missing": shift.missing if shift else NO_SHIFT["missing"],
    }
