"""What tracking apps send, as they send it, and what nobody should: a position, or none."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.intake.trackers import moment, osmand, owntracks, traccar
from dispatch.rules.fixes import Fix

NOW = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
OSMAND = {
    "id": "token", "lat": "41.7651", "lon": "-72.6802", "timestamp": "1795384800", "hdop": "0.9", "altitude": "18.0",
    "speed": "19.438", "bearing": "271.5", "accuracy": "12.0", "batt": "83.0", "charge": "false",
}  # fmt: skip
TRACCAR = {
    "location": {
        "timestamp": "2026-11-22T22:00:00.000Z",
        "coords": {
            "latitude": 41.7651, "longitude": -72.6802, "accuracy": 12.0, "speed": 10.0, "heading": 271.5,
            "altitude": 18.0,
        },
        "is_moving": True, "odometer": 5120.3, "event": "motionchange",
        "battery": {"level": 0.83, "is_charging": False},
        "activity": {"type": "in_vehicle"}, "extras": {},
    },
    "device_id": "token",
}  # fmt: skip
OWNTRACKS = {
    "_type": "location", "BSSID": "0a:00:00:00:00:01", "SSID": "example", "acc": 12, "alt": 18, "batt": 83, "bs": 1,
    "cog": 271.5, "conn": "m", "created_at": 1795384801, "lat": 41.7651, "lon": -72.6802, "m": 2, "t": "u", "tid": "c1",
    "topic": "owntracks/crt1/phone", "tst": 1795384800, "vac": 3, "vel": 36,
}  # fmt: skip
SAID = Fix(41.7651, -72.6802, NOW, 12.0, 10.0, 271.5)


def close(one: Fix | None, other: Fix) -> bool:
    return one is not None and abs((one.speed_mps or 0) - (other.speed_mps or 0)) < 0.01 and one.at == other.at and (
        (one.lat, one.lon, one.accuracy_m, one.heading) == (other.lat, other.lon, other.accuracy_m, other.heading)
    )  # fmt: skip


def test_the_three_forms_say_the_same() -> None:
    assert close(osmand(OSMAND, NOW), SAID)
    assert close(traccar(TRACCAR), SAID)
    assert close(owntracks(OWNTRACKS), SAID)


@pytest.mark.parametrize(
    "text",
    ["1795384800", "1795384800000", "2026-11-22T22:00:00Z", "2026-11-22T17:00:00-05:00", "2026-11-22 22:00:00"],
)
def test_a_time_is_seconds_milliseconds_or_a_date(text: str) -> None:
    assert moment(text) == NOW


@pytest.mark.parametrize("text", ["", "yesterday", "nan", "1e400", "9" * 50, "-" * 10, None, True, [1795384800], {}])
def test_what_is_no_time_is_none(text: Any) -> None:
    assert moment(text) is None


def test_without_a_time_it_is_now_but_a_time_that_cannot_be_read_is_no_position() -> None:
    assert osmand({"lat": "41.7", "lon": "-72.6"}, NOW) == Fix(41.7, -72.6, NOW)
    assert osmand({"lat": "41.7", "lon": "-72.6", "timestamp": "soon"}, NOW) is None


def test_both_degrees_may_stand_in_one_word() -> None:
    assert osmand({"location": "41.7,-72.6"}, NOW) == Fix(41.7, -72.6, NOW)


def test_what_the_app_does_not_know_is_not_known() -> None:
    coords = {**TRACCAR["location"]["coords"], "speed": -1, "heading": -1, "accuracy": -1}
    found = traccar({"location": {**TRACCAR["location"], "coords": coords}})
    assert found == Fix(41.7651, -72.6802, NOW)


@pytest.mark.parametrize(
    "said",
    [
        {"_type": "lwt", "tst": 1795384800}, {"_type": "transition", "lat": 41.7, "lon": -72.6, "tst": 1795384800},
        {"_type": "waypoints", "waypoints": []}, {"_type": "encrypted", "data": "x"}, {}, {"_type": ["location"]},
        {"_type": "location", "lat": "north", "lon": -72.6, "tst": 1795384800},
        {"_type": "location", "lat": True, "lon": -72.6, "tst": 1795384800}, {"_type": "location", "tst": 1795384800},
    ],
)  # fmt: skip
def test_a_message_that_says_no_position_is_none(said: dict[str, Any]) -> None:
    assert owntracks(said) is None


def test_a_receiver_that_says_its_position_is_not_valid_is_believed() -> None:
    assert osmand({**OSMAND, "valid": "false"}, NOW) is None


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=6), inner, max_size=2),
    max_leaves=4,
)
NAMES = ("lat", "lon", "timestamp", "speed", "bearing", "accuracy", "location", "valid", "tst", "vel", "acc", "cog")


@given(said=st.dictionaries(st.sampled_from(NAMES), ANYTHING), coords=ANYTHING)
def test_whatever_is_sent_is_a_position_or_none(said: dict[str, Any], coords: Any) -> None:
    osmand(said, NOW)
    owntracks({"_type": "location", **said})
    traccar({"location": {"timestamp": said.get("timestamp"), "coords": coords}})
    traccar({"location": {"timestamp": 0, "coords": {"latitude": said.get("lat"), "longitude": said.get("lon")}}})
