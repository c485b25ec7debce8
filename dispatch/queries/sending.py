"""What must be known of a unit before it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import BigIntegerField, DateTimeField, Max, Q
from django.utils import timezone

from dispatch.models import Alert, Assignment, Call, ResponseSlot, TimersWatch
from dispatch.rules.safety import Channel, UnitToSend
from dispatch.rules.timers import AlertKind
from hearteam.prepared import AnyOf, Parameter, Prepared
from partners.access import Actor, crews_at
from partners.models import ChannelCheck, Shift, Unit

WATCHED_WITHIN = timedelta(seconds=30)
"""Longer than the timers take to be started again, shorter than the shortest step of a missed welfare check."""


WORKED = "timers"
"""The row that says when all that was due had been done."""


def timers_at_work() -> bool:
    """Whether the timers worked off all due times just now. The database says so, which both sides need anyway."""
    return bool(_watched.all(since=timezone.now() - WATCHED_WITHIN))


def timers_seen_at() -> datetime | None:
    """When the timers last said that nothing due was left undone; None if they never did."""
    seen_at: datetime | None = TimersWatch.objects.filter(name=WORKED).aggregate(at=Max("at"))["at"]
    return seen_at


_of_units = Prepared(
    lambda: Assignment.objects.filter(unit=AnyOf("units"), cleared_at__isnull=True).select_related("call")
)
_requested = Prepared(
    lambda: (
        ResponseSlot.objects.filter(call=Parameter("call", BigIntegerField()), status=ResponseSlot.Status.REQUESTED)
        .order_by()
        .values_list("role")
    )
)
_NOW = Parameter("now", DateTimeField())
_watched = Prepared(
    lambda: TimersWatch.objects.filter(name=WORKED, at__gte=Parameter("since", DateTimeField())).values_list("at")
)
_on_shift = Prepared(
    lambda: (
        Shift.objects.filter(unit=AnyOf("units"), starts_at__lte=_NOW)
        .filter(Q(ends_at__isnull=True) | Q(ends_at__gt=_NOW))
        .order_by()
        .values_list("unit_id")
    )
)
_emergencies = Prepared(
    lambda: (
        Alert.objects.filter(kind=AlertKind.EMERGENCY, unit=AnyOf("units"), cleared_at__isnull=True)
        .order_by()
        .values_list("unit_id")
    )
)
_UNIT = Parameter("unit", BigIntegerField())
_on_board = Prepared(lambda: crews_at(_NOW).filter(shift__unit=_UNIT).order_by().values_list("role"))
_last_check = Prepared(lambda: ChannelCheck.objects.filter(unit=_UNIT).order_by("-at").values_list("at")[:1])


def due_times_watched(call: Call, by: Actor) -> bool:
    """Whether the welfare checks of a crew that this actor sends to this call will come due.

    A replay's own crews are recorded ones; whom a person sends there is somebody.
    """
    if call.pace != 1 and by.is_system:
        return True
    return call.pace != 0 and timers_at_work()


def assignments_of(units: Iterable[Unit]) -> list[Assignment]:
    """What these units are on now, with its call."""
    found: list[Assignment] = _of_units.all(units=[unit.pk for unit in units])
    return found


def roles_requested(call: Call) -> set[str]:
    """The roles that a slot of the call asks for."""
    return {role for (role,) in _requested.all(call=call.pk)}


def units_on_shift(units: Iterable[Unit]) -> set[int]:
    """Ids of those with a shift now."""
    return {unit_id for (unit_id,) in _on_shift.all(units=[unit.pk for unit in units], now=timezone.now())}


def in_emergency(units: Iterable[Unit]) -> set[int]:
    """Ids of those whose emergency nobody has cleared yet: whatever their status says, they are sent nowhere."""
    return {unit_id for (unit_id,) in _emergencies.all(units=[unit.pk for unit in units])}


def crew_short_of(unit: Unit) -> list[str]:
    """The crew roles its team asks for that nobody on board has now; a temporary unit's crew is its team's affair."""
    if unit.temporary or not unit.team.min_crew_roles:
        return []
    on_board = {role for (role,) in _on_board.all(unit=unit.pk, now=timezone.now())}
    return sorted(set(unit.team.min_crew_roles) - on_board)


def unit_to_send(unit: Unit, *, watched: bool) -> UnitToSend:
    """The unit as the safety gates take it; `watched` says that its welfare checks will come due."""
    now = timezone.now()
    found = _last_check.first(unit=unit.pk)
    checked = found[0] if found else None
    return UnitToSend(
        callsign=unit.callsign,
        role=unit.team.role,
        channel=Channel(
            tablet_seen_s=(now - unit.tablet_seen_at).total_seconds() if unit.tablet_seen_at else None,
            voice_check_s=(now - checked).total_seconds() if checked else None,
            handoff_accepted=unit.temporary,
        ),
        welfare_timer_running=watched,
    )
