"""Which neighbourhood and town a point lies in, and whether it is in the city.

Areas are read once per process and kept until the geofile's version changes. Coordinates are WGS 84 degrees.
Without loaded outlines the built-in ones answer: neighbourhoods and the city coarsely, towns by the nearest centre.
"""

import math
import random
from dataclasses import dataclass
from uuid import UUID

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from dispatch.geo.normalise import area_code, is_position
from dispatch.models.geography import Area, GeographyVersion, Place

EARTH_RADIUS_M = 6_371_000
METRES_PER_DEGREE = 111_195

ALONG_THE_LINE_M = 120
"""A street on the city line belongs to the neighbourhood beside it."""

TOWN_CENTER_LIMIT_M = 9_000
CLEARLY_NEARER = 0.75
"""A town known only by its centre is named when it is nearer than this share of the way to the next centre:
right for 96 % of such points around Hartford; the rest stay unknown rather than sent to the wrong center."""


@dataclass(frozen=True, slots=True)
class KnownArea:
    """An area with its geometry ready for use; `geometry` is None when only the centre is known."""

    kind: str
    code: str
    name: str
    center_lat: float
    center_lon: float
    accuracy_m: int
    geometry: BaseGeometry | None


class Areas:
    """All areas of one version of the geofile (`token`), indexed. Immutable."""

    def __init__(self, areas: list[KnownArea], token: UUID | None = None) -> None:
        self.token = token
        self.boundary = next((area for area in areas if area.kind == Area.Kind.BOUNDARY), None)
        areas = [area for area in areas if not self._is_city_itself(area)]
        self.neighborhoods = [area for area in areas if area.kind == Area.Kind.NEIGHBORHOOD]
        self.towns = [area for area in areas if area.kind == Area.Kind.TOWN]
        self._drawn = [area for area in areas if area.geometry is not None]
        self._tree = shapely.STRtree([area.geometry for area in self._drawn])
        self._by_code = {(area.kind, area.code): area for area in areas}

    def find(self, kind: str, name: str) -> KnownArea | None:
        """The area of that kind and name, however it is spaced or hyphenated."""
        return self._by_code.get((kind, area_code(name)))

    def _is_city_itself(self, area: KnownArea) -> bool:
        """Files of towns have the city among them; for a call it is never the town around."""
        return self.boundary is not None and area.kind == Area.Kind.TOWN and area.code == self.boundary.code

    def city_name(self) -> str:
        return self.boundary.name if self.boundary else ""

    def neighborhood_of(self, lat: float | None, lon: float | None) -> str | None:
        """The neighbourhood holding the point, else the nearest one within `ALONG_THE_LINE_M`."""
        area = self._holding(Area.Kind.NEIGHBORHOOD, lat, lon) or self._beside(lat, lon)
        return area.name if area else None

    def surroundings(self, lat: float, lon: float, *, neighborhood: str = "", town: str = "") -> tuple[str, str]:
        """Neighbourhood and town of a point as the geofile keeps them, "" for none: a file's own word first, then the
        areas'. The city itself is no town.
        """
        around = "" if area_code(town) == area_code(self.city_name()) else town.title()
        if not town and not neighborhood and self.in_city(lat, lon) is False:
            around = self.town_of(lat, lon) or ""
        return neighborhood or ("" if around else self.neighborhood_of(lat, lon) or ""), around

    def in_city(self, lat: float | None, lon: float | None) -> bool | None:
        """None when there is no boundary, no position, or the position is within the outline's own error."""
        if self.boundary is None or self.boundary.geometry is None or not is_position(lat, lon):
            return None
        outline, accuracy_m = self.boundary.geometry, self.boundary.accuracy_m
        x, y = float(lon or 0), float(lat or 0)
        if accuracy_m and _outline_distance_m(outline, y, x) <= accuracy_m:
            return None
        return bool(outline.covers(shapely.Point(x, y)))

    def town_of(self, lat: float | None, lon: float | None) -> str | None:
        """The town whose outline holds the point, else the one whose centre is clearly the nearest, else None."""
        if not is_position(lat, lon):
            return None
        drawn = self._holding(Area.Kind.TOWN, lat, lon)
        if drawn:
            return drawn.name
        if any(town.geometry for town in self.towns):
            return None
        y, x = float(lat or 0), float(lon or 0)
        nearest = sorted((distance_m(y, x, town.center_lat, town.center_lon), town.name) for town in self.towns)[:2]
        if not nearest or nearest[0][0] > TOWN_CENTER_LIMIT_M:
            return None
        clear = len(nearest) == 1 or nearest[0][0] < CLEARLY_NEARER * nearest[1][0]
        return nearest[0][1] if clear else None

    def _holding(self, kind: str, lat: float | None, lon: float | None) -> KnownArea | None:
        if not is_position(lat, lon):
            return None
        hits = self._tree.query(shapely.Point(float(lon or 0), float(lat or 0)), predicate="intersects")
        return next((self._drawn[i] for i in sorted(hits) if self._drawn[i].kind == kind), None)

    def _beside(self, lat: float | None, lon: float | None) -> KnownArea | None:
        if not is_position(lat, lon):
            return None
        y, x = float(lat or 0), float(lon or 0)
        reach = ALONG_THE_LINE_M / METRES_PER_DEGREE / max(math.cos(math.radians(y)), 0.01)
        hits = self._tree.query(shapely.box(x - reach, y - reach, x + reach, y + reach))
        near = [self._drawn[i] for i in hits if self._drawn[i].kind == Area.Kind.NEIGHBORHOOD]
        away = sorted((_outline_distance_m(area.geometry, y, x), area.name, area) for area in near if area.geometry)
        return away[0][2] if away and away[0][0] <= ALONG_THE_LINE_M else None


