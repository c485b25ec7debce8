"""What a unit did today."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from dispatch.models import Call
from hearteam.events.log import frame_of
from hearteam.events.models import Event
from partners.models import Unit

TOLD = (
    "assignment_created",
    "assignment_acknowledged",
    "assignment_status_changed",
    "unit_status_changed",
    "order_given",
    "order_lifted",
    "welfare_check_passed",
    "unit_fell_silent",
    "unit_heard_again",
    "crew_signed_on",
    "crew_signed_off",
)
MOST = 200


def unit_history(unit: Unit) -> list[dict[str, Any]]:
    """Its assignments and statuses since midnight in the center's zone, the newest first.

    Each is the event's frame without the rows it carried, and the call's `number` and `place` where it is about one.
    """
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    newest = Event.objects.filter(unit=unit.callsign, type__in=TOLD).order_by("-v").values_list("pk", "at")[:MOST]
    today = [pk for pk, at in newest if at >= midnight]  # asked for by its time, the search would not end at midnight
    events = Event.objects.filter(pk__in=today).order_by("-v")
    frames = [_plain(event) for event in events]
    ids = {frame["call"] for frame in frames if frame.get("call")}
    calls = {str(pk): (number, place) for pk, number, place in _named(ids)}
    for frame in frames:
        frame["number"], frame["place"] = calls.get(frame.get("call", ""), ("", ""))
    return frames


def _named(ids: set[str]) -> Any:
    return Call.objects.filter(pk__in=ids).values_list("pk", "number", "location_text")


def _plain(event: Event) -> dict[str, Any]:
    frame = frame_of(event)
    frame["data"] = {name: value for name, value in event.data.items() if name != "changes"}
    return frame
