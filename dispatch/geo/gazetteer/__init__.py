"""Facts about Hartford that come with the product, so that there is a place to stand in before a city loads its own.

Names with coordinates: 17 neighbourhood centres, the main intersections, public sites, schools, the area's hospitals,
the towns around, and a coarse outline of the city (21 points, good to 200 m). `actions.geography.gazetteer_load`
writes them; a loaded file takes the place of whatever it has too.
"""

import csv
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import Polygon, mapping
from shapely.geometry.base import BaseGeometry

from dispatch.geo.readers import read_file
from dispatch.geo.rows import AreaRow, PlaceRow

FOLDER = Path(__file__).resolve().parent
CITY = "Hartford"
OUTLINE_ACCURACY_M = 200
NEIGHBORHOOD_ACCURACY_M = 400
NARROWING = 0.746
"""A degree of longitude over a degree of latitude, in Hartford."""


def boundary() -> AreaRow:
    """The coarse outline of the city."""
    outline = _outline()
    return _area(CITY, outline, OUTLINE_ACCURACY_M)


def towns() -> list[AreaRow]:
    """The towns around, each by its centre alone."""
    return [AreaRow(row["name"], None, (float(row["lat"]), float(row["lon"]))) for row in _table("towns.csv")]


def neighborhoods() -> list[AreaRow]:
    """Rough outlines: the part of the city that is nearest to a neighbourhood's known points.

    87 % of Hartford's parcels fall into the right one; loading the city's polygons makes that exact.
    """
    points = [(float(row["lon"]), float(row["lat"]), row["name"]) for row in _table("neighborhoods.csv")]
    points += [(place.lon, place.lat, place.neighborhood) for place in places() if place.kind == "INTERSECTION"]
    flat = [shapely.Point(lon * NARROWING, lat) for lon, lat, _ in points]
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(flat)))
    tree = shapely.STRtree(flat)
    pieces: dict[str, list[BaseGeometry]] = {}
    for cell in cells:
        inside = int(tree.query(cell, predicate="contains")[0])
        pieces.setdefault(points[inside][2], []).append(cell)
    outline = _outline()
    return [
        _area(name, shapely.intersection(_widened(shapely.union_all(pieces[name])), outline), NEIGHBORHOOD_ACCURACY_M)
        for name in sorted(pieces)
    ]


def places() -> list[PlaceRow]:
    """Intersections, sites, schools and hospitals."""
    names = ("intersections.csv", "sites.csv", "schools.csv", "hospitals.csv")
    kinds = {"schools.csv": "SCHOOL", "hospitals.csv": "HOSPITAL"}
    found = []
    for name in names:
        rows = read_file(FOLDER / name)
        if rows.faults:
            raise ValueError(f"{name}, line {rows.faults[0].line}: {rows.faults[0].reason}")
        found += [_of_kind(row, kinds.get(name, row.kind)) for row in rows.places]
    return found


def _of_kind(row: PlaceRow, kind: str) -> PlaceRow:
    fields = {name: getattr(row, name) for name in PlaceRow.__slots__} | {"kind": kind}
    return PlaceRow(**fields)


def _table(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _outline() -> Polygon:
    return Polygon([(float(row["lon"]), float(row["lat"])) for row in _table("city_outline.csv")])


def _widened(flat: BaseGeometry) -> BaseGeometry:
    return shapely.transform(flat, lambda xy: xy / [NARROWING, 1.0])


def _area(name: str, drawn: BaseGeometry, accuracy_m: int) -> AreaRow:
    inside = drawn.representative_point()
    geometry: dict[str, Any] = mapping(shapely.set_precision(drawn, 0.00001))
    return AreaRow(name, geometry, (round(inside.y, 5), round(inside.x, 5)), accuracy_m=accuracy_m)
