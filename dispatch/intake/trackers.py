"""What tracking apps send of where a phone is: Traccar Client (OsmAnd's query or its own JSON) and OwnTracks (JSON).

Pure. What a message does not say, or says as the apps say "not known" (a negative speed), is None. A message that says
no position that can be read is None as well: apps send others, and a number that is none says nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from dispatch.rules.fixes import Fix

KNOT_MPS: Final = 1852 / 3600
KMH_MPS: Final = 1 / 3.6
MILLISECONDS_FROM: Final = 2**31
"""A number of seconds this large would lie after 2038: it counts milliseconds."""

LONGEST_NUMBER: Final = 40


def osmand(said: Mapping[str, Any], now: datetime) -> Fix | None:
    """`lat`, `lon` (or `location` with both), `timestamp` (s, ms or ISO 8601; none is now), `speed` in knots,
    `bearing` or `heading`, `accuracy`: as text.
    """
    lat, lon = said.get("lat"), said.get("lon")
    if lat is None and isinstance(said.get("location"), str):
        lat, _, lon = said["location"][: 2 * LONGEST_NUMBER].partition(",")
    at = moment(said["timestamp"]) if said.get("timestamp") else now
    if str(said.get("valid", "true")).lower() in ("false", "0"):
        return None
    heading = said.get("bearing", said.get("heading"))
    return _fix((lat, lon), at, said.get("accuracy"), _speed(said.get("speed"), KNOT_MPS), heading)


def traccar(said: Mapping[str, Any]) -> Fix | None:
    """From version 9 on: `location: {timestamp, coords: {latitude, longitude, accuracy, speed in m/s, heading}}`."""
    location = said.get("location")
    coords = location.get("coords") if isinstance(location, dict) else None
    if not isinstance(coords, dict) or not isinstance(location, dict):
        return None
    point = (coords.get("latitude"), coords.get("longitude"))
    at = moment(location.get("timestamp"))
    return _fix(point, at, coords.get("accuracy"), _speed(coords.get("speed"), 1.0), coords.get("heading"))


def owntracks(said: Mapping[str, Any]) -> Fix | None:
    """`_type: location` with `lat`, `lon`, `tst` (s), `acc`, `vel` in km/h, `cog`. Any other type says no position."""
    if said.get("_type") != "location":
        return None
    point = (said.get("lat"), said.get("lon"))
    return _fix(point, moment(said.get("tst")), said.get("acc"), _speed(said.get("vel"), KMH_MPS), said.get("cog"))


def moment(value: Any) -> datetime | None:
    """Seconds or milliseconds since 1970, or ISO 8601 (UTC where it names no zone); None for anything else."""
    try:
        number = number_of(value)
        if number is not None:
            return datetime.fromtimestamp(number / 1000 if abs(number) >= MILLISECONDS_FROM else number, UTC)
        found = datetime.fromisoformat(value[:LONGEST_NUMBER]) if isinstance(value, str) else None
        if found is None:
            return None
        return (found.replace(tzinfo=UTC) if found.tzinfo is None else found).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def number_of(value: Any) -> float | None:
    """A finite number, given as one or as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, str) and not (value.isascii() and len(value) <= LONGEST_NUMBER):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _fix(point: tuple[Any, Any], at: datetime | None, accuracy: Any, speed: float | None, heading: Any) -> Fix | None:
    lat, lon = number_of(point[0]), number_of(point[1])
    if lat is None or lon is None or at is None:
        return None
    course = _quantity(heading)
    return Fix(
        lat=lat,
        lon=lon,
        at=at,
        accuracy_m=_quantity(accuracy),
        speed_mps=speed,
        heading=course if course is not None and course <= 360 else None,
    )


def _speed(value: Any, unit_mps: float) -> float | None:
    number = _quantity(value)
    return None if number is None else number * unit_mps


def _quantity(value: Any) -> float | None:
    """A number that is not negative: the apps say -1 for what they do not know."""
    number = number_of(value)
    return number if number is not None and number >= 0 else None
