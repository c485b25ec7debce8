"""How each event of an action is taken back. Private pieces of `undo.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from dispatch.actions.alerts import clear_one
from dispatch.actions.corrections import strike
from dispatch.actions.due import deadline_set, deadlines_cancel
from dispatch.actions.progress import WELFARE_KINDS, AssignmentStatus, set_eta_timer, set_status
from dispatch.actions.transaction import Work
from dispatch.actions.undo_fields import fields_put_back
from dispatch.models import Alert, Assignment, Call, Deadline, InterpreterUse, Note, StackedCall, WelfareCheck
from dispatch.queries import undo as log_of
from dispatch.queries.timers import timer_settings
from dispatch.rules import status as rules
from dispatch.rules import timers
from dispatch.rules.timers import DeadlineKind
from dispatch.rules.undo import Done
from hearteam.events import types
from hearteam.events.log import rfc3339
from hearteam.problems import Conflict, Refused
from partners.models import Unit

UNDONE = "Undone"
LONGEST_ACTION = timedelta(minutes=1)
REVIVED = (
    DeadlineKind.TRIAGE,
    DeadlineKind.ACKNOWLEDGE,
    DeadlineKind.ETA_OVERRUN,
    DeadlineKind.ARRIVAL_TARGET,
    DeadlineKind.HANDOFF_NEXT,
    DeadlineKind.HANDOFF_FALLBACK,
    DeadlineKind.HANDOFF_CALLBACK,
    DeadlineKind.POLICE_UNASSIGNED,
    DeadlineKind.ORDER_ACKNOWLEDGE,
    DeadlineKind.ALERT_ESCALATE,
    DeadlineKind.ALERT_CONTACT,
    DeadlineKind.TRANSFER,
)
"""Due times that come back as they were; the others are set anew from the rows."""


@dataclass(slots=True)
class Undoing:
    """The action that is taken back, what it was about (locked), and the calls' rows as they were before it."""

    work: Work
    done: list[Done]
    calls: dict[int, Call] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    before: dict[int, dict[str, Any] | None] = field(default_factory=dict)
    changed_before: dict[int, datetime | None] = field(default_factory=dict)

    def assignment_before(self, assignment: Assignment) -> dict[str, Any]:
        """The assignment as its call's row showed it; empty for one that the action made."""
        rows = (self.before.get(assignment.call_id) or {}).get("assignments", [])
        return next((dict(row) for row in rows if row["id"] == str(assignment.pk)), {})

    def revive(self, call_id: int | None, **subject: Any) -> None:
        """Open again the due times of this subject that the action cancelled."""
        at = self.done[-1].at
        since = (self.changed_before.get(call_id) if call_id is not None else None) or at - LONGEST_ACTION
        cancelled = Deadline.objects.filter(
            kind__in=REVIVED, fired_at__isnull=True, cancelled_at__gt=since, cancelled_at__lte=at, **subject
        )
        for due in cancelled.order_by("pk"):
            same = Deadline.objects.filter(
                kind=due.kind, call=due.call_id, assignment=due.assignment_id, unit=due.unit_id, alert=due.alert_id,
                fired_at__isnull=True, cancelled_at__isnull=True,
            )  # fmt: skip
            if not same.exists():
                Deadline.objects.filter(pk=due.pk).update(cancelled_at=None)


def moment_of(text: str | None) -> datetime | None:
    """A row's time."""
    return datetime.fromisoformat(text) if text else None


def _dispatch(undoing: Undoing, event: Done) -> None:
    """The unit is free again, its slot asked for: a release that says why."""
    assignment, call = _assignment(undoing, event)
    if assignment.status != AssignmentStatus.DP or assignment.cleared_at is not None:
        raise Refused(f"{event.unit} is {assignment.get_status_display().lower()} by now: release it.")
    assignment.undone = True
    set_status(undoing.work, call, assignment, AssignmentStatus.AV, timezone.now(), note=UNDONE)


