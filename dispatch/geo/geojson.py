"""The geofile as GeoJSON for the map page: simplified, five decimals (1 m), kept until the geofile changes."""

from typing import Any
from uuid import UUID

import shapely
from shapely.geometry import mapping, shape

from dispatch.geo import areas
from dispatch.models.geography import DERIVED, Area, Place, Street

TOLERANCE_DEGREES = 0.0001
"""About 10 m: not visible at the zoom a whole city is seen at."""

GRID_DEGREES = 0.00001

FeatureCollection = dict[str, Any]

_cached: dict[str, tuple[UUID | None, FeatureCollection]] = {}


def areas_geojson() -> FeatureCollection:
    """Neighbourhoods, the boundary and the towns that have an outline.

    Properties: `kind` (NEIGHBORHOOD, BOUNDARY, TOWN), `code`, `name`, `lat` and `lon` of the label, `accuracy_m`.
    """
    return _kept("areas", _areas)


def streets_geojson() -> FeatureCollection:
    """Street lines, one for each name: a file's before a derived one. Properties: `name`, `derived`."""
    return _kept("streets", _streets)


def places_geojson() -> FeatureCollection:
    """Where help is: hospitals, police and fire stations in the city and around. Properties: `kind`, `name`."""
    return _kept("places", _places)


def _kept(what: str, build: Any) -> FeatureCollection:
    token = areas.version()
    if what not in _cached or _cached[what][0] != token:
        _cached[what] = (token, {"type": "FeatureCollection", "features": build()})
    return _cached[what][1]


def _areas() -> list[dict[str, Any]]:
    return [
        _feature(
            area.geometry,
            kind=area.kind,
            code=area.code,
            name=area.name,
            lat=area.center_lat,
            lon=area.center_lon,
            accuracy_m=area.accuracy_m,
        )
        for area in Area.objects.filter(geometry__isnull=False)
    ]


def _places() -> list[dict[str, Any]]:
    shown = Place.objects.filter(kind__in=[Place.Kind.HOSPITAL, Place.Kind.PUBLIC_SAFETY], verified=True)
    by_spot = {(place.kind, round(place.lat, 4), round(place.lon, 4)): place for place in shown.order_by("pk")}
    return [
        {
            "type": "Feature",
            "properties": {"kind": place.kind, "name": place.name},
            "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
        }
        for place in by_spot.values()
    ]


def _streets() -> list[dict[str, Any]]:
    best: dict[str, Street] = {}
    for street in Street.objects.order_by("length_m"):
        other = best.get(street.name_normal)
        if other is None or (street.source != DERIVED) >= (other.source != DERIVED):
            best[street.name_normal] = street
    lines = sorted((s for s in best.values() if s.length_m > 0), key=lambda street: street.name_normal)
    return [_feature(street.geometry, name=street.name, derived=street.source == DERIVED) for street in lines]


def _feature(geometry: dict[str, Any] | None, **properties: object) -> dict[str, Any]:
    drawn = shapely.set_precision(shape(geometry).simplify(TOLERANCE_DEGREES), GRID_DEGREES)
    return {"type": "Feature", "properties": properties, "geometry": mapping(drawn)}
