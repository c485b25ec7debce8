"""Writes of the geofile: one file in one transaction, the built-in facts, street lines laid through known points.

A file is the truth for its own rows: loading it again changes nothing, loading a newer one adds, changes and removes.
No events: the geofile is reference data; its version's new token tells every process to read it anew.
"""

import uuid
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import shapely
from django.db import connection, transaction
from django.db.models import Model, Q
from shapely.geometry import mapping, shape

from dispatch.actions.addresses import addresses_load
from dispatch.geo import gazetteer
from dispatch.geo.areas import Areas, current, distance_m
from dispatch.geo.lines import length_m, line_through
from dispatch.geo.normalise import area_code, intersection_normal, name_normal, street_normal
from dispatch.geo.rows import AreaRow, Content, Fault, FileRows, PlaceRow, StreetRow
from dispatch.models.geography import BUILT_IN, DERIVED, AddressStreet, Area, GeographyVersion, Place, Street

BATCH = 2_000

FAR_FROM_ITS_STREET_M = 3_000
"""A place this far from the street of its own address has a wrong position or a wrong address.
Less is let pass: a file may have only a stretch of the street."""

AREA_KINDS = {
    Content.BOUNDARY: Area.Kind.BOUNDARY,
    Content.TOWNS: Area.Kind.TOWN,
    Content.NEIGHBORHOODS: Area.Kind.NEIGHBORHOOD,
}


@dataclass(slots=True)
class Loaded:
    """What one load changed, in rows of the geofile. `doubts` are rows kept but marked as not verified."""

    created: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0
    doubts: list[Fault] = field(default_factory=list)


def geography_load(rows: FileRows) -> Loaded:
    """Make the geofile agree with one file that was read; all of it or, on an error, nothing."""
    with transaction.atomic(durable=True):
        _lock()
        if rows.content in AREA_KINDS:
            loaded = _areas_load(AREA_KINDS[rows.content], rows.areas, rows.source)
        elif rows.content == Content.CENTERS:
            loaded = _centers_load(rows.areas)
        elif rows.content == Content.STREETS:
            loaded = _streets_load(rows.streets, rows.source)
        elif rows.content == Content.ADDRESSES:
            created, removed, unchanged = addresses_load(rows.places, rows.source, current())
            loaded = Loaded(created=created, removed=removed, unchanged=unchanged)
        elif rows.content == Content.UNUSED:
            return Loaded()
        else:
            loaded = _places_load(rows.places, rows.source)
        _streets_derive()
        _advance()
        _analyze()
    return loaded


def gazetteer_load() -> dict[str, int]:
    """Write the built-in facts that no loaded file has better; the rows of them there are, by what they are."""
    with transaction.atomic(durable=True):
        _lock()
        sets = (
            (Area.Kind.BOUNDARY, [gazetteer.boundary()]),
            (Area.Kind.TOWN, gazetteer.towns()),
            (Area.Kind.NEIGHBORHOOD, gazetteer.neighborhoods()),
        )
        changed = [_areas_load(kind, _not_loaded(kind, rows), BUILT_IN) for kind, rows in sets]
        if _any(changed):
            _advance()  # the places below look up their neighbourhood in the areas just written
        loaded = set(Place.objects.exclude(source=BUILT_IN).values_list("kind", "name_normal"))
        places = [row for row in gazetteer.places() if (row.kind, _normal(row)) not in loaded]
        changed = [_places_load(places, BUILT_IN), _streets_derive()]
        if _any(changed):
            _advance()
    counts = {str(kind.label).lower(): Area.objects.filter(kind=kind, source=BUILT_IN).count() for kind, _ in sets}
    return counts | {
        "places": Place.objects.filter(source=BUILT_IN).count(),
        "streets": Street.objects.filter(source=DERIVED).count(),
    }


def _any(loads: Sequence[Loaded]) -> bool:
    return any(load.created or load.updated or load.removed for load in loads)


def _lock() -> None:
    """One load at a time."""
    GeographyVersion.objects.get_or_create(pk=1)
    GeographyVersion.objects.select_for_update(no_key=True).get(pk=1)


def _advance() -> None:
    GeographyVersion.objects.filter(pk=1).update(token=uuid.uuid4())


def _analyze() -> None:
    """Fresh statistics: without them the first look-ups after a large load read the whole table."""
    with connection.cursor() as cursor:
        tables = "dispatch_place, dispatch_street, dispatch_addressstreet, dispatch_addresspoint"
        cursor.execute(f"ANALYZE {tables}")


def _not_loaded(kind: str, rows: list[AreaRow]) -> list[AreaRow]:
    """The built-in areas that are still wanted: towns one by one, the city's own areas all or none."""
    codes = set(Area.objects.filter(kind=kind).exclude(source=BUILT_IN).values_list("code", flat=True))
    if codes and kind != Area.Kind.TOWN:
        return []
    return [row for row in rows if area_code(row.name) not in codes]


