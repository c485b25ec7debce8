"""Locating with the built-in facts: every kind of place, the wrong spelling, outside the city, and nonsense."""

import random

import pytest
from pytest_django import DjangoAssertNumQueries

from dispatch.geo.areas import distance_m, in_city, neighborhood_of, random_point_in, town_of
from dispatch.geo.locate import Location, locate, search
from dispatch.models import Place, Street

pytestmark = pytest.mark.usefixtures("gazetteer")

PARK_AND_WASHINGTON = (41.75799, -72.68214)
WEST_HARTFORD = (41.75, -72.76)


def away_m(found: Location, position: tuple[float, float]) -> float:
    assert found.lat is not None
    assert found.lon is not None
    return distance_m(found.lat, found.lon, *position)


@pytest.mark.parametrize(
    "text",
    ["PARK ST & WASHINGTON ST", "washington and park", "Park St @ Washington St, Hartford, CT", "Washington/Park"],
)
def test_an_intersection_is_found_however_it_is_written(text: str) -> None:
    found = locate(text)
    assert (found.kind, found.verified, found.in_city, found.neighborhood) == (
        "INTERSECTION",
        True,
        True,
        "SOUTH GREEN",
    )
    assert found.key == "PARK ST & WASHINGTON ST"
    assert away_m(found, PARK_AND_WASHINGTON) < 50


def test_a_misspelt_intersection_is_a_guess_to_be_confirmed() -> None:
    found = locate("Prk St & Washingtn St")
    assert away_m(found, PARK_AND_WASHINGTON) < 50
    assert not found.verified
    assert found.candidates[0].text == "Park St & Washington St"


def test_an_address_with_a_known_point_is_verified_and_keeps_its_apartment() -> None:
    found = locate("80 Seymour Street, Apt 4")
    assert (found.kind, found.source, found.verified, found.unit) == ("HOSPITAL", "ADDRESS", True, "4")
    assert found.key == "80 SEYMOUR ST" == locate("Hartford Hospital").key
    assert found.uncertainty_m is not None
    assert found.uncertainty_m <= 100


def test_an_address_between_known_numbers_is_estimated_along_the_street() -> None:
    found = locate("1500 Main St")
    assert (found.kind, found.source, found.verified, found.in_city) == ("ADDRESS", "INTERPOLATED", False, True)
    south, north = locate("1304 Main St"), locate("1750 Main St")
    assert south.lat is not None
    assert north.lat is not None
    assert found.lat is not None
    assert south.lat < found.lat < north.lat


def test_an_address_on_a_street_without_known_numbers_is_somewhere_on_it() -> None:
    found = locate("415 Park St")
    assert (found.source, found.verified, found.in_city, found.key) == ("STREET", False, True, "415 PARK ST")
    assert found.uncertainty_m is not None
    assert away_m(found, PARK_AND_WASHINGTON) <= found.uncertainty_m


@pytest.mark.parametrize("text", ["Saint Francis Hospital", "ST FRANCIS HOSP", "hospital, st. francis"])
def test_a_hospital_is_found_by_its_name(text: str) -> None:
    found = locate(text)
    assert (found.kind, found.neighborhood) == ("HOSPITAL", "ASYLUM HILL")
    assert away_m(found, (41.77381, -72.69868)) < 100


def test_a_school_is_found_by_part_of_its_name_but_not_taken_as_certain() -> None:
    found = locate("Bulkeley High")
    assert (found.kind, found.verified, found.matched.startswith("Bulkeley High School")) == ("SCHOOL", False, True)


def test_one_name_for_several_places_gives_candidates_and_no_point() -> None:
    found = locate("Police Substation")
    assert (found.lat, found.uncertainty_m, found.source, found.verified) == (None, None, "AMBIGUOUS", False)
    assert found.in_city is True
    assert len({candidate.text for candidate in found.candidates}) == 5
    chosen = locate(found.candidates[0].text)
    assert (chosen.lat, chosen.lon) == (found.candidates[0].lat, found.candidates[0].lon)


def test_two_landmarks_of_one_name_are_two_premises() -> None:
    for street, lon in (("MAIN ST", -72.68), ("PARK ST", -72.69)):
        Place.objects.create(
            kind="LANDMARK", name="Laundry", name_normal="LAUNDRY", street_1=street, lat=41.76, lon=lon, source="test"
        )
    assert locate("Laundry, Main St").key == "LAUNDRY, MAIN ST"
    assert locate("Park St & Laundry").key == "LAUNDRY, PARK ST"


def test_a_street_alone_and_a_neighborhood_alone_are_wide_and_not_verified() -> None:
    street, area = locate("Franklin Ave"), locate("frog hollow")
    assert (street.kind, street.verified, area.kind, area.verified) == ("STREET", False, "NEIGHBORHOOD", False)
    assert area.neighborhood == "FROG HOLLOW"
    assert min(street.uncertainty_m or 0, area.uncertainty_m or 0) > 500


def test_streets_that_end_short_of_each_other_still_give_the_corner_roughly() -> None:
    found = locate("MAIN ST & MAPLE AV")
    assert (found.source, found.verified) == ("CROSSING", False)
    assert found.uncertainty_m is not None
    assert found.uncertainty_m > 100


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("12 Main St, West Hartford, CT 06119", "West Hartford"),
        ("100 Nowhere Rd East Hartford", "East Hartford"),
        ("Bristol Hospital", "Bristol"),
        ("Windsor", "Windsor"),
    ],
)
def test_a_place_in_another_town_is_flagged_with_the_town(text: str, town: str) -> None:
    found = locate(text)
    assert (found.in_city, found.town, found.neighborhood) == (False, town, None)


