"""What crews send of their own: asking, hand-offs, calls they start. Whatever is sent, one thing is done once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dispatch.models import ResponseSlot
from hearteam.events.log import rfc3339
from hearteam.events.models import Event
from tests.api.client import Api
from tests.api.conftest import As
from tests.api.stage import CLEAR, PLACE, call_with_units, head, make_scene, new_call, ok
from tests.api.test_permissions import TABLE

OUTSIDE = (
    "anonymous", "stranger", "officer", "clinical_lead", "crt1_clinician", "crt1_peer", "crmhc1_clinician",
    "hpd1_officer", "phone_system",
)  # fmt: skip


@pytest.fixture
def call(desk: Api) -> str:
    """HPD1 is on it, triaged as calm."""
    return call_with_units(desk, "HPD1")[0]


def test_the_same_tap_sent_again_is_answered_again_and_a_storm_of_taps_is_one_request(as_: As, call: str) -> None:
    officer, path = as_("hpd1_officer"), f"/api/calls/{call}/asks/"
    first = ok(officer.post(path, {"role": "CRT"}, key="one"), 201).body
    assert ok(officer.post(path, {"role": "CRT"}, key="one"), 201).body == first
    assert {ok(officer.post(path, {"role": "CRT"}, key=f"tap-{n}"), 201)["id"] for n in range(10)} == {first["id"]}
    assert first["asked_from"] == "HPD1"
    assert ResponseSlot.objects.filter(call_id=call, role="CRT").exclude(status="cancelled").count() == 1
    assert Event.objects.filter(call_id=call, type="field_asked").count() == 1


def test_the_board_and_the_call_say_who_asked_from_the_field(desk: Api, as_: As, call: str) -> None:
    ok(as_("hpd1_officer").post(f"/api/calls/{call}/asks/", {"role": "EMS", "reason": "Fell"}), 201)
    (row,) = [row for row in ok(desk.get("/api/board/"))["calls"] if row["id"] == call]
    assert [slot["asked_from"] for slot in row["slots"] if slot["role"] == "EMS"] == ["HPD1"]
    (slot,) = [slot for slot in ok(desk.get(f"/api/calls/{call}/"))["response_slots"] if slot["role"] == "EMS"]
    assert (slot["asked_from"], slot["requested_by"], slot["reason"]) == ("HPD1", "hpd1-officer", "Fell")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"role": "SWAT"}, 400), ({"role": ""}, 400), ({}, 400), ({"role": "EMS", "reason": "x" * 201}, 400),
        ({"role": ["EMS"] * 1000}, 400), ({"role": "EMS", "occurred_at": "2026-01-01T00:00:00Z"}, 422),
        ({"role": "WHEELER"}, 422),
    ],
)  # fmt: skip
def test_an_absurd_request_is_refused_with_its_reason(
    desk: Api, as_: As, call: str, body: dict[str, Any], status: int
) -> None:
    before = head(desk)
    assert ok(as_("hpd1_officer").post(f"/api/calls/{call}/asks/", body), status)["detail"]
    assert head(desk) == before


def test_a_tablet_whose_clock_is_hours_ahead_is_told_so(as_: As, call: str) -> None:
    ahead = rfc3339(timezone.now() + timedelta(hours=5))
    for path, body in (("asks", {"role": "EMS"}), ("called", {"team": "WHEELER", "outcome": "no_answer"})):
        answer = as_("hpd1_officer").post(f"/api/calls/{call}/{path}/", {**body, "occurred_at": ahead})
        assert "clock" in ok(answer, 422)["detail"]


def test_on_a_call_that_ended_nobody_asks(desk: Api, as_: As, call: str) -> None:
    ok(desk.post(f"/api/calls/{call}/close/", {"disposition": "18"}))
    detail = ok(as_("hpd1_officer").post(f"/api/calls/{call}/asks/", {"role": "EMS"}), 422)["detail"]
    assert "HPD1 was cleared" in detail


def test_an_officer_starts_a_call_once_and_with_it_is_on_scene(desk: Api, as_: As) -> None:
    officer, body = as_("hpd1_officer"), {"location": PLACE, "narrative": "Shouting", "answers": CLEAR}
    started = ok(officer.post("/api/field/calls/", body, key="start"), 201)
    assert ok(officer.post("/api/field/calls/", body, key="start"), 201)["id"] == started["id"]
    assert (started["origin"], started["assignments"][0]["status"]) == ("FIELD", "OS")
    assert ok(officer.post("/api/field/calls/", body, key="another"), 409)["holder"]["call"] == started["id"]
    assert ok(officer.get("/api/unit/"))["call"]["id"] == started["id"]
    assert [row["id"] for row in ok(desk.get("/api/board/"))["calls"]] == [started["id"]]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"location": {"lat": 0, "lon": 0}}, 422), ({"location": {}}, 400), ({}, 400),
        ({"location": PLACE, "answers": {"weapon": "SPOON"}}, 400),
        ({"location": PLACE, "answers": {f"q{n}": "NONE" for n in range(2000)}}, 400),
        ({"location": PLACE, "narrative": "x" * 4001}, 400),
    ],
)  # fmt: skip
def test_a_call_that_cannot_be_started_leaves_nothing(desk: Api, as_: As, body: dict[str, Any], status: int) -> None:
    before = head(desk)
    ok(as_("hpd1_officer").post("/api/field/calls/", body), status)
    assert head(desk) == before


def test_no_answer_of_the_api_tells_anybody_outside_of_a_call_that_is_not_theirs(desk: Api, as_: As) -> None:
    scene = make_scene(desk)
    hidden = new_call(
        desk, location={"text": "77 HIDDEN LANE"}, narrative="Hidden story", caller={"name": "Hidden Caller"}
    )["id"]
    ok(desk.post(f"/api/calls/{hidden}/police/", {"reason": "Hidden reason"}), 201)
    told = []
    for line in (line for line in TABLE if line.method == "GET"):
        for call in {scene.call, hidden} if "call_id" in line.path else {scene.call}:
            path = scene.address(line.path, call=call)
            for who in OUTSIDE:
                answer = as_(who).get(path)
                if "hidden" in json.dumps(answer.body).lower():
                    told.append(f"{path} to {who}: {answer.status}")
    assert told == []
