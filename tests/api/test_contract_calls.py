"""A call by the outside contract, as a client would: received, changed, added to, closed."""

from __future__ import annotations

import re

import pytest

from tests.api.client import Api
from tests.api.stage import ARMED, CLEAR, PLACE, call_with_units, new_call, ok, triage


def test_a_call_needs_only_a_place(desk: Api) -> None:
    call = ok(desk.post("/api/calls/", {"location": {"text": "PARK ST & WASHINGTON ST"}}), 201).body
    assert re.fullmatch(r"\d\d-\d{6}", call["number"])
    assert (call["status"], call["tier"], call["version"]) == ("pending", None, 1)
    assert 1 <= call["priority"] <= 4
    assert (call["origin"], call["channel"], call["caller"], call["notes"]) == ("911", "voice", None, [])


def test_a_second_caller_is_kept_beside_the_first(desk: Api) -> None:
    call = new_call(desk, caller={"name": "Ada Example", "phone": "860-555-0101"})
    address = f"/api/calls/{call['id']}/contacts/"
    made = ok(desk.post(address, {"phone": "860-555-0103", "relationship": "neighbor"}), 201).body
    assert (made["call"], made["phone"], made["name"]) == (call["id"], "860-555-0103", "")
    read = ok(desk.get(f"/api/calls/{call['id']}/")).body
    assert read["caller"]["name"] == "Ada Example"
    assert [contact["phone"] for contact in read["contacts"]] == ["860-555-0101", "860-555-0103"]
    assert "phone" in ok(desk.post(address, {"relationship": "neighbor"}), 400).body["errors"]


def test_numbers_count_up_within_the_year(desk: Api) -> None:
    first, second = (new_call(desk)["number"] for _ in range(2))
    assert int(second[3:]) == int(first[3:]) + 1


def test_everything_told_about_a_call_comes_back(desk: Api) -> None:
    call = new_call(
        desk,
        location={**PLACE, "unit": "4B", "source": "ALI", "uncertainty_m": 12},
        caller={"name": "Ada Example", "phone": "860-555-0101"},
        person={"apparent_age": "40s", "clothing": "red coat", "is_caller": False, "language": "es"},
        origin="988", channel="text", referrer={"agency": "988", "reference": "77"}, type="MNTL", priority=3,
        narrative="Brother pacing",
    )  # fmt: skip
    read = ok(desk.get(f"/api/calls/{call['id']}/")).body
    assert read == call
    assert (read["location"]["unit"], read["location"]["uncertainty_m"]) == ("4B", 12)
    caller = {name: read["caller"][name] for name in ("name", "phone", "relationship", "language")}
    assert caller == {"name": "Ada Example", "phone": "860-555-0101", "relationship": "", "language": ""}
    assert (read["person"]["clothing"], read["person"]["is_caller"]) == ("red coat", False)
    assert (read["origin"], read["channel"], read["type"], read["priority"]) == ("988", "text", "MNTL", 3)
    assert read["referrer"]["reference"] == "77"
    assert [note["text"] for note in read["notes"]] == ["Brother pacing"]


def test_a_place_outside_the_city_is_flagged_not_refused(desk: Api) -> None:
    call = new_call(desk, location={"text": "", "lat": 41.6, "lon": -72.9})
    assert call["location"]["in_city"] is False


def test_a_change_names_the_version_it_saw_and_advances_it(desk: Api) -> None:
    call = new_call(desk)
    path = f"/api/calls/{call['id']}/"
    changed = ok(desk.patch(path, {"version": call["version"], "priority": 1, "type": "EDP"})).body
    assert (changed["priority"], changed["type"]) == (1, "EDP")
    assert changed["version"] > call["version"]
    stale = ok(desk.patch(path, {"version": call["version"], "priority": 4}), 409).body
    assert stale["version"] == changed["version"]
    assert ok(desk.get(path)).body == changed


def test_a_change_without_a_version_is_malformed(desk: Api) -> None:
    call = new_call(desk)
    assert "version" in ok(desk.patch(f"/api/calls/{call['id']}/", {"priority": 1}), 400)["errors"]


