"""Loading a city's own files: recognised by content, broken rows reported, idempotent, finer than built-in facts."""

import io
import json
import random
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from dispatch.actions.geography import gazetteer_load, geography_load
from dispatch.geo.areas import in_city, neighborhood_of, random_point_in, town_of
from dispatch.geo.geojson import areas_geojson, streets_geojson
from dispatch.geo.locate import locate
from dispatch.geo.readers import read_file
from dispatch.geo.rows import Content
from dispatch.models import Area, GeographyVersion, Place, Street

pytestmark = pytest.mark.django_db


def square(west: float, south: float, size: float) -> dict[str, Any]:
    east, north = west + size, south + size
    return {
        "type": "Polygon",
        "coordinates": [[[west, south, 0], [east, south, 0], [east, north, 0], [west, north, 0], [west, south, 0]]],
    }


def line(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": points}


def write_features(path: Path, *features: tuple[dict[str, Any], Any]) -> None:
    """One feature on a line, as common tools write it; the first is on line 2."""
    rows = [json.dumps({"type": "Feature", "properties": p, "geometry": g}) for p, g in features]
    path.write_text('{"type": "FeatureCollection", "features": [\n' + ",\n".join(rows) + "\n]}\n")


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """Northport: two neighbourhoods, a street, two towns' outlines; file names that say nothing."""
    write_features(tmp_path / "a.geojson", ({"name": "Northport"}, square(-72.70, 41.70, 0.04)))
    write_features(
        tmp_path / "b.geojson",
        ({"NH_ID": 1, "NAME": "WEST SIDE"}, square(-72.70, 41.70, 0.02)),
        ({"NH_ID": 2, "NAME": "EAST SIDE"}, square(-72.68, 41.70, 0.02)),
    )
    write_features(
        tmp_path / "c.geojson",
        ({"TOWN": "Northport"}, square(-72.70, 41.70, 0.04)),
        ({"TOWN": "Lee"}, square(-72.66, 41.70, 0.10)),
    )
    write_features(
        tmp_path / "d.geojson",
        ({"StreetName": "HARBOR ST"}, line((-72.70, 41.71), (-72.69, 41.71))),
        ({"StreetName": "Harbor Street"}, line((-72.69, 41.71), (-72.67, 41.71))),
        ({"StreetName": "MILL RD"}, line((-72.69, 41.70), (-72.69, 41.72))),
    )
    (tmp_path / "e.csv").write_text(
        "street,cross_street,lat,lon\nHarbor St,Elm Ave,41.71,-72.695\nHarbor St,10 Harbor St,41.71,-72.699\n"
    )
    (tmp_path / "f.csv").write_text(
        "NAME,ADDRESS,CITY,BEDS,LATITUDE,LONGITUDE\nLEE HOSPITAL,1 OAK ST,LEE,10,41.75,-72.60\n"
    )
    (tmp_path / "g.csv").write_text("School Name,Address,lat,lon\nHarbor School,90 Harbor Street,41.7101,-72.675\n")
    (tmp_path / "readme.txt").write_text("not data")
    return tmp_path


def load(directory: Path) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("load_geography", str(directory), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_files_are_recognised_by_what_they_hold(city: Path) -> None:
    assert [read_file(city / f"{name}").content for name in ("a.geojson", "b.geojson", "c.geojson", "d.geojson")] == [
        Content.BOUNDARY,
        Content.NEIGHBORHOODS,
        Content.TOWNS,
        Content.STREETS,
    ]
    assert [read_file(city / f"{name}.csv").content for name in "efg"] == [
        Content.INTERSECTIONS,
        Content.HOSPITALS,
        Content.SCHOOLS,
    ]


def test_a_loaded_city_is_located_in_exactly(city: Path) -> None:
    out, err = load(city)
    assert err == ""
    assert "1 boundary, 2 neighborhoods, 2 towns, 3 streets, 4 places, 0 parcels" in out
    assert neighborhood_of(41.71, -72.69) == "WEST SIDE"
    assert (in_city(41.73, -72.69), in_city(41.75, -72.60), town_of(41.75, -72.60)) == (True, False, "Lee")
    crossing = locate("Mill & Harbor")
    assert (crossing.source, crossing.verified, crossing.neighborhood) == ("CROSSING", True, "WEST SIDE")
    assert (crossing.lat, crossing.lon) == (41.71, -72.69)
    between = locate("50 Harbor St")
    assert (between.source, between.neighborhood) == ("INTERPOLATED", "WEST SIDE")
    assert between.lon == pytest.approx(-72.687)
    assert (locate("Lee Hospital").in_city, locate("Lee Hospital").town) == (False, "Lee")
    assert locate("Elm & Harbor").verified


def test_loading_again_changes_nothing(city: Path) -> None:
    load(city)
    before = [list(model.objects.order_by("pk").values()) for model in (Area, Street, Place)]
    out, _ = load(city)
    assert "0 new, 0 changed" in out
    assert [list(model.objects.order_by("pk").values()) for model in (Area, Street, Place)] == before


def test_a_newer_file_adds_moves_and_removes(city: Path) -> None:
    load(city)
    token = GeographyVersion.objects.get().token
    (city / "e.csv").write_text("street,cross_street,lat,lon\nHarbor St,Ash St,41.71,-72.68\n")
    out, _ = load(city)
    assert "e.csv: 1 intersections (1 new, 0 changed, 0 as before, 2 removed)" in out
    assert locate("Ash & Harbor").verified
    assert not locate("Elm & Harbor").verified
    assert GeographyVersion.objects.get().token != token


def test_broken_rows_are_reported_with_file_and_line_and_the_rest_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "corners.csv").write_bytes(
        b"street,cross_street,lat,lon\n"
        b"Harbor St,Elm Ave,41.71,-72.695\n"
        b"Harbor St,Ash Ave,north,-72.695\n"
        b"Harbor St,Oak Ave,141.71,-72.695\n"
        b"Harbor St,,41.71,-72.695\n"
        b"Harbor St,Harbor St,41.71,-72.695\n"
        b"Harbor St,Elm Ave,41.71,-72.695\n"
        b"too,few\n"
        b'Harbor St,"Fir" Ave,41.71,-72.69\n'
        b"\x00,Yew Ave,41.71,-72.69\n"
        b"Mill Rd,Pi\xf1on Ave,41.72,-72.69\n"
    )
    rows = [
        {"type": "Feature", "properties": {"street": "MILL RD"}, "geometry": line((-72.69, 41.70), (-72.69, 41.72))},
        {"type": "Feature", "properties": {"street": "N/A"}, "geometry": line((-72.69, 41.70), (-72.69, 41.72))},
        {
            "type": "Feature",
            "properties": {"street": "FEET ST"},
            "geometry": line((1020000, 840000), (1020100, 840000)),
        },
        {
            "type": "Feature",
            "properties": {"street": "DOT ST"},
            "geometry": {"type": "Point", "coordinates": [-72, 41]},
        },
        {"type": "Feature", "properties": {"street": "GONE ST"}, "geometry": None},
        {"type": "Feature", "properties": {"street": "OAK ST"}, "geometry": line((-72.69, 41.70), (-72.68, 41.70))},
    ]
    texts = [json.dumps(row) for row in rows]
    texts.insert(1, '{"type": "Feature", "properties": {')
    (tmp_path / "lines.geojson").write_text('{"features": [\n' + ",\n".join(texts) + "\n]}")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "other.json").write_text("[1, 2")
    out, err = load(tmp_path)
    assert {report.split(": ")[0] for report in err.splitlines()} == {
        *(f"corners.csv:{number}" for number in (3, 4, 5, 6, 7, 8, 9, 10)),
        *(f"lines.geojson:{number}" for number in (3, 4, 5, 6, 7)),
        "other.json",
    }
    assert "corners.csv:7: repeats line 2" in err
    assert "EPSG:4326" in err
    assert "empty.csv: not used" in out
    assert set(Place.objects.values_list("name", flat=True)) == {"Harbor St & Elm Ave", "Mill Rd & Piñon Ave"}
    assert set(Street.objects.exclude(source="derived").values_list("name", flat=True)) == {"MILL RD", "OAK ST"}


