"""Writes of address points: one file's, as a whole. Called inside the load's transaction (`actions.geography`)."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db import connection

from dispatch.geo.apart import streets_apart
from dispatch.geo.areas import Areas, distance_m
from dispatch.geo.normalise import street_normal
from dispatch.geo.rows import PlaceRow
from dispatch.models.geography import AddressPoint, AddressStreet, Place

BATCH = 2_000


class _Point(NamedTuple):
    """What one point is known by; two of a file that agree in all of it are one."""

    street: str
    town: str
    number: int
    number_high: int
    lat: float
    lon: float
    neighborhood: str


def addresses_load(rows: Sequence[PlaceRow], source: str, areas: Areas) -> tuple[int, int, int]:
    """Make the address points of a file those of `rows`; how many are new, gone, as before.

    A file that says what is known already writes nothing. One with any change is written anew, because a point more
    may join two streets of a name.
    """
    names: dict[str, str] = {}
    wanted = set()
    for row in rows:
        names.setdefault(row.street_1[:120], _street_name(row))
        wanted.add(_point(row, areas))
    present = set(_present(source))
    if wanted != present:
        _make_room(source)
        _write(sorted(wanted), names, source)
        _tell_apart()
    return len(wanted - present), len(present - wanted), len(wanted & present)


def _point(row: PlaceRow, areas: Areas) -> _Point:
    low = row.number_low or 0
    neighborhood, town = areas.surroundings(row.lat, row.lon, neighborhood=row.neighborhood, town=row.town)
    lat, lon = round(row.lat, 6), round(row.lon, 6)
    return _Point(row.street_1[:120], town[:80], low, row.number_high or low, lat, lon, neighborhood[:80])


def _street_name(row: PlaceRow) -> str:
    """The street as the file writes it: the row's name without the number."""
    _, _, street = row.name.partition(" ")
    return street[:120] if street_normal(street) == row.street_1 else row.street_1[:120]


def _present(source: str) -> Iterator[_Point]:
    fields = ("street__name_normal", "street__town", "number", "number_high", "lat", "lon", "neighborhood")
    rows = AddressPoint.objects.filter(street__source=source).order_by().values_list(*fields)
    return (_Point(*row) for row in rows.iterator(chunk_size=20_000))


def _make_room(source: str) -> None:
    """The file's points go; so do those that an earlier version kept as named places."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        points = "DELETE FROM dispatch_addresspoint p USING dispatch_addressstreet s"
        cursor.execute(f"{points} WHERE p.street_id = s.id AND s.source = %s", [source])
        cursor.execute("DELETE FROM dispatch_addressstreet WHERE source = %s", [source])
    Place.objects.filter(source=source, kind=Place.Kind.ADDRESS).delete()


def _write(points: Sequence[_Point], names: dict[str, str], source: str) -> None:
    by_name: dict[tuple[str, str], list[_Point]] = defaultdict(list)
    for point in points:
        by_name[point.street, point.town].append(point)
    streets, lying_on = [], []
    for (normal, town), alike in by_name.items():
        for group in streets_apart([(point.lat, point.lon) for point in alike]):
            members = [alike[index] for index in group]
            streets.append(_street(members, names[normal], normal, town, source))
            lying_on.append(members)
    AddressStreet.objects.bulk_create(streets, batch_size=BATCH)
    with connection.cursor() as cursor:
        columns = "street_id, number, number_high, lat, lon, neighborhood"
        cursor.copy_expert(
            f"COPY dispatch_addresspoint ({columns}) FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL (neighborhood))",
            _as_csv(streets, lying_on),
        )


def _as_csv(streets: Sequence[AddressStreet], lying_on: Sequence[Sequence[_Point]]) -> io.StringIO:
    text = io.StringIO()
    table = csv.writer(text)
    for street, members in zip(streets, lying_on, strict=True):
        table.writerows((street.pk, *point[2:]) for point in members)
    text.seek(0)
    return text


def _street(points: Sequence[_Point], name: str, normal: str, town: str, source: str) -> AddressStreet:
    middle = sum(point.lat for point in points) / len(points), sum(point.lon for point in points) / len(points)
    at = min(points, key=lambda point: (distance_m(*middle, point.lat, point.lon), point))
    return AddressStreet(
        name=name,
        name_normal=normal,
        town=town,
        neighborhood=Counter(point.neighborhood for point in points).most_common(1)[0][0],
        lat=at.lat,
        lon=at.lon,
        reach_m=round(max(distance_m(at.lat, at.lon, point.lat, point.lon) for point in points)),
        point_count=len(points),
        source=source,
    )


def _tell_apart() -> None:
    """Give each street that shares its name, in all files, what tells it from the others."""
    alike: dict[tuple[str, str], list[AddressStreet]] = defaultdict(list)
    for street in AddressStreet.objects.all():
        alike[street.name_normal, street.town].append(street)
    changed = []
    for streets in alike.values():
        areas = Counter(street.neighborhood for street in streets)
        for street in streets:
            own = street.neighborhood if areas[street.neighborhood] == 1 else ""
            qualifier = "" if len(streets) == 1 else own or f"{street.lat:.4f}, {street.lon:.4f}"
            if qualifier != street.qualifier:
                street.qualifier = qualifier
                changed.append(street)
    AddressStreet.objects.bulk_update(changed, ["qualifier"], batch_size=BATCH)
