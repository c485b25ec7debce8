"""How a unit's progress changes its assignment, its timers and its call. Private pieces of the public actions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import BigIntegerField, QuerySet
from django.utils import timezone

from dispatch.actions.alerts import clear_alerts
from dispatch.actions.due import deadline_set, deadlines_begin, deadlines_cancel, deadlines_set
from dispatch.actions.notices import notice_put
from dispatch.actions.slots import mind_police
from dispatch.actions.transaction import Work
from dispatch.models import Assignment, Call, ResponseSlot
from dispatch.queries.recommendation import transport_seconds
from dispatch.queries.timers import counted_from, timer_settings
from dispatch.rules import status as rules
from dispatch.rules import timers
from dispatch.rules.reaching import NoticeKind
from dispatch.rules.timers import WELFARE_ALERTS, AlertKind, DeadlineKind
from hearteam.events import types
from hearteam.events.log import rfc3339
from hearteam.prepared import AnyOf, Parameter, Prepared
from partners.models import Unit

AssignmentStatus = rules.AssignmentStatus
WELFARE_KINDS = (
    DeadlineKind.WELFARE_PROMPT,
    DeadlineKind.WELFARE_LEVEL_2,
    DeadlineKind.WELFARE_LEVEL_1,
    DeadlineKind.WELFARE_POLICE,
)

OUTLIVES_ITS_UNIT = (AlertKind.EMERGENCY, AlertKind.FIELD_ASKED)
"""Alerts that do not end when their unit is cleared: what its crew asked for waits until somebody answers it."""


def set_status(
    work: Work,
    call: Call,
    assignment: Assignment,
    target: AssignmentStatus,
    at: datetime,
    *,
    note: str = "",
    destination: str = "",
    late: bool = False,
    unsure: bool = False,
) -> None:
    """Take an assignment to its next status: times, timers, call and event. The step was checked before."""
    before = assignment.status
    assignment.status = target
    hear(work, assignment)
    assignment.status_since = at
    for column in rules.stamps(target):
        if getattr(assignment, column) is None:
            setattr(assignment, column, at)
    if destination:
        assignment.destination = destination[:160]
    if target == AssignmentStatus.TR:
        assignment.eta_at = _transport_eta(assignment, call, at)
    if target == AssignmentStatus.AV:
        _leave(work, call, assignment, at, note)
    else:
        _set_timers(work, call, assignment)
    assignment.save()
    if target == AssignmentStatus.AV:
        mind_police(call, left=assignment)
    work.emit(
        types.AssignmentStatusChanged(
            assignment=str(assignment.pk),
            status=target,
            from_status=before,
            occurred_at=rfc3339(at),
            late=late,
            time_unsure=unsure,
            note=note,
            destination=assignment.destination if target == AssignmentStatus.TR else "",
        ),
        call=call,
        unit=assignment.unit,
    )


def hear(work: Work, assignment: Assignment) -> None:
    """What the center records of a crew it heard by voice. Does not save."""
    if work.by.is_desk:
        assignment.heard_by_voice_at = timezone.now()


def taken_before(assignment: Assignment, target: AssignmentStatus, occurred_at: datetime | None) -> bool:
    """Whether the crew's other tablet, or the dispatcher, told of this step already: it is where the assignment stands,
    or it was recorded and the crew has gone on since the moment that is told of.
    """
    if target == assignment.status:
        return True
    recorded = getattr(assignment, rules.STAMP[target])
    return recorded is not None and occurred_at is not None and occurred_at < assignment.status_since


def _leave(work: Work, call: Call, assignment: Assignment, at: datetime, reason: str) -> None:
    unit = assignment.unit
    assignment.clear_reason = reason[:200]
    assignment.order = ""
    assignment.welfare_due_at = assignment.silent_since = None
    deadlines_cancel(assignment=assignment)
    over = [kind for kind in AlertKind if kind not in OUTLIVES_ITS_UNIT]
    clear_alerts(work, f"{unit.callsign} cleared", kinds=over, unit=unit, call=call)
    work.released_unit(call.pk, unit.callsign)
    if work.by.unit_id != unit.pk:  # the crew knows what it did itself
        notice_put(NoticeKind.CANCELLED, call=call, unit=unit, assignment=assignment)
    unit.status_since = max(at, unit.status_since)
    if unit.temporary:
        unit.active = False
    unit.save(update_fields=["status_since", "active"])
    slot = assignment.slot
    if slot is not None and assignment.on_scene_at is None and call.open:
        slot.status = ResponseSlot.Status.REQUESTED
        slot.filled_at = None
        slot.save(update_fields=["status", "filled_at"])


def _transport_eta(assignment: Assignment, call: Call, at: datetime) -> datetime | None:
    """When it should be at its destination, where that is a known facility; the way to the scene counts no longer."""
    seconds = transport_seconds(assignment.unit, assignment.destination) if call.pace == 1 else None
    return None if seconds is None else at + timedelta(seconds=seconds)


def _set_timers(work: Work, call: Call, assignment: Assignment) -> None:
    """A step acknowledges the dispatch, arriving ends what waited for it, and whoever reports a step is heard from."""
    over = [DeadlineKind.ACKNOWLEDGE]
    settled = [AlertKind.NOT_ACKNOWLEDGED]
    if assignment.status in (AssignmentStatus.OS, AssignmentStatus.TR, AssignmentStatus.AD):
        over += [DeadlineKind.ARRIVAL_TARGET, DeadlineKind.ETA_OVERRUN]
        settled += [AlertKind.ETA_OVERRUN, AlertKind.ARRIVAL_TARGET_MISSED]
    deadlines_cancel(over, assignment=assignment)
    set_eta_timer(assignment, call)
    set_welfare_timer(assignment, call)
    if assignment.welfare_due_at is None or assignment.welfare_due_at > timezone.now():
        settled += WELFARE_ALERTS
    said = f"{assignment.unit.callsign} is {rules.ASSIGNMENT_LABELS[AssignmentStatus(assignment.status)]}"
    clear_alerts(work, said, kinds=settled, call=call, unit=assignment.unit)


def set_eta_timer(assignment: Assignment, call: Call) -> None:
    """When a unit en route is late against its expected arrival."""
    settings = timer_settings(call)
    if assignment.status == AssignmentStatus.ER and assignment.eta_at is not None and settings is not None:
        due = timers.eta_overrun_due(assignment.eta_at, settings)
        deadline_set(DeadlineKind.ETA_OVERRUN, due, assignment=assignment, call=call)


def set_dispatch_timers(assignment: Assignment, call: Call) -> None:
    """What a fresh assignment must do in time: acknowledge, and arrive within its team's target."""
    settings = timer_settings(call)
    if settings is None:
        return
    since = counted_from(call, assignment.dispatched_at)
    due = {DeadlineKind.ACKNOWLEDGE: timers.acknowledge_due(since, settings)}
    answered = counted_from(call, call.received_at)
    target = timers.arrival_due(answered, assignment.unit.team.arrival_target_minutes, settings)
    if target is not None and target > since:
        due[DeadlineKind.ARRIVAL_TARGET] = target
    deadlines_begin(due, call=call, assignment=assignment)


