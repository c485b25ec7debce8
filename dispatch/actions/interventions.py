"""What a team did on scene, coded."""

from __future__ import annotations

from datetime import datetime

from dispatch.actions.changed import call_save, moment
from dispatch.actions.transaction import action
from dispatch.models import CallIntervention, Intervention
from dispatch.queries import access
from hearteam.events import types
from hearteam.problems import Malformed
from partners.access import Actor, Permission


def intervention_record(
    *,
    by: Actor,
    call_id: str | int,
    codes: list[str],
    occurred_at: datetime | None = None,
    time_unsure: bool = False,
) -> int:
    """Add coded services to the call; each counts once for a unit. Returns how many were new. Ended calls take
    them too.
    """
    access.require(by, Permission.NOTE_ADD, "record interventions")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        known = {row.code: row for row in Intervention.objects.filter(code__in=codes, active=True)}
        unknown = [code for code in codes if code not in known]
        if unknown or not codes:
            raise Malformed(
                "An intervention is not known.",
                errors={"codes": [f"Not in the table: {', '.join(unknown) or 'none given'}."]},
            )
        at = moment(occurred_at, unsure=time_unsure, since=call.received_at)
        had = set(call.interventions.filter(unit=by.unit_id).values_list("intervention__code", flat=True))
        fresh = [code for code in dict.fromkeys(codes) if code not in had]
        CallIntervention.objects.bulk_create(
            CallIntervention(call=call, intervention=known[code], unit_id=by.unit_id, recorded_by_id=by.user_id, at=at)
            for code in fresh
        )
        if fresh:
            call_save(call)
            work.emit(types.InterventionRecorded(count=len(fresh)), call=call)
        return len(fresh)
