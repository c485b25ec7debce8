"""One's own last action, what came after it, and the rows as they were before it: all read from the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models.fields.json import KT

from dispatch.models import ResponseSlot
from dispatch.rules import undo
from dispatch.rules.undo import Done
from hearteam.events import log
from hearteam.events.models import Event

LOOKED_BACK = 2000
"""Versions. More than a center writes in the seconds in which an undo is possible."""
PARTIAL_ROWS = 5


def last_action(user_id: int, now: datetime) -> list[Done]:
    """The events of this person's last action, oldest first; empty when it is too long ago. Two statements."""
    recent = Event.objects.filter(v__gt=log.head() - LOOKED_BACK, at__gte=now - undo.UNDO_WITHIN)
    events = recent.filter(by_user_id=user_id).order_by("v")
    return undo.last_action([_done(event) for event in events], user_id)


def later_than(action: Sequence[Done]) -> list[Done]:
    """What happened after it, whoever did it. One statement."""
    rows = Event.objects.filter(v__gt=action[-1].v).order_by("v")
    rows = rows.annotate(alert=KT("data__alert"), corrects=KT("data__corrects"))
    found = rows.values_list("v", "type", "at", "by", "by_user_id", "call_id", "unit", "alert", "corrects")
    return [
        Done(v, kind, at, by, user_id, str(call or ""), unit, {"alert": alert, "corrects": corrects})
        for v, kind, at, by, user_id, call, unit, alert, corrects in found
    ]


def refusal(action: Sequence[Done], now: datetime) -> str | None:
    """Why this action is not undone now; None when it may be."""
    later = later_than(action) if action else []
    return undo.refusal(action, later, now, _roles_asked_for(action))


def _roles_asked_for(action: Sequence[Done]) -> set[str]:
    ids = [pk for event in action if event.type == "slots_changed" for pk in event.data["slots"]]
    return set(ResponseSlot.objects.filter(pk__in=ids).values_list("role", flat=True)) if ids else set()


def _done(event: Event) -> Done:
    data = {name: value for name, value in event.data.items() if name != "changes"}
    return Done(event.v, event.type, event.at, event.by, event.by_user_id, str(event.call_id or ""), event.unit, data)


def call_before(call_id: int, v: int) -> tuple[dict[str, Any] | None, datetime | None]:
    """The call's row as it was before version `v`, and when the event was written that told of it; Nones without."""
    event = Event.objects.filter(call_id=call_id, v__lt=v).order_by("-v").first()
    if event is None:
        return None, None
    rows = [row for row in event.data["changes"].get("calls", []) if row["id"] == str(call_id)]
    return (rows[0] if rows else None), event.at


def unit_before(callsign: str, v: int) -> dict[str, Any] | None:
    """The unit's row as it was before version `v`; None when the log does not tell."""
    for event in Event.objects.filter(unit=callsign, v__lt=v).order_by("-v")[:PARTIAL_ROWS]:
        for row in event.data["changes"].get("units", []):
            if row["unit"] == callsign and "status" in row and "reason" in row:
                return dict(row)
    return None


def hold_reason_before(call_id: int, v: int) -> str:
    """Why the call was held last before version `v`; empty when it never was."""
    waits = Event.objects.filter(call_id=call_id, v__lt=v, type__in=["call_held", "call_scheduled"])
    held = waits.order_by("-v").first()
    return str(held.data["reason"]) if held is not None else ""
