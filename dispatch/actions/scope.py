"""Crews that a re-triage leaves on a call their team does not serve: somebody decides, nobody is released by it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from dispatch.actions.alerts import clear_alerts, raise_alert
from dispatch.actions.transaction import Work
from dispatch.models import Alert, Assignment, Call
from dispatch.rules.timers import AlertKind


def flag_scope(work: Work, call: Call, outside: Mapping[str, str], assigned: Collection[Assignment]) -> None:
    """Raise an alert for each crew in `outside` (call sign -> why); clear that of crews in scope again."""
    flagged = Alert.objects.filter(kind=AlertKind.OUT_OF_SCOPE, call=call, cleared_at__isnull=True)
    open_for = set(flagged.values_list("unit_id", flat=True)) if assigned else set()
    for row in assigned:
        reason = outside.get(row.unit.callsign)
        if reason is not None:
            raise_alert(work, AlertKind.OUT_OF_SCOPE, call=call, unit=row.unit, detail=reason)
        elif row.unit_id in open_for:
            clear_alerts(
                work, "In scope again, or under an order", kinds=[AlertKind.OUT_OF_SCOPE], call=call, unit=row.unit
            )
