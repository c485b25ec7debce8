"""Undoing one's own last action, within ten seconds, by a compensating event: the log keeps both.

What may be undone, and how, is the table in `rules/undo.py`. Each event of the action is taken back by its step, the
last one first; then the action's calls get back what their rows showed before (`undo_calls.py`). Units, slots and
alerts are locked and checked as by any action; a unit that was sent elsewhere meanwhile stays there, nothing is undone.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from dispatch.actions.transaction import action
from dispatch.actions.undo_calls import call_put_back
from dispatch.actions.undo_steps import STEPS, Undoing
from dispatch.actions.unmerging import call_unmerge
from dispatch.models import Alert, Call
from dispatch.queries import access
from dispatch.queries import undo as log_of
from dispatch.rules import undo as rules
from dispatch.rules.undo import Done, Undo
from hearteam.events import types
from hearteam.problems import Refused
from partners.access import Actor, Permission
from partners.models import Unit

UNDONE = "Undone"


def undo_last(*, by: Actor, v: int | None = None) -> list[Done]:
    """Take back the actor's own last action; returns its events.

    `v`: the last version of the action that is meant, so that a late key takes back nothing else. Refused, with its
    reason: nothing done in the last 10 seconds by the server's clock, an action that stays, or one whose call or unit
    somebody else changed since. Conflict: a unit that was sent elsewhere meanwhile.
    """
    access.require(by, Permission.CALL_CHANGE, "undo")
    asked_at = timezone.now()
    with action(by) as work:
        done = log_of.last_action(by.user_id, asked_at) if by.user_id is not None else []
        if done and v is not None and done[-1].v != v:
            raise Refused("Something else was done since: look at the call.", last=done[-1].v)
        undoing = _locked(Undoing(work=work, done=done))
        reason = log_of.refusal(done, asked_at)
        if reason is not None:
            raise Refused(reason)
        merged = next((event for event in done if event.type == types.CallMerged.type), None)
        if merged is not None:
            call_unmerge(by=by, call_id=merged.call, reason=UNDONE)
        else:
            _take_back(undoing)
        _tell(undoing)
        return done


def _locked(undoing: Undoing) -> Undoing:
    """The action's calls, units and alerts, locked in the order of all actions."""
    done = undoing.done
    calls = sorted({int(event.call) for event in done if event.call})
    rows = Call.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=calls).order_by("pk")
    undoing.calls.update({row.pk: row for row in rows})
    callsigns = {event.unit for event in done if event.unit}
    units = Unit.objects.select_for_update(of=("self",), no_key=True).filter(callsign__in=callsigns).order_by("pk")
    undoing.units.update({row.callsign: row for row in units.select_related("team__agency")})
    ids = {event.data["alert"] for event in done if event.data.get("alert")}
    alerts = Alert.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk")
    undoing.alerts.update({str(row.pk): row for row in alerts.select_related("call", "unit")})
    return undoing


def _take_back(undoing: Undoing) -> None:
    for call in undoing.calls.values():
        undoing.before[call.pk], undoing.changed_before[call.pk] = log_of.call_before(call.pk, undoing.done[0].v)
    for event in reversed(undoing.done):
        if rules.UNDOABLE.get(event.type) is Undo.STEP:
            STEPS[event.type](undoing, event)
    for pk in _changed(undoing.done):
        call_put_back(undoing, undoing.calls[pk])


def _changed(done: Sequence[Done]) -> list[int]:
    """The calls that the action did more to than to add a line or to look at an alert."""
    return sorted({int(event.call) for event in done if event.call and event.type not in rules.NO_CHANGE})


def _tell(undoing: Undoing) -> None:
    """One event for each unit and each alert that it was about, else one for the call, with the rows of now."""
    told = types.ActionUndone(
        undone=[event.v for event in undoing.done], types=list(dict.fromkeys(event.type for event in undoing.done))
    )
    subjects = {(event.call, event.unit, event.data.get("alert")) for event in undoing.done}
    for call_id, callsign, alert_id in sorted(subjects, key=str):
        more = any(other[0] == call_id and other != (call_id, "", None) for other in subjects)
        if not (more and not callsign and alert_id is None):
            call = undoing.calls[int(call_id)] if call_id else None
            alert = undoing.alerts.get(alert_id) if alert_id else None
            undoing.work.emit(told, call=call, unit=undoing.units.get(callsign), alert=alert)