def _status(undoing: Undoing, event: Done) -> None:
    """The status before, with its times and clocks. A unit that was released is on the call again, if it is free."""
    assignment, call = _assignment(undoing, event)
    reached, before = AssignmentStatus(event.data["status"]), AssignmentStatus(event.data["from_status"])
    if assignment.status != reached:
        raise Refused(f"{event.unit} is {assignment.get_status_display().lower()} by now.")
    if reached == AssignmentStatus.AV:
        _bring_on(undoing, assignment)
    known = undoing.assignment_before(assignment)
    at = moment_of(event.data["occurred_at"])
    for column in rules.stamps(reached):
        if getattr(assignment, column) == at:
            setattr(assignment, column, None)
    assignment.status = before
    assignment.status_since = moment_of(known.get("since")) or assignment.dispatched_at
    assignment.cleared_at, assignment.clear_reason = None, ""
    assignment.destination = known.get("destination", "")
    assignment.eta_at = moment_of(known.get("eta_at"))
    assignment.order = known.get("order") or ""
    assignment.welfare_due_at = moment_of(known.get("welfare_due_at"))
    assignment.silent_since = moment_of(known.get("silent_since"))
    assignment.heard_by_voice_at = None
    assignment.save()
    if before != AssignmentStatus.ER:
        deadlines_cancel([DeadlineKind.ETA_OVERRUN], assignment=assignment)
    undoing.revive(call.pk, assignment=assignment)
    set_eta_timer(assignment, call)
    rearm_welfare(assignment, call)
    undoing.work.emit(
        types.AssignmentStatusChanged(
            assignment=str(assignment.pk),
            status=before,
            from_status=reached,
            occurred_at=rfc3339(timezone.now()),
            note=UNDONE,
        ),
        call=call,
        unit=undoing.units[event.unit],
    )


def _bring_on(undoing: Undoing, assignment: Assignment) -> None:
    """Raises Conflict when the unit was sent elsewhere meanwhile, Refused when it is not available any more."""
    unit = undoing.units[assignment.unit.callsign]
    taken = Assignment.objects.select_related("call").filter(unit=unit, cleared_at__isnull=True).first()
    if taken is not None:
        holder = {"unit": unit.callsign, "call": str(taken.call_id), "call_number": taken.call.number}
        raise Conflict(f"{unit.callsign} was sent to {taken.call.number} meanwhile.", holder=holder)
    if unit.temporary:
        unit.active = True
        unit.save(update_fields=["active"])
    elif unit.status != Unit.Status.AV:
        raise Refused(f"{unit.callsign} is {unit.get_status_display().lower()} by now.", unit=unit.callsign)


def rearm_welfare(assignment: Assignment, call: Call) -> None:
    """The ladder of the crew's next check, as its due time says; steps that were taken are not taken again."""
    settings, due = timer_settings(call), assignment.welfare_due_at
    if settings is None or due is None:
        deadlines_cancel(WELFARE_KINDS, assignment=assignment)
        return
    for kind, at in timers.welfare_ladder(due, settings):
        taken = Deadline.objects.filter(kind=kind, assignment=assignment, due_at=at, fired_at__isnull=False)
        if not taken.exists():
            deadline_set(kind, at, assignment=assignment, call=call)


def _order_heard(undoing: Undoing, event: Done) -> None:
    assignment, call = _assignment(undoing, event)
    assignment.order_acknowledged_at = assignment.heard_by_voice_at = None
    assignment.save(update_fields=["order_acknowledged_at", "heard_by_voice_at"])
    undoing.revive(call.pk, assignment=assignment)


def _welfare(undoing: Undoing, event: Done) -> None:
    """The check that was open is open again: nobody was heard."""
    assignment, call = _assignment(undoing, event)
    checks = WelfareCheck.objects.filter(assignment=assignment).order_by("-pk")
    passed = checks.first()
    if passed is None or passed.due_at is None:
        raise Refused("That a crew was heard stays.")
    earlier = checks.exclude(pk=passed.pk).first()
    assignment.welfare_ok_at = earlier.occurred_at if earlier is not None else None
    assignment.welfare_due_at, assignment.heard_by_voice_at = passed.due_at, None
    assignment.save(update_fields=["welfare_ok_at", "welfare_due_at", "heard_by_voice_at"])
    rearm_welfare(assignment, call)


def _unit_status(undoing: Undoing, event: Done) -> None:
    unit = undoing.units[event.unit]
    if unit.status != event.data["status"] or Assignment.objects.filter(unit=unit, cleared_at__isnull=True).exists():
        raise Refused(f"{unit.callsign} is somewhere else by now.", unit=unit.callsign)
    known = log_of.unit_before(unit.callsign, undoing.done[0].v) or {}
    unit.status = event.data["from_status"]
    unit.status_since = moment_of(known.get("since")) or unit.status_since
    unit.status_reason, unit.status_until = known.get("reason", ""), moment_of(known.get("until"))
    unit.save(update_fields=["status", "status_since", "status_reason", "status_until"])
    deadline_set(DeadlineKind.UNIT_RETURN, unit.status_until, unit=unit)