def set_welfare_timer(assignment: Assignment, call: Call, *, asked_minutes: int | None = None) -> None:
    """When a civilian crew is asked next whether it is well, with the whole ladder after it. Does not save.

    A first check that fell due before anybody could know of it (a step told late, from a dead spot) is asked now, and
    the ladder starts there; one that was running keeps its times.
    """
    was_running = assignment.welfare_due_at is not None
    assignment.welfare_due_at = None
    settings = timer_settings(call)
    due = None
    if settings is not None and assignment.unit.team.civilian:
        due = timers.welfare_due(
            AssignmentStatus(assignment.status),
            counted_from(call, assignment.status_since),
            last_ok_at=assignment.welfare_ok_at,
            eta_at=assignment.eta_at,
            asked_minutes=asked_minutes,
            tier=call.tier,
            settings=settings,
        )
    if due is None or settings is None:
        deadlines_cancel(WELFARE_KINDS, assignment=assignment)
        return
    _set_ladder(assignment, call, due if was_running else max(due, timezone.now()), settings)


def _set_ladder(assignment: Assignment, call: Call, due: datetime, settings: timers.TimerSettings) -> None:
    assignment.welfare_due_at = due
    deadlines_set(dict(timers.welfare_ladder(due, settings)), assignment=assignment, call=call)


def check_sooner(work: Work, call: Call, assigned: Iterable[Assignment]) -> None:
    """A locked call is of another tier: no crew on it stays unasked for longer than that tier allows.

    A check that fell due already keeps its ladder.
    """
    settings, now = timer_settings(call), timezone.now()
    if settings is None:
        return
    for assignment in assigned:
        before = assignment.welfare_due_at
        if before is None or before <= now or assignment.status == AssignmentStatus.TR:
            continue
        since = counted_from(call, max(assignment.status_since, assignment.welfare_ok_at or assignment.status_since))
        due = timers.welfare_latest(before, since, now, tier=call.tier, settings=settings)
        if due < before:
            _set_ladder(assignment, call, due, settings)
            assignment.save(update_fields=["welfare_due_at"])
            told = types.WelfareCheckSooner(assignment=str(assignment.pk), tier=call.tier, next_due_at=rfc3339(due))
            work.emit(told, call=call, unit=assignment.unit)


def follow_units(call: Call, at: datetime) -> list[str]:
    """Set the call's status and first times from its units; returns the changed columns (not saved)."""
    active = [status for (status,) in _statuses.all(call=call.pk)]
    changed = []
    if call.open:
        held = call.status == Call.Status.HELD and not active
        derived = Call.Status.HELD if held else Call.Status(rules.call_status([AssignmentStatus(s) for s in active]))
        if derived != call.status:
            call.status = derived
            changed.append("status")
    if active and call.first_dispatched_at is None:
        call.first_dispatched_at = at
        changed.append("first_dispatched_at")
    if AssignmentStatus.OS in active and call.first_on_scene_at is None:
        call.first_on_scene_at = at
        changed.append("first_on_scene_at")
    return changed


def active_assignments(call: Call) -> list[Assignment]:
    """The call's active assignments with their units, locked in the order of the units' ids."""
    unit_ids = [unit_id for (unit_id,) in _unit_ids.all(call=call.pk)]
    if not unit_ids:
        return []
    _units_locked.all(ids=unit_ids)
    rows: list[Assignment] = _with_units_locked.all(call=call.pk)
    for row in rows:
        row.call = call
    return rows


_statuses = Prepared(lambda: _active().order_by().values_list("status"))
_unit_ids = Prepared(lambda: _active().values_list("unit_id"))
_units_locked = Prepared(
    lambda: Unit.objects.select_for_update(of=("self",), no_key=True).filter(pk=AnyOf("ids")).order_by("pk")
)
_with_units_locked = Prepared(
    lambda: _active().select_for_update(of=("self",), no_key=True).select_related("unit__team__agency", "slot")
)


def _active() -> QuerySet[Assignment]:
    of_call = Assignment.objects.filter(call=Parameter("call", BigIntegerField()), cleared_at__isnull=True)
    return of_call.order_by("unit_id")
