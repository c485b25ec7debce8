"""Crews on calls who give no sign of themselves: the board shows it, and of one that is inside everybody is told."""

from __future__ import annotations

import logging
from datetime import datetime

from django.utils import timezone

from dispatch.actions.alerts import clear_alerts, raise_alert
from dispatch.actions.changed import call_save
from dispatch.actions.transaction import Work, action
from dispatch.actions.watching import Watch
from dispatch.models import Assignment, Call
from dispatch.queries.silence import changed_crews, crews_out, silent_now
from dispatch.rules.silence import alarms
from dispatch.rules.status import AssignmentStatus
from dispatch.rules.timers import AlertKind
from hearteam.events import types
from hearteam.events.log import rfc3339
from partners.access import Actor

logger = logging.getLogger(__name__)
TIMERS = Actor.system("timers")
_watch = Watch()


def silence_watch(now: datetime) -> None:
    """Called on every tick of the timers: every few seconds, tell of crews who fell silent or are heard again."""
    if _watch.is_due(now):
        silence_tell(now)


def silence_tell(now: datetime) -> int:
    """Mark and tell what changed since it was looked at last; returns how many crews. One that fails is tried again."""
    told = 0
    for row in changed_crews(now):
        try:
            told += _tell(row.pk, row.call_id, now)
        except Exception:
            logger.exception("the silence of assignment %s could not be told, it is tried again", row.pk)
    return told


def _tell(assignment_id: int, call_id: int, now: datetime) -> bool:
    """Under the call's lock it is looked at again: the crew may have been cleared, or heard, meanwhile."""
    with action(TIMERS) as work:
        call = Call.objects.select_for_update(of=("self",), no_key=True).get(pk=call_id)
        row = crews_out().select_related("unit").filter(pk=assignment_id).first()
        if row is None:
            return False
        since = silent_now(row, now)
        if (since is None) == (row.silent_since is None):
            return False
        if since is not None:
            _fell_silent(work, call, row, since)
        else:
            _is_heard(work, call, row)
        return True


def _fell_silent(work: Work, call: Call, row: Assignment, since: datetime) -> None:
    _keep(call, row, since)
    work.emit(types.UnitFellSilent(assignment=str(row.pk), since=rfc3339(since)), call=call, unit=row.unit)
    if alarms(AssignmentStatus(row.status)):
        raise_alert(work, AlertKind.UNIT_SILENT, call=call, unit=row.unit)


def _is_heard(work: Work, call: Call, row: Assignment) -> None:
    was_silent_since = row.silent_since
    assert was_silent_since is not None
    _keep(call, row, None)
    silent_s = max(0, round((timezone.now() - was_silent_since).total_seconds()))
    work.emit(types.UnitHeardAgain(assignment=str(row.pk), silent_s=silent_s), call=call, unit=row.unit)
    clear_alerts(work, f"{row.unit.callsign} is heard", kinds=[AlertKind.UNIT_SILENT], call=call, unit=row.unit)


def _keep(call: Call, row: Assignment, since: datetime | None) -> None:
    row.silent_since = since
    row.save(update_fields=["silent_since"])
    call_save(call)
