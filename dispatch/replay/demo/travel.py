"""Moving simulated units over the map: a straight line at the speed the ranking reckons with."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from dispatch.actions.fixes import unit_position_set
from dispatch.geo.areas import distance_m
from dispatch.rules.recommend import DEFAULT_RANKING
from hearteam.problems import Refused
from partners.access import Actor
from partners.models import Unit

STRAIGHT_MPS = DEFAULT_RANKING.speed_mps / DEFAULT_RANKING.street_factor
"""Along the straight line a unit gets on slower than along the street."""

URGENT_FACTOR = 1.3
POST_EVERY_S = 5.0
STANDING_POST_EVERY_S = 90.0
LONGEST_STEP_S = 30.0
THERE_M = 45.0


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees."""

    lat: float
    lon: float


def position_of(unit: Unit) -> Point | None:
    """Its newest position, else its station."""
    if unit.lat is not None and unit.lon is not None:
        return Point(unit.lat, unit.lon)
    if unit.station_lat is not None and unit.station_lon is not None:
        return Point(unit.station_lat, unit.station_lon)
    return None


def is_there(unit: Unit, target: Point) -> bool:
    """Close enough to get out."""
    here = position_of(unit)
    return here is not None and distance_m(here.lat, here.lon, target.lat, target.lon) <= THERE_M


def drive(by: Actor, unit: Unit, target: Point, now: datetime, *, urgent: bool = False) -> None:
    """Move on towards the target, when it is time for the next position (every 5 s)."""
    here = position_of(unit)
    passed = (now - unit.fix_at).total_seconds() if unit.fix_at else POST_EVERY_S
    if here is None or passed < POST_EVERY_S:
        return
    speed = STRAIGHT_MPS * (URGENT_FACTOR if urgent else 1.0)
    left = distance_m(here.lat, here.lon, target.lat, target.lon)
    share = min(1.0, speed * min(passed, LONGEST_STEP_S) / left) if left > 0 else 1.0
    there = Point(here.lat + (target.lat - here.lat) * share, here.lon + (target.lon - here.lon) * share)
    _post(by, unit, there, now, speed=speed, heading=_heading(here, target))


def stand(by: Actor, unit: Unit, now: datetime) -> None:
    """Say where it stands now and then, so that its position stays known."""
    here = position_of(unit)
    passed = (now - unit.fix_at).total_seconds() if unit.fix_at else STANDING_POST_EVERY_S
    if here is not None and passed >= STANDING_POST_EVERY_S:
        _post(by, unit, here, now, speed=0.0, heading=None)


def _post(by: Actor, unit: Unit, point: Point, now: datetime, *, speed: float, heading: float | None) -> None:
    try:
        unit_position_set(
            by=by, callsign=unit.callsign, lat=round(point.lat, 6), lon=round(point.lon, 6), fix_at=now,
            accuracy_m=8.0, speed_mps=round(speed, 1), heading=heading,
        )  # fmt: skip
    except Refused:
        return


def _heading(here: Point, target: Point) -> float:
    east = (target.lon - here.lon) * math.cos(math.radians(here.lat))
    return round(math.degrees(math.atan2(east, target.lat - here.lat)) % 360, 0)
