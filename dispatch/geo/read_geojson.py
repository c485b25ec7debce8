"""GeoJSON feature collections: polygons of areas, lines of streets, points of places."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from dispatch.geo import read_csv
from dispatch.geo.areas import METRES_PER_DEGREE
from dispatch.geo.normalise import clean, is_position, street_normal
from dispatch.geo.rows import AreaRow, Content, Fault, FileRows, StreetRow

STREET_KEYS = ("street", "streetname", "street_name", "st_name", "fullname", "full_name", "road", "roadname", "name")
NEIGHBORHOOD_HINTS = ("nh", "hood", "neigh")
TOWN_HINTS = ("town", "municip", "name10", "name20", "cousub")
TOWN_AREA_KM2 = 15.0
"""Hartford's neighbourhoods have 0.7 to 5.5 km2, Connecticut's towns 25 and more."""

NO_NAME = {"", "N/A", "NA", "NONE", "NULL", "UNKNOWN", "UNNAMED"}
MAX_NAME = 80

Feature = tuple[int, dict[str, Any]]


def read(text: str, source: str) -> FileRows:
    """Recognise a feature collection and read it."""
    rows = FileRows(source)
    features = list(_features(text, rows.faults))
    if not features:
        rows.note = "no features"
        return rows
    types = [str((feature.get("geometry") or {}).get("type")) for _, feature in features]
    most = max(set(types), key=types.count)
    if most in ("Polygon", "MultiPolygon"):
        _read_areas(features, rows)
    elif most in ("LineString", "MultiLineString"):
        _read_streets(features, rows)
    elif most == "Point":
        read_csv.read_records(_as_records(features), rows)
    else:
        rows.note = "no polygons, lines or points"
    return rows


def _features(text: str, faults: list[Fault]) -> Iterator[Feature]:
    """Each feature with its line. A broken one is passed over to the next line that begins a feature."""
    start = re.search(r'"features"\s*:\s*\[', text)
    if not start:
        faults.append(Fault(0, "no GeoJSON feature collection"))
        return
    decoder, at, line, counted = json.JSONDecoder(), start.end(), 1, 0
    separator = re.compile(r"[\s,]*")
    while (at := separator.match(text, at).end()) < len(text) and text[at] != "]":  # type: ignore[union-attr]
        line, counted = line + text.count("\n", counted, at), at
        try:
            feature, at = decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError):
            faults.append(Fault(line, "broken JSON"))
            following = re.compile(r"\n\s*\{").search(text, at)
            if not following:
                return
            at = following.start()
            continue
        if isinstance(feature, dict) and isinstance(feature.get("properties") or {}, dict):
            yield line, feature
        else:
            faults.append(Fault(line, "not a feature"))


def _properties(feature: dict[str, Any]) -> dict[str, str]:
    """Properties as text, by lower-case name."""
    return {str(key).lower(): clean(str(value)) for key, value in (feature.get("properties") or {}).items() if value}


def _geometry(feature: dict[str, Any], types: tuple[str, ...]) -> BaseGeometry:
    """The feature's geometry, flat, valid and on the globe. Raises ValueError with the reason."""
    try:
        drawn = shapely.force_2d(shape(feature.get("geometry")))
    except Exception as error:  # shapely raises whatever a malformed mapping leads it to
        raise ValueError("geometry cannot be read") from error
    if drawn.is_empty:
        raise ValueError("no geometry")
    west, south, east, north = drawn.bounds
    if not all(map(math.isfinite, drawn.bounds)) or not (is_position(south, west) and is_position(north, east)):
        raise ValueError("coordinates off the globe (is it in EPSG:4326?)")
    drawn = drawn if drawn.is_valid else shapely.make_valid(drawn)
    if drawn.geom_type not in types:
        raise ValueError(f"a {drawn.geom_type}, expected {' or '.join(types)}")
    return drawn


def _read_areas(features: list[Feature], rows: FileRows) -> None:
    keys = {key for _, feature in features for key in _properties(feature)}
    name_key = next((key for key in sorted(keys, key=_name_rank) if _name_rank(key) < len(_NAME_KEYS)), None)
    if name_key is None:
        rows.note = "polygons without a name"
        return
    sizes = []
    for line, feature in features:
        try:
            drawn = _geometry(feature, ("Polygon", "MultiPolygon"))
            name = _name(_properties(feature).get(name_key, ""))
        except ValueError as error:
            rows.faults.append(Fault(line, str(error)))
            continue
        inside = drawn.representative_point()
        sizes.append(_square_km(drawn))
        rows.areas.append(AreaRow(name, mapping(drawn), (round(inside.y, 6), round(inside.x, 6)), line))
    rows.content = _area_content(keys, rows.areas, sizes)


_NAME_KEYS = ("neighborhood", "neighbourhood", "town", "town_name", "municipality", "name", "name10", "name20", "label")


def _name_rank(key: str) -> int:
    return _NAME_KEYS.index(key) if key in _NAME_KEYS else len(_NAME_KEYS)


def _area_content(keys: set[str], areas: list[AreaRow], sizes: list[float]) -> Content:
    """One polygon is the boundary; of several, property names decide, else their size."""
    if not areas:
        return Content.UNUSED
    if len(areas) == 1:
        return Content.BOUNDARY
    if any(hint in key for key in keys for hint in NEIGHBORHOOD_HINTS):
        return Content.NEIGHBORHOODS
    if any(hint in key for key in keys for hint in TOWN_HINTS):
        return Content.TOWNS
    return Content.TOWNS if sorted(sizes)[len(sizes) // 2] > TOWN_AREA_KM2 else Content.NEIGHBORHOODS


def _read_streets(features: list[Feature], rows: FileRows) -> None:
    keys = {key for _, feature in features for key in _properties(feature)}
    name_key = next((key for key in STREET_KEYS if key in keys), None)
    if name_key is None:
        rows.note = "lines without a street name"
        return
    rows.content = Content.STREETS
    for line, feature in features:
        try:
            name = _name(_properties(feature).get(name_key, ""))
            drawn = _geometry(feature, ("LineString", "MultiLineString"))
            if not street_normal(name):
                raise ValueError(f"no street name in {name!r}")
        except ValueError as error:
            rows.faults.append(Fault(line, str(error)))
        else:
            rows.streets.append(StreetRow(name, mapping(drawn), line))


def _as_records(features: list[Feature]) -> Iterator[tuple[int, dict[str, str]]]:
    for line, feature in features:
        record = _properties(feature)
        coordinates = (feature.get("geometry") or {}).get("coordinates")
        if isinstance(coordinates, list) and len(coordinates) >= 2:
            record |= {"lon": str(coordinates[0]), "lat": str(coordinates[1])}
        yield line, record


def _name(name: str) -> str:
    if name.upper() in NO_NAME:
        raise ValueError("no name")
    if len(name) > MAX_NAME:
        raise ValueError(f"name longer than {MAX_NAME} characters")
    return name


def _square_km(drawn: BaseGeometry) -> float:
    per_degree = METRES_PER_DEGREE / 1000
    return float(drawn.area * per_degree**2 * math.cos(math.radians(drawn.centroid.y)))