# Areas


def _areas_load(kind: str, rows: Sequence[AreaRow], source: str) -> Loaded:
    """A loaded set of neighbourhoods or boundary replaces the built-in one as a whole; there is one boundary."""
    replaced = Q(source=source) | Q(source=BUILT_IN) if kind != Area.Kind.TOWN else Q(source=source)
    if kind == Area.Kind.BOUNDARY and rows:
        replaced = Q()
    wanted = {area_code(row.name): _area_fields(row, source) for row in rows}
    present = {area.code: area for area in Area.objects.filter(kind=kind)}
    gone = [area.pk for area in Area.objects.filter(replaced, kind=kind) if area.code not in wanted]
    Area.objects.filter(pk__in=gone).delete()
    loaded = Loaded(removed=len(gone))
    for code, fields in wanted.items():
        area = present.get(code)
        if area is None:
            Area.objects.create(kind=kind, code=code, **fields)
            loaded.created += 1
        elif _assign(area, fields):
            area.save()
            loaded.updated += 1
        else:
            loaded.unchanged += 1
    return loaded


def _area_fields(row: AreaRow, source: str) -> dict[str, Any]:
    lat, lon = row.center
    west, south, east, north = shape(row.geometry).bounds if row.geometry else (lon, lat, lon, lat)
    return {
        "name": row.name,
        "geometry": _as_json(row.geometry) if row.geometry else None,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "center_lat": lat,
        "center_lon": lon,
        "accuracy_m": row.accuracy_m,
        "source": source,
    }


def _centers_load(rows: Sequence[AreaRow]) -> Loaded:
    """Where a neighbourhood's label goes; one the geofile does not have is a doubt."""
    loaded = Loaded()
    present = {area.code: area for area in Area.objects.filter(kind=Area.Kind.NEIGHBORHOOD)}
    for row in rows:
        area = present.get(area_code(row.name))
        if area is None:
            loaded.doubts.append(Fault(row.line, f"no neighborhood {row.name!r} is loaded"))
        elif _assign(area, {"center_lat": row.center[0], "center_lon": row.center[1]}):
            area.save()
            loaded.updated += 1
        else:
            loaded.unchanged += 1
    return loaded


# Streets


def _streets_load(rows: Sequence[StreetRow], source: str) -> Loaded:
    """All stretches of one name in a file become one street."""
    stretches: dict[str, list[StreetRow]] = {}
    for row in rows:
        stretches.setdefault(street_normal(row.name), []).append(row)
    streets = []
    for normal, parts in stretches.items():
        drawn = shapely.union_all([shape(part.geometry) for part in parts])
        streets.append(_street(parts[0].name, normal, drawn, source))
    return _sync(Street, streets, Q(source=source), ("name_normal",), ("name", "geometry", "length_m"))


def _streets_derive() -> Loaded:
    """A rough line through the known points of each street that no file has."""
    surveyed = set(Street.objects.exclude(source=DERIVED).values_list("name_normal", flat=True))
    points: dict[str, list[tuple[float, float]]] = {}
    on_street = Q(kind__in=(Place.Kind.INTERSECTION, Place.Kind.ADDRESS))
    for known in (on_street, ~on_street & Q(number_low__isnull=False)):  # a site may lie back from its street
        missing: dict[str, list[tuple[float, float]]] = {}
        rows = Place.objects.filter(known, town="").values_list("street_1", "street_2", "lat", "lon")
        for street_1, street_2, lat, lon in rows:
            for street in {street_1, street_2} - {""} - surveyed - points.keys():
                missing.setdefault(street, []).append((lat, lon))
        points |= missing
    for street, at in _thinned_addresses(surveyed | points.keys()):
        points.setdefault(street, []).append(at)
    streets = [_street(name, name, line_through(at), DERIVED) for name, at in points.items()]
    return _sync(Street, streets, Q(source=DERIVED), ("name_normal",), ("geometry", "length_m"))


def _thinned_addresses(known: Set[str]) -> list[tuple[str, tuple[float, float]]]:
    """Of each street without another line, one address point in about 100 m; of streets of one name, the largest's."""
    largest: dict[str, int] = {}
    streets = AddressStreet.objects.filter(town="").order_by("-point_count", "pk").values_list("pk", "name_normal")
    for pk, name in streets:
        if name not in known:
            largest.setdefault(name, pk)
    names = {pk: name for name, pk in largest.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT street_id, avg(lat), avg(lon) FROM dispatch_addresspoint WHERE street_id = ANY(%s)"
            " GROUP BY street_id, floor(lat * 1000), floor(lon * 1000) ORDER BY street_id, 2, 3",
            [list(names)],
        )
        return [(names[pk], (round(lat, 6), round(lon, 6))) for pk, lat, lon in cursor.fetchall()]