def test_a_change_reaches_every_part_of_a_call(desk: Api) -> None:
    call = new_call(desk)
    body = {
        "version": call["version"], "location": {"text": "ELM ST & MAIN ST"}, "caller": {"name": "Bo Example"},
        "person": {"alone": True}, "origin": "211", "channel": "tty", "never_voice_call": True,
        "referrer": {"name": "Desk"}, "narrative": "Second line",
    }  # fmt: skip
    read = ok(desk.patch(f"/api/calls/{call['id']}/", body)).body
    assert (read["location"]["text"], read["caller"]["name"], read["person"]["alone"]) == (
        "ELM ST & MAIN ST", "Bo Example", True,
    )  # fmt: skip
    assert (read["origin"], read["channel"], read["never_voice_call"]) == ("211", "tty", True)
    assert (read["referrer"]["name"], read["notes"][-1]["text"]) == ("Desk", "Second line")


def test_a_note_is_appended_with_its_audience(desk: Api) -> None:
    call = new_call(desk)["id"]
    note = ok(desk.post(f"/api/calls/{call}/notes/", {"text": "Back door open", "audience": "POLICE"}), 201).body
    assert (note["text"], note["audience"], note["by"]) == ("Back door open", "POLICE", "dispatcher")
    (event,) = [e for e in ok(desk.get("/api/events/")).body["events"] if e["type"] == "note_added"]
    assert (event["call"], event["data"]["text"]) == (call, "Back door open")


@pytest.mark.parametrize("disposition", ["15", "referred", "Settled by contact"])
def test_a_call_closes_by_code_or_by_our_name_and_frees_its_units(desk: Api, disposition: str) -> None:
    call, _ = call_with_units(desk, "CRT1", "HPD1")
    body = {"disposition": disposition, "outcome": "Referral accepted", "note": "Walked along"}
    closed = ok(desk.post(f"/api/calls/{call}/close/", body)).body
    assert (closed["status"], closed["outcome"], closed["assignments"]) == ("closed", "Referral accepted", [])
    units = {row["unit"]: row for row in ok(desk.get("/api/board/")).body["units"]}
    assert [(units[u]["status"], units[u]["call"]) for u in ("CRT1", "HPD1")] == [("AV", None)] * 2
    assert call not in {row["id"] for row in ok(desk.get("/api/board/")).body["calls"]}


def test_every_code_of_the_exchange_closes_a_call(desk: Api) -> None:
    codes = {row["apco"] for row in ok(desk.get("/api/reference/")).body["dispositions"]}
    assert codes >= {"05", "10", "14", "15", "16", "18", "22", "33", "34", "42", "43", "45"}
    for code in sorted(codes):
        ok(desk.post(f"/api/calls/{new_call(desk)['id']}/close/", {"disposition": code}))


def test_open_alerts_and_stage_orders_never_refuse_a_close(desk: Api) -> None:
    call, (assignment,) = call_with_units(desk, "CRT1")
    ok(desk.post(f"/api/assignments/{assignment}/status/", {"status": "ER"}))
    triage(desk, call, ARMED)
    ok(desk.post("/api/units/CRT1/emergency/", {}), 201)
    assert ok(desk.get("/api/board/")).body["alerts"]
    assert ok(desk.post(f"/api/calls/{call}/close/", {"disposition": "18"}))["status"] == "closed"
    assert "UPGRADE" not in {row["kind"] for row in ok(desk.get("/api/board/")).body["alerts"]}


def test_an_unknown_disposition_is_malformed_and_the_call_stays_open(desk: Api) -> None:
    call, _ = call_with_units(desk, "CRT1")
    assert "disposition" in ok(desk.post(f"/api/calls/{call}/close/", {"disposition": "99"}), 400)["errors"]
    assert ok(desk.get(f"/api/calls/{call}/")).body["status"] == "dispatched"


def test_a_closed_call_takes_no_more_commands_but_notes(desk: Api) -> None:
    call = new_call(desk)["id"]
    ok(desk.post(f"/api/calls/{call}/close/", {"disposition": "18"}))
    ok(desk.post(f"/api/calls/{call}/close/", {"disposition": "18"}), 422)
    ok(desk.post(f"/api/calls/{call}/triage/", {"answers": CLEAR}), 422)
    ok(desk.post(f"/api/calls/{call}/assignments/", {"units": ["HPD1"]}), 422)
    ok(desk.post(f"/api/calls/{call}/notes/", {"text": "Late word"}), 201)
