"""What must be known of a unit before it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Max, Q
from django.utils import timezone

from dispatch.models import Alert, Call, TimersWatch
from dispatch.rules.safety import Channel, UnitToSend
from dispatch.rules.timers import AlertKind
from partners.access import Actor, crews_at
from partners.models import ChannelCheck, Shift, Unit

WATCHED_WITHIN = timedelta(seconds=30)
"""Longer than the timers take to be started again, shorter than the shortest step of a missed welfare check."""


WORKED = "timers"
"""The row that says when all that was due had been done."""


def timers_at_work() -> bool:
    """Whether the timers worked off all due times just now. The database says so, which both sides need anyway."""
    return TimersWatch.objects.filter(name=WORKED, at__gte=timezone.now() - WATCHED_WITHIN).exists()


def timers_seen_at() -> datetime | None:
    """When the timers last said that nothing due was left undone; None if they never did."""
    seen_at: datetime | None = TimersWatch.objects.filter(name=WORKED).aggregate(at=Max("at"))["at"]
    return seen_at


def due_times_watched(call: Call, by: Actor) -> bool:
    """Whether the welfare checks of a crew that this actor sends to this call will come due.

    A replay's own crews are recorded ones; whom a person sends there is somebody.
    """
    if call.pace != 1 and by.is_system:
        return True
    return call.pace != 0 and timers_at_work()


def units_on_shift(units: Iterable[Unit]) -> set[int]:
    """Ids of those with a shift now."""
    now = timezone.now()
    shifts = Shift.objects.filter(unit__in=list(units), starts_at__lte=now)
    return set(shifts.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now)).values_list("unit_id", flat=True))


def in_emergency(units: Iterable[Unit]) -> set[int]:
    """Ids of those whose emergency nobody has cleared yet: whatever their status says, they are sent nowhere."""
    open_ones = Alert.objects.filter(kind=AlertKind.EMERGENCY, unit__in=list(units), cleared_at__isnull=True)
    return set(open_ones.values_list("unit_id", flat=True))


def crew_short_of(unit: Unit) -> list[str]:
    """The crew roles its team asks for that nobody on board has now; a temporary unit's crew is its team's affair."""
    if unit.temporary or not unit.team.min_crew_roles:
        return []
    on_board = crews_at(timezone.now()).filter(shift__unit=unit).values_list("role", flat=True)
    return sorted(set(unit.team.min_crew_roles) - set(on_board))


def unit_to_send(unit: Unit, *, watched: bool) -> UnitToSend:
    """The unit as the safety gates take it; `watched` says that its welfare checks will come due."""
    now = timezone.now()
    checked = ChannelCheck.objects.filter(unit=unit).aggregate(at=Max("at"))["at"]
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
