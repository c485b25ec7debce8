"""Calls that may be about the same event as the one that is being taken: near it, or from the same phone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import CharField, Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Right
from django.utils import timezone

from dispatch.geo.areas import METRES_PER_DEGREE, distance_m
from dispatch.models import Call, CallContact

NEAR_M = 300
NEAR_WITHIN = timedelta(minutes=30)
SAME_PHONE_WITHIN = timedelta(hours=24)
ENDED_WITHIN = timedelta(minutes=30)
"""How long a call that has ended may still be the one that somebody rings about."""
DIGITS_COMPARED = 10
FEWEST_DIGITS = 7
MOST = 20


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A call that may be the same event. `distance_m` is None where the place is not what they share."""

    call_id: int
    distance_m: int | None
    same_phone: bool


def duplicates_of(
    *, lat: float | None = None, lon: float | None = None, phone: str = "", call: Call | None = None
) -> list[Duplicate]:
    """Open calls, and those that ended in the last 30 minutes: within 300 m and received within 30 minutes, or of the
    same call-back number (its last ten digits) within 24 hours. Open ones first, then the same phone, then the nearest.

    The times are counted from when `call`, which is left out, was received; from now without one. One statement.
    """
    digits = "".join(c for c in phone if c in "0123456789")[-DIGITS_COMPARED:]
    point = (lat, lon) if lat is not None and lon is not None else None
    now = timezone.now()
    at = call.received_at if call is not None else now
    wanted = Q()
    if point is not None:
        wanted |= _box(*point) & Q(received_at__range=(at - NEAR_WITHIN, at + NEAR_WITHIN))
    if len(digits) >= FEWEST_DIGITS:
        wanted |= Q(same_phone=True)
    if not wanted:
        return []
    calls = (
        Call.objects.filter(received_at__range=(at - SAME_PHONE_WITHIN, at + SAME_PHONE_WITHIN))
        .filter(~Q(status__in=Call.ENDED) | Q(closed_at__gte=now - ENDED_WITHIN))
        .exclude(status=Call.Status.MERGED)
        .exclude(pk=call.pk if call is not None else None)
        .annotate(same_phone=Exists(_of_phone(digits)))
        .filter(wanted)
        .order_by("-received_at")
    )
    found = []
    for row in calls[: 5 * MOST]:
        metres = _metres(point, row) if abs(row.received_at - at) <= NEAR_WITHIN else None
        if row.same_phone or metres is not None:
            found.append((not row.open, not row.same_phone, metres or 0, Duplicate(row.pk, metres, row.same_phone)))
    return [duplicate for *_, duplicate in sorted(found, key=lambda one: one[:3])][:MOST]


def _of_phone(digits: str) -> object:
    """The contacts of a call whose number ends in these digits; none for too few."""
    bare = Func(F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace", output_field=CharField())
    of_call = CallContact.objects.filter(call=OuterRef("pk")).exclude(phone="")
    if len(digits) < FEWEST_DIGITS:
        return of_call.none()
    return of_call.annotate(digits=Right(bare, DIGITS_COMPARED)).filter(digits=digits)


def _box(lat: float, lon: float) -> Q:
    """Around the circle, so that the database leaves out what is far."""
    high = NEAR_M / METRES_PER_DEGREE
    wide = high / max(0.01, math.cos(math.radians(lat)))
    return Q(lat__range=(lat - high, lat + high), lon__range=(lon - wide, lon + wide))


def _metres(point: tuple[float, float] | None, row: Call) -> int | None:
    """How far the call is from the point, when it is near."""
    if point is None or row.lat is None or row.lon is None:
        return None
    metres = round(distance_m(*point, row.lat, row.lon))
    return metres if metres <= NEAR_M else None