def test_a_place_far_from_its_own_street_is_kept_but_not_verified(city: Path) -> None:
    (city / "g.csv").write_text("School Name,Address,lat,lon\nFar School,90 Harbor Street,41.75,-72.675\n")
    _, err = load(city)
    assert "g.csv:2: Far School: 4.4 km from HARBOR ST, not verified" in err
    assert not locate("Far School").verified


def test_a_directory_without_anything_usable_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="not a directory"):
        load(tmp_path / "absent")
    with pytest.raises(CommandError, match="holds no"):
        load(tmp_path)
    (tmp_path / "x.csv").write_text("colour,size\nred,2\n")
    with pytest.raises(CommandError, match="No file held anything"):
        load(tmp_path)


def test_built_in_facts_give_way_to_loaded_ones_and_never_come_back(city: Path) -> None:
    counts = gazetteer_load()
    assert counts["neighborhood"] == 17
    assert counts["places"] > 200
    (city / "e.csv").write_text("street,cross_street,lat,lon\nPark St,Washington St,41.7105,-72.69\n")
    load(city)
    assert gazetteer_load()["neighborhood"] == 0
    assert set(Area.objects.filter(kind=Area.Kind.NEIGHBORHOOD).values_list("name", flat=True)) == {
        "WEST SIDE",
        "EAST SIDE",
    }
    assert Area.objects.filter(kind=Area.Kind.BOUNDARY).count() == 1
    assert Area.objects.filter(kind=Area.Kind.TOWN, name="Wethersfield").exists()
    found = locate("Park St & Washington St")
    assert (found.lat, found.verified) == (41.7105, True)


