"""Addresses, intersections, coordinates and names are read the same however they are written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.geo.normalise import (
    MAX_TEXT,
    TextKind,
    area_code,
    coordinates,
    name_normal,
    parse,
    street_base,
    street_normal,
)


@pytest.mark.parametrize(
    ("text", "number", "street", "unit"),
    [
        ("415 Park St, Apt 3B", 415, "PARK ST", "3B"),
        ("415 PARK STREET #3B", 415, "PARK ST", "3B"),
        ("415B Park St", 415, "PARK ST", "B"),
        ("415-3 Park St", 415, "PARK ST", "3"),
        ("  415   park   st.  ", 415, "PARK ST", ""),
        ("1460 1/2 Broad St", 1460, "BROAD ST", ""),
        ("12 North Main Street", 12, "N MAIN ST", ""),
        ("12 N Main St", 12, "N MAIN ST", ""),
        ("12 A St", 12, "A ST", ""),
        ("12 South St", 12, "SOUTH ST", ""),
        ("100 Main St W", 100, "MAIN ST W", ""),
        ("123 First Ave", 123, "1ST AV", ""),
        ("123 St James St", 123, "SAINT JAMES ST", ""),
        ("100 Flower St", 100, "FLOWER ST", ""),
        ("100 Brook Ct", 100, "BROOK CT", ""),
        ("180 John D Wardlaw Way", 180, "JOHN D WARDLAW WAY", ""),
        ("999 Asylum Ave. Suite 200", 999, "ASYLUM AV", "STE 200"),
        ("253 HIGH ST 2nd floor", 253, "HIGH ST", "FL 2"),
        ("Hartford Hospital, 80 Seymour St", 80, "SEYMOUR ST", ""),
        ("Calle Park 415", 415, "PARK", ""),
        ("415 Peñón Ave, Apto 2", 415, "PENON AV", "2"),
    ],
)
def test_an_address_gives_number_street_and_apartment(text: str, number: int, street: str, unit: str) -> None:
    parsed = parse(text)
    assert (parsed.kind, parsed.number, parsed.street, parsed.unit) == (TextKind.ADDRESS, number, street, unit)


@pytest.mark.parametrize(
    ("text", "street", "cross"),
    [
        ("PARK ST & WASHINGTON ST", "PARK ST", "WASHINGTON ST"),
        ("Washington St/park st", "PARK ST", "WASHINGTON ST"),
        ("park and washington", "PARK", "WASHINGTON"),
        ("PARK ST @ WASHINGTON ST", "PARK ST", "WASHINGTON ST"),
        ("Park St at Washington St, Hartford CT", "PARK ST", "WASHINGTON ST"),
        ("Washington St&Park St", "PARK ST", "WASHINGTON ST"),
        ("corner of Park St and Washington St", "PARK ST", "WASHINGTON ST"),
        ("esquina de Park y Washington", "PARK", "WASHINGTON"),
    ],
)
def test_two_streets_are_an_intersection_in_alphabetical_order(text: str, street: str, cross: str) -> None:
    parsed = parse(text)
    assert (parsed.kind, parsed.street, parsed.cross) == (TextKind.INTERSECTION, street, cross)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("41.7637, -72.6851", (41.7637, -72.6851)),
        ("(41.7637,-72.6851)", (41.7637, -72.6851)),
        ("41.7637 N 72.6851 W", (41.7637, -72.6851)),
        ("lat: 41.7637 lon: -72.6851", (41.7637, -72.6851)),
        ("-72.6851, 41.7637", (-72.6851, 41.7637)),
        ("41.7637, -272.6851", None),
        ("91.5, 0.5", None),
        ("41 Main St", None),
        ("nan, inf", None),
    ],
)
def test_coordinates_are_two_decimal_numbers_on_the_globe(text: str, position: tuple[float, float] | None) -> None:
    assert coordinates(text) == position
    assert (parse(text).kind == TextKind.COORDINATES) == (position is not None)


@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("12 Main St, West Hartford, CT 06119", "WEST HARTFORD"),
        ("12 Main St West Hartford", "WEST HARTFORD"),
        ("12 Main St, 06103", ""),
        ("12 Main St, Connecticut", ""),
    ],
)
def test_what_follows_the_street_is_kept_apart_without_state_and_zip(text: str, tail: str) -> None:
    assert parse(text).tail == tail


def test_a_range_and_a_block_are_told_from_a_number() -> None:
    assert (parse("20-28 Sargeant Street").number, parse("20-28 Sargeant Street").number_high) == (20, 28)
    assert parse("1200 block of Main St").is_block
    assert not parse("1200 Main St").is_block
    assert not parse("65 Van Block Avenue").is_block
    assert not parse("65 Block St").is_block


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("St. Francis Hosp.", "SAINT FRANCIS HOSPITAL"),
        ("Connecticut Children's Medical Center", "CONNECTICUT CHILDRENS MEDICAL CTR"),
        ("Stop & Shop", "STOP & SHOP"),
        ("Y M C A", "Y M C A"),
        ("Café Peñón", "CAFE PENON"),
    ],
)
def test_a_name_is_written_one_way(text: str, normal: str) -> None:
    assert name_normal(text) == normal


@pytest.mark.parametrize("text", ["", "   ", "\x00\x00", "😀😀", "#", "&&&", "\u202e\u200b", ",,,"])
def test_a_text_without_a_letter_or_digit_is_empty(text: str) -> None:
    assert parse(text).kind == TextKind.EMPTY


def test_areas_are_the_same_with_and_without_blanks_and_hyphens() -> None:
    assert area_code("SOUTH END") == area_code("Southend") == area_code("south-end")
    assert area_code("SOUTH END") != area_code("SOUTH WEST")


def test_the_base_of_a_street_leaves_out_direction_and_suffix() -> None:
    assert [street_base(name) for name in ("N MAIN ST", "MAIN ST W", "SOUTH ST", "CENTRAL ROW")] == [
        "MAIN",
        "MAIN",
        "SOUTH",
        "CENTRAL",
    ]


address_text = st.text(st.sampled_from("abcST ROAD st av 0123456789 &/@#,.-'ñé\x00😀North\t"), max_size=60)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=400), address_text))
def test_any_text_is_read_and_kept_printable_and_short(text: str) -> None:
    parsed = parse(text)
    assert len(parsed.text) <= MAX_TEXT
    assert parsed.text.isprintable()
    assert "\x00" not in parsed.normal + parsed.name + parsed.tail + parsed.unit
    if parsed.kind == TextKind.ADDRESS:
        assert parsed.number is not None
        assert parsed.street
    if parsed.kind == TextKind.INTERSECTION:
        assert parsed.street <= parsed.cross


@settings(max_examples=300, deadline=None)
@given(address_text)
def test_what_is_normal_stays_as_it_is(text: str) -> None:
    street = street_normal(text)
    assert street_normal(street) == street


@settings(max_examples=200, deadline=None)
@given(
    st.integers(1, 9999),
    st.sampled_from(["Park", "New Britain", "Van Block", "N Main", "Saint James", "1st"]),
    st.sampled_from(
        [("Street", "ST"), ("St.", "ST"), ("avenue", "AV"), ("Ave", "AV"), ("Ter", "TER"), ("BLVD", "BLVD")]
    ),
    st.sampled_from(["", ", Apt 3B", " #3B", " unit 3B", ", 2nd floor"]),
    st.sampled_from(["", ", Hartford", ", Hartford, CT 06106"]),
)
def test_an_address_is_read_whatever_follows_it(
    number: int, base: str, suffix: tuple[str, str], unit: str, town: str
) -> None:
    parsed = parse(f"{number} {base} {suffix[0]}{unit}{town}")
    assert (parsed.number, parsed.street) == (number, f"{base.upper()} {suffix[1]}")
