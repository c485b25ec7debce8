"""What units do by the outside contract: steps, welfare, alarms, their own status and position."""

from __future__ import annotations

import pytest
from django.utils import timezone

from hearteam.events.log import rfc3339
from tests.api.client import Api
from tests.api.conftest import As
from tests.api.stage import CLEAR, POLICE_TOO, call_with_units, head, new_call, ok, send_units, triage


def test_a_civilian_enters_once_an_officer_on_the_call_says_it_is_safe(as_: As, desk: Api) -> None:
    call, ids = call_with_units(desk, "HPD1", "CRMHC1", answers=POLICE_TOO)
    by_unit = {row["unit"]: row["id"] for row in ok(desk.get(f"/api/calls/{call}/")).body["assignments"]}
    assert set(by_unit.values()) == set(ids)
    entering = f"/api/assignments/{by_unit['CRMHC1']}/status/"
    ok(desk.post(entering, {"status": "ER"}))
    ok(as_("crmhc1_clinician").post(entering, {"status": "OS"}), 422)
    assert ok(as_("hpd1_officer").post(f"/api/calls/{call}/scene-safe/", {})).body["scene_safe_at"]
    assert ok(as_("crmhc1_clinician").post(entering, {"status": "OS"})).body["status"] == "OS"


def test_the_dispatcher_marks_safe_only_on_the_word_of_an_officer_who_is_there(desk: Api) -> None:
    call = new_call(desk)["id"]
    triage(desk, call, POLICE_TOO)
    ok(desk.post(f"/api/calls/{call}/scene-safe/", {}), 422)
    send_units(desk, call, "HPD1")
    ok(desk.post(f"/api/calls/{call}/scene-safe/", {"source": "HPD1 by radio"}))


def test_a_unit_goes_its_way_and_av_leaves_the_call_open(as_: As, desk: Api) -> None:
    call, (assignment,) = call_with_units(desk, "CRT1")
    crew, path = as_("crt1_clinician"), f"/api/assignments/{assignment}/status/"
    for status, call_status in (("ER", "en_route"), ("ST", "en_route"), ("OS", "on_scene")):
        assert ok(crew.post(path, {"status": status})).body["status"] == status
        assert ok(desk.get(f"/api/calls/{call}/")).body["status"] == call_status, status
    moving = ok(crew.post(path, {"status": "TR", "destination": "Hartford Hospital"})).body
    assert moving["destination"] == "Hartford Hospital"
    ok(crew.post(path, {"status": "AD"}))
    assert ok(crew.post(path, {"status": "AV", "note": "Handed over"})).body["status"] == "AV"
    read = ok(desk.get(f"/api/calls/{call}/")).body
    assert (read["status"], read["assignments"]) == ("pending", [])
    (row,) = [unit for unit in ok(desk.get("/api/board/")).body["units"] if unit["unit"] == "CRT1"]
    assert (row["status"], row["call"]) == ("AV", None)


def test_going_en_route_acknowledges(desk: Api) -> None:
    _, (assignment,) = call_with_units(desk, "CRT1")
    at = rfc3339(timezone.now())
    ok(desk.post(f"/api/assignments/{assignment}/status/", {"status": "ER", "occurred_at": at, "note": "by radio"}))
    (event,) = [e for e in ok(desk.get("/api/events/")).body["events"] if e["type"] == "assignment_status_changed"]
    assert (event["data"]["occurred_at"], event["unit"]) == (at, "CRT1")
    again = ok(desk.post(f"/api/assignments/{assignment}/acknowledge/", {"occurred_at": at})).body
    assert again["status"] == "ER"


def test_acknowledging_again_changes_nothing(as_: As, desk: Api) -> None:
    _, (assignment,) = call_with_units(desk, "CRT1")
    path = f"/api/assignments/{assignment}/acknowledge/"
    first = ok(as_("crt1_peer").post(path)).body
    assert first["acknowledged_at"]
    before = head(desk)
    assert ok(as_("crt1_clinician").post(path)).body == first
    assert head(desk) == before


def test_the_same_step_again_changes_nothing(desk: Api) -> None:
    _, (assignment,) = call_with_units(desk, "CRT1")
    path = f"/api/assignments/{assignment}/status/"
    first = ok(desk.post(path, {"status": "ER"})).body
    before = head(desk)
    assert ok(desk.post(path, {"status": "ER"})).body == first
    assert head(desk) == before