def _fields(undoing: Undoing, event: Done) -> None:
    call = undoing.calls[int(event.call)]
    changed = event.data["fields"]
    columns = fields_put_back(undoing.work.by, call, changed, event.at)
    if columns is None and set(changed) - {"narrative"}:
        raise Refused("What the fields were is not known any more: type them again.")
    if columns is not None:
        call.save(update_fields=columns)


def _note(undoing: Undoing, event: Done) -> None:
    note = Note.objects.select_related("call").get(pk=event.data["note"])
    strike(undoing.work, undoing.calls[int(event.call)], note)


def _alert_raised(undoing: Undoing, event: Done) -> None:
    alert = undoing.alerts[event.data["alert"]]
    if alert.cleared_at is None:
        clear_one(undoing.work, alert, UNDONE)


def _alert_seen(undoing: Undoing, event: Done) -> None:
    """Nobody has seen it: it sounds again, and goes to more people when it would have."""
    alert = undoing.alerts[event.data["alert"]]
    alert.acknowledged_at, alert.acknowledged_by, alert.acknowledged_after_s = None, None, None
    alert.save(update_fields=["acknowledged_at", "acknowledged_by", "acknowledged_after_s"])
    deadlines_cancel([DeadlineKind.ALERT_CONTACT], alert=alert)
    undoing.revive(alert.call_id, alert=alert)


def _alert_cleared(undoing: Undoing, event: Done) -> None:
    """It is open again, unless one like it was raised meanwhile."""
    alert = undoing.alerts[event.data["alert"]]
    same = Alert.objects.filter(kind=alert.kind, call=alert.call, unit=alert.unit, cleared_at__isnull=True)
    if alert.cleared_at is None or same.exists():
        return
    alert.cleared_at, alert.clear_reason = None, ""
    alert.save(update_fields=["cleared_at", "clear_reason"])
    undoing.revive(alert.call_id, alert=alert)


def _stacked(undoing: Undoing, event: Done) -> None:
    waiting = StackedCall.objects.filter(
        call_id=int(event.call), unit__callsign=event.data["unit"], removed_at__isnull=True
    )
    waiting.update(removed_at=timezone.now(), removed_reason=UNDONE)


def _unstacked(undoing: Undoing, event: Done) -> None:
    rows = StackedCall.objects.filter(call_id=int(event.call), unit__callsign=event.data["unit"])
    if not rows.filter(removed_at__isnull=True).exists():
        last = rows.order_by("-removed_at").first()
        if last is not None:
            StackedCall.objects.filter(pk=last.pk).update(removed_at=None, removed_reason="")


def _interpreter(undoing: Undoing, event: Done) -> None:
    """On the line again, unless another one is."""
    uses = InterpreterUse.objects.filter(call_id=int(event.call))
    if not uses.filter(ended_at__isnull=True).exists():
        last = uses.filter(language=event.data["language"]).order_by("-ended_at").first()
        if last is not None:
            InterpreterUse.objects.filter(pk=last.pk).update(ended_at=None)


def _assignment(undoing: Undoing, event: Done) -> tuple[Assignment, Call]:
    rows = Assignment.objects.select_related("unit__team__agency", "slot")
    return rows.get(pk=event.data["assignment"]), undoing.calls[int(event.call)]


STEPS: dict[str, Callable[[Undoing, Done], None]] = {
    types.AssignmentCreated.type: _dispatch,
    types.AssignmentStatusChanged.type: _status,
    types.OrderAcknowledged.type: _order_heard,
    types.WelfareCheckPassed.type: _welfare,
    types.UnitStatusChanged.type: _unit_status,
    types.CallUpdated.type: _fields,
    types.NoteAdded.type: _note,
    types.AlertRaised.type: _alert_raised,
    types.AlertAcknowledged.type: _alert_seen,
    types.AlertCleared.type: _alert_cleared,
    types.CallStacked.type: _stacked,
    types.CallUnstacked.type: _unstacked,
    types.InterpreterEnded.type: _interpreter,
}
