"""The board, the log and the addresses of the outside contract, as a client would use them."""

from __future__ import annotations

import pytest

from tests.api.client import Api
from tests.api.conftest import As
from tests.api.stage import CHILD, call_with_units, head, new_call, ok, send_units, triage


def test_the_board_has_a_version_and_its_rows(desk: Api) -> None:
    call = new_call(desk)
    board = ok(desk.get("/api/board/")).body
    assert {"version", "calls", "units", "alerts"} <= set(board)
    assert board["version"] == head(desk)
    assert [row["id"] for row in board["calls"]] == [call["id"]]
    assert {"unit", "team", "status", "call"} <= set(board["units"][0])


def test_events_are_paged_by_version(desk: Api) -> None:
    start = head(desk)
    new_call(desk, narrative="One")
    new_call(desk, narrative="Two")
    every = ok(desk.get("/api/events/", after=start)).body
    versions = [event["v"] for event in every["events"]]
    assert versions == list(range(start + 1, every["head"] + 1))
    page = ok(desk.get("/api/events/", after=start + 1, limit=2)).body
    assert [event["v"] for event in page["events"]] == versions[1:3]
    assert page["head"] == every["head"]
    assert ok(desk.get("/api/events/", after=every["head"])).body["events"] == []
    for event in every["events"]:
        assert {"v", "type", "at", "by", "data"} <= set(event)
        assert event["by"] == "dispatcher"


@pytest.mark.parametrize("query", [{"after": "x"}, {"after": -1}, {"limit": 0}, {"limit": 10**6}, {"after": "²"}])
def test_a_page_nobody_can_have_is_malformed(desk: Api, query: dict[str, str]) -> None:
    ok(desk.get("/api/events/", **query), 400)


def test_the_events_of_a_whole_call_have_the_names_of_the_contract(as_: As, desk: Api) -> None:
    start = head(desk)
    call, (assignment,) = call_with_units(desk, "CRT1")
    ok(desk.post(f"/api/assignments/{assignment}/status/", {"status": "ER"}))
    alert = ok(desk.post(f"/api/calls/{call}/police/", {}), 201)["id"]
    ok(desk.post(f"/api/alerts/{alert}/acknowledge/"))
    send_units(desk, call, "HPD1")
    ok(desk.post(f"/api/calls/{call}/scene-safe/", {}))
    ok(desk.post(f"/api/calls/{call}/notes/", {"text": "Calm"}), 201)
    ok(desk.patch(f"/api/calls/{call}/", {"version": desk.get(f"/api/calls/{call}/")["version"], "priority": 2}))
    ok(desk.post(f"/api/calls/{call}/close/", {"disposition": "18"}))
    ok(desk.post(f"/api/calls/{call}/reopen/", {"reason": "Called again"}))
    ok(desk.post(f"/api/calls/{call}/hold/", {"minutes": 5, "reason": "Waits for CRT"}))
    other = new_call(desk)["id"]
    ok(desk.post(f"/api/calls/{call}/merge/", {"into": other}))
    ok(desk.post("/api/units/CRT2/status/", {"status": "BK"}))
    child = new_call(desk)["id"]
    triage(desk, child, CHILD)
    ok(desk.post(f"/api/calls/{child}/handoffs/", {"team": "WHEELER", "outcome": "declined"}), 201)
    events = ok(desk.get("/api/events/", after=start)).body["events"]
    assert {event["type"] for event in events} >= {
        "call_received", "call_updated", "call_triaged", "call_held", "call_merged", "call_closed", "call_reopened",
        "note_added", "assignment_created", "assignment_status_changed", "handoff_recorded", "scene_marked_safe",
        "unit_status_changed", "alert_raised", "alert_acknowledged", "alert_cleared",
    }  # fmt: skip
    created = [event["unit"] for event in events if event["type"] == "assignment_created"]
    assert created == ["CRT1", "HPD1"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_method_that_a_path_does_not_have_is_405(desk: Api, method: str) -> None:
    answer = ok(desk.send(method, "/api/calls/", {}), 405)
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/api/nothing/", "/api/", "/api/calls/1/nothing/", "/api/calls"])
def test_an_address_that_is_not_there_is_a_problem_too(desk: Api, path: str) -> None:
    ok(desk.get(path), 404)
    ok(desk.post(path), 404)
