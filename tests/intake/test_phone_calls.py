"""Calls that a phone system brings: never lost, never twice, and never over what a person typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from dispatch.actions.intake import SAID_AGAIN_WITHIN
from dispatch.models import AliField, Call, PhoneCall, PhoneSystem
from tests.api.client import Api
from tests.api.conftest import As
from tests.api.stage import ok
from tests.intake.test_ali import SCREEN
from tests.intake.test_pidf import CIRCLE, CIVIC, HEAD, TAIL

WPH2 = {"reference": "911-1", "number": "860-555-0142", "class_of_service": "WPH2", "position": "D2"}
THERE = {"lat": 41.7637, "lon": -72.6851, "uncertainty_m": 300, "confidence": 90}
NEARER = {"lat": 41.7652, "lon": -72.6833, "uncertainty_m": 12}


@pytest.fixture
def phone(as_: As) -> Api:
    """The API as a phone system."""
    return as_("phone_system")


def row(desk: Api, call: str) -> Any:
    return next(one for one in ok(desk.get("/api/board/"))["calls"] if one["id"] == call)


def prefilled(phone: Api, **more: Any) -> str:
    return str(ok(phone.post("/api/intake/", {**WPH2, **more}), 201)["call"])


def test_a_ringing_phone_is_a_call_before_anybody_knows_where(phone: Api, desk: Api) -> None:
    call = prefilled(phone)
    seen = row(desk, call)
    assert (seen["status"], seen["location"]["text"], seen["location"]["lat"]) == ("pending", "", None)
    assert (seen["answering"], seen["class_of_service"]) == ("D2", "WPH2")
    assert ok(desk.get(f"/api/calls/{call}/"))["caller"]["phone"] == "860-555-0142"
    assert seen["due_at"] is not None


def test_a_call_without_a_place_is_triaged_and_placed_later(phone: Api, desk: Api) -> None:
    call = prefilled(phone)
    ok(desk.post(f"/api/calls/{call}/triage/", {"answers": {"weapon": "IN_HAND"}}))
    ok(desk.get(f"/api/calls/{call}/recommendation/"))
    version = row(desk, call)["version"]
    ok(desk.patch(f"/api/calls/{call}/", {"version": version, "location": {"text": "415 Park St"}}))
    assert row(desk, call)["location"]["text"] == "415 Park St"


def test_the_same_reference_makes_no_second_call_and_a_new_place_in_it_is_a_bid(phone: Api, desk: Api) -> None:
    call = prefilled(phone, **THERE)
    assert prefilled(phone, **THERE) == call
    assert prefilled(phone, **NEARER) == call
    assert Call.objects.count() == 1
    (announced,) = ok(desk.get(f"/api/calls/{call}/intake/"))["phone"]
    assert [bid["uncertainty_m"] for bid in announced["bids"]] == [300, 12]


def test_a_reference_that_is_used_anew_is_another_call(phone: Api, desk: Api) -> None:
    first = prefilled(phone, **THERE)
    other = prefilled(phone, number="860-555-0143", **NEARER)
    assert other != first
    assert ok(phone.post("/api/intake/911-1/rebid/", THERE))["followed"] is True
    assert [row(desk, call)["location"]["lat"] for call in (first, other)] == [THERE["lat"], THERE["lat"]]
    ok(desk.post(f"/api/calls/{other}/close/", {"disposition": "10"}))
    assert prefilled(phone, number="860-555-0143") == other
    PhoneCall.objects.filter(call=other).update(at=timezone.now() - SAID_AGAIN_WITHIN)
    assert prefilled(phone, number="860-555-0143") not in (first, other)


def test_the_place_follows_the_phone_until_a_person_says_where(phone: Api, desk: Api) -> None:
    call = prefilled(phone, **THERE)
    assert row(desk, call)["location"]["uncertainty_m"] == 300
    assert ok(phone.post("/api/intake/911-1/rebid/", NEARER))["followed"] is True
    assert (row(desk, call)["location"]["lat"], row(desk, call)["location"]["uncertainty_m"]) == (41.7652, 12)
    typed = {
        "version": row(desk, call)["version"],
        "location": {"text": "415 Park St", "lat": 41.7589, "lon": -72.6901},
    }
    ok(desk.patch(f"/api/calls/{call}/", typed))
    assert ok(phone.post("/api/intake/911-1/rebid/", THERE))["followed"] is False
    assert row(desk, call)["location"]["text"] == "415 Park St"
    assert len(ok(desk.get(f"/api/calls/{call}/intake/"))["phone"][0]["bids"]) == 3


def test_the_phones_word_is_taken_by_a_person_and_stays(phone: Api, desk: Api) -> None:
    call = prefilled(phone, **THERE)
    bid = ok(phone.post("/api/intake/911-1/rebid/", NEARER))["id"]
    ok(desk.post(f"/api/calls/{call}/bid/", {"bid": bid}))
    ok(phone.post("/api/intake/911-1/rebid/", THERE))
    assert row(desk, call)["location"]["lat"] == 41.7652
    bids = ok(desk.get(f"/api/calls/{call}/intake/"))["phone"][0]["bids"]
    assert [bool(one["used_by"]) for one in bids] == [False, True, False]


def test_a_bid_of_another_call_is_not_taken(phone: Api, desk: Api) -> None:
    call = prefilled(phone, **THERE)
    other = prefilled(phone, reference="911-2", **NEARER)
    bid = ok(desk.get(f"/api/calls/{other}/intake/"))["phone"][0]["bids"][0]["id"]
    ok(desk.post(f"/api/calls/{call}/bid/", {"bid": bid}), 404)


def test_a_bid_for_a_merged_call_is_offered_on_the_one_that_stands(phone: Api, desk: Api) -> None:
    first = prefilled(phone, **THERE)
    into = ok(desk.post("/api/calls/", {"location": {"text": "415 Park St", "lat": 41.7589, "lon": -72.6901}}), 201)[
        "id"
    ]
    ok(desk.post(f"/api/calls/{first}/merge/", {"into": into}))
    bid = ok(phone.post("/api/intake/911-1/rebid/", NEARER))
    assert bid["followed"] is False
    assert [one["reference"] for one in ok(desk.get(f"/api/calls/{into}/intake/"))["phone"]] == ["911-1"]
    ok(desk.post(f"/api/calls/{into}/bid/", {"bid": bid["id"]}))
    assert row(desk, into)["location"]["lat"] == 41.7652


def test_a_rebid_does_not_move_a_call_whose_unit_is_there(phone: Api, desk: Api) -> None:
    call = prefilled(phone, **THERE)
    Call.objects.filter(pk=call).update(first_on_scene_at=timezone.now())
    assert ok(phone.post("/api/intake/911-1/rebid/", NEARER))["followed"] is False
    assert row(desk, call)["location"]["lat"] == THERE["lat"]


def test_a_rebid_after_the_end_is_kept_and_moves_nothing(phone: Api, desk: Api) -> None:
    call = prefilled(phone, **THERE)
    ok(desk.post(f"/api/calls/{call}/close/", {"disposition": "10"}))
    assert ok(phone.post("/api/intake/911-1/rebid/", NEARER))["followed"] is False


def test_another_systems_reference_is_not_known(phone: Api, desk: Api) -> None:
    prefilled(phone)
    ok(desk.post("/api/intake/911-1/rebid/", NEARER), 404)
    ok(phone.post("/api/intake/911-9/rebid/", NEARER), 404)
    ok(phone.post("/api/intake/911-1/rebid/", {}), 400)


def test_ali_text_becomes_a_call_with_its_columns_as_they_came(phone: Api, desk: Api) -> None:
    answer = ok(phone.send("POST", "/api/intake/ali/?reference=ali-1", SCREEN.encode(), content_type="text/plain"), 201)
    seen = row(desk, answer["call"])
    assert (seen["location"]["unit"], seen["answering"], seen["class_of_service"]) == ("3B", "D2", "RESD")
    again = phone.send("POST", "/api/intake/ali/?reference=ali-1", SCREEN.encode(), content_type="text/plain")
    assert ok(again, 201)["call"] == answer["call"]


@pytest.mark.parametrize("screen", [b"860-555-0142", b"\xff\xfe\x00 noise", b"   ", SCREEN.encode()[:30]])
def test_broken_ali_text_is_a_call_all_the_same_and_its_raw_text_is_kept(phone: Api, desk: Api, screen: bytes) -> None:
    answer = ok(phone.send("POST", "/api/intake/ali/", screen, content_type="text/plain"), 201)
    (announced,) = ok(desk.get(f"/api/calls/{answer['call']}/intake/"))["phone"]
    assert announced["raw"].strip() or not screen.strip()
    assert bool(announced["problems"]) == (b"0142" not in screen)


def test_a_systems_own_table_says_where_its_fields_stand(phone: Api, desk: Api, cast: Any) -> None:
    system = PhoneSystem.objects.create(user=cast.phone_system, name="North exchange")
    for field, line in (("street", 1), ("number", 2)):
        AliField.objects.create(system=system, field=field, line=line, column=1, length=30)
    answer = ok(phone.send("POST", "/api/intake/ali/", b"415 PARK ST\n860-555-0142", content_type="text/plain"), 201)
    assert row(desk, answer["call"])["location"]["text"] == "415 PARK ST"


def test_a_pidf_document_becomes_a_call(phone: Api, desk: Api) -> None:
    document = (HEAD + CIRCLE + CIVIC + TAIL).encode()
    path = "/api/intake/pidf/?class_of_service=VOIP&position=D1"
    answer = ok(phone.send("POST", path, document, content_type="application/pidf+xml"), 201)
    seen = row(desk, answer["call"])
    assert (seen["location"]["text"], seen["location"]["uncertainty_m"]) == ("415 Park St, Hartford", 46)
    assert (seen["class_of_service"], seen["answering"], seen["location"]["unit"]) == ("VOIP", "D1", "3B")


def test_a_pidf_document_without_a_place_that_can_be_read_is_a_call_of_its_number(phone: Api, desk: Api) -> None:
    unreadable = (HEAD + CIRCLE.replace("4326", "27700") + TAIL).encode()
    answer = ok(phone.send("POST", "/api/intake/pidf/", unreadable, content_type="application/pidf+xml"), 201)
    assert row(desk, answer["call"])["location"]["text"] == ""
    assert answer["problems"]
    nameless = unreadable.replace(b"tel:+18605550142", b"pres:somebody@example.net")
    ok(phone.send("POST", "/api/intake/pidf/", nameless, content_type="application/pidf+xml"), 400)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'<!DOCTYPE x [<!ENTITY a "b">]><presence>&a;</presence>', "application/pidf+xml", 400),
        (b"\xff\xfe", "application/pidf+xml", 400), (b"", "application/pidf+xml", 400),
        (b'{"xml": 7}', "application/json", 400), (b"{}", "text/plain", 415),
    ],
)  # fmt: skip
def test_a_document_that_is_none_makes_no_call(phone: Api, body: bytes, kind: str, status: int) -> None:
    ok(phone.send("POST", "/api/intake/pidf/", body, content_type=kind), status)
    assert not Call.objects.exists()


def test_a_phone_system_reads_nothing_and_a_dispatcher_announces_nothing(phone: Api, desk: Api) -> None:
    call = prefilled(phone)
    for path in (f"/api/calls/{call}/", f"/api/calls/{call}/intake/"):
        assert phone.get(path).status in (403, 404)
    ok(phone.get("/api/board/"), 403)
    ok(desk.post("/api/intake/", WPH2), 403)
    ok(phone.post("/api/intake/", {"name": "Ada Example"}), 400)


def test_a_call_that_rings_where_somebody_sits_is_theirs_from_the_start(phone: Api, desk: Api) -> None:
    seat = ok(desk.post("/api/positions/claim/", {"name": "D2"}))["name"]
    assert row(desk, prefilled(phone))["position"] == seat
    assert row(desk, prefilled(phone, reference="911-2", position="D9"))["position"] == ""
