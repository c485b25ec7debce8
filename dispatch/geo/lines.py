"""Positions along a street's line: where a house number lies, where two streets meet. Pure geometry, WGS 84 degrees."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import LineString, Point, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge, nearest_points

from dispatch.geo.areas import METRES_PER_DEGREE, distance_m

METRES_PER_NUMBER = 1.3
"""How far one house number takes you, where only one number of a street is known (Hartford's Main St: 1.25 m)."""

NEAREST_GAP_M = 40.0
"""A position between known numbers is never said to be better than this."""

MEETING_M = 80.0
"""Two surveyed lines that come this near are taken to meet."""

ROUGHLY_MEETING_M = 500.0
"""The same for a line laid through the few points that are known of a street: it may end short of the corner."""


@dataclass(frozen=True, slots=True)
class KnownNumber:
    """A house number whose point is known."""

    number: int
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A position with the radius in metres that the true one is expected in."""

    lat: float
    lon: float
    uncertainty_m: float


def read_line(geometry: dict[str, Any]) -> BaseGeometry:
    """The longest connected line of a stored street (a Point stays one)."""
    drawn = shapely.force_2d(shape(geometry))
    if drawn.geom_type != "MultiLineString":
        return drawn
    merged = linemerge(drawn)
    return max(merged.geoms, key=lambda part: part.length) if merged.geom_type == "MultiLineString" else merged


def length_m(geometry: BaseGeometry) -> float:
    """Length in metres; of several parts, the sum. Good to 0.5 % at a city's size."""
    if geometry.is_empty or geometry.geom_type == "Point":
        return 0.0
    middle = math.radians(geometry.centroid.y)
    flat = shapely.transform(geometry, lambda xy: xy * [METRES_PER_DEGREE * math.cos(middle), METRES_PER_DEGREE])
    return float(flat.length)


def position_of(number: int, line: BaseGeometry, known: Sequence[KnownNumber]) -> Estimate:
    """Where a house number is expected: between known numbers, beyond them, near the one known, or mid-street."""
    below = max((k for k in known if k.number <= number), key=lambda k: k.number, default=None)
    above = min((k for k in known if k.number >= number), key=lambda k: k.number, default=None)
    if below and above:
        return _between(number, line, below, above)
    beyond = _beyond(number, line, known)
    if beyond:
        return beyond
    nearest = below or above
    if nearest:
        away = abs(number - nearest.number) * METRES_PER_NUMBER
        if away < length_m(line) / 2 or line.geom_type == "Point":
            return Estimate(nearest.lat, nearest.lon, NEAREST_GAP_M + away)
    return middle_of(line)


def middle_of(line: BaseGeometry) -> Estimate:
    """The middle of a street, uncertain by half its length (a lone point: by 400 m)."""
    if line.geom_type == "Point":
        return Estimate(line.y, line.x, 400.0)
    middle = line.interpolate(0.5, normalized=True) if line.geom_type == "LineString" else line.centroid
    return Estimate(middle.y, middle.x, max(length_m(line) / 2, NEAREST_GAP_M))


def meeting_of(one: BaseGeometry, other: BaseGeometry, within_m: float = MEETING_M) -> Estimate | None:
    """Where two streets meet: the point midway of their nearest approach, or None when they stay further apart."""
    a, b = nearest_points(one, other)
    apart = distance_m(a.y, a.x, b.y, b.x)
    if apart > within_m:
        return None
    return Estimate((a.y + b.y) / 2, (a.x + b.x) / 2, NEAREST_GAP_M + apart)


def line_through(points: Sequence[tuple[float, float]]) -> BaseGeometry:
    """A rough street line through (lat, lon) points, in order along the way they spread most; a Point for one."""
    distinct = sorted(set(points))
    if len(distinct) == 1:
        return Point(distinct[0][1], distinct[0][0])
    lat0 = sum(lat for lat, _ in distinct) / len(distinct)
    lon0 = sum(lon for _, lon in distinct) / len(distinct)
    narrow = math.cos(math.radians(lat0))
    flat = [((lon - lon0) * narrow, lat - lat0) for lat, lon in distinct]
    xx, yy = sum(x * x for x, _ in flat), sum(y * y for _, y in flat)
    xy = sum(x * y for x, y in flat)
    angle = 0.5 * math.atan2(2 * xy, xx - yy)
    ahead, aside = math.cos(angle), math.sin(angle)
    along = sorted(zip(flat, distinct, strict=True), key=lambda p: p[0][0] * ahead + p[0][1] * aside)
    return LineString([(lon, lat) for _, (lat, lon) in along])


def _beyond(number: int, line: BaseGeometry, known: Sequence[KnownNumber]) -> Estimate | None:
    """Past the lowest or highest known number, at the pace of all of them, but never past the street's end."""
    low, high = min(known, key=lambda k: k.number, default=None), max(known, key=lambda k: k.number, default=None)
    if line.geom_type != "LineString" or low is None or high is None or low.number == high.number:
        return None
    start, end = line.project(Point(low.lon, low.lat)), line.project(Point(high.lon, high.lat))
    pace = (end - start) / (high.number - low.number)
    last, from_there = (low, start) if number < low.number else (high, end)
    at = line.interpolate(min(max(from_there + pace * (number - last.number), 0.0), line.length))
    away = distance_m(last.lat, last.lon, at.y, at.x)
    return Estimate(at.y, at.x, NEAREST_GAP_M + away / 2)


def _between(number: int, line: BaseGeometry, below: KnownNumber, above: KnownNumber) -> Estimate:
    if below.number == above.number:
        lat, lon = (below.lat + above.lat) / 2, (below.lon + above.lon) / 2
        return Estimate(lat, lon, distance_m(below.lat, below.lon, above.lat, above.lon) / 2)
    share = (number - below.number) / (above.number - below.number)
    gap = distance_m(below.lat, below.lon, above.lat, above.lon)
    uncertainty = max(NEAREST_GAP_M, gap * min(share, 1 - share) + NEAREST_GAP_M)
    if line.geom_type != "LineString":
        lat, lon = below.lat + share * (above.lat - below.lat), below.lon + share * (above.lon - below.lon)
        return Estimate(lat, lon, uncertainty)
    start, end = line.project(Point(below.lon, below.lat)), line.project(Point(above.lon, above.lat))
    at = line.interpolate(start + share * (end - start))
    return Estimate(at.y, at.x, uncertainty)
