"""What is known of where units are and were."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q

from dispatch.models import Assignment, Call, Device, Fix
from dispatch.queries.duty import on_duty, on_duty_now
from dispatch.rules import fixes as rules
from dispatch.rules.fixes import Verdict
from hearteam.events.log import rfc3339
from partners.access import crews_at
from partners.models import Unit

MOST_FIXES = 5_000
"""Of one unit on one call: a fix every five seconds for seven hours."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A unit as a fix of it is judged: whether it was on duty then and is now, and its newest position."""

    unit_id: int
    callsign: str
    on_duty: bool
    known: rules.Fix | None


def token_hash(token: str) -> str:
    """What is kept of a device's token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def device_by(token: str) -> Device | None:
    """The device with this token, unless it was revoked. One statement."""
    if not token:
        return None
    return Device.objects.filter(token_hash=token_hash(token), revoked_at__isnull=True).first()


def whereabouts(which: Q, at: datetime, now: datetime) -> Whereabouts | None:
    """Of the one active unit that this names. One statement."""
    duty = ExpressionWrapper(on_duty_now(now) & on_duty(at), output_field=BooleanField())
    unit = Unit.objects.filter(which, active=True).annotate(duty=duty).first()
    if unit is None:
        return None
    known = None
    if unit.fix_at is not None and unit.lat is not None and unit.lon is not None:
        known = rules.Fix(unit.lat, unit.lon, unit.fix_at, unit.accuracy_m)
    return Whereabouts(unit.pk, unit.callsign, unit.duty, known)


def whereabouts_of(device: Device, at: datetime, now: datetime) -> Whereabouts | None:
    """Of the unit that the device speaks for. One statement; two for a person's, who may be on board of none."""
    if device.unit_id is not None:
        return whereabouts(Q(pk=device.unit_id), at, now)
    on_board = crews_at(now).filter(person=device.person_id, shift__starts_at__lte=at).order_by("-shift__starts_at")
    unit_id = on_board.values_list("shift__unit_id", flat=True).first()
    return None if unit_id is None else whereabouts(Q(pk=unit_id), at, now)


def jumps_since(unit_id: int, known: datetime, before: datetime) -> list[rules.Fix]:
    """The newest jumps of a unit since its position was known, oldest first: as many as can make one that persists."""
    rows = Fix.objects.filter(unit=unit_id, verdict=Verdict.JUMP, at__gt=known, at__lt=before)
    newest = rows.order_by("-at")[: rules.PERSISTS - 1]
    return [rules.Fix(row.lat, row.lon, row.at, row.accuracy_m) for row in reversed(newest)]


def call_track(call: Call, now: datetime) -> list[dict[str, Any]]:
    """`{unit, from, to, fixes: [{at, lat, lon, accuracy_m, speed_mps, heading, verdict}]}` of each unit that was sent,
    from when it was sent until it was cleared (`to` null: not yet), by the times of the fixes.
    """
    rows = Assignment.objects.filter(call=call).select_related("unit").order_by("dispatched_at", "pk")
    return [
        {
            "unit": row.unit.callsign,
            "from": rfc3339(row.dispatched_at),
            "to": rfc3339(row.cleared_at) if row.cleared_at else None,
            "fixes": _fixes(row.unit_id, row.dispatched_at, row.cleared_at or now),
        }
        for row in rows
    ]


def _fixes(unit_id: int, since: datetime, until: datetime) -> list[dict[str, Any]]:
    fields = ("at", "lat", "lon", "accuracy_m", "speed_mps", "heading", "verdict")
    rows = Fix.objects.filter(unit=unit_id, at__gte=since, at__lte=until).order_by("at").values(*fields)
    return [{**row, "at": rfc3339(row["at"])} for row in rows[:MOST_FIXES]]
