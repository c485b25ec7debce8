"""What a unit did today."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from dispatch.models import Call
from dispatch.rules.timers import AlertKind
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
    """Its assignments, statuses and emergencies since midnight in the center's zone, the newest first. What was told
    late, or entered from paper, stands at its own time.

    Each is the event's frame without the rows it carried, and the call's `number` and `place` where it is about one.
    """
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    told = Q(type__in=TOLD) | Q(type="alert_raised", data__kind=AlertKind.EMERGENCY)
    newest = Event.objects.filter(told, unit=unit.callsign).order_by("-v").values_list("pk", "at")[:MOST]
    today = [pk for pk, at in newest if at >= midnight]  # asked for by its time, the search would not end at midnight
    events = [event for event in Event.objects.filter(pk__in=today) if _happened(event) >= midnight]
    frames = [_plain(event) for event in sorted(events, key=lambda event: (_happened(event), event.v), reverse=True)]
    ids = {frame["call"] for frame in frames if frame.get("call")}
    calls = {str(pk): (number, place) for pk, number, place in _named(ids)}
    for frame in frames:
        frame["number"], frame["place"] = calls.get(frame.get("call", ""), ("", ""))
    return frames


def _named(ids: set[str]) -> Any:
    return Call.objects.filter(pk__in=ids).values_list("pk", "number", "location_text")


def _happened(event: Event) -> datetime:
    told = event.data.get("occurred_at")
    return datetime.fromisoformat(told) if told else event.at


def _plain(event: Event) -> dict[str, Any]:
    frame = frame_of(event)
    frame["data"] = {name: value for name, value in event.data.items() if name != "changes"}
    return frame
