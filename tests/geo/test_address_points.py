"""Address points: loaded from whatever columns a city has, found however spelt, told apart on streets of one name."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from dispatch.actions.geography import Loaded, gazetteer_load, geography_load
from dispatch.geo.apart import streets_apart
from dispatch.geo.locate import locate, search
from dispatch.geo.normalise import street_normal
from dispatch.geo.readers import read_file
from dispatch.geo.rows import Content
from dispatch.models import AddressPoint, AddressStreet, Place, Street

LONG = [f"{number},Farmington Ave,41.76{number // 10:02},-72.69" for number in range(100, 160, 2)]
SHORT = ["415,Park Street,41.757,-72.685", "417,Park Street,41.7571,-72.6851", "9,Washington St,41.75,-72.68"]
TWICE = ["12,Elm St,41.745,-72.70", "14,Elm St,41.7451,-72.70", "12,Elm St,41.79,-72.69", "30,Elm St,41.7905,-72.69"]


def load(directory: Path, lines: Iterable[str], header: str = "number,street,lat,lon") -> Loaded:
    file = directory / "points.csv"
    file.write_text("\n".join([header, *lines]))
    rows = read_file(file)
    assert (rows.content, rows.faults) == (Content.ADDRESSES, [])
    return geography_load(rows)


@pytest.fixture
def points(db: None, tmp_path: Path) -> Path:
    gazetteer_load()
    load(tmp_path, [*LONG, *SHORT, *TWICE])
    return tmp_path


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("LON,LAT,NUMBER,STREET,UNIT,CITY,POSTCODE", "-72.69,41.76,100,FARMINGTON AVE,2,HARTFORD,06105"),
        ("Add_Number,St_PreDir,St_Name,St_PosTyp,Longitude,Latitude", "100,,Farmington,Avenue,-72.69,41.76"),
        ("full_address,y,x", "100 Farmington Avenue,41.76,-72.69"),
        ("house_number,street_name,lat,lng", "100.0,farmington av,41.76,-72.69"),
    ],
)
def test_address_points_are_recognised_by_their_columns(tmp_path: Path, header: str, line: str) -> None:
    file = tmp_path / "x.csv"
    file.write_text(f"{header}\n{line}\n{line}\n")
    rows = read_file(file)
    assert (rows.content, rows.faults) == (Content.ADDRESSES, [])
    (row,) = rows.places
    assert (row.number_low, row.street_1, row.lat, row.lon) == (100, "FARMINGTON AV", 41.76, -72.69)


def test_geojson_points_with_a_number_and_a_street_are_address_points(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [-72.69, 41.76]}
    houses = [{"type": "Feature", "properties": {"number": n, "street": "Elm St"}, "geometry": point} for n in (3, "x")]
    (tmp_path / "x.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": houses}))
    rows = read_file(tmp_path / "x.geojson")
    assert (rows.content, [row.number_low for row in rows.places], len(rows.faults)) == (Content.ADDRESSES, [3], 1)


def test_loading_again_changes_nothing_and_a_newer_file_only_what_differs(points: Path) -> None:
    before = list(AddressPoint.objects.order_by("pk").values())
    same = load(points, [*LONG, *SHORT, *TWICE])
    assert (same.created, same.removed, same.unchanged) == (0, 0, 37)
    assert list(AddressPoint.objects.order_by("pk").values()) == before
    newer = load(points, [*LONG, *SHORT[:1]])
    assert (newer.created, newer.removed, newer.unchanged) == (0, 6, 31)
    assert set(AddressStreet.objects.values_list("name_normal", "qualifier")) == {
        ("FARMINGTON AV", ""),
        ("PARK ST", ""),
    }


def test_points_that_an_earlier_version_kept_as_places_move_over(points: Path) -> None:
    Place.objects.create(kind="ADDRESS", name="1 Old St", street_1="OLD ST", lat=41.7, lon=-72.7, source="points.csv")
    load(points, SHORT)
    assert not Place.objects.filter(source="points.csv").exists()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("415 park st", "415 Park Street"),
        ("415 prk st", "415 Park Street"),
        ("farmingtn ave", "FARMINGTON AV"),
        ("wshington", "WASHINGTON ST"),
        ("112 Farmingtin", "112 Farmington Ave"),
        ("asylm hill", "ASYLUM HILL"),
        ("hartfrd hospital", "Hartford Hospital, 80 SEYMOUR ST"),
        ("prk & washingtn", "Park St & Washington St"),
        ("41.76, -72.68", "41.76, -72.68"),
    ],
)
@pytest.mark.usefixtures("points")
def test_a_misspelt_text_still_finds_the_place_first(typed: str, first: str) -> None:
    found = search(typed, 5)
    assert (found[0].text, street_normal(found[0].text)) in {(first, street_normal(first)), (found[0].text, first)}
    assert found[0].neighborhood


@pytest.mark.usefixtures("points")
def test_the_very_name_comes_first_and_only_it_is_verified() -> None:
    exact, misspelt = locate("415 Park St"), locate("415 Prk St")
    assert (exact.verified, exact.source, exact.lat, exact.candidates) == (True, "ADDRESS", 41.757, ())
    assert (misspelt.verified, misspelt.matched) == (False, "415 Park Street")
    assert search("415 Park St", 1)[0].score == 1


@pytest.mark.usefixtures("points")
def test_a_number_between_points_is_estimated_and_never_verified() -> None:
    found = locate("113 Farmington Ave")
    assert (found.source, found.verified) == ("INTERPOLATED", False)
    assert found.lat == pytest.approx(41.7611, abs=0.0002)


@pytest.mark.usefixtures("points")
def test_a_picked_estimate_stays_an_estimate_with_its_uncertainty() -> None:
    (between,) = [c for c in search("113 Farmington Ave") if c.source == "INTERPOLATED"]
    found = locate(between.text, lat=between.lat, lon=between.lon)
    assert (found.verified, found.uncertainty_m) == (False, between.uncertainty_m)
    assert locate(between.text, lat=between.lat + 0.001, lon=between.lon).verified


@pytest.mark.usefixtures("points")
def test_streets_of_one_name_are_a_choice_with_their_neighborhoods() -> None:
    unclear = locate("12 Elm St")
    assert (unclear.source, unclear.lat) == ("AMBIGUOUS", None)
    assert len({c.neighborhood for c in unclear.candidates}) == 2
    assert "" not in {c.neighborhood for c in unclear.candidates}
    for candidate in unclear.candidates[:2]:
        chosen = locate(candidate.text)
        assert (chosen.lat, chosen.verified, chosen.key) == (candidate.lat, True, candidate.key)
        picked = locate(candidate.text, lat=candidate.lat, lon=candidate.lon)
        assert (picked.verified, picked.key) == (True, candidate.key)
    assert len({c.neighborhood for c in search("elm st", 8) if c.kind == "STREET" and c.text.startswith("Elm")}) == 2


@pytest.mark.usefixtures("points")
def test_a_number_that_only_one_of_the_streets_has_is_that_one() -> None:
    assert (locate("30 Elm St").verified, locate("30 Elm St").lat) == (True, 41.7905)
    assert (locate("20 Elm St").source, round(locate("20 Elm St").lat or 0, 2)) == ("INTERPOLATED", 41.79)


def test_a_site_at_an_address_is_said_in_place_of_the_bare_address(points: Path) -> None:
    hospital = locate("Hartford Hospital")
    load(points, [f"80,Seymour Street,{hospital.lat},{hospital.lon}"])
    found = locate("80 Seymour St")
    assert (found.kind, found.verified, found.key) == ("HOSPITAL", True, "80 SEYMOUR ST")


def test_points_of_another_town_are_found_with_the_town_only(points: Path) -> None:
    load(points, ["7,Cove St,41.66,-72.78,New Britain"], "number,street,lat,lon,city")
    assert locate("7 Cove St").lat is None
    found = locate("7 Cove St, New Britain")
    assert (found.verified, found.in_city, found.town, found.key) == (
        True,
        False,
        "New Britain",
        "7 COVE ST, NEW BRITAIN",
    )


def test_a_street_without_a_line_of_its_own_gets_one_through_its_points(points: Path) -> None:
    load(points, ["1,Cove St,41.75,-72.68", "99,Cove St,41.753,-72.68", "1,Bay St,41.7515,-72.681"])
    assert Street.objects.get(name_normal="COVE ST").length_m == pytest.approx(333, abs=5)
    assert locate("Cove St & Bay St").source == "CROSSING"


@pytest.mark.usefixtures("points")
def test_the_number_of_statements_does_not_grow_with_what_fits(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    search("Main St")
    for text in ("12 Elm St", "415 Prk St", "Park St & Washington St", "elm st"):
        with django_assert_max_num_queries(9):
            search(text, 20)


def test_points_are_one_street_across_a_gap_and_two_when_far_apart() -> None:
    street = [(41.7 + step / 300, -72.7) for step in range(10)]
    far = [(41.78, -72.7), (41.781, -72.7)]
    assert streets_apart([*far, *street]) == [list(range(2, 12)), [0, 1]]
    assert streets_apart([]) == []