_cached: tuple[UUID | None, Areas] | None = None


def current() -> Areas:
    """The areas of the geofile as it is now: one short statement, and a reload only after a change."""
    global _cached  # noqa: PLW0603 (one cache per process, replaced whole)
    token = version()
    if _cached is None or _cached[0] != token:
        _cached = (token, Areas([_known(area) for area in Area.objects.all()], token))
    return _cached[1]


def version() -> UUID | None:
    """The token of the geofile's present state; None when nothing was ever loaded."""
    return GeographyVersion.objects.values_list("token", flat=True).first()


def neighborhood_of(lat: float | None, lon: float | None) -> str | None:
    """The neighbourhood's name, or None outside all of them."""
    return current().neighborhood_of(lat, lon)


def in_city(lat: float | None, lon: float | None) -> bool | None:
    """Whether the point is in the city; None when that cannot be said."""
    return current().in_city(lat, lon)


def town_of(lat: float | None, lon: float | None) -> str | None:
    """The town around the city that the point is in, as far as known."""
    return current().town_of(lat, lon)


def distance_m(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance in metres."""
    a, b = math.radians(lat), math.radians(other_lat)
    half_lat, half_lon = (b - a) / 2, math.radians(other_lon - lon) / 2
    h = math.sin(half_lat) ** 2 + math.cos(a) * math.cos(b) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))


def random_point_in(neighborhood: str | None, rng: random.Random) -> tuple[float, float]:
    """A point (lat, lon) in a neighbourhood, or in the whole city for None: one of its parcels where those are loaded,
    so that points lie where people live and work, else drawn evenly from the outline.

    Raises LookupError for a neighbourhood the geofile does not know, or without any outline.
    """
    areas = current()
    area = areas.find(Area.Kind.NEIGHBORHOOD, neighborhood) if neighborhood else areas.boundary
    if area is None or area.geometry is None:
        raise LookupError(f"no outline of {neighborhood or 'the city'} is loaded")
    parcels = _parcels()
    of_area = parcels.get(area.name, []) if neighborhood else [at for some in parcels.values() for at in some]
    if of_area:
        return rng.choice(of_area)
    west, south, east, north = area.geometry.bounds
    for _ in range(1000):
        lon, lat = rng.uniform(west, east), rng.uniform(south, north)
        if area.geometry.covers(shapely.Point(lon, lat)):
            return round(lat, 6), round(lon, 6)
    inside = area.geometry.representative_point()
    return round(inside.y, 6), round(inside.x, 6)


_cached_parcels: tuple[UUID | None, dict[str, list[tuple[float, float]]]] | None = None


def _parcels() -> dict[str, list[tuple[float, float]]]:
    """Parcels' points by neighbourhood, in a fixed order so that a seed draws the same ones again."""
    global _cached_parcels  # noqa: PLW0603 (as `_cached`)
    token = version()
    if _cached_parcels is None or _cached_parcels[0] != token:
        by_neighborhood: dict[str, list[tuple[float, float]]] = {}
        rows = Place.objects.filter(kind=Place.Kind.PARCEL).order_by("neighborhood", "name", "lat", "lon")
        for name, lat, lon in rows.values_list("neighborhood", "lat", "lon"):
            by_neighborhood.setdefault(name, []).append((lat, lon))
        _cached_parcels = (token, by_neighborhood)
    return _cached_parcels[1]


def _known(area: Area) -> KnownArea:
    geometry = shapely.force_2d(shape(area.geometry)) if area.geometry else None
    if geometry is not None:
        shapely.prepare(geometry)
    return KnownArea(
        kind=area.kind,
        code=area.code,
        name=area.name,
        center_lat=area.center_lat,
        center_lon=area.center_lon,
        accuracy_m=area.accuracy_m,
        geometry=geometry,
    )


def _outline_distance_m(outline: BaseGeometry, lat: float, lon: float) -> float:
    line = outline.boundary
    nearest = line.interpolate(line.project(shapely.Point(lon, lat)))
    return distance_m(lat, lon, nearest.y, nearest.x)
