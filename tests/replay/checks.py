"""What holds of every replay, checked on the stored rows."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from dispatch.models import Assignment, Call
from partners.models import Agency


def overlapping_assignments() -> list[tuple[str, str, str]]:
    """(unit, call number, call number) wherever a unit was on two calls at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT u.callsign, c1.number, c2.number
            FROM dispatch_assignment a
            JOIN dispatch_assignment b ON a.unit_id = b.unit_id AND a.id < b.id
                AND tstzrange(a.dispatched_at, COALESCE(a.cleared_at, 'infinity'))
                 && tstzrange(b.dispatched_at, COALESCE(b.cleared_at, 'infinity'))
            JOIN partners_unit u ON u.id = a.unit_id
            JOIN dispatch_call c1 ON c1.id = a.call_id JOIN dispatch_call c2 ON c2.id = b.call_id
            """
        )
        return cursor.fetchall()


def assert_day_is_sound() -> None:
    """Every call ended, no unit on two at once, no time in the future, every unit's times in order."""
    assert not Call.objects.exclude(status__in=Call.ENDED).exists()
    assert overlapping_assignments() == []
    now = timezone.now()
    assert not Call.objects.filter(closed_at__gt=now).exists()
    for row in Assignment.objects.select_related("call"):
        moments = [
            row.call.received_at, row.dispatched_at, row.en_route_at, row.on_scene_at, row.transporting_at,
            row.at_destination_at, row.cleared_at,
        ]  # fmt: skip
        known = [moment for moment in moments if moment is not None]
        assert known == sorted(known), f"{row} of {row.call}: {known}"
        assert known[-1] <= now


def assert_civilians_waited_for_police() -> None:
    """Where police were in the response, no civilian went on scene before the scene was marked safe (invariant 14)."""
    inside = Assignment.objects.filter(unit__team__agency__kind=Agency.Kind.CIVILIAN, on_scene_at__isnull=False)
    for row in inside.select_related("call__decision"):
        if row.call.decision is not None and "POLICE" in row.call.decision.response:
            assert row.call.scene_safe_at is not None
            assert row.on_scene_at >= row.call.scene_safe_at
