"""Setting a call's place: looked up in the geofile, kept whatever it is, flagged when unsure or outside the city."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from dispatch.geo.areas import distance_m
from dispatch.geo.locate import locate
from dispatch.geo.normalise import apartment
from dispatch.intake.record import PHONE_SAYS
from dispatch.models import Call, Premise
from hearteam.problems import Malformed

LOCATION_FIELDS = (
    "location_text",
    "apartment",
    "lat",
    "lon",
    "location_source",
    "uncertainty_m",
    "neighborhood",
    "town",
    "in_city",
    "location_verified",
    "premise",
)


SAME_PLACE_M = 50


def place_call(call: Call, location: dict[str, Any]) -> None:
    """Fill in the location fields from `{text, lat?, lon?, unit?, source?, uncertainty_m?}`; saves nothing but a
    premise.

    Raises Malformed without text and coordinates: a place is the one thing a call needs.
    """
    text = str(location.get("text") or "").strip()
    lat, lon = location.get("lat"), location.get("lon")
    if not text and (lat is None or lon is None):
        raise Malformed(
            "A call needs a place.", errors={"location": ["Give an address, an intersection or coordinates."]}
        )
    found = locate(text, lat=lat, lon=lon, uncertainty_m=location.get("uncertainty_m"))
    call.apartment = apartment(str(location.get("unit") or "") or found.unit or "")[:16]
    call.location_text = (_without_apartment(text, found.unit) or found.text or f"{lat:.5f}, {lon:.5f}")[:200]
    call.lat, call.lon = found.lat, found.lon
    call.location_source = str(location.get("source") or found.source)[:16]
    call.uncertainty_m = round(found.uncertainty_m) if found.uncertainty_m is not None else None
    call.neighborhood = (found.neighborhood or "")[:60]
    call.town = (found.town or "")[:40]
    call.in_city = found.in_city
    # A phone's bare point is where it may be: its uncertainty says how far off, and nobody has confirmed it.
    call.location_verified = found.verified and (bool(text) or location.get("source") != PHONE_SAYS)
    known = found.source not in ("AMBIGUOUS", "AREA")
    call.premise = _premise(found.key, found.matched or call.location_text, found.lat, found.lon) if known else None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call is, as far as it tells one place from another."""

    premise_id: int | None
    text: str
    apartment: str
    lat: float | None
    lon: float | None


def place_of(call: Call) -> Place:
    """The call's place."""
    return Place(call.premise_id, call.location_text, call.apartment, call.lat, call.lon)


def is_elsewhere(before: Place, after: Place) -> bool:
    """Whether the two are different places for a crew, not one told more exactly: another premise or apartment, or,
    where a premise is not known, a point further off than neighbours are.
    """
    doors = apartment(before.apartment), apartment(after.apartment)
    if all(doors) and doors[0] != doors[1]:
        return True
    if before.premise_id is not None and after.premise_id is not None:
        return before.premise_id != after.premise_id
    if None in (before.lat, before.lon, after.lat, after.lon):
        return before.text.upper() != after.text.upper()
    return distance_m(before.lat, before.lon, after.lat, after.lon) > SAME_PLACE_M  # type: ignore[arg-type]


def _without_apartment(text: str, unit: str) -> str:
    """The address as typed, less the apartment at its end, which has a field of its own."""
    if not unit:
        return text
    spelt = r"[\s,]+(?:apt|apartment|unit|suite|ste|room|rm|floor|fl|no)?\.?\s*#?\s*" + re.escape(unit) + r"\s*$"
    return re.sub(spelt, "", text, flags=re.IGNORECASE).strip() or text


def _premise(key: str, address: str, lat: float | None, lon: float | None) -> Premise | None:
    if not key:
        return None
    premise, _ = Premise.objects.get_or_create(
        key=key[:200], defaults={"address": address[:200], "lat": lat, "lon": lon}
    )
    return premise