def _street(name: str, normal: str, drawn: shapely.Geometry, source: str) -> Street:
    return Street(
        name=name[:120],
        name_normal=normal[:120],
        geometry=_as_json(mapping(drawn)),
        length_m=round(length_m(drawn), 1),
        source=source,
    )


# Places


def _places_load(rows: Sequence[PlaceRow], source: str) -> Loaded:
    areas = current()
    lines = {street.name_normal: shape(street.geometry) for street in Street.objects.order_by("length_m")}
    places, doubts = [], []
    for row in rows:
        place = _place(row, areas, source)
        away = 0.0 if row.town else _away_from_street(place, lines)
        if away > FAR_FROM_ITS_STREET_M:
            place.verified = False
            doubts.append(Fault(row.line, f"{row.name}: {away / 1000:.1f} km from {place.street_1}, not verified"))
        places.append(place)
    key = ("kind", "name", "lat", "lon")
    fields = ("street_1", "street_2", "number_low", "number_high", "neighborhood", "town", "verified", "name_normal")
    loaded = _sync(Place, places, Q(source=source), key, fields)
    loaded.doubts = doubts
    if source != BUILT_IN:
        _supersede(places)
    return loaded


def _place(row: PlaceRow, areas: Areas, source: str) -> Place:
    neighborhood, town = areas.surroundings(row.lat, row.lon, neighborhood=row.neighborhood, town=row.town)
    return Place(
        kind=row.kind,
        name=row.name,
        name_normal=_normal(row),
        street_1=row.street_1[:120],
        street_2=row.street_2[:120],
        number_low=row.number_low,
        number_high=row.number_high,
        lat=row.lat,
        lon=row.lon,
        neighborhood=neighborhood,
        town=town,
        source=source,
        verified=row.verified,
    )


def _normal(row: PlaceRow) -> str:
    """What the place is searched by: nobody searches a parcel, and an intersection has no first street."""
    if row.kind == Place.Kind.PARCEL:
        return ""
    return intersection_normal(row.street_1, row.street_2) if row.street_2 else name_normal(row.name)


def _away_from_street(place: Place, lines: dict[str, shapely.Geometry]) -> float:
    """Metres between an addressed place and the line of its street; 0 where either is not known."""
    line = lines.get(place.street_1)
    if line is None or place.number_low is None or line.geom_type == "Point":
        return 0.0
    nearest = line.interpolate(line.project(shapely.Point(place.lon, place.lat)))
    return distance_m(place.lat, place.lon, nearest.y, nearest.x)


def _supersede(places: Sequence[Place]) -> None:
    """A place that a file has is not needed from the built-in facts."""
    named = {(place.kind, place.name_normal) for place in places}
    built_in = Place.objects.filter(source=BUILT_IN).values_list("pk", "kind", "name_normal")
    Place.objects.filter(pk__in=[pk for pk, kind, name in built_in if (kind, name) in named]).delete()


# Rows


def _sync(model: Any, wanted: Iterable[Model], scope: Q, key: tuple[str, ...], fields: tuple[str, ...]) -> Loaded:
    """Make the rows of `scope` those wanted, matched by `key`; only what differs is written."""
    present = {tuple(getattr(row, name) for name in key): row for row in model.objects.filter(scope)}
    loaded, create, update = Loaded(), [], []
    for row in wanted:
        existing = present.pop(tuple(getattr(row, name) for name in key), None)
        if existing is None:
            create.append(row)
        elif _assign(existing, {name: getattr(row, name) for name in fields}):
            update.append(existing)
        else:
            loaded.unchanged += 1
    model.objects.filter(pk__in=[row.pk for row in present.values()]).delete()
    model.objects.bulk_create(create, batch_size=BATCH)
    if update:
        model.objects.bulk_update(update, fields, batch_size=BATCH)
    loaded.created, loaded.updated, loaded.removed = len(create), len(update), len(present)
    return loaded


def _assign(row: Model, fields: dict[str, Any]) -> bool:
    """Set the fields; whether any of them changed."""
    changed = {name: value for name, value in fields.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)


def _as_json(geometry: dict[str, Any]) -> dict[str, Any]:
    """GeoJSON with lists where shapely gives tuples, so that what is stored compares equal to what is read back."""
    return {"type": geometry["type"], "coordinates": _lists(geometry["coordinates"])}


def _lists(coordinates: Any) -> Any:
    if isinstance(coordinates, (list, tuple)):
        return [_lists(part) for part in coordinates]
    return round(float(coordinates), 6)
