"""What must be known of a unit before it is sent."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Max, Q
from django.utils import timezone

from dispatch.rules.safety import Channel, UnitToSend
from partners.models import ChannelCheck, Shift, Unit


def units_on_shift(units: Iterable[Unit]) -> set[int]:
    """Ids of those with a shift now."""
    now = timezone.now()
    shifts = Shift.objects.filter(unit__in=list(units), starts_at__lte=now)
    return set(shifts.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now)).values_list("unit_id", flat=True))


def unit_to_send(unit: Unit) -> UnitToSend:
    """The unit as the safety gates take it. Its welfare checks run from the deadlines its assignment will have."""
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
    )