def test_the_built_in_facts_load_twice_without_a_change() -> None:
    gazetteer_load()
    token = GeographyVersion.objects.get().token
    places = list(Place.objects.order_by("pk").values())
    gazetteer_load()
    assert GeographyVersion.objects.get().token == token
    assert list(Place.objects.order_by("pk").values()) == places


def test_the_built_in_facts_are_where_they_say() -> None:
    gazetteer_load()
    outside = {
        place.name for place in Place.objects.all() if (in_city(place.lat, place.lon) is False) != bool(place.town)
    }
    assert outside == set()
    assert Place.objects.filter(kind="INTERSECTION").count() >= 140


def test_a_random_point_is_a_parcel_where_parcels_are_loaded(city: Path) -> None:
    (city / "p.csv").write_text(
        "lng,lat,parcel_id,neighborhood\n"
        "-72.69,41.705,1,WEST SIDE\n-72.691,41.706,2,WEST SIDE\n-72.67,41.705,3,EAST SIDE\n"
    )
    load(city)
    drawn = {random_point_in("West Side", random.Random(seed)) for seed in range(20)}
    assert drawn == {(41.705, -72.69), (41.706, -72.691)}
    assert random_point_in("EAST SIDE", random.Random(0)) == (41.705, -72.67)
    assert locate("1").lat is None


def test_the_city_is_not_a_town_around_itself(city: Path) -> None:
    load(city)
    assert town_of(41.71, -72.69) is None
    assert locate("10 Harbor St, Northport").verified


def test_every_process_sees_a_reload(city: Path) -> None:
    gazetteer_load()
    assert neighborhood_of(41.71, -72.69) is None
    for name in ("a.geojson", "b.geojson"):
        geography_load(read_file(city / name))
    assert neighborhood_of(41.71, -72.69) == "WEST SIDE"


def test_the_map_gets_areas_and_one_line_a_street(city: Path) -> None:
    gazetteer_load()
    load(city)
    areas = areas_geojson()
    assert {(f["properties"]["kind"], f["properties"]["name"]) for f in areas["features"]} == {
        ("BOUNDARY", "Northport"),
        ("NEIGHBORHOOD", "WEST SIDE"),
        ("NEIGHBORHOOD", "EAST SIDE"),
        ("TOWN", "Northport"),
        ("TOWN", "Lee"),
    }
    streets = streets_geojson()
    names = [f["properties"]["name"] for f in streets["features"]]
    assert names.count("HARBOR ST") == 1
    assert not next(f for f in streets["features"] if f["properties"]["name"] == "MILL RD")["properties"]["derived"]
    json.dumps([areas, streets], allow_nan=False)
    assert streets_geojson() is streets
    geography_load(read_file(city / "d.geojson"))
    assert streets_geojson() is not streets
