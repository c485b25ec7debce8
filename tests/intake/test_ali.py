"""Legacy ALI text: what stands where the table says is read, and nothing that comes down the line loses a call."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dispatch.intake import ali
from dispatch.intake.ali import At
from dispatch.intake.record import class_of, place_of

SCREEN = "\r".join([
    "\x02(860) 555-0142         RESD",
    "    415",
    "PARK ST",
    "HARTFORD",
    "APT 3B",
    "EXAMPLE ADA",
    "+41.758910  -072.690120",
    "    12  90",
    "EXMPL TEL      D2\x03",
])  # fmt: skip


def test_every_field_of_a_whole_screen_is_read() -> None:
    record = ali.read(SCREEN)
    assert (record.number, record.class_of_service, record.name) == ("(860) 555-0142", "RESD", "EXAMPLE ADA")
    assert (record.bid.address, record.bid.apartment) == ("415 PARK ST, HARTFORD", "APT 3B")
    assert (record.bid.lat, record.bid.lon, record.bid.uncertainty_m, record.bid.confidence) == (
        41.75891,
        -72.69012,
        12,
        90,
    )
    assert (record.provider, record.position, record.problems) == ("EXMPL TEL", "D2", ())


def test_a_system_of_its_own_layout_is_read_by_its_own_table() -> None:
    table = [At("number", 2, 5, 12), At("street", 1, 1, 20)]
    record = ali.read("550 MAIN ST\nANI 860-555-0142", table)
    assert (record.number, record.bid.address) == ("860-555-0142", "550 MAIN ST")


def test_a_screen_cut_short_keeps_what_came_and_its_raw_text() -> None:
    record = ali.read(SCREEN[:45])
    assert record.number == "(860) 555-0142"
    assert record.bid.address.startswith("415 PARK")
    assert record.raw == SCREEN[:45]


def test_a_number_that_slipped_is_found_and_the_slip_is_said() -> None:
    record = ali.read("NOISE LINE\nxx 8605550142 yy")
    assert record.number == "8605550142"
    assert record.problems == ("no call-back number where it belongs",)


def test_half_a_position_and_one_off_the_globe_are_no_position() -> None:
    half = SCREEN.replace("-072.690120", "")
    off = SCREEN.replace("+41.758910", "+91.758910")
    for text in (half, off):
        record = ali.read(text)
        assert (record.bid.lat, record.bid.lon) == (None, None)
        assert record.problems
        assert record.bid.address == "415 PARK ST, HARTFORD"


def test_the_address_of_a_wireless_call_is_its_towers_and_places_nobody() -> None:
    record = ali.read(SCREEN.replace("RESD", "WPH1").replace("+41.758910  -072.690120", ""))
    assert place_of(record.bid, record.class_of_service) is None
    located = ali.read(SCREEN.replace("RESD", "WPH2"))
    assert place_of(located.bid, "WPH2") == {
        "text": "", "unit": "APT 3B", "source": "PHONE", "lat": 41.75891, "lon": -72.69012, "uncertainty_m": 12,
    }  # fmt: skip


def test_the_position_of_a_phone_that_knows_nothing_places_nobody() -> None:
    record = ali.read(SCREEN.replace("+41.758910  -072.690120", "  0.000000    0.000000").replace("PARK ST", "       "))
    assert not record.bid.has_point


def test_classes_by_other_names_are_told_in_the_short_form() -> None:
    assert [class_of(word) for word in ("residential", "PH 2", "voip", "ODD")] == ["RESD", "WPH2", "VOIP", "ODD"]


@given(
    st.text(max_size=400),
    st.lists(
        st.builds(
            At,
            st.sampled_from([at.field for at in ali.DEFAULT]),
            st.integers(1, 60),
            st.integers(1, 200),
            st.integers(1, 200),
        ),
        max_size=6,
    ),
)
def test_no_text_and_no_table_make_it_fail(text: str, table: list[At]) -> None:
    record = ali.read(text, table)
    assert "\x00" not in record.raw
    assert len(record.number) <= 200
    assert record.bid.lat is None or abs(record.bid.lat) <= 90