@pytest.mark.parametrize("status", ["TR", "AD"])
def test_a_step_that_skips_the_way_is_refused(desk: Api, status: str) -> None:
    _, (assignment,) = call_with_units(desk, "CRT1")
    ok(desk.post(f"/api/assignments/{assignment}/status/", {"status": status}), 422)


def test_a_status_nobody_knows_is_malformed(desk: Api) -> None:
    _, (assignment,) = call_with_units(desk, "CRT1")
    assert "status" in ok(desk.post(f"/api/assignments/{assignment}/status/", {"status": "ZZ"}), 400)["errors"]
    assert "status" in ok(desk.post("/api/units/CRT1/status/", {"status": "OS"}), 400)["errors"]


def test_a_welfare_answer_sets_the_next_question(as_: As, desk: Api) -> None:
    _, (assignment,) = call_with_units(desk, "CRT1")
    ok(desk.post(f"/api/assignments/{assignment}/status/", {"status": "ER"}))
    ok(desk.post(f"/api/assignments/{assignment}/status/", {"status": "OS"}))
    first = ok(as_("crt1_peer").post(f"/api/assignments/{assignment}/welfare/", {"minutes": 5})).body
    later = ok(as_("crt1_peer").post(f"/api/assignments/{assignment}/welfare/", {"minutes": 25})).body
    assert first["welfare_due_at"] < later["welfare_due_at"]
    assert first["late"] is False


def test_a_unit_off_calls_sets_its_own_status(as_: As, desk: Api) -> None:
    crew, path = as_("crt1_clinician"), "/api/units/CRT1/status/"
    on_break = ok(crew.post(path, {"status": "BK", "minutes": 15})).body
    assert (on_break["status"], on_break["until"] is not None) == ("BK", True)
    ok(crew.post(path, {"status": "OO"}), 422)
    assert ok(crew.post(path, {"status": "OO", "reason": "Flat tyre"})).body["reason"] == "Flat tyre"
    call = new_call(desk)["id"]
    triage(desk, call, CLEAR)
    ok(desk.post(f"/api/calls/{call}/assignments/", {"units": ["CRT1"]}), 422)
    assert ok(crew.post(path, {"status": "AV"})).body["status"] == "AV"
    assert ok(crew.post(path, {"status": "OFF"})).body["status"] == "OFF"


def test_a_unit_on_a_call_does_not_leave_it_by_its_own_status(desk: Api) -> None:
    call, _ = call_with_units(desk, "CRT1")
    assert ok(desk.post("/api/units/CRT1/status/", {"status": "BK"}), 409)["holder"]["call"] == call


def test_the_two_alarms_raise_alerts_that_a_person_acknowledges(as_: As, desk: Api) -> None:
    call, _ = call_with_units(desk, "CRT1")
    crew = as_("crt1_peer")
    police = ok(crew.post(f"/api/calls/{call}/police/", {"reason": "Neighbour with a bat"}), 201).body
    emergency = ok(crew.post("/api/units/CRT1/emergency/"), 201).body
    assert (emergency["level"], emergency["unit"], emergency["call"]) == (1, "CRT1", call)
    assert police["call"] == call
    assert ok(desk.get(f"/api/calls/{call}/")).body["priority"] == 1
    for alert in (police, emergency):
        seen = ok(desk.post(f"/api/alerts/{alert['id']}/acknowledge/")).body
        assert (seen["acknowledged_by"], seen["id"]) == ("dispatcher", alert["id"])
    alerts = ok(desk.get("/api/board/")).body["alerts"]
    assert {row["id"] for row in alerts} >= {police["id"], emergency["id"]}, "acknowledging stops the sound only"


def test_a_position_is_taken_and_only_the_newest_kept(as_: As, desk: Api) -> None:
    crew, path = as_("crt1_clinician"), "/api/units/CRT1/position/"
    now = timezone.now()
    fix = {"lat": 41.77, "lon": -72.68, "accuracy_m": 8, "speed_mps": 4.5, "heading": 90, "fix_at": rfc3339(now)}
    before = head(desk)
    ok(crew.post(path, fix), 204)
    ok(crew.post(path, {"lat": 41.7, "lon": -72.7, "fix_at": rfc3339(now - timezone.timedelta(minutes=1))}), 204)
    seen = ok(desk.get("/api/board/")).body["presence"]["CRT1"]
    assert (seen["lat"], seen["lon"], seen["heading"], seen["fix_at"]) == (41.77, -72.68, 90, fix["fix_at"])
    assert head(desk) == before, "positions are not in the log"
