"""Hartford's recorded geography, where it is present: every file loads, and its own names are found again."""

import csv
import io
import os
from pathlib import Path

import pytest
from django.core.management import call_command

from dispatch.geo.areas import distance_m, neighborhood_of
from dispatch.geo.locate import locate
from dispatch.models import Area, Place, Street

DATA = Path(os.environ.get("HEARTEAM_TEST_DATA", "../shared/data")) / "geo"

pytestmark = [
    pytest.mark.data,
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"recorded data is not at {DATA}"),
]


def test_the_recorded_geography_loads_completely_and_finds_its_own_names() -> None:
    out, err = io.StringIO(), io.StringIO()
    call_command("load_geography", str(DATA), stdout=out, stderr=err)
    assert [Area.objects.filter(kind=kind).count() for kind in ("BOUNDARY", "NEIGHBORHOOD", "TOWN")] == [1, 17, 15]
    per_source = {
        "hartford_intersections_cttransit_stops.csv": 498,
        "hartford_schools_csde.csv": 61,
        "hartford_county_hospitals_hifld.csv": 12,
        "hartford_sites_gazetteer.csv": 27,
    }
    assert {source: Place.objects.filter(source=source).count() for source in per_source} == per_source
    assert Place.objects.filter(kind="PARCEL").count() == sum(1 for _ in rows_of("hartford_parcel_centroids.csv"))
    assert Street.objects.filter(source="hartford_streets_approx_from_stops.geojson").count() == 46
    assert "hartford_bike_routes_2022.geojson: 173 street lines" in out.getvalue()
    assert "hartford_bike_routes_2022.geojson:171: no name" in err.getvalue()
    assert "Parkville Community School" in err.getvalue()
    check_intersections()
    check_neighborhoods()


def check_intersections() -> None:
    """95 % of the file's own names within 50 m; two rows of one name less than 250 m apart are one crossing."""
    rows = list(rows_of("hartford_intersections_cttransit_stops.csv"))
    missed = []
    for row in rows:
        address = row["kind"] == "address"
        name = row["cross_or_landmark"] if address else f"{row['street']} & {row['cross_or_landmark']}"
        found = locate(name)
        if found.lat is None or found.lon is None:
            missed.append(f"{name}: {found.source}")
            continue
        away = distance_m(found.lat, found.lon, float(row["lat"]), float(row["lon"]))
        if away > 50:
            missed.append(f"{name}: {away:.0f} m")
    assert len(missed) <= 0.05 * len(rows), missed


def check_neighborhoods() -> None:
    """The city's own polygons against the neighbourhood each intersection row names."""
    rows = list(rows_of("hartford_intersections_cttransit_stops.csv"))
    right = [row for row in rows if neighborhood_of(float(row["lat"]), float(row["lon"])) == row["neighborhood"]]
    assert len(right) >= 0.98 * len(rows)


def rows_of(name: str) -> "csv.DictReader[str]":
    return csv.DictReader((DATA / name).read_text().splitlines())
