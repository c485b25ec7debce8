"""Taking positions of units, from their tablets and from phones that run a tracking app: one way for all.

Positions are ephemeral: told to followers, never logged as events. What a unit's track keeps is thinned and ends.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Value, When, Window
from django.db.models.functions import RowNumber, TruncMinute
from django.utils import timezone

from dispatch.models import Device, Fix
from dispatch.queries import access, fixes
from dispatch.queries.fixes import Whereabouts
from dispatch.rules import fixes as rules
from dispatch.rules.fixes import DOUBTFUL, KEPT, SAYS, Verdict
from hearteam.events.broadcast import publish_position
from hearteam.events.log import rfc3339
from hearteam.problems import NotAllowed, Refused
from partners.access import Actor, Permission
from partners.models import RecordAccess, Unit

SEEN_EVERY = timedelta(seconds=30)
"""How exactly it is known when a device was last heard of: each request would be a write more."""


def unit_position_set(
    *,
    by: Actor,
    callsign: str,
    lat: float,
    lon: float,
    fix_at: datetime,
    accuracy_m: float | None = None,
    speed_mps: float | None = None,
    heading: float | None = None,
) -> bool:
    """Take a unit's position from its tablet or a desk. Whether the unit is there now: the newest wins.

    One from off duty is dropped. Raises Refused for what cannot be: 0,0, absurd speeds, wrong clocks.
    """
    callsign = callsign.strip().upper()
    if not by.may(Permission.UNIT_STATUS_ANY) and by.unit != callsign:
        access.unit_for(by, callsign)
        raise NotAllowed("Only the unit's own devices report its position.")
    fix, now = rules.Fix(lat, lon, fix_at, accuracy_m, speed_mps, heading), timezone.now()
    refused = rules.refused(fix, now)
    if refused is not None:
        raise Refused(SAYS[refused])
    unit = fixes.whereabouts(Q(callsign=callsign), fix_at, now)
    if unit is None:
        access.unit_for(by, callsign)
        return False
    return _take(unit, fix, now, device=None, trusted=by.may(Permission.UNIT_STATUS_ANY)) is Verdict.MOVES


def device_report(*, device: Device, fix: rules.Fix, now: datetime) -> Verdict:
    """Take a position from a device. What becomes of it is an answer, never an error: the app would send it again."""
    verdict = rules.refused(fix, now)
    if verdict is None:
        unit = fixes.whereabouts_of(device, fix.at, now)
        verdict = Verdict.OFF_DUTY if unit is None else _take(unit, fix, now, device=device)
    device_see(device=device, said=verdict, now=now)
    return verdict


def device_see(*, device: Device, said: str, now: datetime) -> None:
    """The device was heard of, and answered so."""
    seen = device.last_seen_at
    if seen is None or seen < now - SEEN_EVERY or device.last_verdict != said:
        Device.objects.filter(pk=device.pk).update(last_seen_at=now, last_verdict=said)


def _take(unit: Whereabouts, fix: rules.Fix, now: datetime, *, device: Device | None, trusted: bool = False) -> Verdict:
    """`trusted`: a desk, or a replay, may place it anywhere."""
    if not unit.on_duty:
        return Verdict.OFF_DUTY
    verdict = rules.judge(fix, now, unit.known)
    if verdict is Verdict.JUMP and unit.known is not None:
        aside = fixes.jumps_since(unit.unit_id, unit.known.at, fix.at)
        verdict = Verdict.MOVES if trusted else rules.judge(fix, now, unit.known, aside)
    if verdict is Verdict.MOVES and not _move(unit, fix, now):
        verdict = Verdict.LATE
    if verdict in KEPT:
        row = Fix(
            unit_id=unit.unit_id, device=device, at=fix.at, received_at=now, lat=fix.lat, lon=fix.lon,
            accuracy_m=fix.accuracy_m, speed_mps=fix.speed_mps, heading=fix.heading, verdict=verdict,
        )  # fmt: skip
        Fix.objects.bulk_create([row], ignore_conflicts=True)
    return verdict


def _move(unit: Whereabouts, fix: rules.Fix, now: datetime) -> bool:
    """Whether it was still the newest. A clock that is a little ahead does not hold the next fixes back."""
    fields = {
        "lat": fix.lat,
        "lon": fix.lon,
        "fix_at": min(fix.at, now),
        "accuracy_m": fix.accuracy_m,
        "speed_mps": fix.speed_mps,
        "heading": fix.heading,
    }
    if not Unit.objects.filter(pk=unit.unit_id).exclude(fix_at__gte=fields["fix_at"]).update(**fields):
        return False
    frame = {"type": "position", "unit": unit.callsign, **fields, "fix_at": rfc3339(min(fix.at, now))}
    transaction.on_commit(lambda: publish_position(frame), robust=True)
    return True


def call_track_read(*, by: Actor, call_id: str | int) -> list[dict[str, Any]]:
    """The track of the call's units (`queries.fixes.call_track`), for supervisors; each read is written down first."""
    call = access.call_for(by, call_id)
    access.require(by, Permission.TRACK_READ, "read where units were")
    if by.user_id is not None:
        RecordAccess.objects.create(user_id=by.user_id, call=call, what="track of units")
    return fixes.call_track(call, timezone.now())


def fixes_thin(*, now: datetime) -> int:
    """Thin the tracks: whole for FIXES_FULL_HOURS, one a minute until FIXES_KEEP_DAYS, then gone. How many went.

    Of a minute the first that is not doubtful stays. A unit at a time: no statement takes long.
    """
    whole = now - timedelta(hours=settings.FIXES_FULL_HOURS)
    gone = now - timedelta(days=settings.FIXES_KEEP_DAYS)
    deleted = 0
    with_track = Unit.objects.filter(Exists(Fix.objects.filter(unit=OuterRef("pk"))))
    for unit_id in with_track.order_by("pk").values_list("pk", flat=True):
        mine = Fix.objects.filter(unit=unit_id)
        deleted += mine.filter(at__lt=gone).delete()[0]
        deleted += mine.filter(pk__in=_more_than_one_a_minute(unit_id, whole)).delete()[0]
    forgotten = {"lat": None, "lon": None, "fix_at": None, "accuracy_m": None, "speed_mps": None, "heading": None}
    Unit.objects.filter(fix_at__lt=gone).update(**forgotten)
    return deleted


def _more_than_one_a_minute(unit_id: int, before: datetime) -> list[int]:
    doubt = Case(When(verdict__in=DOUBTFUL, then=Value(1)), default=Value(0), output_field=IntegerField())
    place = Window(RowNumber(), partition_by=[TruncMinute("at")], order_by=[doubt, F("at")])
    minutes = Fix.objects.filter(unit=unit_id, at__lt=before).annotate(place=place).filter(place__gt=1)
    return list(minutes.order_by().values_list("pk", flat=True))