def test_the_same_address_in_another_town_is_another_place() -> None:
    assert locate("100 Grand Street, New Britain").key == "100 GRAND ST, NEW BRITAIN"
    assert locate("100 Grand Street").in_city is not False


@pytest.mark.parametrize("text", ["41.75, -72.76", "-72.76, 41.75"])
def test_typed_coordinates_are_a_place_whichever_comes_first(text: str) -> None:
    found = locate(text)
    assert (found.kind, found.lat, found.lon) == ("COORDINATES", *WEST_HARTFORD)
    assert (found.in_city, found.town) == (False, "West Hartford")


def test_given_coordinates_win_over_the_words_and_a_contradiction_is_flagged() -> None:
    agreed = locate("Park St & Washington St", lat=41.758, lon=-72.682, uncertainty_m=40)
    assert (agreed.source, agreed.verified, agreed.uncertainty_m) == ("GIVEN", True, 40)
    assert agreed.key == "PARK ST & WASHINGTON ST"
    contradicted = locate("Park St & Washington St", lat=41.80, lon=-72.70)
    assert (contradicted.lat, contradicted.lon, contradicted.verified) == (41.80, -72.70, False)
    assert contradicted.candidates


def test_words_that_name_no_place_never_make_two_positions_one_premise() -> None:
    one, other = (locate("man down in the street", lat=lat, lon=-72.68) for lat in (41.76, 41.77))
    assert one.verified
    assert other.verified
    assert one.key != other.key


@pytest.mark.parametrize(
    ("lat", "lon"), [(91, 0), (0, 181), (float("nan"), -72.6), (float("inf"), 0), (41.7, None), (None, -72.6)]
)
def test_coordinates_off_the_globe_count_as_not_given(lat: float | None, lon: float | None) -> None:
    found = locate("80 Seymour St", lat=lat, lon=lon)
    assert (found.source, found.matched.startswith("80 SEYMOUR ST")) == ("ADDRESS", True)


@pytest.mark.parametrize(
    "text",
    [
        "", "\x00\x00", "😀" * 50, "a" * 10_000, "1 " * 5_000, "&" * 10_000, "12 Elm St & " * 500, "%_%", "'; --",
        "\ud800",        "99999999999999 Main St", "999999 Main St", "zzqqx",
    ],
)  # fmt: skip
def test_nonsense_is_kept_and_flagged_never_refused(text: str) -> None:
    found = locate(text)
    assert not found.verified
    assert len(found.text) <= 200
    assert "\x00" not in found.text
    assert len(found.candidates) <= 8
    assert len(search(text)) <= 8


def test_a_street_that_is_not_known_is_not_moved_to_one_of_a_similar_name() -> None:
    Street.objects.create(
        name="Elmer St", name_normal="ELMER ST", geometry={"type": "Point", "coordinates": [-72.674, 41.785]},
        length_m=0, source="test",
    )  # fmt: skip
    found = locate("12 Elm St")
    assert (found.lat, found.in_city) == (None, None)
    assert [candidate.text for candidate in found.candidates] == ["12 Elmer St"]


def test_the_city_line_is_unknown_within_the_outlines_own_error() -> None:
    assert in_city(41.7637, -72.6851) is True
    assert in_city(*WEST_HARTFORD) is False
    assert in_city(None, -72.7) is None
    assert {in_city(41.7637, -72.70 - step / 2000) for step in range(60)} == {True, None, False}


def test_neighborhoods_and_towns_of_points() -> None:
    assert neighborhood_of(41.7675, -72.6740) == "DOWNTOWN"
    assert neighborhood_of(*WEST_HARTFORD) is None
    assert town_of(*WEST_HARTFORD) == "West Hartford"
    assert town_of(40.0, -70.0) is None


def test_a_random_point_is_in_its_neighborhood_and_repeats_with_the_seed() -> None:
    points = [random_point_in("SHELDON-CHARTER OAK", random.Random(seed)) for seed in range(20)]
    assert {neighborhood_of(lat, lon) for lat, lon in points} == {"SHELDON-CHARTER OAK"}
    assert random_point_in("Sheldon Charter Oak", random.Random(3)) == points[3]
    assert in_city(*random_point_in(None, random.Random(1))) is not False
    with pytest.raises(LookupError):
        random_point_in("ATLANTIS", random.Random(1))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("park st & wa", "Park St & Washington St"),
        ("hart hosp", "Hartford Hospital, 80 SEYMOUR ST"),
        ("80 sey", "80 SEYMOUR ST (Hartford Hospital)"),
        ("asyl", "ASYLUM HILL"),
    ],
)
def test_suggestions_come_while_somebody_types(typed: str, first: str) -> None:
    assert first in [candidate.text for candidate in search(typed, 3)]


def test_the_number_of_suggestions_is_limited() -> None:
    assert len(search("main st", 4)) == 4
    assert search("main st", 0) == []


def test_locating_takes_the_version_and_three_statements(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    locate("Main St")
    for text in ("80 Seymour St", "Park St & Washington St", "Hartford Hospital"):
        with django_assert_max_num_queries(4):
            locate(text)


def test_an_empty_geofile_locates_nothing_and_breaks_nothing() -> None:
    for model in (Place, Street):
        model.objects.all().delete()
    found = locate("12 Nowhere St")
    assert (found.lat, found.verified, found.key) == (None, False, "12 NOWHERE ST")
