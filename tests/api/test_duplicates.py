"""Which calls the one being taken may be a second report of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from dispatch.models import Call
from tests.api.client import Api
from tests.api.stage import PLACE, new_call, ok
from tests.api.test_statements import statements

FAR = {"text": "99 ELSEWHERE AVE", "lat": 41.79, "lon": -72.70}
PHONE = {"phone": "860-555-0142"}


def near(desk: Api, **query: Any) -> list[Any]:
    """Ids of what is found at PLACE, or by another query."""
    query = query or {"lat": PLACE["lat"], "lon": PLACE["lon"]}
    rows: list[Any] = ok(desk.get("/api/calls/duplicates/", **query))["calls"]
    return [row["id"] for row in rows]


def shift(call: str, **before: timedelta) -> None:
    """Move times of a call into the past."""
    now = timezone.now()
    Call.objects.filter(pk=call).update(**{field: now - span for field, span in before.items()})


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def test_a_call_within_300_m_and_30_minutes_may_be_the_same(desk: Api) -> None:
    here, close, _, old = (
        new_call(desk, location={**PLACE, "lat": PLACE["lat"] + north})["id"] for north in (0.0, 0.0026, 0.0029, 0.0)
    )
    shift(old, received_at=minutes(31))
    assert near(desk) == [here, close]
    (row, _) = ok(desk.get("/api/calls/duplicates/", lat=PLACE["lat"], lon=PLACE["lon"]))["calls"]
    assert (row["distance_m"], row["same_phone"], row["location"]["text"]) == (0, False, PLACE["text"])
    assert near(desk, **{"lat": PLACE["lat"], "lon": PLACE["lon"], "except": here}) == [close]
    shift(here, received_at=minutes(20))
    assert near(desk, **{"lat": PLACE["lat"], "lon": PLACE["lon"], "except": old}) == [here]


def test_an_ended_call_counts_for_half_an_hour_and_a_merged_one_not_at_all(desk: Api) -> None:
    just, earlier, merged, going_on = (new_call(desk)["id"] for _ in range(4))
    for call in (just, earlier):
        ok(desk.post(f"/api/calls/{call}/close/", {"disposition": "18"}))
    ok(desk.post(f"/api/calls/{merged}/merge/", {"into": going_on}))
    shift(earlier, closed_at=minutes(31))
    assert near(desk) == [going_on, just]


def test_the_same_phone_counts_for_a_day_however_it_is_written_and_wherever_the_call_is(desk: Api) -> None:
    known, yesterday = (new_call(desk, location=FAR, caller=PHONE)["id"] for _ in range(2))
    new_call(desk, location=FAR, caller={"phone": "860-555-0143"})
    shift(yesterday, received_at=timedelta(hours=25))
    for phone in ("860-555-0142", "(860) 5550142", "+1 860 555 0142"):
        assert near(desk, phone=phone) == [known], phone
    assert near(desk, phone="555-01") == []
    here = new_call(desk)["id"]
    assert near(desk, lat=PLACE["lat"], lon=PLACE["lon"], phone="8605550142") == [known, here]


def test_without_a_place_or_a_phone_nothing_is_found_and_wrong_ones_are_malformed(desk: Api) -> None:
    new_call(desk)
    assert near(desk, phone="") == near(desk, lat=PLACE["lat"]) == []
    for query in ({"lat": "x"}, {"lat": "nan"}, {"lon": "-181"}, {"lat": "1e400"}):
        assert set(ok(desk.get("/api/calls/duplicates/", **query), 400)["errors"]) == set(query)
    ok(desk.get("/api/calls/duplicates/", **{"except": "77777777"}), 404)


def test_looking_takes_as_many_statements_however_many_are_found(desk: Api) -> None:
    def look() -> int:
        return statements(lambda: desk.get("/api/calls/duplicates/", lat=PLACE["lat"], lon=PLACE["lon"]))

    new_call(desk)
    before = look()
    for _ in range(4):
        new_call(desk)
    assert look() <= before <= 6
