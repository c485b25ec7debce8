"""A unit's own status, and proof that it can be reached. Its position: `fixes.py`."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from dispatch.actions.changed import moment
from dispatch.actions.due import deadline_set
from dispatch.actions.stacks import stack_prompt, unit_after_its_calls, unit_gone
from dispatch.actions.transaction import action
from dispatch.models import Assignment
from dispatch.queries import access
from dispatch.queries.sending import units_on_shift
from dispatch.rules import status as rules
from dispatch.rules.timers import DeadlineKind
from hearteam.events import types
from hearteam.events.log import rfc3339
from hearteam.problems import Conflict, Malformed, NotAllowed, Refused
from partners.access import Actor, Permission
from partners.models import ChannelCheck, Unit

GONE = (Unit.Status.OO, Unit.Status.OFF)
"""Statuses of a unit that nothing waits for."""


def unit_status_set(
    *,
    by: Actor,
    callsign: str,
    status: str,
    reason: str = "",
    minutes: int | None = None,
    occurred_at: datetime | None = None,
    time_unsure: bool = False,
) -> Unit:
    """AV, BK, OO (with a reason) or OFF, for a unit that is on no call. `minutes`: when a break is over."""
    with action(by) as work:
        if status in GONE:
            unit, waiting = unit_after_its_calls(by, callsign)
        else:
            unit, waiting = access.unit_for(by, callsign, lock=True), []
        if not by.may(Permission.UNIT_STATUS_ANY) and by.unit_id != unit.pk:
            raise NotAllowed("Only the unit's own crew or a dispatcher may change its status.")
        if status not in rules.UnitStatus.__members__:
            raise Malformed(
                "There is no such status.", errors={"status": [f"Must be one of {', '.join(rules.UnitStatus)}."]}
            )
        active = Assignment.objects.filter(unit=unit, cleared_at__isnull=True).select_related("call").first()
        if active is None and status == unit.status and not reason and minutes is None:
            return unit
        refusal = rules.unit_next(
            rules.UnitStatus(unit.status),
            rules.UnitStatus(status),
            reason=reason,
            on_call=active.call.number if active else None,
            on_shift=unit.pk in units_on_shift([unit]),
        )
        if refusal is not None:
            if active is not None:
                holder = {"unit": unit.callsign, "call": str(active.call_id), "call_number": active.call.number}
                raise Conflict(refusal.reason, holder=holder)
            raise Refused(refusal.reason, rule=refusal.code.value, unit_status=unit.status)
        before, unit.status = unit.status, status
        unit.status_since = max(unit.status_since, moment(occurred_at, unsure=time_unsure))
        unit.status_reason = reason[:200]
        unit.status_until = unit.status_since + timedelta(minutes=minutes) if minutes else None
        unit.save(update_fields=["status", "status_since", "status_reason", "status_until"])
        deadline_set(DeadlineKind.UNIT_RETURN, unit.status_until, unit=unit)
        work.emit(
            types.UnitStatusChanged(
                status=status,
                from_status=before,
                reason=unit.status_reason,
                until=rfc3339(unit.status_until) if unit.status_until else None,
            ),
            unit=unit,
        )
        if unit.status == Unit.Status.AV:
            stack_prompt(work, unit)
        elif unit.status in GONE:
            unit_gone(work, unit, waiting)
        return unit


def channel_check(*, by: Actor, callsign: str, kind: str) -> ChannelCheck:
    """A dispatcher spoke with the unit by radio or phone: its channel is proven for 15 minutes (invariant 12)."""
    access.require(by, Permission.DISPATCH, "log radio and phone checks")
    with action(by) as work:
        unit = access.unit_for(by, callsign)
        if kind not in ChannelCheck.Kind.values:
            raise Malformed("A check is by radio or phone.", errors={"kind": ["Must be one of RADIO, PHONE."]})
        check = ChannelCheck.objects.create(unit=unit, kind=kind, at=timezone.now(), by_id=by.user_id)
        work.emit(types.ChannelChecked(kind=kind), unit=unit)
        return check


def tablet_see(unit_id: int) -> None:
    """The unit's tablet was heard from: at most one write in ten seconds."""
    now = timezone.now()
    Unit.objects.filter(pk=unit_id).exclude(tablet_seen_at__gt=now - timedelta(seconds=10)).update(tablet_seen_at=now)
